"""IWXXM 2025-2, the XML form of Amendment 82: the writer."""

import hashlib
import uuid
from collections.abc import Iterator
from datetime import datetime

from lxml import etree
from lxml.builder import ElementMaker

from stormcone.advisory.advisory import Advisory, Group, Outlook, State, Status
from stormcone.bulletin.bulletin import Bulletin, BulletinError, Finding, Weight
from stormcone.bulletin.heading import SERIES
from stormcone.bulletin.xml import Element
from stormcone.reference.areas import Area, Levels, Region, area_of, region_text
from stormcone.reference.rings import Ring, RingError, without_repeats
from stormcone.reference.utc import write_utc

CODEC = "iwxxm-2025-2"
MEDIA_TYPE = "application/xml"
NAMESPACES = {
    "iwxxm": "http://icao.int/iwxxm/2025-2",
    "aixm": "http://www.aixm.aero/schema/5.1.1",
    "gml": "http://www.opengis.net/gml/3.2",
    "xlink": "http://www.w3.org/1999/xlink",
    "xsi": "http://www.w3.org/2001/XMLSchema-instance",
}
SCHEMA_LOCATION = f"{NAMESPACES['iwxxm']} http://schemas.wmo.int/iwxxm/2025-2/iwxxm.xsd"
NIL = "http://codes.wmo.int/common/nil/"
PLACES = "http://codes.wmo.int/49-2/SpaceWxLocation/"
PLANE = {
    "srsDimension": "2",
    "axisLabels": "Lat Long",
    "srsName": "http://www.opengis.net/def/crs/EPSG/0/4326",
}
NIL_REASONS = {
    State.NO_SWX_EXP: f"{NIL}nothingOfOperationalSignificance",
    State.NOT_AVBL: f"{NIL}missing",
}
INAPPLICABLE = f"{NIL}inapplicable"

_GML = f"{{{NAMESPACES['gml']}}}"
_XLINK = f"{{{NAMESPACES['xlink']}}}"
_XSI = f"{{{NAMESPACES['xsi']}}}"
_iwxxm = ElementMaker(namespace=NAMESPACES["iwxxm"], nsmap=NAMESPACES)
_aixm = ElementMaker(namespace=NAMESPACES["aixm"], nsmap=NAMESPACES)
_gml = ElementMaker(namespace=NAMESPACES["gml"], nsmap=NAMESPACES)


def write(advisory: Advisory) -> Bulletin:
    """Return a released advisory as XML; the same advisory gives the same bytes.

    Regions are drawn as true polygons, split at 180 degrees: the model's own area where the
    region has one, else the area of its words at the time of the outlook.

    Raises
    ------
    BulletinError
        If the advisory has no number or time of issue, or an effect that ICAO has no form for.
    """
    if advisory.number is None or advisory.issued is None:
        raise _refused("iwxxm.number", "a draft has no number or time of issue")
    if len(advisory.effects) != 1 or advisory.effects[0] not in SERIES:
        raise _refused(
            "iwxxm.effect", f"IWXXM has no form for {' AND '.join(advisory.effects)}"
        )
    root = _root(advisory, advisory.issued, _ids(advisory))
    data = etree.tostring(root, xml_declaration=True, encoding="UTF-8", pretty_print=True)
    return Bulletin(heading="", data=data, media_type=MEDIA_TYPE, codec=CODEC)


def _ids(advisory: Advisory) -> Iterator[dict[str, str]]:
    """Yield gml:id attributes: UUIDs of the form of version 4, made of the key."""
    number = advisory.number
    key = f"{number.key if number else ''}|{advisory.centre}|{CODEC}"
    counter = 0
    while True:
        digest = hashlib.sha256(f"{key}|{counter}".encode()).digest()
        yield {f"{_GML}id": f"uuid.{uuid.UUID(bytes=digest[:16], version=4)}"}
        counter += 1


def _root(advisory: Advisory, issued: datetime, ids: Iterator[dict[str, str]]) -> Element:
    root = _iwxxm.SpaceWeatherAdvisory(
        next(ids),
        {f"{_XSI}schemaLocation": SCHEMA_LOCATION, "reportStatus": "NORMAL"},
        _usage(advisory.status),
    )
    root.append(_iwxxm.issueTime(_instant(issued, ids)))
    root.append(_iwxxm.issuingSpaceWeatherCentre(_unit(advisory.centre, ids)))
    root.append(_iwxxm.advisoryNumber(str(advisory.number)))
    root.extend(_iwxxm.replacedAdvisoryNumber(str(old)) for old in advisory.replaces)
    root.append(_iwxxm.effect(advisory.effects[0].replace(" ", "_")))
    root.extend(_iwxxm.analysis(_analysis(outlook, ids)) for outlook in advisory.outlooks)
    root.append(
        _iwxxm.remarks(advisory.remark)
        if advisory.remark
        else _iwxxm.remarks(_nil(INAPPLICABLE))
    )
    root.append(_next(advisory.next_by, ids))
    return root


def _usage(status: Status) -> dict[str, str]:
    if status is Status.OPERATIONAL:
        return {"permissibleUsage": "OPERATIONAL"}
    return {"permissibleUsage": "NON-OPERATIONAL", "permissibleUsageReason": str(status)}


def _nil(reason: str) -> dict[str, str]:
    return {f"{_XSI}nil": "true", "nilReason": reason}


def _instant(at: datetime, ids: Iterator[dict[str, str]]) -> Element:
    return _gml.TimeInstant(next(ids), _gml.timePosition(write_utc(at)))


def _unit(name: str, ids: Iterator[dict[str, str]]) -> Element:
    return _aixm.Unit(
        next(ids),
        _aixm.timeSlice(
            _aixm.UnitTimeSlice(
                next(ids),
                _gml.validTime(),
                _aixm.interpretation("SNAPSHOT"),
                _aixm.name(name),
                _aixm.type("OTHER:SWXC"),
            )
        ),
    )


def _next(next_by: datetime | None, ids: Iterator[dict[str, str]]) -> Element:
    if next_by is None:
        return _iwxxm.nextAdvisoryTime({"nilReason": INAPPLICABLE})
    return _iwxxm.nextAdvisoryTime(_instant(next_by, ids))


def _analysis(outlook: Outlook, ids: Iterator[dict[str, str]]) -> Element:
    kind = "OBSERVATION" if outlook.observed else "FORECAST"
    analysis = _iwxxm.SpaceWeatherAnalysis(
        next(ids),
        {"timeIndicator": kind},
        _iwxxm.phenomenonTime(_instant(outlook.at, ids)),
    )
    if outlook.state is not State.GROUPS:
        analysis.append(_iwxxm.intensityAndRegion(_nil(NIL_REASONS[outlook.state])))
    for group in outlook.groups:
        analysis.append(_iwxxm.intensityAndRegion(_group(group, outlook.at, ids)))
    return analysis


def _group(group: Group, at: datetime, ids: Iterator[dict[str, str]]) -> Element:
    return _iwxxm.SpaceWeatherIntensityAndRegion(
        next(ids),
        _iwxxm.intensity(group.severity),
        _iwxxm.region(
            _iwxxm.SpaceWeatherRegion(
                next(ids),
                _iwxxm.location(_volume(group, at, ids)),
                *_indicators(group.region),
            )
        ),
    )


def _indicators(region: Region) -> Iterator[Element]:
    """Yield the labels of a region; a polygon has none."""
    labels: list[str] = [*region.bands, *([region.side] if region.side else [])]
    for label in labels:
        yield _iwxxm.locationIndicator({f"{_XLINK}href": f"{PLACES}{label}"})
    if not labels:
        yield _iwxxm.locationIndicator(_nil(INAPPLICABLE))


def _volume(group: Group, at: datetime, ids: Iterator[dict[str, str]]) -> Element:
    area = group.region.exact or _area(group.region, at)
    return _aixm.AirspaceVolume(
        next(ids),
        *(_levels(group.levels) if group.levels else ()),
        _aixm.horizontalProjection(_surface(area, ids)),
    )


def _area(region: Region, at: datetime) -> Area:
    try:
        area = area_of(region, at)
    except RingError as error:
        raise _refused("polygon.pole", str(error)) from error
    if not area.parts:
        raise _refused("region.empty", f"nothing of the Earth is in {region_text(region)}")
    return area


def _levels(levels: Levels) -> Iterator[Element]:
    if levels.upper_fl is None:
        yield _aixm.upperLimit({"uom": "OTHER", f"{_XSI}nil": "true", "nilReason": "unknown"})
    else:
        yield _aixm.upperLimit({"uom": "FL"}, f"{levels.upper_fl:03}")
        yield _aixm.upperLimitReference("STD")
    yield _aixm.lowerLimit({"uom": "FL"}, f"{levels.lower_fl:03}")
    yield _aixm.lowerLimitReference("STD")


def _surface(area: Area, ids: Iterator[dict[str, str]]) -> Element:
    patches = [
        _gml.PolygonPatch(_gml.exterior(_gml.LinearRing(_gml.posList(_positions(ring)))))
        for ring in area.parts
    ]
    return _aixm.Surface(next(ids), PLANE, _gml.patches(*patches))


def _positions(ring: Ring) -> str:
    rounded = without_repeats((round(lat, 4), round(lon, 4)) for lat, lon in ring)
    return " ".join(f"{_decimal(lat)} {_decimal(lon)}" for lat, lon in rounded)


def _decimal(degrees: float) -> str:
    """Return at most four decimals, without exponent or needless zeros.

    Examples
    --------
    >>> [_decimal(value) for value in (80.0, -0.00001, 12.34567)]
    ['80', '0', '12.3457']
    """
    text = f"{degrees:.4f}".rstrip("0").rstrip(".")
    return "0" if text == "-0" else text


def _refused(code: str, message: str) -> BulletinError:
    return BulletinError(Finding(code=code, weight=Weight.ERROR, message=message))
