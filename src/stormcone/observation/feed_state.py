"""How old a feed may get before nobody should trust it (pure)."""

from datetime import datetime, timedelta
from enum import StrEnum

DEAD_AFTER = 3  # times the feed's maximum age


class FeedState(StrEnum):
    """What the server says of a feed or of a product; the console never infers it."""

    FRESH = "fresh"
    STALE = "stale"
    DEAD = "dead"
    UNKNOWN = "unknown"
    ABSENT = "absent"


def age(measured_until: datetime, now: datetime) -> timedelta:
    """Return the time since the end of the newest sample's interval, never below zero."""
    return max(now - measured_until, timedelta(0))


def feed_state(
    measured_until: datetime | None, max_age: timedelta, now: datetime, *, absent: bool = False
) -> FeedState:
    """Return how far a feed may be trusted.

    `measured_until` is the end of its newest usable sample, None if none was ever read;
    `absent` says that this run has no such feed at all.

    Examples
    --------
    >>> from datetime import UTC
    >>> noon = datetime(2026, 1, 18, 12, tzinfo=UTC)
    >>> limit = timedelta(minutes=10)
    >>> [str(feed_state(noon - timedelta(minutes=m), limit, noon)) for m in (10, 11, 31)]
    ['fresh', 'stale', 'dead']
    >>> str(feed_state(None, limit, noon))
    'unknown'
    """
    if absent:
        return FeedState.ABSENT
    if measured_until is None:
        return FeedState.UNKNOWN
    past = age(measured_until, now)
    if past <= max_age:
        return FeedState.FRESH
    return FeedState.STALE if past <= DEAD_AFTER * max_age else FeedState.DEAD
