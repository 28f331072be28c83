"""`make bench`: every measurement in one run, printed as one table."""

import importlib
import platform

import click
from rich.console import Console
from rich.table import Table

PARTS = (
    "effects",
    "hf_field",
    "gnss",
    "radiation",
    "cme",
    "thermosphere",
    "observation",
    "journal",
    "bulletins",
    "peers",
    "replay",
    "start",
)


@click.command()
@click.argument("parts", nargs=-1, type=click.Choice(PARTS))
def main(parts: tuple[str, ...]) -> None:
    """Measure PARTS (all by default) and print value and goal."""
    table = Table("part", "what", "measured", title=f"{platform.machine()}, one run")
    for part in parts or PARTS:
        measured = importlib.import_module(f"bench.{part}").measure()
        for what, value in measured.items():
            table.add_row(part, what, f"{value:,.4g}")
    Console().print(table)


if __name__ == "__main__":
    main()
