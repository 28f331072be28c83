"""The probability that a quantity reaches each of its thresholds, over the globe.

Scintillation is known as the probability of an event, not as a distribution: seven quantiles
of an index that nobody predicts would be invented. `exceedance` answers as `Field`'s does.
"""

from datetime import datetime

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

from stormcone.forecast.field import Source
from stormcone.reference.grid import Grid

LEAST_RATIO = 0.05  # of the probabilities of neighbouring thresholds, when going beyond them


class ProbabilityField(Struct, frozen=True, eq=False, kw_only=True):
    """Probabilities (0 to 1) of `quantity` at or above each of two rising `thresholds`.

    `values` is float32 of shape (threshold, latitude, longitude); NaN means "not known".
    """

    quantity: str
    grid: Grid
    issued: datetime
    valid: datetime
    thresholds: tuple[float, float]
    values: NDArray[np.float32]
    based_on: tuple[Source, ...] = ()
    says: tuple[str, ...] = ()

    def exceedance(self, threshold: float) -> NDArray[np.float32]:
        """Return the probability of `threshold` or more, shape (lat, lon).

        Its logarithm is linear in the threshold, through the two that are held and beyond.

        Raises
        ------
        ValueError
            If the threshold is not finite.
        """
        if not np.isfinite(threshold):
            raise ValueError(
                f"threshold {threshold} is not a finite number; expected one that is"
            )
        (low, high), first, second = self.thresholds, self.values[0], self.values[1]
        if threshold in self.thresholds:
            return np.asarray(first if threshold == low else second)
        ratio = np.where(first > 0, second / np.where(first > 0, first, 1), 1)
        part = (threshold - low) / (high - low)
        return np.asarray(
            np.clip(first * np.maximum(ratio, LEAST_RATIO) ** part, 0, 1), np.float32
        )
