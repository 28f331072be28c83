"""Dst from the wind: published steps, the year 1998, and May 2024."""

import gzip

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from stormcone.observation.omni import hourly_table, read_hourly
from stormcone.weather.ring_current import (
    BURTON_1975,
    OBRIEN_MCPHERRON_2000,
    decay_time_h,
    injection_nt_h,
    run_dst_nt,
    step_dst_nt,
)
from stormcone.weather.solar_wind import pressure_npa, southward_mv_m

BOTH = pytest.mark.parametrize("model", [OBRIEN_MCPHERRON_2000, BURTON_1975])


@pytest.fixture(scope="module")
def year_1998(shared):
    return hourly_table(
        gzip.decompress((shared / "data/weather/omni2_1998.txt.gz").read_bytes())
    )


@pytest.fixture(scope="module")
def may_2024(shared):
    """Hourly southward field and pressure (gaps bridged), and SYM-H by hourly means."""
    folder = shared / "data/swx/gannon2024"
    wind = columns((folder / "omni2_hourly_20240507_20240515.txt").read_bytes())
    speed, bz = bridged(wind["solar_wind_speed_km_s"]), bridged(wind["bz_gsm_nt"])
    symh = columns((folder / "omni_symh_5min_20240507_20240515.txt").read_bytes())["sym_h_nt"]
    pressure = bridged(wind["solar_wind_pressure_npa"])
    return southward_mv_m(speed, bz), pressure, symh.reshape(-1, 12).mean(axis=1)


@pytest.mark.parametrize(
    ("field", "dst", "pressure", "tau", "injection", "after"),
    [(6, -50, 4, 5.969, -24.244, -64.07), (0.3, -100, 2, 16.901, 0, -94.30)],
)
def test_agrees_with_obrien_and_mcpherron(field, dst, pressure, tau, injection, after):
    """authorities/geospace.md: one hour."""
    model = OBRIEN_MCPHERRON_2000
    assert decay_time_h(model, field) == pytest.approx(tau, abs=5e-4)
    assert injection_nt_h(model, field) == pytest.approx(injection, abs=5e-4)
    assert step_dst_nt(model, dst, field, pressure) == pytest.approx(after, abs=5e-3)


@pytest.mark.shared
@pytest.mark.parametrize(
    ("lead", "expected", "persistence"),
    [(1, 3.7, 4.9), (2, 5.7, None), (3, 6.9, 10.2), (6, 8.8, 14.7)],
)
def test_1998_restarted_under_the_wind_that_came(year_1998, lead, expected, persistence):
    """Bars of authorities/geospace.md, nT."""
    field, pressure, known = filled_wind(year_1998)
    found = restarted(year_1998.dst_nt, field, pressure, lead)
    truth = year_1998.dst_nt[lead:]
    assert rmse((found - truth)[known[lead:]]) == pytest.approx(expected, abs=0.05)
    if persistence:
        missed = (year_1998.dst_nt[:-lead] - truth)[known[lead:]]
        assert rmse(missed) == pytest.approx(persistence, abs=0.05)


@pytest.mark.shared
@pytest.mark.parametrize(
    ("model", "error", "bias"), [(OBRIEN_MCPHERRON_2000, 12.5, -5.7), (BURTON_1975, 14.8, 2.6)]
)
def test_1998_run_free(year_1998, model, error, bias):
    field, pressure, known = filled_wind(year_1998)
    found = run_dst_nt(model, -10.0, field[:-1], pressure)
    missed = (found - year_1998.dst_nt[1:])[known[1:]]
    assert rmse(missed) == pytest.approx(error, abs=0.05)
    assert missed.mean() == pytest.approx(bias, abs=0.05)


@pytest.mark.shared
@pytest.mark.parametrize(
    ("model", "deepest", "error"), [(OBRIEN_MCPHERRON_2000, -249, 48), (BURTON_1975, -457, 52)]
)
def test_may_2024_run_free_shows_that_neither_suffices(may_2024, model, deepest, error):
    field, pressure, symh = may_2024
    found = run_dst_nt(model, symh[0], field[:-1], pressure)
    assert found.min() == pytest.approx(deepest, abs=1)
    assert rmse(found - symh[1:]) == pytest.approx(error, abs=0.5)
    assert symh.min() == pytest.approx(-436, abs=1)


@pytest.mark.shared
@pytest.mark.parametrize(
    ("lead", "expected", "persistence"), [(1, 16, 18), (3, 28, 34), (6, 38, 57)]
)
def test_may_2024_restarted_beats_persistence(may_2024, lead, expected, persistence):
    field, pressure, symh = may_2024
    found = restarted(symh, field, pressure, lead)
    assert rmse(found - symh[lead:]) == pytest.approx(expected, abs=0.5)
    assert rmse(symh[:-lead] - symh[lead:]) == pytest.approx(persistence, abs=0.5)


@BOTH
@given(st.floats(-500, 50), st.floats(0, 30), st.floats(0, 50))
def test_two_half_hours_are_one_hour(model, dst, field, pressure):
    half = step_dst_nt(model, dst, field, pressure, hours=0.5)
    whole = step_dst_nt(model, dst, field, pressure)
    assert step_dst_nt(model, half, field, pressure, hours=0.5) == pytest.approx(
        whole, abs=1e-6
    )


@BOTH
@given(st.floats(-500, 50), st.floats(0, 29))
def test_a_stronger_field_deepens_the_storm(model, dst, field):
    fields = np.array([field, field + 1])
    assert np.diff(injection_nt_h(model, fields)) <= 0


@BOTH
def test_an_hour_without_wind_is_unknown_from_there_on(model):
    field = np.array([1.0, np.nan, 1.0])
    assert np.isnan(run_dst_nt(model, -20.0, field, np.full(4, 2.0))).tolist() == [
        False,
        True,
        True,
    ]


def restarted(dst, field, pressure, lead):
    """Return what is expected `lead` hours on from every hour, under the wind that came."""
    last = len(dst) - lead
    fields = np.stack([field[k : last + k] for k in range(lead)])
    pressures = np.stack([pressure[k : last + k] for k in range(lead + 1)])
    return run_dst_nt(OBRIEN_MCPHERRON_2000, dst[:-lead], fields, pressures)[-1]


def filled_wind(table):
    """Return southward field and pressure with gaps bridged, and which hours had none."""
    speed, bz, density = map(bridged, (table.speed_km_s, table.bz_gsm_nt, table.density_cm3))
    known = np.isfinite(table.speed_km_s + table.bz_gsm_nt + table.density_cm3)
    return southward_mv_m(speed, bz), pressure_npa(density, speed), known


def columns(body):
    found = {}
    for one in read_hourly(body):
        value = np.nan if one.value is None else one.value
        found.setdefault(one.quantity, []).append(value)
    return {name: np.array(values) for name, values in found.items()}


def bridged(values):
    known = np.isfinite(values)
    return np.interp(np.arange(len(values)), np.flatnonzero(known), values[known])


def rmse(missed):
    return float(np.sqrt(np.mean(missed**2)))
