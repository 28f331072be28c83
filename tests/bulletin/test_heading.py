"""Headings and file names, against the headings of the 34 real bulletins."""

from datetime import UTC, datetime

import pytest
from bulletin_kit import minutes
from hypothesis import given
from hypothesis import strategies as st
from msgspec import structs

from stormcone.bulletin.bulletin import BulletinError
from stormcone.bulletin.heading import (
    XML,
    Heading,
    file_name,
    heading_for,
    read_file_name,
    read_heading,
)
from stormcone.effect.effect import Kind


@pytest.mark.shared
def test_the_real_headings_are_those_that_we_would_write(real_texts, real):
    for text, advisory in zip(real_texts, real, strict=True):
        line = text.decode().splitlines()[0].strip()
        heading = read_heading(line)
        at = advisory.issued.replace(day=heading.day, hour=heading.hour, minute=heading.minute)
        assert str(heading_for(advisory, heading.cccc, at)) == line


def test_xml_has_its_own_series_and_file_name(released):
    at = datetime(2026, 1, 31, 18, 5, tzinfo=UTC)
    heading = heading_for(released, "ZBBB", at, data_type=XML, bbb="CCA")
    assert str(heading) == "LNXX02 ZBBB 311805 CCA"
    name = "A_LNXX02ZBBB311805CCA_C_ZBBB_20260131180500.xml"
    assert file_name(heading, at, "xml") == name


def test_a_shelter_advisory_has_no_heading(released):
    shelter = structs.replace(released, effects=(Kind.SHELTER,))
    with pytest.raises(BulletinError, match="SHELTER has no WMO heading"):
        heading_for(shelter, "ZBBB", shelter.issued)


@pytest.mark.parametrize("line", ["FNXX02 EFKL 321200", "FNXX02 EFKL 2017", "SWX ADVISORY", ""])
def test_what_is_no_heading_is_refused(line):
    with pytest.raises(BulletinError):
        read_heading(line)


FILE = "A_LNXX31EFKL301115_C_EFKL_201902011315--.xml"


@pytest.mark.parametrize(
    "name",
    [
        FILE,
        f"{FILE}.gz",
        "A_FNXX01LFPW191523CCB_C_LFPW_20260119153907.txt",
        "A_FNXX01LFPW191523_C_LFPW_----01191523--.txt",
    ],
)
def test_file_names_come_back_as_they_were(name):
    assert str(read_file_name(name)) == name


@given(minutes, st.booleans(), st.sampled_from([None, "CCA", "RRX", "AAB"]))
def test_file_names_that_we_write_are_read(at, seconds, bbb):
    heading = Heading("LNXX03", "ZBBB", at.day, at.hour, at.minute, bbb)
    found = read_file_name(file_name(heading, at, "xml.gz", seconds=seconds))
    assert (found.heading, found.cccc, found.at) == (heading, "ZBBB", at)
    assert found.extension == "xml.gz"


def test_a_file_of_an_unknown_day_has_no_time():
    assert read_file_name("A_LNXX31EFKL301115_C_EFKL_201902--1315--.xml").at is None
    assert read_file_name(FILE).heading.effect is None


@pytest.mark.parametrize(
    "name",
    [
        "",
        "advisory.xml",
        FILE.replace("2019", "20-9"),
        FILE.replace("201902011315--", "20190230131500"),
        FILE.replace("301115", "321115"),
        FILE.replace("EFKL_2", "EFK_2"),
        FILE.replace("31EFKL", "31efkl"),
        f"{FILE}\n",
    ],
)
def test_what_is_no_file_name_is_refused(name):
    with pytest.raises(BulletinError, match=r"heading\.(file|time)"):
        read_file_name(name)
