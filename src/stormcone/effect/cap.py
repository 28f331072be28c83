"""A polar cap whose edge follows the area: lower on one side, as around a geomagnetic pole."""

from itertools import permutations

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from stormcone.reference.rings import Ring

CAP_POINTS = 7
_KNOT_STEP_DEG = 15
_LONS_DEG = np.arange(-180.0, 181.0)


def cap_around(shape: BaseGeometry, step_deg: int) -> Ring:
    """Return the tightest cap with two corners besides those at 180 degrees, or () if none.

    The shape spans all longitudes and touches one pole. The edge starts and ends at one
    latitude, and turns at two longitudes, less than half a turn apart, that are tried in steps
    of 15 degrees; its latitudes are rounded away from the pole.
    """
    _, south, _, north = shape.bounds
    sign = 1 if north == 90 else -1
    if max(north, -south) < 90:
        return ()
    edge = _edge(shape, sign)
    corners = _corners()
    lats = np.floor(_lifted(edge, _hats(corners)) / step_deg) * step_deg
    sines = np.sin(np.radians(np.einsum("nk,nkl->nl", lats, _hats(corners))))
    best = int(np.argmax(sines.mean(axis=1)))
    if lats[best].min() < -90:
        return ()
    a, b, c = (sign * float(lat) + 0.0 for lat in lats[best])
    west, east = (float(lon) for lon in corners[best])
    pole = sign * 90.0
    return (
        (a, -180.0),
        (b, west),
        (c, east),
        (a, 180.0),
        (pole, 180.0),
        (pole, -180.0),
        (a, -180.0),
    )


def _edge(shape: BaseGeometry, sign: int) -> NDArray[np.float64]:
    """Return how far the shape reaches from its pole, as latitude, at each whole longitude."""
    ends = np.stack([np.column_stack([_LONS_DEG, np.full(361, lat)]) for lat in (-90, 90)], 1)
    cuts = shapely.intersection(shapely.linestrings(ends), shape)
    bounds = shapely.bounds(cuts)
    return np.asarray(bounds[:, 1] if sign > 0 else -bounds[:, 3], float)


def _corners() -> NDArray[np.float64]:
    """Return pairs of longitudes, shape (n, 2), that part the circle in short enough edges."""
    knots = np.arange(-180 + _KNOT_STEP_DEG, 180, _KNOT_STEP_DEG)
    west, east = (side.ravel() for side in np.meshgrid(knots, knots))
    fits = (west < east) & (east - west < 180) & (west < 0) & (east > 0)
    return np.column_stack([west[fits], east[fits]]).astype(float)


def _hats(corners: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the share of each of three knots in the edge, shape (n, 3, longitudes)."""
    west, east = corners[:, :1], corners[:, 1:]
    first = np.clip((_LONS_DEG + 180) / (west + 180), 0, 1)
    last = np.clip((180 - _LONS_DEG) / (180 - east), 0, 1)
    middle = np.clip((_LONS_DEG - west) / (east - west), 0, 1)
    at_west, at_east = first * (1 - middle), last * middle
    return np.stack([1 - at_west - at_east, at_west, at_east], axis=1)


def _lifted(edge: NDArray[np.float64], hats: NDArray[np.float64]) -> NDArray[np.float64]:
    """Raise the knots as far as the shape allows, in each order, and keep the highest."""
    best = np.full(hats.shape[:2], edge.min())
    height = _mean(best, hats)
    for order in permutations(range(3)):
        lats = np.full(hats.shape[:2], edge.min())
        for knot in order:
            room = edge - np.einsum("nk,nkl->nl", lats, hats)
            share = hats[:, knot]
            lift = np.divide(room, share, where=share > 1e-9, out=np.full_like(room, np.inf))
            lats[:, knot] += lift.min(axis=1)
        lats = np.minimum(lats, 90)
        mean = _mean(lats, hats)
        best[mean > height] = lats[mean > height]
        height = np.maximum(height, mean)
    return best


def _mean(lats: NDArray[np.float64], hats: NDArray[np.float64]) -> NDArray[np.float64]:
    means: NDArray[np.float64] = np.einsum("nk,nkl->n", lats, hats) / hats.shape[2]
    return means
