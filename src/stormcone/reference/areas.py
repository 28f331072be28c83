"""Where: ICAO bands, sides, longitude ranges and polygons, and the areas they stand for."""

from datetime import datetime
from enum import StrEnum

import numpy as np
import shapely
from msgspec import Struct
from shapely.geometry.base import BaseGeometry

from stormcone.reference.rings import (
    NOWHERE,
    WORLD,
    Point,
    Ring,
    polygons,
    ring_shape,
    ring_steradians,
    rings_of,
    surface,
    wrapped,
)
from stormcone.reference.sun import subsolar_point_deg


class Band(StrEnum):
    """The six latitude bands of an ICAO advisory."""

    HNH = "HNH"
    MNH = "MNH"
    EQN = "EQN"
    EQS = "EQS"
    MSH = "MSH"
    HSH = "HSH"


SOUTH_OF_BAND_DEG = {
    Band.HNH: 60,
    Band.MNH: 30,
    Band.EQN: 0,
    Band.EQS: -30,
    Band.MSH: -60,
    Band.HSH: -90,
}
BAND_HEIGHT_DEG = 30


class Side(StrEnum):
    """The half of the Earth that has the Sun above the horizon, and the other."""

    DAYSIDE = "DAYSIDE"
    NIGHTSIDE = "NIGHTSIDE"


class Longitudes(Struct, frozen=True):
    """Whole degrees, -180 to 180, from `west` eastward to `east`; may cross 180."""

    west: int
    east: int

    def __post_init__(self) -> None:
        for name, lon in (("west", self.west), ("east", self.east)):
            if not -180 <= lon <= 180:
                raise ValueError(f"{name} longitude {lon} is outside -180 to 180 degrees")

    @property
    def width(self) -> int:
        """Degrees of longitude, 1 to 360: a range that ends where it starts is the circle.

        Examples
        --------
        >>> Longitudes(165, -105).width, Longitudes(180, -180).width
        (90, 360)
        """
        return (self.east - self.west) % 360 or 360


class Levels(Struct, frozen=True):
    """Flight levels from `lower_fl` to `upper_fl`; no upper one means "above"."""

    lower_fl: int
    upper_fl: int | None = None

    def covers(self, other: "Levels") -> bool:
        """Say whether every level of `other` is among these."""
        return self.with_also(other) == self

    def with_also(self, other: "Levels | None") -> "Levels":
        """Return the levels from the lowest to the highest of both.

        Examples
        --------
        >>> Levels(320).with_also(Levels(250, 310))
        Levels(lower_fl=250, upper_fl=None)
        """
        if other is None:
            return self
        tops = [top for top in (self.upper_fl, other.upper_fl) if top is not None]
        upper_fl = max(tops) if len(tops) == len((self, other)) else None
        return Levels(min(self.lower_fl, other.lower_fl), upper_fl)

    def in_thousands(self) -> "Levels":
        """Return the levels rounded outward to whole thousands of feet, as they are published.

        Examples
        --------
        >>> Levels(255, 312).in_thousands()
        Levels(lower_fl=250, upper_fl=320)
        """
        upper_fl = None if self.upper_fl is None else -(-self.upper_fl // 10) * 10
        return Levels(self.lower_fl // 10 * 10, upper_fl)


class Area(Struct, frozen=True):
    """Closed counter-clockwise rings of (latitude, longitude) within -180 to 180 degrees."""

    parts: tuple[Ring, ...]


class Region(Struct, frozen=True):
    """A place in ICAO's words: bands and/or side and longitudes, or else one polygon.

    `exact` is the model's own area where we made the region, which the words contain.
    """

    bands: tuple[Band, ...] = ()
    side: Side | None = None
    longitudes: Longitudes | None = None
    polygon: Ring = ()
    asset: str | None = None
    exact: Area | None = None

    def __post_init__(self) -> None:
        in_words = bool(self.bands or self.side or self.longitudes)
        if in_words + bool(self.polygon) + (self.asset is not None) > 1:
            raise ValueError(f"{self} is more than one of indicators, polygon and asset")

    @property
    def polygon_or_bands(self) -> tuple[object, ...]:
        """What the words say, without the exact area behind them."""
        return self.bands, self.side, self.longitudes, self.polygon, self.asset


TERMINATOR_STEP_DEG = 5.0


def area_of(region: Region, at: datetime) -> Area:
    """Return the area that the words of `region` mean at `at` (which only sides depend on).

    Indicators are intersected: the union of the bands, the side, and the longitudes; those not
    given do not limit. A longitude range runs eastward from its first value to its second.

    Raises
    ------
    ValueError
        If the region is an asset, or says nothing at all.
    RingError
        If a polygon runs round the Earth without saying which pole it encloses.

    Examples
    --------
    >>> from datetime import UTC
    >>> pacific = Region(bands=(Band.EQS, Band.MSH, Band.HSH), longitudes=Longitudes(165, -105))
    >>> square_degrees(area_of(pacific, datetime(2026, 1, 19, 23, 6, tzinfo=UTC)))
    8100.0
    """
    return Area(parts=rings_of(_shape_of(region, at)))


def _shape_of(region: Region, at: datetime) -> BaseGeometry:
    if region.polygon:
        return ring_shape(region.polygon)
    if not (region.bands or region.side or region.longitudes):
        raise ValueError(f"{region} has no bands, side, longitudes or polygon to draw")
    shape = _bands(region.bands) if region.bands else WORLD
    if region.longitudes:
        shape = shape.intersection(_between(region.longitudes))
    if region.side:
        shape = shape.intersection(_side(region.side, at))
    return surface(shape)


def _bands(bands: tuple[Band, ...]) -> BaseGeometry:
    souths = [SOUTH_OF_BAND_DEG[band] for band in bands]
    return shapely.union_all([shapely.box(-180, s, 180, s + BAND_HEIGHT_DEG) for s in souths])


def _between(longitudes: Longitudes) -> BaseGeometry:
    west = longitudes.west if longitudes.width < 360 else -180
    return wrapped(shapely.box(west, -90, west + longitudes.width, 90))


def _side(side: Side, at: datetime) -> BaseGeometry:
    day = _dayside(*subsolar_point_deg(at))
    return day if side is Side.DAYSIDE else WORLD.difference(day)


def _dayside(sun_lat_deg: float, sun_lon_deg: float) -> BaseGeometry:
    """Return where the Sun's zenith angle is 90 degrees or less, closed along the lit pole.

    The terminator has a vertex at least every 5 degrees of azimuth seen from the point under
    the Sun, and every 5 degrees of longitude.
    """
    tilt = np.radians(np.copysign(max(abs(sun_lat_deg), 1e-6), sun_lat_deg))
    azimuth = np.radians(np.arange(0, 360, TERMINATOR_STEP_DEG))
    lat = np.arcsin(np.cos(tilt) * np.cos(azimuth))
    lon = np.arctan2(np.sin(azimuth) * np.cos(tilt), -np.sin(tilt) * np.sin(lat))
    steps = np.arange(-180, 180 + TERMINATOR_STEP_DEG, TERMINATOR_STEP_DEG)
    away_deg = np.union1d(steps, np.clip(np.degrees(lon), -180, 180))
    edge_deg = np.degrees(np.arctan(-np.cos(np.radians(away_deg)) / np.tan(tilt)))
    pole = float(np.copysign(90, sun_lat_deg))
    edge = np.column_stack([away_deg + sun_lon_deg, edge_deg])
    closing = [(sun_lon_deg + 180, pole), (sun_lon_deg - 180, pole)]
    return wrapped(shapely.Polygon(np.vstack([edge, closing])))


def shape_of(area: Area) -> BaseGeometry:
    """Return the area as a shapely geometry, x being longitude and y latitude, in degrees."""
    if not area.parts:
        return NOWHERE
    rings = [shapely.linearrings([(lon, lat) for lat, lon in ring]) for ring in area.parts]
    parts = shapely.polygons(rings)
    return parts[0] if len(parts) == 1 else shapely.union_all(parts)


def union(a: Area, b: Area) -> Area:
    """Return what lies in `a`, in `b`, or in both."""
    return Area(parts=rings_of(surface(shape_of(a).union(shape_of(b)))))


def intersection(a: Area, b: Area) -> Area:
    """Return what lies in both `a` and `b`."""
    return Area(parts=rings_of(surface(shape_of(a).intersection(shape_of(b)))))


def difference(a: Area, b: Area) -> Area:
    """Return what lies in `a` and not in `b`."""
    return Area(parts=rings_of(surface(shape_of(a).difference(shape_of(b)))))


def square_degrees(area: Area) -> float:
    """Return the planar area, degrees of latitude times degrees of longitude."""
    return float(sum(part.area for part in polygons(shape_of(area))))


def steradians(area: Area) -> float:
    """Return the area on the sphere; the whole Earth is 4 pi.

    Examples
    --------
    >>> north = ((0, -180), (0, 180), (90, 180), (90, -180), (0, -180))
    >>> round(steradians(Area(parts=(north,))), 4)
    6.2832
    """
    return sum(ring_steradians(ring) for ring in area.parts)


NEGLIGIBLE_SQUARE_DEGREES = 1e-9


def covers(a: Area, b: Area) -> bool:
    """Return whether `b` lies in `a`; a sliver of 1e-9 square degrees is rounding."""
    outer, inner = shape_of(a), shape_of(b)
    return bool(outer.covers(inner) or inner.difference(outer).area < NEGLIGIBLE_SQUARE_DEGREES)


def iou(a: Area, b: Area) -> float:
    """Return the share of the union of two areas that is common to both, on the sphere, 0 to 1.

    Two empty areas are equal: 1.
    """
    either = steradians(union(a, b))
    return steradians(intersection(a, b)) / either if either else 1.0


def contains(area: Area, lat_deg: float, lon_deg: float) -> bool:
    """Return whether a point lies in the area or on its edge."""
    shape = shape_of(area)
    lons = {lon_deg, -lon_deg} if abs(lon_deg) == 180 else {lon_deg}
    return any(bool(shape.covers(shapely.Point(lon, lat_deg))) for lon in lons)


def region_text(region: Region) -> str:
    """Return the region in ICAO's words, as in a bulletin, in whole degrees.

    Examples
    --------
    >>> region_text(Region(bands=(Band.HNH, Band.HSH), longitudes=Longitudes(165, -105)))
    'HNH HSH E165 - W105'
    >>> region_text(Region(polygon=((55, 180), (90, 180), (90, -180), (55, -180), (55, 180))))
    'N55 E180 - N90 E180 - N90 W180 - N55 W180 - N55 E180'
    """
    if region.asset is not None:
        return region.asset
    if region.polygon:
        return " - ".join(point_text(point) for point in region.polygon)
    words: list[str] = [*region.bands, *([region.side] if region.side else [])]
    return " ".join(words + ([longitudes_text(region.longitudes)] if region.longitudes else []))


def point_text(point: Point) -> str:
    """Return ``N55 W180`` for (55, -180).

    Raises
    ------
    ValueError
        If the point is not of whole degrees, or outside the globe.
    """
    lat, lon = point
    if lat != round(lat) or lon != round(lon) or abs(lat) > 90 or abs(lon) > 180:
        raise ValueError(f"{point} is not a point of whole degrees on the globe")
    return f"{'S' if lat < 0 else 'N'}{abs(lat):02.0f} {longitude_text(lon)}"


def longitude_text(lon: float) -> str:
    """Return ``W105`` for -105; zero is ``E000``."""
    return f"{'W' if lon < 0 else 'E'}{abs(lon):03.0f}"


def longitudes_text(longitudes: Longitudes) -> str:
    """Return ``E165 - W105``; a circle that starts at zero is ``E000 - W000``."""
    if longitudes.west == longitudes.east == 0:
        return "E000 - W000"
    return f"{longitude_text(longitudes.west)} - {longitude_text(longitudes.east)}"
