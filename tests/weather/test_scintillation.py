"""Rate of TEC, its mapping, plasma bubbles and the aurora's phase scintillation."""

from datetime import UTC, datetime

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from stormcone.observation import tables
from stormcone.weather.scintillation import (
    belt,
    bubble_probability,
    degrees_from_oval,
    rate_of_tec_index,
    s4_probability,
    sigma_phi_probability,
)

START = np.datetime64("2024-05-10T00:00:00", "s")
# authorities/ionosphere.md: the index IBP, mean of F10.7 140 and 170, on the 15th of a month.
BUBBLES = [
    (-60, 21, 1, 0.731),
    (-60, 21, 6, 0.087),
    (0, 22, 1, 0.459),
    (0, 22, 10, 0.612),
    (120, 22, 1, 0.137),
    (-170, 20, 1, 0.008),
]


def test_a_steady_slope_has_no_irregularities():
    at = START + 30 * np.arange(40)
    windows, index = rate_of_tec_index(10 + 0.2 * np.arange(40), at)
    assert index == pytest.approx(0, abs=1e-9)
    assert windows[1] - windows[0] == np.timedelta64(300, "s")


def test_a_jagged_link_has_the_spread_of_its_rates():
    tec = np.where(np.arange(11) % 2, 0.5, 0.0)  # rates of +1 and -1 TECU/min, five each
    _, index = rate_of_tec_index(tec, START + 30 * np.arange(11) - 15)
    assert index[0] == pytest.approx(1.0)


def test_a_gap_splits_the_arc():
    at = START + np.concatenate([30 * np.arange(1, 9), 30 * np.arange(1, 9) + 3000])
    tec = np.concatenate([np.zeros(8), np.full(8, 50.0)])
    _, index = rate_of_tec_index(tec, at)
    assert index == pytest.approx(0)


def test_under_six_rates_nothing_is_known():
    _, index = rate_of_tec_index(np.zeros(6), START + 30 * np.arange(6))
    assert np.isnan(index).all()
    tec = np.zeros(11)
    tec[[2, 4, 6]] = np.nan
    assert np.isnan(rate_of_tec_index(tec, START + 30 * np.arange(11))[1][0])


def test_falling_times_and_odd_lengths_are_refused():
    with pytest.raises(ValueError, match="fall at sample 1"):
        rate_of_tec_index([1, 2], START + np.array([30, 0]))
    with pytest.raises(ValueError, match="expected one each"):
        rate_of_tec_index([1, 2, 3], START + 30 * np.arange(2))


def test_the_mapping_is_unsure_between_its_ends():
    assert s4_probability([0.8, 5 / 3], 0.5) == pytest.approx([0, 1], abs=0.1)
    assert s4_probability(2.0, 0.8) < s4_probability(2.0, 0.5)
    assert np.isnan(s4_probability(np.nan, 0.5))
    assert s4_probability(0.0, 0.5) == 0


@pytest.mark.parametrize(("lon", "hour", "month", "published"), BUBBLES)
def test_bubbles_as_the_climatology_has_them(lon, hour, month, published):
    at = datetime(2024, month, 15, tzinfo=UTC)
    ours = bubble_probability(tables.bubbles(), at, 155, lon_deg=lon, local_time_h=hour)
    assert ours == pytest.approx(published, abs=6e-4)


@given(st.floats(60, 300), st.floats(-180, 180), st.floats(0, 24), st.integers(1, 12))
def test_a_bubble_is_a_probability(f107, lon, hour, month):
    at = datetime(2024, month, 7, tzinfo=UTC)
    chance = bubble_probability(tables.bubbles(), at, f107, lon_deg=lon, local_time_h=hour)
    assert 0 <= chance <= 1


def test_bubbles_go_round_the_clock_and_the_earth():
    at = datetime(2024, 4, 2, tzinfo=UTC)
    args = {"lon_deg": [-180, 180, 30, 30], "local_time_h": [21, 21, 24, 0]}
    west, east, late, early = bubble_probability(tables.bubbles(), at, 200, **args)
    assert (west, late) == (east, early)
    weak, strong = (
        bubble_probability(tables.bubbles(), at, flux, lon_deg=0, local_time_h=21)
        for flux in (80, 200)
    )
    assert (
        strong
        > weak
        == bubble_probability(tables.bubbles(), at, 60, lon_deg=0, local_time_h=21)
    )


def test_bubbles_stay_near_the_magnetic_equator():
    assert belt([0, 12, -12, 60]) == pytest.approx([1, 0.6065, 0.6065, 0], abs=1e-4)


def test_the_oval_scintillates_more_with_kp_and_less_with_distance():
    assert degrees_from_oval([50, -65, 80], 60, 72) == pytest.approx([10, 0, 8])
    chance = sigma_phi_probability([[2], [5], [8]], [0, 5, 20])
    assert (np.diff(chance, axis=0) > 0).all()
    assert (np.diff(chance, axis=1) < 0).all()
