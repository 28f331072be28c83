"""The highest frequency that absorption reaches, each 2 by 4 degrees, by SWPC's D-RAP."""

import re
from collections.abc import Iterator
from datetime import timedelta

import numpy as np

from stormcone.observation.feed import GridReading, Provenance, UnreadableError
from stormcone.observation.maps import within
from stormcone.observation.swpc import swpc_feed
from stormcone.observation.texts import IncompleteError
from stormcone.reference.grid import Grid
from stormcone.reference.utc import read_utc

QUANTITY = "haf_mhz"
LATITUDES = 90
HIGHEST_MHZ = 100.0  # no flare and no proton storm comes near
_VALID = re.compile(r"^# Product Valid At : (\d{4}-\d\d-\d\d \d\d:\d\d) UTC", re.MULTILINE)
_HEADING = re.compile(r"^\s+((?:-?\d+\s+)+-?\d+)\s*$", re.MULTILINE)
_ROW = re.compile(r"^\s*(-?\d+) \|((?:\s+\d+\.\d)+)\s*$", re.MULTILINE)


def read_drap(body: bytes) -> Iterator[GridReading]:
    """Yield the one map of ``drap_global_frequencies.txt``.

    Raises
    ------
    UnreadableError
        If the body is no such map.
    IncompleteError
        If it stops before the last latitude.
    """
    text = body.decode("ascii", "replace")
    valid, heading = _VALID.search(text), _HEADING.search(text)
    if valid is None or heading is None:
        raise UnreadableError(
            f"drap: body starts {text[:60]!r}, expected '# Product Valid At :' and longitudes"
        )
    grid, cells = _table(text, heading[1].split())
    try:
        at = read_utc(valid[1])
    except ValueError as error:
        raise UnreadableError(f"drap: {error}") from error
    yield GridReading(
        quantity=QUANTITY,
        grid=grid,
        values=within("drap", np.array(cells, float), HIGHEST_MHZ).astype(np.float32),
        at=at,
        source="D-RAP",
        provenance=Provenance.RECONSTRUCTED,
    )


def _table(text: str, longitudes: list[str]) -> tuple[Grid, list[list[str]]]:
    found = [(row[1], row[2].split()) for row in _ROW.finditer(text)]
    cells = [cells for _, cells in found if len(cells) == len(longitudes)]
    if len(cells) != LATITUDES:
        raise IncompleteError(
            f"drap: {len(cells)} rows of {len(longitudes)} values, expected {LATITUDES}"
        )
    lat_deg = np.array([lat for lat, _ in found], float)
    lon_deg = np.array(longitudes, float)
    if not (np.diff(lat_deg) < 0).all() or not (np.diff(lon_deg) > 0).all():
        raise UnreadableError("drap: rows from north to south and west to east expected")
    return Grid(lat_deg=lat_deg, lon_deg=lon_deg), cells


drap = swpc_feed(
    "drap",
    "/text/drap_global_frequencies.txt",
    read_drap,
    every=timedelta(minutes=1),
    late=timedelta(minutes=3),
    max_age=timedelta(minutes=15),
)
