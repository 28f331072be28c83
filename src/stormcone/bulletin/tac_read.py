"""The strict reader of Amendment 82 text: form only; slips of content are the lint's."""

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Literal, TypeVar

from stormcone.advisory.advisory import Advisory, Number, Outlook, Status
from stormcone.bulletin.bulletin import BulletinError, Read
from stormcone.bulletin.heading import SERIES, read_heading
from stormcone.bulletin.tac_region import conditions
from stormcone.bulletin.tokens import Cursor
from stormcone.effect.effect import Kind

MOST_ADVISORIES = 1000
MOST_REPLACED = 4
FIRST_YEAR = 1970
_NUMBER = re.compile(r"(\d{4})/(\d{1,4})")
_DATE = re.compile(r"(\d{4})(\d\d)(\d\d)/(\d\d)(\d\d)Z")
_DAY = re.compile(r"(\d\d)/(\d\d)(\d\d)Z")
_HEADING = re.compile(r"FN[A-Z]{2}\d\d")
_FORECAST_HOURS = ("+6", "+12", "+18", "+24")
_STATUS = {"TEST": Status.TEST, "EXER": Status.EXERCISE}
_NEAR = timedelta(days=15)

Value = TypeVar("Value")


def read(data: bytes, *, strict: Literal[True] = True, keep_form: bool = False) -> Read:
    """Return the advisories in `data`: one or more texts, each after its heading or alone.

    `keep_form` keeps doubled vertices of polygons, which are dropped otherwise. A month is
    taken from the nearest one to DTG.

    Raises
    ------
    BulletinError
        At the first deviation from the form, with its line and column.
    """
    cursor = Cursor(data)
    advisories: list[Advisory] = []
    while not (cursor.done and advisories):
        if len(advisories) == MOST_ADVISORIES:
            cursor.wrong("size", f"at most {MOST_ADVISORIES} advisories in one text")
        advisories.append(_advisory(cursor, keep_form=keep_form))
    return Read(advisories=tuple(advisories))


def _advisory(cursor: Cursor, *, keep_form: bool) -> Advisory:
    _heading(cursor)
    cursor.expect("SWX ADVISORY", "start")
    status = _status(cursor)
    issued = _after(cursor, "DTG:", _date)
    centre = _after(cursor, "SWXC:", _centre)
    effect = _after(cursor, "SWX EFFECT:", _effect)
    number = _after(cursor, "ADVISORY NR:", lambda c: _number(c, effect))
    replaces = _replaces(cursor, effect)
    outlooks = [_first_outlook(cursor, issued, keep_form=keep_form)]
    for hours in _FORECAST_HOURS:
        cursor.expect(f"FCST SWX {hours} HR:")
        outlooks.append(_outlook(cursor, issued, observed=False, keep_form=keep_form))
    remark = _remark(cursor)
    next_by = _next(cursor)
    cursor.expect("=", "end")
    return Advisory(
        number=number,
        centre=centre,
        issued=issued,
        effects=(effect,),
        replaces=replaces,
        outlooks=tuple(outlooks),
        remark=remark,
        next_by=next_by,
        status=status,
    )


def _after(cursor: Cursor, label: str, value: Callable[[Cursor], Value]) -> Value:
    cursor.expect(label)
    return value(cursor)


def _heading(cursor: Cursor) -> None:
    """Step over a heading; what it says is judged beside the text, not here."""
    if not _HEADING.fullmatch(cursor.peek()):
        return
    first = cursor.take()
    words = [first]
    while not cursor.done and "\n" not in cursor.between(words[-1]):
        words.append(cursor.take())
    try:
        read_heading(" ".join(word.text for word in words))
    except BulletinError:
        cursor.refuse("heading", first, "a heading like FNXX02 EFKL 201739")


def _status(cursor: Cursor) -> Status:
    if not cursor.took("STATUS:"):
        return Status.OPERATIONAL
    token = cursor.take()
    if token.text not in _STATUS:
        cursor.refuse("status", token, "TEST or EXER")
    return _STATUS[token.text]


def _centre(cursor: Cursor) -> str:
    token = cursor.take()
    if not 3 <= len(token.text) <= 12:
        cursor.refuse("centre", token, "the name of a centre, 3 to 12 characters")
    return token.text


def _effect(cursor: Cursor) -> Kind:
    for kind in SERIES:
        if cursor.took(kind):
            return kind
    return cursor.wrong("effect", "HF COM, SATCOM, GNSS or RADIATION")


def _number(cursor: Cursor, effect: Kind) -> Number:
    token = cursor.take()
    match = _NUMBER.fullmatch(token.text)
    if match is None or not int(match[2]):
        cursor.refuse("number", token, "a number like 2026/28")
    return Number(year=int(match[1]), effect=effect, count=int(match[2]))


def _replaces(cursor: Cursor, effect: Kind) -> tuple[Number, ...]:
    if not cursor.took("NR RPLC:"):
        return ()
    numbers = [_number(cursor, effect)]
    while cursor.peek() not in {"OBS", "FCST"}:
        if len(numbers) == MOST_REPLACED:
            cursor.wrong("replaces", "OBS SWX: or FCST SWX: after four replaced numbers")
        numbers.append(_number(cursor, effect))
    return tuple(numbers)


def _first_outlook(cursor: Cursor, issued: datetime, *, keep_form: bool) -> Outlook:
    observed = cursor.took("OBS SWX:")
    if not (observed or cursor.took("FCST SWX:")):
        cursor.wrong("label", "OBS SWX: or FCST SWX:")
    return _outlook(cursor, issued, observed=observed, keep_form=keep_form)


def _outlook(cursor: Cursor, issued: datetime, *, observed: bool, keep_form: bool) -> Outlook:
    at = _day(cursor, issued)
    state, groups = conditions(cursor, keep_form=keep_form)
    return Outlook(observed=observed, at=at, state=state, groups=groups)


def _remark(cursor: Cursor) -> str | None:
    """Read free text up to the next label, blanks folded; NIL is none."""
    cursor.expect("RMK:")
    start = cursor.index
    while not cursor.sees(("NXT", "ADVISORY:")):
        if cursor.done or cursor.peek() == "=":
            cursor.wrong("remark", "NXT ADVISORY: after the remark")
        cursor.index += 1
    if cursor.index == start:
        cursor.wrong("remark", "a remark or NIL")
    first, last = cursor.tokens[start], cursor.tokens[cursor.index - 1]
    text = " ".join(cursor.text[first.offset : last.end].split())
    return None if text == "NIL" else text


def _next(cursor: Cursor) -> datetime | None:
    cursor.expect("NXT ADVISORY:")
    if cursor.took("NO FURTHER ADVISORIES"):
        return None
    cursor.expect("WILL BE ISSUED BY", "next")
    return _date(cursor)


def _date(cursor: Cursor) -> datetime:
    token = cursor.take()
    match = _DATE.fullmatch(token.text)
    at = _calendar(*(int(part) for part in match.groups())) if match else None
    if at is None:
        cursor.refuse("date", token, "a date and time like 20260120/1739Z")
    return at


def _day(cursor: Cursor, near: datetime) -> datetime:
    """Read day, hour and minute in the month nearest to `near`, within 15 days."""
    token = cursor.take()
    match = _DAY.fullmatch(token.text)
    if match is None:
        cursor.refuse("day", token, "a day and time like 20/1732Z")
    day, hour, minute = (int(part) for part in match.groups())
    months = {(near + shift).replace(day=1) for shift in (-_NEAR, timedelta(0), _NEAR)}
    found = [_calendar(m.year, m.month, day, hour, minute) for m in months]
    at = min((t for t in found if t), key=lambda t: abs(t - near), default=None)
    if at is None or abs(at - near) > _NEAR:
        cursor.refuse("day", token, f"a day and time within 15 days of {near:%d/%H%MZ}")
    return at


def _calendar(year: int, month: int, day: int, hour: int, minute: int) -> datetime | None:
    if year < FIRST_YEAR:
        return None
    try:
        return datetime(year, month, day, hour, minute, tzinfo=UTC)
    except ValueError:
        return None
