"""Cutoffs against the computed grid and the dipole formula (authorities/cutoff.md)."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from stormcone.observation.tables import cutoff
from stormcone.weather.cutoff import (
    DOSE_SHIFT_DEG,
    cutoff_rigidity_gv,
    energy_mev,
    grid_rigidity_gv,
    storm_shift_deg,
)

PRINTED_GV = 0.06  # the check values are printed to 0.05 or 0.1
latitudes, longitudes = st.floats(-90, 90), st.floats(-180, 180)
kps = st.floats(0, 9)


def test_the_dipole_formula_gives_the_printed_energies():
    energies = energy_mev(cutoff_rigidity_gv([55, 60, 65, 70]))
    assert energies == pytest.approx([927.6, 383.8, 113.6, 21.9], abs=0.05)


@pytest.mark.parametrize(
    ("kp", "printed_gv"), [(1, [6.8, 3.4, 1.3, 0.6, 0.1]), (7, [6.65, 3.1, 0.75, 0.2, 0])]
)
def test_the_grid_gives_the_printed_cutoffs_at_twenty_east(kp, printed_gv):
    ours = grid_rigidity_gv(cutoff(), kp, [40, 50, 60, 65, 70], 20)
    assert ours == pytest.approx(printed_gv, abs=PRINTED_GV)


@pytest.mark.parametrize(("kp", "printed_gv"), [(1, 17.65), (7, 17.55)])
def test_the_highest_cutoff_on_earth(kp, printed_gv):
    lat, lon = np.arange(-90, 91, 5)[:, None], np.arange(-180, 180, 10)[None, :]
    assert grid_rigidity_gv(cutoff(), kp, lat, lon).max() == pytest.approx(printed_gv, abs=0.01)


@given(kps, latitudes)
def test_both_names_of_the_date_line_are_one_place(kp, lat_deg):
    west, east = grid_rigidity_gv(cutoff(), kp, lat_deg, [-180, 180])
    assert west == east


@given(kps, longitudes)
def test_the_poles_are_open_and_finite(kp, lon_deg):
    assert grid_rigidity_gv(cutoff(), kp, [90, -90], lon_deg).tolist() == [0, 0]


@given(kps, kps, latitudes, longitudes)
def test_a_storm_never_raises_a_cutoff(one, other, lat_deg, lon_deg):
    quiet, storm = sorted([one, other])
    calm = grid_rigidity_gv(cutoff(), quiet, lat_deg, lon_deg)
    assert grid_rigidity_gv(cutoff(), storm, lat_deg, lon_deg) <= calm + 1e-9


def test_above_kp_seven_only_the_excess_of_dst_counts():
    assert storm_shift_deg(8.0, -118.0) == 0
    assert storm_shift_deg(8.0, -320.0) == pytest.approx(0.053 * 200)
    assert storm_shift_deg(7.0, -320.0) == 0


def test_for_dose_the_shift_is_limited():
    assert storm_shift_deg(9.0, -400.0, greatest_deg=DOSE_SHIFT_DEG) == 5


def test_the_shift_reads_the_grid_nearer_the_pole_of_each_hemisphere():
    lat = np.array([60.0, -60.0])
    shifted = grid_rigidity_gv(cutoff(), 9, lat, 20, dst_nt=-220)
    further = grid_rigidity_gv(cutoff(), 7, np.sign(lat) * 65.3, 20)
    assert shifted == pytest.approx(further)


def test_without_dst_the_state_of_kp_seven_stands():
    assert grid_rigidity_gv(cutoff(), 9, 60, 20) == grid_rigidity_gv(cutoff(), 7, 60, 20)


@pytest.mark.parametrize("wrong", [-0.1, 9.1, np.nan])
def test_an_impossible_kp_is_refused_by_value(wrong):
    with pytest.raises(ValueError, match=f"Kp {wrong} is not possible"):
        grid_rigidity_gv(cutoff(), wrong, 60, 20)


def test_a_latitude_beyond_the_pole_is_refused_even_when_shifted():
    with pytest.raises(ValueError, match="beyond a pole"):
        grid_rigidity_gv(cutoff(), 9, -91, 20, dst_nt=-300)
