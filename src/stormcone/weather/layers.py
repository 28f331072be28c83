"""The layers from 100 km to the plasmasphere: heights and thicknesses from the F2 maps.

Densities follow N = 1.24e10 f^2 (f in MHz, N per cubic metre). Every quantity is made at the
two levels of activity of the maps and then taken linearly in IG12. `vertical_tec_maps` of
`weather.tec` does the same in a compiled loop; this is its oracle, and serves single places.

References
----------
.. [1] Forsythe et al. 2024, "PyIRI: Whole-globe approach to the IRI", Space Weather 22,
   whose formulas those of IRI and NeQuick are; the F1 layer is scaled without its maximum.
"""

import math
from collections.abc import Sequence
from datetime import datetime

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

from stormcone.reference.sun import subsolar_point_deg
from stormcone.weather.ionosphere import (
    LEVELS_IG12,
    Geometry,
    Peak,
    f107_of_r12,
    r12_of_ig12,
    season,
)

PER_M3_MHZ2 = 1.24e10
E_PEAK_KM, E_BELOW_KM, E_ABOVE_KM = 110.0, 5.0, 7.0
BELOW_KM = 3.85e-10 * PER_M3_MHZ2 * math.exp(3.467)  # at foF2 and M(3000)F2 of 1
LEAST_RATIO = 1.7  # of foF2 to foE in the height of the F2 peak
F1_PART = 1 / 3  # cosine of the zenith angle from which on there is an F1 layer


class Layers(Struct, frozen=True, eq=False, kw_only=True):
    """Profiles; all arrays of one shape, NaN in `fof1_mhz` where there is no F1 layer."""

    fof2_mhz: NDArray[np.float64]
    m3000: NDArray[np.float64]
    hmf2_km: NDArray[np.float64]
    below_km: NDArray[np.float64]
    above_km: NDArray[np.float64]
    foe_mhz: NDArray[np.float64]
    fof1_mhz: NDArray[np.float64]


class Level(Struct, frozen=True, kw_only=True):
    """The solar numbers of one set of coefficients."""

    r12: float
    root_f107: float


def level(ig12: float) -> Level:
    """Return the solar numbers that belong to a level of activity."""
    r12 = r12_of_ig12(ig12)
    return Level(r12=r12, root_f107=float(np.sqrt(f107_of_r12(r12))))


def sun_vectors(times: Sequence[datetime]) -> NDArray[np.float64]:
    """Return the direction of the Sun at each time as a unit vector, shape (time, 3)."""
    lat, lon = np.radians([subsolar_point_deg(at) for at in times]).reshape(-1, 2).T
    return np.stack([np.cos(lat) * np.cos(lon), np.cos(lat) * np.sin(lon), np.sin(lat)], 1)


def layers(
    places: Geometry,
    peaks: Peak,
    *,
    ig12: float,
    sun: NDArray[np.float64],
    season_of: Sequence[float],
) -> Layers:
    """Return the profiles of (time, place).

    Parameters
    ----------
    peaks
        Maps at both levels, shape (time, 2, n).
    sun
        Unit vectors towards the Sun, shape (time, 3); see `sun_vectors`.
    season_of
        The E layer's season at each time, -1 to 1; see `ionosphere.season`.
    """
    cosine = np.clip(sun @ places.zenith.astype(float), -1, 1)
    slope = np.asarray(season_of, float)[:, None] * np.tanh(0.15 * np.radians(places.lat_deg))
    low, high = (_at_level(places, peaks, k, cosine, slope) for k in range(len(LEVELS_IG12)))
    part = ig12 / LEVELS_IG12[1]
    return Layers(**{name: low[name] + (high[name] - low[name]) * part for name in low})


def layers_at(places: Geometry, peaks: Peak, times: Sequence[datetime], ig12: float) -> Layers:
    """Return the profiles of (time, place) with the Sun and the season of those times."""
    return layers(
        places, peaks, ig12=ig12, sun=sun_vectors(times), season_of=[season(t) for t in times]
    )


def e_sunlight(cosine: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return what the Sun does to the E layer: cosine of the effective zenith angle, ^0.6.

    The effective angle is the true one by day and lingers short of 90 degrees by night.
    """
    zenith_deg = np.degrees(np.arccos(np.clip(cosine, -1, 1)))
    night = np.exp(np.clip(12 * (zenith_deg - 86.23292796211615), -80, 80))
    lingering_deg = 90 - 0.24 * np.exp(np.clip(20 - 0.2 * zenith_deg, -80, 80))
    effective_deg = (lingering_deg * night + zenith_deg) / (night + 1)
    light: NDArray[np.float64] = np.maximum(np.cos(np.radians(effective_deg)), 0) ** 0.6
    return light


def _at_level(
    places: Geometry,
    peaks: Peak,
    index: int,
    cosine: NDArray[np.float64],
    slope: NDArray[np.float64],
) -> dict[str, NDArray[np.float64]]:
    sun = level(LEVELS_IG12[index])
    fof2, m3000 = (maps[:, index].astype(float) for maps in (peaks.fof2_mhz, peaks.m3000))
    foe = np.sqrt(0.49 + (1.112 - 0.019 * slope) ** 2 * sun.root_f107 * e_sunlight(cosine))
    hmf2 = _height_km(fof2, m3000, foe, places.modip_deg.astype(float), sun.r12)
    below = BELOW_KM * fof2**0.286 * m3000**-2.02
    return {
        "fof2_mhz": fof2,
        "m3000": m3000,
        "hmf2_km": hmf2,
        "below_km": below,
        "above_km": _above_km(fof2, hmf2, below, sun.r12),
        "foe_mhz": foe,
        "fof1_mhz": _fof1_mhz(cosine, foe, places.dip_lat_deg.astype(float), sun.r12),
    }


def _height_km(
    fof2: NDArray[np.float64],
    m3000: NDArray[np.float64],
    foe: NDArray[np.float64],
    modip_deg: NDArray[np.float64],
    r12: float,
) -> NDArray[np.float64]:
    ratio = np.maximum(fof2 / foe, LEAST_RATIO)
    equatorial = 1 - r12 / 150 * np.exp(-((modip_deg / 40) ** 2))
    shift = (0.00232 * r12 + 0.222) * equatorial
    shift = shift / (ratio - 1.2 + 0.0116 * np.exp(r12 / 41.84)) + 0.096 * (r12 - 25) / 150
    height: NDArray[np.float64] = 1490 / (m3000 + shift) - 176
    return height


def _above_km(
    fof2: NDArray[np.float64], hmf2: NDArray[np.float64], below: NDArray[np.float64], r12: float
) -> NDArray[np.float64]:
    """Return the thickness of the topside, from that of the bottomside."""
    ratio = 3.22 - 0.0538 * fof2 - 0.00664 * hmf2 + 0.113 * hmf2 / below + 0.00257 * r12
    x = (ratio * below - 150) / 100
    thickness: NDArray[np.float64] = (100 * x + 150) / (
        0.041163 * x**2 - 0.183981 * x + 1.424472
    )
    return thickness


def _fof1_mhz(
    cosine: NDArray[np.float64],
    foe: NDArray[np.float64],
    dip_lat: NDArray[np.float64],
    r12: float,
) -> NDArray[np.float64]:
    quiet = 4.35 + 0.0058 * dip_lat - 0.00012 * dip_lat**2
    active = 5.348 + 0.011 * dip_lat - 0.00023 * dip_lat**2
    overhead = quiet + (active - quiet) * r12 / 100
    power = 0.093 + 0.0046 * dip_lat - 5.4e-5 * dip_lat**2 + 0.0003 * r12
    share = np.minimum(3 * cosine - 1, 1)
    lit = share >= 0
    mixed = share * overhead * np.where(lit, cosine, 1) ** power + (1 - share) * foe
    fof1: NDArray[np.float64] = np.where(lit, mixed, np.nan)
    return fof1
