"""Tables of comma-separated values as columns of equal length."""

import csv
import gzip
import re
from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from stormcone.observation.feed import UnreadableError

Columns = Mapping[str, NDArray[Any]]
_NONE = ("", "...")
_STAMP = re.compile(r"(\d{4})[ /-](\d\d?)[/-](\d\d?)[ T](\d\d):?(\d\d)")


def table(feed: str, body: bytes, heading: str | None = None) -> dict[str, list[str]]:
    """Return the cells of a CSV by column; comments (#) and empty lines are passed over.

    Raises
    ------
    UnreadableError
        If there is no row, a row is too short, or the heading is not the expected one.
    """
    lines = [line for line in text_of(body).splitlines() if line.strip() and line[0] != "#"]
    if len(lines) < 2 or (heading is not None and lines[0] != heading):
        raise UnreadableError(
            f"{feed}: starts {lines[:1]!r}, expected {heading or 'columns'!r}"
        )
    names, *rows = csv.reader(lines)
    bad = next((row for row in rows if len(row) != len(names)), None)
    if bad is not None:
        raise UnreadableError(f"{feed}: {bad!r}, expected {len(names)} columns")
    return dict(zip(names, (list(column) for column in zip(*rows, strict=True)), strict=True))


def numbers(feed: str, rows: Mapping[str, list[str]], name: str) -> NDArray[np.float64]:
    """Return a column as numbers, NaN where a cell is empty.

    Raises
    ------
    UnreadableError
        If a cell is no number.
    """
    try:
        return np.array([np.nan if one in _NONE else float(one) for one in rows[name]])
    except ValueError as error:
        raise UnreadableError(f"{feed}: {name}: {error}; expected numbers") from error


def times(feed: str, cells: Iterable[str], unit: str = "M8[m]") -> NDArray[np.datetime64]:
    """Return the first time in each cell, NaT where a cell is empty.

    Raises
    ------
    UnreadableError
        If one is no date.
    """
    try:
        return np.array([_stamp(one) for one in cells], unit)
    except ValueError as error:
        raise UnreadableError(f"{feed}: {error}; expected a date") from error


def _stamp(cell: str) -> str:
    found = _STAMP.search(cell)
    if found is not None:
        year, month, day, hour, minute = found.groups()
        return f"{year}-{month:0>2}-{day:0>2}T{hour}:{minute}"
    return "NaT" if cell in _NONE else cell


def text_of(body: bytes) -> str:
    """Return the text of a body that may be compressed with gzip.

    Raises
    ------
    UnreadableError
        If it cannot be decompressed, or is no UTF-8.
    """
    try:
        plain = gzip.decompress(body) if body.startswith(b"\x1f\x8b") else body
        return plain.decode("utf-8-sig")
    except (OSError, EOFError, UnicodeDecodeError) as error:
        raise UnreadableError(f"body starts {body[:20]!r}, expected text: {error}") from error
