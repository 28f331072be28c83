"""A live centre without feeds whose clock stands still; flares come by its standard input.

Run as ``python live_centre.py FOLDER``. It prints its console's address, then the set-up token.
Every number on a line of its input is an X-ray flux in W/m2 that the next minute brings; the
answer is the number of drafts on the desk.
"""

import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Thread

import uvicorn

from stormcone.api.app import create_app
from stormcone.centre.house import House, live_house
from stormcone.centre.serve import listening
from stormcone.centre.shown import Shown
from stormcone.observation.feed import Observation
from stormcone.watch.body import Policy
from stormcone.watch.site import Site

STARTS = datetime(2026, 1, 18, 18, 30, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


class StandingClock:
    """A clock that only a flare moves."""

    def __init__(self, at: datetime) -> None:
        self.at = at

    def now(self) -> datetime:
        return self.at


def site_in(folder: Path) -> Site:
    return Site(
        name="A",
        centre="CRC",
        location="ZBBB",
        data=str(folder),
        key_file="site.key",
        policy=Policy(release_at_second_signature=True),
    )


def flare(house: House, clock: StandingClock, flux_w_m2: float) -> int:
    """Let a minute pass with one reading, and look."""
    clock.at += MINUTE
    seen = Observation(
        quantity="xray_flux_w_m2",
        value=flux_w_m2,
        at=clock.at - MINUTE,
        span_s=60,
        source="GOES-18",
    )
    house.centre.archive.add([seen], known=clock.at)
    house.centre.tick(clock.at)
    return len(house.centre.desk.state.drafts)


def tell(*words: object) -> None:
    sys.stdout.write(" ".join(map(str, words)) + "\n")
    sys.stdout.flush()


def serve(folder: Path) -> None:
    clock = StandingClock(STARTS)
    with listening("127.0.0.1", 0) as sock, live_house(site_in(folder), STARTS) as house:
        shown = Shown(house.centre, house.site, clock.now, accounts=house.accounts)
        port = sock.getsockname()[1]

        def begin() -> None:
            tell(f"http://127.0.0.1:{port}", house.accounts.new_set_up_token())

        app = create_app(shown, on_start=begin)
        config = uvicorn.Config(app, log_level="warning", timeout_graceful_shutdown=1)
        server = uvicorn.Server(config)
        Thread(target=listen, args=(house, clock, server), daemon=True).start()
        server.run(sockets=[sock])


def listen(house: House, clock: StandingClock, server: uvicorn.Server) -> None:
    for line in sys.stdin:
        tell(flare(house, clock, float(line)))
    server.should_exit = True


if __name__ == "__main__":
    serve(Path(sys.argv[1]))
