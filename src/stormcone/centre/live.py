"""Poll a live site's feeds, each at its own pace; a silent one costs its own data only."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from threading import Event as Flag
from urllib.parse import urlsplit

import numpy as np
from numpy.random import Generator

from stormcone.centre.centre import Centre
from stormcone.observation.bodies import Bodies
from stormcone.observation.feed import Feed
from stormcone.observation.fetch import Transport
from stormcone.observation.intake import LEFT_ALONE, PollResult, left_alone, poll
from stormcone.observation.registry import feed as feed_named
from stormcone.observation.schedule import (
    HOST_FAILURES,
    Breaker,
    after,
    first_poll,
    may_try,
    next_poll,
    poll_after_failure,
)
from stormcone.reference.utc import floor_minutes
from stormcone.watch.body import DutyError
from stormcone.watch.site import Site

MINUTE = timedelta(minutes=1)
RECENT = timedelta(days=7)
RETRY = timedelta(seconds=1)
PACK_RETRY_S = 600.0


class Poller:
    """When each feed is asked next, and what came of it."""

    def __init__(
        self,
        centre: Centre,
        site: Site,
        transport: Transport,
        rng: Generator,
        clock: Callable[[], datetime],
    ) -> None:
        now = clock()
        self._centre = centre
        self._site = site
        self._transport = transport
        self._rng = rng
        self._clock = clock
        self._asked = now
        self._bodies = Bodies(site.folder / "bodies")
        self._feeds = {name: feed_named(name) for name in site.feeds}
        self._due = {name: self._first(feed, now) for name, feed in self._feeds.items()}
        self._failures = dict.fromkeys(self._feeds, 0)
        self._breakers: dict[str, Breaker] = {}
        self._held: dict[str, set[str]] = {}

    def due(self) -> datetime:
        """Return when the next feed is to be asked."""
        return min(self._due.values(), default=datetime.max.replace(tzinfo=UTC))

    def due_feeds(self, now: datetime) -> list[Feed]:
        """Return the feeds to be asked now, those that failed least first.

        All of them when the clock was set back.
        """
        if now < self._asked - MINUTE:
            self._due = dict.fromkeys(self._due, now)
            self._breakers.clear()
        self._asked = now
        due = [name for name, at in self._due.items() if at <= now]
        return [self._feeds[name] for name in sorted(due, key=self._failures.__getitem__)]

    def ask(self, feed: Feed, now: datetime) -> PollResult:
        """Ask one feed and plan its next poll; leave it if it failed and its host is away.

        Raises
        ------
        OSError
            If our own disk cannot take its answer; it is asked again in a minute.
        """
        self._due[feed.name] = now + MINUTE
        host = urlsplit(feed.url).netloc
        breaker = self._breakers.get(host, Breaker())
        site, archive = self._site.name, self._centre.archive
        if self._failures[feed.name] and not may_try(breaker, now):
            self._due[feed.name] = breaker.until or now
            self._held.setdefault(host, set()).add(feed.name)
            why = f"host {host} left alone since {breaker.since:%d %b %H:%MZ}: {breaker.why}"
            return left_alone(feed, self._bodies, archive, now, site, why)
        result = poll(feed, self._transport, self._bodies, archive, now, site, self._clock)
        self._heard(host, result, now)
        self._failures[feed.name] = self._failures[feed.name] + 1 if result.error else 0
        self._due[feed.name] = self._next(feed, result, now)
        return result

    def _heard(self, host: str, result: PollResult, now: datetime) -> None:
        """Judge the host by an answer; when it is back, all that were left for it are due."""
        kind, why = (result.error.kind, result.error.detail) if result.error else (None, "")
        breaker = after(self._breakers.get(host, Breaker()), kind, now, why)
        self._breakers[host] = breaker
        if breaker.until is None:
            self._due |= dict.fromkeys(self._held.pop(host, ()), now)

    def _first(self, feed: Feed, now: datetime) -> datetime:
        last = self._centre.archive.last_good(feed.name)
        return first_poll(feed, now, self._rng, last.at if last else None)

    def _next(self, feed: Feed, result: PollResult, now: datetime) -> datetime:
        if result.error is None:
            return next_poll(feed, now, now, self._rng)
        return poll_after_failure(
            now,
            self._failures[feed.name],
            self._rng,
            retry_after=result.retry_after,
            torn=result.error.kind == "torn",
        )


class Notes:
    """Says each trouble once when it begins, and once when it is over."""

    def __init__(self, say: Callable[[str], None]) -> None:
        self._say = say
        self._troubles: dict[str, str] = {}

    def begins(self, what: str, why: str) -> None:
        """Hear that something is wrong."""
        if what not in self._troubles:
            self._say(f"{what} {why}")
        self._troubles[what] = why

    def is_over(self, what: str, word: str) -> None:
        """Hear that something is well."""
        if self._troubles.pop(what, None) is not None:
            self._say(f"{what} {word}")

    def mention(self, what: str) -> None:
        """Hear of something that is worth one line."""
        self._say(what)

    def take(self, result: PollResult) -> None:
        """Hear what one poll came to; of a feed that was not asked, only why it was not."""
        host = f"{result.feed}'s host"
        if result.error is not None and result.error.kind == LEFT_ALONE:
            self.begins(host, f"is away, and it is not asked: {result.error.detail}")
            return
        if result.error is None or result.error.kind not in HOST_FAILURES:
            self.is_over(host, "answers again")
        if result.error is not None:
            since = f"{result.at:%d %b %H:%MZ}"
            self.begins(result.feed, f"is silent since {since}: {result.error.detail}")
        elif result.newest is not None:
            self.is_over(result.feed, f"is back, newest {result.newest:%d %b %H:%MZ}")
        for alarm in result.alarms:
            self.begins(f"{result.feed} alarm", alarm)
        if not result.alarms and result.error is None:
            self.is_over(f"{result.feed} alarm", "is over")


def ticked(centre: Centre, minute: datetime, notes: Notes) -> bool:
    """Do one minute's work; what hinders it is said once, and the minute can be done again."""
    try:
        centre.tick(minute)
        centre.tell_of_fields(minute)
    except (OSError, DutyError) as error:
        notes.begins("the centre", f"could not finish {minute:%H:%MZ}: {error}")
        return False
    notes.is_over("the centre", "works again")
    for switch in centre.lookouts.switches():
        notes.mention(str(switch))
    return True


def poll_loop(poller: Poller, clock: Callable[[], datetime], stop: Flag, notes: Notes) -> None:
    """Ask the feeds when they are due, until `stop`; a slow one delays no minute's work."""
    while not stop.is_set():
        for feed in poller.due_feeds(clock()):
            if not stop.is_set():
                _ask(poller, feed, clock(), notes)
        wait = poller.due() - clock()
        stop.wait(float(np.clip(wait.total_seconds(), 0.05, 5)))


def _ask(poller: Poller, feed: Feed, now: datetime, notes: Notes) -> None:
    try:
        notes.take(poller.ask(feed, now))
    except OSError as error:
        notes.begins("the archive", f"cannot write: {error}")
    else:
        notes.is_over("the archive", "writes again")


def live_loop(centre: Centre, clock: Callable[[], datetime], stop: Flag, notes: Notes) -> None:
    """Do each minute's work until `stop`."""
    done = floor_minutes(clock(), 1) - MINUTE
    while not stop.is_set():
        minute = floor_minutes(clock(), 1)
        if minute != done and ticked(centre, minute, notes):
            done = minute
        wait = minute + MINUTE - clock() if done == minute else RETRY
        stop.wait(float(np.clip(wait.total_seconds(), 0.05, 60)))


def pack_loop(centre: Centre, clock: Callable[[], datetime], stop: Flag, notes: Notes) -> None:
    """Move old readings to Parquet once a day until `stop`; no minute's work waits for it."""
    packed = None
    while not stop.is_set():
        now = clock()
        if now.date() != packed and _compacted(centre, now, notes):
            packed = now.date()
        stop.wait(PACK_RETRY_S)


def _compacted(centre: Centre, now: datetime, notes: Notes) -> bool:
    try:
        centre.archive.compact(now - RECENT)
    except OSError as error:
        notes.begins("compaction", f"failed: {error}")
        return False
    notes.is_over("compaction", "works again")
    return True
