"""`stormcone tables`: what is packaged, whence it comes, and how it is made again."""

import hashlib

import click
import msgspec
from rich.console import Console
from rich.table import Table

from stormcone.cli.common import told
from stormcone.observation.tables import packaged

RECIPES = {
    "geomagnetic": "apexpy 2.1 (from source, with gfortran) and ppigrf 2.1",
    "ionosphere": "PyIRI 0.1.7",
    "cutoff": "OTSO 1.3, a GPL-3 program that the project never imports; 3 minutes for each Kp",
}
"""What the script of each table wants in an environment of its own."""


class Packaged(msgspec.Struct, frozen=True):
    """One packaged table, as its row in SOURCES.md has it, and whether it is unchanged."""

    file: str
    origin: str
    licence: str
    sha256: str
    unchanged: bool


@click.group()
def tables() -> None:
    """Look at the packaged tables and coefficients, or see how they are made again."""


@tables.command("list")
@click.option("--json", "as_json", is_flag=True, help="One JSON object a line.")
def list_tables(*, as_json: bool) -> None:
    """List the packaged tables with origin, licence and SHA-256."""
    table = Table("file", "origin", "licence", "as packaged")
    with told():
        for one in rows():
            if as_json:
                click.echo(msgspec.json.encode(one))
            table.add_row(one.file, one.origin, one.licence, "yes" if one.unchanged else "NO")
    if not as_json:
        Console().print(table)


@tables.command()
@click.argument("name", type=click.Choice([*RECIPES]))
def build(name: str) -> None:
    """Print the command that makes a table again; it runs apart from the project."""
    click.echo(f"in a clone, with {RECIPES[name]}:")
    click.echo(f"  python tools/tables/{name}.py {name}.npz")


def rows() -> tuple[Packaged, ...]:
    """Return what SOURCES.md says of each packaged file."""
    lines = packaged("SOURCES.md").decode().splitlines()
    cells = ([cell.strip() for cell in line.split("|")[1:-1]] for line in lines if "`" in line)
    return tuple(
        Packaged(
            file=file,
            origin=origin,
            licence=licence,
            sha256=digest.strip("`"),
            unchanged=hashlib.sha256(packaged(file)).hexdigest() == digest.strip("`"),
        )
        for file, origin, licence, digest in cells
    )
