"""Whether a flare sends protons to the Earth, when they come and how many: S1 to S5.

A flare's fluence and longitude tell how probable an event is, its flux and the speed of the
ejection how strong; delays are those of past events from the same longitudes.
"""

import math
from datetime import datetime, timedelta
from statistics import NormalDist

import numpy as np
from msgspec import Struct
from numpy.typing import ArrayLike, NDArray

from stormcone.forecast.field import Source, exceedance
from stormcone.forecast.outlook import Chance
from stormcone.forecast.regression import Coefficients, Floats, predict, probability

LEVELS = (0.05, 0.1, 0.25, 0.5, 0.75, 0.9, 0.95)
SPAN = timedelta(hours=72)
FEATURES = (
    "log10 fluence",
    "from E30 to W20",
    "from W20 to W80",
    "beyond W80",
    "log10 flux",
    "log10 speed",
    "cos of longitude less 57 deg",
)
SEEN = slice(0, 4)  # what the probability rests on
STRENGTH = slice(4, 7)  # what the peak rests on
BEST_LONGITUDE_DEG = 57.0
LONGITUDES = ("E90-E30", "E30-W20", "W20-W80", "beyond W80")
LONGITUDE_EDGES_DEG = (-30.0, 20.0, 80.0)
S1, PEAK, PEAK_WITHOUT_SPEED = "S1", "log10 peak", "log10 peak without speed"
WINDOWS_H = (3.0, 6.0, 12.0, 24.0)
LONGEST_LAG_H = 3.0
STEP_H = 1 / 12  # of the series that are correlated
EVENT_PFU = 10.0  # above 10 MeV: from then on there is an event
ESTIMATED = "estimated"


class ProtonInputs(Struct, frozen=True, kw_only=True):
    """A flare and what followed it, on the true scale of GOES-16 and later.

    `fluence_j_m2` is None where X-rays are missing; longitude is west positive, None where the
    source is not known; `cme_speed_km_s` is the speed in the plane of the sky, None where no
    ejection was measured; `proton_10mev_pfu` is the flux above 10 MeV now, None where it is not
    known.
    """

    flare_peak: datetime
    peak_w_m2: float
    fluence_j_m2: float | None = None
    longitude_west_deg: float | None = None
    cme_speed_km_s: float | None = None
    proton_10mev_pfu: float | None = None
    based_on: tuple[Source, ...] = ()


class ProtonOutlook(Struct, frozen=True, eq=False, kw_only=True):
    """Chances of S1 to S5 in 72 hours; then, for the case of an event, quantiles at `levels`.

    `onset` is when 10 pfu above 10 MeV are reached, `peak` when the most comes, `peak_pfu` how
    much that is: no less than what has come.
    """

    issued: datetime
    chances: tuple[Chance, ...]
    levels: tuple[float, ...]
    onset: tuple[datetime, ...]
    peak: tuple[datetime, ...]
    peak_pfu: Floats


class Connection(Struct, frozen=True):
    """How alike X-rays rose and protons follow: correlation, and by how long they are late."""

    correlation: float
    lag_h: float
    window_h: float


def proton_outlook(
    inputs: ProtonInputs, coefficients: Coefficients, *, now: datetime
) -> ProtonOutlook:
    """Return how probable S1 to S5 are after a flare, when they come and how strong.

    Until `now` 10 pfu were not reached, unless `proton_10mev_pfu` says so: the longer they stay
    away, the less probable they get. Once they are reached there is an event, whose peak is at
    least the present flux. Chances say `estimated` where fluence or longitude is the mean one.

    Raises
    ------
    ValueError
        If a number is missing or impossible.
    """
    _check(inputs)
    where = longitude_class(inputs.longitude_west_deg)
    onset_h, peak_h = (delays_h(coefficients, what, where) for what in ("onset", "peak"))
    peak = NormalDist(*log_peak(inputs, coefficients))
    waited_h = (now - inputs.flare_peak) / timedelta(hours=1)
    flux = inputs.proton_10mev_pfu or 0.0
    begun = flux >= EVENT_PFU
    reached = math.log10(flux if begun else EVENT_PFU)
    late = float(exceedance(coefficients.levels, onset_h, waited_h))
    event = 1.0 if begun else _still(event_probability(inputs, coefficients), late)
    onset = _times(inputs.flare_peak, coefficients.levels, onset_h)
    return ProtonOutlook(
        issued=now,
        chances=tuple(
            _chance(inputs, coefficients, event * _share(scale, peak, reached), scale, now)
            for scale in range(1, 6)
        ),
        levels=LEVELS,
        onset=tuple(min(one, now) for one in onset) if begun else onset,
        peak=_times(inputs.flare_peak, coefficients.levels, peak_h),
        peak_pfu=peak_quantiles_pfu(peak, reached),
    )


def longitude_class(longitude_west_deg: float | None) -> str | None:
    """Return which of LONGITUDES holds a longitude, west positive; None for an unknown one.

    Examples
    --------
    >>> longitude_class(-90), longitude_class(19.9), longitude_class(20), longitude_class(120)
    ('E90-E30', 'E30-W20', 'W20-W80', 'beyond W80')
    """
    if longitude_west_deg is None:
        return None
    return LONGITUDES[int(np.digitize(longitude_west_deg, LONGITUDE_EDGES_DEG))]


def features(
    fluence_j_m2: ArrayLike,
    longitude_west_deg: ArrayLike,
    peak_w_m2: ArrayLike,
    cme_speed_km_s: ArrayLike,
) -> Floats:
    """Return the features of flares (...), shape (..., feature); NaN where one is not known."""
    lon = np.asarray(longitude_west_deg, float)
    which = np.digitize(lon, LONGITUDE_EDGES_DEG)
    classes = [np.where(np.isnan(lon), np.nan, which == one) for one in (1, 2, 3)]
    logs = [
        np.log10(np.asarray(one, float)) for one in (fluence_j_m2, peak_w_m2, cme_speed_km_s)
    ]
    away = np.cos(np.radians(lon - BEST_LONGITUDE_DEG))
    return np.stack([logs[0], *classes, logs[1], logs[2], away], axis=-1)


def event_probability(inputs: ProtonInputs, coefficients: Coefficients) -> float:
    """Return how probable 10 pfu above 10 MeV are after the flare."""
    return float(probability(coefficients.logistic(S1), _known(inputs, coefficients)))


def log_peak(inputs: ProtonInputs, coefficients: Coefficients) -> tuple[float, float]:
    """Return mean and spread of log10 of the peak flux (pfu) if there is an event."""
    name = PEAK_WITHOUT_SPEED if inputs.cme_speed_km_s is None else PEAK
    mean = predict(coefficients.ridge(name), _known(inputs, coefficients))
    return float(mean), float(coefficients.ridge(f"spread of {name}").weights[0])


def peak_quantiles_pfu(peak: NormalDist, reached: float) -> Floats:
    """Return quantiles of the peak flux at LEVELS: log-normal, at least 10**`reached`."""
    below = peak.cdf(reached)
    peaks = [peak.inv_cdf(min(below + level * (1 - below), 1 - 1e-12)) for level in LEVELS]
    return 10.0 ** np.maximum(peaks, reached)


def delays_h(coefficients: Coefficients, what: str, where: str | None) -> Floats:
    """Return quantiles of the hours from the flare to `onset` or `peak`, shape (level,)."""
    values: Floats = coefficients.residuals(f"{what} {where or 'anywhere'}").values[0]
    return values


def lag_correlation(xray_w_m2: ArrayLike, proton_pfu: ArrayLike) -> Connection | None:
    """Return where the rise of X-rays and that of protons resemble each other most.

    Parameters
    ----------
    xray_w_m2, proton_pfu
        Fluxes every five minutes up to now, of equal length (n,), 24 hours at best.

    Returns
    -------
    The best of windows of 3 to 24 hours and lags up to 3 hours; None where a window holds a
    gap or no rise.

    Notes
    -----
    The idea of UMASEP: Nunez 2011, doi:10.1029/2010SW000640. It says that protons come along a
    field line that leads to the flare. It is not part of the probability: no series of flux
    stood by to calibrate it.
    """
    xray, protons = (_rise(np.asarray(one, float)) for one in (xray_w_m2, proton_pfu))
    tries = [
        Connection(_alike(xray, protons, window, lag), lag * STEP_H, window * STEP_H)
        for window in (round(one / STEP_H) for one in WINDOWS_H)
        for lag in range(round(LONGEST_LAG_H / STEP_H) + 1)
        if window + lag <= len(xray)
    ]
    known = [one for one in tries if math.isfinite(one.correlation)]
    return max(known, key=lambda one: one.correlation, default=None)


def _rise(flux: Floats) -> Floats:
    return np.maximum(np.diff(np.log(np.where(flux > 0, flux, np.nan))), 0)


def _alike(xray: Floats, protons: Floats, window: int, lag: int) -> float:
    """Pearson's correlation of the last `window` steps of protons with X-rays `lag` earlier."""
    late = protons[-window:]
    early = xray[len(xray) - window - lag : len(xray) - lag]
    spread = early.std() * late.std()
    if not spread > 0:
        return math.nan
    return float(((early - early.mean()) * (late - late.mean())).mean() / spread)


def _known(inputs: ProtonInputs, coefficients: Coefficients) -> Floats:
    """Return the features; what is not known stands at the mean of those learnt from."""
    found = features(
        _or_nan(inputs.fluence_j_m2),
        _or_nan(inputs.longitude_west_deg),
        inputs.peak_w_m2,
        _or_nan(inputs.cme_speed_km_s),
    )
    return np.where(np.isnan(found), coefficients.mean, found)


def _or_nan(value: float | None) -> float:
    return math.nan if value is None else value


def _share(scale: int, peak: NormalDist, reached: float) -> float:
    """Return which part of the events that reach 10**`reached` pfu reaches 10**`scale`."""
    return _above(peak, max(scale, reached)) / _above(peak, reached)


def _above(peak: NormalDist, log_pfu: float) -> float:
    return 0.5 * math.erfc(peak.zscore(log_pfu) / math.sqrt(2))  # exact far out, unlike 1 - cdf


def _still(event: float, late: float) -> float:
    """Bayes: how probable an event is of which only the share `late` is still to come."""
    return event * late / (event * late + 1 - event)


def _chance(
    inputs: ProtonInputs, coefficients: Coefficients, chance: float, scale: int, now: datetime
) -> Chance:
    flux = inputs.proton_10mev_pfu
    estimated = inputs.fluence_j_m2 is None or inputs.longitude_west_deg is None
    a_day = coefficients.ridge(f"S{scale} a day").weights[0]
    return Chance(
        event=f"S{scale}",
        issued=now,
        begin=now,
        end=now + SPAN,
        probability=chance,
        persistence=None if flux is None else float(flux >= 10.0**scale),
        climatology=float(-np.expm1(-a_day * (SPAN / timedelta(days=1)))),
        based_on=inputs.based_on,
        says=(ESTIMATED,) if estimated else (),
    )


def _times(
    start: datetime, levels: tuple[float, ...], delay_h: NDArray[np.float64]
) -> tuple[datetime, ...]:
    at_levels = np.interp(LEVELS, levels, delay_h)
    return tuple(start + timedelta(minutes=round(60 * float(one))) for one in at_levels)


def _check(inputs: ProtonInputs) -> None:
    if not inputs.peak_w_m2 > 0:
        raise ValueError(f"peak_w_m2 {inputs.peak_w_m2}; give a positive number")
    for name in ("fluence_j_m2", "cme_speed_km_s"):
        value = getattr(inputs, name)
        if value is not None and not value > 0:
            raise ValueError(f"{name} {value}; give a positive number, or None")
    flux, longitude = inputs.proton_10mev_pfu, inputs.longitude_west_deg
    if flux is not None and not flux >= 0:
        raise ValueError(f"proton_10mev_pfu {flux}; give 0 or more, or None")
    if longitude is not None and not -180 <= longitude <= 180:
        raise ValueError(f"longitude_west_deg {longitude}; give -180 to 180, or None")
