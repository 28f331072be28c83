"""What the interface needs of a running centre; `centre` hands it in."""

from collections.abc import Iterable
from datetime import datetime
from typing import Protocol

from stormcone.advisory.advisory import Advisory
from stormcone.api.events import Hub
from stormcone.api.shapes import FeedShape, Replay, ScenarioShape
from stormcone.effect.effect import Kind
from stormcone.forecast.field import Field
from stormcone.forecast.probability_field import ProbabilityField
from stormcone.observation.feed import Series
from stormcone.watch.account import Accounts
from stormcone.watch.desk import Desk
from stormcone.watch.event import Event
from stormcone.watch.state import State


class View(Protocol):
    """A centre as its readers see it; every answer is as known at the time asked for."""

    @property
    def mode(self) -> str:
        """``live`` or ``replay``."""

    @property
    def name(self) -> str:
        """The centre's SWXC name."""

    @property
    def site(self) -> str:
        """The site's name."""

    @property
    def unit(self) -> str:
        """The issuing unit's location indicator (CCCC)."""

    @property
    def hosts(self) -> frozenset[str]:
        """The names under which the site is reached, beside loopback."""

    @property
    def hub(self) -> Hub:
        """Where notices go out."""

    @property
    def desk(self) -> Desk:
        """The site's place at the journal."""

    @property
    def accounts(self) -> Accounts | None:
        """The site's accounts; a replay has none."""

    def now(self) -> datetime:
        """Return the centre's clock."""

    def begins(self) -> datetime:
        """Return the first time that this centre can answer for."""

    def state_at(self, at: datetime) -> State:
        """Return the watch as it stood at `at`."""

    def events(self, after: int, until: datetime) -> Iterable[tuple[Event, bytes]]:
        """Return events after a sequence number, until a time, with their records."""

    def series(
        self, quantity: str, start: datetime, end: datetime, *, known: datetime
    ) -> tuple[Series, ...]:
        """Return readings as known at a time."""

    def feeds(self, at: datetime) -> list[FeedShape]:
        """Return the health of every feed."""

    def field(
        self, product: str, now: datetime, hours: float
    ) -> Field | ProbabilityField | None:
        """Return a field made at `now`, `hours` ahead; None if nothing was known."""

    def assessed(self) -> frozenset[Kind]:
        """Return the effects that this centre looks at, and of which something is observed."""

    def geomagnetic_lat_deg(self, lat_deg: float, lon_deg: float) -> float:
        """Quasi-dipole latitude of a place."""

    def really_issued(self) -> tuple[Advisory, ...]:
        """Return what other centres issued in a replayed time: for comparison only."""

    def replay(self) -> Replay | None:
        """Return where the replay stands; None in a live centre."""

    def steer(self, action: str, speed: float | None) -> None:
        """Play, pause or hurry a replay."""

    def scenarios(self) -> list[ScenarioShape]:
        """Return the recorded days of this installation."""

    def settle(self) -> None:
        """Do what an officer's act has made due, and tell the streams."""

    def problems(self) -> list[str]:
        """Return what keeps the centre from working, in words; empty when ready."""
