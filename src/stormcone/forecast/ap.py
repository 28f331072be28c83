"""Ap of today, tomorrow and the day after, and the chance of each G level (pure).

A ridge on the logarithm of Ap and a logistic regression for each day and level, on the last two
whole days and on the same phase of one and two solar rotations before.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import NamedTuple

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from stormcone.forecast.history import aware, newest, stand_in, step_before, steps
from stormcone.forecast.kp import ESTIMATED, FILLED, SPAN, filled, spread_out, unknown
from stormcone.forecast.outlook import Chance, Outlook
from stormcone.forecast.regression import (
    BINS,
    Coefficients,
    Floats,
    fit_logistic,
    predict,
    probability,
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
    frequency,
    known_before,
    learnt,
    mean_of,
)
from stormcone.observation.feed import Series
from stormcone.reference.scales import GEOMAGNETIC_STORM_KP, KP_TOLERANCE
from stormcone.weather.storm import ap_of_kp

MODEL = "ap"
INPUTS = ("daily-indices",)
DAYS = (1, 2, 3)
SCALE = ("G1", "G2", "G3", "G4", "G5")
FEATURES = (
    "ln of 1 + Ap of the newest day",
    "ln of 1 + Ap of the day before it",
    "greatest Kp of the newest day",
    "last Kp of the newest day",
    *(f"ln of 1 + Ap {days} d before the target" for days in (26, 27, 28, 54)),
    "cos half year",
    "sin half year",
    "F10.7 of the newest day",
)
RECURRENT_DAYS = np.array([26, 27, 28, 54])
HISTORY_DAYS = 90
PENALTY = 1e-3
LEAST_OF_A_DAY = 6  # of its eight Kp
MEAN_F107_SFU = 120.0  # 1957-2025; stands where none is known
F107_DAYS = 3  # an older F10.7 counts as missing
FILLABLE = np.array([True] * 8 + [False, False, True])  # features that a gap can fill
HALF_YEAR = np.timedelta64(15_778_800, "s")
REPORTED = tuple(f"{what} {day} d" for what in ("ap", *SCALE) for day in DAYS)
DAY = timedelta(days=1)
Times = NDArray[np.datetime64]


class Days(NamedTuple):
    """What is known of each day without gaps: Ap, greatest and last Kp, F10.7."""

    at: Times
    ap: Floats
    greatest: Floats
    last: Floats
    f107_sfu: Floats


class _Recent(NamedTuple):
    """The days up to today, what of each was filled, and the newest one that is known.

    `filled` holds shares from 0 to 1 (`ap` as its logarithm is taken); `last` is -1 for none.
    """

    days: Days
    filled: Days
    last: int

    @property
    def leads(self) -> list[int]:
        """The lead of each day to come; a longer one counts as the longest."""
        return [min(HISTORY_DAYS - 1 - self.last + n, DAYS[-1]) for n in range(len(DAYS))]

    def features(self) -> list[tuple[int, Floats, Floats]]:
        """Return lead, features and the filled share of each feature, for each day to come."""
        rows = len(self.days.at) - 1 + np.arange(len(DAYS))[:, None]
        return [
            (
                lead,
                features(self.days, row, lead),
                features(self.filled, row, lead) * FILLABLE,
            )
            for lead, row in zip(self.leads, rows, strict=True)
        ]

    @property
    def says(self) -> tuple[str, ...]:
        """`estimated` where yesterday has a gap, F10.7 is missing or much had to be filled."""
        shares = [share[:, FILLABLE] for _, _, share in self.features()]
        gaps = self.filled.greatest[-2] > 0 or max(one.mean() for one in shares) > FILLED
        return (ESTIMATED,) if gaps or self.filled.f107_sfu[-2] else ()


def ap_target(day: int) -> str:
    """Return the name of the regression for Ap, `day` days after the newest whole one."""
    return f"ap {day} d"


def storm_target(level: str, day: int) -> str:
    """Return the name of the regression for a G level or more."""
    return f"{level} {day} d"


def ap_outlook(
    coefficients: Coefficients, kp: Series | None, f107: Series | None, now: datetime
) -> Outlook:
    """Return what is expected of Ap today, tomorrow and the day after.

    Parameters
    ----------
    coefficients
        Of `stormcone train ap`.
    kp, f107
        Kp by three hours (90 days are looked at) and daily F10.7; None where they are not fed.
    now
        Nothing that became known later is used, nor anything of the day that holds it.

    Returns
    -------
    Quantiles of each day's Ap, 0 to 400. It says `estimated` where a Kp of yesterday or the
    F10.7 of three days is not known, or more than a tenth of what is looked at: the newest day
    with six Kp, or what was a rotation before, or the mean stands for it, and it is wider.
    """
    recent = _recent(kp, f107, now)
    expected = np.concatenate(
        [_ap_quantiles(coefficients, *known) for known in recent.features()]
    )
    mean = mean_of(coefficients)
    return Outlook(
        quantity="ap_daily",
        issued=now,
        valid=tuple(aware(step_before(now, DAY)) + n * DAY for n in range(len(DAYS))),
        levels=coefficients.levels,
        values=expected,
        persistence=np.full(len(DAYS), recent.days.ap[max(recent.last, 0)]),
        climatology=np.full(len(DAYS), mean),
        based_on=(newest(kp, now) or stand_in("ap_daily", mean, now),),
        says=recent.says,
    )


def storm_chances(
    coefficients: Coefficients, kp: Series | None, f107: Series | None, now: datetime
) -> tuple[Chance, ...]:
    """Return how probable each G level or more is today, tomorrow and the day after.

    Parameters and words as in `ap_outlook`; five chances for each day, from G1 to G5. What was
    filled has its mean there, so they are less sharp by themselves.
    """
    recent = _recent(kp, f107, now)
    greatest = recent.days.greatest
    seen = newest(kp, now) or stand_in("kp", float(greatest[-2]), now)
    found = []
    for n, (day, known, _) in enumerate(recent.features()):
        begin = aware(step_before(now, DAY)) + n * DAY
        for level, chance in zip(SCALE, _storm(coefficients, day, known)[0], strict=True):
            found.append(
                Chance(
                    event=f"{level} or more",
                    issued=now,
                    begin=begin,
                    end=begin + DAY,
                    probability=float(chance),
                    persistence=float(_came(greatest[max(recent.last, 0)], level)),
                    climatology=_frequency(coefficients, level),
                    based_on=(seen,),
                    says=recent.says,
                )
            )
    return tuple(found)


def features(days: Days, rows: NDArray[np.int64], lead: int) -> Floats:
    """Return the features of the days `rows`, `lead` days after the newest, (row, feature)."""
    newest_day = rows - lead
    ln_ap = np.log1p(days.ap)
    begin = days.at[0] + rows * np.timedelta64(24, "h")
    phase = 2 * np.pi * ((begin - np.datetime64("1975-01-01")) / HALF_YEAR)
    return np.column_stack(
        [
            ln_ap[newest_day],
            ln_ap[newest_day - 1],
            days.greatest[newest_day],
            days.last[newest_day],
            ln_ap[rows[:, None] - RECURRENT_DAYS],
            np.cos(phase),
            np.sin(phase),
            days.f107_sfu[newest_day],
        ]
    )


def train(inputs: Mapping[str, Input], until: np.datetime64, rng: Generator) -> Coefficients:
    """Return the coefficients learnt from all days before `until`; `rng` is not needed."""
    del rng
    table = known_before(inputs[INPUTS[0]], until)
    days, kp = _all(table)
    rows = np.arange(RECURRENT_DAYS.max() + max(DAYS), len(days.at))
    greatest, ap = kp.max(axis=1), ap_of_kp(kp).mean(axis=1)
    known = {day: features(days, rows, day) for day in DAYS}
    fits = [
        fit_with_quantiles(ap_target(day), known[day], np.log1p(ap[rows]), BINS) for day in DAYS
    ]
    fits += [
        _storm_fit(storm_target(level, day), known[day], _came(greatest[rows], level))
        for level in SCALE
        for day in DAYS
    ]
    fits += [frequency(level, _came(greatest, level), len(FEATURES)) for level in SCALE]
    fits.append(climatology(ap, len(FEATURES)))
    return learnt(MODEL, FEATURES, fits, span=(days.at[0], until), inputs=(table,), digits=4)


def hindcast(
    coefficients: Coefficients,
    inputs: Mapping[str, Input],
    begin: np.datetime64,
    end: np.datetime64,
) -> tuple[Hindcast, ...]:
    """Return what would have been said of Ap and of G1 to G5, day by day."""
    days, kp = _all(known_before(inputs[INPUTS[0]], end))
    rows = np.flatnonzero(days.at >= begin)
    rows = rows[rows >= RECURRENT_DAYS.max() + max(DAYS)]
    greatest, ap = kp.max(axis=1), ap_of_kp(kp).mean(axis=1)
    found = []
    for day in DAYS:
        known = features(days, rows, day)
        found.append(
            Hindcast(
                target=ap_target(day),
                at=days.at[rows],
                levels=coefficients.levels,
                said=_ap_quantiles(coefficients, day, known),
                truth=ap[rows],
                persistence=days.ap[rows - day],
                recurrence=days.ap[rows - 27],
                climatology=climate(coefficients, len(rows)),
            )
        )
        chances = _storm(coefficients, day, known)
        found += [
            Hindcast(
                target=storm_target(level, day),
                at=days.at[rows],
                said=chances[:, n],
                truth=_came(greatest[rows], level),
                persistence=_came(days.greatest[rows - day], level),
                recurrence=_came(days.greatest[rows - 27], level),
                climatology=np.full(len(rows), _frequency(coefficients, level)),
            )
            for n, level in enumerate(SCALE)
        ]
    return tuple(found)


def _storm_fit(name: str, known: Floats, event: Floats) -> Fit:
    """Return the regression of an event, or its frequency where it never came."""
    if not np.nansum(event):
        return frequency(name, event, len(FEATURES))
    return Fit(target=name, found=fit_logistic(known, event, PENALTY), penalty=PENALTY)


def _all(table: Input) -> tuple[Days, Floats]:
    """Return the days of a table, and their Kp with the gaps."""
    columns = evenly(table, ("kp", "f107_sfu"), np.timedelta64(24, "h"))
    return _days(columns["at"], columns["kp"], columns["f107_sfu"]), columns["kp"]


def _days(at: Times, kp: Floats, f107_sfu: Floats) -> Days:
    whole = filled(kp.ravel()).reshape(kp.shape)
    place = np.maximum.accumulate(np.where(np.isfinite(f107_sfu), np.arange(len(at)), -1))
    flux = np.where(place >= 0, f107_sfu[np.maximum(place, 0)], MEAN_F107_SFU)
    ap = ap_of_kp(whole).mean(axis=1)
    return Days(at, ap, whole.max(axis=1), whole[:, -1], flux)


def _recent(kp: Series | None, f107: Series | None, now: datetime) -> _Recent:
    today = step_before(now, DAY)
    at = today + np.arange(1 - HISTORY_DAYS, 1) * np.timedelta64(24, "h")
    begun = int((step_before(now, SPAN) - today) / np.timedelta64(SPAN)) + 1
    past = steps(kp, now, SPAN, 8 * (HISTORY_DAYS - 1) + begun)[:-begun]
    by_day = np.append(past, np.full(8, np.nan)).reshape(-1, 8)
    whole = np.flatnonzero(np.isfinite(by_day).sum(axis=1) >= LEAST_OF_A_DAY)
    flux_sfu = steps(f107, now, DAY, HISTORY_DAYS)
    return _Recent(
        days=_days(at, by_day, flux_sfu),
        filled=_shares(at, by_day, flux_sfu),
        last=int(whole[-1]) if len(whole) else -1,
    )


def _shares(at: Times, kp: Floats, f107_sfu: Floats) -> Days:
    """Return how much of what each day tells had to be filled."""
    gaps = np.isnan(kp).astype(float)
    share = gaps.mean(axis=1)
    known = np.append(np.zeros(F107_DAYS - 1), np.isfinite(f107_sfu))
    lately = np.lib.stride_tricks.sliding_window_view(known, F107_DAYS).any(axis=1)
    return Days(at, np.expm1(share), share, gaps[:, -1], (~lately).astype(float))


def _came(greatest: Floats, level: str) -> Floats:
    least = GEOMAGNETIC_STORM_KP[SCALE.index(level)] - KP_TOLERANCE
    return np.where(np.isnan(greatest), np.nan, greatest >= least)


def _frequency(coefficients: Coefficients, level: str) -> float:
    return float(probability(coefficients.logistic(level), np.array(coefficients.mean)))


def _ap_quantiles(
    coefficients: Coefficients, day: int, known: Floats, share: Floats | None = None
) -> Floats:
    ridge = coefficients.ridge(ap_target(day))
    ln_ap = quantiles(coefficients.residuals(ap_target(day)), predict(ridge, known))
    if share is not None:
        ln_ap = spread_out(ln_ap, coefficients.levels, unknown(ridge, share))
    return np.clip(np.expm1(ln_ap), 0, 400)


def _storm(coefficients: Coefficients, day: int, known: Floats) -> Floats:
    """Return the probabilities of G1 to G5 or more, none above the one before: (row, 5)."""
    chances = [
        probability(coefficients.logistic(storm_target(level, day)), known) for level in SCALE
    ]
    return np.minimum.accumulate(np.stack(chances, axis=-1), axis=-1)
