"""From points of a published map to a GridReading: what is missing or absurd is NaN."""

import numpy as np
from numpy.typing import ArrayLike, NDArray

from stormcone.observation.feed import UnreadableError
from stormcone.observation.rows import BAD_ROWS_ALLOWED
from stormcone.reference.grid import Grid


def on_grid(feed: str, grid: Grid, points: ArrayLike, high: float) -> NDArray[np.float32]:
    """Return `points` (n, 3) of longitude, latitude and value as a map of `grid`, float32.

    A node without a point is NaN, and so is one whose value is not within 0 to `high`.

    Raises
    ------
    UnreadableError
        If a point lies on no node, or more than a tenth of the values are out of range.
    """
    lon_deg, lat_deg, value = np.asarray(points, float).reshape(-1, 3).T
    with np.errstate(invalid="ignore"):  # a place that is infinite lies on no node
        row = _nodes(feed, "latitude", grid.lat_deg, lat_deg)
        column = _nodes(feed, "longitude", grid.lon_deg, (lon_deg + 180) % 360 - 180)
    values = np.full(grid.shape, np.nan, np.float32)
    values[row, column] = within(feed, value, high)
    return values


def within(feed: str, value: NDArray[np.float64], high: float) -> NDArray[np.float64]:
    """Return `value` with NaN for what is below 0 or above `high`.

    Raises
    ------
    UnreadableError
        If that is more than a tenth of those given, or nothing is left.
    """
    absurd = (value < 0) | (value > high)
    known = ~np.isnan(value)
    if not known.any() or absurd.sum() > BAD_ROWS_ALLOWED * known.sum():
        example = value[absurd][0] if absurd.any() else "none"
        raise UnreadableError(
            f"{feed}: {absurd.sum()} of {known.sum()} values are not within 0 to {high:g}, "
            f"the first is {example}"
        )
    return np.where(absurd, np.nan, value)


def _nodes(
    feed: str, axis: str, nodes: NDArray[np.float64], at: NDArray[np.float64]
) -> NDArray[np.intp]:
    """Return which node each place is; the nodes are evenly spaced, rising or falling."""
    step = nodes[1] - nodes[0]
    place = (at - nodes[0]) / step
    near = np.round(place)
    off = ~(np.abs(place - near) < 1e-3) | (near < 0) | (near >= len(nodes))
    if off.any():
        raise UnreadableError(
            f"{feed}: {axis} {at[off][0]} is no node, expected steps of {abs(step):g} "
            f"from {nodes[0]:g} to {nodes[-1]:g}"
        )
    found: NDArray[np.intp] = near.astype(np.intp)
    return found
