"""Where the Sun stands: the subsolar point, and the zenith angle seen from any place."""

from datetime import UTC, datetime

import numpy as np
from numpy.typing import ArrayLike, NDArray

J2000 = datetime(2000, 1, 1, 12, tzinfo=UTC)


def subsolar_point_deg(at: datetime) -> tuple[float, float]:
    """Return the latitude and longitude where the Sun is overhead.

    Raises
    ------
    ValueError
        If `at` has no time zone.

    Notes
    -----
    A mean Sun with the first two terms of the equation of the centre, good to 0.02 degrees in
    our decades; longitude is right ascension less Greenwich sidereal time.

    Examples
    --------
    >>> lat_deg, lon_deg = subsolar_point_deg(datetime(2020, 11, 8, 1, tzinfo=UTC))
    >>> round(lat_deg, 1), round(lon_deg, 1)
    (-16.6, 160.9)
    """
    days = _days_since_j2000(at)
    anomaly = np.radians(357.529 + 0.98560028 * days)
    mean_longitude_deg = 280.459 + 0.98564736 * days
    ecliptic = np.radians(
        mean_longitude_deg + 1.915 * np.sin(anomaly) + 0.020 * np.sin(2 * anomaly)
    )
    obliquity = np.radians(23.439 - 3.6e-7 * days)
    right_ascension = np.arctan2(np.cos(obliquity) * np.sin(ecliptic), np.cos(ecliptic))
    declination = np.arcsin(np.sin(obliquity) * np.sin(ecliptic))
    sidereal_deg = 15 * (18.697374558 + 24.06570982441908 * days)
    lon_deg = (np.degrees(right_ascension) - sidereal_deg + 180) % 360 - 180
    return float(np.degrees(declination)), float(lon_deg)


def zenith_angle_deg(
    at: datetime, lat_deg: ArrayLike, lon_deg: ArrayLike
) -> NDArray[np.float64]:
    """Return the angle between the Sun and the vertical, 0 (overhead) to 180 degrees.

    Latitudes and longitudes broadcast against each other; refraction is left out.

    Raises
    ------
    ValueError
        If `at` has no time zone.

    Examples
    --------
    >>> zenith_angle_deg(datetime(2026, 3, 20, 12, tzinfo=UTC), [0, 90], [0, 0]).round()
    array([ 2., 90.])
    """
    sun_lat, sun_lon = np.radians(subsolar_point_deg(at))
    lat = np.radians(np.asarray(lat_deg, float))
    lon = np.radians(np.asarray(lon_deg, float))
    cosine = np.sin(lat) * np.sin(sun_lat) + np.cos(lat) * np.cos(sun_lat) * np.cos(
        lon - sun_lon
    )
    zenith_deg: NDArray[np.float64] = np.degrees(np.arccos(np.clip(cosine, -1, 1)))
    return zenith_deg


def _days_since_j2000(at: datetime) -> float:
    if at.tzinfo is None:
        raise ValueError(f"{at} has no time zone; give UTC, as in datetime(..., tzinfo=UTC)")
    return (at - J2000).total_seconds() / 86400
