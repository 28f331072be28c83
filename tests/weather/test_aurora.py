"""The oval, its power, OVATION Prime's check values, and a recorded map."""

from datetime import UTC, datetime

import msgspec
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import spearmanr

from stormcone.observation.tables import geomagnetic, ovation
from stormcone.reference.geomagnetic import magnetic_local_time_h, quasi_dipole
from stormcone.weather.aurora import (
    LATITUDE_DEG,
    MLT_H,
    hemispheric_power_gw,
    oval,
    oval_flux,
    ovation_flux,
    resampled,
    season_weights,
)
from stormcone.weather.solar_wind import power_of_kp_gw

KP = st.floats(0, 9)


@pytest.fixture(scope="module")
def table(shared):
    return ovation(shared / "data/weather/ovation_prime_2013_premodel.npz")


@pytest.mark.shared
@pytest.mark.parametrize(
    ("coupling", "power_gw"), [(4_678, 25.2), (10_083, 46.8), (23_489, 93.3)]
)
def test_agrees_with_ovation_prime(table, coupling, power_gw):
    """authorities/geospace.md: day 80, north, all types."""
    flux = ovation_flux(table, coupling, 80, south=False)
    assert hemispheric_power_gw(flux) == pytest.approx(power_gw, abs=0.05)


def test_without_the_tables_there_is_none(tmp_path):
    assert ovation(None) is None
    assert ovation(tmp_path / "none.npz") is None


def test_tables_of_another_shape_are_refused(tmp_path):
    path = tmp_path / "short.npz"
    np.savez(path, b1p=np.zeros((4, 3, 96, 159)))
    with pytest.raises(ValueError, match="b1p"):
        ovation(path)


@pytest.mark.shared
def test_half_a_year_later_the_south_is_the_north(table):
    north = ovation_flux(table, 8_000, 10, south=False)
    southern = ovation_flux(table, 8_000, 10 + 183, south=True)
    assert hemispheric_power_gw(southern) == pytest.approx(
        hemispheric_power_gw(north), rel=0.15
    )


@pytest.mark.parametrize(
    ("mlt", "kp", "equatorward", "peak", "poleward"),
    [(0, 0, 67.22, 69.96, 71.83), (6, 3, 63.47, 68.41, 74.39), (23, 9, 50.64, 61.21, 78.20)],
)
def test_agrees_with_carbary(mlt, kp, equatorward, peak, poleward):
    """authorities/geospace.md: C0 + C1 Kp."""
    found = oval(kp, mlt)
    assert found.equatorward_deg == pytest.approx(equatorward, abs=0.005)
    assert found.peak_deg == pytest.approx(peak, abs=0.005)
    assert found.poleward_deg == pytest.approx(poleward, abs=0.005)


def test_between_nine_and_thirteen_hours_the_edges_are_interpolated():
    found = oval(3, [8, 11, 14])
    assert found.equatorward_deg[1] == pytest.approx(found.equatorward_deg[[0, 2]].mean())
    assert oval(3, 13).peak_deg == pytest.approx(80.59 - 3 * 1.20)


@given(KP, st.floats(0, 24))
def test_edges_lie_on_their_sides_of_the_peak(kp, mlt):
    found = oval(kp, mlt)
    if kp < 1 and 6 <= mlt <= 18:
        assert np.isnan(found.peak_deg)
    else:
        assert 40 < found.equatorward_deg <= found.peak_deg <= found.poleward_deg <= 90


@given(st.floats(1, 8), st.floats(0, 24))
def test_a_higher_kp_moves_the_oval_to_the_equator(kp, mlt):
    lower, higher = oval(kp, mlt), oval(kp + 1, mlt)
    assert higher.equatorward_deg < lower.equatorward_deg
    assert higher.peak_deg < lower.peak_deg


def test_midnight_is_where_the_clock_turns():
    before, after = oval(4, 23.999), oval(4, 0)
    assert before.equatorward_deg == pytest.approx(after.equatorward_deg, abs=0.01)


@given(KP, st.floats(0, 200))
@settings(max_examples=40)
def test_the_hemispheric_integral_is_the_power(kp, power):
    flux = oval_flux(kp, power)
    assert hemispheric_power_gw(flux) == pytest.approx(power)
    assert (flux >= 0).all()


def test_the_power_of_a_kp_is_that_of_newell():
    assert hemispheric_power_gw(oval_flux(4, float(power_of_kp_gw(4)))) == pytest.approx(
        30.8, abs=0.1
    )


def test_what_is_not_known_is_not_dark():
    assert np.isnan(oval(np.nan, 0).peak_deg)
    assert np.isnan(oval_flux(np.nan, 10)).all()
    assert np.isnan(oval_flux(3, np.nan)).all()
    assert np.isnan(resampled(oval_flux(3, 20), [np.nan, 70], [0, np.nan])).all()


@pytest.mark.parametrize("kp", [-0.1, 9.1])
def test_an_impossible_kp_is_refused(kp):
    with pytest.raises(ValueError, match=f"Kp {kp} is not possible"):
        oval(kp, 0)


def test_resampling_reads_the_nodes_and_the_poles():
    flux = oval_flux(5, 40)
    lat, mlt = np.meshgrid(LATITUDE_DEG, MLT_H)
    assert resampled(flux, lat, mlt) == pytest.approx(flux)
    assert resampled(flux, -lat, mlt + 24) == pytest.approx(flux)
    assert np.isfinite(resampled(flux, [90, -90], 5)).all()
    assert (resampled(flux, [39, 0, -20], 5) == 0).all()


@given(st.floats(1, 366))
def test_the_seasons_always_add_up_to_one(day):
    weights = season_weights(day)
    assert weights.sum() == pytest.approx(1)
    assert (weights >= 0).all()


@pytest.mark.shared
@pytest.mark.parametrize(("half", "least"), [(1, 0.8), (-1, 0.8)])
def test_ranks_cells_as_a_recorded_map_does(shared, half, least):
    """authorities/geospace.md: NOAA's map of 2026-08-01, beyond 45 degrees; Kp was 1 to 2."""
    recorded = read_map(shared / "data/swx/services/swpc/ovation-aurora.2026_08_01.json")
    lon, lat, seen = np.array(recorded["coordinates"]).T
    qd_lat, qd_lon = quasi_dipole(geomagnetic(), lat, (lon + 180) % 360 - 180)
    mlt = magnetic_local_time_h(qd_lon, datetime(2026, 8, 1, 19, 52, tzinfo=UTC))
    here = half * qd_lat > 45
    flux = oval_flux(2, float(power_of_kp_gw(2)))
    ours = resampled(flux, qd_lat[here], mlt[here])
    assert spearmanr(ours, seen[here]).statistic > least


def read_map(path):
    return msgspec.json.decode(path.read_bytes(), type=dict[str, object])
