"""Made-up and real indices, and series of them, for the tests of Kp, Ap and F10.7."""

import gzip
import hashlib
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path

import numpy as np

from stormcone.forecast.regression import read_coefficients
from stormcone.forecast.training import Input
from stormcone.observation import celestrak, omni, tables
from stormcone.observation.feed import Provenance, Series

SW_ALL = "data/swx/indices/celestrak_SW-All_20250721.txt.gz"
OMNI = "data/weather/omni2_1998.txt.gz"
LEVEL_80 = (1, -2)  # places of 0.1 and 0.9 among the 19 levels


@cache
def packaged(model):
    return read_coefficients(tables.coefficients(model))


@cache
def daily_indices(shared: Path):
    body = (shared / SW_ALL).read_bytes()
    found = celestrak.table(gzip.decompress(body))
    seen = found.observed
    columns = {
        "at": found.day[seen],
        "kp": found.kp[seen],
        "f107_sfu": found.f107_obs[seen],
    }
    digest = hashlib.sha256(body).hexdigest()
    return {
        "daily-indices": Input(
            kind="daily-indices", name="SW-All", sha256=digest, columns=columns
        )
    }


@cache
def omni2(shared: Path):
    body = (shared / OMNI).read_bytes()
    found = omni.hourly_table(gzip.decompress(body))
    columns = {
        "at": found.hour,
        "kp": found.kp,
        "by_gsm_nt": found.by_gsm_nt,
        "bz_gsm_nt": found.bz_gsm_nt,
        "solar_wind_density_cm3": found.density_cm3,
        "solar_wind_speed_km_s": found.speed_km_s,
    }
    digest = hashlib.sha256(body).hexdigest()
    return {"omni2": Input(kind="omni2", name="omni2", sha256=digest, columns=columns)}


def made_up(days=1500, seed=3):
    """Kp that remembers itself and F10.7 that turns with the Sun, from 1980 on."""
    rng = np.random.Generator(np.random.PCG64(seed))
    noise = rng.normal(size=8 * days)
    level = np.zeros(8 * days)
    for n in range(1, len(level)):
        level[n] = 0.85 * level[n - 1] + noise[n]
    kp = np.round(np.clip(2.2 + 0.8 * level, 0, 9) * 3) / 3
    turn = 2 * np.pi * np.arange(days) / 27
    flux = 120 * np.exp(0.2 * np.cos(turn) + 0.03 * rng.normal(size=days))
    columns = {
        "at": np.datetime64("1980-01-01") + np.arange(days),
        "kp": kp.reshape(-1, 8),
        "f107_sfu": flux,
    }
    return {
        "daily-indices": Input(
            kind="daily-indices", name="made up", sha256="0" * 64, columns=columns
        )
    }


def unseen_after(inputs, date):
    """The same tables, with everything from `date` on replaced by NaN."""
    kind, table = next(iter(inputs.items()))
    later = table.columns["at"] >= date
    columns = {"at": table.columns["at"]}
    for name, column in table.columns.items():
        if name != "at":
            columns[name] = column.copy()
            columns[name][later] = np.nan
    return {kind: Input(kind=kind, name=table.name, sha256=table.sha256, columns=columns)}


def series(quantity, begin, step, values, *, delay=None):
    """Readings every `step` from `begin`, known at the end of their step."""
    at = np.datetime64(begin.replace(tzinfo=None), "ms") + np.arange(len(values)) * (
        np.timedelta64(step)
    )
    values = np.asarray(values, float)
    return Series(
        quantity=quantity,
        source="test",
        at=at,
        value=values,
        known=at + np.timedelta64(step if delay is None else delay),
        flags=np.where(np.isnan(values), 1, 0).astype(np.uint16),
        provenance=(Provenance.OBSERVED,) * len(values),
    )


def kp_series(shared, begin, end):
    """The definitive Kp between two days."""
    table = daily_indices(shared)["daily-indices"].columns
    rows = (table["at"] >= np.datetime64(begin.date())) & (
        table["at"] < np.datetime64(end.date())
    )
    return series("kp", begin, timedelta(hours=3), table["kp"][rows].ravel())


def f107_series(shared, begin, end):
    """The observed F10.7 between two days, at 20 UT."""
    table = daily_indices(shared)["daily-indices"].columns
    rows = (table["at"] >= np.datetime64(begin.date())) & (
        table["at"] < np.datetime64(end.date())
    )
    noon = begin + timedelta(hours=20)
    return series(
        "f107_sfu", noon, timedelta(days=1), table["f107_sfu"][rows], delay=timedelta(hours=1)
    )


def utc(*clock):
    return datetime(*clock, tzinfo=UTC)


def crps(one):
    """Twice the mean pinball loss, written apart from the project's own."""
    missed = one.truth[:, None] - one.said
    levels = np.array(one.levels)
    return 2 * np.maximum(levels * missed, (levels - 1) * missed).mean()


def rmse(said, truth):
    return np.sqrt(np.mean((said - truth) ** 2))


def covered(one):
    low, high = (one.said[:, place] for place in LEVEL_80)
    return ((one.truth >= low) & (one.truth <= high)).mean()


def brier_skill(said, came):
    return 1 - np.mean((said - came) ** 2) / (came.mean() * (1 - came.mean()))
