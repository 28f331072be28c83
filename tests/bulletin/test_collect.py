"""COLLECT 1.2: stable bytes, one release, unique ids, and the name of the file inside."""

import re
from datetime import UTC, datetime

import pytest
from lxml import etree
from msgspec import structs

from stormcone.bulletin import collect, iwxxm, iwxxm_2023_1, iwxxm_2025_2
from stormcone.bulletin.bulletin import BulletinError
from stormcone.bulletin.heading import XML, heading_for, read_file_name

AT = datetime(2026, 1, 31, 18, 5, tzinfo=UTC)


@pytest.fixture
def two(released):
    other = structs.replace(released, number=structs.replace(released.number, count=2))
    return released, other


@pytest.fixture
def heading(released):
    return heading_for(released, "ZBBB", AT, data_type=XML)


@pytest.mark.usefixtures("saxon")
def test_advisories_of_one_release_are_one_valid_document(two, heading, validator):
    bulletin = collect.write([iwxxm_2025_2.write(one) for one in two], heading, AT)
    name = "A_LNXX02ZBBB311805_C_ZBBB_20260131180500.xml"
    assert bulletin.heading == "LNXX02 ZBBB 311805"
    assert f"<collect:bulletinIdentifier>{name}<".encode() in bulletin.data
    report = validator.check(bulletin.data, name)
    assert report.valid, report
    assert collect.read(bulletin.data).advisories == two
    assert iwxxm.form_of(bulletin.data) == bulletin.codec == collect.CODEC


def test_the_same_advisories_give_the_same_bytes(two, heading):
    first, second = (
        collect.write([iwxxm_2025_2.write(one) for one in two], heading, AT) for _ in range(2)
    )
    assert first == second


def test_namespaces_are_declared_once_and_ids_stand_once(two, heading):
    data = collect.write([iwxxm_2023_1.write(one) for one in two], heading, AT).data
    root = data.partition(b">\n")[2].partition(b">")[0]
    assert data.count(b"xmlns:") == root.count(b"xmlns:") == 6
    names = re.findall(rb'gml:id="([^"]+)"', data)
    assert len(names) == len(set(names)) > 60
    assert data.startswith(b"<?xml version='1.0' encoding='UTF-8'?>\n<collect:Met")
    assert data.endswith(b"</collect:MeteorologicalBulletin>\n")


def test_losses_are_those_of_the_members(two, heading):
    members = [iwxxm_2023_1.write(one) for one in two]
    bulletin = collect.write(members, heading, AT)
    assert bulletin.losses == members[0].losses + members[1].losses != ()


def test_unknown_seconds_are_dashes(two, heading):
    data = collect.write([iwxxm_2025_2.write(two[0])], heading, AT, seconds=False).data
    (name,) = etree.fromstring(data).xpath("*[local-name()='bulletinIdentifier']/text()")
    assert name.endswith("_202601311805--.xml")
    assert read_file_name(name).at == AT


def test_what_does_not_belong_together_is_refused(two, heading):
    one, other = (iwxxm_2025_2.write(advisory) for advisory in two)
    older = iwxxm_2023_1.write(two[0])
    for members, code in (
        ([], "size"),
        ([one] * 1001, "size"),
        ([one, older], "release"),
        ([structs.replace(other, codec="tac-amd82")], "release"),
        ([one, other, one], "twice"),
    ):
        with pytest.raises(BulletinError, match=rf"^collect\.{code}"):
            collect.write(members, heading, AT)


@pytest.mark.shared
@pytest.mark.usefixtures("saxon")
def test_the_real_advisories_of_one_effect_are_one_valid_document(real, validator):
    flares = [advisory for advisory in real if advisory.number.effect == "HF COM"]
    at = max(advisory.issued for advisory in flares)
    heading = heading_for(flares[0], "EFKL", at, data_type=XML)
    bulletin = collect.write([iwxxm_2025_2.write(one) for one in flares], heading, at)
    assert len(collect.read(bulletin.data).advisories) == len(flares) == 17
    assert validator.check(bulletin.data).valid
