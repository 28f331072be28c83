"""The archive that a command looks into: a recorded day, or a live site's own."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, TypeVar

import click

from stormcone.cli.common import DEFAULT_SCENARIO, FILE, FOLDER, WrongError
from stormcone.observation import scenario as recorded
from stormcone.observation.archive import Archive
from stormcone.reference.utc import write_utc
from stormcone.watch.site import Site, read_site

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


def kept(site: Site) -> Archive:
    """Open the archive that a site has; looking makes none.

    Raises
    ------
    WrongError
        If there is none where the site's file says.
    """
    file = site.folder.absolute() / "archive.sqlite"
    if not file.is_file():
        raise WrongError(
            f"no archive at {file}: has this site run? `data` is {site.data!r}, and what does "
            f"not begin with / is relative to the present folder"
        )
    return Archive(site.folder)


@contextmanager
def opened(
    scenario: str,
    site: Path | None,
    recordings: Path | None = None,
    at: datetime | None = None,
) -> Iterator[tuple[Archive, datetime | None]]:
    """Open a live site's archive, or a scenario in a temporary one with its last minute.

    Raises
    ------
    WrongError
        If `at` lies outside of the scenario, or the site has no archive.
    """
    if site is not None:
        with kept(read_site(site.read_bytes())) as archive:
            yield archive, None
        return
    plan = recorded.manifest(scenario)
    if at is not None and not plan.start <= at <= plan.end:
        span = f"{write_utc(plan.start)} to {write_utc(plan.end)}"
        raise WrongError(f"--at {write_utc(at)} lies outside of {scenario}: {span}")
    loaded = recorded.load(scenario, recordings)
    with TemporaryDirectory(prefix="stormcone-") as made, Archive(Path(made)) as archive:
        recorded.fill(archive, loaded)
        yield archive, loaded.end
