"""Play a scenario through the whole chain, and say what was issued."""

from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path

import msgspec

from stormcone.bulletin import tac_amd82
from stormcone.centre.centre import Centre
from stormcone.centre.clock import ReplayClock
from stormcone.centre.house import replay_house
from stormcone.observation.scenario import Scenario
from stormcone.reference.utc import floor_minutes
from stormcone.watch.release import Release


class Issued(msgspec.Struct, kw_only=True):
    """One advisory as `stormcone replay --json` prints it."""

    key: str
    effect: str
    cause: str
    thread: str
    action: str
    issued: datetime
    observed: datetime
    severity: str | None
    state: str
    replaces: list[str]
    latency_s: float
    tac: str


def issued(release: Release) -> Issued:
    """Return a release as one line of a replay."""
    advisory = release.advisory
    number, at = advisory.number, advisory.issued
    if number is None or at is None:
        raise ValueError("a release without number and time of issue cannot be printed")
    first = advisory.outlooks[0]
    return Issued(
        key=number.key,
        effect=str(number.effect),
        cause=advisory.cause,
        thread=advisory.thread or number.key,
        action=str(release.action),
        issued=at,
        observed=first.at,
        severity=advisory.severity,
        state=str(first.state),
        replaces=[replaced.key for replaced in advisory.replaces],
        latency_s=(at - first.at).total_seconds(),
        tac=tac_amd82.write(advisory).data.decode(),
    )


def resumed(centre: Centre, start: datetime) -> datetime:
    """Return the minute from which a replay goes on: that of its journal's last record."""
    at = centre.desk.state.at
    return start if at is None else max(start, floor_minutes(at, 1))


def play(
    scenario: Scenario,
    folder: Path,
    *,
    start: datetime,
    end: datetime,
    speed: float,
    watch: Callable[[datetime], None] = lambda _: None,
) -> Iterator[Release]:
    """Replay from `start` to `end` and yield each release as it is made, oldest first."""
    with replay_house(scenario, folder, start) as house:
        centre = house.centre
        at = resumed(centre, start)
        yield from centre.desk.state.releases.values()
        seen = len(centre.desk.state.releases)
        centre.tick(at)
        clock = ReplayClock(at, end, speed)
        for minute in clock.minutes():
            centre.tick(minute)
            watch(minute)
            releases = list(centre.desk.state.releases.values())
            yield from releases[seen:]
            seen = len(releases)
