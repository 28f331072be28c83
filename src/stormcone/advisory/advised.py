"""Where, and from which flight levels on, the advisories that stand already warn."""

from collections.abc import Iterable, Mapping
from datetime import datetime

from msgspec import Struct

from stormcone.advisory.advisory import Advisory, Group
from stormcone.effect.effect import Severity
from stormcone.effect.mask import Mask, mask_of
from stormcone.reference.areas import Area, Levels, Region, area_of
from stormcone.reference.grid import Grid


class Advised(Struct, frozen=True, eq=False, kw_only=True):
    """Where advisories warn, as masks: in their words, and in the areas behind the words.

    MODERATE takes in SEVERE, in the masks and in the levels.
    """

    words: Mapping[Severity, Mask] = {}
    areas: Mapping[Severity, Mask] = {}
    levels: Mapping[Severity, Levels] = {}


def advised_by(standing: Iterable[Advisory], grid: Grid) -> Advised:
    """Return where and how high the first outlooks of advisories warn, on cells of `grid`.

    A region of another centre that cannot be drawn warns nowhere.
    """
    firsts = [advisory.outlooks[0] for advisory in standing]
    said = [(group, _drawn(group.region, o.at)) for o in firsts for group in o.groups]
    return Advised(
        words=_masks(((g.severity, area) for g, area in said), grid),
        areas=_masks(((g.severity, g.region.exact or area) for g, area in said), grid),
        levels=levels_of(group for group, _ in said),
    )


def _drawn(region: Region, at: datetime) -> Area:
    try:
        return area_of(region, at)
    except ValueError:
        return Area(parts=())


def _masks(areas: Iterable[tuple[Severity, Area]], grid: Grid) -> dict[Severity, Mask]:
    masks: dict[Severity, Mask] = {}
    for reached, area in areas:
        here = mask_of(area, grid)
        for severity in _down_from(reached):
            masks[severity] = masks[severity] | here if severity in masks else here
    return masks


def levels_of(groups: Iterable[Group]) -> dict[Severity, Levels]:
    """Return the flight levels that groups give each severity; none where they give none."""
    found: dict[Severity, Levels] = {}
    for group in groups:
        if group.levels is not None:
            for severity in _down_from(group.severity):
                found[severity] = group.levels.with_also(found.get(severity))
    return found


def _down_from(reached: Severity) -> Iterable[Severity]:
    return (severity for severity in Severity if severity <= reached)
