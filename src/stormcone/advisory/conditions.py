"""What an outlook states: in words, as areas, and how it differs from another's."""

from datetime import datetime

from stormcone.advisory.advisory import Outlook
from stormcone.effect.effect import Severity
from stormcone.reference.areas import Area, Region, area_of, iou, region_text, union

SAME_IOU = 0.99
"""Areas that share less than this of both together are not the same."""


def in_words(outlook: Outlook) -> str:
    """Return the conditions in ICAO's words: ``SEV HNH HSH``, or ``NO SWX EXP``."""
    groups = (f"{group.severity} {_words(group.region)}" for group in outlook.groups)
    return " ".join(groups) or str(outlook.state)


def _words(region: Region) -> str:
    """Return a region in words, also one with points between whole degrees."""
    if all(lat == round(lat) and lon == round(lon) for lat, lon in region.polygon):
        return region_text(region)
    return " - ".join(f"{lat:g} {lon:g}" for lat, lon in region.polygon)


def affected(outlook: Outlook, severity: Severity, at: datetime) -> Area:
    """Return where an outlook's words mean `severity` or worse at `at`; assets are nowhere.

    Raises
    ------
    ValueError
        If a region cannot be drawn.
    """
    area = Area(parts=())
    for group in outlook.groups:
        if group.severity >= severity and group.region.asset is None:
            area = union(area, area_of(group.region, at))
    return area


def difference(ours: Outlook, theirs: Outlook) -> str:
    """Return how the conditions of two outlooks differ; empty if they do not.

    Both are drawn at our time: the day side of an hour ago is no other side.
    """
    if ours.state is not theirs.state or _worst(ours) != _worst(theirs):
        return f"{_worst(ours) or ours.state} is not {_worst(theirs) or theirs.state}"
    for severity in Severity:
        try:
            there, here = (affected(said, severity, ours.at) for said in (theirs, ours))
            share = iou(there, here)
        except ValueError as error:
            return f"the areas of {severity} cannot be compared ({error})"
        if share < SAME_IOU:
            return f"the areas of {severity} or worse have {share:.0%} in common"
    return ""


def _worst(outlook: Outlook) -> Severity | None:
    return max((group.severity for group in outlook.groups), default=None)
