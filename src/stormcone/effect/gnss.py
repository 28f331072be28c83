"""GNSS: electron content and scintillation, where they are observed now and expected ahead.

Now, only cells with observations behind them can exceed a threshold. A cell without them is
"not known" if the model gives it a chance of 5 % or more, and is taken for below otherwise.
Scintillation has probabilities and no value, so the evidence is the probability.
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from stormcone.effect.effect import Evidence, Severity
from stormcone.effect.exceeded import (
    MODEL,
    SEEN,
    Exceeded,
    evidence,
    field_reached,
    reached,
    weakest,
)
from stormcone.effect.thresholds import THRESHOLDS, Threshold, Thresholds
from stormcone.forecast.field import Source
from stormcone.forecast.gnss import GnssStep
from stormcone.forecast.probability_field import ProbabilityField

TEC, S4, PHASE = "vtec_tecu", "s4", "phase_scintillation_rad"
ROTI = "roti_tecu_min"
MEDIAN_PROBABILITY = 0.5
HARDLY = 0.05  # what is less probable than this is taken for below, without an observation


def tec(now: GnssStep, *, thresholds: Thresholds = THRESHOLDS) -> tuple[Exceeded, ...] | None:
    """Return where the median of TEC exceeds its thresholds, in cells with observations.

    None where no TEC of the last hour is assimilated, or nothing is exceeded while a cell
    without observations might.
    """
    field = now.vtec_tecu
    if not _observed(field.based_on, TEC):
        return None
    row = thresholds.of(TEC)
    median = field.values[field.levels.index(0.5)]
    seen = np.where(now.tec_informed, median, -np.inf)
    chance = field.exceedance(row.at(Severity.MODERATE))
    doubtful = np.isnan(median) | (~now.tec_informed & (chance >= HARDLY))
    return reached(
        row,
        greatest=float(np.fmax.reduce(seen, axis=None)),
        masks=lambda severity: seen >= row.at(severity),
        probability=lambda _: MEDIAN_PROBABILITY,
        unknown=bool(doubtful.any()),
        valid=field.valid,
        based_on=field.based_on,
    )


def tec_ahead(
    step: GnssStep,
    *,
    thresholds: Thresholds = THRESHOLDS,
    probability: float = MEDIAN_PROBABILITY,
) -> tuple[Exceeded, ...] | None:
    """Return where TEC will exceed its thresholds that probably, by the model if need be."""
    return field_reached(step.vtec_tecu, thresholds.of(TEC), probability=probability)


def scintillation(
    now: GnssStep,
    *,
    thresholds: Thresholds = THRESHOLDS,
    probability: float = MEDIAN_PROBABILITY,
) -> tuple[Exceeded, ...] | None:
    """Return where S4 exceeds its thresholds that probably, in cells with receivers.

    None where no rate of TEC of the last hour is fed, or nothing is exceeded while a cell
    without receivers might. Phase scintillation is not observed, so it is never part of it.
    """
    if not _observed(now.s4.based_on, ROTI):
        return None
    chances = {
        severity: np.where(now.s4_informed, chance, 0)
        for severity, chance in _chances(now.s4, thresholds.of(S4)).items()
    }
    doubtful = now.s4.exceedance(thresholds.of(S4).at(Severity.MODERATE)) >= HARDLY
    found = _probable(now.s4, thresholds.of(S4), chances, probability)
    return None if not found and bool((doubtful & ~now.s4_informed).any()) else found


def scintillation_ahead(
    step: GnssStep,
    *,
    thresholds: Thresholds = THRESHOLDS,
    probability: float = MEDIAN_PROBABILITY,
) -> tuple[Exceeded, ...] | None:
    """Return where S4 or the phase will exceed its thresholds that probably.

    One answer for both, the more probable of them in each cell.
    """
    field, row = step.s4, thresholds.of(S4)
    chances = _chances(field, row)
    phase = step.phase_scintillation_rad
    others = _chances(phase, thresholds.of(PHASE))
    if max(map(_greatest, others.values())) > max(map(_greatest, chances.values())):
        field, row = phase, thresholds.of(PHASE)
    chances = {one: np.maximum(chances[one], others[one]) for one in chances}
    found = _probable(field, row, chances, probability)
    unknown = any(np.isnan(chance).any() for chance in chances.values())
    return None if unknown and not found else found


def _chances(field: ProbabilityField, row: Threshold) -> dict[Severity, NDArray[np.floating]]:
    return {severity: field.exceedance(row.at(severity)) for severity in Severity}


def _probable(
    field: ProbabilityField,
    row: Threshold,
    chances: dict[Severity, NDArray[np.floating]],
    probability: float,
) -> tuple[Exceeded, ...]:
    """Return the severities that are probable somewhere, MODERATE before SEVERE."""
    return tuple(
        Exceeded(
            kind=row.kind,
            cause=row.cause,
            severity=severity,
            mask=chance >= probability,
            region=None,
            valid=field.valid,
            probability=_greatest(chance),
            evidence=_evidence(field, row, severity, _greatest(chance), probability),
        )
        for severity, chance in chances.items()
        if (chance >= probability).any()
    )


def _evidence(
    field: ProbabilityField,
    row: Threshold,
    severity: Severity,
    chance: float,
    probability: float,
) -> tuple[Evidence, ...]:
    """Hold the greatest probability against the one that is asked for."""
    ours = Evidence(
        name=f"probability of {row.quantity} >= {row.at(severity):g}",
        value=chance,
        threshold=probability,
        source=MODEL,
        at=field.valid,
        provenance=weakest(field.based_on),
    )
    return (ours, *(evidence(seen, None) for seen in field.based_on))


def _greatest(chance: NDArray[np.floating]) -> float:
    return float(np.fmax.reduce(chance, axis=None))


def _observed(based_on: Sequence[Source], quantity: str) -> bool:
    return any(seen.quantity == quantity and seen.provenance in SEEN for seen in based_on)
