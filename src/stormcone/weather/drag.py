"""What the air does to a satellite, and how far the model of it is off."""

import math

import numpy as np
from msgspec import Struct
from numpy.typing import ArrayLike, NDArray

Floats = NDArray[np.float64]
COMPACT_DRAG_COEFFICIENT = 2.2  # unverified: 2.0 to 2.8 with altitude and shape
STORM_KP = 14 / 3
STORM_SIGMA = 0.30  # of density forecasts in storms
QUIET_SIGMA = 0.15  # yearly scatter of the model against CHAMP and GRACE: 13 and 17 %
SCALE_TAU_H = 12.0
KP_TOLERANCE = 0.01  # sources round thirds to 4.67


class DensityScale(Struct, frozen=True, kw_only=True):
    """A belief about ln(observed / model density): mean and variance."""

    ln_scale: float = 0.0
    variance: float = QUIET_SIGMA**2


def scale_after(
    scale: DensityScale,
    hours: float,
    observed_ratio: float | None = None,
    *,
    sigma: float = 0.1,
) -> DensityScale:
    """Return the scale some hours on, with what calibration objects showed then.

    Parameters
    ----------
    scale
        What was believed.
    hours
        Since then; the belief falls back to the model with an e-folding time of 12 h.
    observed_ratio
        Drag observed over drag of the model; None where nothing was observed.
    sigma
        Relative error of that observation.

    Raises
    ------
    ValueError
        If time runs back or a ratio is not positive.

    Notes
    -----
    A scalar Kalman filter: Kalman 1960, J. Basic Eng. 82, 35.

    Examples
    --------
    >>> round(math.exp(scale_after(DensityScale(), 3, 1.3).ln_scale), 2)
    1.2
    """
    if hours < 0 or (observed_ratio is not None and not observed_ratio > 0):
        raise ValueError(
            f"{hours} h and a ratio of {observed_ratio}; expected 0 h or more, > 0"
        )
    kept = math.exp(-hours / SCALE_TAU_H)
    mean = scale.ln_scale * kept
    variance = scale.variance * kept**2 + QUIET_SIGMA**2 * (1 - kept**2)
    if observed_ratio is None:
        return DensityScale(ln_scale=mean, variance=variance)
    gain = variance / (variance + sigma**2)
    mean += gain * (math.log(observed_ratio) - mean)
    return DensityScale(ln_scale=mean, variance=(1 - gain) * variance)


def relative_sigma(kp: ArrayLike) -> Floats:
    """Return the spread of ln density that the model leaves: 0.30 in a storm, else 0.15.

    References
    ----------
    .. [1] Bruinsma and Boniface, "The operational and research DTM-2020 thermosphere models",
       J. Space Weather Space Clim. 11, 47, 2021.
    """
    kp = np.asarray(kp, float)
    sigma: Floats = np.where(kp >= STORM_KP - KP_TOLERANCE, STORM_SIGMA, QUIET_SIGMA)
    return np.where(np.isnan(kp), np.nan, sigma)


def drag_acceleration_m_s2(
    density_kg_m3: ArrayLike,
    speed_m_s: ArrayLike,
    area_to_mass_m2_kg: ArrayLike,
    *,
    drag_coefficient: float = COMPACT_DRAG_COEFFICIENT,
) -> Floats:
    """Return the acceleration along the motion relative to the air, negative.

    Examples
    --------
    >>> drag_acceleration_m_s2(5e-12, 7660, 0.01).round(9)
    np.float64(-3.227e-06)
    """
    speed = np.asarray(speed_m_s, float)
    area = drag_coefficient * np.asarray(area_to_mass_m2_kg, float)
    braking: Floats = -0.5 * np.asarray(density_kg_m3, float) * area * speed**2
    return braking
