"""The forecasts of global numbers and of events, from what is known: one method a product."""

from datetime import datetime, timedelta
from functools import cache

import numpy as np
from msgspec import structs

from stormcone.centre.inputs import WIND, Inputs, as_utc
from stormcone.centre.sun import flare_inputs, proton_inputs
from stormcone.forecast import ap, dst, f107, flares, kp, kp_nowcast, protons
from stormcone.forecast.outlook import Chance, Outlook, at_least
from stormcone.forecast.regression import Coefficients, read_coefficients
from stormcone.observation import tables
from stormcone.observation.feed import Flag, Provenance, Series
from stormcone.reference.scales import GEOMAGNETIC_STORM_KP, KP_TOLERANCE
from stormcone.reference.utc import floor_minutes
from stormcone.weather.storm import ap_of_kp

DAY = timedelta(days=1)
KP_DAYS, F107_DAYS = 108 * DAY, 120 * DAY
WIND_HOURS = timedelta(hours=12)
DST_DAYS = 31 * DAY
REACHED = "reached"


class Forecasts:
    """Makes products from one archive as it was known at a moment."""

    def __init__(self, inputs: Inputs) -> None:
        self._inputs = inputs

    def kp_nowcast(self, now: datetime) -> Outlook:
        """Return Kp of these three hours and the next, by the solar wind where it is fed."""
        series = self._inputs.by_quantity(WIND, now, WIND_HOURS)
        observed = self.observed_kp(now)
        fed = series if observed is None else {**series, "kp": observed}
        return kp_nowcast.outlook(trained("kp-nowcast"), trained("kp"), fed, now)

    def kp(self, now: datetime) -> Outlook:
        """Return Kp by three hours to 72 h; what this interval has reached counts."""
        observed = self.observed_kp(now)
        made = kp.outlook(trained("kp"), observed, now)
        reached = self._inputs.reached_kp(made.valid[0], now)
        if observed is None or reached is None:
            return made
        first = at_least(made, 0, reached.value)
        after = made.valid[0] + kp.SPAN
        middle = made.levels.index(0.5)
        known = _with(observed, made.valid[0], float(first.values[0, middle]))
        later = kp.outlook(trained("kp"), known, after)
        return structs.replace(
            first,
            values=np.vstack([first.values[:1], later.values[: len(made.valid) - 1]]),
            based_on=(*made.based_on, reached),
            says=tuple(dict.fromkeys((*made.says, kp.ESTIMATED))),
        )

    def kp_27_days(self, now: datetime) -> Outlook:
        """Return Kp by three hours to 26 days, from 72 h on by recurrence alone."""
        return kp.outlook(trained("kp"), self.observed_kp(now), now, kp.LONGEST)

    def ap(self, now: datetime) -> Outlook:
        """Return the daily Ap of today and the two days after; the hours gone by count."""
        observed = self.observed_kp(now), self.observed_f107(now)
        made = ap.ap_outlook(trained("ap"), *observed, now)
        known = [one.value for one in self._inputs.kp_since(midnight(now), now)]
        return at_least(made, 0, float(ap_of_kp(np.array(known)).sum()) / 8) if known else made

    def storms(self, now: datetime) -> tuple[Chance, ...]:
        """Return the chances of G1 to G5 today and on the two days after.

        What has been reached today is certain, and the rest of today is no less probable than
        in any of its three hours.
        """
        observed = self.observed_kp(now), self.observed_f107(now)
        made = ap.storm_chances(trained("ap"), *observed, now)
        known = self._inputs.kp_since(midnight(now), now)
        ahead = self.kp(now)
        today = [n for n, at in enumerate(ahead.valid) if at < midnight(now) + DAY]
        found = []
        for one, level in zip(made, (*GEOMAGNETIC_STORM_KP,) * 3, strict=True):
            least = level - KP_TOLERANCE
            if one.begin > now:
                found.append(one)
            elif any(seen.value >= least for seen in known):
                says = tuple(dict.fromkeys((*one.says, REACHED)))
                found.append(structs.replace(one, probability=1.0, says=says))
            else:
                probable = float(ahead.exceedance(least)[today].max())
                found.append(structs.replace(one, probability=max(one.probability, probable)))
        return tuple(found)

    def f107(self, now: datetime) -> Outlook:
        """Return F10.7 by day to 45 days."""
        return f107.outlook(trained("f107"), self.observed_f107(now), now)

    def dst(self, now: datetime) -> Outlook:
        """Return Dst one to six hours ahead."""
        series = self._inputs.by_quantity(("dst_nt", *WIND), now, DST_DAYS)
        return dst.outlook(trained("dst"), series, now)

    def flares(self, now: datetime) -> tuple[Chance, ...]:
        """Return the chances of C, M and X flares, of the disk and of each region."""
        known = flare_inputs(self._inputs, now)
        of_the_disk = flares.flare_chances(known, trained("flares"), now=now)
        return (*of_the_disk, *flares.region_chances(known, trained("flares"), now=now))

    def protons(self, now: datetime) -> protons.ProtonOutlook | None:
        """Return what may follow the strongest flare of the last 72 h; None without one."""
        known = proton_inputs(self._inputs, now)
        if known is None:
            return None
        return protons.proton_outlook(known, trained("protons"), now=now)

    def kp_so_far(self, now: datetime) -> Series | None:
        """Return Kp by three hours, and what was reached where it is not known yet."""
        observed = self.observed_kp(now)
        if observed is None:
            return None
        begin, last = midnight(now) - DAY, as_utc(observed.at[-1])
        for one in self._inputs.kp_since(begin, now):
            start = floor_minutes(one.at, 60) - timedelta(hours=one.at.hour % 3)
            if one.quantity != "kp" and start > last:
                observed = _with(observed, start, one.value)
        return observed

    def observed_kp(self, now: datetime) -> Series | None:
        """Return Kp by three hours."""
        return self._inputs.best("kp", now, KP_DAYS)

    def observed_f107(self, now: datetime) -> Series | None:
        """Return daily F10.7 at noon, without days that a radio burst ran into."""
        found = self._inputs.best("f107_sfu", now, F107_DAYS)
        if found is None:
            return None
        burst = (found.flags & int(Flag.BURST)) != 0
        return structs.replace(found, value=np.where(burst, np.nan, found.value))


def midnight(now: datetime) -> datetime:
    """Return the begin of the day."""
    return now.replace(hour=0, minute=0, second=0, microsecond=0)


def _with(series: Series, at: datetime, value: float) -> Series:
    """Return a series with one sample more, which is known at once."""
    moment = np.datetime64(at.replace(tzinfo=None), "ms")
    return structs.replace(
        series,
        at=np.append(series.at, moment),
        value=np.append(series.value, value),
        known=np.append(series.known, moment),
        flags=np.append(series.flags, np.uint16(Flag.ESTIMATED)),
        provenance=(*series.provenance, Provenance.FORECAST),
    )


@cache
def trained(model: str) -> Coefficients:
    """Return the packaged coefficients of a model, read once.

    Raises
    ------
    TableMissingError
        If the installation lacks them.
    """
    body = tables.coefficients(model)
    if body is None:
        raise tables.TableMissingError(
            f"the coefficients of {model} are missing; install stormcone again"
        )
    return read_coefficients(body)
