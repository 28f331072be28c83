"""Headings and file names, against the headings of the 34 real bulletins."""

from datetime import UTC, datetime

import pytest
from msgspec import structs

from stormcone.bulletin.bulletin import BulletinError
from stormcone.bulletin.heading import XML, file_name, heading_for, read_heading
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
