"""`stormcone forecast`: what is expected of a global number or an event, by lead."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path

import click
import msgspec
import numpy as np
from numpy.typing import NDArray
from rich.console import Console
from rich.table import Table

from stormcone.cli.common import Time, WrongError, told
from stormcone.cli.opened import of_an_archive, opened
from stormcone.forecast.cme import CmeArrival, CmeInputs
from stormcone.forecast.outlook import Chance, Outlook
from stormcone.forecast.protons import ProtonOutlook
from stormcone.reference.utc import write_utc

PRODUCTS = (
    "kp",
    "kp-nowcast",
    "kp-27d",
    "ap",
    "storms",
    "f107",
    "dst",
    "flares",
    "protons",
    "hf",
    "gnss",
    "radiation",
)
"""Those of `centre.products`, which takes seconds to import."""
CME = "cme"
Rows = Mapping[str, Sequence[datetime] | NDArray[np.float64]]
Part = Outlook | Chance | ProtonOutlook | CmeArrival
SHOWN = (0.05, 0.5, 0.95)


@click.command()
@click.argument("product", type=click.Choice([*PRODUCTS, CME]))
@click.option("--at", type=Time(), help="From what was known then.  [default: the end]")
@click.option("--json", "as_json", is_flag=True, help="One JSON object a line.")
@click.option("--launched", type=Time(), help="cme: when its front stood at 20 solar radii.")
@click.option("--speed", type=click.FloatRange(100, 5000), help="cme: its speed there, km/s.")
@click.option(
    "--wind",
    type=click.FloatRange(200, 1200),
    help="cme: the wind it runs into, km/s.  [default: the observed one, else a spread]",
)
@click.option("--longitude", type=float, help="cme: degrees from the Earth, west positive.")
@click.option("--latitude", type=float, default=0.0, help="cme: degrees north of the Earth.")
@click.option("--half-width", type=float, help="cme: half the opening of its cone, degrees.")
@of_an_archive
def forecast(
    product: str,
    at: datetime | None,
    scenario: str,
    site: Path | None,
    recordings: Path | None,
    *,
    as_json: bool,
    **ejection: datetime | float | None,
) -> None:
    """Print what is expected, with quantiles or probabilities, beside two simple rules.

    For cme give --launched and --speed; with --longitude, --latitude and --half-width it says
    how probably the ejection comes at all.
    """
    from stormcone.centre import products
    from stormcone.centre.clock import wall

    with told(), opened(scenario, site, recordings, at) as (archive, newest):
        moment = at or newest or wall()
        if product == CME:
            seen = _ejection(ejection, products.observed_wind_km_s(archive, moment))
            found: tuple[Part, ...] = (products.cme(moment, seen),)
        else:
            found = products.forecast(product, archive, moment)
        if not found:
            click.echo(f"{product}: nothing to forecast from at {write_utc(moment)}")
        elif as_json:
            click.echo("\n".join(map(_line, found)))
        else:
            _print(product, found)


def _ejection(
    measured: Mapping[str, datetime | float | None], wind_km_s: float | None
) -> CmeInputs:
    if measured["launched"] is None or measured["speed"] is None:
        raise WrongError("cme: give --launched and --speed of the ejection")
    names = {"speed": "speed_km_s", "longitude": "longitude_deg", "latitude": "latitude_deg"}
    names |= {"half_width": "half_width_deg", "launched": "launched", "wind": "wind_km_s"}
    seen = {names[key]: value for key, value in measured.items()}
    if seen["wind_km_s"] is None:
        seen["wind_km_s"] = wind_km_s
    return msgspec.convert(seen, CmeInputs)


def _line(part: Part) -> str:
    return msgspec.json.encode(part, enc_hook=_plain).decode()


def _plain(value: object) -> object:
    if isinstance(value, np.ndarray):
        flat = [x if np.isfinite(x) else None for x in value.ravel().tolist()]
        return np.array(flat, object).reshape(value.shape).tolist()
    if isinstance(value, np.generic):
        return value.item()
    raise TypeError(f"{type(value).__name__} has no JSON form")


def _print(product: str, parts: Sequence[Part]) -> None:
    console = Console()
    chances = [one for one in parts if isinstance(one, Chance)]
    for part in parts:
        if isinstance(part, Outlook):
            console.print(_outlook(part))
        elif isinstance(part, CmeArrival):
            rows: Rows = {
                "arrival": part.arrival,
                "speed, km/s": part.speed_km_s,
                "Kp": part.kp,
            }
            console.print(_quantiles("cme", part.levels, rows))
            console.print(f"probability that it comes: {_share(part.hit) or 'not known'}")
        elif isinstance(part, ProtonOutlook):
            rows = {"onset": part.onset, "peak": part.peak, "peak, pfu": part.peak_pfu}
            console.print(_quantiles("if protons come", part.levels, rows))
            chances += part.chances
    if chances:
        console.print(_chances(product, chances))


def _outlook(made: Outlook) -> Table:
    places = [int(np.argmin(np.abs(np.array(made.levels) - level))) for level in SHOWN]
    table = Table(
        "valid",
        *(f"{made.levels[place]:.0%}" for place in places),
        "persistence",
        "climatology",
        title=_title(made.quantity, made.issued, made.says),
    )
    for lead, valid in enumerate(made.valid):
        row = (*made.values[lead, places], made.persistence[lead], made.climatology[lead])
        table.add_row(_time(valid), *map(_number, row))
    return table


def _chances(product: str, found: Sequence[Chance]) -> Table:
    columns = {
        "event": [one.event for one in found],
        "from": [_time(one.begin) for one in found],
        "to": [_time(one.end) if one.end > one.begin else "" for one in found],
        "probability": [_share(one.probability) or "not known" for one in found],
        "persistence": [_share(one.persistence) for one in found],
        "climatology": [_share(one.climatology) for one in found],
        "says": [", ".join(one.says) for one in found],
    }
    filled = {name: cells for name, cells in columns.items() if any(cells)}
    table = Table(*filled, title=_title(product, found[0].issued))
    for row in zip(*filled.values(), strict=True):
        table.add_row(*row)
    return table


def _quantiles(
    title: str,
    levels: Sequence[float],
    rows: Rows,
) -> Table:
    """Return the quantiles of an event's times and sizes, one row a quantile."""
    table = Table("quantile", *rows, title=title)
    for place, level in enumerate(levels):
        cells = (values[place] for values in rows.values())
        table.add_row(f"{level:.0%}", *map(_cell, cells))
    return table


def _cell(value: datetime | float) -> str:
    return _time(value) if isinstance(value, datetime) else _number(value)


def _time(at: datetime) -> str:
    return f"{write_utc(at)[:16]}Z"


def _title(what: str, issued: datetime, says: tuple[str, ...] = ()) -> str:
    words = f"; {', '.join(says)}" if says else ""
    return f"{what}, issued {_time(issued)}{words}"


def _number(value: float) -> str:
    return "" if np.isnan(value) else f"{value:.4g}"


def _share(value: float | None) -> str:
    return "" if value is None or np.isnan(value) else f"{value:.3f}"
