"""A geographic grid of nodes; a cell is its node and half a step on each side."""

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray


class Grid(Struct, frozen=True, eq=False):
    """Nodes of a regular grid: latitudes from north to south, longitudes from west to east."""

    lat_deg: NDArray[np.float64]
    lon_deg: NDArray[np.float64]

    @property
    def shape(self) -> tuple[int, int]:
        """Rows (latitudes) and columns (longitudes)."""
        return len(self.lat_deg), len(self.lon_deg)


def global_grid(step_deg: float = 1.0) -> Grid:
    """Return the whole globe in steps of `step_deg`, 90 to -90 and -180 to 180 less one step.

    Raises
    ------
    ValueError
        If 180 is not a whole number of steps.

    Examples
    --------
    >>> global_grid().shape
    (181, 360)
    """
    rows = 180 / step_deg
    if rows != round(rows):
        raise ValueError(f"a step of {step_deg} degrees does not divide 180; try 1, 2 or 2.5")
    lat_deg = np.linspace(90, -90, round(rows) + 1)
    lon_deg = np.linspace(-180, 180, 2 * round(rows), endpoint=False)
    return Grid(lat_deg=lat_deg, lon_deg=lon_deg)
