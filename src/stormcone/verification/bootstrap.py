"""How sure a score is: 95 % intervals from resampled blocks, or from resampled events.

Neighbouring cases of a series resemble each other, so they are drawn in blocks of neighbours;
of eruptions and proton events whole events are drawn. A score is a function of means over
cases, and the mean of a resample comes from the sums of its blocks: no case is copied.
"""

from collections.abc import Callable

import numpy as np
from msgspec import Struct
from numpy.typing import ArrayLike, NDArray

RESAMPLES = 2000
CONFIDENCE = 0.95
Statistic = Callable[[NDArray[np.float64]], NDArray[np.float64]]


class Interval(Struct, frozen=True):
    """A score, the 95 % interval around it, and from how many cases; None is undefined."""

    value: float | None
    low: float | None
    high: float | None
    cases: int

    def excludes(self, value: float) -> bool:
        """Say whether `value` lies outside, so that the score surely differs from it."""
        return (
            self.low is not None
            and self.high is not None
            and not (self.low <= value <= self.high)
        )


def first(means: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the mean of the first column as the score: (..., column) to (...)."""
    return means[..., 0]


def skill(means: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return 1 less the first column's mean over the second's: ours against a reference."""
    out: NDArray[np.float64] = 1 - means[..., 0] / means[..., 1]
    return out


def interval(
    values: ArrayLike,
    *,
    block: int,
    rng: np.random.Generator,
    statistic: Statistic = first,
    resamples: int = RESAMPLES,
) -> Interval:
    """Return a score of a series of cases and its interval, from moving blocks.

    Parameters
    ----------
    values
        Shape (case,) or (case, column), in the order of time: the losses of each case. Of
        paired differences, an interval that excludes 0 says which is better.
    block
        Cases in a block: 3 days of a 3-hourly series, 27 days of a daily one.
    statistic
        The score from the means of the columns, (..., column) to (...).

    Raises
    ------
    ValueError
        If there are no cases, or the block is not positive.

    References
    ----------
    Kuensch 1989, "The jackknife and the bootstrap for general stationary observations".
    """
    columns = _columns(values)
    if block < 1:
        raise ValueError(f"a block of {block} cases; give 1 or more")
    means = block_means(columns, block=block, rng=rng, resamples=resamples)
    return _interval(columns.mean(axis=0), means, statistic, len(columns))


def event_interval(
    values: ArrayLike,
    events: ArrayLike,
    *,
    rng: np.random.Generator,
    statistic: Statistic = first,
    resamples: int = RESAMPLES,
) -> Interval:
    """Return a score and its interval where whole events are drawn, with all their cases.

    `events` has the shape (case,) and names the event of each case; see `interval`.
    """
    columns = _columns(values)
    _, member, counts = np.unique(np.asarray(events), return_inverse=True, return_counts=True)
    sums = np.zeros((len(counts), columns.shape[1]))
    np.add.at(sums, member, columns)
    drawn = rng.multinomial(len(counts), np.full(len(counts), 1 / len(counts)), resamples)
    means = (drawn @ sums) / (drawn @ counts)[:, None]
    return _interval(columns.mean(axis=0), means, statistic, len(columns))


def block_means(
    columns: NDArray[np.float64], *, block: int, rng: np.random.Generator, resamples: int
) -> NDArray[np.float64]:
    """Return the columns' means in each resample, shape (resample, column).

    Blocks start anywhere; as many are drawn as fill the series, the last one cut to fit.
    """
    cases = len(columns)
    length = min(block, cases)
    whole, rest = divmod(cases, length)
    until = np.concatenate([np.zeros((1, columns.shape[1])), np.cumsum(columns, axis=0)])
    starts = rng.integers(0, cases - length + 1, (resamples, whole))
    sums = (until[starts + length] - until[starts]).sum(axis=1)
    if rest:
        last = rng.integers(0, cases - rest + 1, resamples)
        sums += until[last + rest] - until[last]
    means: NDArray[np.float64] = sums / cases
    return means


def _columns(values: ArrayLike) -> NDArray[np.float64]:
    columns = np.asarray(values, float)
    if not columns.size:
        raise ValueError("no cases to resample; give at least one")
    return columns[:, None] if columns.ndim == 1 else columns


def _interval(
    means: NDArray[np.float64],
    resampled: NDArray[np.float64],
    statistic: Statistic,
    cases: int,
) -> Interval:
    """Return the score between its percentiles; resamples without a score do not count."""
    with np.errstate(divide="ignore", invalid="ignore"):
        value, scores = float(statistic(means)), statistic(resampled)
    known = scores[np.isfinite(scores)]
    if not (np.isfinite(value) and known.size):
        return Interval(None, None, None, cases)
    low, high = np.quantile(known, [(1 - CONFIDENCE) / 2, (1 + CONFIDENCE) / 2])
    return Interval(value, float(low), float(high), cases)
