"""IWXXM 2023-1 and 2021-2: one region for each band, severities in the phenomena, losses."""

import pytest
from lxml import etree
from msgspec import structs

from stormcone.advisory.advisory import Group, Number, State
from stormcone.bulletin import iwxxm
from stormcone.bulletin.bulletin import BulletinError
from stormcone.bulletin.iwxxm_2023_1 import read, write
from stormcone.bulletin.iwxxm_names import namespaces
from stormcone.effect.effect import Kind, Severity
from stormcone.reference.areas import Band, Longitudes, Region, Side

MODERATE, SEVERE = Severity.MODERATE, Severity.SEVERE


def texts(xml, path, release="2023-1"):
    return [str(t) for t in etree.fromstring(xml).xpath(path, namespaces=namespaces(release))]


def labels(xml):
    path = "(//iwxxm:analysis)[1]//iwxxm:locationIndicator"
    elements = etree.fromstring(xml).xpath(path, namespaces=namespaces("2023-1"))
    return [
        (e.get(f"{{{e.nsmap['xlink']}}}href") or e.get("nilReason")).rpartition("/")[2]
        for e in elements
    ]


def saying(advisory, *groups):
    first = structs.replace(advisory.outlooks[0], state=State.GROUPS, groups=groups)
    quiet = [structs.replace(o, state=State.NOT_AVBL, groups=()) for o in advisory.outlooks[1:]]
    return structs.replace(advisory, outlooks=(first, *quiet))


def group(severity=MODERATE, effect=None, **region):
    return Group(severity=severity, region=Region(**region), effect=effect)


def test_each_band_is_a_region_of_its_own(released):
    bands = (Band.EQS, Band.EQN, Band.MSH)
    said = group(bands=bands, longitudes=Longitudes(165, -105))
    bulletin = write(saying(released, said))
    assert labels(bulletin.data) == ["EQS", "EQN", "MSH"]
    assert bulletin.losses == ()
    assert read(bulletin.data).advisories[0].outlooks[0].groups == (said,)


def test_the_day_side_has_its_old_name_and_a_polygon_none(released):
    ring = ((50.0, 0.0), (50.0, 9.0), (60.0, 9.0), (60.0, 0.0), (50.0, 0.0))
    bulletin = write(saying(released, group(side=Side.DAYSIDE), group(polygon=ring)))
    assert labels(bulletin.data) == ["DAYLIGHT_SIDE", "inapplicable"]
    assert bulletin.losses == ()


@pytest.mark.parametrize("release", ["2023-1", "2021-2"])
def test_releases_differ_in_their_namespace_and_ids_alone(released, release):
    bulletin = write(released, release=release)
    assert bulletin.codec == f"iwxxm-{release}"
    assert etree.fromstring(bulletin.data).nsmap["iwxxm"].endswith(release)
    hrefs = texts(bulletin.data, "//iwxxm:phenomenon/@xlink:href", release)
    assert hrefs == ["http://codes.wmo.int/49-2/SpaceWxPhenomena/HF_COM_SEV"]


def test_two_effects_are_two_phenomena_and_come_back(released):
    both = [
        group(severity, kind, bands=(Band.HNH, Band.HSH))
        for kind, severity in ((Kind.HF_COM, MODERATE), (Kind.GNSS, SEVERE))
    ]
    advisory = structs.replace(saying(released, *both), effects=(Kind.HF_COM, Kind.GNSS))
    bulletin = write(advisory)
    assert bulletin.losses == ()
    codes = [
        href.rpartition("/")[2]
        for href in texts(bulletin.data, "//iwxxm:phenomenon/@xlink:href")
    ]
    assert codes == ["HF_COM_MOD", "GNSS_SEV"]
    assert labels(bulletin.data) == ["HNH", "HSH"]
    assert iwxxm.read(bulletin.data).advisories == (advisory,)


def numbers(*counts):
    return tuple(Number(2026, Kind.HF_COM, count) for count in counts)


NORTH, SOUTH = group(bands=(Band.HNH,)), group(bands=(Band.HSH,))
TWO = (Kind.HF_COM, Kind.GNSS)
LOST = {  # the groups and what else, and the loss
    "two severities": (
        (NORTH, group(SEVERE, bands=(Band.HSH,))),
        {},
        "severity: HF COM is MOD and SEV; SEV is written for all of it",
    ),
    "two replaced": (
        (NORTH,),
        {"replaces": numbers(9, 10)},
        "replaces: only 2026/10 of 2 is written",
    ),
    "night": (
        (group(side=Side.NIGHTSIDE),),
        {},
        "outlooks[0]: NIGHTSIDE is drawn in NIGHTSIDE, and not named",
    ),
    "day in a band": (
        (group(bands=(Band.EQN,), side=Side.DAYSIDE),),
        {},
        "outlooks[0]: DAYSIDE is drawn in EQN DAYSIDE, and not named",
    ),
    "places of one effect": (
        (
            group(MODERATE, TWO[0], bands=(Band.HNH,)),
            group(MODERATE, TWO[1], bands=(Band.HSH,)),
        ),
        {"effects": TWO},
        "outlooks[0]: the regions of HF COM and GNSS are written as those of both",
    ),
    "thirds of a degree": (
        (group(polygon=((50.0, 0.0), (50.0, 1 / 3), (60.0, 1 / 3), (50.0, 0.0))),),
        {},
        "outlooks[0]: coordinates are rounded to 4 decimals",
    ),
}


@pytest.mark.parametrize("what", LOST)
def test_what_the_form_cannot_carry_is_named(released, what):
    groups, changes, loss = LOST[what]
    advisory = structs.replace(saying(released, *groups), **changes)
    assert write(advisory).losses == (loss,)


def test_an_end_has_no_severity_and_the_form_wants_one(released):
    end = structs.replace(saying(released, NORTH), next_by=None)
    quiet = structs.replace(end.outlooks[1], observed=True, at=end.outlooks[0].at)
    end = structs.replace(end, outlooks=(quiet, *end.outlooks[1:]))
    bulletin = write(end)
    assert b"HF_COM_MOD" in bulletin.data
    assert [loss.partition(":")[0] for loss in bulletin.losses] == ["severity"]
    assert read(bulletin.data).advisories == (end,)


def test_the_newest_replaced_number_is_that_of_the_later_year(released):
    older = structs.replace(numbers(9000)[0], year=2025)
    advisory = structs.replace(released, replaces=(older, *numbers(1)))
    assert texts(write(advisory).data, "//iwxxm:replacedAdvisoryNumber/text()") == ["2026/1"]


def test_what_no_release_can_say_is_refused(released):
    asset = Group(severity=SEVERE, region=Region(asset="25544"))
    open_ring = group(polygon=((50.0, 0.0), (50.0, 9.0), (60.0, 9.0), (60.0, 0.0)))
    nowhere = group(polygon=((50.0, 0.0), (50.0, 9.0), (91.0, 9.0), (50.0, 0.0)))
    equator = group(polygon=((0.0, 0.0), (1.0, 120.0), (0.0, -120.0), (0.0, 0.0)))
    for said, code in (
        (asset, "region"),
        (open_ring, "ring"),
        (nowhere, "coordinate"),
        (equator, "ring"),
    ):
        with pytest.raises(BulletinError, match=rf"^iwxxm\.{code}"):
            write(saying(released, said))
    for changes, code in (
        ({"number": None}, "number"),
        ({"effects": (Kind.SHELTER,)}, "effect"),
        ({"replaces": (Number(2026, Kind.GNSS, 1),)}, "replaces"),
        ({"outlooks": released.outlooks[:4]}, "outlooks"),
        ({"remark": "BELL \a"}, "character"),
    ):
        with pytest.raises(BulletinError, match=rf"^iwxxm\.{code}"):
            write(structs.replace(released, **changes))
