"""What the Dst forecast missed in the past: `stormcone train dst` (pure)."""

from collections.abc import Mapping

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from stormcone.forecast.dst import (
    LEADS_H,
    LONGEST_H,
    SKILL_HOURS,
    WIND,
    Hours,
    member_weights,
    restarted_nt,
    spread,
    target,
)
from stormcone.forecast.least_squares import NotFittedError
from stormcone.forecast.regression import (
    LEVELS,
    Coefficients,
    Floats,
    Residuals,
    Ridge,
    rounded,
)
from stormcone.forecast.training import (
    Fit,
    Hindcast,
    Input,
    climate,
    climatology,
    evenly,
    known_before,
    learnt,
)
from stormcone.weather.solar_wind import pressure_npa, southward_mv_m

MODEL = "dst"
INPUTS = ("omni2",)
ACTIVITY = (0.01, 0.03, 0.08, 0.2, 0.4, 0.6, 0.8, 0.95)  # shares of hours, storms first
DAY_H = 24
Times = NDArray[np.datetime64]


def train(inputs: Mapping[str, Input], until: np.datetime64, rng: Generator) -> Coefficients:
    """Return the residual quantiles by lead and activity, with wind and without.

    There is nothing else to learn: the members are physics, and their weights are found anew
    from the last thirty days. `rng` is not needed.
    """
    del rng
    table = known_before(inputs[INPUTS[0]], until)
    at, hours = hourly(table)
    fits = [
        Fit(
            target=target(lead, wind=wind),
            found=Ridge(mean=np.zeros(0), scale=np.zeros(0), weights=np.zeros(1)),
            residuals=fit_residuals(rule[lead - 1, :-lead], hours.dst_nt[lead:]),
        )
        for wind, rule in ((True, expected_nt(hours)), (False, decayed_nt(hours)))
        for lead in range(1, LONGEST_H + 1)
    ]
    fits.append(climatology(hours.dst_nt, 0))
    return learnt(MODEL, (), fits, span=(at[0], until), inputs=(table,), digits=1)


def hindcast(
    coefficients: Coefficients,
    inputs: Mapping[str, Input],
    begin: np.datetime64,
    end: np.datetime64,
) -> tuple[Hindcast, ...]:
    """Return what would have been said of Dst, with wind, between `begin` and `end`."""
    at, hours = hourly(known_before(inputs[INPUTS[0]], end))
    expected = expected_nt(hours)
    found = []
    for lead in LEADS_H:
        issued = np.flatnonzero(at[:-lead] >= begin)
        said = spread(coefficients, target(lead), expected[lead - 1, issued])
        found.append(
            Hindcast(
                target=target(lead),
                at=at[issued + lead],
                levels=coefficients.levels,
                said=said,
                truth=hours.dst_nt[issued + lead],
                persistence=hours.dst_nt[issued],
                recurrence=np.full(len(issued), np.nan),
                climatology=climate(coefficients, len(issued)),
            )
        )
    return tuple(found)


def hourly(table: Input) -> tuple[Times, Hours]:
    """Return the start of every hour, and what is known of it."""
    rows = evenly(table, ("dst_nt", *WIND), np.timedelta64(1, "h"))
    bz, density, speed = (rows[name] for name in WIND)
    return rows["at"], Hours(
        dst_nt=rows["dst_nt"],
        southward_mv_m=southward_mv_m(speed, bz),
        pressure_npa=pressure_npa(density, speed),
    )


def expected_nt(hours: Hours) -> Floats:
    """Return the weighted members restarted in every hour, shape (lead, hour).

    Weights change once a day and rest on the thirty days before.
    """
    restarted = restarted_nt(hours, LONGEST_H)
    expected = np.empty((LONGEST_H, len(hours.dst_nt)))
    for day in range(0, len(hours.dst_nt), DAY_H):
        weights = member_weights(hours.between(max(day - SKILL_HOURS, 0), day), LONGEST_H)
        today = slice(day, day + DAY_H)
        expected[:, today] = (weights[..., None] * restarted[..., today]).sum(axis=0)
    return expected


def decayed_nt(hours: Hours) -> Floats:
    """Return what is expected where no wind is known, shape (lead, hour): plain decay."""
    decayed: Floats = restarted_nt(hours, LONGEST_H, wind=False)[0]
    return decayed


def fit_residuals(said: Floats, truth: Floats) -> Residuals:
    """Return quantiles of what was missed, by how deep a storm was said to be.

    Bins of equally many hours would put every storm of a year into one, and cover 46 % of its
    hours with an interval of 80 %.

    Raises
    ------
    NotFittedError
        If the rarest storms are fewer than ten hours.
    """
    known = np.isfinite(said) & np.isfinite(truth)
    said, missed = np.round(said[known], 9), np.round((truth - said)[known], 9)
    if len(said) * ACTIVITY[0] < 10:
        raise NotFittedError(f"{len(said)} hours hold too few storms; feed a longer record")
    edges = rounded(np.quantile(said, ACTIVITY))
    which = np.digitize(said, edges)
    values = [np.quantile(missed[which == one], LEVELS) for one in range(len(edges) + 1)]
    return Residuals(levels=LEVELS, bins=edges, values=rounded(np.array(values)))
