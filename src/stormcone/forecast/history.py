"""A series as it was known at one time, on regular steps (pure)."""

from datetime import UTC, datetime, timedelta

import numpy as np
from numpy.typing import NDArray

from stormcone.forecast.field import Source
from stormcone.observation.feed import UNUSABLE, Provenance, Series

Floats = NDArray[np.float64]


def steps(series: Series | None, now: datetime, step: timedelta, count: int) -> Floats:
    """Return the mean in each of `count` steps, NaN where nothing was known at `now`.

    Steps begin at whole multiples of `step` in the day; the last one holds `now`. Values that
    are flagged as unusable, or became known later, do not count.
    """
    means = np.full(count, np.nan)
    if series is None:
        return means
    seen = usable(series, now)
    place = ((series.at[seen] - step_before(now, step)) // np.timedelta64(step)).astype(int)
    place = place + count - 1
    inside = (place >= 0) & (place < count)
    values = np.bincount(place[inside], series.value[seen][inside], count)
    rows = np.bincount(place[inside], minlength=count)
    means[rows > 0] = values[rows > 0] / rows[rows > 0]
    return means


def step_before(now: datetime, step: timedelta) -> np.datetime64:
    """Return the start of the step that holds `now`."""
    moment = _moment(now)
    since = moment - moment.astype("datetime64[D]").astype("datetime64[ms]")
    begin: np.datetime64 = moment - since % np.timedelta64(step)
    return begin


def usable(series: Series, now: datetime) -> NDArray[np.int64]:
    """Return the places of the samples that were known at `now` and may be used."""
    moment = _moment(now)
    good = (series.known <= moment) & (series.at <= moment) & np.isfinite(series.value)
    return np.flatnonzero(good & ((series.flags & int(UNUSABLE)) == 0))


def newest(series: Series | None, now: datetime) -> Source | None:
    """Return the newest sample that was known at `now`."""
    if series is None or not len(seen := usable(series, now)):
        return None
    last = seen[-1]
    return Source(
        quantity=series.quantity,
        value=float(series.value[last]),
        at=aware(series.at[last]),
        source=series.source,
        provenance=series.provenance[last],
    )


def stand_in(quantity: str, value: float, now: datetime) -> Source:
    """Return a climatological value where nothing was observed."""
    return Source(
        quantity=quantity,
        value=value,
        at=now,
        source="climatology",
        provenance=Provenance.FORECAST,
    )


def aware(at: np.datetime64) -> datetime:
    """Return a time as UTC."""
    moment: datetime = at.astype("datetime64[ms]").item()
    return moment.replace(tzinfo=UTC)


def _moment(now: datetime) -> np.datetime64:
    return np.datetime64(now.astimezone(UTC).replace(tzinfo=None), "ms")
