"""Bulletins: reading and writing an advisory, judging its XML, putting a mask into words.

Times are of the processor, so that others on the machine count little.
"""

import re
import time
import tracemalloc
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from functools import partial
from importlib.resources import files
from importlib.resources.abc import Traversable
from itertools import cycle, islice
from typing import Any

import numpy as np
import psutil
from numpy.typing import NDArray

from stormcone.advisory.advisory import Advisory, Group, Number, Outlook, State
from stormcone.advisory.remarks import remark
from stormcone.advisory.times import forecast_times, next_time
from stormcone.bulletin import geojson, iwxxm_2025_2, tac_amd82
from stormcone.bulletin.validate import Validator
from stormcone.bulletin.xml import parse_xml
from stormcone.effect.areas import outline, simplify
from stormcone.effect.effect import Cause, Kind, Severity
from stormcone.reference.grid import Grid, global_grid

T0 = datetime(2026, 1, 19, 10, 30, tzinfo=UTC)
GEOMAGNETIC_POLE_DEG = (80.7, -72.7)
CAP_EDGE_DEG = 60
REPEATS = 15
REAL = files("stormcone.observation") / "scenarios/2026-01/advisories.txt"
STREAM, SAMPLED = 10_000, 250
GROWTH = (1, 10, 29)  # times the 34 of the recording; one text holds at most 1000 advisories


def measure() -> dict[str, float]:
    """Time each step on the real advisories, and on an absorption event over both caps."""
    validator = Validator(tree(files("stormcone.bulletin") / "schemas"))
    return (
        starting(validator)
        | real_texts(validator)
        | growth()
        | stream(validator)
        | held()
        | absorption_event()
    )


def starting(validator: Validator) -> dict[str, float]:
    """Return what the first check costs, which compiles the schemas, and what the next does."""
    xml = [iwxxm_2025_2.write(one).data for one in advisories()[:2]]
    first, second = (once_ms(partial(validator.check, one)) for one in xml)
    return {"first check, compiles the schemas, ms": first, "second check, ms": second}


def real_texts(validator: Validator) -> dict[str, float]:
    """Return the cost of each step for one of the 34 real advisories, on average."""
    parts, read = texts(), advisories()
    xml = [iwxxm_2025_2.write(one).data for one in read]
    check = each_ms(validator.check, xml)
    return {
        "TAC read, ms (goal 0.2)": each_ms(tac_amd82.read, parts),
        "TAC write, ms": each_ms(tac_amd82.write, read),
        "IWXXM write, ms (goal 1)": each_ms(iwxxm_2025_2.write, read),
        "GeoJSON write, ms": each_ms(geojson.write, read),
        "XSD, Schematron and house rules, ms (goal 10)": check,
        "the same / parsing the XML": check / each_ms(parse_xml, xml),
    }


def growth() -> dict[str, float]:
    """Return what one advisory costs to read in longer texts, beside the text of 34."""
    whole = b"\n\n".join(texts()) + b"\n\n"
    few, *many = (
        milliseconds(partial(tac_amd82.read, whole * times)) / times for times in GROWTH
    )
    return {
        f"TAC read, each of {34 * times} / each of 34 (goal 1.5)": cost / few
        for times, cost in zip(GROWTH[1:], many, strict=True)
    }


def held() -> dict[str, float]:
    """Return the memory that read advisories hold, beside their text."""
    whole = (b"\n\n".join(texts()) + b"\n\n") * 10
    tac_amd82.read(whole)
    tracemalloc.start()
    before, _ = tracemalloc.get_traced_memory()
    read = tac_amd82.read(whole)
    after, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    each_kib = (after - before) / len(read.advisories) / 1024
    return {"memory of an advisory over its text, KiB (goal 50)": each_kib}


def stream(validator: Validator) -> dict[str, float]:
    """Return time and memory of 10 000 texts read, converted and checked, one after another."""
    process, held_mib = psutil.Process(), []
    start = time.process_time()
    for number, part in enumerate(islice(cycle(texts()), STREAM)):
        (advisory,) = tac_amd82.read(part).advisories
        validator.check(iwxxm_2025_2.write(advisory).data)
        if number % SAMPLED == 0:
            held_mib.append(process.memory_info().rss / 2**20)
    spent_s = time.process_time() - start
    first, second = held_mib[: len(held_mib) // 2], held_mib[len(held_mib) // 2 :]
    return {
        f"read, convert, check {STREAM} one by one, ms each": spent_s / STREAM * 1e3,
        "the process at most, MiB": max(held_mib),
        "its second half over its first, MiB (goal 0 or less)": max(second) - max(first),
    }


def absorption_event() -> dict[str, float]:
    """Return the cost from a mask to words, for absorption over both caps, a degree a cell."""
    grid = global_grid()
    mask = polar_caps(grid)
    area = outline(mask, grid)
    simplified = simplify(area)
    return {
        "outline of 181 x 360, ms": milliseconds(lambda: outline(mask, grid)),
        "simplify, ms": milliseconds(lambda: simplify(area)),
        "over-forecast": simplified.over_forecast,
        "characters": float(len(tac_amd82.write(absorption(simplified.parts)).data)),
    }


def texts() -> list[bytes]:
    """Return the 34 real advisories of January 2026, each with its heading."""
    parts = re.split(rb"(?=^FNXX)", REAL.read_bytes(), flags=re.MULTILINE)
    return [part.strip() for part in parts if part.strip()]


def advisories() -> list[Advisory]:
    return [tac_amd82.read(part).advisories[0] for part in texts()]


def each_ms(work: Callable[[Any], object], given: Sequence[object]) -> float:
    """Return the mean time of one of `given`, of the best round."""
    return milliseconds(lambda: [work(one) for one in given]) / len(given)


def once_ms(work: Callable[[], object]) -> float:
    start = time.process_time()
    work()
    return (time.process_time() - start) * 1e3


def milliseconds(work: Callable[[], object]) -> float:
    """Return the best time of `work`."""
    return min(once_ms(work) for _ in range(REPEATS))


def polar_caps(grid: Grid) -> NDArray[np.bool_]:
    """Return the cells poleward of 60 degrees of a centred dipole, in both hemispheres."""
    lat, lon = np.meshgrid(np.radians(grid.lat_deg), np.radians(grid.lon_deg), indexing="ij")
    pole_lat, pole_lon = np.radians(GEOMAGNETIC_POLE_DEG)
    sine = np.sin(lat) * np.sin(pole_lat)
    sine += np.cos(lat) * np.cos(pole_lat) * np.cos(lon - pole_lon)
    mask: NDArray[np.bool_] = np.abs(sine) > np.sin(np.radians(CAP_EDGE_DEG))
    return mask


def absorption(regions: tuple) -> Advisory:
    """Return an advisory that says `regions` in all five outlooks."""
    groups = tuple(Group(severity=Severity.MODERATE, region=region) for region in regions)
    times = (T0, *forecast_times(T0))
    return Advisory(
        number=Number(2026, Kind.HF_COM, 17),
        centre="CRC",
        issued=T0 + timedelta(minutes=12),
        effects=(Kind.HF_COM,),
        outlooks=tuple(
            Outlook(observed=at == T0, at=at, state=State.GROUPS, groups=groups) for at in times
        ),
        remark=remark(Cause.PCA, Severity.MODERATE),
        next_by=next_time(T0, T0),
        cause=Cause.PCA,
    )


def tree(folder: Traversable, prefix: str = "") -> dict[str, bytes]:
    """Return the bytes of every file below `folder`, by relative path."""
    found: dict[str, bytes] = {}
    for entry in folder.iterdir():
        path = f"{prefix}{entry.name}"
        found |= tree(entry, f"{path}/") if entry.is_dir() else {path: entry.read_bytes()}
    return found
