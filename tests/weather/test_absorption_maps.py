"""The compiled maps against their NumPy twin."""

import numpy as np
import pytest

from stormcone.observation.tables import cutoff
from stormcone.reference.grid import global_grid
from stormcone.weather.absorption import spectrum
from stormcone.weather.absorption_maps import (
    CutoffPair,
    Layers,
    absorption_maps,
    numpy_maps,
    numpy_polar_cap,
    polar_cap,
)
from stormcone.weather.cutoff import root_rigidity

TWIN = 1e-5
SPECTRA = [{10: 37_000.0, 50: 46.0}, {10: 120.0}, {1: 8000.0, 5: 2600.0, 10: 1000.0, 100: 18.0}]
QUANTITIES = ("haf_mhz", "xray_30mhz_db", "polar_cap_30mhz_db")


@pytest.mark.parametrize("channels", SPECTRA)
def test_the_polar_cap_equals_its_twin(channels):
    ours, twin = (f(pair(), spectrum(channels)) for f in (polar_cap, numpy_polar_cap))
    assert np.allclose(ours.day_db, twin.day_db, rtol=TWIN, atol=0)
    assert np.allclose(ours.night_db, twin.night_db, rtol=TWIN, atol=0)


@pytest.mark.parametrize("quantity", QUANTITIES)
def test_storm_maps_equal_their_twins(quantity):
    cap = polar_cap(pair(), spectrum(SPECTRA[0]))
    ours, twin = (f(global_grid(), layers(25.0), cap) for f in (absorption_maps, numpy_maps))
    assert np.allclose(getattr(ours, quantity), getattr(twin, quantity), rtol=TWIN, atol=1e-9)


@pytest.mark.parametrize("quantity", QUANTITIES)
def test_quiet_maps_equal_their_twins(quantity):
    ours, twin = (f(global_grid(), layers(6.0), None) for f in (absorption_maps, numpy_maps))
    assert np.allclose(getattr(ours, quantity), getattr(twin, quantity), rtol=TWIN, atol=1e-9)


def test_causes_are_added_in_decibels_before_they_become_a_frequency():
    cap = polar_cap(pair(), spectrum(SPECTRA[0]))
    maps = absorption_maps(global_grid(), layers(25.0), cap)
    total_db = maps.xray_30mhz_db + maps.polar_cap_30mhz_db
    assert np.allclose(maps.haf_mhz, 30 * total_db ** (2 / 3), rtol=TWIN)


def test_an_unknown_flux_gives_nan_by_day_and_zero_by_night():
    maps = absorption_maps(global_grid(), layers(np.nan), None)
    noon, midnight = maps.haf_mhz[0, 90, 180], maps.haf_mhz[0, 90, 0]
    assert np.isnan(noon)
    assert midnight == 0


def test_maps_are_finite_at_the_poles():
    cap = polar_cap(pair(), spectrum(SPECTRA[1]))
    maps = absorption_maps(global_grid(), layers(25.0), cap)
    assert np.isfinite(maps.haf_mhz[:, [0, -1]]).all()


def pair():
    grid = global_grid()
    roots = root_rigidity(cutoff(), grid.lat_deg[:, None], grid.lon_deg[None, :])
    low, high = roots[1:].astype(np.float32)
    return CutoffPair(low=low, high=high, part=0.4)


def layers(overhead_mhz):
    return Layers(
        sun_lat_deg=np.array([-20.0, 0.0, 23.4]),
        sun_lon_deg=np.array([0.0, -179.9, 77.7]),
        overhead_mhz=np.full(3, overhead_mhz),
        scale=np.array([1.0, 0.3, 0.0]),
    )
