"""A polygon of few vertices on whole degrees that contains a shape: its hull, reduced."""

from collections.abc import Iterator
from itertools import pairwise

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

Vertices = NDArray[np.float64]
Bounds = tuple[float, float, float, float]
_LESS_THAN_A_LATTICE_STEP = 1e-7
_SEARCH_STEPS = (2, 4)
_HALF_TURN_DEG = 180


def hull_within(shape: BaseGeometry, vertices: int, step_deg: int) -> Vertices | None:
    """Return at most `vertices` corners, shape (n, 2) of (lon, lat), that enclose `shape`.

    `shape` lies in one plane of longitudes that run on across 180 degrees; edges stay shorter
    than half a turn, because a reader takes the short way, except along a whole circle. None
    if there is no such polygon.
    """
    full = _on_lattice(shape, step_deg)
    for corners in _reductions(_corners(full), vertices, full.bounds):
        with_middles = _with_middles(corners)
        if len(with_middles) <= vertices:
            rounded = _rounded(with_middles, full, step_deg)
            if rounded is not None:
                return rounded
    return None


def _on_lattice(shape: BaseGeometry, step_deg: int) -> BaseGeometry:
    """Return the hull of the lattice points around each vertex: it contains the shape."""
    xy = shapely.get_coordinates(shapely.convex_hull(shape)) / step_deg
    low, high = np.floor(xy) * step_deg, np.ceil(xy) * step_deg
    swapped = np.column_stack([low[:, 0], high[:, 1]]), np.column_stack([high[:, 0], low[:, 1]])
    return shapely.convex_hull(shapely.multipoints(np.vstack([low, high, *swapped])))


def _corners(hull: BaseGeometry) -> Vertices:
    ring = shapely.get_coordinates(shapely.orient_polygons(hull))
    return np.asarray(ring[:-1], float)


def _reductions(corners: Vertices, most: int, bounds: Bounds) -> Iterator[Vertices]:
    """Yield ever fewer corners, from `most` down, by removing the edge that adds least area."""
    while len(corners) > 2:
        if len(corners) <= most:
            yield corners
        added, tips = _without_edges(corners, bounds)
        edge = int(np.argmin(added))
        if not np.isfinite(added[edge]):
            return
        corners = corners.copy()
        corners[edge] = tips[edge]
        corners = np.delete(corners, (edge + 1) % len(corners), axis=0)


def _without_edges(corners: Vertices, bounds: Bounds) -> tuple[NDArray[np.float64], Vertices]:
    """Return what the removal of each edge adds (cosine weighted area), and the new corner.

    The edges beside it are extended until they meet; infinite where they do not.
    """
    a, b, c, d = (np.roll(corners, shift, axis=0) for shift in (1, 0, -1, -2))
    along, back = b - a, c - d
    turn = _cross(along, back)
    meets = turn < -1e-9
    reach = np.divide(_cross(c - b, back), turn, where=meets, out=np.full(len(turn), -1.0))
    tips = b + reach[:, None] * along
    added = np.abs(_cross(c - b, tips - b)) / 2
    weight = np.cos(np.radians((b + c + tips)[:, 1] / 3))
    good = meets & (reach >= 0) & _on_globe(tips, bounds)
    return np.where(good, added * weight, np.inf), tips


def _cross(a: Vertices, b: Vertices) -> NDArray[np.float64]:
    cross: NDArray[np.float64] = a[:, 0] * b[:, 1] - a[:, 1] * b[:, 0]
    return cross


def _on_globe(points: Vertices, bounds: Bounds) -> NDArray[np.bool_]:
    """Return which points are on the globe, and do not lap the part round the circle."""
    west, _, east, _ = bounds
    spare = (360 - (east - west)) / 2
    lon, lat = points.T
    inside: NDArray[np.bool_] = (
        (np.abs(lat) <= 90) & (lon >= west - spare) & (lon <= east + spare)
    )
    return inside


def _goes_round(a: Vertices, b: Vertices) -> bool:
    """Return whether an edge runs along one latitude from 180 to 180 degrees, as written."""
    return bool(abs(a[0]) == abs(b[0]) == 180 and a[1] == b[1])


def _with_middles(corners: Vertices) -> Vertices:
    """Put a corner into every edge of half a turn or more that is not a whole circle."""
    out: list[Vertices] = []
    for a, b in pairwise([*corners, corners[0]]):
        out.append(a)
        if abs(b[0] - a[0]) >= _HALF_TURN_DEG and not _goes_round(a, b):
            out.append((a + b) / 2)
    return np.asarray(out)


def _rounded(corners: Vertices, full: BaseGeometry, step_deg: int) -> Vertices | None:
    """Move each corner to the lattice point that keeps `full` inside at the least area."""
    full = full.buffer(-_LESS_THAN_A_LATTICE_STEP)
    for i, corner in enumerate(corners):
        if not np.array_equal(corner, np.round(corner / step_deg) * step_deg):
            moved = _nearest_outside(corners, i, full, step_deg)
            if moved is None:
                return None
            corners = moved
    spans = np.abs(np.diff(np.vstack([corners, corners[:1]])[:, 0]))
    circles = np.array([_goes_round(a, b) for a, b in pairwise([*corners, corners[0]])])
    return corners if ((spans < _HALF_TURN_DEG) | circles).all() else None


def _nearest_outside(
    corners: Vertices, i: int, full: BaseGeometry, step_deg: int
) -> Vertices | None:
    base = np.round(corners[i] / step_deg) * step_deg
    for reach in _SEARCH_STEPS:
        steps = np.arange(-reach, reach + 1) * step_deg
        grid = np.stack(np.meshgrid(steps, steps), axis=-1).reshape(-1, 2) + base
        grid = grid[_on_globe(grid, full.bounds)]
        rings = np.repeat(corners[None], len(grid), axis=0)
        rings[:, i] = grid
        shapes = shapely.polygons(np.concatenate([rings, rings[:, :1]], axis=1))
        fits = shapely.is_valid(shapes)
        fits[fits] = shapely.covers(shapes[fits], full)
        if fits.any():
            best = np.flatnonzero(fits)[np.argmin(shapely.area(shapes[fits]))]
            return np.asarray(rings[best], float)
    return None
