"""The validator, against WMO's own examples and against what must be rejected."""

import hashlib
import re

import pytest
from msgspec import structs

from stormcone.advisory.advisory import Group
from stormcone.bulletin import iwxxm_2025_2
from stormcone.bulletin.bulletin import BulletinError, Weight
from stormcone.bulletin.validate import Validator
from stormcone.effect.effect import Severity
from stormcone.reference.areas import Area, Band, Region

COLLECT = (
    b'<collect:MeteorologicalBulletin xmlns:collect="http://def.wmo.int/collect/2014" '
    b'xmlns:gml="http://www.opengis.net/gml/3.2" '
    b'gml:id="uuid.6a1f263b-5aeb-4002-af1b-9c3ef2812f8d">'
    b"<collect:meteorologicalInformation>%s</collect:meteorologicalInformation>"
    b"<collect:bulletinIdentifier>A_LNXX02ZBBB311805_C_ZBBB_20260131180500.xml"
    b"</collect:bulletinIdentifier></collect:MeteorologicalBulletin>"
)


@pytest.fixture
def xml(released) -> bytes:
    return iwxxm_2025_2.write(released).data


def replaced_five_times(xml: bytes) -> bytes:
    five = b"<iwxxm:replacedAdvisoryNumber>2026/1</iwxxm:replacedAdvisoryNumber>" * 5
    return xml.replace(b"<iwxxm:effect>", five + b"<iwxxm:effect>")


def mis_nilled(xml: bytes) -> bytes:
    nil = (
        b'<iwxxm:remarks xsi:nil="true" nilReason="http://codes.wmo.int/common/nil/nonsense"/>'
    )
    return re.sub(rb"<iwxxm:remarks>.*</iwxxm:remarks>", nil, xml)


REJECTED = {  # authorities/icao_swx.md: what is spoilt, and which check must say so
    "effect=WIFI": ("xsd", lambda x: x.replace(b">HF_COM<", b">WIFI<")),
    "intensity=BANANA": ("xsd", lambda x: x.replace(b">MOD<", b">BANANA<", 1)),
    "five replaced": ("xsd", replaced_five_times),
    "DAYLIGHT_SIDE": ("rules", lambda x: x.replace(b"/DAYSIDE", b"/DAYLIGHT_SIDE", 1)),
    "id without uuid.": ("rules", lambda x: x.replace(b'"uuid.', b'"u', 1)),
    "no reason": ("rules", lambda x: x.replace(b' permissibleUsageReason="EXERCISE"', b"")),
    "nilReason": ("house", mis_nilled),
    "open ring": ("house", lambda x: x.replace(b"60 180</gml", b"61 180</gml", 1)),
}


@pytest.mark.usefixtures("saxon")
def test_what_we_write_is_valid(validator, xml):
    report = validator.check(xml)
    assert report.valid, report
    assert report.release == "2025-2"


@pytest.mark.usefixtures("saxon")
@pytest.mark.parametrize("what", REJECTED)
@pytest.mark.parametrize("wrap", [b"%s", COLLECT], ids=["alone", "in COLLECT"])
def test_what_must_be_rejected_is_rejected_by_the_check_named(validator, xml, what, wrap):
    where, spoil = REJECTED[what]
    spoilt = spoil(xml)
    assert spoilt != xml
    body = spoilt.partition(b"?>")[2] if wrap is COLLECT else spoilt
    report = validator.check(wrap.replace(b"%s", body))
    assert getattr(report, where), report
    assert not report.valid


@pytest.mark.usefixtures("saxon")
def test_a_collect_of_good_advisories_is_valid(validator, xml):
    body = xml.partition(b"?>")[2]
    assert validator.check(COLLECT.replace(b"%s", body)).valid


@pytest.mark.shared
@pytest.mark.usefixtures("saxon")
def test_the_34_real_advisories_become_valid_iwxxm(validator, real):
    for advisory in real:
        report = validator.check(iwxxm_2025_2.write(advisory).data)
        assert report.valid, (advisory.number, report)


@pytest.mark.usefixtures("saxon")
def test_a_broken_rule_names_the_report_that_breaks_it(validator, released):
    other = structs.replace(released, number=structs.replace(released.number, count=2))
    bad = iwxxm_2025_2.write(other).data.replace(b'"uuid.', b'"u', 1)
    bodies = [
        body.partition(b"?>")[2].strip() for body in (iwxxm_2025_2.write(released).data, bad)
    ]
    member = b"</collect:meteorologicalInformation><collect:meteorologicalInformation>"
    report = validator.check(COLLECT.replace(b"%s", member.join(bodies)))
    (finding,) = report.rules
    assert finding.code == "iwxxm.rule.Common.BasicReport-3"
    assert finding.line == 1 + bodies[0].count(b"\n")


@pytest.mark.usefixtures("saxon")
def test_a_warning_does_not_make_a_document_invalid(validator, released):
    exact = Area(parts=(((65, -180), (65, 0), (90, 0), (90, -180), (65, -180)),))
    group = Group(severity=Severity.SEVERE, region=Region(bands=(Band.HNH,), exact=exact))
    first = structs.replace(released.outlooks[0], groups=(group,))
    advisory = structs.replace(released, outlooks=(first, *released.outlooks[1:]))
    report = validator.check(iwxxm_2025_2.write(advisory).data)
    (finding,) = report.house
    assert (finding.code, finding.weight) == ("iwxxm.labels", Weight.WARNING)
    assert report.valid


@pytest.mark.shared
@pytest.mark.usefixtures("saxon")
def test_the_ten_official_examples_are_valid_to_schema_and_rules(validator, shared):
    paths = sorted((shared / "data/icao/official_examples").glob("*/*.xml"))
    assert len(paths) == 10
    for path in paths:
        report = validator.check(path.read_bytes())
        assert not [*report.xsd, *report.rules, *report.not_checked], path.name


@pytest.mark.shared
@pytest.mark.usefixtures("saxon")
def test_of_the_ten_files_of_fmi_one_breaks_the_schema_once(validator, shared):
    paths = sorted((shared / "data/icao/synthetic_or_test/fmi_iwxxm").glob("*.xml"))
    reports = {path.name: validator.check(path.read_bytes()) for path in paths}
    broken = {name: len(r.xsd) for name, r in reports.items() if r.xsd or r.rules}
    assert len(reports) == 10
    assert broken == {"v3_0_spacewx-issuing-centre.xml": 1}


@pytest.mark.usefixtures("saxon")
def test_what_the_engine_of_the_rules_cannot_parse_is_not_called_checked(validator, xml):
    end = b"</iwxxm:SpaceWeatherAdvisory>"
    report = validator.check(xml.replace(end, "<ȡ/>".encode() + end))
    (missed,) = report.not_checked
    assert missed.startswith("Schematron 2025-2: ")
    assert not report.valid


def test_without_its_files_nothing_is_called_valid(xml):
    report = Validator({}).check(xml)
    assert len(report.not_checked) == 2
    assert not report.valid


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (b'<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>', "xml.doctype"),
        (b'<!DOCTYPE a SYSTEM "http://example.org/a.dtd"><a/>', "xml.doctype"),
        (b"<a>" * 201 + b"</a>" * 201, "xml.depth"),
        (b"<a>", "xml.syntax"),
        (b"<a/>", "iwxxm.release"),
        (b"", "xml.syntax"),
    ],
)
def test_hostile_and_strange_xml_is_refused(validator, body, code):
    with pytest.raises(BulletinError) as refusal:
        validator.check(body)
    assert refusal.value.finding.code == code


def test_the_schema_files_are_those_that_were_taken(schema_files):
    listed = dict(
        reversed(line.split("  ", 1))
        for line in schema_files["taken.sha256"].decode().splitlines()
    )
    there = {
        path: hashlib.sha256(body).hexdigest()
        for path, body in schema_files.items()
        if path != "taken.sha256"
    }
    assert listed == there
    assert len(there) == 86
