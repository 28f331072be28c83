"""Vertical TEC by SWPC's GloTEC, each 2.5 by 5 degrees: an index of maps, and a map."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import msgspec
import numpy as np

from stormcone.observation.feed import GridReading, UnreadableError
from stormcone.observation.link import Link
from stormcone.observation.maps import on_grid
from stormcone.observation.rows import NOT_JSON, typed_rows
from stormcone.observation.swpc import swpc_feed
from stormcone.reference.grid import Grid
from stormcone.reference.utc import plausible, read_utc

QUANTITY = "vtec_tecu"
HIGHEST_TECU = 1000.0
GRID = Grid(lat_deg=np.arange(88.75, -90, -2.5), lon_deg=np.arange(-177.5, 180, 5.0))
_MOST_MISSING = 0.5  # of the nodes; a map with fewer is none


class _Entry(msgspec.Struct):
    url: str
    time_tag: str


class _Geometry(msgspec.Struct):
    coordinates: tuple[float, float]


class _Properties(msgspec.Struct):
    tec: float | None


class _Feature(msgspec.Struct):
    geometry: _Geometry
    properties: _Properties


class _Map(msgspec.Struct):
    features: list[_Feature]


def read_glotec(body: bytes) -> Iterator[GridReading | Link]:
    """Yield the map of a ``glotec_icao_*.geojson``, or of the index a Link to the newest.

    Raises
    ------
    UnreadableError
        If the body is neither, or a map without a time or with half of its nodes missing.
    """
    if body.lstrip().startswith(b"["):
        yield _newest(body)
        return
    try:
        features = msgspec.json.decode(body, type=_Map).features
    except NOT_JSON as error:
        raise UnreadableError(f"glotec: body starts {body[:60]!r}: {error}") from error
    points = [(*one.geometry.coordinates, _tecu(one)) for one in features]
    values = on_grid("glotec", GRID, points, HIGHEST_TECU)
    if np.isnan(values).mean() > _MOST_MISSING:
        raise UnreadableError(f"glotec: {len(points)} points, expected {values.size}")
    yield GridReading(
        quantity=QUANTITY, grid=GRID, values=values, at=_map_time(body), source="GloTEC"
    )


def _newest(body: bytes) -> Link:
    entries = [one for one in typed_rows("glotec", body, _Entry) if isinstance(one, _Entry)]
    if not entries:
        raise UnreadableError(f"glotec: no entry with url and time_tag in {body[:60]!r}")
    last = max(entries, key=lambda one: one.time_tag)
    try:
        issued = plausible(read_utc(last.time_tag))
    except ValueError as error:
        raise UnreadableError(f"glotec: {error}") from error
    return Link(code="glotec", kind="LINK", issued=issued, text=last.url)


def _tecu(feature: _Feature) -> float:
    return np.nan if feature.properties.tec is None else feature.properties.tec


def _map_time(body: bytes) -> Any:  # noqa: ANN401
    """Return the time of a map: the name of its key is not documented, the form is."""
    for value in msgspec.json.decode(body, type=dict[str, Any]).values():
        try:
            return plausible(read_utc(value))
        except (TypeError, ValueError):
            continue
    raise UnreadableError("glotec: the map names no time, expected one like time_tag")


glotec = swpc_feed(
    "glotec",
    "/products/glotec/geojson_2d_urt.json",
    read_glotec,
    every=timedelta(minutes=10),
    late=timedelta(minutes=25),
    max_age=timedelta(minutes=60),
)
