"""How the proton forecast is learnt: flares with and without an event, and past events.

Classes of GOES 8-15 were published at 0.7 of the true flux; the flares are brought to the true
scale, on which the list of events and today's satellites are.
"""

from collections.abc import Iterator, Mapping
from datetime import timedelta
from itertools import product
from statistics import NormalDist

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from stormcone.forecast.least_squares import NotFittedError
from stormcone.forecast.protons import (
    FEATURES,
    LONGITUDE_EDGES_DEG,
    LONGITUDES,
    PEAK,
    PEAK_WITHOUT_SPEED,
    S1,
    SEEN,
    SPAN,
    STRENGTH,
    features,
)
from stormcone.forecast.regression import (
    LEVELS,
    Coefficients,
    Floats,
    Linear,
    Residuals,
    Ridge,
    fit_logistic,
    fit_ridge,
    predict,
    probability,
    rounded,
)
from stormcone.forecast.training import Fit, Hindcast, Input, known_before, learnt

MODEL = "protons"
INPUTS = ("solar-regions", "flares", "proton-events")
PUBLISHED_SCALE = 0.7  # GOES 8-15, long channel: SRAG's list holds both scales of each flare
LEAST_PEAK_W_M2 = 2e-5  # published M2
PENALTY = 0.01
EVENT_PFU = 10.0
SAME_FLARE = np.timedelta64(15, "m")
SEEN_WITHIN = np.timedelta64(3, "D")
DEG_PER_DAY = 13.2  # of solar rotation as seen from the Earth
DAY = np.timedelta64(1, "D")
Times = NDArray[np.datetime64]


def train(inputs: Mapping[str, Input], until: np.datetime64, rng: Generator) -> Coefficients:
    """Return what is learnt of flares and events before `until`; `rng` is not needed.

    Raises
    ------
    NotFittedError
        If there are too few events.
    """
    del rng
    known = {kind: known_before(inputs[kind], until) for kind in INPUTS}
    events = known["proton-events"].columns
    if not len(events["at"]):
        raise NotFittedError(f"no proton event before {until}; feed a longer list")
    span = (events["at"].min(), until)
    fits = [
        _event_fit(known),
        *_peak_fits(known),
        *_delay_fits(known),
        *_rate_fits(known, until),
    ]
    return learnt(MODEL, FEATURES, fits, span=span, inputs=known.values(), digits=2)


def hindcast(
    coefficients: Coefficients,
    inputs: Mapping[str, Input],
    begin: np.datetime64,
    end: np.datetime64,
) -> tuple[Hindcast, ...]:
    """Return what would have been said of flares and of events from `begin` to `end`.

    Of S1 persistence is an event in the 72 hours before the flare; of the peak flux it is the
    peak of the event before.
    """
    known = {kind: known_before(inputs[kind], end) for kind in INPUTS}
    return (_said_s1(coefficients, known, begin), _said_peak(coefficients, known, begin))


def flare_cases(inputs: Mapping[str, Input]) -> tuple[Times, Floats, Floats]:
    """Return flares of published M2 and more: peak times, features, and if an event came."""
    flares, events = inputs["flares"].columns, inputs["proton-events"].columns
    strong = flares["peak_w_m2"] >= 0.999 * LEAST_PEAK_W_M2
    peak = flares["peak"][strong]
    known = features(
        flares["fluence_j_m2"][strong] / PUBLISHED_SCALE,
        longitudes_west_deg(inputs["solar-regions"], peak, flares["region"][strong]),
        flares["peak_w_m2"][strong] / PUBLISHED_SCALE,
        np.full(len(peak), np.nan),
    )
    started = events["at"][_proton_events(inputs)]
    apart = np.abs(peak[:, None] - started)
    return peak, known, (apart <= SAME_FLARE).any(axis=1).astype(float)


def longitudes_west_deg(table: Input, peak: Times, region: Floats) -> Floats:
    """Return where regions stood at the time of flares, west positive; NaN where not listed."""
    issued, number = table.columns["at"], table.columns["number"]
    seen = table.columns["longitude_west_deg"]
    found = np.full(len(peak), np.nan)
    for row, (at, one) in enumerate(zip(peak, region, strict=True)):
        rows = np.flatnonzero(number == one)
        apart = np.abs(issued[rows] - at)
        if len(rows) and apart.min() <= SEEN_WITHIN:
            nearest = rows[apart.argmin()]
            found[row] = seen[nearest] + DEG_PER_DAY * ((at - issued[nearest]) / DAY)
    return found


def event_cases(inputs: Mapping[str, Input]) -> tuple[Times, Floats, Floats]:
    """Return events in order of time: flare peaks, features, log10 of the peak flux (pfu)."""
    events = inputs["proton-events"].columns
    rows = np.flatnonzero(_proton_events(inputs))
    rows = rows[np.argsort(events["at"][rows], kind="stable")]
    names = ("fluence_j_m2", "longitude_west_deg", "flare_w_m2", "cme_speed_km_s")
    known = features(*(events[name][rows] for name in names))
    return events["at"][rows], known, np.log10(events["peak_pfu"][rows])


def left_out(table: Floats, truth: Floats) -> Floats:
    """Return what a least-squares fit of each row from all the others misses, shape (row,)."""
    columns = np.column_stack([np.ones(len(truth)), table])
    hat = columns @ np.linalg.pinv(columns)
    missed: Floats = (truth - hat @ truth) / (1 - np.diag(hat))
    return missed


def _proton_events(inputs: Mapping[str, Input]) -> NDArray[np.bool_]:
    events = inputs["proton-events"].columns
    rows: NDArray[np.bool_] = events["listed"] & (events["peak_pfu"] >= EVENT_PFU)
    return rows


def _event_fit(inputs: Mapping[str, Input]) -> Fit:
    _, known, came = flare_cases(inputs)
    found = fit_logistic(known[:, SEEN], came, PENALTY)
    return Fit(target=S1, found=_wide(found, SEEN), penalty=PENALTY)


def _peak_fits(inputs: Mapping[str, Input]) -> Iterator[Fit]:
    _, known, log_peak = event_cases(inputs)
    which = np.arange(len(FEATURES))[STRENGTH]
    for name, columns in ((PEAK, which), (PEAK_WITHOUT_SPEED, which[[0, 2]])):
        whole = np.isfinite(known[:, columns]).all(axis=1)
        table, truth = known[whole][:, columns], log_peak[whole]
        spread = np.sqrt(np.mean(left_out(table, truth) ** 2))
        yield Fit(target=name, found=_wide(fit_ridge(table, truth, 0.0), columns))
        yield Fit(target=f"spread of {name}", found=_constant(spread))


def _delay_fits(inputs: Mapping[str, Input]) -> Iterator[Fit]:
    events = inputs["proton-events"].columns
    longitude, listed = events["longitude_west_deg"], events["listed"]
    known = listed & np.isfinite(longitude)
    classes = {
        name: known & (np.digitize(longitude, LONGITUDE_EDGES_DEG) == place)
        for place, name in enumerate(LONGITUDES)
    }
    delays = {"onset": events["onset_h"], "peak": events["onset_h"] + events["peak_h"]}
    for what, (where, rows) in product(delays, {**classes, "anywhere": listed}.items()):
        hours = delays[what][rows]
        values = np.quantile(hours[np.isfinite(hours)], LEVELS)[None, :]
        yield Fit(
            target=f"{what} {where}",
            found=_constant(0.0),
            residuals=Residuals(levels=LEVELS, bins=np.array([]), values=values),
        )


def _rate_fits(inputs: Mapping[str, Input], until: np.datetime64) -> Iterator[Fit]:
    at, _, log_peak = event_cases(inputs)
    days = (until - at[0]) / DAY
    for scale in range(1, 6):
        count = np.count_nonzero(log_peak >= scale)
        yield Fit(target=f"S{scale} a day", found=_constant(count / days))


def _said_s1(
    coefficients: Coefficients, inputs: Mapping[str, Input], begin: np.datetime64
) -> Hindcast:
    peak, known, came = flare_cases(inputs)
    rows = peak >= begin
    started = inputs["proton-events"].columns["start"][_proton_events(inputs)]
    waited_min = (peak[rows, None] - started).astype("m8[m]").astype(float)
    recent = np.any((waited_min > 0) & (waited_min <= SPAN / timedelta(minutes=1)), axis=1)
    usual = came[~rows].mean() if (~rows).any() else 0.0
    filled = np.where(np.isnan(known[rows]), coefficients.mean, known[rows])
    return Hindcast(
        target=S1,
        at=peak[rows],
        said=probability(coefficients.logistic(S1), filled),
        truth=came[rows],
        persistence=recent.astype(float),
        recurrence=recent.astype(float),
        climatology=np.full(int(rows.sum()), usual),
    )


def _said_peak(
    coefficients: Coefficients, inputs: Mapping[str, Input], begin: np.datetime64
) -> Hindcast:
    at, known, log_peak = event_cases(inputs)
    rows = np.flatnonzero((at >= begin) & np.isfinite(known[:, STRENGTH]).all(axis=1))
    filled = np.where(np.isnan(known[rows]), coefficients.mean, known[rows])
    spread = coefficients.ridge(f"spread of {PEAK}").weights[0]
    around = spread * np.array([NormalDist().inv_cdf(level) for level in LEVELS])
    before = log_peak[np.maximum(rows - 1, 0)]
    usual = np.quantile(log_peak[at < begin], LEVELS)
    return Hindcast(
        target=PEAK,
        at=at[rows],
        levels=LEVELS,
        said=predict(coefficients.ridge(PEAK), filled)[:, None] + around,
        truth=log_peak[rows],
        persistence=before,
        recurrence=before,
        climatology=np.tile(usual, (len(rows), 1)),
    )


def _wide(found: Linear, columns: slice | NDArray[np.int64]) -> Linear:
    """Return a regression on some columns as one on all, with no weight on the others."""
    width = len(FEATURES)
    mean, scale, slopes = np.zeros(width), np.ones(width), np.zeros(width)
    mean[columns], scale[columns], slopes[columns] = found.mean, found.scale, found.weights[1:]
    return type(found)(mean=mean, scale=scale, weights=np.append(found.weights[0], slopes))


def _constant(value: float) -> Ridge:
    width = len(FEATURES)
    weights = np.append(rounded(value), np.zeros(width))
    return Ridge(mean=np.zeros(width), scale=np.ones(width), weights=weights)
