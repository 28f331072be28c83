"""Drivers of the JB2008 atmosphere: four solar indices a day, hourly heating by storms."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import msgspec

from stormcone.observation.feed import Drift, Feed, Flag, Observation, Provenance
from stormcone.observation.lines import whole_lines
from stormcone.observation.rows import collect

_SOURCE = "SET"
_DAY_S, _HOUR_S = 86_400, 3_600
_WORDS = 12
# quantity, its column, its digit of the last column (the 81-day mean of F10 goes by F10's)
_SOLAR = (
    ("f107_sfu", 3, 0),
    ("f107_81d_sfu", 4, 0),
    ("s10_sfu", 5, 1),
    ("m10_sfu", 7, 2),
    ("y10_sfu", 9, 3),
)
_FILLED_IN = ("0", "F")  # by a spline, or from the days on both sides


def read_solar_indices(body: bytes) -> Iterator[Observation | Drift]:
    """Yield F10, its 81-day mean, S10, M10 and Y10 of each day of SOLFSMY.TXT.

    A value that the provider filled in is `reconstructed`. F10 is NRC's flux as observed in
    most years and at 1 AU in 2023 and 2024 (3 per cent apart at most); the file does not say.

    Raises
    ------
    UnreadableError
        If the body is cut off, or a tenth of its rows cannot be read.
    """
    return collect("jb2008-solar", _rows("jb2008-solar", body), _solar)


def read_storm_heating(body: bytes) -> Iterator[Observation | Drift]:
    """Yield the rise of the exospheric temperature by storms of each hour of DTCFILE.TXT.

    Raises
    ------
    UnreadableError
        If the body is cut off, or a tenth of its rows cannot be read.
    """
    return collect("jb2008-dtc", _rows("jb2008-dtc", body), _heating)


def _rows(feed: str, body: bytes) -> list[list[str]]:
    return [line.split() for line in whole_lines(feed, body) if line.strip() and line[0] != "#"]


def _solar(words: list[str]) -> Iterator[Observation]:
    if len(words) != _WORDS or len(words[-1]) != len(_FILLED_IN) * 2:
        raise ValueError(f"{' '.join(words)[:60]!r}: expected 12 columns, four marks last")
    at = _midnight(words)
    for quantity, place, mark in _SOLAR:
        filled = words[-1][mark] in _FILLED_IN
        value = float(words[place]) or None
        yield _one(quantity, value, at, _DAY_S, filled)


def _heating(words: list[str]) -> Iterator[Observation]:
    if len(words) != 27 or words[0] != "DTC":
        raise ValueError(f"{' '.join(words)[:60]!r}: expected DTC, year, day and 24 hours")
    at = _midnight(words[1:])
    for hour, word in enumerate(words[3:]):
        yield _one("dtc_k", float(word), at + timedelta(hours=hour), _HOUR_S, False)


def _midnight(words: list[str]) -> datetime:
    return datetime(int(words[0]), 1, 1, tzinfo=UTC) + timedelta(days=int(words[1]) - 1)


def _one(
    quantity: str, value: float | None, at: datetime, span_s: float, filled: bool
) -> Observation:
    return Observation(
        quantity=quantity,
        value=value,
        at=at,
        span_s=span_s,
        source=_SOURCE,
        provenance=Provenance.RECONSTRUCTED if filled else Provenance.OBSERVED,
        flags=Flag.FILL if value is None else Flag(0),
    )


solar_indices = Feed(
    name="jb2008-solar",
    url="https://sol.spacenvironment.net/JB2008/indices/SOLFSMY.TXT",
    every=timedelta(hours=24),
    floor=timedelta(hours=3),
    expected_latency=timedelta(days=1),
    max_age=timedelta(days=5),
    quantities=tuple(quantity for quantity, _, _ in _SOLAR),
    priority=2,
    credit="Space Environment Technologies",
    licence="free with credit",
    may_package=True,
    read=read_solar_indices,
)
storm_heating = msgspec.structs.replace(
    solar_indices,
    name="jb2008-dtc",
    url="https://sol.spacenvironment.net/JB2008/indices/DTCFILE.TXT",
    quantities=("dtc_k",),
    priority=0,
    read=read_storm_heating,
)
