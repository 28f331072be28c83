"""Maps of the ionosphere's electron content in IONEX, plain, gzipped or from Unix compress."""

import gzip
import zlib
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import numpy as np
import unlzw3
from numpy.typing import NDArray

from stormcone.observation.feed import GridReading, UnreadableError
from stormcone.reference.grid import Grid

_NAME = "ionex"
_NONE = 9999
_WIDTH = 5  # columns of a value
_PER_LINE = 16
_ROW = "LAT/LON1/LON2/DLON/H"

Maps = dict[datetime, NDArray[np.float32]]


def read_maps(body: bytes) -> Iterator[GridReading]:
    """Yield vertical electron content, TECU, of each epoch with its RMS if the file has one.

    A cell without a value is NaN. Latitudes run from north to south, longitudes from west to
    east, -180 and 180 both; the last map of a day is that of the next day's midnight. Maps of
    height and auxiliary data are passed over.

    Raises
    ------
    UnreadableError
        If the body is no IONEX, cannot be decompressed, or lacks maps that it promises.

    Notes
    -----
    Schaer, Gurtner and Feltens (1998), IONEX: the ionosphere map exchange format version 1.
    """
    try:
        return iter(_readings(_plain(body).decode("latin-1").splitlines()))
    except (ValueError, IndexError, OverflowError) as error:
        raise UnreadableError(f"{_NAME}: {error}") from error


def _plain(body: bytes) -> bytes:
    try:
        if body.startswith(b"\x1f\x8b"):
            return gzip.decompress(body)
        return bytes(unlzw3.unlzw(body)) if body.startswith(b"\x1f\x9d") else body
    except (OSError, EOFError, zlib.error) as error:
        raise ValueError(f"{len(body)} bytes cannot be unpacked: {error}") from error


def _readings(lines: list[str]) -> list[GridReading]:
    labels = [line[60:].strip() for line in lines]
    if "END OF HEADER" not in labels or not labels[0].startswith("IONEX VERSION"):
        raise ValueError(f"body starts {lines[:1]!r}, expected the header of an IONEX file")
    end = labels.index("END OF HEADER")
    header = dict(zip(labels[:end], lines[:end], strict=True))
    grid = Grid(lat_deg=_axis(header, "LAT"), lon_deg=_axis(header, "LON"))
    tec, rms = (_maps(kind, lines, labels, grid) for kind in ("TEC", "RMS"))
    promised = int(_told(header, "# OF MAPS IN FILE")[:6])
    if len(tec) != promised or labels[-1] != "END OF FILE":
        raise ValueError(
            f"{len(tec)} maps, then {labels[-1]!r}; expected {promised} and an end"
        )
    source = _told(header, "PGM / RUN BY / DATE")[20:40].strip() or "IONEX"
    rows, columns = np.argsort(-grid.lat_deg), np.argsort(grid.lon_deg)
    turned = np.ix_(rows, columns)
    return [
        GridReading(
            quantity="vtec_tecu",
            grid=Grid(lat_deg=grid.lat_deg[rows], lon_deg=grid.lon_deg[columns]),
            values=tec[at][turned],
            rms=rms[at][turned] if at in rms else None,
            at=at,
            source=source,
        )
        for at in sorted(tec)
    ]


def _told(header: dict[str, str], label: str) -> str:
    if label not in header:
        raise ValueError(f"the header has no {label!r}")
    return header[label]


def _axis(header: dict[str, str], name: str) -> NDArray[np.float64]:
    first, last, step = _numbers(_told(header, f"{name}1 / {name}2 / D{name}"), 3)
    steps = (last - first) / step if step else 0.0
    if steps < 1 or steps != round(steps) or steps > _NONE:
        raise ValueError(f"{name} from {first} to {last} by {step}, expected whole steps")
    return np.linspace(first, last, round(steps) + 1)


def _numbers(line: str, count: int) -> list[float]:
    return [float(line[2 + 6 * n : 8 + 6 * n]) for n in range(count)]


def _maps(kind: str, lines: list[str], labels: list[str], grid: Grid) -> Maps:
    """Return the maps of a kind by epoch; an exponent holds until the next one."""
    found: Maps = {}
    exponent, start = -1, 0
    for number, label in enumerate(labels):
        if label == "EXPONENT":
            exponent = int(lines[number][:6])
        elif label == f"START OF {kind} MAP":
            start = number
        elif label == f"END OF {kind} MAP":
            block = slice(start, number)
            at = _epoch(lines[labels.index("EPOCH OF CURRENT MAP", start, number)])
            counts = _counts(lines[block], labels[block], grid)
            tecu = np.where(counts == _NONE, np.nan, counts * 10.0**exponent)
            found[at] = tecu.astype(np.float32)
    return found


def _epoch(line: str) -> datetime:
    year, month, day, hour, minute, second = (int(line[6 * n : 6 * n + 6]) for n in range(6))
    midnight = datetime(year, month, day, tzinfo=UTC)
    return midnight + timedelta(hours=hour, minutes=minute, seconds=second)


def _counts(lines: list[str], labels: list[str], grid: Grid) -> NDArray[np.int64]:
    rows = [number for number, label in enumerate(labels) if label == _ROW]
    told = [_numbers(lines[row], 3) for row in rows]
    west, east = grid.lon_deg[[0, -1]]
    if told != [[lat, west, east] for lat in grid.lat_deg.tolist()]:
        raise ValueError(f"{len(rows)} latitudes of a map differ from those of the header")
    width, per_row = grid.shape[1], -(-grid.shape[1] // _PER_LINE)
    text = "".join(
        "".join(line[:80].ljust(80) for line in lines[row + 1 : row + 1 + per_row])[
            : width * _WIDTH
        ]
        for row in rows
    )
    cells = np.frombuffer(text.encode("ascii", "replace"), f"S{_WIDTH}")
    counts: NDArray[np.int64] = cells.astype(np.int64).reshape(grid.shape)
    return counts
