"""Kill -9 at any moment of a replay: nothing lost, nothing doubled, the same final state."""

import random
import subprocess
import sys
from pathlib import Path
from time import sleep

import pytest

from stormcone.watch.fold import fold
from stormcone.watch.sqlite import SqliteStore

KILLS = 20
SPAN = ("--from", "2026-01-19T04:00:00Z", "--to", "2026-01-19T16:00:00Z")


def start(folder: Path) -> subprocess.Popen[bytes]:
    command = ["replay", "2026-01", "--speed", "14400", *SPAN, "--data", str(folder), "--json"]
    code = "import sys; from stormcone.cli import main; main(sys.argv[1:])"
    return subprocess.Popen(
        [sys.executable, "-c", code, *command],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )


def records(folder: Path) -> list[bytes]:
    store = SqliteStore(folder)
    try:
        return store.read(0, 10_000)
    finally:
        store.close()


@pytest.mark.slow
def test_a_replay_killed_twenty_times_ends_as_an_undisturbed_one(tmp_path):
    whole = tmp_path / "whole"
    assert start(whole).wait(120) == 0
    undisturbed = records(whole)
    chance = random.Random(20260119)
    killed, runs = 0, 0
    while killed < KILLS:
        folder = tmp_path / f"run{runs}"
        victim = start(folder)
        sleep(chance.uniform(1.0, 3.5))
        if victim.poll() is None:
            victim.kill()
            victim.wait()
            killed += 1
        else:
            assert records(folder) == undisturbed
            runs += 1
    assert start(tmp_path / f"run{runs}").wait(120) == 0
    assert records(tmp_path / f"run{runs}") == undisturbed
    assert fold(undisturbed).releases
