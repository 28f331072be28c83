"""`stormcone field`: one map as a file."""

from datetime import datetime
from pathlib import Path

import click
import msgspec
import numpy as np

from stormcone.cli.common import Time, WrongError, told
from stormcone.cli.opened import of_an_archive, opened
from stormcone.forecast.field import Field
from stormcone.forecast.probability_field import ProbabilityField
from stormcone.reference.utc import write_utc

NAMES = {"hf": "haf", "tec": "tec", "dose": "dose", "scintillation": "s4", "aurora": "aurora"}
OTHERS = ("absorption", "muf", "phase")


@click.command()
@click.argument("product", type=click.Choice([*NAMES, *OTHERS]))
@click.option("--at", type=Time(), help="Made from what was known then.  [default: the end]")
@click.option(
    "--hours",
    type=click.FloatRange(0, 25),
    default=0.0,
    show_default=True,
    help="How many hours ahead the map is valid.",
)
@click.option("--level", help="One flight level, as FL370.  [default: all of the field]")
@click.option(
    "-o",
    "--output",
    type=click.Path(dir_okay=False, path_type=Path),
    required=True,
    help="A file ending in .nc, .parquet or .png (which needs stormcone[figures]).",
)
@of_an_archive
def field(
    product: str,
    at: datetime | None,
    hours: float,
    level: str | None,
    output: Path,
    scenario: str,
    site: Path | None,
    recordings: Path | None,
) -> None:
    """Write one map with its quantiles, what it rests on, and what is doubtful about it."""
    from stormcone.api.field_files import described, write_field
    from stormcone.centre.clock import wall
    from stormcone.centre.inputs import Inputs
    from stormcone.centre.maps import Maps

    with told(), opened(scenario, site, recordings, at) as (archive, newest):
        made = Maps(Inputs(archive)).field(
            NAMES.get(product, product), at or newest or wall(), hours
        )
        chosen = made if level is None else at_level(made, level)
        write_field(chosen, output)
        says = f"; {', '.join(made.says)}" if made.says else ""
        click.echo(
            f"{output}: {described(made).title}, valid {write_utc(made.valid)}, "
            f"issued {write_utc(made.issued)}{says}"
        )


def at_level(made: Field | ProbabilityField, level: str) -> Field:
    """Return a field at one flight level between its own, linear in the logarithm.

    Raises
    ------
    WrongError
        If the level is none, the field has none, or lies beyond those that it has.
    """
    digits = level.upper().removeprefix("FL")
    if not digits.isdigit():
        raise WrongError(f"level {level!r} is no flight level; write it as FL370")
    if isinstance(made, ProbabilityField) or not made.level_fl:
        raise WrongError(f"{made.quantity} has no flight levels; leave --level out")
    wanted, levels = int(digits), made.level_fl
    if not levels[0] <= wanted <= levels[-1]:
        raise WrongError(f"level FL{wanted} lies beyond FL{levels[0]} to FL{levels[-1]}")
    above = min(int(np.searchsorted(levels, wanted)), len(levels) - 1)
    below = max(above - 1, 0) if levels[above] != wanted else above
    part = 0.0 if above == below else (wanted - levels[below]) / (levels[above] - levels[below])
    least = np.float32(1e-12)
    low, high = (np.maximum(made.values[:, one], least) for one in (below, above))
    mixed = np.exp(np.log(low) * (1 - part) + np.log(high) * part)[:, None]
    return msgspec.structs.replace(made, level_fl=(wanted,), values=mixed.astype(np.float32))
