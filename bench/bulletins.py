"""Bulletins: reading and writing an advisory, judging its XML, putting a mask into words."""

import statistics
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from importlib.resources import files
from importlib.resources.abc import Traversable

import numpy as np
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
FEW, MANY = 34, 340
REPEATS = 15


def measure() -> dict[str, float]:
    """Time each step on an absorption event over both polar caps, a degree a cell."""
    grid = global_grid()
    mask = polar_caps(grid)
    area = outline(mask, grid)
    advisory = absorption(simplify(area).parts)
    text = tac_amd82.write(advisory).data
    xml = iwxxm_2025_2.write(advisory).data
    validator = Validator(tree(files("stormcone.bulletin") / "schemas"))
    validator.check(xml)
    few = milliseconds(lambda: tac_amd82.read(text * FEW)) / FEW
    many = milliseconds(lambda: tac_amd82.read(text * MANY)) / MANY
    return {
        "TAC read, ms": few,
        "TAC read, each of 340 / each of 34": many / few,
        "TAC write, ms": milliseconds(lambda: tac_amd82.write(advisory)),
        "IWXXM write, ms": milliseconds(lambda: iwxxm_2025_2.write(advisory)),
        "GeoJSON write, ms": milliseconds(lambda: geojson.write(advisory)),
        "XSD, Schematron and house rules, ms": milliseconds(lambda: validator.check(xml)),
        "the same / parsing it": milliseconds(lambda: validator.check(xml))
        / milliseconds(lambda: parse_xml(xml)),
        "outline of 181 x 360, ms": milliseconds(lambda: outline(mask, grid)),
        "simplify, ms": milliseconds(lambda: simplify(area)),
        "over-forecast": simplify(area).over_forecast,
        "characters": float(len(text)),
    }


def milliseconds(work: Callable[[], object]) -> float:
    """Return the median time of `work`."""
    spans = []
    for _ in range(REPEATS):
        start = time.perf_counter()
        work()
        spans.append(time.perf_counter() - start)
    return statistics.median(spans) * 1e3


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
