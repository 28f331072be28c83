"""Auroral absorption: Kp 8- is MODERATE, 9o SEVERE, over the oval."""

from datetime import UTC, datetime, timedelta

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from stormcone.effect.auroral import auroral, auroral_ahead
from stormcone.effect.effect import Cause, Kind, Severity
from stormcone.effect.thresholds import THRESHOLDS
from stormcone.forecast import auroral as forecast
from stormcone.forecast.field import Source
from stormcone.forecast.hf_drivers import LEVELS
from stormcone.forecast.outlook import Outlook
from stormcone.observation.feed import Provenance
from stormcone.observation.tables import geomagnetic
from stormcone.reference.grid import global_grid

NOW = datetime(2024, 5, 11, 3, tzinfo=UTC)
PLACE = {"grid": global_grid(10), "table": geomagnetic()}
MODERATE, SEVERE = Severity.MODERATE, Severity.SEVERE


@pytest.mark.parametrize(
    ("kp", "severities"),
    [
        (7.333, []),
        (7.67, [MODERATE]),
        (7.7, [MODERATE]),
        (8.0, [MODERATE]),
        (8.667, [MODERATE]),
        (9.0, [MODERATE, SEVERE]),
    ],
)
def test_counts_in_thirds(kp, severities):
    """authorities/thresholds.md: Kp 8 and 9, and 8 takes in 8-."""
    assert [one.severity for one in auroral(now_of(kp))] == severities


def test_names_the_kp_and_its_threshold():
    moderate, severe = auroral(now_of(9.0))
    assert (moderate.kind, moderate.cause) == (Kind.HF_COM, Cause.AURORAL)
    assert (severe.evidence[0].name, severe.evidence[0].value) == ("kp", 9.0)
    assert severe.evidence[0].threshold == pytest.approx(8.99)
    assert severe.evidence[1].source == "test"
    assert np.array_equal(moderate.mask, severe.mask)
    assert moderate.mask.any()


@pytest.mark.parametrize("seen", [None, 9.0])
def test_a_stand_in_is_not_known_and_not_below(seen):
    old = None if seen is None else source(seen, hours=9)
    assert auroral(forecast.auroral_now(old, now=NOW, **PLACE)) is None


def test_a_forecast_counts_where_it_is_probable_enough():
    step = ahead_of([3, 4, 5, 7, 8, 9, 9])
    assert auroral_ahead(step) == ()
    (found,) = auroral_ahead(step, probability=0.3)
    assert found.severity is MODERATE
    assert 0.3 < found.probability < 0.4


def test_a_forecast_that_is_not_known_is_not_below():
    assert auroral_ahead(ahead_of([np.nan] * 7)) is None


def test_scaled_thresholds_hold_on_longer():
    assert auroral(now_of(7.0)) == ()
    assert auroral(now_of(7.0), thresholds=THRESHOLDS.scaled(0.9)) != ()


@given(st.lists(st.integers(0, 27), min_size=7, max_size=7), st.floats(0.05, 0.95))
def test_severe_never_comes_without_moderate(thirds, probability):
    found = auroral_ahead(ahead_of(np.sort(thirds) / 3), probability=probability)
    assert [one.severity for one in found] in ([], [MODERATE], [MODERATE, SEVERE])
    assert all(probability <= one.probability <= 1 for one in found)


def now_of(kp):
    return forecast.auroral_now(source(kp), now=NOW, **PLACE)


def source(kp, hours=3):
    return Source(
        quantity="kp",
        value=kp,
        at=NOW - timedelta(hours=hours),
        source="test",
        provenance=Provenance.OBSERVED,
    )


def ahead_of(values):
    outlook = Outlook(
        quantity="kp",
        issued=NOW,
        valid=(NOW + timedelta(hours=3),),
        levels=LEVELS,
        values=np.array([values], float),
        persistence=np.array([2.0]),
        climatology=np.array([2.0]),
    )
    return forecast.auroral_ahead(outlook, 0, **PLACE)
