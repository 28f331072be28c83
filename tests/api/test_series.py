"""Series for charts: thinned without losing a peak, missing as null."""

from datetime import UTC, datetime

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from stormcone.api.series import line, peaks_kept, series_shape
from stormcone.observation.feed import Provenance, Series

AT = datetime(2026, 1, 18, tzinfo=UTC)


def made(values, provenance=Provenance.OBSERVED):
    count = len(values)
    at = np.datetime64("2026-01-18", "ms") + 60_000 * np.arange(count)
    return Series(
        quantity="xray_flux_w_m2",
        source="GOES-18",
        at=at,
        value=np.array(values, float),
        known=at,
        flags=np.zeros(count, np.uint16),
        provenance=(provenance,) * count,
    )


@given(st.lists(st.floats(-1e6, 1e6), min_size=1, max_size=300), st.integers(2, 60))
def test_thinning_keeps_the_extremes_the_order_and_the_limit(values, most):
    kept = peaks_kept(np.array(values), most)
    chosen = np.array(values)[kept]
    assert len(kept) <= max(most, 2)
    assert np.all(np.diff(kept) > 0)
    assert (chosen.min(), chosen.max()) == (min(values), max(values))


def test_missing_is_null_and_times_are_seconds():
    shown = line(made([1e-6, np.nan]), 100)
    assert shown.values == [pytest.approx(1e-6), None]
    assert np.diff(shown.times_s).tolist() == [60]


def test_a_mixed_line_says_the_weakest_provenance():
    mixed = made([1.0, 2.0])
    mixed = Series(
        **{
            **{f: getattr(mixed, f) for f in mixed.__struct_fields__},
            "provenance": (Provenance.OBSERVED, Provenance.RECONSTRUCTED),
        }
    )
    assert line(mixed, 10).provenance == "reconstructed"


def test_a_thinned_answer_says_so():
    assert series_shape("xray_flux_w_m2", [made([1.0] * 50)], AT, 10).decimated
    assert not series_shape("xray_flux_w_m2", [made([1.0] * 5)], AT, 10).decimated
