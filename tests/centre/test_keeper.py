"""What the centre keeps of its forecasts, so that they can be scored."""

from datetime import UTC, datetime, timedelta

import pytest

from stormcone.centre.keeper import PRODUCTS, Keeper
from stormcone.observation import scenario
from stormcone.observation.archive import Archive
from stormcone.verification import live

MIDNIGHT = datetime(2026, 1, 20, tzinfo=UTC)


@pytest.fixture(scope="module")
def archive(tmp_path_factory):
    with Archive(tmp_path_factory.mktemp("kept")) as made:
        scenario.fill(made, scenario.load("2026-01"))
        yield made


def kept(archive, name):
    return live.read((archive.root / "kept" / f"{name}.jsonl").read_bytes())


def test_every_product_is_kept_at_its_hour_and_once(archive):
    keeper = Keeper(archive)
    for minute in (0, 0, 1, 59, 60):
        keeper.keep(MIDNIGHT + timedelta(minutes=minute))
    assert {one.issued for one in kept(archive, "dst")} == {
        MIDNIGHT,
        MIDNIGHT + timedelta(hours=1),
    }
    for name in set(PRODUCTS) - {"dst"}:
        assert {one.issued for one in kept(archive, name)} == {MIDNIGHT}
    before = {name: kept(archive, name) for name in PRODUCTS}
    Keeper(archive).keep(MIDNIGHT)  # as after a start that repeats a minute
    assert before == {name: kept(archive, name) for name in PRODUCTS}


def test_nothing_later_than_its_issue_is_in_a_kept_forecast(archive):
    keeper = Keeper(archive)
    at = MIDNIGHT + timedelta(hours=3)
    keeper.keep(at)
    records = [one for one in kept(archive, "kp") if one.issued == at]
    assert records
    assert all(one.valid >= at for one in records)
    (persistence,) = {one.persistence for one in records}
    newest = archive.newest("kp", known=at)
    assert newest is not None
    assert persistence == pytest.approx(newest.value)


def test_a_torn_line_is_cut_off_and_the_rest_goes_on(archive):
    path = archive.root / "kept" / "ap.jsonl"
    Keeper(archive).keep(MIDNIGHT)
    whole = path.read_bytes()
    path.write_bytes(whole + whole[:40])
    Keeper(archive).keep(MIDNIGHT + timedelta(days=1))
    assert path.read_bytes().startswith(whole)
    assert len(kept(archive, "ap")) == 2 * whole.count(b"\n")
