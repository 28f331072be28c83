"""What drives the ionosphere: solar activity over months, and geomagnetic storms over hours."""

from collections.abc import Sequence
from datetime import datetime, timedelta

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

from stormcone.forecast.field import Source
from stormcone.forecast.hf_drivers import CLIMATOLOGY, ESTIMATED, LEVELS, MEDIAN, kp_driver
from stormcone.forecast.history import aware, newest, stand_in, step_before, steps
from stormcone.forecast.outlook import Outlook
from stormcone.observation.feed import Provenance, Series
from stormcone.weather.storm import (
    HIGHEST_X,
    INTERVALS,
    ap_of_kp,
    latitude_factors,
    weighted_ap,
)

MODEL_ONLY = "model only"
MEAN_DAYS = 81
DAY, SPAN = timedelta(days=1), timedelta(hours=3)
F107_MAX_AGE = timedelta(days=3)  # 2 d after the end of its day
F107_STAND_IN_AGE = timedelta(days=30)
F107_CLIMATOLOGY_SFU = 120.0  # unverified: mean of all years
FILLED = 0.1  # share of the days or the Kp; with more of them unknown, it is estimated
BEYOND_STORM = 0.15  # unverified: spread of ln foF2 added per doubling of X beyond 3000
EIGHTY_PERCENT = 2 * 1.2816  # standard deviations between the quantiles 0.1 and 0.9
LOW, HIGH = LEVELS.index(0.1), LEVELS.index(0.9)

_Array = NDArray[np.float64]


class ActivityDriver(Struct, frozen=True, kw_only=True):
    """The mean F10.7 of 81 days, and whether it is a stand-in."""

    f107_sfu: float
    known: bool
    based_on: tuple[Source, ...]
    says: tuple[str, ...]


class StormDriver(Struct, frozen=True, eq=False, kw_only=True):
    """Kp by three hours at LEVELS, shape (level, step), from 13 steps before `begin` on."""

    begin: datetime
    kp_quantiles: _Array
    based_on: tuple[Source, ...]
    says: tuple[str, ...]

    def kp(self, at: datetime) -> _Array:
        """Return Kp at LEVELS in the three hours that hold `at`; the last ones persist."""
        return np.asarray(self.kp_quantiles[:, self._place(at)])

    def x(self, at: datetime) -> _Array:
        """Return STORM's integral of ap at LEVELS; the whole history goes with its level."""
        last = self._place(at)
        history = self.kp_quantiles[:, last - INTERVALS + 1 : last + 1]
        return weighted_ap(ap_of_kp(history), at.hour)

    def median_factors(self, times: Sequence[datetime]) -> _Array:
        """Return the factor of foF2 at the rows of latitude, shape (time, 12)."""
        x = np.array([self.x(at)[MEDIAN] for at in times])
        return latitude_factors(x, [_day(at) for at in times])

    def ln_spread(self, at: datetime) -> _Array:
        """Return the standard deviation of the factor's logarithm at the rows, shape (12,).

        It is that of Kp; beyond the storms behind STORM its own error is added.
        """
        x = self.x(at)
        ln_factor = np.log(latitude_factors(x, _day(at)))
        by_kp = np.abs(ln_factor[HIGH] - ln_factor[LOW]) / EIGHTY_PERCENT
        beyond = BEYOND_STORM * max(0.0, float(np.log2(x[MEDIAN] / HIGHEST_X + 1e-9)))
        return np.asarray(np.hypot(by_kp, beyond))

    def _place(self, at: datetime) -> int:
        place = INTERVALS + (at - self.begin) // SPAN
        return int(np.clip(place, INTERVALS - 1, self.kp_quantiles.shape[1] - 1))


def activity_driver(f107: Series | None, now: datetime) -> ActivityDriver:
    """Return the mean F10.7 of what is known of the last 81 days, else that of all years.

    With nothing newer than 2 days, or more than a tenth of the days unknown, the mean still
    stands; it is called estimated and not known.
    """
    seen = newest(f107, now)
    if f107 is None or seen is None or now - seen.at > F107_STAND_IN_AGE:
        return ActivityDriver(
            f107_sfu=F107_CLIMATOLOGY_SFU,
            known=False,
            based_on=(stand_in("f107_sfu", F107_CLIMATOLOGY_SFU, now),),
            says=(CLIMATOLOGY,),
        )
    late = now - seen.at > F107_MAX_AGE
    days = steps(f107, now, DAY, MEAN_DAYS)
    estimated = late or _much_is_unknown(days[:-1])
    mean = Source(
        quantity=f"f107_sfu_mean_of_{np.isfinite(days).sum()}_days",
        value=float(np.nanmean(days)),
        at=seen.at,
        source=seen.source,
        provenance=Provenance.PERSISTENCE if late else seen.provenance,
    )
    return ActivityDriver(
        f107_sfu=mean.value,
        known=not estimated,
        based_on=(mean,),
        says=(ESTIMATED,) if estimated else (),
    )


def storm_driver(
    kp: Series | None, ahead: Outlook | None, now: datetime, hours: float = 27
) -> StormDriver:
    """Return Kp by three hours, 13 of them before the one that holds `now`, and `hours` ahead.

    What is not observed is forecast: by `ahead`, whose first step holds `now`, or else by
    persistence. A gap further back takes the quantiles of the first step; with more than a
    tenth of the steps before in gaps it says `estimated`.
    """
    seen = newest(kp, now)
    begin = aware(step_before(now, SPAN))
    times = [begin + SPAN * step for step in range(int(hours / 3) + 2)]
    forecast = np.array([_quantiles(ahead, seen, at, now) for at in times]).T
    past = steps(kp, now, SPAN, INTERVALS + 1)
    known = np.where(np.isnan(past), forecast[:, :1], past)
    by_persistence = kp_driver(seen, None, now)
    gaps = (ESTIMATED,) if _much_is_unknown(past[:-2]) else ()  # the newest may not be due yet
    return StormDriver(
        begin=begin,
        kp_quantiles=np.concatenate([known, forecast[:, 1:]], axis=1),
        based_on=by_persistence.based_on,
        says=tuple(
            dict.fromkeys((*by_persistence.says, *gaps, *(ahead.says if ahead else ())))
        ),
    )


def _quantiles(
    ahead: Outlook | None, seen: Source | None, at: datetime, now: datetime
) -> _Array:
    """Return Kp at LEVELS in the three hours from `at`."""
    if ahead is None:
        return kp_driver(seen, None, now).quantiles(max(at + SPAN / 2, now), now)
    step = int(np.clip((at - ahead.valid[0]) // SPAN, 0, len(ahead.valid) - 1))
    return np.asarray(np.interp(LEVELS, ahead.levels, ahead.values[step]))


def _much_is_unknown(values: _Array) -> bool:
    return bool(np.isnan(values).mean() > FILLED)


def _day(at: datetime) -> int:
    return min(at.timetuple().tm_yday, 365)
