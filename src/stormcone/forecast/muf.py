"""How far MUF(3000) lies below its median of the last 30 days, now and ahead.

The monthly climatology is in both and cancels: what is left is STORM's factor of foF2, and
what ionosondes have seen beside it, spread by the same interpolation as TEC.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta

import numpy as np
from msgspec import Struct
from msgspec.structs import replace
from numpy.typing import NDArray

from stormcone.forecast.field import Field, Source
from stormcone.forecast.hf_drivers import DEVIATIONS, KP_MAX_AGE, LEVELS, MEDIAN
from stormcone.forecast.history import newest, steps, usable
from stormcone.forecast.ionosphere_drivers import (
    MODEL_ONLY,
    SPAN,
    StormDriver,
    storm_driver,
)
from stormcone.forecast.ionosphere_grid import IonosphereGrid, IonosphereTables
from stormcone.forecast.outlook import Outlook
from stormcone.observation.feed import Provenance, Series
from stormcone.reference.geomagnetic import quasi_dipole
from stormcone.weather.assimilation import Analysis, Departures, analyse, local_time_h
from stormcone.weather.muf import depression_percent, usual_muf_mhz
from stormcone.weather.storm import latitude_weights

QUANTITY = "muf_depression_percent"
SOUNDING_MAX_AGE = timedelta(hours=1)
MODEL_LN_SPREAD = 0.15  # of foF2 by STORM alone
SOUNDING_LN_ERROR = 0.05  # unverified: of one autoscaled MUF over its median
TAU_H = 3.0
INFORMED = 0.5  # of the model's variance: a cell with less rests on ionosondes
STORM_KP, STORM_WINDOW = 6.0, timedelta(hours=96)
KP_TOLERANCE = 0.01  # sources round thirds


class Sounding(Struct, frozen=True, eq=False, kw_only=True):
    """One ionosonde: where it stands, and its MUF(3000) in MHz over at least 10 days."""

    lat_deg: float
    lon_deg: float
    muf_mhz: Series


class MufAnalysis(Struct, frozen=True, eq=False, kw_only=True):
    """Departures of ln MUF from STORM, in units of `MODEL_LN_SPREAD`, and who saw them."""

    analysis: Analysis
    based_on: tuple[Source, ...]


class MufInputs(Struct, frozen=True, eq=False, kw_only=True):
    """What the product rests on; None means that a feed is missing.

    `kp` by three hours should reach back 96 h; `kp_ahead` starts with the hours that hold now.
    """

    kp: Series | None = None
    kp_ahead: Outlook | None = None
    soundings: MufAnalysis | None = None


class MufStep(Struct, frozen=True, eq=False, kw_only=True):
    """Quantiles of the depression, percent (negative: above the median).

    `counted` says whether Kp has been 6 or more within 96 h, without which no depression
    counts; None where Kp is not known. `informed` (lat, lon) are cells near an ionosonde.
    """

    depression_percent: Field
    counted: bool | None
    informed: NDArray[np.bool_]


class MufFields(Struct, frozen=True, eq=False, kw_only=True):
    """A forecast: `depression_percent` holds the median, float32 (step, lat, lon)."""

    on: IonosphereGrid
    issued: datetime
    valid: tuple[datetime, ...]
    depression_percent: NDArray[np.float32]
    storm: StormDriver
    inputs: MufInputs

    def step(self, index: int) -> MufStep:
        """Return all quantiles of one step."""
        valid = self.valid[index]
        ratio, variance = _ratio_map(self.inputs, self.storm, self.on, valid, self.issued)
        by_storm = self.on.factors(self.storm.ln_spread(valid))
        ln_spread = np.sqrt(variance * MODEL_LN_SPREAD**2 + by_storm**2)
        lower = np.exp(-DEVIATIONS[:, None, None] * ln_spread)  # the MUF of a higher level
        fresh = _fresh(self.inputs, self.issued)
        field = Field(
            quantity=QUANTITY,
            grid=self.on.grid,
            issued=self.issued,
            valid=valid,
            levels=LEVELS,
            values=_percent(ratio * lower),
            based_on=(*_sources(self.inputs, fresh=fresh), *self.storm.based_on),
            says=tuple(dict.fromkeys((*(() if fresh else (MODEL_ONLY,)), *self.storm.says))),
        )
        counted = storm_within_96h(self.inputs.kp, self.storm, self.issued, valid)
        return MufStep(depression_percent=field, counted=counted, informed=variance < INFORMED)


def muf_fields(
    inputs: MufInputs,
    *,
    now: datetime,
    on: IonosphereGrid,
    hours_ahead: Sequence[float] = range(26),
) -> MufFields:
    """Return the forecast made at `now` for each lead in hours.

    Raises
    ------
    ValueError
        If a lead is negative.
    """
    if any(hours < 0 for hours in hours_ahead):
        raise ValueError(f"leads {list(hours_ahead)} h reach back; expected 0 h or more")
    valid = tuple(now + timedelta(hours=float(hours)) for hours in hours_ahead)
    storm = storm_driver(inputs.kp, inputs.kp_ahead, now, max(hours_ahead, default=0))
    maps = [_percent(_ratio_map(inputs, storm, on, at, now)[0]) for at in valid]
    return MufFields(
        on=on,
        issued=now,
        valid=valid,
        depression_percent=np.stack(maps),
        storm=storm,
        inputs=inputs,
    )


def muf_analysis(
    soundings: Sequence[Sounding],
    inputs: MufInputs,
    *,
    now: datetime,
    tables: IonosphereTables,
) -> MufAnalysis | None:
    """Return what ionosondes saw within the last hour, beside what the last analysis knows.

    A station counts with a sounding of the last hour and the same hour of at least 10 of the
    last 30 days. None where no station counts: keep the last analysis, it fades.
    """
    ratios = [(one, *found) for one in soundings if (found := _ratio(one, now))]
    if not ratios:
        return None
    lat_deg = np.array([one.lat_deg for one, *_ in ratios])
    lon_deg = np.array([one.lon_deg for one, *_ in ratios])
    qd_lat_deg, _ = quasi_dipole(tables.geomagnetic, lat_deg, lon_deg)
    storm = storm_driver(inputs.kp, inputs.kp_ahead, now)
    factor = (storm.median_factors([now]) @ latitude_weights(qd_lat_deg))[0]
    seen = np.log([ratio for _, _, ratio in ratios])
    departures = Departures(
        lat_deg=qd_lat_deg,
        local_time_h=local_time_h(lon_deg, now),
        value=(seen - np.log(factor)) / MODEL_LN_SPREAD,
        variance=np.full(len(seen), (SOUNDING_LN_ERROR / MODEL_LN_SPREAD) ** 2),
    )
    prior = None if inputs.soundings is None else inputs.soundings.analysis
    return MufAnalysis(
        analysis=analyse(departures, at=now, prior=prior, tau_h=TAU_H),
        based_on=tuple(source for _, source, _ in ratios),
    )


def storm_within_96h(
    kp: Series | None, storm: StormDriver, now: datetime, valid: datetime
) -> bool | None:
    """Return whether Kp was, or is expected to be, 6 or more in the 96 h before `valid`.

    None where a Kp of that time is missing and none that is known was as high.
    """
    least = STORM_KP - KP_TOLERANCE
    spans = STORM_WINDOW // SPAN
    past = steps(kp, now, SPAN, spans + 1)
    begin = storm.begin - SPAN * spans
    counts = np.array(
        [begin + SPAN * (place + 1) > valid - STORM_WINDOW for place in range(spans + 1)]
    )
    ahead = [storm.begin + SPAN * step for step in range((valid - storm.begin) // SPAN + 1)]
    if (past[counts] >= least).any() or any(storm.kp(at)[MEDIAN] >= least for at in ahead):
        return True
    due = [begin + SPAN * (place + 1) + KP_MAX_AGE <= now for place in range(spans + 1)]
    return None if np.isnan(past[counts & np.array(due)]).any() else False


def _ratio(one: Sounding, now: datetime) -> tuple[Source, float] | None:
    """Return the newest sounding and its MUF over the usual one."""
    seen = newest(one.muf_mhz, now)
    if seen is None or now - seen.at > SOUNDING_MAX_AGE or seen.value <= 0:
        return None
    which = usable(one.muf_mhz, now)
    at = np.datetime64(seen.at.replace(tzinfo=None), "ms")
    usual = usual_muf_mhz(one.muf_mhz.at[which], one.muf_mhz.value[which], at)
    return (seen, seen.value / usual) if usual > 0 else None


def _ratio_map(
    inputs: MufInputs, storm: StormDriver, on: IonosphereGrid, at: datetime, now: datetime
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return MUF over its median, and the variance left of the model's, (lat, lon)."""
    factor = on.factors(storm.median_factors([at]))[0].astype(float)
    if inputs.soundings is None:
        return factor, np.ones(on.grid.shape)
    departure, variance = inputs.soundings.analysis.at_places(
        on.qd_lat_deg, on.local_time_h(at), at
    )
    left = variance if _fresh(inputs, now) else np.ones(on.grid.shape)
    return factor * np.exp(MODEL_LN_SPREAD * departure), left


def _percent(ratio: NDArray[np.float64]) -> NDArray[np.float32]:
    return depression_percent(ratio, 1).astype(np.float32)


def _fresh(inputs: MufInputs, now: datetime) -> bool:
    return (
        inputs.soundings is not None and now - inputs.soundings.analysis.at <= SOUNDING_MAX_AGE
    )


def _sources(inputs: MufInputs, *, fresh: bool) -> tuple[Source, ...]:
    if inputs.soundings is None:
        return ()
    seen = inputs.soundings.based_on
    return seen if fresh else tuple(replace(o, provenance=Provenance.PERSISTENCE) for o in seen)
