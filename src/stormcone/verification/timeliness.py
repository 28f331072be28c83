"""How early, how late, for how long unsaid, how often: times of advisories against the truth.

A span is (begin, end), its end not included.
"""

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta
from statistics import median

from msgspec import Struct

from stormcone.advisory.advisory import Advisory
from stormcone.observation.feed import UNUSABLE, Observation

Span = tuple[datetime, datetime]
MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)
LAST = datetime.max.replace(tzinfo=UTC)


class Delays(Struct, frozen=True):
    """Minutes from observation to issue over several advisories; negative is before."""

    least: float
    median: float
    most: float


def above(
    readings: Sequence[Observation], threshold: float, hold: timedelta
) -> tuple[Span, ...]:
    """Return when any instrument measured `threshold` or more; readings are oldest first.

    A reading holds for its own span, or until the next of its instrument and no longer than
    `hold`; missing and unusable ones hold for nothing.
    """
    following: dict[str, datetime] = {}
    found: list[Span] = []
    for one in reversed(readings):
        until = min(
            one.at + (timedelta(seconds=one.span_s) or hold), following.get(one.source, LAST)
        )
        following[one.source] = one.at
        if one.value is not None and one.value >= threshold and not one.flags & UNUSABLE:
            found.append((one.at, until))
    return joined(found)


def joined(spans: Iterable[Span]) -> tuple[Span, ...]:
    """Return the same time as spans that neither touch nor overlap, oldest first."""
    found: list[Span] = []
    for begin, end in sorted(span for span in spans if span[0] < span[1]):
        if found and begin <= found[-1][1]:
            found[-1] = found[-1][0], max(found[-1][1], end)
        else:
            found.append((begin, end))
    return tuple(found)


def outside(spans: Iterable[Span], others: Iterable[Span]) -> tuple[Span, ...]:
    """Return what of `spans` lies in none of `others`."""
    left = list(joined(spans))
    for begin, end in joined(others):
        cut = [((a, min(b, begin)), (max(a, end), b)) for a, b in left]
        left = [part for parts in cut for part in parts if part[0] < part[1]]
    return tuple(left)


def minutes(spans: Iterable[Span]) -> float:
    """Return how long spans last together, in minutes; what overlaps counts once."""
    return sum((end - begin) / MINUTE for begin, end in joined(spans))


def missed_minutes(true: Iterable[Span], said: Iterable[Span]) -> float:
    """Return for how many minutes something was true and nothing said."""
    return minutes(outside(true, said))


def lead_minutes(crossed: datetime, said: Iterable[datetime]) -> float | None:
    """Return by how much the first word came before the crossing; None if none came."""
    earliest = min(said, default=None)
    return None if earliest is None else (crossed - earliest) / MINUTE


def delays(advisories: Iterable[Advisory]) -> Delays | None:
    """Return the minutes from what was observed to its issue; None without an issued one."""
    found = [(one.issued - one.outlooks[0].at) / MINUTE for one in advisories if one.issued]
    return Delays(min(found), median(found), max(found)) if found else None


def advisories_per_day(advisories: Sequence[Advisory], start: datetime, end: datetime) -> float:
    """Return how many were issued from `start` to `end`, for each day of it.

    Raises
    ------
    ValueError
        If no time lies between.
    """
    if end <= start:
        raise ValueError(f"from {start} to {end} is no time; give an end after the start")
    issued = sum(one.issued is not None and start <= one.issued <= end for one in advisories)
    return issued / ((end - start) / DAY)
