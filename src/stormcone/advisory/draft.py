"""Write the draft that a decision asks for: five outlooks, remark, evidence, next time."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from math import isnan

from msgspec import Struct

from stormcone.advisory.advisory import Advisory, Group, Outlook, State, Status
from stormcone.advisory.decide import (
    Action,
    Decision,
    Sighting,
    recent_levels,
    recent_mask,
    taken_in,
)
from stormcone.advisory.policy import Policy
from stormcone.advisory.remarks import remark
from stormcone.advisory.times import forecast_times, next_time
from stormcone.advisory.worded import SEVEREST_FIRST, Worded, worded
from stormcone.effect.effect import Cause, Evidence, Kind, Severity
from stormcone.effect.mask import Mask, row_weights
from stormcone.observation.feed import Provenance
from stormcone.reference.areas import Levels, Region, Side
from stormcone.reference.grid import Grid
from stormcone.reference.utc import floor_minutes

HOUR = timedelta(hours=1)
Masks = Mapping[Severity, Mask]
Heights = Mapping[Severity, Levels]
CHANCE = "probability_mod"
UNCERTAIN = 0.1


class Outlet(Struct, frozen=True, kw_only=True):
    """In whose name the centre writes, from which unit (CCCC), and how much in earnest."""

    centre: str
    unit: str
    status: Status


class Ahead(Struct, frozen=True, eq=False, kw_only=True):
    """What is expected `hours` after the look: where each severity is likely enough.

    `masks` None means that no forecast could be made; a severity of a cause without a map is
    present with an empty mask. `levels` are those of a cause that has a height. `chance` and
    `chance_severe` are the highest probabilities of MODERATE and SEVERE anywhere, the latter
    None where nobody has computed it. `says` is what the fields behind them say.
    """

    hours: float
    masks: Masks | None
    levels: Heights = {}
    chance: float = 0.0
    chance_severe: float | None = None
    says: tuple[str, ...] = ()


def hours_ahead(observed: datetime) -> tuple[float, ...]:
    """Return how many hours after `observed` the four forecast outlooks lie."""
    return tuple((at - observed) / HOUR for at in forecast_times(observed))


class Subject(Struct, frozen=True, kw_only=True):
    """What the draft is about; `side` is the region of a cause that has no map.

    `called` is what the advisory names as its cause where that is more than `cause`.
    """

    kind: Kind
    cause: Cause
    grid: Grid
    side: Side | None = None
    called: str = ""
    policy: Policy = Policy()


class _Said(Struct, frozen=True):
    """One outlook, and how much wider its words are than what they stand for."""

    outlook: Outlook
    evidence: tuple[Evidence, ...] = ()


def draft(
    decision: Decision,
    subject: Subject,
    outlet: Outlet,
    looks: Sequence[Sighting],
    ahead: Sequence[Ahead],
    standing: Sequence[Advisory],
) -> Advisory:
    """Return the advisory, without number and time of issue, that `decision` asks for.

    `ahead` has one entry for each of the four forecast outlooks; `standing` are the last
    advisories of the live threads of this cause, which the draft replaces.
    """
    look = looks[-1]
    now = floor_minutes(look.at, 1)
    observed = look.observed or now
    replaced = taken_in(standing)
    later = (
        _outlook_ahead(subject, slot, at)
        for slot, at in zip(ahead, forecast_times(observed), strict=True)
    )
    said = (_first_outlook(decision, subject, looks, observed, replaced), *later)
    ended = decision.action is Action.END
    return Advisory(
        centre=outlet.centre,
        effects=(subject.kind,),
        replaces=tuple(last.number for last in replaced if last.number),
        outlooks=tuple(one.outlook for one in said),
        remark=remark(
            subject.cause,
            decision.severity,
            update=bool(replaced),
            end=ended,
            patches=_in_patches(decision, subject.policy, ahead),
        ),
        next_by=None if ended else next_time(observed, now),
        status=outlet.status,
        thread=_thread(replaced),
        cause=subject.called or subject.cause,
        evidence=(
            *look.evidence,
            *(evidence for one in said for evidence in one.evidence),
            *_chances(ahead, observed),
        ),
    )


def _in_patches(decision: Decision, policy: Policy, ahead: Sequence[Ahead]) -> bool:
    """Say whether SEVERE is possible in the first forecast slot that only warns of MODERATE."""
    if decision.severity is not Severity.MODERATE or not ahead or ahead[0].masks is None:
        return False
    likely, chance = Severity.SEVERE in ahead[0].masks, ahead[0].chance_severe
    return not likely and chance is not None and chance >= policy.isolated_probability


def _chances(ahead: Sequence[Ahead], observed: datetime) -> Iterator[Evidence]:
    """State how probable MODERATE is at each forecast time, wherever it is most probable."""
    for slot, at in zip(ahead, forecast_times(observed), strict=True):
        known = slot.masks is not None and not isnan(slot.chance)
        yield Evidence(
            name=CHANCE,
            value=round(slot.chance, 3) if known else None,
            threshold=None,
            source="stormcone",
            at=at,
            provenance=Provenance.FORECAST,
        )


def uncertain(advisory: Advisory) -> tuple[Outlook, ...]:
    """Return the outlooks that say "nothing expected" against a chance of 10 % or more."""
    chances = {e.at: e.value for e in advisory.evidence if e.name == CHANCE}
    return tuple(
        outlook
        for outlook in advisory.outlooks[1:]
        if outlook.state is State.NO_SWX_EXP and (chances.get(outlook.at) or 0) >= UNCERTAIN
    )


def _thread(replaced: Sequence[Advisory]) -> str | None:
    """Return the key of the first advisory of the thread that goes on: the first to open."""
    for last in replaced:
        if last.number is not None:
            return last.thread or last.number.key
    return None


def _first_outlook(
    decision: Decision,
    subject: Subject,
    looks: Sequence[Sighting],
    observed: datetime,
    standing: Sequence[Advisory],
) -> _Said:
    """Say what is seen; with nothing to look at, carry the last advice on as a forecast.

    What was there within the hour and is not there now is said as a forecast too.
    """
    if looks[-1].observed is None and standing:
        return _Said(_carried(standing, observed))
    if decision.severity is None:
        return _Said(Outlook(observed=True, at=observed, state=State.NO_SWX_EXP))
    weights, policy = row_weights(subject.grid), subject.policy
    reached = [severity for severity in SEVEREST_FIRST if severity <= decision.severity]
    masks = {
        severity: mask
        for severity in reached
        if (mask := recent_mask(looks, severity, weights, policy)) is not None
    }
    levels = {
        severity: seen
        for severity in reached
        if (seen := recent_levels(looks, severity, policy)) is not None
    }
    said = _groups(subject, masks, levels, decision.severity, observed)
    there = looks[-1].held is not None and not looks[-1].carried
    outlook = Outlook(observed=there, at=observed, state=State.GROUPS, groups=said.groups)
    return _Said(outlook, said.evidence)


def _carried(standing: Sequence[Advisory], at: datetime) -> Outlook:
    """Carry what was last seen on as a forecast, once; a second time nothing is known."""
    seen = [last.outlooks[0] for last in standing if last.outlooks[0].observed]
    groups = tuple(group for outlook in seen for group in outlook.groups)
    nothing = State.NO_SWX_EXP if seen else State.NOT_AVBL
    state = State.GROUPS if groups else nothing
    return Outlook(observed=False, at=at, state=state, groups=groups)


def _outlook_ahead(subject: Subject, slot: Ahead, at: datetime) -> _Said:
    if slot.masks is None:
        return _Said(Outlook(observed=False, at=at, state=State.NOT_AVBL))
    levels = {severity: expected.in_thousands() for severity, expected in slot.levels.items()}
    said = _groups(subject, slot.masks, levels, max(slot.masks, default=None), at)
    state = State.GROUPS if said.groups else State.NO_SWX_EXP
    return _Said(Outlook(observed=False, at=at, state=state, groups=said.groups), said.evidence)


def _groups(
    subject: Subject, masks: Masks, levels: Heights, worst: Severity | None, at: datetime
) -> Worded:
    """Return the words for masks, or for the whole side of a cause that has no map."""
    if subject.side is None:
        return worded(masks, levels, subject.grid, at)
    region = Region(side=subject.side)
    return Worded((Group(severity=worst, region=region),) if worst else ())
