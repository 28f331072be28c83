"""NOAA's messages as a table of what each says, one a line: past months copied by hand."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

from stormcone.observation.alert_fields import judge_code
from stormcone.observation.alerts import Alert
from stormcone.observation.feed import Drift, UnreadableError
from stormcone.observation.lines import whole_lines
from stormcone.observation.rows import collect
from stormcone.reference.utc import plausible, read_utc

_NAME = "alert-table"
_HEADING = "issue_utc\tcode\tserial\tkind\tdetail"
_TIMES = {
    "threshold": "threshold_reached",
    "begin": "begin",
    "max": "maximum",
    "end": "end",
    "observed": "observed",
    "IP shock at L1": "observed",
    "from": "valid_from",
    "to": "valid_to",
}
_TEXTS = {"class": "xray_class", "loc": "location", "station": "station"}
_NUMBERS = {"v": "velocity_km_s", "deviation_nT": "deviation_nt"}
_PEAKS = {"peak_sfu": "sfu", "peak_pfu": "pfu"}
_SCALE = re.compile(r"[RSG][1-5]\+?")
_PERIOD = re.compile(r"(\d{4}-\d\d-\d\d)T(\d\d)-(\d\d)")
_MONTH_DAY = re.compile(r"([A-Z][a-z]{2})(\d\d)")


def read_alert_table(body: bytes) -> Iterator[Alert | Drift]:
    """Yield the messages of a table `issue_utc, code, serial, kind, detail`, oldest first.

    The table has no product names; the code stands for them. `text` is the row.

    Raises
    ------
    UnreadableError
        If the body has another heading, is cut off, or a tenth of its rows cannot be read.
    """
    heading, *rows = whole_lines(_NAME, body)
    if heading.rstrip("\r") != _HEADING:
        raise UnreadableError(f"{_NAME}: body starts {heading[:60]!r}, expected {_HEADING!r}")
    return collect(_NAME, rows, lambda row: (read_row(row),))


def read_row(row: str) -> Alert:
    """Return one row as an Alert.

    Raises
    ------
    ValueError
        If a column is missing, or a time or number is none.
    """
    issued, code, serial, kind, detail = row.rstrip("\r").split("\t")
    mark, _, kind = kind.rpartition(" ")
    at = plausible(read_utc(issued))
    return Alert(
        product=code,
        code=code,
        serial=int(serial),
        kind=kind,
        mark=mark or None,
        headline=detail,
        issued=at,
        text=row,
        finding=judge_code(code),
        **_fields(detail, at),
    )


def _fields(detail: str, issued: datetime) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for part in detail.split("; "):
        name, equals, value = part.partition("=")
        if _SCALE.fullmatch(part):
            found["scale"] = part
        elif equals and (day := _MONTH_DAY.fullmatch(name)):
            level = None if value == "none" else value
            days = found.get("outlook_by_day", ())
            found["outlook_by_day"] = (*days, (_day(day[1], day[2], issued), level))
        elif equals:
            found |= _field(name, value)
    return found


def _field(name: str, value: str) -> dict[str, Any]:
    """Return a field by its name in Alert; the name's last words count, as in `burst begin`."""
    last = name if name in _TIMES else name.rsplit(maxsplit=1)[-1]
    if last in _TIMES:
        return {_TIMES[last]: read_utc(f"{value}Z")}
    if last in _TEXTS:
        return {_TEXTS[last]: value}
    if last in _NUMBERS:
        return {_NUMBERS[last]: float(value)}
    if last in _PEAKS:
        return {"peak": float(value), "peak_unit": _PEAKS[last]}
    if last == "ext":
        return {"extends": int(value)}
    return {"synoptic_period": _period(value)} if last == "synoptic" else {}


def _period(text: str) -> tuple[datetime, datetime]:
    match = _PERIOD.fullmatch(text)
    if match is None:
        raise ValueError(f"synoptic={text!r}, expected a period like 2024-05-10T15-18")
    midnight = datetime.fromisoformat(match[1]).replace(tzinfo=UTC)
    first, last = (midnight + timedelta(hours=int(hour)) for hour in match.groups()[1:])
    return first, last


def _day(month: str, day: str, issued: datetime) -> datetime:
    """Return the midnight of a day without its year, that nearest to the issue."""
    years = (issued.year - 1, issued.year, issued.year + 1)
    days = [datetime.strptime(f"{year} {month} {day} +0000", "%Y %b %d %z") for year in years]
    return min(days, key=lambda one: abs(one - issued))
