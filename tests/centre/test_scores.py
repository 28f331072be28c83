"""The scores in the documents are what comes out of the packaged storm."""

import pytest

from stormcone.cli.verify_advisories import of_advisories
from stormcone.cli.verify_tables import text
from stormcone.observation import scenario


@pytest.fixture(scope="module")
def page(root):
    return (root / "docs/scores.md").read_text()


@pytest.fixture(scope="module")
def tables(storm):
    loaded = scenario.load("2026-01")
    ours = [release.advisory for release in storm.state.releases.values()]
    found = of_advisories(loaded, ours, loaded.start, loaded.end)
    return {title: (title, list(rows)) for title, rows in found}


def test_the_tables_of_the_docs_are_what_comes_out(page, tables):
    stale = [title for title, table in tables.items() if text(table) not in page]
    assert not stale, "run `python design/scores.py`"


def test_what_was_missed_says_why(tables):
    _, rows = tables["What each side said of the same"]
    assert len(rows) >= 8
    for row in rows:
        assert row["why"] != "missed", f"{row['']} was observable and not advised"


def test_the_34_had_136_slots(tables):
    _, rows = tables["The forecast slots of the real advisories"]
    last = rows[-1]
    names = ("slots", "nothing expected", "not available", "regions")
    assert [last[name] for name in names] == [136, 82, 29, 25]
