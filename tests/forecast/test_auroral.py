"""Kp and its oval, and the experimental map of absorption."""

from datetime import UTC, datetime, timedelta

import numpy as np
import pytest

from stormcone.forecast.aurora import aurora_step, drive_from_kp
from stormcone.forecast.auroral import (
    absorption_30mhz,
    auroral_ahead,
    auroral_now,
    oval_mask,
)
from stormcone.forecast.field import Source
from stormcone.forecast.hf_drivers import LEVELS, MEDIAN
from stormcone.forecast.outlook import Outlook
from stormcone.observation.feed import Provenance
from stormcone.observation.tables import geomagnetic
from stormcone.reference.grid import global_grid

NOW = datetime(2024, 5, 11, 3, tzinfo=UTC)
GRID = global_grid(5)
PLACE = {"grid": GRID, "table": geomagnetic()}


def test_probabilities_come_from_the_quantiles():
    step = auroral_ahead(outlook([4, 5, 7, 8, 8.5, 9, 9]), 0, **PLACE)
    assert step.median == 8
    assert step.exceedance(23 / 3 - 0.01) == pytest.approx(
        0.5 + 0.25 * (8 - 23 / 3 + 0.01), abs=1e-3
    )
    assert step.exceedance(9) < step.exceedance(8) == 0.5


def test_now_is_certain():
    step = auroral_now(kp_of(8.333), now=NOW, **PLACE)
    assert (step.exceedance(8), step.exceedance(9)) == (1, 0)
    assert step.says == ()
    assert step.valid == step.issued == NOW


def test_an_old_kp_is_persistence_and_none_is_climatology():
    old = auroral_now(kp_of(9.0, hours=8), now=NOW, **PLACE)
    none = auroral_now(None, now=NOW, **PLACE)
    assert old.based_on[0].provenance is Provenance.PERSISTENCE
    assert none.based_on[0].provenance is Provenance.FORECAST
    assert old.says == none.says == ("estimated",)


def test_the_area_lies_on_both_hemispheres_and_off_the_equator():
    mask = oval_mask(8.0, NOW, **PLACE)
    north, south = mask[GRID.lat_deg > 40], mask[GRID.lat_deg < -40]
    assert north.any(axis=0).all()
    assert south.any(axis=0).all()
    assert not mask[np.abs(GRID.lat_deg) < 35].any()


def test_the_area_of_a_higher_kp_reaches_further_to_the_equator():
    fine = {**PLACE, "grid": global_grid(1)}
    lower, higher = (oval_mask(kp, NOW, **fine) for kp in (7.667, 9.0))
    (first, *_), (last, *_) = (
        np.flatnonzero(one[:90].any(axis=1))[::-1] for one in (lower, higher)
    )
    assert last > first
    assert higher.sum() > lower.sum()


def test_the_area_holds_every_cell_that_the_oval_touches():
    """A cell reaches half a step from its node; the rounding is a whole one."""
    fine = global_grid(1)
    coarse = oval_mask(8.0, NOW, **PLACE)
    inside = oval_mask(8.0, NOW, grid=fine, table=geomagnetic())
    for row, column in np.argwhere(inside & (np.abs(fine.lat_deg) < 85)[:, None]):
        lat, lon = fine.lat_deg[row], fine.lon_deg[column]
        assert coarse[round((90 - lat) / 5), round((lon + 180) / 5) % 72]


def test_an_unknown_kp_has_no_area():
    step = auroral_ahead(outlook([np.nan] * 7), 0, **PLACE)
    assert np.isnan(step.median)
    assert not step.mask.any()


def test_absorption_is_experimental_and_2_db_at_kp_8_minus():
    """The constant puts ICAO's MODERATE of polar caps on the peak of our oval."""
    fine = global_grid()
    drive = drive_from_kp(outlook([23 / 3] * 7), 0)
    flux = aurora_step(drive, issued=NOW, grid=fine, table=geomagnetic()).energy_flux
    found = absorption_30mhz(flux)
    assert found.quantity == "auroral_absorption_30mhz_db"
    assert found.says[-1] == "experimental"
    assert found.values[MEDIAN].max() == pytest.approx(2.0, abs=0.05)
    assert (np.diff(found.values, axis=0) >= 0).all()


def outlook(values):
    return Outlook(
        quantity="kp",
        issued=NOW,
        valid=(NOW + timedelta(hours=3),),
        levels=LEVELS,
        values=np.array([values], float),
        persistence=np.array([2.0]),
        climatology=np.array([2.0]),
    )


def kp_of(value, hours=3):
    return Source(
        quantity="kp",
        value=value,
        at=NOW - timedelta(hours=hours),
        source="test",
        provenance=Provenance.OBSERVED,
    )
