"""Magnetic coordinates: quasi-dipole latitude and longitude, and magnetic local time.

The field model is not evaluated here: a table made from it is the first argument
(`observation.tables.geomagnetic` reads the one that is packaged).
"""

from datetime import datetime

import numpy as np
from msgspec import Struct
from numpy.typing import ArrayLike, NDArray

from stormcone.reference.bilinear import bilinear
from stormcone.reference.sun import subsolar_point_deg

DIPOLE_POLE_LAT_DEG = 80.8  # centred dipole, authorities/geomagnetic.md
DIPOLE_POLE_LON_DEG = -72.7


class GeomagneticTable(Struct, frozen=True, eq=False, kw_only=True):
    """Magnetic coordinates every degree, shape (181, 361): 90 S to 90 N, 180 W to 180 E."""

    epoch: float
    qd_latitude_deg: NDArray[np.float32]
    qd_longitude_deg: NDArray[np.float32]
    dip_deg: NDArray[np.float32]
    modip_deg: NDArray[np.float32]


def quasi_dipole(
    table: GeomagneticTable, lat_deg: ArrayLike, lon_deg: ArrayLike
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return quasi-dipole latitude and longitude (-180 to 180) at 110 km, in degrees.

    Places broadcast. Latitude is good to 0.005 degrees at 99 % of places (worst 0.08);
    longitude is interpolated as a unit vector, so that it may turn through 180.

    Raises
    ------
    ValueError
        If a latitude lies beyond the poles.
    """
    east = np.radians(np.asarray(table.qd_longitude_deg, float))
    qd_lat_deg = bilinear(table.qd_latitude_deg, lat_deg, lon_deg, lon_step_deg=1)
    sine = bilinear(np.sin(east), lat_deg, lon_deg, lon_step_deg=1)
    cosine = bilinear(np.cos(east), lat_deg, lon_deg, lon_step_deg=1)
    return qd_lat_deg, np.degrees(np.arctan2(sine, cosine))


def magnetic_local_time_h(qd_lon_deg: ArrayLike, at: datetime) -> NDArray[np.float64]:
    """Return magnetic local time, 0 to 24 hours, of quasi-dipole longitudes of any shape.

    Noon lies on the magnetic meridian of the subsolar point; within 0.007 h of apexpy.

    Examples
    --------
    >>> from datetime import UTC
    >>> magnetic_local_time_h(103.36, datetime(2025, 6, 21, 12, tzinfo=UTC)).round(2)
    np.float64(13.74)
    """
    from_noon_deg = np.asarray(qd_lon_deg, float) - _dipole_longitude_deg(
        *subsolar_point_deg(at)
    )
    hours: NDArray[np.float64] = (12 + from_noon_deg / 15) % 24
    return hours


def _dipole_longitude_deg(lat_deg: float, lon_deg: float) -> float:
    """Longitude round the dipole axis, zero on the meridian of the geographic south pole."""
    lat, pole_lat = np.radians(lat_deg), np.radians(DIPOLE_POLE_LAT_DEG)
    east = np.radians(lon_deg - DIPOLE_POLE_LON_DEG)
    across = np.cos(lat) * np.sin(east)
    along = np.cos(lat) * np.sin(pole_lat) * np.cos(east) - np.sin(lat) * np.cos(pole_lat)
    return float(np.degrees(np.arctan2(across, along)))
