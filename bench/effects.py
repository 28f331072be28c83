"""All four effects over 24 hourly steps on one degree: which part costs what, goal 1 s."""

import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory

import psutil

from stormcone.centre.inputs import Inputs
from stormcone.centre.maps import Maps
from stormcone.observation import scenario
from stormcone.observation.archive import Archive

AT = datetime(2026, 1, 19, 19, 30, tzinfo=UTC)
HOURS = tuple(float(hour) for hour in range(24))


def measure() -> dict[str, float]:
    """Return the seconds of each effect's medians, of all, and the memory held at the end."""
    with TemporaryDirectory() as folder, Archive(Path(folder)) as archive:
        scenario.fill(archive, scenario.load("2026-01"))
        maps = Maps(Inputs(archive))
        parts = {
            "HF absorption": lambda: maps.hf_fields(AT, HOURS),
            "aurora (Kp and oval)": lambda: [s.mask for s in maps.auroral_fields(AT, HOURS)],
            "MUF depression": lambda: maps.muf_fields(AT, HOURS),
            "electron content": lambda: maps.gnss_fields(AT, HOURS),
            "dose at 8 levels": lambda: _doses(maps),
        }
        for part in parts.values():
            part()
        took = {f"{name}, s": _best(part) for name, part in parts.items()}
    cells = maps.grid.shape[0] * maps.grid.shape[1] * len(HOURS)
    whole = sum(took.values())
    return {
        **took,
        "all four effects, 24 steps, s (goal 1)": whole,
        "all, ns a cell-step": whole / cells * 1e9,
        "memory of the process, MB": psutil.Process().memory_info().rss / 1e6,
    }


def _doses(maps: Maps) -> list[object]:
    made = maps.radiation_fields(AT, HOURS)
    return [made.middle(step) for step in range(len(HOURS))]


def _best(part: Callable[[], object], times: int = 3) -> float:
    taken = []
    for _ in range(times):
        begun = time.perf_counter()
        part()
        taken.append(time.perf_counter() - begun)
    return min(taken)
