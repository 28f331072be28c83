"""`stormcone run` and `stormcone replay`: the centre with its console, and without."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory

import click
import msgspec
from rich.console import Console
from rich.progress import Progress

from stormcone.cli.common import DATA, DEFAULT_SCENARIO, FILE, FOLDER, Time, told
from stormcone.observation import scenario as scenarios
from stormcone.reference.utc import read_utc, write_utc

RUN_STARTS = {"2026-01": "2026-01-18T17:15:00Z"}
"""Where `run` begins: twelve minutes before the flare."""
PORT = 8600
SPEED = click.FloatRange(0, 86_400)


@click.command()
@click.option("--scenario", default=DEFAULT_SCENARIO, show_default=True, help="Recorded day.")
@click.option("--site", type=FILE, help="Run live with this site file, not a scenario.")
@click.option(
    "--speed",
    default=120.0,
    show_default=True,
    type=SPEED,
    help="Times faster than the day; 0 is as fast as computed.",
)
@click.option(
    "--port",
    type=click.IntRange(0, 65535),
    help=f"Port of the console; 0 takes a free one.  [default: {PORT}]",
)
@click.option(
    "--data",
    type=FOLDER,
    help="Folder of journal and archive.  [default: ./stormcone-data/NAME]",
)
@click.option("--restart", is_flag=True, help="Begin anew; the old folder is only renamed.")
def run(
    scenario: str,
    site: Path | None,
    speed: float,
    port: int | None,
    data: Path | None,
    *,
    restart: bool,
) -> None:
    """Run a centre and its console: a recorded storm, or live with --site.

    A run that was stopped goes on from its journal. Ctrl-C stops it.
    """
    with told():
        if site is not None:
            _live(site, port, data, restart=restart)
        else:
            _recorded(scenario, speed, PORT if port is None else port, data, restart=restart)


def _recorded(name: str, speed: float, port: int, data: Path | None, *, restart: bool) -> None:
    from stormcone.centre.clock import wall
    from stormcone.centre.house import last_event, put_aside
    from stormcone.centre.serve import listening, serve_replay

    listening("127.0.0.1", port).close()
    loaded = scenarios.load(name)
    folder = data or DATA / name
    last = last_event(folder)
    if restart or (last is not None and last >= loaded.end):
        aside = put_aside(folder, wall())
        click.echo(f"the earlier run lies in {aside}" if aside else "nothing to put aside")
    elif last is not None:
        click.echo(f"going on from {write_utc(last)}")
    start = read_utc(RUN_STARTS.get(name, write_utc(loaded.start)))
    click.echo(f"{loaded.title}: {speed:g} times as fast, data in {folder}; Ctrl-C stops")
    serve_replay(loaded, folder, start=start, speed=speed, port=port, say=click.echo)


def _live(file: Path, port: int | None, data: Path | None, *, restart: bool) -> None:
    from stormcone.centre.clock import wall
    from stormcone.centre.house import put_aside
    from stormcone.centre.serve import listening, serve_live
    from stormcone.watch.site import read_site

    site = read_site(file.read_bytes())
    if data is not None:
        site = msgspec.structs.replace(site, data=str(data))
    listening(site.host, site.port if port is None else port).close()
    if restart and (aside := put_aside(site.folder, wall())):
        click.echo(f"the earlier run lies in {aside}")
    words = f"{site.centre}, site {site.name}, {site.status}"
    click.echo(f"{words}: data in {site.folder}; Ctrl-C stops")
    serve_live(site, port=port, say=click.echo)


@click.command()
@click.argument("name")
@click.option("--from", "start", type=Time(), help="Begin here.  [default: scenario's start]")
@click.option("--to", "end", type=Time(), help="Stop here.  [default: scenario's end]")
@click.option("--speed", default=120.0, show_default=True, type=SPEED, help="Times faster.")
@click.option("--flat-out", is_flag=True, help="As fast as computed.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object a line.")
@click.option(
    "--data", type=FOLDER, help="Keep everything here.  [default: a temporary folder]"
)
@click.option(
    "--recordings",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="Your own downloads, for scenarios that are not packaged.",
)
def replay(
    name: str,
    start: datetime | None,
    end: datetime | None,
    speed: float,
    data: Path | None,
    recordings: Path | None,
    *,
    flat_out: bool,
    as_json: bool,
) -> None:
    """Replay scenario NAME through the whole chain and print every advisory issued."""
    from stormcone.centre.replay import issued, play

    with told(), _folder(data) as folder:
        loaded = scenarios.load(name, recordings)
        first, last = start or loaded.start, end or loaded.end
        pace = 0 if flat_out else speed
        with _progress(name, first, last) as watch:
            for release in play(loaded, folder, start=first, end=last, speed=pace, watch=watch):
                line = issued(release)
                click.echo(msgspec.json.encode(line) if as_json else line.tac)


class _Bar:
    """The replay's progress on the terminal's error stream."""

    def __init__(self, bar: Progress, name: str, first: datetime, last: datetime) -> None:
        self._bar, self._first = bar, first
        self._task = bar.add_task(name, total=(last - first).total_seconds())

    def __call__(self, minute: datetime) -> None:
        """Move on to a minute of the day."""
        done = (minute - self._first).total_seconds()
        self._bar.update(self._task, completed=done, description=f"{minute:%d %b %H:%MZ}")


@contextmanager
def _progress(name: str, first: datetime, last: datetime) -> Iterator[_Bar]:
    with Progress(console=Console(stderr=True), transient=True) as bar:
        yield _Bar(bar, f"replay {name}", first, last)


@contextmanager
def _folder(data: Path | None) -> Iterator[Path]:
    if data is not None:
        yield data
        return
    with TemporaryDirectory(prefix="stormcone-") as made:
        yield Path(made)
