"""IWXXM 2023-1, the XML form of Amendment 79, and 2021-2, which differs in its name alone."""

from collections.abc import Iterator
from datetime import datetime
from typing import Literal

from stormcone.advisory.advisory import Advisory, Outlook, State
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
from stormcone.bulletin.iwxxm_names import (
    CODECS,
    DAYLIGHT_SIDE,
    HREF,
    INAPPLICABLE,
    PHENOMENA,
    SILENCES,
)
from stormcone.bulletin.iwxxm_read import read_release
from stormcone.bulletin.iwxxm_shapes import area_rings
from stormcone.effect.effect import Kind, Severity
from stormcone.reference.areas import Levels, Region, Side, region_text

RELEASES = ("2021-2", "2023-1")
CODEC = CODECS[RELEASES[-1]]

Release = Literal["2021-2", "2023-1"]


def read(data: bytes, *, strict: bool = True) -> Read:
    """Return the advisory in a document of these releases; see `iwxxm.read` for any release.

    Raises
    ------
    BulletinError
        At the first thing that is impossible, or that `strict` does not forgive, with its line.
    """
    return read_release(data, RELEASES, strict=strict)


def write(
    advisory: Advisory, *, release: Release = "2023-1", style: Style = "polygon"
) -> Bulletin:
    """Return a released advisory for receivers who have not moved to Amendment 82.

    Each band is a region of its own. What the form cannot carry is written at its best and
    named in `losses`: the highest of several severities, the newest replaced number, the areas
    of all groups, and drawings where there is no label.

    Raises
    ------
    BulletinError
        If the advisory has no number or time of issue, or says what no release can.
    """
    number, issued = identity(advisory)
    codec = CODECS[release]
    sheet = Sheet(release, f"{number.key}|{advisory.centre}|{codec}")
    put_opening(sheet, advisory, number, issued)
    if advisory.replaces:
        sheet.put(sheet.root, "replacedAdvisoryNumber", str(max(advisory.replaces)))
    for kind in advisory.effects:
        code = f"{PHENOMENA}{kind.replace(' ', '_')}_{_highest(advisory, kind)}"
        sheet.put(sheet.root, "phenomenon", attributes={HREF: code})
    for outlook in advisory.outlooks:
        _put_analysis(sheet, outlook, style)
    put_closing(sheet, advisory)
    return finished(sheet, codec, _losses(advisory))


def _put_analysis(sheet: Sheet, outlook: Outlook, style: Style) -> None:
    analysis = put_analysis(sheet, outlook)
    if outlook.state is not State.GROUPS:
        reason = {"nilReason": SILENCES[outlook.state]}
        sheet.put(analysis, "region", attributes=reason)
    for region, levels in _said(outlook):
        for label, drawn in _places(region, outlook.at, style):
            holder = sheet.put(analysis, "region")
            place = sheet.put_object(holder, f"{sheet.iwxxm}SpaceWeatherRegion")
            put_location(sheet, place, levels, drawn)
            if label:
                put_label(sheet, place, label)
            else:
                sheet.put(place, "locationIndicator", attributes={"nilReason": INAPPLICABLE})


def _said(outlook: Outlook) -> list[tuple[Region, Levels | None]]:
    """Return the regions of an outlook, each once, whichever effects they are of."""
    return list(dict.fromkeys((group.region, group.levels) for group in outlook.groups))


def _places(region: Region, at: datetime, style: Style) -> list[tuple[str | None, Drawn]]:
    """Return labels and drawings: each band by itself where there are bands, else the whole."""
    if not region.bands:
        label = DAYLIGHT_SIDE if region.side is Side.DAYSIDE else None
        return [(label, region_drawn(region, at, style))]
    parts = ((band, area_rings(area_in(region, (band,), at))) for band in region.bands)
    found: list[tuple[str | None, Drawn]] = [(band, rings) for band, rings in parts if rings]
    if not found:
        raise refused("region", f"nothing of the Earth is in {region_text(region)}")
    return found


def _severities(advisory: Advisory, kind: Kind) -> set[Severity]:
    groups = (group for outlook in advisory.outlooks for group in outlook.groups)
    return {group.severity for group in groups if group.effect in {None, kind}}


def _highest(advisory: Advisory, kind: Kind) -> Severity:
    return max(_severities(advisory, kind), default=Severity.MODERATE)


def _losses(advisory: Advisory) -> Iterator[str]:
    for kind in advisory.effects:
        found = _severities(advisory, kind)
        if len(found) > 1:
            yield f"severity: {kind} is MOD and SEV; SEV is written for all of it"
        if not found:
            yield f"severity: none is said for {kind}; the form wants one, MOD is written"
    if len(advisory.replaces) > 1:
        newest, count = max(advisory.replaces), len(advisory.replaces)
        yield f"replaces: only {newest} of {count} is written"
    for index, outlook in enumerate(advisory.outlooks):
        for loss in dict.fromkeys(_lost_words(advisory, outlook)):
            yield f"outlooks[{index}]: {loss}"
    yield from fine_losses(advisory)


def _lost_words(advisory: Advisory, outlook: Outlook) -> Iterator[str]:
    for region, _ in _said(outlook):
        if region.side is Side.NIGHTSIDE or (region.side and region.bands):
            yield f"{region.side} is drawn in {region_text(region)}, and not named"
    places = {kind: set(_said_of(outlook, kind)) for kind in advisory.effects}
    if len(set(map(frozenset, places.values()))) > 1:
        yield f"the regions of {' and '.join(advisory.effects)} are written as those of both"


def _said_of(outlook: Outlook, kind: Kind) -> Iterator[tuple[Region, Levels | None]]:
    for group in outlook.groups:
        if group.effect in {None, kind}:
            yield group.region, group.levels
