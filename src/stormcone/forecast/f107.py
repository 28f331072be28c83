"""F10.7 to 45 days ahead from its last 55 days (pure).

An autoregression of the logarithm for each lead: 55 days hold two solar rotations. What it
misses, by how high the Sun's level is, gives the quantiles.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from stormcone.forecast.history import aware, newest, stand_in, step_before, steps
from stormcone.forecast.outlook import Outlook
from stormcone.forecast.regression import Coefficients, Floats, predict, quantiles
from stormcone.forecast.training import (
    CLIMATOLOGY,
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

MODEL = "f107"
INPUTS = ("daily-indices",)
LEADS = range(1, 46)
ORDER = 55
BINS = 5
ROTATION = 27
LOW_SFU, HIGH_SFU = 60.0, 400.0
FEATURES = tuple(f"ln of F10.7 {days} d before the newest" for days in range(ORDER))
REPORTED = tuple(f"{lead} d" for lead in (1, 3, 7, 14, 27, 45))
DAY = timedelta(days=1)
FEWEST_DAYS = 27  # of the 55 before the newest; with fewer the first known one stands before
ESTIMATED = "estimated"


def target(lead: int) -> str:
    """Return the name of the regression for a lead in days."""
    return f"{lead} d"


def outlook(coefficients: Coefficients, series: Series | None, now: datetime) -> Outlook:
    """Return what is expected of F10.7 on each of the 45 days after the newest one.

    Parameters
    ----------
    coefficients
        Of `stormcone train f107`.
    series
        Daily F10.7 as observed (not adjusted to 1 au); 55 days before the newest are looked at,
        and a gap between them is bridged.
    now
        Nothing that became known later is used.

    Returns
    -------
    Quantiles of each day in sfu; `valid` is its 00 UTC. With fewer than 27 of the 55 days
    before the newest it says `estimated`; where the newest is over 45 days old, or there is
    none, it is climatology and says `climatology`.
    """
    flux = steps(series, now, DAY, max(LEADS) + ORDER)
    mean = mean_of(coefficients)
    today = aware(step_before(now, DAY))
    known = np.flatnonzero(np.isfinite(flux))
    last = int(known[-1]) if len(known) else -1
    if last < ORDER:
        return _climatology(coefficients, mean, now)
    few = np.isfinite(flux[last - ORDER + 1 : last + 1]).sum() < FEWEST_DAYS
    ln_flux = _ln(flux[last::-1][:ORDER])
    behind = len(flux) - 1 - last
    leads = [lead for lead in LEADS if lead > behind - 1]
    seen = newest(series, now)
    return Outlook(
        quantity="f107_sfu",
        issued=now,
        valid=tuple(today + (lead - behind) * DAY for lead in leads),
        levels=coefficients.levels,
        values=np.stack([_quantiles(coefficients, lead, _bridged(ln_flux)) for lead in leads]),
        persistence=np.full(len(leads), flux[last]),
        climatology=np.full(len(leads), mean),
        based_on=() if seen is None else (seen,),
        says=(ESTIMATED,) if few else (),
    )


def train(inputs: Mapping[str, Input], until: np.datetime64, rng: Generator) -> Coefficients:
    """Return the coefficients learnt from all days before `until`; `rng` is not needed."""
    del rng
    table = known_before(inputs[INPUTS[0]], until)
    at, flux = _daily(table)
    ln_flux = _ln(flux)
    fits = [
        fit_with_quantiles(target(lead), _lags(ln_flux, lead), _from(ln_flux, lead), BINS)
        for lead in LEADS
    ]
    fits.append(climatology(flux, ORDER))
    return learnt(MODEL, FEATURES, fits, span=(at[0], until), inputs=(table,), digits=4)


def hindcast(
    coefficients: Coefficients,
    inputs: Mapping[str, Input],
    begin: np.datetime64,
    end: np.datetime64,
) -> tuple[Hindcast, ...]:
    """Return what would have been said of F10.7 on the days from `begin` to `end`."""
    at, flux = _daily(known_before(inputs[INPUTS[0]], end))
    found = []
    for lead in LEADS:
        rows = np.arange(len(flux))[ORDER - 1 + lead :]
        wanted = at[rows] >= begin
        rows, known = rows[wanted], _lags(_ln(flux), lead)[wanted]
        found.append(
            Hindcast(
                target=target(lead),
                at=at[rows],
                levels=coefficients.levels,
                said=_quantiles(coefficients, lead, known),
                truth=flux[rows],
                persistence=flux[rows - lead],
                recurrence=flux[rows - ROTATION * -(-lead // ROTATION)],
                climatology=climate(coefficients, len(rows)),
            )
        )
    return tuple(found)


def _daily(table: Input) -> tuple[NDArray[np.datetime64], Floats]:
    columns = evenly(table, ("f107_sfu",), np.timedelta64(24, "h"))
    return columns["at"], columns["f107_sfu"]


def _ln(flux_sfu: Floats) -> Floats:
    return np.log(np.clip(flux_sfu, LOW_SFU, HIGH_SFU))


def _lags(ln_flux: Floats, lead: int) -> Floats:
    """Return the 55 days up to `lead` days before each target, the newest first."""
    windows = np.lib.stride_tricks.sliding_window_view(ln_flux[:-lead], ORDER)
    return windows[:, ::-1]


def _from(ln_flux: Floats, lead: int) -> Floats:
    """Return the targets that have 55 days before them."""
    return ln_flux[ORDER - 1 + lead :]


def _bridged(ln_flux: Floats) -> Floats:
    """Return the days with each gap bridged in a straight line."""
    days, known = np.arange(len(ln_flux)), np.isfinite(ln_flux)
    return np.interp(days, days[known], ln_flux[known])


def _quantiles(coefficients: Coefficients, lead: int, known: Floats) -> Floats:
    name = target(lead)
    expected = predict(coefficients.ridge(name), known)
    return np.exp(quantiles(coefficients.residuals(name), expected))


def _climatology(coefficients: Coefficients, mean: float, now: datetime) -> Outlook:
    rule = np.full(len(LEADS), mean)
    return Outlook(
        quantity="f107_sfu",
        issued=now,
        valid=tuple(aware(step_before(now, DAY)) + n * DAY for n in range(len(LEADS))),
        levels=coefficients.levels,
        values=climate(coefficients, len(LEADS)),
        persistence=rule,
        climatology=rule,
        based_on=(stand_in("f107_sfu", mean, now),),
        says=(CLIMATOLOGY,),
    )
