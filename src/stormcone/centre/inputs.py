"""What is known at a moment, as the forecasts want it: one way of reading the archive."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from stormcone.centre.sources import Sources
from stormcone.forecast.field import Source
from stormcone.forecast.hf_com import HfInputs
from stormcone.observation.archive import Archive
from stormcone.observation.fallback import Switch
from stormcone.observation.feed import (
    PROTON_CHANNELS_MEV,
    Observation,
    Provenance,
    Series,
)

HOUR = timedelta(hours=1)
XRAY = "xray_flux_w_m2"
XRAY_MEMORY, PROTON_MEMORY, KP_MEMORY = 4 * HOUR, 24 * HOUR, 30 * HOUR


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
        found = self.archive.series(quantity, now - memory, now, known=now, source=chosen)
        return max(reversed(found), key=lambda s: s.at[-1], default=None)

    def protons(self, now: datetime, memory: timedelta = PROTON_MEMORY) -> dict[int, Series]:
        """Return the proton channels that are fed, by energy in MeV."""
        return {
            mev: found
            for mev in PROTON_CHANNELS_MEV
            if (found := self.best(f"proton_flux_{mev}mev_pfu", now, memory))
        }

    def hf_com(self, now: datetime) -> HfInputs:
        """Return what HF absorption rests on."""
        xray = self.best(XRAY, now, XRAY_MEMORY)
        return HfInputs(xray=xray, protons=self.protons(now), kp=self.kp(now))

    def kp(self, now: datetime) -> Source | None:
        """Return the last three-hour Kp, or the alerts' lower bound since then if higher."""
        found = self.archive.series("kp", now - KP_MEMORY, now, known=now)
        running = self.archive.series("kp_running", now - 3 * HOUR, now, known=now)
        last = [newest(series) for series in found if len(series)]
        bounds = [newest(series) for series in running if len(series)]
        best = max(last, key=lambda s: s.at, default=None)
        bound = max(bounds, key=lambda s: s.value, default=None)
        if best is None or bound is None:
            return best or bound
        return bound if bound.at >= best.at + 3 * HOUR and bound.value > best.value else best


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
    return Source(
        quantity=series.quantity,
        value=float(series.value[-1]),
        at=series.at[-1].astype("datetime64[ms]").astype(datetime).replace(tzinfo=UTC),
        source=series.source,
        provenance=series.provenance[-1],
    )
