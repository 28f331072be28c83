"""SWPC's forecasts of the next three days, in tables of text."""

import re
from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from typing import Any

from msgspec.structs import replace

from stormcone.observation.feed import Flag, Notice, Observation, Provenance
from stormcone.observation.swpc import swpc_feed
from stormcone.observation.texts import DAY, Text, days_from, read_text

_SYNOPTIC = timedelta(hours=3)
_DAYS = re.compile(r"^\s+([A-Z][a-z]{2} \d\d)\s+[A-Z][a-z]{2} \d\d\s+[A-Z][a-z]{2} \d\d\s*$")
_ROW = re.compile(r"^(\S.*?)\s+((?:\d+(?:\.\d+)?%?(?: +\(G\d\))? *){3})$")
_CELL = re.compile(r"\b\d+(?:\.\d+)?")
_KP_ROWS = {
    f"{hour:02}-{(hour + 3) % 24:02}UT": ("kp", timedelta(hours=hour), _SYNOPTIC)
    for hour in range(0, 24, 3)
}
_CHANCE_ROWS = {
    "S1 or greater": ("s1_probability_percent", timedelta(0), DAY),
    "R1-R2": ("r1_r2_probability_percent", timedelta(0), DAY),
    "R3 or greater": ("r3_probability_percent", timedelta(0), DAY),
}
_AP = re.compile(r"^(Observed|Estimated|Predicted) Ap (\d\d [A-Z][a-z]{2})\S*.* ([\d-]+)\s*$")
_STATED: dict[str, dict[str, Any]] = {
    "Observed": {"provenance": Provenance.OBSERVED},
    "Estimated": {"flags": Flag.ESTIMATED},  # the day is not over when it is issued
    "Predicted": {},
}

_Rows = Mapping[str, tuple[str, timedelta, timedelta]]


def read_three_days(body: bytes) -> Iterator[Notice | Observation]:
    """Yield Kp and the probabilities of ``3-day-forecast.txt``, then its text.

    Raises
    ------
    UnreadableError
        If it is no such text or stops before the end of its tables.
    """
    text = read_text("3-day-forecast", body, r"^C\. NOAA Radio Blackout")
    rows = _KP_ROWS | _CHANCE_ROWS
    yield from text.whole(_table(text, rows, "SWPC 3-day forecast"), 3 * len(rows))
    yield text.notice("OUTLOOK")


def read_geomagnetic(body: bytes) -> Iterator[Notice | Observation]:
    """Yield Ap and Kp of ``3-day-geomag-forecast.txt``, then its text.

    The Ap of the day before is an observation, that of the day of issue an estimate.

    Raises
    ------
    UnreadableError
        If it is no such text or stops before the end of its tables.
    """
    text = read_text("3-day-geomag-forecast", body, r"^NOAA Kp index forecast")
    found = [*_ap(text), *_table(text, _KP_ROWS, "SWPC geomagnetic forecast")]
    yield from text.whole(found, 2 + 3 + 3 * len(_KP_ROWS))
    yield text.notice("OUTLOOK")


def _table(text: Text, rows: _Rows, source: str) -> Iterator[Observation]:
    """Yield three days of each of `rows`, dated by the headings above them."""
    first: datetime | None = None
    for line in text.lines:
        if heading := _DAYS.match(line):
            first = text.day_near(heading[1])
        elif first and (row := _ROW.match(line)) and row[1] in rows:
            quantity, offset, span = rows[row[1]]
            for day, cell in zip(days_from(first, 3), _CELL.findall(row[2]), strict=True):
                yield text.forecast(quantity, cell, day + offset, source, span)


def _ap(text: Text) -> Iterator[Observation]:
    for line in text.lines:
        if row := _AP.match(line):
            cells = row[3].split("-")
            for day, cell in zip(
                days_from(text.day_near(row[2]), len(cells)), cells, strict=True
            ):
                one = text.forecast("ap_daily", cell, day, "SWPC geomagnetic forecast")
                yield replace(one, **_STATED[row[1]])


three_days = swpc_feed(
    "3-day-forecast",
    "/text/3-day-forecast.txt",
    read_three_days,
    every=timedelta(minutes=15),
    late=timedelta(minutes=15),
    max_age=timedelta(hours=14),
    quantities=("kp", *(quantity for quantity, *_ in _CHANCE_ROWS.values())),
)
geomagnetic = swpc_feed(
    "3-day-geomag-forecast",
    "/text/3-day-geomag-forecast.txt",
    read_geomagnetic,
    every=timedelta(hours=1),
    late=timedelta(minutes=15),
    max_age=timedelta(hours=26),
    quantities=("kp", "ap_daily"),
)
