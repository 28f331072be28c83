"""OMNI's minutes: the solar wind at the bow shock's nose, as CDAWeb or HAPI write them."""

import json
import re
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from math import isclose, isnan, nan

import numpy as np
from msgspec import Struct

from stormcone.observation.feed import Drift, Feed, Flag, Observation, UnreadableError
from stormcone.observation.lines import whole_lines
from stormcone.observation.rows import collect
from stormcone.reference.gsm import gse_to_gsm
from stormcone.reference.utc import read_utc

_NAME = "omni-1min"
# Heading, quantity and fill, https://omniweb.gsfc.nasa.gov/html/HROdocum.html
_COLUMNS = (
    (r"bx_+gse.*", "bx_gse_nt", 9999.99),
    (r"by_+gse.*", "by_gse_nt", 9999.99),
    (r"bz_+gse.*", "bz_gse_nt", 9999.99),
    (r"f", "bt_nt", 9999.99),
    (r"flow_speed.*", "solar_wind_speed_km_s", 99999.9),
    (r"proton_density.*", "solar_wind_density_cm3", 999.99),
    (r"(flow_)?pressure.*", "solar_wind_pressure_npa", 99.99),
    (r"t|temperature.*", "solar_wind_temperature_k", 9999999.0),
    (r"(1_m_)?ae_.*", "ae_nt", 99999.0),
    (r"sym_h.*", "sym_h_nt", 99999.0),
)


class _Minute(Struct, frozen=True):
    at: datetime
    values: dict[str, float]


def read_minutes(body: bytes) -> Iterator[Observation | Drift]:
    """Yield field, plasma, AE and SYM-H of OMNI_HRO2_1MIN as CSV, oldest first.

    Columns are found by their names; those of the field are GSE, and GSM is computed. A fill
    of a column, which differs from column to column, is a missing value.

    Raises
    ------
    UnreadableError
        If no heading names the columns, the body is cut off, or a tenth of its rows are bad.
    """
    lines = whole_lines(_NAME, body)
    columns = _columns(_heading(lines))
    rows = [_minute(columns, line) for line in lines if line[:2] in ("19", "20")]
    return collect(_NAME, _with_gsm(rows), _observations)


def _heading(lines: Sequence[str]) -> list[str]:
    for line in lines:
        if line.startswith("EPOCH_TIME"):
            return line.strip().split(",")
    try:
        told = json.loads("\n".join(line[1:] for line in lines if line.startswith("#")))
        return [str(one["name"]) for one in told["parameters"]]
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise UnreadableError(
            f"{_NAME}: body starts {lines[0][:40]!r}; expected a line EPOCH_TIME..., or the "
            "header that HAPI writes with include=header"
        ) from error


def _columns(heading: Sequence[str]) -> list[tuple[int, str, float]]:
    names = [re.sub(r"[^a-z0-9]", "_", name.lower()) for name in heading]
    found = [
        (place, quantity, fill)
        for place, name in enumerate(names)
        for pattern, quantity, fill in _COLUMNS
        if re.fullmatch(pattern, name)
    ]
    if not found:
        raise UnreadableError(
            f"{_NAME}: no known column among {', '.join(heading)[:80]}; expected BX_GSE, ..."
        )
    return found


def _minute(columns: Sequence[tuple[int, str, float]], line: str) -> _Minute | ValueError:
    cells = line.strip().split(",")
    try:
        values = {
            quantity: _value(float(cells[place]), fill) for place, quantity, fill in columns
        }
        return _Minute(read_utc(cells[0]), values)
    except (ValueError, IndexError) as error:
        return ValueError(f"{line[:80]!r}: {error}")


def _value(number: float, fill: float) -> float:
    return nan if isclose(number, fill, rel_tol=1e-6) else number


def _with_gsm(rows: Sequence[_Minute | ValueError]) -> Sequence[_Minute | ValueError]:
    """Add the components in GSM; x is the same in both."""
    good = [row for row in rows if isinstance(row, _Minute) and "bz_gse_nt" in row.values]
    y, z = ([row.values.get(f"b{axis}_gse_nt", nan) for row in good] for axis in "yz")
    at = np.array([row.at.replace(tzinfo=None) for row in good], "datetime64[ms]")
    turned = np.stack(gse_to_gsm(y, z, at), axis=-1)
    for row, (by_nt, bz_nt) in zip(good, turned.tolist(), strict=True):
        row.values.update(
            bx_gsm_nt=row.values.get("bx_gse_nt", nan), by_gsm_nt=by_nt, bz_gsm_nt=bz_nt
        )
    return rows


def _observations(row: _Minute) -> Iterator[Observation]:
    for quantity, value in row.values.items():
        yield Observation(
            quantity=quantity,
            value=None if isnan(value) else value,
            at=row.at,
            span_s=60,
            source="OMNI",
            flags=Flag.FILL if isnan(value) else Flag(0),
        )


minutes = Feed(
    name=_NAME,
    url=(
        "https://cdaweb.gsfc.nasa.gov/hapi/data?id=OMNI_HRO2_1MIN&format=csv&include=header"
        "&parameters=BX_GSE,BY_GSE,BZ_GSE,flow_speed,proton_density,Pressure,AE_INDEX,SYM_H"
    ),
    every=timedelta(days=1),
    floor=timedelta(hours=1),
    expected_latency=timedelta(days=30),
    max_age=timedelta(days=90),
    quantities=(
        *(f"b{axis}_{frame}_nt" for frame in ("gse", "gsm") for axis in "xyz"),
        *(name for _, name, _ in _COLUMNS[4:7]),
        *("ae_nt", "sym_h_nt"),
    ),
    credit="NASA SPDF OMNI, doi 10.48322/45bb-8792",
    licence="NASA, cite",
    may_package=False,
    read=read_minutes,
)
