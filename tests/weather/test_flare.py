"""How flares fade; the flare of 18 January 2026 fades with 61.3 minutes in its record."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from stormcone.weather.flare import (
    FLARES_PER_DAY,
    PRIOR_LN_SPREAD,
    fit_decay,
    flux_after,
    further_flare_flux_w_m2,
    minutes_until_below,
    prior_decay,
)

BACKGROUND_W_M2 = 1.5e-6
JANUARY_TAU_MIN = 61.3


@pytest.mark.parametrize(("peak", "minutes"), [(1e-5, 25), (5e-5, 40), (1e-4, 60), (5e-4, 120)])
def test_the_prior_is_the_table_of_durations(peak, minutes):
    assert prior_decay(peak).tau_min() == pytest.approx(minutes)


def test_a_clean_decay_is_found_within_a_tenth():
    decay = fit_decay(*fading(JANUARY_TAU_MIN, 25), background_w_m2=BACKGROUND_W_M2)
    assert decay.tau_min() == pytest.approx(JANUARY_TAU_MIN, rel=0.1)
    assert decay.spread < PRIOR_LN_SPREAD


def test_a_rising_flare_has_no_decay_yet():
    minutes = np.arange(30.0)
    rising = 1e-6 * np.exp(minutes / 10)
    decay = fit_decay(minutes, rising, background_w_m2=1e-7)
    assert decay == prior_decay(rising[-1])


def test_nine_minutes_after_the_peak_the_prior_still_stands():
    minutes, flux = fading(30, 9)
    assert fit_decay(minutes, flux, background_w_m2=BACKGROUND_W_M2).spread == PRIOR_LN_SPREAD


def test_noise_widens_the_belief():
    minutes, flux = fading(30, 25)
    noise = np.exp(0.2 * np.sin(7 * minutes))
    clean, noisy = (
        fit_decay(minutes, f, background_w_m2=BACKGROUND_W_M2) for f in (flux, flux * noise)
    )
    assert noisy.spread > clean.spread


def test_no_sample_is_an_error_that_says_what_to_do():
    with pytest.raises(ValueError, match="use prior_decay"):
        fit_decay(np.array([]), np.array([]), background_w_m2=0)


@given(st.floats(-6, 6), st.floats(1e-9, 1e-2))
def test_times_stay_within_their_bounds(deviation, peak_w_m2):
    assert 3 <= prior_decay(peak_w_m2).tau_min(deviation) <= 240


@given(st.floats(2e-6, 1e-2), st.floats(3, 240))
def test_the_flux_is_at_the_threshold_when_it_is_said_to_be(flux_w_m2, tau_min):
    threshold = 1.9e-6
    minutes = minutes_until_below(flux_w_m2, threshold, tau_min, background_w_m2=1e-6)
    after = flux_after(flux_w_m2, minutes, tau_min, background_w_m2=1e-6)
    assert after == pytest.approx(threshold)


def test_a_flux_below_is_below_now_and_one_over_the_background_never():
    assert minutes_until_below(1e-5, 1e-4, 30, background_w_m2=1e-6) == 0
    assert minutes_until_below(1e-3, 1e-7, 30, background_w_m2=1e-6) == np.inf


@pytest.mark.shared
def test_the_rates_of_further_flares_are_those_counted(shared):
    path = shared / "data/weather/flare_days_2008_2019.csv"
    counts = np.loadtxt(path, delimiter=",", skiprows=2, usecols=(1, 2, 3))
    strongest_first = counts.sum(axis=0)[::-1].cumsum()[::-1] / len(counts)
    assert [rate for _, rate in FLARES_PER_DAY] == pytest.approx(strongest_first)


@given(st.floats(0.01, 0.98))
def test_further_flares_are_stronger_the_rarer(level):
    common, rare = further_flare_flux_w_m2([level, level + 0.01])
    assert rare > common > 0


def fading(tau_min, minutes):
    after = np.arange(-20.0, minutes + 1)
    excess = 1.9e-4 * np.where(after < 0, np.exp(after / 5), np.exp(-after / tau_min))
    return after, BACKGROUND_W_M2 + excess
