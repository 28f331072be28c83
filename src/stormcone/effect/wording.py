"""The ways in which ICAO's words can contain one part of an area."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from math import ceil, floor, radians, sin

import numpy as np
import shapely
from msgspec import Struct
from shapely.geometry.base import BaseGeometry

from stormcone.effect.cap import CAP_POINTS, cap_around
from stormcone.effect.hull import hull_within
from stormcone.reference.areas import (
    BAND_HEIGHT_DEG,
    SOUTH_OF_BAND_DEG,
    Area,
    Band,
    Longitudes,
    Region,
    Side,
    area_of,
    covers,
)
from stormcone.reference.rings import Point, Ring, rings_of, turned, wrapped

LONGITUDE_STEP_DEG = 15
"""Published longitude ranges come in these steps (advisories.md 4)."""
WIDEST_BOX_DEG = 358
"""A wider box is a whole circle: its edges could not stay under half a turn."""
_BOX_POINTS = 5


class Part(Struct, frozen=True, eq=False):
    """Shapes that are worded together, and the longitudes that they span, eastward.

    `west` to `east` may run beyond 180 degrees; a whole circle is -180 to 180.
    """

    shapes: tuple[BaseGeometry, ...]
    south: float
    north: float
    west: float
    east: float
    bands: tuple[Band, ...]

    @property
    def shape(self) -> BaseGeometry:
        """The shapes as one, in the plane that begins at `west`."""
        if self.east - self.west >= 360:
            return shapely.union_all(self.shapes)
        moved = [turned(s, 360) if s.bounds[0] < self.west else s for s in self.shapes]
        return shapely.union_all(moved)


def part_of(shapes: Sequence[BaseGeometry]) -> Part:
    """Return the shapes, within -180 to 180 degrees, as one part."""
    bounds = shapely.bounds(np.array(shapes))
    west, east = _arc([(float(b[0]), float(b[2])) for b in bounds])
    bands = tuple(band for band in Band if any(_overlap(b[1], b[3], band) for b in bounds))
    south, north = float(bounds[:, 1].min()), float(bounds[:, 3].max())
    return Part(tuple(shapes), south, north, west, east, bands)


def _overlap(south: float, north: float, band: Band) -> bool:
    lower = SOUTH_OF_BAND_DEG[band]
    return bool(min(north, lower + BAND_HEIGHT_DEG) > max(south, lower))


def _arc(spans: Sequence[tuple[float, float]]) -> tuple[float, float]:
    """Return the shortest range of longitudes that holds all spans of -180 to 180 degrees."""
    ordered = sorted(spans)
    gaps, reach = [], ordered[0][1]
    for west, east in ordered[1:]:
        gaps.append((west - reach, west, reach))
        reach = max(reach, east)
    gaps.append((ordered[0][0] + 360 - reach, ordered[0][0], reach - 360))
    gap, west, before = max(gaps)
    return (-180.0, 180.0) if gap <= 0 else (west, before + 360)


def rough_steradians(part: Part) -> float:
    """Return the smaller of the part's box and its bands, without drawing either."""
    width = radians(min(part.east - part.west, 360))
    box = width * (sin(radians(part.north)) - sin(radians(part.south)))
    souths = (SOUTH_OF_BAND_DEG[band] for band in part.bands)
    bands = sum(sin(radians(s + BAND_HEIGHT_DEG)) - sin(radians(s)) for s in souths)
    return min(box, width * bands)


def wordings(part: Part, points: int, step_deg: int, at: datetime | None) -> Iterator[Region]:
    """Yield regions that should contain the part: bands, box or cap, sides, and a hull."""
    longitudes = _longitudes(part)
    yield Region(bands=part.bands, longitudes=longitudes)
    box = _box(part, step_deg)
    if len(box) <= max(points, _BOX_POINTS):
        yield Region(polygon=box)
    if at is not None:
        yield from _on_a_side(part, longitudes, at)
    if part.east - part.west >= 360 and points >= CAP_POINTS:
        cap = cap_around(part.shape, step_deg)
        yield from (Region(polygon=ring) for ring in (cap,) if ring)
    hull = _hull(part, points, step_deg)
    if hull:
        yield Region(polygon=hull)


def _longitudes(part: Part) -> Longitudes:
    step = LONGITUDE_STEP_DEG
    west, east = floor(part.west / step) * step, ceil(part.east / step) * step
    if east - west >= 360:
        return Longitudes(-180, 180)
    return Longitudes((west + 180) % 360 - 180, 180 - (180 - east) % 360)


def _box(part: Part, step_deg: int) -> Ring:
    south, west = (float(floor(v / step_deg) * step_deg) for v in (part.south, part.west))
    north, east = (float(ceil(v / step_deg) * step_deg) for v in (part.north, part.east))
    if east - west > WIDEST_BOX_DEG:
        return _round_the_earth(south, north)
    lons = [west, east] if east - west < 180 else [west, (west + east) // 2, east]
    ring = [(south, lon) for lon in lons] + [(north, lon) for lon in reversed(lons)]
    return _written([*ring, ring[0]])


def _hull(part: Part, points: int, step_deg: int) -> Ring:
    full = part.east - part.west >= 360
    if not full and ceil(part.east) - floor(part.west) >= 360 - 2 * step_deg:
        return ()
    corners = hull_within(part.shape, points - 1, step_deg)
    if corners is None:
        return ()
    ring = [(float(round(lat)), float(round(lon))) for lon, lat in corners.tolist()]
    ring.append(ring[0])
    return tuple(ring) if full else _written(ring)


def _round_the_earth(south: float, north: float) -> Ring:
    west, east = -180.0, 180.0
    return (south, west), (south, east), (north, east), (north, west), (south, west)


def _written(ring: Sequence[Point]) -> Ring:
    """Return the ring with longitudes from -180 (not included) to 180."""
    return tuple((lat, 180 - (180 - lon) % 360) for lat, lon in ring)


def _on_a_side(part: Part, longitudes: Longitudes, at: datetime) -> Iterator[Region]:
    exact = Area(parts=rings_of(wrapped(part.shape)))
    for side in Side:
        if covers(area_of(Region(side=side), at), exact):
            yield Region(side=side)
            yield Region(bands=part.bands, side=side)
            yield Region(bands=part.bands, side=side, longitudes=longitudes)
