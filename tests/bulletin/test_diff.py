"""Differences: of meaning, never of spelling, and the same seen from either side."""

import random
from datetime import timedelta
from math import cos, pi, radians

import pytest
from bulletin_kit import advisories
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from msgspec import json, structs

from stormcone.advisory.advisory import Group, Number, Outlook, State, Status
from stormcone.bulletin.bulletin import BulletinError
from stormcone.bulletin.diff import Change, Shift, diff, in_words
from stormcone.bulletin.tac_amd82 import read
from stormcone.effect.effect import Kind, Severity
from stormcone.reference.areas import Area, Band, Levels, Longitudes, Region, Side, area_of

MOD, SEV = Severity.MODERATE, Severity.SEVERE
NORTH, MIDDLE = Region(bands=(Band.HNH,)), Region(bands=(Band.MNH,))


def told(advisory, *groups, outlook=0):
    """The advisory with other groups in one of its outlooks."""
    outlooks = list(advisory.outlooks)
    state = State.GROUPS if groups else State.NO_SWX_EXP
    outlooks[outlook] = structs.replace(outlooks[outlook], state=state, groups=groups)
    return structs.replace(advisory, outlooks=tuple(outlooks))


def group(region, severity=SEV, levels=None, effect=None):
    return Group(severity=severity, region=region, levels=levels, effect=effect)


def mirrored(change: Change) -> Change:
    turned = change.shift and structs.replace(
        change.shift,
        gained_square_degrees=change.shift.lost_square_degrees,
        lost_square_degrees=change.shift.gained_square_degrees,
        gained_steradians=change.shift.lost_steradians,
        lost_steradians=change.shift.gained_steradians,
    )
    return structs.replace(change, before=change.after, after=change.before, shift=turned)


def rounded(change: Change) -> Change:
    numbers = change.shift and Shift(
        **{name: round(value, 6) for name, value in structs.asdict(change.shift).items()}
    )
    return structs.replace(change, shift=numbers)


@given(advisories())
def test_an_advisory_says_nothing_otherwise_than_itself(advisory):
    assert diff(advisory, advisory) == ()


@settings(max_examples=40)
@given(advisories(), advisories())
def test_seen_from_the_other_side_what_was_gained_is_lost(a, b):
    there = [rounded(change) for change in diff(a, b)]
    assert there == [rounded(mirrored(change)) for change in diff(b, a)]


def spelt_otherwise(region: Region) -> Region:
    """The same place: bands turned round, the whole circle named, a ring begun elsewhere."""
    if region.polygon:
        path = region.polygon[:-1]
        return Region(polygon=(*path[1:], *path[:2]))
    circle = Longitudes(-180, 180) if region.bands and not region.longitudes else None
    return structs.replace(
        region, bands=region.bands[::-1], longitudes=region.longitudes or circle
    )


@settings(max_examples=60)
@given(advisories(), st.randoms())
def test_spelling_and_order_are_no_difference(advisory, shuffled: random.Random):
    outlooks = []
    for outlook in advisory.outlooks:
        groups = [structs.replace(g, region=spelt_otherwise(g.region)) for g in outlook.groups]
        shuffled.shuffle(groups)
        outlooks.append(structs.replace(outlook, groups=tuple(groups)))
    respelt = structs.replace(
        advisory, outlooks=tuple(outlooks), replaces=advisory.replaces[::-1]
    )
    assert diff(advisory, respelt) == ()


def test_bands_and_a_polygon_of_the_same_area_are_no_difference(released):
    ring = ((60, -180), (60, 180), (90, 180), (90, -180), (60, -180))
    in_bands, drawn = (told(released, group(r)) for r in (NORTH, Region(polygon=ring)))
    assert in_bands != drawn
    assert diff(in_bands, drawn) == ()


def test_a_polygon_in_two_parts_is_no_difference(released):
    halves = [
        Region(bands=(Band.HNH,), longitudes=Longitudes(*lons))
        for lons in ((0, 180), (-180, 0))
    ]
    whole = told(released, group(NORTH))
    assert diff(whole, told(released, *(group(half) for half in halves))) == ()


def test_neither_the_models_area_nor_the_evidence_is_compared(released):
    exact = area_of(Region(bands=(Band.HSH,)), released.outlooks[0].at)
    a = told(released, group(NORTH))
    b = told(released, group(structs.replace(NORTH, exact=Area(exact.parts))))
    assert diff(a, structs.replace(b, thread="2026/HF COM/1", cause="FLARE")) == ()


CHANGED = {
    "number": lambda a: structs.replace(
        a, number=structs.replace(a.number, count=a.number.count % 9999 + 1)
    ),
    "centre": lambda a: structs.replace(a, centre=f"{a.centre}2"),
    "issued": lambda a: structs.replace(a, issued=a.issued + timedelta(minutes=1)),
    "effects": lambda a: structs.replace(
        a, effects=(Kind.GNSS if a.effects == (Kind.HF_COM,) else Kind.HF_COM,)
    ),
    "replaces": lambda a: structs.replace(
        a, replaces=(*a.replaces[:3], Number(2018, a.effects[0], 1))
    ),
    "status": lambda a: structs.replace(
        a, status=Status.TEST if a.status is not Status.TEST else Status.EXERCISE
    ),
    "next_by": lambda a: structs.replace(
        a, next_by=None if a.next_by else a.issued + timedelta(hours=5)
    ),
    "remark": lambda a: structs.replace(a, remark=f"{a.remark or ''} 2"),
}


@given(advisories(), st.sampled_from(sorted(CHANGED)))
def test_a_changed_field_is_exactly_that_change(advisory, field):
    (change,) = diff(advisory, CHANGED[field](advisory))
    assert (change.field, change.place, change.shift) == (field, None, None)
    assert change.before != change.after


def of_a_side(outlook: Outlook) -> bool:
    return any(group.region.side for group in outlook.groups)


OUTLOOK_CHANGED = {
    "time": lambda o: structs.replace(o, at=o.at + timedelta(minutes=1)),
    "until": lambda o: structs.replace(o, until=o.at + timedelta(minutes=1)),
    "observed": lambda o: structs.replace(o, observed=not o.observed),
}


@given(advisories(), st.sampled_from(sorted(OUTLOOK_CHANGED)), st.integers(0, 4))
def test_a_changed_outlook_is_exactly_that_change(advisory, field, index):
    outlooks = list(advisory.outlooks)
    outlooks[index] = OUTLOOK_CHANGED[field](outlooks[index])
    changes = diff(advisory, structs.replace(advisory, outlooks=tuple(outlooks)))
    moved_by_the_sun = field == "time" and of_a_side(outlooks[index])
    assert changes[0].field == field
    assert {change.field for change in changes[1:]} <= ({"area"} if moved_by_the_sun else set())
    assert {change.place.outlook for change in changes} == {index}


@settings(max_examples=40)
@given(advisories(), st.integers(0, 4), st.data())
def test_another_region_is_exactly_a_change_of_area(advisory, index, data):
    before = advisory.outlooks[index]
    assume(before.groups)
    which = data.draw(st.integers(0, len(before.groups) - 1))
    severity = before.groups[which].severity
    box = Region(polygon=((11.0, 3.0), (11.0, 4.0), (12.0, 4.0), (12.0, 3.0), (11.0, 3.0)))
    alone = [g for g in before.groups if g.severity is severity] == [before.groups[which]]
    assume(alone)
    groups = list(before.groups)
    groups[which] = structs.replace(groups[which], region=box)
    (change,) = diff(advisory, told(advisory, *groups, outlook=index))
    assert (change.field, change.place.severity) == ("area", severity)
    assert 0 <= change.shift.iou < 1
    assert change.shift.lost_steradians > 0


def test_areas_are_measured_in_the_plane_and_on_the_sphere(released):
    a, b = told(released, group(NORTH)), told(released, group(NORTH), group(MIDDLE))
    (change,) = diff(a, b)
    cap, both = 2 * pi * (1 - cos(radians(30))), 2 * pi * (1 - cos(radians(60)))
    assert (change.before, change.after) == ("HNH", "HNH, MNH")
    assert change.shift == Shift(
        iou=pytest.approx(cap / both),
        gained_square_degrees=30 * 360,
        lost_square_degrees=0,
        gained_steradians=pytest.approx(both - cap),
        lost_steradians=0,
    )
    assert in_words(change) == "OBS SEV: area IoU 0.2679, gained 10 800 sq deg (2.3 sr), lost 0"


def test_a_severity_that_is_gone_has_lost_all_its_area(released):
    a, b = told(released, group(NORTH), group(MIDDLE, MOD)), told(released, group(MIDDLE, MOD))
    (change,) = diff(a, b)
    assert (change.before, change.after, change.shift.iou) == ("HNH", "none", 0)
    assert change.shift.lost_square_degrees == 10800


def test_levels_are_compared_by_severity(released):
    a, b = (told(released, group(NORTH, levels=Levels(low))) for low in (340, 350))
    (change,) = diff(a, b)
    assert in_words(change) == "OBS SEV levels: ABV FL340 -> ABV FL350"
    everywhere = told(released, group(NORTH))
    assert in_words(*diff(everywhere, a)) == "OBS SEV levels: none -> ABV FL340"


def test_the_same_levels_over_each_others_regions_are_a_change(released):
    a = told(released, group(NORTH, levels=Levels(250)), group(MIDDLE, levels=Levels(340)))
    b = told(released, group(NORTH, levels=Levels(340)), group(MIDDLE, levels=Levels(250)))
    (change,) = diff(a, b)
    assert (change.before, change.after) == (
        "HNH ABV FL250, MNH ABV FL340",
        "HNH ABV FL340, MNH ABV FL250",
    )


def test_the_sunlit_side_moves_with_its_time(released):
    later = structs.replace(
        released.outlooks[0], at=released.outlooks[0].at + timedelta(hours=12)
    )
    b = structs.replace(released, outlooks=(later, *released.outlooks[1:]))
    time, area = diff(released, b)
    assert (time.field, area.field, area.place.severity) == ("time", "area", MOD)
    assert (area.before, area.after) == (Side.DAYSIDE, Side.DAYSIDE)
    assert area.shift.iou < 0.5


def test_stations_are_compared_by_name_and_windows_by_their_order(released):
    def window(asset, hours):
        at = released.issued + timedelta(hours=hours)
        return Outlook(
            observed=False,
            at=at,
            until=at + timedelta(minutes=20),
            state=State.GROUPS,
            groups=(group(Region(asset=asset)),),
        )

    shelter = structs.replace(released, effects=(Kind.SHELTER,), outlooks=(window("25544", 1),))
    other = structs.replace(shelter, outlooks=(window("48274", 1), window("48274", 3)))
    assert [in_words(change) for change in diff(shelter, other)] == [
        "WINDOW 1 SEV assets: 25544 -> 48274",
        "WINDOW 2 outlook: none -> 2026-01-31T21:04:00Z",
    ]


def test_of_two_effects_each_is_compared_by_itself(released):
    both = structs.replace(released, effects=(Kind.HF_COM, Kind.GNSS))
    a = told(both, group(NORTH, effect=Kind.HF_COM), group(NORTH, effect=Kind.GNSS))
    b = told(both, group(NORTH, effect=Kind.HF_COM), group(NORTH, MOD, effect=Kind.GNSS))
    assert [in_words(change).partition(":")[0] for change in diff(a, b)] == [
        "OBS GNSS SEV",
        "OBS GNSS MOD",
    ]


def test_small_differences_are_not_rounded_away(released):
    ring = ((10, 0), (10, 80), (60, 80), (60, 0), (10, 0))
    dented = ((10, 0), (10, 79.99), (60, 80), (60, 0), (10, 0))
    a, b = (told(released, group(Region(polygon=points))) for points in (ring, dented))
    (change,) = diff(a, b)
    assert change.after == "POLYGON OF 5 POINTS"
    assert (
        in_words(change) == "OBS SEV: area IoU 0.9999, gained 0, lost 0.25 sq deg (6.7e-05 sr)"
    )


def test_changes_survive_json(released, draft):
    changes = diff(released, draft)
    assert [change.field for change in changes] == ["number", "issued"]
    assert json.decode(json.encode(changes), type=tuple[Change, ...]) == changes


def test_a_region_that_cannot_be_drawn_is_refused(released):
    round_the_equator = Region(polygon=((1, -120), (1, 0), (1, 120), (1, -120)))
    a, b = told(released, group(NORTH)), told(released, group(round_the_equator))
    with pytest.raises(BulletinError, match=r"region\.shape: .* which pole"):
        diff(a, b)


@pytest.mark.shared
@pytest.mark.slow
def test_a_changed_digit_of_a_real_text_is_refused_or_seen(real_texts, real):
    silent = []
    for text, advisory in zip(real_texts, real, strict=True):
        for at in range(text.index(b"SWX ADVISORY"), len(text)):
            if not text[at : at + 1].isdigit():
                continue
            changed = bytearray(text)
            changed[at] = 48 + (changed[at] - 47) % 10
            try:
                (misread,) = read(bytes(changed)).advisories
                if not diff(advisory, misread):
                    silent.append(advisory.number.key)
            except BulletinError:
                continue
    # A pole that is written twice: at which longitude it is written again means nothing.
    assert silent == ["2026/HF COM/18"] * 6


@pytest.mark.shared
def test_of_two_real_advisories_the_diff_says_what_the_centre_changed(real):
    by_key = {advisory.number.key: advisory for advisory in real}
    changes = diff(by_key["2026/HF COM/23"], by_key["2026/HF COM/25"])
    shifts = [in_words(change) for change in changes if change.shift]
    # 180 degrees of latitude over 270 of longitude, then 120 (from S30) over 240 (by hand)
    assert shifts == ["OBS MOD: area IoU 0.6667, gained 0, lost 19 800 sq deg (3.1 sr)"]
    kept = diff(by_key["2026/HF COM/28"], by_key["2026/HF COM/30"])
    assert not any(change.shift for change in kept)
