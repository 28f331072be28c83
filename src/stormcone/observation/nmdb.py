"""Neutron monitors: the counts of many stations as NMDB's event search tool writes them."""

import re
from collections.abc import Iterator, Sequence
from datetime import timedelta

from stormcone.observation.feed import Drift, Feed, Flag, Observation, UnreadableError
from stormcone.observation.lines import whole_lines
from stormcone.observation.rows import collect
from stormcone.reference.utc import read_utc

_NAME = "nmdb"
_NEST = "https://www.nmdb.eu/nest/draw_graph.php?formchk=1&output=ascii"  # unverified
_ROW = re.compile(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d;")
_STATION = re.compile(r"[A-Z0-9]{3,6}")


def read_counts(body: bytes) -> Iterator[Observation | Drift]:
    """Yield the counts per second of each station, minute by minute; `source` is the station.

    The counts are those that were asked for; the feed asks for minutes, corrected for
    pressure and efficiency. A station that sends nothing in a minute has no value then.

    Raises
    ------
    UnreadableError
        If no line names the stations, the body is cut off, or a tenth of its rows are bad.
    """
    lines = whole_lines(_NAME, body)
    rows = [line for line in lines if _ROW.match(line)]
    stations = _stations(lines[: lines.index(rows[0])] if rows else lines)
    return collect(_NAME, rows, lambda line: _minute(stations, line))


def _stations(heading: Sequence[str]) -> list[str]:
    names = heading[-1].split() if heading else []
    if not names or not all(_STATION.fullmatch(name) for name in names):
        raise UnreadableError(
            f"{_NAME}: line before the counts is {heading[-1:]!r}, expected names of stations"
        )
    return names


def _minute(stations: Sequence[str], line: str) -> Iterator[Observation]:
    time, *cells = line.split(";")
    if len(cells) != len(stations):
        raise ValueError(f"{line[:40]!r}: {len(cells)} counts of {len(stations)} stations")
    at = read_utc(time)
    for station, cell in zip(stations, cells, strict=True):
        missing = cell.strip() == "null"
        yield Observation(
            quantity="neutron_counts_per_s",
            value=None if missing else float(cell),
            at=at,
            span_s=60,
            source=station,
            flags=Flag.FILL if missing else Flag(0),
        )


counts = Feed(
    name=_NAME,
    url=(
        f"{_NEST}&tabchoice=revori"
        "&dtype=corr_for_efficiency&tresolution=1&yunits=0&date_choice=last&last_days=1"
        "&stations[]=OULU&stations[]=SOPO&stations[]=SOPB&stations[]=APTY&stations[]=FSMT"
        "&stations[]=INVK&stations[]=NEWK&stations[]=KERG&stations[]=YKTK&stations[]=JUNG"
    ),
    every=timedelta(minutes=5),
    floor=timedelta(minutes=5),
    expected_latency=timedelta(minutes=10),
    max_age=timedelta(minutes=30),
    quantities=("neutron_counts_per_s",),
    credit="NMDB (nmdb.eu) and the principal investigators of the stations",
    licence="commercial use needs the consent of each principal investigator",
    may_package=False,
    read=read_counts,
)
