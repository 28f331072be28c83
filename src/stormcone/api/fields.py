"""Fields on the wire (console.md 7): a picture to draw, and what it is."""

import hashlib
from datetime import datetime, timedelta

import msgspec
import numpy as np
from numpy.typing import NDArray

from stormcone.api.data import FieldAbout, FieldSource, Point, Product
from stormcone.api.png import codes, encode_png
from stormcone.api.problem import ProblemError
from stormcone.forecast.field import Field
from stormcone.forecast.probability_field import ProbabilityField
from stormcone.reference.grid import Grid
from stormcone.reference.utc import floor_minutes

CADENCE = timedelta(minutes=5)
LARGEST_LEAD_H = 25
SHOWN_FL = 400
MEDIAN, LOW, HIGH = 0.5, 0.05, 0.95
AnyField = Field | ProbabilityField


def _product(name: str, title: str, unit: str, vmax: float, *contours: float) -> Product:
    """Return a product whose colours span 0 to `vmax`; of a wide range, in its square root."""
    return Product(
        id=name,
        title=title,
        unit=unit,
        cadence_s=300,
        vmin=0,
        vmax=vmax,
        transform="sqrt" if name in IN_SQUARE_ROOT else "linear",
        contours=list(contours),
        levels=[],
    )


IN_SQUARE_ROOT = ("absorption", "dose", "aurora")
PRODUCTS = {
    one.id: one
    for one in (
        _product("haf", "Highest affected frequency (1 dB)", "MHz", 35, 5, 10, 15, 20, 25, 30),
        _product("absorption", "Absorption at 30 MHz", "dB", 6.5, 1, 2, 5, 10, 20),
        _product("muf", "Depression of MUF(3000)", "%", 60, 30, 50),
        _product("tec", "Vertical electron content", "TECU", 200, 50, 100, 125, 150, 175),
        _product("s4", "Probability of S4 ≥ 0.5", "1", 1, 0.1, 0.3, 0.5),
        _product("phase", "Probability of σφ ≥ 0.4 rad", "1", 1, 0.1, 0.3, 0.5),
        _product("dose", "Effective dose rate at FL400", "µSv/h", 10, 5, 10, 30, 80),
        _product("aurora", "Energy flux of the aurora", "erg/(cm² s)", 3.2, 1, 2, 5),
    )
}


def product_of(name: str) -> Product:
    """Return a product by its id.

    Raises
    ------
    ProblemError
        If there is none of that name.
    """
    if name not in PRODUCTS:
        raise ProblemError(
            "not-found", f"no field {name!r}", value=name, allowed=", ".join(PRODUCTS)
        )
    return PRODUCTS[name]


def on_the_grid(valid: datetime) -> datetime:
    """Return `valid` if fields exist for it: whole multiples of five minutes.

    Raises
    ------
    ProblemError
        Naming the nearest earlier time that has one.
    """
    floor = floor_minutes(valid, 5)
    if floor != valid:
        raise ProblemError(
            "not-found",
            f"fields are made every 5 minutes; {valid:%H:%M:%S} is not one of them",
            value=f"{valid:%Y-%m-%dT%H:%M:%SZ}",
            next_step=f"ask for {floor:%Y-%m-%dT%H:%MZ}",
        )
    return valid


def layer(field: AnyField, level: float = MEDIAN) -> NDArray[np.float32]:
    """Return one quantile of a field, (latitude, longitude).

    Of flight levels the one at SHOWN_FL, of probabilities that of the lower threshold.
    """
    if isinstance(field, ProbabilityField):
        first: NDArray[np.float32] = field.values[0]
        return first
    nearest = int(np.argmin([abs(found - level) for found in field.levels]))
    values: NDArray[np.float32] = field.values[nearest]
    return values[_shown_level(field)] if field.level_fl else values


def at_shown_level(field: AnyField) -> AnyField:
    """Return a field with flight levels at SHOWN_FL alone, others as they are: to be kept."""
    if isinstance(field, ProbabilityField) or len(field.level_fl) < 2:
        return field
    level = _shown_level(field)
    return msgspec.structs.replace(
        field,
        level_fl=(field.level_fl[level],),
        values=field.values[:, level : level + 1].copy(),
    )


def _shown_level(field: Field) -> int:
    return int(np.argmin([abs(found - SHOWN_FL) for found in field.level_fl]))


def picture(field: AnyField, product: Product) -> bytes:
    """Return the median of `field` as the product's PNG."""
    grey = codes(
        layer(field), vmin=product.vmin, vmax=product.vmax, transform=product.transform
    )
    return encode_png(grey)


def grid_header(grid: Grid, product: Product) -> str:
    """Return the words that a reader needs beside the picture.

    Examples
    --------
    >>> from stormcone.reference.grid import global_grid
    >>> grid_header(global_grid(), PRODUCTS["haf"])[:44]
    'nx=360;ny=181;lon0=-180;lat0=90;dx=1;dy=-1;v'
    """
    rows, columns = grid.shape
    step = grid.lon_deg[1] - grid.lon_deg[0]
    return (
        f"nx={columns};ny={rows};lon0={grid.lon_deg[0]:g};lat0={grid.lat_deg[0]:g};"
        f"dx={step:g};dy={-step:g};vmin={product.vmin:g};vmax={product.vmax:g};"
        f"unit={product.unit};transform={product.transform};wraps=1"
    )


def about(field: AnyField, product: Product) -> FieldAbout:
    """Return what a field is, when it was made, and what it rests on."""
    return FieldAbout(
        quantity=field.quantity,
        grid=grid_header(field.grid, product),
        issued=field.issued,
        valid=field.valid,
        sources=msgspec.convert(msgspec.to_builtins(field.based_on), list[FieldSource]),
        says=list(field.says),
        missing=not bool(np.isfinite(layer(field)).any()),
        etag=hashlib.sha256(field.values.tobytes()).hexdigest(),
    )


def nearest_cell(grid: Grid, lat_deg: float, lon_deg: float) -> tuple[int, int]:
    """Return the row and column of the node nearest to a place; longitude wraps."""
    row = int(np.argmin(np.abs(grid.lat_deg - lat_deg)))
    away = (grid.lon_deg - lon_deg + 180) % 360 - 180
    return row, int(np.argmin(np.abs(away)))


def at_point(
    field: AnyField, product: Product, where: tuple[float, float], sky: tuple[float, float]
) -> Point:
    """Return a field at (latitude, longitude); `sky` = solar zenith, geomagnetic latitude.

    A probability has no interval: `low` and `high` are None.
    """
    row, column = nearest_cell(field.grid, *where)

    def value(level: float) -> float | None:
        found = float(layer(field, level)[row, column])
        return found if np.isfinite(found) else None

    spread = isinstance(field, Field)
    return Point(
        value=value(MEDIAN),
        low=value(LOW) if spread else None,
        high=value(HIGH) if spread else None,
        unit=product.unit,
        zenith_deg=sky[0],
        geomagnetic_lat_deg=sky[1],
    )
