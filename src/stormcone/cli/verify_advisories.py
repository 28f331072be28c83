"""Our advisories beside the really issued ones, as tables."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime

from stormcone.advisory.advisory import Advisory
from stormcone.bulletin import tac_amd82
from stormcone.cli.verify_tables import Row, Table
from stormcone.effect.effect import Cause
from stormcone.observation.feed import Observation, Provenance
from stormcone.observation.scenario import Absent, Scenario
from stormcone.verification.advisories import Match, match
from stormcone.verification.crossings import Crossing, crossings
from stormcone.verification.slots import SlotScore, score, slots
from stormcone.verification.timeliness import advisories_per_day, delays

MEASURED = (Provenance.OBSERVED, Provenance.RECONSTRUCTED)
RESTS_ON: Mapping[str, str] = {
    Cause.MUF: "foF2",
    Cause.SCINTILLATION: "scintillation",
    Cause.TEC: "total electron content",
    Cause.DOSE: "neutron monitors",
}
"""What an effect is observed by, in the words in which a scenario says what it lacks."""


def of_advisories(
    loaded: Scenario, ours: Sequence[Advisory], start: datetime, end: datetime
) -> Iterator[Table]:
    """Yield the tables of a scenario that was replayed from `start` to `end`.

    All but our own days end with the last of the really issued advisories: after it nobody
    knows what was observed.
    """
    body = loaded.real_advisories
    every = tac_amd82.read(body).advisories if body else ()
    real, ours = (
        [one for one in side if one.issued and start <= one.issued <= end]
        for side in (every, ours)
    )
    times = [one.issued for one in real if one.issued]
    first, until = min(times, default=start), max(times, default=end)
    matches = match(ours, real, until)
    yield "When each side saw and said it", milestones(matches)
    yield "What each side said of the same", threads(matches, loaded.absent)
    measured = crossings(_readings(loaded), ours, until)
    yield "Thresholds that were measured, and our advisories", crossed(measured)
    theirs, own = score(slots(real, ours, real, until)), score(slots(ours, real, real, until))
    yield "The forecast slots of the real advisories", answered(theirs, "theirs", "ours")
    yield "The forecast slots of our advisories", answered(own, "ours", "theirs")
    yield "How often and how fast", pace({"theirs": real, "ours": ours}, first, until)
    yield "Not observable in this recording", lacking(loaded.absent)


def _readings(loaded: Scenario) -> Mapping[str, Sequence[Observation]]:
    """Return what was measured in a scenario, by quantity, oldest first."""
    found: dict[str, list[Observation]] = {}
    for one in sorted((dated.observation for dated in loaded.observations), key=lambda o: o.at):
        if one.provenance in MEASURED:
            found.setdefault(one.quantity, []).append(one)
    return found


def milestones(matches: Iterable[Match]) -> Iterator[Row]:
    """Yield the times of both sides for each severity of each thread, and their differences."""
    for one in matches:
        for reached in one.milestones:
            yield {
                "": reached.what,
                "theirs observed": reached.real,
                "ours observed": reached.ours,
                "ours later, min": _whole(reached.minutes),
                "theirs issued": reached.real_issued,
                "ours issued": reached.ours_issued,
                "ours earlier, min": _whole(reached.lead),
            }


def threads(matches: Iterable[Match], absent: Sequence[Absent]) -> Iterator[Row]:
    """Yield what each side said of the same, how alike it was, and why we said nothing."""
    for one in matches:
        yield {
            "": one.what,
            "their first number": min((str(course.key) for course in one.real), default=None),
            "their advisories": sum(len(course.advisories) for course in one.real),
            "ours": sum(len(course.advisories) for course in one.ours),
            "area overlap": None if one.overlap is None else round(one.overlap, 2),
            "observed by them, min": _whole(one.observed_minutes),
            "missed by us, min": _whole(one.missed_minutes),
            "ours alone, min": _whole(one.extra_minutes),
            "why": _why(one, absent),
        }


def _why(found: Match, absent: Sequence[Absent]) -> str:
    if found.ours:
        return ""
    wanted = RESTS_ON.get(found.real[0].cause)
    lacks = [one.what for one in absent if wanted and wanted in one.what]
    return f"not in the recording: {lacks[0]}" if lacks else "missed"


def answered(scores: Iterable[SlotScore], asking: str, other: str) -> Iterator[Row]:
    """Yield what the forecast slots of one side said, and the Brier scores of both sides."""
    for one in scores:
        yield {
            "": one.what,
            "slots": one.slots,
            "regions": one.regions,
            "nothing expected": one.nothing_expected,
            "not available": one.not_available,
            "truth known": one.known,
            "came": one.events,
            f"Brier {asking}": _thousandths(one.said),
            "Brier persistence": _thousandths(one.persistence),
            f"Brier {other}": _thousandths(one.other),
        }


def crossed(found: Iterable[Crossing]) -> Iterator[Row]:
    """Yield what each measured threshold came to."""
    for one in found:
        yield {
            "": f"{one.what} {one.severity}",
            "measured": one.quantity,
            "crossed": one.crossed,
            "above, min": _whole(one.minutes),
            "first advisory earlier, min": _whole(one.lead),
            "unsaid, min": _whole(one.missed_minutes),
        }


def pace(
    sides: Mapping[str, Sequence[Advisory]], start: datetime, until: datetime
) -> Iterator[Row]:
    """Yield for each side how often it spoke, and how long after observing.

    Nothing of a single moment: there is no day to count by.
    """
    for name, side in sides.items() if start < until else ():
        some = [one for one in side if one.issued and start <= one.issued <= until]
        found = delays(some)
        yield {
            "": name,
            "advisories": len(some),
            "a day": round(advisories_per_day(some, start, until), 1),
            "least delay, min": found.least if found else None,
            "median, min": found.median if found else None,
            "most, min": found.most if found else None,
        }


def lacking(absent: Iterable[Absent]) -> Iterator[Row]:
    """Yield what a recording does not hold, and why."""
    for one in absent:
        yield {"": one.what, "why": one.reason}


def _whole(value: float | None) -> int | None:
    return None if value is None else round(value)


def _thousandths(value: float | None) -> float | None:
    return None if value is None else round(value, 3)
