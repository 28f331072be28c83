"""Monthly median ionosphere: the maps of foF2 and M(3000)F2 of the CCIR and the URSI.

A map is a product of three matrices: rows of the hour, coefficients of the month, and rows of
the place. The last depend on the place alone, so `geometry` is made once for a grid and kept.
The coefficients are an argument (`observation.tables.ionosphere` reads those packaged).

References
----------
.. [1] ITU-R P.1239-3, "ITU-R reference ionospheric characteristics".
.. [2] Bilitza et al. 2022, "The International Reference Ionosphere model", Rev. Geophys. 60.
.. [3] Forsythe et al. 2024, "PyIRI: Whole-globe approach to the IRI", Space Weather 22.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from enum import StrEnum

import numpy as np
from msgspec import Struct
from numpy.typing import ArrayLike, NDArray

from stormcone.reference.bilinear import bilinear
from stormcone.reference.geomagnetic import GeomagneticTable
from stormcone.reference.grid import Grid

Coefficients = Mapping[str, NDArray[np.float32]]
FOF2_POWERS = (12, 12, 9, 5, 2, 1, 1, 1, 1)  # of sin(modip), for each harmonic of longitude
M3000_POWERS = (7, 8, 6, 3, 2, 1, 1)
FOF2_HOURS, M3000_HOURS = 13, 9  # terms of the diurnal series
LEVELS_IG12 = (0.0, 100.0)  # solar activity of the two sets of coefficients
HIGHEST_F107_SFU = 300.0  # the indices' parabola is used no further
SEASON = (-1, -1, 0, 0, 1, 1, 1, 1, 0, 0, -1, -1)  # of the E layer, January first


class Maps(StrEnum):
    """Whose coefficients of foF2 are used."""

    CCIR = "fof2_ccir"
    URSI = "fof2_ursi"


class Geometry(Struct, frozen=True, eq=False, kw_only=True):
    """What the model needs of n places, made once.

    `fof2` (76, n) and `m3000` (49, n) are the rows of the place, in single precision for a
    grid; `zenith` (3, n) is the vertical as a unit vector; `dip_lat_deg` is the unsigned
    latitude of a dipole field with the dip that is found here at 300 km.
    """

    shape: tuple[int, ...]
    lat_deg: NDArray[np.floating]
    modip_deg: NDArray[np.floating]
    dip_lat_deg: NDArray[np.floating]
    zenith: NDArray[np.floating]
    fof2: NDArray[np.floating]
    m3000: NDArray[np.floating]


class Peak(Struct, frozen=True, eq=False, kw_only=True):
    """foF2 (MHz) and M(3000)F2 at both levels of activity, each (time, 2, n)."""

    fof2_mhz: NDArray[np.floating]
    m3000: NDArray[np.floating]


def geometry(
    lat_deg: ArrayLike, lon_deg: ArrayLike, *, modip_deg: ArrayLike, dip_deg: ArrayLike
) -> Geometry:
    """Return the rows of some places; the four arguments broadcast to one shape.

    Modified dip latitude and dip are those of 300 km height, in degrees.

    Raises
    ------
    ValueError
        If a latitude lies beyond the poles.
    """
    lat, lon, modip, dip = np.broadcast_arrays(
        *(np.asarray(angle, float) for angle in (lat_deg, lon_deg, modip_deg, dip_deg))
    )
    beyond = lat[np.abs(lat) > 90]
    if beyond.size:
        raise ValueError(f"latitude {beyond.flat[0]} is beyond a pole; expected -90 to 90")
    north, east, turned = (np.radians(angle.ravel()) for angle in (lat, lon, modip))
    dip_lat = np.degrees(np.arctan(np.tan(np.radians(dip.ravel())) / 2))
    overhead = np.array([np.cos(north) * np.cos(east), np.cos(north) * np.sin(east)])
    return Geometry(
        shape=lat.shape,
        lat_deg=lat.ravel(),
        modip_deg=modip.ravel(),
        dip_lat_deg=np.abs(dip_lat),
        zenith=np.vstack([overhead, np.sin(north)]),
        fof2=_rows(north, east, turned, FOF2_POWERS),
        m3000=_rows(north, east, turned, M3000_POWERS),
    )


def geometry_at(table: GeomagneticTable, lat_deg: ArrayLike, lon_deg: ArrayLike) -> Geometry:
    """Return the rows of places that broadcast, with the magnetic field of `table`."""
    return geometry(
        lat_deg,
        lon_deg,
        modip_deg=bilinear(table.modip_deg, lat_deg, lon_deg, lon_step_deg=1),
        dip_deg=bilinear(table.dip_deg, lat_deg, lon_deg, lon_step_deg=1),
    )


def geometry_of(table: GeomagneticTable, grid: Grid) -> Geometry:
    """Return the rows of a whole grid in single precision; made once, 33 MB at one degree."""
    places = geometry_at(table, grid.lat_deg[:, None], grid.lon_deg[None, :])
    return _single(places)


def r12_of_f107(f107_sfu: float) -> float:
    """Return the 12-month sunspot number of a mean F10.7 (81 days or 12 months).

    It is never negative, and rises no more above 300 sfu.

    Examples
    --------
    >>> round(r12_of_f107(150), 2)
    105.0
    """
    flux = min(f107_sfu, HIGHEST_F107_SFU)
    return max(0.0, float((-0.728 + np.sqrt(0.728**2 + 0.00356 * (flux - 63.75))) / 0.00178))


def f107_of_r12(r12: float) -> float:
    """Return the mean F10.7 (sfu) of a 12-month sunspot number."""
    return 63.75 + 0.728 * r12 + 0.00089 * r12**2


def ig12_of_r12(r12: float) -> float:
    """Return the 12-month ionospheric index of a 12-month sunspot number.

    Examples
    --------
    >>> round(ig12_of_r12(r12_of_f107(150)), 2)
    115.24
    """
    return -11.5634 + 1.5332 * r12 - 0.0031 * r12**2


def r12_of_ig12(ig12: float) -> float:
    """Return the sunspot number of an ionospheric index, the smaller root.

    Examples
    --------
    >>> round(r12_of_ig12(0), 3), round(r12_of_ig12(100), 3)
    (7.661, 88.658)
    """
    return float((1.5332 - np.sqrt(1.5332**2 - 0.0124 * (11.5634 + ig12))) / 0.0062)


def months(at: datetime) -> tuple[tuple[int, float], tuple[int, float]]:
    """Return the two months (1 to 12) whose 15ths enclose the day, and their weights.

    Examples
    --------
    >>> from datetime import UTC
    >>> months(datetime(2024, 5, 15, 18, tzinfo=UTC))
    ((5, 1.0), (6, 0.0))
    """
    day = at.date()
    middle = day.replace(day=15)
    if day < middle:
        middle = (middle - timedelta(days=30)).replace(day=15)
    following = (middle + timedelta(days=31)).replace(day=15)
    part = (day - middle) / (following - middle)
    return (middle.month, 1 - part), (following.month, part)


def season(at: datetime) -> float:
    """Return the season of the E layer: -1 in northern winter, 1 in summer, blended."""
    return sum(SEASON[month - 1] * weight for month, weight in months(at))


def diurnal(hours: ArrayLike, terms: int) -> NDArray[np.float64]:
    """Return the rows of UT hours, shape (hour, terms): cosines at even places, else sines."""
    angle = np.radians(15 * np.asarray(hours, float) - 180)[:, None]
    place = np.arange(terms)
    odd = place % 2 == 1
    rows: NDArray[np.float64] = np.where(
        odd, np.sin(angle * ((place + 1) // 2)), np.cos(angle * (place // 2))
    )
    return rows


def peak(
    coefficients: Coefficients,
    places: Geometry,
    times: Sequence[datetime],
    maps: Maps = Maps.CCIR,
) -> Peak:
    """Return both maps at each time, for IG12 of 0 and of 100 (linear between and beyond)."""
    return Peak(
        fof2_mhz=_product(coefficients[maps], places.fof2, times),
        m3000=_product(coefficients["m3000_ccir"], places.m3000, times),
    )


def at_activity(levels: NDArray[np.floating], ig12: float) -> NDArray[np.floating]:
    """Return one map per time, (time, n), from those of both levels, (time, 2, n)."""
    part = levels.dtype.type(ig12 / LEVELS_IG12[1])
    blended: NDArray[np.floating] = levels[:, 0] + (levels[:, 1] - levels[:, 0]) * part
    return blended


def _single(places: Geometry) -> Geometry:
    names = ("lat_deg", "modip_deg", "dip_lat_deg", "zenith", "fof2", "m3000")
    arrays = {name: getattr(places, name).astype(np.float32) for name in names}
    return Geometry(shape=places.shape, **arrays)


def _rows(
    lat: NDArray[np.float64],
    lon: NDArray[np.float64],
    modip: NDArray[np.float64],
    powers: tuple[int, ...],
) -> NDArray[np.float64]:
    """Rows in the order of the coefficients: harmonic, power, cosine before sine."""
    rising = np.vander(np.sin(modip), max(powers), increasing=True).T
    rows = []
    for harmonic, count in enumerate(powers):
        along = np.cos(lat) ** harmonic
        waves = [np.cos(harmonic * lon), np.sin(harmonic * lon)][: 2 if harmonic else 1]
        rows += [rising[power] * along * wave for power in range(count) for wave in waves]
    return np.array(rows)


def _product(
    table: NDArray[np.float32], places: NDArray[np.floating], times: Sequence[datetime]
) -> NDArray[np.floating]:
    """Multiply hour, month and place; the result has the shape (time, 2, n)."""
    rows = np.array([_of_the_hour(table, at) for at in times])
    flat = rows.reshape(-1, len(places)).astype(places.dtype) @ places
    product: NDArray[np.floating] = flat.reshape(len(times), 2, places.shape[1])
    return product


def _of_the_hour(table: NDArray[np.float32], at: datetime) -> NDArray[np.float64]:
    """Return the factors of the place's rows at one time, (2, rows)."""
    month = sum(weight * table[number - 1].astype(float) for number, weight in months(at))
    hour = at.hour + at.minute / 60 + at.second / 3600
    factors: NDArray[np.float64] = np.einsum(
        "k,krl->lr", diurnal([hour], table.shape[1])[0], month
    )
    return factors
