"""Air density where satellites fly: tables of NRLMSIS in log density, and reading them fast.

The model costs 13 microseconds a point; a table costs it once, and then some 30 nanoseconds.
"""

import math
from datetime import UTC, datetime

import numpy as np
import pymsis
from msgspec import Struct
from numba import njit
from numpy.typing import ArrayLike, NDArray

Floats = NDArray[np.float64]
ALTITUDES = np.arange(100.0, 1201.0, 10.0)
LATITUDES = np.arange(-90.0, 91.0, 5.0)
HOURS = np.arange(24.0)
F107_NODES = np.arange(60.0, 301.0, 20.0)
AP_NODES = (0.0, 4.0, 10.0, 20.0, 40.0, 80.0, 150.0, 250.0, 320.0, 400.0)
MEAN_LATITUDES = (-75.0, -45.0, -15.0, 15.0, 45.0, 75.0)
MEAN_HOURS = np.arange(0.0, 24.0, 3.0)
MEAN_MONTHS = (1, 4, 7, 10)
AP_HISTORY = 20  # three-hourly values that a storm remembers
STORM_MODE, DAILY_MODE = -1, 1  # of NRLMSIS: all seven ap count, or the daily one alone


class LogDensity(Struct, frozen=True, eq=False, kw_only=True):
    """The natural logarithm of density (kg/m³) at one time.

    `values` is float32 of shape (latitude, local solar time, altitude): every 5 degrees from
    90 S, every hour with midnight repeated at 24, and `altitude_km` in equal steps.
    """

    at_time: datetime
    altitude_km: Floats
    values: NDArray[np.float32]

    def at(self, lat_deg: ArrayLike, local_time_h: ArrayLike, altitude_km: ArrayLike) -> Floats:
        """Return the density in kg/m³; arguments broadcast.

        Linear in log density; log-linear beyond the lowest and the highest altitude (see
        `covers`); hours of any day. NaN, and a latitude beyond a pole, give NaN.
        """
        places = np.broadcast_arrays(lat_deg, local_time_h, altitude_km)
        density = np.empty(places[0].shape)
        lat, hour, altitude = (np.ascontiguousarray(one, float).ravel() for one in places)
        step = self.altitude_km[1] - self.altitude_km[0]
        scale = (float(self.altitude_km[0]), float(step))
        _read_density(self.values, scale, lat, hour, altitude, density.ravel())
        return density

    def covers(self, altitude_km: ArrayLike) -> NDArray[np.bool_]:
        """Say which altitudes the table holds; elsewhere it is extrapolated."""
        return _within(altitude_km, self.altitude_km)

    def scaled(self, factor: float) -> "LogDensity":
        """Return the table with every density times `factor`."""
        shifted = self.values + np.float32(math.log(factor))
        return LogDensity(at_time=self.at_time, altitude_km=self.altitude_km, values=shifted)


class GlobalDensity(Struct, frozen=True, eq=False, kw_only=True):
    """The logarithm of the density (kg/m³) averaged over the globe, the day and the year.

    `values` is float32 of shape (ap, F10.7, altitude).
    """

    altitude_km: Floats
    f107_sfu: Floats
    ap: Floats
    values: NDArray[np.float32]

    def at(self, altitude_km: ArrayLike, f107_sfu: ArrayLike, ap: ArrayLike) -> Floats:
        """Return the density in kg/m³; arguments broadcast, log-linear beyond the table."""
        places = np.broadcast_arrays(altitude_km, f107_sfu, ap)
        density = np.empty(places[0].shape)
        altitude, flux, activity = (np.ascontiguousarray(one, float).ravel() for one in places)
        axes = (
            _place(activity, self.ap),
            _place(flux, self.f107_sfu),
            _place(altitude, self.altitude_km),
        )
        _read_mean(self.values, *axes, density.ravel())
        return density

    def covers(
        self, altitude_km: ArrayLike, f107_sfu: ArrayLike, ap: ArrayLike
    ) -> NDArray[np.bool_]:
        """Say which places the table holds; elsewhere it is extrapolated."""
        found: NDArray[np.bool_] = (
            _within(altitude_km, self.altitude_km)
            & _within(f107_sfu, self.f107_sfu)
            & _within(ap, self.ap)
        )
        return found


def density_table(
    t: datetime,
    f107: float,
    f107a: float,
    ap7: ArrayLike,
    *,
    altitude_km: ArrayLike = ALTITUDES,
    version: float = 2.1,
) -> LogDensity:
    """Return the density over latitude, local solar time and altitude at one time.

    Parameters
    ----------
    t
        With a time zone. Local time is UT plus a 15th of the longitude.
    f107, f107a
        F10.7 (sfu, at the Earth's distance) of the day before, and its mean over 81 days.
    ap7
        What the storm model remembers, shape (7,): see `storm_ap`.
    altitude_km
        At least two, rising in equal steps.
    version
        Of NRLMSIS: 2.1, 2.0, or 0 for NRLMSISE-00, which takes a fifth of the time.

    Raises
    ------
    ValueError
        If a driver is not finite or not possible, or altitudes are not in equal steps.

    References
    ----------
    .. [1] Emmert et al., "NRLMSIS 2.1", J. Geophys. Res. 127, e2022JA030896, 2022.
    """
    altitudes = _equal_steps(altitude_km)
    lat, hour, alt = np.meshgrid(LATITUDES, HOURS, altitudes, indexing="ij")
    logs = np.log(density(t, lat, hour, alt, f107=f107, f107a=f107a, ap7=ap7, version=version))
    wrapped = np.concatenate([logs, logs[:, :1]], axis=1).astype(np.float32)
    return LogDensity(at_time=t, altitude_km=altitudes, values=wrapped)


def global_mean_density_table(
    *,
    altitude_km: ArrayLike = ALTITUDES,
    f107_sfu: ArrayLike = F107_NODES,
    ap: ArrayLike = AP_NODES,
    year: int = 2022,
    version: float = 2.1,
) -> GlobalDensity:
    """Return the mean density over altitude, F10.7 (for itself and its mean) and daily ap.

    The mean over eight local times, six latitudes (weighed by area) and four months. About
    2 s with NRLMSIS 2.1 for the default nodes; keep it.

    Raises
    ------
    ValueError
        If altitudes are not in equal steps.
    """
    altitudes, fluxes, activity = _equal_steps(altitude_km), _array(f107_sfu), _array(ap)
    values = [
        [_mean_density(altitudes, float(f), float(a), year, version) for f in fluxes]
        for a in activity
    ]
    return GlobalDensity(
        altitude_km=altitudes,
        f107_sfu=fluxes,
        ap=activity,
        values=np.log(values).astype(np.float32),
    )


def density(
    t: datetime,
    lat_deg: ArrayLike,
    local_time_h: ArrayLike,
    altitude_km: ArrayLike,
    *,
    f107: float,
    f107a: float,
    ap7: ArrayLike,
    version: float = 2.1,
) -> Floats:
    """Return the density in kg/m³ by the model itself; places broadcast.

    Raises
    ------
    ValueError
        If a driver or a place is not finite, or not possible.
    """
    places = (lat_deg, local_time_h, altitude_km)
    return _modelled(t, places, (f107, f107a, ap7), version, STORM_MODE)


def storm_ap(ap_3h: ArrayLike) -> Floats:
    """Return what the storm model remembers of 20 three-hourly ap, the newest last.

    The mean of the last day, the last four values, and the means of 12 to 33 and of 36 to 57
    hours before; shape (..., 20) gives (..., 7).

    Raises
    ------
    ValueError
        If there are not 20 values.

    Examples
    --------
    >>> storm_ap(np.arange(20.0))
    array([15.5, 19. , 18. , 17. , 16. , 11.5,  3.5])
    """
    history = np.asarray(ap_3h, float)
    if history.shape[-1] != AP_HISTORY:
        raise ValueError(f"{history.shape[-1]} values of ap; expected {AP_HISTORY} (60 h)")
    newest_first = history[..., ::-1]
    means = [newest_first[..., a:b].mean(axis=-1) for a, b in ((0, 8), (4, 12), (12, 20))]
    latest = [newest_first[..., k] for k in range(4)]
    return np.stack([means[0], *latest, *means[1:]], axis=-1)


def _modelled(
    t: datetime,
    places: tuple[ArrayLike, ArrayLike, ArrayLike],
    drivers: tuple[float, float, ArrayLike],
    version: float,
    mode: int,
) -> Floats:
    """Return the density at (latitude, local time, altitude), which broadcast.

    The model is several times as fast where the altitude alone changes from point to point.
    """
    f107, f107a, ap7 = drivers
    storm = _checked_drivers(f107, f107a, ap7)
    spread = np.broadcast_arrays(*places)
    lat, hour, altitude = (np.asarray(one, float).ravel() for one in spread)
    when = t.astimezone(UTC).replace(tzinfo=None)
    ut_h = when.hour + when.minute / 60 + when.second / 3600
    found = pymsis.calculate(
        np.full(lat.size, np.datetime64(when, "ms")),
        (hour - ut_h) * 15 % 360,
        lat,
        altitude,
        np.full(lat.size, float(f107)),
        np.full(lat.size, float(f107a)),
        np.tile(storm, (lat.size, 1)),
        geomagnetic_activity=mode,
        version=version,
    )
    mass: Floats = found.reshape(lat.size, -1)[:, 0].astype(float)
    return mass.reshape(spread[0].shape)


def _mean_density(
    altitude_km: Floats, f107: float, ap: float, year: int, version: float
) -> Floats:
    lat, hour, alt = np.meshgrid(MEAN_LATITUDES, MEAN_HOURS, altitude_km, indexing="ij")
    weights = np.cos(np.radians(MEAN_LATITUDES))
    total = np.zeros(len(altitude_km))
    for month in MEAN_MONTHS:
        noon = datetime(year, month, 15, 12, tzinfo=UTC)
        at = _modelled(noon, (lat, hour, alt), (f107, f107, [ap] * 7), version, DAILY_MODE)
        total += np.average(at.mean(axis=1), axis=0, weights=weights)
    return total / len(MEAN_MONTHS)


def _checked_drivers(f107: float, f107a: float, ap7: ArrayLike) -> Floats:
    storm = np.asarray(ap7, float)
    if storm.shape != (7,) or not (np.isfinite(storm).all() and (storm >= 0).all()):
        raise ValueError(f"ap7 = {storm.tolist()}; expected seven values of 0 or more")
    if not (0 < f107 < 1000 and 0 < f107a < 1000):
        raise ValueError(f"F10.7 = {f107}, mean {f107a}; expected positive values, in sfu")
    return storm


def _equal_steps(altitude_km: ArrayLike) -> Floats:
    altitudes = _array(altitude_km)
    steps = np.diff(altitudes)
    if len(altitudes) < 2 or not (steps[0] > 0 and np.allclose(steps, steps[0])):
        raise ValueError(f"altitudes {altitudes.tolist()} km; expected equal rising steps")
    return altitudes


def _array(values: ArrayLike) -> Floats:
    return np.array(values, float)


def _within(value: ArrayLike, nodes: Floats) -> NDArray[np.bool_]:
    values = np.asarray(value, float)
    inside: NDArray[np.bool_] = (values >= nodes[0]) & (values <= nodes[-1])
    return inside


def _place(values: Floats, nodes: Floats) -> Floats:
    """Return where values lie among the nodes, in steps, running on straight beyond them."""
    below = np.clip(np.searchsorted(nodes, values, side="right") - 1, 0, len(nodes) - 2)
    place: Floats = below + (values - nodes[below]) / (nodes[below + 1] - nodes[below])
    return place


@njit(cache=True, error_model="numpy")
def _blend(table: NDArray[np.float32], x: float, y: float, z: float) -> float:
    """Return the exponential of a table at fractional indices, straight beyond its ends."""
    i = min(max(int(x), 0), table.shape[0] - 2)
    j = min(max(int(y), 0), table.shape[1] - 2)
    k = min(max(int(z), 0), table.shape[2] - 2)
    u, v, w = x - i, y - j, z - k
    low = (1 - u) * ((1 - v) * table[i, j, k] + v * table[i, j + 1, k]) + u * (
        (1 - v) * table[i + 1, j, k] + v * table[i + 1, j + 1, k]
    )
    high = (1 - u) * ((1 - v) * table[i, j, k + 1] + v * table[i, j + 1, k + 1]) + u * (
        (1 - v) * table[i + 1, j, k + 1] + v * table[i + 1, j + 1, k + 1]
    )
    return math.exp(low + w * (high - low))


@njit(cache=True, error_model="numpy")
def _read_density(
    table: NDArray[np.float32],
    altitudes: tuple[float, float],
    lat_deg: Floats,
    local_time_h: Floats,
    altitude_km: Floats,
    out: Floats,
) -> None:
    first, step = altitudes
    for n in range(lat_deg.size):
        hour = local_time_h[n]
        if not 0 <= hour < 24:
            hour -= 24 * math.floor(hour / 24)
        row, height = (lat_deg[n] + 90) / 5, (altitude_km[n] - first) / step
        if not (0 <= row <= 36 and math.isfinite(hour) and math.isfinite(height)):
            out[n] = math.nan
        else:
            out[n] = _blend(table, row, hour, height)


@njit(cache=True, error_model="numpy")
def _read_mean(
    table: NDArray[np.float32], x: Floats, y: Floats, z: Floats, out: Floats
) -> None:
    for n in range(x.size):
        known = math.isfinite(x[n]) and math.isfinite(y[n]) and math.isfinite(z[n])
        out[n] = _blend(table, x[n], y[n], z[n]) if known else math.nan
