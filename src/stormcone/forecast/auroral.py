"""Auroral absorption of HF: Kp, the oval that goes with it, and an experimental map (pure)."""

from datetime import datetime

import numpy as np
from msgspec import Struct, structs
from numpy.typing import NDArray

from stormcone.forecast.aurora import magnetic_places
from stormcone.forecast.field import Field, Source, exceedance
from stormcone.forecast.hf_drivers import MEDIAN, kp_driver
from stormcone.forecast.outlook import Outlook
from stormcone.reference.geomagnetic import GeomagneticTable
from stormcone.reference.grid import Grid
from stormcone.weather.aurora import oval

ABSORPTION_PER_ROOT_FLUX_DB = 1.24  # unverified: puts 2 dB on the peak of our oval at Kp 8-
EXPERIMENTAL = "experimental"
NODES_AN_HOUR = 20  # an edge moves by less than 0.2 degrees between nodes
MLT_NODES_H = (np.arange(24 * NODES_AN_HOUR) + 0.5) / NODES_AN_HOUR


class AuroralStep(Struct, frozen=True, eq=False, kw_only=True):
    """Kp at one time, `kp` at `levels`, and the cells of the oval of its median.

    `mask` has the shape of the grid and is rounded outward by one step: the oval from edge to
    edge in both hemispheres, none where the median is NaN. It is drawn when it is asked for.
    """

    grid: Grid
    table: GeomagneticTable
    issued: datetime
    valid: datetime
    levels: tuple[float, ...]
    kp: NDArray[np.float64]
    based_on: tuple[Source, ...] = ()
    says: tuple[str, ...] = ()

    @property
    def mask(self) -> NDArray[np.bool_]:
        """Return the cells of the oval."""
        return oval_mask(self.median, self.valid, grid=self.grid, table=self.table)

    @property
    def median(self) -> float:
        """Return the Kp that is as probably exceeded as not."""
        return float(np.interp(0.5, self.levels, self.kp))

    def exceedance(self, kp: float) -> float:
        """Return the probability of that Kp or more; one level tells yes (1) from no (0)."""
        return float(exceedance(self.levels, self.kp, kp))


def auroral_now(
    kp: Source | None, *, now: datetime, grid: Grid, table: GeomagneticTable
) -> AuroralStep:
    """Return what the newest Kp brings now.

    Older than four hours it is persistence, and missing it is the climatology: `says` names it
    and its source is a stand-in, which must not open, raise or end an advisory.
    """
    driver = kp_driver(kp, None, now)
    median = driver.quantiles(now, now)[MEDIAN]
    return _step(
        (0.5,), np.array([median]), (now, now), grid, table, driver.based_on, driver.says
    )


def auroral_ahead(
    kp: Outlook, index: int, *, grid: Grid, table: GeomagneticTable
) -> AuroralStep:
    """Return what one time of a Kp forecast brings."""
    when = kp.issued, kp.valid[index]
    return _step(kp.levels, kp.values[index], when, grid, table, kp.based_on, kp.says)


def oval_mask(
    kp: float, at: datetime, *, grid: Grid, table: GeomagneticTable
) -> NDArray[np.bool_]:
    """Return the nodes between the edges of the oval of a Kp, or within one step of them."""
    qd_lat_deg, mlt_h = magnetic_places(grid, table, at)
    edges = oval(kp, MLT_NODES_H)
    node = (mlt_h * NODES_AN_HOUR).astype(np.intp) % len(MLT_NODES_H)
    step_deg = abs(grid.lat_deg[1] - grid.lat_deg[0])
    away_deg = np.abs(qd_lat_deg)
    mask: NDArray[np.bool_] = (away_deg >= (edges.equatorward_deg - step_deg)[node]) & (
        away_deg <= (edges.poleward_deg + step_deg)[node]
    )
    return mask


def absorption_30mhz(energy_flux: Field) -> Field:
    """Return the absorption at 30 MHz (dB) of an energy flux (erg cm⁻² s⁻¹): `experimental`.

    The root of the flux times a constant that nobody has measured.
    """
    return structs.replace(
        energy_flux,
        quantity="auroral_absorption_30mhz_db",
        values=ABSORPTION_PER_ROOT_FLUX_DB * np.sqrt(energy_flux.values),
        says=(*energy_flux.says, EXPERIMENTAL),
    )


def _step(
    levels: tuple[float, ...],
    kp: NDArray[np.float64],
    when: tuple[datetime, datetime],
    grid: Grid,
    table: GeomagneticTable,
    based_on: tuple[Source, ...],
    says: tuple[str, ...],
) -> AuroralStep:
    issued, valid = when
    return AuroralStep(
        grid=grid,
        table=table,
        issued=issued,
        valid=valid,
        levels=levels,
        kp=kp,
        based_on=based_on,
        says=says,
    )
