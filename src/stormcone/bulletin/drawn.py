"""Regions as the ways out draw them: by their words, at the time of their outlook."""

from collections.abc import Iterable
from datetime import datetime
from functools import reduce

from stormcone.advisory.advisory import Group
from stormcone.bulletin.bulletin import BulletinError, Finding, Weight
from stormcone.reference.areas import Area, Region, area_of, union

NOTHING = Area(parts=())


def drawn(region: Region, at: datetime) -> Area:
    """Return the area that the words of a region mean at `at`; an asset has none.

    Raises
    ------
    BulletinError
        If the words cannot be drawn, like a ring that does not say which pole it encloses.
    """
    if region.asset is not None:
        return NOTHING
    try:
        return area_of(region, at)
    except ValueError as error:
        raise BulletinError(
            Finding(code="region.shape", weight=Weight.ERROR, message=str(error))
        ) from error


def drawn_together(groups: Iterable[Group], at: datetime) -> Area:
    """Return the union of the areas of several groups."""
    return reduce(union, (drawn(group.region, at) for group in groups), NOTHING)
