"""What the centre keeps of its forecasts, so that they can be scored."""

import errno
from datetime import UTC, datetime, timedelta

import pytest
from msgspec import structs

from stormcone.centre.keeper import PRODUCTS, Keeper
from stormcone.observation import scenario
from stormcone.observation.archive import Archive
from stormcone.observation.feed import UnreadableError
from stormcone.verification import live

MIDNIGHT = datetime(2026, 1, 20, tzinfo=UTC)
MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)
DAILY = MIDNIGHT + 45 * MINUTE


@pytest.fixture(scope="module")
def archive(tmp_path_factory):
    with Archive(tmp_path_factory.mktemp("kept")) as made:
        scenario.fill(made, scenario.load("2026-01"))
        yield made


def kept(archive, name):
    return live.read((archive.root / "kept" / f"{name}.jsonl").read_bytes())


@pytest.fixture
def noted():
    return []


@pytest.fixture
def keeper(archive, noted):
    return Keeper(archive, noted.append)


def test_every_product_is_kept_when_its_inputs_are_there_and_once(archive, keeper, noted):
    for minute in (0, 10, 10, 11, 30, 45, 45, 46, 60, 70):
        keeper.keep(MIDNIGHT + minute * MINUTE)
    at = {name: {one.issued - MIDNIGHT for one in kept(archive, name)} for name in PRODUCTS}
    assert at == {
        "dst": {10 * MINUTE, 70 * MINUTE},
        "kp": {30 * MINUTE},
        **{name: {45 * MINUTE} for name in ("ap", "storms", "f107", "flares")},
    }
    before = {name: kept(archive, name) for name in PRODUCTS}
    Keeper(archive, noted.append).keep(DAILY)  # as after a start that repeats a minute
    assert before == {name: kept(archive, name) for name in PRODUCTS}
    assert not noted


def test_nothing_later_than_its_issue_is_in_a_kept_forecast(archive, keeper):
    at = MIDNIGHT + 3 * HOUR + 30 * MINUTE
    keeper.keep(at)
    records = [one for one in kept(archive, "kp") if one.issued == at]
    assert records
    assert min(one.valid for one in records) == MIDNIGHT + 3 * HOUR
    (persistence,) = {one.persistence for one in records}
    newest = archive.newest("kp", known=at)
    assert newest is not None
    assert persistence == pytest.approx(newest.value)


def test_a_torn_line_is_cut_off_and_the_rest_goes_on(archive, noted):
    path = archive.root / "kept" / "ap.jsonl"
    Keeper(archive, noted.append).keep(DAILY)
    whole = path.read_bytes()
    path.write_bytes(whole + whole[:40])
    Keeper(archive, noted.append).keep(DAILY + timedelta(days=1))
    assert path.read_bytes().startswith(whole)
    assert len(kept(archive, "ap")) == 2 * whole.count(b"\n")


def test_a_product_that_cannot_be_made_is_noted_once_and_costs_no_other(tmp_path, noted):
    def cannot(*_):
        raise UnreadableError("srs: line 6 is no region")

    odd = structs.replace(PRODUCTS["flares"], make=cannot)
    with Archive(tmp_path) as archive, pytest.MonkeyPatch.context() as patch:
        patch.setitem(PRODUCTS, "flares", odd)
        patch.setitem(PRODUCTS, "zz", structs.replace(PRODUCTS["ap"]))
        keeper = Keeper(archive, noted.append)
        for day in range(2):
            keeper.keep(DAILY + timedelta(days=day))
        (word,) = noted
        assert word == (
            "the forecast flares of 20 Jan 00:45Z is not kept: srs: line 6 is no region"
        )
        assert len({one.issued for one in kept(archive, "zz")}) == 2
        patch.undo()
        keeper.keep(DAILY + timedelta(days=2))
        assert len(noted) == 1
        patch.setitem(PRODUCTS, "flares", odd)
        keeper.keep(DAILY + timedelta(days=3))
        assert len(noted) == 2


def test_a_full_disk_stops_nothing_and_leaves_no_torn_line(tmp_path, noted, monkeypatch):
    with Archive(tmp_path) as archive:
        keeper = Keeper(archive, noted.append)
        keeper.keep(DAILY)
        path = archive.root / "kept" / "ap.jsonl"
        whole = path.read_bytes()

        def full(records):
            path.write_bytes(whole + whole[:40])
            raise OSError(errno.ENOSPC, "No space left on device")

        with monkeypatch.context() as patch:
            patch.setattr(live, "write", full)
            keeper.keep(DAILY + timedelta(days=1))
        assert len(noted) == 5  # the daily ones, and Kp of 00:30, which was missed
        assert "No space left on device" in noted[0]
        keeper.keep(DAILY + timedelta(days=2))
        assert path.read_bytes().startswith(whole)
        assert len(kept(archive, "ap")) == 2 * whole.count(b"\n")
