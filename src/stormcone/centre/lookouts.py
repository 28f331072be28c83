"""What each lookout has seen of late, what that demands of the threads, and the draft."""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta

from stormcone.advisory.advised import Advised, advised_by
from stormcone.advisory.advisory import Advisory
from stormcone.advisory.decide import WINDOW, Decision, Sighting, decide
from stormcone.advisory.draft import Outlet, draft, hours_ahead
from stormcone.centre.gnss import Electrons
from stormcone.centre.hf_com import Absorption, Flares
from stormcone.centre.inputs import Inputs
from stormcone.centre.lookout import Lookout
from stormcone.centre.maps import Maps
from stormcone.centre.radiation import Doses
from stormcone.effect.effect import Kind
from stormcone.effect.mask import row_weights
from stormcone.observation.archive import Archive
from stormcone.observation.fallback import Switch

MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)


class Lookouts:
    """All lookouts of one centre over one archive; holds nothing that it cannot rebuild."""

    def __init__(self, archive: Archive, outlet: Outlet) -> None:
        self._switches: list[Switch] = []
        self.inputs = Inputs(archive, self._switches.append)
        self.maps = Maps(self.inputs)
        self.shown = Maps(Inputs(archive))  # readers must not move the choice of sources
        self._outlet = outlet
        self._weights = row_weights(self.maps.grid)
        self._all: tuple[Lookout, ...] = (
            Flares(self.inputs, self.maps),
            Absorption(self.inputs, self.maps),
            Electrons(self.maps),
            Doses(self.maps),
        )
        self._looks: dict[Lookout, list[Sighting]] = {one: [] for one in self._all}
        self._seen_until: datetime | None = None
        self._advised: dict[str, Advised] = {}

    def __iter__(self) -> Iterator[Lookout]:
        """Return the lookouts, in the order in which their drafts are written."""
        return iter(self._all)

    def look(self, now: datetime) -> None:
        """Look once more; after a start or a gap, at every minute of the window again."""
        self._recall(now)
        self._look(now)
        self._seen_until = now

    def _recall(self, now: datetime) -> None:
        seen = self._seen_until
        if seen is not None and seen < now <= seen + 2 * MINUTE:
            return
        self._looks = {one: [] for one in self._all}
        minutes = WINDOW // MINUTE
        for ago in range(minutes, 0, -1):
            self._look(now - ago * MINUTE)

    def _look(self, now: datetime) -> None:
        for one in self._all:
            if one.is_due(now):
                recent = [kept for kept in self._looks[one] if now - kept.at <= WINDOW]
                self._looks[one] = [*recent, one.look(now)]

    def switches(self) -> tuple[Switch, ...]:
        """Return the changes of source since the last call, each once."""
        found = tuple(self._switches)
        self._switches.clear()
        return found

    def assessed(self) -> frozenset[Kind]:
        """Return the effects of which something is observed now."""
        return frozenset(
            one.subject(()).kind
            for one, looks in self._looks.items()
            if looks and looks[-1].observed is not None
        )

    def exceeds(self, one: Lookout) -> bool:
        """Say whether the newest look is above a threshold."""
        looks = self._looks[one]
        return bool(looks) and looks[-1].exceeded is not None

    def decision(self, one: Lookout, standing: Sequence[Advisory]) -> Decision | None:
        """Return what the looks demand of the threads of that lookout, which `standing` are."""
        advised = self._where(standing)
        looks, policy = self._looks[one], one.subject(()).policy
        return decide(looks, standing, advised, self._weights, policy)

    def draft(self, one: Lookout, decision: Decision, standing: Sequence[Advisory]) -> Advisory:
        """Return the advisory that `decision` asks for."""
        looks = self._looks[one]
        ahead = () if not looks else one.ahead(looks[-1], _leads(looks[-1]))
        return draft(decision, one.subject(looks), self._outlet, looks, ahead, standing)

    def _where(self, standing: Sequence[Advisory]) -> Advised:
        """Return where advisories warn now; drawn once for each set of them."""
        key = " ".join(last.number.key for last in standing if last.number)
        if key not in self._advised:
            drawn = advised_by(standing, self.maps.grid)
            self._advised = {**dict(list(self._advised.items())[-7:]), key: drawn}
        return self._advised[key]


def _leads(look: Sighting) -> tuple[float, ...]:
    """Return how many hours after the look the four forecast times of an outlook lie."""
    observed = look.observed or look.at
    gone_h = (look.at - observed) / HOUR
    return tuple(hours - gone_h for hours in hours_ahead(observed))
