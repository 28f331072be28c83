"""The 136 forecast slots of the recorded advisories, and what answers to them."""

from datetime import UTC, datetime, timedelta

import pytest
from msgspec.structs import replace

from stormcone.advisory.advisory import Advisory, Group, Number, Outlook, State
from stormcone.bulletin import tac_amd82
from stormcone.effect.effect import Kind, Severity
from stormcone.observation import scenario
from stormcone.reference.areas import Band, Region
from stormcone.verification.slots import answer, score, slots, standing

HOUR = timedelta(hours=1)
SEEN = datetime(2026, 1, 19, 6, tzinfo=UTC)
HSH = (Group(severity=Severity.MODERATE, region=Region(bands=(Band.HSH,))),)


@pytest.fixture(scope="module")
def real():
    return tac_amd82.read(scenario.load("2026-01").real_advisories).advisories


@pytest.fixture(scope="module")
def until(real):
    return max(one.issued for one in real)


def outlook(at, state, *, observed=False):
    groups = HSH if state is State.GROUPS else ()
    return Outlook(observed=observed, at=at, state=state, groups=groups)


def ours(states, at=SEEN, count=1, replaces=()):
    """An advisory of polar cap absorption whose five outlooks say `states`."""
    times = [at, *(at + 6 * n * HOUR for n in range(1, 5))]
    return Advisory(
        number=Number(2026, Kind.HF_COM, count),
        centre="CRC",
        issued=at,
        effects=(Kind.HF_COM,),
        replaces=tuple(Number(2026, Kind.HF_COM, n) for n in replaces),
        outlooks=tuple(
            outlook(when, state, observed=not n)
            for n, (when, state) in enumerate(zip(times, states, strict=True))
        ),
        next_by=at + 6 * HOUR if states[0] is State.GROUPS else None,
        cause="PCA",
    )


YES, NO, UNKNOWN = State.GROUPS, State.NO_SWX_EXP, State.NOT_AVBL


def test_the_34_had_136_slots_as_the_specification_counts_them(real, until):
    """authorities/verification.md: 82 no event expected, 29 not available, 25 with a region."""
    every = score(slots(real, [], real, until))[-1]
    assert (every.slots, every.nothing_expected, every.not_available) == (136, 82, 29)
    assert every.regions == 25
    assert every.known == sum(one.valid < until for one in slots(real, [], real, until))


def test_rows_are_by_effect_and_family_and_add_up(real, until):
    *rows, every = score(slots(real, real, real, until))
    assert {one.what for one in rows} == {
        "HF COM MUF",
        "HF COM ABSORPTION",
        "HF COM FLARE",
        "GNSS SCINTILLATION",
    }
    assert sum(one.slots for one in rows) == every.slots
    assert sum(one.events for one in rows) == every.events
    assert sum(one.known * one.said for one in rows) == pytest.approx(every.known * every.said)


def test_silence_expects_nothing_and_what_has_no_forecast_says_one_half(real, until):
    (caps,) = [o for o in score(slots(real, [], real, until)) if o.what == "HF COM ABSORPTION"]
    assert caps.other == caps.events / caps.known == 1
    (flare,) = [o for o in score(slots(real, [], real, until)) if o.what == "HF COM FLARE"]
    assert (flare.said, flare.persistence, flare.other) == (0.25, 0, 0)


def test_our_slots_are_held_against_what_the_real_ones_observed(real, until):
    said = [ours([YES, YES, NO, UNKNOWN, YES])]
    own, every = score(slots(said, real, real, until))
    assert (own.slots, own.known, own.events) == (4, 4, 4)
    assert own.said == pytest.approx((0 + 1 + 0.25 + 0) / 4)
    assert own.persistence == 0
    assert replace(every, what=own.what) == own


def test_what_lies_after_the_recording_is_known_of_nobody(real, until):
    said = [ours([YES] * 5, at=datetime(2026, 1, 20, 17, tzinfo=UTC))]
    own = score(slots(said, [], real, until))[0]
    assert (own.slots, own.known, own.said) == (4, 0, None)


def test_the_one_that_stands_answers_with_its_nearest_slot():
    first, second = ours([YES] * 5), ours([YES, YES, NO, NO, NO], SEEN + HOUR, 2, [1])
    stood = standing([first, second], SEEN + 2 * HOUR)
    assert stood == (second,)
    assert standing([first, second], SEEN) == (first,)
    assert answer(stood, SEEN + 8 * HOUR) is YES
    assert answer(stood, SEEN + 12 * HOUR) is NO
    assert answer(stood, SEEN + 40 * HOUR) is NO
    assert (
        answer([ours([YES, UNKNOWN, NO, NO, NO]), ours([YES, NO, NO, NO, NO])], SEEN + 6 * HOUR)
        is UNKNOWN
    )


def test_an_end_stands_no_more():
    over = ours([NO] * 5, SEEN + HOUR, 2, [1])
    assert standing([ours([YES] * 5), over], SEEN + 2 * HOUR) == ()
