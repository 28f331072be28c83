"""The journal on one machine: SQLite, every append on the disk before it counts.

SQLite's own promises are what this rests on: one writer at a time (BEGIN IMMEDIATE), a commit
is whole or not at all, and with ``synchronous=FULL`` it is synced before it returns.
"""

import asyncio
import fcntl
import os
import shutil
import sqlite3
import threading
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from pathlib import Path

from stormcone.watch.body import Released
from stormcone.watch.event import (
    LARGEST_RECORD_BYTES,
    Event,
    JournalCorruptError,
    RecordTooLargeError,
    chain_of,
    read_event,
    unseal,
)
from stormcone.watch.journal import (
    ConflictError,
    Health,
    InUseError,
    MisplacedError,
    NotWrittenError,
    UnavailableError,
)
from stormcone.watch.state import Head

FOLLOW_EVERY_S = 0.05

_TABLES = """
CREATE TABLE IF NOT EXISTS record (
    seq INTEGER PRIMARY KEY, id TEXT UNIQUE NOT NULL, chain TEXT NOT NULL, bytes BLOB NOT NULL
) STRICT;
CREATE TABLE IF NOT EXISTS issued (
    year INTEGER, effect TEXT, number INTEGER, seq INTEGER NOT NULL,
    PRIMARY KEY (year, effect, number)
) STRICT;
CREATE TRIGGER IF NOT EXISTS record_stays BEFORE UPDATE ON record
    BEGIN SELECT RAISE(ABORT, 'a journal record is never changed'); END;
CREATE TRIGGER IF NOT EXISTS record_remains BEFORE DELETE ON record
    BEGIN SELECT RAISE(ABORT, 'a journal record is never deleted'); END;
CREATE TRIGGER IF NOT EXISTS issued_stays BEFORE UPDATE ON issued
    BEGIN SELECT RAISE(ABORT, 'a number is never changed'); END;
CREATE TRIGGER IF NOT EXISTS issued_remains BEFORE DELETE ON issued
    BEGIN SELECT RAISE(ABORT, 'a number is never taken back'); END;
"""
_NO_ROOM = frozenset({sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR, sqlite3.SQLITE_READONLY})
_DAMAGED = frozenset({sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB})


class SqliteStore:
    """``journal.sqlite`` in a folder, for one process at a time; safe between threads."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.path = folder / "journal.sqlite"
        self._lock = threading.RLock()
        self._claim = _claimed(folder)
        try:
            self._database = self._opened()
        except BaseException:
            os.close(self._claim)
            raise

    def _opened(self) -> sqlite3.Connection:
        with self._telling(1):
            database = sqlite3.connect(self.path, isolation_level=None, check_same_thread=False)
            database.execute("PRAGMA journal_mode=WAL")
            database.execute("PRAGMA synchronous=FULL")
            database.executescript(_TABLES)
            return database

    def close(self) -> None:
        """Let the folder go."""
        with self._lock:
            self._database.close()
            os.close(self._claim)

    def head(self) -> Head:
        """Return the last record's number and SHA-256."""
        with self._lock, self._telling(0):
            return self._head()

    def _head(self) -> Head:
        row = self._database.execute(
            "SELECT seq, chain FROM record ORDER BY seq DESC LIMIT 1"
        ).fetchone()
        return Head(*row) if row else Head()

    def read(self, after: int = 0, limit: int = 1000) -> list[bytes]:
        """Return up to `limit` records after number `after`, in order.

        Raises
        ------
        JournalCorruptError
            If a record is not the one whose SHA-256 was stored with it, or is missing.
        """
        with self._lock, self._telling(after + 1):
            rows = self._database.execute(
                "SELECT seq, chain, bytes FROM record WHERE seq > ? ORDER BY seq LIMIT ?",
                (after, limit),
            ).fetchall()
        for place, (seq, chain, record) in enumerate(rows, after + 1):
            if seq != place:
                raise JournalCorruptError(place, f"it is missing; {seq} comes next")
            if chain_of(record) != chain:
                raise JournalCorruptError(seq, f"its SHA-256 is not {chain[:8]} any more")
        return [record for _, _, record in rows]

    def append(self, record: bytes, *, expected: Head) -> Head:
        """Write a record durably, if `expected` is the head; once only by its event's id.

        Raises
        ------
        ConflictError
            If the head is another.
        MisplacedError
            If the record does not follow the head, or its id is another record's.
        NotWrittenError
            If there is no room, with the path and the bytes free; nothing is written.
        """
        if len(record) > LARGEST_RECORD_BYTES:
            raise RecordTooLargeError(len(record))
        event = read_event(unseal(record, expected.seq + 1)[1], expected.seq + 1)
        with self._lock, self._telling(expected.seq + 1), self._transaction():
            return self._before(event, record) or self._added(event, record, expected)

    def _before(self, event: Event, record: bytes) -> Head | None:
        row = self._database.execute(
            "SELECT seq, chain, bytes FROM record WHERE id = ?", (str(event.id),)
        ).fetchone()
        if row is None:
            return None
        if row[2] != record:
            raise MisplacedError(
                f"event {event.id} is record {row[0]} with other bytes; refused"
            )
        return Head(row[0], row[1])

    def _added(self, event: Event, record: bytes, expected: Head) -> Head:
        head = self._head()
        if head != expected:
            raise ConflictError(head)
        if (event.seq, event.prev) != (head.seq + 1, head.chain):
            raise MisplacedError(
                f"event {event.seq} after {event.prev[:8]} does not follow record {head.seq} "
                f"({head.chain[:8]}); refused"
            )
        added = Head(event.seq, chain_of(record))
        row = (added.seq, str(event.id), added.chain, record)
        self._database.execute("INSERT INTO record VALUES (?, ?, ?, ?)", row)
        if isinstance(event.body, Released):
            number = event.body.number
            given = (number.year, number.effect, number.count, event.seq)
            self._database.execute("INSERT INTO issued VALUES (?, ?, ?, ?)", given)
        return added

    @contextmanager
    def _transaction(self) -> Iterator[None]:
        self._database.execute("BEGIN IMMEDIATE")
        try:
            yield
            self._database.execute("COMMIT")
        except BaseException:
            if self._database.in_transaction:
                self._database.execute("ROLLBACK")
            raise

    @contextmanager
    def _telling(self, seq: int) -> Iterator[None]:
        """Say what SQLite's errors mean for the journal."""
        try:
            yield
        except sqlite3.IntegrityError as error:
            raise MisplacedError(f"{self.path} refuses record {seq}: {error}") from error
        except sqlite3.DatabaseError as error:
            code = getattr(error, "sqlite_errorcode", 0) & 0xFF
            if code in _NO_ROOM:
                raise NotWrittenError(self._no_room(error)) from error
            if code in _DAMAGED:
                raise JournalCorruptError(seq, f"{self.path}: {error}") from error
            raise UnavailableError(f"{self.path}: {error}; try again") from error

    def _no_room(self, error: sqlite3.DatabaseError) -> str:
        return (
            f"nothing was written to {self.path}: {error}; {self._free_bytes()} bytes are free "
            f"there: make room, then give the command again"
        )

    def _free_bytes(self) -> int:
        return shutil.disk_usage(self.path.parent).free

    def health(self) -> Health:
        """Say whether a transaction can begin, and how much room there is."""
        free = self._free_bytes()
        try:
            with self._lock, self._telling(0), self._transaction():
                pass
        except (NotWrittenError, UnavailableError, JournalCorruptError) as error:
            return Health(writable=False, quorum=True, disk_free_bytes=free, why=str(error))
        room = free > LARGEST_RECORD_BYTES
        why = "" if room else f"{free} bytes are free at {self.path}"
        return Health(writable=room, quorum=True, disk_free_bytes=free, why=why)


def _claimed(folder: Path) -> int:
    """Return the open file whose lock says that this process has the folder."""
    path = folder / "journal.lock"
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError as error:
        holder = os.read(descriptor, 20).decode(errors="replace").strip() or "unknown"
        os.close(descriptor)
        raise InUseError(
            f"the journal in {folder} is in use by process {holder}; stop that one first, or "
            f"give this one another folder with --data"
        ) from error
    os.ftruncate(descriptor, 0)
    os.write(descriptor, f"{os.getpid()}\n".encode())
    return descriptor


class SqliteJournal:
    """The asynchronous face of a `SqliteStore`: each call in a thread."""

    def __init__(self, store: SqliteStore) -> None:
        self._store = store

    async def head(self) -> Head:
        """Return the last record's number and SHA-256."""
        return await asyncio.to_thread(self._store.head)

    async def read(self, after: int = 0, limit: int = 1000) -> list[bytes]:
        """Return up to `limit` records after number `after`, in order."""
        return await asyncio.to_thread(self._store.read, after, limit)

    async def append(self, record: bytes, *, expected: Head) -> Head:
        """Write a record durably, if `expected` is the head; see `SqliteStore.append`."""
        return await asyncio.to_thread(self._store.append, record, expected=expected)

    async def follow(self, after: int) -> AsyncIterator[bytes]:
        """Yield the records after number `after`, then each new one within 50 ms."""
        while True:
            records = await self.read(after)
            for record in records:
                yield record
            after += len(records)
            if not records:
                await asyncio.sleep(FOLLOW_EVERY_S)

    async def health(self) -> Health:
        """Say whether the journal can be written."""
        return await asyncio.to_thread(self._store.health)
