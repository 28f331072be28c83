"""Make geomagnetic_1deg_igrf14_2025p0.npz: `python tools/tables/geomagnetic.py OUT.npz`.

Wants apexpy 2.1 (built from source, with gfortran) and ppigrf 2.1 in an environment of its own.
"""

import sys
from datetime import datetime

import apexpy
import numpy as np
import ppigrf

EPOCH = 2025.0
QD_HEIGHT_KM, DIP_HEIGHT_KM = 110, 300


def table() -> dict[str, np.ndarray]:
    """Return magnetic coordinates every degree, shape (181, 361), float32."""
    lat_deg, lon_deg = np.meshgrid(np.arange(-90.0, 91), np.arange(-180.0, 181), indexing="ij")
    qd_lat, qd_lon = apexpy.Apex(date=EPOCH).geo2qd(lat_deg, lon_deg, QD_HEIGHT_KM)
    near_pole = np.clip(lat_deg, -89.999, 89.999)
    east, north, up = (
        part.reshape(lat_deg.shape)
        for part in ppigrf.igrf(lon_deg, near_pole, DIP_HEIGHT_KM, datetime(2025, 1, 1))
    )
    dip = np.arctan2(-up, np.hypot(east, north))
    modip = np.arctan2(dip, np.sqrt(np.cos(np.radians(near_pole))))
    made = {
        "latitude_deg": np.arange(-90.0, 91),
        "longitude_deg": np.arange(-180.0, 181),
        "qd_latitude_deg": qd_lat,
        "qd_longitude_deg": qd_lon,
        "dip_deg": np.degrees(dip),
        "modip_deg": np.degrees(modip),
    }
    return {name: values.astype(np.float32) for name, values in made.items()}


if __name__ == "__main__":
    np.savez_compressed(sys.argv[1], **table())
