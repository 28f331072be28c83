"""From GSE to GSM: NASA's own columns, the dipole's pole, and what a turn must keep."""

import gzip

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from stormcone.reference.gsm import dipole_axis, gse_to_gsm, gsm_angle_deg

its_last_digit_nt = 0.0501
a_tenth_of_a_degree = 0.1
components = st.floats(-200, 200)
moments = st.integers(0, 2_000_000_000).map(lambda s: np.datetime64(s, "s"))


# authorities/gsm.md: centred dipole pole of IGRF-14 at 2025.0
def test_the_dipoles_pole_is_that_of_igrf():
    x, y, z = dipole_axis(np.datetime64("2025-01-01"))
    assert np.degrees(np.arcsin(z)) == pytest.approx(80.8, abs=a_tenth_of_a_degree)
    assert np.degrees(np.arctan2(y, x)) == pytest.approx(-72.7, abs=a_tenth_of_a_degree)


@given(components, components, moments)
def test_a_turn_keeps_the_length(y, z, at):
    assert np.hypot(*gse_to_gsm(y, z, at)) == pytest.approx(np.hypot(y, z), abs=1e-9)


@given(moments)
def test_the_dipole_has_no_y_in_gsm(at):
    angle = np.radians(gsm_angle_deg(at))
    y, z = gse_to_gsm(np.sin(angle), np.cos(angle), at)
    assert y == pytest.approx(0, abs=1e-12)
    assert z == pytest.approx(1)


@given(moments)
def test_the_dipole_leans_no_further_than_its_pole_and_the_earths_axis(at):
    assert abs(gsm_angle_deg(at)) < 23.5 + 11.8


def test_missing_stays_missing():
    y, z = gse_to_gsm([np.nan, 1.0], [2.0, np.nan], np.datetime64("2024-05-10"))
    assert np.isnan([y, z]).all()


@pytest.mark.shared
def test_every_hour_of_1998_equals_nasas_columns_to_their_last_digit(shared):
    with gzip.open(shared / "data/weather/omni2_1998.txt.gz") as lines:
        words = np.loadtxt(lines)
    words = words[words[:, 13] < 999]
    year = np.datetime64("1998-01-01T00:30", "m")  # the middle of the hour
    at = year + (words[:, 1] * 1440 - 1440 + words[:, 2] * 60).astype("timedelta64[m]")
    y, z = gse_to_gsm(words[:, 13], words[:, 14], at)
    assert len(words) == 8732
    assert np.abs(y - words[:, 15]).max() < its_last_digit_nt
    assert np.abs(z - words[:, 16]).max() < its_last_digit_nt
