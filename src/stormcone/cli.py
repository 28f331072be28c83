"""The command line (see README)."""

import click


@click.group()
def main() -> None:
    """Stormcone: a warning centre for space weather and orbital debris."""
