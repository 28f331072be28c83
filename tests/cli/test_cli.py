"""The commands as a user types them: help for each, honest statuses, errors in one line."""

import json

import click
import pytest
from click.testing import CliRunner

from stormcone.cli import main

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


def test_a_feed_that_does_not_answer_is_not_recorded(tmp_path):
    refused = run("feeds", "record", "nothing", "--to", str(tmp_path))
    assert refused.exit_code == 2
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("words", "status", "named"),
    [
        (["archive", "gaps", "--quantity", "rain", *SPAN_OF_X_RAYS], 2, "rain"),
        (["replay", "2031-01"], 2, "2031-01"),
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
