"""Vertical total electron content in closed form: integrals of the layers, no grid of heights.

Each layer is an Epstein function of height times a taper, so that its integral is a function of
one number and stands in a table. `vertical_tec_tecu` takes profiles of any shape;
`vertical_tec_maps` goes from the maps of foF2 to TEC in one compiled loop and agrees with
`layers` followed by `vertical_tec_tecu` to 1e-5.

References
----------
.. [1] Nava et al. 2008, "A new version of the NeQuick ionosphere electron density model",
   J. Atmos. Sol.-Terr. Phys. 70 (the topside, g = 0.125, r = 100).
.. [2] Forsythe et al. 2024, "PyIRI", Space Weather 22 (the bottomside with its taper).
"""

import math
from collections.abc import Sequence
from functools import cache
from typing import Any

import numpy as np
from msgspec import Struct
from numba import njit
from numpy.typing import NDArray

from stormcone.weather.ionosphere import LEVELS_IG12, Geometry, Peak
from stormcone.weather.layers import (
    BELOW_KM,
    E_ABOVE_KM,
    E_BELOW_KM,
    E_PEAK_KM,
    LEAST_RATIO,
    PER_M3_MHZ2,
    Layers,
    e_sunlight,
    level,
)

TOP_KM = 20_200.0  # the orbit of GPS
TOPSIDE_GRADIENT, TOPSIDE_LIMIT = 0.125, 100.0
LEAST_F1_KM = 10.0  # half the height between E and F1 where that is not positive
_TECU = PER_M3_MHZ2 * 1e3 * 1e-16  # TECU per MHz^2 and km
_TOP_STEP, _TOP_LAST = 1.0, 2000
_BOTTOM_STEP, _BOTTOM_LAST = 0.02, 3000
_LIGHT_STEPS = 40_000  # of the cosine of the zenith angle, -1 to 1
_PER_MHZ, _FOF2_STEPS = 200, 8000  # to 40 MHz
_PER_M3000, _M3000_STEPS = 1000, 8000  # to 8

_LOOP: dict[str, Any] = {  # a third faster with divisions regrouped; NaN stays NaN
    "cache": True,
    "error_model": "numpy",
    "fastmath": {"arcp", "contract", "reassoc"},
}

_Array = NDArray[np.float64]
_Map = NDArray[np.float32]


class Tables(Struct, frozen=True, eq=False, kw_only=True):
    """Functions at equal steps: both integrals, the Sun on the E layer, powers of foF2, M."""

    top: _Array
    bottom: _Array
    light: _Array
    fof2_power: _Array
    m3000_power: _Array


@cache
def tables() -> Tables:
    """Return the tables of the integrals, made once (about 0.05 s)."""
    return Tables(
        top=_top(),
        bottom=_bottom(),
        light=e_sunlight(np.linspace(-1, 1, _LIGHT_STEPS + 1)),
        fof2_power=BELOW_KM * (np.arange(_FOF2_STEPS) / _PER_MHZ) ** 0.286,
        m3000_power=np.maximum(np.arange(_M3000_STEPS) / _PER_M3000, 0.5) ** -2.02,
    )


def vertical_tec_tecu(profile: Layers, top_km: float = TOP_KM) -> _Array:
    """Return the electron content from the ground to `top_km`, in TECU, shape of the layers.

    NaN in a layer gives NaN, but for the F1 layer, which is not always there.
    """
    n2, ne = profile.fof2_mhz**2, profile.foe_mhz**2
    height_km, n1 = _f1_km(profile), profile.fof1_mhz**2
    bottom = _bottom_at((profile.hmf2_km - E_PEAK_KM) / profile.below_km)
    plain = n2 * profile.below_km * bottom + _e_top(ne, profile.hmf2_km)
    half_km = np.where(height_km > E_PEAK_KM, (height_km - E_PEAK_KM) / 2, LEAST_F1_KM)
    above_f1 = 0.5 - 1 / (1 + np.exp((profile.hmf2_km - height_km) / profile.below_km))
    with_f1 = 4 * n2 * profile.below_km * above_f1 + _e_top(ne, height_km)
    with_f1 = with_f1 + n1 * half_km * _bottom_at((height_km - E_PEAK_KM) / half_km)
    place = np.arange(_TOP_LAST + 1) * _TOP_STEP
    top = np.interp((top_km - profile.hmf2_km) / profile.above_km, place, tables().top)
    outside = n2 * profile.above_km * top + 2 * ne * E_BELOW_KM
    total: _Array = (outside + np.where(np.isnan(height_km), plain, with_f1)) * _TECU
    return total


def vertical_tec_maps(
    places: Geometry,
    peaks: Peak,
    *,
    ig12: float,
    sun: _Array,
    season_of: Sequence[float],
    top_km: float = TOP_KM,
) -> _Map:
    """Return TEC in TECU, float32 (time, n), by the compiled loop.

    The arguments are those of `layers.layers`; NaN in a map gives NaN.
    """
    out = np.empty((len(sun), places.lat_deg.size), np.float32)
    _fill(
        (
            _map(places.zenith),
            _map(places.lat_deg),
            _map(places.modip_deg),
            _map(places.dip_lat_deg),
        ),
        (_map(peaks.fof2_mhz), _map(peaks.m3000)),
        (sun, np.asarray(season_of, float)),
        (ig12 / LEVELS_IG12[1], top_km),
        _solar(),
        (tables().top, tables().bottom, tables().light),
        (tables().fof2_power, tables().m3000_power),
        out,
    )
    return out


def _map(values: NDArray[np.floating]) -> _Map:
    return np.ascontiguousarray(values, np.float32)


def _f1_km(profile: Layers) -> _Array:
    """Return the height of the F1 peak, NaN where there is none."""
    ratio = 2 - 4 * (profile.fof2_mhz / profile.fof1_mhz) ** 2
    root = ratio**2 - 4
    x = (-ratio - np.sqrt(np.maximum(root, 0))) / 2
    there = (root >= 0) & (x > 0)
    height = profile.below_km * np.log(np.where(there, x, np.nan)) + profile.hmf2_km
    known: _Array = np.where(height > E_PEAK_KM, height, np.nan)
    return known


def _e_top(ne: _Array, to_km: _Array) -> _Array:
    content: _Array = ne * E_ABOVE_KM * _bottom_at((to_km - E_PEAK_KM) / E_ABOVE_KM)
    return content


def _bottom_at(s: _Array) -> _Array:
    place = np.arange(_BOTTOM_LAST + 1) * _BOTTOM_STEP
    return np.interp(s, place, tables().bottom)


def _top() -> _Array:
    """Integrate the topside's Epstein function, whose thickness grows with height."""
    x = np.linspace(0, _TOP_LAST, 200 * _TOP_LAST + 1)
    g, r = TOPSIDE_GRADIENT, TOPSIDE_LIMIT
    z = x / (1 + r * g * x / (r + g * x))
    return np.asarray(_running(_epstein(z), x[1])[::200])


def _bottom() -> _Array:
    """Integrate the Epstein function times 1 - (u / s)^4 from 0 to s."""
    u = np.linspace(0, _BOTTOM_STEP * _BOTTOM_LAST, 20 * _BOTTOM_LAST + 1)
    whole, tapered = _running(_epstein(u), u[1]), _running(u**4 * _epstein(u), u[1])
    s = np.maximum(u[::20], _BOTTOM_STEP / 100)
    return np.asarray(whole[::20] - tapered[::20] / s**4)


def _epstein(z: _Array) -> _Array:
    falling = np.exp(-z)
    value: _Array = 4 * falling / (1 + falling) ** 2
    return value


def _running(values: _Array, step: float) -> _Array:
    return np.concatenate([[0.0], np.cumsum((values[1:] + values[:-1]) / 2 * step)])


def _solar() -> _Array:
    """Sunspot number, root of F10.7, and what else depends on activity alone, (level, 6)."""
    rows = []
    for ig12 in LEVELS_IG12:
        sun = level(ig12)
        shift = 0.096 * (sun.r12 - 25) / 150
        growth = 0.0116 * math.exp(sun.r12 / 41.84) - 1.2
        rows.append((sun.r12, sun.root_f107, 0.00232 * sun.r12 + 0.222, growth, shift))
    return np.array(rows)


@njit(**_LOOP)
def _at(table: _Array, place: float) -> float:
    """Read a table linearly at a place counted in its steps, constant beyond its ends."""
    if math.isnan(place):
        return place
    place = min(max(place, 0.0), table.size - 1.0)
    index = min(int(place), table.size - 2)
    return float(table[index] + (table[index + 1] - table[index]) * (place - index))


@njit(**_LOOP)
def _thickness(fof2: float, height: float, below: float, r12: float) -> float:
    ratio = 3.22 - 0.0538 * fof2 - 0.00664 * height + 0.113 * height / below + 0.00257 * r12
    x = (ratio * below - 150) / 100
    return (100 * x + 150) / (0.041163 * x * x - 0.183981 * x + 1.424472)


@njit(**_LOOP)
def _fof1(cosine: float, dip: float, log_cosine: float, r12: float) -> float:
    """Overhead frequency times the cosine to its power."""
    quiet = 4.35 + 0.0058 * dip - 0.00012 * dip * dip
    active = 5.348 + 0.011 * dip - 0.00023 * dip * dip
    power = 0.093 + 0.0046 * dip - 5.4e-5 * dip * dip + 0.0003 * r12
    return (quiet + (active - quiet) * r12 / 100) * math.exp(power * log_cosine)


@njit(**_LOOP)
def _bottomside(
    f: tuple[float, float, float], below: float, height: float, bottom: _Array
) -> float:
    """Content between the peaks of E and F2; `f` are foF2, foE and foF1 (0: none)."""
    n2, ne, n1 = f[0] * f[0], f[1] * f[1], f[2] * f[2]
    if n1 > 0:
        ratio = 2 - 4 * n2 / n1
        root = ratio * ratio - 4
        x = (-ratio - math.sqrt(root)) / 2 if root >= 0 else -1.0
        f1 = below * math.log(x) + height if x > 0 else 0.0
        if f1 > E_PEAK_KM:
            half = (f1 - E_PEAK_KM) / 2
            content = 4 * n2 * below * (0.5 - 1 / (1 + math.exp((height - f1) / below)))
            content += n1 * half * _at(bottom, 2 / _BOTTOM_STEP)
            e_top = _at(bottom, (f1 - E_PEAK_KM) / (E_ABOVE_KM * _BOTTOM_STEP))
            return float(content + ne * E_ABOVE_KM * e_top)
    content = n2 * below * _at(bottom, (height - E_PEAK_KM) / (below * _BOTTOM_STEP))
    e_top = _at(bottom, (height - E_PEAK_KM) / (E_ABOVE_KM * _BOTTOM_STEP))
    return float(content + ne * E_ABOVE_KM * e_top)


@njit(**_LOOP)
def _fill(
    places: tuple[_Map, _Map, _Map, _Map],
    maps: tuple[_Map, _Map],
    sky: tuple[_Array, _Array],
    at: tuple[float, float],
    solar: _Array,
    table: tuple[_Array, _Array, _Array],
    powers: tuple[_Array, _Array],
    out: _Map,
) -> None:
    """Fill TEC for every time and place: layers at both levels, blended, integrated."""
    zenith, lat, modip, dip = places
    part, top_km = at
    top, bottom, light = table
    tilt = 0.019 * np.tanh(0.15 * np.radians(lat))
    field = np.exp(-((modip / 40) ** 2)) / 150
    for k in range(out.shape[0]):
        for i in range(lat.size):
            cosine = 0.0
            for axis in range(3):
                cosine += sky[0][k, axis] * zenith[axis, i]
            sunlit = _at(light, (cosine + 1) * (_LIGHT_STEPS / 2))
            strength = (1.112 - tilt[i] * sky[1][k]) ** 2 * sunlit
            share = min(3 * cosine - 1, 1.0)
            log_cosine = math.log(min(cosine, 1.0)) if share >= 0 else 0.0
            fof2 = height = below = above = foe = fof1 = 0.0
            for index in range(2):
                weight = part if index else 1 - part
                r12, root_f107, size, growth, shift = solar[index]
                f2, m3 = float(maps[0][k, index, i]), float(maps[1][k, index, i])
                fe = math.sqrt(0.49 + strength * root_f107)
                lift = size * (1 - r12 * field[i]) / (max(f2 / fe, LEAST_RATIO) + growth)
                h = 1490 / (m3 + lift + shift) - 176
                b = _at(powers[0], f2 * _PER_MHZ) * _at(powers[1], m3 * _PER_M3000)
                fof2 += weight * f2
                height += weight * h
                below += weight * b
                above += weight * _thickness(f2, h, b, r12)
                foe += weight * fe
                if share >= 0:
                    f1 = share * _fof1(cosine, dip[i], log_cosine, r12) + (1 - share) * fe
                    fof1 += weight * f1
            content = fof2 * fof2 * above * _at(top, (top_km - height) / above)
            content += 2 * foe * foe * E_BELOW_KM
            content += _bottomside((fof2, foe, fof1), below, height, bottom)
            out[k, i] = content * _TECU
