"""What is doubtful about samples: flags are added, values never altered."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from itertools import pairwise

import numpy as np
from msgspec.structs import replace
from numpy.typing import ArrayLike, NDArray

from stormcone.observation.feed import (
    PROTON_CHANNELS_MEV,
    QUANTITIES,
    Flag,
    Observation,
)

SPIKE_RATIO = 10.0  # a single sample above both neighbours by more than this
ORDER_TOLERANCE = 1.05  # integral fluxes may cross by this much at background
BURST_MARGIN = timedelta(minutes=30)
IMPLAUSIBLE_SHARE = 0.5  # of a body's values; beyond it the body is refused


def sample_flags(quantity: str, value: ArrayLike) -> NDArray[np.uint16]:
    """Return FILL, RANGE and SPIKE for consecutive values (n,) of one instrument.

    A missing value is NaN. Spikes are looked for in proton fluxes only: a flare may rise
    tenfold between two X-ray samples and must not be called a fault.

    Examples
    --------
    >>> sample_flags("proton_flux_10mev_pfu", [0.2, 30.0, 0.2, 1e9, np.nan]).tolist()
    [0, 16, 0, 2, 1]
    """
    known = QUANTITIES[quantity]
    values = np.asarray(value, float)
    missing = np.isnan(values)
    flags = np.where(missing, int(Flag.FILL), 0)
    flags |= np.where((values < known.low) | (values > known.high), int(Flag.RANGE), 0)
    if quantity.startswith("proton_flux"):
        flags |= np.where(_spikes(values) & (flags == 0), int(Flag.SPIKE), 0)
    return flags.astype(np.uint16)


def flagged(observations: Sequence[Observation]) -> tuple[Observation, ...]:
    """Return the same observations in the same order, with the flags of this module added."""
    flags = [one.flags for one in observations]
    for (quantity, _), places in _groups(observations).items():
        values = [_value(observations[place]) for place in places]
        for place, flag in zip(places, sample_flags(quantity, values), strict=True):
            flags[place] |= Flag(int(flag))
    for place in _out_of_order(observations):
        flags[place] |= Flag.ORDER
    return tuple(
        one if flag == one.flags else replace(one, flags=flag)
        for one, flag in zip(observations, flags, strict=True)
    )


def implausible_share(observations: Iterable[Observation]) -> float:
    """Return the share of values that are above what is physically possible, 0 to 1."""
    values = [one for one in observations if one.value is not None]
    above = sum(_value(one) > QUANTITIES[one.quantity].high for one in values)
    return above / len(values) if values else 0.0


def with_bursts(
    daily: Iterable[Observation], bursts: Sequence[tuple[datetime, datetime]]
) -> tuple[Observation, ...]:
    """Return daily F10.7 with BURST where it was taken within half an hour of a radio burst.

    `bursts` are begin and end of each 10 cm burst (SUM10R). Such a value is real, and no
    measure of the day's ultraviolet light.
    """
    return tuple(
        replace(one, flags=one.flags | Flag.BURST) if _within(one.at, bursts) else one
        for one in daily
    )


def _within(at: datetime, spans: Sequence[tuple[datetime, datetime]]) -> bool:
    return any(begin - BURST_MARGIN <= at <= end + BURST_MARGIN for begin, end in spans)


def _spikes(values: NDArray[np.float64]) -> NDArray[np.bool_]:
    before, after = np.roll(values, 1), np.roll(values, -1)
    spikes: NDArray[np.bool_] = values / SPIKE_RATIO > np.maximum(before, after)
    spikes[[0, -1]] = False
    return spikes


def _value(one: Observation) -> float:
    return np.nan if one.value is None else one.value


def _groups(observations: Sequence[Observation]) -> dict[tuple[str, str], list[int]]:
    groups: dict[tuple[str, str], list[int]] = defaultdict(list)
    for place, one in enumerate(observations):
        groups[one.quantity, one.source].append(place)
    return groups


def _out_of_order(observations: Sequence[Observation]) -> list[int]:
    """Return the places of fluxes that lie above that of a lower energy of the same instant."""
    instants: dict[tuple[str, datetime], dict[str, int]] = defaultdict(dict)
    for place, one in enumerate(observations):
        if one.quantity.startswith("proton_flux") and one.value is not None:
            instants[one.source, one.at][one.quantity] = place
    names = [f"proton_flux_{energy}mev_pfu" for energy in PROTON_CHANNELS_MEV]
    bad: list[int] = []
    for places in instants.values():
        ladder = [places[name] for name in names if name in places]
        bad.extend(
            upper
            for lower, upper in pairwise(ladder)
            if _value(observations[upper]) > ORDER_TOLERANCE * _value(observations[lower])
        )
    return bad
