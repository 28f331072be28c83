"""Magnetic coordinates against apexpy (authorities/geomagnetic.md)."""

from datetime import UTC, datetime

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from stormcone.observation.tables import geomagnetic
from stormcone.reference.geomagnetic import magnetic_local_time_h, quasi_dipole

QD_TOLERANCE_DEG = 0.1
MLT_TOLERANCE_H = 0.007

OULU, SYOWA = (65.06, 25.47), (-70.0, 40.0)
APEXPY = [  # place, quasi-dipole latitude and longitude
    (OULU, 62.03, 103.36),
    (SYOWA, -67.28, 72.54),
]
MLT = [  # quasi-dipole longitude, time, apexpy's hours
    (103.36, datetime(2025, 6, 21, 12, tzinfo=UTC), 13.738),
    (103.36, datetime(2025, 1, 1, 0, tzinfo=UTC), 1.713),
    (72.54, datetime(2025, 3, 20, 6, tzinfo=UTC), 5.874),
]


@pytest.mark.parametrize(("place", "qd_lat_deg", "qd_lon_deg"), APEXPY)
def test_agrees_with_apexpy(place, qd_lat_deg, qd_lon_deg):
    lat_deg, lon_deg = quasi_dipole(geomagnetic(), *place)
    assert float(lat_deg) == pytest.approx(qd_lat_deg, abs=QD_TOLERANCE_DEG)
    assert float(lon_deg) == pytest.approx(qd_lon_deg, abs=QD_TOLERANCE_DEG)


@pytest.mark.parametrize(("qd_lon_deg", "at", "apexpy_h"), MLT)
def test_local_time_agrees_with_apexpy(qd_lon_deg, at, apexpy_h):
    assert magnetic_local_time_h(qd_lon_deg, at) == pytest.approx(apexpy_h, abs=MLT_TOLERANCE_H)


@given(st.floats(-90, 90))
def test_both_names_of_the_date_line_are_one_place(lat_deg):
    lat, lon = quasi_dipole(geomagnetic(), lat_deg, [-180.0, 180.0])
    assert lat[0] == lat[1]
    assert lon[0] == lon[1]


@given(st.floats(-180, 180))
def test_the_poles_are_finite(lon_deg):
    lat, lon = quasi_dipole(geomagnetic(), [90.0, -90.0], lon_deg)
    assert np.isfinite([lat, lon]).all()


def test_nodes_come_back_as_they_are():
    table = geomagnetic()
    lat, _ = quasi_dipole(table, np.arange(-90.0, 91)[:, None], np.arange(-180.0, 180)[None, :])
    assert lat == pytest.approx(table.qd_latitude_deg[:, :-1], abs=1e-5)


def test_a_latitude_beyond_the_pole_is_refused_by_value():
    with pytest.raises(ValueError, match=r"latitude 90\.5 is beyond a pole"):
        quasi_dipole(geomagnetic(), [10, 90.5], 0)
