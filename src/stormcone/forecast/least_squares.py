"""Least squares that come out the same on every machine.

Sums are exact, because features count in steps of 2^-17 of their range, and systems are solved
without a library: the order in which a machine adds does not show.
"""

from collections.abc import Callable

import numpy as np
from numpy.typing import ArrayLike, NDArray

BITS = 17  # 2 * BITS and the bits of the row count must stay below 53
PIECE = 200_000  # products at once; of more, threads would cost more than they save
Floats = NDArray[np.float64]
Solve = Callable[[Floats, Floats], Floats]


class NotFittedError(ValueError):
    """The rows are too few, or too much alike, for a fit."""


def moments(features: ArrayLike, target: ArrayLike) -> Floats:
    """Return the sums that a ridge needs, over the complete rows; sums of blocks add up.

    Parameters
    ----------
    features
        Shape (row, feature).
    target
        Shape (row,).

    Returns
    -------
    The Gram matrix of (1, features, target), shape (feature + 2, feature + 2).
    """
    whole = complete_rows(features, target)
    unit = np.exp2(np.frexp(np.abs(whole).max(axis=0, initial=0))[1] - BITS)
    counts = np.round(whole / unit)
    width = counts.shape[1]
    rows = max(PIECE // width**2, 1)
    pieces = np.zeros((-(-len(counts) // rows), rows, width))
    pieces.reshape(-1, width)[: len(counts)] = counts
    gram: Floats = (pieces.swapaxes(1, 2) @ pieces).sum(axis=0) * np.outer(unit, unit)
    return gram


def eliminated(matrix: Floats, right: Floats) -> Floats:
    """Return the solutions of positive definite systems (..., n, n) and (..., n)."""
    system = np.concatenate([matrix, right[..., None]], axis=-1)
    for n in range(matrix.shape[-1]):
        pivot = system[..., n, n]
        if not (pivot > 1e-13).all():
            raise NotFittedError("features repeat each other; ask for a penalty above 0")
        row = system[..., n, :] / pivot[..., None]
        system = system - system[..., :, n, None] * row[..., None, :]
        system[..., n, :] = row
    return system[..., -1]


def by_library(matrix: Floats, right: Floats) -> Floats:
    """Return the same much faster, and not to the last digit alike on every machine."""
    return np.asarray(np.linalg.solve(matrix, right[..., None])[..., 0], np.float64)


def solved(
    grams: Floats, penalty: ArrayLike, solve: Solve = eliminated
) -> tuple[Floats, Floats, Floats]:
    """Return mean, scale and weights for grams (..., n, n) and penalties that fit (...)."""
    rows, size = grams[..., 0, 0], grams.shape[-1] - 2
    if not rows.min() > size:
        raise NotFittedError(
            f"{rows.min():.0f} complete rows do not determine {size} weights; feed more"
        )
    mean = grams[..., 0, 1:] / rows[..., None]
    spread = grams[..., 1:, 1:] / rows[..., None, None] - mean[..., None, :] * mean[..., None]
    scale = np.sqrt(np.maximum(np.diagonal(spread, axis1=-2, axis2=-1)[..., :-1], 0))
    scale = np.where(scale > 1e-7 * np.abs(mean[..., :-1]), scale, 1.0)
    standard: Floats = spread[..., :-1, :] / scale[..., None]
    standard[..., :-1] = standard[..., :-1] / scale[..., None, :]
    free = np.asarray(penalty)[..., None, None] * np.eye(size)
    slopes = solve(standard[..., :-1] + free, standard[..., -1])
    return mean[..., :-1], scale, np.concatenate([mean[..., -1:], slopes], axis=-1)


def complete_rows(features: ArrayLike, target: ArrayLike) -> Floats:
    """Return the rows (1, features, target) without a gap."""
    x, y = np.asarray(features, float), np.asarray(target, float)
    table = np.column_stack([np.ones(len(y)), x, y])
    whole: Floats = table[np.isfinite(table).all(axis=1)]
    return whole
