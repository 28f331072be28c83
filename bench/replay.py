"""The whole chain: three days flat out, from reading to release, and what stays in memory."""

import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
import psutil

from stormcone.centre.replay import Issued, issued, play
from stormcone.observation import scenario

MEASURED_ALONE = "import bench.replay as b; b.alone()"


def measure() -> dict[str, float]:
    """Return the figures of one flat-out replay in a process of its own."""
    ran = subprocess.run(
        [sys.executable, "-c", MEASURED_ALONE],
        capture_output=True,
        text=True,
        check=True,
        cwd=Path(__file__).parents[1],
    )
    pairs = (line.split("\t") for line in ran.stdout.splitlines())
    return {what: float(value) for what, value in pairs}


def alone() -> None:
    """Replay once to warm up the kernels, then once for the figures; print them."""
    storm = scenario.load("2026-01")
    seconds, _ = _replay(storm, hours=6)
    seconds, lines = _replay(storm, hours=72)
    latencies = [line.latency_s for line in lines]
    resident = psutil.Process(os.getpid()).memory_info().rss / 2**20
    figures = {
        "replay of three days, x real time (goal 5000)": 72 * 3600 / seconds,
        "replay of three days, s": seconds,
        "advisories": len(lines),
        "observation to release in exercise mode, p50 s of scenario time": np.median(latencies),
        "observation to release in exercise mode, p99 s of scenario time": np.quantile(
            latencies, 0.99
        ),
        "resident after the replay, MB (goal 600)": resident,
    }
    for what, value in figures.items():
        print(f"{what}\t{value}")


def _replay(storm: scenario.Scenario, hours: int) -> tuple[float, list[Issued]]:
    with tempfile.TemporaryDirectory() as folder:
        began = time.perf_counter()
        end = storm.start + (storm.end - storm.start) * (hours / 72)
        made = play(storm, Path(folder), start=storm.start, end=end, speed=0)
        lines = [issued(release) for release in made]
        return time.perf_counter() - began, lines
