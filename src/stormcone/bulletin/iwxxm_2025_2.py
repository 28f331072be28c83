"""IWXXM 2025-2, the XML form of Amendment 82."""

from datetime import datetime

from stormcone.advisory.advisory import Advisory, Group, Outlook, State
from stormcone.bulletin.bulletin import Bulletin, Read
from stormcone.bulletin.iwxxm_elements import (
    Drawn,
    Sheet,
    Style,
    area_in,
    fine_losses,
    finished,
    identity,
    put_analysis,
    put_closing,
    put_label,
    put_location,
    put_opening,
    refused,
    region_drawn,
)
from stormcone.bulletin.iwxxm_names import CODECS, INAPPLICABLE, SILENCES, namespaces
from stormcone.bulletin.iwxxm_read import read_release
from stormcone.bulletin.iwxxm_shapes import area_rings
from stormcone.bulletin.xml import Element
from stormcone.reference.areas import Region

RELEASE = "2025-2"
MOST_LABELS = 6
CODEC = CODECS[RELEASE]
NAMESPACES = namespaces(RELEASE)


def read(data: bytes, *, strict: bool = True) -> Read:
    """Return the advisory in a document of this release; see `iwxxm.read` for any release.

    Raises
    ------
    BulletinError
        At the first thing that is impossible, or that `strict` does not forgive, with its line.
    """
    return read_release(data, (RELEASE,), strict=strict)


def write(advisory: Advisory, *, style: Style = "polygon") -> Bulletin:
    """Return a released advisory as XML; the same advisory gives the same bytes.

    Regions are drawn as true polygons, split at 180 degrees: the model's own area where the
    region has one, else the area of its words at the time of the outlook. With the style
    ``circle``, DAYSIDE and NIGHTSIDE alone are the circles of WMO's guidance.

    Raises
    ------
    BulletinError
        If the advisory has no number or time of issue, or says what the form cannot.
    """
    number, issued = identity(advisory)
    if len(advisory.effects) > 1:
        effects = " AND ".join(advisory.effects)
        raise refused("effect", f"{effects} in one; write an advisory for each effect")
    sheet = Sheet(RELEASE, f"{number.key}|{advisory.centre}|{CODEC}")
    put_opening(sheet, advisory, number, issued)
    for replaced in advisory.replaces:
        sheet.put(sheet.root, "replacedAdvisoryNumber", str(replaced))
    sheet.put(sheet.root, "effect", advisory.effects[0].replace(" ", "_"))
    for outlook in advisory.outlooks:
        _put_analysis(sheet, outlook, style)
    put_closing(sheet, advisory)
    return finished(sheet, CODEC, fine_losses(advisory))


def _put_analysis(sheet: Sheet, outlook: Outlook, style: Style) -> None:
    analysis = put_analysis(sheet, outlook)
    if outlook.state is not State.GROUPS:
        sheet.put_nil(analysis, "intensityAndRegion", SILENCES[outlook.state])
    for group in outlook.groups:
        _put_group(sheet, sheet.put(analysis, "intensityAndRegion"), group, outlook.at, style)


def _put_group(sheet: Sheet, holder: Element, group: Group, at: datetime, style: Style) -> None:
    said = sheet.put_object(holder, f"{sheet.iwxxm}SpaceWeatherIntensityAndRegion")
    sheet.put(said, "intensity", group.severity)
    for labels, drawn in _places(group.region, at, style):
        region = sheet.put_object(sheet.put(said, "region"), f"{sheet.iwxxm}SpaceWeatherRegion")
        put_location(sheet, region, group.levels, drawn)
        for label in labels:
            put_label(sheet, region, label)
        if not labels:
            sheet.put_nil(region, "locationIndicator", INAPPLICABLE)


def _places(region: Region, at: datetime, style: Style) -> list[tuple[tuple[str, ...], Drawn]]:
    """Return labels and drawing: in two halves if there are more labels than one can have."""
    sides = (region.side,) if region.side else ()
    labels = (*region.bands, *sides)
    if len(labels) <= MOST_LABELS:
        return [(labels, region_drawn(region, at, style))]
    halves = (region.bands[:3], region.bands[3:])
    parts = ((bands, area_rings(area_in(region, bands, at))) for bands in halves)
    return [((*bands, *sides), rings) for bands, rings in parts if rings]
