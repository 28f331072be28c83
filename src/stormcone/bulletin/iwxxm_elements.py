"""The elements that every release of IWXXM writes alike: times, units, levels, surfaces."""

import hashlib
from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Literal

from lxml import etree
from msgspec import structs

from stormcone.advisory.advisory import Advisory, Number, Outlook, Status
from stormcone.bulletin.bulletin import Bulletin, BulletinError, Finding, Weight
from stormcone.bulletin.heading import SERIES
from stormcone.bulletin.iwxxm_names import (
    ADDRESS,
    AIXM,
    GML,
    HREF,
    ID,
    INAPPLICABLE,
    NIL,
    PLACES,
    SCHEMA_LOCATION,
    namespaces,
)
from stormcone.bulletin.iwxxm_shapes import (
    DECIMALS,
    Circle,
    drawn_rings,
    is_fine,
    side_circle,
)
from stormcone.bulletin.xml import Element
from stormcone.reference.areas import (
    Area,
    Band,
    Levels,
    Region,
    area_of,
    intersection,
    region_text,
)
from stormcone.reference.rings import Ring, RingError
from stormcone.reference.utc import write_utc

Style = Literal["polygon", "circle"]
Drawn = tuple[Ring, ...] | Circle

MEDIA_TYPE = "application/xml"
OUTLOOKS = 5
PLANE = {
    "srsDimension": "2",
    "axisLabels": "Lat Long",
    "srsName": "http://www.opengis.net/def/crs/EPSG/0/4326",
}


class Sheet:
    """An advisory's XML as it grows; its ids are made of the key, one after another."""

    def __init__(self, release: str, key: str) -> None:
        self.iwxxm = f"{{{ADDRESS}{release}}}"
        self._ids = _uuids(key)
        self.root = etree.Element(
            f"{self.iwxxm}SpaceWeatherAdvisory",
            {ID: next(self._ids), SCHEMA_LOCATION: _schema_location(release)},
            nsmap=namespaces(release),
        )

    def put(
        self,
        parent: Element,
        name: str,
        text: str | None = None,
        attributes: dict[str, str] | None = None,
    ) -> Element:
        """Append an element of IWXXM and return it."""
        return put(parent, self.iwxxm + name, text, attributes)

    def put_object(self, parent: Element, tag: str) -> Element:
        """Append an element that has an id of its own, and return it."""
        return etree.SubElement(parent, tag, {ID: next(self._ids)})

    def put_nil(self, parent: Element, name: str, reason: str) -> None:
        """Append an element of IWXXM that says why it has no content."""
        self.put(parent, name, attributes={NIL: "true", "nilReason": reason})

    def put_instant(self, parent: Element, name: str, at: datetime) -> None:
        """Append an element of IWXXM that holds one time."""
        instant = self.put_object(self.put(parent, name), f"{GML}TimeInstant")
        put(instant, f"{GML}timePosition", write_utc(at))


def put(
    parent: Element, tag: str, text: str | None = None, attributes: dict[str, str] | None = None
) -> Element:
    """Append an element and return it.

    Raises
    ------
    BulletinError
        If the text holds a character that no XML can.
    """
    element = etree.SubElement(parent, tag, attributes)
    try:
        element.text = text
    except ValueError as error:
        message = f"{text!r} holds a character that XML cannot carry"
        raise refused("character", message) from error
    return element


def _uuids(key: str) -> Iterator[str]:
    """Yield UUIDs of the form of version 4, made of the key."""
    counter = 0
    while True:
        code = hashlib.sha256(f"{key}|{counter}".encode()).hexdigest()
        variant = "89ab"[int(code[16], 16) % 4]
        yield (
            f"uuid.{code[:8]}-{code[8:12]}-4{code[13:16]}-{variant}{code[17:20]}-{code[20:32]}"
        )
        counter += 1


def uuid_of(key: str) -> str:
    """Return the first id made of `key`.

    Examples
    --------
    >>> uuid_of("2026/HF COM/28")
    'uuid.ddaa8725-1eac-4215-9316-36cc0fe19a9e'
    """
    return next(_uuids(key))


def _schema_location(release: str) -> str:
    return f"{ADDRESS}{release} http://schemas.wmo.int/iwxxm/{release}/iwxxm.xsd"


def identity(advisory: Advisory) -> tuple[Number, datetime]:
    """Return number and time of issue of an advisory that the form can say.

    Raises
    ------
    BulletinError
        If it is a draft, of an effect that ICAO has no form for, replaces an advisory of
        another effect, or has not five outlooks.
    """
    if advisory.number is None or advisory.issued is None:
        raise refused("number", "a draft has no number or time of issue; release it first")
    strange = [kind for kind in advisory.effects if kind not in SERIES]
    if strange or not advisory.effects:
        raise refused("effect", f"IWXXM has no form for {' AND '.join(strange) or 'nothing'}")
    if any(replaced.effect != advisory.effects[0] for replaced in advisory.replaces):
        raise refused("replaces", "a number of another effect cannot be replaced in IWXXM")
    if len(advisory.outlooks) != OUTLOOKS:
        raise refused("outlooks", f"{len(advisory.outlooks)} outlooks; the form has five")
    return advisory.number, advisory.issued


def fine_losses(advisory: Advisory) -> Iterator[str]:
    """Yield which polygons have degrees that four decimals cannot say."""
    for index, outlook in enumerate(advisory.outlooks):
        if any(is_fine(group.region) for group in outlook.groups):
            yield f"outlooks[{index}]: coordinates are rounded to {DECIMALS} decimals"


def put_opening(sheet: Sheet, advisory: Advisory, number: Number, issued: datetime) -> None:
    """Write status, time of issue, centre and number."""
    sheet.root.set("reportStatus", "NORMAL")
    if advisory.status is Status.OPERATIONAL:
        sheet.root.set("permissibleUsage", "OPERATIONAL")
    else:
        sheet.root.set("permissibleUsage", "NON-OPERATIONAL")
        sheet.root.set("permissibleUsageReason", str(advisory.status))
    sheet.put_instant(sheet.root, "issueTime", issued)
    _put_unit(sheet, advisory.centre)
    sheet.put(sheet.root, "advisoryNumber", str(number))


def _put_unit(sheet: Sheet, name: str) -> None:
    holder = sheet.put(sheet.root, "issuingSpaceWeatherCentre")
    unit = sheet.put_object(holder, f"{AIXM}Unit")
    part = sheet.put_object(put(unit, f"{AIXM}timeSlice"), f"{AIXM}UnitTimeSlice")
    put(part, f"{GML}validTime")
    put(part, f"{AIXM}interpretation", "SNAPSHOT")
    put(part, f"{AIXM}name", name)
    put(part, f"{AIXM}type", "OTHER:SWXC")


def put_closing(sheet: Sheet, advisory: Advisory) -> None:
    """Write the remark and the time of the next advisory."""
    if advisory.remark:
        sheet.put(sheet.root, "remarks", advisory.remark)
    else:
        sheet.put_nil(sheet.root, "remarks", INAPPLICABLE)
    if advisory.next_by is None:
        sheet.put(sheet.root, "nextAdvisoryTime", attributes={"nilReason": INAPPLICABLE})
    else:
        sheet.put_instant(sheet.root, "nextAdvisoryTime", advisory.next_by)


def put_analysis(sheet: Sheet, outlook: Outlook) -> Element:
    """Write the time of an outlook, and return the element for what it says."""
    holder = sheet.put(sheet.root, "analysis")
    analysis = sheet.put_object(holder, f"{sheet.iwxxm}SpaceWeatherAnalysis")
    analysis.set("timeIndicator", "OBSERVATION" if outlook.observed else "FORECAST")
    sheet.put_instant(analysis, "phenomenonTime", outlook.at)
    return analysis


def put_location(sheet: Sheet, region: Element, levels: Levels | None, drawn: Drawn) -> None:
    """Write the place of a region: its levels, and the rings or the circle that bound it."""
    volume = sheet.put_object(sheet.put(region, "location"), f"{AIXM}AirspaceVolume")
    if levels:
        _put_levels(volume, levels)
    surface = sheet.put_object(put(volume, f"{AIXM}horizontalProjection"), f"{AIXM}Surface")
    surface.attrib.update(PLANE)
    patches = put(surface, f"{GML}patches")
    if isinstance(drawn, Circle):
        _put_circle(sheet, _put_exterior(patches), drawn)
        return
    for ring in drawn:
        line = put(_put_exterior(patches), f"{GML}LinearRing")
        put(line, f"{GML}posList", _positions(ring))


def _put_levels(volume: Element, levels: Levels) -> None:
    if levels.upper_fl is None:
        beyond = {"uom": "OTHER", NIL: "true", "nilReason": "unknown"}
        put(volume, f"{AIXM}upperLimit", attributes=beyond)
    else:
        put(volume, f"{AIXM}upperLimit", f"{levels.upper_fl:03}", {"uom": "FL"})
        put(volume, f"{AIXM}upperLimitReference", "STD")
    put(volume, f"{AIXM}lowerLimit", f"{levels.lower_fl:03}", {"uom": "FL"})
    put(volume, f"{AIXM}lowerLimitReference", "STD")


def _put_exterior(patches: Element) -> Element:
    return put(put(patches, f"{GML}PolygonPatch"), f"{GML}exterior")


def _put_circle(sheet: Sheet, exterior: Element, circle: Circle) -> None:
    member = put(put(exterior, f"{GML}Ring"), f"{GML}curveMember")
    segments = put(sheet.put_object(member, f"{GML}Curve"), f"{GML}segments")
    arc = put(segments, f"{GML}CircleByCenterPoint", attributes={"numArc": "1"})
    put(arc, f"{GML}pos", f"{decimal(circle.lat)} {decimal(circle.lon)}")
    put(arc, f"{GML}radius", decimal(circle.radius_km), {"uom": "km"})


def _positions(ring: Ring) -> str:
    return " ".join(f"{decimal(lat)} {decimal(lon)}" for lat, lon in ring)


def decimal(number: float) -> str:
    """Return at most four decimals, without exponent or needless zeros.

    Examples
    --------
    >>> [decimal(value) for value in (80.0, -0.00001, 12.34567)]
    ['80', '0', '12.3457']
    """
    text = f"{number:.{DECIMALS}f}".rstrip("0").rstrip(".")
    return "0" if text == "-0" else text


def put_label(sheet: Sheet, region: Element, label: str) -> None:
    """Write the name of a place of the code list."""
    sheet.put(region, "locationIndicator", attributes={HREF: f"{PLACES}{label}"})


def region_drawn(region: Region, at: datetime, style: Style) -> Drawn:
    """Return what to draw of a region.

    Raises
    ------
    BulletinError
        If it is an asset, an open or impossible polygon, or nothing of the Earth.
    """
    if region.asset is not None:
        raise refused("region", f"IWXXM has no form for the asset {region.asset}")
    alone = region.side and not (region.bands or region.longitudes or region.exact)
    if style == "circle" and region.side and alone:
        return side_circle(region.side, at)
    _check_polygon(region.polygon)
    try:
        rings = drawn_rings(region, at)
    except RingError as error:
        raise refused("ring", str(error)) from error
    if not rings:
        raise refused("region", f"nothing of the Earth is in {region_text(region)}")
    return rings


def area_in(region: Region, bands: tuple[Band, ...], at: datetime) -> Area:
    """Return what of a region of bands lies in some of them."""
    if region.exact:
        return intersection(region.exact, area_of(Region(bands=bands), at))
    return area_of(structs.replace(region, bands=bands), at)


def _check_polygon(polygon: Ring) -> None:
    if polygon and (len(polygon) < 4 or polygon[0] != polygon[-1]):
        raise refused("ring", f"the polygon {polygon} is not a closed ring")
    for lat, lon in polygon:
        if not (abs(lat) <= 90 and abs(lon) <= 180):
            raise refused("coordinate", f"{(lat, lon)} is not a point on the globe")


def finished(sheet: Sheet, codec: str, losses: Iterable[str] = ()) -> Bulletin:
    """Return the sheet as bytes."""
    data = etree.tostring(sheet.root, xml_declaration=True, encoding="UTF-8", pretty_print=True)
    return Bulletin(
        heading="", data=data, media_type=MEDIA_TYPE, codec=codec, losses=tuple(losses)
    )


def refused(what: str, message: str) -> BulletinError:
    """Return the error of a writer, which has no place in a document."""
    return BulletinError(Finding(code=f"iwxxm.{what}", weight=Weight.ERROR, message=message))
