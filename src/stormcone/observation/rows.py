"""Rows of a JSON feed: what can be read is read, what cannot is counted."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from types import GenericAlias
from typing import TypeVar

import msgspec

from stormcone.observation.feed import Drift, Notice, Observation, UnreadableError

BAD_ROWS_ALLOWED = 0.1  # of all rows; more than that and the whole body is refused

NOT_JSON = (msgspec.DecodeError, RecursionError, UnicodeDecodeError)
"""A body of brackets only raises the second, one with a byte that is no text the third."""

Row = TypeVar("Row")
Record = TypeVar("Record", bound=Observation | Notice)


def decode_rows(feed: str, body: bytes) -> list[msgspec.Raw]:
    """Return the raw rows of a body that is one JSON array, at least one of them.

    Raises
    ------
    UnreadableError
        If the body is no JSON array, or an empty one.
    """
    try:
        rows = msgspec.json.decode(body, type=list[msgspec.Raw])
    except NOT_JSON as error:
        start = body[:40].decode("utf-8", "replace")
        raise UnreadableError(
            f"{feed}: body starts {start!r}, expected a JSON array of rows: {error}"
        ) from error
    if not rows:
        raise UnreadableError(f"{feed}: body is an empty array, expected at least one row")
    return rows


def read_rows(
    feed: str, body: bytes, shape: type[Row], read: Callable[[Row], Iterable[Record]]
) -> Iterator[Record | Drift]:
    """Yield what `read` makes of each row of type `shape`, oldest first, then a Drift if any.

    Raises
    ------
    UnreadableError
        If the body is no JSON array, or more than a tenth of its rows cannot be read.
    """
    return collect(feed, typed_rows(feed, body, shape), read)


def read_either(
    feed: str, body: bytes, shape: type[Row], read: Callable[[Row], Iterable[Record]]
) -> Iterator[Record | Drift]:
    """Yield as `read_rows` does, from objects or from arrays of text under a heading row.

    SWPC served tables of the second shape until March 2026.

    Raises
    ------
    UnreadableError
        If the body is neither, or more than a tenth of its rows cannot be read.
    """
    rows = decode_rows(feed, body)
    if bytes(rows[0]).lstrip().startswith(b"["):
        return collect(feed, [_from_array(rows[0], row, shape) for row in rows[1:]], read)
    return read_rows(feed, body, shape, read)


def typed_rows(feed: str, body: bytes, shape: type[Row]) -> list[Row | ValueError]:
    """Return each row of `body` as `shape`, or as the error that says why it is not one."""
    try:
        rows = _decode_all(body, shape)
    except NOT_JSON:
        rows = []
    return rows or [_typed(raw, shape) for raw in decode_rows(feed, body)]


def _from_array(heading: msgspec.Raw, row: msgspec.Raw, shape: type[Row]) -> Row | ValueError:
    try:
        names = msgspec.json.decode(heading, type=list[str])
        cells = msgspec.json.decode(row, type=list[str | None])
        return msgspec.convert(dict(zip(names, cells, strict=True)), shape, strict=False)
    except ValueError as error:
        return ValueError(f"{bytes(row)[:120]!r}: {error}")


def _decode_all(body: bytes, shape: type[Row]) -> list[Row | ValueError]:
    rows: list[Row | ValueError] = msgspec.json.decode(body, type=GenericAlias(list, (shape,)))
    return rows


def collect(
    feed: str,
    rows: Sequence[Row | ValueError],
    read: Callable[[Row], Iterable[Record]],
) -> Iterator[Record | Drift]:
    """Yield the records of all readable `rows` in order of time, then a Drift if some were not.

    Raises
    ------
    UnreadableError
        If there is no row, or more than a tenth cannot be read; names the first of them.
    """
    if not rows:
        raise UnreadableError(f"{feed}: no rows, expected at least one")
    records: list[Record] = []
    bad: list[str] = []
    for number, row in enumerate(rows):
        try:
            records.extend(read(_good(row)))
        except (ValueError, OverflowError) as error:
            bad.append(f"row {number}: {error}")
    if len(bad) > BAD_ROWS_ALLOWED * len(rows):
        raise UnreadableError(
            f"{feed}: {len(bad)} of {len(rows)} rows cannot be read; {bad[0]}"
        )
    records.sort(key=_time)
    yield from records
    if bad:
        yield Drift(len(bad), bad[0])


def _good(row: Row | ValueError) -> Row:
    if isinstance(row, ValueError):
        raise row
    return row


def _time(record: Observation | Notice) -> float:
    at = record.at if isinstance(record, Observation) else record.issued
    return at.timestamp()


def _typed(raw: msgspec.Raw, shape: type[Row]) -> Row | ValueError:
    try:
        return msgspec.json.decode(raw, type=shape)
    except NOT_JSON as error:
        return ValueError(f"{bytes(raw)[:120]!r}: {error}")
