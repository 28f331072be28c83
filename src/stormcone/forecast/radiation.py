"""Dose at flight levels, now and ahead: cosmic rays persist, solar protons fade.

Dose depends on a place by its cutoff alone. So the fifty members of the ensemble meet in a
table by flight level and cutoff, and a map is made of it only when somebody asks for one.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from functools import lru_cache
from statistics import NormalDist

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

from stormcone.forecast.field import Field, Source
from stormcone.forecast.hf_drivers import DEVIATIONS, LEVELS, MEDIAN, KpDriver, kp_driver
from stormcone.forecast.radiation_drivers import (
    PhiDriver,
    SolarDriver,
    phi_driver,
    solar_driver,
)
from stormcone.observation.feed import Series
from stormcone.reference.grid import Grid
from stormcone.weather.cutoff import DOSE_SHIFT_DEG, CutoffGrid, grid_rigidity_gv
from stormcone.weather.dose_maps import cutoff_index, dose_maps, gcr_table, sep_table
from stormcone.weather.solar_protons import FLIGHT_LEVELS

DOSE_RATE = "dose_rate_usv_h"
MEMBERS = 50
CUTOFF_SPREAD_GV = 0.1
CUTOFF_GV_PER_KP = -0.058  # mean of the cutoff table where 0.5 to 3 GV, Kp 1 to 7


class RadiationInputs(Struct, frozen=True, eq=False, kw_only=True):
    """What dose rests on; None and empty mappings mean that a feed is missing.

    Series may reach beyond `now`: only samples known by then are used. `protons` are GOES'
    integral channels by MeV; only those above 50 MeV are looked at, and none counts without
    the one above 100 MeV. `monitors` are the counts of neutron monitors by station, of the
    last day. `bounds` are upper bounds of channels that are not fed (MeV: pfu), to be handed
    in while they hold. `phi` is the modulation potential in GV, `kp` and `dst` as in HfInputs.
    """

    protons: Mapping[int, Series] = {}
    monitors: Mapping[str, Series] = {}
    bounds: Mapping[int, Source] = {}
    phi: Source | None = None
    kp: Source | None = None
    dst: Source | None = None


class RadiationNow(Struct, frozen=True, eq=False, kw_only=True):
    """Dose of this minute: one quantile, the middle of the drivers.

    `solar_usv_h` is the part of solar protons, float32 (flight level, lat, lon);
    `solar_based_on` says what that part rests on.
    """

    dose_rate: Field
    solar_usv_h: NDArray[np.float32]
    solar_based_on: tuple[Source, ...]


class _Drivers(Struct, frozen=True, eq=False):
    solar: SolarDriver
    phi: PhiDriver
    kp: KpDriver

    @property
    def based_on(self) -> tuple[Source, ...]:
        return (*self.solar.based_on, *self.phi.based_on, *self.kp.based_on)

    @property
    def says(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys((*self.solar.says, *self.phi.says, *self.kp.says)))


class RadiationFields(Struct, frozen=True, eq=False, kw_only=True):
    """A forecast, one step per entry of `valid`.

    `deviations` (member, 5) are those of amplitude, index and fading of the solar protons, of
    the modulation potential, and of the cutoff.
    """

    grid: Grid
    issued: datetime
    valid: tuple[datetime, ...]
    drivers: _Drivers
    column: NDArray[np.intp]
    deviations: NDArray[np.float64]

    def step(self, index: int) -> Field:
        """Return the dose of one step with all seven quantiles of the ensemble."""
        table = _quantile_table(self.drivers, self.deviations, self.valid[index], self.issued)
        return _field(
            self.drivers,
            self.grid,
            dose_maps(table, self.column),
            self.valid[index],
            self.issued,
        )

    def middle(self, index: int) -> NDArray[np.float32]:
        """Return the dose of one step without the ensemble, (flight level, lat, lon).

        It is the middle of the drivers: within about a tenth of the ensemble's median, at a
        fortieth of the cost.
        """
        cosmic, solar = _central_tables(self.drivers, self.valid[index], self.issued)
        return dose_maps(cosmic + solar, self.column)


def radiation_now(
    inputs: RadiationInputs, *, now: datetime, grid: Grid, cutoff: CutoffGrid
) -> RadiationNow:
    """Return the dose of this minute at eight flight levels, from the newest that is known.

    Where neither neutron monitors nor the protons above 100 MeV (or a bound of them) are fed,
    the map is that of cosmic rays, `says` names what is missing, and `solar_based_on` is a
    stand-in: nothing may be opened, raised or ended on it.
    """
    drivers = _drivers(inputs, now)
    column = _column(cutoff, grid, drivers.kp, now)
    cosmic, solar = _central_tables(drivers, now, now)
    maps = dose_maps(np.stack([cosmic + solar, solar]), column)
    return RadiationNow(
        dose_rate=_field(drivers, grid, maps[:1], now, now),
        solar_usv_h=maps[1],
        solar_based_on=drivers.solar.based_on,
    )


def radiation_fields(
    inputs: RadiationInputs,
    *,
    now: datetime,
    grid: Grid,
    cutoff: CutoffGrid,
    rng: np.random.Generator,
    hours_ahead: Sequence[float] = range(26),
) -> RadiationFields:
    """Return the forecast made at `now` for each lead.

    Solar protons fade with 12 hours and a growing spread, cosmic rays and Kp persist. An event
    that has not begun is not foreseen here.

    Raises
    ------
    ValueError
        If a lead is negative.
    """
    if any(hours < 0 for hours in hours_ahead):
        raise ValueError(f"leads {list(hours_ahead)} h reach back; expected 0 h or more")
    drivers = _drivers(inputs, now)
    return RadiationFields(
        grid=grid,
        issued=now,
        valid=tuple(now + timedelta(hours=float(hours)) for hours in hours_ahead),
        drivers=drivers,
        column=_column(cutoff, grid, drivers.kp, now),
        deviations=stratified_deviations(rng, MEMBERS, 5),
    )


def stratified_deviations(
    rng: np.random.Generator, members: int, columns: int
) -> NDArray[np.float64]:
    """Return standard normal deviations (member, column): in each column every stratum once.

    A Latin hypercube: the median of fifty members is then as good as that of many more.
    """
    normal = NormalDist()
    strata = np.array([normal.inv_cdf((i + 0.5) / members) for i in range(members)])
    return np.stack([rng.permutation(strata) for _ in range(columns)], axis=1)


def _drivers(inputs: RadiationInputs, now: datetime) -> _Drivers:
    phi = phi_driver(inputs.phi, inputs.monitors, now)
    return _Drivers(
        solar=solar_driver(inputs.protons, inputs.monitors, inputs.bounds, phi.phi_gv, now),
        phi=phi,
        kp=kp_driver(inputs.kp, inputs.dst, now),
    )


def _column(cutoff: CutoffGrid, grid: Grid, kp: KpDriver, now: datetime) -> NDArray[np.intp]:
    """Return the column of each cell at the median of Kp, which persists."""
    median = float(kp.quantiles(now, now)[MEDIAN])
    dst_nt = None if kp.dst_nt is None else round(kp.dst_nt)
    return _columns(cutoff, grid, round(median, 2), dst_nt)


@lru_cache(maxsize=8)
def _columns(
    cutoff: CutoffGrid, grid: Grid, kp: float, dst_nt: float | None
) -> NDArray[np.intp]:
    rigidity = grid_rigidity_gv(
        cutoff,
        kp,
        grid.lat_deg[:, None],
        grid.lon_deg[None, :],
        dst_nt=dst_nt,
        greatest_shift_deg=DOSE_SHIFT_DEG,
    )
    return cutoff_index(rigidity)


def _central_tables(
    drivers: _Drivers, valid: datetime, now: datetime
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return the doses of cosmic rays and of solar protons, shape (flight level, column)."""
    solar = drivers.solar.central(valid, now)
    return gcr_table(drivers.phi.phi_gv), sep_table(solar)


def _quantile_table(
    drivers: _Drivers, deviations: NDArray[np.float64], valid: datetime, now: datetime
) -> NDArray[np.float32]:
    """Return the quantiles of the members at LEVELS, shape (level, flight level, column)."""
    kp = drivers.kp.quantiles(valid, now)
    stirred = np.interp(deviations[::-1, 4], DEVIATIONS, kp) - kp[MEDIAN]
    shifts = CUTOFF_SPREAD_GV * deviations[:, 4] + CUTOFF_GV_PER_KP * stirred
    members = zip(
        drivers.solar.members(deviations[:, :3], valid, now),
        drivers.phi.members(deviations[:, 3]),
        shifts,
        strict=True,
    )
    doses = np.stack(
        [gcr_table(phi, shift) + sep_table(solar, shift) for solar, phi, shift in members]
    )
    return np.quantile(doses.astype(np.float32), LEVELS, axis=0).astype(np.float32)


def _field(
    drivers: _Drivers,
    grid: Grid,
    values: NDArray[np.float32],
    valid: datetime,
    now: datetime,
) -> Field:
    return Field(
        quantity=DOSE_RATE,
        grid=grid,
        issued=now,
        valid=valid,
        level_fl=FLIGHT_LEVELS,
        levels=LEVELS if len(values) == len(LEVELS) else (0.5,),
        values=values,
        based_on=drivers.based_on,
        says=drivers.says,
    )
