"""When to issue, update and end an advisory: a pure rule over the looks of the last hours.

A `Sighting` is one look at one cause. `decide` reads the looks of the last `WINDOW` and the
advisories that stand for that cause, and nothing else: after a restart the same looks give the
same decision. A look is at the whole Earth, so what is drafted takes in every live thread of
its cause, however far apart they are; an area never splits off into a thread of its own.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from enum import StrEnum

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

from stormcone.advisory.advised import Advised
from stormcone.advisory.advisory import Advisory
from stormcone.advisory.policy import Policy
from stormcone.effect.effect import Evidence, Severity
from stormcone.effect.mask import Mask, mask_steradians, padded
from stormcone.reference.areas import Levels

WINDOW = timedelta(hours=2)
MOST_REPLACED = 4

Weights = NDArray[np.float64]


class Sighting(Struct, frozen=True, eq=False, kw_only=True):
    """One look at one cause, at `at`, resting on an observation of `observed`.

    `exceeded` and `held` are the highest severities at the thresholds and at 0.9 of them. The
    masks (rows, columns) of a grid say where, and `levels` at which flight levels a severity is
    held; causes without a map, or without a height, have none. `observed` None means that there
    was nothing usable to look at, which is neither above nor below. `since` is from when on an
    observation speaks that stands for a span, such as the three hours of a Kp; `carried` says
    that a part of what is held was seen last and cannot be seen now.
    """

    at: datetime
    observed: datetime | None
    exceeded: Severity | None = None
    held: Severity | None = None
    exceeded_masks: Mapping[Severity, Mask] = {}
    held_masks: Mapping[Severity, Mask] = {}
    levels: Mapping[Severity, Levels] = {}
    evidence: tuple[Evidence, ...] = ()
    since: datetime | None = None
    carried: bool = False


class Action(StrEnum):
    """What an advisory does to its thread."""

    ISSUE = "issue"
    UPDATE = "update"
    END = "end"


class Decision(Struct, frozen=True):
    """What to draft, how severe it is now, and the rule that asks for it."""

    action: Action
    severity: Severity | None
    reason: str


class _Case(Struct, frozen=True, eq=False):
    """What a decision rests on."""

    looks: Sequence[Sighting]
    standing: Sequence[Advisory]
    advised: Advised
    weights: Weights
    policy: Policy

    @property
    def look(self) -> Sighting:
        return self.looks[-1]

    @property
    def before(self) -> Severity | None:
        """The highest severity that stands."""
        return max((a.severity for a in self.standing if a.severity), default=None)

    @property
    def severity(self) -> Severity | None:
        """The severity to state now."""
        return stated(self.look, self.before)

    def lasts(self, holds: Callable[[Sighting], bool], needed: timedelta) -> bool:
        span = lasted(self.looks, holds)
        return span is not None and span >= needed


def lasted(looks: Sequence[Sighting], holds: Callable[[Sighting], bool]) -> timedelta | None:
    """Return how long `holds` has been true without a break, or None if it is not true now.

    Measured from observation to observation: looking again at an old one makes nothing last.
    """
    first: Sighting | None = None
    for look in reversed(looks):
        if not holds(look):
            break
        first = look
    return None if first is None else _seen(looks[-1]) - (first.since or _seen(first))


def _seen(look: Sighting) -> datetime:
    return look.observed or look.at


def decide(
    looks: Sequence[Sighting],
    standing: Sequence[Advisory],
    advised: Advised,
    weights: Weights,
    policy: Policy,
) -> Decision | None:
    """Return what the looks (oldest first) demand of the threads of their cause.

    Parameters
    ----------
    looks
        The sightings of the last `WINDOW`, the newest being the present.
    standing
        The last advisory of each live thread of this cause; empty when none is live.
    advised
        Where and how high those warn, on the grid of the sightings.
    weights
        The share of the sphere of each row of that grid, shape (rows,).
    """
    if not looks:
        return None
    case = _Case(looks, standing, advised, weights, policy)
    if not standing:
        return _open(case)
    return _raise(case) or _deadline(case) or _after_the_dwell(case)


def stated(look: Sighting, before: Severity | None) -> Severity | None:
    """Return the severity to state: what is exceeded, or held where it was stated before."""
    kept = min(look.held, before) if look.held and before else None
    return max((s for s in (look.exceeded, kept) if s), default=None)


def taken_in(standing: Sequence[Advisory]) -> tuple[Advisory, ...]:
    """Return which of the advisories that stand for one cause the next one replaces.

    All of them; where more than four stand, those whose successor is due first.
    """
    if len(standing) <= MOST_REPLACED:
        return tuple(standing)
    due = sorted(a.next_by for a in standing if a.next_by is not None)[:MOST_REPLACED]
    return tuple(a for a in standing if a.next_by in due)[:MOST_REPLACED]


def _reaches(severity: Severity) -> Callable[[Sighting], bool]:
    return lambda look: look.exceeded is not None and look.exceeded >= severity


def _left(severity: Severity) -> Callable[[Sighting], bool]:
    return lambda look: (
        look.observed is not None and (look.held is None or look.held < severity)
    )


def _open(case: _Case) -> Decision | None:
    if not case.lasts(_reaches(Severity.MODERATE), case.policy.open_after):
        return None
    return Decision(Action.ISSUE, case.look.exceeded, "threshold")


def _raise(case: _Case) -> Decision | None:
    """Say SEV as soon as it has lasted; also MOD again after an update that saw nothing."""
    now = case.look.exceeded
    if now is None or (case.before is not None and case.before >= now):
        return None
    if not case.lasts(_reaches(now), case.policy.raise_after):
        return None
    return Decision(Action.UPDATE, now, "raise")


def _deadline(case: _Case) -> Decision | None:
    """Draft the successor in time; the end, if there has been nothing for the `memory`."""
    due = min((a.next_by for a in case.standing if a.next_by is not None), default=None)
    if due is None or case.look.at < due - case.policy.deadline:
        return None
    if case.lasts(_left(Severity.MODERATE), case.policy.memory):
        return Decision(Action.END, None, "deadline")
    recent = _within(case.looks, case.policy.memory)
    remembered = (s for look in recent if (s := stated(look, case.before)))
    return Decision(Action.UPDATE, case.severity or max(remembered, default=None), "deadline")


def _after_the_dwell(case: _Case) -> Decision | None:
    issued = [a.issued for a in case.standing if a.issued is not None]
    if not issued or case.look.at - max(issued) < case.policy.dwell:
        return None
    if case.lasts(_left(Severity.MODERATE), case.policy.end_after):
        return Decision(Action.END, None, "end")
    if case.before is Severity.SEVERE and case.lasts(
        _left(Severity.SEVERE), case.policy.lower_after
    ):
        return Decision(Action.UPDATE, case.look.held, "lower")
    if len(case.standing) > 1 and case.severity:
        return Decision(Action.UPDATE, case.severity, "merge")
    return _moved(case)


def _moved(case: _Case) -> Decision | None:
    """Follow an area that grows out of the advised one, or shrinks far inside it."""
    advised, weights, policy = case.advised, case.weights, case.policy

    def outside(look: Sighting) -> bool:
        return _beyond_levels(look, advised) or any(
            _outside(mask, advised.words.get(severity), weights) > policy.grow_share
            for severity, mask in look.exceeded_masks.items()
        )

    def shrunk(look: Sighting) -> bool:
        held = look.held_masks.get(Severity.MODERATE)
        was = advised.areas.get(Severity.MODERATE)
        if held is None or was is None:
            return False
        return _share(held & was, held | was, weights) < policy.shrink_iou

    if case.lasts(outside, policy.grow_after):
        return Decision(Action.UPDATE, case.severity, "grow")
    if case.severity and case.lasts(shrunk, policy.shrink_after) and _would_shrink(case):
        return Decision(Action.UPDATE, case.severity, "shrink")
    return None


def _would_shrink(case: _Case) -> bool:
    """Say whether a new advisory would say less: the advised area is padded, as it would be."""
    was = case.advised.areas[Severity.MODERATE]
    would = recent_mask(case.looks, Severity.MODERATE, case.weights, case.policy)
    if would is None:
        return False
    return _share(would & was, would | was, case.weights) < case.policy.shrink_iou


def _beyond_levels(look: Sighting, advised: Advised) -> bool:
    return any(
        severity in advised.levels and not advised.levels[severity].covers(seen.in_thousands())
        for severity, seen in look.levels.items()
    )


def _share(part: Mask, whole: Mask, weights: Weights) -> float:
    total = mask_steradians(whole, weights)
    return mask_steradians(part, weights) / total if total else 1.0


def _outside(mask: Mask, advised: Mask | None, weights: Weights) -> float:
    if advised is None or not mask.any():
        return 0.0
    return _share(mask & ~advised, mask, weights)


def _within(looks: Sequence[Sighting], memory: timedelta) -> list[Sighting]:
    """Return the looks of the last `memory`, the newest first."""
    return [look for look in reversed(looks) if looks[-1].at - look.at <= memory]


def recent_mask(
    looks: Sequence[Sighting], severity: Severity, weights: Weights, policy: Policy
) -> Mask | None:
    """Return where to warn of `severity`: where it is held, and a little more; None if nowhere.

    First where it was held in the last `memory`, the newest first, then cell by cell all
    around: each as long as the whole stays within the policy's room.
    """
    recent = _within(looks, policy.memory)
    held = [look.held_masks[severity] for look in recent if severity in look.held_masks]
    if not held:
        return None
    area = held[0]
    most_sr = mask_steradians(area, weights) + policy.room_sr
    for mask in held[1:]:
        wider = area | mask
        area = wider if mask_steradians(wider, weights) <= most_sr else area
    for cell in range(policy.pad_cells):
        wider = padded(area)
        area = wider if cell == 0 or mask_steradians(wider, weights) <= most_sr else area
    return area if area.any() else None


def recent_levels(
    looks: Sequence[Sighting], severity: Severity, policy: Policy
) -> Levels | None:
    """Return the flight levels to warn of: all that held `severity` in the last `memory`."""
    found: Levels | None = None
    for look in _within(looks, policy.memory):
        if severity in look.levels:
            found = look.levels[severity].with_also(found)
    return found.in_thousands() if found else None
