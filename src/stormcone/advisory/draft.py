"""Write the draft that a decision asks for: five outlooks, remark, evidence, next time."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from math import isnan

import numpy as np
from msgspec import Struct, structs
from numpy.typing import NDArray

from stormcone.advisory.advisory import Advisory, Group, Outlook, State, Status
from stormcone.advisory.decide import Action, Decision, Sighting, recent_mask
from stormcone.advisory.remarks import remark
from stormcone.advisory.times import forecast_times, next_time
from stormcone.effect.areas import MOST_CHARACTERS, MOST_GROUPS, outline, simplify
from stormcone.effect.effect import Cause, Evidence, Kind, Severity
from stormcone.observation.feed import Provenance
from stormcone.reference.areas import Region, Side
from stormcone.reference.grid import Grid
from stormcone.reference.utc import floor_minutes

HOUR = timedelta(hours=1)
CHANCE = "probability_mod"
UNCERTAIN = 0.1
SEVEREST_FIRST = (Severity.SEVERE, Severity.MODERATE)


class Outlet(Struct, frozen=True, kw_only=True):
    """In whose name the centre writes, from which unit (CCCC), and how much in earnest."""

    centre: str
    unit: str
    status: Status


class Ahead(Struct, frozen=True, eq=False, kw_only=True):
    """What is expected `hours` after the look: where each severity is likely enough.

    `masks` None means that no forecast could be made; a severity of a cause without a map is
    present with an empty mask. `chance` is the highest probability of MODERATE anywhere.
    """

    hours: float
    masks: Mapping[Severity, NDArray[np.bool_]] | None
    chance: float = 0.0


def hours_ahead(observed: datetime) -> tuple[float, ...]:
    """Return how many hours after `observed` the four forecast outlooks lie."""
    return tuple((at - observed) / HOUR for at in forecast_times(observed))


class Subject(Struct, frozen=True, kw_only=True):
    """What the draft is about; `side` is the region of a cause that has no map."""

    kind: Kind
    cause: Cause
    grid: Grid
    side: Side | None = None


def draft(
    decision: Decision,
    subject: Subject,
    outlet: Outlet,
    looks: Sequence[Sighting],
    ahead: Sequence[Ahead],
    last: Advisory | None,
) -> Advisory:
    """Return the advisory, without number and time of issue, that `decision` asks for.

    `ahead` has one entry for each of the four forecast outlooks; `last` is the advisory that
    stands for this thread, which the draft replaces.
    """
    look = looks[-1]
    now = floor_minutes(look.at, 1)
    observed = look.observed or now
    first, over = _first_outlook(decision, subject, looks, observed, last)
    later = tuple(
        _outlook_ahead(subject, slot, at)
        for slot, at in zip(ahead, forecast_times(observed), strict=True)
    )
    ended = decision.action is Action.END
    return Advisory(
        centre=outlet.centre,
        effects=(subject.kind,),
        replaces=(last.number,) if last and last.number else (),
        outlooks=(first, *later),
        remark=remark(subject.cause, decision.severity, update=last is not None, end=ended),
        next_by=None if ended else next_time(observed, now),
        status=outlet.status,
        thread=_thread(last),
        cause=subject.cause,
        evidence=(*look.evidence, *over, *_chances(ahead, observed)),
    )


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


def _thread(last: Advisory | None) -> str | None:
    """Return the key of the first advisory of the thread that `last` belongs to."""
    if last is None or last.number is None:
        return None
    return last.thread or last.number.key


def _first_outlook(
    decision: Decision,
    subject: Subject,
    looks: Sequence[Sighting],
    observed: datetime,
    last: Advisory | None,
) -> tuple[Outlook, tuple[Evidence, ...]]:
    """Say what is seen; with nothing to look at, carry the last advice on as a forecast."""
    if looks[-1].observed is None and last is not None:
        return _carried(last.outlooks[0], observed), ()
    if decision.severity is None:
        return Outlook(observed=True, at=observed, state=State.NO_SWX_EXP), ()
    masks = {
        severity: mask
        for severity in SEVEREST_FIRST
        if severity <= decision.severity
        and (mask := recent_mask(looks, severity, HOUR)) is not None
    }
    groups, over = _groups(subject, masks or {decision.severity: None}, observed)
    outlook = Outlook(observed=True, at=observed, state=State.GROUPS, groups=groups)
    return outlook, over


def _carried(before: Outlook, at: datetime) -> Outlook:
    """Carry what was last seen on as a forecast, once; a second time nothing is known."""
    if before.observed:
        return structs.replace(before, observed=False, at=at)
    return Outlook(observed=False, at=at, state=State.NOT_AVBL)


def _outlook_ahead(subject: Subject, slot: Ahead, at: datetime) -> Outlook:
    if slot.masks is None:
        return Outlook(observed=False, at=at, state=State.NOT_AVBL)
    groups, _ = _groups(subject, slot.masks, at)
    state = State.GROUPS if groups else State.NO_SWX_EXP
    return Outlook(observed=False, at=at, state=state, groups=groups)


def _groups(
    subject: Subject, masks: Mapping[Severity, NDArray[np.bool_] | None], at: datetime
) -> tuple[tuple[Group, ...], tuple[Evidence, ...]]:
    """Turn masks into ICAO's words, the severest first; say how much wider the words are."""
    if subject.side is not None:
        worst = max(masks, default=None)
        region = Region(side=subject.side)
        return ((Group(severity=worst, region=region),) if worst else ()), ()
    groups: list[Group] = []
    evidence: list[Evidence] = []
    for severity in SEVEREST_FIRST:
        mask = masks.get(severity)
        if mask is None or not mask.any():
            continue
        share = len(masks)
        words = simplify(
            outline(mask, subject.grid),
            groups=max(MOST_GROUPS // share, 1),
            characters=MOST_CHARACTERS // share,
        )
        said = {_words(group.region) for group in groups}
        new = (region for region in words.parts if _words(region) not in said)
        groups.extend(Group(severity=severity, region=region) for region in new)
        evidence.append(_over_forecast(severity, words.over_forecast, at))
    return tuple(groups), tuple(evidence)


def _words(region: Region) -> Region:
    """Return what the bulletin says of a region, without the exact area behind it."""
    return structs.replace(region, exact=None)


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
