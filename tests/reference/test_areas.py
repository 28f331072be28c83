"""Areas against the table of hand-computed square degrees, and against WMO's own polygons."""

from datetime import UTC, datetime, timedelta
from math import pi

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from stormcone.bulletin import tac_amd82
from stormcone.observation import scenario
from stormcone.reference.areas import (
    Area,
    Band,
    Levels,
    Longitudes,
    Region,
    Side,
    area_of,
    contains,
    covers,
    difference,
    intersection,
    iou,
    region_text,
    square_degrees,
    steradians,
    union,
)
from stormcone.reference.rings import RingError, ring_shape, rings_of

AT = datetime(2026, 1, 19, 20, 6, tzinfo=UTC)
WHOLE_EARTH = Area(parts=(((-90, -180), (-90, 180), (90, 180), (90, -180), (-90, -180)),))
EASTWARD = {(165, -105): 90, (0, -120): 240, (70, 15): 305, (180, -180): 360, (-180, 180): 360,
            (0, 0): 360, (45, 150): 105, (180, 90): 270, (90, -180): 90}  # fmt: skip


def polygon(text):
    points = []
    for pair in text.split("-"):
        lat, lon = pair.split()
        signs = {"N": 1, "S": -1, "E": 1, "W": -1}
        points.append((signs[lat[0]] * int(lat[1:]), signs[lon[0]] * int(lon[1:])))
    return Region(polygon=tuple(points))


POLYGONS = {  # authorities/icao_swx.md: areas computed by hand
    "N50 W180 - N50 E180 - N90 E180 - N90 W180 - N50 W180": 14400,
    "N55 E180 - N90 E180 - N90 W180 - N55 W180 - N55 E180": 12600,
    "S55 W180 - S90 W180 - S90 E180 - S55 E180 - S55 W180": 12600,
    "S90 E115 - S90 W135 - S60 W135 - S60 E115 - S90 E115": 3300,
    "N80 W180-N70 W075-N60 E015-N70 E075-N80 W180": 6900,
    "S85 E100 - S85 E135 - S55 E135 - S55 E100 - S85 E100": 1050,
    "S90 E180 - S50 E180 - S50 W180 - S90 W180 - S90 E180": 14400,
}


@pytest.mark.parametrize(("text", "square"), POLYGONS.items())
def test_a_polygon_has_the_area_that_a_hand_computes(text, square):
    assert square_degrees(area_of(polygon(text), AT)) == pytest.approx(square)


def test_a_polygon_across_180_degrees_falls_into_two_parts():
    area = area_of(polygon("S90 E115 - S90 W135 - S60 W135 - S60 E115 - S90 E115"), AT)
    assert sorted(square_degrees(Area(parts=(ring,))) for ring in area.parts) == [1350, 1950]


def test_the_ring_round_the_pole_of_the_official_example_reaches_the_pole():
    area = area_of(polygon("N80 W180-N70 W075-N60 E015-N70 E075-N80 W180"), AT)
    assert contains(area, 90, 12)
    assert not contains(area, 0, 12)


def test_a_ring_round_the_equator_must_say_which_pole_it_means():
    with pytest.raises(RingError, match="which pole"):
        area_of(polygon("N10 W180-S10 W060-N10 E060-N10 W180"), AT)


@pytest.mark.parametrize(("ends", "width"), EASTWARD.items())
def test_longitudes_run_eastward_from_the_first_value_to_the_second(ends, width):
    region = Region(bands=(Band.EQN,), longitudes=Longitudes(*ends))
    assert square_degrees(area_of(region, AT)) == pytest.approx(30 * width)


def test_the_pacific_of_19_january_is_not_its_complement():
    pacific = Region(bands=(Band.EQS, Band.MSH, Band.HSH), longitudes=Longitudes(165, -105))
    area = area_of(pacific, AT)
    assert square_degrees(area) == pytest.approx(8100)
    assert contains(area, -20, -170)
    assert not contains(area, -20, 0)


BANDS = st.lists(st.sampled_from(list(Band)), unique=True, min_size=1).map(tuple)
LONGITUDES = st.builds(Longitudes, st.integers(-180, 180), st.integers(-180, 180))
TIMES = st.datetimes(datetime(2020, 1, 1), datetime(2030, 1, 1)).map(
    lambda t: t.replace(second=0, microsecond=0, tzinfo=UTC)
)


@settings(deadline=None)
@given(BANDS, st.sampled_from(Side), LONGITUDES, TIMES)
def test_a_region_is_never_larger_than_any_of_its_indicators(bands, side, longitudes, at):
    whole = area_of(Region(bands=bands, side=side, longitudes=longitudes), at)
    for indicator in (
        Region(bands=bands),
        Region(side=side),
        Region(bands=tuple(Band), longitudes=longitudes),
    ):
        assert covers(area_of(indicator, at), whole)


@settings(deadline=None)
@given(TIMES)
def test_day_and_night_are_the_whole_sphere_and_share_nothing(at):
    day, night = (area_of(Region(side=side), at) for side in Side)
    assert steradians(union(day, night)) == pytest.approx(4 * pi)
    assert steradians(intersection(day, night)) == pytest.approx(0, abs=1e-9)
    half_within_two_promille = pytest.approx(2 * pi, rel=2e-3)
    assert steradians(day) == half_within_two_promille


def test_an_equinox_has_a_day_side_too():
    equinox = datetime(2026, 3, 20, tzinfo=UTC)
    for hours in range(48):
        day = area_of(Region(side=Side.DAYSIDE), equinox + timedelta(hours=hours))
        assert steradians(day) == pytest.approx(2 * pi, rel=5e-3)


def test_set_operations_agree_with_each_other():
    north, east = (
        Region(bands=(Band.HNH,)),
        Region(bands=tuple(Band), longitudes=Longitudes(0, 90)),
    )
    a, b = area_of(north, AT), area_of(east, AT)
    assert square_degrees(union(a, b)) == 10800 + 16200 - 2700
    assert square_degrees(difference(a, b)) == 10800 - 2700
    assert iou(a, a) == 1
    assert iou(difference(a, b), intersection(a, b)) == pytest.approx(0)
    assert steradians(WHOLE_EARTH) == pytest.approx(4 * pi)


boxes = st.builds(Longitudes, st.integers(-180, 180), st.integers(-180, 180)).flatmap(
    lambda longitudes: st.builds(
        lambda south, height: box_of(south, min(south + height, 90), longitudes),
        st.integers(-90, 85),
        st.integers(1, 180),
    )
)


def box_of(south, north, longitudes):
    """A box that may cross 180 degrees, as ICAO's words cannot say it: from the sphere."""
    everywhere = area_of(Region(bands=tuple(Band), longitudes=longitudes), AT)
    ring = ((south, -180), (south, 180), (north, 180), (north, -180), (south, -180))
    return intersection(everywhere, Area(parts=(ring,)))


@settings(deadline=None)
@given(boxes, boxes)
def test_what_both_have_and_what_only_one_has_make_up_the_whole(a, b):
    both, only_a, only_b = intersection(a, b), difference(a, b), difference(b, a)
    parts = sum(steradians(part) for part in (both, only_a, only_b))
    assert steradians(union(a, b)) == pytest.approx(parts)
    assert steradians(both) + steradians(only_a) == pytest.approx(steradians(a))
    assert covers(a, both)
    assert covers(union(a, b), a)
    assert not intersection(only_a, only_b).parts
    assert iou(a, b) == pytest.approx(iou(b, a))


@settings(deadline=None)
@given(boxes, boxes)
def test_the_whole_of_two_areas_is_the_same_whichever_comes_first(a, b):
    assert iou(union(a, b), union(b, a)) == pytest.approx(1)
    assert iou(union(a, intersection(a, b)), a) == pytest.approx(1)


ACROSS_180 = [  # authorities/icao_swx.md: square degrees and boxes computed by hand
    ("2026/HF COM/21", 0, 8100, [(-90, 0, 165, 180), (-90, 0, -180, -105)]),
    ("2026/HF COM/23", 0, 48600, [(-90, 90, 0, 180), (-90, 90, -180, -90)]),
    ("2026/HF COM/25", 0, 28800, [(-30, 90, 0, 180), (-30, 90, -180, -120)]),
    ("2026/HF COM/27", 1, 21600, [(60, 90, -180, 180), (-90, -60, -180, 180)]),
    ("2026/HF COM/29", 0, 54900, [(-90, 90, 70, 180), (-90, 90, -180, 15)]),
    ("2026/GNSS/30", 1, 2750, [(-90, -65, 115, 180), (-90, -65, -180, -135)]),
    ("2026/GNSS/31", 0, 3300, [(-90, -60, 115, 180), (-90, -60, -180, -135)]),
]


@pytest.fixture(scope="module")
def issued():
    body = scenario.load("2026-01").real_advisories
    return {one.number.key: one for one in tac_amd82.read(body, keep_form=True).advisories}


@pytest.mark.parametrize(("key", "nth", "square", "drawn"), ACROSS_180)
def test_what_a_peer_reads_as_the_complement_is_what_a_hand_draws(
    issued, key, nth, square, drawn
):
    outlook = issued[key].outlooks[0]
    area = area_of(outlook.groups[nth].region, outlook.at)
    assert square_degrees(area) == pytest.approx(square)
    by_hand = Area(parts=())
    for south, north, west, east in drawn:
        ring = ((south, west), (south, east), (north, east), (north, west), (south, west))
        by_hand = union(by_hand, Area(parts=(ring,)))
    assert iou(area, by_hand) == pytest.approx(1)


def test_a_hole_is_cut_open_and_nothing_is_lost():
    band = area_of(Region(bands=(Band.EQN,)), AT)
    hole = area_of(polygon("N10 W010 - N20 W010 - N20 E010 - N10 E010 - N10 W010"), AT)
    rest = difference(band, hole)
    assert square_degrees(rest) == 10800 - 200
    assert not contains(rest, 15, 0)


flight_levels = st.integers(0, 60).map(lambda thousands: thousands * 7)
levels = st.builds(
    lambda lower, depth: Levels(lower, None if depth is None else lower + depth),
    flight_levels,
    st.none() | st.integers(1, 300),
)


@given(levels, levels)
def test_levels_with_others_cover_both_and_thousands_cover_them(a, b):
    both = a.with_also(b)
    assert both == b.with_also(a)
    assert both.covers(a)
    assert both.covers(b)
    rounded = both.in_thousands()
    assert rounded.covers(both)
    assert rounded.lower_fl % 10 == 0
    assert both.lower_fl - rounded.lower_fl < 10
    assert (rounded.upper_fl is None) == (a.upper_fl is None or b.upper_fl is None)


def test_levels_up_to_a_top_do_not_cover_those_above_it():
    assert not Levels(250, 320).covers(Levels(250))
    assert Levels(250).covers(Levels(250, 320))
    assert not Levels(320).covers(Levels(310, 400))


def test_an_asset_has_no_area():
    with pytest.raises(ValueError, match="no bands, side, longitudes or polygon"):
        area_of(Region(asset="25544"), AT)


def test_a_region_says_what_the_bulletin_says():
    assert region_text(Region(bands=(Band.MNH,), side=Side.DAYSIDE)) == "MNH DAYSIDE"
    assert (
        region_text(Region(longitudes=Longitudes(0, 0), bands=(Band.HNH,))) == "HNH E000 - W000"
    )
    with pytest.raises(ValueError, match="whole degrees"):
        region_text(Region(polygon=((1.5, 0), (2, 0), (2, 2), (1.5, 0))))


@pytest.mark.shared
def test_the_day_side_agrees_with_the_polygons_of_wmo(shared):
    path = shared / "data/icao/official_examples/v2025-2/spacewx-A7-3_alternate.xml"
    gml = "{http://www.opengis.net/gml/3.2}posList"
    rings = []
    for element in etree.fromstring(path.read_bytes()).iter(gml):
        numbers = [float(word) for word in element.text.split()]
        ring = list(zip(numbers[::2], numbers[1::2], strict=True))
        rings.append(ring_shape(ring, inside_is_left=True))
    at = datetime(2020, 11, 8, 1, tzinfo=UTC)
    middle = (Band.MNH, Band.EQN, Band.EQS, Band.MSH)
    severe = Area(parts=rings_of(rings[0].union(rings[1])))
    moderate = Area(parts=rings_of(rings[2]))
    as_close_as_five_degree_vertices = 0.995
    sunlit = area_of(Region(bands=middle, side=Side.DAYSIDE), at)
    assert iou(severe, sunlit) > as_close_as_five_degree_vertices
    dark = area_of(Region(side=Side.NIGHTSIDE), at)
    assert iou(moderate, dark) > as_close_as_five_degree_vertices
