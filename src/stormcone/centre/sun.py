"""What is known of the Sun: its regions and flares, as the forecasts want them."""

import re
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import numpy as np
from numpy.typing import NDArray

from stormcone.centre.inputs import XRAY, Inputs
from stormcone.forecast.field import Source
from stormcone.forecast.flares import FlareInputs
from stormcone.forecast.protons import ProtonInputs
from stormcone.observation.alerts import Alert
from stormcone.observation.feed import UNUSABLE, Notice, Provenance, Series
from stormcone.observation.flares import Flare
from stormcone.observation.srs import read_srs
from stormcone.weather.mcintosh import Region

DAY = timedelta(days=1)
COUNTED_DAYS = 30
SUMMARY_MAX_AGE = 2 * DAY
PROTONS_AFTER = 3 * DAY
SUMMARIES = ("SUMX01", "SUMXM5")
PROTONS = "proton_flux_10mev_pfu"
_LETTERS = "CMX"
_PLACE = re.compile(r"[NS]\d{1,2}([EW])(\d{1,3})")
_CLASS = re.compile(r"([A-Z])(\d+(?:\.\d+)?)")
_CLASS_W_M2 = {"A": 1e-8, "B": 1e-7, "C": 1e-6, "M": 1e-5, "X": 1e-4}


def flare_inputs(inputs: Inputs, now: datetime) -> FlareInputs:
    """Return regions from the newest summary, and the flares counted in the last 30 days."""
    found = inputs.archive.notices(now - COUNTED_DAYS * DAY, now, known=now)
    summaries = [one for one in found if one.code == "srs"]
    regions = _regions(summaries[-1], now) if summaries else None
    return FlareInputs(
        regions=regions,
        summary_issued=summaries[-1].issued if regions is not None else None,
        counts=counts(found, now),
    )


def counts(notices: Sequence[Notice], now: datetime) -> NDArray[np.float64]:
    """Return the C, M and X flares of each day before `now`, oldest first, shape (30, 3).

    A day before the first flare that the feed of flares brought is NaN: nobody watched.
    """
    flares = [one for one in notices if isinstance(one, Flare) and one.xray_class]
    found = np.full((COUNTED_DAYS, len(_LETTERS)), np.nan)
    if not flares:
        return found
    ages = [int((now - one.issued) / DAY) for one in flares]
    found[COUNTED_DAYS - 1 - min(max(ages), COUNTED_DAYS - 1) :] = 0
    for one, age in zip(flares, ages, strict=True):
        letter = (one.xray_class or "")[:1]
        if letter in _LETTERS and age < COUNTED_DAYS:
            found[COUNTED_DAYS - 1 - age, _LETTERS.index(letter)] += 1
    return found


def proton_inputs(inputs: Inputs, now: datetime) -> ProtonInputs | None:
    """Return the strongest summarised flare of the last 72 hours; None where there is none."""
    found = inputs.archive.notices(now - PROTONS_AFTER, now, known=now)
    flares = [
        one
        for one in found
        if isinstance(one, Alert) and one.code in SUMMARIES and _is_whole(one)
    ]
    best = max(flares, key=lambda one: peak_w_m2(one.xray_class or ""), default=None)
    if best is None or best.begin is None or best.maximum is None:
        return None
    series = inputs.best(XRAY, now, now - best.begin)
    protons = inputs.newest(PROTONS, now)
    return ProtonInputs(
        flare_peak=best.maximum,
        peak_w_m2=peak_w_m2(best.xray_class or ""),
        fluence_j_m2=fluence_j_m2(series, best.begin, best.end or now),
        longitude_west_deg=west_deg(best.location),
        proton_10mev_pfu=protons.value if protons else None,
        based_on=(_flare(best, best.maximum),),
    )


def peak_w_m2(xray_class: str) -> float:
    """Return the flux of a class.

    Examples
    --------
    >>> peak_w_m2("X1.9")
    0.00019
    """
    found = _CLASS.fullmatch(xray_class)
    if found is None or found[1] not in _CLASS_W_M2:
        raise ValueError(f"flare class {xray_class!r}; expected one as M5.1")
    return float(f"{_CLASS_W_M2[found[1]] * float(found[2]):.6g}")


def west_deg(location: str | None) -> float | None:
    """Return the longitude of a place on the Sun, west positive; None where none is given.

    Examples
    --------
    >>> west_deg("S12E20"), west_deg(None)
    (-20.0, None)
    """
    found = _PLACE.search(location or "")
    return None if found is None else float(found[2]) * (1 if found[1] == "W" else -1)


def fluence_j_m2(series: Series | None, begin: datetime, end: datetime) -> float:
    """Return the flux of a flare integrated over its minutes; NaN where half are missing."""
    if series is None:
        return float("nan")
    first, last = (
        np.datetime64(at.astimezone(UTC).replace(tzinfo=None)) for at in (begin, end)
    )
    usable = (series.at >= first) & (series.at <= last) & np.isfinite(series.value)
    usable &= (series.flags & int(UNUSABLE)) == 0
    seconds = (end - begin).total_seconds()
    if usable.sum() < seconds / 120:
        return float("nan")
    return float(series.value[usable].mean()) * seconds


def _regions(summary: Notice, now: datetime) -> tuple[Region, ...] | None:
    if now - summary.issued > SUMMARY_MAX_AGE:
        return None
    return read_srs(summary.text.encode())


def _is_whole(alert: Alert) -> bool:
    return None not in (alert.begin, alert.maximum, alert.xray_class)


def _flare(alert: Alert, at: datetime) -> Source:
    return Source(
        quantity=f"flare {alert.xray_class} {alert.location or ''}".strip(),
        value=peak_w_m2(alert.xray_class or ""),
        at=at,
        source="NOAA SWPC",
        provenance=Provenance.OBSERVED,
    )
