"""What is known of the Sun: its regions and flares, as the forecasts want them."""

import math
import re
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import numpy as np
from numpy.typing import NDArray

from stormcone.centre.inputs import XRAY, Inputs, samples, source_of
from stormcone.forecast.field import Source
from stormcone.forecast.flares import FlareInputs
from stormcone.forecast.protons import ProtonInputs
from stormcone.forecast.protons_training import DEG_PER_DAY
from stormcone.observation.alerts import Alert
from stormcone.observation.archive import Archive
from stormcone.observation.feed import UNUSABLE, Notice, Provenance, Series
from stormcone.observation.flares import Flare
from stormcone.observation.srs import read_srs
from stormcone.weather.mcintosh import Region

DAY = timedelta(days=1)
COUNTED_DAYS = 30
SUMMARY_MAX_AGE = 2 * DAY
PROTONS_AFTER = 3 * DAY
PROTONS_MAX_AGE = timedelta(hours=1)
LOOKS_BACK = {"goes-flares-week": 7 * DAY, "goes-flares": timedelta(0)}
"""How far back a body of each feed of flares tells of all of them."""
SAME_FLARE = timedelta(minutes=10)
SAME_REGION_DEG = 15.0  # unverified: from the middle of a region to a flare of it
SUMMARIES = ("SUMX01", "SUMXM5")
PROTONS = "proton_flux_10mev_pfu"
X_RAYS_LOOKED_AT = timedelta(hours=12)
LEAST_PEAK_W_M2 = 2e-5  # M2, as the flares that were learnt from
FALLEN = 0.8  # of the peak: then it is one
_LETTERS = "CMX"
_PLACE = re.compile(r"([NS])(\d{1,2})([EW])(\d{1,3})")
_CLASS = re.compile(r"([A-Z])(\d+(?:\.\d+)?)")
_CLASS_W_M2 = {"A": 1e-8, "B": 1e-7, "C": 1e-6, "M": 1e-5, "X": 1e-4}


def flare_inputs(inputs: Inputs, now: datetime) -> FlareInputs:
    """Return regions from the newest summary, and the flares counted in the last 30 days."""
    begin = now - COUNTED_DAYS * DAY
    found = inputs.archive.notices(begin, now, known=now)
    summaries = [one for one in found if one.code == "srs"]
    regions = _regions(summaries[-1], now) if summaries else None
    watched = flares_watched(inputs.archive, begin, now, DAY, known=now)
    return FlareInputs(
        regions=regions,
        summary_issued=summaries[-1].issued if regions is not None else None,
        counts=counts(found, watched, now),
        region_flares=region_flares(found, regions or (), now) if watched[-1] else {},
    )


def flares_watched(
    archive: Archive, begin: datetime, end: datetime, step: timedelta, *, known: datetime
) -> NDArray[np.bool_]:
    """Return of which whole steps from `begin` to `end` the feeds of flares told, shape (n,).

    A good poll lies in the step, or so soon after that the body still reached back to its
    start. Where there was none nobody knows whether the Sun was quiet.
    """
    starts = _utc(begin) + np.arange((end - begin) // step) * np.timedelta64(step)
    found = np.zeros(len(starts), bool)
    for feed, reach in LOOKS_BACK.items():
        if found.all():
            break
        polls = archive.polls(feed, begin, min(end + reach, known))
        good = np.array([_utc(one.at) for one in polls if one.error is None], "M8[us]")
        next_one = np.searchsorted(good, starts)
        there = next_one < len(good)
        wait = good[next_one[there]] - starts[there]
        found[there] |= wait < np.timedelta64(max(step, reach))
    return found


def counts(
    notices: Sequence[Notice], watched: NDArray[np.bool_], now: datetime
) -> NDArray[np.float64]:
    """Return the C, M and X flares of each day before `now`, oldest first, shape (day, 3).

    `watched` has the shape (day,); a day that nobody watched is NaN.
    """
    found = np.zeros((len(watched), len(_LETTERS)))
    for one in notices:
        letter = (one.xray_class or "-")[0] if isinstance(one, Flare) else "-"
        age = (now - one.issued) // DAY
        if letter in _LETTERS and 0 <= age < len(watched):
            found[-1 - age, _LETTERS.index(letter)] += 1
    found[~watched] = np.nan
    return found


def region_flares(
    notices: Sequence[Notice], regions: Sequence[Region], now: datetime
) -> dict[int, int]:
    """Return the M and X flares of each region in the 24 hours before `now`, by its number.

    Only a summary, from M5 on, says where a flare was; empty where one has no place, for it may
    have been of any region.
    """
    strong = [
        one
        for one in notices
        if isinstance(one, Flare)
        and now - one.issued < DAY
        and (one.xray_class or "-")[0] in "MX"
    ]
    places = [_place(one, notices) for one in strong]
    found = dict.fromkeys((one.number for one in regions), 0)
    for flare, place in zip(strong, places, strict=True):
        if place is None:
            return {}
        nearest = min(regions, key=lambda one: _apart_deg(one, place, flare), default=None)
        if nearest and _apart_deg(nearest, place, flare) <= SAME_REGION_DEG:
            found[nearest.number] += 1
    return found


def _place(flare: Flare, notices: Sequence[Notice]) -> tuple[float, float] | None:
    """Return where a flare was, if its summary says so."""
    if flare.maximum is None:
        return None
    summaries = (one for one in notices if isinstance(one, Alert) and one.code in SUMMARIES)
    same = (
        one
        for one in summaries
        if one.maximum and abs(one.maximum - flare.maximum) <= SAME_FLARE
    )
    return place_deg(next((one.location for one in same), None))


def _apart_deg(region: Region, place: tuple[float, float], flare: Flare) -> float:
    """Return how far a flare was from where its region had turned to by then."""
    latitude, west = place
    turned = DEG_PER_DAY * ((flare.issued - region.issued) / DAY)
    away = (west - region.longitude_west_deg - turned) * math.cos(math.radians(latitude))
    return math.hypot(away, latitude - region.latitude_deg)


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
        return _unsummarised(inputs, now)
    series = inputs.best(XRAY, now, now - best.begin)
    seen = inputs.newest(PROTONS, now)
    fresh = seen is not None and now - seen.at <= PROTONS_MAX_AGE
    protons = source_of(seen, stale=False) if seen and fresh else None
    place = place_deg(best.location)
    return ProtonInputs(
        flare_peak=best.maximum,
        peak_w_m2=peak_w_m2(best.xray_class or ""),
        fluence_j_m2=fluence_j_m2(series, best.begin, best.end or now),
        longitude_west_deg=place[1] if place else None,
        proton_10mev_pfu=protons.value if protons else None,
        based_on=(_flare(best, best.maximum), *((protons,) if protons else ())),
    )


def _unsummarised(inputs: Inputs, now: datetime) -> ProtonInputs | None:
    """Return the peak of the last hours' X-rays, where it was high and the flux is falling."""
    series = inputs.best(XRAY, now, X_RAYS_LOOKED_AT)
    seen = [] if series is None else list(samples(series))
    peak = max(seen, key=lambda one: one.value, default=None)
    if series is None or peak is None or peak.value < LEAST_PEAK_W_M2:
        return None
    if seen[-1].value > FALLEN * peak.value:
        return None
    rising = [one.at for one in seen if one.at <= peak.at and one.value < peak.value / 10]
    begin = max(rising, default=seen[0].at)
    return ProtonInputs(
        flare_peak=peak.at,
        peak_w_m2=peak.value,
        fluence_j_m2=fluence_j_m2(series, begin, now),
        based_on=(peak,),
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


def place_deg(location: str | None) -> tuple[float, float] | None:
    """Return latitude and longitude of a place on the Sun, north and west positive.

    Examples
    --------
    >>> place_deg("S12E20"), place_deg(None)
    ((-12.0, -20.0), None)
    """
    found = _PLACE.search(location or "")
    if found is None:
        return None
    north, west = (1 if found[1] == "N" else -1), (1 if found[3] == "W" else -1)
    return north * float(found[2]), west * float(found[4])


def fluence_j_m2(series: Series | None, begin: datetime, end: datetime) -> float | None:
    """Return the flux of a flare integrated over its minutes; None where half are missing."""
    if series is None:
        return None
    first, last = _utc(begin), _utc(end)
    usable = (series.at >= first) & (series.at <= last) & np.isfinite(series.value)
    usable &= (series.flags & int(UNUSABLE)) == 0
    seconds = (end - begin).total_seconds()
    if usable.sum() < max(seconds / 120, 1):
        return None
    return float(series.value[usable].mean()) * seconds


def _regions(summary: Notice, now: datetime) -> tuple[Region, ...] | None:
    if now - summary.issued > SUMMARY_MAX_AGE:
        return None
    return read_srs(summary.text.encode())


def _utc(at: datetime) -> np.datetime64:
    return np.datetime64(at.astimezone(UTC).replace(tzinfo=None))


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
