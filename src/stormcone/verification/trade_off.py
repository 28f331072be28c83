"""What a policy would have said of a known truth: how often, how much of it, how much too wide.

The truth is a list of stretches; the policy sees it minute by minute, and what it drafts takes
effect when it has been signed. Areas are those of the words, exact on the sphere.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from itertools import pairwise

import numpy as np
from msgspec import Struct
from msgspec.structs import replace

from stormcone.advisory.advised import Advised, advised_by, levels_of
from stormcone.advisory.advisory import Advisory, Number, Status
from stormcone.advisory.conditions import affected
from stormcone.advisory.decide import WINDOW, Sighting, decide
from stormcone.advisory.draft import Ahead, Outlet, Subject, draft, hours_ahead
from stormcone.advisory.threads import ends
from stormcone.effect.effect import Severity
from stormcone.effect.mask import Mask, mask_of, row_weights
from stormcone.reference.areas import Area, Levels, intersection, steradians, union
from stormcone.reference.grid import Grid

MINUTE = timedelta(minutes=1)
OUTLET = Outlet(centre="REPLAY", unit="ZZZZ", status=Status.EXERCISE)


def whole_degrees() -> Grid:
    """Return cells of one degree between whole degrees: a published region is its cells.

    Examples
    --------
    >>> grid = whole_degrees()
    >>> float(grid.lat_deg[0]), float(grid.lon_deg[0]), grid.shape
    (89.5, -179.5, (180, 360))
    """
    return Grid(lat_deg=np.arange(89.5, -90, -1), lon_deg=np.arange(-179.5, 180))


class Stretch(Struct, frozen=True, kw_only=True):
    """Where, and at which flight levels, each severity or a worse one holds until `end`."""

    start: datetime
    end: datetime
    areas: Mapping[Severity, Area]
    levels: Mapping[Severity, Levels] = {}


class Score(Struct, frozen=True, kw_only=True):
    """How often a centre spoke, and how well, in shares of the true area-minutes.

    `coverage` is the share that was advised, `over_forecast` all that was advised. `warnings`
    are the advisories but the ends; `severe_coverage` asks that SEVERE was said to be SEVERE.
    """

    advisories: int
    warnings: int
    coverage: float
    over_forecast: float
    severe_coverage: float


def observed(advisories: Sequence[Advisory], until: datetime) -> tuple[Stretch, ...]:
    """Return what issued advisories observed: each until the next observation of its thread."""
    return tuple(_stretches(advisories, until, lambda one: one.outlooks[0].at))


def advised(advisories: Sequence[Advisory], until: datetime) -> tuple[Stretch, ...]:
    """Return what issued advisories warned of: each until the next issue of its thread."""
    return tuple(_stretches(advisories, until, lambda one: one.issued or until))


def _stretches(
    advisories: Sequence[Advisory], until: datetime, begins: Callable[[Advisory], datetime]
) -> Iterator[Stretch]:
    following = {number: one for one in advisories for number in one.replaces}
    for one in advisories:
        after = following.get(one.number) if one.number else None
        start, end = begins(one), until if after is None else min(begins(after), until)
        first = one.outlooks[0]
        areas = {s: area for s in Severity if (area := affected(first, s, first.at)).parts}
        if areas and start < end:
            levels = levels_of(first.groups)
            yield Stretch(start=start, end=end, areas=areas, levels=levels)


def replay(
    truth: Sequence[Stretch], subject: Subject, *, until: datetime, signing: timedelta
) -> tuple[Advisory, ...]:
    """Return the advisories that the policy of `subject` issues over `truth`.

    It sees the truth each minute, without a forecast; each draft waits `signing` for its two
    signatures, and nothing else is drafted meanwhile.
    """
    seen = [_Seen(one, _masks(one, subject.grid)) for one in truth]
    weights = row_weights(subject.grid)
    issued: list[Advisory] = []
    standing: tuple[Advisory, ...] = ()
    where = Advised()
    looks: list[Sighting] = []
    start = min((one.start for one in truth), default=until)
    signed = start
    for now in (start + n * MINUTE for n in range((until - start) // MINUTE)):
        looks = [look for look in looks if now - look.at <= WINDOW] + [_look(seen, now)]
        decision = decide(looks, standing, where, weights, subject.policy)
        if decision is None or now < signed:
            continue
        made = draft(decision, subject, OUTLET, looks, _unknown(now), standing)
        number = Number(now.year, subject.kind, len(issued) + 1)
        signed = now + signing
        issued.append(replace(made, number=number, issued=signed))
        standing = tuple(one for one in issued[-1:] if not ends(one))
        where = advised_by(standing, subject.grid)
    return tuple(one for one in issued if one.issued and one.issued < until)


class _Seen(Struct, frozen=True, eq=False):
    """A stretch of truth as a desk sees it."""

    stretch: Stretch
    masks: Mapping[Severity, Mask]


def _masks(stretch: Stretch, grid: Grid) -> dict[Severity, Mask]:
    return {severity: mask_of(area, grid) for severity, area in stretch.areas.items()}


def _look(seen: Sequence[_Seen], now: datetime) -> Sighting:
    """Return what holds now; nothing lies between a threshold and 0.9 of it."""
    masks: dict[Severity, Mask] = {}
    levels: dict[Severity, Levels] = {}
    for one in seen:
        if one.stretch.start <= now < one.stretch.end:
            for severity, mask in one.masks.items():
                masks[severity] = masks[severity] | mask if severity in masks else mask
            for severity, held in one.stretch.levels.items():
                levels[severity] = held.with_also(levels.get(severity))
    worst = max(masks, default=None)
    return Sighting(
        at=now,
        observed=now,
        exceeded=worst,
        held=worst,
        exceeded_masks=masks,
        held_masks=masks,
        levels=levels,
    )


def _unknown(now: datetime) -> tuple[Ahead, ...]:
    return tuple(Ahead(hours=hours, masks=None) for hours in hours_ahead(now))


def score(truth: Sequence[Stretch], advisories: Sequence[Advisory], until: datetime) -> Score:
    """Return how well issued advisories warned of `truth`, up to `until`.

    Raises
    ------
    ValueError
        If nothing was true: there is nothing to compare with.
    """
    said = advised(advisories, until)
    true_sr, said_sr, both_sr = _area_minutes(truth, said, Severity.MODERATE)
    severe_sr, _, severe_both_sr = _area_minutes(truth, said, Severity.SEVERE)
    if not true_sr:
        raise ValueError(f"nothing was true before {until}; give a longer stretch of truth")
    return Score(
        advisories=len(advisories),
        warnings=sum(not ends(one) for one in advisories),
        coverage=both_sr / true_sr,
        over_forecast=said_sr / true_sr,
        severe_coverage=severe_both_sr / severe_sr if severe_sr else 1.0,
    )


def _area_minutes(
    truth: Sequence[Stretch], said: Sequence[Stretch], severity: Severity
) -> tuple[float, float, float]:
    """Return what was true, what was said, and what was both, in steradian minutes."""
    sums = [0.0, 0.0, 0.0]
    for minutes, true, warned in _pieces(truth, said, severity):
        for i, area in enumerate((true, warned, intersection(true, warned))):
            sums[i] += minutes * steradians(area)
    return sums[0], sums[1], sums[2]


def overlap(
    ours: Sequence[Stretch], theirs: Sequence[Stretch], severity: Severity
) -> float | None:
    """Return the share that both sides have of all that either has, while both have something.

    Of `severity` or worse, in steradian minutes, 0 to 1; None if they never do at once.
    """
    both_sr = either_sr = 0.0
    for minutes, here, there in _pieces(ours, theirs, severity):
        if here.parts and there.parts:
            both_sr += minutes * steradians(intersection(here, there))
            either_sr += minutes * steradians(union(here, there))
    return both_sr / either_sr if either_sr else None


def _pieces(
    some: Sequence[Stretch], others: Sequence[Stretch], severity: Severity
) -> Iterator[tuple[float, Area, Area]]:
    """Yield minutes in which neither side changes, and where each has `severity` or worse."""
    cuts = sorted({at for one in (*some, *others) for at in (one.start, one.end)})
    for start, end in pairwise(cuts):
        here, there = (_at(stretches, start, severity) for stretches in (some, others))
        yield (end - start) / MINUTE, here, there


def _at(stretches: Sequence[Stretch], at: datetime, severity: Severity) -> Area:
    area = Area(parts=())
    for one in stretches:
        if one.start <= at < one.end and severity in one.areas:
            area = union(area, one.areas[severity])
    return area
