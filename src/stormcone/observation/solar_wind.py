"""The solar wind at L1, minute by minute, by the spacecraft that SWPC holds active."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import msgspec

from stormcone.observation.feed import Drift, Flag, Observation
from stormcone.observation.rows import collect, typed_rows
from stormcone.observation.swpc import swpc_feed
from stormcone.reference.utc import read_utc

STAND_IN = "ACE"  # for minutes without a row of the active spacecraft
PLASMA = {
    "proton_speed": "solar_wind_speed_km_s",
    "proton_density": "solar_wind_density_cm3",
    "proton_temperature": "solar_wind_temperature_k",
}
FIELD = {"bt": "bt_nt"} | {
    f"b{axis}_{frame}": f"b{axis}_{frame}_nt" for frame in ("gsm", "gse") for axis in "xyz"
}


class _Row(msgspec.Struct):
    time_tag: str
    source: str
    active: bool
    overall_quality: int | None = 0


class _WindRow(_Row, kw_only=True):
    proton_speed: float | None
    proton_density: float | None = None
    proton_temperature: float | None = None


class _FieldRow(_Row, kw_only=True):
    bt: float | None
    bx_gsm: float | None = None
    by_gsm: float | None = None
    bz_gsm: float | None
    bx_gse: float | None = None
    by_gse: float | None = None
    bz_gse: float | None = None


def read_wind(body: bytes) -> Iterator[Observation | Drift]:
    """Yield the minutes of ``rtsw_wind_1m.json`` by the active spacecraft, oldest first.

    A minute without a row of it comes from ACE; the series is told apart by source.

    Raises
    ------
    UnreadableError
        If the body is no array of plasma rows, or a tenth of those used cannot be read.
    """
    return _minutes("rtsw-wind", body, _WindRow, PLASMA)


def read_field(body: bytes) -> Iterator[Observation | Drift]:
    """Yield the minutes of ``rtsw_mag_1m.json`` as `read_wind` does.

    Its `max_data_flag` of -9999 stands on good rows and means none.

    Raises
    ------
    UnreadableError
        If the body is no array of field rows, or a tenth of those used cannot be read.
    """
    return _minutes("rtsw-mag", body, _FieldRow, FIELD)


def _minutes(
    feed: str, body: bytes, shape: type[_Row], names: dict[str, str]
) -> Iterator[Observation | Drift]:
    rows = typed_rows(feed, body, shape)
    served = {row.time_tag for row in rows if isinstance(row, _Row) and row.active}
    used = [row for row in rows if isinstance(row, ValueError) or _is_used(row, served)]
    return collect(feed, used, lambda row: observed(names, row.source)(row))


def _is_used(row: _Row, served: set[str]) -> bool:
    return row.active or (row.source == STAND_IN and row.time_tag not in served)


def observed(names: dict[str, str], source: str) -> Callable[[Any], Iterator[Observation]]:
    """Return a function from a minute's row to one observation of each of `names` it has."""

    def read(row: Any) -> Iterator[Observation]:  # noqa: ANN401
        at = read_utc(row.time_tag)
        doubt = Flag.CONTAMINATED if getattr(row, "overall_quality", 0) else Flag(0)
        for name in (one for one in names if one in row.__struct_fields__):
            value = getattr(row, name)
            yield Observation(
                quantity=names[name],
                value=value,
                at=at,
                span_s=60,
                source=source,
                flags=doubt if value is not None else doubt | Flag.FILL,
            )

    return read


_minute = timedelta(minutes=1)
wind = swpc_feed(
    "rtsw-wind",
    "/json/rtsw/rtsw_wind_1m.json",
    read_wind,
    every=5 * _minute,
    late=4 * _minute,
    max_age=15 * _minute,
    quantities=tuple(PLASMA.values()),
    fallback="wind-now",
)
field = swpc_feed(
    "rtsw-mag",
    "/json/rtsw/rtsw_mag_1m.json",
    read_field,
    every=5 * _minute,
    late=4 * _minute,
    max_age=15 * _minute,
    quantities=tuple(FIELD.values()),
    fallback="field-now",
)
