"""What the solar wind does to the magnetosphere: coupling, and the Kp and aurora of that."""

import numpy as np
from numpy.typing import ArrayLike, NDArray

KP_TERMS = (0.05, 2.244e-4, 2.844e-6)  # constant, coupling, viscous
POWER_TERMS_GW = (-4.55, 2.229e-3, 1.73e-5)
HOURS_BACK = 4
WEIGHT_PER_HOUR = 0.65
USUAL_VISCOUS = 5**0.5 * 400**2  # 5 protons per cm³ at 400 km/s
PROTON_PRESSURE_NPA = 1.6726e-6  # of one proton per cm³ at 1 km/s


def coupling(speed_km_s: ArrayLike, by_nt: ArrayLike, bz_nt: ArrayLike) -> NDArray[np.float64]:
    """Return the rate at which magnetic flux is opened at the magnetopause (Newell's units).

    Parameters
    ----------
    speed_km_s
        Speed of the wind, broadcast against the field.
    by_nt, bz_nt
        Field across the wind, GSM; the component along it does not count.

    Notes
    -----
    V^(4/3) B_T^(2/3) sin^(8/3)(theta/2) of [1]_, theta the clock angle.

    References
    ----------
    .. [1] Newell et al., "A nearly universal solar wind-magnetosphere coupling function",
       J. Geophys. Res. 112, A01206, 2007.

    Examples
    --------
    >>> coupling(600, 3, [-10, 10]).round()
    array([23496.,   141.])
    """
    by, bz = np.asarray(by_nt, float), np.asarray(bz_nt, float)
    half_clock = np.abs(np.arctan2(by, bz)) / 2
    across = np.cbrt(np.hypot(by, bz)) ** 2
    opened: NDArray[np.float64] = (
        np.cbrt(np.asarray(speed_km_s, float)) ** 4 * across * np.cbrt(np.sin(half_clock)) ** 8
    )
    return opened


def viscous(density_cm3: ArrayLike, speed_km_s: ArrayLike) -> NDArray[np.float64]:
    """Return the viscous term, root of the density times the square of the speed."""
    density, speed = np.asarray(density_cm3, float), np.asarray(speed_km_s, float)
    term: NDArray[np.float64] = np.sqrt(density) * speed**2
    return term


def kp_estimate(coupling_rate: ArrayLike, viscous_term: ArrayLike) -> NDArray[np.float64]:
    """Return the Kp that a coupling and a viscous term stand for, 0 to 9.

    Best on means over Kp's own three hours (RMSE 0.77 in 1998, 0.85 on hourly values).

    References
    ----------
    .. [1] Newell et al., "Pairs of solar wind-magnetosphere coupling functions", J. Geophys.
       Res. 113, A04218, 2008.

    Examples
    --------
    >>> kp_estimate(coupling(600, 3, -10), viscous(8, 600)).round(2)
    np.float64(8.22)
    """
    return np.clip(_linear(KP_TERMS, coupling_rate, viscous_term), 0, 9)


def auroral_power_gw(coupling_rate: ArrayLike, viscous_term: ArrayLike) -> NDArray[np.float64]:
    """Return the power of the precipitation over one hemisphere, 0 or more.

    References
    ----------
    .. [1] Newell et al., 2008, as in `kp_estimate`.

    Examples
    --------
    >>> auroral_power_gw(coupling(600, 3, -10), viscous(8, 600)).round(1)
    np.float64(65.4)
    """
    return np.maximum(_linear(POWER_TERMS_GW, coupling_rate, viscous_term), 0)


def coupling_of_kp(kp: ArrayLike) -> NDArray[np.float64]:
    """Return the coupling that goes with Kp in a wind of 5 protons per cm³ at 400 km/s.

    `kp_estimate` solved for it; 0 where the viscous term alone gives more.

    Examples
    --------
    >>> coupling_of_kp([1, 4, 9]).round()
    array([    0., 13068., 35350.])
    """
    constant, per_coupling, per_viscous = KP_TERMS
    rest = np.asarray(kp, float) - constant - per_viscous * USUAL_VISCOUS
    rate: NDArray[np.float64] = np.maximum(rest / per_coupling, 0)
    return rate


def power_of_kp_gw(kp: ArrayLike) -> NDArray[np.float64]:
    """Return the auroral power that goes with Kp where no wind is known.

    Examples
    --------
    >>> power_of_kp_gw([1, 4, 9]).round(1)
    array([ 1.6, 30.8, 80.4])
    """
    return auroral_power_gw(coupling_of_kp(kp), USUAL_VISCOUS)


def weighted_coupling(hourly: ArrayLike) -> NDArray[np.float64]:
    """Return the mean of the last four hours' coupling, the newest last and weighing most.

    `hourly` has the shape (..., 4). Each hour weighs 0.65 of the one after it.

    References
    ----------
    .. [1] Newell et al., "OVATION Prime-2013", Space Weather 12, 368, 2014.

    Examples
    --------
    >>> weighted_coupling([0, 0, 0, 1]).round(3)
    np.float64(0.426)
    """
    hours = np.asarray(hourly, float)
    if hours.shape[-1] != HOURS_BACK:
        raise ValueError(f"{hours.shape[-1]} hours of coupling; expected {HOURS_BACK}")
    weights = WEIGHT_PER_HOUR ** np.arange(HOURS_BACK)[::-1]
    mean: NDArray[np.float64] = hours @ weights / weights.sum()
    return mean


def pressure_npa(density_cm3: ArrayLike, speed_km_s: ArrayLike) -> NDArray[np.float64]:
    """Return the dynamic pressure of the protons."""
    density, speed = np.asarray(density_cm3, float), np.asarray(speed_km_s, float)
    pressure: NDArray[np.float64] = PROTON_PRESSURE_NPA * density * speed**2
    return pressure


def southward_mv_m(speed_km_s: ArrayLike, bz_nt: ArrayLike) -> NDArray[np.float64]:
    """Return the electric field VBs of a southward Bz (GSM), 0 where it points north."""
    southward = np.maximum(-np.asarray(bz_nt, float), 0)
    field: NDArray[np.float64] = np.asarray(speed_km_s, float) * southward * 1e-3
    return field


def _linear(
    terms: tuple[float, float, float], coupling_rate: ArrayLike, viscous_term: ArrayLike
) -> NDArray[np.float64]:
    constant, per_coupling, per_viscous = terms
    rate, term = np.asarray(coupling_rate, float), np.asarray(viscous_term, float)
    value: NDArray[np.float64] = constant + per_coupling * rate + per_viscous * term
    return value
