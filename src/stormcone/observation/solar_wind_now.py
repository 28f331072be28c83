"""The solar wind at L1 in brief: SWPC's summaries of this minute, and its older products."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import msgspec

from stormcone.observation.feed import Drift, Observation, UnreadableError
from stormcone.observation.rows import NOT_JSON, collect, read_either
from stormcone.observation.solar_wind import FIELD, PLASMA, observed
from stormcone.observation.swpc import swpc_feed

_LEGACY_PLASMA = {name.removeprefix("proton_"): quantity for name, quantity in PLASMA.items()}
_BEFORE_2026 = {
    "WindSpeed": "proton_speed",
    "Bt": "bt",
    "Bz": "bz_gsm",
    "TimeStamp": "time_tag",
}


class _SpeedNow(msgspec.Struct):
    time_tag: str
    proton_speed: float | None


class _FieldNow(msgspec.Struct):
    time_tag: str
    bt: float | None
    bz_gsm: float | None


class _LegacyWindRow(msgspec.Struct):
    time_tag: str
    speed: float | None
    density: float | None
    temperature: float | None


class _LegacyFieldRow(msgspec.Struct):
    time_tag: str
    bt: float | None
    bx_gsm: float | None
    by_gsm: float | None
    bz_gsm: float | None


def read_wind_now(body: bytes) -> Iterator[Observation | Drift]:
    """Yield the speed of the summary, in the shape of 2026 or the one before.

    Raises
    ------
    UnreadableError
        If the body is neither.
    """
    return _now("wind-now", body, _SpeedNow, PLASMA)


def read_field_now(body: bytes) -> Iterator[Observation | Drift]:
    """Yield the total field and Bz of the summary, in the shape of 2026 or the one before.

    Raises
    ------
    UnreadableError
        If the body is neither.
    """
    return _now("field-now", body, _FieldNow, FIELD)


def read_legacy_wind(body: bytes) -> Iterator[Observation | Drift]:
    """Yield a ``plasma-*.json`` of the old products, in either shape, oldest first.

    Raises
    ------
    UnreadableError
        If the body is neither, or a tenth of its rows cannot be read.
    """
    read = observed(_LEGACY_PLASMA, "SWPC L1")
    return read_either("plasma-legacy", body, _LegacyWindRow, read)


def read_legacy_field(body: bytes) -> Iterator[Observation | Drift]:
    """Yield a ``mag-*.json`` of the old products, in either shape, oldest first.

    Raises
    ------
    UnreadableError
        If the body is neither, or a tenth of its rows cannot be read.
    """
    return read_either("mag-legacy", body, _LegacyFieldRow, observed(FIELD, "SWPC L1"))


def _now(
    feed: str, body: bytes, shape: type[msgspec.Struct], names: dict[str, str]
) -> Iterator[Observation | Drift]:
    try:
        value = msgspec.json.decode(body, type=dict[str, Any] | list[dict[str, Any]])
        found = [value] if isinstance(value, dict) else value
        rows = [msgspec.convert(_renamed(row), shape, strict=False) for row in found]
    except NOT_JSON as error:
        raise UnreadableError(
            f"{feed}: body {body[:120]!r}, expected one summary: {error}"
        ) from error
    return collect(feed, rows, observed(names, "SWPC summary"))


def _renamed(row: dict[str, Any]) -> dict[str, Any]:
    return {_BEFORE_2026.get(name, name): value for name, value in row.items()}


_minute = timedelta(minutes=1)
wind_now = swpc_feed(
    "wind-now",
    "/products/summary/solar-wind-speed.json",
    read_wind_now,
    every=_minute,
    late=4 * _minute,
    max_age=10 * _minute,
    quantities=("solar_wind_speed_km_s",),
)
field_now = swpc_feed(
    "field-now",
    "/products/summary/solar-wind-mag-field.json",
    read_field_now,
    every=_minute,
    late=4 * _minute,
    max_age=10 * _minute,
    quantities=("bt_nt", "bz_gsm_nt"),
)
plasma_legacy = swpc_feed(
    "plasma-legacy",
    "/products/solar-wind/plasma-7-day.json",
    read_legacy_wind,
    every=5 * _minute,
    late=4 * _minute,
    max_age=15 * _minute,
    quantities=tuple(PLASMA.values()),
)
mag_legacy = swpc_feed(
    "mag-legacy",
    "/products/solar-wind/mag-7-day.json",
    read_legacy_field,
    every=5 * _minute,
    late=4 * _minute,
    max_age=15 * _minute,
    quantities=("bt_nt", "bx_gsm_nt", "by_gsm_nt", "bz_gsm_nt"),
)
