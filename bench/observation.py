"""What reading, keeping and asking cost: each figure with its unit in its name."""

import json
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import msgspec

from stormcone.observation import scenario
from stormcone.observation.archive import Archive
from stormcone.observation.feed import Observation
from stormcone.observation.goes import read_xrays, xrs
from stormcone.observation.reading import read_body

RECORDED = Path(__file__).parents[1] / "tests/observation/recorded"
BODY = (RECORDED / "goes-xrays-1-day.2026-10-15.json").read_bytes()
START = datetime(2026, 1, 1, tzinfo=UTC)
DAY, MINUTE = timedelta(days=1), timedelta(minutes=1)


class Row(msgspec.Struct):
    time_tag: str
    satellite: int
    flux: float | None
    energy: str
    electron_contaminaton: bool = False


def best_s(run: Callable[[], object], times: int) -> float:
    """Seconds of the fastest of five rounds of `times` runs."""
    rounds = []
    for _ in range(5):
        begin = time.perf_counter()
        for _ in range(times):
            run()
        rounds.append((time.perf_counter() - begin) / times)
    return min(rounds)


def loop_over_json() -> list[tuple[str, int, float, str, bool]]:
    return [
        (r["time_tag"], r["satellite"], r["flux"], r["energy"], r["electron_contaminaton"])
        for r in json.loads(BODY)
    ]


def decoding() -> dict[str, float]:
    typed = best_s(lambda: msgspec.json.decode(BODY, type=list[Row]), 50)
    return {
        "observation_decode_ratio_to_json": typed / best_s(loop_over_json, 50),
        "observation_read_body_us_per_row": 1e6
        * best_s(lambda: read_body(xrs, BODY, START + 365 * DAY), 5)
        / len(list(read_xrays(BODY))),
    }


def minutes(days: int) -> list[tuple[Observation, datetime]]:
    """One reading a minute, each known a minute later."""
    return [
        (
            Observation(
                quantity="xray_flux_w_m2", value=1e-6, at=at, span_s=60, source="GOES-18"
            ),
            at + MINUTE,
        )
        for at in (START + n * MINUTE for n in range(days * 1440))
    ]


def as_of(days: int, root: Path) -> dict[str, float]:
    """Adding `days` of minutes, and reading the last 24 h of them as of their end."""
    rows = minutes(days)
    with Archive(root / f"{days}") as archive:
        begin = time.perf_counter()
        archive.add_dated(rows)
        added_s = time.perf_counter() - begin
        end = START + days * DAY

        def read() -> object:
            return archive.series("xray_flux_w_m2", end - DAY, end, known=end)

        begin = time.perf_counter()
        read()
        first_s = time.perf_counter() - begin
        return {
            f"observation_add_rows_per_s_{days}d": len(rows) / added_s,
            f"observation_first_read_ms_{days}d": 1e3 * first_s,
            f"observation_as_of_24h_us_{days}d": 1e6 * best_s(read, 200),
            f"observation_newest_us_{days}d": 1e6
            * best_s(lambda: archive.newest("xray_flux_w_m2", known=end), 200),
        }


def packaged_storm(root: Path) -> dict[str, float]:
    begin = time.perf_counter()
    storm = scenario.load("2026-01")
    loaded_s = time.perf_counter() - begin
    with Archive(root / "storm") as archive:
        begin = time.perf_counter()
        scenario.fill(archive, storm)
        filled_s = time.perf_counter() - begin
    return {
        "observation_scenario_load_ms": 1e3 * loaded_s,
        "observation_scenario_fill_ms": 1e3 * filled_s,
    }


def measure() -> dict[str, float]:
    """Return every figure of this stage by its name with unit."""
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        return decoding() | as_of(1, root) | as_of(365, root) | packaged_storm(root)


if __name__ == "__main__":
    for name, value in measure().items():
        print(f"{name:40} {value:12.3f}")
