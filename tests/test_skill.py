"""The page of skill is what its script makes of the scores on record."""

import importlib.util
import xml.etree.ElementTree as ET

import pytest


@pytest.fixture(scope="module")
def tables(root):
    spec = importlib.util.spec_from_file_location(
        "skill_tables", root / "design/skill_tables.py"
    )
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_page_and_the_figure_are_what_comes_out(root, tables):
    found = tables.scores()
    assert (root / "docs/skill.md").read_text() == tables.page(found)
    figure = tables.figure(found["ap"]["targets"])
    assert (root / "docs/reliability.svg").read_text() == figure


def test_the_figure_has_a_point_for_each_bin_that_holds_days(tables):
    targets = tables.scores()["ap"]["targets"]
    held = sum(bool(one[2]) for name in tables.COLOURS for one in targets[name]["reliability"])
    drawn = ET.fromstring(tables.figure(targets))
    assert len(drawn.findall("{http://www.w3.org/2000/svg}circle")) == held


def test_leads_stand_in_order(tables):
    names = ["12 h", "G1 2 d", "3 h", "G1 1 d", "27 d", "log10 peak"]
    assert tables.in_order(names) == ["log10 peak", "3 h", "12 h", "27 d", "G1 1 d", "G1 2 d"]


def test_what_was_chosen_on_the_scored_data_is_said(tables):
    """Every model that is packaged, and of these four why they may be worse than they seem."""
    page = tables.page(tables.scores())
    for model in ("kp-nowcast", "dst", "flares", "cme"):
        section = page[page.index(f"\n`{model}`, scored") :]
        assert tables.CAVEATS[model] in section[: section.index("\n|---")]
    assert "Beyond 3 h we are not surely better" in page
    assert set(tables.TITLES) | {tables.BY_MONTH} == set(tables.scores())
