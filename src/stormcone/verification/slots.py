"""The four forecast slots of an advisory: what each side said for them, and what came.

A slot asks whether the effect will be there at its time. Whoever names a region says yes (1),
who expects nothing says no (0), and who has no forecast says one half. The answer is whether
the effect was observed then, by the advisories that were really issued; after the recording
ends nobody knows.
"""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, timedelta

from msgspec import Struct

from stormcone.advisory.advisory import Advisory, Outlook, State
from stormcone.advisory.causes import family
from stormcone.advisory.threads import ends, fold
from stormcone.effect.effect import Kind
from stormcone.verification.probability import brier
from stormcone.verification.trade_off import observed

SAID = {State.GROUPS: 1.0, State.NO_SWX_EXP: 0.0, State.NOT_AVBL: 0.5}
NEAR = timedelta(hours=3)
"""Half of the step between two slots: what is said for a time answers for that long around."""
Subject = tuple[Kind, str]


class Slot(Struct, frozen=True, kw_only=True):
    """One slot: what it said, what persistence and the other side said for the same time.

    `came` is None where the recording does not reach.
    """

    subject: Subject
    issued: datetime
    valid: datetime
    said: State
    persistence: State
    other: State
    came: bool | None


class SlotScore(Struct, frozen=True, kw_only=True):
    """Slots of one kind by what they said, and Brier scores of them and of the other answers.

    The scores rest on the slots whose truth is known; None if there is none.
    """

    what: str
    slots: int
    regions: int
    nothing_expected: int
    not_available: int
    known: int
    events: int
    said: float | None
    persistence: float | None
    other: float | None


def slots(
    asking: Sequence[Advisory],
    other: Sequence[Advisory],
    real: Sequence[Advisory],
    until: datetime,
) -> tuple[Slot, ...]:
    """Return the slots of `asking`, with what the `other` side had said when they were issued.

    Silence says "nothing expected", as it does to a pilot. The truth is what the `real`
    advisories observed until the recording ends, at `until`.
    """
    return tuple(
        slot
        for subject, issued in _by_subject(asking).items()
        for slot in _slots(subject, issued, _by_subject(other).get(subject, []), real, until)
    )


def _by_subject(advisories: Iterable[Advisory]) -> dict[Subject, list[Advisory]]:
    """Return advisories by effect and family of causes, which their thread knows best."""
    every = list(advisories)
    causes = {key: one.cause for one in fold(every).threads.values() for key in one.keys}
    found: dict[Subject, list[Advisory]] = {}
    for one in every:
        if one.number is not None:
            subject = one.effects[0], family(causes[one.number.key])
            found.setdefault(subject, []).append(one)
    return found


def _slots(
    subject: Subject,
    issued: Iterable[Advisory],
    others: Sequence[Advisory],
    real: Sequence[Advisory],
    until: datetime,
) -> Iterator[Slot]:
    truth = observed(_by_subject(real).get(subject, []), until)
    for one in issued:
        if one.issued is None or one.issued > until:
            continue
        stood = standing(others, one.issued)
        for outlook in one.outlooks[1:]:
            at = outlook.at
            came = any(true.start <= at < true.end for true in truth)
            yield Slot(
                subject=subject,
                issued=one.issued,
                valid=at,
                said=outlook.state,
                persistence=one.outlooks[0].state,
                other=answer(stood, at),
                came=came if at < until else None,
            )


def standing(advisories: Iterable[Advisory], at: datetime) -> tuple[Advisory, ...]:
    """Return those that were issued by `at`, not replaced by then, and no end."""
    issued = [one for one in advisories if one.issued and one.issued <= at]
    replaced = {number for one in issued for number in one.replaces}
    return tuple(one for one in issued if one.number not in replaced and not ends(one))


def answer(advisories: Iterable[Advisory], valid: datetime) -> State:
    """Return the most that advisories say for a time; nothing is expected if none speaks."""
    near = [found for one in advisories if (found := _nearest(one.outlooks, valid))]
    return max((one.state for one in near), key=lambda s: SAID[s], default=State.NO_SWX_EXP)


def _nearest(outlooks: Sequence[Outlook], valid: datetime) -> Outlook | None:
    best = min(outlooks, key=lambda one: abs(one.at - valid))
    return best if abs(best.at - valid) <= NEAR else None


def score(found: Sequence[Slot]) -> tuple[SlotScore, ...]:
    """Return the scores of each effect and family of causes, and of all together at the end."""
    subjects = dict.fromkeys(one.subject for one in found)
    rows = [
        _score(" ".join(subject), [one for one in found if one.subject == subject])
        for subject in subjects
    ]
    return (*rows, _score("all", found))


def _score(what: str, found: Sequence[Slot]) -> SlotScore:
    states = [one.said for one in found]
    known = [one for one in found if one.came is not None]
    came = [float(bool(one.came)) for one in known]

    def scored(said: Iterable[State]) -> float | None:
        return brier([SAID[state] for state in said], came) if came else None

    return SlotScore(
        what=what,
        slots=len(found),
        regions=states.count(State.GROUPS),
        nothing_expected=states.count(State.NO_SWX_EXP),
        not_available=states.count(State.NOT_AVBL),
        known=len(known),
        events=int(sum(came)),
        said=scored(one.said for one in known),
        persistence=scored(one.persistence for one in known),
        other=scored(one.other for one in known),
    )
