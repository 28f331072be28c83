"""Our advisories beside the really issued ones: milestones and the minutes between them."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from msgspec import Struct

from stormcone.advisory.advisory import Advisory
from stormcone.advisory.causes import cause_of
from stormcone.advisory.threads import ends
from stormcone.effect.effect import Cause, Kind, Severity

# The flare's opening advisory (2026/14) was issued before the recorded file begins.
MILESTONES = (
    (Kind.HF_COM, Cause.FLARE, Severity.MODERATE),
    (Kind.HF_COM, Cause.FLARE, None),
    (Kind.HF_COM, Cause.PCA, Severity.MODERATE),
    (Kind.HF_COM, Cause.PCA, Severity.SEVERE),
)


class Comparison(Struct, frozen=True, kw_only=True):
    """One milestone (observed times): ours, the real one, and ours minus real in minutes."""

    what: str
    ours: datetime | None
    real: datetime | None

    @property
    def minutes(self) -> float | None:
        """Minutes by which ours is later; None unless both are known."""
        if self.ours is None or self.real is None:
            return None
        return (self.ours - self.real).total_seconds() / 60


def compare(ours: Sequence[Advisory], real: Sequence[Advisory]) -> tuple[Comparison, ...]:
    """Return each milestone of MILESTONES that either side reached, in that order."""
    rows = (
        Comparison(
            what=f"{kind} {cause} {severity or 'END'}",
            ours=_first(ours, kind, cause, severity),
            real=_first(real, kind, cause, severity),
        )
        for kind, cause, severity in MILESTONES
    )
    return tuple(row for row in rows if row.ours or row.real)


def _first(
    advisories: Iterable[Advisory], kind: Kind, cause: Cause, severity: Severity | None
) -> datetime | None:
    """Return the earliest observed time of `severity`, or of the end when it is None."""
    times = (
        advisory.outlooks[0].at
        for advisory in advisories
        if kind in advisory.effects
        and cause == cause_of(advisory)
        and (advisory.severity is severity if severity else ends(advisory))
    )
    return min(times, default=None)
