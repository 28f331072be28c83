"""Satellite navigation: electron content, scintillation, now and ahead.

`GnssFields` holds the medians of TEC, which are cheap, and makes the quantiles and the
probabilities of one step when it is asked for them. Scintillation is given as probabilities of
the two thresholds, not as quantiles; see `forecast.probability_field`.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from functools import partial

import numpy as np
from msgspec import Struct
from msgspec.structs import replace
from numpy.typing import NDArray

from stormcone.forecast.field import Field, Source
from stormcone.forecast.hf_drivers import CLIMATOLOGY, DEVIATIONS, LEVELS
from stormcone.forecast.ionosphere_drivers import (
    MODEL_ONLY,
    ActivityDriver,
    StormDriver,
    activity_driver,
    storm_driver,
)
from stormcone.forecast.ionosphere_grid import IonosphereGrid, IonosphereTables
from stormcone.forecast.outlook import Outlook
from stormcone.forecast.probability_field import ProbabilityField
from stormcone.forecast.tec_analysis import (
    CLIMATOLOGY_SPREAD,
    MODEL_SPREAD,
    TecAnalysis,
    TecReadings,
    background_tecu,
    ig12_of_f107,
    spread_tecu,
    tec_analysis,
)
from stormcone.observation.feed import Provenance, Series
from stormcone.reference.geomagnetic import magnetic_local_time_h
from stormcone.weather.aurora import DAY_LEAST_KP, oval
from stormcone.weather.ionosphere import peak
from stormcone.weather.scintillation import (
    MAPPING,
    MODERATE_RAD,
    MODERATE_S4,
    SEVERE_RAD,
    SEVERE_S4,
    SEVERE_SHARE,
    belt,
    bubble_probability,
    degrees_from_oval,
    s4_probability,
    sigma_phi_probability,
)

TEC_MAX_AGE = timedelta(hours=1)
FIT_MAX_AGE = timedelta(days=3)  # as F10.7: solar activity turns with the Sun, in 27 days
ROTI_MAX_AGE = timedelta(hours=1)
LEAST_TECU = 0.5
INFORMED = 0.5  # of the background's variance: a cell with less rests on observations
EQUATORIAL_DEG = 45.0  # unverified: the mapping of ROTI to S4 is that of low latitudes
ROTI_CELL_DEG = (2.5, 5.0)  # an observation speaks for its cell of latitude and longitude
OVAL_MLT_H = np.arange(97) / 4
LEVEL_WEIGHTS = np.array([0.075, 0.1, 0.2, 0.25, 0.2, 0.1, 0.075])  # of the quantiles

_Map = NDArray[np.float32]


class RotiReadings(Struct, frozen=True, eq=False, kw_only=True):
    """Rates of TEC at points of one time, TECU/min; arrays of one length (n,)."""

    lat_deg: NDArray[np.float64]
    lon_deg: NDArray[np.float64]
    roti_tecu_min: NDArray[np.float64]
    at: datetime
    source: str
    provenance: Provenance = Provenance.OBSERVED


class GnssInputs(Struct, frozen=True, eq=False, kw_only=True):
    """What the products rest on; None means that a feed is missing.

    `f107` is daily, `kp` by three hours (of at least 36); `kp_ahead` starts with the three
    hours that hold `now`.
    """

    f107: Series | None = None
    kp: Series | None = None
    kp_ahead: Outlook | None = None
    tec: TecAnalysis | None = None
    roti: RotiReadings | None = None


class GnssStep(Struct, frozen=True, eq=False, kw_only=True):
    """All of one step.

    `tec_informed` and `s4_informed` (lat, lon) say where observations, not the model or the
    climatology alone, stand behind the cell.
    """

    vtec_tecu: Field
    s4: ProbabilityField
    phase_scintillation_rad: ProbabilityField
    tec_informed: NDArray[np.bool_]
    s4_informed: NDArray[np.bool_]


class _Drivers(Struct, frozen=True, eq=False):
    activity: ActivityDriver
    storm: StormDriver
    inputs: GnssInputs
    ig12: float
    relative_spread: float
    tec_fresh: bool

    @property
    def tec_based_on(self) -> tuple[Source, ...]:
        tec = () if self.inputs.tec is None else (_aged(self.inputs.tec, self.tec_fresh),)
        return (*tec, *self.activity.based_on, *self.storm.based_on)

    @property
    def tec_says(self) -> tuple[str, ...]:
        model = () if self.tec_fresh else (MODEL_ONLY,)
        return tuple(dict.fromkeys((*model, *self.activity.says, *self.storm.says)))


class GnssFields(Struct, frozen=True, eq=False, kw_only=True):
    """A forecast: `vtec_tecu` holds the median, float32 (step, lat, lon)."""

    on: IonosphereGrid
    issued: datetime
    valid: tuple[datetime, ...]
    vtec_tecu: _Map
    stormy_tecu: _Map
    drivers: _Drivers

    def step(self, index: int) -> GnssStep:
        """Return the quantiles of TEC and the probabilities of scintillation of one step."""
        valid, drivers = self.valid[index], self.drivers
        tecu, variance = self._tec(index)
        field = partial(Field, grid=self.on.grid, issued=self.issued, valid=valid)
        s4, s4_informed = self._s4(valid)
        return GnssStep(
            vtec_tecu=field(
                quantity="vtec_tecu",
                levels=LEVELS,
                values=tecu,
                based_on=drivers.tec_based_on,
                says=drivers.tec_says,
            ),
            s4=s4,
            phase_scintillation_rad=self._phase(valid),
            tec_informed=variance < INFORMED,
            s4_informed=s4_informed,
        )

    def _tec(self, index: int) -> tuple[_Map, NDArray[np.float64]]:
        """Return the quantiles in log space, and the variance left of the background's."""
        valid, drivers = self.valid[index], self.drivers
        median = self.vtec_tecu[index]
        variance = _variance(drivers, self.on, valid)
        spread = spread_tecu(self.stormy_tecu[index], drivers.relative_spread) / median
        ln_storm = 2 * self.on.factors(drivers.storm.ln_spread(valid))
        ln_spread = np.sqrt(np.log1p(variance * spread**2) + ln_storm**2).astype(np.float32)
        quantiles = np.exp(DEVIATIONS.astype(np.float32)[:, None, None] * ln_spread)
        return quantiles * median, variance

    def _s4(self, valid: datetime) -> tuple[ProbabilityField, NDArray[np.bool_]]:
        """Return climatology, replaced where the rate of TEC has been observed of late."""
        activity, roti = self.drivers.activity, _fresh_roti(self.drivers.inputs.roti, valid)
        bubbles = bubble_probability(
            self.on.tables.bubbles,
            valid,
            activity.f107_sfu,
            lon_deg=self.on.grid.lon_deg,
            local_time_h=self.on.local_time_h(valid),
        )
        usual = bubbles * belt(self.on.dip_deg)
        seen = _roti_map(roti, self.on)
        informed = np.isfinite(seen)
        layers = [
            np.where(informed, s4_probability(seen, threshold), share * usual)
            for threshold, share in ((MODERATE_S4, 1.0), (SEVERE_S4, SEVERE_SHARE))
        ]
        made = ProbabilityField(
            quantity="s4",
            grid=self.on.grid,
            issued=self.issued,
            valid=valid,
            thresholds=(MODERATE_S4, SEVERE_S4),
            values=np.array(layers, np.float32),
            based_on=(*(() if roti is None else (_roti_source(roti),)), *activity.based_on),
            says=(CLIMATOLOGY,) if roti is None else (MAPPING,),
        )
        return made, informed

    def _phase(self, valid: datetime) -> ProbabilityField:
        """Return the mean probability over the quantiles of Kp, each with its own oval."""
        storm = self.drivers.storm
        hour = magnetic_local_time_h(self.on.qd_lon_deg, valid)
        first = np.zeros(self.on.grid.shape)
        for weight, kp in zip(LEVEL_WEIGHTS, storm.kp(valid), strict=True):
            ring = oval(max(float(kp), DAY_LEAST_KP), OVAL_MLT_H)
            low, high = (
                np.interp(hour, OVAL_MLT_H, edge)
                for edge in (ring.equatorward_deg, ring.poleward_deg)
            )
            away = degrees_from_oval(self.on.qd_lat_deg, low, high)
            first += weight * sigma_phi_probability(kp, away)
        return ProbabilityField(
            quantity="phase_scintillation_rad",
            grid=self.on.grid,
            issued=self.issued,
            valid=valid,
            thresholds=(MODERATE_RAD, SEVERE_RAD),
            values=np.stack([first, SEVERE_SHARE * first]).astype(np.float32),
            based_on=storm.based_on,
            says=tuple(dict.fromkeys((CLIMATOLOGY, *storm.says))),
        )


def gnss_fields(
    inputs: GnssInputs,
    *,
    now: datetime,
    on: IonosphereGrid,
    hours_ahead: Sequence[float] = range(26),
) -> GnssFields:
    """Return the forecast made at `now` for each lead in hours.

    The median is the monthly model at the index that observations of the last three days fit
    (or that of F10.7), times the square of STORM's factor of foF2, plus what the last analysis
    found, fading.

    Raises
    ------
    ValueError
        If a lead is negative.
    """
    if any(hours < 0 for hours in hours_ahead):
        raise ValueError(f"leads {list(hours_ahead)} h reach back; expected 0 h or more")
    valid = tuple(now + timedelta(hours=float(hours)) for hours in hours_ahead)
    drivers = _drivers(inputs, now, max(hours_ahead, default=0))
    stormy = _stormy(drivers, on, valid)
    median = np.stack(
        [_median(drivers, on, at, map_) for at, map_ in zip(valid, stormy, strict=True)]
    )
    return GnssFields(
        on=on, issued=now, valid=valid, vtec_tecu=median, stormy_tecu=stormy, drivers=drivers
    )


def gnss_analysis(
    seen: TecReadings,
    inputs: GnssInputs,
    *,
    now: datetime,
    tables: IonosphereTables,
) -> TecAnalysis:
    """Return the analysis of new readings; `inputs.tec` is the last one, which is not changed.

    Raises
    ------
    ValueError
        If the last analysis is later than the readings, or no reading is finite.
    """
    return tec_analysis(
        seen,
        tables=tables,
        activity=activity_driver(inputs.f107, now),
        storm=storm_driver(inputs.kp, inputs.kp_ahead, now),
        prior=inputs.tec,
    )


def _drivers(inputs: GnssInputs, now: datetime, hours: float) -> _Drivers:
    activity = activity_driver(inputs.f107, now)
    fitted = _fitted_ig12(inputs.tec, now)
    known = activity.known or fitted is not None
    return _Drivers(
        activity=activity,
        storm=storm_driver(inputs.kp, inputs.kp_ahead, now, hours),
        inputs=inputs,
        ig12=ig12_of_f107(activity.f107_sfu) if fitted is None else fitted,
        relative_spread=MODEL_SPREAD if known else CLIMATOLOGY_SPREAD,
        tec_fresh=inputs.tec is not None and now - inputs.tec.based_on.at <= TEC_MAX_AGE,
    )


def _fitted_ig12(tec: TecAnalysis | None, now: datetime) -> float | None:
    """Return the index that a map of the last three days fitted; None where there is none."""
    if tec is None or tec.fitted is None or now - tec.fitted > FIT_MAX_AGE:
        return None
    return tec.ig12


def _stormy(drivers: _Drivers, on: IonosphereGrid, valid: Sequence[datetime]) -> _Map:
    peaks = peak(on.tables.coefficients, on.places, valid)
    quiet = background_tecu(on.places, peaks, valid, drivers.ig12)
    factors = on.factors(drivers.storm.median_factors(valid))
    return quiet.reshape(factors.shape) * np.square(factors, out=factors)


def _median(drivers: _Drivers, on: IonosphereGrid, at: datetime, stormy: _Map) -> _Map:
    if drivers.inputs.tec is None:
        return np.maximum(stormy, np.float32(LEAST_TECU))
    analysis = drivers.inputs.tec.analysis
    departure = analysis.departure_at(on.qd_lat_deg, on.local_time_h(at), at)
    moved = stormy + departure * spread_tecu(stormy, MODEL_SPREAD)
    return np.maximum(moved, LEAST_TECU).astype(np.float32)


def _variance(drivers: _Drivers, on: IonosphereGrid, at: datetime) -> NDArray[np.float64]:
    """Return what is left of the background's variance; all of it where TEC is not fresh."""
    tec = drivers.inputs.tec
    if tec is None or not drivers.tec_fresh:
        return np.ones(on.grid.shape)
    return tec.analysis.at_places(on.qd_lat_deg, on.local_time_h(at), at)[1]


def _fresh_roti(roti: RotiReadings | None, valid: datetime) -> RotiReadings | None:
    """Return the usable rates of TEC of the last hour, None where there are none."""
    if roti is None or not timedelta(0) <= valid - roti.at <= ROTI_MAX_AGE:
        return None
    good = np.isfinite(roti.lon_deg) & (np.abs(roti.lat_deg) <= 90)
    good &= (roti.roti_tecu_min >= 0) & np.isfinite(roti.roti_tecu_min)
    arrays = ("lat_deg", "lon_deg", "roti_tecu_min")
    kept = {name: getattr(roti, name)[good] for name in arrays}
    return replace(roti, **kept) if good.any() else None


def _roti_map(roti: RotiReadings | None, on: IonosphereGrid) -> NDArray[np.float64]:
    """Return the highest rate of TEC seen in the cell that holds each node, NaN elsewhere."""
    rows, columns = int(180 / ROTI_CELL_DEG[0]), int(360 / ROTI_CELL_DEG[1])
    cells = np.full((rows, columns), np.nan)
    if roti is not None:
        place = _cell(roti.lat_deg, roti.lon_deg, rows, columns)
        np.fmax.at(cells, place, roti.roti_tecu_min)
    nodes = _cell(on.grid.lat_deg[:, None], on.grid.lon_deg[None, :], rows, columns)
    equatorial = np.abs(on.qd_lat_deg) <= EQUATORIAL_DEG
    return np.where(equatorial, cells[nodes], np.nan)


def _cell(
    lat_deg: NDArray[np.float64], lon_deg: NDArray[np.float64], rows: int, columns: int
) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    row = np.minimum((lat_deg + 90) / ROTI_CELL_DEG[0], rows - 1).astype(np.intp)
    return row, ((lon_deg + 180) / ROTI_CELL_DEG[1] % columns).astype(np.intp)


def _roti_source(roti: RotiReadings) -> Source:
    return Source(
        quantity="roti_tecu_min",
        value=float(roti.roti_tecu_min.max()),
        at=roti.at,
        source=roti.source,
        provenance=roti.provenance,
    )


def _aged(tec: TecAnalysis, fresh: bool) -> Source:
    seen = tec.based_on
    return seen if fresh else replace(seen, provenance=Provenance.PERSISTENCE)
