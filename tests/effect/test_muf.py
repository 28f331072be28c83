"""MUF effects: near ionosondes now, by the model ahead, and only after a storm."""

from datetime import UTC, datetime

import numpy as np
import pytest

from stormcone.effect.effect import Cause, Kind, Severity
from stormcone.effect.muf import muf, muf_ahead
from stormcone.forecast.field import Field, Source
from stormcone.forecast.hf_drivers import LEVELS
from stormcone.forecast.muf import MufStep
from stormcone.observation.feed import Provenance
from stormcone.reference.grid import global_grid

NOW = datetime(2024, 5, 11, 12, tzinfo=UTC)
GRID = global_grid(30)
EVERYWHERE = np.ones(GRID.shape, bool)


@pytest.mark.parametrize(
    ("percent", "severities"), [(29, []), (30, ["MOD"]), (50, ["MOD", "SEV"]), (-40, [])]
)
def test_a_depression_counts_from_30_and_50_percent(percent, severities):
    found = muf(step_of(percent))
    assert [one.severity for one in found] == severities
    assert all((one.kind, one.cause) == (Kind.HF_COM, Cause.MUF) for one in found)


def test_without_a_storm_no_depression_counts():
    assert muf(step_of(60, counted=False)) == ()
    assert muf_ahead(step_of(60, counted=False)) == ()


def test_with_kp_unknown_nothing_is_known():
    assert muf(step_of(60, counted=None)) is None
    assert muf_ahead(step_of(60, counted=None)) is None


@pytest.mark.parametrize("provenance", [Provenance.PERSISTENCE, None])
def test_a_model_alone_is_not_known_now_and_fills_a_forecast(provenance):
    step = step_of(60, provenance=provenance)
    assert muf(step) is None
    moderate, severe = muf_ahead(step)
    assert (moderate.severity, severe.severity) == (Severity.MODERATE, Severity.SEVERE)


def test_only_cells_near_an_ionosonde_count_now():
    near = EVERYWHERE.copy()
    near[3:] = False
    (found,) = muf(step_of(40, informed=near))
    assert np.array_equal(found.mask, near)
    assert muf(step_of(40, informed=~EVERYWHERE)) is None


def test_nan_is_not_below():
    assert muf(step_of(np.nan)) is None
    assert muf_ahead(step_of(np.nan)) is None


def step_of(percent, *, counted=True, provenance=Provenance.OBSERVED, informed=EVERYWHERE):
    around = np.array([-12, -9, -5, 0, 5, 9, 12], np.float32)[:, None, None]
    sounding = Source(
        quantity="muf_3000_mhz", value=9.0, at=NOW, source="JR055", provenance=provenance or ""
    )
    kp = Source(quantity="kp", value=8.0, at=NOW, source="GFZ", provenance=Provenance.OBSERVED)
    field = Field(
        quantity="muf_depression_percent",
        grid=GRID,
        issued=NOW,
        valid=NOW,
        levels=LEVELS,
        values=np.float32(percent) + around * np.ones(GRID.shape, np.float32),
        based_on=(kp,) if provenance is None else (sounding, kp),
    )
    return MufStep(depression_percent=field, counted=counted, informed=informed)
