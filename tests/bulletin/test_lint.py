"""Lint of headings, against the slips that were really sent."""

from datetime import UTC, datetime

import pytest
from msgspec import structs

from stormcone.advisory.advisory import Status
from stormcone.bulletin.lint import lint_text
from stormcone.bulletin.tac_amd82 import write

SLIPS = {  # authorities/icao_swx.md
    ("2026/HF COM/30", "heading.unit", "error"),
    ("2026/HF COM/31", "heading.unit", "error"),
    ("2026/GNSS/23", "heading.time", "error"),
}


@pytest.mark.shared
def test_the_slips_of_the_real_headings_are_found_and_no_others(real_texts, real):
    found, late = set(), 0
    for text, advisory in zip(real_texts, real, strict=True):
        heading = text.decode().splitlines()[0].strip()
        for finding in lint_text(write(advisory, heading=heading), advisory):
            late += finding.severity == "warning"
            if finding.severity == "error":
                found.add((advisory.number.key, finding.code, finding.severity))
    assert found == SLIPS
    assert late == 17


def sent(released, heading):
    advisory = structs.replace(released, centre="CRC", status=Status.OPERATIONAL)
    return [(f.code, f.severity) for f in lint_text(write(advisory, heading=heading), advisory)]


@pytest.mark.parametrize(
    ("heading", "found"),
    [
        ("FNXX02 ZBBB 311804", []),
        ("FNXX01 ZBBB 311804", [("heading.effect", "error")]),
        ("FNXX02 EFKL 311804", [("heading.unit", "error")]),
        ("FNXX02 ZBBB 311803", [("heading.time", "error")]),
        ("FNXX02 ZBBB 311805", [("heading.time", "warning")]),
        ("FNXX02 ZBBB 311820", [("heading.time", "error")]),
        ("FNXX02 ZBBB 011804", [("heading.time", "error")]),
        ("FNXX02", [("heading.form", "error")]),
    ],
)
def test_a_heading_is_held_against_the_advisory(released, heading, found):
    assert sent(released, heading) == found


def test_a_heading_may_be_of_the_next_day(released):
    midnight = structs.replace(released, issued=datetime(2026, 1, 31, 23, 58, tzinfo=UTC))
    assert sent(midnight, "FNXX02 ZBBB 010001") == [("heading.time", "warning")]


def test_a_text_that_is_too_long_is_found(released):
    long = structs.replace(write(released), heading="FNXX02 ZBBB 311804", data=b"A" * 1801)
    codes = {finding.code for finding in lint_text(long, released)}
    assert "text.length" in codes
