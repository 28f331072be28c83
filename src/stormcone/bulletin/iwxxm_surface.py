"""What a surface of IWXXM draws: rings and circles, read from their coordinates."""

import re
from collections.abc import Sequence
from datetime import datetime

import shapely
from lxml import etree
from msgspec import Struct
from shapely.geometry.base import BaseGeometry

from stormcone.bulletin.iwxxm_names import AIXM, GML
from stormcone.bulletin.iwxxm_shapes import Circle, circle_shape, side_circle
from stormcone.bulletin.iwxxm_source import Source, text_of
from stormcone.bulletin.xml import Element
from stormcone.reference.areas import Side
from stormcone.reference.rings import (
    Point,
    Ring,
    polygons,
    ring_shape,
    surface,
    unwrapped,
    without_repeats,
)

MOST_VERTICES = 10_000
MOST_PATCHES = 1000
MOST_HOLES = 100
MOST_JOINED = 4000
FEWEST_POINTS = 4
PLACEHOLDER = (9999.0, 9999.0)
"""What WMO's own example writes for the centre of the night side."""
RADII_KM = (1.0, 20_000.0)
KM = {"km": 1.0, "m": 1e-3, "[nmi_i]": 1.852, "nm": 1.852}
_NUMBER = re.compile(r"[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?", re.ASCII)
_RINGS = {"LinearRing", "Ring", "curveMember", "Curve", "segments", "posList", "pos"}
_LINES = _RINGS | {"LineStringSegment", "GeodesicString", "CircleByCenterPoint", "radius"}


class Drawn(Struct, frozen=True, kw_only=True):
    """A surface as a shape; `ring` or `circle` is all of it, where it is only that.

    `beyond` is the edge and the latitude that can only be a longitude, if such stand first.
    """

    shape: BaseGeometry
    ring: Ring = ()
    circle: Circle | None = None
    beyond: tuple[Element, float] | None = None


def drawn_surface(source: Source, volume: Element, at: datetime, side: Side | None) -> Drawn:
    """Return what the surface of an airspace draws at a time; `side` is what its labels say.

    Raises
    ------
    BulletinError
        If a number, a coordinate, a ring or a kind of curve makes no area.
    """
    holder = volume.find(f"{AIXM}horizontalProjection")
    if holder is None:
        source.refuse("surface", volume, "no horizontal projection; nothing is drawn")
    plane = source.held(holder, f"{AIXM}Surface")
    patches = plane.findall(f"{GML}patches/*")
    if not patches or any(patch.tag != f"{GML}PolygonPatch" for patch in patches):
        source.refuse("surface", plane, "a surface that is not made of polygon patches")
    if len(patches) > MOST_PATCHES:
        source.refuse("surface", plane, f"{len(patches)} patches, over {MOST_PATCHES}")
    lon_first = _lon_first(source, plane)
    parts = [_patch(source, patch, at, side, lon_first=lon_first) for patch in patches]
    if len(parts) == 1:
        return parts[0]
    whole = joined(source, plane, [part.shape for part in parts])
    return Drawn(shape=whole, beyond=next((part.beyond for part in parts if part.beyond), None))


def joined(source: Source, element: Element, shapes: Sequence[BaseGeometry]) -> BaseGeometry:
    """Return the union of some shapes; refuse one that would take for ever, or has many holes.

    Raises
    ------
    BulletinError
        If shapes of many points overlap, or leave many holes between them.
    """
    whole = shapely.MultiPolygon([part for shape in shapes for part in polygons(shape)])
    if not whole.is_valid:
        _check_points(source, element, shapes)
        whole = surface(shapely.union_all(shapes))
    if sum(len(part.interiors) for part in polygons(whole)) > MOST_HOLES:
        source.refuse(
            "surface", element, f"holes between patches, over the limit of {MOST_HOLES}"
        )
    return whole


def overlap(source: Source, element: Element, a: BaseGeometry, b: BaseGeometry) -> BaseGeometry:
    """Return what two shapes have in common, which is something.

    Raises
    ------
    BulletinError
        If they have nothing in common, or are of many points.
    """
    _check_points(source, element, (a, b))
    shape = surface(a.intersection(b))
    if not shape.area:
        source.refuse("region", element, "areas that have nothing in common")
    return shape


def _check_points(source: Source, element: Element, shapes: Sequence[BaseGeometry]) -> None:
    """Refuse shapes that may cross each other millions of times."""
    points = int(shapely.get_num_coordinates(shapes).sum())
    if points > MOST_JOINED:
        message = f"overlapping areas of {points} points, over the limit of {MOST_JOINED}"
        source.refuse("surface", element, message)


def _lon_first(source: Source, plane: Element) -> bool:
    """Return whether longitudes come first, which the reference system decides."""
    system = plane.get("srsName", "EPSG/0/4326")
    if not system.endswith(("/4326", ":4326", "CRS84")):
        source.refuse("srs", plane, f"coordinates in {system!r}; expected EPSG 4326")
    return str(system).endswith("CRS84")


def _patch(
    source: Source, patch: Element, at: datetime, side: Side | None, *, lon_first: bool
) -> Drawn:
    exterior = patch.find(f"{GML}exterior")
    if exterior is None:
        source.refuse("ring", patch, "a patch without an exterior ring")
    centres = list(exterior.iter(f"{GML}CircleByCenterPoint"))
    if centres:
        circle = _circle(source, exterior, centres, at, side, lon_first=lon_first)
        return Drawn(shape=circle_shape(circle), circle=circle)
    written = _points(source, exterior, lon_first=lon_first)
    beyond = next((lat for lat, _ in written if abs(lat) > 90), None)
    flipped = beyond is not None
    ring = _closed(source, exterior, written, flipped=flipped)
    shape = ring_shape(ring, inside_is_left=True)
    holes = patch.findall(f"{GML}interior")
    if len(holes) > MOST_HOLES:
        source.refuse("surface", patch, f"{len(holes)} holes, over the limit of {MOST_HOLES}")
    for hole in holes:
        inner = _closed(source, hole, _points(source, hole, lon_first=lon_first ^ flipped))
        hollow = ring_shape(inner[::-1], inside_is_left=True)
        _check_points(source, hole, (shape, hollow))
        shape = surface(shape.difference(hollow))
    if not shape.area:
        source.refuse("ring", exterior, "a ring that encloses nothing")
    strange = None if beyond is None else (exterior, beyond)
    return Drawn(shape=shape, ring=() if holes else ring, beyond=strange)


def _points(source: Source, edge: Element, *, lon_first: bool) -> Ring:
    """Return the points of an exterior or interior, whichever elements hold them."""
    for element in edge.iterdescendants("*"):
        if etree.QName(element).localname not in _LINES:
            name = etree.QName(element).localname
            source.refuse("ring", element, f"{name} is no straight edge or circle")
        if element.get("srsName") and _lon_first(source, element) != lon_first:
            source.refuse("srs", element, "another coordinate system than its surface has")
    words = [
        w for place in edge.iter(f"{GML}posList", f"{GML}pos") for w in text_of(place).split()
    ]
    if len(words) > 2 * MOST_VERTICES:
        source.refuse(
            "ring", edge, f"{len(words) // 2} points, over the limit of {MOST_VERTICES}"
        )
    numbers = [_number(source, edge, word) for word in words]
    if len(numbers) % 2:
        source.refuse("ring", edge, f"{len(numbers)} numbers, which are not pairs")
    pairs = zip(numbers[::2], numbers[1::2], strict=True)
    return without_repeats((b, a) if lon_first else (a, b) for a, b in pairs)


def _number(source: Source, element: Element, word: str) -> float:
    if not _NUMBER.fullmatch(word):
        source.refuse("coordinate", element, f"{word!r} is not a number of degrees")
    return float(word)


def _closed(source: Source, edge: Element, points: Ring, *, flipped: bool = False) -> Ring:
    """Return the points as a sound ring on the globe."""
    ring = tuple((lon, lat) for lat, lon in points) if flipped else points
    for point, written in zip(ring, points, strict=True):
        if not _on_globe(point):
            lat, lon = written
            source.refuse("coordinate", edge, f"{lat:g} {lon:g} is not a place on the globe")
    if ring and ring[0] != ring[-1]:
        source.forgive("ring", edge, "a ring that does not end where it starts")
        ring = (*ring, ring[0])
    if len(ring) < FEWEST_POINTS:
        source.refuse("ring", edge, "a ring of less than three different points")
    _check_path(source, edge, ring)
    return ring


def _check_path(source: Source, edge: Element, ring: Ring) -> None:
    """Refuse a ring that crosses itself, in the plane or round the Earth."""
    away = [lon for _, lon in unwrapped(ring)]
    turns = [round((far - lon) / 360) for (_, lon), far in zip(ring, away, strict=True)]
    path = [(lon + 360 * turn, lat) for (lat, lon), turn in zip(ring, turns, strict=True)]
    if not shapely.LineString(path).is_simple:
        source.refuse("ring", edge, "a ring that crosses or touches itself")
    if abs(turns[-1]) > 1 or (max(away) - min(away) > 361 and len(ring) > MOST_JOINED):
        source.refuse("ring", edge, "a ring that runs more than once round the Earth")


def _on_globe(point: Point) -> bool:
    return abs(point[0]) <= 90 and abs(point[1]) <= 180


def _circle(
    source: Source,
    exterior: Element,
    centres: Sequence[Element],
    at: datetime,
    side: Side | None,
    *,
    lon_first: bool,
) -> Circle:
    points = _points(source, exterior, lon_first=lon_first)
    if points == (PLACEHOLDER,):
        opposite = side or Side.NIGHTSIDE
        message = f"9999 9999 stands for a place; read as the middle of {opposite}"
        source.forgive("coordinate", centres[0], message)
        return side_circle(opposite, at)
    if len(centres) != 1 or len(points) != 1 or not _on_globe(points[0]):
        source.refuse("coordinate", centres[0], f"{points} is not one centre of a circle")
    return Circle(*points[0], _radius_km(source, centres[0]))


def _radius_km(source: Source, circle: Element) -> float:
    radius = circle.find(f"{GML}radius")
    if radius is None or (unit := radius.get("uom", "").lower()) not in KM:
        source.refuse("radius", circle, f"a circle without a radius in {', '.join(KM)}")
    radius_km = _number(source, radius, text_of(radius)) * KM[unit]
    least, most = RADII_KM
    if not least <= radius_km <= most:
        source.refuse("radius", radius, f"{radius_km:g} km is not {least:g} to {most:g} km")
    return radius_km
