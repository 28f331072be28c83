"""Every bulletin in some bytes: mixed forms, bad ones among them, and bytes of strangers."""

import pytest
from bulletin_kit import advisories
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec import structs

from stormcone.advisory.advisory import Group
from stormcone.bulletin import iwxxm_2025_2, tac_amd79, tac_amd82
from stormcone.bulletin.bulletin import BulletinError, Weight
from stormcone.bulletin.diff import diff
from stormcone.bulletin.items import items
from stormcone.effect.effect import Severity
from stormcone.reference.areas import Region

RUBBISH = st.sampled_from([b"", b"\n\n", b"\r\r\n\x03\x01", b"Good morning,\n", b"NNNN\n"])
WRITERS = (tac_amd82.write, tac_amd79.write, iwxxm_2025_2.write)


@settings(max_examples=40)
@given(
    st.lists(st.tuples(advisories(), st.sampled_from(WRITERS), RUBBISH), min_size=1, max_size=4)
)
def test_any_mixture_is_read_one_by_one(several):
    written = [(advisory, write(advisory), rubbish) for advisory, write, rubbish in several]
    data = b"\n".join(rubbish + bulletin.data for _, bulletin, rubbish in written)
    found = [item for item in items(data) if item.recognised]
    assert not any(item.failed for item in found)
    for (advisory, bulletin, _), item in zip(written, found, strict=True):
        assert item.form == bulletin.codec
        if not bulletin.losses:
            assert [diff(advisory, one) for one in item.advisories] == [()]


def test_a_bad_one_says_where_and_hides_none(released):
    good = tac_amd82.write(released).data
    bad = good.replace(b"DAYSIDE", b"DARKSIDE", 1)
    first, second, third = items(good + b"\n" + bad + b"\n" + good)
    assert (first.failed, second.failed, third.failed) == (False, True, False)
    (finding,) = second.findings
    line = (good + b"\n" + bad).split(b"\n")[finding.line - 1]
    assert line[finding.column - 1 :].startswith(b"DARKSIDE")


def test_rubbish_is_an_error_to_the_strict_and_where_an_advisory_is_lost_in_it():
    def weights(data, *, strict):
        return [f.weight for item in items(data, strict=strict) for f in item.findings]

    assert weights(b"hello", strict=False) == [Weight.WARNING]
    assert weights(b"hello", strict=True) == [Weight.ERROR]
    assert weights(b"SWX ADVISRY\nDTG: 20260120/1739Z", strict=False) == [Weight.ERROR]


@pytest.mark.parametrize(
    ("form", "recognised"),
    [("tac", 1), ("tac82", 1), ("iwxxm", 1), ("collect", 1), ("noaa", 0), ("auto", 2)],
)
def test_only_the_form_asked_for_is_taken(released, form, recognised):
    data = tac_amd82.write(released).data + iwxxm_2025_2.write(released).data
    assert sum(item.recognised for item in items(data, form=form)) == recognised


@pytest.mark.shared
@pytest.mark.parametrize("release", ["v2023-1", "v2025-2"])
def test_what_a_translator_could_not_read_is_told_and_tried(shared, release):
    folder = shared / "data/icao/official_examples" / release
    (item,) = items((folder / "spacewx-translation-failed.xml").read_bytes())
    told = {finding.code: finding.message for finding in item.findings}
    assert "Fictional translation centre" in told["iwxxm.untranslated"]
    assert item.failed
    assert not item.advisories


def test_what_a_translator_could_not_read_is_read_where_we_can(released):
    text = " ".join(tac_amd82.write(released).data.decode().split())
    xml = iwxxm_2025_2.write(released).data.decode()
    head = xml[: xml.index("<iwxxm:advisoryNumber>")]
    failed = head.replace(" reportStatus", f' translationFailedTAC="{text}" reportStatus', 1)
    (item,) = items((failed + "</iwxxm:SpaceWeatherAdvisory>").encode())
    assert [diff(released, one) for one in item.advisories] == [()]


def test_a_heading_above_a_document_is_kept_and_its_lines_are_counted(released):
    xml = iwxxm_2025_2.write(released).data
    spoilt = xml.replace(b"<iwxxm:effect>HF_COM", b"<iwxxm:effect>WIFI")
    good, bad = items(b"LNXX02 ZBBB 311804\n" + xml + b"\nLNXX02 ZBBB 311804 CCA\n" + spoilt)
    assert (good.heading, good.failed, good.form) == (
        "LNXX02 ZBBB 311804",
        False,
        "iwxxm-2025-2",
    )
    assert bad.heading == "LNXX02 ZBBB 311804 CCA"
    before = xml.count(b"\n") + 3 + spoilt[: spoilt.index(b"WIFI")].count(b"\n")
    assert bad.findings[0].line == before + 1


def test_a_line_of_another_coordinate_system_than_its_surface_is_refused(released):
    crs84 = b'<gml:posList srsName="http://www.opengis.net/def/crs/OGC/1.3/CRS84">'
    xml = iwxxm_2025_2.write(released).data.replace(b"<gml:posList>", crs84, 1)
    (item,) = items(xml)
    assert [finding.code for finding in item.findings] == ["iwxxm.srs"]


def test_what_xml_hides_behind_a_reason_is_refused(released):
    nothing = b'nilReason="http://codes.wmo.int/common/nil/nothingOfOperationalSignificance"'
    xml = iwxxm_2025_2.write(released).data
    hidden = xml.replace(
        b"<iwxxm:intensityAndRegion>", b"<iwxxm:intensityAndRegion %s>" % nothing
    )
    assert [f.code for item in items(hidden) for f in item.findings] == ["iwxxm.outlook"]
    end = xml.index(b"<iwxxm:nextAdvisoryTime>")
    missing = b'<iwxxm:nextAdvisoryTime nilReason="http://codes.wmo.int/common/nil/missing"/>'
    unsaid = xml[:end] + missing + b"</iwxxm:SpaceWeatherAdvisory>"
    assert [f.code for item in items(unsaid) for f in item.findings] == ["iwxxm.missing"]


def test_more_points_than_anybody_could_draw_are_refused(released):
    side = ((lat / 4, 10.0) for lat in range(250))
    group = Group(
        severity=Severity.SEVERE, region=Region(polygon=(*side, (0.0, 11.0), (0.0, 10.0)))
    )
    outlook = structs.replace(released.outlooks[0], groups=(group,) * 90)
    flood = structs.replace(released, outlooks=(outlook, *released.outlooks[1:]))
    (item,) = items(iwxxm_2025_2.write(flood).data)
    assert [finding.code for finding in item.findings] == ["iwxxm.size"]


def test_a_collect_without_a_report_is_an_error(released):
    hollow = (
        b"<c:MeteorologicalBulletin xmlns:c='http://def.wmo.int/collect/2014'>"
        b"<c:meteorologicalInformation>SWX ADVISORY</c:meteorologicalInformation>"
        b"</c:MeteorologicalBulletin>"
    )
    (item,) = items(hollow)
    assert item.failed
    assert [finding.code for finding in item.findings] == ["iwxxm.missing"]


def test_limits_are_named():
    with pytest.raises(BulletinError, match=r"tac\.size.*10 MiB.*split it"):
        list(items(b" " * (10 * 1024 * 1024 + 1)))
    with pytest.raises(BulletinError, match="at most 20000 bulletins"):
        list(items(b"<?xml ?>" * 20_001))


BITS = [
    *(b"SWX ADVISORY\n", b"STATUS: TEST", b"DTG: 20260120/1739Z\n", b"=", b"<?xml ?>", b"{"),
    *(b"\xff", b"\x00", b"\n", b"<c:MeteorologicalBulletin>", b"</iwxxm:SpaceWeatherAdvisory>"),
    b"<iwxxm:SpaceWeatherAdvisory xmlns:iwxxm='http://icao.int/iwxxm/2025-2'>",
]
strange = st.lists(st.sampled_from(BITS), max_size=12).map(b"".join)


@settings(max_examples=200)
@given(st.binary(max_size=300) | strange, st.booleans())
def test_bytes_of_strangers_are_read_or_refused_and_nothing_else(data, strict):
    for item in items(data, strict=strict):
        assert item.data in data
