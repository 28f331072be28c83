"""A quantity over the globe with its quantiles: what forecast hands to effect."""

from datetime import datetime

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
    (rising, in 0 to 1); NaN means "not known".
    """

    quantity: str
    grid: Grid
    issued: datetime
    valid: datetime
    levels: tuple[float, ...]
    values: NDArray[np.float32]
    based_on: tuple[Source, ...] = ()
    says: tuple[str, ...] = ()
