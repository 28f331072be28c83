"""GNSS effects: what opens now, what may be said ahead, and what is not known."""

from datetime import UTC, datetime, timedelta

import numpy as np
import pytest

from stormcone.effect.effect import Cause, Kind, Severity
from stormcone.effect.exceeded import effects
from stormcone.effect.gnss import scintillation, scintillation_ahead, tec, tec_ahead
from stormcone.effect.thresholds import THRESHOLDS
from stormcone.forecast.field import Field, Source
from stormcone.forecast.gnss import GnssStep
from stormcone.forecast.hf_drivers import LEVELS
from stormcone.forecast.probability_field import ProbabilityField
from stormcone.observation.feed import Provenance
from stormcone.reference.areas import Area
from stormcone.reference.grid import global_grid

NOW = datetime(2024, 5, 11, 12, tzinfo=UTC)
GRID = global_grid(30)
EVERYWHERE, NOWHERE = np.ones(GRID.shape, bool), np.zeros(GRID.shape, bool)


@pytest.mark.parametrize(
    ("tecu", "severities"),
    [(124, []), (125, ["MOD"]), (175, ["MOD", "SEV"])],
)
def test_tec_counts_from_125_and_175(tecu, severities):
    found = tec(step_of(tecu=tecu))
    assert [one.severity for one in found] == severities
    assert all((one.kind, one.cause) == (Kind.GNSS, Cause.TEC) for one in found)


def test_tec_stands_on_its_readings():
    (found,) = tec(step_of(tecu=130))
    assert found.evidence[0].value == 130
    assert found.evidence[0].threshold == 125
    assert found.evidence[1].name == "vtec_tecu"


@pytest.mark.parametrize("provenance", [Provenance.PERSISTENCE, Provenance.FORECAST, None])
def test_a_model_alone_is_not_known_now(provenance):
    assert tec(step_of(tecu=10, provenance=provenance)) is None
    assert tec(step_of(tecu=200, provenance=provenance)) is None
    assert scintillation(step_of(s4=(0.0, 0.0), provenance=provenance)) is None
    assert scintillation(step_of(s4=(0.9, 0.9), provenance=provenance)) is None


def test_a_model_alone_may_fill_a_forecast():
    assert tec_ahead(step_of(tecu=10, provenance=None)) == ()
    moderate, severe = tec_ahead(step_of(tecu=200, provenance=None))
    assert (moderate.severity, severe.severity) == (Severity.MODERATE, Severity.SEVERE)
    (both,) = scintillation_ahead(step_of(s4=(0.6, 0.3), provenance=None))
    assert both.probability == pytest.approx(0.6)


def test_cells_without_readings_open_nothing_and_hide_nothing():
    half = EVERYWHERE.copy()
    half[:, :6] = False
    (found,) = tec(step_of(tecu=130, tec_informed=half))
    assert np.array_equal(found.mask, half)
    assert tec(step_of(tecu=120, tec_informed=half)) is None  # they might well exceed
    assert tec(step_of(tecu=10, tec_informed=half)) == ()  # they hardly can


def test_nan_is_not_below():
    assert tec(step_of(tecu=np.nan)) is None
    assert tec_ahead(step_of(tecu=np.nan)) is None
    assert scintillation_ahead(step_of(s4=(np.nan, np.nan))) is None


def test_scaled_thresholds_hold_on_longer():
    assert tec(step_of(tecu=115)) == ()
    (held,) = tec(step_of(tecu=115), thresholds=THRESHOLDS.scaled(0.9))
    assert held.severity is Severity.MODERATE
    assert scintillation(step_of(s4=(0.48, 0.1))) == ()
    assert scintillation(step_of(s4=(0.48, 0.1)), thresholds=THRESHOLDS.scaled(0.9))


def test_scintillation_is_as_probable_as_its_receivers_say():
    moderate, severe = scintillation(step_of(s4=(0.9, 0.55)))
    assert (moderate.severity, severe.severity) == (Severity.MODERATE, Severity.SEVERE)
    assert moderate.cause is Cause.SCINTILLATION
    assert moderate.evidence[0].name == "probability of s4 >= 0.5"
    assert moderate.evidence[0].value == pytest.approx(0.9)
    assert scintillation(step_of(s4=(0.4, 0.1))) == ()
    assert scintillation(step_of(s4=(0.4, 0.1)), probability=0.3)


def test_scintillation_without_receivers_opens_nothing():
    assert scintillation(step_of(s4=(0.9, 0.9), s4_informed=NOWHERE)) is None
    assert scintillation(step_of(s4=(0.01, 0.0), s4_informed=NOWHERE)) == ()


def test_the_phase_counts_ahead_and_not_now():
    step = step_of(s4=(0.1, 0.0), phase=(0.7, 0.35))
    assert scintillation(step) == ()
    (found,) = scintillation_ahead(step)
    assert found.evidence[0].name == "probability of phase_scintillation_rad >= 0.4"
    assert found.mask.all()


def test_areas_are_drawn_for_gnss_too():
    drawn = effects(
        tec(step_of(tecu=130)), grid=GRID, outline=lambda mask, grid: Area(parts=())
    )
    assert [(one.kind, one.cause) for one in drawn] == [(Kind.GNSS, Cause.TEC)]


def step_of(
    *,
    tecu=10.0,
    s4=(0.0, 0.0),
    phase=(0.0, 0.0),
    provenance=Provenance.OBSERVED,
    tec_informed=EVERYWHERE,
    s4_informed=EVERYWHERE,
):
    """Return one step, the same in every cell; quantiles 0.8 to 1.2 times the median."""
    factors = np.array([0.8, 0.85, 0.9, 1, 1.1, 1.15, 1.2], np.float32)[:, None, None]
    seen = lambda name: () if provenance is None else (source(name, provenance),)  # noqa: E731
    values = np.float32(tecu) * factors * np.ones(GRID.shape, np.float32)
    return GnssStep(
        vtec_tecu=Field(
            quantity="vtec_tecu",
            grid=GRID,
            issued=NOW,
            valid=NOW,
            levels=LEVELS,
            values=values,
            based_on=seen("vtec_tecu"),
        ),
        s4=chances("s4", (0.5, 0.8), s4, seen("roti_tecu_min")),
        phase_scintillation_rad=chances("phase_scintillation_rad", (0.4, 0.7), phase, ()),
        tec_informed=tec_informed,
        s4_informed=s4_informed,
    )


def chances(quantity, thresholds, values, based_on):
    column = np.array(values, np.float32)[:, None, None]
    return ProbabilityField(
        quantity=quantity,
        grid=GRID,
        issued=NOW,
        valid=NOW,
        thresholds=thresholds,
        values=np.broadcast_to(column, (2, *GRID.shape)),
        based_on=based_on,
    )


def source(quantity, provenance):
    return Source(
        quantity=quantity,
        value=50.0,
        at=NOW - timedelta(minutes=10),
        source="test",
        provenance=provenance,
    )
