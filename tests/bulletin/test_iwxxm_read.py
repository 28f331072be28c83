"""Reading IWXXM of every release: WMO's examples, FMI's files, and whatever bytes come."""

import re
from datetime import UTC, datetime
from math import cos, pi, radians

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec import structs
from trip_kit import unlike

from stormcone.advisory.advisory import Group, Number, Outlook, State, Status
from stormcone.bulletin import (
    iwxxm,
    iwxxm_3_0,
    iwxxm_2023_1,
    iwxxm_2025_2,
    tac_amd82,
)
from stormcone.bulletin.bulletin import BulletinError, Stub, Weight
from stormcone.effect.effect import Kind, Severity
from stormcone.reference.areas import (
    Area,
    Band,
    Levels,
    Longitudes,
    Region,
    Side,
    area_of,
    iou,
    square_degrees,
    steradians,
    union,
)

OFFICIAL = "data/icao/official_examples"
FMI = "data/icao/synthetic_or_test/fmi_iwxxm"
WIDE = Longitudes(180, -180)


@pytest.fixture
def official(shared):
    return lambda name: (shared / OFFICIAL / name).read_bytes()


@pytest.fixture
def text_of(official):
    """The advisory in the text beside an official example, which lacks the end sign."""
    return lambda name: tac_amd82.read(official(name).rstrip() + b"=").advisories[0]


def only(data, *, strict=True):
    """The one advisory of a document that gives no finding."""
    read = iwxxm.read(data, strict=strict)
    assert read.findings == ()
    (advisory,) = read.advisories
    return advisory


@pytest.mark.shared
def test_a7_3_alternate_says_what_its_text_says(official, text_of):
    found = only(official("v2025-2/spacewx-A7-3_alternate.xml"))
    assert unlike(text_of("v2025-2/spacewx-A7-3.tac"), found) is None


@pytest.mark.shared
def test_a7_3_says_what_its_text_says_but_for_its_two_circles(official, text_of):
    """Its day side is that of 07Z at 01Z, and its night side is round 9999 9999."""
    body = official("v2025-2/spacewx-A7-3.xml")
    with pytest.raises(BulletinError, match=r"line 207.*9999 9999"):
        iwxxm.read(body)
    read = iwxxm.read(body, strict=False)
    assert [f.code for f in read.findings] == ["iwxxm.labels", "iwxxm.coordinate"]
    (found,) = read.advisories
    first = found.outlooks[0]
    assert {g.severity for g in first.groups if g.region.polygon} == {Severity.SEVERE}
    assert first.groups[-1].region == Region(side=Side.NIGHTSIDE)
    mended = body.replace(b"-16.71 70.94", b"-16.64 160.94").replace(
        b"9999 9999", b"16.64 -19.06"
    )
    assert unlike(text_of("v2025-2/spacewx-A7-3.tac"), only(mended)) is None


@pytest.mark.shared
@pytest.mark.parametrize("name", ["A7-4", "A7-4_alternate"])
def test_a7_4_says_what_its_text_says(official, text_of, name):
    """A7-4.xml makes two groups of the one in its text; the areas are the same."""
    found = only(official(f"v2025-2/spacewx-{name}.xml"))
    text = text_of("v2025-2/spacewx-A7-4.tac")
    assert unlike(text, found, group_by_group=name != "A7-4") is None


@pytest.mark.shared
def test_a7_5_says_what_its_text_says_but_for_a_year(official, text_of):
    """Its last outlook is of 2016; its ring runs westward round the pole."""
    body = official("v2025-2/spacewx-A7-5.xml")
    assert only(body).outlooks[4].at.year == 2016
    found = only(body.replace(b"2016-11-09", b"2020-11-09"))
    assert unlike(text_of("v2025-2/spacewx-A7-5.tac"), found) is None
    group = found.outlooks[0].groups[0]
    assert group.levels == Levels(400)
    assert square_degrees(area_of(group.region, found.issued)) == pytest.approx(6900)


def spoken(*regions, severity=Severity.MODERATE, levels=None, effects=(None,)):
    """Groups as Amendment 79 means them."""
    return tuple(
        Group(severity=severity, region=region, levels=levels, effect=effect)
        for region in regions
        for effect in effects
    )


CAPS = Region(bands=(Band.HNH, Band.HSH), longitudes=WIDE)
OLD = {  # what the texts say: number, replaced, effects, groups of the first four outlooks
    "A2-3": (2, 1, (Kind.HF_COM, Kind.GNSS), spoken(CAPS, effects=(Kind.HF_COM, Kind.GNSS))),
    "A2-4": (2, 1, (Kind.RADIATION,), spoken(CAPS, levels=Levels(350))),
    "A2-5": (
        1,
        None,
        (Kind.HF_COM,),
        spoken(Region(side=Side.DAYSIDE), severity=Severity.SEVERE),
    ),
}


@pytest.mark.shared
@pytest.mark.parametrize("name", OLD)
def test_the_examples_of_2023_1_say_what_their_texts_say(official, name):
    """But A2-5.xml: 00Z for 01Z of its text, and 2016/2 replacing 2016/1 for 2016/1."""
    count, replaced, effects, groups = OLD[name]
    found = only(official(f"v2023-1/spacewx-{name}.xml"))
    if name == "A2-5":
        count, replaced = 2, 1
    assert found.number == Number(2016, effects[0], count)
    assert found.replaces == (Number(2016, effects[0], replaced),)
    assert found.issued == datetime(2016, 11, 8, 1 if name == "A2-3" else 0, tzinfo=UTC)
    assert (found.effects, found.centre, found.status) == (
        effects,
        "DONLON",
        Status.OPERATIONAL,
    )
    hours = [outlook.at.hour for outlook in found.outlooks]
    assert hours == [1, 7, 13, 19, 1]
    assert [o.observed for o in found.outlooks] == [name != "A2-4", False, False, False, False]
    assert found.outlooks[4].state is State.NO_SWX_EXP
    said = [
        Outlook(observed=o.observed, at=o.at, state=State.GROUPS, groups=groups)
        for o in found.outlooks[:4]
    ]
    expected = structs.replace(found, outlooks=(*said, found.outlooks[4]))
    assert unlike(expected, found) is None
    text = official(f"v2023-1/spacewx-{name}.tac").decode()
    remark = text.partition("RMK:")[2].partition("NXT ADVISORY")[0]
    assert found.remark == " ".join(remark.split())
    assert (found.next_by is None) == ("NO FURTHER ADVISORIES" in text)


@pytest.mark.shared
@pytest.mark.parametrize("release", ["2023-1", "2025-2"])
def test_what_was_not_translated_is_told_with_its_text(official, release):
    body = official(f"v{release}/spacewx-translation-failed.xml")
    read = iwxxm.read(body)
    (finding,) = read.findings
    assert (finding.code, finding.weight) == ("iwxxm.untranslated", Weight.WARNING)
    assert "YUZZ" in finding.message
    assert "2014-05-15T15:30:00Z" in finding.message
    assert "ADVISORY NR: 2016/1 INVALID" in finding.message
    assert read.advisories == ()
    text = iwxxm.failed_tac(body)
    assert text.startswith("FVFE01 RJTD 230130 SWX ADVISORY DTG: 20161108/0100Z")


def test_a_translated_document_has_no_failed_text(released):
    assert iwxxm.failed_tac(iwxxm_2025_2.write(released).data) is None


FMI_STRICT = {
    "generic_space_weather_advisory_iwxxm-2021-2-spacewx-A2-3.xml",
    "v2025_2_swx_spacewx-A7-5.xml",
    "v3_0_spacewx-A2-3.xml",
    "v3_0_spacewx-A2-5.xml",
    "v3_0_spacewx-issuing-centre.xml",
}
FMI_REFUSED = {  # the first deviation, which a lenient reader notes
    "generic_space_weather_advisory_iwxxm-2025-2-spacewx-A7-3.xml": (213, "iwxxm.coordinate"),
    "generic_space_weather_advisory_iwxxm-30-spacewx-A2-3.xml": (56, "iwxxm.axes"),
    "v2025_2_swx_spacewx-A2-3.xml": (55, "iwxxm.axes"),
    "v2025_2_swx_spacewx-nil-reasons.xml": (56, "iwxxm.coordinate"),
    "v2025_2_swx_spacewx-repeated-regions.xml": (55, "iwxxm.axes"),
}


@pytest.mark.shared
def test_the_ten_files_of_fmi_are_read_and_five_of_them_strictly(shared):
    paths = sorted((shared / FMI).glob("*.xml"))
    assert {path.name for path in paths} == FMI_STRICT | FMI_REFUSED.keys()
    for path in paths:
        body = path.read_bytes()
        read = iwxxm.read(body, strict=False)
        assert len(read.advisories) == 1
        assert len(set(read.findings)) == len(read.findings)
        if path.name in FMI_STRICT:
            assert iwxxm.read(body) == read
            continue
        with pytest.raises(BulletinError) as refusal:
            iwxxm.read(body)
        place = refusal.value.finding.line, refusal.value.finding.code
        assert place == FMI_REFUSED[path.name]
        assert place in {(finding.line, finding.code) for finding in read.findings}


@pytest.mark.shared
def test_regions_named_by_reference_count_at_each_time(shared):
    body = (shared / FMI / "v2025_2_swx_spacewx-repeated-regions.xml").read_bytes()
    (found,) = iwxxm.read(body, strict=False).advisories
    caps = Region(bands=(Band.HNH, Band.HSH))
    for outlook, severity in zip(found.outlooks[:3], ("MOD", "MOD", "SEV"), strict=True):
        assert [(g.severity, g.region) for g in outlook.groups] == [(severity, caps)]


@pytest.mark.parametrize(
    ("codec", "release"),
    [(iwxxm_2025_2, "2025-2"), (iwxxm_2023_1, "2023-1"), (iwxxm_2023_1, "2021-2")],
)
def test_each_codec_reads_its_own_releases_and_no_other(released, codec, release):
    newest = release == "2025-2"
    written = codec.write(released) if newest else codec.write(released, release=release)
    assert iwxxm.form_of(written.data) == written.codec == f"iwxxm-{release}"
    assert codec.read(written.data).advisories == iwxxm.read(written.data).advisories
    for other in {iwxxm_2025_2, iwxxm_2023_1, iwxxm_3_0} - {codec}:
        with pytest.raises(BulletinError, match=r"iwxxm\.release"):
            other.read(written.data)


@pytest.fixture
def xml(released):
    """A radiation advisory with a band, the day side, a polygon and levels."""
    ring = ((50.0, 0.0), (50.0, 9.0), (60.0, 9.0), (60.0, 0.0), (50.0, 0.0))
    levels = Levels(250, 350)
    groups = (
        Group(severity=Severity.MODERATE, region=Region(bands=(Band.HNH,)), levels=levels),
        Group(severity=Severity.SEVERE, region=Region(polygon=ring), levels=Levels(320)),
    )
    first = structs.replace(released.outlooks[0], groups=groups)
    number = Number(2026, Kind.RADIATION, 1)
    quiet = [
        structs.replace(o, state=State.NO_SWX_EXP, groups=()) for o in released.outlooks[1:]
    ]
    advisory = structs.replace(
        released, outlooks=(first, *quiet), number=number, effects=(Kind.RADIATION,)
    )
    return iwxxm_2025_2.write(advisory).data


RING = b"50 0 50 9 60 9 60 0 50 0"
IMPOSSIBLE = {  # what is written instead of what, and the code of the refusal
    "effect": (b"<iwxxm:effect>RADIATION", b"<iwxxm:effect>WIFI", "effect"),
    "no effect": (b"<iwxxm:effect>RADIATION</iwxxm:effect>", b"", "effect"),
    "a day that is not": (b"2026-01-31T18:04:00Z", b"2026-02-31T18:04:00Z", "time"),
    "an hour 24": (b"2026-01-31T18:04:00Z", b"2026-01-31T24:00:00Z", "time"),
    "no zone": (b"2026-01-31T18:04:00Z", b"2026-01-31T18:04:00", "time"),
    "a year out of reach": (b"2026-01-31T18:04:00Z", b"0001-01-31T18:04:00+14:00", "time"),
    "an underscore": (RING, b"50 0 50 9 6_0 9 60 0 50 0", "coordinate"),
    "infinity": (RING, b"50 0 50 9 1e999 9 60 0 50 0", "coordinate"),
    "nan": (RING, b"50 0 50 9 nan 9 60 0 50 0", "coordinate"),
    "a latitude of 91": (RING, b"50 0 50 9 91 9 60 0 50 0", "coordinate"),
    "a longitude of 181": (RING, b"50 0 50 181 60 9 60 0 50 0", "coordinate"),
    "an odd number": (RING, b"50 0 50 9 60 9 60 0 50", "ring"),
    "two points": (RING, b"50 0 50 9 50 0", "ring"),
    "no area": (RING, b"50 0 50 9 50 5 50 0", "ring"),
    "a cross": (RING, b"50 0 60 9 50 9 60 0 50 0", "ring"),
    "too many points": (RING, b"50 0 " * 10_001, "ring"),
    "an open ring": (RING, b"50 0 50 9 60 9 60 0", "ring"),
    "a place": (b"SpaceWxLocation/HNH", b"SpaceWxLocation/NOT", "location"),
    "an intensity": (b">MOD<", b">BANANA<", "outlook"),
    "an indicator": (b'"OBSERVATION"', b'"GUESS"', "outlook"),
    "a number": (b">2026/1<", b">2026/0<", "number"),
    "Arabic digits": (b">2026/1<", ">\u0662026/1<".encode(), "number"),
    "a centre": (b"<aixm:name>CRC", b"<aixm:name>C", "centre"),
    "levels upside down": (b">250<", b">360<", "level"),
    "a level in cubits": (b'uom="FL">250', b'uom="CUBIT">250', "level"),
    "a level in words": (b'uom="FL">250', b'uom="FL">HIGH', "level"),
    "a usage": (b'permissibleUsage="NON-OPERATIONAL"', b'permissibleUsage="?"', "status"),
    "a reason": (b'permissibleUsageReason="EXERCISE"', b"", "status"),
    "another datum": (b"EPSG/0/4326", b"EPSG/0/27700", "srs"),
    "no surface": (b"horizontalProjection", b"verticalProjection", "surface"),
    "a dead reference": (
        b'<iwxxm:intensityAndRegion xsi:nil="true" '
        b'nilReason="http://codes.wmo.int/common/nil/nothingOfOperationalSignificance"/>',
        b'<iwxxm:intensityAndRegion xlink:href="#uuid.none"/>',
        "reference",
    ),
    "no time of issue": (b"issueTime", b"issuedTime", "missing"),
    "another release": (b"icao.int/iwxxm/2025-2", b"icao.int/iwxxm/2099-1", "release"),
    "another report": (b"SpaceWeatherAdvisory", b"SIGMET", "release"),
}


@pytest.mark.parametrize("what", IMPOSSIBLE)
def test_what_is_impossible_is_refused_with_its_line(xml, what):
    old, new, code = IMPOSSIBLE[what]
    assert old in xml
    spoilt = xml.replace(old, new)
    with pytest.raises(BulletinError) as refusal:
        iwxxm.read(spoilt)
    finding = refusal.value.finding
    assert finding.code == f"iwxxm.{code}"
    near = 1 + xml[: xml.index(old)].count(b"\n")
    assert finding.line <= 2 or abs(finding.line - near) <= 6


FORGIVEN = {  # what is written instead of what, and the code of the finding
    "an open ring": (RING, b"50 0 50 9 60 9 60 0", "ring"),
    "no reason": (b' permissibleUsageReason="EXERCISE"', b"", "status"),
    "seconds": (b"2026-01-31T18:04:00Z", b"2026-01-31T18:04:30Z", "time"),
    "feet between levels": (b'uom="FL">250', b'uom="FT">25010', "level"),
    "another silence": (b"nil/nothingOfOperationalSignificance", b"nil/withheld", "nil"),
}


@pytest.mark.parametrize("what", FORGIVEN)
def test_what_has_one_meaning_is_read_with_a_finding_or_strictly_refused(xml, what):
    old, new, code = FORGIVEN[what]
    spoilt = xml.replace(old, new)
    assert spoilt != xml
    read = iwxxm.read(spoilt, strict=False)
    assert {finding.code for finding in read.findings} == {f"iwxxm.{code}"}
    assert len(read.advisories) == 1
    with pytest.raises(BulletinError, match=rf"iwxxm\.{code}"):
        iwxxm.read(spoilt)


@pytest.mark.parametrize(
    ("lower", "upper", "levels"),
    [
        (b'uom="FL">250', b'uom="FL">350', Levels(250, 350)),
        (b'uom="FT">25000', b'uom="[ft_i]">35000', Levels(250, 350)),
        (b'uom="M">7620', b'uom="M">10668.0', Levels(250, 350)),
        (b'uom="FL">250', b'uom="FL">UNL', Levels(250)),
        (b'uom="FL">GND', b'uom="OTHER" xsi:nil="true" nilReason="unknown">', Levels(0)),
    ],
)
def test_levels_are_read_in_any_unit(xml, lower, upper, levels):
    spelt = xml.replace(b'uom="FL">250', lower).replace(b'uom="FL">350', upper)
    assert only(spelt).outlooks[0].groups[0].levels == levels


def test_a_test_without_outlooks_is_a_stub(released):
    data = iwxxm_2025_2.write(structs.replace(released, status=Status.TEST)).data
    cut = re.sub(
        rb"<iwxxm:advisoryNumber>.*(?=</iwxxm:SpaceWeatherAdvisory>)", b"", data, flags=re.S
    )
    read = iwxxm.read(cut)
    assert (read.advisories, read.stubs, read.findings) == ((), (Stub(Status.TEST),), ())
    earnest = cut.replace(b'"NON-OPERATIONAL" permissibleUsageReason="TEST"', b'"OPERATIONAL"')
    with pytest.raises(BulletinError, match=r"iwxxm\.effect"):
        iwxxm.read(earnest)


def test_an_amendment_is_read_and_told(xml):
    read = iwxxm.read(xml.replace(b'reportStatus="NORMAL"', b'reportStatus="AMENDMENT"'))
    assert [finding.code for finding in read.findings] == ["iwxxm.status"]


def test_what_is_drawn_counts_where_labels_mean_something_else(released):
    region = Region(bands=(Band.HNH,), longitudes=Longitudes(0, 90))
    group = Group(severity=Severity.MODERATE, region=region)
    first = structs.replace(released.outlooks[0], groups=(group,))
    advisory = structs.replace(released, outlooks=(first, *released.outlooks[1:]))
    data = iwxxm_2025_2.write(advisory).data
    moved = data.replace(b"SpaceWxLocation/HNH", b"SpaceWxLocation/MNH", 1)
    read = iwxxm.read(moved)
    (finding,) = read.findings
    assert finding.code == "iwxxm.labels"
    assert "MNH" in finding.message
    assert "0.00" in finding.message
    (found,) = read.advisories[0].outlooks[0].groups
    assert not found.region.bands
    assert iou(area_of(found.region, first.at), area_of(region, first.at)) == 1


def patched(xml, *patches):
    """The document with its first ring of HNH replaced by patches."""
    old = re.search(rb"<gml:PolygonPatch>.*?</gml:PolygonPatch>", xml, re.S).group()
    return xml.replace(old, b"".join(patches), 1)


def ring(positions, hole=b""):
    inner = (
        b"<gml:interior><gml:LinearRing><gml:posList>%s</gml:posList></gml:LinearRing>"
        b"</gml:interior>"
    )
    return (
        b"<gml:PolygonPatch><gml:exterior><gml:LinearRing><gml:posList>%s</gml:posList>"
        b"</gml:LinearRing></gml:exterior>%s</gml:PolygonPatch>"
    ) % (positions, inner % hole if hole else b"")


def test_patches_and_holes_are_one_area(xml):
    bare = xml.replace(b'xlink:href="http://codes.wmo.int/49-2/SpaceWxLocation/HNH"', b"")
    frame = ring(b"10 10 10 40 40 40 40 10 10 10", hole=b"20 20 30 20 30 30 20 30 20 20")
    stamp = ring(b"20 20 20 30 30 30 30 20 20 20")
    apart = ring(b"0 -20 0 -10 9 -10 9 -20 0 -20")
    for patches, area in (((frame,), 800), ((frame, stamp), 900), ((frame, apart), 890)):
        groups = only(patched(bare, *patches)).outlooks[0].groups[:-1]
        whole = Area(parts=())
        for group in groups:
            whole = union(whole, area_of(group.region, datetime(2026, 1, 31, tzinfo=UTC)))
        assert square_degrees(whole) == pytest.approx(area)


def test_a_ring_of_segments_and_single_positions_is_a_ring(xml):
    segments = (
        b"<gml:Ring><gml:curveMember><gml:Curve gml:id='a'><gml:segments>"
        b"<gml:GeodesicString><gml:pos>50 0</gml:pos><gml:pos>50 9</gml:pos>"
        b"</gml:GeodesicString>"
        b"<gml:LineStringSegment><gml:posList>50 9 60 9 60 0 50 0</gml:posList>"
        b"</gml:LineStringSegment></gml:segments></gml:Curve></gml:curveMember></gml:Ring>"
    )
    plain = b"<gml:LinearRing>\\s*<gml:posList>" + RING + b"</gml:posList>\\s*</gml:LinearRing>"
    spelt = re.sub(plain, segments, xml)
    assert spelt != xml
    assert only(spelt) == only(xml)
    arc = spelt.replace(b"GeodesicString", b"ArcByBulge")
    with pytest.raises(BulletinError, match="ArcByBulge is no straight edge"):
        iwxxm.read(arc)


def test_longitudes_may_come_first_where_the_datum_says_so(xml):
    flipped = b" ".join(
        b"%s %s" % (b, a) for a, b in zip(*[iter(RING.split())] * 2, strict=True)
    )
    swapped = xml.replace(RING, flipped)
    head, middle, tail = swapped.rpartition(b"http://www.opengis.net/def/crs/EPSG/0/4326")
    assert middle
    crs84 = head + b"http://www.opengis.net/def/crs/OGC/1.3/CRS84" + tail
    assert only(crs84) == only(xml)


COLLECTED = (
    b'<c:MeteorologicalBulletin xmlns:c="http://def.wmo.int/collect/2014">'
    b"%s</c:MeteorologicalBulletin>"
)
MEMBER = b"<c:meteorologicalInformation>%s</c:meteorologicalInformation>"


def body(data):
    return data.partition(b"?>")[2].strip()


def test_one_bad_report_of_a_collect_hides_no_other(xml, released):
    good, bad = body(xml), body(xml.replace(RING, b"50 0"))
    other = body(iwxxm_2023_1.write(released).data)
    members = [good, bad, b"<x/>", other]
    data = COLLECTED % b"\n".join(MEMBER % member for member in members)
    read = iwxxm.read(data)
    assert iwxxm.form_of(data) == "collect"
    assert [advisory.number.effect for advisory in read.advisories] == ["RADIATION", "HF COM"]
    codes = [(finding.code, finding.weight) for finding in read.findings]
    assert codes == [("iwxxm.ring", Weight.ERROR), ("iwxxm.release", Weight.ERROR)]
    assert 0 < read.findings[0].line - 1 - good.count(b"\n") < bad.count(b"\n")


def test_more_reports_than_anybody_sends_are_refused():
    with pytest.raises(BulletinError, match=r"iwxxm\.size"):
        iwxxm.read(COLLECTED % (MEMBER % b"<x/>" * 1001))


HOSTILE = {
    "a bomb": b'<!DOCTYPE a [<!ENTITY b "c"><!ENTITY d "&b;&b;">]><a>&d;</a>',
    "a bomb in an attribute": b'<!DOCTYPE a [<!ENTITY b "c">]><a d="&b;"/>',
    "a file": b'<!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/hostname">]><a>&b;</a>',
    "a default": b'<!DOCTYPE a [<!ATTLIST a b CDATA "c">]><a/>',
    "depth": b"<a>" * 100_000,
    "size": b" " * 50_000_000,
    "NUL": b"<a>\0</a>",
    "no encoding": b'<?xml version="1.0" encoding="EBCDIC-XYZ"?><a/>',
    "mixed encodings": "<a>é</a>".encode("latin-1"),
    "nothing": b"",
    "a mark alone": b"\xff\xfe",
}


@pytest.mark.parametrize("what", HOSTILE)
@pytest.mark.parametrize("read", [iwxxm.read, iwxxm.form_of, iwxxm.failed_tac])
def test_hostile_xml_is_refused(what, read):
    with pytest.raises(BulletinError) as refusal:
        read(HOSTILE[what])
    assert refusal.value.finding.code.startswith("xml.")


def test_utf_16_is_read_as_well(xml):
    text = xml.decode().replace("encoding='UTF-8'", "encoding='UTF-16'")
    assert only(text.encode("utf-16")) == only(xml)


def squares(count):
    """Squares of half a degree that do not touch, and run clockwise."""
    corners = [(-80 + at // 100, -90 + at % 100) for at in range(count)]
    return [
        f"{s} {w} {s + 0.5} {w} {s + 0.5} {w + 0.5} {s} {w + 0.5} {s} {w}".encode()
        for s, w in corners
    ]


def test_more_patches_or_holes_than_a_drawing_has_are_refused(xml):
    many = [ring(square) for square in squares(1001)]
    with pytest.raises(BulletinError, match="1001 patches, over 1000"):
        iwxxm.read(patched(xml, *many))
    frame = b"-89 -170 -89 170 89 170 89 -170 -89 -170"
    hole = (
        b"<gml:interior><gml:LinearRing><gml:posList>%s</gml:posList></gml:LinearRing>"
        b"</gml:interior>"
    )
    holes = b"".join(hole % square for square in squares(101))
    sieve = ring(frame).replace(b"</gml:PolygonPatch>", holes + b"</gml:PolygonPatch>")
    with pytest.raises(BulletinError, match="101 holes, over the limit of 100"):
        iwxxm.read(patched(xml, sieve))
    rows = [
        ring(f"{s} 0 {s} 60 {s + 1} 60 {s + 1} 0 {s} 0".encode()) for s in range(-40, 41, 2)
    ]
    columns = [
        ring(f"-40 {w} -40 {w + 1} 41 {w + 1} 41 {w} -40 {w}".encode()) for w in range(0, 60, 2)
    ]
    with pytest.raises(BulletinError, match="holes between patches"):
        iwxxm.read(patched(xml, *rows, *columns))


def test_areas_that_cross_each_other_without_end_are_refused(xml):
    fine = 40
    along = (
        " ".join(f"{(0, 80)[i % 2]} {i / fine}" for i in range(80 * fine)) + " -1 81 -1 0 0 0"
    )
    across = (
        " ".join(f"{i / fine} {(0, 80)[i % 2]}" for i in range(80 * fine)) + " 81 -1 0 -1 0 0"
    )
    with pytest.raises(BulletinError, match="over the limit of 4000"):
        iwxxm.read(patched(xml, ring(along.encode()), ring(across.encode())))


DOCUMENTS = [
    iwxxm_2025_2.write,
    lambda advisory: iwxxm_2025_2.write(advisory, style="circle"),
    iwxxm_2023_1.write,
]


def read_anything(data, *, strict):
    """Read bytes, of which any may be refused with a line; nothing else may happen."""
    try:
        findings = iwxxm.read(data, strict=strict).findings
    except BulletinError as error:
        findings = (error.finding,)
    assert all(finding.line >= 1 for finding in findings)


def test_every_truncation_is_refused(xml):
    for end in range(len(xml.rstrip()) - 1):
        with pytest.raises(BulletinError):
            iwxxm.read(xml[:end])


@pytest.mark.parametrize("write", DOCUMENTS)
def test_changed_bytes_are_read_or_refused(released, write):
    data = write(released).data
    places = st.integers(0, len(data) - 1)

    @settings(max_examples=150)
    @given(
        st.lists(st.tuples(places, st.integers(0, 255)), min_size=1, max_size=4), st.booleans()
    )
    def changed(changes, strict):
        spoilt = bytearray(data)
        for place, value in changes:
            spoilt[place] = value
        read_anything(bytes(spoilt), strict=strict)

    changed()


@pytest.mark.shared
def test_changed_examples_are_read_or_refused(shared):
    paths = sorted([*(shared / OFFICIAL).glob("*/*.xml"), *(shared / FMI).glob("*.xml")])
    bodies = [path.read_bytes() for path in paths]
    signs = st.sampled_from(b'0123456789-.eE <>/"')

    @settings(max_examples=200)
    @given(st.sampled_from(bodies), st.data(), st.booleans())
    def changed(body, data, strict):
        places = [at for at, sign in enumerate(body) if sign in b"0123456789"]
        spoilt = bytearray(body)
        for place in data.draw(st.lists(st.sampled_from(places), min_size=1, max_size=3)):
            spoilt[place] = data.draw(signs)
        read_anything(bytes(spoilt), strict=strict)

    changed()


def circles(released, centre, radius):
    """The shape read from a circle that has no label."""
    day = structs.replace(
        released.outlooks[0],
        groups=(Group(severity=Severity.MODERATE, region=Region(side=Side.DAYSIDE)),),
    )
    advisory = structs.replace(released, outlooks=(day, *released.outlooks[1:]))
    data = iwxxm_2025_2.write(advisory, style="circle").data
    data = re.sub(rb"<gml:pos>[^<]*", b"<gml:pos>%s" % centre, data, count=1)
    data = re.sub(rb'<gml:radius uom="km">10100', b"<gml:radius %s" % radius, data, count=1)
    bare = b'xlink:href="http://codes.wmo.int/49-2/SpaceWxLocation/DAYSIDE"'
    (found,) = iwxxm.read(data.replace(bare, b"", 1)).advisories
    whole = Area(parts=())
    for group in found.outlooks[0].groups:
        whole = union(whole, area_of(group.region, day.at))
    return whole


@pytest.mark.parametrize(
    "centre", [b"0 0", b"40 179", b"-75 -100", b"90 0", b"-90 17", b"1 180"]
)
@pytest.mark.parametrize(
    ("radius", "degrees"),
    [
        (b'uom="km">1000', 1000 / 111.195),
        (b'uom="[nmi_i]">3000', 3000 * 1.852 / 111.195),
        (b'uom="m">12000000', 12000 / 111.195),
        (b'uom="km">18000', 18000 / 111.195),
    ],
)
def test_circles_have_the_area_of_a_cap_wherever_they_are(released, centre, radius, degrees):
    cap = 2 * pi * (1 - cos(radians(degrees)))
    assert steradians(circles(released, centre, radius)) == pytest.approx(cap, rel=2e-3)


@pytest.mark.parametrize(
    ("centre", "radius", "code"),
    [
        (b"91 0", b'uom="km">1000', "coordinate"),
        (b"0", b'uom="km">1000', "ring"),
        (b"0 0 1 1", b'uom="km">1000', "coordinate"),
        (b"0 0", b'uom="km">0', "radius"),
        (b"0 0", b'uom="km">21000', "radius"),
        (b"0 0", b'uom="furlong">9', "radius"),
        (b"0 0", b'uom="km">wide', "coordinate"),
    ],
)
def test_impossible_circles_are_refused(released, centre, radius, code):
    with pytest.raises(BulletinError, match=rf"iwxxm\.{code}"):
        circles(released, centre, radius)
