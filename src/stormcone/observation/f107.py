"""The Sun's radio flux at 10.7 cm: the noon value of Penticton, from three products of SWPC."""

import re
from collections.abc import Iterator
from datetime import timedelta

import msgspec

from stormcone.observation.feed import Drift, Flag, Notice, Observation
from stormcone.observation.rows import read_either, read_rows
from stormcone.observation.swpc import HOST, swpc_feed
from stormcone.observation.texts import Text, read_text
from stormcone.reference.utc import read_utc

_MHZ = 2800  # 10.7 cm

_DAILY_ROW = re.compile(r"^(\d{4} \d\d \d\d)\s+(-?\d+)\s")
_DAILY_COUNT = re.compile(r"Last (\d+) Days Daily Solar Data")
_NOON = timedelta(hours=20)  # when Penticton measures the flux of the day


class _Row(msgspec.Struct):
    time_tag: str
    flux: float | None


class _ReportRow(msgspec.Struct):
    time_tag: str
    frequency: int
    flux: float | None
    reporting_schedule: str


def read_f107(body: bytes) -> Iterator[Observation | Drift]:
    """Yield the daily flux of ``10cm-flux-30-day.json``, in either shape, oldest first.

    Raises
    ------
    UnreadableError
        If the body is neither shape, or a tenth of its rows cannot be read.
    """
    return read_either("f107", body, _Row, lambda row: (_noon(row, "Penticton"),))


def read_f107_reports(body: bytes) -> Iterator[Observation | Drift]:
    """Yield the noon reports of ``f107_cm_flux.json``, oldest first.

    Those of the morning and the afternoon measure a lower Sun and are not the day's flux.

    Raises
    ------
    UnreadableError
        If the body is no array of reports, or a tenth of them cannot be read.
    """
    return read_rows("f107-reports", body, _ReportRow, _report)


def read_daily_solar(body: bytes) -> Iterator[Notice | Observation]:
    """Yield the F10.7 of each day of ``daily-solar-indices.txt``, then its text.

    Raises
    ------
    UnreadableError
        If it is no such text or holds fewer days than its heading says.
    """
    text = read_text("daily-solar-indices", body, _DAILY_COUNT.pattern)
    rows = [row for line in text.lines if (row := _DAILY_ROW.match(line))]
    found = (_daily(text, row[1], float(row[2])) for row in rows)
    heading = _DAILY_COUNT.search(text.raw)
    yield from text.whole(found, int(heading[1]) if heading else 0)
    yield text.notice("REPORT")


def _report(row: _ReportRow) -> tuple[Observation, ...]:
    is_daily = row.reporting_schedule == "Noon" and row.frequency == _MHZ
    return (_noon(row, "Penticton reports"),) if is_daily else ()


def _noon(row: _Row | _ReportRow, source: str) -> Observation:
    return Observation(
        quantity="f107_sfu",
        value=row.flux,
        at=read_utc(row.time_tag),
        source=source,
        flags=Flag(0) if row.flux is not None else Flag.FILL,
    )


def _daily(text: Text, day: str, value: float) -> Observation:
    known = value > 0  # -999 stands for none
    return Observation(
        quantity="f107_sfu",
        value=value if known else None,
        at=text.day(day, "%Y %m %d") + _NOON,
        source="SWPC daily solar data",
        published=text.issued,
        flags=Flag(0) if known else Flag.FILL,
    )


f107 = msgspec.structs.replace(
    swpc_feed(
        "f107",
        "/products/10cm-flux-30-day.json",
        read_f107,
        every=timedelta(hours=6),
        late=timedelta(hours=12),
        max_age=timedelta(hours=48),
        quantities=("f107_sfu",),
        fallback="f107-reports",
    ),
    credit="NOAA SWPC; NRC Canada",
)
f107_reports = msgspec.structs.replace(
    f107,
    name="f107-reports",
    url=f"{HOST}/json/f107_cm_flux.json",
    read=read_f107_reports,
    priority=1,
    fallback=None,
)
daily_solar = msgspec.structs.replace(
    f107,
    name="daily-solar-indices",
    url=f"{HOST}/text/daily-solar-indices.txt",
    read=read_daily_solar,
    priority=2,
    fallback=None,
)
