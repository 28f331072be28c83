"""What a kept body says, if it may be used at all (pure)."""

import json
from collections.abc import Sequence
from datetime import datetime, timedelta

import msgspec

from stormcone.observation.feed import Drift, Feed, Notice, Observation, UnreadableError
from stormcone.observation.quality import IMPLAUSIBLE_SHARE, flagged, implausible_share

FUTURE_ALLOWED = timedelta(minutes=2)

_CLOSES = {b"[": b"]", b"{": b"}"}

Record = Observation | Notice


class RefusedBodyError(UnreadableError):
    """A body that was kept and must not be used; `kind` names why.

    Kinds: empty, html, torn, tail, unreadable, future, implausible.
    """

    def __init__(self, kind: str, message: str) -> None:
        super().__init__(message)
        self.kind = kind


class Reading(msgspec.Struct, frozen=True, kw_only=True):
    """What a body says, doubts flagged; `notes` and `alarms` are for the duty officer."""

    records: tuple[Record, ...]
    newest: datetime
    drift: Drift | None = None
    notes: tuple[str, ...] = ()
    alarms: tuple[str, ...] = ()


def read_body(
    feed: Feed, body: bytes, now: datetime, accepted: datetime | None = None
) -> Reading:
    """Return what a body says, if it may be used at `now`; pure.

    `accepted` is the newest time already accepted: a body caught in the middle of being
    rewritten is used only if it is not older.

    Raises
    ------
    RefusedBodyError
        If it may not; the message names the feed and the place.
    """
    kind = refusal(body)
    if kind:
        raise RefusedBodyError(kind, f"{feed.name}: body is {kind}, {len(body)} bytes")
    value, tail = first_value(body) if feed.url.endswith(".json") else (body, False)
    records, drift = _records(feed, value)
    usable, alarms = _without_future(feed, records, now)
    newest = max(_time(record) for record in usable)
    if tail and accepted and newest < accepted:
        raise RefusedBodyError(
            "tail", f"{feed.name}: bytes follow a value older than {accepted}"
        )
    observations = [one for one in usable if isinstance(one, Observation)]
    if implausible_share(observations) > IMPLAUSIBLE_SHARE:
        raise RefusedBodyError(
            "implausible", f"{feed.name}: most values are above what is physically possible"
        )
    notices = [one for one in usable if isinstance(one, Notice)]
    return Reading(
        records=(*flagged(observations), *notices),
        newest=newest,
        drift=drift,
        notes=(f"{feed.name}: tail of an older body after the new one",) if tail else (),
        alarms=alarms,
    )


def refusal(body: bytes) -> str | None:
    """Return why a body can be no product of any feed, ``empty`` or ``html``, or None."""
    start = body[:512].lstrip().lower()
    if not start:
        return "empty"
    return "html" if start.startswith((b"<!doctype", b"<html")) else None


def first_value(body: bytes) -> tuple[bytes, bool]:
    """Return the first complete JSON value of a body, and whether bytes follow it.

    A read that lands in the middle of a rewrite sees a whole new body and the tail of the old.
    What holds no complete value comes back as it is.

    Examples
    --------
    >>> first_value(b'[1, 2]  3, 4]')
    (b'[1, 2]', True)
    """
    try:
        msgspec.json.decode(body, type=msgspec.Raw)
    except (msgspec.DecodeError, RecursionError):
        return _before_tail(body)
    return body, False


def is_torn(body: bytes) -> bool:
    """Return whether a JSON body stops before its last bracket closes."""
    whole = body.strip()
    return whole[:1] in _CLOSES and whole[-1:] != _CLOSES[whole[:1]]


def _before_tail(body: bytes) -> tuple[bytes, bool]:
    text = body.decode("latin-1")  # one character a byte, so that places agree
    start = len(text) - len(text.lstrip())
    try:
        _, end = json.JSONDecoder().raw_decode(text, start)
    except (json.JSONDecodeError, RecursionError):
        return body, False
    return body[start:end], True


def _records(feed: Feed, value: bytes) -> tuple[list[Record], Drift | None]:
    try:
        read = list(feed.read(value))
    except UnreadableError as error:
        raise RefusedBodyError(
            "torn" if is_torn(value) else "unreadable", str(error)
        ) from error
    drift = next((one for one in read if isinstance(one, Drift)), None)
    records = [one for one in read if isinstance(one, Observation | Notice)]
    if not records:
        raise RefusedBodyError("unreadable", f"{feed.name}: the body holds nothing to read")
    return records, drift


def _without_future(
    feed: Feed, records: Sequence[Record], now: datetime
) -> tuple[list[Record], tuple[str, ...]]:
    usable = [one for one in records if _time(one) <= now + FUTURE_ALLOWED]
    if not usable:
        raise RefusedBodyError("future", f"{feed.name}: every row is later than our {now}")
    if len(usable) == len(records):
        return usable, ()
    newest = max(map(_time, records))
    count = len(records) - len(usable)
    return usable, (
        f"clock: {feed.name} has {count} rows up to {newest}, our clock says {now}",
    )


def _time(record: Record) -> datetime:
    return record.at if isinstance(record, Observation) else record.issued
