"""What drives the dose at flight levels: solar protons, cosmic rays, Kp and Dst, now and ahead.

Solar protons are read from neutron monitors while a ground-level event stands, else from the
channels above 100 MeV. An upper bound of such a channel that somebody states stands for the
channel: then the dose is an upper bound too. Channels below 100 MeV say nothing of protons that
reach flight levels and are never extrapolated; with nothing else the desk does not know.
"""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

from stormcone.forecast.field import Source
from stormcone.forecast.hf_drivers import (
    CLIMATOLOGY,
    DEVIATIONS,
    ESTIMATED,
    MEDIAN,
    PROTON_LN_SPREAD_MAX,
    PROTON_LN_SPREAD_ROOT_H,
    PROTON_TAU_H,
    STALE,
    proton_driver,
)
from stormcone.observation.feed import UNUSABLE, Provenance, Series
from stormcone.weather.cosmic_rays import (
    HIGHEST_PHI_GV,
    LOWEST_PHI_GV,
    OULU,
    climatological_phi_gv,
    modulation_potential_gv,
)
from stormcone.weather.ground_level import (
    STATIONS,
    Event,
    Station,
    ground_level_event,
    monitor_spectrum,
    watching,
)
from stormcone.weather.solar_protons import (
    AMPLITUDE_LOG10_SPREAD,
    ASSUMED_INDEX_SPREAD,
    FIRST_MEV,
    INDEX_SPREAD,
    LEAST_EXCESS_PFU,
    SECOND_MEV,
    THIRD_MEV,
    ProtonSpectrum,
    spectrum_above_100mev,
    spectrum_from_channels,
)

COUNTS = "neutron_counts_per_s"
PHI = "modulation_potential_gv"
MONITOR_MAX_AGE = timedelta(minutes=30)
MONITOR_MEMORY = timedelta(hours=8)  # an event is followed for about six hours
LEAST_MONITORS = 3
PHI_MAX_AGE = timedelta(days=3)
PHI_MEAN = timedelta(days=1)
PHI_SPREAD_GV, CLIMATOLOGY_SPREAD_GV = 0.05, 0.1  # unverified
QUIET_MAX_PFU = 0.35  # the background of cosmic rays is taken off, but never more than this
PRIOR_PFU = (0.0, 0.0, 0.0, 0.0, 0.0, 1.0, 10.0)  # unverified: above 100 MeV at LEVELS
NO_GEV_PROTONS = "no protons above 100 MeV or neutron monitors"
UPPER_BOUND = "upper bound above 100 MeV"
_MINUTE = np.timedelta64(1, "m")


class SolarDriver(Struct, frozen=True, kw_only=True):
    """Solar protons at `at`; `spectrum` None means none are seen, or that the prior stands."""

    spectrum: ProtonSpectrum | None = None
    index_known: bool = False
    at: datetime
    widened: float = 1.0
    prior: bool = False
    based_on: tuple[Source, ...]
    says: tuple[str, ...] = ()

    def hours(self, valid: datetime, now: datetime) -> float:
        """Return for how long the protons have been fading unseen."""
        if valid <= now and STALE not in self.says:
            return 0.0
        return (valid - self.at) / timedelta(hours=1)

    def central(self, valid: datetime, now: datetime) -> ProtonSpectrum | None:
        """Return the spectrum that is half-way in the ensemble."""
        if self.spectrum is None:
            return None
        fading = float(np.exp(-self.hours(valid, now) / PROTON_TAU_H))
        return _times(self.spectrum, fading)

    def members(
        self, deviations: NDArray[np.float64], valid: datetime, now: datetime
    ) -> list[ProtonSpectrum | None]:
        """Return one spectrum for each row of standard deviations (member, 3).

        The columns move the amplitude, the index and the fading.
        """
        if self.prior:
            return [_prior(amplitude) for amplitude, *_ in deviations]
        if self.spectrum is None:
            return [None] * len(deviations)
        hours = self.hours(valid, now)
        spread = min(PROTON_LN_SPREAD_ROOT_H * hours**0.5, PROTON_LN_SPREAD_MAX)
        factor = 10 ** (AMPLITUDE_LOG10_SPREAD * self.widened * deviations[:, 0])
        factor = factor * np.exp(-hours / PROTON_TAU_H)
        factor = factor * np.exp(spread * self.widened * deviations[:, 2])
        return [
            _times(self._bent(self.spectrum, float(index)), float(scale))
            for index, scale in zip(deviations[:, 1], factor, strict=True)
        ]

    def _bent(self, spectrum: ProtonSpectrum, deviation: float) -> ProtonSpectrum:
        """Return the spectrum with its index moved: the amplitude, or > 100 MeV, stays."""
        if not self.index_known:
            pfu = spectrum.integral_pfu(FIRST_MEV)
            return spectrum_above_100mev(pfu, spectrum.index + ASSUMED_INDEX_SPREAD * deviation)
        index = spectrum.index + INDEX_SPREAD * deviation
        return ProtonSpectrum(spectrum.amplitude, index, spectrum.rollover_gv)


class PhiDriver(Struct, frozen=True, kw_only=True):
    """The modulation potential of cosmic rays and how sure it is."""

    phi_gv: float
    spread_gv: float
    based_on: tuple[Source, ...]
    says: tuple[str, ...]

    def members(self, deviations: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return one potential for each standard deviation, within the range of the dose."""
        moved = self.phi_gv + self.spread_gv * deviations
        return np.clip(moved, LOWEST_PHI_GV, HIGHEST_PHI_GV)


class _Network(Struct, frozen=True, eq=False):
    """Counts (minute, station) of the last hours of the stations that are known, to `at`."""

    stations: tuple[Station, ...]
    sources: tuple[Source, ...]
    counts: NDArray[np.float64]
    at: datetime


def solar_driver(
    channels: Mapping[int, Series],
    monitors: Mapping[str, Series],
    bounds: Mapping[int, Source],
    phi_gv: float,
    now: datetime,
) -> SolarDriver:
    """Return the protons: by monitors in an event, by channels, by a bound, else the prior.

    Monitors that would see an event and see none are as good as no protons where the channel
    above 100 MeV is missing or stale: what escapes them stays below the thresholds of dose.
    """
    network = _network(monitors, now)
    event = None if network is None else ground_level_event(network.counts, network.stations)
    if network is not None and event is not None:
        return _by_monitors(network, event, phi_gv)
    fed = _by_channels(channels, now)
    if fed is not None and not fed.says:
        return fed
    if network is not None and watching(network.counts, network.stations):
        return SolarDriver(at=network.at, based_on=network.sources[:LEAST_MONITORS])
    if fed is not None:
        return fed
    stated = bounds.get(int(FIRST_MEV))
    return _no_protons_known(now) if stated is None else _by_bound(stated, now)


def phi_driver(phi: Source | None, monitors: Mapping[str, Series], now: datetime) -> PhiDriver:
    """Return the potential: as given, else from a day of Oulu, else a mean solar cycle."""
    told = (phi, _phi_of_oulu(monitors.get(OULU.station), now))
    fresh = (one for one in told if one is not None and now - one.at <= PHI_MAX_AGE)
    known = next((one for one in fresh if np.isfinite(one.value)), None)
    if known is None:
        mean = climatological_phi_gv(_moment(now))
        return PhiDriver(
            phi_gv=mean,
            spread_gv=CLIMATOLOGY_SPREAD_GV,
            based_on=(_source(PHI, mean, now, CLIMATOLOGY, Provenance.FORECAST),),
            says=(ESTIMATED,),
        )
    held = min(max(known.value, LOWEST_PHI_GV), HIGHEST_PHI_GV)
    return PhiDriver(phi_gv=held, spread_gv=PHI_SPREAD_GV, based_on=(known,), says=())


def _phi_of_oulu(oulu: Series | None, now: datetime) -> Source | None:
    which = _usable(oulu, now)
    if oulu is None or len(which) == 0:
        return None
    last = which[-1]
    day = which[oulu.at[which] > oulu.at[last] - np.timedelta64(PHI_MEAN)]
    phi = float(modulation_potential_gv(oulu.value[day].mean()))
    return _source(PHI, phi, _utc(oulu.at[last]), oulu.source, oulu.provenance[last])


def _by_monitors(network: _Network, event: Event, phi_gv: float) -> SolarDriver:
    strongest = np.argsort(-np.nan_to_num(event.increase_percent))[:LEAST_MONITORS]
    return SolarDriver(
        spectrum=monitor_spectrum(event, network.stations, phi_gv),
        index_known=True,
        at=network.at,
        based_on=tuple(network.sources[index] for index in strongest),
    )


def _by_channels(channels: Mapping[int, Series], now: datetime) -> SolarDriver | None:
    wanted = {int(mev) for mev in (*THIRD_MEV, FIRST_MEV, SECOND_MEV)}
    fed = {mev: series for mev, series in channels.items() if mev in wanted}
    driver = proton_driver(fed, now)
    seen = {} if driver.prior else {source.quantity: source.value for source in driver.based_on}
    above = {
        float(mev): max(seen[series.quantity] - _quiet_pfu(series, now), 0.0)
        for mev, series in fed.items()
        if series.quantity in seen
    }
    if FIRST_MEV not in above:
        return None
    return SolarDriver(
        spectrum=spectrum_from_channels(above) if above[FIRST_MEV] > 0 else None,
        index_known=above.get(SECOND_MEV, 0.0) >= LEAST_EXCESS_PFU,
        at=driver.at,
        widened=driver.widened,
        based_on=driver.based_on,
        says=driver.says,
    )


def _by_bound(bound: Source, now: datetime) -> SolarDriver:
    spectrum = spectrum_above_100mev(bound.value)
    return SolarDriver(spectrum=spectrum, at=now, based_on=(bound,), says=(UPPER_BOUND,))


def _no_protons_known(now: datetime) -> SolarDriver:
    nothing = _source(
        "proton_flux_100mev_pfu", PRIOR_PFU[MEDIAN], now, CLIMATOLOGY, Provenance.FORECAST
    )
    says = (NO_GEV_PROTONS, CLIMATOLOGY)
    return SolarDriver(at=now, prior=True, based_on=(nothing,), says=says)


def _prior(deviation: float) -> ProtonSpectrum | None:
    pfu = float(np.interp(deviation, DEVIATIONS, PRIOR_PFU))
    return spectrum_above_100mev(pfu) if pfu > 0 else None


def _times(spectrum: ProtonSpectrum, factor: float) -> ProtonSpectrum:
    return ProtonSpectrum(spectrum.amplitude * factor, spectrum.index, spectrum.rollover_gv)


def _network(monitors: Mapping[str, Series], now: datetime) -> _Network | None:
    """Return the minutes of the last hours; None with fewer than three stations.

    A station counts if it is in `STATIONS` and its last count is at most 30 minutes old.
    """
    fresh = {
        station: (series, which)
        for station in STATIONS
        if (series := monitors.get(station.name)) is not None
        and len(which := _usable(series, now))
        and now - _utc(series.at[which[-1]]) <= MONITOR_MAX_AGE
    }
    if len(fresh) < LEAST_MONITORS:
        return None
    last = max(series.at[which[-1]] for series, which in fresh.values())
    counts = np.stack([_minutes(series, which, last) for series, which in fresh.values()], 1)
    sources = tuple(_last_count(series, int(which[-1])) for series, which in fresh.values())
    return _Network(tuple(fresh), sources, counts, _utc(last))


def _minutes(
    series: Series, which: NDArray[np.intp], last: np.datetime64
) -> NDArray[np.float64]:
    """Return the counts of each minute of the memory up to `last`, NaN for none."""
    ago = ((last - series.at[which]) / _MINUTE).astype(int)
    counts = np.full(int(MONITOR_MEMORY / timedelta(minutes=1)), np.nan)
    inside = ago < len(counts)
    counts[len(counts) - 1 - ago[inside]] = series.value[which[inside]]
    return counts


def _last_count(series: Series, index: int) -> Source:
    at, provenance = _utc(series.at[index]), series.provenance[index]
    return _source(COUNTS, float(series.value[index]), at, series.source, provenance)


def _quiet_pfu(series: Series, now: datetime) -> float:
    """Return the background: a low value of what was seen, and never much."""
    seen = series.value[_usable(series, now)]
    return min(float(np.quantile(seen, 0.1)), QUIET_MAX_PFU)


def _usable(series: Series | None, now: datetime) -> NDArray[np.intp]:
    """Return the indices of the samples that are known at `now` and fit for use."""
    if series is None:
        return np.array([], np.intp)
    moment = _moment(now)
    fit = (series.known <= moment) & (series.at <= moment) & (series.value >= 0)
    return np.flatnonzero(fit & ((series.flags & int(UNUSABLE)) == 0))


def _source(
    quantity: str, value: float, at: datetime, source: str, provenance: Provenance
) -> Source:
    return Source(quantity=quantity, value=value, at=at, source=source, provenance=provenance)


def _moment(now: datetime) -> np.datetime64:
    return np.datetime64(now.astimezone(UTC).replace(tzinfo=None), "ms")


def _utc(at: np.datetime64) -> datetime:
    moment: datetime = at.astype("datetime64[ms]").item()
    return moment.replace(tzinfo=UTC)
