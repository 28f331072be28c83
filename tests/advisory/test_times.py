"""The times of an advisory at the ends of months and years."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from stormcone.advisory.times import forecast_times, next_time

ROLL_OVER = {
    datetime(2026, 1, 31, 18, tzinfo=UTC): datetime(2026, 2, 1, 0, tzinfo=UTC),
    datetime(2026, 2, 28, 17, 1, tzinfo=UTC): datetime(2026, 3, 1, 0, tzinfo=UTC),
    datetime(2028, 2, 28, 17, 1, tzinfo=UTC): datetime(2028, 2, 29, 0, tzinfo=UTC),
    datetime(2026, 12, 31, 20, 30, tzinfo=UTC): datetime(2027, 1, 1, 3, tzinfo=UTC),
}
MINUTES = st.datetimes(datetime(2020, 1, 1), datetime(2035, 1, 1)).map(
    lambda t: t.replace(second=0, microsecond=0, tzinfo=UTC)
)


@pytest.mark.parametrize(("t0", "first"), ROLL_OVER.items())
def test_forecast_times_roll_over_months_and_years(t0, first):
    assert forecast_times(t0)[0] == first


@settings(deadline=None)
@given(MINUTES)
def test_forecast_times_are_full_hours_six_apart(t0):
    times = forecast_times(t0)
    assert all(at.minute == 0 for at in times)
    assert timedelta(hours=6) <= times[0] - t0 < timedelta(hours=7)
    assert {b - a for a, b in pairwise(times)} == {timedelta(hours=6)}


@settings(deadline=None)
@given(MINUTES, st.integers(-8, 60), st.integers(0, 30))
def test_the_next_time_is_allowed_however_long_the_signatures_take(t0, draft_after, signing):
    drafted = t0 + timedelta(minutes=draft_after)
    issued = drafted + timedelta(minutes=signing)
    assert issued < next_time(t0, drafted) <= issued + timedelta(hours=6)
