"""What is doubtful about samples: flags are added, values never altered."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from itertools import pairwise

import numpy as np
from msgspec.structs import replace
from numpy.typing import ArrayLike, NDArray

from stormcone.observation.alerts import Alert
from stormcone.observation.feed import (
    PROTON_CHANNELS_MEV,
    QUANTITIES,
    Flag,
    Notice,
    Observation,
)

SPIKE_RATIO = 10.0  # a single sample above both neighbours by more than this
ORDER_TOLERANCE = 1.05  # integral fluxes may cross by this much at background
SPIKE_SIGMA = 6.0  # robust sigma of the changes around it, for field and speed
SPIKE_WINDOW = 61  # changes that count as around
FEWEST_CHANGES = 5
LEAST_SIGMA = {  # unverified: below it a change is rounding and turbulence, not a fault
    **{f"b{axis}_{frame}_nt": 0.5 for axis in "xyz" for frame in ("gsm", "gse")},
    "bt_nt": 0.5,
    "solar_wind_speed_km_s": 5.0,
}
FIELD_TOLERANCE, FIELD_TOLERANCE_NT = 1.05, 0.5  # unverified: components above the total
_MAD_TO_SIGMA = 1.4826  # of a normal distribution
_FRAMES = tuple(tuple(f"b{axis}_{frame}_nt" for axis in "xyz") for frame in ("gsm", "gse"))
BURST_MARGIN = timedelta(minutes=30)
IMPLAUSIBLE_SHARE = 0.5  # of a body's values; beyond it the body is refused


def sample_flags(quantity: str, value: ArrayLike) -> NDArray[np.uint16]:
    """Return FILL, RANGE and SPIKE for consecutive values (n,) of one instrument.

    A missing value is NaN. A spike is one sample alone: of protons, ten times both neighbours;
    of field and speed, on one side of both by six robust sigma of the changes around it, so
    that a shock, after which the values stay, is none. X-rays have none: a flare may rise
    tenfold between two samples and must not be called a fault.

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
    elif quantity in LEAST_SIGMA:
        good = np.flatnonzero(flags == 0)
        flags[good[_lone_changes(values[good], LEAST_SIGMA[quantity])]] |= int(Flag.SPIKE)
    return flags.astype(np.uint16)


def flagged(observations: Sequence[Observation]) -> tuple[Observation, ...]:
    """Return the same observations in the same order, with the flags of this module added."""
    flags = [one.flags for one in observations]
    for (quantity, _), places in _groups(observations).items():
        values = [_value(observations[place]) for place in places]
        for place, flag in zip(places, sample_flags(quantity, values), strict=True):
            flags[place] |= Flag(int(flag))
    for place in (*_out_of_order(observations), *_more_than_total(observations)):
        flags[place] |= Flag.ORDER
    for place in _switches(observations):
        flags[place] |= Flag.SWITCH
    return tuple(
        one if flag == one.flags else replace(one, flags=flag)
        for one, flag in zip(observations, flags, strict=True)
    )


def implausible_share(observations: Iterable[Observation]) -> float:
    """Return the share of values that are above what is physically possible, 0 to 1."""
    values = [one for one in observations if one.value is not None]
    above = sum(_value(one) > QUANTITIES[one.quantity].high for one in values)
    return above / len(values) if values else 0.0


def radio_bursts(notices: Iterable[Notice]) -> list[tuple[datetime, datetime]]:
    """Return begin and end of the 10 cm bursts that messages of SWPC tell of (SUM10R)."""
    return [
        (one.begin, one.end)
        for one in notices
        if isinstance(one, Alert) and one.code == "SUM10R" and one.begin and one.end
    ]


def with_bursts(
    daily: Iterable[Observation], bursts: Sequence[tuple[datetime, datetime]]
) -> tuple[Observation, ...]:
    """Return daily F10.7 with BURST where it was taken within half an hour of a radio burst.

    `bursts` are begin and end of each 10 cm burst. Such a value is real, and no
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


def _lone_changes(values: NDArray[np.float64], least_sigma: float) -> NDArray[np.bool_]:
    """Return which samples jump away from both neighbours, to one side, and back."""
    lone = np.zeros(len(values), bool)
    change = np.diff(values)
    if len(change) < FEWEST_CHANGES:
        return lone
    wide = np.pad(np.abs(change), SPIKE_WINDOW // 2, mode="symmetric")
    around = np.median(np.lib.stride_tricks.sliding_window_view(wide, SPIKE_WINDOW), axis=1)
    limit = SPIKE_SIGMA * np.maximum(least_sigma, around * _MAD_TO_SIGMA)
    there, back = change[:-1], change[1:]
    far = np.minimum(np.abs(there), np.abs(back)) > np.maximum(limit[:-1], limit[1:])
    lone[1:-1] = far & (there * back < 0)
    return lone


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


def _more_than_total(observations: Sequence[Observation]) -> list[int]:
    """Return the places of field components that together exceed the total beside them."""
    instants: dict[tuple[str, datetime], dict[str, int]] = defaultdict(dict)
    for place, one in enumerate(observations):
        if one.quantity in LEAST_SIGMA and one.value is not None:
            instants[one.source, one.at][one.quantity] = place
    bad: list[int] = []
    for places in instants.values():
        for frame in _FRAMES if "bt_nt" in places else ():
            found = [places[name] for name in frame if name in places]
            length_nt = np.hypot.reduce([_value(observations[place]) for place in found])
            total_nt = _value(observations[places["bt_nt"]])
            if found and length_nt > FIELD_TOLERANCE * total_nt + FIELD_TOLERANCE_NT:
                bad.extend(found)
    return bad


def _switches(observations: Sequence[Observation]) -> list[int]:
    """Return the places where a quantity that one source serves at a time changes its source.

    Instruments that measure side by side, more than one at an instant, do not take turns.
    """
    instants: dict[str, dict[datetime, list[int]]] = defaultdict(lambda: defaultdict(list))
    for place, one in enumerate(observations):
        instants[one.quantity][one.at].append(place)
    changed: list[int] = []
    for by_time in instants.values():
        if any(len({observations[p].source for p in at}) > 1 for at in by_time.values()):
            continue
        for before, after in pairwise(by_time[at] for at in sorted(by_time)):
            if observations[before[0]].source != observations[after[0]].source:
                changed.extend(after)
    return changed
