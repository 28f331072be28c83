"""Absorption against D-RAP: published anchors and a recorded map (authorities/drap.md)."""

import json
from datetime import UTC, datetime

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from stormcone.forecast.hf_com import HfInputs, hf_now
from stormcone.observation.feed import Provenance, Series
from stormcone.observation.tables import cutoff
from stormcone.reference.bilinear import bilinear
from stormcone.reference.grid import global_grid
from stormcone.reference.sun import zenith_angle_deg
from stormcone.weather.absorption import (
    absorption_db,
    affected_frequency_mhz,
    highest_affected_frequency_mhz,
    integral_flux_pfu,
    polar_cap_absorption_30mhz_db,
    solar_protons,
    spectrum,
)

DRAP = [
    ("M1", 1e-5, 15),
    ("M5", 5e-5, 22),
    ("X1", 1e-4, 25),
    ("X5", 5e-4, 32),
    ("X10", 1e-3, 35),
]
A_STORM = {1: 8000, 5: 2600, 10: 1000, 30: 200, 50: 80, 60: 55, 100: 18}
MAP_TOLERANCE_MHZ = 0.2
LOW_SUN_DEG = 87.1  # the rest is the terminator, where two minutes of Sun make 0.1 MHz
ROUNDED_TO_MHZ = 0.5
DRAP_AT = datetime(2026, 8, 20, 4, 42, tzinfo=UTC)
fluxes = st.floats(1e-9, 1e-2)
zeniths = st.floats(0, 180)


@pytest.mark.parametrize(("flare", "flux_w_m2", "published_mhz"), DRAP)
def test_agrees_with_drap_under_the_sun(flare, flux_w_m2, published_mhz):
    ours = highest_affected_frequency_mhz(flux_w_m2, 0)
    assert ours == pytest.approx(published_mhz, abs=ROUNDED_TO_MHZ)


@pytest.mark.shared
def test_agrees_with_the_recorded_drap_map_on_its_own_nodes(shared):
    lat, lon, recorded_mhz = drap_map(shared)
    zenith = zenith_angle_deg(DRAP_AT, lat[:, None], lon[None, :])
    ours = highest_affected_frequency_mhz(recorded_flux(shared), zenith)
    sunlit = zenith < LOW_SUN_DEG
    assert np.abs(ours - recorded_mhz)[sunlit].max() <= MAP_TOLERANCE_MHZ
    assert_agrees_as_printed(ours, recorded_mhz)


@pytest.mark.shared
def test_our_field_agrees_with_the_recorded_drap_map_protons_and_all(shared):
    lat, lon, recorded_mhz = drap_map(shared)
    inputs = HfInputs(
        xray=one_sample("xray_flux_w_m2", recorded_flux(shared), "04:41"),
        protons={
            mev: one_sample(f"proton_flux_{mev}mev_pfu", pfu, "04:35")
            for mev, pfu in recorded_protons(shared).items()
        },
    )
    ours = hf_now(inputs, now=DRAP_AT, grid=global_grid(), cutoff=cutoff()).haf_mhz
    on_their_nodes = bilinear(ours[::-1], lat[:, None], lon[None, :], lon_step_deg=1)
    assert_agrees_as_printed(on_their_nodes, recorded_mhz)


def test_the_storm_of_the_specification():
    assert integral_flux_pfu(5.2, A_STORM) == pytest.approx(2463, abs=0.5)
    day, night = polar_cap_absorption_30mhz_db([60, 110], 0, A_STORM)
    assert (day, night) == (pytest.approx(5.71, abs=0.005), pytest.approx(1.36, abs=0.005))


def test_twilight_lies_between_day_and_night():
    day, twilight, night = polar_cap_absorption_30mhz_db([80, 90, 100], 0, A_STORM)
    assert twilight == pytest.approx((day + night) / 2)


def test_below_ten_mev_the_assumed_index_counts_and_not_the_slope_above():
    with_fifty = integral_flux_pfu(5.2, {10: 1000, 50: 5})
    assert with_fifty == pytest.approx(1000 * 0.52**-1.2)
    assert with_fifty == pytest.approx(integral_flux_pfu(5.2, {10: 1000}))


def test_with_one_mev_fed_the_low_end_is_interpolated():
    assert integral_flux_pfu(2.2, {1: 100, 10: 1}) == pytest.approx(100 * 2.2**-2)


def test_missing_channels_are_skipped():
    assert integral_flux_pfu(5.2, {1: np.nan, 10: 1000}) == integral_flux_pfu(5.2, {10: 1000})


def test_no_channel_at_all_is_an_error_that_says_so():
    with pytest.raises(ValueError, match="no proton channel has a value"):
        spectrum({10: np.nan})


@pytest.mark.parametrize("wrong", [-1.0, np.inf])
def test_an_impossible_flux_is_refused_by_value(wrong):
    with pytest.raises(ValueError, match=f"proton flux {wrong} pfu is impossible"):
        spectrum({10: wrong})
    with pytest.raises(ValueError, match=f"X-ray flux {wrong} W/m2 is impossible"):
        highest_affected_frequency_mhz(wrong, 0)


def test_an_unknown_flux_is_unknown_by_day_and_harmless_by_night():
    day, night = highest_affected_frequency_mhz(np.nan, [0, 120])
    assert np.isnan(day)
    assert night == 0


def test_cosmic_rays_are_not_solar_protons():
    recorded = {
        1: 5.97,
        5: 0.337,
        10: 0.305,
        100: 0.272,
        500: 0.236,
    }  # the highest of six hours
    assert solar_protons(recorded) == {}


@given(fluxes, st.floats(1, 10), zeniths)
def test_frequency_rises_with_flux(flux_w_m2, factor, zenith_deg):
    weak, strong = highest_affected_frequency_mhz([flux_w_m2, flux_w_m2 * factor], zenith_deg)
    assert strong >= weak


@given(st.floats(0, 1e-2), st.floats(90, 180))
def test_never_absorbs_by_night(flux_w_m2, zenith_deg):
    assert highest_affected_frequency_mhz(flux_w_m2, zenith_deg) == pytest.approx(0, abs=1e-9)


@given(st.floats(0, 40), st.floats(0.1, 10))
def test_frequency_and_absorption_undo_each_other(haf_mhz, level_db):
    at_30_mhz = absorption_db(haf_mhz, 30)
    assert affected_frequency_mhz(at_30_mhz, level_db) == pytest.approx(
        haf_mhz * level_db ** (-2 / 3), abs=1e-9
    )


@given(st.floats(0, 3000), st.floats(0, 3000), zeniths)
def test_polar_cap_absorption_falls_with_the_cutoff(one_mev, other_mev, zenith_deg):
    open_cap, shut_cap = polar_cap_absorption_30mhz_db(
        zenith_deg, sorted([one_mev, other_mev]), A_STORM
    )
    assert open_cap >= shut_cap > 0


@given(st.floats(1e-3, 1e5), st.floats(0.01, 1e4))
def test_absorption_grows_as_the_root_of_the_flux(pfu, energy_mev):
    one, four = (polar_cap_absorption_30mhz_db(0, energy_mev, {10: k * pfu}) for k in (1, 4))
    assert four == pytest.approx(2 * one, rel=1e-9)


def assert_agrees_as_printed(ours_mhz, recorded_mhz):
    """Compare every cell, in the tenths that the recorded map is printed in."""
    assert np.abs(ours_mhz.round(1) - recorded_mhz).max() <= MAP_TOLERANCE_MHZ + 1e-6


def drap_map(shared):
    path = shared / "data/swx/services/swpc/drap-global-frequencies.2026_08_20.txt"
    lines = [line for line in path.read_text().splitlines() if line.strip()]
    header, _, *rows = [line for line in lines if not line.startswith("#")]
    table = [row.split("|") for row in rows]
    lat = np.array([float(lat) for lat, _ in table])
    values = np.array([[float(value) for value in cells.split()] for _, cells in table])
    return lat, np.array(header.split(), float), values


def recorded_flux(shared):
    path = shared / "data/swx/services/swpc/xrays-6-hour.2026_08_20.json"
    rows = json.loads(path.read_bytes())
    at = "2026-08-20T04:41:00Z"
    return next(r["flux"] for r in rows if (r["time_tag"], r["energy"]) == (at, "0.1-0.8nm"))


def recorded_protons(shared):
    path = shared / "data/swx/services/swpc/integral-protons-6-hour.2026_08_20.json"
    rows = [r for r in json.loads(path.read_bytes()) if r["time_tag"] == "2026-08-20T04:35:00Z"]
    return {int(r["energy"].removeprefix(">=").removesuffix(" MeV")): r["flux"] for r in rows}


def one_sample(quantity, value, clock):
    at = np.array([f"2026-08-20T{clock}"], "datetime64[ms]")
    return Series(
        quantity=quantity,
        source="GOES-18",
        at=at,
        value=np.array([value]),
        known=at,
        flags=np.zeros(1, np.uint16),
        provenance=(Provenance.OBSERVED,),
    )
