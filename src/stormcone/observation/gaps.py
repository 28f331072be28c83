"""Where readings are missing, and why: kept and shown, never filled (pure)."""

from collections.abc import Sequence
from datetime import datetime, timedelta

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

from stormcone.observation.columns import from_ms

_LATE = 1.5  # cadences between two readings before one is missing
_SHAPE_ERRORS = ("unreadable", "implausible", "html", "future", "tail")


class Poll(Struct, frozen=True, kw_only=True):
    """What one poll of one feed came to; `error` is the kind of failure, None if good.

    `read_by` is the version of the parser that used all of the body: it need not read the
    same bytes again. None where it did not.
    """

    feed: str
    at: datetime
    site: str
    sha256: str | None = None
    rows: int = 0
    newest: datetime | None = None
    error: str | None = None
    detail: str | None = None
    etag: str | None = None
    modified: str | None = None
    read_by: int | None = None


class Gap(Struct, frozen=True, kw_only=True):
    """Readings expected from `start` up to `end`, how many came, and why not all."""

    start: datetime
    end: datetime
    expected: int
    got: int
    reason: str


def missing_spans(
    at_ms: NDArray[np.int64], start_ms: int, end_ms: int, every_ms: int
) -> list[tuple[int, int]]:
    """Return the spans between sorted readings that are longer than a cadence and a half.

    Examples
    --------
    >>> missing_spans(np.array([0, 60, 240]), 0, 300, 60)
    [(120, 240)]
    """
    edges = np.concatenate(([start_ms - every_ms], at_ms, [end_ms]))
    found = np.flatnonzero(np.diff(edges) > _LATE * every_ms)
    return [(int(edges[i]) + every_ms, int(edges[i + 1])) for i in found]


def as_gap(
    span: tuple[int, int],
    every_ms: int,
    polls: Sequence[Poll],
    *,
    due: datetime,
    late: timedelta,
) -> Gap:
    """Return a missing span as a Gap; readings after `due` could not have come yet.

    `late` is how long after its time a reading is expected: polls until then count.
    """
    start, end = from_ms(span[0]), from_ms(span[1])
    near = [poll for poll in polls if start <= poll.at <= end + late]
    return Gap(
        start=start,
        end=end,
        expected=max(1, round((span[1] - span[0]) / every_ms)),
        got=0,
        reason="not yet due" if start > due else reason(near),
    )


def reason(polls: Sequence[Poll]) -> str:
    """Return why readings are missing, by the polls that should have brought them."""
    errors = [poll.error for poll in polls if poll.error]
    if not polls:
        return "not polled"
    if not errors:
        return "upstream gap"
    return "drifted" if errors[-1] in _SHAPE_ERRORS else "silent"
