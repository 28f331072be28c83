"""HF COM by auroral absorption: Kp 8 and 9, over the oval of both hemispheres.

Kp has no place; that the area is the oval of that Kp, rounded outward, is our rule: none is
published.
"""

import math

from stormcone.effect.effect import Severity
from stormcone.effect.exceeded import SEEN, Exceeded, field_evidence
from stormcone.effect.thresholds import THRESHOLDS, Thresholds
from stormcone.forecast.auroral import AuroralStep

KP = "kp"


def auroral(
    now: AuroralStep, *, thresholds: Thresholds = THRESHOLDS
) -> tuple[Exceeded, ...] | None:
    """Return what the Kp of `auroral_now` reaches; None where none is observed in time."""
    if any(seen.provenance not in SEEN for seen in now.based_on) or not now.based_on:
        return None
    return auroral_ahead(now, thresholds=thresholds)


def auroral_ahead(
    step: AuroralStep, *, thresholds: Thresholds = THRESHOLDS, probability: float = 0.5
) -> tuple[Exceeded, ...] | None:
    """Return which severities a forecast Kp reaches that probably: MODERATE, then SEVERE.

    None where Kp is not known.
    """
    if math.isnan(step.median):
        return None
    row = thresholds.of(KP)
    sure = {severity: step.exceedance(row.at(severity)) for severity in Severity}
    if max(sure.values()) < probability:
        return ()
    mask = step.mask
    return tuple(
        Exceeded(
            kind=row.kind,
            cause=row.cause,
            severity=severity,
            mask=mask,
            region=None,
            valid=step.valid,
            probability=sure[severity],
            evidence=field_evidence(row, severity, step.median, step.valid, step.based_on),
        )
        for severity in Severity
        if sure[severity] >= probability
    )
