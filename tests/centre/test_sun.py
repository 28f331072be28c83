"""What the archive knows of regions and flares, and what it does not know."""

from datetime import UTC, datetime, timedelta

import numpy as np
import pytest
from msgspec import structs

from stormcone.centre.forecasts import Forecasts
from stormcone.centre.inputs import Inputs
from stormcone.centre.sun import (
    counts,
    flare_inputs,
    flares_watched,
    proton_inputs,
    region_flares,
)
from stormcone.observation import scenario
from stormcone.observation.alerts import Alert
from stormcone.observation.archive import Archive
from stormcone.observation.feed import Notice, Observation
from stormcone.observation.flares import Flare
from stormcone.observation.gaps import Poll
from stormcone.weather.mcintosh import Region

NOW = datetime(2026, 1, 19, 0, 45, tzinfo=UTC)
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
SUMMARY = """:Product: Solar Region Summary
:Issued: 2026 Jan 19 0030 UTC
I.  Regions with Sunspots.  Locations Valid at 18/2400Z
Nmbr Location  Lo  Area  Z   LL   NN Mag Type
4341 S09W04   100  0600 Fkc  19   40 Beta-Gamma-Delta
4342 N12W63   030  0050 Cso  05   04 Beta
IA. H-alpha Plages without Spots.  Locations Valid at 18/2400Z Jan
"""
REGIONS = tuple(
    Region(
        issued=NOW - 15 * MINUTE,
        number=number,
        latitude_deg=latitude,
        longitude_west_deg=west,
        area_msh=100.0,
        mcintosh="Dao",
        magnetic="Beta",
    )
    for number, latitude, west in ((4341, -9.0, 4.0), (4342, 12.0, 63.0))
)


def flare(before, xray_class="M1.0"):
    begin = NOW - before
    return Flare(
        code="GOES-19 flare",
        kind="FLARE",
        issued=begin,
        text="{}",
        satellite=19,
        xray_class=xray_class,
        maximum=begin + 10 * MINUTE,
        end=begin + 20 * MINUTE,
    )


def summary(of, location):
    return Alert(
        code="SUMXM5",
        product="XM5S",
        serial=1,
        kind="SUMMARY",
        headline="X-ray Event exceeded M5",
        issued=of.end + 10 * MINUTE,
        text="",
        begin=of.issued,
        maximum=of.maximum,
        end=of.end,
        location=location,
        xray_class=of.xray_class,
    )


def polled(archive, ages, feed="goes-flares", error=None):
    for age in ages:
        archive.add_poll(Poll(feed=feed, at=NOW - age, site="A", error=error))


@pytest.fixture
def archive(tmp_path):
    with Archive(tmp_path) as made:
        yield made


def test_a_day_without_a_good_poll_is_not_quiet(archive):
    polled(archive, [n * DAY + HOUR for n in range(30) if n not in (2, 3)])
    polled(archive, [2 * DAY + HOUR, 3 * DAY + HOUR], error="http")
    archive.add([flare(5 * DAY, "C2.0"), flare(2.5 * DAY, "M3.0")], known=NOW)
    found = flare_inputs(Inputs(archive), NOW).counts
    assert np.isnan(found).all(axis=1).nonzero()[0].tolist() == [26, 27]
    assert np.nansum(found, axis=0).tolist() == [1, 0, 0]
    assert found[24].tolist() == [1, 0, 0]
    assert found[-1].tolist() == [0, 0, 0]


def test_a_sun_that_was_watched_without_a_flare_is_quiet(archive):
    polled(archive, [n * DAY + HOUR for n in range(30)])
    assert (flare_inputs(Inputs(archive), NOW).counts == 0).all()


def test_where_nobody_watched_nothing_is_counted(archive):
    archive.add([flare(n * DAY + HOUR) for n in range(30)], known=NOW)
    assert np.isnan(flare_inputs(Inputs(archive), NOW).counts).all()


def test_the_week_of_flares_fills_an_outage_but_not_before_it_was_fetched(archive):
    polled(archive, [HOUR], "goes-flares-week")
    start = NOW - 10 * DAY
    found = flares_watched(archive, start, NOW, DAY, known=NOW)
    assert found.tolist() == [False] * 3 + [True] * 7
    assert not flares_watched(archive, start, NOW, DAY, known=NOW - 2 * HOUR).any()


def test_flares_are_counted_by_class_and_whole_days_back():
    seen = [
        flare(MINUTE, "X1.2"),
        flare(DAY, "C1.0"),
        flare(DAY, "B9.0"),
        flare(4 * DAY),
        flare(HOUR, None),
        Notice(code="srs", kind="REPORT", issued=NOW, text=""),
    ]
    found = counts(seen, np.array([True, False, True, True]), NOW)
    assert np.array_equal(
        found, [[0, 0, 0], [np.nan] * 3, [1, 0, 0], [0, 0, 1]], equal_nan=True
    )


def test_a_flare_is_of_the_region_that_had_turned_to_its_place():
    strong = flare(20 * HOUR, "X1.1")  # 20 hours earlier the region was 11 degrees further east
    assert region_flares([strong, summary(strong, "S12E08")], REGIONS, NOW) == {
        4341: 1,
        4342: 0,
    }
    assert region_flares([strong, summary(strong, "N15W60")], REGIONS, NOW) == {
        4341: 0,
        4342: 1,
    }
    behind_the_limb = summary(strong, "N20E90")
    assert region_flares([strong, behind_the_limb], REGIONS, NOW) == {4341: 0, 4342: 0}


def test_a_flare_without_a_place_may_be_of_any_region():
    placed, not_placed = flare(2 * HOUR, "M6.0"), flare(3 * HOUR, "M2.0")
    seen = [placed, summary(placed, "S09W03")]
    assert region_flares(seen, REGIONS, NOW) == {4341: 1, 4342: 0}
    assert region_flares([*seen, not_placed], REGIONS, NOW) == {}
    assert region_flares([*seen, summary(not_placed, None), not_placed], REGIONS, NOW) == {}
    running = structs.replace(placed, maximum=None, end=None)
    assert region_flares([running, seen[1]], REGIONS, NOW) == {}


def test_weak_and_earlier_flares_need_no_place():
    seen = [flare(2 * HOUR, "C9.9"), flare(25 * HOUR, "M2.0")]
    assert region_flares(seen, REGIONS, NOW) == {4341: 0, 4342: 0}


def region_m(archive):
    """Return what the archive says of the first region: an M flare in 24 hours."""
    made = Forecasts(Inputs(archive)).flares(NOW)
    return next(one for one in made if one.event == "flare >= M1 of region 4341")


def test_a_region_that_flared_is_served_with_its_own_flares(archive):
    polled(archive, [n * DAY + HOUR for n in range(30)])
    text = Notice(code="srs", kind="REPORT", issued=NOW - 15 * MINUTE, text=SUMMARY)
    archive.add([text], known=NOW - 10 * MINUTE)
    quiet = region_m(archive)
    assert (quiet.persistence, quiet.says) == (0.0, ())
    strong = [flare(n * HOUR, "M6.0") for n in range(2, 9)]
    archive.add([*strong, *(summary(one, "S09E01") for one in strong)], known=NOW)
    active = region_m(archive)
    assert (active.persistence, active.says) == (1.0, ())
    assert active.probability > quiet.probability
    archive.add([flare(10 * HOUR, "M1.1")], known=NOW)
    unknown = region_m(archive)
    assert (unknown.persistence, unknown.says) == (None, ("climatology",))
    assert unknown.probability == unknown.climatology == pytest.approx(0.843, abs=5e-4)


@pytest.fixture(scope="module")
def storm(tmp_path_factory):
    """The packaged storm: X1.9 at 18:09 on 18 January, S4 a day later."""
    with Archive(tmp_path_factory.mktemp("storm")) as made:
        scenario.fill(made, scenario.load("2026-01"))
        yield made


def test_chances_do_not_fall_while_protons_rise(storm):
    begun = datetime(2026, 1, 18, 23, tzinfo=UTC)
    made = [Forecasts(Inputs(storm)).protons(begun + n * HOUR) for n in range(21)]
    chances = np.array([[one.probability for one in each.chances] for each in made])
    assert (chances[:, 0] == 1).all()
    assert (np.diff(chances, axis=0) >= 0).all()
    assert chances[0, 1] > 0.5
    assert chances[-1, 3] == 1  # 10,000 pfu were reached at 18:10
    assert all(each.peak_pfu[0] >= 10 for each in made)


def test_a_proton_flux_counts_for_an_hour(archive):
    strong = flare(20 * HOUR, "X1.1")
    seen = Observation(
        quantity="proton_flux_10mev_pfu", value=95.0, at=NOW, span_s=300, source="GOES-19"
    )
    archive.add([summary(strong, "S12W60"), seen], known=NOW)
    known = proton_inputs(Inputs(archive), NOW + HOUR)
    assert known.proton_10mev_pfu == 95
    assert [one.quantity for one in known.based_on][1] == "proton_flux_10mev_pfu"
    assert proton_inputs(Inputs(archive), NOW + HOUR + MINUTE).proton_10mev_pfu is None


def test_without_x_rays_the_fluence_is_estimated(storm, monkeypatch):
    at = datetime(2026, 1, 18, 20, tzinfo=UTC)
    measured = Forecasts(Inputs(storm)).protons(at)
    monkeypatch.setattr(Inputs, "best", lambda *_: None)
    made = Forecasts(Inputs(storm)).protons(at)
    assert {one.says for one in measured.chances} == {()}
    assert {one.says for one in made.chances} == {("estimated",)}
    assert 0 < made.chances[0].probability < 1
