"""The aurora: energy flux over the globe, its power, its edges, and who may see it (pure).

An ensemble of equally probable Kp (or of the coupling behind them) gives one map each; the
quantiles of a cell are those of its maps. One hour ahead the ensemble is about the wind at L1,
beyond that about the quantiles of a Kp forecast.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from functools import lru_cache
from statistics import NormalDist

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

from stormcone.forecast.field import Field, Source
from stormcone.forecast.hf_drivers import LEVELS
from stormcone.forecast.history import newest, steps
from stormcone.forecast.outlook import Outlook
from stormcone.forecast.wind import fresh
from stormcone.observation.feed import Series
from stormcone.reference.geomagnetic import (
    GeomagneticTable,
    magnetic_local_time_h,
    quasi_dipole,
)
from stormcone.reference.grid import Grid
from stormcone.weather import aurora
from stormcone.weather.aurora import OvationTable
from stormcone.weather.solar_wind import (
    HOURS_BACK,
    auroral_power_gw,
    coupling,
    coupling_of_kp,
    kp_estimate,
    power_of_kp_gw,
    viscous,
    weighted_coupling,
)

Floats = NDArray[np.float64]
MEMBER_LEVELS = np.arange(0.025, 1, 0.05)
DEVIATIONS = np.array([NormalDist().inv_cdf(level) for level in MEMBER_LEVELS])
WIND = ("by_gsm_nt", "bz_gsm_nt", "solar_wind_density_cm3", "solar_wind_speed_km_s")
WIND_KP_SPREAD = 0.77  # RMSE of Newell's Kp on means over three hours, OMNI 1998
FALLBACK_WIDENED = 1.5
EXTRAPOLATED_WIDENED = 2.0
FALLBACK = "fallback"
HOUR = timedelta(hours=1)


class AuroraDrive(Struct, frozen=True, eq=False, kw_only=True):
    """Equally probable Kp, rising, and the coupling and power of each, shape (member,)."""

    valid: datetime
    kp: Floats
    coupling: Floats
    power_gw: Floats
    based_on: tuple[Source, ...]
    says: tuple[str, ...] = ()


class Edges(Struct, frozen=True, eq=False, kw_only=True):
    """Latitudes at each longitude of the grid, north then south: shape (2, lon), degrees.

    `visible_deg` is as far as an aurora over the equatorward edge stands 5 degrees high, be it
    dark there or not. NaN where the oval has no edge.
    """

    equatorward_deg: Floats
    poleward_deg: Floats
    visible_deg: Floats


class AuroraStep(Struct, frozen=True, eq=False, kw_only=True):
    """The aurora at one time: `power_gw` at LEVELS, north then south, shape (2, level)."""

    energy_flux: Field
    power_gw: Floats
    edges: Edges


def drive_from_wind(series: Mapping[str, Series], now: datetime) -> AuroraDrive | None:
    """Return the drive of the next hour by the last four full hours of wind at L1.

    `series` holds WIND by quantity (field GSM, any cadence). None where an hour is missing or
    nothing became known in the last 15 minutes: take the drive from Kp then.
    """
    by, bz, density, speed = (
        steps(series.get(name), now, HOUR, HOURS_BACK + 1)[:-1] for name in WIND
    )
    rate = float(weighted_coupling(coupling(speed, by, bz)))
    term = float(weighted_coupling(viscous(density, speed)))
    if not (np.isfinite(rate + term) and fresh(series, WIND, now)):
        return None
    kp = np.clip(kp_estimate(rate, term) + WIND_KP_SPREAD * DEVIATIONS, 0, 9)
    change = coupling_of_kp(kp) - coupling_of_kp(kp_estimate(rate, term))
    rates = np.maximum(rate + change, 0)
    return AuroraDrive(
        valid=now + HOUR,
        kp=kp,
        coupling=rates,
        power_gw=auroral_power_gw(rates, term),
        based_on=tuple(one for name in WIND if (one := newest(series.get(name), now))),
    )


def drive_from_kp(kp: Outlook, index: int) -> AuroraDrive:
    """Return the drive of one time of a Kp forecast."""
    members = np.interp(MEMBER_LEVELS, kp.levels, kp.values[index])
    return AuroraDrive(
        valid=kp.valid[index],
        kp=members,
        coupling=coupling_of_kp(members),
        power_gw=power_of_kp_gw(members),
        based_on=kp.based_on,
        says=kp.says,
    )


def aurora_step(
    drive: AuroraDrive,
    *,
    issued: datetime,
    grid: Grid,
    table: GeomagneticTable,
    ovation: OvationTable | None = None,
) -> AuroraStep:
    """Return the aurora over a grid at the time of a drive.

    Parameters
    ----------
    drive
        Of `drive_from_wind` or `drive_from_kp`.
    grid
        Nodes, latitudes from north to south; its magnetic coordinates are kept.
    table
        Magnetic coordinates.
    ovation
        The tables of OVATION Prime 2013. Without them a smooth oval by Kp stands in, half as
        much again spread out (`fallback`).
    """
    kp = _widened(drive.kp, FALLBACK_WIDENED if ovation is None else 1.0)
    flux = _member_flux(drive, kp, ovation)
    qd_lat_deg, mlt_h = magnetic_places(grid, table, drive.valid)
    values = np.zeros((len(LEVELS), *grid.shape), np.float32)
    lowest = aurora.LATITUDE_DEG[0] - 0.5
    halves = qd_lat_deg >= lowest, qd_lat_deg <= -lowest
    for member_flux, here in zip(flux, halves, strict=True):
        maps = aurora.resampled(member_flux, qd_lat_deg[here], mlt_h[here])
        values[:, here] = _at_levels(maps)
    field = Field(
        quantity="auroral_energy_flux_erg_cm2_s",
        grid=grid,
        issued=issued,
        valid=drive.valid,
        levels=LEVELS,
        values=values,
        based_on=drive.based_on,
        says=(*drive.says, *(() if ovation is not None else (FALLBACK,))),
    )
    power = _at_levels(aurora.hemispheric_power_gw(np.stack(flux, axis=1))).T
    return AuroraStep(
        energy_flux=field,
        power_gw=power,
        edges=oval_edges(float(np.median(kp)), grid, qd_lat_deg, mlt_h),
    )


def oval_edges(kp: float, grid: Grid, qd_lat_deg: Floats, mlt_h: Floats) -> Edges:
    """Return where each meridian of a grid crosses the edges of the oval of a Kp."""
    oval = aurora.oval(kp, mlt_h)
    lowest = oval.equatorward_deg
    thresholds = (lowest, oval.poleward_deg, lowest - aurora.seen_from_deg())
    away = [np.abs(qd_lat_deg) - edge for edge in thresholds]
    halves = [(slice(None), qd_lat_deg >= 0), (slice(None, None, -1), qd_lat_deg < 0)]
    found = [
        np.stack(
            [
                _crossing(np.where(half, one, np.nan)[order], grid.lat_deg[order])
                for order, half in halves
            ]
        )
        for one in away
    ]
    return Edges(equatorward_deg=found[0], poleward_deg=found[1], visible_deg=found[2])


def magnetic_places(grid: Grid, table: GeomagneticTable, at: datetime) -> tuple[Floats, Floats]:
    """Return the magnetic latitude and local time of each node, shape (lat, lon)."""
    qd_lat_deg, qd_lon_deg = _quasi_dipole(grid, table)
    return qd_lat_deg, magnetic_local_time_h(qd_lon_deg, at)


@lru_cache(maxsize=4)
def _quasi_dipole(grid: Grid, table: GeomagneticTable) -> tuple[Floats, Floats]:
    return quasi_dipole(table, grid.lat_deg[:, None], grid.lon_deg[None, :])


def _widened(kp: Floats, factor: float) -> Floats:
    """Spread members about their median; twice as far where the oval is extrapolated."""
    median = np.median(kp)
    beyond = (kp > aurora.TRUSTED_KP) | (median > aurora.TRUSTED_KP)
    stretch = np.where(beyond, factor * EXTRAPOLATED_WIDENED, factor)
    return np.clip(median + stretch * (kp - median), 0, 9)


def _member_flux(
    drive: AuroraDrive, kp: Floats, ovation: OvationTable | None
) -> tuple[Floats, Floats]:
    """Return the maps of all members for north and south, shape (member, MLT, latitude)."""
    if ovation is not None:
        day = aurora.day_of_year(drive.valid)
        north, south = (
            np.stack(
                [aurora.ovation_flux(ovation, rate, day, south=half) for rate in drive.coupling]
            )
            for half in (False, True)
        )
        return north, south
    power = np.maximum(drive.power_gw + power_of_kp_gw(kp) - power_of_kp_gw(drive.kp), 0)
    both = np.stack([aurora.oval_flux(*member) for member in zip(kp, power, strict=True)])
    return both, both


def _at_levels(members: Floats) -> Floats:
    """Return quantiles at LEVELS, shape (level, ...), of members (member, ...)."""
    ranked = np.sort(members, axis=0)
    place = np.interp(LEVELS, MEMBER_LEVELS, np.arange(len(MEMBER_LEVELS)))
    below = place.astype(int)
    part = (place - below).reshape(-1, *(1,) * (members.ndim - 1))
    found: Floats = ranked[below] * (1 - part) + ranked[below + 1] * part
    return found


def _crossing(away_deg: Floats, lat_deg: Floats) -> Floats:
    """Return the latitude nearest the equator where rows from the pole turn from + to -.

    `away_deg` has the shape (lat, lon), NaN in the other half; where all of a column is inside,
    and where none is, there is no edge: NaN.
    """
    inside = away_deg >= 0
    last = len(lat_deg) - 1 - np.argmax(inside[::-1], axis=0)
    after = np.minimum(last + 1, len(lat_deg) - 1)
    column = np.arange(away_deg.shape[1])
    above, below = away_deg[last, column], away_deg[after, column]
    part = above / (above - below)
    found: Floats = lat_deg[last] + part * (lat_deg[after] - lat_deg[last])
    return np.where(inside.any(axis=0) & (after > last), found, np.nan)
