"""Reconstructed curves keep to the record: its points, its order, its thresholds."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from stormcone.observation.columns import to_ms
from stormcone.observation.feed import Flag, Provenance, Series
from stormcone.observation.reconstruct import Anchor, curve, f107_for_models, log_linear

NOON = datetime(2026, 1, 18, 12, tzinfo=UTC)
STEP = timedelta(minutes=5)
a_tenth_of_a_percent = 1e-3
anchor_lists = st.lists(
    st.tuples(st.integers(1, 60), st.floats(1e-3, 1e5)), min_size=2, max_size=8
)


def anchors(gaps_and_values):
    at, made = NOON, []
    for gap, value in gaps_and_values:
        at += gap * STEP
        made.append(Anchor(at=at, value=value))
    return made


def sampled(points):
    return curve(
        "proton_flux_10mev_pfu",
        "test",
        points,
        start=NOON,
        end=points[-1].at + timedelta(hours=2),
        step=STEP,
    )


@given(anchor_lists)
def test_a_curve_passes_through_each_anchor(raw):
    points = anchors(raw)
    by_time = {one.at: one for one in sampled(points)}
    for point in points:
        assert by_time[point.at].value == pytest.approx(point.value, rel=a_tenth_of_a_percent)
        assert by_time[point.at].provenance is Provenance.OBSERVED


@given(anchor_lists)
def test_a_curve_is_monotone_between_anchors(raw):
    points = anchors(raw)
    samples = sampled(points)
    for one, two in pairwise(points):
        between = [s.value for s in samples if one.at <= s.at <= two.at]
        steps = np.diff(between)
        assert (steps >= 0).all() if two.value >= one.value else (steps <= 0).all()


@given(anchor_lists, st.floats(1e-3, 1e5))
def test_a_curve_crosses_no_threshold_that_its_anchors_do_not(raw, threshold):
    points = anchors(raw)
    crossings = sum(
        (one.value >= threshold) != (two.value >= threshold) for one, two in pairwise(points)
    )
    above = [one.value >= threshold for one in sampled(points)]
    assert sum(one != two for one, two in pairwise(above)) == crossings


def test_a_curve_is_constant_outside_its_anchors():
    points = anchors([(5, 1.0), (5, 7.0)])
    values = log_linear(points, np.array([to_ms(NOON), to_ms(NOON + timedelta(days=2))]))
    assert values.tolist() == [1.0, 7.0]


def test_anchors_out_of_order_or_at_zero_are_refused():
    good = Anchor(at=NOON, value=1.0)
    with pytest.raises(ValueError, match="sort them"):
        sampled([good, good])
    with pytest.raises(ValueError, match="above zero"):
        sampled([good, Anchor(at=NOON + STEP, value=0)])


def test_a_day_of_a_burst_is_taken_from_its_neighbours():
    days = np.array(["2026-01-17T20", "2026-01-18T20", "2026-01-19T20"], "datetime64[ms]")
    recorded = Series(
        quantity="f107_sfu",
        source="Penticton",
        at=days,
        value=np.array([159.2, 231.8, 173.4]),
        known=days,
        flags=np.array([0, Flag.BURST, 0], np.uint16),
        provenance=(Provenance.OBSERVED,) * 3,
    )
    usable = f107_for_models(recorded)
    assert usable.value.tolist() == [159.2, pytest.approx((159.2 + 173.4) / 2), 173.4]
    assert usable.provenance[1] is Provenance.RECONSTRUCTED
    assert usable.flags.tolist() == [0, 0, 0]
    assert recorded.value[1] == 231.8
