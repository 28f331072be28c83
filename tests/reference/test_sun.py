"""The Sun's place against published subsolar points."""

from datetime import UTC, datetime, timedelta, timezone

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from stormcone.reference.sun import subsolar_point_deg, zenith_angle_deg

ANCHOR_TOLERANCE_DEG = 0.05

# The official IWXXM 2023-1 example A2-5 and, for 2020, the example of Amendment 82
# (authorities/sun.md).
ANCHORS = [
    (datetime(2020, 11, 8, 1, tzinfo=UTC), -16.65, 160.94),
    (datetime(2016, 11, 8, 1, tzinfo=UTC), -16.64, 160.94),
    (datetime(2016, 11, 8, 7, tzinfo=UTC), -16.71, 70.94),
    (datetime(2016, 11, 8, 13, tzinfo=UTC), -16.78, -19.05),
    (datetime(2016, 11, 8, 19, tzinfo=UTC), -16.86, -109.05),
]
moments = st.datetimes(datetime(1960, 1, 1), datetime(2060, 1, 1), timezones=st.just(UTC))


@pytest.mark.parametrize(("at", "lat_deg", "lon_deg"), ANCHORS)
def test_agrees_with_the_official_subsolar_points(at, lat_deg, lon_deg):
    assert subsolar_point_deg(at) == pytest.approx((lat_deg, lon_deg), abs=ANCHOR_TOLERANCE_DEG)


@given(moments)
def test_the_sun_is_overhead_at_the_subsolar_point(at):
    assert zenith_angle_deg(at, *subsolar_point_deg(at)) == pytest.approx(0, abs=1e-5)


@given(moments, st.floats(-90, 90))
def test_both_names_of_the_date_line_see_the_same_sun(at, lat_deg):
    east, west = zenith_angle_deg(at, lat_deg, [180, -180])
    assert east == pytest.approx(west, abs=1e-6)


@given(moments, st.floats(-180, 180))
def test_at_a_pole_longitude_does_not_matter(at, lon_deg):
    here, there = zenith_angle_deg(at, 90, [lon_deg, 0])
    assert here == pytest.approx(there, abs=1e-6)


def test_places_broadcast():
    at = datetime(2026, 1, 18, 18, 9, tzinfo=UTC)
    shape = zenith_angle_deg(at, np.zeros((3, 1)), np.zeros((1, 4))).shape
    assert shape == (3, 4)


def test_a_time_without_a_zone_is_refused_by_name():
    with pytest.raises(ValueError, match="2026-01-18 18:09:00 has no time zone"):
        subsolar_point_deg(datetime(2026, 1, 18, 18, 9))


def test_another_zone_means_the_same_moment():
    at = datetime(2026, 1, 18, 18, 9, tzinfo=UTC)
    there = at.astimezone(timezone(timedelta(hours=8)))
    assert subsolar_point_deg(there) == subsolar_point_deg(at)
