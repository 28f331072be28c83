"""The interface over a replay that stands at the flare, and over a live centre."""

from datetime import UTC, datetime, timedelta

import pytest
from starlette.testclient import TestClient

from stormcone.api.app import create_app
from stormcone.centre.clock import ReplayClock
from stormcone.centre.house import live_house, replay_house
from stormcone.centre.shown import Shown
from stormcone.observation import scenario
from stormcone.observation.feed import Observation
from stormcone.watch.body import Policy
from stormcone.watch.site import Site

START = datetime(2026, 1, 18, 17, 30, tzinfo=UTC)
STANDS = datetime(2026, 1, 18, 18, 30, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
HERE = "https://localhost"


@pytest.fixture(scope="session")
def replay(tmp_path_factory):
    """A reader of a replay from 17:30 to 18:30 on 18 January, its first advisory issued."""
    storm = scenario.load("2026-01")
    clock = ReplayClock(START, STANDS, speed=0)
    with replay_house(storm, tmp_path_factory.mktemp("replay"), START) as house:
        for minute in clock.minutes():
            house.centre.tick(minute)
        shown = Shown(house.centre, house.site, clock.now, scenario=storm, clock=clock)
        with TestClient(create_app(shown), base_url=HERE, headers={"Origin": HERE}) as client:
            yield client


@pytest.fixture(scope="session")
def storm(tmp_path_factory):
    """A reader of the whole storm, in which this centre issues nothing."""
    storm = scenario.load("2026-01")
    with replay_house(storm, tmp_path_factory.mktemp("storm"), storm.start) as house:
        shown = Shown(house.centre, house.site, lambda: storm.end, scenario=storm)
        with TestClient(create_app(shown), base_url=HERE, headers={"Origin": HERE}) as client:
            yield client


@pytest.fixture(scope="session")
def storm_at(storm):
    """The situation at any time of the storm, without what was issued."""
    return lambda at: storm.get("/api/v1/situation", params={"t": at}).json()


class Desk:
    """A live centre with a clock in the test's hand and a flare on the Sun."""

    def __init__(self, house, site) -> None:
        self.house = house
        self.now = STANDS
        shown = Shown(house.centre, site, lambda: self.now, accounts=house.accounts)
        self.view = shown

    def flare(self, flux: float) -> None:
        """Let a minute pass with a reading of `flux`, and look."""
        self.now += MINUTE
        seen = Observation(
            quantity="xray_flux_w_m2", value=flux, at=self.now - MINUTE, span_s=60, source="X"
        )
        self.house.centre.archive.add([seen], known=self.now)
        self.house.centre.tick(self.now)

    @property
    def state(self):
        return self.house.centre.desk.state


@pytest.fixture
def desk(tmp_path):
    site = Site(
        name="A",
        centre="CRC",
        location="ZBBB",
        data=str(tmp_path / "live"),
        key_file="site.key",
        policy=Policy(release_at_second_signature=True),
    )
    with live_house(site, STANDS) as house:
        yield Desk(house, site)
