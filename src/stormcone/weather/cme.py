"""When a cloud from the Sun arrives, slowed or carried along by the wind it runs in."""

import math

import numpy as np
from numba import njit
from numpy.typing import ArrayLike, NDArray

SOLAR_RADIUS_KM = 695_700.0
ASTRONOMICAL_UNIT_KM = 149_597_870.7
START_SOLAR_RADII = 20.0
DISTANCE_KM = ASTRONOMICAL_UNIT_KM - START_SOLAR_RADII * SOLAR_RADIUS_KM
NEWTON_STEPS = 12
_ENOUGH = 3e-5  # the last relative step; what is left is about its square


def arrival(
    speed_km_s: ArrayLike, wind_km_s: ArrayLike, drag_per_km: ArrayLike
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return the hours from 20 solar radii to 1 au and the speed there (km/s).

    Parameters
    ----------
    speed_km_s
        Speed of the front at 20 solar radii.
    wind_km_s
        Speed of the wind it meets.
    drag_per_km
        Drag parameter, about 0.2e-7 per km. The three broadcast.

    Returns
    -------
    Two arrays of the broadcast shape; NaN where an argument is NaN or not positive.

    Notes
    -----
    The drag-based model [1]_: the difference to the wind fades with its square. The distance
    is s ln(1 + g |v0 - w| t) / g + w t, solved for t by Newton's method, kept between the
    times that the faster and the slower of both speeds would need.

    References
    ----------
    .. [1] Vrsnak et al. (2013), Solar Physics 285, 295, doi:10.1007/s11207-012-0035-4.

    Examples
    --------
    >>> hours, speed = arrival(1000, 400, 0.2e-7)
    >>> float(hours.round(1)), float(speed.round(1))
    (52.9, 582.6)
    """
    every = (np.asarray(one, float) for one in (speed_km_s, wind_km_s, drag_per_km))
    speed, wind, drag = np.broadcast_arrays(*every)
    hours = _hours(speed.ravel(), wind.ravel(), drag.ravel()).reshape(speed.shape)
    away = speed - wind
    return hours, away / (1 + drag * np.abs(away) * hours * 3600) + wind


@njit(cache=True)
def _hours(
    speed: NDArray[np.float64], wind: NDArray[np.float64], drag: NDArray[np.float64]
) -> NDArray[np.float64]:
    hours = np.empty(speed.size)
    for i in range(speed.size):
        hours[i] = _one(speed[i], wind[i], drag[i])
    return hours


@njit(cache=True)
def _one(speed: float, wind: float, drag: float) -> float:
    if not (speed > 0 and wind > 0 and drag > 0):
        return math.nan
    away = abs(speed - wind)
    sign = 1.0 if speed >= wind else -1.0
    soonest, latest = DISTANCE_KM / max(speed, wind), DISTANCE_KM / min(speed, wind)
    t = DISTANCE_KM / (0.5 * (speed + wind))
    for _ in range(NEWTON_STEPS):
        slowed = 1 + drag * away * t
        short = DISTANCE_KM - sign * math.log(slowed) / drag - wind * t
        step = short / (sign * away / slowed + wind)
        t = min(max(t + step, soonest), latest)
        if abs(step) < _ENOUGH * t:
            break
    return t / 3600
