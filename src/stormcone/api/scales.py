"""R, S and G as the badges show them: now, since when, and the worst of a day (pure)."""

from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta

import msgspec
import numpy as np
from msgspec import Struct

from stormcone.api.shapes import Scale
from stormcone.observation.feed import QUANTITIES, UNUSABLE, Series
from stormcone.observation.feed_state import FeedState, feed_state
from stormcone.reference.scales import (
    flare_class,
    geomagnetic_storm,
    radiation_storm,
    radio_blackout,
)


class Gauge(Struct, frozen=True):
    """How one scale is read: its quantity, its rating, its words, and how old it may get."""

    quantity: str
    rate: Callable[[float], int | None]
    word: Callable[[float], str]
    max_age: timedelta


def pfu(flux: float) -> str:
    """Return a proton flux in words.

    Examples
    --------
    >>> pfu(0.314), pfu(36_976.0)
    ('0.314 pfu', '37,000 pfu')
    """
    return f"{float(f'{flux:.3g}'):,g} pfu"


GAUGES = {
    "r": Gauge("xray_flux_w_m2", radio_blackout, flare_class, timedelta(minutes=10)),
    "s": Gauge("proton_flux_10mev_pfu", radiation_storm, pfu, timedelta(minutes=20)),
    "g": Gauge("kp", geomagnetic_storm, "Kp {:.2f}".format, timedelta(hours=4)),
}
RUNNING = Gauge("kp_running", geomagnetic_storm, "Kp {:.2f}".format, timedelta(hours=3))
ALERTS = "SWPC alerts"
KP_INTERVAL = timedelta(hours=3)


def scale(gauge: Gauge, found: Sequence[Series], at: datetime) -> Scale:
    """Return one badge from the series of the last 24 h, as known at `at`.

    A value older than its limit is not "now"; it keeps its time and its state.
    """
    series = next((s for s in found if usable(s).any()), None)
    unit = QUANTITIES[gauge.quantity].unit
    if series is None:
        return _nothing(unit)
    good = usable(series)
    values, times = series.value[good], series.at[good]
    ratings = [gauge.rate(float(v)) for v in values]
    span = timedelta(seconds=QUANTITIES[gauge.quantity].every_s)
    measured = as_utc(times[-1])
    state = feed_state(measured + span, gauge.max_age, at)
    fresh = state is FeedState.FRESH
    return Scale(
        now=ratings[-1] if fresh else None,
        max_24h=max((r for r in ratings if r is not None), default=None),
        since=_since(ratings, times) if fresh else None,
        label=gauge.word(float(values[-1])),
        value=float(values[-1]),
        unit=unit,
        source=series.source,
        at=measured,
        state=str(state),
        provenance=str(series.provenance[int(np.flatnonzero(good)[-1])]),
    )


def at_least(last: Scale, bound: Scale, at: datetime) -> Scale:
    """Return G from the last three hours' Kp, or from the alerts of these hours if higher.

    `bound` is a K that was reached since the end of the hours of `last`: G is not below it.
    """
    ended = last.at + KP_INTERVAL if last.at else None
    current = bound.at is not None and at - bound.at <= KP_INTERVAL
    later = bound.at is not None and (ended is None or bound.at >= ended)
    if not (current and later) or (last.value or 0) >= (bound.value or 0):
        return last
    least = "≥ " if bound.source == ALERTS else ""
    rated = geomagnetic_storm(bound.value or 0)
    worst = max((m for m in (last.max_24h, bound.max_24h) if m is not None), default=None)
    return msgspec.structs.replace(
        bound,
        now=rated,
        state=str(FeedState.FRESH),
        label=f"{least}{bound.label}",
        max_24h=worst,
    )


def _nothing(unit: str) -> Scale:
    return Scale(
        now=None,
        max_24h=None,
        since=None,
        label="",
        value=None,
        unit=unit,
        source=None,
        at=None,
        state=str(FeedState.UNKNOWN),
        provenance=None,
    )


def usable(series: Series) -> np.ndarray:
    """Return which samples may be used: known values without a disqualifying flag."""
    good: np.ndarray = np.isfinite(series.value) & ((series.flags & int(UNUSABLE)) == 0)
    return good


def as_utc(at: np.datetime64) -> datetime:
    """Return a sample's time as an aware datetime."""
    stamp: datetime = at.astype("datetime64[ms]").astype(datetime)
    return stamp.replace(tzinfo=UTC)


def _since(ratings: Sequence[int | None], times: np.ndarray) -> datetime:
    """Return since when the rating has been what it is now."""
    changes = [i for i, rating in enumerate(ratings) if rating != ratings[-1]]
    return as_utc(times[changes[-1] + 1 if changes else 0])
