"""A running centre as the interface sees it (see api/view.py)."""

from collections.abc import Callable, Iterable, Iterator
from datetime import datetime, timedelta
from functools import cached_property, lru_cache
from threading import Lock

from stormcone.advisory.advisory import Advisory
from stormcone.api.events import Hub
from stormcone.api.fields import AnyField, at_shown_level
from stormcone.api.shapes import Absent, FeedShape, Replay, ScenarioShape
from stormcone.bulletin import tac_amd82
from stormcone.centre.centre import Centre
from stormcone.centre.clock import ReplayClock
from stormcone.centre.feeds import live_feeds, scenario_feeds
from stormcone.effect.effect import Kind
from stormcone.observation import scenario as scenarios
from stormcone.observation import tables
from stormcone.observation.feed import Series
from stormcone.observation.scenario import Scenario
from stormcone.reference.geomagnetic import quasi_dipole
from stormcone.watch.account import Accounts
from stormcone.watch.desk import Desk
from stormcone.watch.event import Event
from stormcone.watch.site import Site
from stormcone.watch.state import State

ARCHIVE_SHOWN = timedelta(days=30)
A_MOMENT = timedelta(seconds=5)
KEPT_FIELDS = 64  # of 1.8 MB each
"""Within it a live answer is of the present, whatever a wrong clock has written."""


class Shown:
    """What readers may see of a centre, and the few things they may do to it."""

    def __init__(
        self,
        centre: Centre,
        site: Site,
        now: Callable[[], datetime],
        *,
        scenario: Scenario | None = None,
        clock: ReplayClock | None = None,
        accounts: Accounts | None = None,
    ) -> None:
        self._centre = centre
        self._site = site
        self._scenario = scenario
        self._clock = clock
        self.accounts = accounts
        self.now = now
        self._making = Lock()
        # what was known of a live minute may still be arriving: only a replay's fields are kept
        self.field = lru_cache(maxsize=KEPT_FIELDS)(self._field) if clock else self._field

    def _field(self, product: str, now: datetime, hours: float) -> AnyField:
        """Return one map as the interface shows it; maps are made one at a time."""
        with self._making:
            return at_shown_level(self._centre.lookouts.shown.field(product, now, hours))

    @property
    def settings(self) -> Site:
        """The site's settings, which readers do not see."""
        return self._site

    @property
    def mode(self) -> str:
        """``live`` or ``replay``."""
        return "replay" if self._clock else "live"

    @property
    def name(self) -> str:
        """The centre's SWXC name."""
        return self._site.centre

    @property
    def site(self) -> str:
        """The site's name."""
        return self._site.name

    @property
    def unit(self) -> str:
        """The issuing unit's location indicator."""
        return self._site.location

    @property
    def hosts(self) -> frozenset[str]:
        """The names under which the site is reached, beside loopback."""
        return frozenset({self._site.host, *self._site.names})

    @property
    def hub(self) -> Hub:
        """Where notices go out."""
        return self._centre.hub

    @property
    def desk(self) -> Desk:
        """The site's place at the journal."""
        return self._centre.desk

    def begins(self) -> datetime:
        """Return the first time that there is anything to show for."""
        return self._scenario.start if self._scenario else self.now() - ARCHIVE_SHOWN

    def state_at(self, at: datetime) -> State:
        """Return the watch as it stood at `at`."""
        present = self.now() - at < (timedelta(0) if self._clock else A_MOMENT)
        return self.desk.state if present or at >= self.now() else self.desk.state_at(at)

    def events(self, after: int, until: datetime) -> Iterator[tuple[Event, bytes]]:
        """Yield events after a sequence number, until a time, with their records."""
        place = max(after, 0)
        while records := self.desk.records(place):
            events = self.desk.events(place, len(records))
            for event, record in zip(events, records, strict=True):
                if event.at > until:
                    return
                yield event, record
            place += len(records)

    def series(
        self, quantity: str, start: datetime, end: datetime, *, known: datetime
    ) -> tuple[Series, ...]:
        """Return readings as known at a time."""
        return self._centre.archive.series(quantity, start, end, known=known)

    def feeds(self, at: datetime) -> list[FeedShape]:
        """Return the health of every feed."""
        if self._scenario is not None:
            return scenario_feeds(self._centre.archive, self._scenario, at)
        return live_feeds(self._centre.archive, self._site.feeds, at)

    def assessed(self) -> frozenset[Kind]:
        """Return the effects that this centre looks at, and of which something is observed."""
        return self._centre.lookouts.assessed() | {Kind.HF_COM}

    def geomagnetic_lat_deg(self, lat_deg: float, lon_deg: float) -> float:
        """Return the quasi-dipole latitude of a place."""
        return float(quasi_dipole(tables.geomagnetic(), lat_deg, lon_deg)[0])

    @cached_property
    def _real(self) -> tuple[Advisory, ...]:
        if self._scenario is None or not self._scenario.real_advisories:
            return ()
        return tac_amd82.read(self._scenario.real_advisories, strict=True).advisories

    def really_issued(self) -> tuple[Advisory, ...]:
        """Return what other centres issued in the replayed days."""
        return self._real

    def replay(self) -> Replay | None:
        """Return where the replay stands."""
        if self._clock is None or self._scenario is None:
            return None
        return Replay(
            scenario=self._scenario.name,
            title=self._scenario.title,
            start=self._scenario.start,
            end=self._scenario.end,
            speed=self._clock.speed,
            state=self._clock.state,
        )

    def steer(self, action: str, speed: float | None) -> None:
        """Play, pause or hurry the replay.

        Raises
        ------
        ValueError
            If this is no replay, or no such act.
        """
        if self._clock is None:
            raise ValueError(f"{action!r}: a live centre follows the wall clock")
        acts: dict[str, Callable[[], None]] = {
            "play": self._clock.play,
            "pause": self._clock.pause,
        }
        if action == "speed" and speed is not None:
            self._clock.hurry(speed)
        elif action in acts:
            acts[action]()
        else:
            raise ValueError(f"{action!r} is not play, pause, or speed with a number")

    def scenarios(self) -> list[ScenarioShape]:
        """Return the recorded days of this installation."""
        return [_scenario_shape(name) for name in scenarios.names()]

    def settle(self) -> None:
        """Do what an officer's act has made due, and tell the streams."""
        self._centre.follow(self.now())

    def problems(self) -> list[str]:
        """Return what keeps the centre from working, in words."""
        health = self.desk.health()
        return [] if health.writable else [health.why or "the journal cannot be written"]


def _scenario_shape(name: str) -> ScenarioShape:
    plan = scenarios.manifest(name)
    embedded: Iterable[str] = (f"{one.quantity} ({one.provenance})" for one in plan.series)
    return ScenarioShape(
        id=name,
        title=plan.title,
        start=plan.start,
        end=plan.end,
        embedded=list(embedded),
        absent=[Absent(one.what, one.reason) for one in plan.absent],
    )
