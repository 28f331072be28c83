"""What reaches a threshold: the answer of every effect, and the evidence it stands on.

Each question has three answers: what is exceeded, nothing (an empty tuple), and None for "not
known". A stand-in for a missing observation is "not known" now: it must not open, raise or end
an advisory. Areas are drawn last, by `effects`, for the masks that somebody wants drawn.
"""

from collections.abc import Callable, Iterable
from datetime import datetime

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

from stormcone.effect.effect import Cause, Effect, Evidence, Kind, Severity
from stormcone.effect.thresholds import Threshold
from stormcone.forecast.field import Field, Source
from stormcone.observation.feed import Provenance
from stormcone.reference.areas import Area, Levels, Region
from stormcone.reference.grid import Grid

SEEN = frozenset({Provenance.OBSERVED, Provenance.RECONSTRUCTED})
MODEL = "stormcone"

Outline = Callable[[NDArray[np.bool_], Grid], Area]


class Exceeded(Struct, frozen=True, eq=False, kw_only=True):
    """A threshold that is reached: in the cells of `mask`, or in `region` where there is none.

    `levels` are the flight levels of a cause that has a height. `probability` is the highest of
    any cell; 0.5 stands for "the median is above" where no more than the median was computed.
    """

    kind: Kind
    cause: Cause
    severity: Severity
    mask: NDArray[np.bool_] | None
    region: Region | None
    levels: Levels | None = None
    valid: datetime
    probability: float
    evidence: tuple[Evidence, ...]


def field_reached(
    field: Field, row: Threshold, *, probability: float
) -> tuple[Exceeded, ...] | None:
    """Return where a field of quantiles reaches its thresholds with that probability.

    None where nothing is exceeded while a cell is not known.
    """
    sure = {severity: field.exceedance(row.at(severity)) for severity in Severity}
    return reached(
        row,
        greatest=float(np.fmax.reduce(field.values, axis=None)),
        masks=lambda severity: sure[severity] >= probability,
        probability=lambda severity: float(np.fmax.reduce(sure[severity], axis=None)),
        unknown=bool(np.isnan(field.values).any()),
        valid=field.valid,
        based_on=field.based_on,
    )


def reached(
    row: Threshold,
    *,
    greatest: float,
    masks: Callable[[Severity], NDArray[np.bool_]],
    probability: Callable[[Severity], float],
    unknown: bool,
    valid: datetime,
    based_on: tuple[Source, ...],
) -> tuple[Exceeded, ...] | None:
    """Return what a map reaches, MODERATE before SEVERE; None where that is not known.

    `masks` and `probability` answer for one severity, `greatest` is the highest value of any
    cell, and `unknown` says that a cell is not known: then nothing found is "not known".
    """
    drawn = (
        (severity, masks(severity)) for severity in Severity if greatest >= row.at(severity)
    )
    found = tuple(
        Exceeded(
            kind=row.kind,
            cause=row.cause,
            severity=severity,
            mask=mask,
            region=None,
            valid=valid,
            probability=probability(severity),
            evidence=field_evidence(row, severity, greatest, valid, based_on),
        )
        for severity, mask in drawn
        if mask.any()
    )
    return None if unknown and not found else found


def effects(
    exceeded: Iterable[Exceeded], *, grid: Grid, outline: Outline
) -> tuple[Effect, ...]:
    """Draw the areas and return the effects; one for each severity, with all its parts."""
    return tuple(
        Effect(
            kind=one.kind,
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


def field_evidence(
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
        provenance=weakest(based_on),
    )
    return (ours, *(evidence(seen, None) for seen in based_on))


def evidence(seen: Source, threshold: float | None) -> Evidence:
    """Return what was observed, beside the threshold it was held against."""
    return Evidence(
        name=seen.quantity,
        value=seen.value,
        threshold=threshold,
        source=seen.source,
        at=seen.at,
        provenance=seen.provenance,
    )


def weakest(based_on: tuple[Source, ...]) -> Provenance:
    """Return the least certain provenance: a field is no better than that."""
    order = (
        Provenance.OBSERVED,
        Provenance.RECONSTRUCTED,
        Provenance.PERSISTENCE,
        Provenance.FORECAST,
    )
    return max((seen.provenance for seen in based_on), key=order.index, default=order[-1])
