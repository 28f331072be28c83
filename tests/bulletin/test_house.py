"""House rules: what the official rules let through, and what WMO's own examples break."""

import pytest
from msgspec import structs

from stormcone.advisory.advisory import Group, State
from stormcone.bulletin import collect, iwxxm_2023_1, iwxxm_2025_2
from stormcone.bulletin.bulletin import Weight
from stormcone.bulletin.heading import XML, heading_for
from stormcone.bulletin.house import house_findings
from stormcone.bulletin.xml import parse_xml
from stormcone.effect.effect import Kind, Severity
from stormcone.reference.areas import Area, Band, Levels, Longitudes, Region

RING = b"<gml:posList>60 180 90 180 90 -180 60 -180 60 180</gml:posList>"
OFFICIAL = {  # authorities/icao_swx.md: defects of WMO's examples, by line
    "v2025-2/spacewx-A7-3.xml": {
        (77, "iwxxm.id"),  # uuid.uuid.
        (159, "iwxxm.labels"),  # the day side of 07Z at 01Z
        (208, "iwxxm.coordinate"),  # a night side round 9999 9999
    },
    "v2025-2/spacewx-A7-3_alternate.xml": {
        (69, "iwxxm.ring"),  # the inside to the right
        (105, "iwxxm.ring"),  # a night side not cut at 180 degrees
    },
    "v2025-2/spacewx-A7-5.xml": {
        (63, "iwxxm.ring"),  # a ring round the pole, not closed along it
        (120, "iwxxm.times"),  # 2016 among times of 2020
    },
}


@pytest.fixture
def xml(released) -> bytes:
    return iwxxm_2025_2.write(released).data


def found(xml, name=None):
    return [(finding.code, finding.message) for finding in house_findings(parse_xml(xml), name)]


def codes(xml, name=None):
    return {code.removeprefix("iwxxm.") for code, _ in found(xml, name)}


def test_what_we_write_breaks_no_house_rule(xml):
    assert found(xml) == []


@pytest.mark.shared
def test_the_official_examples_break_none_but_by_their_known_defects(shared):
    folder = shared / "data/icao/official_examples"
    paths = sorted(folder.glob("*/*.xml"))
    assert len(paths) == 10
    for path in paths:
        findings = house_findings(parse_xml(path.read_bytes()))
        places = {(finding.line, finding.code) for finding in findings}
        assert places == OFFICIAL.get(str(path.relative_to(folder)), set()), path.name


@pytest.mark.parametrize(
    ("positions", "fault"),
    [
        (b"60 -190 60 180 90 180 60 -190", "outside 90 and 180"),
        (b"60 180 60 -180 90 -180 90 180 60 180", "inside to the right"),
        (b"60 0 70 10 60 10 70 0 60 0", "crosses itself"),
        (b"60 170 60 -170 70 -170 70 170 60 170", "must be cut there"),
        (b"60 0 70 10", "does not end where it starts"),
        (b"60 0 70 10 60", "not numbers in pairs"),
        (b"sixty 0", "not numbers in pairs"),
        (b"nan 0 nan 1 nan 2 nan 0", "not numbers in pairs"),
        (b"", "not numbers in pairs"),
    ],
)
def test_rings_are_sound(xml, positions, fault):
    assert RING in xml
    spoilt = xml.replace(RING, b"<gml:posList>" + positions + b"</gml:posList>", 1)
    assert any(fault in message for _, message in found(spoilt))


def test_a_hole_runs_the_other_way(xml):
    hole = (
        b"<gml:interior><gml:LinearRing><gml:posList>70 0 80 0 80 9 70 9 70 0</gml:posList>"
        b"</gml:LinearRing></gml:interior></gml:PolygonPatch>"
    )
    plain = xml.replace(b"</gml:PolygonPatch>", hole, 1)
    assert "ring" not in codes(plain)
    turned = plain.replace(b"70 0 80 0 80 9 70 9 70 0", b"70 0 70 9 80 9 80 0 70 0")
    assert "ring" in codes(turned)


SPOILT = {  # what is written instead of what, and the rule
    "an outlook an hour late": (b"2026-02-01T06:00:00Z", b"2026-02-01T07:00:00Z", "times"),
    "an outlook in another year": (b"2026-02-01T06:00:00Z", b"2027-02-01T06:00:00Z", "times"),
    "an outlook of no time": (b"2026-02-01T06:00:00Z", b"2026-02-31T06:00:00Z", "time"),
    "two observations": (b'"FORECAST"', b'"OBSERVATION"', "outlooks"),
    "no outlooks": (b"SpaceWeatherAnalysis", b"SpaceWeatherThought", "outlooks"),
    "a number of nothing": (b">2026/1<", b">2026/0<", "number"),
    "a number in Arabic digits": (b">2026/1<", ">2026/\u0661<".encode(), "number"),
    "another band": (b"SpaceWxLocation/HNH", b"SpaceWxLocation/MNH", "labels"),
    "another day": (b"2026-01-31T18:00:00Z", b"2026-01-31T06:00:00Z", "labels"),
}


EXERCISE = b'"NON-OPERATIONAL" permissibleUsageReason="EXERCISE"'


@pytest.mark.parametrize("what", SPOILT)
def test_what_breaks_a_rule_is_found(xml, what):
    old, new, code = SPOILT[what]
    earnest = xml.replace(EXERCISE, b'"OPERATIONAL"')
    spoilt = earnest.replace(old, new)
    assert spoilt != earnest
    assert code in codes(spoilt)


def test_a_test_cut_short_needs_no_outlooks(xml):
    assert "outlooks" not in codes(xml.replace(b"SpaceWeatherAnalysis", b"SpaceWeatherThought"))


def saying(advisory, region, levels=None):
    group = Group(severity=Severity.SEVERE, region=region, levels=levels)
    first = structs.replace(advisory.outlooks[0], state=State.GROUPS, groups=(group,))
    return structs.replace(advisory, outlooks=(first, *advisory.outlooks[1:]))


@pytest.mark.parametrize("codec", [iwxxm_2025_2, iwxxm_2023_1])
def test_only_radiation_has_flight_levels(released, codec):
    high = saying(released, Region(bands=(Band.HNH,)), Levels(350))
    assert "level" in codes(codec.write(high).data)
    number = structs.replace(released.number, effect=Kind.RADIATION)
    radiation = structs.replace(high, number=number, effects=(Kind.RADIATION,))
    assert "level" not in codes(codec.write(radiation).data)


SIXTH = ((60.0, 0.0), (60.0, 60.0), (75.0, 60.0), (75.0, 0.0), (60.0, 0.0))
HIGHER = ((61.0, 0.0), (61.0, 60.0), (90.0, 60.0), (90.0, 0.0), (61.0, 0.0))


@pytest.mark.parametrize("codec", [iwxxm_2025_2, iwxxm_2023_1])
@pytest.mark.parametrize(
    ("ring", "weight"), [(SIXTH, Weight.WARNING), (HIGHER, Weight.WARNING)]
)
def test_an_area_within_its_labels_is_only_worth_a_look(released, codec, ring, weight):
    region = Region(bands=(Band.HNH,), exact=Area(parts=(ring,)))
    findings = list(house_findings(parse_xml(codec.write(saying(released, region)).data)))
    assert [(f.code, f.weight) for f in findings] == [("iwxxm.labels", weight)]


def test_an_area_beyond_its_labels_is_an_error(released):
    region = Region(bands=(Band.HNH,), longitudes=Longitudes(0, 60))
    xml = iwxxm_2025_2.write(saying(released, region)).data
    lower = xml.replace(b"60 60", b"55 60").replace(b"60 0", b"55 0")
    assert lower != xml
    (finding,) = house_findings(parse_xml(lower))
    assert (finding.code, finding.weight) == ("iwxxm.labels", Weight.ERROR)
    assert "drawn beyond HNH (common share 0.16)" in finding.message


def test_a_region_is_judged_at_each_time_that_it_is_used(xml):
    """The day side of one outlook is not that of another, by reference as little as inside."""
    start, *_ = xml.partition(b"<iwxxm:intensityAndRegion>")
    name = xml[len(start) :].partition(b'gml:id="')[2].partition(b'"')[0]
    last = xml.rindex(b"<iwxxm:intensityAndRegion>")
    end = xml.rindex(b"</iwxxm:intensityAndRegion>") + len(b"</iwxxm:intensityAndRegion>")
    last = xml.rindex(b"<iwxxm:intensityAndRegion>", 0, last)
    lent = b'<iwxxm:intensityAndRegion xlink:href="#' + name + b'"/>'
    found_there = codes(xml[:last] + lent + xml[end:])
    assert found_there == set()
    third = xml.index(b"<iwxxm:analysis>", xml.index(b"2026-02-01T06:00:00Z") - 400)
    start = xml.index(b"<iwxxm:intensityAndRegion>", third)
    end = xml.index(b"</iwxxm:intensityAndRegion>", start) + len(b"</iwxxm:intensityAndRegion>")
    assert codes(xml[:start] + lent + xml[end:]) == {"labels"}


NAME = "A_LNXX02ZBBB311805_C_ZBBB_20260131180500.xml"


@pytest.fixture
def collected(released) -> bytes:
    at = released.issued.replace(minute=5)
    heading = heading_for(released, "ZBBB", at, data_type=XML)
    return collect.write([iwxxm_2025_2.write(released)], heading, at).data


@pytest.mark.parametrize("name", [None, NAME, f"{NAME}.gz"])
def test_the_identifier_of_a_collect_is_the_name_of_its_file(collected, name):
    assert found(collected, name) == []


def test_another_name_or_none_is_found(collected):
    ((code, message),) = found(collected, "advisory.xml")
    assert code == "iwxxm.identifier"
    assert NAME in message
    assert codes(collected.replace(NAME.encode(), b"advisory.xml")) == {"identifier"}


def test_reports_of_two_releases_do_not_share_a_collect(released, collected):
    older = iwxxm_2023_1.write(released).data.partition(b"?>")[2]
    end = b"<collect:bulletinIdentifier>"
    member = (
        b"<collect:meteorologicalInformation>" + older + b"</collect:meteorologicalInformation>"
    )
    assert codes(collected.replace(end, member + end)) == {"collect"}
