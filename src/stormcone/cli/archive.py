"""`stormcone archive`: where readings are missing, days packed away, readings as a file."""

from datetime import datetime
from pathlib import Path

import click
import msgspec
from rich.console import Console
from rich.table import Table

from stormcone.cli.common import FILE, Time, WrongError, told
from stormcone.cli.opened import kept, of_an_archive, opened
from stormcone.observation import registry
from stormcone.observation.feed import QUANTITIES, Feed
from stormcone.reference.utc import write_utc
from stormcone.watch.site import read_site


@click.group()
def archive() -> None:
    """Look into what was measured: gaps, packing, export."""


@archive.command()
@click.option("--quantity", required=True, help="As `stormcone feeds` names it.")
@click.option("--from", "start", type=Time(), required=True, help="First time, UTC.")
@click.option("--to", "end", type=Time(), required=True, help="Last time, UTC.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object a line.")
@of_an_archive
def gaps(
    quantity: str,
    start: datetime,
    end: datetime,
    scenario: str,
    site: Path | None,
    recordings: Path | None,
    *,
    as_json: bool,
) -> None:
    """List where readings are missing, and why."""
    with told(), opened(scenario, site, recordings) as (held, _):
        found = held.gaps(_feed(quantity), quantity, start, end, known=end)
        table = Table("from", "to", "expected", "got", "reason")
        for gap in found:
            if as_json:
                click.echo(msgspec.json.encode(gap))
            table.add_row(
                write_utc(gap.start),
                write_utc(gap.end),
                str(gap.expected),
                str(gap.got),
                gap.reason,
            )
        if not as_json:
            Console().print(table if found else f"no gap in {quantity}")


@archive.command()
@click.option("--site", type=FILE, required=True, help="The live site whose archive it is.")
@click.option("--before", type=Time(), required=True, help="Pack the whole days before this.")
def compact(site: Path, before: datetime) -> None:
    """Pack whole days into Parquet; each is read back and proved before a row is deleted."""
    with told(), kept(read_site(site.read_bytes())) as held:
        click.echo(f"{held.compact(before)} readings packed")


@archive.command()
@click.option("--quantity", required=True, help="As `stormcone feeds` names it.")
@click.option("--from", "start", type=Time(), required=True, help="First time, UTC.")
@click.option("--to", "end", type=Time(), required=True, help="Last time, UTC.")
@click.option("--known", type=Time(), help="As it was known then.  [default: the end]")
@click.option(
    "-o",
    "--output",
    type=click.Path(dir_okay=False, path_type=Path),
    required=True,
    help="A file ending in .parquet, .csv or .json.",
)
@of_an_archive
def export(
    quantity: str,
    start: datetime,
    end: datetime,
    known: datetime | None,
    output: Path,
    scenario: str,
    site: Path | None,
    recordings: Path | None,
) -> None:
    """Write readings, with their flags, provenance and when each was known, to a file."""
    with told(), opened(scenario, site, recordings) as (held, _):
        _feed(quantity)
        count = held.export(quantity, start, end, known=known or end, path=output)
        click.echo(f"{count} readings in {output}")


def _feed(quantity: str) -> Feed:
    """Return the first feed that brings a quantity."""
    if quantity not in QUANTITIES:
        raise WrongError(f"no quantity {quantity!r}; there are {', '.join(QUANTITIES)}")
    bringing = [one for one in registry.feeds().values() if quantity in one.quantities]
    if not bringing:
        raise WrongError(f"no feed brings {quantity}; `stormcone feeds` lists what they bring")
    return min(bringing, key=lambda one: one.priority)
