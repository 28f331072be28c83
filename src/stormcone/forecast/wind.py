"""Whether the solar wind is fed (pure)."""

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta

import numpy as np

from stormcone.forecast.history import usable
from stormcone.observation.feed import Series

WIND_MAX_AGE = timedelta(minutes=15)
NO_WIND = "no wind"


def fresh(series: Mapping[str, Series], names: Iterable[str], now: datetime) -> bool:
    """Say whether every part of the wind became known within the last 15 minutes.

    An hourly mean is fresh when it becomes known, at the end of its hour.
    """
    oldest = np.datetime64((now - WIND_MAX_AGE).astimezone(UTC).replace(tzinfo=None), "ms")
    return all(
        name in series
        and len(seen := usable(series[name], now)) > 0
        and bool(series[name].known[seen].max() >= oldest)
        for name in names
    )
