"""The user's own downloads for a recorded day: content decides what a file is, not its name."""

import gzip
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import partial
from pathlib import Path

from stormcone.observation.alert_table import read_alert_table
from stormcone.observation.electrojet import read_electrojets
from stormcone.observation.feed import (
    Drift,
    GridReading,
    Notice,
    Observation,
    UnreadableError,
)
from stormcone.observation.gfz import read_hp
from stormcone.observation.gfz_forecast import read_forecast
from stormcone.observation.nmdb import read_counts
from stormcone.observation.omni import read_hourly
from stormcone.observation.omni_minutes import read_minutes
from stormcone.observation.outlooks import read_three_days

Record = Observation | Notice
Reader = Callable[[bytes], Iterator[Observation | Notice | GridReading | Drift]]

READERS: Mapping[str, Reader] = {
    "omni-1min": read_minutes,
    "omni2-hourly": read_hourly,
    "gfz-hp30": partial(read_hp, "hp30"),
    "gfz-hp60": partial(read_hp, "hp60"),
    "gfz-kp-forecast": read_forecast,
    "nmdb": read_counts,
    "electrojet": read_electrojets,
    "alert-table": read_alert_table,
    "3-day-forecast": read_three_days,
}
_LARGEST = 64 * 2**20


def gather(folder: Path, contents: Iterable[str]) -> dict[str, tuple[Record, ...]]:
    """Return what the files of a folder and of the folders in it say, by kind of content.

    A file is the first of `contents` that its bytes, gzipped or not, can be read as; a file
    that is none of them is passed over.
    """
    wanted = tuple(dict.fromkeys(contents))
    found: dict[str, tuple[Record, ...]] = {}
    for path in sorted([*folder.glob("*"), *folder.glob("*/*")]):
        if path.is_file() and path.stat().st_size <= _LARGEST:
            for content, records in _read(_plain(path.read_bytes()), wanted):
                found[content] = (*found.get(content, ()), *records)
    return found


def _plain(body: bytes) -> bytes:
    try:
        return gzip.decompress(body) if body.startswith(b"\x1f\x8b") else body
    except (OSError, EOFError):
        return b""


def _read(body: bytes, wanted: Iterable[str]) -> Iterator[tuple[str, tuple[Record, ...]]]:
    """Yield the first content that the body can be read as, if any."""
    for content in wanted:
        try:
            read = READERS[content](body)
            yield content, tuple(one for one in read if isinstance(one, Observation | Notice))
        except UnreadableError:
            continue
        return
