"""Curves through what the record says, where the curve itself is lost (pure).

Every sample says what it is: an anchor that stands in the record is observed, all else is
reconstructed.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from itertools import pairwise
from math import log

import msgspec
import numpy as np
from numpy.typing import NDArray

from stormcone.observation.columns import from_ms, to_ms
from stormcone.observation.feed import Flag, Observation, Provenance, Series


class Anchor(msgspec.Struct, frozen=True, kw_only=True):
    """A point that a curve goes through; `assumed` if no record holds its value."""

    at: datetime
    value: float
    assumed: bool = False
    source: str = ""


class Flare(msgspec.Struct, frozen=True, kw_only=True):
    """A flare as its summary gives it; fluxes are of the long band, `crossed` while rising."""

    begin: datetime
    maximum: datetime
    end: datetime
    peak_w_m2: float
    crossed: tuple[Anchor, ...] = ()


def flare_anchors(
    flare: Flare, background_w_m2: float, before_w_m2: float | None = None
) -> tuple[Anchor, ...]:
    """Return the points of a flare's curve, from its background back down to it.

    The end is where the flux is halfway back, as SWPC defines it; from there the decay goes
    on as it did from the maximum to the end. `before_w_m2` is the flux at its begin, if an
    earlier flare still glows.

    Examples
    --------
    >>> from datetime import UTC
    >>> def at(hour, minute): return datetime(2026, 1, 18, hour, minute, tzinfo=UTC)
    >>> seen = Flare(begin=at(17, 27), maximum=at(18, 9), end=at(18, 51), peak_w_m2=1.9e-4)
    >>> [f"{one.at:%H:%M} {one.value:.3g}" for one in flare_anchors(seen, 1.5e-6)]
    ['17:27 1.5e-06', '18:09 0.00019', '18:51 9.58e-05', '23:05 1.5e-06']
    """
    before = background_w_m2 if before_w_m2 is None else before_w_m2
    halfway = (flare.peak_w_m2 + before) / 2
    e_fold = (flare.end - flare.maximum) / log(flare.peak_w_m2 / halfway)
    over = flare.end + e_fold * log(halfway / background_w_m2)
    return (
        Anchor(at=flare.begin, value=before, assumed=True),
        *flare.crossed,
        Anchor(at=flare.maximum, value=flare.peak_w_m2),
        Anchor(at=flare.end, value=halfway, assumed=True),
        Anchor(at=over, value=background_w_m2, assumed=True),
    )


def flares_anchors(flares: Sequence[Flare], background_w_m2: float) -> tuple[Anchor, ...]:
    """Return the points of the curve of many flares, oldest first.

    Each begins where the decay of the one before has come to by then, at most halfway up to
    its own maximum, and the rest of that decay is lost in it.
    """
    anchors: tuple[Anchor, ...] = ()
    for flare in flares:
        before = background_w_m2
        if anchors:
            glow = log_linear(anchors, np.array([to_ms(flare.begin)]))
            before = max(background_w_m2, min(float(glow[0]), flare.peak_w_m2 / 2))
        kept = tuple(one for one in anchors if one.at < flare.begin)
        anchors = (*kept, *flare_anchors(flare, background_w_m2, before))
    return anchors


def curve(
    quantity: str,
    source: str,
    anchors: Sequence[Anchor],
    *,
    start: datetime,
    end: datetime,
    step: timedelta,
) -> tuple[Observation, ...]:
    """Return samples from `start` up to and without `end`, log-linear between the anchors.

    Constant before the first anchor and after the last. At an anchor the sample is the anchor's
    value exactly, and between two the curve stays within them: no threshold is crossed that
    the anchors do not cross.

    Raises
    ------
    ValueError
        If the anchors are not in order of time, or one is not above zero.
    """
    _checked(quantity, anchors)
    at_ms = np.arange(to_ms(start), to_ms(end), step // timedelta(milliseconds=1))
    observed = {to_ms(one.at) for one in anchors if not one.assumed}
    return tuple(
        Observation(
            quantity=quantity,
            value=value,
            at=from_ms(at),
            span_s=step.total_seconds(),
            source=source,
            provenance=Provenance.OBSERVED if at in observed else Provenance.RECONSTRUCTED,
        )
        for at, value in zip(at_ms.tolist(), log_linear(anchors, at_ms).tolist(), strict=True)
    )


def log_linear(anchors: Sequence[Anchor], at_ms: NDArray[np.int64]) -> NDArray[np.float64]:
    """Return the curve through `anchors` at times (n,) in UTC milliseconds."""
    times = np.array([to_ms(one.at) for one in anchors])
    values = np.array([one.value for one in anchors])
    after = times.searchsorted(at_ms).clip(1, len(times) - 1)
    low = np.minimum(values[after - 1], values[after])
    high = np.maximum(values[after - 1], values[after])
    found = np.exp(np.interp(at_ms, times, np.log(values))).clip(low, high)
    found = np.where(times[after] == at_ms, values[after], found)
    found = np.where(at_ms <= times[0], values[0], found)
    exact: NDArray[np.float64] = np.where(at_ms >= times[-1], values[-1], found)
    return exact


def f107_for_models(series: Series) -> Series:
    """Return daily F10.7 with the days of a radio burst taken from their neighbours.

    A flagged day lies on the line between the nearest unflagged days, or repeats the only one
    on one side; it becomes reconstructed and loses its flag. With no unflagged day at all the
    series comes back as it is.
    """
    bad = (series.flags & int(Flag.BURST) != 0) | np.isnan(series.value)
    if bad.all() or not bad.any():
        return series
    at_ms = series.at.astype(np.int64)
    value = np.where(bad, np.interp(at_ms, at_ms[~bad], series.value[~bad]), series.value)
    flags = np.where(bad, series.flags & ~np.uint16(Flag.BURST | Flag.FILL), series.flags)
    words = zip(series.provenance, bad.tolist(), strict=True)
    return msgspec.structs.replace(
        series,
        value=value,
        flags=flags,
        provenance=tuple(Provenance.RECONSTRUCTED if is_bad else was for was, is_bad in words),
    )


def _checked(quantity: str, anchors: Sequence[Anchor]) -> None:
    for one in anchors:
        if one.value <= 0:
            raise ValueError(f"{quantity}: anchor {one.value} at {one.at}, expected above zero")
    for one, two in pairwise(anchors):
        if two.at <= one.at:
            raise ValueError(f"{quantity}: anchor at {two.at} follows {one.at}; sort them")
