"""House rules for what is drawn: sound rings within 180 degrees, and labels that fit them."""

from collections.abc import Iterator
from datetime import datetime
from itertools import islice, pairwise
from math import isfinite

import shapely
from msgspec import structs

from stormcone.bulletin.bulletin import BulletinError, Finding, Weight
from stormcone.bulletin.iwxxm_names import GML, HREF
from stormcone.bulletin.iwxxm_outlook import MOST_REGIONS, time_of
from stormcone.bulletin.iwxxm_read import MOST_OUTLOOKS
from stormcone.bulletin.iwxxm_region import Place, place_of
from stormcone.bulletin.iwxxm_shapes import goes_across
from stormcone.bulletin.iwxxm_source import Source, text_of
from stormcone.bulletin.xml import Element
from stormcone.reference.areas import region_text
from stormcone.reference.rings import Point


def area_findings(root: Element) -> Iterator[Finding]:
    """Yield what is wrong with what is drawn, rings first."""
    for positions in root.iter(f"{GML}posList"):
        yield from _ring(positions)
    for centre in root.iter(f"{GML}pos"):
        if not all(map(_on_globe, _points(centre))):
            yield found("coordinate", centre, "a position outside 90 and 180 degrees")
    yield from dict.fromkeys(_labels(root))


def named(root: Element, *names: str) -> Iterator[Element]:
    """Yield the elements of these names in any namespace, in document order."""
    yield from root.iter(*(f"{{*}}{name}" for name in names))


def _points(positions: Element) -> list[Point]:
    """Return the pairs of degrees, none where they are not pairs or not numbers."""
    try:
        numbers = [float(word) for word in text_of(positions).split()]
    except ValueError:
        return []
    if len(numbers) % 2 or not all(map(isfinite, numbers)):
        return []
    return list(zip(numbers[::2], numbers[1::2], strict=True))


def _ring(positions: Element) -> Iterator[Finding]:
    points = _points(positions)
    if not points:
        yield found("ring", positions, "positions that are not numbers in pairs")
        return
    if len(points) < 4 or points[0] != points[-1]:
        yield found("ring", positions, "a ring that does not end where it starts")
        return
    if not all(map(_on_globe, points)):
        yield found("coordinate", positions, "a position outside 90 and 180 degrees")
    if any(goes_across(*edge) for edge in pairwise(points)):
        yield found("ring", positions, "a ring across 180 degrees, which must be cut there")
        return
    ring = shapely.LinearRing([(lon, lat) for lat, lon in points])
    if not ring.is_simple:
        yield found("ring", positions, "a ring that crosses itself")
    elif ring.is_ccw == bool(list(positions.iterancestors(f"{GML}interior"))):
        yield found("ring", positions, "a ring that has its inside to the right")


def _on_globe(point: Point) -> bool:
    return abs(point[0]) <= 90 and abs(point[1]) <= 180


def _labels(root: Element) -> Iterator[Finding]:
    """Yield where labels mean another area than is drawn, each time that a region is used."""
    for advisory in named(root, "SpaceWeatherAdvisory"):
        source = Source(advisory, strict=False)
        for analysis in islice(named(advisory, "SpaceWeatherAnalysis"), MOST_OUTLOOKS):
            for time in source.children(analysis, "phenomenonTime"):
                yield from _analysis(source, analysis, time)


def _analysis(source: Source, analysis: Element, time: Element) -> Iterator[Finding]:
    """Yield what is wrong with what can be read; the rest is found by other rules."""
    try:
        at = time_of(source, time)
        holders = list(_regions(source, analysis))
    except BulletinError:
        return
    for holder in holders[:MOST_REGIONS]:
        place = _place(source, holder, at)
        if place:
            yield from _label(place)


def _place(source: Source, holder: Element, at: datetime) -> Place | None:
    """Return a region that has labels, None if it has none or cannot be read."""
    try:
        region = source.held(holder, f"{source.iwxxm}SpaceWeatherRegion")
        labels = source.children(region, "locationIndicator")
        return place_of(source, region, at) if any(one.get(HREF) for one in labels) else None
    except BulletinError:
        return None


def _regions(source: Source, analysis: Element) -> Iterator[Element]:
    """Yield what holds a region in either model, inside or by reference."""
    yield from source.children(analysis, "region")
    for holder in source.children(analysis, "intensityAndRegion"):
        if len(holder) or holder.get(HREF):
            said = source.held(holder, f"{source.iwxxm}SpaceWeatherIntensityAndRegion")
            yield from source.children(said, "region")


def _label(place: Place) -> Iterator[Finding]:
    words = place.words
    if words is None or words.agree:
        return
    said = f"{region_text(words.region)} (common share {words.iou:.2f})"
    if words.contain:
        less = found("labels", place.element, f"drawn is not all of {said}")
        yield structs.replace(less, weight=Weight.WARNING)
    else:
        yield found("labels", place.element, f"drawn beyond {said}")


def found(what: str, element: Element, message: str) -> Finding:
    """Return an error at an element."""
    line = element.sourceline or 0
    return Finding(code=f"iwxxm.{what}", weight=Weight.ERROR, message=message, line=line)
