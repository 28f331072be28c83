"""From the model to IWXXM and back: nothing is lost that is not named."""

from datetime import UTC, datetime
from functools import reduce

import pytest
import shapely
from bulletin_kit import advisories, boxes
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from msgspec import structs
from trip_kit import SAME_AREA, unlike

from stormcone.advisory.advisory import Group, Number, State
from stormcone.advisory.times import forecast_times
from stormcone.bulletin import iwxxm, iwxxm_2023_1, iwxxm_2025_2
from stormcone.effect.effect import Kind, Severity
from stormcone.reference.areas import Area, Band, Longitudes, Region, Side, area_of, iou, union
from stormcone.reference.rings import rings_of

OLDER = iwxxm_2023_1.RELEASES


def back(bulletin):
    """The advisory that a strict reader finds in a bulletin, without a finding."""
    read = iwxxm.read(bulletin.data)
    assert read.findings == ()
    (advisory,) = read.advisories
    return advisory


def saying(advisory, *regions, severity=Severity.MODERATE):
    """The advisory with these regions in its first outlook."""
    groups = tuple(Group(severity=severity, region=region) for region in regions)
    first = structs.replace(advisory.outlooks[0], state=State.GROUPS, groups=groups)
    return structs.replace(advisory, outlooks=(first, *advisory.outlooks[1:]))


def first_regions(advisory):
    return [group.region for group in advisory.outlooks[0].groups]


@pytest.mark.usefixtures("saxon")
@settings(max_examples=25)
@given(advisories())
def test_whatever_amendment_82_says_comes_back_from_2025_2_and_is_valid(validator, advisory):
    bulletin = iwxxm_2025_2.write(advisory)
    assert bulletin.losses == ()
    assert unlike(advisory, back(bulletin)) is None
    report = validator.check(bulletin.data)
    assert report.valid, report
    assert report.house == ()


def without_what_is_lost(advisory, losses):
    """The advisory as the losses say that it is written."""
    lost = " ".join(losses)

    def written(group):
        severe = "is MOD and SEV" in lost
        return structs.replace(group, severity=Severity.SEVERE) if severe else group

    outlooks = [
        structs.replace(o, groups=tuple(written(group) for group in o.groups))
        for o in advisory.outlooks
    ]
    newest = (max(advisory.replaces),) if "replaces:" in lost else advisory.replaces
    return structs.replace(advisory, outlooks=tuple(outlooks), replaces=newest)


@pytest.mark.usefixtures("saxon")
@settings(max_examples=25)
@given(advisories(), st.sampled_from(OLDER))
def test_2023_1_is_valid_and_loses_nothing_that_it_does_not_name(validator, advisory, release):
    bulletin = iwxxm_2023_1.write(advisory, release=release)
    (after,) = iwxxm.read(bulletin.data).advisories
    before = without_what_is_lost(advisory, bulletin.losses)
    drawn = 1 - 1e-5 if any("drawn" in loss for loss in bulletin.losses) else SAME_AREA
    assert unlike(before, after, group_by_group=False, same_area=drawn) is None
    assert validator.check(bulletin.data).valid


def told_simply(advisory):
    """The advisory with one severity, one replaced number, and no side but DAYSIDE alone."""

    def plain(group):
        region = (
            structs.replace(group.region, side=None) if group.region.bands else group.region
        )
        day = Region(side=Side.DAYSIDE) if region.side else region
        return structs.replace(group, severity=Severity.SEVERE, region=day)

    outlooks = [
        structs.replace(o, groups=tuple(plain(group) for group in o.groups))
        for o in advisory.outlooks
    ]
    return structs.replace(advisory, outlooks=tuple(outlooks), replaces=advisory.replaces[:1])


def of_two_effects(advisory):
    """The advisory as Amendment 79 combines effects: each place for both."""
    kinds = (Kind.HF_COM, Kind.GNSS)
    outlooks = [
        structs.replace(
            o,
            groups=tuple(
                structs.replace(group, effect=kind, levels=None)
                for group in o.groups
                for kind in kinds
            ),
        )
        for o in advisory.outlooks
    ]
    number, *replaces = (
        structs.replace(n, effect=kinds[0]) for n in (advisory.number, *advisory.replaces)
    )
    return structs.replace(
        advisory,
        number=number,
        effects=kinds,
        outlooks=tuple(outlooks),
        replaces=tuple(replaces),
    )


@settings(max_examples=20)
@given(advisories().map(told_simply), st.booleans(), st.sampled_from(OLDER))
def test_what_amendment_79_can_say_is_lossless_in_2023_1(advisory, both, release):
    if both:
        advisory = of_two_effects(advisory)
    assume(any(outlook.groups for outlook in advisory.outlooks))
    bulletin = iwxxm_2023_1.write(advisory, release=release)
    assert bulletin.losses == ()
    assert unlike(advisory, back(bulletin), group_by_group=False) is None


@pytest.mark.shared
@pytest.mark.usefixtures("saxon")
def test_the_34_real_advisories_come_back_from_2025_2(real, validator):
    for advisory in real:
        bulletin = iwxxm_2025_2.write(advisory)
        assert unlike(advisory, back(bulletin)) is None
        report = validator.check(bulletin.data)
        assert report.valid, (advisory.number, report)
        assert report.house == ()


@pytest.mark.shared
@pytest.mark.usefixtures("saxon")
@pytest.mark.parametrize("release", OLDER)
def test_the_34_real_advisories_go_through_the_older_releases(real, validator, release):
    losses = []
    for advisory in real:
        bulletin = iwxxm_2023_1.write(advisory, release=release)
        report = validator.check(bulletin.data)
        assert report.valid, (advisory.number, report)
        assert report.release == release
        losses += [loss.partition(":")[0] for loss in bulletin.losses]
        before = without_what_is_lost(advisory, bulletin.losses)
        assert unlike(before, back(bulletin), group_by_group=False) is None
    assert losses == ["severity"] * 12


@pytest.mark.parametrize("style", ["polygon", "circle"])
def test_a_side_of_the_earth_comes_back_from_polygons_and_circles(released, style):
    sides = [Region(side=side) for side in Side]
    bulletin = iwxxm_2025_2.write(saying(released, *sides), style=style)
    assert (b"CircleByCenterPoint" in bulletin.data) == (style == "circle")
    assert first_regions(back(bulletin)) == sides


@st.composite
def hulls(draw):
    """A convex polygon in whole degrees, up to 170 wide, which may cross 180."""
    west = draw(st.integers(-180, 179))
    places = st.tuples(st.integers(west, west + 170), st.integers(-90, 90))
    hull = shapely.MultiPoint(draw(st.lists(places, min_size=3, max_size=7))).convex_hull
    assume(hull.geom_type == "Polygon")
    lonlat = shapely.get_coordinates(shapely.orient_polygons(hull)).tolist()
    return Region(polygon=tuple((lat, (lon + 180) % 360 - 180) for lon, lat in lonlat))


@st.composite
def rings_round_a_pole(draw):
    """A ring in whole degrees that runs round the Earth and encloses a pole."""
    lons = sorted(draw(st.sets(st.integers(-179, 179), min_size=5, max_size=9)))
    assume(all(0 < (b - a) % 360 < 170 for a, b in zip(lons, lons[1:] + lons[:1], strict=True)))
    pole = draw(st.sampled_from([1.0, -1.0]))
    lats = draw(st.lists(st.integers(35, 85), min_size=len(lons), max_size=len(lons)))
    ring = tuple((pole * lat, float(lon)) for lat, lon in zip(lats, lons, strict=True))
    return Region(polygon=(*ring, ring[0]))


def corners(region):
    return {(lat, lon % 360) for lat, lon in region.polygon}


def test_polygons_cut_at_180_degrees_come_back_whole(released):
    @settings(max_examples=40)
    @given(hulls() | boxes())
    def whole(region):
        before = saying(released, region)
        after = back(iwxxm_2025_2.write(before))
        assert unlike(before, after) is None
        (found,) = first_regions(after)
        assert corners(found) == corners(region)

    whole()


def test_rings_round_a_pole_come_back_with_their_area(released):
    @settings(max_examples=20)
    @given(rings_round_a_pole())
    def whole(region):
        before = saying(released, region)
        assert unlike(before, back(iwxxm_2025_2.write(before))) is None

    whole()


def test_a_plain_polygon_keeps_its_points_and_their_order(released):
    east = ((55.0, 55.0), (85.0, 55.0), (85.0, 5.0), (55.0, 5.0), (55.0, 55.0))
    across = ((40.0, 170.0), (40.0, -170.0), (50.0, -165.0), (60.0, 175.0), (40.0, 170.0))
    regions = [Region(polygon=east), Region(polygon=across)]
    assert first_regions(back(iwxxm_2025_2.write(saying(released, *regions)))) == regions


def test_a_polygon_that_runs_clockwise_comes_back_the_other_way(released):
    ring = ((50.0, 0.0), (60.0, 0.0), (60.0, 9.0), (50.0, 9.0), (50.0, 0.0))
    before = saying(released, Region(polygon=ring))
    after = back(iwxxm_2025_2.write(before))
    assert first_regions(after) == [Region(polygon=ring[::-1])]


@pytest.mark.parametrize(
    ("west", "east"), [(165, -105), (0, -120), (70, 15), (-179, 180), (-90, 90), (12, 13)]
)
@pytest.mark.parametrize("side", [None, Side.DAYSIDE])
def test_longitudes_are_restored_from_what_is_drawn(released, west, east, side):
    region = Region(bands=(Band.EQN, Band.HSH), side=side, longitudes=Longitudes(west, east))
    after = back(iwxxm_2025_2.write(saying(released, region)))
    (found,) = first_regions(after)
    assert (found.bands, found.side) == (region.bands, side)
    if side is None:
        assert found.longitudes == region.longitudes
    at = released.outlooks[0].at
    assert iou(area_of(found, at), area_of(region, at)) > 1 - 1e-9


def test_no_range_is_made_of_an_edge_between_day_and_night(released):
    """Near the equinox the sunlit part of a band is almost a range of longitudes."""
    spring = datetime(2020, 3, 26, 6, tzinfo=UTC)
    times = (spring, *forecast_times(spring))
    outlooks = [
        structs.replace(o, at=at) for o, at in zip(released.outlooks, times, strict=True)
    ]
    region = Region(bands=(Band.EQN,), side=Side.DAYSIDE)
    before = saying(structs.replace(released, outlooks=tuple(outlooks)), region)
    assert first_regions(back(iwxxm_2025_2.write(before))) == [region]
    older = iwxxm.read(iwxxm_2023_1.write(before).data)
    assert [finding.code for finding in older.findings] == ["iwxxm.labels"]
    found = [area_of(one, spring) for one in first_regions(older.advisories[0])]
    assert iou(reduce(union, found), area_of(region, spring)) > 1 - 1e-5


@pytest.mark.parametrize(
    "circle", [Longitudes(-180, 180), Longitudes(180, -180), Longitudes(0, 0)]
)
def test_the_whole_circle_is_no_range(released, circle):
    region = Region(bands=(Band.HNH,), longitudes=circle)
    after = back(iwxxm_2025_2.write(saying(released, region)))
    assert first_regions(after) == [Region(bands=(Band.HNH,))]


def test_the_models_own_area_comes_back_as_polygons_that_are_not_its_labels(released):
    exact = Area(
        parts=(
            ((61.5, 0.0), (61.5, 7.5), (66.5, 7.5), (66.5, 0.0), (61.5, 0.0)),
            ((70.0, 170.0), (70.0, 180.0), (72.0, 180.0), (72.0, 170.0), (70.0, 170.0)),
            ((70.0, -180.0), (70.0, -175.5), (72.0, -175.5), (72.0, -180.0), (70.0, -180.0)),
        )
    )
    before = saying(released, Region(bands=(Band.HNH,), exact=exact))
    at = before.outlooks[0].at
    for bulletin in (iwxxm_2025_2.write(before), iwxxm_2023_1.write(before)):
        read = iwxxm.read(bulletin.data)
        codes = [finding.code for finding in read.findings]
        assert codes == ["iwxxm.labels"]
        one, other = first_regions(read.advisories[0])
        assert not one.bands + other.bands
        assert iou(union(area_of(one, at), area_of(other, at)), exact) > SAME_AREA


cells = st.tuples(st.integers(-9, 8), st.integers(-18, 17))


@pytest.mark.usefixtures("saxon")
def test_areas_of_cells_are_drawn_soundly_and_come_back(released, validator):
    """Cells that touch at corners, enclose holes, lie at poles and on both sides of 180."""

    @settings(max_examples=25)
    @given(st.sets(cells, min_size=1, max_size=80))
    def sound(chosen):
        boxes = [shapely.box(10 * w, 10 * s, 10 * w + 10, 10 * s + 10) for s, w in chosen]
        exact = Area(parts=rings_of(shapely.union_all(boxes)))
        before = saying(released, Region(bands=tuple(Band), exact=exact))
        data = iwxxm_2025_2.write(before).data
        report = validator.check(data)
        assert report.valid, report
        (after,) = iwxxm.read(data).advisories
        at = after.outlooks[0].at
        areas = [area_of(region, at) for region in first_regions(after)]
        assert iou(reduce(union, areas), exact) > SAME_AREA

    sound()


def test_number_and_effect_make_the_key(released):
    old = Number(2025, Kind.HF_COM, 9999)
    after = back(iwxxm_2025_2.write(structs.replace(released, replaces=(old,))))
    assert (after.number, after.replaces) == (released.number, (old,))
