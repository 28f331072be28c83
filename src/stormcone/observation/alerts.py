"""NOAA's alerts, warnings, watches and summaries, as the rolling file of SWPC carries them."""

import re
from collections.abc import Iterator
from datetime import datetime, timedelta

import msgspec

from stormcone.observation.alert_fields import (
    judge_code,
    needed,
    read_comment,
    read_fields,
    read_headline,
    read_impacts,
    read_links,
    read_measures,
    read_outlook,
    read_times,
)
from stormcone.observation.feed import Drift, Feed, Flag, Notice, Observation
from stormcone.observation.rows import read_rows
from stormcone.reference.utc import plausible, read_utc

_KP_AT_LEAST = {f"ALTK0{k}": k - 1 / 3 for k in (4, 5, 6, 7, 8)} | {"ALTK09": 9.0}
"""NOAA's K of 5 takes in 5-, 5o and 5+; its 9 is 9o alone (8 takes in 9-)."""


class Alert(Notice, frozen=True, kw_only=True, tag="alert"):
    """One message of SWPC; `code` is of the message (ALTK08), `product` of the file (K08A).

    A field that the message does not have is None. `scale` repeats what the message says,
    which can be wrong: believe the code and the times. `finding` says that the code is unknown.
    """

    product: str
    serial: int
    headline: str
    mark: str | None = None  # EXTENDED, CONTINUED, CANCEL
    scale: str | None = None
    predicted_scale: str | None = None
    threshold_reached: datetime | None = None
    synoptic_period: tuple[datetime, datetime] | None = None
    begin: datetime | None = None
    maximum: datetime | None = None
    end: datetime | None = None
    observed: datetime | None = None
    valid_from: datetime | None = None
    valid_to: datetime | None = None
    extends: int | None = None
    continues: int | None = None
    cancels: int | None = None
    peak: float | None = None
    peak_unit: str | None = None
    location: str | None = None
    xray_class: str | None = None
    velocity_km_s: float | None = None
    station: str | None = None
    deviation_nt: float | None = None
    outlook_by_day: tuple[tuple[datetime, str | None], ...] = ()
    supersedes_all: bool = False
    comment: str | None = None
    impacts: str | None = None
    finding: str | None = None


class _Row(msgspec.Struct):
    product_id: str
    issue_datetime: str
    message: str


def read_alerts(body: bytes) -> Iterator[Alert | Drift]:
    """Yield the messages of ``alerts.json``, oldest first.

    Raises
    ------
    UnreadableError
        If the body is no array of messages, or a tenth of them cannot be read.
    """
    return read_rows("alerts", body, _Row, lambda row: (read_alert(row),))


def read_alert(row: _Row) -> Alert:
    """Return one message as an Alert.

    Raises
    ------
    ValueError
        If the message has no code, serial number or headline; names what is missing.
    """
    lines = re.split(r"\r\n|\n", row.message)
    fields = read_fields(lines)
    issued = plausible(read_utc(row.issue_datetime))
    mark, kind, headline = read_headline(lines)
    code = needed(fields, "space weather message code")
    return Alert(
        product=row.product_id,
        code=code,
        serial=int(needed(fields, "serial number")),
        kind=kind,
        mark=mark,
        headline=headline,
        issued=issued,
        text=row.message,
        **read_times(fields, issued),
        **read_links(fields),
        **read_measures(fields),
        outlook_by_day=read_outlook(lines, issued),
        supersedes_all="SUPERSEDES ANY/ALL PRIOR WATCHES" in row.message,
        comment=read_comment(lines, fields),
        impacts=read_impacts(row.message),
        finding=judge_code(code),
    )


def kp_lower_bound(alert: Alert) -> Observation | None:
    """Return the K that an ``ALTK`` message says was reached, when it was; None for others.

    A lower bound for the rest of its synoptic period, and all that is known of K on the day.
    """
    value = _KP_AT_LEAST.get(alert.code)
    if value is None or alert.threshold_reached is None or alert.mark == "CANCEL":
        return None
    return Observation(
        quantity="kp_running",
        value=value,
        at=alert.threshold_reached,
        source="SWPC alerts",
        published=alert.issued,
        flags=Flag.ESTIMATED,
    )


alerts = Feed(
    name="alerts",
    url="https://services.swpc.noaa.gov/products/alerts.json",
    every=timedelta(minutes=1),
    floor=timedelta(minutes=1),
    expected_latency=timedelta(minutes=1),
    max_age=timedelta(minutes=10),
    credit="NOAA SWPC",
    licence="public domain",
    may_package=True,
    read=read_alerts,
)
