"""`stormcone train`: learn a model's coefficients, and score it on years it has not seen."""

from collections.abc import Mapping
from datetime import datetime
from hashlib import sha256
from importlib import import_module
from pathlib import Path
from types import ModuleType
from typing import cast

import click
import msgspec
import numpy as np
from msgspec.structs import replace

from stormcone.cli.common import RefusedError, WrongError, told
from stormcone.cli.train_inputs import read_inputs
from stormcone.forecast.regression import Coefficients, read_coefficients, write_coefficients
from stormcone.forecast.training import Input
from stormcone.observation import tables
from stormcone.verification.walk_forward import Model, lost, walk_forward

MODELS = {
    "kp": "kp",
    "kp-nowcast": "kp_nowcast",
    "ap": "ap",
    "f107": "f107",
    "dst": "dst_training",
    "flares": "flares_training",
    "protons": "protons_training",
}
WITHOUT_TRUTH = "scintillation"
EXISTING = click.Path(exists=True, file_okay=False, path_type=Path)


@click.command()
@click.argument("model", type=click.Choice([*MODELS, WITHOUT_TRUTH]))
@click.option(
    "--inputs",
    type=click.Path(exists=True, path_type=Path),
    multiple=True,
    required=True,
    help="Folder or file to learn from; may be given again.",
)
@click.option(
    "--until",
    type=click.DateTime(["%Y-%m-%d"]),
    help="Learn from before this day.  [default: day after the newest row]",
)
@click.option("--seed", default=0, show_default=True, help="Of the resamples.")
@click.option("--check", is_flag=True, help="Write nothing; fail if the packaged differ.")
@click.option(
    "--out",
    type=EXISTING,
    default=".",
    help="Existing folder; coefficients/MODEL.json is written there.  [default: here]",
)
@click.option("--skill", type=EXISTING, help="Folder for MODEL.json with the scores alone.")
def train(
    model: str,
    inputs: tuple[Path, ...],
    until: datetime | None,
    seed: int,
    *,
    check: bool,
    out: Path,
    skill: Path | None,
) -> None:
    """Learn a MODEL from files, and score it on ten years it had not seen.

    Files are known by what they hold, not by their names. The same files, date and seed give
    the same bytes.
    """
    if model == WITHOUT_TRUTH:
        raise WrongError(
            "scintillation cannot be trained: no free record of measured S4 and phase "
            "scintillation is known; the forecast stays with its climatology"
        )
    module = import_module(f"stormcone.forecast.{MODELS[model]}")
    with told():
        tables_of = read_inputs(inputs, module.INPUTS)
        end = _until(until, tables_of)
        found = _learn(module, tables_of, end, seed)
        if check:
            _check(model, found)
        else:
            _write(model, found, out, skill)


def _learn(
    module: ModuleType, inputs: Mapping[str, Input], until: np.datetime64, seed: int
) -> Coefficients:
    model = cast(Model, module)
    rng = np.random.Generator(np.random.PCG64(seed))
    learnt = model.train(inputs, until, rng)
    reported = getattr(module, "REPORTED", None)
    return replace(learnt, skill=walk_forward(model, inputs, until, rng, reported=reported))


def _until(until: datetime | None, inputs: Mapping[str, Input]) -> np.datetime64:
    """Return the day given, or the first that no input reaches."""
    if until is not None:
        return np.datetime64(until.date(), "D")
    newest = min(one.columns["at"][-1] for one in inputs.values())
    return np.datetime64(newest, "D") + np.timedelta64(1, "D")


def _write(model: str, found: Coefficients, out: Path, skill: Path | None) -> None:
    body = write_coefficients(found)
    place = out / "coefficients" / f"{model}.json"
    place.parent.mkdir(exist_ok=True)
    place.write_bytes(body)
    click.echo(f"{place}: {len(body)} bytes, sha256 {sha256(body).hexdigest()}")
    if skill is not None:
        scores = {"model": model, "inputs": found.inputs, **found.skill}
        text = msgspec.json.format(msgspec.json.encode(scores, order="sorted"), indent=1)
        (skill / f"{model}.json").write_bytes(text + b"\n")
        click.echo(f"{skill / model}.json: scores from {found.skill['from']} on")


def _check(model: str, found: Coefficients) -> None:
    body = tables.coefficients(model)
    if body is None:
        raise RefusedError(f"no coefficients of {model} are packaged; train without --check")
    if body == write_coefficients(found):
        click.echo(f"{model}: the packaged bytes, sha256 {sha256(body).hexdigest()}")
        return
    packaged = read_coefficients(body)
    fields = [
        name
        for name in Coefficients.__struct_fields__
        if write_coefficients(replace(packaged, **{name: getattr(found, name)})) != body
    ]
    worse = ", ".join(lost(packaged.skill, found.skill)) or "none"
    raise RefusedError(
        f"{model} comes out otherwise than packaged in {', '.join(fields)}; "
        f"targets with skill below the packaged interval: {worse}"
    )
