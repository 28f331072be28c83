"""Amendment 79 text: the official and FMI's examples, and what its writer cannot carry."""

import pytest
from bulletin_kit import advisories
from hypothesis import given, settings
from msgspec import structs

from stormcone.advisory.advisory import Advisory, Group, Number, Outlook, State
from stormcone.bulletin import tac, tac_amd82
from stormcone.bulletin.bulletin import BulletinError
from stormcone.bulletin.diff import diff
from stormcone.bulletin.tac_amd79 import read, write
from stormcone.effect.effect import Kind, Severity
from stormcone.reference.areas import (
    Band,
    Levels,
    Longitudes,
    Region,
    Side,
    area_of,
    covers,
)

FOLDER = "data/icao/synthetic_or_test/fmi_amd79"
STRICTLY = {"A2-3", "coordinate-list", "daylight-side", "latitude-bands", "pecasus-mnhmsh"} | {
    "precise-polygon-coordinates"
}
FORGIVEN = {"A2-5": (13, "tac.next"), "unclosed-polygon": (8, "tac.polygon")}
REFUSED = {  # authorities/icao_swx.md: the line of the first deviation, and its code
    "pecasus-notavbl": (3, "tac.date"),
    "invalid-advisory-number": (5, "tac.number"),
    "invalid-dayside": (8, "tac.side"),
    "invalid-end-token-at-end-and-elsewhere": (11, "tac.label"),
    "invalid-issue-time-day": (3, "tac.date"),
    "invalid-minimal": (1, "tac.start"),
    "invalid-missing-end-token": (7, "tac.label"),
    "invalid-missing-latitude-bands": (8, "tac.region"),
    "invalid-nightside": (6, "tac.side"),
    "invalid-nxt-advisory-day-zero": (15, "tac.date"),
    "invalid-nxt-advisory-month": (15, "tac.date"),
    "invalid-obs-hour": (8, "tac.day"),
    "invalid-polygon-coordinates": (8, "tac.latitude"),
    "invalid-replace-number-label": (7, "tac.label"),
    "invalid-rmk-label": (12, "tac.label"),
    "invalid-status-label": (2, "tac.label"),
    "invalid-token-order": (4, "tac.label"),
}


@pytest.fixture
def fmi(shared):
    return lambda name: (shared / FOLDER / f"spacewx-{name}.tac").read_bytes()


def place(finding):
    return finding.line, finding.code


@pytest.mark.shared
@pytest.mark.parametrize("name", sorted(STRICTLY))
def test_what_is_of_the_form_is_read_strictly(fmi, name):
    found = read(fmi(name))
    assert len(found.advisories) == 1
    assert not found.findings


@pytest.mark.shared
@pytest.mark.parametrize("name", FORGIVEN)
def test_what_has_one_meaning_only_is_forgiven_with_a_finding(fmi, name):
    with pytest.raises(BulletinError) as refusal:
        read(fmi(name))
    found = read(fmi(name), strict=False)
    assert len(found.advisories) == 1
    assert [place(finding) for finding in found.findings] == [FORGIVEN[name]]
    assert place(refusal.value.finding) == FORGIVEN[name]


@pytest.mark.shared
@pytest.mark.parametrize("name", REFUSED)
def test_the_others_are_refused_where_they_are_wrong(fmi, name):
    with pytest.raises(BulletinError) as refusal:
        read(fmi(name))
    assert place(refusal.value.finding) == REFUSED[name]


@pytest.mark.shared
def test_every_file_is_in_one_of_the_lists(shared):
    names = {p.stem.removeprefix("spacewx-") for p in (shared / FOLDER).iterdir()}
    assert names == STRICTLY | FORGIVEN.keys() | REFUSED.keys()


@pytest.mark.shared
@pytest.mark.parametrize(
    ("name", "codes"),
    [("A2-3", ["tac.end"]), ("A2-4", ["tac.end"]), ("A2-5", ["tac.next", "tac.end"])],
)
def test_the_official_examples_lack_their_end_and_a2_5_a_new_next(shared, name, codes):
    path = shared / f"data/icao/official_examples/v2023-1/spacewx-{name}.tac"
    found = tac.read(path.read_bytes(), strict=False)
    assert [finding.code for finding in found.findings] == codes


@pytest.mark.shared
def test_two_effects_share_their_places(fmi):
    (advisory,) = read(fmi("A2-3")).advisories
    assert advisory.effects == (Kind.HF_COM, Kind.GNSS)
    assert advisory.number == Number(2016, Kind.HF_COM, 2)
    region = Region(bands=(Band.HNH, Band.HSH), longitudes=Longitudes(180, -180))
    assert advisory.outlooks[0].groups == tuple(
        Group(severity=Severity.MODERATE, region=region, effect=kind)
        for kind in advisory.effects
    )


@pytest.mark.shared
def test_minutes_of_arc_are_kept(fmi):
    spoiled = fmi("precise-polygon-coordinates").replace(b"S2000 W17000", b"S2030 W17015")
    (advisory,) = read(spoiled).advisories
    assert advisory.outlooks[0].groups[0].region.polygon[0] == (-20.5, -170.25)
    again = read(write(advisory).data).advisories[0]
    assert again.outlooks == advisory.outlooks
    with pytest.raises(BulletinError, match=r"polygon\.range.*-20\.5"):
        tac_amd82.write(structs.replace(advisory, effects=advisory.effects[:1]))


@pytest.mark.shared
@pytest.mark.parametrize("name", sorted(STRICTLY))
def test_what_was_read_is_written_back_and_read_the_same(fmi, name):
    (advisory,) = read(fmi(name)).advisories
    bulletin = write(advisory)
    assert read(bulletin.data).advisories == (advisory,)
    assert bulletin.losses == ()


@settings(max_examples=100)
@given(advisories())
def test_nothing_is_lost_without_being_named(advisory):
    bulletin = write(advisory)
    (again,) = read(bulletin.data).advisories
    if not bulletin.losses:
        assert diff(advisory, again) == ()
    for before, after in zip(advisory.outlooks, again.outlooks, strict=True):
        for group in before.groups:
            said = area_of(after.groups[0].region, after.at)
            assert covers(said, area_of(group.region, before.at))


def told(released, *groups):
    first = structs.replace(released.outlooks[0], groups=groups, state=State.GROUPS)
    quiet = [
        Outlook(observed=False, at=o.at, state=State.NO_SWX_EXP) for o in released.outlooks[1:]
    ]
    return structs.replace(released, outlooks=(first, *quiet))


def a_group(severity=Severity.MODERATE, **region) -> Group:
    return Group(severity=severity, region=Region(**region))


def test_each_loss_is_named(released):
    night = told(released, a_group(side=Side.NIGHTSIDE))
    assert any("NIGHTSIDE" in loss for loss in write(night).losses)
    two = told(
        released, a_group(bands=(Band.HNH,)), a_group(Severity.SEVERE, bands=(Band.HSH,))
    )
    losses = write(two).losses
    assert any("SEV is written for all" in loss for loss in losses)
    assert any("one place is written for 2" in loss for loss in losses)
    old = tuple(Number(2025, Kind.HF_COM, count) for count in (7, 8))
    bulletin = write(structs.replace(night, replaces=old))
    assert b"NR RPLC:          2025/8\n" in bulletin.data
    assert any("only 2025/8 of 2" in loss for loss in bulletin.losses)
    assert any("MOD is written" in loss for loss in write(told_nothing(released)).losses)


def told_nothing(released) -> Advisory:
    quiet = (Outlook(observed=False, at=o.at, state=State.NOT_AVBL) for o in released.outlooks)
    return structs.replace(released, outlooks=tuple(quiet))


def test_levels_of_several_groups_become_one_range(released):
    radiation = structs.replace(
        told(
            released,
            Group(
                severity=Severity.MODERATE,
                region=Region(bands=(Band.HNH,)),
                levels=Levels(lower_fl=250, upper_fl=320),
            ),
            Group(
                severity=Severity.MODERATE,
                region=Region(bands=(Band.HNH,)),
                levels=Levels(lower_fl=300),
            ),
        ),
        effects=(Kind.RADIATION,),
        number=Number(2026, Kind.RADIATION, 1),
    )
    bulletin = write(radiation)
    assert b"HNH ABV FL250" in bulletin.data
    assert any("levels: ABV" in loss.replace("\xa0", " ") for loss in bulletin.losses)


def test_severities_in_both_places_are_of_no_amendment():
    mixed = b"SWX EFFECT: GNSS MOD\nOBS SWX: 08/0100Z MOD HNH"
    with pytest.raises(BulletinError, match=r"line 2, column 1: tac\.amendment"):
        tac.amendment(mixed)
