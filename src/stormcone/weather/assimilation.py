"""What observations change in a map: optimal interpolation of departures from the background.

A departure is counted in standard deviations of the background's own error, so that one
method serves TEC and MUF. The state lies on quasi-dipole latitude and local time, where the
ionosphere stands still; between analyses it fades (Gauss-Markov) and its variance grows back
to 1, the background's.

References
----------
.. [1] Daley 1991, "Atmospheric Data Analysis", chapters 4 and 5.
.. [2] Schaer 1999, "Mapping and predicting the Earth's ionosphere using GPS" (thin shell).
"""

from datetime import datetime, timedelta
from functools import cache

import numpy as np
from msgspec import Struct
from numpy.typing import ArrayLike, NDArray

from stormcone.reference.sun import subsolar_point_deg

EARTH_KM, SHELL_KM = 6371.0, 450.0
LEAST_ELEVATION_DEG = 10.0
SCALE_LAT_DEG, SCALE_LON_DEG = 8.0, 18.0  # lengths of correlation; along a parallel times cos
STATE_LAT_DEG = np.linspace(-87.5, 87.5, 71)
STATE_TIME_H = np.arange(72) / 3
MOST_SUPER_OBSERVATIONS = 600
TAU_H = 6.0  # the longest of 2 to 6 h; authorities/ionosphere.md

_Array = NDArray[np.float64]


class Departures(Struct, frozen=True, eq=False, kw_only=True):
    """Observed less background, in standard deviations of the background, arrays (n,).

    `variance` is that of the observation, in the same unit squared.
    """

    lat_deg: _Array
    local_time_h: _Array
    value: _Array
    variance: _Array


class Note(Struct, frozen=True, kw_only=True):
    """How many observations an analysis used, and how many it dropped and why."""

    used: int
    super_observations: int
    not_finite: int
    duplicate: int


class Analysis(Struct, frozen=True, eq=False, kw_only=True):
    """Departures and their variance at `at`, float64 (71, 72): latitude, local time.

    The variance is 1 where nothing is known but the background, and 0 where all is.
    """

    at: datetime
    departure: _Array
    variance: _Array
    tau_h: float
    note: Note

    def after(self, at: datetime) -> tuple[_Array, _Array]:
        """Return departures and variance at a later time, of the shape of the state.

        Raises
        ------
        ValueError
            If `at` lies before the analysis.
        """
        hours = (at - self.at) / timedelta(hours=1)
        if hours < 0:
            raise ValueError(
                f"{at} is {-hours:.2f} h before the analysis; ask for a later time"
            )
        rho = float(np.exp(-hours / self.tau_h))
        return rho * self.departure, 1 - rho**2 * (1 - self.variance)

    def at_places(
        self, lat_deg: ArrayLike, local_time_h: ArrayLike, at: datetime
    ) -> tuple[_Array, _Array]:
        """Return departure and variance at places that broadcast, linear between nodes."""
        where = _corners(lat_deg, local_time_h)
        departure, variance = (_between(table, *where) for table in self.after(at))
        return departure, variance

    def departure_at(self, lat_deg: ArrayLike, local_time_h: ArrayLike, at: datetime) -> _Array:
        """Return the first of what `at_places` returns, at half the cost."""
        return _between(self.after(at)[0], *_corners(lat_deg, local_time_h))


def local_time_h(lon_deg: ArrayLike, at: datetime) -> _Array:
    """Return local solar time, 0 to 24 h; noon is where the Sun stands, not mean time.

    Examples
    --------
    >>> from datetime import UTC
    >>> local_time_h([0, -180], datetime(2024, 4, 15, 12, tzinfo=UTC)).round(1)
    array([12.,  0.])
    """
    time: _Array = (12 + (np.asarray(lon_deg, float) - subsolar_point_deg(at)[1]) / 15) % 24
    return time


def obliquity(elevation_deg: ArrayLike, shell_km: float = SHELL_KM) -> _Array:
    """Return slant over vertical content of a thin shell; NaN below the horizon.

    Examples
    --------
    >>> obliquity([90, 30, 10]).round(3)
    array([1.   , 1.701, 2.549])
    """
    elevation = np.asarray(elevation_deg, float)
    sine = EARTH_KM * np.cos(np.radians(elevation)) / (EARTH_KM + shell_km)
    ratio: _Array = np.where(elevation >= 0, 1 / np.sqrt(1 - sine**2), np.nan)
    return ratio


def vertical_tecu(slant_tecu: ArrayLike, elevation_deg: ArrayLike) -> _Array:
    """Return vertical content where the ray meets the shell; NaN under 10 degrees."""
    high = np.asarray(elevation_deg, float) >= LEAST_ELEVATION_DEG
    vertical: _Array = np.where(
        high, np.asarray(slant_tecu, float) / obliquity(elevation_deg), np.nan
    )
    return vertical


def analyse(
    seen: Departures, *, at: datetime, prior: Analysis | None = None, tau_h: float = TAU_H
) -> Analysis:
    """Return the departures at `at` from those observed and from the last analysis.

    Parameters
    ----------
    seen
        What is not finite or stands twice is dropped and counted in the note; more than 600
        are joined to the means of boxes.
    prior
        The last analysis. Its errors are taken to be correlated like the background's.

    Raises
    ------
    ValueError
        If `prior` is later than `at`.

    Notes
    -----
    The correlation is a Gaussian of the distance in a space where latitude is one axis and a
    parallel is a circle of radius cos(latitude). Along a meridian and along a parallel it is
    that of the two lengths of scale, it closes round the Earth, and the matrix is positive
    definite for any places, so that the Cholesky factor exists.
    """
    clean, dropped = _clean(seen)
    joined = super_observations(clean)
    zero = np.zeros((len(STATE_LAT_DEG), len(STATE_TIME_H)))
    departure, variance = (zero, zero + 1) if prior is None else prior.after(at)
    note = Note(used=len(clean.value), super_observations=len(joined.value), **dropped)
    if len(joined.value):
        departure, variance = _update(departure, variance, joined)
    return Analysis(at=at, departure=departure, variance=variance, tau_h=tau_h, note=note)


def super_observations(seen: Departures, most: int = MOST_SUPER_OBSERVATIONS) -> Departures:
    """Return the means of boxes of 2.5 by 5 degrees, or of 2, 4, 8 ... times that.

    There are `most` or fewer of them. A mean keeps the mean variance of its members: what
    one box has in common, it has wrong in common.
    """
    size = 1
    while True:
        row = np.floor((seen.lat_deg + 90) / (2.5 * size))
        column = np.floor(seen.local_time_h * 15 / (5 * size))
        boxes, member = np.unique(row * 1000 + column, return_inverse=True)
        if len(boxes) <= most:
            break
        size *= 2
    count = np.bincount(member, minlength=len(boxes))
    arrays = (seen.lat_deg, seen.local_time_h, seen.value, seen.variance)
    lat, time, value, variance = (
        np.bincount(member, array, minlength=len(boxes)) / count for array in arrays
    )
    return Departures(lat_deg=lat, local_time_h=time, value=value, variance=variance)


def _clean(seen: Departures) -> tuple[Departures, dict[str, int]]:
    rows = np.stack([seen.lat_deg, seen.local_time_h, seen.value, seen.variance], axis=1)
    finite = np.isfinite(rows).all(axis=1) & (seen.variance > 0) & (np.abs(seen.lat_deg) <= 90)
    once = np.unique(rows[finite], axis=0)
    dropped = {
        "not_finite": int((~finite).sum()),
        "duplicate": int(finite.sum()) - len(once),
    }
    lat, time, value, variance = once.T
    clean = Departures(lat_deg=lat, local_time_h=time % 24, value=value, variance=variance)
    return clean, dropped


def _update(departure: _Array, variance: _Array, seen: Departures) -> tuple[_Array, _Array]:
    """Add the observations: innovation, Cholesky factor, gain, remaining variance."""
    from scipy.linalg import cho_factor, solve_triangular  # noqa: PLC0415  # slow to import

    where = _corners(seen.lat_deg, seen.local_time_h)
    spread, nodes_spread = np.sqrt(_between(variance, *where)), np.sqrt(variance).ravel()
    places = _embedded(seen.lat_deg, seen.local_time_h)
    among = spread[:, None] * _correlation(places, places) * spread
    factor, _ = cho_factor(among + np.diag(seen.variance), lower=True)
    single = factor.astype(np.float32)
    cross = _correlation(places, _nodes()) * spread[:, None].astype(np.float32)
    white = solve_triangular(single, cross, lower=True, overwrite_b=True, check_finite=False)
    innovation = solve_triangular(
        factor, seen.value - _between(departure, *where), lower=True, check_finite=False
    )
    change = nodes_spread * (white.T @ innovation.astype(np.float32))
    left = variance.ravel() * (1 - np.einsum("ij,ij->j", white, white))
    shape = departure.shape
    return departure + change.reshape(shape), np.clip(left, 0, 1).reshape(shape)


@cache
def _nodes() -> NDArray[np.float32]:
    lat, time = np.meshgrid(STATE_LAT_DEG, STATE_TIME_H, indexing="ij")
    return _embedded(lat.ravel(), time.ravel())


def _embedded(lat_deg: _Array, local_time_h: _Array) -> NDArray[np.float32]:
    """Return places in units of the scales, shape (n, 3)."""
    turned = np.radians(15 * local_time_h)
    radius = np.cos(np.radians(lat_deg)) * np.degrees(1) / SCALE_LON_DEG
    place = [lat_deg / SCALE_LAT_DEG, radius * np.cos(turned), radius * np.sin(turned)]
    return np.stack(place, axis=1).astype(np.float32)


def _correlation(a: NDArray[np.float32], b: NDArray[np.float32]) -> NDArray[np.float32]:
    square = (a**2).sum(axis=1)[:, None] + (b**2).sum(axis=1) - 2 * a @ b.T
    correlation: NDArray[np.float32] = np.exp(np.minimum(-square / 2, 0))
    return correlation


_Corners = tuple[NDArray[np.intp], NDArray[np.intp], _Array, _Array]


def _corners(lat_deg: ArrayLike, local_time_h: ArrayLike) -> _Corners:
    """Return row, column and the parts beyond them; latitudes end, local time goes round."""
    rows, columns = len(STATE_LAT_DEG), len(STATE_TIME_H)
    row = np.clip((np.asarray(lat_deg, float) + 87.5) / 2.5, 0, rows - 1)
    column = np.asarray(local_time_h, float) * columns / 24 % columns
    row, column = np.broadcast_arrays(row, column)
    south = np.minimum(row, rows - 2).astype(np.intp)
    west = column.astype(np.intp) % columns
    return south, west, row - south, column - np.floor(column)


def _between(
    table: _Array, south: NDArray[np.intp], west: NDArray[np.intp], up: _Array, on: _Array
) -> _Array:
    east = (west + 1) % table.shape[1]
    below = table[south, west] * (1 - on) + table[south, east] * on
    above = table[south + 1, west] * (1 - on) + table[south + 1, east] * on
    value: _Array = below * (1 - up) + above * up
    return value
