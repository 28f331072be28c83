"""Serve a centre: its clock in one thread, its readers in another, until somebody stops it."""

import signal
import socket
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from threading import Event as Flag
from threading import Thread

import uvicorn

from stormcone import __version__
from stormcone.api.app import create_app
from stormcone.centre.clock import ReplayClock, chance, wall
from stormcone.centre.house import House, live_house, replay_house
from stormcone.centre.live import Notes, Poller, live_loop, pack_loop, poll_loop, ticked
from stormcone.centre.replay import resumed
from stormcone.centre.shown import Shown
from stormcone.observation.fetch import https, https_client
from stormcone.observation.scenario import Scenario
from stormcone.watch.site import Site

Say = Callable[[str], None]
GRACE_S = 5
RETRY_S = 1.0
LEAVES_WITHIN_S = 4.0
"""How long a poll or a packing that is under way is waited for at the end."""


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
        notes = Notes(say)
        stop = Flag()

        def work() -> None:
            for minute in clock.minutes():
                while not ticked(house.centre, minute, notes) and not stop.wait(RETRY_S):
                    pass
            if clock.state == "ended":
                say("the scenario has ended; Ctrl-C, and `stormcone run` begins it anew")

        def leave() -> None:
            stop.set()
            clock.stop()

        _serve(shown, sock, say, work, leave)


def serve_live(site: Site, *, port: int | None, say: Say) -> None:
    """Poll a site's feeds and show the centre, until somebody stops it."""
    taken = listening(site.host, site.port if port is None else port)
    with taken as sock, live_house(site, wall()) as house:
        shown = Shown(house.centre, site, wall, accounts=house.accounts)
        _say_how_to_set_up(house, sock, say)
        stop = Flag()
        identification = f"stormcone/{__version__} (+{site.contact})"
        with https_client(identification) as client:
            poller = Poller(house.centre, site, https(client), chance(), wall)
            notes = Notes(say)

            def work() -> None:
                besides = (
                    Thread(target=poll_loop, args=(poller, wall, stop, notes), daemon=True),
                    Thread(
                        target=pack_loop, args=(house.centre, wall, stop, notes), daemon=True
                    ),
                )
                for one in besides:
                    one.start()
                live_loop(house.centre, wall, stop, notes)
                for one in besides:
                    one.join(LEAVES_WITHIN_S)

            _serve(shown, sock, say, work, stop.set)


def _say_how_to_set_up(house: House, sock: socket.socket, say: Say) -> None:
    if house.accounts is not None and not house.accounts.names():
        token = house.accounts.new_set_up_token()
        address = _address(sock, house.site)
        say(f"no account yet; make the first one at {address}#/setup?token={token}")


def _address(sock: socket.socket, site: Site) -> str:
    host, port = sock.getsockname()[:2]
    scheme = "https" if site.tls_certificate else "http"
    return f"{scheme}://{host}:{port}/console/"


class _Server(uvicorn.Server):
    """Ends on the first signal and lets us close the journal; does not raise it again."""

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Take SIGINT and SIGTERM while we serve."""
        taken = (signal.SIGINT, signal.SIGTERM)
        before = {one: signal.signal(one, self.handle_exit) for one in taken}
        try:
            yield
        finally:
            for one, handler in before.items():
                signal.signal(one, handler)


def _serve(
    view: Shown,
    sock: socket.socket,
    say: Say,
    work: Callable[[], None],
    leave: Callable[[], None],
) -> None:
    """Serve the readers here and let the centre work beside them; if it fails, fail with it."""
    site = view.settings
    app = create_app(view, on_start=lambda: say(f"console: {_address(sock, site)}"))
    config = uvicorn.Config(
        app,
        log_level="warning",
        access_log=False,
        timeout_graceful_shutdown=GRACE_S,
        lifespan="on",
        ssl_certfile=site.tls_certificate,
        ssl_keyfile=site.tls_key,
    )
    server = _Server(config)

    def ended(done: Future[None]) -> None:
        server.should_exit |= done.exception() is not None

    with ThreadPoolExecutor(1, thread_name_prefix="centre") as pool:
        centre = pool.submit(work)
        centre.add_done_callback(ended)
        try:
            server.run(sockets=[sock])
        finally:
            leave()
        centre.result()
