"""What is wrong with a bulletin as it would be sent: its heading and its length."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from stormcone.advisory.advisory import Advisory
from stormcone.advisory.lint import ERROR, WARNING, Finding
from stormcone.bulletin.bulletin import Bulletin, BulletinError
from stormcone.bulletin.heading import Heading, read_heading
from stormcone.reference.centres import centre_named

LONGEST_LINE = 69  # unverified
LONGEST_MESSAGE = 1800  # unverified
LATEST = timedelta(minutes=15)
_AT_ONCE = timedelta(minutes=1)


def lint_text(bulletin: Bulletin, advisory: Advisory) -> tuple[Finding, ...]:
    """Return what is wrong with a text bulletin and its heading, beside the advisory in it."""
    return (*_length(bulletin), *_heading(bulletin, advisory))


def _length(bulletin: Bulletin) -> Iterator[Finding]:
    text = bulletin.data.decode("ascii", "replace")
    for number, line in enumerate(text.splitlines(), 1):
        if len(line) > LONGEST_LINE:
            message = f"line {number} has {len(line)} characters, over {LONGEST_LINE}"
            yield _found("text.length", "data", line, message)
    if len(text) > LONGEST_MESSAGE:
        message = f"{len(text)} characters, over {LONGEST_MESSAGE}; describe fewer areas"
        yield _found("text.length", "data", text[:40], message)


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
    """Compare the heading with DTG; both days of the month are at most a day apart."""
    sent = issued.replace(hour=heading.hour, minute=heading.minute)
    around = (sent + timedelta(days=days) for days in (-1, 0, 1))
    sent = next((at for at in around if at.day == heading.day), sent + 2 * LATEST)
    value, gap = str(heading), sent - issued
    if gap < timedelta(0):
        yield _found("heading.time", "heading", value, f"before DTG {issued:%d%H%M}")
    elif gap > LATEST:
        yield _found("heading.time", "heading", value, f"{gap} after DTG {issued:%d%H%M}")
    elif gap >= _AT_ONCE:
        message = f"{gap} after DTG {issued:%d%H%M}"
        yield _found("heading.time", "heading", value, message, WARNING)


def _found(code: str, field: str, value: str, message: str, severity: str = ERROR) -> Finding:
    return Finding(code=code, severity=severity, field=field, value=value, message=message)
