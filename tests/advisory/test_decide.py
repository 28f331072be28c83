"""When to issue, raise, lower, follow and end: each rule, and what may never happen."""

from datetime import UTC, datetime, timedelta

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec import structs

from stormcone.advisory.advised import Advised
from stormcone.advisory.advisory import Advisory, Group, Number, Outlook, State
from stormcone.advisory.decide import (
    MOST_REPLACED,
    Action,
    Sighting,
    decide,
    lasted,
    recent_levels,
    recent_mask,
    stated,
    taken_in,
)
from stormcone.advisory.policy import AT_ONCE, Policy
from stormcone.effect.effect import Kind, Severity
from stormcone.effect.mask import mask_steradians
from stormcone.reference.areas import Band, Levels, Region

START = datetime(2026, 1, 19, 5, 0, tzinfo=UTC)
MOD, SEV = Severity.MODERATE, Severity.SEVERE
WEIGHTS = np.full(18, 1 / 18 / 36)
FIVE = timedelta(minutes=5)
POLICY = Policy()


def look(minute, exceeded=None, held=None, *, seen=True, mask=None, held_mask=None):
    at = START + timedelta(minutes=minute)
    held = held or exceeded
    return Sighting(
        at=at,
        observed=at if seen else None,
        exceeded=exceeded,
        held=held,
        exceeded_masks={MOD: mask} if mask is not None else {},
        held_masks={MOD: held_mask} if held_mask is not None else {},
    )


def looks(*steps, every=5):
    return [look(every * i, *step) for i, step in enumerate(steps)]


def advisory(severity=MOD, *, issued=START, hours=6):
    groups = (Group(severity=severity, region=Region(bands=(Band.HSH,))),) if severity else ()
    state = State.GROUPS if severity else State.NO_SWX_EXP
    return Advisory(
        number=Number(2026, Kind.HF_COM, 1),
        centre="CRC",
        issued=issued,
        effects=(Kind.HF_COM,),
        outlooks=(Outlook(observed=True, at=issued, state=state, groups=groups),),
        next_by=issued + timedelta(hours=hours),
    )


def box(top, bottom):
    mask = np.zeros((18, 36), bool)
    mask[top:bottom] = True
    return mask


def advised(mask):
    return Advised(words={MOD: mask}, areas={MOD: mask})


def test_a_thread_opens_after_ten_minutes_above_the_threshold():
    assert decide(looks((MOD,), (MOD,)), (), Advised(), WEIGHTS, POLICY) is None
    opened = decide(looks((MOD,), (MOD,), (MOD,)), (), Advised(), WEIGHTS, POLICY)
    assert (opened.action, opened.severity) == (Action.ISSUE, MOD)


def test_a_flare_opens_at_the_first_minute():
    assert decide([look(0, MOD)], (), Advised(), WEIGHTS, AT_ONCE).action is Action.ISSUE


def test_what_is_only_held_opens_nothing():
    assert decide(looks(*[(None, MOD)] * 9), (), Advised(), WEIGHTS, POLICY) is None


def test_severe_is_said_after_five_minutes_without_a_dwell():
    last = advisory(MOD, issued=START)
    seen = looks((MOD,), (SEV,), (SEV,))
    raised = decide(seen, (last,), Advised(), WEIGHTS, POLICY)
    assert (raised.reason, raised.severity) == ("raise", SEV)
    assert decide(seen[:2], (last,), Advised(), WEIGHTS, POLICY) is None


def test_severity_is_lowered_after_an_hour_below_nine_tenths():
    last = advisory(SEV, issued=START - timedelta(hours=1))
    hour = looks(*[(MOD,)] * 13)
    assert decide(hour, (last,), Advised(), WEIGHTS, POLICY).reason == "lower"
    assert decide(hour[:-1], (last,), Advised(), WEIGHTS, POLICY) is None
    still_held = [*hour[:-1], look(60, MOD, SEV)]
    assert decide(still_held, (last,), Advised(), WEIGHTS, POLICY) is None


def test_a_thread_ends_after_ninety_minutes_below():
    last = advisory(MOD, issued=START - timedelta(hours=1))
    below = looks(*[(None,)] * 19)
    assert decide(below, (last,), Advised(), WEIGHTS, POLICY).action is Action.END
    assert decide(below[:-1], (last,), Advised(), WEIGHTS, POLICY) is None


def test_silence_neither_ends_nor_opens_nor_raises():
    blind = [look(5 * i, seen=False) for i in range(25)]
    assert decide(blind, (), Advised(), WEIGHTS, POLICY) is None
    assert decide(blind, (advisory(issued=START),), Advised(), WEIGHTS, POLICY) is None


def test_a_live_thread_gets_its_successor_half_an_hour_before_it_is_due():
    last = advisory(MOD, issued=START - timedelta(hours=5, minutes=30))
    due = decide([look(0, MOD)], (last,), Advised(), WEIGHTS, POLICY)
    assert (due.action, due.reason, due.severity) == (Action.UPDATE, "deadline", MOD)
    early = advisory(MOD, issued=START - timedelta(hours=5, minutes=29))
    assert decide([look(0, MOD)], (early,), Advised(), WEIGHTS, POLICY) is None


def test_a_blind_centre_carries_a_live_thread_on_at_its_deadline():
    last = advisory(MOD, issued=START - timedelta(hours=5, minutes=30))
    due = decide([look(0, seen=False)], (last,), Advised(), WEIGHTS, POLICY)
    assert due.action is Action.UPDATE


def test_what_was_there_within_the_hour_is_carried_over_a_deadline():
    last = advisory(SEV, issued=START - timedelta(hours=4, minutes=40))
    gone = [look(0, SEV), *[look(m) for m in range(5, 65, 5)]]
    assert [d.severity for d in decisions(gone[:-2], last)] == [SEV]
    assert [d.action for d in decisions(gone, last)] == [Action.UPDATE]
    (ended,) = decisions([*gone, look(65)], last)
    assert (ended.action, ended.reason) == (Action.END, "deadline")


def decisions(seen, last):
    found = decide(seen, (last,), Advised(), WEIGHTS, POLICY)
    return [found] if found else []


def test_an_area_that_grows_out_of_the_advice_is_followed():
    last = advisory(MOD, issued=START - timedelta(hours=1))
    grown = [look(5 * i, MOD, mask=box(0, 6)) for i in range(3)]
    assert decide(grown, (last,), advised(box(0, 5)), WEIGHTS, POLICY).reason == "grow"
    assert decide(grown[:2], (last,), advised(box(0, 5)), WEIGHTS, POLICY) is None
    assert decide(grown, (last,), advised(box(0, 6)), WEIGHTS, POLICY) is None


def test_an_area_that_shrinks_below_half_is_followed_after_an_hour():
    last = advisory(MOD, issued=START - timedelta(hours=1))
    shrunk = [look(5 * i, MOD, held_mask=box(0, 1)) for i in range(13)]
    assert decide(shrunk, (last,), advised(box(0, 5)), WEIGHTS, POLICY).reason == "shrink"
    assert decide(shrunk[:-1], (last,), advised(box(0, 5)), WEIGHTS, POLICY) is None


def test_an_area_that_would_be_padded_out_again_is_no_reason_to_write():
    last = advisory(MOD, issued=START - timedelta(hours=1))
    steady = [look(5 * i, MOD, mask=box(0, 1), held_mask=box(0, 1)) for i in range(13)]
    wide = Policy(pad_cells=4)
    assert decide(steady, (last,), advised(box(0, 5)), WEIGHTS, wide) is None
    assert decide(steady, (last,), advised(box(0, 5)), WEIGHTS, POLICY).reason == "shrink"


def test_wide_words_alone_are_no_reason_to_write_again():
    last = advisory(MOD, issued=START - timedelta(hours=1))
    steady = [look(5 * i, MOD, mask=box(0, 2), held_mask=box(0, 2)) for i in range(13)]
    wide = Advised(words={MOD: box(0, 9)}, areas={MOD: box(0, 2)})
    assert decide(steady, (last,), wide, WEIGHTS, POLICY) is None


def test_no_update_but_a_rise_comes_within_the_dwell():
    last = advisory(MOD, issued=START)
    grown = [look(5 * i, MOD, mask=box(0, 6)) for i in range(6)]
    assert decide(grown, (last,), advised(box(0, 1)), WEIGHTS, POLICY) is None


def test_severe_that_is_still_held_stays_severe_in_words():
    assert stated(look(0, MOD, SEV), SEV) is SEV
    assert stated(look(0, MOD, SEV), MOD) is MOD
    assert stated(look(0, None, MOD), SEV) is MOD


def test_the_recent_area_is_the_union_of_the_hour_padded_by_a_cell():
    old, new = box(9, 10), box(12, 13)
    seen = [look(0, MOD, held_mask=old), look(30, MOD, held_mask=new)]
    padded = recent_mask(seen, MOD, WEIGHTS, POLICY)
    rows = np.flatnonzero(padded.any(axis=1))
    assert rows.tolist() == [8, 9, 10, 11, 12, 13]
    assert recent_mask(seen, SEV, WEIGHTS, POLICY) is None


def numbered(count, *, minutes_ago=60, severity=MOD, hours=6):
    one = advisory(severity, issued=START - timedelta(minutes=minutes_ago), hours=hours)
    return structs.replace(one, number=Number(2026, Kind.HF_COM, count))


def test_two_threads_of_one_cause_become_one_after_the_dwell():
    standing = (numbered(24), numbered(27, minutes_ago=31))
    merged = decide([look(0, MOD)], standing, Advised(), WEIGHTS, POLICY)
    assert (merged.action, merged.reason, merged.severity) == (Action.UPDATE, "merge", MOD)
    fresh = (numbered(24), numbered(27, minutes_ago=29))
    assert decide([look(0, MOD)], fresh, Advised(), WEIGHTS, POLICY) is None


def test_threads_of_which_nothing_is_left_are_ended_and_not_merged():
    standing = (numbered(24), numbered(27))
    below = looks(*[(None,)] * 19)
    assert decide(below[:-1], standing, Advised(), WEIGHTS, POLICY) is None
    assert decide(below, standing, Advised(), WEIGHTS, POLICY).action is Action.END


def test_the_severest_of_the_threads_is_what_stands():
    standing = (numbered(24, severity=SEV, minutes_ago=5), numbered(27, minutes_ago=5))
    assert decide([look(0, SEV), look(5, SEV)], standing, Advised(), WEIGHTS, POLICY) is None


def test_the_thread_that_is_due_first_sets_the_deadline():
    standing = (numbered(24, minutes_ago=330), numbered(27, minutes_ago=5))
    assert decide([look(0, MOD)], standing, Advised(), WEIGHTS, POLICY).reason == "deadline"


def test_at_most_four_are_taken_in_those_that_are_due_first():
    standing = tuple(numbered(n, minutes_ago=10 * n) for n in range(1, 7))
    assert [one.number.count for one in taken_in(standing)] == [3, 4, 5, 6]
    assert taken_in(standing[:MOST_REPLACED]) == standing[:MOST_REPLACED]
    assert taken_in(()) == ()


def test_levels_below_the_advised_ones_are_followed():
    last = advisory(MOD, issued=START - timedelta(hours=1))
    lower = [at_levels(5 * i, Levels(265)) for i in range(3)]
    stands = Advised(levels={MOD: Levels(270)})
    assert decide(lower, (last,), stands, WEIGHTS, POLICY).reason == "grow"
    assert decide(lower[:2], (last,), stands, WEIGHTS, POLICY) is None
    reaches = Advised(levels={MOD: Levels(260)})
    assert decide(lower, (last,), reaches, WEIGHTS, POLICY) is None


def at_levels(minute, levels):
    return structs.replace(look(minute, MOD), levels={MOD: levels})


def test_the_levels_of_the_hour_are_stated_in_whole_thousands_of_feet():
    seen = [at_levels(0, Levels(315, 372)), at_levels(30, Levels(328, 410)), look(60, MOD)]
    assert recent_levels(seen, MOD, POLICY) == Levels(310, 410)
    assert recent_levels(seen[1:], MOD, POLICY) == Levels(320, 410)
    assert recent_levels(seen, SEV, POLICY) is None


cells = st.lists(st.tuples(st.integers(0, 17), st.integers(0, 35)), min_size=1, max_size=40)


def drawn(chosen):
    mask = np.zeros((18, 36), bool)
    mask[tuple(zip(*chosen, strict=True))] = True
    return mask


@given(cells, cells, st.floats(0, 2), st.integers(1, 5))
def test_an_area_is_widened_within_its_room_and_always_by_a_cell(now, before, room_sr, pad):
    policy = Policy(room_sr=room_sr, pad_cells=pad)
    seen = [look(0, MOD, held_mask=drawn(before)), look(30, MOD, held_mask=drawn(now))]
    said = recent_mask(seen, MOD, WEIGHTS, policy)
    least = recent_mask(seen[1:], MOD, WEIGHTS, Policy())
    assert said[drawn(now)].all()
    within = mask_steradians(drawn(now), WEIGHTS) + room_sr
    kept = drawn(now) | drawn(before)
    start = kept if mask_steradians(kept, WEIGHTS) <= within else drawn(now)
    assert said[start].all()
    one_cell = recent_mask([look(0, MOD, held_mask=start)], MOD, WEIGHTS, Policy())
    assert np.array_equal(said, one_cell) or mask_steradians(said, WEIGHTS) <= within
    assert said[least].all()


severities = st.sampled_from([None, MOD, SEV])


@given(st.lists(st.tuples(severities, st.booleans()), min_size=1, max_size=30), severities)
def test_whatever_is_seen_severity_never_rises_without_having_lasted(steps, stands):
    seen = [
        look(5 * i, exceeded if known else None, seen=known)
        for i, (exceeded, known) in enumerate(steps)
    ]
    last = advisory(stands, issued=START - timedelta(minutes=10)) if stands else None
    found = decide(seen, (last,) if last else (), Advised(), WEIGHTS, POLICY)
    if found and found.severity and (stands is None or found.severity > stands):
        needed = POLICY.raise_after if stands else POLICY.open_after
        held = lasted(seen, lambda s: s.exceeded is not None and s.exceeded >= MOD)
        assert held is not None
        assert held >= needed


@pytest.mark.parametrize("minutes", [0, 5, 60])
def test_lasted_counts_only_the_unbroken_present(minutes):
    seen = [look(-5), *[look(m, MOD) for m in range(0, minutes + 1, 5)]]
    assert lasted(seen, lambda s: s.exceeded is MOD) == timedelta(minutes=minutes)
    assert lasted([*seen, look(minutes + 5)], lambda s: s.exceeded is MOD) is None
