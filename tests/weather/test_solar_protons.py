"""Dose of solar protons: check values and published events (authorities/radiation.md)."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from stormcone.weather.cosmic_rays import gcr_dose_usv_h
from stormcone.weather.solar_protons import (
    ASSUMED_INDEX,
    FLIGHT_LEVELS,
    ProtonSpectrum,
    between_levels,
    monitor_increase_percent,
    rigidity_gv,
    sep_dose_usv_h,
    spectrum_above_100mev,
    spectrum_from_channels,
    spectrum_from_monitors,
)

PRINTED = 0.0051
FIT = 0.26  # the greatest error of the fit, as stated beside it
CUTOFFS_GV = [0.4, 1, 2]
CHECKS = [  # level, index, ours, the response that it approximates
    (350, 4, [11.73, 10.61, 5.57], [11.7, 10.4, 5.79]),
    (350, 5, [6.61, 5.27, 1.70], [6.66, 5.01, 1.88]),
    (350, 6, [4.85, 3.22, 0.60], [5.11, 2.91, 0.69]),
    (400, 5, [11.90, 9.30, 2.70], None),
    (600, 5, [79.6, 52.8, 7.93], None),
]
FACTOR_TWO = 2.0
indices, amplitudes, cutoffs = st.floats(2.5, 8), st.floats(1, 1e7), st.floats(0, 17)


@pytest.mark.parametrize(("level", "index", "ours", "direct"), CHECKS)
def test_the_table_of_unit_spectra(level, index, ours, direct):
    dose = sep_dose_usv_h(ProtonSpectrum(1e5, index), CUTOFFS_GV, level)
    assert dose == pytest.approx(ours, abs=PRINTED if level < 600 else 0.05)
    if direct:
        assert dose == pytest.approx(direct, rel=FIT)


@given(amplitudes, indices, cutoffs)
def test_dose_rises_with_flight_level(amplitude, index, cutoff_gv):
    dose = sep_dose_usv_h(ProtonSpectrum(amplitude, index), cutoff_gv)
    assert (np.diff(dose) >= 0).all()


@given(amplitudes, indices, cutoffs, cutoffs)
def test_dose_falls_with_cutoff(amplitude, index, one, other):
    low, high = sorted([one, other])
    dose = sep_dose_usv_h(ProtonSpectrum(amplitude, index), [low, high])
    assert (dose[:, 1] <= dose[:, 0]).all()


@given(amplitudes, indices)
def test_dose_is_in_proportion_to_the_flux(amplitude, index):
    one, ten = (
        sep_dose_usv_h(ProtonSpectrum(a, index), 1.0) for a in (amplitude, 10 * amplitude)
    )
    assert ten == pytest.approx(10 * one)


def test_between_levels_the_logarithm_goes_straight():
    spectrum = ProtonSpectrum(1e5, 5)
    low, middle, high = (float(sep_dose_usv_h(spectrum, 1, fl)) for fl in (350, 375, 400))
    assert middle == pytest.approx((low * high) ** 0.5)
    at_nodes = [float(sep_dose_usv_h(spectrum, 1, fl)) for fl in FLIGHT_LEVELS]
    assert at_nodes == pytest.approx(sep_dose_usv_h(spectrum, 1))


@pytest.mark.parametrize("level", [249, 601, np.nan])
def test_a_level_out_of_range_is_refused_by_value(level):
    with pytest.raises(ValueError, match=f"FL {level} is out of range"):
        between_levels(np.ones(8), level)


def test_cutoffs_that_are_not_known_give_no_dose():
    dose = sep_dose_usv_h(ProtonSpectrum(1e5, 5), [np.nan, -1, 1], 350)
    assert np.isnan(dose).tolist() == [True, True, False]
    with pytest.raises(ValueError, match="-1"):
        sep_dose_usv_h(ProtonSpectrum(1e5, 5), -1)


def test_rigidity_of_100_mev():
    assert rigidity_gv(100) == pytest.approx(0.4445, abs=1e-3)


@given(st.floats(1e3, 1e7), st.floats(2.5, 8))
def test_two_channels_give_back_their_power_law(amplitude, index):
    made = ProtonSpectrum(amplitude, index)
    channels = {mev: made.integral_pfu(mev) for mev in (100.0, 500.0)}
    if channels[500] >= 0.05:
        found = spectrum_from_channels(channels)
        assert found.index == pytest.approx(index, abs=0.01)
        assert found.amplitude == pytest.approx(amplitude, rel=0.01)


@pytest.mark.parametrize("rollover_gv", [0.5, 1.0, 3.0])
def test_a_third_channel_bends_the_spectrum(rollover_gv):
    made = ProtonSpectrum(1e6, 3, rollover_gv)
    found = spectrum_from_channels({m: made.integral_pfu(m) for m in (50.0, 100.0, 500.0)})
    assert found.rollover_gv == pytest.approx(rollover_gv, rel=0.15)
    dose, wanted = (sep_dose_usv_h(one, [0.4, 1], 350) for one in (found, made))
    assert dose == pytest.approx(wanted, rel=0.2)


def test_without_a_bend_the_third_channel_changes_nothing():
    made = ProtonSpectrum(1e6, 5)
    found = spectrum_from_channels({m: made.integral_pfu(m) for m in (60.0, 100.0, 500.0)})
    assert found.rollover_gv == np.inf


def test_below_100_mev_alone_there_is_no_spectrum():
    with pytest.raises(ValueError, match="> 10, > 50 MeV tell nothing of GeV protons"):
        spectrum_from_channels({10.0: 36_976.0, 50.0: 46.0})


@pytest.mark.parametrize("second", [{}, {500.0: 0.01}, {500.0: 90.0}])
def test_without_a_usable_500_mev_channel_the_index_is_assumed(second):
    found = spectrum_from_channels({100.0: 50.0, **second})
    assert found.index == ASSUMED_INDEX
    assert found.integral_pfu(100) == pytest.approx(50)


@pytest.mark.parametrize("pfu", [-1.0, np.nan, np.inf])
def test_an_impossible_flux_is_refused_by_value(pfu):
    with pytest.raises(ValueError, match=f"{pfu} pfu"):
        spectrum_above_100mev(pfu)


@pytest.mark.parametrize("index", [3, 4, 5, 6, 7])
def test_less_than_1_pfu_above_100_mev_never_reaches_moderate(index):
    """January 2026: NASA SRAG's list has 0.5 pfu above 100 MeV at most."""
    solar = sep_dose_usv_h(spectrum_above_100mev(1.0, index), 0.0, 460)
    assert solar + gcr_dose_usv_h(460, 0.5, 0.3) < 30


@given(st.floats(4.1, 7.9), st.floats(10, 1e6))
def test_monitors_give_back_the_spectrum_that_raised_them(index, amplitude):
    made = ProtonSpectrum(amplitude, index)
    low, high = monitor_increase_percent(made, [0.5, 2.4])
    found = spectrum_from_monitors((0.5, float(low)), (2.4, float(high)))
    assert found.index == pytest.approx(index, abs=0.02)
    assert found.amplitude == pytest.approx(amplitude, rel=0.03)


def test_noise_of_monitors_makes_no_spectrum_too_hard_or_too_soft():
    assert spectrum_from_monitors((0.5, 4.0), (2.4, 4.0)).index == 4
    assert spectrum_from_monitors((0.5, 400.0), (2.4, 0.5)).index == 8


@pytest.mark.parametrize(
    "groups", [((0.5, 0.0), (2.4, 1.0)), ((0.5, np.nan), (2.4, 1.0)), ((2.4, 2.0), (0.5, 1.0))]
)
def test_increases_that_tell_nothing_are_refused(groups):
    with pytest.raises(ValueError, match="give no spectrum"):
        spectrum_from_monitors(*groups)
    with pytest.raises(ValueError, match="is none"):
        spectrum_from_monitors((0.5, -1.0), None)


def test_the_event_of_december_2006_from_its_neutron_monitor():
    """Oulu +90 %, 25 to 30 µSv/h at 200 g/cm2 (FL387): Matthiä et al. 2009, abstract.

    Assumed: a power law of index 5, the same from all sides.
    """
    unit = float(monitor_increase_percent(ProtonSpectrum(1.0, 5.0), 0.81))
    dose = float(sep_dose_usv_h(ProtonSpectrum(90 / unit, 5.0), 0.3, 387))
    assert 27.5 / FACTOR_TWO <= dose <= 27.5 * FACTOR_TWO


def test_ten_hours_at_40_kft_in_september_2017():
    """GLE 72: about 100 µSv over a polar flight (Mishev and Usoskin 2019, abstract).

    Assumed: potential 0.45 GV, polar monitors +5 % at the peak, index 5, fading with 3 hours.
    """
    cosmic = 10 * float(gcr_dose_usv_h(400, 0.5, 0.45))
    unit = float(monitor_increase_percent(ProtonSpectrum(1.0, 5.0), 0.5))
    peak = float(sep_dose_usv_h(ProtonSpectrum(5 / unit, 5.0), 0.3, 400))
    total = cosmic + peak * 3 * (1 - np.exp(-10 / 3))
    assert 100 / FACTOR_TWO <= total <= 100 * FACTOR_TWO
    assert total - cosmic > 5
