"""Readings of one instrument as columns, and which of them were known at a time (pure)."""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

from stormcone.observation.feed import Flag, Observation, Provenance, Series

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MS = timedelta(milliseconds=1)
PROVENANCES = tuple(Provenance)
_FORECAST = PROVENANCES.index(Provenance.FORECAST)
_WORDS = np.array(PROVENANCES, dtype=object)
_STRIDE = 4096  # rows looked at once, from the newest back


class Columns(Struct, frozen=True, eq=False, kw_only=True):
    """All stored readings of one quantity by one instrument, sorted by (at, known), shape (n,).

    `at`, `known` are UTC milliseconds since 1970; `provenance` indexes PROVENANCES.
    """

    at: NDArray[np.int64]
    known: NDArray[np.int64]
    value: NDArray[np.float64]
    span_ms: NDArray[np.int64]
    flags: NDArray[np.uint16]
    provenance: NDArray[np.uint8]

    def __len__(self) -> int:
        return len(self.at)


def to_ms(at: datetime) -> int:
    """Return UTC milliseconds since 1970, any finer part cut off."""
    return (at - _EPOCH) // _MS


def from_ms(ms: int) -> datetime:
    """Return the aware UTC time of `ms` milliseconds since 1970."""
    return _EPOCH + int(ms) * _MS


def columns(parts: Iterable[tuple[NDArray[np.generic], ...]]) -> Columns:
    """Return parts of (at, known, value, span_ms, flags, provenance) as one, sorted."""
    at, known, value, span_ms, flags, provenance = (
        np.concatenate(column) for column in zip(*parts, strict=True)
    )
    order = np.lexsort((known, at))
    return Columns(
        at=at[order].astype(np.int64),
        known=known[order].astype(np.int64),
        value=value[order].astype(float),
        span_ms=span_ms[order].astype(np.int64),
        flags=flags[order].astype(np.uint16),
        provenance=provenance[order].astype(np.uint8),
    )


def as_of(table: Columns, start_ms: int, end_ms: int, known_ms: int) -> NDArray[np.intp]:
    """Return the rows with start <= at <= end that were the last word at `known_ms`.

    For each instant the row with the greatest known <= `known_ms`; an instant of which
    nothing was known yet has no row.
    """
    first, stop = table.at.searchsorted((start_ms, end_ms + 1))
    rows = first + np.flatnonzero(table.known[first:stop] <= known_ms)
    at = table.at[rows]
    last = np.ones(len(rows), bool)
    np.not_equal(at[1:], at[:-1], out=last[:-1])
    found: NDArray[np.intp] = rows[last]
    return found


def series(quantity: str, source: str, table: Columns, rows: NDArray[np.intp]) -> Series:
    """Return `rows` of a table as a Series."""
    return Series(
        quantity=quantity,
        source=source,
        at=table.at[rows].view("datetime64[ms]"),
        value=table.value[rows],
        known=table.known[rows].view("datetime64[ms]"),
        flags=table.flags[rows],
        provenance=tuple(_WORDS[table.provenance[rows]].tolist()),
    )


def newest_usable(
    table: Columns, known_ms: int, unusable: int, *, forecasts: bool = False
) -> int | None:
    """Return the row of the newest instant with a value and no flag of `unusable`, or None.

    A forecast is no reading; with `forecasts`, one whose time has begun counts as well.
    """
    stop = len(table)
    while stop:
        first = max(0, stop - _STRIDE)
        while first and table.at[first] == table.at[first - 1]:
            first -= 1
        rows = as_of(table, int(table.at[first]), int(table.at[stop - 1]), known_ms)
        good = rows[~np.isnan(table.value[rows]) & (table.flags[rows] & unusable == 0)]
        ahead = table.at[good] > known_ms if forecasts else True
        good = good[~((table.provenance[good] == _FORECAST) & ahead)]
        if len(good):
            return int(good[-1])
        stop = first
    return None


def observation(quantity: str, source: str, table: Columns, row: int) -> Observation:
    """Return one row of a table as an Observation."""
    value = float(table.value[row])
    return Observation(
        quantity=quantity,
        value=None if np.isnan(value) else value,
        at=from_ms(int(table.at[row])),
        span_s=float(table.span_ms[row]) / 1000,
        source=source,
        provenance=PROVENANCES[table.provenance[row]],
        flags=Flag(int(table.flags[row])),
    )
