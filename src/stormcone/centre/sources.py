"""Which instrument the centre believes, where two feeds carry the same quantity."""

from collections.abc import Callable
from datetime import datetime, timedelta

from stormcone.observation.archive import Archive
from stormcone.observation.fallback import CHAINS, Choice, Switch, choose, switch
from stormcone.observation.feed import Provenance
from stormcone.observation.registry import feeds

MEMORY = timedelta(days=7)


class Sources:
    """The choice for each chain of feeds, kept steady; `note` hears of each switch."""

    def __init__(
        self, archive: Archive, note: Callable[[Switch], None] = lambda _: None
    ) -> None:
        self._archive = archive
        self._note = note
        self._feeds = feeds()
        self._cadence = {name: feed.every for name, feed in self._feeds.items()}
        self._choices: dict[str, Choice] = {}

    def in_use(self, quantity: str, now: datetime) -> str | None:
        """Return the instrument to believe for `quantity`; None where nothing is to choose.

        A scenario has one series for each quantity, and so has a site with one feed.
        """
        chain = next((key for key in CHAINS if quantity.startswith(key)), None)
        if chain is None or len(self._archive.sources(quantity, now - MEMORY)) < 2:
            return None
        instruments = self._instruments(CHAINS[chain], quantity, now)
        if len(instruments) < 2:
            return None
        chosen = self._choose(chain, quantity, instruments, now)
        return instruments.get(chosen or "")

    def _instruments(
        self, chain: tuple[str, ...], quantity: str, now: datetime
    ) -> dict[str, str]:
        found = ((feed, self._archive.instrument(feed, quantity, now)) for feed in chain)
        return {feed: name for feed, name in found if name is not None}

    def _choose(
        self, chain: str, quantity: str, instruments: dict[str, str], now: datetime
    ) -> str | None:
        fresh = [
            feed
            for feed, instrument in instruments.items()
            if self._is_fresh(feed, quantity, instrument, now)
        ]
        before = self._choices.get(chain)
        after = choose(CHAINS[chain], fresh, now, self._cadence, before)
        changed = switch(chain, before, after)
        if changed is not None:
            self._note(changed)
        self._choices[chain] = after
        return after.source

    def _is_fresh(self, feed: str, quantity: str, instrument: str, now: datetime) -> bool:
        """Say whether the last reading is young enough, counted from the end of its span."""
        seen = self._archive.newest(quantity, known=now, source=instrument)
        if seen is None or seen.provenance is Provenance.FORECAST:
            return False
        end = seen.at + timedelta(seconds=seen.span_s)
        return now - end <= self._feeds[feed].max_age
