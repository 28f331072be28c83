"""OMNI2's hours: the yearly files of the archive, and OMNIWeb's listings of chosen words."""

import re
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from math import isclose, nan

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

from stormcone.observation.feed import Drift, Flag, Observation, UnreadableError
from stormcone.observation.lines import whole_lines
from stormcone.observation.omni_words import WORDS, Word
from stormcone.observation.rows import collect

_NAME = "omni2"


_LEAST_WORDS = 41  # as far as Dst; the archive has added words at the end over the years
_CHOSEN = re.compile(r"\s*(\d{1,2}) ([A-Z].*?)\s*")


class HourlyTable(Struct, frozen=True, eq=False, kw_only=True):
    """n hours of OMNI2, oldest first; NaN where there is no value; Kp in exact thirds."""

    hour: NDArray[np.datetime64]
    bt_nt: NDArray[np.float64]
    by_gsm_nt: NDArray[np.float64]
    bz_gsm_nt: NDArray[np.float64]
    density_cm3: NDArray[np.float64]
    speed_km_s: NDArray[np.float64]
    kp: NDArray[np.float64]
    dst_nt: NDArray[np.float64]


def hourly_table(body: bytes) -> HourlyTable:
    """Return a yearly file as arrays, for training.

    Raises
    ------
    UnreadableError
        If the body is not rows of equally many numbers, 41 at least.
    """
    text = whole_lines(_NAME, body)
    try:
        numbers = np.loadtxt(text, ndmin=2)
        hour = _hours(numbers)
    except (ValueError, OverflowError) as error:
        raise UnreadableError(f"{_NAME}: {error}; expected rows of numbers only") from error
    if numbers.shape[1] < _LEAST_WORDS:
        raise UnreadableError(f"{_NAME}: {numbers.shape[1]} words a row, expected 41 or more")
    column = {word.quantity: _column(numbers, word) for word in WORDS[:-1]}
    return HourlyTable(
        hour=hour,
        bt_nt=column["bt_nt"],
        by_gsm_nt=column["by_gsm_nt"],
        bz_gsm_nt=column["bz_gsm_nt"],
        density_cm3=column["solar_wind_density_cm3"],
        speed_km_s=column["solar_wind_speed_km_s"],
        kp=np.round(column["kp"] * 0.3) / 3,
        dst_nt=column["dst_nt"],
    )


def _hours(numbers: NDArray[np.float64]) -> NDArray[np.datetime64]:
    year = (numbers[:, 0].astype(int) - 1970).astype("datetime64[Y]").astype("datetime64[h]")
    hours: NDArray[np.datetime64] = year + (
        (numbers[:, 1].astype(int) - 1) * 24 + numbers[:, 2].astype(int)
    ).astype("timedelta64[h]")
    return hours


def _column(numbers: NDArray[np.float64], word: Word) -> NDArray[np.float64]:
    values = numbers[:, word.place]
    good: NDArray[np.float64] = np.where(np.isclose(values, word.fill, rtol=1e-6), nan, values)
    return good


def read_hourly(body: bytes) -> Iterator[Observation | Drift]:
    """Yield a yearly file's hours, or those of an OMNIWeb listing (also of five minutes).

    Kp stands in every hour and is yielded once for its three.

    Raises
    ------
    UnreadableError
        If the body is neither form, is cut off, or a tenth of its rows cannot be read.
    """
    lines = whole_lines(_NAME, body)
    rows = [line for line in lines if re.match(r"\d{4}\s+\d+\s+\d", line)]
    layout = _layout(lines, len(rows[0].split()) if rows else 0)
    return collect(_NAME, rows, lambda line: _observations(layout, line))


class _Layout(Struct, frozen=True):
    """The known words and their places, how many columns the time takes, how many in all."""

    words: list[tuple[int, Word]]
    clock: int
    width: int


def _layout(lines: Sequence[str], width: int) -> _Layout:
    head = next((line for line in lines if re.match(r"(YEAR|YYYY) DOY HR", line)), None)
    if head is None:
        yearly = [(word.place, word) for word in WORDS[:-1]]
        return _Layout(yearly, 3, max(width, _LEAST_WORDS))
    clock = 4 if " MN " in head else 3
    chosen = [match.groups() for line in lines if (match := _CHOSEN.fullmatch(line))]
    known = [
        (clock + int(number) - 1, word)
        for number, heading in chosen
        for word in WORDS
        if re.fullmatch(word.heading, heading)
    ]
    if not known:
        raise UnreadableError(f"{_NAME}: the listing selects no known word: {head!r}")
    return _Layout(known, clock, clock + len(chosen))


def _observations(layout: _Layout, line: str) -> Iterator[Observation]:
    cells = line.split()
    if len(cells) != layout.width:
        raise ValueError(f"{line[:80]!r}: {len(cells)} words, expected {layout.width}")
    year, day, hour, minute = (int(cell) for cell in (*cells[: layout.clock], "0")[:4])
    at = datetime(year, 1, 1, hour, minute, tzinfo=UTC) + timedelta(days=day - 1)
    for place, word in layout.words:
        if word.quantity == "kp" and hour % 3:
            continue
        value = float(cells[place])
        missing = isclose(value, word.fill, rel_tol=1e-6)
        if word.quantity == "kp":
            value = round(value * 0.3) / 3
        yield Observation(
            quantity=word.quantity,
            value=None if missing else value,
            at=at,
            span_s=word.span_s,
            source="OMNI2",
            flags=Flag.FILL if missing else Flag(0),
        )
