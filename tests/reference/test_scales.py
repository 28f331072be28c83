"""NOAA's scales and flare classes (authorities/scales.md)."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stormcone.reference.scales import (
    flare_class,
    flare_flux_w_m2,
    geomagnetic_storm,
    radiation_storm,
    radio_blackout,
)

NAN = float("nan")


@pytest.mark.parametrize(
    ("flare", "scale"),
    [
        ("C9.9", 0),
        ("M1", 1),
        ("M4.9", 1),
        ("M5", 2),
        ("X1", 3),
        ("X9.9", 3),
        ("X10", 4),
        ("X20", 5),
    ],
)
def test_radio_blackouts_step_where_noaa_says(flare, scale):
    assert radio_blackout(flare_flux_w_m2(flare)) == scale


@pytest.mark.parametrize(
    ("pfu", "scale"), [(9.9, 0), (10, 1), (100, 2), (1e3, 3), (1e4, 4), (1e5, 5)]
)
def test_radiation_storms_step_by_ten(pfu, scale):
    assert radiation_storm(pfu) == scale


@pytest.mark.parametrize(
    ("kp", "scale"),
    [(4.33, 0), (4.67, 1), (5.67, 2), (6.67, 3), (7.67, 4), (7.7, 4), (8.667, 4), (9, 5)],
)
def test_geomagnetic_storms_count_k_in_whole_numbers(kp, scale):
    assert geomagnetic_storm(kp) == scale


def test_what_is_not_known_has_no_scale():
    assert (radio_blackout(NAN), radiation_storm(NAN), geomagnetic_storm(NAN)) == (None,) * 3


@given(st.sampled_from("ABCMX"), st.integers(10, 99))
def test_a_class_survives_the_round_trip(letter, tenths):
    text = f"{letter}{tenths / 10:.1f}"
    assert flare_class(flare_flux_w_m2(text)) == text


def test_the_largest_flares_stay_x():
    assert flare_class(2.8e-3) == "X28.0"


def test_below_a1_is_still_a():
    assert flare_class(5e-9) == "A0.5"


@pytest.mark.parametrize("flux", [0.0, -1e-6, NAN, float("inf")])
def test_an_impossible_flux_has_no_class(flux):
    with pytest.raises(ValueError, match="has no flare class"):
        flare_class(flux)


@pytest.mark.parametrize("text", ["", "Z1", "M", "M1.2.3", "X-1"])
def test_text_that_is_no_class_is_refused_by_name(text):
    with pytest.raises(ValueError, match="is not a flare class"):
        flare_flux_w_m2(text)
