"""Dst of the World Data Center at Kyoto, and LASP's estimate of it from the solar wind."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

from stormcone.observation.feed import (
    Drift,
    Feed,
    Flag,
    Observation,
    Provenance,
    UnreadableError,
)
from stormcone.observation.lines import whole_lines
from stormcone.observation.rows import collect
from stormcone.reference.utc import read_utc

_NAME = "kyoto-dst"
_HOUR = timedelta(hours=1)
_RECORD = 120
_MISSING = 9999
_FIRST_YEAR = 57  # Dst begins in 1957; a year without its century is later than that
_FINAL = ("2", " ")  # version 0 is real time, 1 provisional; old files have none
_URL = "https://wdc.kugi.kyoto-u.ac.jp/dst_realtime/presentmonth/dst.for.request"  # unverified
_ESTIMATE = re.compile(r"(\d{4})/(\d{3})-(\d\d):(\d\d):(\d\d)\s+(-?\d+\.\d+)")


def read_dst(body: bytes) -> Iterator[Observation | Drift]:
    """Yield hourly Dst of the WDC's 120-column records, values of hours that begin at `at`.

    Also of a table `timestamp,dst`, whose times are the ends of the hours, and LASP's list of
    the last days, which is a model of the solar wind and therefore a forecast.

    Raises
    ------
    UnreadableError
        If the body is none of these, is cut off, or a tenth of its rows cannot be read.
    """
    start = body[:60].decode("ascii", "replace")
    if start.startswith("timestamp,"):
        rows = body.decode("ascii", "replace").splitlines()[1:]
        return collect(_NAME, rows, _labelled_at_the_end)
    lines = [line.rstrip("\r") for line in whole_lines(_NAME, body) if line.strip()]
    if start.startswith("DST"):
        return collect(_NAME, lines, _day)
    if "Predicted Dst" in start:
        return collect(_NAME, lines[1:], _estimate)
    raise UnreadableError(f"{_NAME}: body starts {start[:40]!r}, expected DST and a month")


def _day(line: str) -> Iterator[Observation]:
    if len(line) != _RECORD or line[:3] != "DST":
        raise ValueError(f"{line[:40]!r}: {len(line)} columns, expected a record of 120")
    year = int(line[3:5])
    century = int(line[14:16]) if line[14:16].strip() else 19 if year >= _FIRST_YEAR else 20
    midnight = datetime(100 * century + year, int(line[5:7]), int(line[8:10]), tzinfo=UTC)
    base_nt = 100 * int(line[16:20])
    flags = Flag(0) if line[13] in _FINAL else Flag.ESTIMATED
    for hour in range(24):
        value = int(line[20 + 4 * hour : 24 + 4 * hour])
        number = None if value == _MISSING else float(base_nt + value)
        yield _hourly(midnight + hour * _HOUR, number, flags)


def _labelled_at_the_end(line: str) -> Iterator[Observation]:
    label, value = line.split(",")
    number = float(value) if value.strip() else None
    yield _hourly(read_utc(label.replace("+00:00", "Z")) - _HOUR, number, Flag(0))


def _hourly(at: datetime, value: float | None, flags: Flag) -> Observation:
    return Observation(
        quantity="dst_nt",
        value=value,
        at=at,
        span_s=_HOUR.total_seconds(),
        source="Kyoto",
        flags=flags if value is not None else flags | Flag.FILL,
    )


def _estimate(line: str) -> Iterator[Observation]:
    match = _ESTIMATE.fullmatch(line.strip())
    if match is None:
        raise ValueError(f"{line[:40]!r}, expected a time like 2023/301-21:10:16 and a value")
    year, day, hour, minute, second = (int(part) for part in match.groups()[:5])
    yield Observation(
        quantity="dst_nt",
        value=float(match[6]),
        at=datetime(year, 1, 1, hour, minute, second, tzinfo=UTC) + timedelta(days=day - 1),
        source="LASP",
        provenance=Provenance.FORECAST,
    )


dst = Feed(
    name=_NAME,
    url=_URL,
    every=timedelta(hours=1),
    floor=timedelta(minutes=10),
    expected_latency=timedelta(hours=1),
    max_age=timedelta(hours=4),
    quantities=("dst_nt",),
    priority=1,
    credit="WDC for Geomagnetism, Kyoto",
    licence="cite",
    may_package=False,
    read=read_dst,
)
