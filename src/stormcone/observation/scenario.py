"""Recorded days: what was measured, what is only reconstructed, and when each was known."""

import hashlib
from collections.abc import Iterator
from datetime import datetime, timedelta
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Literal

import msgspec

from stormcone.observation.alerts import Alert, read_alerts
from stormcone.observation.archive import Archive
from stormcone.observation.feed import Notice, Observation, Provenance
from stormcone.observation.recordings import Record, gather
from stormcone.observation.scenario_facts import Facts, readings
from stormcone.observation.strict_known import Dated

AROUND = timedelta(days=3)
"""How much of a recording counts before a scenario's start, and of forecasts beyond its end."""


Recorded = dict[str, tuple[Record, ...]]


class ScenarioError(LookupError):
    """A scenario, or a file of it, is missing or not what its manifest says."""


class SeriesEntry(msgspec.Struct, frozen=True, kw_only=True):
    """One series of a scenario: whence, what it is, and when each row was known.

    A series of the user's own recordings names their content as `file`; its rows are known
    when the body says they were published, else `known_after_s` after their interval's end.
    """

    feed: str
    quantity: str
    file: str
    provenance: Provenance
    known: Literal["recorded", "assumed"]
    known_rule: str
    licence: str
    credit: str
    packaged: bool
    known_after_s: float = 0


class Absent(msgspec.Struct, frozen=True, kw_only=True):
    """What a scenario does not have, and why; shown as absent, never as zero."""

    what: str
    reason: str
    quantities: tuple[str, ...] = ()


class FileEntry(msgspec.Struct, frozen=True, kw_only=True):
    """One file of a scenario and its hash; one that is not packaged says where to get it.

    With a `content`, any file that can be read as that will do, under any name; the hash is
    only that of the recording this scenario was made with. Without an `optional` one the
    scenario plays, and says that its series are absent.
    """

    name: str
    sha256: str
    packaged: bool = True
    get_from: str = ""
    content: str = ""
    optional: bool = False


class Manifest(msgspec.Struct, frozen=True, kw_only=True):
    """`scenario.toml` as it stands."""

    title: str
    start: datetime
    end: datetime
    credits: tuple[str, ...]
    facts: str
    alerts: str = ""
    advisories: str = ""
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


def load(name: str, recordings: Path | None = None, *, strict_known: bool = False) -> Scenario:
    """Return a scenario with every reading and the time from which it was known.

    `recordings` is the folder with the user's own downloads, for files that are not packaged.
    If `strict_known`, reconstructed curves are known only from the messages' times of issue.

    Raises
    ------
    ScenarioError
        If there is no such scenario, or a file is missing or has changed.
    """
    plan = manifest(name)
    bodies = {one.name: _body(name, one, recordings) for one in plan.file if not one.content}
    recorded = _recordings(name, plan, recordings)
    lacking = _lacking(plan, recorded)
    facts = msgspec.toml.decode(bodies[plan.facts], type=Facts)
    notices = tuple(_notices(plan, bodies, recorded))
    return Scenario(
        name=name,
        title=plan.title,
        start=plan.start,
        end=plan.end,
        credits=plan.credits,
        series=tuple(one for one in plan.series if one.file not in lacking),
        absent=(*plan.absent, *lacking.values()),
        observations=(
            *readings(facts, notices, (plan.start, plan.end), strict=strict_known),
            *_measured(plan, recorded),
        ),
        notices=notices,
        real_advisories=bodies.get(plan.advisories, b""),
        size=sum(map(len, bodies.values())),
    )


def fill(archive: Archive, scenario: Scenario) -> int:
    """Add a whole scenario to an archive, each row known at its own time; return new rows."""
    readings = ((one.observation, one.known) for one in scenario.observations)
    notices = ((one, one.issued) for one in scenario.notices)
    return archive.add_dated([*readings, *notices])


def _notices(plan: Manifest, bodies: dict[str, bytes], recorded: Recorded) -> Iterator[Notice]:
    if plan.alerts in bodies:
        yield from (one for one in read_alerts(bodies[plan.alerts]) if isinstance(one, Alert))
    for records in recorded.values():
        yield from (one for one in records if isinstance(one, Notice))


def _measured(plan: Manifest, recorded: Recorded) -> Iterator[Dated]:
    """Yield what the user's recordings hold of the scenario's series and days."""
    entries = {(one.file, one.quantity): one for one in plan.series}
    first, last = plan.start - AROUND, plan.end + AROUND
    for content, records in recorded.items():
        for one in records:
            entry = entries.get((content, _quantity(one)))
            if entry and isinstance(one, Observation) and first <= one.at < last:
                known = _known(entry, one)
                if known < plan.end:
                    yield Dated(one, known)


def _quantity(one: Record) -> str:
    return one.quantity if isinstance(one, Observation) else ""


def _known(entry: SeriesEntry, one: Observation) -> datetime:
    ended = one.at + timedelta(seconds=one.span_s + entry.known_after_s)
    return one.published or ended


def _recordings(name: str, plan: Manifest, folder: Path | None) -> Recorded:
    """Return what the user's folder holds of the contents that the manifest asks for.

    Raises
    ------
    ScenarioError
        If any is not there, or not of these days; lists what to download, and from whom.
    """
    asked = {one.content: one for one in reversed(plan.file) if one.content}
    found = gather(folder, asked) if folder is not None and asked else {}
    there = {
        content
        for content, records in found.items()
        if any(_is_of(plan, one) for one in records)
    }
    missing = [
        one for content, one in asked.items() if content not in there and not one.optional
    ]
    if missing:
        wanted = "".join(f"\n  {one.content}: get it from {one.get_from}" for one in missing)
        raise ScenarioError(
            f"scenario {name}: not packaged, and not found for {plan.start:%d %b %Y} to "
            f"{plan.end:%d %b}; put these into one folder, under any names, and name it with "
            f"--recordings:{wanted}"
        )
    return found


def _lacking(plan: Manifest, recorded: Recorded) -> dict[str, Absent]:
    """Return what the user's folder does not hold, by content, as absent."""
    contents = {one.content: one for one in plan.file if one.content not in {"", *recorded}}
    elsewhere = {one.quantity for one in plan.series if one.file not in contents}
    return {
        content: Absent(
            what=content,
            reason=f"not among the recordings; get it from {one.get_from}",
            quantities=tuple(
                series.quantity
                for series in plan.series
                if series.file == content and series.quantity not in elsewhere
            ),
        )
        for content, one in contents.items()
    }


def _is_of(plan: Manifest, one: Record) -> bool:
    at = one.at if isinstance(one, Observation) else one.issued
    return plan.start <= at < plan.end


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
