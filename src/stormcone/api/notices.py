"""From a record of the journal to the small notices and words about it (pure)."""

from collections.abc import Callable, Iterable, Iterator
from typing import Any

from stormcone.advisory.advisory import Advisory
from stormcone.api.events import Notice
from stormcone.api.shapes import LogLine
from stormcone.watch import body as watch
from stormcone.watch.event import Event, chain_of
from stormcone.watch.state import State

TOPICS: dict[type, str] = {
    watch.Drafted: "draft",
    watch.Redrafted: "draft",
    watch.Withdrawn: "draft",
    watch.Signed: "signature",
    watch.Refused: "signature",
    watch.Released: "release",
    watch.AlarmRaised: "alarm",
    watch.AlarmAcknowledged: "alarm",
    watch.AlarmCleared: "alarm",
}


def notice(event: Event) -> Notice:
    """Return the notice of one event; what has no topic of its own is told as ``log``."""
    topic = TOPICS.get(type(event.body), "log")
    about = getattr(event.body, "draft", None) or str(event.id)
    return Notice(topic=topic, id=about, seq=event.seq)


def in_words(event: Event) -> str:
    """Return what happened, in one English sentence of the trade."""
    words = WORDS.get(type(event.body))
    return words(event.body) if words else type(event.body).__name__


def _subject(advisory: Advisory) -> str:
    severity = f" {advisory.severity}" if advisory.severity else ""
    return f"{advisory.effects[0]} {advisory.cause}{severity}"


def _founded(body: watch.CentreFounded) -> str:
    scenario = f" for scenario {body.scenario}" if body.scenario else ""
    return f"centre {body.name} founded{scenario}"


WORDS: dict[type, Callable[[Any], str]] = {
    watch.CentreFounded: _founded,
    watch.Drafted: lambda b: f"draft to {b.action} {_subject(b.advisory)}",
    watch.Redrafted: lambda b: f"draft rewritten: {_subject(b.advisory)}; signatures void",
    watch.Withdrawn: lambda b: f"draft withdrawn: {b.reason}",
    watch.Signed: lambda _: "draft signed",
    watch.Refused: lambda b: f"draft refused: {b.reason}",
    watch.Released: lambda b: f"{b.number.key} released ({b.action})",
    watch.CountersTaken: lambda b: f"counter {b.year}/{b.effect} taken at {b.last}",
    watch.OfficerEnrolled: lambda b: f"{b.person} of {b.organisation} enrolled",
    watch.AlarmRaised: lambda b: f"alarm {b.cause}: {b.note}",
    watch.AlarmAcknowledged: lambda b: f"alarm {b.alarm} acknowledged",
    watch.AlarmCleared: lambda b: f"alarm {b.alarm} cleared",
    watch.Noted: lambda b: b.text,
    watch.Checkpoint: lambda b: f"checkpoint, state {b.state_sha256[:8]}",
}


def log_lines(
    state: State, records: Iterable[tuple[Event, bytes]], *, newest: int
) -> list[LogLine]:
    """Return the last `newest` records in words, newest first."""
    lines = list(_lines(state, records))
    return lines[::-1][:newest]


def _lines(state: State, records: Iterable[tuple[Event, bytes]]) -> Iterator[LogLine]:
    for event, record in records:
        officer = state.officers.get(event.officer or "")
        yield LogLine(
            seq=event.seq,
            at=event.at,
            kind=type(event.body).__name__,
            officer=officer.person if officer else event.officer,
            site=event.site,
            chain=chain_of(record),
            text=in_words(event),
        )
