"""The words of a NOAA message as fields: times, links to other messages, measures (pure)."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Any

from stormcone.reference.utc import read_utc


class Subject(StrEnum):
    """What a message is about; its code says it."""

    FLARE = "flare"
    RADIO = "radio burst"
    PROTONS = "protons"
    PROTON_WARNING = "proton warning"
    ELECTRONS = "electrons"
    K_INDEX = "K index"
    K_WARNING = "K warning"
    IMPULSE = "sudden impulse"
    WATCH = "geomagnetic watch"
    OTHER = "other"


_SUBJECTS = (
    (Subject.FLARE, re.compile(r"ALTXMF|SUMX(M5|01|10|20)")),
    (Subject.RADIO, re.compile(r"ALTTP[24]|SUM10R")),
    (Subject.PROTONS, re.compile(r"(ALT|SUM)P(X[1-5]|C0)")),
    (Subject.PROTON_WARNING, re.compile(r"WARP(X1|C0)")),
    (Subject.ELECTRONS, re.compile(r"ALTEF3")),
    (Subject.K_INDEX, re.compile(r"ALTK0[4-9]")),
    (Subject.K_WARNING, re.compile(r"WARK0[4-7]")),
    (Subject.IMPULSE, re.compile(r"(WAR|SUM)SUD")),
    (Subject.WATCH, re.compile(r"WATA(20|30|50|99)")),
)
_HEADLINE = re.compile(r"(?:([A-Z]+) )?(ALERT|WARNING|WATCH|SUMMARY):\s*(.*)")
_NAME = re.compile(r"[A-Z][\w /.-]*")
_TIME = re.compile(r"(\d{4}) ([A-Z][a-z]{2}) (\d{1,2}) ([01]\d|2[0-4])([0-5]\d)(?: UTC)?")
_DAY = re.compile(r"([A-Z][a-z]{2}) (\d\d)\s*:\s*(None|G\d)\b")
_PERIOD = re.compile(r"([01]\d|2[0-4])00-([01]\d|2[0-4])00\b")
_NUMBER = re.compile(r"\d[\d,]*(?:\.\d+)?")
_STANDING = ("NOAA Space Weather Scale", "www.", "THIS SUPERSEDES")
_MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
_TIMES = {
    "threshold_reached": ("threshold reached",),
    "begin": ("begin time",),
    "maximum": ("maximum time", "max time"),
    "end": ("end time",),
    "observed": ("observed", "ip shock passage observed", "ip shock"),
    "valid_from": ("valid from",),
    "valid_to": ("now valid until", "valid to"),
}
_PEAKS = (
    "maximum 10mev flux",
    "maximum 100mev flux",
    "yesterday maximum 2mev flux",
    "peak flux",
)


def subject_of(code: str) -> Subject:
    """Return what the messages of a code are about; OTHER for a code that is not known.

    Examples
    --------
    >>> subject_of("SUMPX3"), subject_of("ALTNEW")
    (<Subject.PROTONS: 'protons'>, <Subject.OTHER: 'other'>)
    """
    return next((one for one, codes in _SUBJECTS if codes.fullmatch(code)), Subject.OTHER)


def judge_code(code: str) -> str | None:
    """Return what is to be said of a code, None for one that is known."""
    if subject_of(code) is not Subject.OTHER:
        return None
    return f"code {code!r} is none of SWPC's that we know; believe the text, not the fields"


def read_fields(lines: list[str]) -> dict[str, str]:
    """Return the ``Name: value`` lines by lower-case name; the first of a name counts."""
    found: dict[str, str] = {}
    for line in lines:
        name, colon, value = line.partition(":")
        if colon and _NAME.fullmatch(name.strip()):
            found.setdefault(name.strip().lower(), value.strip())
    return found


def read_headline(lines: list[str]) -> tuple[str | None, str, str]:
    """Return (EXTENDED, CONTINUED, CANCEL or None; kind; the rest) of the headline."""
    for line in lines:
        match = _HEADLINE.fullmatch(line.strip())
        if match:
            return match[1], match[2], match[3].strip()
    raise ValueError(f"no ALERT, WARNING, WATCH or SUMMARY line in {' '.join(lines)[:120]!r}")


def needed(fields: dict[str, str], name: str) -> str:
    """Return a field; raise ValueError naming it and what there is if the message has none."""
    if not fields.get(name):
        raise ValueError(f"no {name!r}; the message has {', '.join(fields) or 'no fields'}")
    return fields[name]


def read_times(fields: dict[str, str], issued: datetime) -> dict[str, Any]:
    """Return every time of a message by its name in Alert, None where it has none."""
    found: dict[str, Any] = {
        field: _time(_first(fields, *labels)) for field, labels in _TIMES.items()
    }
    about = found["threshold_reached"] or issued
    found["synoptic_period"] = _period(fields.get("synoptic period"), about)
    return found


def read_links(fields: dict[str, str]) -> dict[str, Any]:
    """Return the serial numbers that a message extends, continues or cancels."""
    return {
        "extends": _whole(fields.get("extension to serial number")),
        "continues": _whole(fields.get("continuation of serial number")),
        "cancels": _whole(fields.get("cancel serial number")),
    }


def read_measures(fields: dict[str, str]) -> dict[str, Any]:
    """Return what a message says was measured, and where, by its name in Alert."""
    peak = _first(fields, *_PEAKS)
    unit = peak.split()[-1] if peak else ""
    return {
        "scale": _scale(fields),
        "predicted_scale": _first(fields, "predicted noaa scale"),
        "peak": _number(peak),
        "peak_unit": unit if unit.isalpha() else None,
        "location": _first(fields, "location"),
        "xray_class": _first(fields, "x-ray class", "xray class"),
        "velocity_km_s": _number(_first(fields, "estimated velocity", "estimate velocity")),
        "station": _first(fields, "station"),
        "deviation_nt": _number(_first(fields, "deviation")),
    }


def read_comment(lines: list[str], fields: dict[str, str]) -> str | None:
    """Return the comment; where the field is missing, the first line that is no field."""
    if fields.get("comment"):
        return fields["comment"]
    return next(_remarks(lines), None)


def _remarks(lines: list[str]) -> Iterator[str]:
    """Yield the lines between headline and impacts that are neither fields nor standing words.

    The forms of 2026 put the reason of a cancellation or an extension there, without a name.
    """
    under_headline = False
    for line in map(str.strip, lines):
        if line.startswith("Potential Impacts:"):
            return
        if under_headline and line and ":" not in line and not line.startswith(_STANDING):
            yield line
        under_headline |= bool(_HEADLINE.fullmatch(line))


def _scale(fields: dict[str, str]) -> str | None:
    """Return the scale; the forms of 2026 may set it behind a comment on one line."""
    names = (name for name in fields if name.endswith("noaa scale") and fields[name])
    return next((fields[name] for name in names if not name.startswith("predicted ")), None)


def _first(fields: dict[str, str], *names: str) -> str | None:
    return next((fields[name] for name in names if fields.get(name)), None)


def _number(text: str | None) -> float | None:
    match = _NUMBER.match(text or "")
    return float(match[0].replace(",", "")) if match else None


def _whole(text: str | None) -> int | None:
    return int(text) if text and text.isdecimal() else None


def _time(text: str | None) -> datetime | None:
    """Return ``2026 Jan 18 1752 UTC`` or ``2026-07-03 11:20`` as a time; None for others."""
    match = _TIME.fullmatch(text or "")
    if match is None or match[2] not in _MONTHS:
        return _data_time(text)
    year, month, day, hour, minute = match.groups()
    midnight = datetime(int(year), _MONTHS.index(month) + 1, int(day), tzinfo=UTC)
    return midnight + timedelta(hours=int(hour), minutes=int(minute))


def _data_time(text: str | None) -> datetime | None:
    try:
        return read_utc(text or "")
    except ValueError:
        return None


def _period(text: str | None, about: datetime) -> tuple[datetime, datetime] | None:
    """Return ``2100-2400 UTC`` as the span of that name which lies nearest to `about`."""
    match = _PERIOD.match(text or "")
    if match is None:
        return None
    begin_h, end_h = int(match[1]), int(match[2])
    midnight = about.replace(hour=0, minute=0, second=0, microsecond=0)
    days = (midnight + timedelta(days=step, hours=begin_h) for step in (-1, 0, 1))
    begin = min(days, key=lambda start: abs(start + timedelta(minutes=90) - about))
    return begin, begin + timedelta(hours=(end_h - begin_h) % 24)


def read_outlook(lines: list[str], issued: datetime) -> tuple[tuple[datetime, str | None], ...]:
    """Return the storm level of each day of a watch; the year is that nearest to the issue."""
    found = (_DAY.findall(line) for line in lines if _DAY.match(line.strip()))
    return tuple(
        (_day(month, int(day), issued), None if level == "None" else level)
        for days in found
        for month, day, level in days
    )


def _day(month: str, day: int, near: datetime) -> datetime:
    number = _MONTHS.index(month) + 1
    turn = (near.month == 12 and number == 1) - (near.month == 1 and number == 12)
    return datetime(near.year + turn, number, day, tzinfo=UTC)


def read_impacts(message: str) -> str | None:
    """Return the text after "Potential Impacts:", or None."""
    head, _, impacts = message.partition("Potential Impacts:")
    return impacts.strip() or None if head else None
