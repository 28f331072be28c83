"""Absorption over a whole grid: compiled loops, and the same in NumPy as their oracle.

Everything that depends on a place is a row, a column or a static cutoff; everything that
depends on the hour is a handful of numbers. `absorption_maps` and `numpy_maps` take the same
arguments and agree to 1e-5.
"""

import math

import numpy as np
from msgspec import Struct
from numba import njit
from numpy.typing import NDArray

from stormcone.reference.grid import Grid
from stormcone.weather import absorption
from stormcone.weather.absorption import (
    DAY_DB,
    DAY_MEV,
    DAY_ZENITH_DEG,
    NIGHT_DB,
    NIGHT_MEV,
    NIGHT_ZENITH_DEG,
    REFERENCE_MHZ,
    Spectrum,
)
from stormcone.weather.cutoff import PROTON_MASS_GV, energy_mev

_Pair = tuple[NDArray[np.float32], NDArray[np.float32]]
_Rows = tuple[NDArray[np.float32], NDArray[np.float32], NDArray[np.float32]]
_Curve = tuple[NDArray[np.float64], NDArray[np.float64]]
_Place = tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]]
_TWO_THIRDS = np.float32(2 / 3)  # single precision halves the cost: design/hf_kernel.py
_LN_DAY, _LN_NIGHT = math.log(DAY_MEV), math.log(NIGHT_MEV)
_DAY_COS = math.cos(math.radians(DAY_ZENITH_DEG))
_TWILIGHT_DEG = NIGHT_ZENITH_DEG - DAY_ZENITH_DEG


class CutoffPair(Struct, frozen=True, eq=False, kw_only=True):
    """Roots of the cutoff (GV) at two values of Kp, shape (lat, lon), and the part between."""

    low: NDArray[np.float32]
    high: NDArray[np.float32]
    part: float


class PolarCap(Struct, frozen=True, eq=False, kw_only=True):
    """Absorption at 30 MHz by full day and by full night over a grid, shape (lat, lon)."""

    day_db: NDArray[np.float32]
    night_db: NDArray[np.float32]


class Layers(Struct, frozen=True, eq=False, kw_only=True):
    """The few numbers that drive each map; arrays of one length (map,).

    `scale` multiplies the polar-cap absorption: the root of how far all proton channels have
    fallen; 0 leaves the polar cap out.
    """

    sun_lat_deg: NDArray[np.float64]
    sun_lon_deg: NDArray[np.float64]
    overhead_mhz: NDArray[np.float64]
    scale: NDArray[np.float64]


class AbsorptionMaps(Struct, frozen=True, eq=False, kw_only=True):
    """Frequency of 1 dB and the absorption of each cause at 30 MHz, shape (map, lat, lon)."""

    haf_mhz: NDArray[np.float32]
    xray_30mhz_db: NDArray[np.float32]
    polar_cap_30mhz_db: NDArray[np.float32]


_NO_CAP = PolarCap(day_db=np.zeros((1, 1), np.float32), night_db=np.zeros((1, 1), np.float32))


def polar_cap(pair: CutoffPair, shape: Spectrum) -> PolarCap:
    """Return the polar-cap absorption that a proton spectrum brings to every cell."""
    day, night = np.empty_like(pair.low), np.empty_like(pair.low)
    _fill_polar_cap(
        (pair.low.ravel(), pair.high.ravel()),
        pair.part,
        (shape.ln_energy, shape.ln_flux),
        (shape.low_slope, shape.high_slope),
        (day.ravel(), night.ravel()),
    )
    return PolarCap(day_db=day, night_db=night)


def absorption_maps(grid: Grid, layers: Layers, cap: PolarCap | None) -> AbsorptionMaps:
    """Return one map of each quantity per layer; a NaN driver gives NaN where it matters."""
    maps = _empty(len(layers.scale), grid)
    lat = np.radians(grid.lat_deg)
    scale = np.zeros_like(layers.scale) if cap is None else layers.scale
    cap = cap or _NO_CAP
    _fill_maps(
        (np.sin(lat), np.cos(lat), np.radians(grid.lon_deg)),
        (np.radians(layers.sun_lat_deg), np.radians(layers.sun_lon_deg)),
        (layers.overhead_mhz, scale),
        (cap.day_db, cap.night_db),
        (maps.haf_mhz, maps.xray_30mhz_db, maps.polar_cap_30mhz_db),
    )
    return maps


def numpy_polar_cap(pair: CutoffPair, shape: Spectrum) -> PolarCap:
    """Return what `polar_cap` returns, by the plain formulas."""
    root = np.asarray(pair.low, float) * (1 - pair.part) + np.asarray(pair.high) * pair.part
    day, night = absorption.day_and_night_db(energy_mev(root**2), shape)
    return PolarCap(day_db=day.astype(np.float32), night_db=night.astype(np.float32))


def numpy_maps(grid: Grid, layers: Layers, cap: PolarCap | None) -> AbsorptionMaps:
    """Return what `absorption_maps` returns, by the plain formulas."""
    maps = _empty(len(layers.scale), grid)
    lat, lon = np.radians(grid.lat_deg)[:, None], np.radians(grid.lon_deg)
    for k, sun_lat in enumerate(np.radians(layers.sun_lat_deg)):
        hour = lon - np.radians(layers.sun_lon_deg[k])
        cosine = np.sin(lat) * np.sin(sun_lat) + np.cos(lat) * np.cos(sun_lat) * np.cos(hour)
        sunlight = np.maximum(cosine, 0)
        haf_mhz = np.where(sunlight > 0, layers.overhead_mhz[k] * sunlight**0.75, 0)
        xray_db = absorption.absorption_db(haf_mhz, REFERENCE_MHZ)
        cap_db = _numpy_cap(cosine, cap) * layers.scale[k]
        maps.haf_mhz[k] = absorption.affected_frequency_mhz(xray_db + cap_db)
        maps.xray_30mhz_db[k], maps.polar_cap_30mhz_db[k] = xray_db, cap_db
    return maps


def _numpy_cap(cosine: NDArray[np.float64], cap: PolarCap | None) -> NDArray[np.float64]:
    if cap is None:
        return np.zeros_like(cosine)
    day = absorption.daylight(np.degrees(np.arccos(np.clip(cosine, -1, 1))))
    mixed: NDArray[np.float64] = day * cap.day_db + (1 - day) * cap.night_db
    return mixed


def _empty(maps: int, grid: Grid) -> AbsorptionMaps:
    shape = (maps, *grid.shape)
    return AbsorptionMaps(
        haf_mhz=np.empty(shape, np.float32),
        xray_30mhz_db=np.empty(shape, np.float32),
        polar_cap_30mhz_db=np.empty(shape, np.float32),
    )


@njit(cache=True, error_model="numpy")
def _ln_flux(
    x: float,
    ln_energy: NDArray[np.float64],
    ln_flux: NDArray[np.float64],
    slopes: tuple[float, float],
) -> float:
    last = ln_energy.size - 1
    if x <= ln_energy[0]:
        return float(ln_flux[0] + (x - ln_energy[0]) * slopes[0])
    for i in range(last):
        if x <= ln_energy[i + 1]:
            part = (x - ln_energy[i]) / (ln_energy[i + 1] - ln_energy[i])
            return float(ln_flux[i] + part * (ln_flux[i + 1] - ln_flux[i]))
    return float(ln_flux[last] + (x - ln_energy[last]) * slopes[1])


@njit(cache=True, error_model="numpy")
def _fill_polar_cap(
    roots: _Pair, part: float, spectrum: _Curve, slopes: tuple[float, float], out: _Pair
) -> None:
    """Fill (day, night) for every cell; the arrays are flat."""
    ln_energy, ln_flux = spectrum
    root_day = math.exp(_ln_flux(_LN_DAY, ln_energy, ln_flux, slopes) / 2)
    root_night = math.exp(_ln_flux(_LN_NIGHT, ln_energy, ln_flux, slopes) / 2)
    low, high = roots
    day, night = out
    for i in range(low.size):
        rigidity = (low[i] * (1 - part) + high[i] * part) ** 2
        energy = 1e3 * (math.sqrt(rigidity * rigidity + PROTON_MASS_GV**2) - PROTON_MASS_GV)
        root = 0.0
        if energy > NIGHT_MEV:
            root = math.exp(_ln_flux(math.log(energy), ln_energy, ln_flux, slopes) / 2)
        day[i] = DAY_DB * (root if energy > DAY_MEV else root_day)
        night[i] = NIGHT_DB * (root if energy > NIGHT_MEV else root_night)


@njit(cache=True, error_model="numpy")
def _fill_xray(cosine: NDArray[np.float64], overhead_mhz: float, out: _Rows) -> None:
    """Fill one row; without a branch, so that it is compiled to vector instructions."""
    haf_mhz, xray_db, cap_db = out
    for j in range(cosine.size):
        root = math.sqrt(max(cosine[j], 0.0))
        frequency = overhead_mhz * root * math.sqrt(root) if cosine[j] > 0 else 0.0
        ratio = frequency * (1 / REFERENCE_MHZ)
        haf_mhz[j], xray_db[j], cap_db[j] = frequency, ratio * math.sqrt(ratio), 0


@njit(cache=True, error_model="numpy")
def _add_polar_cap(cosine: NDArray[np.float64], scale: float, cap: _Pair, out: _Rows) -> None:
    """Add the protons' absorption to one row that `_fill_xray` has filled."""
    day_db, night_db = cap
    haf_mhz, xray_db, cap_db = out
    for j in range(cosine.size):
        if cosine[j] >= _DAY_COS:
            added_db = scale * day_db[j]
        elif cosine[j] <= -_DAY_COS:
            added_db = scale * night_db[j]
        else:
            day = (NIGHT_ZENITH_DEG - math.degrees(math.acos(cosine[j]))) / _TWILIGHT_DEG
            added_db = scale * (day * day_db[j] + (1 - day) * night_db[j])
        cap_db[j] = added_db
        haf_mhz[j] = REFERENCE_MHZ * np.float32(xray_db[j] + added_db) ** _TWO_THIRDS


@njit(cache=True, error_model="numpy")
def _fill_maps(place: _Place, sun: _Curve, drivers: _Curve, cap: _Pair, out: _Rows) -> None:
    """Fill every layer: `place` in sines, cosines and radians, `sun` in radians."""
    sin_lat, cos_lat, lon = place
    overhead_mhz, scale = drivers
    for k in range(scale.size):
        hour = np.cos(lon - sun[1][k])
        for i in range(sin_lat.size):
            cosine = sin_lat[i] * math.sin(sun[0][k]) + cos_lat[i] * math.cos(sun[0][k]) * hour
            row = (out[0][k, i], out[1][k, i], out[2][k, i])
            _fill_xray(cosine, overhead_mhz[k], row)
            if scale[k] != 0:
                _add_polar_cap(cosine, scale[k], (cap[0][i], cap[1][i]), row)
