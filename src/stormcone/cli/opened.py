"""The archive that a command looks into: a recorded day, or a live site's own."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, TypeVar

import click

from stormcone.cli.common import DEFAULT_SCENARIO, FILE, FOLDER
from stormcone.observation import scenario as recorded
from stormcone.observation.archive import Archive
from stormcone.watch.site import read_site

Decorated = TypeVar("Decorated", bound=Callable[..., Any])


def of_an_archive(command: Decorated) -> Decorated:
    """Give a command the options that say which archive: --scenario, --site, --recordings."""
    options = (
        click.option("--scenario", default=DEFAULT_SCENARIO, show_default=True, help="Day."),
        click.option("--site", type=FILE, help="A live site's archive, not a scenario."),
        click.option("--recordings", type=FOLDER, help="Your own downloads for a scenario."),
    )
    for option in reversed(options):
        command = option(command)
    return command


@contextmanager
def opened(
    scenario: str, site: Path | None, recordings: Path | None = None
) -> Iterator[tuple[Archive, datetime | None]]:
    """Open a live site's archive, or a scenario in a temporary one with its last minute."""
    if site is not None:
        with Archive(read_site(site.read_bytes()).folder) as archive:
            yield archive, None
        return
    loaded = recorded.load(scenario, recordings)
    with TemporaryDirectory(prefix="stormcone-") as made, Archive(Path(made)) as archive:
        recorded.fill(archive, loaded)
        yield archive, loaded.end
