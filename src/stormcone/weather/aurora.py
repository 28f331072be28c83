"""The auroral oval and the energy that electrons and ions bring to it, by magnetic local time.

All maps here have the shape (MLT 96, latitude 100): quarters of an hour from midnight, and half
degrees of magnetic latitude from 40 to 90, both by the middle of the bin, for one hemisphere.
"""

from datetime import datetime

import numpy as np
from msgspec import Struct
from numpy.typing import ArrayLike, NDArray

Floats = NDArray[np.float64]
MLT_H = np.arange(96) / 4 + 0.125
LATITUDE_DEG = np.arange(40.25, 90, 0.5)
RADIUS_KM = 6_481.0  # of the Earth and 110 km
GW_PER_FLUX_KM2 = 1e-6  # 1 erg cm⁻² s⁻¹ is 1 mW m⁻²
TRUSTED_KP = 7.0  # above, the boundaries are extrapolated
DAY_MLT_H = (6.0, 18.0)
DAY_LEAST_KP = 1.0  # below, the day side is too faint for a boundary
EDGE_SIGMAS = 2.0  # unverified: edges lie at two standard deviations
LEAST_SIGMA_DEG = 1.0  # unverified: where the regressions cross
EMISSION_HEIGHT_KM = 110.0
LOWEST_ELEVATION_DEG = 5.0  # own choice: below, hills and haze hide the aurora
COUPLING_PER_BIN = 552.6  # of OVATION's table of probabilities
PROBABILITY_BINS = 12
OVATION_SHAPES = {
    "b1p": (4, 3, 96, 160),
    "b2p": (4, 3, 96, 160),
    "prob": (4, 3, PROBABILITY_BINS, 96, 160),
    "b1a": (4, 4, 96, 160),
    "b2a": (4, 4, 96, 160),
}

# MLT h: equatorward C0, C1; peak; poleward (Carbary 2005)
_CARBARY = np.array(
    (
        (0, 67.22, -1.89, 69.96, -1.10, 71.83, 0.72),
        (1, 67.09, -1.91, 69.08, -1.04, 70.42, 1.03),
        (2, 67.57, -1.99, 68.44, -0.90, 68.47, 1.53),
        (3, 68.41, -2.06, 68.81, -0.93, 68.31, 1.44),
        (4, 69.26, -2.07, 69.79, -1.05, 69.47, 1.06),
        (5, 70.67, -2.39, 70.88, -1.14, 70.60, 0.84),
        (6, 72.44, -2.99, 72.13, -1.24, 71.93, 0.82),
        (7, 73.77, -2.38, 73.63, -1.22, 73.39, 0.39),
        (8, 76.44, -2.63, 75.51, -1.35, 73.56, 0.36),
        (14, 84.18, -3.09, 80.89, -1.52, 84.80, -2.24),
        (15, 83.79, -3.46, 80.43, -1.66, 82.23, -1.67),
        (16, 80.34, -3.09, 79.79, -1.95, 79.79, -0.79),
        (17, 78.34, -2.99, 77.92, -1.71, 76.18, 0.18),
        (18, 76.76, -3.07, 75.71, -1.45, 73.55, 0.82),
        (19, 74.08, -2.66, 73.99, -1.34, 72.51, 0.75),
        (20, 72.56, -2.60, 72.79, -1.22, 72.70, 0.65),
        (21, 70.23, -2.23, 71.61, -1.08, 73.18, 0.55),
        (22, 69.26, -2.24, 70.38, -0.87, 71.54, 1.01),
        (23, 67.56, -1.88, 70.30, -1.01, 72.35, 0.65),
    )
)
_PEAK_AT_13 = (80.59, -1.20)  # of the thirteenth hour only the peak is published


class Oval(Struct, frozen=True, eq=False, kw_only=True):
    """Magnetic latitudes of an oval's edges and of its peak, arrays of one shape, degrees."""

    equatorward_deg: Floats
    peak_deg: Floats
    poleward_deg: Floats


class OvationTable(Struct, frozen=True, eq=False, kw_only=True):
    """The regressions of OVATION Prime 2013, as the user downloaded them.

    Axes: season (winter, spring, summer, autumn of the north), type (diffuse, monoenergetic,
    broadband electrons, ions), MLT 96, latitude 160: 50 to 90 S, then 50 to 90 N. `b1p`, `b2p`
    and `prob` (with 12 bins of coupling after the type) know electrons only.
    """

    b1p: NDArray[np.float32]
    b2p: NDArray[np.float32]
    prob: NDArray[np.float32]
    b1a: NDArray[np.float32]
    b2a: NDArray[np.float32]


def oval(kp: ArrayLike, mlt_h: ArrayLike) -> Oval:
    """Return the edges and the peak of the oval; arguments broadcast.

    Edges that the regressions put on the wrong side of the peak lie on it. NaN where Kp or MLT
    is NaN, and at Kp below 1 by day, where the aurora is too faint to have edges.

    Raises
    ------
    ValueError
        If a Kp lies outside 0 to 9.

    References
    ----------
    .. [1] Carbary, "A Kp-based model of auroral boundaries", Space Weather 3, S10001, 2005.

    Examples
    --------
    >>> at_midnight = oval([2, 8], 0)
    >>> at_midnight.equatorward_deg, at_midnight.poleward_deg
    (array([63.44, 52.1 ]), array([73.27, 77.59]))
    """
    kp, mlt = np.broadcast_arrays(np.asarray(kp, float), np.asarray(mlt_h, float))
    wrong = kp[(kp < 0) | (kp > 9)]
    if wrong.size:
        raise ValueError(f"Kp {wrong.flat[0]} is not possible; expected 0 to 9")
    faint = (kp < DAY_LEAST_KP) & (mlt >= DAY_MLT_H[0]) & (mlt <= DAY_MLT_H[1])
    edge, peak, pole = (
        np.where(faint, np.nan, _boundary(column, kp, mlt)) for column in (1, 3, 5)
    )
    return Oval(
        equatorward_deg=np.minimum(edge, peak),
        peak_deg=peak,
        poleward_deg=np.minimum(np.maximum(pole, peak), 90),
    )


def oval_flux(kp: float, power_gw: float) -> Floats:
    """Return the energy flux (erg cm⁻² s⁻¹) of a smooth oval with that power over a hemisphere.

    Half a Gaussian on each side of the peak, as high at every local time; by night only where
    Kp is below 1.

    Raises
    ------
    ValueError
        If Kp lies outside 0 to 9 or the power is negative.
    """
    if power_gw < 0:
        raise ValueError(f"a power of {power_gw} GW is not possible; expected 0 or more")
    at = oval(kp, MLT_H[:, None])
    away = LATITUDE_DEG - at.peak_deg
    width = np.where(away < 0, at.peak_deg - at.equatorward_deg, at.poleward_deg - at.peak_deg)
    sigma = np.maximum(width / EDGE_SIGMAS, LEAST_SIGMA_DEG)
    shape = np.exp(-0.5 * (away / sigma) ** 2)
    known = np.isfinite(kp) and np.isfinite(power_gw)
    flux: Floats = (
        np.where(np.isnan(shape), 0.0, shape) if known else np.full_like(shape, np.nan)
    )
    return flux * power_gw / hemispheric_power_gw(flux)


def ovation_flux(
    table: OvationTable, coupling: float, day_of_year: float, *, south: bool
) -> Floats:
    """Return the energy flux (erg cm⁻² s⁻¹) of all types together.

    Parameters
    ----------
    coupling
        Weighted over the last four hours: `solar_wind.weighted_coupling`.
    day_of_year
        1 to 366; the south takes the seasons of half a year later.

    References
    ----------
    .. [1] Newell et al., "OVATION Prime-2013", Space Weather 12, 368, 2014.
    """
    part = slice(0, 80) if south else slice(80, 160)
    day = (day_of_year + 182) % 365 if south else day_of_year
    flux = sum(
        weight * _season_flux(table, season, coupling, part)
        for season, weight in enumerate(season_weights(day))
        if weight
    )
    padded: Floats = np.pad(np.asarray(flux), ((0, 0), (len(LATITUDE_DEG) - 80, 0)))
    return padded


def season_weights(day_of_year: float) -> Floats:
    """Return how much winter, spring, summer and autumn count, linear between their middles.

    Examples
    --------
    >>> season_weights(79), season_weights(125)
    (array([0., 1., 0., 0.]), array([0. , 0.5, 0.5, 0. ]))
    """
    days = (-11, 79, 171, 263, 354, 444)
    rows = np.eye(4)[[0, 1, 2, 3, 0, 1]]
    return np.array([np.interp(day_of_year, days, row) for row in rows.T])


def hemispheric_power_gw(flux: Floats) -> Floats:
    """Return the power (GW) of an energy flux of shape (..., MLT 96, latitude 100)."""
    low, high = np.radians(LATITUDE_DEG - 0.25), np.radians(LATITUDE_DEG + 0.25)
    area_km2 = RADIUS_KM**2 * (np.sin(high) - np.sin(low)) * 2 * np.pi / len(MLT_H)
    power: Floats = (flux @ area_km2).sum(axis=-1) * GW_PER_FLUX_KM2
    return power


def resampled(flux: Floats, qd_lat_deg: ArrayLike, mlt_h: ArrayLike) -> Floats:
    """Return maps of shape (..., MLT 96, latitude 100) at places of that magnetic latitude.

    Bilinear; latitudes of both signs read the same hemisphere, and zero below 40 degrees.
    """
    lat, mlt = np.broadcast_arrays(np.abs(qd_lat_deg), np.asarray(mlt_h, float))
    known = np.isfinite(lat) & np.isfinite(mlt)
    found = np.zeros((*flux.shape[:-2], *lat.shape))
    found[..., ~known] = np.nan
    inside = known & (lat >= LATITUDE_DEG[0] - 0.25)
    row = np.clip((lat[inside] - LATITUDE_DEG[0]) / 0.5, 0, len(LATITUDE_DEG) - 1)
    column = (mlt[inside] - MLT_H[0]) * 4 % len(MLT_H)
    low, west = np.minimum(row.astype(int), len(LATITUDE_DEG) - 2), column.astype(int)
    east, up, along = (west + 1) % len(MLT_H), row - low, column - west
    found[..., inside] = (flux[..., west, low] * (1 - along) + flux[..., east, low] * along) * (
        1 - up
    ) + (flux[..., west, low + 1] * (1 - along) + flux[..., east, low + 1] * along) * up
    return found


def seen_from_deg() -> float:
    """Return how many degrees away an aurora at 110 km still stands 5 degrees high.

    Examples
    --------
    >>> round(seen_from_deg(), 1)
    6.7
    """
    elevation = np.radians(LOWEST_ELEVATION_DEG)
    ratio = (RADIUS_KM - EMISSION_HEIGHT_KM) / RADIUS_KM
    return float(np.degrees(np.arccos(ratio * np.cos(elevation)) - elevation))


def day_of_year(at: datetime) -> float:
    """Return the day of the year with its fraction, 1 on 1 January at midnight."""
    start = datetime(at.year, 1, 1, tzinfo=at.tzinfo)
    return 1 + (at - start).total_seconds() / 86_400


def _boundary(column: int, kp: Floats, mlt: Floats) -> Floats:
    rows = _CARBARY[:, [0, column, column + 1]]
    if column == 3:
        rows = np.insert(rows, 9, (13, *_PEAK_AT_13), axis=0)
    hours, constant, slope = rows.T
    constant_deg = np.interp(mlt, hours, constant, period=24)
    edge: Floats = constant_deg + np.interp(mlt, hours, slope, period=24) * kp
    return edge


def _season_flux(table: OvationTable, season: int, coupling: float, part: slice) -> Floats:
    """Return one season's flux of all types, shape (MLT 96, latitude 80)."""
    raised = table.b1a[season, :, :, part] + table.b2a[season, :, :, part] * float(coupling)
    electrons = np.maximum(raised[:3] * _probability(table, season, coupling, part), 0)
    ions = np.maximum(raised[3], 0)
    electrons = np.minimum(np.where(electrons > 10, 0.5, electrons), 5)
    ions = np.minimum(np.where(ions > 6, 0.25, ions), 4)
    total: Floats = electrons.sum(axis=0, dtype=float) + ions
    return total


def _probability(table: OvationTable, season: int, coupling: float, part: slice) -> Floats:
    b1, b2 = table.b1p[season, :, :, part], table.b2p[season, :, :, part]
    last = PROBABILITY_BINS - 1
    k = int(np.clip(coupling // COUPLING_PER_BIN, 0, last)) if np.isfinite(coupling) else 0
    below, above = (k - 1 if k > 0 else k + 2), (k + 1 if k < last else k - 2)
    counted = table.prob[season, :, :, :, part]
    beside = 0.5 * (counted[:, below] + counted[:, above])
    listed = np.where(counted[:, k] != 0, counted[:, k], beside)
    line = np.clip(b1 + b2 * float(coupling), 0, 1)
    probability: Floats = np.where((b1 == 0) & (b2 == 0), listed, line)
    return probability
