"""Kp to 72 hours and 27 days ahead from its own past (pure).

One ridge for each lead, on what Kp was lately and one, two and three solar rotations before the
target; what the ridge misses, by the size of its prediction, gives the quantiles. A forecast
from an old Kp is one with a longer lead.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from statistics import NormalDist

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from stormcone.forecast.field import exceedance
from stormcone.forecast.history import aware, newest, stand_in, step_before, steps
from stormcone.forecast.outlook import Outlook
from stormcone.forecast.regression import (
    BINS,
    Coefficients,
    Floats,
    Linear,
    predict,
    quantiles,
)
from stormcone.forecast.training import (
    Fit,
    Hindcast,
    Input,
    climate,
    climatology,
    evenly,
    fit_with_quantiles,
    known_before,
    learnt,
    mean_of,
)
from stormcone.observation.feed import Series
from stormcone.reference.scales import GEOMAGNETIC_STORM_KP, KP_TOLERANCE

MODEL = "kp"
INPUTS = ("daily-indices",)
FIRST = np.datetime64("1975-01-01")
STEP = np.timedelta64(3, "h")
STEPS = 24  # leads with a ridge of their own: 72 h
ROTATION = 216  # steps in 27 days
LEADS = (*range(1, STEPS + 1), ROTATION)
RECENT = (0, 1, 2, 3, 4, 5, 6, 7, 8, 12, 16, 24)
RECURRENT = (214, 215, 216, 217, 218, 432, 648)
AHEAD_OF_ALL = 216  # lags from here on are known for the whole of 27 days
MEANS = (8, 24, 72, 216)
FEATURES = (
    *(f"kp {3 * k} h before the newest" for k in RECENT),
    *(f"kp {3 * k} h before the target" for k in RECURRENT),
    *(f"mean kp of the newest {3 * k} h" for k in MEANS),
    "cos year",
    "sin year",
)
OF_KP = len(RECENT) + len(RECURRENT) + len(MEANS)  # the features before those of the season
OUTLOOK = "27 d"
TARGETS = (*(f"{3 * lead} h" for lead in range(1, STEPS + 1)), OUTLOOK)
STORM, STORM_KP = "5- or more", GEOMAGNETIC_STORM_KP[0] - KP_TOLERANCE
REPORTED = tuple(
    f"{what}{lead}"
    for what in ("", f"{STORM} ")
    for lead in ("3 h", "6 h", "12 h", "24 h", "48 h", "72 h", OUTLOOK)
)
MEAN_KP = 2.1  # 1957-2025; stands where nothing is known a rotation before
YEAR = np.timedelta64(31_557_600, "s")
HISTORY = max(RECURRENT) + ROTATION
SPAN = timedelta(hours=3)
MAX_AGE = timedelta(hours=4)  # from the end of the newest Kp's three hours
WIDENED = 0.5  # Kp, where the newest is older
THREE_DAYS = timedelta(hours=72)
LONGEST = timedelta(days=27)
ESTIMATED = "estimated"
FILLED = 0.1  # share of the features; with more of them filled, the forecast is called so
EIGHTY_PERCENT = 2 * 1.2816  # standard deviations between the quantiles 0.1 and 0.9
Times = NDArray[np.datetime64]


def outlook(
    coefficients: Coefficients,
    series: Series | None,
    now: datetime,
    horizon: timedelta = THREE_DAYS,
) -> Outlook:
    """Return what is expected of Kp in the three hours that hold `now`, and in those after.

    Parameters
    ----------
    coefficients
        Of `stormcone train kp`.
    series
        Kp by three hours; 108 days of it are looked at, and a gap is filled by what was a
        rotation before, or by the mean. None where Kp is not fed.
    now
        Nothing that became known later is used.
    horizon
        Up to 27 days; from 72 h after the newest Kp on, the forecast is by recurrence alone.

    Returns
    -------
    Quantiles of each three hours (`valid` is their start), 0 to 9. What gaps would have told
    makes it wider (see `unknown`). Where they hold more than a tenth of what is looked at, or
    the newest Kp is more than four hours old, it says `estimated`; then it is wider again.

    Raises
    ------
    ValueError
        If the horizon is longer.
    """
    if not timedelta(0) <= horizon <= LONGEST:
        raise ValueError(f"horizon {horizon} of Kp; choose 0 to {LONGEST.days} days")
    values = steps(series, now, SPAN, HISTORY)
    seen = newest(series, now) or stand_in("kp", mean_of(coefficients), now)
    known = np.flatnonzero(np.isfinite(values))
    last = min(int(known[-1]), HISTORY - 2) if len(known) else -1
    ahead = np.arange(HISTORY - 1, HISTORY + int(horizon / SPAN))
    expected, gaps = _expected(coefficients, values, ahead, last, step_before(now, SPAN))
    stale = last < 0 or now - seen.at > SPAN + MAX_AGE
    rules = np.full(len(ahead), seen.value), np.full(len(ahead), mean_of(coefficients))
    return Outlook(
        quantity="kp",
        issued=now,
        valid=tuple(aware(step_before(now, SPAN)) + n * SPAN for n in range(len(ahead))),
        levels=coefficients.levels,
        values=wider(expected, coefficients.levels) if stale else expected,
        persistence=rules[0],
        climatology=rules[1],
        based_on=(seen,),
        says=(ESTIMATED,) if stale or gaps > FILLED else (),
    )


def _expected(
    coefficients: Coefficients,
    values: Floats,
    ahead: NDArray[np.int64],
    last: int,
    holding_now: np.datetime64,
) -> tuple[Floats, float]:
    """Return the quantiles at places `ahead` of Kp known up to place `last`.

    And the greatest share of what is looked at that had to be filled.
    """
    begin = holding_now - (HISTORY - 1) * STEP
    at = begin + np.arange(ahead[-1] + 1) * STEP
    kp = np.append(values, np.full(len(at) - len(values), np.nan))
    columns = filled(kp), np.isnan(kp).astype(float), np.ones(len(kp))
    found, shares = [], []
    for place in ahead:
        lead = place - last
        known, gaps, all_gaps = (features(one, at, place[None], lead) for one in columns)
        share = gaps[:, :OF_KP]
        missed = unknown(coefficients.ridge(target(lead)), share)
        found.append(_quantiles(coefficients, known, lead, missed))
        shares.append(share.sum() / all_gaps[:, :OF_KP].sum())
    return np.concatenate(found), max(shares)


def unknown(regression: Linear, share: Floats) -> Floats:
    """Return the spread (row,) that filled features leave in the sum of a regression.

    `share` (row, feature) says how much of each of the first features was filled. A
    standardised feature scatters by 1, and neighbours miss the same storms: their weights add
    up. With seven days of Kp the middle 80 % then holds 81 to 85 % (2018 to 2025), and without
    it 75 to 79 %.
    """
    missed: Floats = share @ np.abs(regression.weights[1 : 1 + share.shape[1]])
    return missed


def spread_out(values: Floats, levels: tuple[float, ...], missed: Floats) -> Floats:
    """Return quantiles (row, level) about the same median, with a spread `missed` (row,) more.

    The two are independent, so their squares add up.
    """
    middle, low, high = (values[:, levels.index(one), None] for one in (0.5, 0.1, 0.9))
    grown = np.hypot(1, missed[:, None] / ((high - low) / EIGHTY_PERCENT))
    return middle + (values - middle) * grown


def wider(expected: Floats, levels: tuple[float, ...]) -> Floats:
    """Return quantiles that are wider by a spread of half a Kp."""
    deviations = np.array([NormalDist().inv_cdf(level) for level in levels])
    return np.clip(expected + WIDENED * deviations, 0, 9)


def target(lead: int) -> str:
    """Return the name of the regression for a lead in steps of three hours."""
    return TARGETS[min(lead, STEPS + 1) - 1]


def filled(kp: Floats) -> Floats:
    """Return `kp` (step,) with each gap filled by what was a rotation before."""
    whole = kp.copy()
    for place in np.flatnonzero(np.isnan(whole)):
        whole[place] = whole[place - ROTATION] if place >= ROTATION else MEAN_KP
    return whole


def features(kp: Floats, at: Times, rows: NDArray[np.int64], lead: int) -> Floats:
    """Return the features of targets at `rows`, shape (row, feature).

    Parameters
    ----------
    kp
        Kp by three hours without gaps, shape (step,).
    at
        Start of the steps, and of those after them that are targets.
    rows
        Places of the targets; nothing after `rows - lead` is looked at.
    lead
        Steps from the newest value to the target. Over 24, only what lies at least 27 days
        before the target counts, and the other features are 0.
    """
    newest = rows - lead
    recurrent = kp[rows[:, None] - np.array(RECURRENT)]
    if lead > STEPS:
        recurrent = recurrent * (np.array(RECURRENT) >= AHEAD_OF_ALL)
        recent = np.zeros((len(rows), len(RECENT)))
        means = np.zeros((len(rows), len(MEANS)))
    else:
        sums = np.append(0, np.cumsum(kp))
        recent = kp[newest[:, None] - np.array(RECENT)]
        means = np.stack([(sums[newest + 1] - sums[newest + 1 - k]) / k for k in MEANS], 1)
    phase = 2 * np.pi * ((at[rows] - FIRST) / YEAR)
    return np.column_stack([recent, recurrent, means, np.cos(phase), np.sin(phase)])


def train(inputs: Mapping[str, Input], until: np.datetime64, rng: Generator) -> Coefficients:
    """Return the coefficients learnt from Kp between 1975 and `until`; `rng` is not needed."""
    del rng
    daily = known_before(inputs[INPUTS[0]], until)
    at, kp = three_hourly(daily)
    fits = [_fit(kp, at, lead) for lead in LEADS]
    fits.append(climatology(kp[at >= FIRST], len(FEATURES)))
    return learnt(
        MODEL, FEATURES, fits, span=(max(FIRST, at[0]), until), inputs=(daily,), digits=3
    )


def hindcast(
    coefficients: Coefficients,
    inputs: Mapping[str, Input],
    begin: np.datetime64,
    end: np.datetime64,
) -> tuple[Hindcast, ...]:
    """Return what would have been said of Kp from `begin` to `end`, for each target."""
    at, kp = three_hourly(known_before(inputs[INPUTS[0]], end))
    rows = _rows(at, max(begin, FIRST))
    known = filled(kp)
    found = []
    for lead in LEADS:
        found.append(
            Hindcast(
                target=target(lead),
                at=at[rows],
                levels=coefficients.levels,
                said=_quantiles(coefficients, features(known, at, rows, lead), lead),
                truth=kp[rows],
                persistence=known[rows - lead],
                recurrence=known[rows - ROTATION],
                climatology=climate(coefficients, len(rows)),
            )
        )
        found.append(_of_storms(found[-1]))
    return tuple(found)


def _of_storms(one: Hindcast) -> Hindcast:
    """Return the same of the event that Kp is 5- or more."""

    def came(kp: Floats) -> Floats:
        return np.where(np.isnan(kp), np.nan, kp >= STORM_KP)

    return Hindcast(
        target=f"{STORM} {one.target}",
        at=one.at,
        said=exceedance(one.levels, one.said.T, STORM_KP).astype(float),
        truth=came(one.truth),
        persistence=came(one.persistence),
        recurrence=came(one.recurrence),
        climatology=exceedance(one.levels, one.climatology.T, STORM_KP).astype(float),
    )


def three_hourly(daily: Input) -> tuple[Times, Floats]:
    """Return the start of every three hours from the first day to the last, and Kp."""
    days = evenly(daily, ("kp",), np.timedelta64(24, "h"))
    kp = days["kp"].ravel()
    return days["at"][0] + np.arange(len(kp)) * STEP, kp


def _rows(at: Times, begin: np.datetime64) -> NDArray[np.int64]:
    """Return the places from `begin` on that have enough before them."""
    rows = np.flatnonzero(at >= begin)
    return rows[rows >= max(RECURRENT) + STEPS]


def _fit(kp: Floats, at: Times, lead: int) -> Fit:
    rows = _rows(at, FIRST)
    known = features(filled(kp), at, rows, lead)
    return fit_with_quantiles(target(lead), known, kp[rows], BINS)


def _quantiles(
    coefficients: Coefficients, known: Floats, lead: int, missed: Floats | None = None
) -> Floats:
    name = target(lead)
    expected = predict(coefficients.ridge(name), known)
    found = quantiles(coefficients.residuals(name), expected)
    if missed is not None:
        found = spread_out(found, coefficients.levels, missed)
    return np.clip(found, 0, 9)
