"""HF radio: which frequencies are lost where, now and ahead, and to which cause.

A field of seven quantiles over 24 hours for four quantities would be 175 MB of numbers that
hardly anybody looks at. So `HfFields` holds the medians, which are cheap, and the drivers,
which are small, and makes the quantiles of one step when it is asked for them.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from functools import lru_cache, partial

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

from stormcone.forecast.field import Field, Source
from stormcone.forecast.hf_drivers import (
    LEVELS,
    MEDIAN,
    KpDriver,
    ProtonDriver,
    XrayDriver,
    kp_driver,
    proton_driver,
    xray_driver,
)
from stormcone.observation.feed import Series
from stormcone.reference.grid import Grid
from stormcone.reference.sun import subsolar_point_deg
from stormcone.weather.absorption import overhead_frequency_mhz
from stormcone.weather.absorption_maps import (
    AbsorptionMaps,
    CutoffPair,
    Layers,
    PolarCap,
    absorption_maps,
    polar_cap,
)
from stormcone.weather.cutoff import CutoffGrid, kp_place, root_rigidity, storm_shift_deg


class HfInputs(Struct, frozen=True, eq=False, kw_only=True):
    """What HF absorption rests on; None and an empty mapping mean that a feed is missing.

    Series may reach beyond `now`: only samples known by then are used. `kp` has the quantity
    `kp` (three hours from `at`) or `kp_running` (an instant); `dst` is hourly, in nT.
    """

    xray: Series | None = None
    protons: Mapping[int, Series] = {}
    kp: Source | None = None
    dst: Source | None = None


class HfNow(Struct, frozen=True, eq=False, kw_only=True):
    """The median of this minute, float32 of shape (lat, lon)."""

    grid: Grid
    valid: datetime
    haf_mhz: NDArray[np.float32]
    xray_30mhz_db: NDArray[np.float32]
    polar_cap_30mhz_db: NDArray[np.float32]
    xray_based_on: tuple[Source, ...]
    polar_cap_based_on: tuple[Source, ...]
    says: tuple[str, ...]

    @property
    def absorption_30mhz_db(self) -> NDArray[np.float32]:
        """Absorption of both causes together."""
        return self.xray_30mhz_db + self.polar_cap_30mhz_db


class HfStep(Struct, frozen=True, eq=False, kw_only=True):
    """All quantiles of one step: frequency of 1 dB, and absorption at 30 MHz by cause.

    `xray_flux_w_m2` holds the flux behind them at the fields' levels, shape (level,).
    """

    haf_mhz: Field
    absorption_30mhz_db: Field
    xray_30mhz_db: Field
    polar_cap_30mhz_db: Field
    xray_flux_w_m2: NDArray[np.float64]


class _Drivers(Struct, frozen=True, eq=False):
    xray: XrayDriver
    protons: ProtonDriver
    kp: KpDriver

    @property
    def polar_cap_based_on(self) -> tuple[Source, ...]:
        return (*self.protons.based_on, *self.kp.based_on)

    @property
    def polar_cap_says(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys((*self.protons.says, *self.kp.says)))

    @property
    def based_on(self) -> tuple[Source, ...]:
        return (*self.xray.based_on, *self.polar_cap_based_on)

    @property
    def says(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys((*self.xray.says, *self.polar_cap_says)))


class HfFields(Struct, frozen=True, eq=False, kw_only=True):
    """A forecast: `median` holds one map per entry of `valid`, shape (step, lat, lon)."""

    grid: Grid
    issued: datetime
    valid: tuple[datetime, ...]
    median: AbsorptionMaps
    drivers: _Drivers
    cutoff: CutoffGrid

    def step(self, index: int) -> HfStep:
        """Return the fields of one step with all seven quantiles.

        The drivers' quantiles go together (the highest flux with the highest Kp): intervals
        come out rather too wide than too narrow, and the median is exact.
        """
        valid, drivers = self.valid[index], self.drivers
        maps = _quantile_maps(drivers, self.grid, self.cutoff, valid, self.issued)
        total_db = maps.xray_30mhz_db + maps.polar_cap_30mhz_db
        field = partial(Field, grid=self.grid, issued=self.issued, valid=valid, levels=LEVELS)
        both = partial(field, based_on=drivers.based_on, says=drivers.says)
        return HfStep(
            haf_mhz=both(quantity="haf_mhz", values=maps.haf_mhz),
            absorption_30mhz_db=both(quantity="absorption_30mhz_db", values=total_db),
            xray_30mhz_db=field(
                quantity="xray_absorption_30mhz_db",
                values=maps.xray_30mhz_db,
                based_on=drivers.xray.based_on,
                says=drivers.xray.says,
            ),
            polar_cap_30mhz_db=field(
                quantity="polar_cap_absorption_30mhz_db",
                values=maps.polar_cap_30mhz_db,
                based_on=drivers.polar_cap_based_on,
                says=drivers.polar_cap_says,
            ),
            xray_flux_w_m2=drivers.xray.quantiles_w_m2(valid, self.issued),
        )


def hf_now(inputs: HfInputs, *, now: datetime, grid: Grid, cutoff: CutoffGrid) -> HfNow:
    """Return the median maps of this minute from the newest samples that are known.

    What is missing or stale is a stand-in: `says` names it, and its Source has the provenance
    `persistence` or `forecast`. It may keep a thread alive and must not open, raise or end one.
    Hand in the same grid and cutoff each time: what is static of them is kept.
    """
    drivers = _drivers(inputs, now)
    maps = _median_maps(drivers, grid, cutoff, (now,), now)
    return HfNow(
        grid=grid,
        valid=now,
        haf_mhz=maps.haf_mhz[0],
        xray_30mhz_db=maps.xray_30mhz_db[0],
        polar_cap_30mhz_db=maps.polar_cap_30mhz_db[0],
        xray_based_on=drivers.xray.based_on,
        polar_cap_based_on=drivers.polar_cap_based_on,
        says=drivers.says,
    )


def hf_fields(
    inputs: HfInputs,
    *,
    now: datetime,
    grid: Grid,
    cutoff: CutoffGrid,
    hours_ahead: Sequence[float] = range(25),
) -> HfFields:
    """Return the forecast made at `now` for each lead: flares fade, protons and Kp persist.

    Raises
    ------
    ValueError
        If a lead is negative.
    """
    if any(hours < 0 for hours in hours_ahead):
        raise ValueError(f"leads {list(hours_ahead)} h reach back; expected 0 h or more")
    drivers = _drivers(inputs, now)
    valid = tuple(now + timedelta(hours=float(hours)) for hours in hours_ahead)
    return HfFields(
        grid=grid,
        issued=now,
        valid=valid,
        median=_median_maps(drivers, grid, cutoff, valid, now),
        drivers=drivers,
        cutoff=cutoff,
    )


def _drivers(inputs: HfInputs, now: datetime) -> _Drivers:
    return _Drivers(
        xray=xray_driver(inputs.xray, now),
        protons=proton_driver(inputs.protons, now),
        kp=kp_driver(inputs.kp, inputs.dst, now),
    )


def _median_maps(
    drivers: _Drivers,
    grid: Grid,
    cutoff: CutoffGrid,
    valid: Sequence[datetime],
    now: datetime,
) -> AbsorptionMaps:
    """One map per time; the median of Kp persists, so one polar cap serves them all."""
    kp = float(drivers.kp.quantiles(now, now)[MEDIAN])
    cap = _polar_cap(drivers, grid, cutoff, kp, MEDIAN)
    flux = np.array([drivers.xray.quantiles_w_m2(at, now)[MEDIAN] for at in valid])
    scale = np.array([drivers.protons.scale(at, now)[MEDIAN] for at in valid])
    return absorption_maps(grid, _layers(valid, flux, scale), cap)


def _quantile_maps(
    drivers: _Drivers, grid: Grid, cutoff: CutoffGrid, valid: datetime, now: datetime
) -> AbsorptionMaps:
    """One map per level; each level has its own Kp and spectrum, hence its own polar cap."""
    flux = drivers.xray.quantiles_w_m2(valid, now)
    scale = drivers.protons.scale(valid, now)
    layers = []
    for level, kp in enumerate(drivers.kp.quantiles(valid, now)):
        cap = _polar_cap(drivers, grid, cutoff, float(kp), level)
        one = slice(level, level + 1)
        layers.append(absorption_maps(grid, _layers((valid,), flux[one], scale[one]), cap))
    return AbsorptionMaps(
        haf_mhz=np.concatenate([maps.haf_mhz for maps in layers]),
        xray_30mhz_db=np.concatenate([maps.xray_30mhz_db for maps in layers]),
        polar_cap_30mhz_db=np.concatenate([maps.polar_cap_30mhz_db for maps in layers]),
    )


def _layers(
    valid: Sequence[datetime], flux_w_m2: NDArray[np.float64], scale: NDArray[np.float64]
) -> Layers:
    sun = np.array([subsolar_point_deg(at) for at in valid])
    return Layers(
        sun_lat_deg=sun[:, 0],
        sun_lon_deg=sun[:, 1],
        overhead_mhz=overhead_frequency_mhz(flux_w_m2),
        scale=scale,
    )


def _polar_cap(
    drivers: _Drivers, grid: Grid, cutoff: CutoffGrid, kp: float, level: int
) -> PolarCap | None:
    shape = drivers.protons.spectrum(level)
    if shape is None:
        return None
    roots = _roots(cutoff, grid, round(storm_shift_deg(kp, drivers.kp.dst_nt), 2))
    below, part = kp_place(cutoff, kp)
    return polar_cap(CutoffPair(low=roots[below], high=roots[below + 1], part=part), shape)


@lru_cache(maxsize=8)
def _roots(cutoff: CutoffGrid, grid: Grid, shift_deg: float) -> NDArray[np.float32]:
    """Roots of the cutoff over the grid, shape (Kp, lat, lon): static but for Dst's shift."""
    lat_deg, lon_deg = grid.lat_deg[:, None], grid.lon_deg[None, :]
    return root_rigidity(cutoff, lat_deg, lon_deg, shift_deg=shift_deg).astype(np.float32)
