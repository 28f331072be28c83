"""STORM: its table of check values, the integral of ap, and what it must leave alone."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from stormcone.weather.storm import (
    ap_of_kp,
    latitude_factors,
    latitude_weights,
    storm_factor,
    weighted_ap,
)

LATITUDES = [-60, -45, -20, 0, 20, 45, 60]
# authorities/ionosphere.md: the published polynomials, reimplemented and run apart from this.
TABLE = [
    (1000, 172, [0.919, 1.021, 1.068, 0.969, 0.892, 0.823, 0.822]),
    (500, 355, [0.937, 0.939, 0.968, 0.986, 1.031, 1.037, 0.997]),
    (2000, 132, [0.761, 0.917, 1.130, 1.053, 0.907, 0.696, 0.684]),
    (250, 1, [0.995, 0.995, 0.994, 1.003, 1.010, 1.018, 1.019]),
]
days = st.integers(1, 366)
latitudes = st.floats(-90, 90)


@pytest.mark.parametrize(("x", "day", "factors"), TABLE)
def test_agrees_with_the_table(x, day, factors):
    assert storm_factor(x, day, LATITUDES) == pytest.approx(factors, abs=5.1e-4)


@pytest.mark.parametrize("hour", range(24))
def test_steady_ap_weighs_17_7(hour):
    assert weighted_ap([50] * 13, hour) == pytest.approx(885.0, abs=1e-3)


def test_the_newest_ap_weighs_more_as_its_hours_pass():
    last = [0] * 12 + [100]
    assert weighted_ap(last, 0) < weighted_ap(last, 1) < weighted_ap(last, 2)


def test_what_is_older_than_36_hours_does_not_count():
    assert weighted_ap([400] + [0] * 12, 2) == 0


@given(st.floats(0, 200), days, latitudes)
def test_quiet_leaves_fof2_alone(x, day, lat):
    assert storm_factor(x, day, lat) == pytest.approx(1, abs=1e-6)


@given(days, latitudes, st.sampled_from([200, 300]))
def test_the_factor_is_continuous_where_it_is_eased_in(day, lat, edge):
    below, above = (storm_factor(edge + step, day, lat) for step in (-1e-6, 1e-6))
    assert below == pytest.approx(above, abs=1e-6)


@given(st.floats(0, 10_000), days, latitudes)
def test_the_factor_stays_within_reason(x, day, lat):
    assert 0.25 < storm_factor(x, day, lat) < 1.8


@given(st.floats(3000, 1e5), days)
def test_stronger_storms_than_those_behind_it_change_nothing_more(x, day):
    assert np.array_equal(storm_factor(x, day, LATITUDES), storm_factor(3000, day, LATITUDES))


def test_hemispheres_swap_with_the_seasons():
    assert storm_factor(1500, 172, 55) < storm_factor(1500, 172, -55)
    assert storm_factor(1500, 355, -55) < storm_factor(1500, 355, 55)


def test_rows_of_latitude_give_the_same_as_single_places():
    rows = latitude_factors([500.0, 2000.0], [355, 132])
    maps = rows @ latitude_weights(LATITUDES)
    assert maps[1] == pytest.approx(storm_factor(2000, 132, LATITUDES), abs=1e-6)


def test_nan_in_is_nan_out():
    assert np.isnan(weighted_ap([50] * 6 + [np.nan] + [50] * 6, 0))
    assert np.isnan(storm_factor(np.nan, 100, [0, 50])).all()
    assert np.isnan(storm_factor(500, 100, [np.nan, 50])).tolist() == [True, False]
    assert np.isnan(ap_of_kp(np.nan))


def test_twelve_values_are_refused():
    with pytest.raises(ValueError, match="expected 13"):
        weighted_ap([50] * 12, 0)


@pytest.mark.parametrize(("kp", "ap"), [(1 / 3, 2), (4.67, 39), (5, 48), (8 + 2 / 3, 300)])
def test_kp_and_ap_follow_the_table_of_gfz(kp, ap):
    assert ap_of_kp(kp) == pytest.approx(ap, abs=0.1)
