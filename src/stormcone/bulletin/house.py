"""House rules for IWXXM: what the official rules mean to forbid and let through."""

import re
from collections.abc import Iterator
from math import inf, isfinite

import shapely
from lxml import etree

from stormcone.bulletin.bulletin import Finding, Weight
from stormcone.bulletin.xml import Element

GML = "{http://www.opengis.net/gml/3.2}"
_UUID4 = re.compile(
    r"uuid\.[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}"
)
_NIL_REASON = re.compile(
    r"http://codes\.wmo\.int/common/nil/"
    r"(inapplicable|missing|noSignificantChange|notDetectedByAutoSystem|notObservable"
    r"|nothingOfOperationalSignificance|template|unknown|withheld"
    r"|AboveDetectionRange|BelowDetectionRange)"
)
_NUMBER = re.compile(r"\d{4}/[1-9]\d{0,3}")
_GML_NIL_REASONS = frozenset({"inapplicable", "missing", "template", "unknown", "withheld"})
OUTLOOKS = 5


def house_findings(root: Element) -> Iterator[Finding]:
    """Yield what breaks a house rule, in document order within each rule."""
    yield from _nil_reasons(root)
    yield from _ids(root)
    yield from _numbers(root)
    yield from _outlooks(root)
    yield from _levels(root)
    for positions in root.iter(f"{GML}posList"):
        yield from _ring(positions)


def _nil_reasons(root: Element) -> Iterator[Finding]:
    for element in root.iter("*"):
        reason = element.get("nilReason")
        if reason is None or _NIL_REASON.fullmatch(reason) or reason in _GML_NIL_REASONS:
            continue
        yield _found("nil", element, f"nilReason {reason!r} is not in the WMO code list")


def _ids(root: Element) -> Iterator[Finding]:
    seen: set[str] = set()
    for element in root.iter("*"):
        name = element.get(f"{GML}id")
        if name is None:
            continue
        if not _UUID4.fullmatch(name):
            yield _found("id", element, f"gml:id {name!r} is not uuid. and a version 4 UUID")
        if name in seen:
            yield _found("id", element, f"gml:id {name!r} occurs twice")
        seen.add(name)


def _numbers(root: Element) -> Iterator[Finding]:
    for element in _named(root, "advisoryNumber", "replacedAdvisoryNumber"):
        if element.text is not None and not _NUMBER.fullmatch(element.text):
            yield _found("number", element, f"{element.text!r} is not a number like 2026/28")


def _outlooks(root: Element) -> Iterator[Finding]:
    for advisory in _named(root, "SpaceWeatherAdvisory"):
        count = sum(1 for _ in _named(advisory, "SpaceWeatherAnalysis"))
        if count != OUTLOOKS and not advisory.get("translationFailedTAC"):
            yield _found("outlooks", advisory, f"{count} analyses; an advisory has five")


def _levels(root: Element) -> Iterator[Finding]:
    for advisory in _named(root, "SpaceWeatherAdvisory"):
        effects = {element.text for element in _named(advisory, "effect")}
        for limit in _named(advisory, "lowerLimit", "upperLimit"):
            if effects and "RADIATION" not in effects:
                yield _found("levels", limit, "only RADIATION has flight levels")


def _ring(positions: Element) -> Iterator[Finding]:
    try:
        numbers = [float(word) for word in (positions.text or "").split()]
    except ValueError:
        numbers = [inf]
    if not all(map(isfinite, numbers)):
        yield _found("ring", positions, "positions that are not numbers")
        return
    lonlat = list(zip(numbers[1::2], numbers[::2], strict=False))
    if len(numbers) % 2 or len(lonlat) < 4 or lonlat[0] != lonlat[-1]:
        yield _found("ring", positions, "a ring that does not end where it starts")
        return
    if any(abs(lat) > 90 or abs(lon) > 180 for lon, lat in lonlat):
        yield _found("ring", positions, "a position outside 90 and 180 degrees")
    ring = shapely.LinearRing(lonlat)
    if not ring.is_simple:
        yield _found("ring", positions, "a ring that crosses itself")
    elif not ring.is_ccw:
        yield _found("ring", positions, "an exterior ring that runs clockwise")


def _named(root: Element, *names: str) -> Iterator[Element]:
    for element in root.iter("*"):
        if etree.QName(element).localname in names:
            yield element


def _found(code: str, element: Element, message: str) -> Finding:
    return Finding(
        code=f"iwxxm.{code}",
        weight=Weight.ERROR,
        message=message,
        line=element.sourceline or 0,
    )
