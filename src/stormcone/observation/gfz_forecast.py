"""GFZ's forecast of Kp for three days, as its product writes it and as it was collected."""

import csv
from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta

import msgspec

from stormcone.observation.feed import (
    Drift,
    Feed,
    Observation,
    Provenance,
    UnreadableError,
)
from stormcone.observation.kp import to_thirds
from stormcone.observation.lines import whole_lines
from stormcone.observation.rows import NOT_JSON, collect
from stormcone.reference.utc import read_utc

_NAME = "gfz-kp-forecast"
_TIME, _VALUE = "Time (UTC)", "median"
_FORMS = f"expected columns {_TIME!r} and {_VALUE!r}, or snapshot, target, kp"


def read_forecast(body: bytes) -> Iterator[Observation | Drift]:
    """Yield the median of the ensemble for each three hours ahead, as a forecast.

    The product is JSON by columns or CSV, its days written dd-mm-yyyy. A collection of it,
    `snapshot,target,kp`, also says when each value was published.

    Raises
    ------
    UnreadableError
        If the body is none of these, or a tenth of its rows cannot be read.
    """
    rows = _columns(body) if body.lstrip()[:1] == b"{" else _table(body)
    return collect(_NAME, rows, _forecast)


def _columns(body: bytes) -> list[Mapping[str, object]]:
    try:
        columns = msgspec.json.decode(body, type=dict[str, dict[str, str | float | None]])
        times, values = columns[_TIME], columns[_VALUE]
    except (*NOT_JSON, ValueError, KeyError) as error:
        raise UnreadableError(f"{_NAME}: {error}; {_FORMS}") from error
    return [{_TIME: at, _VALUE: values.get(row)} for row, at in times.items()]


def _table(body: bytes) -> list[Mapping[str, object]]:
    rows = list(csv.DictReader(whole_lines(_NAME, body), restval="?"))
    if not rows or not ({_TIME, _VALUE} <= rows[0].keys() or "snapshot" in rows[0]):
        raise UnreadableError(f"{_NAME}: body starts {body[:60]!r}; {_FORMS}")
    return list(rows)


def _forecast(row: Mapping[str, object]) -> Iterator[Observation]:
    collected = "snapshot" in row
    value = row["kp" if collected else _VALUE]
    if value is None:
        return
    yield Observation(
        quantity="kp",
        value=to_thirds(float(str(value))),
        at=_time(str(row["target" if collected else _TIME])),
        span_s=10_800,
        source="GFZ forecast",
        published=_time(str(row["snapshot"])) if collected else None,
        provenance=Provenance.FORECAST,
    )


def _time(text: str) -> datetime:
    """Return a time whose day is written ``10-05-2024`` or ``2024-05-10``."""
    day, _, clock = text.replace("+00:00", "").replace("T", " ").partition(" ")
    parts = day.split("-")
    return read_utc(f"{'-'.join(parts if len(parts[0]) == 4 else parts[::-1])} {clock}")


kp_forecast = Feed(
    name=_NAME,
    url=(
        "https://spaceweather.gfz.de/fileadmin/Kp-Forecast/CSV/"
        "kp_product_file_FORECAST_PAGER_SWIFT_LAST.json"
    ),
    every=timedelta(hours=1),
    floor=timedelta(minutes=10),
    expected_latency=timedelta(minutes=10),
    max_age=timedelta(hours=3),
    quantities=("kp",),
    credit="GFZ",
    licence="CC BY 4.0",
    may_package=False,
    read=read_forecast,
)
