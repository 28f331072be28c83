"""NOAA's Solar Region Summary: the text as it is issued, and a table of many days."""

import re
from datetime import UTC, datetime

import numpy as np

from stormcone.observation.csv_columns import Columns, numbers, table
from stormcone.observation.feed import UnreadableError
from stormcone.weather.mcintosh import Region

_ISSUED = re.compile(r"^:Issued: (\d{4} \w{3} \d{2} \d{4}) UTC", re.MULTILINE)
_SPOTTED = re.compile(
    r"^I\.  Regions with Sunspots.*\n(?:Nmbr.*\n)?([\s\S]*?)^I[A-Z]\.", re.MULTILINE
)
_ROW = re.compile(
    r"(?P<number>\d{4}) +(?P<ns>[NS])(?P<latitude>\d{2})(?P<ew>[EW])(?P<longitude>\d{2,3})"
    r" +\d{3} +(?P<area>\d{4}) +(?P<mcintosh>[A-Za-z]{3}) +\d+ +\d+ +(?P<magnetic>[A-Za-z-]+)"
)
_REGIONS = (
    "issued_day,region,latitude_deg,longitude_west_deg,area_msh,mcintosh,extent_deg,spots,"
    "magnetic"
)


def read_srs(body: bytes) -> tuple[Region, ...]:
    """Return the regions with spots of one Solar Region Summary, in its order.

    Raises
    ------
    UnreadableError
        If the time of issue or the list of regions is missing, or a row cannot be read.
    """
    text = body.decode("ascii", "replace").replace("\r\n", "\n")
    issued, spotted = _ISSUED.search(text), _SPOTTED.search(text)
    if issued is None or spotted is None:
        raise UnreadableError(
            f"srs: body starts {text[:40]!r}, expected ':Issued:' and the regions with spots"
        )
    at = datetime.strptime(issued[1], "%Y %b %d %H%M").replace(tzinfo=UTC)
    rows = [
        line for line in spotted[1].splitlines() if line.strip().upper() not in ("", "NONE")
    ]
    return tuple(_region(row, at) for row in rows)


def read_regions(body: bytes) -> Columns:
    """Return a table of many summaries: columns `at` (issue), then named as in `Region`.

    The summary of a day is issued at 00:30 of it; an area that is not given is 0.

    Raises
    ------
    UnreadableError
        If the columns are not those of the table, or a value cannot be read.
    """
    rows = table("regions", body, _REGIONS)
    try:
        days = np.array(
            [f"{d[:4]}-{d[4:6]}-{d[6:]}T00:30" for d in rows["issued_day"]], "M8[m]"
        )
    except ValueError as error:
        raise UnreadableError(f"regions: issued_day: {error}; expected YYYYMMDD") from error
    return {
        "at": days,
        "number": numbers("regions", rows, "region").astype(int),
        "latitude_deg": numbers("regions", rows, "latitude_deg"),
        "longitude_west_deg": numbers("regions", rows, "longitude_west_deg"),
        "area_msh": np.nan_to_num(numbers("regions", rows, "area_msh")),
        "mcintosh": np.array(rows["mcintosh"]),
        "magnetic": np.array(rows["magnetic"]),
    }


def _region(row: str, issued: datetime) -> Region:
    found = _ROW.match(row)
    if found is None:
        raise UnreadableError(f"srs: {row!r}, expected number, location, Lo, area, class, ...")
    north = 1 if found["ns"] == "N" else -1
    west = 1 if found["ew"] == "W" else -1
    return Region(
        issued=issued,
        number=int(found["number"]),
        latitude_deg=north * float(found["latitude"]),
        longitude_west_deg=west * float(found["longitude"]),
        area_msh=float(found["area"]),
        mcintosh=found["mcintosh"],
        magnetic=found["magnetic"],
    )
