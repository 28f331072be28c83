"""Minutes before, after and without an advisory."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from stormcone.bulletin import tac_amd82
from stormcone.observation import scenario
from stormcone.observation.feed import Flag, Observation
from stormcone.verification.timeliness import (
    MINUTE,
    Delays,
    above,
    advisories_per_day,
    delays,
    joined,
    lead_minutes,
    minutes,
    missed_minutes,
    outside,
)

NOON = datetime(2026, 1, 19, 12, tzinfo=UTC)


def after(n):
    return NOON + n * MINUTE


def span(a, b):
    return after(a), after(b)


spans = st.lists(
    st.tuples(st.integers(0, 300), st.integers(0, 300)).map(lambda ab: span(*sorted(ab))),
    max_size=8,
)


def reading(n, value, **words):
    return Observation(
        quantity="xray_flux_w_m2", value=value, at=after(n), source="GOES", **words
    )


@pytest.fixture(scope="module")
def real():
    return tac_amd82.read(scenario.load("2026-01").real_advisories).advisories


def test_the_really_issued_came_as_late_as_the_specification_says(real):
    """authorities/january_2026.md: 4 to 40 minutes, median 13, and one 8 before its time."""
    assert delays(real) == Delays(-8, 13, 40)
    assert delays([]) is None


def test_advisories_a_day_are_those_issued_in_it(real):
    start = datetime(2026, 1, 19, tzinfo=UTC)
    assert advisories_per_day(real, start, start + timedelta(days=1)) == 18
    assert advisories_per_day(real, start, start + timedelta(days=2)) == 16.5
    with pytest.raises(ValueError, match="no time"):
        advisories_per_day(real, start, start)


def test_a_reading_holds_until_the_next_and_no_longer_than_it_may():
    some = [reading(0, 1.0), reading(5, 3.0), reading(7, 2.0), reading(60, 2.5)]
    assert above(some, 2.0, 10 * MINUTE) == (span(5, 17), span(60, 70))
    assert above(some, 9.0, 10 * MINUTE) == ()
    assert above([], 1.0, MINUTE) == ()


def test_a_reading_with_a_span_of_its_own_holds_for_that():
    assert above([reading(0, 2.0, span_s=10_800)], 2.0, MINUTE) == (span(0, 180),)


def test_each_instrument_holds_for_itself():
    other = replace(reading(1, 1.0), source="another")
    some = [reading(0, 3.0), other, reading(8, 1.0)]
    assert above(some, 2.0, 10 * MINUTE) == (span(0, 8),)


def test_missing_and_unusable_readings_hold_for_nothing():
    some = [reading(0, None), reading(5, 3.0, flags=Flag.FILL)]
    assert above(some, 1.0, 10 * MINUTE) == ()


def test_what_is_unsaid_is_what_no_advisory_covers():
    true = [span(0, 100), span(150, 200)]
    said = [span(10, 40), span(30, 60), span(190, 400)]
    assert missed_minutes(true, said) == 10 + 40 + 40
    assert missed_minutes(true, []) == 150
    assert missed_minutes([], said) == 0


@given(spans, spans)
def test_what_lies_outside_and_inside_is_the_whole(some, others):
    inside = outside(some, outside(some, others))
    assert minutes(outside(some, others)) + minutes(inside) == pytest.approx(minutes(some))
    assert minutes(inside) <= minutes(others)
    assert outside(some, some) == ()


@given(spans)
def test_joined_spans_neither_touch_nor_change_the_time(some):
    found = joined(some)
    minute_by_minute = {
        n for a, b in some for n in range((a - NOON) // MINUTE, (b - NOON) // MINUTE)
    }
    assert minutes(some) == len(minute_by_minute)
    assert all(a[1] < b[0] for a, b in pairwise(found))


def test_a_lead_is_positive_before_the_crossing():
    assert lead_minutes(NOON, [after(-30), after(5)]) == 30
    assert lead_minutes(NOON, [after(4)]) == -4
    assert lead_minutes(NOON, []) is None
