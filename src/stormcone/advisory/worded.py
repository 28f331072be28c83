"""What an outlook says of masks: ICAO's regions by severity, and how much wider they are."""

from collections.abc import Mapping
from datetime import datetime

from msgspec import Struct, structs

from stormcone.advisory.advisory import Group
from stormcone.effect.areas import MOST_CHARACTERS, MOST_GROUPS, outline, simplify
from stormcone.effect.effect import Evidence, Severity
from stormcone.effect.mask import Mask
from stormcone.observation.feed import Provenance
from stormcone.reference.areas import Area, Levels, area_of, covers, union
from stormcone.reference.grid import Grid

SEVEREST_FIRST = (Severity.SEVERE, Severity.MODERATE)


class Worded(Struct, frozen=True):
    """Groups, and the evidence of their over-forecast."""

    groups: tuple[Group, ...] = ()
    evidence: tuple[Evidence, ...] = ()


def worded(
    masks: Mapping[Severity, Mask],
    levels: Mapping[Severity, Levels],
    grid: Grid,
    at: datetime,
) -> Worded:
    """Return words that contain the masks, the severest first.

    What is said to be SEVERE is not said again to be MODERATE, unless that reaches lower.
    """
    drawn = {s: mask for s in SEVEREST_FIRST if (mask := masks.get(s)) is not None}
    groups: tuple[Group, ...] = ()
    evidence: list[Evidence] = []
    for severity, mask in drawn.items():
        if mask.any():
            words = simplify(
                outline(mask, grid),
                groups=MOST_GROUPS // len(drawn),
                characters=MOST_CHARACTERS // len(drawn),
            )
            evidence.append(_over_forecast(severity, words.over_forecast, at))
            for region in words.parts:
                new = Group(severity=severity, region=region, levels=levels.get(severity))
                groups = _with_also(groups, new, at)
    return Worded(groups, tuple(evidence))


def _with_also(groups: tuple[Group, ...], new: Group, at: datetime) -> tuple[Group, ...]:
    """Add a group, or else its exact area to a group that says as much and more already."""
    area = area_of(new.region, at)
    for i, group in enumerate(groups):
        if _as_high(group.levels, new.levels) and covers(area_of(group.region, at), area):
            both = union(_exact(group), _exact(new))
            region = structs.replace(group.region, exact=both)
            return (*groups[:i], structs.replace(group, region=region), *groups[i + 1 :])
    return (*groups, new)


def _as_high(said: Levels | None, new: Levels | None) -> bool:
    return new is None or (said is not None and said.covers(new))


def _exact(group: Group) -> Area:
    return group.region.exact or Area(parts=())


def _over_forecast(severity: Severity, ratio: float, at: datetime) -> Evidence:
    """State how much larger the advised area is than the affected one."""
    return Evidence(
        name=f"over_forecast_{severity.lower()}",
        value=round(ratio, 3),
        threshold=None,
        source="stormcone",
        at=at,
        provenance=Provenance.FORECAST,
    )
