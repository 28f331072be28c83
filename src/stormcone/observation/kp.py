"""SWPC's planetary K: every three hours in an old and a new shape, and minute by minute."""

import re
from collections.abc import Iterator
from datetime import timedelta

import msgspec

from stormcone.observation.feed import Drift, Flag, Observation
from stormcone.observation.rows import read_either, read_rows
from stormcone.observation.swpc import swpc_feed
from stormcone.reference.utc import read_utc

_THIRDS = {"M": -1 / 3, "Z": 0.0, "P": 1 / 3}
_ROUNDING = 0.01  # SWPC writes 3 2/3 as 3.67


class _Row(msgspec.Struct):
    time_tag: str
    kp: float | None = msgspec.field(name="Kp")


class _MinuteRow(msgspec.Struct):
    time_tag: str
    kp: str


def to_thirds(kp: float) -> float:
    """Return `kp` as the exact third that two decimals stand for, else as it is.

    Examples
    --------
    >>> to_thirds(3.67) == 11 / 3
    True
    >>> to_thirds(3.5)
    3.5
    """
    third = round(kp * 3) / 3
    return third if abs(third - kp) < _ROUNDING else kp


def read_kp_letter(text: str) -> float:
    """Return the K of ``3M``, ``3Z`` or ``3P``: three less a third, three, three and a third.

    Raises
    ------
    ValueError
        If `text` is not a digit followed by M, Z or P.

    Examples
    --------
    >>> read_kp_letter("4M") == 11 / 3
    True
    """
    if not re.fullmatch(r"\d[MZP]", text):
        raise ValueError(f"kp={text!r}, expected a digit and P, M or Z")
    return (3 * int(text[0]) + round(3 * _THIRDS[text[1]])) / 3


def read_kp(body: bytes) -> Iterator[Observation | Drift]:
    """Yield the three-hourly K of ``noaa-planetary-k-index.json``, oldest first.

    Until the spring of 2026 the body was an array of arrays with a heading and quoted
    numbers; both shapes give the same observations.

    Raises
    ------
    UnreadableError
        If the body is neither, or a tenth of its rows cannot be read.
    """
    return read_either("kp", body, _Row, _three_hours)


def read_kp_1m(body: bytes) -> Iterator[Observation | Drift]:
    """Yield the running K of ``planetary_k_index_1m.json``, oldest first.

    Raises
    ------
    UnreadableError
        If the body is no array of such rows, or a tenth of them cannot be read.
    """
    return read_rows("kp-1m", body, _MinuteRow, _minute)


def _three_hours(row: _Row) -> tuple[Observation, ...]:
    return (
        Observation(
            quantity="kp",
            value=None if row.kp is None else to_thirds(row.kp),
            at=read_utc(row.time_tag),
            span_s=10_800,
            source="SWPC",
            flags=Flag.ESTIMATED if row.kp is not None else Flag.ESTIMATED | Flag.FILL,
        ),
    )


def _minute(row: _MinuteRow) -> tuple[Observation, ...]:
    return (
        Observation(
            quantity="kp_running",
            value=read_kp_letter(row.kp),
            at=read_utc(row.time_tag),
            span_s=60,
            source="SWPC",
            flags=Flag.ESTIMATED,
        ),
    )


kp = swpc_feed(
    "kp",
    "/products/noaa-planetary-k-index.json",
    read_kp,
    every=timedelta(minutes=10),
    late=timedelta(minutes=15),
    max_age=timedelta(hours=4),
    quantities=("kp",),
)
kp_1m = swpc_feed(
    "kp-1m",
    "/json/planetary_k_index_1m.json",
    read_kp_1m,
    every=timedelta(minutes=1),
    late=timedelta(minutes=3),
    max_age=timedelta(minutes=10),
    quantities=("kp_running",),
    fallback="kp",
)
