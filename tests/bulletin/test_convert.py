"""From any advisory to any form: valid, said the same, or every loss named."""

import pytest
from bulletin_kit import advisories
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec import structs

from stormcone.bulletin.bulletin import BulletinError, Weight
from stormcone.bulletin.convert import WRITERS, collected, converted, headed, name_of
from stormcone.bulletin.items import items


@settings(max_examples=40)
@given(advisories(), st.sampled_from(sorted(WRITERS)))
def test_whatever_is_written_is_valid_and_says_the_same_or_names_its_losses(
    validator, advisory, target
):
    written = converted(advisory, WRITERS[target], validator)
    assert [f for f in written.findings if f.weight is Weight.ERROR] == []
    assert written.not_checked == ()


@pytest.mark.shared
@pytest.mark.parametrize("target", ["tac82", "iwxxm-2025-2"])
def test_the_34_real_ones_lose_nothing(validator, real, target):
    for advisory in real:
        written = converted(advisory, WRITERS[target], validator)
        assert (written.findings, written.bulletin.losses) == ((), ())


def test_a_writer_that_says_something_else_is_found_out(validator, released):
    def careless(advisory):
        return WRITERS["tac82"](structs.replace(advisory, next_by=None))

    written = converted(released, careless, validator)
    assert [finding.code for finding in written.findings] == ["convert.changed"]
    assert "next_by: 2026-02-01T00:00:00Z -> none" in written.findings[0].message


@pytest.mark.parametrize(
    ("given", "unit", "centre", "heading"),
    [
        ("FNXX02 EFKL 311805", None, "PECASUS", "LNXX02 EFKL 311805"),
        ("FNXX02 EFKL 311805 CCA", None, "PECASUS", "LNXX02 EFKL 311805 CCA"),
        ("FNXX02 EFKL 311805", "EGRR", "PECASUS", "LNXX02 EGRR 311804"),
        ("", None, "PECASUS", "LNXX02 EFKL 311804"),
        ("", None, "ACFJ", ""),
        ("FNXX02 EF 1", None, "ACFJ", ""),
        ("", "YMMC", "ACFJ", "LNXX02 YMMC 311804"),
    ],
)
def test_a_heading_follows_from_what_is_known(released, given, unit, centre, heading):
    advisory = structs.replace(released, centre=centre)
    bulletin = WRITERS["iwxxm-2025-2"](advisory)
    assert headed(bulletin, advisory, given, unit).heading == heading


def test_files_are_named_by_wmo_or_by_their_key(released):
    xml = WRITERS["iwxxm-2025-2"](released)
    assert name_of(xml, released) == "hf_com-2026-1.xml"
    known = headed(xml, released, "", "ZBBB")
    assert name_of(known, released) == "A_LNXX02ZBBB311804_C_ZBBB_20260131180400.xml"
    assert name_of(WRITERS["geojson"](released), released) == "hf_com-2026-1.geojson"


def test_a_collect_needs_a_heading_and_is_read_back(validator, released):
    xml = WRITERS["iwxxm-2025-2"](released)
    with pytest.raises(BulletinError, match=r"heading\.form.*not known"):
        list(collected([(xml, released)]))
    known = headed(xml, released, "", "ZBBB")
    ((bulletin, name),) = collected([(known, released)])
    (item,) = items(bulletin.data)
    assert (item.form, len(item.advisories)) == ("collect", 1)
    assert validator.check(bulletin.data, name=name).valid
