"""How the flare regressions are learnt from region summaries and counts of flares by day.

A case is a day of issue, or a region on it. What is known is the summary of 00:30 of that day
and the flares of the days before; what came are the flares of that day and the next two.
"""

from collections.abc import Mapping
from itertools import product

import numpy as np
from msgspec import Struct
from numpy.random import Generator
from numpy.typing import NDArray

from stormcone.forecast.flares import (
    CLASSES,
    FEATURES,
    MEMORY_DAYS,
    SPANS_H,
    Counts,
    activity,
    came,
    frequency,
    joined,
    recent,
    spans,
    target,
)
from stormcone.forecast.least_squares import NotFittedError
from stormcone.forecast.regression import (
    Coefficients,
    Floats,
    fit_logistic,
    probability,
)
from stormcone.forecast.training import Fit, Hindcast, Input, known_before, learnt

MODEL = "flares"
INPUTS = ("solar-regions", "flare-days", "flares")
PENALTY = 0.03  # near the best of 0.001 to 0.1 for all nine targets of the disk, flat there
FEWEST_EVENTS = 3
ROTATION_DAYS = 27
M1_W_M2, X1_W_M2 = 1e-5, 1e-4
DAY = np.timedelta64(1, "D")
Days = NDArray[np.datetime64]
Places = NDArray[np.int64]


class Cases(Struct, frozen=True, eq=False, kw_only=True):
    """Cases with what was known, and by target what came and what simple rules say (case,)."""

    at: Days
    features: Floats
    truth: dict[str, Floats]
    persistence: dict[str, Floats]
    recurrence: dict[str, Floats]
    climatology: dict[str, Floats]


def train(inputs: Mapping[str, Input], until: np.datetime64, rng: Generator) -> Coefficients:
    """Return the regressions of disk and regions, learnt before `until`; `rng` is not needed.

    A target with fewer than three events is left out.
    """
    del rng
    known = {kind: known_before(inputs[kind], until) for kind in INPUTS}
    cases = (disk_cases(known), region_cases(known))
    fits = [_fit(some, name) for some in cases for name in some.truth if _enough(some, name)]
    if not fits:
        raise NotFittedError(
            f"fewer than {FEWEST_EVENTS} flares before {until}; feed more years"
        )
    first = known["flare-days"].columns["at"][0]
    return learnt(MODEL, FEATURES, fits, span=(first, until), inputs=known.values())


def hindcast(
    coefficients: Coefficients,
    inputs: Mapping[str, Input],
    begin: np.datetime64,
    end: np.datetime64,
) -> tuple[Hindcast, ...]:
    """Return what would have been said from `begin` to `end`, for each target that was learnt.

    Rows in which something is unknown are left out. Climatology is the frequency of 30 days
    for the disk, and what the McIntosh class did in the past for a region.
    """
    known = {kind: known_before(inputs[kind], end) for kind in INPUTS}
    cases = (disk_cases(known), region_cases(known))
    return tuple(
        _said(coefficients, some, name, begin)
        for some in cases
        for name in some.truth
        if name in coefficients.targets
    )


def disk_cases(inputs: Mapping[str, Input]) -> Cases:
    """Return the cases of the whole disk: every day after the first 30."""
    day, counts = daily_counts(inputs["flare-days"])
    place, active = region_rows(inputs["solar-regions"], day)
    before = windows(counts)
    targets = list(product(CLASSES, SPANS_H))
    event = {target(*one): ahead(came(counts, one[0]), one[1]) for one in targets}
    named = [(target(*one), one[0], one[1] // 24) for one in targets]
    return Cases(
        at=day[MEMORY_DAYS:],
        features=joined(_disk(place, active, len(day))[MEMORY_DAYS:], recent(before)),
        truth={name: happened[MEMORY_DAYS:] for name, happened in event.items()},
        persistence={
            name: came(before[:, -days:], letter).max(axis=1) for name, letter, days in named
        },
        recurrence={
            name: happened[MEMORY_DAYS - ROTATION_DAYS : -ROTATION_DAYS]
            for name, happened in event.items()
        },
        climatology={name: frequency(before, letter, days) for name, letter, days in named},
    )


def region_cases(inputs: Mapping[str, Input]) -> Cases:
    """Return the cases of single regions: each on every day that it is in the summary."""
    day, counts = daily_counts(inputs["flare-days"])
    place, active = region_rows(inputs["solar-regions"], day)
    number = inputs["solar-regions"].columns["number"][_inside(inputs["solar-regions"], day)]
    kept = place >= MEMORY_DAYS
    place, active, number = place[kept], active[kept], number[kept]
    lately = recent(windows(counts))[place - MEMORY_DAYS]
    own = {one: _own(inputs["flares"], day, counts, place, number, one) for one in "MX"}
    lately[:, 0] = np.log1p(own["M"][:, 0])
    targets = [(target(one, h, region=True), one, h // 24) for one in "MX" for h in SPANS_H]
    yesterday = {name: (own[one][:, 0] > 0).astype(float) for name, one, _ in targets}
    expected = {"M": active[:, 0], "X": active[:, 1]}
    return Cases(
        at=day[place],
        features=joined(active, lately),
        truth={name: _any(own[one][:, 1 : 1 + days]) for name, one, days in targets},
        persistence=yesterday,
        recurrence=yesterday,
        climatology={name: -np.expm1(-expected[one] * days) for name, one, days in targets},
    )


def daily_counts(table: Input) -> tuple[Days, Counts]:
    """Return every day from the first to the last, and its C, M and X flares or NaN."""
    seen = table.columns["at"].astype("datetime64[D]")
    if len(seen) <= MEMORY_DAYS:
        raise NotFittedError(f"{table.name} has {len(seen)} days; feed more than {MEMORY_DAYS}")
    day = np.arange(seen[0], seen[-1] + DAY)
    counts = np.full((len(day), len(CLASSES)), np.nan)
    columns = [table.columns[letter.lower()] for letter in CLASSES]
    counts[(seen - seen[0]).astype(int)] = np.column_stack(columns)
    return day, counts


def windows(counts: Counts) -> Counts:
    """Return the 30 days before each day from the 31st on, shape (day - 30, 30, 3)."""
    every = np.lib.stride_tricks.sliding_window_view(counts[:-1], MEMORY_DAYS, axis=0)
    return every.swapaxes(1, 2)


def ahead(daily: Floats, span_h: int) -> Floats:
    """Return whether the span from each day on had an event; NaN at the end."""
    days = span_h // 24
    return np.append(spans(daily, days), np.full(days - 1, np.nan))


def region_rows(table: Input, day: Days) -> tuple[Places, Floats]:
    """Return the day's place and the activity (row, 3) of each region on a day of `day`."""
    inside = _inside(table, day)
    rows = {name: column[inside] for name, column in table.columns.items()}
    active = activity(rows["mcintosh"].tolist(), rows["magnetic"].tolist(), rows["area_msh"])
    return (rows["at"].astype("datetime64[D]") - day[0]).astype(int), active


def _inside(table: Input, day: Days) -> NDArray[np.bool_]:
    issued = table.columns["at"].astype("datetime64[D]")
    inside: NDArray[np.bool_] = (issued >= day[0]) & (issued <= day[-1])
    return inside


def _disk(place: Places, active: Floats, days: int) -> Floats:
    """Return the activity of all regions of each day together, shape (day, 3)."""
    disk = np.zeros((days, 3))
    np.add.at(disk[:, :2], place, active[:, :2])
    with np.errstate(invalid="ignore"):
        np.maximum.at(disk[:, 2], place, active[:, 2])
    return disk


def _own(
    table: Input,
    day: Days,
    counts: Counts,
    place: Places,
    number: NDArray[np.int64],
    letter: str,
) -> Floats:
    """Return a region's own flares of a class or stronger, the day before to two days after.

    Shape (row, 4); NaN on days that nobody watched, or that are not over.
    """
    flares = table.columns
    strong = flares["peak_w_m2"] >= 0.999 * (X1_W_M2 if letter == "X" else M1_W_M2)
    on = (flares["at"][strong].astype("datetime64[D]") - day[0]).astype(int)
    which, times = np.unique(_key(flares["region"][strong], on), return_counts=True)
    days = place[:, None] + np.arange(-1, 3)
    wanted = _key(number[:, None], days)
    found = np.searchsorted(which, wanted).clip(max=len(which) - 1)
    own = (
        np.where(which[found] == wanted, times[found], 0)
        if len(which)
        else np.zeros(days.shape)
    )
    known = np.append(counts[:, 0], [np.nan, np.nan])[days]
    return np.where(np.isnan(known), np.nan, own)


def _key(region: NDArray[np.int64] | Floats, day: Places) -> Places:
    """Return one number for a region on a day."""
    return np.asarray(region, int) * 100_000 + day


def _any(own: Floats) -> Floats:
    most = own.max(axis=1)
    return np.where(np.isnan(most), np.nan, most > 0)


def _enough(cases: Cases, name: str) -> bool:
    return bool(np.nansum(cases.truth[name]) >= FEWEST_EVENTS)


def _fit(cases: Cases, name: str) -> Fit:
    found = fit_logistic(cases.features, cases.truth[name], PENALTY)
    return Fit(target=name, found=found, penalty=PENALTY)


def _said(
    coefficients: Coefficients, cases: Cases, name: str, begin: np.datetime64
) -> Hindcast:
    said = probability(coefficients.logistic(name), cases.features)
    rules = [rule[name] for rule in (cases.persistence, cases.recurrence, cases.climatology)]
    known = np.isfinite(np.stack([said, cases.truth[name], *rules])).all(axis=0)
    rows = known & (cases.at >= begin)
    persistence, recurrence, climatology = (rule[rows] for rule in rules)
    return Hindcast(
        target=name,
        at=cases.at[rows],
        said=said[rows],
        truth=cases.truth[name][rows],
        persistence=persistence,
        recurrence=recurrence,
        climatology=climatology,
    )
