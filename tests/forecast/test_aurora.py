"""The aurora as a forecast: ensembles, edges, who sees it, and what is missing."""

from datetime import UTC, datetime, timedelta

import numpy as np
import pytest

from stormcone.forecast.aurora import (
    WIND,
    aurora_step,
    drive_from_kp,
    drive_from_wind,
    magnetic_places,
)
from stormcone.forecast.hf_drivers import LEVELS, MEDIAN
from stormcone.forecast.outlook import Outlook
from stormcone.observation.feed import Provenance, Series
from stormcone.observation.tables import geomagnetic, ovation
from stormcone.reference.grid import global_grid
from stormcone.weather.aurora import oval

NOW = datetime(2024, 5, 10, 18, tzinfo=UTC)
GRID = global_grid()
STORMY = (3.0, -10.0, 8.0, 600.0)  # By, Bz, density, speed: Newell's Kp is 8.22


@pytest.fixture(scope="module")
def table(shared):
    return ovation(shared / "data/weather/ovation_prime_2013_premodel.npz")


@pytest.fixture(scope="module")
def storm():
    return step_of(kp=7.0)


def test_the_map_is_finite_everywhere_and_its_quantiles_rise(storm):
    values = storm.energy_flux.values
    assert values.shape == (len(LEVELS), *GRID.shape)
    assert np.isfinite(values).all()
    assert (np.diff(values, axis=0) >= 0).all()
    assert (values[:, 90] == 0).all()
    assert storm.energy_flux.says == ("fallback",)


def test_the_power_is_that_of_newell_and_rises_with_kp(storm):
    """authorities/geospace.md: 60.6 GW at Kp 7 in a wind of 400 km/s."""
    assert storm.power_gw.shape == (2, len(LEVELS))
    assert storm.power_gw[:, MEDIAN] == pytest.approx([60.6, 60.6], abs=0.5)
    assert (np.diff(storm.power_gw, axis=1) >= 0).all()
    assert (step_of(kp=4.0).power_gw[:, MEDIAN] < storm.power_gw[:, MEDIAN]).all()


def test_both_poles_have_an_oval(storm):
    median = storm.energy_flux.values[MEDIAN]
    assert median[:45].max() > 1
    assert median[-45:].max() > 1


def test_edges_lie_where_the_oval_begins(storm):
    qd_lat, mlt = magnetic_places(GRID, geomagnetic(), NOW)
    column = 200
    rows = np.flatnonzero(
        np.abs(qd_lat[:90, column]) >= oval(7, mlt[:90, column]).equatorward_deg
    )
    southmost = GRID.lat_deg[rows[-1]]
    assert southmost - 1 <= storm.edges.equatorward_deg[0, column] <= southmost


def test_edges_are_ordered_in_both_hemispheres(storm):
    north, south = (
        [one[half] for one in (storm.edges.visible_deg, storm.edges.equatorward_deg)]
        for half in (0, 1)
    )
    assert (north[0] > 0).all()
    assert (north[0] < north[1]).all()
    assert (south[1] < south[0]).all()
    assert (south[0] < 0).all()


def test_a_kp_of_9_is_seen_from_further_south_than_one_of_3():
    """By night over 12 E; on 10 May 2024, at Kp 9, all of Germany saw it."""
    night = NOW + timedelta(hours=4)
    storm, calm = (step_of(kp=kp, at=night).edges.visible_deg[0, 192] for kp in (9.0, 3.0))
    assert storm < 49
    assert calm > 55


def test_beyond_kp_7_the_spread_is_doubled():
    below, beyond = (step_of(kp=one, spread=0.2).power_gw[0] for one in (5.0, 7.5))
    assert np.ptp(beyond) == pytest.approx(2 * np.ptp(below), rel=0.05)


@pytest.mark.shared
def test_with_ovation_there_is_no_fallback_and_less_spread(table):
    ours, theirs = step_of(kp=5.0), step_of(kp=5.0, ovation=table)
    assert theirs.energy_flux.says == ()
    assert np.isfinite(theirs.energy_flux.values).all()
    relative = [np.ptp(one.power_gw[0]) / one.power_gw[0, MEDIAN] for one in (ours, theirs)]
    assert relative[1] < relative[0]


def test_an_hour_ahead_comes_from_the_wind():
    drive = drive_from_wind(wind(STORMY), NOW)
    assert drive.valid == NOW + timedelta(hours=1)
    assert np.median(drive.kp) == pytest.approx(8.22, abs=0.01)
    assert np.median(drive.power_gw) == pytest.approx(65.4, abs=0.1)
    assert (np.diff(drive.kp) >= 0).all()
    assert {one.quantity for one in drive.based_on} == set(WIND)


@pytest.mark.parametrize("lost", WIND)
def test_without_an_hour_of_wind_there_is_no_drive(lost):
    fed = wind(STORMY)
    assert drive_from_wind({k: v for k, v in fed.items() if k != lost}, NOW) is None
    assert drive_from_wind(fed, NOW + timedelta(minutes=30)) is None


def test_the_drive_of_a_kp_forecast_keeps_what_it_says():
    drive = drive_from_kp(outlook(2.0, says=("estimated",)), 0)
    step = aurora_step(drive, issued=NOW, grid=GRID, table=geomagnetic())
    assert step.energy_flux.says == ("estimated", "fallback")


def test_a_kp_that_is_not_known_gives_a_map_that_is_not():
    step = step_of(kp=np.nan)
    qd_lat, _ = magnetic_places(GRID, geomagnetic(), NOW)
    assert np.isnan(step.energy_flux.values[:, np.abs(qd_lat) > 50]).all()
    assert np.isnan(step.edges.equatorward_deg).all()


def step_of(kp, spread=0.5, at=NOW, ovation=None):
    drive = drive_from_kp(outlook(kp, spread, at), 0)
    return aurora_step(drive, issued=NOW, grid=GRID, table=geomagnetic(), ovation=ovation)


def outlook(kp, spread=0.5, at=NOW, says=()):
    steps = np.array([-1.64, -1.28, -0.67, 0, 0.67, 1.28, 1.64])
    return Outlook(
        quantity="kp",
        issued=NOW,
        valid=(at,),
        levels=LEVELS,
        values=np.clip(kp + spread * steps, 0, 9)[None],
        persistence=np.array([kp]),
        climatology=np.array([2.0]),
        says=says,
    )


def wind(values):
    """Six hours of one wind by the minute, until NOW."""
    at = np.datetime64(NOW.replace(tzinfo=None), "ms") - np.arange(1, 361)[
        ::-1
    ] * np.timedelta64(1, "m")
    return {
        name: Series(
            quantity=name,
            source="test",
            at=at,
            value=np.full(len(at), value),
            known=at + np.timedelta64(1, "m"),
            flags=np.zeros(len(at), np.uint16),
            provenance=(Provenance.OBSERVED,) * len(at),
        )
        for name, value in zip(WIND, values, strict=True)
    }
