"""The draft that a decision asks for: its five times, its words, and what it never pretends."""

from datetime import UTC, datetime, timedelta

import numpy as np
import pytest

from stormcone.advisory.advisory import Number, State, Status
from stormcone.advisory.decide import Action, Decision, Sighting
from stormcone.advisory.draft import Ahead, Outlet, Subject, draft, hours_ahead, uncertain
from stormcone.advisory.lint import lint
from stormcone.effect.effect import Cause, Kind, Severity
from stormcone.reference.areas import Side, area_of, contains
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
    made = draft(ISSUE, CAPS, OUTLET, [look({MOD: south_of(-60)})], NOTHING, None)
    assert (made.number, made.issued, made.thread, made.replaces) == (None, None, None, ())
    assert [o.at.hour for o in made.outlooks] == [10, 17, 23, 5, 11]
    assert [o.observed for o in made.outlooks] == [True, False, False, False, False]
    assert made.next_by == SEEN + timedelta(hours=6)
    assert not [f for f in lint(made, exercise=True) if f.severity == "error"]


def test_the_words_leave_out_no_affected_cell_and_say_how_much_wider_they_are():
    made = draft(ISSUE, CAPS, OUTLET, [look({MOD: south_of(-60)})], NOTHING, None)
    for group in made.outlooks[0].groups:
        area = area_of(group.region, SEEN)
        assert all(contains(area, lat, lon) for lat in (-60.4, -75, -90) for lon in (0, 179))
    (over,) = [e.value for e in made.evidence if e.name == "over_forecast_mod"]
    assert over >= 1


def test_severe_comes_before_moderate_and_inside_it():
    seen = look({MOD: south_of(-55), SEV: south_of(-65)})
    made = draft(Decision(Action.UPDATE, SEV, "raise"), CAPS, OUTLET, [seen], NOTHING, None)
    assert [g.severity for g in made.outlooks[0].groups] == [SEV, MOD]


def test_a_flare_darkens_the_day_side():
    made = draft(ISSUE, FLARE, OUTLET, [look({MOD: None})], NOTHING, None)
    assert [g.region.side for g in made.outlooks[0].groups] == [Side.DAYSIDE]


def test_no_forecast_is_said_and_is_not_nothing_expected():
    made = draft(ISSUE, FLARE, OUTLET, [look({MOD: None})], UNKNOWN, None)
    assert {o.state for o in made.outlooks[1:]} == {State.NOT_AVBL}


def test_an_update_replaces_the_last_and_keeps_the_thread():
    first = released(draft(ISSUE, FLARE, OUTLET, [look({MOD: None})], NOTHING, None))
    again = Decision(Action.UPDATE, MOD, "deadline")
    second = draft(again, FLARE, OUTLET, [look({MOD: None})], NOTHING, first)
    assert second.replaces == (first.number,)
    assert second.thread == "2026/HF COM/1"
    third = draft(again, FLARE, OUTLET, [look({MOD: None})], NOTHING, released(second, 2))
    assert third.thread == "2026/HF COM/1"


def test_an_end_says_nothing_expected_and_promises_no_further_advisory():
    first = released(draft(ISSUE, FLARE, OUTLET, [look({MOD: None})], NOTHING, None))
    ended = draft(Decision(Action.END, None, "end"), FLARE, OUTLET, [look({})], NOTHING, first)
    assert ended.outlooks[0].state is State.NO_SWX_EXP
    assert ended.next_by is None
    assert ended.remark.startswith("EVENT UPDATE. END OF")


def test_a_centre_that_cannot_see_carries_on_as_a_forecast():
    first = released(draft(ISSUE, FLARE, OUTLET, [look({MOD: None})], NOTHING, None))
    blind = look({}, seen=False)
    carried = draft(
        Decision(Action.UPDATE, MOD, "deadline"), FLARE, OUTLET, [blind], UNKNOWN, first
    )
    assert carried.outlooks[0].observed is False
    assert carried.outlooks[0].groups == first.outlooks[0].groups


@pytest.mark.parametrize("minute", [0, 1, 59])
def test_the_forecast_hours_end_on_full_hours(minute):
    observed = NOW.replace(minute=minute)
    for hours in hours_ahead(observed):
        assert (observed + timedelta(hours=hours)).minute == 0


@pytest.mark.parametrize(("chance", "slots"), [(0.05, 0), (0.1, 4), (float("nan"), 0)])
def test_nothing_expected_against_a_fair_chance_is_uncertain(chance, slots):
    ahead = tuple(Ahead(hours=h, masks={}, chance=chance) for h in hours_ahead(SEEN))
    made = draft(ISSUE, FLARE, OUTLET, [look({MOD: None})], ahead, None)
    assert len(uncertain(made)) == slots
