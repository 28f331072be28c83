"""Lint of advisories, against the slips that were really released."""

import re
from datetime import UTC, datetime, timedelta

import pytest
from msgspec import structs
from thread_kit import REAL

from stormcone.advisory.advisory import Advisory, Group, Number, Outlook, State, Status
from stormcone.advisory.lint import lint
from stormcone.advisory.threads import Ledger, join, predecessors
from stormcone.advisory.times import forecast_times
from stormcone.bulletin.lint import lint_text
from stormcone.bulletin.tac_amd82 import read, write
from stormcone.effect.effect import Kind, Severity
from stormcone.reference.areas import Band, Levels, Longitudes, Region, Side

SLIPS = {  # authorities/icao_swx.md
    ("2026/HF COM/16", "polygon.duplicate", "error"),
    ("2026/HF COM/17", "polygon.duplicate", "error"),
    ("2026/HF COM/18", "polygon.duplicate", "error"),
    ("2026/HF COM/24", "times.observed", "error"),
    ("2026/HF COM/27", "longitudes.zero", "error"),
    ("2026/HF COM/30", "heading.unit", "error"),
    ("2026/HF COM/31", "heading.unit", "error"),
    ("2026/GNSS/23", "heading.time", "error"),
}
EXPLAINED = {
    # 14, which opened the flare's thread, is older than the recording
    ("2026/HF COM/15", "thread.replaces", "warning"),
    # the first of PECASUS in each thread: SEV for both caps where ACFJ had MOD for one, and
    # a depression of other bands and longitudes than ACFJ's
    ("2026/HF COM/28", "centre.differs", "warning"),
    ("2026/HF COM/29", "centre.differs", "warning"),
}
# 27 opens a thread of its own without a slip: 26 had ended the last one of its cause.
LATE_HEADINGS = 17
T0 = datetime(2026, 1, 19, 5, 10, tzinfo=UTC)
SOUTH = Region(bands=(Band.HSH,), longitudes=Longitudes(-180, 180))
ROUND = ((50, -180), (50, 180), (90, 180), (90, -180), (50, -180))


def told(region=SOUTH, levels=None, **changes):
    group = Group(severity=Severity.MODERATE, region=region, levels=levels)
    first = Outlook(observed=True, at=T0, state=State.GROUPS, groups=(group,))
    later = (
        Outlook(observed=False, at=at, state=State.NO_SWX_EXP) for at in forecast_times(T0)
    )
    advisory = Advisory(
        number=Number(2026, Kind.HF_COM, 16),
        centre="CRC",
        issued=T0 + timedelta(minutes=9),
        effects=(Kind.HF_COM,),
        outlooks=(first, *later),
        next_by=T0 + timedelta(hours=6),
    )
    return structs.replace(advisory, **changes)


def codes(advisory, **settings):
    return [finding.code for finding in lint(advisory, **settings)]


def headed(shared):
    """Each recorded bulletin with its heading, in the order of issue."""
    texts = re.split(rb"(?m)^(?=FNXX0\d )", (shared / REAL).read_bytes())
    both = [
        (read(text, keep_form=True).advisories[0], text.decode().split("\n")[0].strip())
        for text in texts
        if text.strip()
    ]
    return sorted(both, key=lambda one: one[0].issued)


@pytest.mark.shared
def test_the_slips_of_the_34_are_found_and_no_others(shared):
    ledger, found, late = Ledger(), set(), 0
    for advisory, heading in headed(shared):
        before = predecessors(advisory, ledger)
        other = next((one for one in before if one.centre != advisory.centre), None)
        text = write(advisory, heading=heading)
        for finding in (
            *lint(advisory, ledger=ledger, other=other),
            *lint_text(text, advisory),
        ):
            if (finding.code, finding.severity) == ("heading.time", "warning"):
                late += 1
            else:
                found.add((advisory.number.key, finding.code, finding.severity))
        ledger = join(ledger, advisory)
    assert found == SLIPS | EXPLAINED
    assert late == LATE_HEADINGS


@pytest.mark.shared
def test_a_hand_over_says_how_the_other_centre_saw_it(traffic):
    by_key = {advisory.number.key: advisory for advisory in traffic}
    ours, theirs = by_key["2026/HF COM/28"], by_key["2026/HF COM/24"]
    (finding,) = (f for f in lint(ours, other=theirs) if f.code == "centre.differs")
    assert finding.value.startswith("SEV N55 E180")
    assert "SEV is not MOD; ACFJ in 2026/24 at 20/0238Z: MOD S55" in finding.message


def test_a_sound_advisory_and_a_sound_draft_have_no_findings():
    assert codes(told()) == []
    assert codes(told(number=None, issued=None)) == []


POLYGONS = {
    "polygon.open": ((50, 0), (60, 0), (60, 10), (50, 10)),
    "polygon.crossing": ((50, 0), (60, 10), (60, 0), (50, 10), (50, 0)),
    "polygon.range": ((50, 0), (60, 0), (60, 200), (50, 0)),
    "polygon.duplicate": (ROUND[0], *ROUND),
    "polygon.points": ((50, 0), (60, 0), (60, 1), (60, 2), (60, 3), (60, 4), (50, 4), (50, 0)),
    "polygon.pole": ((10, -180), (-10, -60), (10, 60), (10, -180)),
}


@pytest.mark.parametrize(("code", "ring"), POLYGONS.items())
def test_a_polygon_is_looked_at(code, ring):
    assert code in codes(told(Region(polygon=ring)))


def test_indicators_without_anything_in_common_are_empty():
    noon = Longitudes(90, 120)
    region = Region(bands=(Band.HSH,), side=Side.NIGHTSIDE, longitudes=noon)
    assert codes(told(region)) == ["region.empty"]


def test_a_ring_round_the_pole_is_no_slip():
    assert codes(told(Region(polygon=ROUND))) == []
    ring = ((80, -180), (70, -75), (60, 15), (70, 75), (80, -180))
    assert codes(told(Region(polygon=ring))) == []


@pytest.mark.parametrize(
    ("effect", "levels", "slips"),
    [
        (Kind.RADIATION, Levels(350), 0),
        (Kind.RADIATION, Levels(250, 350), 0),
        (Kind.RADIATION, None, 1),
        (Kind.RADIATION, Levels(350, 250), 1),
        (Kind.RADIATION, Levels(255, 350), 1),
        (Kind.HF_COM, Levels(350), 1),
    ],
)
def test_levels_belong_to_radiation_and_rise_by_1000_ft(effect, levels, slips):
    found = codes(told(levels=levels, effects=(effect,)))
    assert found == ["levels"] * slips


def test_times_are_held_against_the_rules():
    assert codes(told(issued=T0 - timedelta(minutes=1))) == ["times.observed", "times.next"]
    assert codes(told(next_by=T0 + timedelta(hours=6, minutes=10))) == ["times.next"]
    late = told()
    moved = structs.replace(late.outlooks[2], at=T0 + timedelta(hours=13))
    outlooks = (*late.outlooks[:2], moved, *late.outlooks[3:])
    assert codes(structs.replace(late, outlooks=outlooks)) == ["times.slots"]


@pytest.mark.parametrize(
    ("counters", "found"),
    [
        ({}, []),
        ({"2026/HF COM": 15}, []),
        ({"2026/HF COM": 16}, ["number.taken"]),
        ({"2026/HF COM": 14}, ["number.gap"]),
        ({"2026/GNSS": 16}, []),
        ({"2025/HF COM": 15}, ["number.gap"]),  # begins at 1 on 1 January
    ],
)
def test_a_number_is_free_and_the_next(counters, found):
    assert codes(told(), ledger=Ledger(counters=counters)) == found


def test_a_number_is_of_the_year_of_issue():
    assert "number.year" in codes(told(number=Number(2025, Kind.HF_COM, 16)))


def test_an_exercise_stays_among_exercises():
    assert codes(told(), exercise=True) == ["status"]
    assert codes(told(status=Status.TEST)) == ["status"]
    assert codes(told(status=Status.EXERCISE), exercise=True) == []


def test_a_shelter_advisory_has_no_five_times():
    shelter = told(Region(asset="25544"), effects=(Kind.SHELTER,))
    assert codes(structs.replace(shelter, outlooks=shelter.outlooks[:1])) == []


CIRCLE = Region(bands=(Band.HSH,))
CAP = Region(polygon=((-60, -180), (-60, 180), (-90, 180), (-90, -180), (-60, -180)))
NARROWER = Region(bands=(Band.HSH,), longitudes=Longitudes(-180, 175))


@pytest.mark.parametrize(
    ("region", "says"),
    [
        (CIRCLE, None),
        (CAP, None),
        (NARROWER, "99% in common"),
        (Region(bands=(Band.HNH,)), "0%"),
    ],
)
def test_the_same_area_in_other_words_is_no_difference(region, says):
    other = told(region, centre="PECASUS")
    found = [f for f in lint(told(), other=other) if f.code == "centre.differs"]
    assert [f.severity for f in found] == (["warning"] if says else [])
    assert not says or says in found[0].message


def test_the_day_side_of_some_hours_ago_is_no_difference():
    now = told(Region(side=Side.DAYSIDE))
    earlier = structs.replace(now.outlooks[0], at=T0 - timedelta(hours=6))
    other = structs.replace(now, outlooks=(earlier, *now.outlooks[1:]))
    assert codes(now, other=other) == []


def test_an_end_differs_from_what_goes_on():
    over = Outlook(observed=True, at=T0, state=State.NO_SWX_EXP)
    ended = structs.replace(told(), outlooks=(over, *told().outlooks[1:]))
    (finding,) = lint(told(), other=ended)
    assert finding.message.startswith("MOD is not NO SWX EXP; CRC in 2026/16")


def test_an_area_that_cannot_be_drawn_cannot_be_compared():
    broken = told(Region(polygon=POLYGONS["polygon.pole"]), centre="PECASUS")
    (finding,) = lint(told(), other=broken)
    assert "cannot be compared" in finding.message
