"""Dst one to six hours ahead: two ring-current models restarted from what was observed (pure).

The wind is known to the end of the last full hour; from there its southward field fades. The
members are weighed by how well they have done over thirty days, and what they missed in
training, by lead and by activity, spreads the answer.
"""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta

import numpy as np
from msgspec import Struct

from stormcone.forecast.field import Source
from stormcone.forecast.history import newest, stand_in, steps
from stormcone.forecast.outlook import Outlook
from stormcone.forecast.regression import Coefficients, Floats, predict, quantiles
from stormcone.forecast.wind import NO_WIND, fresh
from stormcone.observation.feed import Series
from stormcone.weather.ring_current import BURTON_1975, OBRIEN_MCPHERRON_2000, run_dst_nt
from stormcone.weather.solar_wind import pressure_npa, southward_mv_m

MEMBERS = (OBRIEN_MCPHERRON_2000, BURTON_1975)
WIND = ("bz_gsm_nt", "solar_wind_density_cm3", "solar_wind_speed_km_s")
LEADS_H = (1, 2, 3, 4, 5, 6)
LATEST_H = 6  # a Dst older than that is not carried on
LONGEST_H = LEADS_H[-1] + LATEST_H
FADE_H = 4.0  # own fit, 1998: e-folding time of the southward field that is not known yet
QUIET_PRESSURE_NPA = 2.0
SKILL_HOURS = 30 * 24
LEAST_STARTS = 5 * 24  # fewer restarts tell no member from another
LEAST_SQUARE_NT2 = 1e-6
HOUR = timedelta(hours=1)
CLIMATOLOGY = "climatology"


class Hours(Struct, frozen=True, eq=False, kw_only=True):
    """Hourly Dst, southward field and pressure, shape (hour,); NaN where one is missing."""

    dst_nt: Floats
    southward_mv_m: Floats
    pressure_npa: Floats

    def between(self, begin: int, end: int) -> "Hours":
        """Return the hours from one place to another."""
        return Hours(
            dst_nt=self.dst_nt[begin:end],
            southward_mv_m=self.southward_mv_m[begin:end],
            pressure_npa=self.pressure_npa[begin:end],
        )


class _Known(Struct, frozen=True, kw_only=True):
    """The residuals' target and the expected Dst of each lead, and what they rest on."""

    leads: tuple[tuple[str, float], ...]
    latest_nt: float
    based_on: tuple[Source, ...]
    says: tuple[str, ...]


def outlook(
    coefficients: Coefficients,
    series: Mapping[str, Series],
    now: datetime,
    hours_ahead: Sequence[int] = LEADS_H,
) -> Outlook:
    """Return what is expected of Dst in whole hours from the end of the last full one.

    Parameters
    ----------
    coefficients
        Of `stormcone train dst`.
    series
        By quantity: `dst_nt` by the hour, and those of WIND at L1 (field GSM, any cadence).
    now
        Nothing that became known later is used.
    hours_ahead
        Within 1 to 6. Each `valid` is the start of the hour whose mean is forecast.

    Returns
    -------
    Quantiles in nT. Without wind that became known in the last 15 minutes the ring current
    decays from the observed Dst, with the spread of that (`no wind`); without a Dst of the last
    six hours the climatology of the training stands, and persistence is NaN (`climatology`).

    Raises
    ------
    ValueError
        If a lead lies outside 1 to 6 hours.
    """
    if not set(hours_ahead) <= set(LEADS_H):
        raise ValueError(f"leads {list(hours_ahead)} h; expected whole hours within 1 to 6")
    hours = _hours(series, now)
    late = _lateness(hours.dst_nt)
    if late is None:
        known = _from_nothing(coefficients, now, len(hours_ahead))
    else:
        known = _from_dst(series, now, hours, late, hours_ahead)
    return Outlook(
        quantity="dst_nt",
        issued=now,
        valid=tuple(_full_hour(now) + (lead - 1) * HOUR for lead in hours_ahead),
        levels=coefficients.levels,
        values=np.stack([spread(coefficients, *lead) for lead in known.leads]),
        persistence=np.full(len(hours_ahead), known.latest_nt),
        climatology=np.full(len(hours_ahead), _median(coefficients)),
        based_on=known.based_on,
        says=known.says,
    )


def target(lead: int, *, wind: bool = True) -> str:
    """Return the name of a lead's residuals in the coefficients."""
    return f"{lead} h" if wind else f"{lead} h {NO_WIND}"


def restarted_nt(hours: Hours, leads: int, *, wind: bool = True) -> Floats:
    """Return every member restarted in every hour, shape (member, lead, hour).

    The entry of an hour is the Dst expected `lead` hours later from what is known at its end:
    the wind of that hour fades, or without `wind` there is none.
    """
    fade = np.exp(-np.arange(leads) / FADE_H)[:, None]
    field = hours.southward_mv_m * fade if wind else np.zeros((leads, len(hours.dst_nt)))
    pressure = hours.pressure_npa if wind else np.full(len(hours.dst_nt), QUIET_PRESSURE_NPA)
    steady = np.broadcast_to(pressure, (leads + 1, len(pressure)))
    return np.stack([run_dst_nt(one, hours.dst_nt, field, steady) for one in MEMBERS])


def member_weights(hours: Hours, leads: int) -> Floats:
    """Return the weight of each member at each lead, shape (member, lead), adding up to 1.

    Inverse to the mean square that it missed over the hours; equal where that is not known.
    """
    squares = np.ones((len(MEMBERS), leads))
    restarted = restarted_nt(hours, leads)
    for lead in range(1, min(leads, len(hours.dst_nt) - LEAST_STARTS) + 1):
        missed = restarted[:, lead - 1, :-lead] - hours.dst_nt[lead:]
        known = np.isfinite(missed).all(axis=0)
        if known.sum() >= LEAST_STARTS:
            squares[:, lead - 1] = (missed[:, known] ** 2).mean(axis=1)
    squares = np.maximum(squares, LEAST_SQUARE_NT2)
    weights: Floats = 1 / squares / (1 / squares).sum(axis=0)
    return weights


def _from_nothing(coefficients: Coefficients, now: datetime, leads: int) -> _Known:
    return _Known(
        leads=((CLIMATOLOGY, 0.0),) * leads,
        latest_nt=np.nan,
        based_on=(stand_in("dst_nt", _median(coefficients), now),),
        says=(CLIMATOLOGY,),
    )


def _from_dst(
    series: Mapping[str, Series],
    now: datetime,
    hours: Hours,
    late: int,
    hours_ahead: Sequence[int],
) -> _Known:
    wind = hours.southward_mv_m[-1] + hours.pressure_npa[-1]
    fed = fresh(series, WIND, now) and bool(np.isfinite(wind))
    expected = _expected(hours, late, fed=fed)
    used = ("dst_nt", *WIND) if fed else ("dst_nt",)
    return _Known(
        leads=tuple((target(late + h, wind=fed), expected[late + h - 1]) for h in hours_ahead),
        latest_nt=hours.dst_nt[-1 - late],
        based_on=tuple(one for name in used if (one := newest(series.get(name), now))),
        says=() if fed else (NO_WIND,),
    )


def _expected(hours: Hours, late: int, *, fed: bool) -> Floats:
    """Return Dst from the last known one on, shape (lead,): weighted members, or decay."""
    start = len(hours.dst_nt) - 1 - late
    if not fed:
        return restarted_nt(hours.between(start, start + 1), LONGEST_H, wind=False)[0, :, 0]
    field, pressure = (
        _ahead(hours.southward_mv_m, start, FADE_H),
        _ahead(hours.pressure_npa, start),
    )
    members = [run_dst_nt(one, hours.dst_nt[start], field[:-1], pressure) for one in MEMBERS]
    expected: Floats = (member_weights(hours, LONGEST_H) * np.stack(members)).sum(axis=0)
    return expected


def _ahead(values: Floats, start: int, fade_h: float = np.inf) -> Floats:
    """Return a part of the wind from hour `start` on: as observed, gaps filled, then fading."""
    seen = values[start:]
    known = np.flatnonzero(np.isfinite(seen))
    filled = np.interp(np.arange(len(seen)), known, seen[known])
    hours_on = np.arange(1, LONGEST_H + 2 - len(seen))
    return np.concatenate([filled, filled[-1] * np.exp(-hours_on / fade_h)])


def spread(coefficients: Coefficients, name: str, expected_nt: float) -> Floats:
    """Return the quantiles of Dst about what is expected of it, shape (level,)."""
    mean = predict(coefficients.ridge(name), np.empty((1, 0)))[0]
    return quantiles(coefficients.residuals(name), expected_nt + mean)


def _median(coefficients: Coefficients) -> float:
    return float(np.median(spread(coefficients, CLIMATOLOGY, 0.0)))


def _hours(series: Mapping[str, Series], now: datetime) -> Hours:
    """Return the last thirty days by full hours, the newest last."""
    dst, bz, density, speed = (
        steps(series.get(name), now, HOUR, SKILL_HOURS + 1)[:-1] for name in ("dst_nt", *WIND)
    )
    return Hours(
        dst_nt=dst,
        southward_mv_m=southward_mv_m(speed, bz),
        pressure_npa=pressure_npa(density, speed),
    )


def _lateness(dst_nt: Floats) -> int | None:
    """Return how many hours the last Dst lies before the last full hour, None beyond six."""
    known = np.flatnonzero(np.isfinite(dst_nt[-1 - LATEST_H :]))
    return None if len(known) == 0 else LATEST_H - int(known[-1])


def _full_hour(now: datetime) -> datetime:
    return now.astimezone(UTC).replace(minute=0, second=0, microsecond=0)
