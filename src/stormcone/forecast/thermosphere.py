"""Air density to 72 hours ahead, every three, under what Kp and F10.7 are expected (pure)."""

import math
from datetime import datetime, timedelta
from itertools import product
from statistics import NormalDist

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

from stormcone.forecast.field import Source
from stormcone.forecast.hf_drivers import KP_CLIMATOLOGY, LEVELS, MEDIAN
from stormcone.forecast.history import steps
from stormcone.forecast.outlook import Outlook
from stormcone.observation.feed import Series
from stormcone.weather.drag import DensityScale, relative_sigma, scale_after
from stormcone.weather.storm import ap_of_kp
from stormcone.weather.thermosphere import (
    AP_HISTORY,
    LogDensity,
    density,
    density_table,
    storm_ap,
)

Floats = NDArray[np.float64]
STEP = timedelta(hours=3)
DAY = timedelta(days=1)
DEVIATIONS = np.array([NormalDist().inv_cdf(level) for level in LEVELS])
SPREAD_LATITUDES = (-75.0, -45.0, -15.0, 15.0, 45.0, 75.0)
SPREAD_HOURS = (3.0, 9.0, 15.0, 21.0)
ESTIMATED = "estimated"


class DensityForecast(Struct, frozen=True, eq=False, kw_only=True):
    """What drives the density: Kp and F10.7 at LEVELS, each of shape (step, level).

    `kp_before` are the 19 three-hourly Kp before the first step. Tables and spreads are made
    when they are asked for: 0.1 s each.
    """

    issued: datetime
    valid: tuple[datetime, ...]
    kp: Floats
    f107_sfu: Floats
    f107_81d_sfu: float
    kp_before: Floats
    scale: DensityScale
    version: float
    based_on: tuple[Source, ...]
    says: tuple[str, ...]

    def table(self, index: int) -> LogDensity:
        """Return the density expected at one step: the model's, times the scale."""
        modelled = density_table(
            self.valid[index],
            self.f107_sfu[index, MEDIAN],
            self.f107_81d_sfu,
            self._ap7(index, MEDIAN),
            version=self.version,
        )
        return modelled.scaled(math.exp(self._scale(index).ln_scale))

    def ln_quantiles(self, index: int, altitude_km: NDArray[np.floating]) -> Floats:
        """Return ln density at LEVELS less that of the table, shape (level, altitude).

        Kp (the whole path from now at that level, which is rather too wide), F10.7 and the
        model's own spread (15 %, in storms 30 %) are taken for independent.
        """
        by_kp = self._ln_mean(index, range(len(LEVELS)), (MEDIAN,), altitude_km)[:, 0]
        by_flux = self._ln_mean(index, (MEDIAN,), range(len(LEVELS)), altitude_km)[0]
        model = np.maximum(relative_sigma(self.kp[index]) ** 2, self._scale(index).variance)
        away = np.stack([by_kp - by_kp[MEDIAN], by_flux - by_flux[MEDIAN]])
        noise = DEVIATIONS[:, None] ** 2 * model[:, None]
        spread = np.sqrt((away**2).sum(axis=0) + noise)
        rising: Floats = np.maximum.accumulate(np.sign(DEVIATIONS)[:, None] * spread, axis=0)
        return rising

    def sigma(self, index: int, altitude_km: NDArray[np.floating]) -> Floats:
        """Return the relative spread of density, shape (altitude,): half of 16 to 84 %."""
        quantiles = self.ln_quantiles(index, altitude_km)
        low, high = NormalDist().cdf(-1), NormalDist().cdf(1)
        ends = [[np.interp(share, LEVELS, one) for one in quantiles.T] for share in (low, high)]
        half: Floats = np.diff(np.array(ends), axis=0)[0] / 2
        return half

    def _scale(self, index: int) -> DensityScale:
        ahead = max(self.valid[index] - self.issued, timedelta(0))
        return scale_after(self.scale, ahead / timedelta(hours=1))

    def _ap7(self, index: int, level: int) -> Floats:
        path = np.concatenate([self.kp_before, self.kp[: index + 1, level]])
        return storm_ap(ap_of_kp(path[-AP_HISTORY:]))

    def _ln_mean(
        self,
        index: int,
        kp_levels: range | tuple[int, ...],
        flux_levels: range | tuple[int, ...],
        altitude_km: NDArray[np.floating],
    ) -> Floats:
        """Return ln of the density over the globe, shape (Kp level, F10.7 level, altitude)."""
        places = np.meshgrid(SPREAD_LATITUDES, SPREAD_HOURS, altitude_km, indexing="ij")
        weights = np.cos(np.radians(SPREAD_LATITUDES))
        found = [
            density(
                self.valid[index],
                *places,
                f107=self.f107_sfu[index, flux],
                f107a=self.f107_81d_sfu,
                ap7=self._ap7(index, kp),
                version=self.version,
            )
            for kp, flux in product(kp_levels, flux_levels)
        ]
        means = [np.average(one.mean(axis=1), axis=0, weights=weights) for one in found]
        return np.log(means).reshape(len(kp_levels), len(flux_levels), -1)


def density_forecast(
    kp: Outlook,
    f107: Outlook,
    *,
    observed_kp: Series | None,
    f107_81d_sfu: float,
    now: datetime,
    scale: DensityScale | None = None,
    version: float = 2.1,
) -> DensityForecast:
    """Return the forecast of density for every time of a Kp forecast.

    Parameters
    ----------
    kp
        Every three hours from the interval that holds `now`, as `forecast.kp.outlook` gives it.
    f107
        By day, as `forecast.f107.outlook` gives it; the model wants that of the day before.
    observed_kp
        Kp by three hours; where one of the last 57 h is missing the climatological median
        stands in (`estimated`).
    f107_81d_sfu
        The mean over 81 days.
    scale
        By how much the model is off now, of calibration objects; it fades as leads grow.
    version
        Of NRLMSIS.

    Raises
    ------
    ValueError
        If the Kp forecast is not in steps of three hours.
    """
    gaps = {later - earlier for earlier, later in zip(kp.valid, kp.valid[1:], strict=False)}
    if gaps - {STEP}:
        raise ValueError(f"a Kp forecast in steps of {gaps}; expected {STEP}")
    before = steps(observed_kp, now, STEP, AP_HISTORY)[:-1]
    missing = np.isnan(before)
    said = (*kp.says, *f107.says, *((ESTIMATED,) if missing.any() else ()))
    return DensityForecast(
        issued=now,
        valid=kp.valid,
        kp=_at_levels(kp, kp.values),
        f107_sfu=_at_levels(f107, _day_before(f107, kp.valid)),
        f107_81d_sfu=f107_81d_sfu,
        kp_before=np.where(missing, KP_CLIMATOLOGY[MEDIAN], before),
        scale=scale or DensityScale(),
        version=version,
        based_on=(*kp.based_on, *f107.based_on),
        says=tuple(dict.fromkeys(said)),
    )


def _day_before(f107: Outlook, valid: tuple[datetime, ...]) -> Floats:
    """Return the quantiles for the day before each time, of the first day where none is."""
    days = [max((at - DAY - f107.valid[0]) // DAY, 0) for at in valid]
    return f107.values[np.minimum(days, len(f107.valid) - 1)]


def _at_levels(outlook: Outlook, values: Floats) -> Floats:
    return np.stack([np.interp(LEVELS, outlook.levels, row) for row in values])
