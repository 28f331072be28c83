"""Recorded days: what was measured, what is only reconstructed, and when each was known."""

import hashlib
from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Literal

import msgspec

from stormcone.observation.alerts import Alert, kp_lower_bound, read_alerts
from stormcone.observation.archive import Archive
from stormcone.observation.feed import Notice, Observation, Provenance
from stormcone.observation.kp import to_thirds
from stormcone.observation.quality import with_bursts
from stormcone.observation.reconstruct import Anchor, Flare, curve, flare_anchors

KP_INTERVAL = timedelta(hours=3)


class ScenarioError(LookupError):
    """A scenario, or a file of it, is missing or not what its manifest says."""


class SeriesEntry(msgspec.Struct, frozen=True, kw_only=True):
    """One series of a scenario: whence, what it is, and when each row was known."""

    feed: str
    quantity: str
    file: str
    provenance: Provenance
    known: Literal["recorded", "assumed"]
    known_rule: str
    licence: str
    credit: str
    packaged: bool


class Absent(msgspec.Struct, frozen=True, kw_only=True):
    """What a scenario does not have, and why; shown as absent, never as zero."""

    what: str
    reason: str
    quantities: tuple[str, ...] = ()


class FileEntry(msgspec.Struct, frozen=True, kw_only=True):
    """One file of a scenario and its hash; one that is not packaged says where to get it."""

    name: str
    sha256: str
    packaged: bool = True
    get_from: str = ""


class Dated(msgspec.Struct, frozen=True):
    """A reading and the time from which a centre could have known it."""

    observation: Observation
    known: datetime


class Manifest(msgspec.Struct, frozen=True, kw_only=True):
    """`scenario.toml` as it stands."""

    title: str
    start: datetime
    end: datetime
    credits: tuple[str, ...]
    facts: str
    alerts: str
    advisories: str
    file: tuple[FileEntry, ...]
    series: tuple[SeriesEntry, ...]
    absent: tuple[Absent, ...] = ()


class Scenario(msgspec.Struct, frozen=True, kw_only=True):
    """A recorded day; `real_advisories` are for comparison only and never enter the centre."""

    name: str
    title: str
    start: datetime
    end: datetime
    credits: tuple[str, ...]
    series: tuple[SeriesEntry, ...]
    absent: tuple[Absent, ...]
    observations: tuple[Dated, ...]
    notices: tuple[Notice, ...]
    real_advisories: bytes
    size: int


class _Xrays(msgspec.Struct, frozen=True):
    source: str
    step_s: int
    known_after_s: int
    background_w_m2: float
    flare: Flare


class _Curve(msgspec.Struct, frozen=True):
    quantity: str
    source: str
    step_s: int
    known_after_s: int
    anchor: tuple[Anchor, ...]


class _KpDay(msgspec.Struct, frozen=True):
    day: date
    tenths: tuple[int, ...]


class _Kp(msgspec.Struct, frozen=True):
    source: str
    days: tuple[_KpDay, ...]


class _F107Day(msgspec.Struct, frozen=True):
    day: date
    sfu: float


class _F107(msgspec.Struct, frozen=True):
    source: str
    noon_utc: time
    known_after_s: int
    days: tuple[_F107Day, ...]


class _Facts(msgspec.Struct, frozen=True):
    xrays: _Xrays
    curve: tuple[_Curve, ...]
    kp: _Kp
    f107: _F107


def names() -> tuple[str, ...]:
    """Return the names of the packaged scenarios, in order."""
    folders = _root().iterdir()
    return tuple(sorted(one.name for one in folders if (one / "scenario.toml").is_file()))


def manifest(name: str) -> Manifest:
    """Return a scenario's manifest without reading its content.

    Raises
    ------
    ScenarioError
        If there is no such scenario; lists those that are.
    """
    if name not in names():
        raise ScenarioError(f"no scenario {name!r}; there are {', '.join(names())}")
    body = (_root() / name / "scenario.toml").read_bytes()
    return msgspec.toml.decode(body, type=Manifest)


def load(name: str, recordings: Path | None = None) -> Scenario:
    """Return a scenario with every reading and the time from which it was known.

    `recordings` is the folder with the user's own downloads, for files that are not packaged.

    Raises
    ------
    ScenarioError
        If there is no such scenario, or a file is missing or has changed.
    """
    plan = manifest(name)
    bodies = {one.name: _body(name, one, recordings) for one in plan.file}
    facts = msgspec.toml.decode(bodies[plan.facts], type=_Facts)
    notices = tuple(one for one in read_alerts(bodies[plan.alerts]) if isinstance(one, Alert))
    return Scenario(
        name=name,
        title=plan.title,
        start=plan.start,
        end=plan.end,
        credits=plan.credits,
        series=plan.series,
        absent=plan.absent,
        observations=tuple(_dated(plan, facts, notices)),
        notices=notices,
        real_advisories=bodies[plan.advisories],
        size=sum(map(len, bodies.values())),
    )


def fill(archive: Archive, scenario: Scenario) -> int:
    """Add a whole scenario to an archive, each row known at its own time; return new rows."""
    readings = ((one.observation, one.known) for one in scenario.observations)
    notices = ((one, one.issued) for one in scenario.notices)
    return archive.add_dated([*readings, *notices])


def _dated(plan: Manifest, facts: _Facts, notices: tuple[Alert, ...]) -> Iterator[Dated]:
    yield from _xrays(plan, facts.xrays)
    for one in facts.curve:
        yield from _curve(plan, one)
    yield from _definitive_kp(facts.kp)
    yield from _kp_alerts(notices)
    yield from _f107(facts.f107, notices)


def _xrays(plan: Manifest, facts: _Xrays) -> Iterator[Dated]:
    made = _Curve(
        "xray_flux_w_m2",
        facts.source,
        facts.step_s,
        facts.known_after_s,
        flare_anchors(facts.flare, facts.background_w_m2),
    )
    return _curve(plan, made)


def _curve(plan: Manifest, facts: _Curve) -> Iterator[Dated]:
    samples = curve(
        facts.quantity,
        facts.source,
        facts.anchor,
        start=plan.start,
        end=plan.end,
        step=timedelta(seconds=facts.step_s),
    )
    later = timedelta(seconds=facts.known_after_s)
    return (Dated(one, one.at + later) for one in samples)


def _definitive_kp(facts: _Kp) -> Iterator[Dated]:
    """Yield Kp at the start of each interval, known at its end: an assumption, and said so."""
    for row in facts.days:
        midnight = datetime.combine(row.day, time(), UTC)
        for number, tenths in enumerate(row.tenths):
            at = midnight + number * KP_INTERVAL
            one = Observation(
                quantity="kp",
                value=to_thirds(round(tenths / 10 * 3) / 3),
                at=at,
                span_s=KP_INTERVAL.total_seconds(),
                source=facts.source,
            )
            yield Dated(one, at + KP_INTERVAL)


def _kp_alerts(notices: tuple[Alert, ...]) -> Iterator[Dated]:
    for alert in notices:
        bound = kp_lower_bound(alert)
        if bound is not None:
            yield Dated(bound, alert.issued)


def _f107(facts: _F107, notices: tuple[Alert, ...]) -> Iterator[Dated]:
    daily = [
        Observation(
            quantity="f107_sfu",
            value=row.sfu,
            at=datetime.combine(row.day, facts.noon_utc, UTC),
            source=facts.source,
        )
        for row in facts.days
    ]
    bursts = [
        (one.begin, one.end)
        for one in notices
        if one.code == "SUM10R" and one.begin is not None and one.end is not None
    ]
    later = timedelta(seconds=facts.known_after_s)
    return (Dated(one, one.at + later) for one in with_bursts(daily, bursts))


def _root() -> Traversable:
    return files("stormcone.observation") / "scenarios"


def _body(name: str, entry: FileEntry, recordings: Path | None) -> bytes:
    body = _packaged(name, entry) if entry.packaged else _recorded(name, entry, recordings)
    found = hashlib.sha256(body).hexdigest()
    if found != entry.sha256:
        step = "install stormcone again" if entry.packaged else f"get it from {entry.get_from}"
        raise ScenarioError(
            f"scenario {name}: {entry.name} has SHA-256 {found}, "
            f"expected {entry.sha256}; {step}"
        )
    return body


def _packaged(name: str, entry: FileEntry) -> bytes:
    file = _root() / name / entry.name
    if not file.is_file():
        raise ScenarioError(
            f"scenario {name}: {entry.name} is missing; install stormcone again"
        )
    return file.read_bytes()


def _recorded(name: str, entry: FileEntry, recordings: Path | None) -> bytes:
    file = None if recordings is None else recordings / entry.name
    if file is None or not file.is_file():
        raise ScenarioError(
            f"scenario {name}: {entry.name} is not packaged; get it from {entry.get_from} "
            f"and name its folder with --recordings"
        )
    return file.read_bytes()
