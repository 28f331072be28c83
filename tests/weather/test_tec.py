"""TEC in closed form: the compiled loop against its twin, NeQuick, and what may not happen."""

from datetime import UTC, datetime

import nequick
import numpy as np
import pytest

from stormcone.observation import tables
from stormcone.reference.grid import global_grid
from stormcone.weather import ionosphere, tec
from stormcone.weather.layers import layers, layers_at, sun_vectors

TWIN = 1e-5
TIMES = [
    datetime(2024, month, 9, hour, tzinfo=UTC) for month, hour in ((1, 4), (5, 15), (10, 22))
]


@pytest.mark.parametrize("f107_sfu", [65, 150, 260])
def test_the_loop_equals_its_twin(f107_sfu):
    places, peaks, sky = model(f107_sfu)
    twin = tec.vertical_tec_tecu(layers(places, peaks, **sky))
    assert np.allclose(tec.vertical_tec_maps(places, peaks, **sky), twin, rtol=TWIN, atol=0)


@pytest.mark.parametrize("f107_sfu", [60, 150, 300])
def test_tec_is_positive_and_finite_also_at_the_poles(f107_sfu):
    places, peaks, sky = model(f107_sfu)
    content = tec.vertical_tec_maps(places, peaks, **sky).reshape(3, *places.shape)
    assert np.isfinite(content).all()
    assert content.min() > 0
    assert np.ptp(content[:, [0, -1]], axis=2).max() < 1e-3 * content.max()


def test_more_sun_and_more_height_mean_more_electrons():
    quiet, active = (content_tecu(f107_sfu) for f107_sfu in (70, 200))
    assert active.mean() > 2 * quiet.mean()
    low, high = (content_tecu(150, top_km) for top_km in (1200.0, 20_200.0))
    assert 0.92 < (low / high).mean() < 0.97  # what a sum cut at 1200 km misses: 4 to 7.5 %


def test_the_integrals_are_those_of_their_functions():
    x = np.linspace(0, 50, 200_001)
    z = x / (1 + 100 * 0.125 * x / (100 + 0.125 * x))
    top = np.trapezoid(4 * np.exp(-z) / (1 + np.exp(-z)) ** 2, x)
    assert tec.tables().top[50] == pytest.approx(top, rel=1e-6)
    u = np.linspace(0, 6, 200_001)
    bottom = np.trapezoid(4 * np.exp(-u) / (1 + np.exp(-u)) ** 2 * (1 - (u / 6) ** 4), u)
    assert tec.tables().bottom[300] == pytest.approx(bottom, rel=1e-6)


def test_nan_in_a_map_gives_nan_in_its_cell_alone():
    places, peaks, sky = model(150)
    peaks.fof2_mhz[1, 0, 7] = np.nan
    peaks.m3000[2, 1, 9] = np.nan
    content = tec.vertical_tec_maps(places, peaks, **sky)
    assert np.argwhere(np.isnan(content)).tolist() == [[1, 7], [2, 9]]
    twin = tec.vertical_tec_tecu(layers(places, peaks, **sky))
    assert np.argwhere(np.isnan(twin)).tolist() == [[1, 7], [2, 9]]


@pytest.mark.parametrize("wrong", ["ig12", "sun"])
def test_an_unknown_sun_gives_nan_everywhere(wrong):
    places, peaks, sky = model(150)
    sky[wrong] = np.nan if wrong == "ig12" else np.full((3, 3), np.nan)
    assert np.isnan(tec.vertical_tec_maps(places, peaks, **sky)).all()


# authorities/ionosphere.md: NeQuick-G by its own library, another model with other maps.
def test_correlates_with_nequick_on_a_hundred_places():
    at = datetime(2024, 5, 15, 12, tzinfo=UTC)
    lat_deg = np.degrees(np.arcsin(np.linspace(-0.98, 0.98, 100)))
    lon_deg = 137.5 * np.arange(100) % 360 - 180
    model = nequick.NeQuick(150.0, 0.0, 0.0)
    theirs = [model.compute_vtec(at, x, y) for x, y in zip(lon_deg, lat_deg, strict=True)]
    places = ionosphere.geometry_at(tables.geomagnetic(), lat_deg, lon_deg)
    peaks = ionosphere.peak(tables.ionosphere(), places, [at])
    ig12 = ionosphere.ig12_of_r12(ionosphere.r12_of_f107(150))
    ours = tec.vertical_tec_tecu(layers_at(places, peaks, [at], ig12))[0]
    assert np.corrcoef(ours, theirs)[0, 1] > 0.9


def content_tecu(f107_sfu, top_km=tec.TOP_KM):
    places, peaks, sky = model(f107_sfu)
    return tec.vertical_tec_maps(places, peaks, top_km=top_km, **sky)


def model(f107_sfu):
    places = ionosphere.geometry_of(tables.geomagnetic(), global_grid(5))
    sky = {
        "ig12": ionosphere.ig12_of_r12(ionosphere.r12_of_f107(f107_sfu)),
        "sun": sun_vectors(TIMES),
        "season_of": [ionosphere.season(at) for at in TIMES],
    }
    return places, ionosphere.peak(tables.ionosphere(), places, TIMES), sky
