"""Ground-level events: solar protons so fast that neutron monitors see them.

Counts are arrays (minute, station), NaN where a station is silent. The baseline trails behind
by some minutes, so it follows a Forbush decrease down and up again and yet stands still while
an event rises. One station proves nothing: two places must agree, noisy stations are left out,
and what is told of the whole network is a median, never the greatest.
"""

from collections.abc import Sequence

import numpy as np
from msgspec import Struct
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray

from stormcone.weather.solar_protons import (
    REFERENCE_PHI_GV,
    ProtonSpectrum,
    spectrum_from_monitors,
)

RISE_PERCENT = 3.0
PLACES = 2
MEAN_MIN = 5
HOLD_MIN = 5  # so long must each of them stay above
BASELINE_MIN, LAG_MIN = 120, 15
LEAST_PART = 0.5  # of the minutes of a mean or a baseline
SCATTER_PERCENT = RISE_PERCENT / 3  # of 5-min means; a station that scatters more is bad
LEAST_MEANS = 6
SAME_PLACE_DEG = 1.0
POLAR_GV, QUIET_GV = 1.5, 5.0
LEAST_INCREASE_PERCENT = 0.5  # noise of a median of stations


class Station(Struct, frozen=True, kw_only=True):
    """Where a neutron monitor stands, and the vertical cutoff there."""

    name: str
    lat_deg: float
    lon_deg: float
    cutoff_gv: float


STATIONS = tuple(
    Station(name=name, lat_deg=lat_deg, lon_deg=lon_deg, cutoff_gv=cutoff_gv)
    for name, lat_deg, lon_deg, cutoff_gv in (
        ("MXCO", 19.3, -99.2, 8.2),
        ("NANM", 40.4, 44.3, 7.1),
        ("CALM", 40.6, -3.2, 6.95),
        ("ROME", 41.9, 12.5, 6.27),
        ("AATB", 43.1, 76.6, 5.9),
        ("BKSN", 43.3, 42.7, 5.7),
        ("JUNG", 46.6, 8.0, 4.5),
        ("JUNG1", 46.6, 8.0, 4.5),
        ("LMKS", 49.2, 20.2, 3.84),
        ("IRK2", 52.4, 100.6, 3.64),
        ("IRK3", 51.3, 100.6, 3.64),
        ("DRBS", 50.1, 4.6, 3.18),
        ("NEWK", 39.7, -75.8, 2.4),
        ("KIEL2", 54.3, 10.1, 2.36),
        ("YKTK", 62.0, 129.4, 1.65),
        ("KERG", -49.4, 70.3, 1.14),
        ("CALG", 51.1, -114.1, 1.08),
        ("OULU", 65.1, 25.5, 0.81),
        ("APTY", 67.6, 33.4, 0.65),
        ("TXBY", 71.4, 128.5, 0.48),
        ("FSMT", 60.0, -111.9, 0.3),
        ("INVK", 68.4, -133.7, 0.3),
        ("JBGO", -74.6, 164.2, 0.3),
        ("NAIN", 56.6, -61.7, 0.3),
        ("PWNK", 55.0, -85.4, 0.3),
        ("THUL", 76.5, -68.7, 0.3),
        ("MWSB", -67.6, 62.9, 0.22),
        ("MWSN", -67.6, 62.9, 0.22),
        ("SOPB", -90.0, 0.0, 0.1),
        ("SOPO", -90.0, 0.0, 0.1),
        ("DOMB", -75.1, 123.3, 0.01),
        ("DOMC", -75.1, 123.3, 0.01),
        ("TERA", -66.7, 140.0, 0.01),
    )
)  # unverified


class Event(Struct, frozen=True, eq=False, kw_only=True):
    """A ground-level event that still stands.

    `onset` is the index of the minute at which it was certain; `increase_percent` (station,)
    is the last mean over the baseline of before the onset, NaN for stations not used; a
    station may lag by a quarter of an hour.
    """

    onset: int
    increase_percent: NDArray[np.float64]


def usable(counts: NDArray[np.float64]) -> NDArray[np.bool_]:
    """Return which stations are steady enough to be believed, shape (station,).

    Judged by the scatter from one mean of five minutes to the next, which neither an event nor
    a Forbush decrease raises much; a station without six means is not used.
    """
    whole = len(counts) // MEAN_MIN * MEAN_MIN
    if whole < LEAST_MEANS * MEAN_MIN:
        return np.zeros(counts.shape[1], np.bool_)
    blocks = counts[len(counts) - whole :].reshape(-1, MEAN_MIN, counts.shape[1])
    means = _mean(np.moveaxis(blocks, 1, -1))
    step = np.abs(np.diff(means, axis=0))
    scatter = 1.4826 / 2**0.5 * 100 * _median(step, 0) / _median(means, 0)
    enough = np.isfinite(step).sum(axis=0) >= LEAST_MEANS - 1
    return np.asarray(enough & (scatter < SCATTER_PERCENT), np.bool_)


def baseline(counts: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the median of two hours that ended 15 minutes before, shape (minute, station)."""
    trailing = np.full(counts.shape, np.nan)
    first = BASELINE_MIN - 1 + LAG_MIN
    if len(counts) > first:
        windows = sliding_window_view(counts, BASELINE_MIN, axis=0)
        trailing[first:] = _median(windows, -1)[: len(counts) - first]
    return trailing


def running_mean(counts: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the mean of the last five minutes, shape (minute, station)."""
    means = np.full(counts.shape, np.nan)
    if len(counts) >= MEAN_MIN:
        means[MEAN_MIN - 1 :] = _mean(sliding_window_view(counts, MEAN_MIN, axis=0))
    return means


def ground_level_event(
    counts: NDArray[np.float64], stations: Sequence[Station]
) -> Event | None:
    """Return the event that stands at the last minute, None where there is none.

    Parameters
    ----------
    counts
        Shape (minute, station), corrected for pressure; some hours, at least 2 h 20 min.
    stations
        One for each column.

    Raises
    ------
    ValueError
        If the columns are not the stations.

    Notes
    -----
    An event begins when stations at two places at least have been 3 % above their baselines
    for five minutes. The baseline of that minute then stands for good, and the event is over
    when fewer than two places are above 3 %.
    """
    if counts.ndim != 2 or counts.shape[1] != len(stations):
        raise ValueError(
            f"counts of shape {counts.shape} do not fit {len(stations)} stations; expected "
            "(minute, station)"
        )
    onset = onset_minute(counts, stations)
    if onset is None:
        return None
    increase = 100 * (_latest(running_mean(counts)) / baseline(counts)[onset] - 1)
    increase[~usable(counts)] = np.nan
    if _places(increase >= RISE_PERCENT, stations) < PLACES:
        return None
    return Event(onset=onset, increase_percent=increase)


def onset_minute(counts: NDArray[np.float64], stations: Sequence[Station]) -> int | None:
    """Return the index of the first minute at which an event was certain, or None."""
    with np.errstate(invalid="ignore"):
        rise = 100 * (running_mean(counts) / baseline(counts) - 1)
        above = np.asarray((rise >= RISE_PERCENT) & usable(counts), np.bool_)
    if len(above) < HOLD_MIN:
        return None
    held = np.all(sliding_window_view(above, HOLD_MIN, axis=0), axis=-1)
    candidates = np.flatnonzero(held.sum(axis=1) >= PLACES)
    found = (int(i) for i in candidates if _places(held[i], stations) >= PLACES)
    first = next(found, None)
    return None if first is None else first + HOLD_MIN - 1


def watching(counts: NDArray[np.float64], stations: Sequence[Station]) -> bool:
    """Say whether an event would be seen: three steady stations, two places of them polar.

    Steady stations count that have a baseline and a mean of the last quarter of an hour.
    """
    able = usable(counts)
    if not able.any():
        return False
    able &= np.isfinite(_latest(running_mean(counts)) / baseline(counts)[-1])
    polar = np.array([station.cutoff_gv < POLAR_GV for station in stations])
    return int(able.sum()) > PLACES and _places(able & polar, stations) >= PLACES


def monitor_spectrum(
    event: Event, stations: Sequence[Station], phi_gv: float = REFERENCE_PHI_GV
) -> ProtonSpectrum:
    """Return the spectrum of an event.

    The medians over the polar stations (below 1.5 GV) and over those of 1.5 to 5 GV are held
    against each other; where only one group is there, the index is assumed. What the stations
    beyond 5 GV show, where few solar protons come, is taken for the recovery of cosmic rays
    and off the others. A median below its noise counts as its noise.
    """
    cutoff = np.array([station.cutoff_gv for station in stations])
    increase = event.increase_percent
    known = np.isfinite(increase)
    beyond = known & (cutoff >= QUIET_GV)
    polar = known & (cutoff < POLAR_GV)
    groups = [group for group in (polar, known & ~polar & ~beyond) if group.any()]
    common = float(np.median(increase[beyond])) if groups and beyond.any() else 0.0
    low, *high = (
        (
            float(np.median(cutoff[group])),
            max(float(np.median(increase[group])) - common, LEAST_INCREASE_PERCENT),
        )
        for group in groups or [known]
    )
    return spectrum_from_monitors(low, high[0] if high else None, phi_gv)


def _places(which: NDArray[np.bool_], stations: Sequence[Station]) -> int:
    """Return at how many different places the stations stand: two at one pole are one."""
    kept: list[Station] = []
    for station, counts in zip(stations, which, strict=True):
        if counts and not any(_same_place(station, other) for other in kept):
            kept.append(station)
    return len(kept)


def _same_place(one: Station, other: Station) -> bool:
    apart = np.abs(one.lat_deg - other.lat_deg) + np.abs(one.lon_deg - other.lon_deg)
    return bool(apart < SAME_PLACE_DEG)


def _latest(means: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return each station's last mean of the last minutes: some report later than others."""
    recent = means[-LAG_MIN:]
    last = len(recent) - 1 - np.argmax(np.isfinite(recent)[::-1], axis=0)
    latest: NDArray[np.float64] = recent[last, np.arange(recent.shape[1])]
    return latest


def _mean(windows: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the mean along the last axis of what is there, NaN where too little is."""
    there = np.isfinite(windows)
    count = there.sum(axis=-1)
    total = np.where(there, windows, 0).sum(axis=-1)
    enough = count >= LEAST_PART * windows.shape[-1]
    mean: NDArray[np.float64] = np.where(enough, total / np.maximum(count, 1), np.nan)
    return mean


def _median(values: NDArray[np.float64], axis: int) -> NDArray[np.float64]:
    """Return the median of what is there, NaN where less than half is; without a warning."""
    there = np.moveaxis(np.isfinite(values), axis, -1)
    ordered = np.sort(np.moveaxis(values, axis, -1), axis=-1)  # NaN come last
    count = there.sum(axis=-1)
    middle = np.stack([np.maximum(count - 1, 0) // 2, count // 2], axis=-1)
    picked = np.take_along_axis(ordered, np.minimum(middle, ordered.shape[-1] - 1), axis=-1)
    enough = count >= max(LEAST_PART * ordered.shape[-1], 1)
    median: NDArray[np.float64] = np.where(enough, picked.mean(axis=-1), np.nan)
    return median
