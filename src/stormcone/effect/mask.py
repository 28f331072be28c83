"""Masks on a grid: how much of the sphere they cover, and back from an area (pure)."""

import numpy as np
import shapely
from numpy.typing import NDArray

from stormcone.reference.areas import Area, shape_of
from stormcone.reference.grid import Grid

Mask = NDArray[np.bool_]


def row_weights(grid: Grid) -> NDArray[np.float64]:
    """Return the share of the sphere of one cell of each row, shape (rows,).

    Examples
    --------
    >>> from stormcone.reference.grid import global_grid
    >>> grid = global_grid()
    >>> round(float(row_weights(grid).sum() * len(grid.lon_deg)), 12)
    1.0
    """
    half_deg = abs(grid.lat_deg[1] - grid.lat_deg[0]) / 2
    top = np.sin(np.radians(np.minimum(grid.lat_deg + half_deg, 90)))
    bottom = np.sin(np.radians(np.maximum(grid.lat_deg - half_deg, -90)))
    weights: NDArray[np.float64] = (top - bottom) / 2 / len(grid.lon_deg)
    return weights


def mask_steradians(mask: Mask, weights: NDArray[np.float64]) -> float:
    """Return the area of a mask on the sphere; `weights` are the `row_weights` of its grid."""
    return float(4 * np.pi * weights @ mask.sum(axis=1))


def mask_of(area: Area, grid: Grid) -> Mask:
    """Return the cells whose nodes lie in `area` or on its edge, shape of `grid`."""
    lon_deg, lat_deg = np.meshgrid(grid.lon_deg, grid.lat_deg)
    shape = shape_of(area)
    shapely.prepare(shape)
    mask: Mask = shapely.intersects_xy(shape, lon_deg, lat_deg)
    if grid.lon_deg[0] == -180:
        mask[:, 0] |= shapely.intersects_xy(shape, -lon_deg[:, 0], lat_deg[:, 0])
    return mask


def padded(mask: Mask) -> Mask:
    """Return a mask grown by one cell on every side.

    A sector that touches a pole stays a sector: closing the pole around it would add almost
    nothing to the area, and a whole circle of longitudes to the words.
    """
    wide = mask | np.roll(mask, 1, axis=1) | np.roll(mask, -1, axis=1)
    grown: Mask = wide.copy()
    grown[1:] |= wide[:-1]
    grown[:-1] |= wide[1:]
    return grown
