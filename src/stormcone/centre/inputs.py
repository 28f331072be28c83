"""What is known at a moment, as the forecasts want it: one way of reading the archive."""

from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, datetime, timedelta
from itertools import compress

import numpy as np
from msgspec import structs

from stormcone.centre.sources import Sources
from stormcone.forecast.field import Source
from stormcone.forecast.hf_com import HfInputs
from stormcone.forecast.radiation import RadiationInputs
from stormcone.observation.archive import Archive
from stormcone.observation.bodies import Bodies
from stormcone.observation.fallback import CHAINS, Switch
from stormcone.observation.feed import (
    PROTON_CHANNELS_MEV,
    UNUSABLE,
    GridReading,
    Observation,
    Provenance,
    Series,
)
from stormcone.observation.newest_grid import newest_grid
from stormcone.observation.registry import feeds
from stormcone.reference.utc import floor_minutes

HOUR = timedelta(hours=1)
KP_SPAN = timedelta(hours=3)
XRAY = "xray_flux_w_m2"
XRAY_MEMORY, PROTON_MEMORY, KP_MEMORY = 4 * HOUR, 24 * HOUR, 30 * HOUR
MONITORS = "neutron_counts_per_s"
MONITOR_MEMORY = 24 * HOUR
MAP_MEMORY = timedelta(days=3)
WIND = (
    "by_gsm_nt",
    "bz_gsm_nt",
    "solar_wind_density_cm3",
    "solar_wind_speed_km_s",
)


class Inputs:
    """Reads one archive as it was known at a moment; `note` hears of switched sources."""

    def __init__(
        self, archive: Archive, note: Callable[[Switch], None] = lambda _: None
    ) -> None:
        self.archive = archive
        self._sources = Sources(archive, note)

    def in_use(self, quantity: str, now: datetime) -> str | None:
        """Return the instrument to believe; None where nothing is to choose."""
        return self._sources.in_use(quantity, now)

    def newest(self, quantity: str, now: datetime) -> Observation | None:
        """Return the last reading of the instrument in use."""
        return self.archive.newest(quantity, known=now, source=self.in_use(quantity, now))

    def best(self, quantity: str, now: datetime, memory: timedelta) -> Series | None:
        """Return the series of the instrument in use; with no choice, of the last to speak."""
        chosen = self.in_use(quantity, now)
        found = self._measured(quantity, now, memory, chosen)
        return max(reversed(found), key=lambda s: s.at[-1], default=None)

    def _measured(
        self, quantity: str, now: datetime, memory: timedelta, source: str | None = None
    ) -> list[Series]:
        """Return what was measured, by source; a forecast is no reading."""
        found = self.archive.series(quantity, now - memory, now, known=now, source=source)
        return [measured for one in found if len(measured := _without_forecasts(one))]

    def protons(self, now: datetime, memory: timedelta = PROTON_MEMORY) -> dict[int, Series]:
        """Return the proton channels that are fed, by energy in MeV."""
        return {
            mev: found
            for mev in PROTON_CHANNELS_MEV
            if (found := self.best(f"proton_flux_{mev}mev_pfu", now, memory))
        }

    def by_quantity(
        self, quantities: Iterable[str], now: datetime, memory: timedelta
    ) -> dict[str, Series]:
        """Return the series of each quantity that is fed."""
        found = ((name, self.best(name, now, memory)) for name in quantities)
        return {name: series for name, series in found if series is not None}

    def map_of(self, quantity: str, now: datetime) -> GridReading | None:
        """Return the newest published map of a quantity, read again from its body.

        Of maps of about the same time the better source's; None where all are too old.
        """
        kept = {
            name: one.at
            for name in CHAINS[quantity]
            if (one := self.archive.newest_map(quantity, (name,), known=now)) is not None
        }
        newest_at = max(kept.values(), default=None)
        if newest_at is None or now - newest_at > MAP_MEMORY:
            return None
        best = next(name for name, at in kept.items() if newest_at - at <= HOUR)
        bodies = Bodies(self.archive.root / "bodies")
        return newest_grid(quantity, self.archive, bodies, {best: feeds()[best]}, known=now)

    def radiation(self, now: datetime) -> RadiationInputs:
        """Return what dose rests on."""
        monitors = self.archive.series(MONITORS, now - MONITOR_MEMORY, now, known=now)
        return RadiationInputs(
            protons=self.protons(now),
            monitors={one.source: one for one in monitors},
            kp=self.kp(now),
            dst=self.last("dst_nt", now, 6 * HOUR),
        )

    def last(self, quantity: str, now: datetime, memory: timedelta) -> Source | None:
        """Return the last sample of a quantity within `memory`."""
        series = self.best(quantity, now, memory)
        return None if series is None else newest(series)

    def hf_com(self, now: datetime) -> HfInputs:
        """Return what HF absorption rests on."""
        xray = self.best(XRAY, now, XRAY_MEMORY)
        return HfInputs(
            xray=xray,
            protons=self.protons(now),
            kp=self.kp(now),
            dst=self.last("dst_nt", now, 6 * HOUR),
        )

    def reached_kp(self, start: datetime, now: datetime) -> Source | None:
        """Return the greatest Kp that alerts or the running index reached since `start`."""
        running = self._measured("kp_running", now, now - start)
        found = [one for series in running for one in samples(series)]
        return max(found, key=lambda one: one.value, default=None)

    def kp_since(self, start: datetime, now: datetime) -> tuple[Source, ...]:
        """Return what is known of each three hours since `start`: Kp, or what it reached."""
        known = {
            one.at: one for s in self._measured("kp", now, now - start) for one in samples(s)
        }
        for series in self._measured("kp_running", now, now - start):
            for one in samples(series):
                begin = floor_minutes(one.at, 60) - timedelta(hours=one.at.hour % 3)
                before = known.get(begin)
                if before is None or (before.quantity != "kp" and before.value < one.value):
                    known[begin] = one
        return tuple(known.values())

    def kp(self, now: datetime) -> Source | None:
        """Return the last three-hour Kp, or what was reached since then if that is higher.

        What an alert or the running index reached counts for its three hours until their Kp is
        known, and for the next ones; a Kp of earlier hours does not take its place.
        """
        known = self._measured("kp", now, KP_MEMORY)
        last = max(map(newest, known), key=lambda one: one.at, default=None)
        end = None if last is None else last.at + KP_SPAN
        reached = [
            one
            for series in self._measured("kp_running", now, KP_MEMORY)
            for one in samples(series)
            if end is None or one.at >= end
        ]
        if not reached:
            return last
        latest = max(one.at for one in reached)
        since = floor_minutes(latest, 60) - timedelta(hours=latest.hour % 3) - KP_SPAN
        recent = [one for one in reached if one.at >= since]
        if last is not None and last.at + KP_SPAN > since:
            recent.append(last)
        return max(recent, key=lambda one: (one.value, one.at))


def _without_forecasts(series: Series) -> Series:
    """Return a series without what was only forecast."""
    kept = np.array([one is not Provenance.FORECAST for one in series.provenance], bool)
    if kept.all():
        return series
    return structs.replace(
        series,
        at=series.at[kept],
        value=series.value[kept],
        known=series.known[kept],
        flags=series.flags[kept],
        provenance=tuple(compress(series.provenance, kept)),
    )


def source_of(seen: Observation, *, stale: bool) -> Source | None:
    """Return a reading as a Source, called persistence where it is stale; None for no value."""
    if seen.value is None:
        return None
    return Source(
        quantity=seen.quantity,
        value=seen.value,
        at=seen.at,
        source=seen.source,
        provenance=Provenance.PERSISTENCE if stale else seen.provenance,
    )


def newest(series: Series) -> Source:
    """Return the last sample of a series that has one."""
    return _sample(series, len(series) - 1)


def samples(series: Series) -> Iterator[Source]:
    """Yield the samples of a series that may be used."""
    good = np.isfinite(series.value) & ((series.flags & int(UNUSABLE)) == 0)
    return (_sample(series, place) for place in np.flatnonzero(good).tolist())


def as_utc(at: np.datetime64) -> datetime:
    """Return a sample's time as an aware datetime."""
    moment: datetime = at.astype("datetime64[ms]").astype(datetime)
    return moment.replace(tzinfo=UTC)


def _sample(series: Series, place: int) -> Source:
    return Source(
        quantity=series.quantity,
        value=float(series.value[place]),
        at=as_utc(series.at[place]),
        source=series.source,
        provenance=series.provenance[place],
    )
