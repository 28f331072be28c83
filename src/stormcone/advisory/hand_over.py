"""The hand-over packet: what the next centre on duty must know to go on."""

from collections.abc import Mapping
from datetime import datetime

from msgspec import Struct

from stormcone.advisory.conditions import in_words
from stormcone.advisory.threads import Counters, Ledger, Thread


class Continued(Struct, frozen=True, kw_only=True):
    """A live thread: its cause, its last advisory, what that says now, and its text."""

    thread: str
    effect: str
    cause: str
    last: str
    centre: str
    observed: datetime
    conditions: str
    next_by: datetime | None
    text: str | None


class HandOver(Struct, frozen=True, kw_only=True):
    """The last number of each effect and year, and the live threads, the next due first."""

    at: datetime
    counters: Counters
    threads: tuple[Continued, ...]


def packet(ledger: Ledger, now: datetime, texts: Mapping[str, str] | None = None) -> HandOver:
    """Return what is handed over at `now`; `texts` are bulletins by the advisory's key.

    Examples
    --------
    >>> from datetime import UTC
    >>> morning = datetime(2026, 1, 20, 7, tzinfo=UTC)
    >>> packet(Ledger(counters={"2026/GNSS": 36}), morning).counters
    {'2026/GNSS': 36}
    """
    live = sorted(ledger.live(), key=lambda thread: (thread.next_by or now, thread.key))
    return HandOver(
        at=now,
        counters=ledger.counters,
        threads=tuple(_continued(thread, texts or {}) for thread in live),
    )


def _continued(thread: Thread, texts: Mapping[str, str]) -> Continued:
    first = thread.last.outlooks[0]
    return Continued(
        thread=thread.key,
        effect=thread.effect,
        cause=thread.cause,
        last=thread.keys[-1],
        centre=thread.last.centre,
        observed=first.at,
        conditions=in_words(first),
        next_by=thread.next_by,
        text=texts.get(thread.keys[-1]),
    )
