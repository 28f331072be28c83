"""SWPC's forecast of planetary K: a week behind and three days ahead, in two shapes."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Literal

import msgspec

from stormcone.observation.feed import Drift, Flag, Observation, Provenance
from stormcone.observation.kp import to_thirds
from stormcone.observation.rows import read_either
from stormcone.observation.swpc import swpc_feed
from stormcone.reference.utc import read_utc


class _ForecastRow(msgspec.Struct):
    time_tag: str
    kp: float | None
    observed: Literal["observed", "estimated", "predicted"]


def read_kp_forecast(body: bytes) -> Iterator[Observation | Drift]:
    """Yield a week of K and SWPC's forecast of the next three days, oldest first.

    What is estimated or predicted is a forecast: both reach beyond the time of issue.

    Raises
    ------
    UnreadableError
        If the body is neither shape, or a tenth of its rows cannot be read.
    """
    return read_either("kp-forecast", body, _ForecastRow, _forecast)


def _forecast(row: _ForecastRow) -> tuple[Observation, ...]:
    ahead = row.observed != "observed"
    flags = Flag(0) if row.observed == "predicted" else Flag.ESTIMATED
    return (
        Observation(
            quantity="kp",
            value=None if row.kp is None else to_thirds(row.kp),
            at=read_utc(row.time_tag),
            span_s=10_800,
            source="SWPC forecast",
            provenance=Provenance.FORECAST if ahead else Provenance.OBSERVED,
            flags=flags if row.kp is not None else flags | Flag.FILL,
        ),
    )


kp_forecast = swpc_feed(
    "kp-forecast",
    "/products/noaa-planetary-k-index-forecast.json",
    read_kp_forecast,
    every=timedelta(minutes=30),
    late=timedelta(minutes=30),
    max_age=timedelta(hours=12),
    quantities=("kp",),
)
