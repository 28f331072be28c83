"""Published maps: which one is believed, and that no question changes the answer to another."""

from datetime import UTC, datetime, timedelta

import numpy as np
import pytest
from msgspec.structs import replace

from stormcone.centre import inputs as centre_inputs
from stormcone.centre.inputs import Inputs
from stormcone.centre.maps import TEC, Maps
from stormcone.observation import scenario
from stormcone.observation.archive import Archive
from stormcone.observation.bodies import Bodies
from stormcone.observation.feed import Capture, GridReading
from stormcone.observation.registry import feeds
from stormcone.reference.grid import global_grid

NOW = datetime(2026, 1, 19, 20, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)
GRID = global_grid(5)


def published(source, at, tecu=75.0):
    values = np.full(GRID.shape, tecu, np.float32)
    return GridReading(quantity=TEC, grid=GRID, values=values, at=at, source=source)


def read(body):
    source, at = body.decode().split()
    yield published(source, datetime.fromisoformat(at))


@pytest.fixture
def keep(tmp_path, monkeypatch):
    """A function that keeps a map a feed, so many hours old, and returns which is believed."""
    made = {name: replace(feeds()[name], read=read) for name in ("glotec", "ionex-rapid")}
    monkeypatch.setattr(centre_inputs, "feeds", lambda: made)
    bodies = Bodies(tmp_path / "bodies")
    with Archive(tmp_path) as archive:

        def keep_of(ages_h):
            for name, hours in ages_h.items():
                one = published(name, NOW - hours * HOUR)
                body = f"{name} {one.at.isoformat()}".encode()
                sha256 = bodies.put(body)
                archive.add_capture(
                    Capture(
                        sha256=sha256,
                        feed=name,
                        url="https://maps.example",
                        fetched=one.at,
                        size=len(body),
                        site="A",
                    )
                )
                archive.add([one], known=one.at, capture=sha256)
            found = Inputs(archive).map_of(TEC, NOW)
            return None if found is None else found.source

        yield keep_of


@pytest.mark.parametrize(
    ("ages_h", "believed"),
    [
        ({"glotec": 0.5, "ionex-rapid": 0}, "glotec"),
        ({"glotec": 0, "ionex-rapid": 0.5}, "glotec"),
        ({"glotec": 30, "ionex-rapid": 26}, "ionex-rapid"),
        ({"glotec": 24 * 300, "ionex-rapid": 26}, "ionex-rapid"),
        ({"ionex-rapid": 26}, "ionex-rapid"),
        ({"glotec": 72}, "glotec"),
        ({"glotec": 73}, None),
        ({}, None),
    ],
)
def test_the_newest_map_of_the_chain_is_believed_for_three_days(keep, ages_h, believed):
    assert keep(ages_h) == believed


@pytest.fixture
def fed(tmp_path, monkeypatch):
    """The maps of January's archive, with a published map every two hours."""
    (tmp_path / "january").mkdir()
    archive = Archive(tmp_path / "january")
    scenario.fill(archive, scenario.load("2026-01"))

    def map_of(_self, _quantity, now):
        at = now.replace(hour=now.hour // 2 * 2, minute=0)
        return published("GloTEC", at, 20.0 if at < NOW else 90.0)

    monkeypatch.setattr(Inputs, "map_of", map_of)
    with archive:
        yield Maps(Inputs(archive))


def test_an_answer_does_not_depend_on_what_was_asked_before(fed):
    early, late = NOW + HOUR / 2, NOW + 3 * HOUR / 2  # of one map; Kp is known between them
    asked = (late, early, NOW - HOUR, early)
    _, second, other, fourth = (fed.gnss_fields(at, (0.0,)).vtec_tecu[0] for at in asked)
    assert np.array_equal(second, fourth)
    assert np.median(other) < np.median(fourth)
