"""When to ask a feed again, and when to leave a host alone (pure: time and chance come in)."""

from datetime import datetime, timedelta

from msgspec import Struct
from msgspec.structs import replace
from numpy.random import Generator

from stormcone.observation.feed import Feed

JITTER = 0.1
FIRST_BACKOFF = timedelta(seconds=2)
LONGEST_BACKOFF = timedelta(minutes=15)
LONGEST_RETRY_AFTER = timedelta(hours=24)
TORN_RETRY = timedelta(seconds=5)
FIRST_WITHIN = timedelta(minutes=1)
FAILURES_THAT_TRIP = 5
HOST_FAILURES = frozenset({"unreachable", "too-slow", "refused", "server-error"})
"""Kinds of failure that say nothing of the feed: its host is away, or cannot serve."""


class CadenceError(ValueError):
    """A feed is to be asked more often than its provider allows."""


class Breaker(Struct, frozen=True):
    """How a host has answered: failures in a row; since when, until when, why left alone.

    A feed that has not failed itself is asked even then: it is the trial that shows whether
    the host is back, and no other feed's failures can silence it.
    """

    failures: int = 0
    since: datetime | None = None
    until: datetime | None = None
    why: str = ""


def checked_cadence(feed: Feed, every: timedelta) -> timedelta:
    """Return `every`, if the provider of `feed` allows so short a time between two polls.

    Raises
    ------
    CadenceError
        If it is below the feed's floor.
    """
    if every < feed.floor:
        raise CadenceError(
            f"{feed.name} every {every.total_seconds():.0f} s is below the provider's floor; "
            f"set {feed.floor.total_seconds():.0f} s or more"
        )
    return every


def first_poll(
    feed: Feed, now: datetime, rng: Generator, last_good: datetime | None = None
) -> datetime:
    """Return the time of a feed's first poll: anywhere within a minute, or a shorter cadence.

    A feed whose last good poll is younger than its cadence keeps to its cadence.
    """
    if last_good is not None and timedelta(0) <= now - last_good < feed.every:
        return next_poll(feed, last_good, now, rng)
    return now + float(rng.random()) * min(feed.every, FIRST_WITHIN)


def next_poll(feed: Feed, last: datetime, now: datetime, rng: Generator) -> datetime:
    """Return the next poll after a good one: a cadence later, give or take a tenth.

    Never in the past, and never before the provider's floor.
    """
    stretch = 1 + JITTER * (2 * float(rng.random()) - 1)
    step = max(feed.floor, feed.every * stretch)
    return max(now, last + step)


def poll_after_failure(
    now: datetime,
    failures: int,
    rng: Generator,
    *,
    retry_after: timedelta | None = None,
    torn: bool = False,
) -> datetime:
    """Return the next poll after `failures` in a row; the provider's own wish counts most.

    A body that was caught in the middle of being written (`torn`) is asked for once more
    after five seconds, and only then is its feed a failing one.
    """
    if retry_after is not None:
        return now + min(max(retry_after, timedelta(0)), LONGEST_RETRY_AFTER)
    if torn and failures == 1:
        return now + TORN_RETRY
    wait: timedelta = longest_backoff(failures) * float(rng.random())
    return now + wait


def longest_backoff(failures: int) -> timedelta:
    """Return the upper bound of the wait after `failures` in a row.

    Examples
    --------
    >>> [longest_backoff(n).total_seconds() for n in (1, 2, 3, 20)]
    [2.0, 4.0, 8.0, 900.0]
    """
    doublings = min(max(failures - 1, 0), 20)
    return min(LONGEST_BACKOFF, FIRST_BACKOFF * (1 << doublings))


def after(breaker: Breaker, error: str | None, now: datetime, why: str = "") -> Breaker:
    """Return the breaker after a poll that came to `error`, None if it was good.

    A host that answers is up, whatever it says of one feed: only HOST_FAILURES count against
    it. Five in a row open the breaker, any answer closes it.
    """
    if error not in HOST_FAILURES:
        return Breaker()
    failed = replace(breaker, failures=breaker.failures + 1, why=why)
    if failed.failures < FAILURES_THAT_TRIP or not may_try(breaker, now):
        return failed
    return replace(failed, since=breaker.since or now, until=now + LONGEST_BACKOFF)


def may_try(breaker: Breaker, now: datetime) -> bool:
    """Return whether a feed that failed may ask the host: not for a quarter of an hour."""
    return breaker.until is None or now >= breaker.until
