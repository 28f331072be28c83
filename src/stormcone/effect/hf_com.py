"""HF COM: flares over the day side, and polar-cap absorption where it is.

Each question has three answers: what is exceeded, nothing (an empty tuple), and None for "not
known". A stand-in for a missing observation is "not known" here: it must not open, raise or end
an advisory. Areas are drawn last, by `effects`, for the masks that somebody wants drawn.
"""

import math
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

from stormcone.effect.effect import Cause, Effect, Evidence, Kind, Severity
from stormcone.effect.thresholds import POLAR_CAP, THRESHOLDS, XRAY, Threshold, Thresholds
from stormcone.forecast.field import Field, Source, exceedance
from stormcone.forecast.hf_com import HfNow
from stormcone.observation.feed import Provenance
from stormcone.reference.areas import Area, Region, Side
from stormcone.reference.grid import Grid

SEEN = frozenset({Provenance.OBSERVED, Provenance.RECONSTRUCTED})
MODEL = "stormcone"

Outline = Callable[[NDArray[np.bool_], Grid], Area]


class Exceeded(Struct, frozen=True, eq=False, kw_only=True):
    """A threshold that is reached: in the cells of `mask`, or in `region` where there is none.

    `probability` is the highest of any cell; 0.5 stands for "the median is above" where no
    more than the median was computed.
    """

    cause: Cause
    severity: Severity
    mask: NDArray[np.bool_] | None
    region: Region | None
    valid: datetime
    probability: float
    evidence: tuple[Evidence, ...]


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
    return (_on_the_day_side(severity, valid, 1.0, (_evidence(seen, row.at(severity)),)),)


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
            evidence = tuple(_evidence(seen, row.at(severity)) for seen in based_on)
            return (_on_the_day_side(severity, valid, sure, evidence),)
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
    return _reached(
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
    row = thresholds.of(POLAR_CAP)
    sure = {severity: field.exceedance(row.at(severity)) for severity in Severity}
    return _reached(
        row,
        greatest=float(np.fmax.reduce(field.values, axis=None)),
        masks=lambda severity: sure[severity] >= probability,
        probability=lambda severity: float(np.fmax.reduce(sure[severity], axis=None)),
        unknown=bool(np.isnan(field.values).any()),
        valid=field.valid,
        based_on=field.based_on,
    )


def effects(
    exceeded: Iterable[Exceeded], *, grid: Grid, outline: Outline
) -> tuple[Effect, ...]:
    """Draw the areas and return the effects; one for each severity, with all its parts."""
    return tuple(
        Effect(
            kind=Kind.HF_COM,
            cause=one.cause,
            severity=one.severity,
            area=None if one.mask is None else outline(one.mask, grid),
            region=one.region,
            valid=one.valid,
            probability=one.probability,
            evidence=one.evidence,
        )
        for one in exceeded
    )


def _reached(
    row: Threshold,
    *,
    greatest: float,
    masks: Callable[[Severity], NDArray[np.bool_]],
    probability: Callable[[Severity], float],
    unknown: bool,
    valid: datetime,
    based_on: tuple[Source, ...],
) -> tuple[Exceeded, ...] | None:
    drawn = (
        (severity, masks(severity)) for severity in Severity if greatest >= row.at(severity)
    )
    found = tuple(
        Exceeded(
            cause=row.cause,
            severity=severity,
            mask=mask,
            region=None,
            valid=valid,
            probability=probability(severity),
            evidence=_field_evidence(row, severity, greatest, valid, based_on),
        )
        for severity, mask in drawn
        if mask.any()
    )
    return None if unknown and not found else found


def _on_the_day_side(
    severity: Severity, valid: datetime, probability: float, evidence: tuple[Evidence, ...]
) -> Exceeded:
    return Exceeded(
        cause=Cause.FLARE,
        severity=severity,
        mask=None,
        region=Region(side=Side.DAYSIDE),
        valid=valid,
        probability=probability,
        evidence=evidence,
    )


def _field_evidence(
    row: Threshold,
    severity: Severity,
    greatest: float,
    valid: datetime,
    based_on: tuple[Source, ...],
) -> tuple[Evidence, ...]:
    """Hold the greatest value against its threshold, then name what the field rests on."""
    ours = Evidence(
        name=row.quantity,
        value=greatest,
        threshold=row.at(severity),
        source=MODEL,
        at=valid,
        provenance=_weakest(based_on),
    )
    return (ours, *(_evidence(seen, None) for seen in based_on))


def _evidence(seen: Source, threshold: float | None) -> Evidence:
    return Evidence(
        name=seen.quantity,
        value=seen.value,
        threshold=threshold,
        source=seen.source,
        at=seen.at,
        provenance=seen.provenance,
    )


def _weakest(based_on: tuple[Source, ...]) -> Provenance:
    """Return the least certain provenance: a field is no better than that."""
    order = (
        Provenance.OBSERVED,
        Provenance.RECONSTRUCTED,
        Provenance.PERSISTENCE,
        Provenance.FORECAST,
    )
    return max((seen.provenance for seen in based_on), key=order.index, default=order[-1])
