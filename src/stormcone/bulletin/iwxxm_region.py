"""Regions in words, recognised from the labels of a place and what is drawn of it."""

from collections.abc import Sequence
from datetime import datetime
from functools import partial
from math import ceil, floor

from msgspec import Struct, structs
from shapely.geometry.base import BaseGeometry

from stormcone.bulletin.iwxxm_levels import levels_of
from stormcone.bulletin.iwxxm_names import AIXM, DAYLIGHT_SIDE, HREF, PLACES
from stormcone.bulletin.iwxxm_shapes import (
    HALF_EARTH_KM,
    circle_shape,
    polygons_of,
    says,
    side_circle,
    steradians_of,
    without_pole,
)
from stormcone.bulletin.iwxxm_source import Source
from stormcone.bulletin.iwxxm_surface import Drawn, drawn_surface, joined, overlap
from stormcone.bulletin.xml import Element
from stormcone.reference.areas import (
    Band,
    Levels,
    Longitudes,
    Region,
    Side,
    area_of,
    region_text,
    shape_of,
)
from stormcone.reference.rings import polygons

AGREEING = 0.99
EXACT = 0.9999
CLEARLY_BETTER = 3e-6
"""More than rounding to four decimals makes of the edge between day and night."""
ALMOST_DEG = 1e-3
MOST_RANGES = 4
ABOUT_HALF = 0.02
SIDES = {
    Side.DAYSIDE.value: Side.DAYSIDE,
    DAYLIGHT_SIDE: Side.DAYSIDE,
    Side.NIGHTSIDE.value: Side.NIGHTSIDE,
}


class Place(Struct, frozen=True, kw_only=True):
    """One region element: its labels, what is drawn of it, the words for that, and levels."""

    element: Element
    bands: tuple[Band, ...]
    side: Side | None
    drawn: Drawn
    words: "Words | None"
    levels: Levels | None


def place_of(source: Source, region: Element, at: datetime) -> Place:
    """Return what a region element says and draws at the time of an outlook.

    Raises
    ------
    BulletinError
        If a label is unknown, or nothing sound is drawn.
    """
    return source.once((region, at), lambda: _place(source, region, at))


def _place(source: Source, region: Element, at: datetime) -> Place:
    bands, side = _labels(source, region)
    location = source.child(region, "location")
    if location is None:
        source.refuse("surface", region, "a region without a location")
    volume = source.held(location, f"{AIXM}AirspaceVolume")
    drawn = drawn_surface(source, volume, at, side)
    words = _nearest(Region(bands=bands, side=side), drawn, at)
    levels = levels_of(source, volume)
    _check(source, region, drawn, words)
    return Place(
        element=region, bands=bands, side=side, drawn=drawn, words=words, levels=levels
    )


def _check(source: Source, region: Element, drawn: Drawn, words: "Words | None") -> None:
    """Note where the drawing is another area than the labels say; the drawing is taken."""
    if drawn.beyond and not (words and words.agree):
        edge, lat = drawn.beyond
        source.refuse("coordinate", edge, f"latitude {lat:g} is beyond 90 degrees")
    if drawn.beyond:
        source.forgive("axes", drawn.beyond[0], "longitudes stand before latitudes")
    if words and not words.agree:
        message = (
            f"{region_text(words.region)} is not what is drawn (common share {words.iou:.2f}); "
            f"the drawn area is taken"
        )
        source.warn("labels", region, message)


def _labels(source: Source, region: Element) -> tuple[tuple[Band, ...], Side | None]:
    bands: dict[Band, None] = {}
    sides: set[Side] = set()
    for indicator in source.children(region, "locationIndicator"):
        name = indicator.get(HREF)
        if name is None:
            continue
        label = name.removeprefix(PLACES)
        if label in SIDES:
            sides.add(SIDES[label])
        elif label in frozenset(Band):
            bands[Band(label)] = None
        else:
            source.refuse("location", indicator, f"{name!r} is not a place of the code list")
    if len(sides) > 1:
        source.refuse("location", region, "both sides of the Earth in one region")
    return tuple(bands), next(iter(sides), None)


class Words(Struct, frozen=True):
    """Words that may be meant by a place, and areas in steradians: drawn, meant, common."""

    region: Region
    drawn: float
    meant: float
    common: float

    @property
    def iou(self) -> float:
        """The share of either area that both have in common, 0 to 1."""
        return self.common / (self.drawn + self.meant - self.common)

    @property
    def agree(self) -> bool:
        """Whether words and drawing mean the same area."""
        return self.iou >= AGREEING

    @property
    def contain(self) -> bool:
        """Whether all that is drawn lies within the words."""
        return self.common >= AGREEING * self.drawn


def _nearest(labels: Region, drawn: Drawn, at: datetime) -> Words | None:
    """Return the words that labels and drawing suggest, or None for a bare polygon.

    A range of longitudes is not among the labels: it is the one that the drawing fills, and
    fills exactly. The whole circle is no range. A circle without a label that is a side of the
    Earth is that side.
    """
    labelled = bool(labels.bands or labels.side)
    tried = [_words(region, drawn, at) for region in _options(labels, drawn)]
    found = [one for one in tried if one.iou >= EXACT or one.region.longitudes is None]
    best = max(found, key=lambda words: words.iou, default=None)
    if best is None or not (labelled or best.agree):
        return None
    return next(words for words in found if words.iou >= best.iou - CLEARLY_BETTER)


def _options(labels: Region, drawn: Drawn) -> list[Region]:
    if not (labels.bands or labels.side):
        return [Region(side=side) for side in Side] if drawn.circle else []
    ranges = ranges_of(drawn.shape) if labels.bands else []
    return [labels, *(structs.replace(labels, longitudes=seen) for seen in ranges)]


def _words(region: Region, drawn: Drawn, at: datetime) -> Words:
    meant = _meant(region, drawn, at)
    common = steradians_of(meant.intersection(drawn.shape))
    return Words(region, steradians_of(drawn.shape), steradians_of(meant), common)


def _meant(region: Region, drawn: Drawn, at: datetime) -> BaseGeometry:
    """Return what words mean; a side for which a circle is drawn is that circle."""
    circle = drawn.circle
    if circle and region.side and abs(circle.radius_km / HALF_EARTH_KM - 1) < ABOUT_HALF:
        there = structs.replace(side_circle(region.side, at), radius_km=circle.radius_km)
        return circle_shape(there)
    return shape_of(area_of(region, at))


def ranges_of(shape: BaseGeometry) -> list[Longitudes]:
    """Return the ranges of whole degrees that hold a shape, the shortest first.

    Each leaves out one gap of longitudes in which nothing is drawn; which one it was that cut
    a side of the Earth cannot be told from the gaps alone.

    Examples
    --------
    >>> from stormcone.bulletin.iwxxm_shapes import Circle
    >>> ranges_of(circle_shape(Circle(0, 180, radius_km=1000)))
    [Longitudes(west=171, east=-171)]
    """
    spans = sorted((part.bounds[0], part.bounds[2]) for part in polygons(shape))
    first, last = spans[0]
    gaps = []
    for west, east in spans[1:]:
        gaps.append((west - last, west, last))
        last = max(last, east)
    gaps.append((first + 360 - last, first, last))
    widest = sorted((gap for gap in gaps if gap[0] > ALMOST_DEG), reverse=True)[:MOST_RANGES]
    return [
        Longitudes(west=floor(west + ALMOST_DEG), east=ceil(east - ALMOST_DEG))
        for _, west, east in widest
    ]


Said = tuple[Region, Levels | None]


def regions_of(source: Source, places: Sequence[Place], *, crossing: bool) -> list[Said]:
    """Return the regions that the places of one severity mean.

    Bands one after another that share side, longitudes and levels are one region. With
    `crossing`, bands beside one lone side are what lies in both, as WMO's examples draw it.
    """
    if crossing and (both := _crossed(source, places)):
        return both
    out: list[Said] = []
    for place in places:
        if place.words and place.words.agree:
            _join(out, place.words.region, place.levels)
        else:
            regions = source.once(id(place), partial(polygon_regions, place.drawn))
            out += [(region, place.levels) for region in regions]
    return out


def _crossed(source: Source, places: Sequence[Place]) -> list[Said] | None:
    """Return the one region of bands and a side that stand apart, or None if they do not."""
    sides = [place for place in places if place.side and not place.bands]
    banded = [place for place in places if place.bands and not place.side]
    levels = {place.levels for place in places}
    if len(sides) != 1 or not banded or len(banded) + 1 != len(places) or len(levels) != 1:
        return None
    agreed = [place.words.region for place in places if place.words and place.words.agree]
    ranges = {region.longitudes for region in agreed if region.bands}
    if len(agreed) == len(places) and len(ranges) == 1:
        bands = tuple(dict.fromkeys(band for place in banded for band in place.bands))
        region = Region(bands=bands, side=sides[0].side, longitudes=ranges.pop())
        return [(region, sides[0].levels)]
    within = joined(source, sides[0].element, [place.drawn.shape for place in banded])
    shape = overlap(source, sides[0].element, within, sides[0].drawn.shape)
    return [(region, sides[0].levels) for region in polygon_regions(Drawn(shape=shape))]


def _join(out: list[Said], region: Region, levels: Levels | None) -> None:
    """Append a region, or add its bands to the last one if that is otherwise the same."""
    if out and region.bands and levels == out[-1][1]:
        last = out[-1][0]
        same = (last.side, last.longitudes) == (region.side, region.longitudes)
        if last.bands and same and not set(last.bands) & set(region.bands):
            joint = structs.replace(last, bands=last.bands + region.bands)
            out[-1] = (joint, levels)
            return
    out.append((region, levels))


def polygon_regions(drawn: Drawn) -> list[Region]:
    """Return what is drawn as polygons: one as it is written, if it says its own inside."""
    for ring in dict.fromkeys([without_pole(drawn.ring), drawn.ring] if drawn.ring else []):
        if says(ring, drawn.shape):
            return [Region(polygon=ring)]
    return [Region(polygon=ring) for ring in polygons_of(drawn.shape)]
