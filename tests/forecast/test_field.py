"""Exceedance by the quantile function."""

from datetime import UTC, datetime

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from stormcone.forecast.field import Field, exceedance
from stormcone.reference.grid import Grid

NOW = datetime(2026, 1, 19, 12, tzinfo=UTC)
LEVELS = (0.05, 0.1, 0.25, 0.5, 0.75, 0.9, 0.95)
ordered = st.lists(st.integers(0, 400), min_size=7, max_size=7).map(
    lambda quarters: np.sort(np.array(quarters) / 4)
)


def test_between_levels_it_is_linear():
    assert field([1, 2, 3, 4, 5, 6, 7]).exceedance(4.5)[0, 0] == pytest.approx(0.375)


def test_a_sure_value_is_reached_or_not():
    sure = field([3] * 7)
    assert [sure.exceedance(t)[0, 0] for t in (2.9, 3.0, 3.1)] == [1, 1, 0]


def test_tails_run_out_to_none_and_all():
    assert field([1, 2, 3, 4, 5, 6, 7]).exceedance(9)[0, 0] == 0
    assert field([1, 2, 3, 4, 5, 6, 7]).exceedance(-1)[0, 0] == pytest.approx(1)


def test_what_is_not_known_stays_unknown():
    assert np.isnan(field([np.nan] * 7).exceedance(3)).all()
    assert np.isnan(field([np.nan], (0.5,)).exceedance(3)).all()


def test_a_median_alone_says_yes_or_no():
    assert field([3], (0.5,)).exceedance(3)[0, 0] == 1
    assert field([2.9], (0.5,)).exceedance(3)[0, 0] == 0


def test_a_threshold_that_is_no_number_is_refused():
    with pytest.raises(ValueError, match="threshold nan is not a finite number"):
        field([3], (0.5,)).exceedance(float("nan"))


@given(ordered, st.integers(0, 400).map(lambda quarters: quarters / 4))
def test_it_is_a_half_or_more_exactly_where_the_median_is_reached(values, threshold):
    probable = exceedance(LEVELS, values, threshold) >= np.float32(0.5) - 1e-6
    assert probable == (values[3] >= threshold)


@given(ordered, st.floats(0, 100), st.floats(0, 100))
def test_a_higher_threshold_is_never_more_probable(values, one, other):
    low, high = sorted([one, other])
    assert exceedance(LEVELS, values, high) <= exceedance(LEVELS, values, low) + 1e-6


def field(values, levels=LEVELS):
    return Field(
        quantity="absorption_30mhz_db",
        grid=Grid(lat_deg=np.array([70.0]), lon_deg=np.array([20.0])),
        issued=NOW,
        valid=NOW,
        levels=levels,
        values=np.array(values, np.float32).reshape(-1, 1, 1),
    )
