"""The archive's SQLite file: its tables, how a row gets in, and what its errors say."""

import shutil
import sqlite3
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from threading import RLock
from typing import Any

import msgspec
import numpy as np

from stormcone.observation.columns import PROVENANCES, to_ms
from stormcone.observation.feed import Flag, GridReading, Notice, Observation
from stormcone.observation.parquet import Part

Values = tuple[Any, ...] | Mapping[str, Any]


class ArchiveError(OSError):
    """The archive cannot be opened or written; names its file and the bytes that are free."""


class Ledger:
    """One SQLite file for all threads of one process; each `write` is all or nothing."""

    def __init__(self, file: Path) -> None:
        self.file = file
        self.lock = RLock()
        with self._named():
            file.parent.mkdir(parents=True, exist_ok=True)
            self._database = sqlite3.connect(file, check_same_thread=False)
            self._database.executescript(SCHEMA)

    def close(self) -> None:
        """Close the file; using it afterwards raises ArchiveError."""
        self._database.close()

    def rows(self, query: str, values: Values = ()) -> list[tuple[Any, ...]]:
        """Return all rows of a query."""
        with self.lock, self._named():
            return self._database.execute(query, values).fetchall()

    def write(self, *batches: tuple[str, Iterable[Values]]) -> int:
        """Run statements with their values durably, all or none; return how many rows changed.

        Raises
        ------
        ArchiveError
            If the disk is full or read-only; then nothing was changed.
        """
        with self.lock, self._named(), self._database:
            before = self._database.total_changes
            for statement, values in batches:
                self._database.executemany(statement, values)
            return self._database.total_changes - before

    @contextmanager
    def _named(self) -> Iterator[None]:
        """Turn what the disk and SQLite say into an ArchiveError that says what to do."""
        try:
            yield
        except (sqlite3.Error, FileExistsError, NotADirectoryError, PermissionError) as error:
            raise ArchiveError(
                f"{self.file}: {error}; {_free_bytes(self.file.parent)} bytes are free there: "
                f"make room or make it writable, then start again"
            ) from error


def _free_bytes(folder: Path) -> int:
    there = next((path for path in (folder, *folder.parents) if path.is_dir()), Path("/"))
    return shutil.disk_usage(there).free


SCHEMA = """
PRAGMA journal_mode = WAL;
PRAGMA synchronous = FULL;
CREATE TABLE IF NOT EXISTS observations (
    quantity TEXT NOT NULL, source TEXT NOT NULL, at INTEGER NOT NULL, known INTEGER NOT NULL,
    published INTEGER, span_ms INTEGER NOT NULL, value REAL, flags INTEGER NOT NULL,
    provenance INTEGER NOT NULL, capture TEXT, version INTEGER NOT NULL,
    PRIMARY KEY (quantity, source, at, known)
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS notices (
    code TEXT NOT NULL, issued INTEGER NOT NULL, known INTEGER NOT NULL, notice TEXT NOT NULL,
    PRIMARY KEY (code, issued, known)
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS captures (
    feed TEXT NOT NULL, fetched INTEGER NOT NULL, sha256 TEXT NOT NULL, capture TEXT NOT NULL,
    PRIMARY KEY (feed, fetched, sha256)
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS captures_by_body ON captures (sha256);
CREATE TABLE IF NOT EXISTS grids (
    quantity TEXT NOT NULL, source TEXT NOT NULL, at INTEGER NOT NULL, known INTEGER NOT NULL,
    capture TEXT NOT NULL,
    PRIMARY KEY (quantity, at, known, source)
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS polls (
    feed TEXT NOT NULL, at INTEGER NOT NULL, error TEXT, poll TEXT NOT NULL,
    PRIMARY KEY (feed, at)
) WITHOUT ROWID;
"""

_BY_NEIGHBOURS = Flag.SPIKE | Flag.SWITCH
# A reading that repeats the last word on its instant is no new row; nor is one at the edge of
# a body, where its neighbours, and with them a flag, are missing.
INSERT_OBSERVATION = f"""
INSERT OR IGNORE INTO observations
SELECT :quantity, :source, :at, :known, :published, :span_ms, :value, :flags, :provenance,
       :capture, :version
WHERE NOT EXISTS (
    SELECT 1 FROM (
        SELECT value, span_ms, flags, provenance FROM observations
        WHERE quantity = :quantity AND source = :source AND at = :at AND known <= :known
        ORDER BY known DESC LIMIT 1
    )
    WHERE value IS :value AND span_ms = :span_ms
      AND flags | :flags = flags AND (flags & ~:flags) & ~{_BY_NEIGHBOURS} = 0
      AND provenance = :provenance
)
"""

INSERT_NOTICE = """
INSERT OR IGNORE INTO notices
SELECT :code, :issued, :known, :notice
WHERE NOT EXISTS (
    SELECT 1 FROM (
        SELECT notice FROM notices
        WHERE code = :code AND issued = :issued AND known <= :known
        ORDER BY known DESC LIMIT 1
    )
    WHERE notice = :notice
)
"""

INSERT_CAPTURE = "INSERT OR IGNORE INTO captures VALUES (?, ?, ?, ?)"
INSERT_GRID = """
INSERT OR IGNORE INTO grids
SELECT :quantity, :source, :at, :known, :capture
WHERE NOT EXISTS (
    SELECT 1 FROM grids
    WHERE quantity = :quantity AND source = :source AND at = :at AND capture = :capture
)
"""
INSERT_POLL = "INSERT OR IGNORE INTO polls VALUES (?, ?, ?, ?)"
DELETE_OBSERVATION = """
DELETE FROM observations WHERE quantity = ? AND source = ? AND at = ? AND known = ?
"""

NEWEST_CAPTURE = """
SELECT at, feed FROM observations JOIN captures ON sha256 = observations.capture
WHERE quantity = :quantity AND source = :source AND at <= :now AND known <= :now
ORDER BY at DESC, known DESC LIMIT 1
"""
NEWEST_GRID = """
SELECT source, at, sha256, feed FROM grids JOIN captures ON sha256 = grids.capture
WHERE quantity = ? AND known <= ? AND feed IN (SELECT value FROM json_each(?))
ORDER BY at DESC, known DESC LIMIT 1
"""


def reading_row(
    one: Observation, known: datetime, capture: str | None, version: int
) -> dict[str, Any]:
    """Return a reading as INSERT_OBSERVATION takes it."""
    return {
        "quantity": one.quantity,
        "source": one.source,
        "at": to_ms(one.at),
        "known": to_ms(known),
        "published": to_ms(one.published) if one.published else None,
        "span_ms": round(one.span_s * 1000),
        "value": one.value,
        "flags": int(one.flags),
        "provenance": PROVENANCES.index(one.provenance),
        "capture": capture,
        "version": version,
    }


def notice_row(notice: Notice, known: datetime) -> dict[str, str | int]:
    """Return a notice as INSERT_NOTICE takes it."""
    return {
        "code": notice.code,
        "issued": to_ms(notice.issued),
        "known": to_ms(known),
        "notice": msgspec.json.encode(notice).decode(),
    }


def map_row(one: GridReading, known: datetime, capture: str) -> dict[str, str | int]:
    """Return where a map is kept, as INSERT_GRID takes it."""
    return {
        "quantity": one.quantity,
        "source": one.source,
        "at": to_ms(one.at),
        "known": to_ms(known),
        "capture": capture,
    }


def as_part(rows: list[tuple[Any, ...]]) -> Part:
    """Return stored rows as columns."""
    at, known, value, span_ms, flags, provenance = zip(*rows, strict=True)
    return (
        np.array(at, np.int64),
        np.array(known, np.int64),
        np.array(value, float),
        np.array(span_ms, np.int64),
        np.array(flags, np.uint16),
        np.array(provenance, np.uint8),
    )
