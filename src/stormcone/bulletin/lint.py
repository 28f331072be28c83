"""What is wrong with a bulletin as it would be sent: its heading and its length."""

import re
from collections.abc import Iterator
from datetime import datetime, timedelta

from stormcone.advisory.advisory import Advisory
from stormcone.advisory.finding import ERROR, WARNING, Finding
from stormcone.bulletin.bulletin import Bulletin, BulletinError, Weight
from stormcone.bulletin.bulletin import Finding as Told
from stormcone.bulletin.heading import Heading, read_heading, sent_at
from stormcone.bulletin.tokens import decoded
from stormcone.reference.centres import centre_named

LONGEST_LINE = 69  # unverified
LONGEST_MESSAGE = 1800  # unverified
LATEST = timedelta(minutes=15)
_SHOWN = 40
_MINUTE = timedelta(minutes=1)
_FIELD = re.compile(r"(\w+)(?:\[(\d)\])?")
_LABELS = {
    "number": r"ADVISORY\s+NR",
    "issued": "DTG",
    "centre": "SWXC",
    "status": "STATUS",
    "effects": r"SWX\s+EFFECT",
    "replaces": r"NR\s+RPLC",
    "next_by": r"NXT\s+ADVISORY",
    "remark": "RMK",
    "heading": r"F[A-Z]{3}\d\d",
}


def lint_text(bulletin: Bulletin, advisory: Advisory) -> tuple[Finding, ...]:
    """Return what is wrong with a text bulletin and its heading, beside the advisory in it."""
    return (*_length(bulletin), *_heading(bulletin, advisory))


def _length(bulletin: Bulletin) -> Iterator[Finding]:
    text = decoded(bulletin.data)
    for line in text.splitlines():
        if len(line) > LONGEST_LINE:
            message = f"a line of {len(line)} characters, over {LONGEST_LINE}; wrap it"
            yield _found("text.length", "data", line[:_SHOWN], message)
    if len(text) > LONGEST_MESSAGE:
        message = f"{len(text)} characters, over {LONGEST_MESSAGE}; say less"
        yield _found("text.length", "data", text[:_SHOWN], message)


def _heading(bulletin: Bulletin, advisory: Advisory) -> Iterator[Finding]:
    try:
        heading = read_heading(bulletin.heading)
    except BulletinError as error:
        yield _found("heading.form", "heading", bulletin.heading, error.finding.message)
        return
    centre = centre_named(advisory.centre)
    if centre is None or not centre.issues_as(heading.cccc):
        message = f"not a unit that issues for {advisory.centre}"
        yield _found("heading.unit", "heading", heading.cccc, message)
    if heading.effect not in advisory.effects:
        message = f"{heading.ttaaii} is not the series of {' AND '.join(advisory.effects)}"
        yield _found("heading.effect", "heading", heading.ttaaii, message)
    if advisory.issued:
        yield from _heading_time(heading, advisory.issued)


def _heading_time(heading: Heading, issued: datetime) -> Iterator[Finding]:
    sent, value = sent_at(heading, issued), str(heading)
    if sent is None or sent < issued:
        yield _found("heading.time", "heading", value, f"not after DTG {issued:%d%H%M}")
        return
    minutes = (sent - issued) // _MINUTE
    message = f"{minutes} min after DTG {issued:%d%H%M}"
    if sent - issued > LATEST:
        yield _found("heading.time", "heading", value, message)
    elif minutes:
        yield _found("heading.time", "heading", value, message, WARNING)


def _found(code: str, field: str, value: str, message: str, severity: str = ERROR) -> Finding:
    return Finding(code=code, severity=severity, field=field, value=value, message=message)


def located(slip: Finding, text: bytes) -> Told:
    """Return a slip with the line and column of the label that its field has in a text.

    Without such a label, as in XML, it has no place.
    """
    words = text.decode("latin-1")
    label = re.escape(slip.value) if slip.field == "data" else _label(slip.field)
    found = re.search(rf"(?<!\w)(?:{label})", words) if label else None
    at = found.start() if found else 0
    return Told(
        code=slip.code,
        weight=Weight(slip.severity),
        message=f"{slip.value}: {slip.message}" if slip.value else slip.message,
        line=words.count("\n", 0, at) + 1 if found else 0,
        column=at - words.rfind("\n", 0, at) if found else 0,
    )


def _label(field: str) -> str | None:
    """Return the pattern of the label under which a text says a field, None if it has none."""
    match = _FIELD.match(field)
    name, index = (match[1], match[2]) if match else ("", None)
    if name == "outlooks" and index is not None:
        hours = rf"\s+\+{6 * int(index)}\s+HR" if index != "0" else r"(?=\s*:)"
        return rf"(?:OBS|FCST)\s+SWX{hours}"
    return r"FCST\s+SWX\s+\+" if name == "outlooks" else _LABELS.get(name)
