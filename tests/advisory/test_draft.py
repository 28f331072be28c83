"""The draft that a decision asks for: its five times, its words, and what it never pretends."""

from datetime import UTC, datetime, timedelta

import numpy as np
import pytest
from msgspec import structs

from stormcone.advisory.advisory import Number, State, Status
from stormcone.advisory.decide import Action, Decision, Sighting
from stormcone.advisory.draft import Ahead, Outlet, Subject, draft, hours_ahead, uncertain
from stormcone.advisory.lint import lint
from stormcone.advisory.policy import Policy
from stormcone.effect.areas import outline
from stormcone.effect.effect import Cause, Kind, Severity
from stormcone.reference.areas import Levels, Side, area_of, contains, covers
from stormcone.reference.grid import global_grid

NOW = datetime(2026, 1, 19, 10, 6, tzinfo=UTC)
SEEN = NOW - timedelta(minutes=1)
GRID = global_grid()
OUTLET = Outlet(centre="CRC", unit="ZBBB", status=Status.EXERCISE)
CAPS = Subject(kind=Kind.HF_COM, cause=Cause.PCA, grid=GRID)
FLARE = Subject(kind=Kind.HF_COM, cause=Cause.FLARE, grid=GRID, side=Side.DAYSIDE)
MOD, SEV = Severity.MODERATE, Severity.SEVERE
ISSUE = Decision(Action.ISSUE, MOD, "threshold")
NOTHING = tuple(Ahead(hours=h, masks={}) for h in hours_ahead(SEEN))
UNKNOWN = tuple(Ahead(hours=h, masks=None) for h in hours_ahead(SEEN))


def south_of(lat_deg):
    return np.repeat((GRID.lat_deg <= lat_deg)[:, None], 360, axis=1)


def look(masks, *, seen=True, at=NOW):
    worst = max(masks, default=None)
    masks = {severity: mask for severity, mask in masks.items() if mask is not None}
    return Sighting(
        at=at,
        observed=SEEN if seen else None,
        exceeded=worst,
        held=worst,
        exceeded_masks=masks,
        held_masks=masks,
    )


def released(advisory, count=1):
    fields = {f: getattr(advisory, f) for f in advisory.__struct_fields__}
    number = Number(2026, Kind.HF_COM, count)
    return type(advisory)(**{**fields, "number": number, "issued": NOW})


def test_a_first_draft_has_five_times_no_number_and_passes_the_checks():
    made = draft(ISSUE, CAPS, OUTLET, [look({MOD: south_of(-60)})], NOTHING, ())
    assert (made.number, made.issued, made.thread, made.replaces) == (None, None, None, ())
    assert [o.at.hour for o in made.outlooks] == [10, 17, 23, 5, 11]
    assert [o.observed for o in made.outlooks] == [True, False, False, False, False]
    assert made.next_by == SEEN + timedelta(hours=6)
    assert not [f for f in lint(made, exercise=True) if f.severity == "error"]


def test_the_words_leave_out_no_affected_cell_and_say_how_much_wider_they_are():
    made = draft(ISSUE, CAPS, OUTLET, [look({MOD: south_of(-60)})], NOTHING, ())
    for group in made.outlooks[0].groups:
        area = area_of(group.region, SEEN)
        assert all(contains(area, lat, lon) for lat in (-60.4, -75, -90) for lon in (0, 179))
    (over,) = [e.value for e in made.evidence if e.name == "over_forecast_mod"]
    assert over >= 1


def test_each_outlook_says_how_much_wider_its_words_are():
    slots = [Ahead(hours=h, masks={MOD: south_of(-70 - h)}) for h in hours_ahead(SEEN)[:2]]
    ahead = (*slots, Ahead(hours=19, masks={}), Ahead(hours=25, masks=None))
    made = draft(ISSUE, CAPS, OUTLET, [look({MOD: south_of(-60)})], ahead, ())
    told = {e.at for e in made.evidence if e.name == "over_forecast_mod"}
    assert told == {o.at for o in made.outlooks if o.groups}
    assert len(told) == 3


def test_severe_comes_before_moderate_and_inside_it():
    seen = look({MOD: south_of(-55), SEV: south_of(-65)})
    made = draft(Decision(Action.UPDATE, SEV, "raise"), CAPS, OUTLET, [seen], NOTHING, ())
    assert [g.severity for g in made.outlooks[0].groups] == [SEV, MOD]


def test_a_flare_darkens_the_day_side():
    made = draft(ISSUE, FLARE, OUTLET, [look({MOD: None})], NOTHING, ())
    assert [g.region.side for g in made.outlooks[0].groups] == [Side.DAYSIDE]


def test_no_forecast_is_said_and_is_not_nothing_expected():
    made = draft(ISSUE, FLARE, OUTLET, [look({MOD: None})], UNKNOWN, ())
    assert {o.state for o in made.outlooks[1:]} == {State.NOT_AVBL}


def test_an_update_replaces_the_last_and_keeps_the_thread():
    first = released(draft(ISSUE, FLARE, OUTLET, [look({MOD: None})], NOTHING, ()))
    again = Decision(Action.UPDATE, MOD, "deadline")
    second = draft(again, FLARE, OUTLET, [look({MOD: None})], NOTHING, (first,))
    assert second.replaces == (first.number,)
    assert second.thread == "2026/HF COM/1"
    third = draft(again, FLARE, OUTLET, [look({MOD: None})], NOTHING, (released(second, 2),))
    assert third.thread == "2026/HF COM/1"


def test_an_end_says_nothing_expected_and_promises_no_further_advisory():
    first = released(draft(ISSUE, FLARE, OUTLET, [look({MOD: None})], NOTHING, ()))
    ended = draft(
        Decision(Action.END, None, "end"), FLARE, OUTLET, [look({})], NOTHING, (first,)
    )
    assert ended.outlooks[0].state is State.NO_SWX_EXP
    assert ended.next_by is None
    assert ended.remark.startswith("EVENT UPDATE. END OF")


def test_a_centre_that_cannot_see_carries_on_as_a_forecast():
    first = released(draft(ISSUE, FLARE, OUTLET, [look({MOD: None})], NOTHING, ()))
    blind = look({}, seen=False)
    carried = draft(
        Decision(Action.UPDATE, MOD, "deadline"), FLARE, OUTLET, [blind], UNKNOWN, (first,)
    )
    assert carried.outlooks[0].observed is False
    assert carried.outlooks[0].groups == first.outlooks[0].groups


def test_what_is_gone_within_the_hour_is_carried_on_as_a_forecast():
    first = released(draft(ISSUE, CAPS, OUTLET, [look({MOD: south_of(-60)})], NOTHING, ()))
    seen = [look({MOD: south_of(-60)}, at=NOW - timedelta(minutes=20)), look({})]
    due = Decision(Action.UPDATE, MOD, "deadline")
    carried = draft(due, CAPS, OUTLET, seen, NOTHING, (first,))
    assert carried.outlooks[0].observed is False
    assert [g.severity for g in carried.outlooks[0].groups] == [MOD]


@pytest.mark.parametrize("minute", [0, 1, 59])
def test_the_forecast_hours_end_on_full_hours(minute):
    observed = NOW.replace(minute=minute)
    for hours in hours_ahead(observed):
        assert (observed + timedelta(hours=hours)).minute == 0


@pytest.mark.parametrize(("chance", "slots"), [(0.05, 0), (0.1, 4), (float("nan"), 0)])
def test_nothing_expected_against_a_fair_chance_is_uncertain(chance, slots):
    ahead = tuple(Ahead(hours=h, masks={}, chance=chance) for h in hours_ahead(SEEN))
    made = draft(ISSUE, FLARE, OUTLET, [look({MOD: None})], ahead, ())
    assert len(uncertain(made)) == slots


def test_an_advisory_for_two_threads_replaces_both_and_goes_on_with_the_older():
    made = draft(ISSUE, FLARE, OUTLET, [look({MOD: None})], NOTHING, ())
    standing = (released(made, 24), released(made, 27))
    merged = Decision(Action.UPDATE, MOD, "merge")
    taken_over = draft(merged, FLARE, OUTLET, [look({MOD: None})], NOTHING, standing)
    assert [str(number) for number in taken_over.replaces] == ["2026/24", "2026/27"]
    assert taken_over.thread == "2026/HF COM/24"
    assert taken_over.remark.startswith("EVENT UPDATE.")


def test_a_blind_centre_carries_on_what_all_its_threads_say():
    south = draft(ISSUE, CAPS, OUTLET, [look({MOD: south_of(-60)})], NOTHING, ())
    day = draft(ISSUE, FLARE, OUTLET, [look({MOD: None})], NOTHING, ())
    standing = (released(south, 24), released(day, 27))
    due = Decision(Action.UPDATE, None, "deadline")
    carried = draft(due, CAPS, OUTLET, [look({}, seen=False)], UNKNOWN, standing)
    assert len(carried.outlooks[0].groups) == 2
    again = draft(due, CAPS, OUTLET, [look({}, seen=False)], UNKNOWN, (released(carried, 28),))
    assert again.outlooks[0].state is State.NOT_AVBL


def patch(south, north, west, east):
    lat, lon = np.meshgrid(GRID.lat_deg, GRID.lon_deg, indexing="ij")
    return (lat >= south) & (lat <= north) & (lon >= west) & (lon <= east)


PATCHY = Subject(kind=Kind.GNSS, cause=Cause.SCINTILLATION, grid=GRID)


def test_what_is_said_to_be_severe_is_not_said_again():
    seen = look(
        {MOD: patch(50, 60, 0, 20) | patch(-80, -70, 90, 99), SEV: patch(50, 60, 0, 20)}
    )
    made = draft(Decision(Action.UPDATE, SEV, "raise"), PATCHY, OUTLET, [seen], NOTHING, ())
    groups = made.outlooks[0].groups
    assert [g.severity for g in groups] == [SEV, MOD]
    assert not contains(area_of(groups[1].region, SEEN), 55, 10)
    assert contains(area_of(groups[1].region, SEEN), -75, 95)


def test_severe_words_stand_for_the_moderate_corner_within_them_too():
    whole = patch(50, 60, 0, 20)
    without_a_corner = whole & ~patch(60, 60, 20, 20)
    seen = look({MOD: whole, SEV: without_a_corner})
    subject = structs.replace(PATCHY, policy=Policy(pad_cells=0))
    made = draft(Decision(Action.UPDATE, SEV, "raise"), subject, OUTLET, [seen], NOTHING, ())
    (group,) = made.outlooks[0].groups
    assert group.severity is SEV
    assert covers(area_of(group.region, SEEN), outline(whole, GRID))
    assert covers(group.region.exact, outline(whole, GRID))


DOSE = Subject(kind=Kind.RADIATION, cause=Cause.DOSE, grid=GRID)


def test_each_intensity_has_its_own_levels_and_moderate_reaches_lower():
    caps = south_of(-60)
    seen = structs.replace(
        look({MOD: caps, SEV: caps}), levels={SEV: Levels(327), MOD: Levels(251)}
    )
    slots = tuple(
        Ahead(hours=h, masks={MOD: caps}, levels={MOD: Levels(333, 421)})
        for h in hours_ahead(SEEN)
    )
    made = draft(Decision(Action.ISSUE, SEV, "threshold"), DOSE, OUTLET, [seen], slots, ())
    said = [(g.severity, g.levels) for g in made.outlooks[0].groups]
    assert said == [(SEV, Levels(320)), (MOD, Levels(250))]
    assert [g.levels for g in made.outlooks[1].groups] == [Levels(330, 430)]
    assert not [f for f in lint(made, exercise=True) if f.severity == "error"]


@pytest.mark.parametrize(
    ("severity", "masks", "chance", "said"),
    [
        (MOD, {}, 0.1, True),
        (MOD, {}, 0.09, False),
        (MOD, {}, None, False),
        (MOD, {SEV: patch(50, 60, 0, 20)}, 0.4, False),
        (MOD, None, 0.4, False),
        (SEV, {}, 0.4, False),
    ],
)
def test_isolated_areas_are_announced_when_severe_is_possible_in_the_first_slot(
    severity, masks, chance, said
):
    here = patch(50, 60, 0, 20)
    first = Ahead(hours=7, masks=masks, chance_severe=chance)
    made = draft(
        Decision(Action.ISSUE, severity, "threshold"),
        PATCHY,
        OUTLET,
        [look({MOD: here, severity: here})],
        (first, *NOTHING[1:]),
        (),
    )
    assert ("ISOL AREAS OF SEV SCINTILLATION POSS." in made.remark) is said
