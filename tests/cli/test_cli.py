"""The commands as a user types them: help for each, honest statuses, errors in one line."""

import json
from datetime import UTC, datetime

import click
import numpy as np
import pytest
from click.testing import CliRunner

from stormcone.cli import main
from stormcone.cli.show import _said
from stormcone.observation.feed import GridReading
from stormcone.reference.grid import global_grid

SPAN = ["--from", "2026-01-18T17:50:00Z", "--to", "2026-01-18T18:30:00Z"]


def run(*words):
    return CliRunner().invoke(main, list(words))


def commands(group: click.Group, path=()):
    for name, command in group.commands.items():
        yield (*path, name), command
        if isinstance(command, click.Group):
            yield from commands(command, (*path, name))


@pytest.mark.parametrize(("path", "command"), list(commands(main)), ids=str)
def test_every_command_has_help_and_every_option_too(path, command):
    assert command.help
    for parameter in command.params:
        if isinstance(parameter, click.Option):
            assert parameter.help, f"{path}: {parameter.name} has no help"
    assert run(*path, "--help").exit_code == 0


def test_a_replay_prints_one_json_object_a_line():
    ran = run("replay", "2026-01", "--flat-out", "--json", *SPAN)
    (line,) = [json.loads(text) for text in ran.stdout.splitlines()]
    assert line["key"] == "2026/HF COM/1"
    assert {"effect", "cause", "thread", "issued", "observed", "severity", "state"} <= set(line)
    assert (line["replaces"], line["latency_s"]) == ([], 180.0)


def test_a_replay_prints_the_same_bytes_twice():
    first, second = (run("replay", "2026-01", "--flat-out", *SPAN) for _ in range(2))
    assert first.stdout == second.stdout
    assert first.stdout.startswith("SWX ADVISORY")


def test_advise_prints_a_marked_draft_or_says_that_there_is_nothing():
    drafted = run("advise", "--at", "2026-01-18T18:30Z")
    assert drafted.stdout.startswith("DRAFT - NOT A BULLETIN")
    quiet = run("advise", "--at", "2026-01-18T06:00Z")
    assert quiet.stdout == "nothing to draft at 2026-01-18T06:00:00Z\n"


def test_scenarios_and_feeds_are_listed():
    assert "reconstructed" in run("scenarios").stdout
    described = [json.loads(x) for x in run("scenarios", "--json").stdout.splitlines()]
    assert {"2024-05", "2026-01"} <= {one["name"] for one in described}
    names = [json.loads(x)["name"] for x in run("feeds", "--json").stdout.splitlines()]
    assert {"goes-xrs", "goes-protons", "kp", "alerts"} <= set(names)


def test_a_saved_body_is_read_or_refused_with_the_reason(root, tmp_path):
    recorded = root / "tests/observation/recorded/goes-xrays-1-day.2026-10-15.json"
    read = run("feeds", "read", "goes-xrs", str(recorded))
    assert json.loads(read.stdout.splitlines()[0])["quantity"].startswith("xray")
    torn = tmp_path / "torn.json"
    torn.write_bytes(recorded.read_bytes()[:500])
    refused = run("feeds", "read", "goes-xrs", str(torn))
    assert refused.exit_code == 2
    assert "goes-xrs" in refused.stderr


def test_a_map_is_told_by_its_shape_and_extremes(root):
    recorded = root / "tests/observation/recorded/ovation.2026-10-15.json"
    read = run("feeds", "read", "ovation", str(recorded))
    assert read.exit_code == 0
    (one,) = [json.loads(line) for line in read.stdout.splitlines()]
    assert one["quantity"] == "aurora_probability_percent"
    assert (one["shape"], one["missing"]) == ([181, 360], 181 * 360 - 2715)
    assert (one["least"], one["greatest"]) == (0, 33)
    assert (one["at"], one["valid"]) == ("2026-10-15T17:48:00Z", "2026-10-15T18:47:00Z")


SWX = "data/swx"
MAPS = [
    ("drap", f"{SWX}/services/swpc/drap-global-frequencies.2026_08_20.txt", 1),
    ("ovation", f"{SWX}/services/swpc/ovation-aurora.2026_08_01.json", 1),
    ("ionex-final", f"{SWX}/ionex/IGS0OPSFIN_20243490000_01D_02H_GIM.INX.gz", 13),
    ("ionex-final", f"{SWX}/ionex/CKMG0090.21I.gz", 25),
    ("ionex-rapid", f"{SWX}/ionex/codg0080.20i.Z", 25),
]


@pytest.mark.shared
@pytest.mark.parametrize(("feed", "path", "count"), MAPS)
def test_every_recorded_map_is_one_json_object(shared, feed, path, count):
    read = run("feeds", "read", feed, str(shared / path))
    assert read.exit_code == 0, read.output
    told = [json.loads(line) for line in read.stdout.splitlines()]
    assert [one["record"] for one in told] == ["map"] * count
    assert all(one["least"] < one["greatest"] for one in told)


def test_a_map_without_any_value_has_no_extremes():
    one = GridReading(
        quantity="vtec_tecu",
        grid=global_grid(90.0),
        values=np.full((3, 4), np.nan, np.float32),
        at=datetime(2026, 1, 18, tzinfo=UTC),
        source="X",
    )
    told = _said(one)
    assert (told["least"], told["greatest"], told["missing"]) == (None, None, 12)


@pytest.mark.parametrize(
    "words",
    [
        ("feeds",),
        ("advise",),
        ("archive", "compact", "--before", "2026-01-18T00:00Z"),
        ("archive", "gaps", "--quantity", "kp", *SPAN),
        ("archive", "export", "--quantity", "kp", *SPAN, "-o", "x.csv"),
    ],
    ids=" ".join,
)
def test_looking_at_a_site_that_is_not_there_makes_none(words, root, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    ran = run(*words, "--site", str(root / "deploy/live.toml"))
    assert ran.exit_code == 2
    assert f"no archive at {tmp_path}/stormcone-data/live/archive.sqlite" in ran.stderr
    assert "relative to the present folder" in ran.stderr
    assert list(tmp_path.iterdir()) == []


def test_an_export_to_nowhere_says_what_is_wrong():
    words = ("archive", "export", "--quantity", "xray_flux_w_m2", *SPAN_OF_X_RAYS)
    ran = run(*words, "-o", "/nonexistent/x.csv")
    assert ran.exit_code == 2
    assert "/nonexistent/x.csv is not written" in ran.stderr
    assert "deleted" not in ran.stderr


SPAN_OF_X_RAYS = ("--from", "2026-01-18T17:00Z", "--to", "2026-01-18T18:00Z")


def test_gaps_and_readings_come_out_of_the_archive(tmp_path):
    whole = run("archive", "gaps", "--quantity", "xray_flux_w_m2", *SPAN_OF_X_RAYS)
    assert whole.stdout.strip() == "no gap in xray_flux_w_m2"
    short = run(
        "archive", "gaps", "--quantity", "xray_short_flux_w_m2", *SPAN_OF_X_RAYS, "--json"
    )
    assert json.loads(short.stdout)["expected"] == 60
    table = tmp_path / "x-rays.csv"
    made = run(
        "archive", "export", "--quantity", "xray_flux_w_m2", *SPAN_OF_X_RAYS, "-o", str(table)
    )
    assert made.stdout.startswith("60 readings")
    assert table.read_text().count(",reconstructed") > 50  # the anchors are observed


def test_packaged_tables_are_listed_and_each_recipe_is_there(root):
    listed = [json.loads(line) for line in run("tables", "list", "--json").stdout.splitlines()]
    assert {"coefficients/kp.json", "iri_ccir_ursi_coefficients.npz"} <= {
        one["file"] for one in listed
    }
    assert all(one["unchanged"] for one in listed)
    for name in ("geomagnetic", "ionosphere", "cutoff"):
        assert f"tools/tables/{name}.py" in run("tables", "build", name).stdout
        assert (root / f"tools/tables/{name}.py").is_file()


def test_a_feed_that_does_not_answer_is_not_recorded(tmp_path):
    refused = run("feeds", "record", "nothing", "--to", str(tmp_path))
    assert refused.exit_code == 2
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("words", "status", "named"),
    [
        (["archive", "gaps", "--quantity", "rain", *SPAN_OF_X_RAYS], 2, "rain"),
        (["replay", "2031-01"], 2, "2031-01"),
        (["forecast", "kp", "--at", "2027-06-01T00:00Z"], 2, "2027-06-01"),
        (["field", "hf", "--at", "2025-06-01T00:00Z", "-o", "x.nc"], 2, "2025-06-01"),
        (["replay", "2026-01", "--from", "noon"], 2, "noon"),
        (["run", "--scenario", "storm"], 2, "storm"),
        (["run", "--speed", "-1"], 2, "-1"),
        (["feeds", "read", "nothing", "README.md"], 2, "nothing"),
        (["watch", "log", "--data", "/nonexistent"], 2, "/nonexistent"),
    ],
)
def test_a_wrong_word_is_named(words, status, named, root, monkeypatch):
    monkeypatch.chdir(root)
    ran = run(*words)
    assert ran.exit_code == status
    assert named in ran.stderr


def test_a_kept_replay_can_be_read_and_verified(tmp_path):
    folder = str(tmp_path / "kept")
    assert run("replay", "2026-01", "--flat-out", *SPAN, "--data", folder).exit_code == 0
    log = run("watch", "log", "--data", folder).stdout
    assert "2026/HF COM/1 released (issue)" in log
    assert run("watch", "verify", "--data", folder).stdout.startswith("whole: ")
    assert "live: 2026/HF COM/1" in run("watch", "state", "--data", folder).stdout
    json.loads(run("watch", "state", "--json", "--data", folder).stdout)
