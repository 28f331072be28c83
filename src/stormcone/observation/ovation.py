"""The chance of aurora overhead by OVATION, each degree of the globe, an hour or so ahead."""

from collections.abc import Iterator
from datetime import timedelta

import msgspec

from stormcone.observation.feed import GridReading, Provenance, UnreadableError
from stormcone.observation.maps import on_grid
from stormcone.observation.rows import NOT_JSON
from stormcone.observation.swpc import swpc_feed
from stormcone.reference.grid import global_grid
from stormcone.reference.utc import read_utc

QUANTITY = "aurora_probability_percent"


class _Body(msgspec.Struct):
    driver: str = msgspec.field(name="Observation Time")
    valid: str = msgspec.field(name="Forecast Time")
    coordinates: list[tuple[float, float, float]]


def read_ovation(body: bytes) -> Iterator[GridReading]:
    """Yield the one map of ``ovation_aurora_latest.json``.

    `at` is the time of the solar wind behind it, `valid` the time it is for. Its lowest row
    (90 S) repeats one value that its neighbours do not have; it is passed on as served.

    Raises
    ------
    UnreadableError
        If the body is no such map.
    """
    try:
        map_read = msgspec.json.decode(body, type=_Body)
        at, valid = read_utc(map_read.driver), read_utc(map_read.valid)
    except (ValueError, *NOT_JSON) as error:
        raise UnreadableError(f"ovation: body starts {body[:60]!r}: {error}") from error
    grid = global_grid()
    yield GridReading(
        quantity=QUANTITY,
        grid=grid,
        values=on_grid("ovation", grid, map_read.coordinates, high=100),
        at=at,
        valid=valid,
        source="OVATION",
        provenance=Provenance.FORECAST,
    )


ovation = swpc_feed(
    "ovation",
    "/json/ovation_aurora_latest.json",
    read_ovation,
    every=timedelta(minutes=5),
    late=timedelta(minutes=10),
    max_age=timedelta(minutes=45),
)
