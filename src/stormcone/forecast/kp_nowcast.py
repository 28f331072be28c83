"""Kp of these three hours and the next, from the solar wind and the Kp before (pure).

The hours of the wind are those at the bow shock, as in OMNI. A wind that is measured at L1
arrives about an hour later, so its last full hour stands for the hour that holds now.
"""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

import numpy as np
from msgspec.structs import replace
from numpy.random import Generator
from numpy.typing import NDArray

from stormcone.forecast import kp
from stormcone.forecast.history import aware, newest, step_before, steps
from stormcone.forecast.outlook import Outlook
from stormcone.forecast.regression import (
    Coefficients,
    Floats,
    predict,
    quantiles,
)
from stormcone.forecast.training import (
    Hindcast,
    Input,
    climate,
    climatology,
    evenly,
    fit_with_quantiles,
    known_before,
    learnt,
    mean_of,
)
from stormcone.observation.feed import Series
from stormcone.weather.solar_wind import coupling, kp_estimate, southward_mv_m, viscous

MODEL = "kp-nowcast"
INPUTS = ("omni2",)
LEADS_H = (0, 1, 2, 3)
TARGETS = tuple(f"{lead} h" for lead in LEADS_H)
HOURS = 4
FEATURES = (
    *(f"root of coupling {hours} h before" for hours in range(HOURS)),
    *(f"viscous term {hours} h before, 1e6" for hours in range(HOURS)),
    *(f"southward field {hours} h before, mV/m" for hours in range(HOURS)),
    "kp 3 h before",
    "kp 6 h before",
)
BINS = 10
REPORTED = TARGETS
HOUR = timedelta(hours=1)
LOOK_BACK_H = 9  # two Kp intervals before, and the hours of this one
WIND = ("by_gsm_nt", "bz_gsm_nt", "solar_wind_density_cm3", "solar_wind_speed_km_s")
NO_WIND = "no wind"


def outlook(
    coefficients: Coefficients,
    of_kp_alone: Coefficients,
    series: Mapping[str, Series],
    now: datetime,
) -> Outlook:
    """Return what is expected of Kp now and in one, two and three hours.

    Parameters
    ----------
    coefficients, of_kp_alone
        Of `stormcone train kp-nowcast` and `kp`.
    series
        By quantity: `kp`, and those of WIND at L1 (field GSM, any cadence).
    now
        Nothing that became known later is used.

    Returns
    -------
    Quantiles of the Kp whose three hours hold each `valid`, 0 to 9. Where one of the last four
    hours lacks wind, the forecast is that of Kp alone and says `no wind`; where a Kp is
    missing, the wind's own estimate stands for it and the forecast is wider (`estimated`).
    """
    drive = driving(*(_hours(series.get(name), now) for name in WIND))
    seen = steps(series.get("kp"), now, kp.SPAN, 3)[1::-1]
    before = np.where(np.isnan(seen), _newell(drive, now.astimezone(UTC).hour % 3), seen)
    known = np.append(drive[:, : -HOURS - 1 : -1].ravel(), before)
    if not np.isfinite(known).all():
        alone = kp.outlook(of_kp_alone, series.get("kp"), now, kp.SPAN)
        return replace(alone, says=(*alone.says, NO_WIND))
    estimated = bool(np.isnan(seen).any())
    expected = np.stack([_quantiles(coefficients, name, known) for name in TARGETS])
    mean = mean_of(coefficients)
    return Outlook(
        quantity="kp",
        issued=now,
        valid=tuple(aware(step_before(now, HOUR)) + lead * HOUR for lead in LEADS_H),
        levels=coefficients.levels,
        values=kp.wider(expected, coefficients.levels) if estimated else expected,
        persistence=np.full(len(LEADS_H), before[0]),
        climatology=np.full(len(LEADS_H), mean),
        based_on=tuple(one for name in ("kp", *WIND) if (one := newest(series.get(name), now))),
        says=(kp.ESTIMATED,) if estimated else (),
    )


def _hours(series: Series | None, now: datetime) -> Floats:
    """Return the means of the full hours before `now`, the newest last."""
    return steps(series, now, HOUR, LOOK_BACK_H + 1)[:-1]


def _newell(drive: Floats, hour_of_three: int) -> Floats:
    """Return the wind's estimates of the last two whole Kp, the newer first."""
    end = LOOK_BACK_H - 1 - hour_of_three
    means = np.stack([drive[:, end - 3 * n - 3 : end - 3 * n].mean(axis=1) for n in (0, 1)])
    return kp_estimate(means[:, 0] ** 2, means[:, 1] * 1e6)


def driving(by_nt: Floats, bz_nt: Floats, density_cm3: Floats, speed_km_s: Floats) -> Floats:
    """Return what of the wind moves Kp, shape (3, hour).

    The root of the coupling, the viscous term in 1e6, and the southward field in mV/m; the
    field is GSM.
    """
    return np.stack(
        [
            np.sqrt(coupling(speed_km_s, by_nt, bz_nt)),
            viscous(density_cm3, speed_km_s) / 1e6,
            southward_mv_m(speed_km_s, bz_nt),
        ]
    )


def features(drive: Floats, hourly_kp: Floats, rows: NDArray[np.int64]) -> Floats:
    """Return the features of forecasts from the hours `rows`, shape (row, feature)."""
    lags = rows[:, None] - np.arange(HOURS)
    before = hourly_kp[rows[:, None] - np.array([3, 6])]
    return np.column_stack([*(part[lags] for part in drive), before])


def train(inputs: Mapping[str, Input], until: np.datetime64, rng: Generator) -> Coefficients:
    """Return the coefficients learnt from hours before `until`; `rng` is not needed."""
    del rng
    table = known_before(inputs[INPUTS[0]], until)
    at, truth, known = _rows(table)
    fits = [
        fit_with_quantiles(name, known, _ahead(truth, lead), BINS)
        for lead, name in zip(LEADS_H, TARGETS, strict=True)
    ]
    fits.append(climatology(truth, len(FEATURES)))
    return learnt(MODEL, FEATURES, fits, span=(at[0], until), inputs=(table,), digits=3)


def hindcast(
    coefficients: Coefficients,
    inputs: Mapping[str, Input],
    begin: np.datetime64,
    end: np.datetime64,
) -> tuple[Hindcast, ...]:
    """Return what would have been said of Kp in the hours from `begin` to `end`."""
    at, truth, known = _rows(known_before(inputs[INPUTS[0]], end))
    seen = (at >= begin) & np.isfinite(known).all(axis=1)
    return tuple(
        Hindcast(
            target=name,
            at=at[seen] + lead * np.timedelta64(1, "h"),
            levels=coefficients.levels,
            said=_quantiles(coefficients, name, known[seen]),
            truth=_ahead(truth, lead)[seen],
            persistence=known[seen, -2],
            recurrence=np.full(seen.sum(), np.nan),
            climatology=climate(coefficients, int(seen.sum())),
        )
        for lead, name in zip(LEADS_H, TARGETS, strict=True)
    )


def _rows(table: Input) -> tuple[NDArray[np.datetime64], Floats, Floats]:
    """Return time, Kp and features of every hour with a past."""
    hours = evenly(table, ("kp", *WIND), np.timedelta64(1, "h"))
    drive = driving(*(hours[name] for name in WIND))
    rows = np.arange(6, len(hours["at"]))
    return hours["at"][rows], hours["kp"][rows], features(drive, hours["kp"], rows)


def _ahead(truth: Floats, lead: int) -> Floats:
    return np.append(truth[lead:], np.full(lead, np.nan))


def _quantiles(coefficients: Coefficients, name: str, known: Floats) -> Floats:
    expected = predict(coefficients.ridge(name), known)
    return np.clip(quantiles(coefficients.residuals(name), expected), 0, 9)
