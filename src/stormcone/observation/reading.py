"""What a kept body says, if it may be used at all (pure)."""

import json
from collections.abc import Sequence
from datetime import datetime, timedelta

import msgspec

from stormcone.observation.feed import (
    Drift,
    Feed,
    GridReading,
    Notice,
    Observation,
    Provenance,
    UnreadableError,
)
from stormcone.observation.quality import IMPLAUSIBLE_SHARE, flagged, implausible_share
from stormcone.observation.texts import IncompleteError

FUTURE_ALLOWED = timedelta(minutes=2)

_CLOSES = {b"[": b"]", b"{": b"}"}

Record = Observation | Notice | GridReading


class RefusedBodyError(UnreadableError):
    """A body that was kept and must not be used; `kind` names why.

    Kinds: empty, html, torn, tail, unreadable, future, implausible.
    """

    def __init__(self, kind: str, message: str) -> None:
        super().__init__(message)
        self.kind = kind


class Reading(msgspec.Struct, frozen=True, kw_only=True):
    """What a body says, doubts flagged; `notes` and `alarms` are for the duty officer.

    `newest` is the time of the newest record that is no forecast, None if there is none.
    """

    records: tuple[Record, ...]
    newest: datetime | None
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
    _refuse_torn_text(feed, body)
    value, tail = first_value(body) if feed.url.endswith("json") else (body, False)
    records, drift = _records(feed, value)
    usable, alarms = _without_future(feed, records, now)
    newest = max(filter(None, map(_dated, usable)), default=None)
    if tail and accepted and newest and newest < accepted:
        raise RefusedBodyError(
            "tail", f"{feed.name}: bytes follow a value older than {accepted}"
        )
    observations = [one for one in usable if isinstance(one, Observation)]
    if implausible_share(observations) > IMPLAUSIBLE_SHARE:
        raise RefusedBodyError(
            "implausible", f"{feed.name}: most values are above what is physically possible"
        )
    others = [one for one in usable if not isinstance(one, Observation)]
    return Reading(
        records=(*flagged(observations), *others),
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


def _refuse_torn_text(feed: Feed, body: bytes) -> None:
    if feed.url.endswith(".txt") and not body.endswith(b"\n"):
        raise RefusedBodyError(
            "torn", f"{feed.name}: the text stops within a line, {body[-40:]!r}"
        )


def _records(feed: Feed, value: bytes) -> tuple[list[Record], Drift | None]:
    try:
        read = list(feed.read(value))
    except UnreadableError as error:
        torn = isinstance(error, IncompleteError) or is_torn(value)
        raise RefusedBodyError("torn" if torn else "unreadable", str(error)) from error
    drift = next((one for one in read if isinstance(one, Drift)), None)
    return [one for one in read if not isinstance(one, Drift)], drift


def _without_future(
    feed: Feed, records: Sequence[Record], now: datetime
) -> tuple[list[Record], tuple[str, ...]]:
    """Leave out what is dated later than `now`; what a forecast is for may lie ahead."""
    late = [at for one in records if (at := _dated(one)) and at > now + FUTURE_ALLOWED]
    if not late:
        return list(records), ()
    usable = [one for one in records if (_dated(one) or now) <= now + FUTURE_ALLOWED]
    if not any(map(_dated, usable)):
        raise RefusedBodyError("future", f"{feed.name}: every row is later than our {now}")
    return usable, (
        f"clock: {feed.name} has {len(late)} rows up to {max(late)}, our clock says {now}",
    )


def _dated(record: Record) -> datetime | None:
    """Return the time that a record cannot be known before: of a forecast, its issue."""
    if isinstance(record, Notice):
        return record.issued
    if isinstance(record, Observation) and record.provenance is Provenance.FORECAST:
        return record.published
    return record.at
