"""When an ejection from the Sun arrives, how fast, whether at all, and what Kp it brings."""

import math
from datetime import datetime, timedelta
from statistics import NormalDist

import numpy as np
from msgspec import Struct, structs
from numpy.typing import ArrayLike, NDArray

from stormcone.forecast.field import Source, exceedance
from stormcone.weather import cme

LEVELS = (0.05, 0.1, 0.25, 0.5, 0.75, 0.9, 0.95)
MEMBERS = 100_000
DRAG_PER_KM = (0.2e-7, 0.08e-7)  # mean, spread
LEAST_DRAG_PER_KM = 0.02e-7
WIND_KM_S = 425.0  # where none is observed
WIND_SPREAD_KM_S = 50.0
SPEED_SPREAD = 0.1  # of the speed
SLOWEST_KM_S = 100.0  # members are not drawn below
# What the drag model misses beside all that: with it the middle 80 % hold 81 % of 64 arrivals
# that have a speed in SRAG's list and a shock in Richardson and Cane's, without it 56 %.
MODEL_SPREAD_H = 9.0
ANGLE_SPREAD_DEG = 10.0  # of the half width, and of the direction
BIN_H = 3
# Greatest Kp of an ejection against the mean speed of its body: least squares, and what it
# missed at LEVELS; 606 ejections of Richardson and Cane's list 1996-2025, Kp of GFZ.
KP_AT_1_KM_S, KP_PER_LN_SPEED = -27.653, 5.3381
KP_RESIDUALS = (-2.324, -1.862, -1.083, -0.076, 1.013, 2.107, 2.575)
_KP_MISSED = (  # and straight on to the levels 0 and 1
    2 * KP_RESIDUALS[0] - KP_RESIDUALS[1],
    *KP_RESIDUALS,
    2 * KP_RESIDUALS[-1] - KP_RESIDUALS[-2],
)


class CmeInputs(Struct, frozen=True, kw_only=True):
    """One ejection as the coronagraphs saw it.

    `launched` is when its front stood at 20 solar radii, with `speed_km_s`. Direction is from
    the line between Sun and Earth; None where it was not measured. `wind_km_s` is what it
    runs into, None where it is not observed.
    """

    launched: datetime
    speed_km_s: float
    speed_spread_km_s: float | None = None
    longitude_deg: float | None = None
    latitude_deg: float | None = None
    half_width_deg: float | None = None
    wind_km_s: float | None = None
    based_on: tuple[Source, ...] = ()


class CmeArrival(Struct, frozen=True, eq=False, kw_only=True):
    """How an ejection is expected at the Earth.

    `hit` is the probability that it comes (None where its direction is not known); all else is
    for the case that it does. `arrival`, `speed_km_s` and `kp` are quantiles at `levels`;
    `shares` of the probability lie in `bins`, each of three hours from its time on.
    """

    issued: datetime
    hit: float | None
    levels: tuple[float, ...]
    arrival: tuple[datetime, ...]
    speed_km_s: NDArray[np.float64]
    kp: NDArray[np.float64]
    bins: tuple[datetime, ...]
    shares: NDArray[np.float64]
    based_on: tuple[Source, ...] = ()

    def kp_exceedance(self, threshold: float) -> float:
        """Return the probability that Kp reaches `threshold` if the ejection comes."""
        return float(exceedance(self.levels, self.kp, threshold))


class Members(Struct, frozen=True, eq=False, kw_only=True):
    """An ensemble: hours from 20 solar radii to the Earth and speeds there, shape (member,)."""

    hours: NDArray[np.float64]
    speed_km_s: NDArray[np.float64]


class OverdueError(LookupError):
    """No member of the ensemble arrives after the time of issue."""


def cme_arrival(
    inputs: CmeInputs, *, now: datetime, rng: np.random.Generator, members: int = MEMBERS
) -> CmeArrival:
    """Return when, how fast and how probably an ejection arrives, and its Kp.

    Until `now` it has not come: members that should have are dropped, and a hit becomes less
    probable by their share.

    Raises
    ------
    ValueError
        If a number is missing or impossible.
    OverdueError
        If no member is still to come.

    Notes
    -----
    The drag-based ensemble of Dumbovic et al. (2018), doi:10.3847/1538-4357/aaaa66, with the
    spreads above and, on the time, what the model itself misses.
    """
    _check(inputs)
    every = ensemble(inputs, rng, members)
    arriving_h = every.hours + rng.normal(0, MODEL_SPREAD_H, members)
    coming = arriving_h > (now - inputs.launched) / timedelta(hours=1)
    if not coming.any():
        raise OverdueError(
            f"the ejection of {inputs.launched:%Y-%m-%d %H:%M} should have come by "
            f"{now:%Y-%m-%d %H:%M}; take it off, or correct its {inputs.speed_km_s} km/s"
        )
    hours, speed = arriving_h[coming], every.speed_km_s[coming]
    bins, shares = _histogram(inputs.launched, hours)
    return CmeArrival(
        issued=now,
        hit=_still(hit_probability(inputs), float(coming.mean())),
        levels=LEVELS,
        arrival=tuple(_after(inputs.launched, h) for h in np.quantile(hours, LEVELS)),
        speed_km_s=np.quantile(speed, LEVELS),
        kp=np.quantile(_drawn_kp(speed, rng), LEVELS),
        bins=bins,
        shares=shares,
        based_on=inputs.based_on,
    )


def ensemble(inputs: CmeInputs, rng: np.random.Generator, members: int = MEMBERS) -> Members:
    """Return an ensemble over the speed, the wind and the drag, and nothing else.

    Examples
    --------
    >>> seen = CmeInputs(launched=datetime(2024, 5, 9), speed_km_s=1000.0, wind_km_s=400.0)
    >>> float(ensemble(seen, np.random.Generator(np.random.PCG64(0))).hours.mean().round())
    53.0
    """
    spread = inputs.speed_spread_km_s
    spread = SPEED_SPREAD * inputs.speed_km_s if spread is None else spread
    wind = WIND_KM_S if inputs.wind_km_s is None else inputs.wind_km_s
    speeds = np.maximum(rng.normal(inputs.speed_km_s, spread, members), SLOWEST_KM_S)
    winds = np.maximum(rng.normal(wind, WIND_SPREAD_KM_S, members), SLOWEST_KM_S)
    drags = np.maximum(rng.normal(*DRAG_PER_KM, members), LEAST_DRAG_PER_KM)
    hours, speed_km_s = cme.arrival(speeds, winds, drags)
    return Members(hours=hours, speed_km_s=speed_km_s)


def hit_probability(inputs: CmeInputs) -> float | None:
    """Return how probably the cone of an ejection holds the Earth; None without a direction.

    The half width must reach the elongation of the axis, both with a spread of 10 degrees.
    """
    longitude, latitude = inputs.longitude_deg, inputs.latitude_deg
    if longitude is None or latitude is None or inputs.half_width_deg is None:
        return None
    cosine = math.cos(math.radians(longitude)) * math.cos(math.radians(latitude))
    elongation_deg = math.degrees(math.acos(cosine))
    margin = inputs.half_width_deg - elongation_deg
    return NormalDist(0, ANGLE_SPREAD_DEG * math.sqrt(2)).cdf(margin)


def expected_kp(speed_km_s: ArrayLike) -> NDArray[np.float64]:
    """Return the greatest Kp that is typical of an ejection with that speed, unbounded."""
    kp: NDArray[np.float64] = KP_AT_1_KM_S + KP_PER_LN_SPEED * np.log(speed_km_s)
    return kp


def _drawn_kp(speed_km_s: NDArray[np.float64], rng: np.random.Generator) -> NDArray[np.float64]:
    missed = np.interp(rng.random(len(speed_km_s)), (0, *LEVELS, 1), _KP_MISSED)
    return np.clip(expected_kp(speed_km_s) + missed, 0, 9)


def _still(hit: float | None, share_to_come: float) -> float | None:
    """Bayes: how probable a hit is after part of the ensemble has not come."""
    if hit is None:
        return None
    return hit * share_to_come / (hit * share_to_come + 1 - hit)


def _histogram(
    launched: datetime, hours: NDArray[np.float64]
) -> tuple[tuple[datetime, ...], NDArray[np.float64]]:
    number = np.floor(hours / BIN_H).astype(int)
    counts = np.bincount(number - number.min())
    first = int(number.min())
    bins = tuple(_after(launched, BIN_H * (first + i)) for i in range(len(counts)))
    return bins, counts / len(hours)


def _after(launched: datetime, hours: float) -> datetime:
    return launched + timedelta(minutes=round(60 * float(hours)))


def _check(inputs: CmeInputs) -> None:
    if inputs.launched.tzinfo is None:
        raise ValueError(f"launched {inputs.launched} has no time zone; give UTC")
    for name, value in structs.asdict(inputs).items():
        if isinstance(value, float) and not math.isfinite(value):
            raise ValueError(f"{name} of the ejection is {value}; give a number, or None")
    given = (
        inputs.speed_km_s,
        inputs.wind_km_s,
        inputs.half_width_deg,
        inputs.speed_spread_km_s,
    )
    lowest = min(value for value in given if value is not None)
    if lowest <= 0:
        raise ValueError(f"{lowest} as speed or width of an ejection; give a positive number")
