"""Days that will not change much more, as Parquet: written, checked, then believed."""

import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, unquote

import numpy as np
from numpy.typing import NDArray

from stormcone.observation.bodies import sync_folder
from stormcone.observation.columns import PROVENANCES
from stormcone.observation.feed import QUANTITIES, Series

if TYPE_CHECKING:
    import duckdb

_NAMES = ("at", "known", "published", "span_ms", "value", "flags", "provenance")
_TYPED = """
    SELECT make_timestamp_ms("at") AS "at",
           make_timestamp_ms(known) AS known,
           make_timestamp_ms(published) AS published,
           span_ms::BIGINT AS span_ms, value::DOUBLE AS value, flags::USMALLINT AS flags,
           provenance::VARCHAR AS provenance, capture::VARCHAR AS capture_sha256,
           version::INTEGER AS parser_version
    FROM fresh
"""
_CHECK = "SELECT count(*), sum(hash(day)::HUGEINT) FROM ({}) AS day"
PACKED = tuple(name for name, one in QUANTITIES.items() if one.every_s < 1800)
"""Years of a slower series are few rows, and each new body of them is compared with them."""
Part = tuple[NDArray[Any], ...]


class TableError(OSError):
    """A table cannot be written or read; names it and why."""


class CompactionError(TableError):
    """A packed day cannot be written or does not hold what it should; nothing was deleted."""


def write_day(
    root: Path, quantity: str, source: str, day: date, rows: Sequence[Sequence[Any]]
) -> Path:
    """Merge `rows` into the file of one day, durably, and return it.

    `rows` are (at, known, published, span_ms, value, flags, provenance, capture, version),
    times in milliseconds. Older parts of the day are deleted only when the new one, read
    back, holds all of theirs and ours: the same count and the same hash.

    Raises
    ------
    CompactionError
        If it does not; the old parts stay.
    """
    folder = day_folder(root, quantity, source, day)
    folder.mkdir(parents=True, exist_ok=True)
    old = sorted(folder.glob("part-*.parquet"))
    draft = folder / "draft.parquet"
    hint = f"{folder} is not packed and nothing was deleted; make room and try again"
    with _connected(hint, CompactionError) as database:
        database.register("fresh", _as_columns(rows))
        merged = _merged(old)
        database.execute(f"COPY ({merged}) TO '{_sql(draft)}' (FORMAT parquet, CODEC zstd)")
        wanted = database.execute(_CHECK.format(merged)).fetchone()
        got = database.execute(_CHECK.format(_from([draft]))).fetchone()
    if got != wanted:
        draft.unlink()
        raise CompactionError(
            f"{draft} reads back as {got}, expected {wanted}; nothing was deleted"
        )
    return _take(draft, old)


def read_days(root: Path, quantity: str, since: date) -> Iterator[tuple[str, Part]]:
    """Yield (source, columns) of every stored day from `since` on, for `columns.columns`."""
    for folder in sorted((root / f"quantity={quote(quantity, safe='')}").glob("source=*")):
        files = [
            file
            for day in sorted(folder.glob("day=*"))
            if day.name[4:] >= since.isoformat()
            for file in sorted(day.glob("part-*.parquet"))
        ]
        if files:
            yield unquote(folder.name[7:]), _read(files)


def first_day(root: Path, quantity: str) -> date | None:
    """Return the oldest day of a quantity that is kept as Parquet, or None."""
    days = (root / f"quantity={quote(quantity, safe='')}").glob("source=*/day=*")
    return min((date.fromisoformat(day.name[4:]) for day in days), default=None)


def write_series(series: Iterable[Series], path: Path) -> int:
    """Write series as one table, Parquet, CSV or JSON by the suffix of `path`; return its rows.

    Raises
    ------
    ValueError
        If the suffix is none of these.
    TableError
        If the file cannot be written.
    """
    form = path.suffix.removeprefix(".")
    if form not in ("parquet", "csv", "json"):
        raise ValueError(f"cannot export to {path.name!r}; end it in .parquet, .csv or .json")
    found = tuple(series)
    with _connected(f"{path} is not written") as database:
        database.register("found", _flat(found))
        database.execute(
            'COPY (SELECT * REPLACE ("at"::TIMESTAMP AS "at", known::TIMESTAMP AS known) '
            f"FROM found ORDER BY quantity, \"at\", source) TO '{_sql(path)}' (FORMAT {form})"
        )
    return sum(map(len, found))


def write_columns(table: Mapping[str, NDArray[np.generic]], path: Path) -> None:
    """Write columns of equal length as one Parquet file.

    Raises
    ------
    TableError
        If it cannot be written.
    """
    with _connected(f"{path} is not written") as database:
        database.register("made", dict(table))
        database.execute(
            f"COPY (SELECT * FROM made) TO '{_sql(path)}' (FORMAT parquet, CODEC zstd)"
        )


def day_folder(root: Path, quantity: str, source: str, day: date) -> Path:
    """Return the folder of one day of one quantity by one instrument."""
    names = quote(quantity, safe=""), quote(source, safe="")
    return root / f"quantity={names[0]}" / f"source={names[1]}" / f"day={day.isoformat()}"


@contextmanager
def _connected(
    hint: str, kind: type[TableError] = TableError
) -> "Iterator[duckdb.DuckDBPyConnection]":
    import duckdb  # noqa: PLC0415  # tens of megabytes that a run without Parquet need not hold

    try:
        with duckdb.connect(config={"threads": 1}) as database:
            yield database
    except duckdb.Error as error:
        raise kind(f"{hint}: {error}") from error


def _sql(path: Path) -> str:
    return str(path).replace("'", "''")


def _from(files: Sequence[Path]) -> str:
    names = ", ".join(f"'{_sql(file)}'" for file in files)
    return f"SELECT * FROM read_parquet([{names}], hive_partitioning = false)"


def _merged(old: Sequence[Path]) -> str:
    parts = " UNION ".join([_TYPED, *([_from(old)] if old else [])])
    return f'SELECT DISTINCT * FROM ({parts}) ORDER BY "at", known'


def _take(draft: Path, old: Sequence[Path]) -> Path:
    name = sha256(draft.read_bytes()).hexdigest()[:16]
    final = draft.with_name(f"part-{name}.parquet")
    with draft.open("rb+") as file:
        os.fsync(file.fileno())
    draft.replace(final)
    sync_folder(final.parent)
    for part in old:
        if part != final:
            part.unlink()
    return final


def _as_columns(rows: Sequence[Sequence[Any]]) -> dict[str, NDArray[Any]]:
    names = (*_NAMES, "capture", "version")
    return {
        name: _column(name, values)
        for name, values in zip(names, zip(*rows, strict=True), strict=True)
    }


def _column(name: str, values: Sequence[Any]) -> NDArray[Any]:
    if name == "value":
        return np.array([np.nan if value is None else value for value in values], float)
    if name in ("published", "capture"):
        return np.array(values, dtype=object)
    if name == "provenance":
        return np.array([str(PROVENANCES[value]) for value in values], dtype=object)
    return np.array(values, np.int64)


def _read(files: Sequence[Path]) -> Part:
    with _connected(f"{files[0].parent.parent} cannot be read") as database:
        found = database.execute(
            'SELECT epoch_ms("at") AS "at", epoch_ms(known) AS known, value, span_ms, flags, '
            f"provenance FROM ({_from(files)})"
        ).fetchnumpy()
    numbers = {str(word): index for index, word in enumerate(PROVENANCES)}
    return (
        found["at"],
        found["known"],
        np.ma.filled(found["value"], np.nan),
        found["span_ms"],
        found["flags"],
        np.array([numbers[word] for word in found["provenance"]], np.uint8),
    )


def _flat(series: Sequence[Series]) -> dict[str, NDArray[Any]]:
    repeated = [(one.quantity, one.source) for one in series for _ in range(len(one))]
    words = [str(word) for one in series for word in one.provenance]
    empty = [np.empty(0)]
    return {
        "quantity": np.array([quantity for quantity, _ in repeated], dtype=object),
        "source": np.array([source for _, source in repeated], dtype=object),
        "at": np.concatenate([one.at for one in series] or empty),
        "value": np.concatenate([one.value for one in series] or empty),
        "known": np.concatenate([one.known for one in series] or empty),
        "flags": np.concatenate([one.flags for one in series] or empty),
        "provenance": np.array(words, dtype=object),
    }
