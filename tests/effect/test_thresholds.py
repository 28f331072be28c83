"""The one table of thresholds against the FAA's handbook (authorities/thresholds.md)."""

import pytest

from stormcone.effect.effect import Severity
from stormcone.effect.thresholds import (
    AURORAL_MODERATE_KP,
    AURORAL_SEVERE_KP,
    THRESHOLDS,
    UnknownQuantityError,
)

HANDBOOK = [
    ("s4", 0.5, 0.8),
    ("phase_scintillation_rad", 0.4, 0.7),
    ("vtec_tecu", 125, 175),
    ("dose_rate_usv_h", 30, 80),
    ("polar_cap_absorption_30mhz_db", 2, 5),
    ("xray_flux_w_m2", 1e-4, 1e-3),
    ("muf_depression_percent", 30, 50),
]


@pytest.mark.parametrize(("quantity", "moderate", "severe"), HANDBOOK)
def test_agrees_with_the_handbook(quantity, moderate, severe):
    row = THRESHOLDS.of(quantity)
    assert (row.moderate, row.severe) == (moderate, severe)


def test_kp_eight_is_the_class_eight_minus_and_nine_is_nine():
    row = THRESHOLDS.of("kp")
    assert (row.moderate, row.severe) == (AURORAL_MODERATE_KP, AURORAL_SEVERE_KP)
    assert [row.severity(kp) for kp in (7.33, 7.67, 8.67, 9.0)] == [
        None,
        Severity.MODERATE,
        Severity.MODERATE,
        Severity.SEVERE,
    ]


def test_reached_means_at_or_above():
    row = THRESHOLDS.of("vtec_tecu")
    assert [row.severity(tecu) for tecu in (124.9, 125, 175)] == [
        None,
        Severity.MODERATE,
        Severity.SEVERE,
    ]


def test_scaling_lowers_every_threshold():
    scaled = THRESHOLDS.scaled(0.9)
    for row, lower in zip(THRESHOLDS.rows, scaled.rows, strict=True):
        assert lower.moderate == pytest.approx(0.9 * row.moderate)
        assert lower.severe == pytest.approx(0.9 * row.severe)


def test_every_row_names_its_source():
    assert all(row.source for row in THRESHOLDS.rows)


def test_nan_is_not_below():
    with pytest.raises(ValueError, match="not known and not below"):
        THRESHOLDS.of("s4").severity(float("nan"))


def test_an_unknown_quantity_is_told_what_is_known():
    with pytest.raises(UnknownQuantityError, match="there is one for s4"):
        THRESHOLDS.of("satcom")
