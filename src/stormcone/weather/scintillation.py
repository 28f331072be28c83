"""Scintillation: rate-of-TEC index, its mapping to S4, plasma bubbles, the auroral phase.

None of the probabilities is trained yet. What is a starting value is marked unverified; every
product that uses the rate of TEC prints `MAPPING`, for no threshold of it is agreed.

References
----------
.. [1] Pi et al. 1997, "Monitoring of global ionospheric irregularities using the worldwide GPS
   network", Geophys. Res. Lett. 24.
.. [2] Stolle et al. 2024, "Ionospheric Bubble Probability index" (IBP), the climatology.
"""

from collections.abc import Mapping
from datetime import datetime

import numpy as np
from numpy.typing import ArrayLike, NDArray

from stormcone.weather.ionosphere import months

ROTI_WINDOW_S, ARC_GAP_S, LEAST_SAMPLES = 300, 60, 6
S4_PER_ROTI = (0.3, 0.6)  # unverified: per TECU/min, evenly likely between
MAPPING = "S4 taken as 0.3 to 0.6 times ROTI in TECU/min (not calibrated)"
MODERATE_S4, SEVERE_S4 = 0.5, 0.8
MODERATE_RAD, SEVERE_RAD = 0.4, 0.7
SEVERE_SHARE = 0.5  # unverified: P(S4 >= 0.8) of P(S4 >= 0.5), and 0.7 rad of 0.4 rad
DIP_SCALE_DEG = 12.0  # unverified: width of the equatorial belt
SIGMA_PHI_LOGIT = (-6.0, 0.8, -0.15)  # unverified: constant, per Kp, per degree from the oval


def rate_of_tec_index(
    tec_tecu: ArrayLike, at: NDArray[np.datetime64]
) -> tuple[NDArray[np.datetime64], NDArray[np.float64]]:
    """Return the standard deviation of the rate of TEC over each 5 minutes, TECU/min.

    Parameters
    ----------
    tec_tecu
        Slant TEC along one link, every 30 s or so, shape (n,); gaps over 60 s split it.
    at
        Times of the samples, rising, shape (n,).

    Returns
    -------
    The starts of the five-minute windows and their index; NaN under 6 rates.

    Raises
    ------
    ValueError
        If the lengths differ or the times do not rise.

    Examples
    --------
    >>> at = np.datetime64("2024-05-10T00:00", "s") + 30 * np.arange(10)
    >>> rate_of_tec_index([0, 1, 0, 1, 0, 1, 0, 1, 0, 1], at)[1].round(1)
    array([2.])
    """
    tec, seconds = np.asarray(tec_tecu, float), at.astype("datetime64[s]").astype(np.int64)
    if tec.shape != seconds.shape:
        raise ValueError(f"{tec.size} values of TEC at {seconds.size} times; expected one each")
    step_s = np.diff(seconds)
    if (step_s <= 0).any():
        raise ValueError(f"times fall at sample {np.argmax(step_s <= 0) + 1}; sort them first")
    rate = np.where(step_s <= ARC_GAP_S, np.diff(tec) / step_s * 60, np.nan)
    known = np.isfinite(rate)
    starts, window = np.unique(seconds[1:] // ROTI_WINDOW_S, return_inverse=True)
    count, total, square = (
        np.bincount(window[known], weights, minlength=len(starts))
        for weights in (None, rate[known], rate[known] ** 2)
    )
    mean = total / np.maximum(count, 1)
    spread = np.sqrt(np.maximum(square / np.maximum(count, 1) - mean**2, 0))
    index = np.where(count >= LEAST_SAMPLES, spread, np.nan)
    return (starts * ROTI_WINDOW_S).astype("datetime64[s]"), index


def s4_probability(roti_tecu_min: ArrayLike, threshold: float) -> NDArray[np.float64]:
    """Return the probability that S4 on L1 is at or above `threshold`, given the rate of TEC.

    Examples
    --------
    >>> s4_probability([0.5, 1.0, 2.0], 0.5).round(2)
    array([0.  , 0.33, 1.  ])
    """
    roti = np.asarray(roti_tecu_min, float)
    low, high = S4_PER_ROTI
    needed = threshold / np.maximum(roti, 1e-9)
    chance = np.clip((high - needed) / (high - low), 0, 1)
    probability: NDArray[np.float64] = np.where(np.isnan(roti), np.nan, chance)
    return probability


def bubble_probability(
    climatology: Mapping[str, NDArray[np.float32]],
    at: datetime,
    f107_sfu: float,
    *,
    lon_deg: ArrayLike,
    local_time_h: ArrayLike,
) -> NDArray[np.float64]:
    """Return the probability of plasma bubbles over the magnetic equator, 0 to 1.

    Parameters
    ----------
    climatology
        `probability` (month, F10.7, local hour, longitude from 180 W every 5 degrees), the
        values of F10.7 in `f107`, from `observation.tables.bubbles`.
    f107_sfu
        Held within the range of the climatology, 80 to 200.
    lon_deg, local_time_h
        Of one shape, or broadcast; linear in both, round the clock and round the Earth.
    """
    table = sum(
        weight * climatology["probability"][number - 1].astype(float)
        for number, weight in months(at)
    )
    flux = climatology["f107_sfu"].astype(float)
    place = np.interp(f107_sfu, flux, np.arange(len(flux)))
    low = min(int(place), len(flux) - 2)
    hours = table[low] + (table[low + 1] - table[low]) * (place - low)
    time, lon = np.broadcast_arrays(
        np.asarray(local_time_h, float) % 24, (np.asarray(lon_deg, float) + 180) / 5 % 72
    )
    row, column = time.astype(int) % 24, lon.astype(int) % 72
    later, on = (row + 1) % 24, lon - np.floor(lon)
    now = hours[row, column] * (1 - on) + hours[row, (column + 1) % 72] * on
    then = hours[later, column] * (1 - on) + hours[later, (column + 1) % 72] * on
    part = time - np.floor(time)
    probability: NDArray[np.float64] = np.clip(now * (1 - part) + then * part, 0, 1)
    return probability


def belt(dip_deg: ArrayLike) -> NDArray[np.float64]:
    """Return how much of the bubbles' probability reaches places of that dip, 0 to 1."""
    return np.asarray(np.exp(-((np.asarray(dip_deg, float) / DIP_SCALE_DEG) ** 2) / 2))


def sigma_phi_probability(kp: ArrayLike, degrees_from_oval: ArrayLike) -> NDArray[np.float64]:
    """Return the probability of phase scintillation of 0.4 rad or more near the auroral oval.

    Kp and the distance (0 within the oval) broadcast; a placeholder until it is trained.

    Examples
    --------
    >>> sigma_phi_probability([2, 8], 0).round(2)
    array([0.01, 0.6 ])
    """
    constant, per_kp, per_degree = SIGMA_PHI_LOGIT
    away = np.abs(np.asarray(degrees_from_oval, float))
    logit = constant + per_kp * np.asarray(kp, float) + per_degree * away
    return np.asarray(1 / (1 + np.exp(-logit)))


def degrees_from_oval(
    magnetic_latitude_deg: ArrayLike, equatorward_deg: ArrayLike, poleward_deg: ArrayLike
) -> NDArray[np.float64]:
    """Return the distance in latitude to the nearer edge of the oval, 0 within it.

    Edges are unsigned latitudes; the three broadcast.

    Examples
    --------
    >>> degrees_from_oval([-50, 65, 80], 60, 72)
    array([10.,  0.,  8.])
    """
    lat = np.abs(np.asarray(magnetic_latitude_deg, float))
    outside = np.maximum(
        np.asarray(equatorward_deg, float) - lat, lat - np.asarray(poleward_deg)
    )
    distance: NDArray[np.float64] = np.maximum(outside, 0)
    return distance
