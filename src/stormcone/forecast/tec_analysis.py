"""What observed TEC says of the map: solar activity once a day, and departures every time."""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

import numpy as np
from msgspec import Struct
from msgspec.structs import replace
from numpy.typing import NDArray

from stormcone.forecast.field import Source
from stormcone.forecast.ionosphere_drivers import ActivityDriver, StormDriver
from stormcone.forecast.ionosphere_grid import IonosphereTables
from stormcone.observation.feed import GridReading, Provenance
from stormcone.reference.geomagnetic import quasi_dipole
from stormcone.weather.assimilation import Analysis, Departures, analyse, local_time_h
from stormcone.weather.ionosphere import (
    Geometry,
    Peak,
    geometry_at,
    ig12_of_r12,
    peak,
    r12_of_f107,
    season,
)
from stormcone.weather.layers import sun_vectors
from stormcone.weather.storm import latitude_weights
from stormcone.weather.tec import vertical_tec_maps

MODEL_SPREAD = 0.35  # of the background, measured: authorities/ionosphere.md
CLIMATOLOGY_SPREAD = 0.5  # unverified: where F10.7 is not known
LEAST_SPREAD_TECU = 3.0  # the model has no plasma above 20,200 km and little by night
READING_ERROR_TECU = 2.0
FIT_EVERY = timedelta(hours=24)
FIT_LEAST_READINGS = 100
IG12_RANGE = (-20.0, 180.0)

_Array = NDArray[np.float64]


class TecReadings(Struct, frozen=True, eq=False, kw_only=True):
    """Vertical TEC at one time; arrays of one length (n,), NaN where there is none.

    Slant TEC is made vertical by `weather.assimilation.vertical_tecu`.
    """

    lat_deg: _Array
    lon_deg: _Array
    vtec_tecu: _Array
    error_tecu: _Array
    at: datetime
    source: str
    provenance: Provenance = Provenance.OBSERVED


class TecAnalysis(Struct, frozen=True, eq=False, kw_only=True):
    """Departures from the background of `ig12`, fitted to the readings of `fitted`."""

    analysis: Analysis
    ig12: float
    fitted: datetime | None
    based_on: Source


def tec_readings(reading: GridReading) -> TecReadings:
    """Return the cells of a published map as readings; their rms counts above 2 TECU."""
    lat_deg, lon_deg = np.meshgrid(reading.grid.lat_deg, reading.grid.lon_deg, indexing="ij")
    least = np.full(reading.values.shape, READING_ERROR_TECU)
    return TecReadings(
        lat_deg=lat_deg.ravel(),
        lon_deg=lon_deg.ravel(),
        vtec_tecu=reading.values.ravel().astype(float),
        error_tecu=(least if reading.rms is None else np.fmax(least, reading.rms)).ravel(),
        at=reading.at,
        source=reading.source,
        provenance=reading.provenance,
    )


def spread_tecu(background_tecu: NDArray[np.floating], relative: float) -> _Array:
    """Return the standard deviation of the background's error, shape of the background."""
    return np.hypot(relative * np.asarray(background_tecu, float), LEAST_SPREAD_TECU)


def tec_analysis(
    seen: TecReadings,
    *,
    tables: IonosphereTables,
    activity: ActivityDriver,
    storm: StormDriver,
    prior: TecAnalysis | None = None,
) -> TecAnalysis:
    """Return what the readings change in the map, beside what the last analysis still knows.

    Once in 24 hours IG12 is shifted so that the mean of the background over the readings is
    theirs; the departures then start anew. With under 100 readings F10.7 decides.

    Raises
    ------
    ValueError
        If the prior analysis is later than the readings, or there is no finite reading.
    """
    readings = _finite(seen)
    model = _background(readings, tables, storm)
    due = prior is None or prior.fitted is None or seen.at - prior.fitted >= FIT_EVERY
    ig12, fitted = _activity(readings, model, activity, None if due else prior)
    background = model(ig12)
    sigma = spread_tecu(background, MODEL_SPREAD)
    qd_lat_deg, _ = quasi_dipole(tables.geomagnetic, readings.lat_deg, readings.lon_deg)
    departures = Departures(
        lat_deg=qd_lat_deg,
        local_time_h=local_time_h(readings.lon_deg, seen.at),
        value=(readings.vtec_tecu - background) / sigma,
        variance=(readings.error_tecu / sigma) ** 2,
    )
    dropped = len(seen.vtec_tecu) - len(readings.vtec_tecu)
    kept = prior.analysis if prior is not None and prior.ig12 == ig12 else None
    found = analyse(departures, at=seen.at, prior=kept)
    return TecAnalysis(
        analysis=replace(found, note=replace(found.note, not_finite=dropped)),
        ig12=ig12,
        fitted=fitted,
        based_on=Source(
            quantity="vtec_tecu",
            value=float(readings.vtec_tecu.max()),
            at=seen.at,
            source=seen.source,
            provenance=seen.provenance,
        ),
    )


def background_tecu(
    places: Geometry, peaks: Peak, times: Sequence[datetime], ig12: float
) -> NDArray[np.float32]:
    """Return the model's TEC without a storm, float32 (time, n)."""
    return vertical_tec_maps(
        places,
        peaks,
        ig12=ig12,
        sun=sun_vectors(times),
        season_of=[season(at) for at in times],
    )


def ig12_of_f107(f107_sfu: float) -> float:
    """Return the ionospheric index of a mean F10.7, within the range of the maps."""
    return float(np.clip(ig12_of_r12(r12_of_f107(f107_sfu)), *IG12_RANGE))


def ig12_matching(mean_tecu: float, mean_of: Callable[[float], float]) -> float:
    """Return the index whose background has that mean, by bisection within its range."""
    low, high = IG12_RANGE
    for _ in range(20):
        middle = (low + high) / 2
        low, high = (middle, high) if mean_of(middle) < mean_tecu else (low, middle)
    return (low + high) / 2


def _activity(
    readings: TecReadings,
    model: Callable[[float], _Array],
    activity: ActivityDriver,
    kept: TecAnalysis | None,
) -> tuple[float, datetime | None]:
    """Return the index to use and when it was fitted; each reading stands for its parallel."""
    if kept is not None:
        return kept.ig12, kept.fitted
    if len(readings.vtec_tecu) < FIT_LEAST_READINGS:
        return ig12_of_f107(activity.f107_sfu), None
    share = np.cos(np.radians(readings.lat_deg))
    share = share / share.sum()
    mean = float(share @ readings.vtec_tecu)
    return ig12_matching(mean, lambda ig12: float(share @ model(ig12))), readings.at


def _background(
    readings: TecReadings, tables: IonosphereTables, storm: StormDriver
) -> Callable[[float], _Array]:
    """Return the stormy model at the readings as a function of IG12."""
    places = geometry_at(tables.geomagnetic, readings.lat_deg, readings.lon_deg)
    qd_lat_deg, _ = quasi_dipole(tables.geomagnetic, readings.lat_deg, readings.lon_deg)
    factor = storm.median_factors([readings.at]) @ latitude_weights(qd_lat_deg)
    peaks = peak(tables.coefficients, places, [readings.at])
    return lambda ig12: np.asarray(
        (background_tecu(places, peaks, [readings.at], ig12) * factor**2)[0], float
    )


def _finite(seen: TecReadings) -> TecReadings:
    good = np.isfinite(seen.vtec_tecu) & np.isfinite(seen.lat_deg) & np.isfinite(seen.lon_deg)
    good &= (seen.vtec_tecu >= 0) & (np.abs(seen.lat_deg) <= 90)
    if not good.any():
        raise ValueError(
            f"none of {good.size} readings of {seen.source} at {seen.at} is usable; leave the "
            "analysis out, the product then says that it is the model's alone"
        )
    arrays = ("lat_deg", "lon_deg", "vtec_tecu", "error_tecu")
    return replace(seen, **{name: getattr(seen, name)[good] for name in arrays})
