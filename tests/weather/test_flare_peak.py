"""How strong a rising flare gets."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from stormcone.weather.flare import (
    HIGHEST_PEAK_W_M2,
    PEAK_LEVELS,
    REMAINING_RISE_MIN,
    peak_class_quantiles,
)

fluxes, slopes = st.floats(1e-8, 5e-3), st.floats(-1, 1)


def test_a_flux_that_falls_has_had_its_peak():
    assert peak_class_quantiles(2e-5, -0.1) == pytest.approx([2e-5] * len(PEAK_LEVELS))


@given(fluxes, slopes)
def test_quantiles_rise_from_the_flux_now(flux, slope):
    peaks = peak_class_quantiles(flux, slope)
    assert (np.diff(peaks) >= 0).all()
    assert flux <= peaks[0]
    assert peaks[-1] <= max(HIGHEST_PEAK_W_M2 * 1.0001, flux)


@given(fluxes, slopes, slopes)
def test_a_steeper_rise_never_ends_lower(flux, one, other):
    gentle, steep = sorted([one, other])
    assert (peak_class_quantiles(flux, gentle) <= peak_class_quantiles(flux, steep)).all()


def test_gaps_and_impossible_fluxes_stay_unknown():
    peaks = peak_class_quantiles([np.nan, 1e-5, -1e-6, 0.0], [0.1, np.nan, 0.1, 0.1])
    assert peaks.shape == (len(PEAK_LEVELS), 4)
    assert np.isnan(peaks).all()


def test_minutes_left_are_those_of_listed_flares(root):
    lines = (root / "authorities/flares_m1_2008_2019.csv").read_text().splitlines()[2:]
    clocks = [line.split(",")[1:3] for line in lines]
    begin, peak = (
        [60 * int(one[:2]) + int(one[2:]) for one in side] for side in zip(*clocks, strict=True)
    )
    rises = [(late - early) % 1440 for early, late in zip(begin, peak, strict=True)]
    left = np.concatenate([np.arange(rise) + 0.5 for rise in rises])
    assert len(rises) == 798
    assert np.quantile(left, PEAK_LEVELS) == pytest.approx(REMAINING_RISE_MIN)
