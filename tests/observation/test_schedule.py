"""Polls: spread, patient, and never faster than a provider allows."""

from datetime import UTC, datetime, timedelta

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from stormcone.observation.goes import xrs
from stormcone.observation.schedule import (
    Breaker,
    CadenceError,
    after,
    checked_cadence,
    first_poll,
    may_try,
    next_poll,
    poll_after_failure,
)

NOON = datetime(2026, 1, 18, 12, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
seeds = st.integers(0, 2**32)


def chance(seed):
    return np.random.Generator(np.random.PCG64(seed))


@given(seeds)
def test_the_first_poll_is_spread_over_one_cadence(seed):
    assert NOON <= first_poll(xrs, NOON, chance(seed)) < NOON + MINUTE


@given(seeds, st.integers(0, 10_000))
def test_the_next_poll_keeps_the_floor_and_is_not_in_the_past(seed, late_s):
    now = NOON + timedelta(seconds=late_s)
    due = next_poll(xrs, NOON, now, chance(seed))
    assert due >= now
    assert due >= NOON + xrs.floor
    assert due <= max(now, NOON + 1.1 * xrs.every)


@given(seeds, st.integers(1, 40))
def test_the_wait_after_failures_grows_to_a_quarter_of_an_hour(seed, failures):
    wait = poll_after_failure(NOON, failures, chance(seed)) - NOON
    assert timedelta(0) <= wait <= min(timedelta(minutes=15), timedelta(seconds=2**failures))


def test_the_providers_wish_comes_first_up_to_a_day():
    def wait(seconds):
        asked = timedelta(seconds=seconds)
        rng = chance(0)
        return poll_after_failure(NOON, 1, rng, retry_after=asked) - NOON

    assert wait(120) == timedelta(seconds=120)
    assert wait(-5) == timedelta(0)
    assert wait(10**6) == timedelta(hours=24)


def test_a_torn_body_is_asked_for_once_more_after_five_seconds():
    rng = chance(0)
    assert poll_after_failure(NOON, 1, rng, torn=True) == NOON + timedelta(seconds=5)
    assert poll_after_failure(NOON, 2, rng, torn=True) != NOON + timedelta(seconds=5)


def test_five_failures_open_the_breaker_and_one_success_closes_it():
    breaker = Breaker()
    for _ in range(4):
        breaker = after(breaker, good=False, now=NOON)
    assert may_try(breaker, NOON)
    breaker = after(breaker, good=False, now=NOON)
    assert not may_try(breaker, NOON + timedelta(minutes=14))
    assert may_try(breaker, NOON + timedelta(minutes=15))
    still = after(breaker, good=False, now=NOON + timedelta(minutes=15))
    assert not may_try(still, NOON + timedelta(minutes=29))
    assert after(still, good=True, now=NOON) == Breaker()


def test_a_cadence_below_the_floor_is_refused_by_name():
    assert checked_cadence(xrs, MINUTE) == MINUTE
    with pytest.raises(CadenceError, match=r"goes-xrs every 5 s.*set 60 s"):
        checked_cadence(xrs, timedelta(seconds=5))
