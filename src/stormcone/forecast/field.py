"""A quantity over the globe with its quantiles: what forecast hands to effect."""

from collections.abc import Iterator
from datetime import datetime
from itertools import pairwise

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

from stormcone.observation.feed import Provenance
from stormcone.reference.grid import Grid


class Source(Struct, frozen=True, kw_only=True):
    """An observation that a field rests on, with its value and its time."""

    quantity: str
    value: float
    at: datetime
    source: str
    provenance: Provenance


class Field(Struct, frozen=True, eq=False, kw_only=True):
    """Quantiles of one quantity on one grid, valid at one time.

    `values` is float32 of shape (quantile, latitude, longitude), one layer for each of `levels`
    (rising, in 0 to 1); NaN means "not known". Where `level_fl` names flight levels, the shape
    is (quantile, flight level, latitude, longitude).
    """

    quantity: str
    grid: Grid
    issued: datetime
    valid: datetime
    level_fl: tuple[int, ...] = ()
    levels: tuple[float, ...]
    values: NDArray[np.float32]
    based_on: tuple[Source, ...] = ()
    says: tuple[str, ...] = ()

    def exceedance(self, threshold: float) -> NDArray[np.float32]:
        """Return the probability of `threshold` or more, of the shape of one quantile.

        The quantile function is linear between its levels and goes on straight to 0 and 1, so
        the probability is 0.5 or more exactly where the median is at or above the threshold.
        A single level tells yes (1) from no (0) and no more. NaN stays NaN.

        Raises
        ------
        ValueError
            If the threshold is not finite.
        """
        return exceedance(self.levels, self.values, threshold)


def exceedance(
    levels: tuple[float, ...], values: NDArray[np.floating], threshold: float
) -> NDArray[np.float32]:
    """Return the probability of `threshold` or more where `values` are quantiles at `levels`.

    `values` has the shape (quantile, ...), the result what follows; see `Field.exceedance`.

    Raises
    ------
    ValueError
        If the threshold is not finite.

    Examples
    --------
    >>> exceedance((0.25, 0.5, 0.75), np.array([1.0, 2.0, 4.0]), 3.0)
    array(0.375, dtype=float32)
    """
    if not np.isfinite(threshold):
        raise ValueError(f"threshold {threshold} is not a finite number; expected one that is")
    if len(levels) == 1:
        only = values[0]
        return np.asarray(np.where(np.isnan(only), only, only >= threshold), np.float32)
    quantiles = np.asarray(values, np.float32)
    below = np.zeros(quantiles.shape[1:], np.float32)
    for share, start, end in _segments(levels, quantiles):
        below = below + share * _part_below(np.float32(threshold), start, end)
    return np.asarray(np.clip(1 - below, 0, 1), np.float32)


def _segments(
    levels: tuple[float, ...], values: NDArray[np.float32]
) -> Iterator[tuple[np.float32, NDArray[np.float32], NDArray[np.float32]]]:
    """Yield the share of probability, the start and the end of each straight piece."""
    first, last = np.float32(levels[0]), np.float32(1 - levels[-1])
    step, final = np.float32(levels[1] - levels[0]), np.float32(levels[-1] - levels[-2])
    yield first, values[0] - (values[1] - values[0]) * (first / step), values[0]
    for i, (low, high) in enumerate(pairwise(levels)):
        yield np.float32(high - low), values[i], values[i + 1]
    yield last, values[-1], values[-1] + (values[-1] - values[-2]) * (last / final)


def _part_below(
    threshold: np.float32, start: NDArray[np.float32], end: NDArray[np.float32]
) -> NDArray[np.float32]:
    """Return how much of a piece lies below the threshold, 0 to 1; a flat one, all or none."""
    length = end - start
    sloped = length > 0
    ratio = (threshold - start) / np.where(sloped, length, 1)
    flat = np.where(np.isnan(end), end, threshold > end)
    part: NDArray[np.float32] = np.where(sloped, np.clip(ratio, 0, 1), flat)
    return part
