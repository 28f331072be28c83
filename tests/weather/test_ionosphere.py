"""The IRI core and its TEC against PyIRI, the indices, the months and the Sun."""

from datetime import UTC, datetime

import numpy as np
import PyIRI
import PyIRI.main_library as pyiri
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from stormcone.observation import tables
from stormcone.reference.grid import global_grid
from stormcone.weather import ionosphere, tec
from stormcone.weather.layers import layers

MIDNIGHT, NOON = (datetime(2024, 5, 15, hour, tzinfo=UTC) for hour in (0, 12))
IG12 = ionosphere.ig12_of_r12(ionosphere.r12_of_f107(150))
SINGLE_PRECISION_MHZ = 0.0014
PARAMETERS = [
    ("fof2_mhz", "F2", "fo"),
    ("m3000", "F2", "M3000"),
    ("hmf2_km", "F2", "hm"),
    ("below_km", "F2", "B_bot"),
    ("above_km", "F2", "B_top"),
    ("foe_mhz", "E", "fo"),
    ("fof1_mhz", "F1", "fo"),
]


@pytest.fixture(scope="module")
def peer():
    """PyIRI once (15 May 2024, F10.7 150, four hours, 37 places), and ours in its field."""
    hours, heights_km = np.array([0.0, 6, 12, 18]), np.arange(60, 20_202, 2.0)
    lon_deg, lat_deg = (angle[::149] for angle in pyiri.set_geo_grid(5, 2.5)[:2])
    f2, f1, e, _, sun, field, density = pyiri.IRI_density_1day(
        2024, 5, 15, hours, lon_deg, lat_deg, heights_km, 150.0, PyIRI.coeff_dir, 0
    )
    dip_deg = np.degrees(np.arctan(2 * np.tan(np.radians(field["mag_dip_lat"]))))
    places = ionosphere.geometry(lat_deg, lon_deg, modip_deg=field["modip"], dip_deg=dip_deg)
    times = [MIDNIGHT.replace(hour=int(hour)) for hour in hours]
    peaks = ionosphere.peak(tables.ionosphere(), places, times)
    lat, lon = np.radians(sun["lat"]), np.radians(sun["lon"])
    sky = {
        "ig12": IG12,
        "sun": np.stack([np.cos(lat) * np.cos(lon), np.cos(lat) * np.sin(lon), np.sin(lat)], 1),
        "season_of": [ionosphere.season(at) for at in times],
    }
    return {
        "theirs": {"F2": f2, "F1": f1, "E": e},
        "sum_tecu": np.trapezoid(density, heights_km * 1e3, axis=1) * 1e-16,
        "ours": layers(places, peaks, **sky),
        "kernel_tecu": tec.vertical_tec_maps(places, peaks, **sky),
    }


# authorities/ionosphere.md: PyIRI 0.1.7, a peer nobody of the project wrote.
@pytest.mark.parametrize(("ours", "layer", "theirs"), PARAMETERS)
def test_agrees_with_pyiri(peer, ours, layer, theirs):
    difference = getattr(peer["ours"], ours) - peer["theirs"][layer][theirs]
    assert np.nanmax(np.abs(difference)) < 1e-3
    assert np.isfinite(difference).mean() > (0.2 if layer == "F1" else 0.999)


def test_tec_agrees_with_pyiris_own_sum_wherever_it_has_the_same_layers(peer):
    """PyIRI drops F1 in some profiles, where the neighbour month has none: 6 of 580."""
    same = np.isnan(peer["ours"].fof1_mhz) == np.isnan(peer["theirs"]["F1"]["fo"])
    ratio = (tec.vertical_tec_tecu(peer["ours"]) / peer["sum_tecu"])[same]
    assert same.mean() > 0.97
    assert 0.999 < ratio.min() <= ratio.max() < 1.001


def test_the_kernel_agrees_with_pyiris_sum_too(peer):
    same = np.isnan(peer["ours"].fof1_mhz) == np.isnan(peer["theirs"]["F1"]["fo"])
    ratio = (peer["kernel_tecu"] / peer["sum_tecu"])[same]
    assert 0.999 < ratio.min() <= ratio.max() < 1.001


# authorities/ionosphere.md: CCIR May, IG12 110, 12 UT, our modip.
@pytest.mark.parametrize(("lat", "lon", "mhz"), [(0, 0, 13.34), (45, 10, 8.61)])
def test_fof2_of_may_at_noon(lat, lon, mhz):
    places = ionosphere.geometry_at(tables.geomagnetic(), lat, lon)
    peaks = ionosphere.peak(tables.ionosphere(), places, [NOON])
    assert ionosphere.at_activity(peaks.fof2_mhz, 110)[0, 0] == pytest.approx(mhz, abs=0.005)


def test_a_grid_in_single_precision_is_as_good():
    grid = global_grid(10)
    single = ionosphere.geometry_of(tables.geomagnetic(), grid)
    double = ionosphere.geometry_at(
        tables.geomagnetic(), grid.lat_deg[:, None], grid.lon_deg[None, :]
    )
    ours, exact = (
        ionosphere.peak(tables.ionosphere(), places, [NOON]).fof2_mhz
        for places in (single, double)
    )
    assert ours.dtype == np.float32
    assert np.abs(ours - exact).max() < SINGLE_PRECISION_MHZ


def test_ursi_and_ccir_differ_where_the_oceans_are():
    places = ionosphere.geometry_at(tables.geomagnetic(), [-30, 48], [-120, 10])
    ccir, ursi = (
        ionosphere.at_activity(
            ionosphere.peak(tables.ionosphere(), places, [NOON], maps).fof2_mhz, 100
        )[0]
        for maps in ionosphere.Maps
    )
    assert abs(ccir - ursi)[0] > abs(ccir - ursi)[1]
    assert np.abs(ccir - ursi).max() < 3


@pytest.mark.parametrize(("ig12", "r12", "f107"), [(0, 7.661, 69.38), (100, 88.658, 135.29)])
def test_the_levels_of_the_maps_have_their_sun(ig12, r12, f107):
    assert ionosphere.r12_of_ig12(ig12) == pytest.approx(r12, abs=5e-4)
    assert ionosphere.f107_of_r12(ionosphere.r12_of_ig12(ig12)) == pytest.approx(f107, abs=5e-3)


@given(st.floats(64, 300))
def test_indices_are_one_way_and_back(f107_sfu):
    assert ionosphere.f107_of_r12(ionosphere.r12_of_f107(f107_sfu)) == pytest.approx(f107_sfu)


def test_a_quiet_sun_has_no_negative_spots_and_an_extreme_one_no_more():
    assert ionosphere.r12_of_f107(60) == 0
    assert ionosphere.r12_of_f107(400) == ionosphere.r12_of_f107(300)


@given(st.datetimes(datetime(2000, 1, 1), datetime(2030, 12, 31)))
def test_months_enclose_the_day_and_weigh_one(moment):
    (first, early), (second, late) = ionosphere.months(moment.replace(tzinfo=UTC))
    assert early + late == pytest.approx(1)
    assert (second - first) % 12 == 1
    assert 0 <= late < 1
    assert moment.month in (first, second)


def test_half_way_between_two_15ths_both_months_count_alike():
    assert ionosphere.months(datetime(2023, 3, 1, 6, tzinfo=UTC)) == ((2, 0.5), (3, 0.5))


@given(st.floats(60, 300), st.integers(1, 12), st.integers(0, 23))
@settings(max_examples=20)
def test_maps_are_finite_and_positive_in_every_month(f107_sfu, month, hour):
    grid = global_grid(15)
    places = ionosphere.geometry_of(tables.geomagnetic(), grid)
    at = datetime(2024, month, 20, hour, tzinfo=UTC)
    peaks = ionosphere.peak(tables.ionosphere(), places, [at])
    fof2 = ionosphere.at_activity(
        peaks.fof2_mhz, ionosphere.ig12_of_r12(ionosphere.r12_of_f107(f107_sfu))
    )
    assert 0.2 < fof2.min() <= fof2.max() < 25


def test_180_west_is_180_east_and_a_pole_is_one_place():
    places = ionosphere.geometry(
        [30, 30, 90, 90], [-180, 180, 0, 77], modip_deg=[40, 40, 88, 88], dip_deg=60
    )
    west, east, here, there = ionosphere.peak(tables.ionosphere(), places, [NOON]).fof2_mhz[
        0, 0
    ]
    assert west == pytest.approx(east)
    assert here == pytest.approx(there)


def test_a_latitude_beyond_the_pole_is_refused():
    with pytest.raises(ValueError, match=r"91.0 is beyond a pole"):
        ionosphere.geometry(91, 0, modip_deg=60, dip_deg=80)
