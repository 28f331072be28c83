"""How a flare fades: its e-folding time, what is left later, and how often another comes."""

import math

import numpy as np
from msgspec import Struct
from numpy.typing import ArrayLike, NDArray

DURATIONS_MIN = ((1e-5, 25.0), (5e-5, 40.0), (1e-4, 60.0), (5e-4, 120.0))  # unverified
PRIOR_LN_SPREAD = 0.7  # unverified: of the e-folding time about those durations
FIT_LN_SPREAD = 0.25  # unverified: how far a fitted e-folding time wanders afterwards
TAU_BOUNDS_MIN = (3.0, 240.0)
FIT_SPAN_MIN = (10.0, 20.0)  # of the samples after the peak, the last
REMAINING_RISE_MIN = (0.5, 1.5, 4.5, 9.5, 23.5, 47.5, 71.5)  # at PEAK_LEVELS, 2008-2019
PEAK_LEVELS = (0.05, 0.1, 0.25, 0.5, 0.75, 0.9, 0.95)
HIGHEST_PEAK_W_M2 = 1e-2  # unverified: beyond any flare on record (X45 of 2003 is 4.5e-3)
FLARES_PER_DAY = ((1e-6, 8674 / 4355), (1e-5, 798 / 4355), (1e-4, 49 / 4355))  # 2008-2019


class Decay(Struct, frozen=True, kw_only=True):
    """A log-normal belief about the e-folding time: mean and spread of its logarithm."""

    ln_tau_min: float
    spread: float

    def tau_min(self, deviation: ArrayLike = 0.0) -> NDArray[np.float64]:
        """Return the time that many standard deviations from the median, 3 to 240 minutes."""
        tau: NDArray[np.float64] = np.exp(self.ln_tau_min + np.asarray(deviation) * self.spread)
        return np.clip(tau, *TAU_BOUNDS_MIN)


def prior_decay(peak_w_m2: float) -> Decay:
    """Return what is believed of a flare of that peak before its decay is seen.

    The typical durations by class are read as e-folding times, which nobody has published.

    Examples
    --------
    >>> prior_decay(1e-4).tau_min().round()
    np.float64(60.0)
    """
    peaks, minutes = np.log(np.array(DURATIONS_MIN)).T
    return Decay(
        ln_tau_min=float(np.interp(math.log(peak_w_m2), peaks, minutes)), spread=PRIOR_LN_SPREAD
    )


def fit_decay(
    minutes: NDArray[np.float64], flux_w_m2: NDArray[np.float64], *, background_w_m2: float
) -> Decay:
    """Return the e-folding time of the newest flare in the samples, oldest first.

    Log-linear over the last 10 to 20 minutes after the peak, joined with the prior of the
    peak's class; the prior alone while the flux rises or for the first ten minutes after.

    Parameters
    ----------
    minutes, flux_w_m2
        Shape (n,), at least one; all fluxes positive.
    background_w_m2
        What the flux falls back to.

    Raises
    ------
    ValueError
        If there is no sample.

    Examples
    --------
    >>> t = np.arange(30.0)
    >>> fit_decay(t, 1e-4 * np.exp(-t / 20), background_w_m2=0).tau_min().round(1)
    np.float64(22.6)
    """
    if len(minutes) == 0:
        raise ValueError("no X-ray sample to fit a decay to; use prior_decay")
    peak = int(np.argmax(flux_w_m2))
    prior = prior_decay(float(flux_w_m2[peak]))
    recent = minutes >= max(minutes[peak], minutes[-1] - FIT_SPAN_MIN[1])
    excess = flux_w_m2[recent] - background_w_m2
    span_min = minutes[recent][-1] - minutes[recent][0]
    if span_min < FIT_SPAN_MIN[0] or excess.min() <= 0 or len(excess) < 5:
        return prior
    slope, error = _slope(minutes[recent], np.log(excess))
    if slope >= 0:
        return prior
    return _joined(prior, -math.log(-slope), math.hypot(error / slope, FIT_LN_SPREAD))


def flux_after(
    flux_w_m2: float, minutes: ArrayLike, tau_min: ArrayLike, *, background_w_m2: float
) -> NDArray[np.float64]:
    """Return the flux that is left after some minutes; minutes and times broadcast."""
    part = np.exp(-np.asarray(minutes, float) / np.asarray(tau_min, float))
    left: NDArray[np.float64] = background_w_m2 + (flux_w_m2 - background_w_m2) * part
    return left


def minutes_until_below(
    flux_w_m2: float, threshold_w_m2: float, tau_min: ArrayLike, *, background_w_m2: float
) -> NDArray[np.float64]:
    """Return when the flux falls below a threshold: 0 when it is, infinity when it never will.

    Examples
    --------
    >>> minutes_until_below(1.9e-4, 1e-4, 61.3, background_w_m2=1.5e-6).round()
    np.float64(40.0)
    """
    tau = np.asarray(tau_min, float)
    if flux_w_m2 < threshold_w_m2:
        return np.zeros_like(tau)
    if threshold_w_m2 <= background_w_m2:
        return np.full_like(tau, np.inf)
    ratio = (flux_w_m2 - background_w_m2) / (threshold_w_m2 - background_w_m2)
    minutes: NDArray[np.float64] = tau * math.log(ratio)
    return minutes


def peak_class_quantiles(flux_w_m2: ArrayLike, slope_per_min: ArrayLike) -> NDArray[np.float64]:
    """Return how strong a rising flare gets: quantiles of its peak flux at PEAK_LEVELS.

    Parameters
    ----------
    flux_w_m2
        Flux now, any shape.
    slope_per_min
        Rise of ln(flux) per minute over the last minutes, broadcast against it.

    Returns
    -------
    Shape (level, ...), rising, never below the flux now; NaN where the flux is not positive or
    an argument is NaN. A flux that falls has had its peak.

    Notes
    -----
    The slope is taken to fade evenly to nothing at the peak, so ln(peak / now) is half of slope
    times the minutes left. Those minutes are quantiles over all minutes in the rises of the 798
    M and X flares of 2008-2019 in NOAA SWPC's edited event lists. No rises of recorded flux
    stood by to check the evenness of the fading.

    Examples
    --------
    >>> peak_class_quantiles(1e-5, 0.2)[:4]
    array([1.05127110e-05, 1.16183424e-05, 1.56831219e-05, 2.58570966e-05])
    """
    flux, slope = np.broadcast_arrays(
        np.asarray(flux_w_m2, float), np.asarray(slope_per_min, float)
    )
    left = np.reshape(REMAINING_RISE_MIN, (-1,) + (1,) * flux.ndim)
    now = np.where(flux > 0, flux, np.nan)
    higher = np.minimum(
        np.log(now) + np.maximum(slope, 0) * left / 2, np.log(HIGHEST_PEAK_W_M2)
    )
    peak: NDArray[np.float64] = np.maximum(np.exp(higher), now)
    return peak


def further_flare_flux_w_m2(levels: ArrayLike) -> NDArray[np.float64]:
    """Return the flux that further flares leave unreached at a share `levels` of all times.

    Climatology of 2008-2019, high and low Sun together: (flares a day) times (their length),
    a power law over the flux. It is small: above M1 for 0.3 % of the time.

    Examples
    --------
    >>> further_flare_flux_w_m2([0.5, 0.95, 0.997])
    array([7.59254291e-08, 7.00545783e-07, 1.05823169e-05])
    """
    flux = np.log([start for start, _ in FLARES_PER_DAY])
    share = np.log([rate * DURATIONS_MIN[0][1] / 1440 for _, rate in FLARES_PER_DAY])
    slope = (share[1] - share[0]) / (flux[1] - flux[0])
    reached: NDArray[np.float64] = np.exp(
        flux[0] + (np.log1p(-np.asarray(levels, float)) - share[0]) / slope
    )
    return reached


def _slope(x: NDArray[np.float64], y: NDArray[np.float64]) -> tuple[float, float]:
    """Least-squares slope and its standard error."""
    away = x - x.mean()
    slope = float(away @ y / (away @ away))
    rest = y - y.mean() - slope * away
    return slope, math.sqrt(float(rest @ rest) / (len(x) - 2) / float(away @ away))


def _joined(prior: Decay, ln_tau_min: float, spread: float) -> Decay:
    """Weigh what was fitted against the prior by their precisions."""
    low, high = np.log(TAU_BOUNDS_MIN)
    ours, theirs = spread**-2, prior.spread**-2
    fitted = min(max(ln_tau_min, low), high)
    mean = (ours * fitted + theirs * prior.ln_tau_min) / (ours + theirs)
    return Decay(ln_tau_min=float(mean), spread=(ours + theirs) ** -0.5)
