"""A lookout watches one family of causes: what it sees now, and what it expects ahead."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import lru_cache
from typing import Protocol

import numpy as np

from stormcone.advisory.decide import Sighting
from stormcone.advisory.draft import Ahead, Subject
from stormcone.effect.effect import Evidence, Severity
from stormcone.effect.exceeded import Exceeded
from stormcone.effect.mask import Mask
from stormcone.effect.thresholds import THRESHOLDS, Thresholds
from stormcone.reference.areas import Levels


class Lookout(Protocol):
    """One family of causes whose advisories form one thread."""

    def subject(self, looks: Sequence[Sighting]) -> Subject:
        """Return what an advisory of these looks is about; of none, what it is by default."""

    def is_due(self, now: datetime) -> bool:
        """Say whether a look at `now` can see more than the one before."""

    def look(self, now: datetime) -> Sighting:
        """Return what is seen at `now`."""

    def ahead(self, look: Sighting, hours: Sequence[float]) -> tuple[Ahead, ...]:
        """Return what is expected `hours` after the time of the look."""


@lru_cache(maxsize=4)
def held(leave: float) -> Thresholds:
    """Return the thresholds below which an event no longer holds."""
    return THRESHOLDS.scaled(leave)


def sighting(
    now: datetime,
    observed: datetime | None,
    found: tuple[Exceeded, ...] | None,
    kept: tuple[Exceeded, ...] | None,
) -> Sighting:
    """Return one look from what is exceeded and what is held; None means "not known"."""
    if found is None or kept is None:
        return Sighting(at=now, observed=None)
    return Sighting(
        at=now,
        observed=observed,
        exceeded=max((one.severity for one in found), default=None),
        held=max((one.severity for one in kept), default=None),
        exceeded_masks={one.severity: one.mask for one in found if one.mask is not None},
        held_masks={one.severity: one.mask for one in kept if one.mask is not None},
        levels=levels(kept),
        evidence=strongest(found or kept),
    )


def strongest(found: Sequence[Exceeded]) -> tuple[Evidence, ...]:
    """Return the evidence of the highest severity."""
    worst = max(found, key=lambda one: one.severity, default=None)
    return worst.evidence if worst else ()


def masks(found: tuple[Exceeded, ...] | None) -> Mapping[Severity, Mask] | None:
    """Return where each severity is expected; a cause without a map has empty masks."""
    if found is None:
        return None
    nowhere = np.zeros((0, 0), bool)
    return {one.severity: nowhere if one.mask is None else one.mask for one in found}


def levels(found: Sequence[Exceeded]) -> Mapping[Severity, Levels]:
    """Return at which flight levels each severity is found; none of a cause without height."""
    return {one.severity: one.levels for one in found if one.levels is not None}
