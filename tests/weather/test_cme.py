"""The drag model against the table of the specification and an independent root finder."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.optimize import brentq

from stormcone.weather.cme import DISTANCE_KM, arrival

# authorities/solar.md: speed, wind (km/s), drag (1e-7 / km), hours, speed at the Earth
TABLE = [
    (1000, 400, 0.2, 52.9, 582.6),
    (600, 450, 0.2, 67.0, 537.0),
    (300, 450, 0.2, 107.5, 380.6),
    (2000, 500, 0.1, 26.3, 1119.9),
]
speeds, winds, drags = st.floats(100, 3500), st.floats(200, 900), st.floats(1e-9, 2e-7)


@pytest.mark.parametrize(("speed", "wind", "drag", "hours", "late_speed"), TABLE)
def test_the_table_of_the_drag_model(speed, wind, drag, hours, late_speed):
    took_h, arrived_km_s = arrival(speed, wind, drag * 1e-7)
    assert took_h == pytest.approx(hours, abs=0.06)
    assert arrived_km_s == pytest.approx(late_speed, abs=0.06)


def test_an_ejection_as_fast_as_the_wind_neither_gains_nor_loses():
    took_h, arrived_km_s = arrival(450, 450, 2e-8)
    assert took_h == pytest.approx(DISTANCE_KM / 450 / 3600)
    assert arrived_km_s == 450


@given(speeds, winds, drags)
def test_a_bracketing_root_finder_agrees(speed, wind, drag):
    def short_km(seconds):
        away = abs(speed - wind)
        gained = np.log1p(drag * away * seconds) / drag * np.sign(speed - wind)
        return gained + wind * seconds - DISTANCE_KM

    ends = DISTANCE_KM / max(speed, wind) * 0.999, DISTANCE_KM / min(speed, wind) * 1.001
    took_h, _ = arrival(speed, wind, drag)
    assert took_h == pytest.approx(brentq(short_km, *ends) / 3600, rel=1e-7)


@given(speeds, winds, drags)
def test_the_speed_at_the_earth_lies_between_both(speed, wind, drag):
    _, arrived_km_s = arrival(speed, wind, drag)
    assert min(speed, wind) - 1e-6 <= arrived_km_s <= max(speed, wind) + 1e-6


@given(speeds, speeds, winds, drags)
def test_the_faster_of_two_comes_first(one, other, wind, drag):
    slow, fast = sorted([one, other])
    assert arrival(fast, wind, drag)[0] <= arrival(slow, wind, drag)[0] + 1e-6


@pytest.mark.parametrize("wrong", [np.nan, 0.0, -400.0])
@pytest.mark.parametrize("place", [0, 1, 2])
def test_what_is_not_known_or_impossible_gives_nan(place, wrong):
    arguments = [800.0, 400.0, 2e-8]
    arguments[place] = wrong
    took_h, arrived_km_s = arrival(*arguments)
    assert np.isnan(took_h)
    assert np.isnan(arrived_km_s)


def test_arguments_broadcast():
    took_h, arrived_km_s = arrival([[500], [900]], [400, 450, 500], 2e-8)
    assert took_h.shape == arrived_km_s.shape == (2, 3)
    assert took_h[1, 2] == arrival(900, 500, 2e-8)[0]
