"""What a geomagnetic storm does to foF2: the factor of the STORM model from 36 hours of ap.

References
----------
.. [1] Fuller-Rowell, Araujo-Pradere and Codrescu 2000, "An empirical ionospheric storm-time
   correction model", Adv. Space Res. 25.
.. [2] Araujo-Pradere, Fuller-Rowell and Codrescu 2002, "STORM: An empirical storm-time
   ionospheric correction model", Radio Sci. 37.
"""

import numpy as np
from numpy.typing import ArrayLike, NDArray

QUIET_X, MODERATE_X = 200.0, 300.0  # no effect to the first, the polynomials from the second on
HIGHEST_X = 3000.0  # the storms behind the polynomials were not stronger
INTERVALS = 13  # three-hour values of ap
HOURLY_WEIGHTS = np.array(
    [0, 0]
    + [step / 27 for step in range(1, 28)]
    + [0.66666667, 0.33333334, 0, 0.333333, 0.666666, 1, 0.7]
)
# fmt: off
AP_OF_THIRDS = (
    0, 2, 3, 4, 5, 6, 7, 9, 12, 15, 18, 22, 27, 32,
    39, 48, 56, 67, 80, 94, 111, 132, 154, 179, 207, 236, 300, 400,
)
_CUBIC_E12 = (
    0, 0, 0, 0, 0, -9.44, 0, 3.04, 0, 9.32, -10.7, 0, 0, 0, 10.9, 0, 0, 0, 0, -10.1,
)
_SQUARE_E8 = (
    1.16, 0, 0, -1.46, 0, 9.86, 2.25, -1.67, -1.62, -9.42,
    11.7, 4.32, 3.97, 3.13, -8.04, 3.91, 2.58, 3.45, 4.76, 11.3,
)
_LINEAR_E5 = (
    -9.17, -1.37, 0, 7.14, 0, -32.1, -16.6, -4.10, 13.6, 22.9,
    -38.9, -30.8, -28.1, -19.0, 4.76, -28.0, -20.7, -29.1, -33.0, -40.4,
)
_CONSTANT = (
    1.0136, 1.0478, 1, 1.0258, 1, 1.077, 1.0543, 1.0103, 0.99927, 0.96876,
    1.0971, 1.0971, 1.0777, 1.1134, 1.0237, 1.0703, 1.0248, 1.0945, 1.1622, 1.1393,
)
# fmt: on
_POLYNOMIALS = np.array([_CUBIC_E12, _SQUARE_E8, _LINEAR_E5, _CONSTANT]) * np.array(
    [[1e-12], [1e-8], [1e-5], [1]]
)
_CURVES = np.array(
    [
        [3, 4, 5, 4, 3, 2, 1, 2],
        [3, 2, 1, 2, 3, 4, 5, 4],
        [8, 7, 6, 7, 8, 9, 10, 9],
        [13, 12, 11, 12, 13, 14, 15, 14],
        [18, 17, 16, 17, 18, 19, 20, 19],
        [18, 17, 16, 17, 18, 19, 20, 19],
    ]
)  # (latitude from -10 by 20 degrees, season): the number of the polynomial
_LATITUDES = len(_CURVES)


def ap_of_kp(kp: ArrayLike) -> NDArray[np.float64]:
    """Return ap for Kp in thirds (0 to 9), linear between thirds; NaN stays NaN.

    Examples
    --------
    >>> ap_of_kp([0, 5, 9])
    array([  0.,  48., 400.])
    """
    thirds = np.asarray(kp, float) * 3
    ap: NDArray[np.float64] = np.interp(thirds, np.arange(len(AP_OF_THIRDS)), AP_OF_THIRDS)
    return np.asarray(np.where(np.isnan(thirds), np.nan, ap))


def weighted_ap(ap13: ArrayLike, ut_hour: int) -> NDArray[np.float64]:
    """Return the integral X of the last 36 hours of ap.

    Parameters
    ----------
    ap13
        Three-hour values of ap, oldest first, the last one holding the hour: shape (..., 13).
    ut_hour
        The hour of the day, of which the place within the three hours counts.

    Returns
    -------
    X of the leading shape; NaN where any of the 13 values is NaN.

    Raises
    ------
    ValueError
        If there are not 13 values.

    Notes
    -----
    Hourly ap is linear between the centres; the original cuts it to whole numbers, we do not.

    Examples
    --------
    >>> float(weighted_ap([50] * 13, 0).round(1))
    885.0
    """
    ap = np.asarray(ap13, float)
    if ap.shape[-1:] != (INTERVALS,):
        raise ValueError(
            f"ap has the shape {ap.shape}; expected 13 three-hour values, 36 hours"
        )
    hourly = np.repeat(ap[..., :1], 3 * INTERVALS, axis=-1)
    hourly[..., 1::3] = ap
    hourly[..., 2:-1:3] = (2 * ap[..., :-1] + ap[..., 1:]) / 3
    hourly[..., 3::3] = (ap[..., :-1] + 2 * ap[..., 1:]) / 3
    hourly[..., -1] = ap[..., -1]
    first = 1 + ut_hour % 3
    x: NDArray[np.float64] = hourly[..., first : first + len(HOURLY_WEIGHTS)] @ HOURLY_WEIGHTS
    return x


def latitude_weights(magnetic_latitude_deg: ArrayLike) -> NDArray[np.float32]:
    """Return how much of each row of `latitude_factors` a place takes, shape (12, n).

    The factor is linear in unsigned latitude between -10, 10, 30, 50, 70 and 90 degrees; six
    rows serve the north and six the south. They depend on the place alone: keep them.
    """
    lat = np.ravel(np.asarray(magnetic_latitude_deg, float))
    row = np.minimum((np.abs(lat) + 10) / 20, _LATITUDES - 1)
    hats = np.maximum(0, 1 - np.abs(row - np.arange(_LATITUDES)[:, None]))
    hats = np.where(np.isnan(lat), np.nan, hats)
    return np.vstack([np.where(lat < 0, 0, hats), np.where(lat < 0, hats, 0)]).astype(
        np.float32
    )


def latitude_factors(x: ArrayLike, day_of_year: ArrayLike) -> NDArray[np.float64]:
    """Return the factor of foF2 at the twelve rows of latitude, shape (..., 12).

    `x` and `day_of_year` broadcast; X is taken as 3000 beyond that, and NaN gives NaN.
    """
    x, day = np.broadcast_arrays(np.asarray(x, float), np.asarray(day_of_year, float))
    south = np.where(day + 172 > 365, day + 172 - 365, day + 172)
    return np.concatenate([_half(x, day), _half(x, south)], axis=-1)


def storm_factor(
    x: float, day_of_year: int, magnetic_latitude_deg: ArrayLike
) -> NDArray[np.float64]:
    """Return the factor by which a storm changes foF2, shape of the latitudes.

    Parameters
    ----------
    x
        The integral of ap, from `weighted_ap`; up to 200 nothing happens.
    magnetic_latitude_deg
        Quasi-dipole latitude, any shape.

    Examples
    --------
    >>> storm_factor(1000, 172, [-60, 0, 60]).round(3)
    array([0.919, 0.969, 0.822])
    """
    lat = np.asarray(magnetic_latitude_deg, float)
    factor = latitude_factors(x, day_of_year) @ latitude_weights(lat).astype(float)
    return np.asarray(factor.reshape(lat.shape))


def _half(x: NDArray[np.float64], day: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the factors of one hemisphere: seasons blended, then eased in from X = 200."""
    season = np.where(day >= 82, day - 82, day + 283) / 45.6
    first, part = np.floor(season).astype(int) % 8, (season - np.floor(season))[..., None]
    curves = _polynomials(np.clip(x, MODERATE_X, HIGHEST_X))
    early, late = (_pick(curves, (first + step) % 8) for step in (0, 1))
    full = early * (1 - part) + late * part
    eased = 1 + (full - 1) * (np.clip(x, QUIET_X, MODERATE_X) - QUIET_X)[..., None] / 100
    factor: NDArray[np.float64] = np.where(np.isnan(x)[..., None], np.nan, eased)
    return factor


def _polynomials(x: NDArray[np.float64]) -> NDArray[np.float64]:
    value = np.zeros((*x.shape, _POLYNOMIALS.shape[1]))
    for coefficients in _POLYNOMIALS:
        value = value * x[..., None] + coefficients
    return value


def _pick(curves: NDArray[np.float64], season: NDArray[np.int_]) -> NDArray[np.float64]:
    return np.take_along_axis(curves, _CURVES.T[season] - 1, axis=-1)
