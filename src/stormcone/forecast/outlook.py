"""What is expected of a global number, and how probable an event is: products without a map."""

from datetime import datetime

import numpy as np
from msgspec import Struct, structs
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


def at_least(outlook: Outlook, lead: int, known: float) -> Outlook:
    """Return an outlook whose quantity is known to have reached `known` at one lead.

    The quantiles of that lead become those of the part of the distribution above.

    Examples
    --------
    >>> day, none = datetime(2026, 1, 19), np.zeros(1)
    >>> said = Outlook(
    ...     quantity="kp",
    ...     issued=day,
    ...     valid=(day,),
    ...     levels=(0.25, 0.5, 0.75),
    ...     values=np.array([[2.0, 3.0, 4.0]]),
    ...     persistence=none,
    ...     climatology=none,
    ... )
    >>> at_least(said, 0, 3.0).values.round(2).tolist()
    [[3.5, 4.0, 4.0]]
    """
    levels, row = np.array(outlook.levels), outlook.values[lead]
    below = float(np.interp(known, row, levels, left=0.0, right=float(levels[-1])))
    upper = np.interp(below + levels * (1 - below), levels, row)
    values = outlook.values.copy()
    values[lead] = np.maximum(upper, known)
    return structs.replace(outlook, values=values)


class Chance(Struct, frozen=True, kw_only=True):
    """The probability (0 to 1) that an event happens between `begin` and `end`; NaN: not known.

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
