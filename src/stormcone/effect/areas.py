"""From a mask to words: the exact outline, and few ICAO regions that contain it."""

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from itertools import combinations, product

import numpy as np
import shapely
from msgspec import Struct, structs
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from stormcone.effect.wording import Part, part_of, rough_steradians, wordings
from stormcone.reference.areas import (
    Area,
    Band,
    Longitudes,
    Region,
    Side,
    area_of,
    covers,
    region_text,
    shape_of,
)
from stormcone.reference.areas import steradians as steradians_of
from stormcone.reference.grid import Grid
from stormcone.reference.rings import polygons, rings_of, turned, wrapped

MOST_GROUPS = 4
MOST_CHARACTERS = 228
"""Of one outlook: five of them, the labels and a remark of 240 stay within 1800.

Where two severities share an outlook, give each half of this and of the groups: room for two
plain polar caps each.
"""
NO_MATTER_WHEN = datetime(2000, 1, 1, tzinfo=UTC)
_SEVERITY_AND_BLANKS = len("SEV  ")
_NO_LIMIT = 10_000
_NEARLY_THE_SAME = 1.05
_MANY = 16


class Simplified(Struct, frozen=True):
    """Regions that together contain an area, and how many times as large they are."""

    parts: tuple[Region, ...]
    over_forecast: float


def outline(mask: NDArray[np.bool_], grid: Grid) -> Area:
    """Return the exact outline of the cells in `mask`, shape (rows, columns) of `grid`.

    A cell reaches half a step to each side of its node; the poles are closed, and what crosses
    180 degrees is split there.

    Raises
    ------
    ValueError
        If the mask is not of the grid's shape.

    Examples
    --------
    >>> from stormcone.reference.grid import global_grid
    >>> north_pole = np.zeros((7, 12), bool)
    >>> north_pole[0] = True
    >>> outline(north_pole, global_grid(30)).parts
    (((75.0, -180.0), (75.0, 180.0), (90.0, 180.0), (90.0, -180.0), (75.0, -180.0)),)
    """
    if mask.shape != grid.shape:
        raise ValueError(f"a mask of shape {mask.shape} does not fit a grid of {grid.shape}")
    if not mask.any():
        return Area(parts=())
    half_lat = abs(grid.lat_deg[1] - grid.lat_deg[0]) / 2
    half_lon = abs(grid.lon_deg[1] - grid.lon_deg[0]) / 2
    steps = np.diff(np.pad(mask, ((0, 0), (1, 1))).astype(np.int8), axis=1)
    row, first = np.nonzero(steps == 1)
    _, after = np.nonzero(steps == -1)
    boxes = shapely.box(
        grid.lon_deg[first] - half_lon,
        np.maximum(grid.lat_deg[row] - half_lat, -90),
        grid.lon_deg[after - 1] + half_lon,
        np.minimum(grid.lat_deg[row] + half_lat, 90),
    )
    return Area(parts=rings_of(wrapped(shapely.union_all(boxes)).simplify(0)))


def simplify(
    area: Area,
    *,
    points: int = 7,
    step_deg: int = 1,
    at: datetime | None = None,
    groups: int = MOST_GROUPS,
    characters: int = MOST_CHARACTERS,
) -> Simplified:
    """Return at most `groups` regions of at most `characters` that together contain `area`.

    Parameters
    ----------
    area
        What is affected; each region carries its share of it as `exact`.
    points
        Most points of a polygon as written, the repeated first one included.
    step_deg
        Vertices are rounded outward to whole multiples of this.
    at
        When; without it no region is described by a side.
    groups, characters
        What one outlook may hold; neighbours are merged, at least cost, until it does.

    Raises
    ------
    AssertionError
        If the words do not contain the area: a defect here, never a property of the area.
    """
    if not area.parts:
        return Simplified(parts=(), over_forecast=1.0)
    parts = _merged_to(_components(area), groups)
    regions = _worded(parts, points, step_deg, at, characters)
    while regions is None:
        parts = _merged_to(parts, len(parts) - 1)
        limit = characters if len(parts) > 1 else _NO_LIMIT
        regions = _worded(parts, points, step_deg, at, limit)
    said = _all_of(area_of(region, at or NO_MATTER_WHEN) for region in regions)
    if not covers(said, area):
        texts = [region_text(region) for region in regions]
        raise AssertionError(f"{texts} do not contain the area that they stand for")
    return Simplified(
        parts=_in_one(regions), over_forecast=steradians_of(said) / steradians_of(area)
    )


def _in_one(regions: Sequence[Region]) -> tuple[Region, ...]:
    """Say regions in bands as one where they lie on the same side and longitudes."""
    found: list[Region] = []
    for region in regions:
        for i, other in enumerate(found):
            if region.bands and other.bands and _beside(region) == _beside(other):
                found[i] = structs.replace(
                    region,
                    bands=tuple(b for b in Band if b in (*other.bands, *region.bands)),
                    exact=_all_of(r.exact for r in (other, region) if r.exact),
                )
                break
        else:
            found.append(region)
    return tuple(found)


def _beside(region: Region) -> tuple[Side | None, Longitudes | None]:
    return region.side, region.longitudes


def _all_of(areas: Iterable[Area]) -> Area:
    whole = shapely.union_all([shape_of(area) for area in areas])
    return Area(parts=rings_of(whole))


class _Option(Struct, frozen=True):
    """One wording of one part: how large it is, and how many characters it takes."""

    size: float
    characters: int
    region: Region


def _worded(
    parts: Sequence[Part], points: int, step_deg: int, at: datetime | None, characters: int
) -> tuple[Region, ...] | None:
    """Return the smallest wordings that fit, of nearly equal ones the shortest, or None."""
    choices = [_options(part, points, step_deg, at) for part in parts]
    fitting = [
        choice
        for choice in product(*choices)
        if sum(option.characters for option in choice) <= characters
    ]
    if not fitting:
        return None
    least = min(_size(choice) for choice in fitting)
    near = [choice for choice in fitting if _size(choice) <= least * _NEARLY_THE_SAME]
    best = min(near, key=lambda choice: sum(option.characters for option in choice))
    return tuple(option.region for option in best)


def _size(choice: Sequence[_Option]) -> float:
    return sum(option.size for option in choice)


def _options(part: Part, points: int, step_deg: int, at: datetime | None) -> list[_Option]:
    """Return every wording of a part that contains it, with the part's exact area."""
    exact = Area(parts=rings_of(wrapped(part.shape)))
    options = []
    for region in wordings(part, points, step_deg, at):
        said = area_of(region, at or NO_MATTER_WHEN)
        if covers(said, exact):
            length = len(region_text(region)) + _SEVERITY_AND_BLANKS
            exactly = structs.replace(region, exact=exact)
            options.append(_Option(steradians_of(said), length, exactly))
    return options


def _components(area: Area) -> list[Part]:
    """Return the connected parts of an area; 180 degrees east and west are neighbours."""
    shapes = polygons(shape_of(area))
    moved = [turned(shape, 360) for shape in shapes]
    both = np.array([*shapes, *moved])
    tree = shapely.STRtree(both)
    left, right = tree.query(both, predicate="intersects") % len(shapes)
    label = np.arange(len(shapes))
    while True:
        lower = label.copy()
        np.minimum.at(lower, left, label[right])
        if np.array_equal(lower, label):
            break
        label = lower
    return [part_of(_chosen(shapes, label == name)) for name in np.unique(label)]


def _chosen(shapes: Sequence[BaseGeometry], chosen: NDArray[np.bool_]) -> list[BaseGeometry]:
    return [shape for shape, wanted in zip(shapes, chosen, strict=True) if wanted]


def _merged_to(parts: list[Part], most: int) -> list[Part]:
    """Merge the two parts whose common words add least area, until `most` are left."""
    parts = _few(parts)
    while len(parts) > most:
        a, b = min(combinations(parts, 2), key=lambda pair: _cost(*pair))
        parts = [part for part in parts if part not in (a, b)] + [_together(a, b)]
    return parts


def _few(parts: list[Part]) -> list[Part]:
    """Add the small parts of a scattered area to the large ones, each where it costs least."""
    ranked = sorted(parts, key=rough_steradians, reverse=True)
    large = ranked[:_MANY]
    for part in ranked[_MANY:]:
        costs = [_cost(host, part) for host in large]
        host = costs.index(min(costs))
        large[host] = _together(large[host], part)
    return large


def _together(a: Part, b: Part) -> Part:
    return part_of([*a.shapes, *b.shapes])


def _cost(a: Part, b: Part) -> float:
    return rough_steradians(_together(a, b)) - rough_steradians(a) - rough_steradians(b)
