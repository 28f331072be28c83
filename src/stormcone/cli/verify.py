"""`stormcone verify`: what we said against what came, and against what others said."""

import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing
from datetime import datetime, timedelta
from importlib import import_module
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, cast

import click
import msgspec
import numpy as np
from rich.console import Console

from stormcone.advisory.advisory import Advisory
from stormcone.cli.common import DEFAULT_SCENARIO, FOLDER, Time, WrongError, told
from stormcone.cli.train import MODELS
from stormcone.cli.train_inputs import read_inputs
from stormcone.cli.verify_advisories import MEASURED, of_advisories
from stormcone.cli.verify_figure import draw
from stormcone.cli.verify_tables import (
    Table,
    bins,
    lines,
    reliable,
    scored,
    skill,
    text,
)
from stormcone.forecast.regression import read_coefficients
from stormcone.observation import scenario as scenarios
from stormcone.observation import tables
from stormcone.observation.archive import Archive
from stormcone.observation.columns import to_ms
from stormcone.observation.feed import QUANTITIES, UNUSABLE
from stormcone.observation.flares import Flare
from stormcone.observation.scenario import Scenario
from stormcone.verification import live
from stormcone.verification.truth import EVENTS, FLARES, Measured, truth_of
from stormcone.verification.walk_forward import Model, walk_forward

PRODUCTS = (
    *("kp", "kp-nowcast", "kp-27d", "ap", "storms", "f107", "dst", "flares", "protons", "cme"),
    *("hf", "gnss", "radiation", "aurora", "thermosphere"),
)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
BLOCKS = {"kp": 3 * DAY, "kp-nowcast": 3 * DAY, "dst": 3 * DAY}
"""Of 3-hourly and hourly series; those of days are resampled by solar rotations."""
ROTATION = 27 * DAY
SEED = 0
WHOLE = 10**9


class Days(click.ParamType[timedelta]):
    """A whole number of days on the command line: ``27d``."""

    name = "days"

    def convert(
        self,
        value: str | timedelta,
        param: click.Parameter | None,
        ctx: click.Context | None,
    ) -> timedelta:
        """Return `value` as a span, or say what one looks like."""
        if isinstance(value, timedelta):
            return value
        found = re.fullmatch(r"([1-9]\d{0,3})d", value)
        if found is None:
            self.fail(f"{value!r} is no number of days; expected one like 27d", param, ctx)
        return timedelta(days=int(found[1]))


class _Asked(msgspec.Struct, kw_only=True):
    """The options as they were given."""

    product: str
    start: datetime | None
    end: datetime | None
    against: str
    blocks: timedelta | None
    inputs: Path | None
    scenario: str
    data: Path | None
    as_json: bool
    recordings: Path | None
    figure: Path | None


@click.command()
@click.argument("product", type=click.Choice(["advisories", *PRODUCTS]))
@click.option("--from", "start", type=Time(), help="Begin here.  [default: the first record]")
@click.option("--to", "end", type=Time(), help="Stop here.  [default: the last record]")
@click.option(
    "--against",
    type=click.Choice(["persistence", "climatology", "archive"]),
    help="Show the skill against this rule only.  [default: every rule on record]",
)
@click.option(
    "--blocks",
    type=Days(),
    help="Days resampled together.  [default: 3d kp and dst, 27d others]",
)
@click.option("--inputs", type=FOLDER, help="Walk forward anew through your own files here.")
@click.option("--scenario", default=DEFAULT_SCENARIO, show_default=True, help="Recorded day.")
@click.option("--recordings", type=FOLDER, help="Your own downloads for a scenario.")
@click.option("--data", type=FOLDER, help="Score what the centre of this folder has kept.")
@click.option(
    "--figure",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Draw reliability and ROC into FILE.svg or FILE.png (needs stormcone[figures]).",
)
@click.option("--json", "as_json", is_flag=True, help="One JSON object a line.")
@click.pass_context
def verify(context: click.Context, /, **_: object) -> None:
    """Score PRODUCT against what came, or our advisories against the really issued ones.

    Scores stand with their 95 % interval and the number of cases; with fewer than 30 events
    there are counts only. `advisories` replays the scenario first, which takes a while, or
    reads the journal in --data.
    """
    asked = _Asked(**context.params)
    if asked.figure is not None and asked.product == "advisories":
        raise click.UsageError(
            "--figure draws probabilities; ask for a product, such as flares"
        )
    with told():
        try:
            for table in _tables(asked):
                _print(table, as_json=asked.as_json)
        except ValueError as error:
            raise WrongError(str(error)) from error


def _tables(asked: _Asked) -> Iterator[Table]:
    if asked.product == "advisories":
        return _of_advisories(asked)
    return _of_product(asked)


def _print(table: Table, *, as_json: bool) -> None:
    if as_json:
        for line in lines(table):
            click.echo(line)
    else:
        click.echo(text(table))


def _of_advisories(asked: _Asked) -> Iterator[Table]:
    loaded = scenarios.load(asked.scenario, asked.recordings)
    start, end = asked.start or loaded.start, asked.end or loaded.end
    ours = _replayed(loaded, start, end) if asked.data is None else _released(asked.data)
    return of_advisories(loaded, ours, start, end)


def _replayed(loaded: Scenario, start: datetime, end: datetime) -> list[Advisory]:
    from stormcone.centre.replay import play

    with (
        TemporaryDirectory(prefix="stormcone-") as made,
        Console(stderr=True).status(f"replaying {loaded.name}"),
    ):
        played = play(loaded, Path(made), start=start, end=end, speed=0)
        return [one.advisory for one in played]


def _released(folder: Path) -> list[Advisory]:
    """Return what the journal of a centre has released."""
    from stormcone.watch.fold import fold
    from stormcone.watch.sqlite import SqliteStore

    if not (folder / "journal.sqlite").exists():
        raise FileNotFoundError(f"no journal in {folder}; name the folder that `run` printed")
    with closing(SqliteStore(folder)) as store:
        state = fold(store.read(0, WHOLE))
    return [one.advisory for one in state.releases.values()]


def _of_product(asked: _Asked) -> Iterator[Table]:
    if asked.inputs is not None:
        yield from _walked(asked, asked.inputs)
        return
    if asked.data is not None:
        found = _live(asked, asked.data)
        yield f"{asked.product}: kept by this centre", scored(found, asked.against)
        if asked.figure is None and any(one.score for one in found):
            return
    yield from _walk_forward(asked)


def _live(asked: _Asked, folder: Path) -> tuple[live.Scored, ...]:
    """Return the scores of what a centre kept of a product and has the truth of."""
    from stormcone.centre.clock import wall

    file = folder / "kept" / f"{asked.product}.jsonl"
    every = live.read(file.read_bytes()) if file.is_file() else ()
    records = [
        one
        for one in every
        if (asked.start is None or one.valid >= asked.start)
        and (asked.end is None or one.valid <= asked.end)
    ]
    if not records:
        return ()
    with Archive(folder) as archive:
        measured = dict(_measured(archive, records, wall()))
    block = asked.blocks or BLOCKS.get(asked.product, ROTATION)
    rng = np.random.Generator(np.random.PCG64(SEED))
    return live.score(records, truth_of(records, measured), block=block, rng=rng)


def _measured(
    archive: Archive, records: Sequence[live.Kept], now: datetime
) -> Iterator[tuple[str, Measured]]:
    """Yield what was measured since of what the records rest on, by quantity, as known now."""
    first = min(one.begin or one.issued for one in records)
    last = max(one.valid for one in records) + DAY
    wanted = {EVENTS.get(one.quantity, (one.quantity, 0))[0] for one in records}
    if FLARES in wanted:
        yield FLARES, _flares(archive, first, last, now)
    for quantity in wanted & set(QUANTITIES):
        times: dict[np.datetime64, float] = {}
        for series in archive.series(quantity, first, last, known=now):
            seen = np.isin(series.provenance, MEASURED) & ~np.isnan(series.value)
            good = seen & (series.flags & UNUSABLE == 0)
            times |= dict(zip(series.at[good], series.value[good], strict=True))
        at = np.array(sorted(times), "datetime64[ms]")
        yield quantity, Measured(at, np.array([times[one] for one in sorted(times)], float))


def _flares(archive: Archive, first: datetime, last: datetime, now: datetime) -> Measured:
    """Return the flares that were told, each at its begin and its maximum, and who looked."""
    from stormcone.centre.sun import flares_watched, peak_w_m2

    found = sorted(
        (to_ms(at), peak_w_m2(flare.xray_class))
        for flare in archive.notices(first - DAY, last, known=now)
        if isinstance(flare, Flare) and flare.xray_class
        for at in (flare.issued, flare.maximum)
        if at is not None
    )
    at_ms, peak = np.array(found, float).reshape(-1, 2).T
    hours = np.flatnonzero(flares_watched(archive, first, last, HOUR, known=now))
    looked_ms = to_ms(first) + hours * (HOUR // timedelta(milliseconds=1))
    return Measured(
        at_ms.astype(np.int64).astype("datetime64[ms]"),
        peak,
        looked_ms.astype("datetime64[ms]"),
    )


def _walked(asked: _Asked, folder: Path) -> Iterator[Table]:
    """Yield the scores of a model that is learnt anew from the user's files, year by year."""
    if asked.product not in MODELS:
        known = ", ".join(MODELS)
        raise WrongError(f"{asked.product} is not learnt from files; those that are: {known}")
    module = import_module(f"stormcone.forecast.{MODELS[asked.product]}")
    inputs = read_inputs((folder,), module.INPUTS)
    newest = min(one.columns["at"][-1] for one in inputs.values()).astype("datetime64[D]")
    day = np.timedelta64(1, "D")
    until = newest + day if asked.end is None else np.datetime64(asked.end.date(), "D")
    reported = getattr(module, "REPORTED", None)
    rng = np.random.Generator(np.random.PCG64(SEED))
    found = walk_forward(cast(Model, module), inputs, until, rng, reported=reported)
    yield from _of_skill(asked, found, f"learnt from {folder}")


def _walk_forward(asked: _Asked) -> Iterator[Table]:
    body = tables.coefficients(asked.product)
    if body is None:
        yield f"{asked.product}: no walk-forward result came with this version", ()
        return
    found = read_coefficients(body)
    yield from _of_skill(asked, found.skill, f"learnt until {found.trained_until}")


def _of_skill(asked: _Asked, found: Mapping[str, Any], origin: str) -> Iterator[Table]:
    targets = found.get("targets", found)
    span = f" from {found['from']} to {found['until']}" if "from" in found else ""
    title = f"{asked.product}: walk-forward{span}, not of this centre; {origin}"
    yield title, skill(targets, asked.against)
    held = bins(targets)
    if held:
        yield f"{asked.product}: what was said, and how often it came", reliable(held)
    if asked.figure is not None:
        draw(held, asked.figure)
