"""Scores of whole distributions: CRPS, where the truth fell in them, and what they covered.

NaN in a case gives NaN for that case.
"""

import numpy as np
from numpy.typing import ArrayLike, NDArray


def level_weights(levels: ArrayLike) -> NDArray[np.float64]:
    """Return how much of the distribution each level stands for, summing to 1.

    A level stands for what lies up to half-way to its neighbours, the outer ones as far to the
    other side: levels in equal steps weigh the same.

    Raises
    ------
    ValueError
        If the levels do not rise within 0 to 1.

    Examples
    --------
    >>> level_weights((0.05, 0.1, 0.25, 0.5, 0.75, 0.9, 0.95)).round(3)
    array([0.053, 0.105, 0.211, 0.263, 0.211, 0.105, 0.053])
    """
    at = np.asarray(levels, float)
    steps = np.diff(at)
    if at.ndim != 1 or not at.size or not (at[0] > 0 and at[-1] < 1) or (steps <= 0).any():
        raise ValueError(f"levels {at} do not rise between 0 and 1; sort them")
    if at.size == 1:
        return np.ones(1)
    widths = np.concatenate([steps[:1], (steps[1:] + steps[:-1]) / 2, steps[-1:]])
    weights: NDArray[np.float64] = widths / widths.sum()
    return weights


def crps_from_quantiles(
    levels: ArrayLike, values: ArrayLike, observed: ArrayLike
) -> NDArray[np.float64]:
    """Return the CRPS of each case, in the unit of the quantity.

    Parameters
    ----------
    levels
        Shape (level,), rising between 0 and 1.
    values
        The quantiles, shape (case, level).
    observed
        Shape (case,).

    Notes
    -----
    Twice the mean pinball loss over the levels, weighted by `level_weights`: what lies outside
    the outer levels is not seen. A single level of 0.5 gives the absolute error.

    References
    ----------
    Gneiting and Ranjan 2011, "Comparing density forecasts using threshold- and
    quantile-weighted scoring rules".
    """
    at, weights = np.asarray(levels, float), level_weights(levels)
    missed = np.asarray(observed, float)[:, None] - np.asarray(values, float)
    pinball = np.maximum(at * missed, (at - 1) * missed)
    crps: NDArray[np.float64] = 2 * pinball @ weights
    return crps


def crps_of_ensemble(members: ArrayLike, observed: ArrayLike) -> NDArray[np.float64]:
    """Return the exact CRPS of each case's ensemble: (case, member) and (case,) to (case,).

    Notes
    -----
    Mean distance of the members from the truth, less half the mean distance among themselves,
    which sorted members give without comparing each pair.

    References
    ----------
    Gneiting and Raftery 2007, "Strictly proper scoring rules, prediction, and estimation",
    equation 21.

    Examples
    --------
    >>> crps_of_ensemble([[1.0, 3.0], [2.0, 2.0]], [2.0, 5.0])
    array([0.5, 3. ])
    """
    ranked = np.sort(np.asarray(members, float), axis=1)
    count = ranked.shape[1]
    error = np.abs(ranked - np.asarray(observed, float)[:, None]).mean(axis=1)
    apart = ranked @ (2 * np.arange(count) - count + 1) / count**2
    crps: NDArray[np.float64] = error - apart
    return crps


def pit(levels: ArrayLike, values: ArrayLike, observed: ArrayLike) -> NDArray[np.float64]:
    """Return the probability that each case's quantiles gave to less than the truth, 0 to 1.

    Uniform where the distributions are right. The quantile function is linear between its
    levels and goes on straight to 0 and 1, as in `Field.exceedance`; a truth on a flat piece
    lies in its middle. Shapes as in `crps_from_quantiles`, with two levels or more.

    References
    ----------
    Dawid 1984, "Present position and potential developments: the prequential approach".

    Examples
    --------
    >>> pit((0.25, 0.5, 0.75), [[1.0, 2.0, 4.0]], [3.0])
    array([0.625])
    """
    at, quantiles = np.asarray(levels, float), np.asarray(values, float)
    truth = np.asarray(observed, float)[:, None]
    steps = np.diff(quantiles, axis=1) / np.diff(at)
    low = quantiles[:, :1] - steps[:, :1] * at[0]
    high = quantiles[:, -1:] + steps[:, -1:] * (1 - at[-1])
    ends = np.concatenate([low, quantiles, high], axis=1)
    start, length = ends[:, :-1], np.diff(ends, axis=1)
    sloped = np.clip((truth - start) / np.where(length > 0, length, 1), 0, 1)
    below = np.where(length > 0, sloped, np.heaviside(truth - start, 0.5))
    share: NDArray[np.float64] = below @ np.diff(np.concatenate([[0.0], at, [1.0]]))
    return share


def pit_counts(probabilities: ArrayLike, bins: int = 10) -> tuple[int, ...]:
    """Return how many of `pit` fall in each of equal bins; cases that are NaN in none."""
    p = np.asarray(probabilities, float)
    counts, _ = np.histogram(p[np.isfinite(p)], bins, (0, 1))
    return tuple(map(int, counts))


def covered(
    levels: tuple[float, ...], values: ArrayLike, observed: ArrayLike, share: float = 0.8
) -> NDArray[np.float64]:
    """Return for each case 1 where the middle `share` holds the truth, else 0; NaN stays.

    Raises
    ------
    ValueError
        If the two levels of that interval are not among `levels`.
    """
    at = np.asarray(levels)
    found = [
        np.flatnonzero(np.isclose(at, edge)) for edge in ((1 - share) / 2, (1 + share) / 2)
    ]
    if not all(map(len, found)):
        raise ValueError(f"levels {levels} do not hold the edges of the middle {share:.0%}")
    quantiles, truth = np.asarray(values, float), np.asarray(observed, float)
    low, high = (quantiles[:, one[0]] for one in found)
    inside = (low <= truth) & (truth <= high)
    known = np.isfinite(low) & np.isfinite(high) & np.isfinite(truth)
    return np.where(known, inside, np.nan)
