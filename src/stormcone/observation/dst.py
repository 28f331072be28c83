"""Dst of the Kyoto World Data Center as SWPC passes it on, hour by hour."""

from collections.abc import Iterator
from datetime import timedelta

import msgspec

from stormcone.observation.feed import Drift, Flag, Observation
from stormcone.observation.rows import read_either
from stormcone.observation.swpc import swpc_feed
from stormcone.reference.utc import read_utc


class _Row(msgspec.Struct):
    time_tag: str
    dst: float | None


def read_dst(body: bytes) -> Iterator[Observation | Drift]:
    """Yield the real-time Dst of ``kyoto-dst.json``, in either shape, oldest first.

    Its label is the begin of the hour: in a recording of 10 October 2026 the hour 15:00 is the
    first to feel the sudden impulse of 15:16. The newest hour may not be over yet.

    Raises
    ------
    UnreadableError
        If the body is neither shape, or a tenth of its rows cannot be read.
    """
    return read_either("dst", body, _Row, _hour)


def _hour(row: _Row) -> tuple[Observation, ...]:
    return (
        Observation(
            quantity="dst_nt",
            value=row.dst,
            at=read_utc(row.time_tag),
            span_s=3_600,
            source="SWPC Kyoto",
            flags=Flag.ESTIMATED if row.dst is not None else Flag.ESTIMATED | Flag.FILL,
        ),
    )


dst = msgspec.structs.replace(
    swpc_feed(
        "dst",
        "/products/kyoto-dst.json",
        read_dst,
        every=timedelta(hours=1),
        late=timedelta(hours=1),
        max_age=timedelta(hours=4),
        quantities=("dst_nt",),
        fallback="kyoto-dst",
    ),
    credit="NOAA SWPC; WDC for Geomagnetism, Kyoto",
    licence="cite WDC Kyoto",
)
