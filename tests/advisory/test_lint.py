"""Lint of advisories, against the slips that were really released."""

from datetime import UTC, datetime, timedelta

import pytest
from msgspec import structs

from stormcone.advisory.advisory import Advisory, Group, Number, Outlook, State, Status
from stormcone.advisory.lint import lint
from stormcone.advisory.times import forecast_times
from stormcone.bulletin.tac_amd82 import read
from stormcone.effect.effect import Kind, Severity
from stormcone.reference.areas import Band, Levels, Longitudes, Region, Side

REAL = "data/icao/real_tac/knmi_2026-01-19_20_fnxx.txt"
SLIPS = {  # authorities/icao_swx.md
    ("2026/HF COM/16", "polygon.duplicate"),
    ("2026/HF COM/17", "polygon.duplicate"),
    ("2026/HF COM/18", "polygon.duplicate"),
    ("2026/HF COM/24", "times.observed"),
    ("2026/HF COM/27", "longitudes.zero"),
}
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


@pytest.mark.shared
def test_the_slips_of_the_34_are_found_and_no_others(shared):
    advisories = read((shared / REAL).read_bytes(), keep_form=True).advisories
    found = {(a.number.key, finding.code) for a in advisories for finding in lint(a)}
    assert found == SLIPS


@pytest.mark.shared
def test_the_numbers_of_two_effects_do_not_clash(shared):
    advisories = read((shared / REAL).read_bytes()).advisories
    taken = []
    for advisory in sorted(advisories, key=lambda a: a.issued):
        assert not [c for c in codes(advisory, taken=taken) if c.startswith("number")]
        taken.append(advisory.number)


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
    ("taken", "found"),
    [
        ([], []),
        ([Number(2026, Kind.HF_COM, 15)], []),
        ([Number(2026, Kind.HF_COM, 16)], ["number.taken"]),
        ([Number(2026, Kind.HF_COM, 14)], ["number.gap"]),
        ([Number(2026, Kind.GNSS, 16)], []),
        ([Number(2025, Kind.HF_COM, 16)], []),
    ],
)
def test_a_number_is_free_and_the_next(taken, found):
    assert codes(told(), taken=taken) == found


def test_a_number_is_of_the_year_of_issue():
    assert "number.year" in codes(told(number=Number(2025, Kind.HF_COM, 16)))


def test_an_exercise_stays_among_exercises():
    assert codes(told(), exercise=True) == ["status"]
    assert codes(told(status=Status.TEST)) == ["status"]
    assert codes(told(status=Status.EXERCISE), exercise=True) == []


def test_a_shelter_advisory_has_no_five_times():
    shelter = told(Region(asset="25544"), effects=(Kind.SHELTER,))
    assert codes(structs.replace(shelter, outlooks=shelter.outlooks[:1])) == []
