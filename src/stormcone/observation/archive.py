"""What was measured and when we knew it: rows are only ever added, and read as of a time."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any, Self

import msgspec
import numpy as np

from stormcone.observation import parquet
from stormcone.observation.alerts import Alert
from stormcone.observation.columns import (
    Columns,
    as_of,
    columns,
    from_ms,
    newest_usable,
    observation,
    series,
    to_ms,
)
from stormcone.observation.feed import (
    QUANTITIES,
    UNUSABLE,
    Capture,
    Feed,
    GridReading,
    Notice,
    Observation,
    Series,
)
from stormcone.observation.flares import Flare
from stormcone.observation.gaps import Gap, Poll, as_gap, missing_spans
from stormcone.observation.ledger import (
    DELETE_OBSERVATION,
    INSERT_CAPTURE,
    INSERT_GRID,
    INSERT_NOTICE,
    INSERT_OBSERVATION,
    INSERT_POLL,
    NEWEST_CAPTURE,
    NEWEST_GRID,
    ArchiveError,
    Ledger,
    as_part,
    map_row,
    notice_row,
    reading_row,
)

__all__ = ["Archive", "ArchiveError", "FeedStatus", "MapCapture"]

_WHOLE = -(2**62)  # milliseconds: before anything
Record = Observation | Notice | GridReading
_Dated = tuple[Record, datetime]
_Row = tuple[Any, ...]


class FeedStatus(msgspec.Struct, frozen=True, kw_only=True):
    """What the polls of a feed came to, newest last; true also after a restart."""

    last_good: datetime | None = None
    newest: datetime | None = None
    failures: int = 0
    silent_since: datetime | None = None
    last_error: Poll | None = None


class MapCapture(msgspec.Struct, frozen=True, kw_only=True):
    """Where a map is kept: whose and of when it is, and the feed and body that brought it."""

    source: str
    at: datetime
    feed: str
    sha256: str


class _Table(msgspec.Struct, frozen=True):
    since_ms: int
    by_source: dict[str, Columns]


class Archive:
    """The readings, notices, captures and polls of one site: SQLite now, Parquet for old days.

    One process writes; any of its threads may read. Times known are part of every answer:
    nothing returned for `known` depends on what became known later.
    """

    def __init__(self, root: Path) -> None:
        self.root = root
        self._days = root / "archive"
        self._ledger = Ledger(root / "archive.sqlite")
        self._tables: dict[str, _Table] = {}
        self._notices: list[tuple[int, int, Notice]] | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Close the file; reading or writing afterwards raises ArchiveError."""
        self._ledger.close()

    def add(
        self,
        records: Iterable[Record],
        *,
        known: datetime,
        capture: str | None = None,
        version: int = 1,
    ) -> int:
        """Add what became known at `known` from the body `capture`; return the new rows' count.

        A reading that repeats what was known of its instant adds nothing; one that differs is
        a correction and becomes a row of its own. Of two of one instant in the same call, the
        first counts. Of a map only its capture is noted: it is read from there again.
        """
        return self.add_dated(
            ((one, known) for one in records), capture=capture, version=version
        )

    def add_dated(
        self, dated: Iterable[_Dated], *, capture: str | None = None, version: int = 1
    ) -> int:
        """Add records each with its own time of becoming known; return the new rows' count."""
        readings: dict[tuple[str, str, datetime, datetime], dict[str, Any]] = {}
        notices, maps = [], []
        for record, known in dated:
            if isinstance(record, Observation):
                key = record.quantity, record.source, record.at, known
                readings.setdefault(key, reading_row(record, known, capture, version))
            elif isinstance(record, Notice):
                notices.append(notice_row(record, known))
            elif capture:
                maps.append(map_row(record, known, capture))
        added = self._ledger.write(
            (INSERT_OBSERVATION, readings.values()),
            (INSERT_NOTICE, notices),
            (INSERT_GRID, maps),
        )
        if added:
            self._forget({quantity for quantity, *_ in readings}, bool(notices))
        return added

    def add_capture(self, capture: Capture) -> None:
        """Add one fetch of one body; the same one again adds nothing."""
        row = capture.feed, to_ms(capture.fetched), capture.sha256, _encode(capture)
        self._ledger.write((INSERT_CAPTURE, [row]))

    def add_poll(self, poll: Poll) -> None:
        """Add what one poll came to."""
        row = poll.feed, to_ms(poll.at), poll.error, _encode(poll)
        self._ledger.write((INSERT_POLL, [row]))

    def captures(self, feed: str, start: datetime, end: datetime) -> tuple[Capture, ...]:
        """Return the fetches of a feed from `start` to `end`, oldest first."""
        rows = self._ledger.rows(
            "SELECT capture FROM captures WHERE feed = ? AND fetched BETWEEN ? AND ? "
            "ORDER BY fetched",
            (feed, to_ms(start), to_ms(end)),
        )
        return tuple(msgspec.json.decode(row[0], type=Capture) for row in rows)

    def polls(self, feed: str, start: datetime, end: datetime) -> tuple[Poll, ...]:
        """Return the polls of a feed from `start` to `end`, oldest first."""
        rows = self._ledger.rows(
            "SELECT poll FROM polls WHERE feed = ? AND at BETWEEN ? AND ? ORDER BY at",
            (feed, to_ms(start), to_ms(end)),
        )
        return tuple(msgspec.json.decode(row[0], type=Poll) for row in rows)

    def status(self, feed: str) -> FeedStatus:
        """Return what is known of a feed's answers, from its stored polls."""
        good = self._poll("error IS NULL", feed)
        since = to_ms(good.at) if good else _WHOLE
        ((failures, first_ms),) = self._ledger.rows(
            "SELECT count(*), min(at) FROM polls WHERE feed = ? AND at > ?", (feed, since)
        )
        return FeedStatus(
            last_good=good.at if good else None,
            newest=good.newest if good else None,
            failures=failures,
            silent_since=from_ms(first_ms) if failures else None,
            last_error=self._poll("error IS NOT NULL", feed),
        )

    def last_good(self, feed: str) -> Poll | None:
        """Return the last poll of a feed that was good."""
        return self._poll("error IS NULL", feed)

    def series(
        self,
        quantity: str,
        start: datetime,
        end: datetime,
        *,
        known: datetime,
        source: str | None = None,
    ) -> tuple[Series, ...]:
        """Return the readings with start <= at <= end as they were known, one Series a source.

        For each instant the last word at `known`; a source with no reading is absent.

        Raises
        ------
        KeyError
            If `quantity` is none of QUANTITIES.
        """
        bounds = to_ms(start), to_ms(end), to_ms(known)
        found = []
        for name, table in self._sources(quantity, bounds[0], source):
            rows = as_of(table, *bounds)
            if len(rows):
                found.append(series(quantity, name, table, rows))
        return tuple(found)

    def sources(self, quantity: str, since: datetime) -> tuple[str, ...]:
        """Return who has measured a quantity since then, or earlier."""
        return tuple(name for name, _ in self._sources(quantity, to_ms(since), None))

    def instrument(self, feed: str, quantity: str, now: datetime) -> str | None:
        """Return the instrument whose newest reading of `quantity` by `now` came by `feed`."""
        found: list[tuple[int, str]] = []
        for source, _ in self._sources(quantity, to_ms(now), None):
            asked = {"quantity": quantity, "source": source, "now": to_ms(now)}
            newest = self._ledger.rows(NEWEST_CAPTURE, asked)
            found += [(at, source) for at, name in newest if name == feed]
        return max(found, default=(0, None))[1]

    def newest_map(
        self, quantity: str, feeds: Iterable[str], *, known: datetime
    ) -> MapCapture | None:
        """Return where the newest map of `quantity` known then by one of `feeds` is kept."""
        names = msgspec.json.encode(sorted(feeds)).decode()
        rows = self._ledger.rows(NEWEST_GRID, (quantity, to_ms(known), names))
        if not rows:
            return None
        name, at, sha256, feed = rows[0]
        return MapCapture(source=name, at=from_ms(at), feed=feed, sha256=sha256)

    def newest(
        self, quantity: str, *, known: datetime, source: str | None = None
    ) -> Observation | None:
        """Return the newest usable reading of any source, or of one, as known then, or None.

        A forecast is no reading: it is returned only of a `source` asked for by name, and only
        once its time has begun.
        """
        week = to_ms(known - timedelta(days=7))
        found = self._newest(quantity, week, known, source)
        return found or self._newest(quantity, _WHOLE, known, source)

    def notices(
        self, start: datetime, end: datetime, *, known: datetime, kind: str | None = None
    ) -> tuple[Notice, ...]:
        """Return the notices issued from `start` to `end` that were known, oldest first."""
        first, last, limit = to_ms(start), to_ms(end), to_ms(known)
        latest: dict[tuple[str, int], Notice] = {}
        for issued, when, notice in self._all_notices():
            if first <= issued <= last and when <= limit and kind in (None, notice.kind):
                latest[notice.code, issued] = notice
        return tuple(latest.values())

    def gaps(
        self, feed: Feed, quantity: str, start: datetime, end: datetime, *, known: datetime
    ) -> tuple[Gap, ...]:
        """Return where readings of `feed` are missing from `start` up to `end`, and why."""
        every_ms = round(QUANTITIES[quantity].every_s * 1000)
        found = self.series(quantity, start, end - timedelta(milliseconds=1), known=known)
        at_ms = [one.at[~np.isnan(one.value)].astype(np.int64) for one in found]
        together = np.unique(np.concatenate(at_ms)) if at_ms else np.empty(0, np.int64)
        late = feed.expected_latency
        polls = self.polls(feed.name, start, end + late)
        due = known - late - timedelta(milliseconds=every_ms)
        spans = missing_spans(together, to_ms(start), to_ms(end), every_ms)
        return tuple(as_gap(span, every_ms, polls, due=due, late=late) for span in spans)

    def compact(self, before: datetime) -> int:
        """Move whole days of PACKED quantities to Parquet; return how many rows moved.

        A row is deleted here only after its day, read back, was proved to hold it: a crash at
        any point loses nothing, and doing it again moves nothing.
        """
        limit = to_ms(before.replace(hour=0, minute=0, second=0, microsecond=0))
        moved = 0
        for quantity in parquet.PACKED:
            for (source, day), rows in self._days_before(quantity, limit).items():
                parquet.write_day(self._days, quantity, source, day, rows)
                keys = [(quantity, source, row[0], row[1]) for row in rows]
                self._ledger.write((DELETE_OBSERVATION, keys))
                self._forget({quantity}, notices=False)
                moved += len(rows)
        return moved

    def export(
        self, quantity: str, start: datetime, end: datetime, *, known: datetime, path: Path
    ) -> int:
        """Write the readings as known then to a .parquet, .csv or .json; return how many."""
        return parquet.write_series(self.series(quantity, start, end, known=known), path)

    def _newest(
        self, quantity: str, since_ms: int, known: datetime, source: str | None
    ) -> Observation | None:
        found = []
        for name, table in self._sources(quantity, since_ms, source):
            row = newest_usable(
                table, to_ms(known), int(UNUSABLE), forecasts=source is not None
            )
            if row is not None:
                found.append(observation(quantity, name, table, row))
        return max(found, key=lambda one: one.at, default=None)

    def _days_before(self, quantity: str, limit_ms: int) -> dict[tuple[str, date], list[_Row]]:
        rows = self._ledger.rows(
            "SELECT source, at, known, published, span_ms, value, flags, provenance, "
            "capture, version FROM observations WHERE quantity = ? AND at < ? "
            "ORDER BY source, at, known",
            (quantity, limit_ms),
        )
        days: dict[tuple[str, date], list[_Row]] = defaultdict(list)
        for source, at, *rest in rows:
            days[source, from_ms(at).date()].append((at, *rest))
        return days

    def _sources(
        self, quantity: str, since_ms: int, source: str | None
    ) -> Iterable[tuple[str, Columns]]:
        with self._ledger.lock:
            table = self._tables.get(quantity)
            if table is None or table.since_ms > since_ms:
                table = self._tables[quantity] = self._load(quantity, since_ms)
        if source is not None:
            return ((source, table.by_source[source]),) if source in table.by_source else ()
        return table.by_source.items()

    def _load(self, quantity: str, since_ms: int) -> _Table:
        """Read the columns of a quantity, from Parquet too if it holds days since then."""
        QUANTITIES[quantity]
        parts: dict[str, list[parquet.Part]] = defaultdict(list)
        for source, rows in self._by_source(quantity).items():
            parts[source].append(as_part(rows))
        oldest = parquet.first_day(self._days, quantity)
        if oldest is None:
            since_ms = _WHOLE
        else:
            since = max(oldest, from_ms(max(since_ms, 0)).date())
            since_ms = _WHOLE if since == oldest else since_ms
            for source, part in parquet.read_days(self._days, quantity, since):
                parts[source].append(part)
        tables = {source: columns(parts[source]) for source in sorted(parts)}
        return _Table(since_ms, tables)

    def _by_source(self, quantity: str) -> dict[str, list[tuple[Any, ...]]]:
        rows = self._ledger.rows(
            "SELECT source, at, known, value, span_ms, flags, provenance FROM observations "
            "WHERE quantity = ? ORDER BY source, at, known",
            (quantity,),
        )
        by_source: dict[str, list[tuple[Any, ...]]] = defaultdict(list)
        for source, *rest in rows:
            by_source[source].append(tuple(rest))
        return by_source

    def _all_notices(self) -> list[tuple[int, int, Notice]]:
        with self._ledger.lock:
            if self._notices is None:
                rows = self._ledger.rows(
                    "SELECT issued, known, notice FROM notices ORDER BY issued, known, code"
                )
                self._notices = [(issued, known, _notice(text)) for issued, known, text in rows]
            return self._notices

    def _poll(self, condition: str, feed: str) -> Poll | None:
        rows = self._ledger.rows(
            f"SELECT poll FROM polls WHERE feed = ? AND {condition} ORDER BY at DESC LIMIT 1",
            (feed,),
        )
        return msgspec.json.decode(rows[0][0], type=Poll) if rows else None

    def _forget(self, quantities: set[str], notices: bool) -> None:
        with self._ledger.lock:
            for quantity in quantities:
                self._tables.pop(quantity, None)
            if notices:
                self._notices = None


def _encode(record: msgspec.Struct) -> str:
    return msgspec.json.encode(record).decode()


def _notice(text: str) -> Notice:
    notice: Notice = msgspec.json.decode(text, type=Notice | Alert | Flare)
    return notice
