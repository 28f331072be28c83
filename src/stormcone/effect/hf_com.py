"""HF COM: flares over the day side, and polar-cap absorption where it is."""

import math
from collections.abc import Sequence
from datetime import datetime

import numpy as np
from numpy.typing import NDArray

from stormcone.effect.effect import Cause, Evidence, Kind, Severity
from stormcone.effect.exceeded import SEEN, Exceeded, evidence, field_reached, reached
from stormcone.effect.thresholds import POLAR_CAP, THRESHOLDS, XRAY, Thresholds
from stormcone.forecast.field import Field, Source, exceedance
from stormcone.forecast.hf_com import HfNow
from stormcone.reference.areas import Region, Side


def flare(
    seen: Source | None, *, valid: datetime, thresholds: Thresholds = THRESHOLDS
) -> tuple[Exceeded, ...] | None:
    """Return whether the X-ray flux blacks out the day side; only the highest severity.

    None where the flux is missing, NaN or a stand-in.
    """
    if seen is None or seen.provenance not in SEEN or math.isnan(seen.value):
        return None
    row = thresholds.of(XRAY)
    severity = row.severity(seen.value)
    if severity is None:
        return ()
    return (_on_the_day_side(severity, valid, 1.0, (evidence(seen, row.at(severity)),)),)


def flare_ahead(
    levels: tuple[float, ...],
    flux_w_m2: NDArray[np.float64],
    *,
    valid: datetime,
    based_on: Sequence[Source] = (),
    thresholds: Thresholds = THRESHOLDS,
    probability: float = 0.5,
) -> tuple[Exceeded, ...]:
    """Return the highest severity that a forecast flux reaches with that probability.

    `flux_w_m2` holds quantiles at `levels`, as in `HfStep.xray_flux_w_m2`.
    """
    row = thresholds.of(XRAY)
    for severity in (Severity.SEVERE, Severity.MODERATE):
        sure = float(exceedance(levels, flux_w_m2, row.at(severity)))
        if sure >= probability:
            seen = tuple(evidence(one, row.at(severity)) for one in based_on)
            return (_on_the_day_side(severity, valid, sure, seen),)
    return ()


def polar_cap(
    now: HfNow, *, thresholds: Thresholds = THRESHOLDS
) -> tuple[Exceeded, ...] | None:
    """Return where protons absorb too much this minute, by the median: MODERATE, then SEVERE.

    None where no proton flux is observed, or nothing is exceeded while a cell is not known.
    """
    protons = [seen for seen in now.polar_cap_based_on if seen.quantity.startswith("proton")]
    if not protons or any(seen.provenance not in SEEN for seen in protons):
        return None
    absorption = now.polar_cap_30mhz_db
    row = thresholds.of(POLAR_CAP)
    return reached(
        row,
        greatest=float(np.fmax.reduce(absorption, axis=None)),
        masks=lambda severity: absorption >= row.at(severity),
        probability=lambda _: 0.5,
        unknown=bool(np.isnan(absorption).any()),
        valid=now.valid,
        based_on=now.polar_cap_based_on,
    )


def polar_cap_ahead(
    field: Field, *, thresholds: Thresholds = THRESHOLDS, probability: float = 0.5
) -> tuple[Exceeded, ...] | None:
    """Return where a field of polar-cap absorption exceeds its thresholds that probably.

    None where nothing is exceeded while a cell is not known.
    """
    return field_reached(field, thresholds.of(POLAR_CAP), probability=probability)


def _on_the_day_side(
    severity: Severity, valid: datetime, probability: float, evidence: tuple[Evidence, ...]
) -> Exceeded:
    return Exceeded(
        kind=Kind.HF_COM,
        cause=Cause.FLARE,
        severity=severity,
        mask=None,
        region=Region(side=Side.DAYSIDE),
        valid=valid,
        probability=probability,
        evidence=evidence,
    )
