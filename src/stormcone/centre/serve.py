"""Serve a centre: its clock in one thread, its readers in another, until somebody stops it."""

import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from threading import Event as Flag
from threading import Thread

import uvicorn

from stormcone import __version__
from stormcone.api.app import create_app
from stormcone.api.view import View
from stormcone.centre.centre import Centre
from stormcone.centre.clock import ReplayClock, chance, wall
from stormcone.centre.house import House, live_house, replay_house
from stormcone.centre.live import Poller, live_loop
from stormcone.centre.replay import resumed
from stormcone.centre.shown import Shown
from stormcone.observation.fetch import https, https_client
from stormcone.observation.intake import PollResult
from stormcone.observation.scenario import Scenario
from stormcone.watch.site import Site

Say = Callable[[str], None]
GRACE_S = 5


class AddressError(OSError):
    """The address cannot be listened on; names it and what to do."""


def listening(host: str, port: int) -> socket.socket:
    """Return a socket that listens on an address; port 0 takes a free one.

    Raises
    ------
    AddressError
        If the port is taken or not allowed.
    """
    made = socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET)
    made.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        made.bind((host, port))
    except OSError as error:
        made.close()
        raise AddressError(
            f"cannot listen on {host}:{port}: {error.strerror}; choose another with --port"
        ) from error
    return made


def serve_replay(
    scenario: Scenario, folder: Path, *, start: datetime, speed: float, port: int, say: Say
) -> None:
    """Replay a scenario at `speed` and show it on loopback, until somebody stops it."""
    with listening("127.0.0.1", port) as sock, replay_house(scenario, folder, start) as house:
        at = resumed(house.centre, start)
        clock = ReplayClock(at, scenario.end, speed)
        shown = Shown(house.centre, house.site, clock.now, scenario=scenario, clock=clock)
        house.centre.tick(at)
        with _running(lambda: _replay_loop(house.centre, clock), clock.stop):
            _serve(shown, sock, say)


def _replay_loop(centre: Centre, clock: ReplayClock) -> None:
    for minute in clock.minutes():
        centre.tick(minute)
        centre.tell_of_fields(minute)


def serve_live(site: Site, *, port: int | None, say: Say) -> None:
    """Poll a site's feeds and show the centre, until somebody stops it."""
    taken = listening(site.host, site.port if port is None else port)
    with taken as sock, live_house(site, wall()) as house:
        shown = Shown(house.centre, site, wall, accounts=house.accounts)
        _say_how_to_set_up(house, sock, say)
        stop = Flag()
        identification = f"stormcone/{__version__} (+{site.contact})"
        with https_client(identification) as client:
            poller = Poller(house.centre, site, https(client), chance(), wall())
            notes = Notes(say)
            with _running(
                lambda: live_loop(house.centre, poller, wall, stop, notes.take), stop.set
            ):
                _serve(shown, sock, say)


class Notes:
    """Says once that a feed fell silent and why, and once that it is back."""

    def __init__(self, say: Say) -> None:
        self._say = say
        self._silent: set[str] = set()

    def take(self, result: PollResult) -> None:
        """Hear what one poll came to."""
        if result.error is not None and result.feed not in self._silent:
            self._silent.add(result.feed)
            since = f"{result.at:%d %b %H:%MZ}"
            self._say(f"{result.feed} is silent since {since}: {result.error.detail}")
        if result.error is None and result.feed in self._silent and result.newest is not None:
            self._silent.discard(result.feed)
            self._say(f"{result.feed} is back, newest {result.newest:%d %b %H:%MZ}")
        for alarm in result.alarms:
            self._say(alarm)


def _say_how_to_set_up(house: House, sock: socket.socket, say: Say) -> None:
    if house.accounts is not None and not house.accounts.names():
        token = house.accounts.new_set_up_token()
        say(f"no account yet; make the first one at {_address(sock)}#/setup?token={token}")


def _address(sock: socket.socket) -> str:
    host, port = sock.getsockname()[:2]
    return f"http://{host}:{port}/console/"


@contextmanager
def _running(work: Callable[[], None], stop: Callable[[], None]) -> Iterator[None]:
    """Do `work` beside the readers; stop and wait for it when they are gone."""
    failed: list[BaseException] = []

    def guarded() -> None:
        try:
            work()
        except OSError as error:
            failed.append(error)

    thread = Thread(target=guarded, name="centre")
    thread.start()
    try:
        yield
    finally:
        stop()
        thread.join()
    if failed:
        raise failed[0]


def _serve(view: View, sock: socket.socket, say: Say) -> None:
    app = create_app(view, on_start=lambda: say(f"console: {_address(sock)}"))
    config = uvicorn.Config(
        app,
        log_level="warning",
        access_log=False,
        timeout_graceful_shutdown=GRACE_S,
        lifespan="on",
    )
    uvicorn.Server(config).run(sockets=[sock])
