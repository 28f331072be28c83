"""Reading a table that covers the globe between its nodes."""

import numpy as np
from numpy.typing import ArrayLike, NDArray


def bilinear(
    table: NDArray[np.floating], lat_deg: ArrayLike, lon_deg: ArrayLike, *, lon_step_deg: float
) -> NDArray[np.float64]:
    """Return `table` at the given places, linear in latitude and in longitude.

    Parameters
    ----------
    table
        Shape (rows, columns): rows from 90 S to 90 N in equal steps, columns eastward from
        180 W every `lon_step_deg`. A column repeated at 180 E does no harm.
    lat_deg, lon_deg
        Places, broadcast against each other; longitudes of any turn.

    Raises
    ------
    ValueError
        If a latitude lies beyond the poles.

    Examples
    --------
    >>> bilinear(np.array([[0.0, 0.0], [2.0, 4.0]]), 0, [-180, -90, 180], lon_step_deg=180)
    array([1. , 1.5, 1. ])
    """
    lat, lon = np.broadcast_arrays(np.asarray(lat_deg, float), np.asarray(lon_deg, float))
    row, north = _row(lat, len(table))
    turn = round(360 / lon_step_deg)
    column = ((lon + 180) / lon_step_deg) % turn
    west = np.floor(column).astype(int) % turn
    east, eastward = (west + 1) % turn, column - np.floor(column)
    south_edge = table[row, west] * (1 - eastward) + table[row, east] * eastward
    north_edge = table[row + 1, west] * (1 - eastward) + table[row + 1, east] * eastward
    value: NDArray[np.float64] = south_edge * (1 - north) + north_edge * north
    return value


def _row(
    lat_deg: NDArray[np.float64], rows: int
) -> tuple[NDArray[np.intp], NDArray[np.float64]]:
    beyond = lat_deg[np.abs(lat_deg) > 90]
    if beyond.size:
        raise ValueError(f"latitude {beyond.flat[0]} is beyond a pole; expected -90 to 90")
    place = (lat_deg + 90) / 180 * (rows - 1)
    row = np.clip(place, 0, rows - 2).astype(np.intp)
    return row, place - row
