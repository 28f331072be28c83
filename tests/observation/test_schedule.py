"""Polls: spread, patient, and never faster than a provider allows."""

from datetime import UTC, datetime, timedelta

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from stormcone.observation.celestrak import indices
from stormcone.observation.goes import xrs
from stormcone.observation.kp import kp
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


@given(seeds, st.sampled_from([xrs, kp, indices]))
def test_the_first_poll_is_within_a_minute(seed, feed):
    assert NOON <= first_poll(feed, NOON, chance(seed)) < NOON + MINUTE
    old = NOON - feed.every
    assert first_poll(feed, NOON, chance(seed), old) < NOON + MINUTE
    assert first_poll(feed, NOON, chance(seed), NOON + timedelta(days=1)) < NOON + MINUTE


@given(seeds, st.integers(0, 10_799))
def test_a_feed_asked_less_than_its_cadence_ago_keeps_to_it(seed, ago_s):
    last = NOON - timedelta(seconds=ago_s)
    due = first_poll(indices, NOON, chance(seed), last)
    assert due >= max(NOON, last + indices.floor)
    assert due <= max(NOON, last + 1.1 * indices.every)


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


def tripped(times=5):
    breaker = Breaker()
    for _ in range(times):
        breaker = after(breaker, "unreachable", NOON)
    return breaker


def test_five_failures_open_the_breaker_and_one_success_closes_it():
    assert may_try(tripped(4), NOON)
    breaker = tripped()
    assert not may_try(breaker, NOON + 14 * MINUTE)
    assert may_try(breaker, NOON + 15 * MINUTE)
    still = after(breaker, "too-slow", NOON + 15 * MINUTE)
    assert not may_try(still, NOON + 29 * MINUTE)
    assert still.since == NOON
    assert after(still, None, NOON) == Breaker()


def test_a_failure_while_the_host_is_left_alone_makes_it_no_longer():
    late = after(tripped(), "refused", NOON + 14 * MINUTE)
    assert may_try(late, NOON + 15 * MINUTE)


@pytest.mark.parametrize(
    ("error", "closes"),
    [(kind, False) for kind in ("unreachable", "too-slow", "refused", "server-error")]
    + [
        (kind, True)
        for kind in ("status", "html", "torn", "unreadable", "implausible", "future", "empty")
    ],
)
def test_a_host_that_answers_is_up(error, closes):
    assert (after(tripped(4), error, NOON) == Breaker()) is closes
    assert (after(tripped(), error, NOON) == Breaker()) is closes


def test_a_cadence_below_the_floor_is_refused_by_name():
    assert checked_cadence(xrs, MINUTE) == MINUTE
    with pytest.raises(CadenceError, match=r"goes-xrs every 5 s.*set 60 s"):
        checked_cadence(xrs, timedelta(seconds=5))
