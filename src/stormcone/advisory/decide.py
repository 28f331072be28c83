"""When to issue, update and end an advisory: a pure rule over the looks of the last hours.

A `Sighting` is one look at one cause. `decide` reads the looks of the last `WINDOW` and the
thread's last advisory, and nothing else: after a restart the same looks give the same decision.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from enum import StrEnum

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

from stormcone.advisory.advisory import Advisory
from stormcone.effect.effect import Evidence, Severity
from stormcone.effect.mask import padded

WINDOW = timedelta(hours=2)


class Sighting(Struct, frozen=True, eq=False, kw_only=True):
    """One look at one cause, at `at`, resting on an observation of `observed`.

    `exceeded` and `held` are the highest severities at the thresholds and at 0.9 of them. The
    masks (rows, columns) of a grid say where; causes without a map have none. `observed` None
    means that there was nothing usable to look at, which is neither above nor below.
    """

    at: datetime
    observed: datetime | None
    exceeded: Severity | None = None
    held: Severity | None = None
    exceeded_masks: Mapping[Severity, NDArray[np.bool_]] = {}
    held_masks: Mapping[Severity, NDArray[np.bool_]] = {}
    evidence: tuple[Evidence, ...] = ()


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


class Advised(Struct, frozen=True, eq=False, kw_only=True):
    """Where an advisory warns, as masks: in its words, and in the areas behind the words."""

    words: Mapping[Severity, NDArray[np.bool_]] = {}
    areas: Mapping[Severity, NDArray[np.bool_]] = {}


class Policy(Struct, frozen=True, kw_only=True):
    """How long something must last before the centre speaks (advisories.md 5.2)."""

    open_after: timedelta = timedelta(minutes=10)
    raise_after: timedelta = timedelta(minutes=5)
    lower_after: timedelta = timedelta(minutes=60)
    grow_after: timedelta = timedelta(minutes=10)
    grow_share: float = 0.10
    shrink_after: timedelta = timedelta(minutes=60)
    shrink_iou: float = 0.5
    dwell: timedelta = timedelta(minutes=30)
    end_after: timedelta = timedelta(minutes=90)
    deadline: timedelta = timedelta(minutes=30)
    leave: float = 0.9
    forecast_probability: float = 0.3


AT_ONCE = Policy(open_after=timedelta(0), raise_after=timedelta(0))
"""One-minute data of a flare: no waiting to open or to raise."""


def lasted(looks: Sequence[Sighting], holds: Callable[[Sighting], bool]) -> timedelta | None:
    """Return how long `holds` has been true without a break, or None if it is not true now.

    Measured from observation to observation: looking again at an old one makes nothing last.
    """
    first: Sighting | None = None
    for look in reversed(looks):
        if not holds(look):
            break
        first = look
    return None if first is None else _seen(looks[-1]) - _seen(first)


def _seen(look: Sighting) -> datetime:
    return look.observed or look.at


def decide(
    looks: Sequence[Sighting],
    last: Advisory | None,
    advised: Advised,
    weights: NDArray[np.float64],
    policy: Policy,
) -> Decision | None:
    """Return what the looks (oldest first) demand of the thread whose `last` advisory stands.

    Parameters
    ----------
    looks
        The sightings of the last `WINDOW`, the newest being the present.
    last
        The live thread's last advisory; None when no thread of this cause is live.
    advised
        Where `last` warns, on the grid of the sightings.
    weights
        The share of the sphere of each row of that grid, shape (rows,).
    """
    if not looks:
        return None
    if last is None:
        return _open(looks, policy)
    return (
        _raise(looks, last, policy)
        or _deadline(looks, last, policy)
        or _after_the_dwell(looks, last, advised, weights, policy)
    )


def stated(look: Sighting, last: Advisory | None) -> Severity | None:
    """Return the severity to state: what is exceeded, or held where it was stated before."""
    before = last.severity if last else None
    kept = min(look.held, before) if look.held and before else None
    return max((s for s in (look.exceeded, kept) if s), default=None)


def _reaches(severity: Severity) -> Callable[[Sighting], bool]:
    return lambda look: look.exceeded is not None and look.exceeded >= severity


def _left(severity: Severity) -> Callable[[Sighting], bool]:
    return lambda look: (
        look.observed is not None and (look.held is None or look.held < severity)
    )


def _enough(span: timedelta | None, needed: timedelta) -> bool:
    return span is not None and span >= needed


def _open(looks: Sequence[Sighting], policy: Policy) -> Decision | None:
    if not _enough(lasted(looks, _reaches(Severity.MODERATE)), policy.open_after):
        return None
    return Decision(Action.ISSUE, looks[-1].exceeded, "threshold")


def _raise(looks: Sequence[Sighting], last: Advisory, policy: Policy) -> Decision | None:
    """Say SEV as soon as it has lasted; also MOD again after an update that saw nothing."""
    now = looks[-1].exceeded
    if now is None or (last.severity is not None and last.severity >= now):
        return None
    if not _enough(lasted(looks, _reaches(now)), policy.raise_after):
        return None
    return Decision(Action.UPDATE, now, "raise")


def _deadline(looks: Sequence[Sighting], last: Advisory, policy: Policy) -> Decision | None:
    """Draft the successor in time; with nothing left to warn of, the end."""
    look = looks[-1]
    if last.next_by is None or look.at < last.next_by - policy.deadline:
        return None
    if look.observed is not None and look.held is None:
        return Decision(Action.END, None, "deadline")
    return Decision(Action.UPDATE, stated(look, last), "deadline")


def _after_the_dwell(
    looks: Sequence[Sighting],
    last: Advisory,
    advised: Advised,
    weights: NDArray[np.float64],
    policy: Policy,
) -> Decision | None:
    look = looks[-1]
    if last.issued is None or look.at - last.issued < policy.dwell:
        return None
    if _enough(lasted(looks, _left(Severity.MODERATE)), policy.end_after):
        return Decision(Action.END, None, "end")
    if last.severity is Severity.SEVERE and _enough(
        lasted(looks, _left(Severity.SEVERE)), policy.lower_after
    ):
        return Decision(Action.UPDATE, look.held, "lower")
    return _moved(looks, last, advised, weights, policy)


def _moved(
    looks: Sequence[Sighting],
    last: Advisory,
    advised: Advised,
    weights: NDArray[np.float64],
    policy: Policy,
) -> Decision | None:
    """Follow an area that grows out of the advised one, or shrinks far inside it."""

    def outside(look: Sighting) -> bool:
        return any(
            _outside(mask, advised.words.get(severity), weights) > policy.grow_share
            for severity, mask in look.exceeded_masks.items()
        )

    def shrunk(look: Sighting) -> bool:
        held = look.held_masks.get(Severity.MODERATE)
        was = advised.areas.get(Severity.MODERATE)
        if held is None or was is None:
            return False
        return _share(held & was, held | was, weights) < policy.shrink_iou

    severity = stated(looks[-1], last)
    if _enough(lasted(looks, outside), policy.grow_after):
        return Decision(Action.UPDATE, severity, "grow")
    if severity and _enough(lasted(looks, shrunk), policy.shrink_after):
        return Decision(Action.UPDATE, severity, "shrink")
    return None


def _share(
    part: NDArray[np.bool_], whole: NDArray[np.bool_], weights: NDArray[np.float64]
) -> float:
    total = float(weights @ whole.sum(axis=1))
    return float(weights @ part.sum(axis=1)) / total if total else 1.0


def _outside(
    mask: NDArray[np.bool_],
    advised: NDArray[np.bool_] | None,
    weights: NDArray[np.float64],
) -> float:
    if advised is None or not mask.any():
        return 0.0
    return _share(mask & ~advised, mask, weights)


def recent_mask(
    looks: Sequence[Sighting], severity: Severity, span: timedelta
) -> NDArray[np.bool_] | None:
    """Return where `severity` was held in the last `span`, padded by one cell; None if nowhere.

    A mask has rows from pole to pole and columns that wrap around the globe.
    """
    newest = looks[-1].at
    masks = [
        look.held_masks[severity]
        for look in looks
        if severity in look.held_masks and newest - look.at <= span
    ]
    if not masks:
        return None
    union = padded(np.logical_or.reduce(masks))
    return union if union.any() else None
