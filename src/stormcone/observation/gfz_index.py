"""GFZ's indices by name: one reading, and the forms that name the index they hold."""

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from functools import partial

import msgspec

from stormcone.observation.feed import Drift, Flag, Observation, UnreadableError
from stormcone.observation.kp import to_thirds
from stormcone.observation.rows import NOT_JSON, collect
from stormcone.reference.utc import read_utc

Records = Iterator[Observation | Drift]

SPAN_S = {
    "kp": 10_800,
    "hp30": 1_800,
    "hp60": 3_600,
    "ap": 10_800,
    "ap_daily": 86_400,
    "f107_sfu": 0,
    "f107_adjusted_sfu": 0,
}
_IN_THIRDS = ("kp", "hp30", "hp60")
_SERVED = {
    "Kp": "kp",
    "Hp30": "hp30",
    "Hp60": "hp60",
    "ap": "ap",
    "Ap": "ap_daily",
    "Fobs": "f107_sfu",
    "Fadj": "f107_adjusted_sfu",
}
_NOON = timedelta(hours=20)  # at Penticton


def reading(
    quantity: str, at: datetime, value: float | None, definitive: bool = True
) -> Observation:
    """Return one value of an index, below zero being none; `at` is the start, or the day."""
    number = None if value is None or value < 0 else value
    flags = Flag.FILL if number is None else Flag(0)
    if number is not None and quantity in _IN_THIRDS:
        number = to_thirds(number)
    flux = quantity.startswith("f107")
    return Observation(
        quantity=quantity,
        value=number,
        at=at + _NOON if flux else at,
        span_s=SPAN_S[quantity],
        source="Penticton" if flux else "GFZ",
        flags=flags if definitive else flags | Flag.ESTIMATED,
    )


def until_now(records: Iterable[Observation | Drift]) -> Records:
    """Yield all but the missing values after the last one there is: they are still to come."""
    read = list(records)
    last = {
        one.quantity: one.at
        for one in read
        if isinstance(one, Observation) and one.value is not None
    }
    for one in read:
        if isinstance(one, Drift) or one.at <= last.get(one.quantity, one.at - _NOON):
            yield one


def read_served(feed: str, body: bytes) -> Records:
    """Yield the indices of an answer of GFZ's web service.

    Raises
    ------
    UnreadableError
        If the body is none, or a tenth of its rows cannot be read.
    """
    try:
        told = msgspec.json.decode(body, type=dict[str, msgspec.Raw])
        at = msgspec.json.decode(told["datetime"], type=list[str])
        status = msgspec.json.decode(told.get("status", msgspec.Raw(b"[]")), type=list[str])
        columns = {
            quantity: msgspec.json.decode(told[name], type=list[float | None])
            for name, quantity in _SERVED.items()
            if name in told
        }
    except (*NOT_JSON, ValueError, KeyError) as error:
        raise UnreadableError(
            f"{feed}: {error}; expected datetime, an index, status"
        ) from error
    definitive = [one == "def" for one in status] or [True] * len(at)
    if not columns or {len(at)} != {len(definitive), *map(len, columns.values())}:
        raise UnreadableError(f"{feed}: {len(at)} times, expected as many values of an index")
    rows = [
        (quantity, *row)
        for quantity, values in columns.items()
        for row in zip(at, values, definitive, strict=True)
    ]
    return collect(feed, rows, lambda row: [reading(row[0], read_utc(row[1]), *row[2:])])


def read_table(feed: str, quantity: str, lines: list[str]) -> Records:
    """Yield the rows `time,value` of a table, if they are as far apart as the index is.

    Raises
    ------
    UnreadableError
        If they are not, or a tenth of them cannot be read.
    """
    try:
        one, two = (_time(line.split(",")[0]) for line in lines[:2])
    except ValueError as error:
        raise UnreadableError(f"{feed}: {error}") from error
    if two - one != timedelta(seconds=SPAN_S[quantity]):
        raise UnreadableError(
            f"{feed}: rows are {two - one} apart, expected those of {quantity}"
        )
    return collect(feed, lines, partial(_cell, quantity))


def _cell(quantity: str, line: str) -> Iterator[Observation]:
    at, value = line.split(",")
    yield reading(quantity, _time(at), float(value) if value.strip() else None)


def _time(text: str) -> datetime:
    return read_utc(text.replace("+00:00", "Z"))
