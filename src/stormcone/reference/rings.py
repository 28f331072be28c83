"""Rings on the globe: antimeridian, poles, and the plane in which shapely works.

The plane has longitude as x and latitude as y, both in degrees; an edge is straight there
(EPSG 4326). Points and rings are written (latitude, longitude), shapes (longitude, latitude).
"""

from collections.abc import Iterable, Sequence
from itertools import pairwise
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

Point = tuple[float, float]
Ring = tuple[Point, ...]

WORLD = shapely.box(-180, -90, 180, 90)
NOWHERE = shapely.Polygon()
_CLEARLY_ONE_HEMISPHERE_DEG = 30.0
_TURNS = (-720, -360, 0, 360, 720)


class RingError(ValueError):
    """A ring of points does not say which part of the Earth it encloses."""


def without_repeats(points: Iterable[Point]) -> Ring:
    """Return the points without those that only repeat their predecessor.

    Examples
    --------
    >>> without_repeats([(50, 0), (50, 0), (60, 0)])
    ((50, 0), (60, 0))
    """
    kept: list[Point] = []
    for point in points:
        if not kept or point != kept[-1]:
            kept.append(point)
    return tuple(kept)


def unwrapped(points: Sequence[Point]) -> list[Point]:
    """Return the points with longitudes that run on across 180 degrees.

    An edge takes the short way round, except between two points both at 180 degrees east or
    west: that one goes round the whole circle, as written. Exactly half a turn is kept.
    """
    out = [points[0]]
    for (_, before), (lat, lon) in pairwise(points):
        step = lon - before
        if not abs(lon) == abs(before) == 180:
            step = step - 360 * (step > 180) + 360 * (step < -180)
        out.append((lat, out[-1][1] + step))
    return out


def ring_shape(ring: Sequence[Point], *, inside_is_left: bool = False) -> BaseGeometry:
    """Return the shape within -180 to 180 degrees that a closed ring of points encloses.

    A ring that runs once round the Earth encloses the pole of its own hemisphere. With
    `inside_is_left` (GML), one near the equator encloses the pole left of its direction.

    Raises
    ------
    RingError
        If neither tells which pole is meant.
    """
    path = unwrapped(without_repeats(ring))
    turn = path[-1][1] - path[0][1]
    if abs(turn) > 1e-9:
        pole = _pole(path, turn, inside_is_left=inside_is_left)
        path += [(pole, path[-1][1]), (pole, path[0][1])]
    return wrapped(shapely.Polygon([(lon, lat) for lat, lon in path]))


def _pole(path: Sequence[Point], turn: float, *, inside_is_left: bool) -> float:
    mean = sum(lat for lat, _ in path[:-1]) / (len(path) - 1)
    if abs(mean) > _CLEARLY_ONE_HEMISPHERE_DEG:
        return 90.0 if mean > 0 else -90.0
    if inside_is_left:
        return 90.0 if turn > 0 else -90.0
    raise RingError(
        f"a ring round the Earth at a mean latitude of {mean:.0f} degrees does not say which "
        f"pole it encloses; write it with an edge along N90 or S90"
    )


def wrapped(shape: BaseGeometry) -> BaseGeometry:
    """Return a shape of any longitudes as one within -180 to 180 degrees."""
    whole = shape if shape.is_valid else shapely.make_valid(shape)
    west, south, east, north = whole.bounds if not whole.is_empty else WORLD.bounds
    if west >= -180 and east <= 180 and south >= -90 and north <= 90:
        return surface(whole)
    moved = [turned(whole, turn) for turn in _TURNS]
    return surface(shapely.union_all([part.intersection(WORLD) for part in moved]))


def turned(shape: BaseGeometry, degrees: float) -> BaseGeometry:
    """Return a shape moved eastward in the plane."""
    return shapely.transform(shape, lambda lonlat: np.add(lonlat, (degrees, 0)))


def surface(shape: BaseGeometry) -> BaseGeometry:
    """Return only the polygons of a shape: its points and lines have no area."""
    if shape.geom_type in {"Polygon", "MultiPolygon"}:
        return shape
    return shapely.union_all(polygons(shape))


def polygons(shape: BaseGeometry) -> list[Any]:
    """Return the polygons of a shape that have an area."""
    parts = shapely.get_parts(shapely.get_parts(shape))
    return [part for part in parts if part.geom_type == "Polygon" and part.area > 0]


def rings_of(shape: BaseGeometry) -> tuple[Ring, ...]:
    """Return a shape as counter-clockwise closed rings, cut where it has holes."""
    return tuple(_ring(part) for whole in polygons(shape) for part in _cut(whole))


def _ring(polygon: Any) -> Ring:  # noqa: ANN401
    lonlat = shapely.get_coordinates(shapely.orient_polygons(polygon))
    return tuple((lat + 0.0, lon + 0.0) for lon, lat in lonlat.tolist())


def _cut(polygon: Any) -> list[Any]:  # noqa: ANN401
    """Cut a polygon along meridians through its holes, until none is left."""
    if not polygon.interiors:
        return [polygon]
    middles = sorted((hole.bounds[0] + hole.bounds[2]) / 2 for hole in polygon.interiors)
    across = middles[len(middles) // 2]  # the middle one of many: few cuts upon cuts
    halves = (shapely.box(-180, -90, across, 90), shapely.box(across, -90, 180, 90))
    return [
        part
        for half in halves
        for piece in polygons(polygon.intersection(half))
        for part in _cut(piece)
    ]


def ring_steradians(ring: Sequence[Point]) -> float:
    """Return the exact area on the unit sphere within a counter-clockwise ring.

    Notes
    -----
    Green's theorem: the integral of cos(lat) over the inside is minus the integral of sin(lat)
    along the ring, which is elementary on edges straight in latitude and longitude.
    """
    lat, lon = np.radians(np.asarray(ring, float)).T
    rise, run = np.diff(lat), np.diff(lon)
    middle = (lat[1:] + lat[:-1]) / 2
    half: NDArray[np.float64] = rise / 2
    return float(-(run * np.sin(middle) * np.sinc(half / np.pi)).sum())
