"""Our advisories beside the really issued ones: milestones, threads, areas and minutes.

Threads belong together if they are of one effect, of one family of causes, and overlap in
time; nothing is forced together. What the others observed counts as the truth.
"""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime

from msgspec import Struct

from stormcone.advisory.advisory import Advisory
from stormcone.advisory.causes import cause_of, family
from stormcone.advisory.threads import Thread, ends, fold
from stormcone.effect.effect import Cause, Kind, Severity
from stormcone.verification.timeliness import MINUTE, Span, minutes, missed_minutes, outside
from stormcone.verification.trade_off import Stretch, advised, observed, overlap

# The flare's opening advisory (2026/14) was issued before the recorded file begins.
MILESTONES = (
    (Kind.HF_COM, Cause.FLARE, Severity.MODERATE),
    (Kind.HF_COM, Cause.FLARE, None),
    (Kind.HF_COM, Cause.PCA, Severity.MODERATE),
    (Kind.HF_COM, Cause.PCA, Severity.SEVERE),
)
REACHED = (Severity.MODERATE, Severity.SEVERE, None)


class Comparison(Struct, frozen=True, kw_only=True):
    """One milestone: when each side observed it and when it said so; None is never."""

    what: str
    ours: datetime | None
    real: datetime | None
    ours_issued: datetime | None = None
    real_issued: datetime | None = None

    @property
    def minutes(self) -> float | None:
        """Minutes by which our observation is later; None unless both are known."""
        return _minutes(self.real, self.ours)

    @property
    def lead(self) -> float | None:
        """Minutes by which our issue is earlier; None unless both are known."""
        return _minutes(self.ours_issued, self.real_issued)


class Course(Struct, frozen=True, kw_only=True):
    """A thread as it went: its advisories that are known, from first observation to its end."""

    key: str
    effect: Kind
    cause: str
    advisories: tuple[Advisory, ...]
    begin: datetime
    end: datetime


_Sided = tuple[Course, bool]  # a course, and whether it is ours


class Match(Struct, frozen=True, kw_only=True):
    """Threads of both sides that tell of the same; one side may be empty.

    `overlap` is the share of the area that both sides warned of, of all that either did, while
    both warned; None if they never did. Minutes are counted until the recording ends; what is
    ours alone is not known (None) where the others' opening was not recorded.
    """

    what: str
    ours: tuple[Course, ...]
    real: tuple[Course, ...]
    milestones: tuple[Comparison, ...]
    overlap: float | None
    observed_minutes: float
    missed_minutes: float
    extra_minutes: float | None


def compare(ours: Sequence[Advisory], real: Sequence[Advisory]) -> tuple[Comparison, ...]:
    """Return each milestone of MILESTONES that either side reached, in that order."""
    rows: list[Comparison] = []
    for kind, cause, severity in MILESTONES:
        mine, theirs = (
            [one for one in side if kind in one.effects and cause == cause_of(one)]
            for side in (ours, real)
        )
        rows += milestones(f"{kind} {cause}", mine, theirs, (severity,))
    return tuple(rows)


def milestones(
    what: str,
    ours: Sequence[Advisory],
    real: Sequence[Advisory],
    reached: Sequence[Severity | None] = REACHED,
) -> Iterator[Comparison]:
    """Yield the first MODERATE, SEVERE and END (None) of two lists, if either side has one."""
    for severity in reached:
        mine, theirs = (_first(side, severity) for side in (ours, real))
        if mine or theirs:
            yield Comparison(
                what=f"{what} {severity or 'END'}",
                ours=mine.outlooks[0].at if mine else None,
                real=theirs.outlooks[0].at if theirs else None,
                ours_issued=mine.issued if mine else None,
                real_issued=theirs.issued if theirs else None,
            )


def _first(advisories: Iterable[Advisory], severity: Severity | None) -> Advisory | None:
    """Return the earliest observed of `severity`, or the earliest end when it is None."""
    found = (one for one in advisories if (one.severity is severity if severity else ends(one)))
    return min(found, key=lambda one: one.outlooks[0].at, default=None)


def courses(advisories: Sequence[Advisory], until: datetime) -> tuple[Course, ...]:
    """Return the threads of issued advisories; one that was not ended lasts to `until`."""
    issued = {one.number.key: one for one in advisories if one.number}
    threads = fold(advisories).threads.values()
    return tuple(
        _course(one, [issued[k] for k in one.keys if k in issued], until) for one in threads
    )


def _course(thread: Thread, known: Sequence[Advisory], until: datetime) -> Course:
    times = [one.outlooks[0].at for one in known]
    return Course(
        key=thread.key,
        effect=thread.effect,
        cause=thread.cause,
        advisories=tuple(known),
        begin=min(times),
        end=max(times) if thread.ended else max(until, *times),
    )


def match(
    ours: Sequence[Advisory], real: Sequence[Advisory], until: datetime
) -> tuple[Match, ...]:
    """Return the threads of both sides that belong together, oldest first.

    `until` is when the recording of the real ones ends; ours of later do not count.
    """
    mine = courses([one for one in ours if one.issued and one.issued <= until], until)
    sides = [*((one, True) for one in mine), *((one, False) for one in courses(real, until))]
    groups: list[list[_Sided]] = []
    for one in sorted(sides, key=lambda sided: sided[0].begin):
        groups = _joined(groups, one)
    return tuple(_match(group, until) for group in groups)


def _joined(groups: list[list[_Sided]], one: _Sided) -> list[list[_Sided]]:
    """Return the groups with one more course, which may make several of them one."""
    near = [group for group in groups if any(_together(one[0], other) for other, _ in group)]
    apart = [group for group in groups if group not in near]
    return [*apart, [*(sided for group in near for sided in group), one]]


def _together(a: Course, b: Course) -> bool:
    alike = a.effect is b.effect and family(a.cause) == family(b.cause)
    return alike and a.begin <= b.end and b.begin <= a.end


def _match(group: Sequence[_Sided], until: datetime) -> Match:
    ours, real = (tuple(one for one, own in group if own is side) for side in (True, False))
    mine, others = (tuple(a for one in side for a in one.advisories) for side in (ours, real))
    said, true = advised(mine, until), observed(others, until)
    theirs = advised(others, until)
    whole = all(any(a.number and a.number.key == one.key for a in others) for one in real)
    causes = dict.fromkeys(c for one in (*real, *ours) for c in one.cause.split("+"))
    what = f"{group[0][0].effect} {'/'.join(causes)}"
    return Match(
        what=what,
        ours=ours,
        real=real,
        milestones=tuple(milestones(what, mine, others)),
        overlap=overlap(said, theirs, Severity.MODERATE),
        observed_minutes=minutes(spans(true)),
        missed_minutes=missed_minutes(spans(true), spans(said)),
        extra_minutes=minutes(outside(spans(said), spans((*true, *theirs)))) if whole else None,
    )


def spans(stretches: Iterable[Stretch]) -> tuple[Span, ...]:
    """Return when anything held, without where."""
    return tuple((one.start, one.end) for one in stretches)


def _minutes(start: datetime | None, end: datetime | None) -> float | None:
    return None if start is None or end is None else (end - start) / MINUTE
