"""A live centre: it polls, says what is silent, and never shows stale as fresh."""

from collections import defaultdict
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path

import msgspec
import numpy as np
import pytest

from stormcone.api.situation import situation
from stormcone.centre.feeds import live_feeds
from stormcone.centre.house import live_house, put_aside
from stormcone.centre.live import Notes, Poller, pack_loop, poll_loop, ticked
from stormcone.centre.shown import Shown
from stormcone.observation.feed import Observation
from stormcone.observation.fetch import FetchError, Response
from stormcone.observation.intake import FeedError, PollResult
from stormcone.observation.registry import UnknownFeedError
from stormcone.watch.body import Policy
from stormcone.watch.journal import InUseError
from stormcone.watch.site import Site, SiteError, read_site

NOW = datetime(2026, 1, 18, 18, 30, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
HOUR = timedelta(hours=1)


@pytest.fixture
def site(tmp_path: Path) -> Site:
    return Site(
        name="A",
        centre="CRC",
        location="ZBBB",
        data=str(tmp_path / "live"),
        key_file="site.key",
        feeds=("goes-xrs", "goes-protons", "kp"),
        contact="duty@example.org",
        policy=Policy(release_at_second_signature=True),
    )


def xrays(newest: datetime, flux: float, minutes: int = 60) -> bytes:
    rows = [
        {
            "time_tag": f"{newest - MINUTE * ago:%Y-%m-%dT%H:%M:%SZ}",
            "satellite": 18,
            "flux": flux,
            "observed_flux": flux,
            "electron_correction": 0.0,
            "electron_contaminaton": False,
            "energy": "0.1-0.8nm",
        }
        for ago in range(minutes, -1, -1)
    ]
    return msgspec.json.encode(rows)


class Service:
    """The public services, answering as told."""

    def __init__(self) -> None:
        self.bodies: dict[str, bytes] = {}

    def __call__(self, url: str, _headers) -> Response:
        for word, body in self.bodies.items():
            if word in url:
                return Response(status=200, url=url, body=body)
        raise FetchError("unreachable", f"{url}: no route to host")


def asked_all(poller: Poller, at: datetime):
    poller._clock = lambda: at
    return [poller.ask(feed, at) for feed in poller._feeds.values()]


def open_poller(house, service, at=NOW):
    rng = np.random.Generator(np.random.PCG64(0))
    return Poller(house.centre, house.site, service, rng, lambda: at)


def test_without_a_network_every_feed_says_since_when_and_the_centre_goes_on(site):
    said: list[str] = []
    notes = Notes(said.append)
    with live_house(site, NOW) as house:
        poller = open_poller(house, Service())
        for minute in range(3):
            at = NOW + minute * MINUTE
            for result in asked_all(poller, at):
                notes.take(result)
            house.centre.tick(at)
        states = {f.name: f for f in live_feeds(house.centre.archive, site.feeds, NOW)}
        releases = house.centre.desk.state.releases
    silent, alone = said[:3], said[3:]
    assert all("is silent since 18 Jan 18:30Z" in line for line in silent)
    assert len(alone) == len(site.feeds)
    assert all("left alone since 18 Jan 18:31Z" in line for line in alone)
    assert {f.state for f in states.values()} == {"unknown"}
    assert states["goes-xrs"].since == NOW
    assert "no route to host" in states["goes-xrs"].error
    assert not releases


def test_a_flare_seen_live_becomes_a_draft_for_two_officers(site):
    service = Service()
    service.bodies["xrays"] = xrays(NOW - MINUTE, 2e-4)
    with live_house(site, NOW) as house:
        asked_all(open_poller(house, service), NOW)
        house.centre.tick(NOW)
        (draft,) = house.centre.desk.state.drafts.values()
    assert (draft.advisory.cause, draft.advisory.severity) == ("FLARE", "MOD")
    assert draft.signatures == ()
    assert not [f for f in draft.findings if f.weight == "error"]


@pytest.mark.parametrize(
    "bad",
    [b"", b"<!doctype html>", b'[{"time_tag"', b"[]", b'[{"time_tag":"2026"}]'],
    ids=["empty", "html", "torn", "no rows", "mistyped"],
)
def test_an_unreadable_body_is_kept_named_and_changes_nothing(site, bad):
    service = Service()
    service.bodies["xrays"] = xrays(NOW - MINUTE, 2e-6)
    with live_house(site, NOW) as house:
        poller = open_poller(house, service)
        asked_all(poller, NOW)
        service.bodies["xrays"] = bad
        later = NOW + 5 * MINUTE
        asked_all(poller, later)
        house.centre.tick(later)
        (feed,) = live_feeds(house.centre.archive, ("goes-xrs",), later)
        seen = house.centre.archive.newest("xray_flux_w_m2", known=later)
        bodies = [p for p in (site.folder / "bodies").rglob("*") if p.is_file()]
    assert feed.error
    assert feed.since == later
    assert seen.value == pytest.approx(2e-6)
    assert not house.centre.desk.state.drafts
    assert len(bodies) >= (2 if bad else 1)


def test_stale_is_never_shown_as_fresh_and_opens_nothing(site):
    service = Service()
    service.bodies["xrays"] = xrays(NOW - MINUTE, 2e-4)
    with live_house(site, NOW) as house:
        asked_all(open_poller(house, service), NOW)
        late = NOW + timedelta(minutes=15)
        house.centre.tick(late)
        shown = situation(Shown(house.centre, site, lambda: late), late, None)
        drafts = house.centre.desk.state.drafts
    assert shown.scales.r.state == "stale"
    assert shown.scales.r.now is None
    assert shown.scales.r.value == pytest.approx(2e-4)
    assert not drafts


def test_values_of_the_future_are_refused(site):
    service = Service()
    service.bodies["xrays"] = xrays(NOW + timedelta(hours=3), 2e-3, minutes=5)
    with live_house(site, NOW) as house:
        (result,) = [
            r for r in asked_all(open_poller(house, service), NOW) if r.feed == "goes-xrs"
        ]
        house.centre.tick(NOW)
        assert not house.centre.desk.state.drafts
    assert result.alarms or result.error


def test_a_second_satellite_stands_in_and_does_not_flap(site):
    both = msgspec.structs.replace(site, feeds=("goes-xrs", "goes-xrs-secondary"))
    service = Service()
    with live_house(both, NOW) as house:
        poller = open_poller(house, service)
        primary = xrays(NOW - MINUTE, 1e-6)
        service.bodies = {
            "primary": primary,
            "secondary": primary.replace(b'"satellite":18', b'"satellite":19'),
        }
        asked_all(poller, NOW)
        sources = house.centre.lookouts.inputs
        first = sources.in_use("xray_flux_w_m2", NOW)
        later = NOW + timedelta(minutes=12)
        service.bodies["secondary"] = xrays(later - MINUTE, 1e-6).replace(
            b'"satellite":18', b'"satellite":19'
        )
        del service.bodies["primary"]
        asked_all(poller, later)
        second = sources.in_use("xray_flux_w_m2", later)
        said = [str(one) for one in house.centre.lookouts.switches()]
        assert house.centre.lookouts.switches() == ()
    assert (first, second) == ("GOES-18", "GOES-19")
    assert said[-1].startswith("xray_flux_w_m2: goes-xrs-secondary instead of goes-xrs since")


def test_the_sample_site_is_a_site(root):
    sample = read_site((root / "deploy/live.toml").read_bytes())
    assert sample.status == "TEST"
    assert sample.feeds


def test_a_live_centre_goes_on_from_its_journal(site):
    service = Service()
    service.bodies["xrays"] = xrays(NOW - MINUTE, 2e-4)
    with live_house(site, NOW) as house:
        asked_all(open_poller(house, service), NOW)
        house.centre.tick(NOW)
        before = house.centre.desk.state
    with live_house(site, NOW + MINUTE) as house:
        assert house.centre.desk.state == before
        house.centre.tick(NOW + MINUTE)
        assert list(house.centre.desk.state.drafts) == list(before.drafts)


def test_a_journal_that_cannot_be_written_is_said_once_and_the_minute_is_done_later(site):
    service = Service()
    service.bodies["xrays"] = xrays(NOW - MINUTE, 2e-4)
    said: list[str] = []
    notes = Notes(said.append)
    with live_house(site, NOW) as house:
        asked_all(open_poller(house, service), NOW)
        journal = house.centre.desk._store._database
        journal.execute("PRAGMA query_only = ON")
        assert not ticked(house.centre, NOW, notes)
        assert not ticked(house.centre, NOW, notes)
        journal.execute("PRAGMA query_only = OFF")
        assert ticked(house.centre, NOW, notes)
        assert len(house.centre.desk.state.drafts) == 1
        assert house.centre.desk.verify().bad_seq is None
    assert len(said) == 2
    assert "could not finish" in said[0]
    assert "bytes" in said[0]


def test_one_sample_and_then_silence_opens_nothing(site):
    service = Service()
    with live_house(site, NOW) as house:
        for ago, pfu in ((40, 0.3), (35, 0.3), (5, 30_000.0)):
            seen = Observation(
                quantity="proton_flux_10mev_pfu",
                value=pfu,
                at=NOW - ago * MINUTE,
                span_s=300,
                source="GOES-18",
            )
            house.centre.archive.add([seen], known=NOW - (ago - 5) * MINUTE)
        for minute in range(20):
            house.centre.tick(NOW + minute * MINUTE)
        assert not house.centre.desk.state.drafts
    assert not service.bodies


def test_a_clock_that_is_set_back_asks_every_feed_at_once(site):
    with live_house(site, NOW) as house:
        poller = open_poller(house, Service())
        ahead = NOW + timedelta(days=1)
        for feed in poller.due_feeds(ahead):
            poller.ask(feed, ahead)
        assert len(poller.due_feeds(NOW)) == len(site.feeds)


def waits(house, service, feeds, hours, slow_s=0.3):
    """Run the loop on a clock of its own; return what it said, and when it asked what."""
    clock = Ticking(NOW, hours, service, slow_s)
    moved = msgspec.structs.replace(house.site, feeds=feeds)
    rng = np.random.Generator(np.random.PCG64(3))
    said: list[str] = []
    poller = Poller(house.centre, moved, clock.transport, rng, clock.now)
    poll_loop(poller, clock.now, clock, Notes(said.append))
    return said, clock.asked


class Ticking:
    """Time that passes when it is waited for and with every question; stops after a while."""

    def __init__(self, start, hours, service, slow_s):
        self._now, self._end = start, start + timedelta(hours=hours)
        self._service, self._slow = service, timedelta(seconds=slow_s)
        self.asked = defaultdict(list)

    def now(self):
        return self._now

    def is_set(self):
        return self._now > self._end

    def wait(self, seconds):
        self._now += timedelta(seconds=max(seconds, 0.05))

    def transport(self, url, headers):
        self._now += self._slow
        self.asked[url.rsplit("/", 2)[1] + "/" + url.rsplit("/", 1)[1]].append(self._now)
        return self._service(url, headers, self._now)


LIVE = ("goes-xrs", "goes-protons", "kp", "kp-1m", "alerts")
XRS = "primary/xrays-1-day.json"


@pytest.mark.parametrize("kind", ["status", "server-error"])
def test_feeds_that_fail_alone_do_not_silence_another_of_their_host(site, kind):
    def service(url, _headers, now):
        if "xrays" in url:
            return Response(status=200, url=url, body=xrays(now - MINUTE, 1e-6, minutes=10))
        raise FetchError(kind, f"{url} answers badly")

    with live_house(site, NOW) as house:
        said, asked = waits(house, service, LIVE, hours=3)
    assert max(later - one for one, later in pairwise(asked[XRS])) < 2 * MINUTE
    assert NOW + 3 * HOUR - asked[XRS][-1] < 2 * MINUTE
    assert not [line for line in said if line.startswith("goes-xrs ")]


def test_a_host_that_is_away_is_left_alone_and_said_so_and_comes_back(site):
    away = NOW + timedelta(minutes=30), NOW + timedelta(minutes=90)

    def service(url, _headers, now):
        if away[0] < now < away[1]:
            raise FetchError("unreachable", f"{url}: no route to host")
        if "xrays" in url:
            return Response(status=200, url=url, body=xrays(now - MINUTE, 1e-6, minutes=10))
        return Response(status=304, url=url)

    with live_house(site, NOW) as house:
        said, asked = waits(house, service, LIVE, hours=2)
        midway = NOW + timedelta(minutes=80)
        polls = house.centre.archive.polls("goes-xrs", *away)
    assert min(at for at in asked[XRS] if at > away[1]) < away[1] + 16 * MINUTE
    held = [one for one in polls if one.error == "left-alone" and one.at < midway]
    assert held
    assert "host services.swpc.noaa.gov left alone since 18 Jan 19:" in held[0].detail
    assert len([one for one in polls if one.error == "unreachable"]) < 12
    told = [line for line in said if line.startswith("goes-xrs's host")]
    assert "is away, and it is not asked: host services.swpc.noaa.gov left alone" in told[0]
    assert told[1] == "goes-xrs's host answers again"
    assert len(told) == 2


def test_a_feed_that_is_held_back_says_why_on_the_feeds_page(site):
    service = Service()
    with live_house(site, NOW) as house:
        poller = open_poller(house, service)
        for minute in range(3):
            results = asked_all(poller, NOW + minute * MINUTE)
        (shown,) = live_feeds(house.centre.archive, ("kp",), NOW + 2 * MINUTE)
    assert results[-1].error.kind == "left-alone"
    assert shown.reason.startswith(
        "host services.swpc.noaa.gov left alone since 18 Jan 18:31Z: https:"
    )
    assert "no route to host" in shown.reason
    assert shown.since == NOW


def test_an_alarm_is_not_over_because_nothing_was_asked():
    said: list[str] = []
    notes = Notes(said.append)
    silent = FeedError(feed="kp", at=NOW, kind="left-alone", detail="host h left alone")
    failed = FeedError(feed="kp", at=NOW, kind="unreachable", detail="no route")
    for result in (
        PollResult(feed="kp", at=NOW, newest=NOW, alarms=("clock: off",)),
        PollResult(feed="kp", at=NOW, error=silent),
        PollResult(feed="kp", at=NOW, error=failed),
    ):
        notes.take(result)
    assert not [line for line in said if "is over" in line]
    notes.take(PollResult(feed="kp", at=NOW, newest=NOW))
    assert said[-1] == "kp alarm is over"


def test_old_readings_are_packed_beside_the_minutes_work(site):
    old = NOW - timedelta(days=9)
    one = Observation(quantity="xray_flux_w_m2", value=1e-6, at=old, source="GOES-18")
    with live_house(site, NOW) as house:
        house.centre.archive.add([one], known=old)
        pack_loop(house.centre, lambda: NOW, Once(), Notes([].append))
        assert house.centre.archive.compact(NOW) == 0
        assert list(site.folder.rglob("part-*.parquet"))


class Once:
    """A flag that is set by the first wait."""

    def __init__(self):
        self.waited = False

    def is_set(self):
        return self.waited

    def wait(self, _seconds):
        self.waited = True


def test_a_feed_that_is_not_installed_is_refused_before_anything_is_made(site):
    wrong = msgspec.structs.replace(site, feeds=("goes-xrs", "goes-xsr"))
    with pytest.raises(UnknownFeedError, match="goes-xsr"), live_house(wrong, NOW):
        pass
    assert not site.folder.exists()


def test_other_settings_than_the_founding_ones_are_refused_at_the_start(site):
    with live_house(site, NOW):
        pass
    other = msgspec.structs.replace(site, centre="ACFJ")
    with pytest.raises(SiteError, match="centre is 'ACFJ'"), live_house(other, NOW):
        pass


def test_only_a_run_that_nobody_uses_is_put_aside(site, tmp_path):
    thesis = tmp_path / "thesis"
    thesis.mkdir()
    (thesis / "chapter.txt").write_text("one")
    with pytest.raises(FileExistsError, match="holds no run"):
        put_aside(thesis, NOW)
    with live_house(site, NOW), pytest.raises(InUseError):
        put_aside(site.folder, NOW)
    assert put_aside(site.folder, NOW).exists()
    assert put_aside(tmp_path / "nothing", NOW) is None
