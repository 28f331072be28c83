"""What the readers of both amendments share: labels, times, numbers, outlooks, the end."""

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import TypeVar

from msgspec import Struct

from stormcone.advisory.advisory import Advisory, Group, Number, Outlook, State, Status
from stormcone.bulletin.bulletin import BulletinError, Read, Stub
from stormcone.bulletin.heading import SERIES, read_heading
from stormcone.bulletin.tokens import Cursor
from stormcone.effect.effect import Kind

MOST_ADVISORIES = 1000
YEARS = range(1970, 2200)
START = "SWX ADVISORY"
NEXT = "NXT ADVISORY:"
_NUMBER = re.compile(r"(\d{4})/(\d{1,4})")
_DATE = re.compile(r"(\d{4})(\d\d)(\d\d)/(\d\d)(\d\d)Z")
_DAY = re.compile(r"(\d\d)/(\d\d)(\d\d)Z")
_HEADING = re.compile(r"F[A-Z]{3}\d\d")
_FORECAST_HOURS = ("+6", "+12", "+18", "+24")
_STATUS = {"TEST": Status.TEST, "EXER": Status.EXERCISE}
_NEAR = timedelta(days=15)
_SURELY_NEAREST = timedelta(days=14)

Value = TypeVar("Value")
Counts = tuple[tuple[int, int], ...]
Conditions = tuple[State, tuple[Group, ...]]


class Opening(Struct, frozen=True):
    """What stands first in an advisory of either amendment."""

    status: Status
    issued: datetime
    centre: str


def texts(cursor: Cursor, one: Callable[[Cursor], Advisory | Stub]) -> Read:
    """Return the advisories of a text, each read by `one`, after its heading or alone.

    Raises
    ------
    BulletinError
        At the first deviation that is refused, with its line and column.
    """
    found: list[Advisory | Stub] = []
    while not found or not cursor.done:
        if len(found) == MOST_ADVISORIES:
            cursor.wrong("size", f"at most {MOST_ADVISORIES} advisories in one text")
        _before(cursor)
        found.append(one(cursor))
        _behind(cursor)
    return Read(
        advisories=tuple(a for a in found if isinstance(a, Advisory)),
        stubs=tuple(a for a in found if isinstance(a, Stub)),
        findings=tuple(cursor.findings),
    )


def _before(cursor: Cursor) -> None:
    """Step over a heading, and with a finding over what is none."""
    if _HEADING.fullmatch(cursor.word):
        _heading(cursor)
    start = cursor.index
    if not cursor.sees(START) and cursor.find([START]) < len(cursor.words) - 1:
        cursor.forgive("start", START, start)
        cursor.index = cursor.find([START])


def _heading(cursor: Cursor) -> None:
    """Step over a heading; what it says is judged beside the text, not here."""
    first = cursor.index
    while not cursor.sees(START):
        cursor.take()
        if cursor.ends_line():
            break
    try:
        read_heading(cursor.between(first, cursor.index))
    except BulletinError:
        cursor.forgive("heading", "a heading like FNXX02 EFKL 201739", first)


def _behind(cursor: Cursor) -> None:
    """Step over what follows an advisory and begins no other, with a finding."""
    if cursor.done or cursor.sees(START) or _HEADING.fullmatch(cursor.word):
        return
    cursor.forgive("rubbish", f"{START} or the end", cursor.index)
    while not (cursor.done or cursor.sees(START) or _HEADING.fullmatch(cursor.word)):
        cursor.index += 1


def opening(cursor: Cursor) -> Opening | Stub:
    """Read up to SWXC; a message cut behind its STATUS is a stub."""
    cursor.expect(START, "start")
    status = _status(cursor)
    if status is not Status.OPERATIONAL and (cursor.done or cursor.sees("=")):
        cursor.took("=")
        return Stub(status)
    return Opening(status, after(cursor, "DTG:", _date), after(cursor, "SWXC:", _centre))


def after(cursor: Cursor, label: str, value: Callable[[Cursor], Value]) -> Value:
    """Read a label and then its value."""
    cursor.expect(label)
    return value(cursor)


def _status(cursor: Cursor) -> Status:
    if not cursor.took("STATUS:"):
        return Status.OPERATIONAL
    word = cursor.take()
    if word not in _STATUS:
        cursor.refuse("status", "TEST or EXER")
    return _STATUS[word]


def _centre(cursor: Cursor) -> str:
    word = cursor.take()
    if not 3 <= len(word) <= 12:
        cursor.refuse("centre", "the name of a centre, 3 to 12 characters")
    return word


def effect(cursor: Cursor) -> Kind:
    """Read one of ICAO's four effects."""
    for kind in SERIES:
        if cursor.took(kind):
            return kind
    return cursor.wrong("effect", "HF COM, SATCOM, GNSS or RADIATION")


def numbers(cursor: Cursor, most_replaced: int) -> Counts:
    """Read the year and count of an advisory, and of those that it replaces."""
    found = [after(cursor, "ADVISORY NR:", _number)]
    if cursor.took("NR RPLC:"):
        found.append(_number(cursor))
        while len(found) <= most_replaced and cursor.word[:1].isdecimal():
            found.append(_number(cursor))
        if cursor.word[:1].isdecimal():
            cursor.wrong("replaces", f"at most {most_replaced} replaced numbers")
    return tuple(found)


def _number(cursor: Cursor) -> tuple[int, int]:
    match = _NUMBER.fullmatch(cursor.take())
    if match is None or not int(match[2]):
        cursor.refuse("number", "a number like 2026/28")
    return int(match[1]), int(match[2])


def rest(
    cursor: Cursor,
    opened: Opening,
    effects: tuple[Kind, ...],
    counts: Counts,
    conditions: Callable[[Cursor], Conditions],
) -> Advisory:
    """Read the outlooks and what stands behind them; numbers count for the first effect."""
    said = _outlooks(cursor, opened.issued, conditions)
    remark, next_by = _remark(cursor), _next_by(cursor)
    if not cursor.took("="):
        cursor.forgive("end", "=", cursor.index)
    number, *replaces = (Number(year, effects[0], count) for year, count in counts)
    return Advisory(
        number=number,
        centre=opened.centre,
        issued=opened.issued,
        effects=effects,
        replaces=tuple(replaces),
        outlooks=said,
        remark=remark,
        next_by=next_by,
        status=opened.status,
    )


def _outlooks(
    cursor: Cursor, issued: datetime, conditions: Callable[[Cursor], Conditions]
) -> tuple[Outlook, ...]:
    """Read the five outlooks, what stands behind each time by `conditions`."""
    observed = cursor.took("OBS SWX:")
    if not (observed or cursor.took("FCST SWX:")):
        cursor.wrong("label", "OBS SWX: or FCST SWX:")
    found = [_outlook(cursor, issued, conditions, observed=observed)]
    for hours in _FORECAST_HOURS:
        cursor.expect(f"FCST SWX {hours} HR:")
        found.append(_outlook(cursor, issued, conditions, observed=False))
    return tuple(found)


def _outlook(
    cursor: Cursor,
    issued: datetime,
    conditions: Callable[[Cursor], Conditions],
    *,
    observed: bool,
) -> Outlook:
    at = _day(cursor, issued)
    state, groups = conditions(cursor)
    return Outlook(observed=observed, at=at, state=state, groups=groups)


def _remark(cursor: Cursor) -> str | None:
    """Read free text up to the next label, blanks folded; NIL is none."""
    if not cursor.took("RMK:"):
        if not (cursor.sees(NEXT) or cursor.sees("=") or cursor.done):
            cursor.wrong("label", "RMK:")
        cursor.forgive("label", "RMK:", cursor.index)
        return None
    start, end = cursor.index, cursor.find([NEXT, "="])
    if end == start:
        cursor.wrong("remark", "a remark or NIL")
    cursor.index = end
    text = cursor.between(start, end)
    return None if text == "NIL" else text


def _next_by(cursor: Cursor) -> datetime | None:
    """Read by when the next advisory comes; None is: no further ones.

    A missing one is never forgiven: it would say that the event has ended.
    """
    cursor.expect(NEXT)
    if cursor.took("NO FURTHER ADVISORIES"):
        return None
    if not cursor.took("WILL BE ISSUED BY"):
        expected = "WILL BE ISSUED BY and a time, or NO FURTHER ADVISORIES"
        if not _DATE.fullmatch(cursor.word):
            cursor.wrong("next", expected)
        cursor.forgive("next", expected, cursor.index)
    return _date(cursor)


def _date(cursor: Cursor) -> datetime:
    match = _DATE.fullmatch(cursor.take())
    at = _calendar(*(int(part) for part in match.groups())) if match else None
    if at is None:
        cursor.refuse("date", "a date and time like 20260120/1739Z")
    return at


def _day(cursor: Cursor, near: datetime) -> datetime:
    """Read day, hour and minute in the month nearest to `near`, within 15 days."""
    match = _DAY.fullmatch(cursor.take())
    if match is None:
        cursor.refuse("day", "a day and time like 20/1732Z")
    at = _nearest(near, *(int(part) for part in match.groups()))
    if at is None:
        cursor.refuse("day", f"a day and time within 15 days of {near:%d/%H%MZ}")
    return at


def _nearest(near: datetime, day: int, hour: int, minute: int) -> datetime | None:
    at = _calendar(near.year, near.month, day, hour, minute)
    if at is not None and abs(at - near) < _SURELY_NEAREST:
        return at
    months = {(near + shift).replace(day=1) for shift in (-_NEAR, timedelta(0), _NEAR)}
    found = [_calendar(m.year, m.month, day, hour, minute) for m in months]
    at = min((t for t in found if t), key=lambda t: abs(t - near), default=None)
    return at if at is not None and abs(at - near) <= _NEAR else None


def _calendar(year: int, month: int, day: int, hour: int, minute: int) -> datetime | None:
    if year not in YEARS:
        return None
    try:
        return datetime(year, month, day, hour, minute, tzinfo=UTC)
    except ValueError:
        return None
