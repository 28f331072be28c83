"""What came of kept products, from what was measured since."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime, timedelta

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

from stormcone.reference.scales import (
    GEOMAGNETIC_STORM_KP,
    KP_TOLERANCE,
    RADIATION_STORM_PFU,
    flare_flux_w_m2,
)
from stormcone.verification.live import HOUR, SPANS, Kept, Truth

FLARES = "flare_peak_w_m2"
"""No series of readings: the peaks of flares, each at its begin and at its maximum."""
EVENTS: Mapping[str, tuple[str, float]] = {
    **{f"flare >= {c}1": (FLARES, flare_flux_w_m2(f"{c}1")) for c in "CMX"},
    **{f"S{n}": ("proton_flux_10mev_pfu", pfu) for n, pfu in enumerate(RADIATION_STORM_PFU, 1)},
    **{
        f"G{n} or more": ("kp", kp - KP_TOLERANCE)
        for n, kp in enumerate(GEOMAGNETIC_STORM_KP, 1)
    },
}
"""By the name of an event: what measures it, and from which value on it has come."""
GAP = timedelta(hours=3)
"""Of a time with a longer gap nobody can say that nothing came."""


class Measured(Struct, frozen=True, eq=False):
    """Usable readings of one quantity, oldest first: times (datetime64[ms]) and values (n,).

    `looked` (m,), oldest first, is when somebody looked; None where each look is a reading. Of
    flares there is nothing to read while there is none.
    """

    at: NDArray[np.datetime64]
    value: NDArray[np.float64]
    looked: NDArray[np.datetime64] | None = None


def truth_of(records: Iterable[Kept], measured: Mapping[str, Measured]) -> Truth:
    """Return what came of each record, where it is known; an event is 1 or 0.

    `measured` is by quantity. A number is the first reading of its span, such as a day, from
    `valid` on; an event of `EVENTS` is whether its threshold was reached from its beginning on
    and before its end.
    """
    return dict(_known(records, measured))


def _known(
    records: Iterable[Kept], measured: Mapping[str, Measured]
) -> Iterator[tuple[tuple[str, datetime | None, datetime], float]]:
    for one in records:
        quantity, threshold = EVENTS.get(one.quantity, (one.quantity, None))
        if quantity not in measured:
            continue
        series = measured[quantity]
        if threshold is None:
            found = _first(series, one.valid, SPANS.get(quantity, HOUR))
        else:
            found = came(series, one.begin or one.issued, one.valid, threshold)
        if found is not None:
            yield one.asks, found


def _first(series: Measured, begin: datetime, span: timedelta) -> float | None:
    place = int(np.searchsorted(series.at, _ms(begin)))
    here = place < len(series.at) and series.at[place] < _ms(begin + span)
    return float(series.value[place]) if here else None


def came(series: Measured, begin: datetime, end: datetime, threshold: float) -> float | None:
    """Return 1 if a reading reached the threshold, 0 if none did, None if that is not known."""
    if (series.value[_within(series.at, begin, end)] >= threshold).any():
        return 1.0
    looked = series.at if series.looked is None else series.looked
    inside = looked[_within(looked, begin, end)]
    times = np.concatenate([[_ms(begin)], inside, [_ms(end)]])
    return 0.0 if np.diff(times).max() <= np.timedelta64(GAP) else None


def _within(at: NDArray[np.datetime64], begin: datetime, end: datetime) -> NDArray[np.bool_]:
    return (at >= _ms(begin)) & (at < _ms(end))


def _ms(at: datetime) -> np.datetime64:
    return np.datetime64(at.astimezone(UTC).replace(tzinfo=None), "ms")
