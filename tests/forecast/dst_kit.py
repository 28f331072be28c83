"""OMNI 1998 as a training table, and the skill of the Dst forecast, month by month."""

import gzip
import hashlib
import json

import numpy as np

from stormcone.forecast.dst import LEADS_H, target
from stormcone.forecast.dst_training import decayed_nt, expected_nt, fit_residuals, hourly
from stormcone.forecast.regression import LEVELS, quantiles
from stormcone.forecast.training import Input
from stormcone.observation.omni import hourly_table
from stormcone.verification.bootstrap import interval
from stormcone.verification.distribution import covered, crps_from_quantiles
from stormcone.weather.ring_current import OBRIEN_MCPHERRON_2000, run_dst_nt

FIRST_MONTHS = 3  # that only teach
BLOCK_H = 72
YEAR = "data/weather/omni2_1998.txt.gz"
COLUMNS = {
    "at": "hour",
    "kp": "kp",
    "dst_nt": "dst_nt",
    "by_gsm_nt": "by_gsm_nt",
    "bz_gsm_nt": "bz_gsm_nt",
    "solar_wind_density_cm3": "density_cm3",
    "solar_wind_speed_km_s": "speed_km_s",
}


def year_1998(shared):
    """Return the year as `stormcone train` would hand it in."""
    body = (shared / YEAR).read_bytes()
    table = hourly_table(gzip.decompress(body))
    return Input(
        kind="omni2",
        name="omni2_1998.txt.gz",
        sha256=hashlib.sha256(body).hexdigest(),
        columns={name: getattr(table, field) for name, field in COLUMNS.items()},
    )


def skill(table, rng):
    """Return scores by lead: each month by what all earlier ones missed.

    Persistence has residual quantiles of its own, fitted in the same way.
    """
    at, hours = hourly(table)
    month = at.astype("datetime64[M]")
    wind = expected_nt(hours)
    rules = {
        "wind": wind,
        "no wind": decayed_nt(hours),
        "persistence": np.tile(hours.dst_nt, (len(wind), 1)),
        "wind that came": foreseen(hours),
    }
    return {
        "model": "dst",
        "inputs": {table.name: table.sha256},
        "scored": "1998-04 to 1998-12, each month by what all earlier ones missed",
        "wind": "known to the end of the last full hour, then fading",
        "leads": {
            target(lead): scores(
                {name: walked(rule, hours.dst_nt, month, lead) for name, rule in rules.items()},
                hours.dst_nt[lead:],
                rng,
            )
            for lead in LEADS_H
        },
    }


def foreseen(hours):
    """Return O'Brien and McPherron restarted under the wind that came, shape (lead, hour)."""
    found = np.full((LEADS_H[-1], len(hours.dst_nt)), np.nan)
    field, pressure = bridged(hours.southward_mv_m), bridged(hours.pressure_npa)
    for lead in LEADS_H:
        last = len(field) - lead
        fields = np.stack([field[k : last + k] for k in range(lead)])
        pressures = np.stack([pressure[k : last + k] for k in range(lead + 1)])
        start = hours.dst_nt[:last]
        found[lead - 1, :last] = run_dst_nt(OBRIEN_MCPHERRON_2000, start, fields, pressures)[-1]
    return found


def bridged(values):
    known = np.isfinite(values)
    return np.interp(np.arange(len(values)), np.flatnonzero(known), values[known])


def walked(rule, dst_nt, month, lead):
    """Return what was expected and its quantiles; NaN in the months that only teach."""
    said, truth = rule[lead - 1, :-lead], dst_nt[lead:]
    spread = np.full((len(said), len(LEVELS)), np.nan)
    for one in np.unique(month)[FIRST_MONTHS:]:
        past, now = month[lead:] < one, month[:-lead] == one
        spread[now] = quantiles(fit_residuals(said[past], truth[past]), said[now])
    return said, spread


def scores(rules, truth, rng):
    crps = {name: crps_from_quantiles(LEVELS, one[1], truth) for name, one in rules.items()}
    rows = np.all([np.isfinite(one) for one in crps.values()], axis=0)
    gain = interval((crps["persistence"] - crps["wind"])[rows], block=BLOCK_H, rng=rng)
    found = {
        "hours": int(rows.sum()),
        "crps_gain_nt": [short(one) for one in (gain.value, gain.low, gain.high)],
    }
    for name, (said, spread) in rules.items():
        found[name] = {
            "rmse_nt": short(np.sqrt(np.mean((said - truth)[rows] ** 2))),
            "mae_nt": short(np.abs(said - truth)[rows].mean()),
            "crps_nt": short(crps[name][rows].mean()),
            "covers_80": short(covered(LEVELS, spread[rows], truth[rows]).mean()),
        }
    return found


def short(value):
    return float(f"{value:.3g}")


def written(found):
    return json.dumps(found, indent=1, sort_keys=True) + "\n"
