"""`stormcone advise`, `scenarios` and `feeds`: look, and change nothing."""

from datetime import datetime
from pathlib import Path

import click
import msgspec
import numpy as np
from rich.console import Console
from rich.table import Table

from stormcone.cli.common import FILE, FOLDER, Time, WrongError, told
from stormcone.cli.opened import kept, of_an_archive, opened
from stormcone.observation import registry
from stormcone.observation import scenario as recorded
from stormcone.observation.feed import Drift, Feed, GridReading, Notice, Observation
from stormcone.reference.utc import write_utc
from stormcone.watch.site import read_site


@click.command()
@click.option("--at", type=Time(), help="Assess at this time.  [default: end, or now if live]")
@click.option("--json", "as_json", is_flag=True, help="One JSON object a line.")
@of_an_archive
def advise(
    at: datetime | None,
    scenario: str,
    site: Path | None,
    recordings: Path | None,
    *,
    as_json: bool,
) -> None:
    """Assess now, print the drafts, issue nothing.

    Each draft stands alone: which thread it would continue is the running centre's to say.
    """
    from stormcone.centre.advice import advice
    from stormcone.centre.clock import wall

    with told(), opened(scenario, site, recordings, at) as (archive, newest):
        moment = at or newest or wall()
        found = advice(archive, moment)
        for one in found:
            click.echo(msgspec.json.encode(one) if as_json else one.text)
        if not found and not as_json:
            click.echo(f"nothing to draft at {write_utc(moment)}")


@click.command()
@click.option("--json", "as_json", is_flag=True, help="One JSON object a line.")
def scenarios(*, as_json: bool) -> None:
    """List the recorded days: what each holds, and what it lacks."""
    with told():
        for name in recorded.names():
            plan = recorded.manifest(name)
            if as_json:
                described = {"name": name, **msgspec.to_builtins(plan)}
                click.echo(msgspec.json.encode(described))
            else:
                _print_scenario(name, plan)


def _print_scenario(name: str, plan: recorded.Manifest) -> None:
    span = f"{write_utc(plan.start)} to {write_utc(plan.end)}"
    table = Table(
        "series", "provenance", "known", "licence", title=f"{name}: {plan.title}\n{span}"
    )
    for one in plan.series:
        table.add_row(one.quantity, str(one.provenance), one.known_rule, one.licence)
    for lacking in plan.absent:
        table.add_row(lacking.what, "absent", lacking.reason, "")
    console = Console()
    console.print(table)
    console.print("Credits: " + "; ".join(plan.credits))


@click.group(invoke_without_command=True)
@click.option("--site", type=FILE, help="Show how this live site's feeds stand.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object a line.")
@click.pass_context
def feeds(context: click.Context, site: Path | None, *, as_json: bool) -> None:
    """List the feeds: cadence, limit and credit; with --site their state and age."""
    if context.invoked_subcommand is not None:
        return
    with told():
        if site is None:
            _list_feeds(as_json=as_json)
        else:
            _show_feeds(site, as_json=as_json)


def _list_feeds(*, as_json: bool) -> None:
    table = Table("feed", "every", "limit", "quantities", "credit")
    for name, feed in registry.feeds().items():
        if as_json:
            click.echo(msgspec.json.encode(_described(feed)))
        table.add_row(
            name,
            f"{feed.every.total_seconds():.0f} s",
            f"{feed.max_age.total_seconds() / 60:.0f} min",
            ", ".join(feed.quantities),
            feed.credit,
        )
    if not as_json:
        Console().print(table)


def _described(feed: Feed) -> dict[str, object]:
    return {
        "name": feed.name,
        "url": feed.url,
        "every_s": feed.every.total_seconds(),
        "max_age_s": feed.max_age.total_seconds(),
        "quantities": feed.quantities,
        "credit": feed.credit,
        "licence": feed.licence,
    }


def _show_feeds(file: Path, *, as_json: bool) -> None:
    from stormcone.centre.clock import wall
    from stormcone.centre.feeds import live_feeds

    site = read_site(file.read_bytes())
    table = Table("feed", "state", "newest", "age", "limit", "last error")
    with kept(site) as archive:
        for one in live_feeds(archive, site.feeds, wall()):
            if as_json:
                click.echo(msgspec.json.encode(one))
            newest = write_utc(one.at) if one.at else "never"
            age = f"{one.age_s / 60:.0f} min" if one.age_s is not None else ""
            why = one.error or one.reason or ""
            table.add_row(
                one.name, one.state, newest, age, f"{one.max_age_s / 60:.0f} min", why
            )
    if not as_json:
        Console().print(table)


@feeds.command("read")
@click.argument("name")
@click.argument("file", type=FILE)
def read_saved(name: str, file: Path) -> None:
    """Read FILE as a body of feed NAME and print what it says, one JSON object a line.

    Exit status 2 with the reason when it cannot be read.
    """
    with told():
        feed = registry.feed(name)
        try:
            for record in feed.read(file.read_bytes()):
                click.echo(msgspec.json.encode(_said(record)))
        except ValueError as error:
            raise WrongError(str(error)) from error


def _said(record: Observation | Notice | GridReading | Drift) -> dict[str, object]:
    """Return a record as JSON takes it; a map by its shape, extremes and missing cells."""
    if isinstance(record, GridReading):
        return _map_said(record)
    words = {"record": "drift"} if isinstance(record, Drift) else {}
    return {**words, **msgspec.to_builtins(record)}


def _map_said(one: GridReading) -> dict[str, object]:
    known = one.values[np.isfinite(one.values)]
    return {
        "record": "map",
        "quantity": one.quantity,
        "at": one.at,
        "valid": one.valid,
        "source": one.source,
        "provenance": one.provenance,
        "shape": one.values.shape,
        "least": float(known.min()) if known.size else None,
        "greatest": float(known.max()) if known.size else None,
        "missing": one.values.size - known.size,
    }


@feeds.command("record")
@click.argument("names", nargs=-1, required=True)
@click.option("--to", "folder", type=FOLDER, required=True, help="Where the bodies go.")
@click.option("--contact", default="", help="Who asks, for the services that are asked.")
def record_bodies(names: tuple[str, ...], folder: Path, contact: str) -> None:
    """Fetch feeds NAMES once and keep their bodies, headers and a table of provenance.

    Nothing is written unless all of them can be read.
    """
    from stormcone import __version__
    from stormcone.centre.clock import wall
    from stormcone.observation.fetch import https, https_client
    from stormcone.observation.record import record

    with told():
        asked = [registry.feed(name) for name in names]
        with https_client(f"stormcone/{__version__} (+{contact})") as client:
            for path in record(asked, https(client), folder, wall()):
                click.echo(path)
