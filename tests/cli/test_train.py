"""`stormcone train`: the packaged bytes come out again, and refusals that say what to do."""

import gzip
import json
import shutil

import numpy as np
import pytest
from click.testing import CliRunner
from msgspec.structs import replace

from stormcone.cli import main
from stormcone.cli.train import MODELS
from stormcone.cli.train_inputs import read_inputs
from stormcone.forecast import ap, f107, kp
from stormcone.forecast.regression import read_coefficients, write_coefficients
from stormcone.observation import tables

OMNI = "data/weather/omni2_1998.txt.gz"
SW_ALL = "data/swx/indices/celestrak_SW-All_20250721.txt.gz"
UNTIL = "2025-07-21"
MOST_BYTES = 100_000


def train(*words):
    return CliRunner().invoke(main, ["train", *map(str, words)])


@pytest.mark.parametrize("model", ["kp", "kp-nowcast", "ap", "f107"])
def test_packaged_coefficients_are_small_and_say_how_good_they_are(root, model):
    body = tables.coefficients(model)
    assert len(body) < MOST_BYTES
    found = read_coefficients(body)
    assert write_coefficients(found) == body
    record = json.loads((root / "authorities/skill" / f"{model}.json").read_bytes())
    assert record["targets"] == found.skill["targets"]


@pytest.mark.shared
def test_the_packaged_bytes_come_out_again(shared):
    ran = train("kp-nowcast", "--inputs", shared / OMNI, "--check")
    assert ran.exit_code == 0, ran.output
    assert ran.output.startswith("kp-nowcast: the packaged bytes, sha256 ")


@pytest.mark.shared
@pytest.mark.parametrize("model", [ap, f107, pytest.param(kp, marks=pytest.mark.slow)])
def test_what_the_scores_are_of_comes_out_again(shared, model):
    """Everything but the scores; these take a minute, and `--check` compares them too."""
    packaged = read_coefficients(tables.coefficients(model.MODEL))
    inputs = read_inputs([shared / SW_ALL], model.INPUTS)
    found = model.train(inputs, np.datetime64(UNTIL), np.random.Generator(np.random.PCG64(0)))
    assert write_coefficients(found) == write_coefficients(replace(packaged, skill={}))


@pytest.mark.shared
def test_a_file_is_known_by_what_it_holds_and_may_be_in_parts(shared, tmp_path):
    rows = gzip.decompress((shared / OMNI).read_bytes()).splitlines(keepends=True)
    (tmp_path / "second").write_bytes(b"".join(rows[5000:]))
    (tmp_path / "first").write_bytes(b"".join(rows[:5000]))
    (tmp_path / "letter.txt").write_text("Dear reader,\n")
    (tmp_path / "coefficients").mkdir()
    ran = train("kp-nowcast", "--inputs", tmp_path, "--out", tmp_path, "--skill", tmp_path)
    assert ran.exit_code == 0, ran.output
    found = read_coefficients((tmp_path / "coefficients/kp-nowcast.json").read_bytes())
    packaged = read_coefficients(tables.coefficients("kp-nowcast"))
    assert found.inputs[0].name == "first second"
    assert (found.weights, found.skill) == (packaged.weights, packaged.skill)
    assert json.loads((tmp_path / "kp-nowcast.json").read_bytes())["model"] == "kp-nowcast"


@pytest.mark.shared
def test_other_coefficients_fail_the_check_and_say_in_what(shared):
    ran = train("kp-nowcast", "--inputs", shared / OMNI, "--until", "1998-11-01", "--check")
    assert ran.exit_code == 1
    assert "otherwise than packaged in trained_until" in ran.output
    assert "weights" in ran.output


@pytest.mark.shared
def test_two_records_of_the_same_time_are_refused(shared, tmp_path):
    for name in ("a", "b"):
        shutil.copy(shared / OMNI, tmp_path / name)
    ran = train("kp-nowcast", "--inputs", tmp_path, "--check")
    assert ran.exit_code == 2
    assert "a and b overlap; name one of them" in ran.output


@pytest.mark.parametrize("model", MODELS)
def test_a_folder_without_the_table_is_refused(model, tmp_path):
    ran = train(model, "--inputs", tmp_path)
    assert ran.exit_code == 2
    assert f"in {tmp_path}" in ran.output


def test_scintillation_has_no_truth_to_learn_from(tmp_path):
    ran = train("scintillation", "--inputs", tmp_path)
    assert ran.exit_code == 2
    assert "no free record of measured S4" in ran.output


@pytest.mark.shared
def test_a_date_before_the_record_is_refused(shared):
    ran = train("kp-nowcast", "--inputs", shared / OMNI, "--until", "1990-01-01")
    assert ran.exit_code == 1
    assert "feed" in ran.output
