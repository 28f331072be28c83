"""What is expected of a global number, and how probable an event is: products without a map."""

from datetime import datetime

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

from stormcone.forecast.field import Source, exceedance


class Outlook(Struct, frozen=True, eq=False, kw_only=True):
    """Quantiles of one global quantity at several times ahead, and what simple rules say.

    `values` has the shape (lead, level), `levels` rise in 0 to 1; `persistence` and
    `climatology` have the shape (lead,) and stand beside the forecast wherever it is shown.
    """

    quantity: str
    issued: datetime
    valid: tuple[datetime, ...]
    levels: tuple[float, ...]
    values: NDArray[np.float64]
    persistence: NDArray[np.float64]
    climatology: NDArray[np.float64]
    based_on: tuple[Source, ...] = ()
    says: tuple[str, ...] = ()

    def exceedance(self, threshold: float) -> NDArray[np.float64]:
        """Return the probability of `threshold` or more at each lead, shape (lead,)."""
        return exceedance(self.levels, self.values.T, threshold).astype(np.float64)


class Chance(Struct, frozen=True, kw_only=True):
    """The probability (0 to 1) that an event happens between `begin` and `end`.

    `persistence` and `climatology` are the probabilities that simple rules give; None where a
    rule does not exist.
    """

    event: str
    issued: datetime
    begin: datetime
    end: datetime
    probability: float
    persistence: float | None
    climatology: float | None
    based_on: tuple[Source, ...] = ()
    says: tuple[str, ...] = ()
