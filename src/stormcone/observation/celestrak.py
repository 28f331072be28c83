"""CelesTrak's daily indices since 1957: Kp, ap and F10.7, observed and predicted."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from math import isnan

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

from stormcone.observation.celestrak_rows import Row, read_table
from stormcone.observation.feed import (
    Drift,
    Feed,
    Flag,
    Observation,
    Provenance,
    UnreadableError,
)
from stormcone.observation.rows import collect

_NAME = "celestrak-indices"
_PASSED_ON = "GFZ via CelesTrak"  # their copy, rounded and late, never corrects GFZ itself
_FLUXES = ("f107_sfu", "f107_adjusted_sfu", "f107_81d_sfu")
_FIRST_AT_PENTICTON = date(1991, 5, 31)  # noon there is 20 UT; before, noon of Ottawa, 17 UT
_THREE_HOURS = timedelta(hours=3)


class DailyIndices(Struct, frozen=True, eq=False, kw_only=True):
    """Indices of n days, oldest first; NaN where the file has none.

    `kp` (in exact thirds) and `ap` are (n, 8), by three hours from 00 UTC; the others (n,).
    `observed` is False for predictions; of the monthly ones only the first day stands here.
    """

    day: NDArray[np.datetime64]
    kp: NDArray[np.float64]
    ap: NDArray[np.float64]
    ap_daily: NDArray[np.float64]
    f107_obs: NDArray[np.float64]
    f107_adj: NDArray[np.float64]
    f107_81d: NDArray[np.float64]
    observed: NDArray[np.bool_]


def read_space_weather(body: bytes) -> Iterator[Observation | Drift]:
    """Yield Kp, ap, Ap and F10.7 (observed, at 1 AU, 81-day mean) of SW-All or SW-Last5Years.

    Predictions are of provenance `forecast`, interpolated fluxes `reconstructed`. The mean is
    that of the observed flux over the 81 days about the day.

    Raises
    ------
    UnreadableError
        If the body is neither form, is cut off, or a tenth of its rows cannot be read.
    """
    return collect(_NAME, read_table(_NAME, body), _observations)


def table(body: bytes) -> DailyIndices:
    """Return the same file as arrays, for training and for drag.

    Raises
    ------
    UnreadableError
        As `read_space_weather`; here a single bad row is enough.
    """
    rows = read_table(_NAME, body)
    try:
        days = [row.day() for row in rows]
        numbers = np.array([row.numbers() for row in rows]).reshape(-1, 20)
    except ValueError as error:
        raise UnreadableError(f"{_NAME}: {error}") from error
    order = np.argsort(np.array(days, "datetime64[D]"), kind="stable")
    numbers = numbers[order]
    return DailyIndices(
        day=np.array(days, "datetime64[D]")[order],
        kp=np.round(numbers[:, :8] * 0.3) / 3,
        ap=numbers[:, 8:16],
        ap_daily=numbers[:, 16],
        f107_obs=numbers[:, 17],
        f107_adj=numbers[:, 18],
        f107_81d=numbers[:, 19],
        observed=np.array([row.observed for row in rows], bool)[order],
    )


def _observations(row: Row) -> Iterator[Observation]:
    midnight = datetime.combine(row.day(), time(), UTC)
    numbers = row.numbers()
    for name, values in (("kp", numbers[:8]), ("ap", numbers[8:16])):
        for place, value in enumerate(values):
            exact = round(value * 0.3) / 3 if name == "kp" and not isnan(value) else value
            yield from _one(row, name, exact, midnight + place * _THREE_HOURS, 10_800)
    yield from _one(row, "ap_daily", numbers[16], midnight, 86_400)
    noon = midnight + timedelta(hours=20 if midnight.date() >= _FIRST_AT_PENTICTON else 17)
    for name, value in zip(_FLUXES, numbers[17:], strict=True):
        yield from _one(row, name, value, noon, 0)


def _one(
    row: Row, quantity: str, value: float, at: datetime, span_s: float
) -> tuple[Observation, ...]:
    """Return the reading; of a prediction, a blank is no value at all."""
    if isnan(value) and not row.observed:
        return ()
    flux = quantity in _FLUXES
    provenance = Provenance.OBSERVED if row.observed else Provenance.FORECAST
    if row.observed and flux and row.interpolated:
        provenance = Provenance.RECONSTRUCTED
    return (
        Observation(
            quantity=quantity,
            value=None if isnan(value) else value,
            at=at,
            span_s=span_s,
            source=("Penticton" if flux else _PASSED_ON) if row.observed else "CelesTrak",
            published=row.updated,
            provenance=provenance,
            flags=Flag.FILL if isnan(value) else Flag(0),
        ),
    )


indices = Feed(
    name=_NAME,
    url="https://celestrak.org/SpaceData/SW-Last5Years.txt",
    every=timedelta(hours=3),
    floor=timedelta(hours=3),
    expected_latency=timedelta(hours=12),
    max_age=timedelta(hours=36),
    quantities=("kp", "ap", "ap_daily", *_FLUXES),
    credit="CelesTrak; Kp and ap: GFZ, doi 10.5880/Kp.0001",
    licence="cite CelesTrak; Kp and ap CC BY 4.0",
    may_package=False,
    read=read_space_weather,
)
