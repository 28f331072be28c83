"""How probable flares are in 24, 48 and 72 hours: of the whole disk, and of each region.

One logistic regression for each class and span, on what regions of the same McIntosh class did
in the past and on what the Sun did lately; its ridge keeps it near climatology where events are
few. Where the forecasts of the last year and what came of them are handed in, they correct it.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from itertools import product

import numpy as np
from msgspec import Struct
from numpy.typing import ArrayLike, NDArray

from stormcone.forecast.field import Source
from stormcone.forecast.outlook import Chance
from stormcone.forecast.regression import Coefficients, Floats, probability
from stormcone.weather.flare import FLARES_PER_DAY
from stormcone.weather.mcintosh import Region, flares_per_day
from stormcone.weather.mcintosh import probability as poisson

CLASSES = "CMX"
SPANS_H = (24, 48, 72)
MEMORY_DAYS = 30
FEATURES = (
    "ln of M and X flares a day of the classes of all regions",
    "ln of X flares a day of the same",
    "ln of 1 + M and X flares in 24 h",
    "ln of 1 + C flares in 24 h",
    "ln of 1 + C flares a day in 3 d",
    "ln of 1 + C flares a day in 27 d",
    "share of 30 days with an M or X flare",
    "greatest ln of 1 + area of a region with a delta",
)
LEAST_RATES = (0.003, 0.0005)  # added before the logarithms
SUMMARY_MAX_AGE = timedelta(hours=30)  # one comes every day at 00:30
FEWEST_EVENTS = 30
AS_SAID_DAYS = 10
RATES_PER_DAY = {
    letter: rate for letter, (_, rate) in zip(CLASSES, FLARES_PER_DAY, strict=True)
}
CLIMATOLOGY, STALE = "climatology", "stale"
Counts = NDArray[np.float64]


class Past(Struct, frozen=True, eq=False, kw_only=True):
    """What was said of one target lately, and whether it came (0 or 1); shape (day,)."""

    said: Floats
    came: Floats


class FlareInputs(Struct, frozen=True, eq=False, kw_only=True):
    """What is known of the Sun at the time of issue.

    `regions` is the newest region summary, empty for a spotless disk, None where there is none;
    `summary_issued` is its time.
    `counts` are the C, M and X flares in each 24 hours before the issue, oldest first, shape
    (30, 3), NaN where nobody watched. `region_flares` are the M and X flares of each region in
    the last 24 hours; of a region that it lacks they are not known. `past` recalibrates the
    targets it names.
    """

    regions: tuple[Region, ...] | None
    summary_issued: datetime | None
    counts: Counts
    region_flares: Mapping[int, int] = {}
    past: Mapping[str, Past] = {}
    based_on: tuple[Source, ...] = ()


def target(flare_class: str, span_h: int, *, region: bool = False) -> str:
    """Return the name of a regression.

    Examples
    --------
    >>> target("M", 24), target("X", 72, region=True)
    ('M 24 h', 'region X 72 h')
    """
    return f"{'region ' if region else ''}{flare_class} {span_h} h"


def flare_chances(
    inputs: FlareInputs, coefficients: Coefficients, *, now: datetime
) -> tuple[Chance, ...]:
    """Return the chances of a C, M and X flare or stronger in 24, 48 and 72 hours.

    Without regions, or without the flares of the last day, the frequency of 30 days stands in;
    without that the one of 2008-2019; both say so.

    Raises
    ------
    ValueError
        If the counts have another shape, or one is negative.
    """
    known = disk_features(inputs.regions, _checked(inputs.counts))
    expected = [
        [_expected(inputs, coefficients, known, letter, span_h) for span_h in SPANS_H]
        for letter in CLASSES
    ]
    says = _says(inputs, now) if np.isfinite(known).all() else (CLIMATOLOGY,)
    return tuple(
        _chance(inputs, event, float(chance), now, says)
        for event, chance in zip(
            product(CLASSES, SPANS_H), coherent(expected).ravel(), strict=True
        )
    )


def region_chances(
    inputs: FlareInputs, coefficients: Coefficients, *, now: datetime
) -> tuple[Chance, ...]:
    """Return the chances of an M or X flare of each region in 24, 48 and 72 hours.

    Persistence is whether the region had one in the last 24 hours (M or X: which is not told),
    climatology what its McIntosh class did in the past; that stands in and says so where the
    region's own flares, or those of the Sun, are not known. Empty where no region is known.

    Raises
    ------
    ValueError
        If the counts have another shape, or one is negative.
    """
    counts, regions = _checked(inputs.counts), inputs.regions or ()
    flared = [inputs.region_flares.get(one.number, np.nan) for one in regions]
    known = region_features(regions, counts, flared)
    events = tuple(product("MX", SPANS_H))
    said = [
        probability(coefficients.logistic(target(*event, region=True)), known)
        for event in events
    ]
    expected = coherent(np.stack(said, axis=-1).reshape(-1, 2, len(SPANS_H)))
    return tuple(
        _region_chance(inputs, one, event, float(chance), now)
        for one, chances in zip(regions, expected, strict=True)
        for event, chance in zip(events, chances.ravel(), strict=True)
    )


def coherent(chances: ArrayLike) -> Floats:
    """Return probabilities (..., class, span) that do not contradict each other.

    None is below that of a stronger flare, or of a shorter span; such ones are raised.

    Examples
    --------
    >>> coherent([[0.5, 0.4], [0.1, 0.6]])
    array([[0.5, 0.6],
           [0.1, 0.6]])
    """
    longer = np.maximum.accumulate(np.asarray(chances, float), axis=-1)
    weaker: Floats = np.maximum.accumulate(longer[..., ::-1, :], axis=-2)[..., ::-1, :]
    return weaker


def disk_features(regions: Sequence[Region] | None, counts: Counts) -> Floats:
    """Return the features of the whole disk, shape (feature,); NaN where they are not known."""
    if regions is None:
        return np.full(len(FEATURES), np.nan)
    each = _each(regions)
    disk = np.append(each[:, :2].sum(axis=0), each[:, 2].max(initial=0.0))
    return joined(disk, recent(counts))


def region_features(regions: Sequence[Region], counts: Counts, flared: ArrayLike) -> Floats:
    """Return the features of single regions, shape (region, feature).

    As those of the disk, but for the M and X flares of the last day, which are the region's own
    (`flared`, shape (region,)).
    """
    lately = recent(np.broadcast_to(counts, (len(regions), *counts.shape)))
    lately[:, 0] = np.log1p(np.asarray(flared, float))
    return joined(_each(regions), lately)


def activity(mcintosh: Sequence[str], magnetic: Sequence[str], area_msh: ArrayLike) -> Floats:
    """Return what regions are: M and X, then X flares a day of their class, and delta and area.

    Shape (region, 3); the third is ln(1 + area) of a region with a delta, else 0.
    """
    rates = [flares_per_day(one) for one in mcintosh]
    delta = np.array(["delta" in one.lower() for one in magnetic], float)
    area = np.log1p(np.asarray(area_msh, float))
    flares = np.array([(one.m + one.x, one.x) for one in rates]).reshape(-1, 2)
    return np.column_stack([flares, np.where(delta > 0, area, 0.0)])


def recent(counts: Counts) -> Floats:
    """Return what the Sun did lately: counts (..., 30, 3) to features (..., 5).

    Means are over the days that were watched, if those are half of them or more, else NaN.
    """
    strong = counts[..., 1] + counts[..., 2]
    flared = np.where(np.isnan(strong), np.nan, strong > 0)
    return np.stack(
        [
            np.log1p(strong[..., -1]),
            np.log1p(counts[..., -1, 0]),
            np.log1p(_mean(counts[..., -3:, 0])),
            np.log1p(_mean(counts[..., -27:, 0])),
            _mean(flared),
        ],
        axis=-1,
    )


def joined(regions: Floats, lately: Floats) -> Floats:
    """Return features from what regions are (..., 3) and what the Sun did (..., 5)."""
    rates = np.log(regions[..., :2] + LEAST_RATES)
    return np.concatenate([rates, lately, regions[..., 2:]], axis=-1)


def came(counts: Counts, flare_class: str) -> Floats:
    """Return 1 where counts (..., 3) hold a flare of the class or stronger, 0 where not."""
    strong = counts[..., CLASSES.index(flare_class) :].sum(axis=-1)
    return np.where(np.isnan(strong), np.nan, strong > 0)


def spans(daily: Floats, days: int) -> Floats:
    """Return whether any of so many days in a row had an event, shape (..., day - days + 1)."""
    windows = np.lib.stride_tricks.sliding_window_view(daily, days, axis=-1)
    any_of: Floats = windows.max(axis=-1)
    return any_of


def frequency(counts: Counts, flare_class: str, days: int) -> Floats:
    """Return the share of spans of so many days with an event in the last 30: (...)."""
    return _mean(spans(came(counts, flare_class), days))


def recalibrated(said: ArrayLike, past: Past) -> Floats:
    """Return probabilities corrected by what came of those of the last year.

    Parameters
    ----------
    said
        Probabilities, any shape.
    past
        Up to a year of the same target. With fewer than 30 events, or fewer than 30 quiet
        days, nothing is corrected.

    Notes
    -----
    Isotonic regression (pool adjacent violators: Zadrozny and Elkan 2002, KDD 694). A step of
    few days is kept near what was said, as if 10 more days had come as said; the steps are
    joined by straight lines.
    """
    order = np.argsort(past.said, kind="stable")
    raw, happened = past.said[order], past.came[order]
    if min(happened.sum(), len(happened) - happened.sum()) < FEWEST_EVENTS:
        return np.asarray(said, float)
    from scipy.optimize import isotonic_regression  # noqa: PLC0415  # a second to import

    edges = isotonic_regression(happened).blocks
    days = np.diff(edges)
    middle = np.add.reduceat(raw, edges[:-1]) / days
    level = np.add.reduceat(happened, edges[:-1]) + AS_SAID_DAYS * middle
    level = isotonic_regression(level / (days + AS_SAID_DAYS), weights=days).x
    corrected: Floats = np.interp(np.asarray(said, float), middle, level)
    return corrected


def _checked(counts: Counts) -> Counts:
    if counts.shape != (MEMORY_DAYS, len(CLASSES)):
        raise ValueError(
            f"flare counts of shape {counts.shape}; give {MEMORY_DAYS} days of C, M, X"
        )
    if (counts < 0).any():
        raise ValueError(
            f"{np.nanmin(counts)} flares in a day; give a count, NaN where unknown"
        )
    return counts


def _expected(
    inputs: FlareInputs, coefficients: Coefficients, known: Floats, letter: str, span_h: int
) -> float:
    """Return the probability for the disk, or what stands in for it."""
    name, days = target(letter, span_h), span_h // 24
    expected = float(probability(coefficients.logistic(name), known))
    if np.isnan(expected):
        usual = frequency(inputs.counts, letter, days)
        return float(usual) if np.isfinite(usual) else poisson(days * RATES_PER_DAY[letter])
    past = inputs.past.get(name)
    return expected if past is None else float(recalibrated(expected, past))


def _chance(
    inputs: FlareInputs,
    event: tuple[str, int],
    chance: float,
    now: datetime,
    says: tuple[str, ...],
) -> Chance:
    letter, span_h = event
    days = span_h // 24
    return Chance(
        event=f"flare >= {letter}1",
        issued=now,
        begin=now,
        end=now + timedelta(hours=span_h),
        probability=chance,
        persistence=_known(came(inputs.counts[-days:], letter).max()),
        climatology=_known(frequency(inputs.counts, letter, days)),
        based_on=inputs.based_on,
        says=says,
    )


def _region_chance(
    inputs: FlareInputs,
    region: Region,
    event: tuple[str, int],
    chance: float,
    now: datetime,
) -> Chance:
    letter, span_h = event
    rates = flares_per_day(region.mcintosh)
    a_day = rates.x if letter == "X" else rates.m + rates.x
    usual = poisson(a_day * span_h / 24)
    flared = inputs.region_flares.get(region.number)
    known = np.isfinite(chance)
    return Chance(
        event=f"flare >= {letter}1 of region {region.number}",
        issued=now,
        begin=now,
        end=now + timedelta(hours=span_h),
        probability=chance if known else usual,
        persistence=None if flared is None or letter == "X" else float(flared > 0),
        climatology=usual,
        based_on=inputs.based_on,
        says=(*(() if known else (CLIMATOLOGY,)), *_says(inputs, now)),
    )


def _says(inputs: FlareInputs, now: datetime) -> tuple[str, ...]:
    """Say that the region summary is too old; a spotless disk has to tell its time of issue."""
    issued = inputs.summary_issued
    return () if issued is not None and now - issued <= SUMMARY_MAX_AGE else (STALE,)


def _known(value: Floats | float) -> float | None:
    return float(value) if np.isfinite(value) else None


def _each(regions: Sequence[Region]) -> Floats:
    return activity(
        [one.mcintosh for one in regions],
        [one.magnetic for one in regions],
        [one.area_msh for one in regions],
    )


def _mean(values: Floats) -> Floats:
    known = np.isfinite(values)
    share = known.mean(axis=-1)
    total = np.where(known, values, 0).mean(axis=-1)
    mean: Floats = np.where(share >= 0.5, total / np.maximum(share, 0.5), np.nan)
    return mean
