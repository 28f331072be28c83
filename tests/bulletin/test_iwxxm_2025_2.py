"""IWXXM 2025-2: true polygons, stable bytes, and the words of the form."""

import re

import pytest
from lxml import etree
from msgspec import structs

from stormcone.advisory.advisory import Group, Outlook, State
from stormcone.bulletin import iwxxm
from stormcone.bulletin.bulletin import BulletinError
from stormcone.bulletin.iwxxm_2025_2 import NAMESPACES, write
from stormcone.effect.effect import Kind, Severity
from stormcone.reference.areas import Area, Band, Levels, Region, Side, area_of, iou, union


def drawn(xml: bytes, analysis: int = 0) -> Area:
    """The area of all patches of one analysis."""
    path = f"(//iwxxm:analysis)[{analysis + 1}]//gml:posList/text()"
    whole = Area(parts=())
    for text in etree.fromstring(xml).xpath(path, namespaces=NAMESPACES):
        numbers = [float(word) for word in text.split()]
        ring = tuple(zip(numbers[::2], numbers[1::2], strict=True))
        whole = union(whole, Area(parts=(ring,)))
    return whole


def texts(xml: bytes, path: str) -> list[str]:
    return [str(t) for t in etree.fromstring(xml).xpath(path, namespaces=NAMESPACES)]


def with_first(advisory, outlook):
    return structs.replace(advisory, outlooks=(outlook, *advisory.outlooks[1:]))


@pytest.mark.shared
def test_every_real_region_is_drawn_as_its_words_say(real):
    for advisory in real:
        xml = write(advisory).data
        for index, outlook in enumerate(advisory.outlooks):
            words = Area(parts=())
            for group in outlook.groups:
                words = union(words, area_of(group.region, outlook.at))
            assert iou(drawn(xml, index), words) > 1 - 1e-9


def test_the_same_advisory_gives_the_same_bytes_and_another_gives_other_ids(released):
    assert write(released).data == write(released).data
    other = structs.replace(released, number=structs.replace(released.number, count=2))
    ids = [set(texts(write(a).data, "//@gml:id")) for a in (released, other)]
    assert not ids[0] & ids[1]


def test_the_sunlit_side_is_a_polygon_of_its_own_time(released):
    xml = write(released).data
    for index, outlook in enumerate(released.outlooks[:2]):
        day = area_of(Region(side=Side.DAYSIDE), outlook.at)
        north = area_of(Region(bands=(Band.HNH,)), outlook.at)
        assert iou(drawn(xml, index), union(day, north)) > 0.99999
    assert b"CircleByCenterPoint" not in xml


def test_the_models_own_area_is_preferred_to_its_words(released):
    exact = Area(parts=(((61.5, 0.0), (61.5, 7.5), (66.5, 7.5), (66.5, 0.0), (61.5, 0.0)),))
    region = Region(bands=(Band.HNH,), exact=exact)
    group = Group(severity=Severity.SEVERE, region=region)
    xml = write(
        with_first(released, structs.replace(released.outlooks[0], groups=(group,)))
    ).data
    assert iou(drawn(xml), exact) == pytest.approx(1)
    hrefs = texts(xml, "(//iwxxm:analysis)[1]//iwxxm:locationIndicator/@xlink:href")
    assert hrefs == ["http://codes.wmo.int/49-2/SpaceWxLocation/HNH"]


def test_nothing_expected_and_not_available_are_different_silences(released):
    at = released.outlooks[0].at
    reasons = []
    for state in (State.NO_SWX_EXP, State.NOT_AVBL):
        quiet = with_first(released, Outlook(observed=True, at=at, state=state))
        (reason,) = texts(write(quiet).data, "//iwxxm:intensityAndRegion/@nilReason")
        reasons.append(reason.rpartition("/")[2])
    assert reasons == ["nothingOfOperationalSignificance", "missing"]


@pytest.mark.parametrize("levels", [Levels(400), Levels(250, 350)])
def test_radiation_levels_are_flight_levels_above_the_standard_surface(
    released, validator, levels
):
    region = Region(bands=(Band.HNH,))
    group = Group(severity=Severity.MODERATE, region=region, levels=levels)
    outlook = structs.replace(released.outlooks[0], groups=(group,))
    number = structs.replace(released.number, effect=Kind.RADIATION)
    advisory = structs.replace(
        with_first(released, outlook), effects=(Kind.RADIATION,), number=number
    )
    xml = write(advisory).data
    assert texts(xml, "//aixm:lowerLimit/text()") == [f"{levels.lower_fl}"]
    assert not validator.check(xml).xsd


def test_an_exercise_is_not_operational_and_the_end_has_no_next(released):
    end = structs.replace(released, next_by=None, remark=None)
    xml = write(end).data
    assert b'permissibleUsage="NON-OPERATIONAL" permissibleUsageReason="EXERCISE"' in xml
    assert re.search(rb'<iwxxm:nextAdvisoryTime nilReason="[^"]*inapplicable"/>', xml)
    assert re.search(rb"<iwxxm:remarks xsi:nil", xml)


def test_coordinates_have_at_most_four_decimals(released):
    for text in texts(write(released).data, "//gml:posList/text()"):
        assert re.fullmatch(r"(-?\d+(\.\d{1,4})?( |$))+", text)


def test_a_draft_and_a_shelter_advisory_are_refused(draft, released):
    with pytest.raises(BulletinError, match="a draft has no number"):
        write(draft)
    with pytest.raises(BulletinError, match="no form for SHELTER"):
        write(structs.replace(released, effects=(Kind.SHELTER,)))


@pytest.mark.shared
def test_circles_are_round_the_points_of_wmos_own_example(shared):
    """authorities/icao_swx.md: the points under the Sun in A2-5.xml."""
    body = (shared / "data/icao/official_examples/v2023-1/spacewx-A2-5.xml").read_bytes()
    ours = write(iwxxm.read(body).advisories[0], style="circle").data
    points = [texts(xml, "//gml:pos/text()") for xml in (ours, body)]
    assert len(points[0]) == len(points[1]) == 4
    for mine, theirs in zip(*points, strict=True):
        near = [pytest.approx(float(degrees), abs=0.05) for degrees in theirs.split()]
        assert [float(degrees) for degrees in mine.split()] == near
    assert texts(ours, "//gml:radius/text()") == ["10100"] * 4


def test_only_a_side_alone_is_a_circle(released):
    regions = [Region(side=Side.NIGHTSIDE), Region(bands=(Band.HNH,), side=Side.DAYSIDE)]
    groups = tuple(Group(severity=Severity.SEVERE, region=region) for region in regions)
    first = structs.replace(released.outlooks[0], groups=groups)
    data = write(structs.replace(with_first(released, first)), style="circle").data
    path = "(//iwxxm:analysis)[1]//gml:CircleByCenterPoint"
    assert len(etree.fromstring(data).xpath(path, namespaces=NAMESPACES)) == 1


def test_more_labels_than_a_region_can_have_stand_in_two(released, validator):
    region = Region(bands=tuple(Band), side=Side.DAYSIDE)
    group = Group(severity=Severity.SEVERE, region=region)
    outlook = structs.replace(released.outlooks[0], groups=(group,))
    advisory = with_first(released, outlook)
    data = write(advisory).data
    path = "(//iwxxm:analysis)[1]//iwxxm:locationIndicator/@xlink:href"
    assert len(texts(data, path)) == 8
    assert not validator.check(data).xsd
    assert iwxxm.read(data).advisories == (advisory,)
