"""NOAA's R, S and G scales: now, the last day's highest, and three days of forecast."""

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta

import msgspec

from stormcone.observation.feed import Observation, Provenance, UnreadableError
from stormcone.observation.rows import NOT_JSON
from stormcone.observation.swpc import swpc_feed
from stormcone.reference.utc import read_utc

_DAY_S = 86_400
_FORECAST_DAYS = ("1", "2", "3")


class _Scale(msgspec.Struct, rename="pascal"):
    scale: int | None = None
    prob: float | None = None
    minor_prob: float | None = None
    major_prob: float | None = None


class _Day(msgspec.Struct):
    date: str = msgspec.field(name="DateStamp")
    clock: str = msgspec.field(name="TimeStamp")
    r: _Scale = msgspec.field(name="R")
    s: _Scale = msgspec.field(name="S")
    g: _Scale = msgspec.field(name="G")

    def at(self) -> datetime:
        """Return the time the entry is stamped with."""
        return read_utc(f"{self.date}T{self.clock}")


def read_scales(body: bytes) -> Iterator[Observation]:
    """Yield the scales and probabilities of ``noaa-scales.json``, oldest first.

    Its entry 0 is now; -1 is stamped a day earlier and is the highest of the day since then;
    1 to 3 are forecasts of whole days, the first of them today. A null is no statement.

    Raises
    ------
    UnreadableError
        If the body is no such object, or an entry is missing.
    """
    try:
        days = msgspec.json.decode(body, type=dict[str, _Day], strict=False)
        found = [*_past(days["-1"], days["0"]), *_now(days["0"])]
        for name in _FORECAST_DAYS:
            found += _ahead(days[name], days["0"].at())
    except KeyError as error:
        raise UnreadableError(f"scales: no entry {error}, expected -1, 0, 1, 2, 3") from error
    except (ValueError, *NOT_JSON) as error:
        raise UnreadableError(f"scales: body starts {body[:60]!r}: {error}") from error
    return iter(sorted(found, key=lambda one: one.at))


def _past(day: _Day, now: _Day) -> Iterable[Observation]:
    span_s = (now.at() - day.at()).total_seconds()
    return _observations(_scales(day), day.at(), span_s, "SWPC scales, last day", now.at())


def _now(day: _Day) -> Iterable[Observation]:
    return _observations(_scales(day), day.at(), 0, "SWPC scales", day.at())


def _ahead(day: _Day, issued: datetime) -> Iterable[Observation]:
    values = _scales(day) | {
        "r1_r2_probability_percent": day.r.minor_prob,
        "r3_probability_percent": day.r.major_prob,
        "s1_probability_percent": day.s.prob,
    }
    midnight = read_utc(f"{day.date}T00:00")
    return [
        msgspec.structs.replace(one, provenance=Provenance.FORECAST)
        for one in _observations(values, midnight, _DAY_S, "SWPC scales forecast", issued)
    ]


def _scales(day: _Day) -> dict[str, float | None]:
    return {f"noaa_scale_{name}": getattr(day, name).scale for name in "rsg"}


def _observations(
    values: dict[str, float | None],
    at: datetime,
    span_s: float,
    source: str,
    issued: datetime,
) -> list[Observation]:
    return [
        Observation(
            quantity=quantity,
            value=value,
            at=at,
            span_s=span_s,
            source=source,
            published=issued,
        )
        for quantity, value in values.items()
        if value is not None
    ]


scales = swpc_feed(
    "scales",
    "/products/noaa-scales.json",
    read_scales,
    every=timedelta(minutes=5),
    late=timedelta(minutes=5),
    max_age=timedelta(minutes=30),
    quantities=(
        "noaa_scale_r",
        "noaa_scale_s",
        "noaa_scale_g",
        "r1_r2_probability_percent",
        "r3_probability_percent",
        "s1_probability_percent",
    ),
)
