"""Shapes as IWXXM draws them: rings within 180 degrees, to four decimals; and circles."""

from datetime import datetime
from itertools import pairwise

import numpy as np
import shapely
from msgspec import Struct
from shapely.geometry.base import BaseGeometry

from stormcone.reference.areas import Area, Region, Side, area_of, shape_of
from stormcone.reference.rings import (
    WORLD,
    Point,
    Ring,
    RingError,
    polygons,
    ring_shape,
    ring_steradians,
    rings_of,
    turned,
    without_repeats,
    wrapped,
)
from stormcone.reference.sun import subsolar_point_deg

DECIMALS = 4
STEP_DEG = 10.0**-DECIMALS
EARTH_RADIUS_KM = 6371.0
HALF_EARTH_KM = EARTH_RADIUS_KM * np.pi / 2
SIDE_RADIUS_KM = 10100.0  # unverified
CIRCLE_STEP_DEG = 2.5
ALMOST_A_POLE_DEG = 89.9999
NEGLIGIBLE_SHARE = 1e-3


class Circle(Struct, frozen=True):
    """A circle on the sphere, round a place in degrees."""

    lat: float
    lon: float
    radius_km: float


def side_circle(side: Side, at: datetime) -> Circle:
    """Return the circle by which WMO's guidance draws a side of the Earth.

    Examples
    --------
    >>> from datetime import UTC
    >>> night = side_circle(Side.NIGHTSIDE, datetime(2020, 11, 8, 1, tzinfo=UTC))
    >>> round(night.lat, 1), round(night.lon, 1)
    (16.6, -19.1)
    """
    lat, lon = subsolar_point_deg(at)
    if side is Side.NIGHTSIDE:
        lat, lon = -lat, lon - 180 if lon > 0 else lon + 180
    return Circle(lat, lon, SIDE_RADIUS_KM)


def circle_shape(circle: Circle) -> BaseGeometry:
    """Return the inside of a circle; of one over half the Earth what its opposite leaves."""
    if circle.radius_km > HALF_EARTH_KM:
        opposite = Circle(-circle.lat, circle.lon - 180, 2 * HALF_EARTH_KM - circle.radius_km)
        return WORLD.difference(circle_shape(opposite))
    return ring_shape(_rim(circle), inside_is_left=True)


def _rim(circle: Circle) -> Ring:
    """Return the rim against the sun, which keeps the inside to the left."""
    lat = np.radians(np.clip(circle.lat, -ALMOST_A_POLE_DEG, ALMOST_A_POLE_DEG))
    lon = np.radians(circle.lon)
    away = circle.radius_km / EARTH_RADIUS_KM
    azimuth = np.radians(np.arange(360, -CIRCLE_STEP_DEG, -CIRCLE_STEP_DEG))
    sine = np.sin(lat) * np.cos(away) + np.cos(lat) * np.sin(away) * np.cos(azimuth)
    rim_lat = np.arcsin(np.clip(sine, -1, 1))
    east = np.sin(azimuth) * np.sin(away) * np.cos(lat)
    rim_lon = lon + np.arctan2(east, np.cos(away) - np.sin(lat) * sine)
    lons_deg = (np.degrees(rim_lon) + 180) % 360 - 180
    rim = tuple(zip(np.degrees(rim_lat).tolist(), lons_deg.tolist(), strict=True))
    return (*rim[:-1], rim[0])


def drawn_rings(region: Region, at: datetime) -> tuple[Ring, ...]:
    """Return what is drawn of a region: its exact area if it has one, else that of its words.

    Rings are closed, run counter-clockwise, stay within 180 degrees, and have no edge as long
    as half the Earth but those that go the whole way round. A polygon that is such a ring
    keeps its own order of points; one that runs clockwise is turned.

    Raises
    ------
    RingError
        If a polygon runs round the Earth without saying which pole it encloses.
    """
    if region.exact is None and region.polygon and (ring := _as_written(region.polygon)):
        return (ring,)
    return area_rings(region.exact or area_of(region, at))


def area_rings(area: Area) -> tuple[Ring, ...]:
    """Return an area as it is drawn; what is narrower than the last decimal vanishes."""
    parts = area.parts
    if not all(_is_rounded(ring) for ring in parts):
        parts = rings_of(shapely.set_precision(shape_of(area), STEP_DEG))
    return tuple(without_long_edges(ring) for ring in parts)


def _is_rounded(ring: Ring) -> bool:
    degrees = np.asarray(ring, float)
    return bool((degrees == degrees.round(DECIMALS)).all())


def _as_written(polygon: Ring) -> Ring | None:
    """Return a polygon that needs no cutting, the inside to the left, or None."""
    ring = without_repeats((round(lat, DECIMALS), round(lon, DECIMALS)) for lat, lon in polygon)
    if len(ring) < 4 or any(goes_across(*edge) for edge in pairwise(ring)):
        return None
    line = shapely.LinearRing([(lon, lat) for lat, lon in ring])
    if not line.is_simple:
        return None
    return ring if line.is_ccw else ring[::-1]


def without_long_edges(ring: Ring) -> Ring:
    """Return the ring with a point halfway along each edge that could be taken the other way.

    Examples
    --------
    >>> without_long_edges(((0, -180), (0, 16), (9, 16), (0, -180)))
    ((0, -180), (0.0, -82.0), (0, 16), (9, 16), (4.5, -82.0), (0, -180))
    """
    out = [ring[0]]
    for before, point in pairwise(ring):
        if goes_across(before, point):
            out.append(((before[0] + point[0]) / 2, (before[1] + point[1]) / 2))
        out.append(point)
    return tuple(out)


def goes_across(before: Point, after: Point) -> bool:
    """Return whether the short way between two points crosses 180 degrees."""
    lon_a, lon_b = before[1], after[1]
    return abs(lon_a - lon_b) > 180 and not abs(lon_a) == abs(lon_b) == 180


def is_fine(region: Region) -> bool:
    """Return whether a polygon has degrees that four decimals cannot say."""
    return bool(region.polygon) and not _is_rounded(region.polygon)


def steradians_of(shape: BaseGeometry) -> float:
    """Return the area of a shape on the unit sphere, its holes left out.

    Examples
    --------
    >>> north = shapely.box(-180, 0, 180, 90)
    >>> round(steradians_of(north - shapely.box(0, 0, 90, 80)), 4)
    4.7363
    """
    return sum(
        _ring_steradians(part.exterior) - sum(map(_ring_steradians, part.interiors))
        for part in polygons(shape)
    )


def _ring_steradians(ring: BaseGeometry) -> float:
    return abs(ring_steradians([(lat, lon) for lon, lat in ring.coords]))


def polygons_of(shape: BaseGeometry) -> tuple[Ring, ...]:
    """Return a shape as polygons of the model, those that meet along 180 degrees made one."""
    parts = polygons(shape)
    east = [part for part in parts if part.bounds[2] == 180 and part.bounds[0] > -180]
    west = [part for part in parts if part.bounds[0] == -180 and part.bounds[2] < 180]
    joined = shapely.union_all([*east, *(turned(part, 360) for part in west)])
    alone = [part for part in parts if part not in east and part not in west]
    rings = [without_long_edges(ring) for part in alone for ring in rings_of(part)]
    return (*rings, *(ring for piece in polygons(joined) for ring in _across(piece)))


def _across(piece: shapely.Polygon) -> tuple[Ring, ...]:
    """Return a piece that lies or ends beyond 180 degrees east as one ring, if one says it."""
    within = wrapped(piece)
    if not piece.interiors and piece.bounds[0] < 180 < piece.bounds[2]:
        path = without_long_edges(_without_seam(piece))
        ring = tuple((lat, lon - 360 if lon > 180 else lon) for lat, lon in path)
        if says(ring, within):
            return (ring,)
    return tuple(without_long_edges(ring) for ring in rings_of(within))


def says(ring: Ring, shape: BaseGeometry) -> bool:
    """Return whether a ring of the model encloses just this shape."""
    try:
        difference = ring_shape(ring).symmetric_difference(shape)
    except RingError:
        return False
    return bool(difference.area <= NEGLIGIBLE_SHARE * shape.area)


def _without_seam(piece: shapely.Polygon) -> Ring:
    """Return the ring without those points at 180 degrees that only cut an edge in two."""
    path = [(lat, lon) for lon, lat in piece.exterior.normalize().reverse().coords][:-1]
    around = zip(path[-1:] + path, path, path[1:] + path[:1], strict=False)
    kept = [point for before, point, after in around if not _is_cut(before, point, after)]
    return (*kept, kept[0])


def without_pole(ring: Ring) -> Ring:
    """Return a ring that was closed along a pole as the ring round the pole that it was.

    Only one that 180 degrees cut between two points is changed: elsewhere the points of the
    cut are whole degrees, and may have been meant.

    Examples
    --------
    >>> round_pole = ((60, 0), (61, 120), (62.5, 180), (90, 180), (90, -180), (62.5, -180))
    >>> without_pole((*round_pole, (64, -120), (60, 0)))
    ((64, -120), (60, 0), (61, 120), (64, -120))
    """
    points = [point for point in ring[:-1] if abs(point[0]) != 90]
    ends = [index for index, (_, lon) in enumerate(points) if abs(lon) == 180]
    if len(ends) != 2 or len(points) in {len(ring) - 1, *range(5)}:
        return ring
    start = ends[1] if ends[1] == ends[0] + 1 else ends[0]
    path = points[start:] + points[:start]
    (lat_a, lon_a), (lat, lon) = path[0], path[-1]
    inner = path[1:-1]
    beyond = (inner[0][0], inner[0][1] + 2 * lon)
    if lon_a != -lon or abs(lat - lat_a) > STEP_DEG or lat == round(lat):
        return ring
    return (*inner, inner[0]) if _is_cut(inner[-1], (lat, lon), beyond) else ring


def _is_cut(before: Point, point: Point, after: Point) -> bool:
    """Return whether a point only cuts the edge from `before` to `after` at 180 degrees."""
    (lat_a, lon_a), (lat, lon), (lat_b, lon_b) = before, point, after
    if abs(lon) != 180 or (lon_a - lon) * (lon_b - lon) >= 0:
        return False
    crossing = lat_a + (lat_b - lat_a) * (lon - lon_a) / (lon_b - lon_a)
    return abs(lat - crossing) <= STEP_DEG
