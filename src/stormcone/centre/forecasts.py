"""The forecasts of global numbers and of events, from what is known: one method a product."""

from datetime import datetime, timedelta
from functools import cache

import numpy as np
from msgspec import structs

from stormcone.centre.inputs import WIND, Inputs
from stormcone.centre.sun import flare_inputs, proton_inputs
from stormcone.forecast import ap, dst, f107, flares, kp, kp_nowcast, protons
from stormcone.forecast.outlook import Chance, Outlook
from stormcone.forecast.regression import Coefficients, read_coefficients
from stormcone.observation import tables
from stormcone.observation.feed import Series

DAY = timedelta(days=1)
KP_DAYS, F107_DAYS = 108 * DAY, 120 * DAY
WIND_HOURS = timedelta(hours=12)
DST_DAYS = 31 * DAY


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
        """Return Kp by three hours to 72 h; a K reached since the newest counts as that one."""
        observed, reached = self.observed_kp(now), self._inputs.kp(now)
        made = kp.outlook(trained("kp"), observed, now)
        if observed is None or reached is None or reached.quantity != "kp_running":
            return made
        value = np.append(observed.value[:-1], reached.value)
        raised = kp.outlook(trained("kp"), structs.replace(observed, value=value), now)
        says = tuple(dict.fromkeys((*raised.says, kp.ESTIMATED)))
        return structs.replace(raised, says=says, based_on=(*made.based_on, reached))

    def kp_27_days(self, now: datetime) -> Outlook:
        """Return Kp by three hours to 26 days, from 72 h on by recurrence alone."""
        return kp.outlook(trained("kp"), self.observed_kp(now), now, kp.LONGEST)

    def ap(self, now: datetime) -> Outlook:
        """Return the daily Ap of today and the two days after."""
        return ap.ap_outlook(trained("ap"), self.observed_kp(now), self.observed_f107(now), now)

    def storms(self, now: datetime) -> tuple[Chance, ...]:
        """Return the chances of G1 to G5 today and on the two days after."""
        observed = self.observed_kp(now), self.observed_f107(now)
        return ap.storm_chances(trained("ap"), *observed, now)

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

    def observed_kp(self, now: datetime) -> Series | None:
        """Return Kp by three hours."""
        return self._inputs.best("kp", now, KP_DAYS)

    def observed_f107(self, now: datetime) -> Series | None:
        """Return daily F10.7 at noon."""
        return self._inputs.best("f107_sfu", now, F107_DAYS)


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
