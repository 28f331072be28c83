"""Dose by table against the formulas, cell by cell."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from stormcone.forecast.radiation import CUTOFF_GV_PER_KP
from stormcone.observation.tables import cutoff
from stormcone.reference.grid import global_grid
from stormcone.weather.cosmic_rays import gcr_dose_usv_h
from stormcone.weather.cutoff import grid_rigidity_gv
from stormcone.weather.dose_maps import (
    NODES_GV,
    STEPS_PER_GV,
    cutoff_index,
    dose_maps,
    gcr_table,
    sep_table,
)
from stormcone.weather.solar_protons import FLIGHT_LEVELS, ProtonSpectrum, sep_dose_usv_h

SPECTRUM = ProtonSpectrum(1e5, 5)
HALF_A_STEP = 0.5 / STEPS_PER_GV + 1e-6
OULU_2020_GV, OULU = 0.61, (65.1, 25.5)


@pytest.fixture(scope="module")
def rigidity():
    grid = global_grid(5)
    return grid_rigidity_gv(cutoff(), 3, grid.lat_deg[:, None], grid.lon_deg[None, :])


def test_every_cell_has_the_dose_of_its_cutoff(rigidity):
    maps = dose_maps(gcr_table(0.6) + sep_table(SPECTRUM), cutoff_index(rigidity))
    nearest = np.minimum(np.rint(rigidity * STEPS_PER_GV) / STEPS_PER_GV, 17)
    for layer, level in zip(maps, FLIGHT_LEVELS, strict=True):
        direct = gcr_dose_usv_h(level, nearest, 0.6) + sep_dose_usv_h(SPECTRUM, nearest, level)
        assert layer == pytest.approx(direct, rel=1e-5)


def test_the_step_of_the_table_is_finer_than_what_a_cutoff_is_known_to(rigidity):
    maps = dose_maps(sep_table(SPECTRUM), cutoff_index(rigidity))[2]
    low, high = (
        sep_dose_usv_h(SPECTRUM, np.clip(rigidity + side, 0, 17), 350)
        for side in (HALF_A_STEP, -HALF_A_STEP)
    )
    assert ((maps >= low * (1 - 1e-5)) & (maps <= high * (1 + 1e-5))).all()


def test_poles_and_equator_are_finite(rigidity):
    maps = dose_maps(gcr_table(0.6), cutoff_index(rigidity))
    assert np.isfinite(maps).all()
    assert rigidity.max() > NODES_GV[-1]


@given(st.lists(st.floats(-1, 20) | st.just(np.nan), min_size=1, max_size=9))
def test_what_is_not_known_stays_not_known(cutoffs):
    given_gv = np.array(cutoffs)
    dose = dose_maps(gcr_table(0.6), cutoff_index(given_gv))
    assert np.array_equal(np.isnan(dose), np.broadcast_to(~(given_gv >= 0), dose.shape))


def test_a_shifted_table_reads_that_much_further():
    cells = cutoff_index(np.array([1.0, 2.0]))
    shifted = dose_maps(gcr_table(0.6, 0.5), cells)
    assert shifted == pytest.approx(
        dose_maps(gcr_table(0.6), cutoff_index(np.array([1.5, 2.5])))
    )


def test_without_solar_protons_there_is_no_dose_of_them():
    assert (dose_maps(sep_table(None), cutoff_index(np.array([0.0, 9.0]))) == 0).all()


def test_a_table_without_its_columns_is_refused():
    with pytest.raises(ValueError, match="3 columns"):
        dose_maps(np.zeros((8, 3)), cutoff_index(np.array([1.0])))


def test_cutoffs_fall_with_kp_as_the_specification_says():
    """Mean change where 0.5 to 3 GV: Kp 4 -0.16, Kp 7 -0.35, at most -0.60 (cutoff.md)."""
    quiet, four, seven = np.asarray(cutoff().rigidity_gv, float)
    where = (quiet > 0.5) & (quiet < 3)
    assert (four - quiet)[where].mean() == pytest.approx(-0.16, abs=0.01)
    assert (seven - quiet)[where].mean() == pytest.approx(-0.35, abs=0.01)
    assert (seven - quiet)[where].min() == pytest.approx(-0.60, abs=0.01)
    assert pytest.approx((seven - quiet)[where].mean() / 6, abs=0.002) == CUTOFF_GV_PER_KP


def test_oulu_has_the_cutoff_that_is_published():
    assert grid_rigidity_gv(cutoff(), 1, *OULU) == pytest.approx(OULU_2020_GV, abs=0.02)
