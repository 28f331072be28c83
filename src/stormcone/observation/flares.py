"""Flares as SWPC finds them in GOES X-rays, and which satellite each instrument is of."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import msgspec

from stormcone.observation.feed import Drift, Notice
from stormcone.observation.rows import read_rows
from stormcone.observation.swpc import swpc_feed
from stormcone.reference.utc import plausible, read_utc

_NONE = (None, "", "Unk")  # their words for what is not known yet


class Flare(Notice, frozen=True, kw_only=True, tag="flare"):
    """One flare; `issued` is its begin, and what has not happened yet is None.

    `text` holds what the row says of the flare, as JSON; the minute's own flux is left out, so
    that a flare is a new notice only when something new is known of it.
    """

    satellite: int
    xray_class: str | None = None
    peak_w_m2: float | None = None
    maximum: datetime | None = None
    end: datetime | None = None


class _Row(msgspec.Struct):
    satellite: int
    begin_time: str
    begin_class: str | None = None
    max_time: str | None = None
    max_class: str | None = None
    max_xrlong: float | None = None
    end_time: str | None = None
    end_class: str | None = None


def read_flares(body: bytes) -> Iterator[Flare | Drift]:
    """Yield the flares of ``xray-flares-latest.json`` or ``-7-day.json``, oldest first.

    Raises
    ------
    UnreadableError
        If the body is no array of flares, or a tenth of them cannot be read.
    """
    return read_rows("goes-flares", body, _Row, _flare)


def read_sources(body: bytes) -> Iterator[Notice | Drift]:
    """Yield which satellite is primary and secondary, instrument by instrument.

    The names in the file are not documented: any object that holds a ``primary`` counts.

    Raises
    ------
    UnreadableError
        If the body is no array of objects, or a tenth of them cannot be read.
    """
    return read_rows("goes-which", body, dict[str, Any], _sources)


def _flare(row: _Row) -> tuple[Flare, ...]:
    return (
        Flare(
            code=f"GOES-{row.satellite} flare",
            kind="FLARE",
            issued=plausible(read_utc(row.begin_time)),
            text=msgspec.json.encode(row).decode(),
            satellite=row.satellite,
            xray_class=None if row.max_class in _NONE else row.max_class,
            peak_w_m2=row.max_xrlong,
            maximum=_time(row.max_time),
            end=_time(row.end_time),
        ),
    )


def _time(text: str | None) -> datetime | None:
    return None if text is None or text in _NONE else plausible(read_utc(text))


def _sources(row: dict[str, Any]) -> tuple[Notice, ...]:
    if not any(isinstance(one, dict) and "primary" in one for one in row.values()):
        raise ValueError(f"{sorted(row)}: no instrument with a primary satellite")
    return (
        Notice(
            code="GOES instruments",
            kind="SOURCES",
            issued=plausible(read_utc(row.get("time_tag", ""))),
            text=msgspec.json.encode(row, order="sorted").decode(),
        ),
    )


flares = swpc_feed(
    "goes-flares",
    "/json/goes/primary/xray-flares-latest.json",
    read_flares,
    every=timedelta(minutes=1),
    late=timedelta(minutes=2),
    max_age=timedelta(minutes=30),
)
flares_week = swpc_feed(
    "goes-flares-week",
    "/json/goes/primary/xray-flares-7-day.json",
    read_flares,
    every=timedelta(minutes=15),
    late=timedelta(minutes=2),
    max_age=timedelta(minutes=30),
)
sources = swpc_feed(
    "goes-which",
    "/json/goes/instrument-sources.json",
    read_sources,
    every=timedelta(hours=1),
    late=timedelta(hours=1),
    max_age=timedelta(hours=6),
)
