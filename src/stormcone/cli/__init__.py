"""The command line (see README)."""

import click

from stormcone import __version__
from stormcone.cli.archive import archive
from stormcone.cli.bulletin import bulletin
from stormcone.cli.field import field
from stormcone.cli.forecast import forecast
from stormcone.cli.run import replay, run
from stormcone.cli.show import advise, feeds, scenarios
from stormcone.cli.tables import tables
from stormcone.cli.train import train
from stormcone.cli.verify import verify
from stormcone.cli.watch import watch


@click.group()
@click.version_option(__version__)
def main() -> None:
    """Stormcone: a warning centre for space weather and orbital debris."""


for command in (
    run,
    replay,
    advise,
    forecast,
    field,
    archive,
    bulletin,
    scenarios,
    feeds,
    train,
    tables,
    verify,
    watch,
):
    main.add_command(command)
