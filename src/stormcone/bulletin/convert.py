"""From an advisory to the bytes of another form, and whether those bytes say the same."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import suppress
from datetime import datetime

from msgspec import Struct, structs

from stormcone.advisory.advisory import Advisory
from stormcone.bulletin import (
    collect,
    geojson,
    iwxxm,
    iwxxm_2023_1,
    iwxxm_2025_2,
    tac_amd79,
    tac_amd82,
    wis2,
)
from stormcone.bulletin.bulletin import Bulletin, BulletinError, Finding, Weight
from stormcone.bulletin.codes import CODES
from stormcone.bulletin.diff import diff, in_words
from stormcone.bulletin.heading import (
    TEXT,
    XML,
    Heading,
    file_name,
    heading_for,
    read_heading,
    sent_at,
)
from stormcone.bulletin.tac import READERS
from stormcone.bulletin.validate import Validator
from stormcone.reference.centres import centre_named

Write = Callable[[Advisory], Bulletin]
WRITERS: Mapping[str, Write] = {
    "tac82": tac_amd82.write,
    "tac79": tac_amd79.write,
    "iwxxm-2025-2": iwxxm_2025_2.write,
    "iwxxm-2023-1": iwxxm_2023_1.write,
    "iwxxm-2021-2": lambda advisory: iwxxm_2023_1.write(advisory, release="2021-2"),
    "geojson": geojson.write,
}
EXTENSIONS = {
    "tac-amd82": "txt",
    "tac-amd79": "txt",
    "iwxxm-2025-2": "xml",
    "iwxxm-2023-1": "xml",
    "iwxxm-2021-2": "xml",
    "geojson": "geojson",
    "cap-1.2": "cap.xml",
    "wis2": "wis2.json",
}


class Written(Struct, frozen=True, kw_only=True):
    """A bulletin in another form, what our validator finds in it, what it could not check."""

    bulletin: Bulletin
    findings: tuple[Finding, ...] = ()
    not_checked: tuple[str, ...] = ()


def converted(advisory: Advisory, write: Write, validator: Validator) -> Written:
    """Return an advisory in another form, judged as a stranger's would be, and read back.

    Raises
    ------
    BulletinError
        If the form cannot say the advisory.
    """
    bulletin = write(advisory)
    findings: tuple[Finding, ...] = ()
    not_checked: tuple[str, ...] = ()
    if bulletin.codec.startswith("iwxxm"):
        report = validator.check(bulletin.data)
        findings = (*report.xsd, *report.rules, *report.house)
        not_checked = report.not_checked
    return Written(
        bulletin=bulletin,
        findings=(*findings, *_otherwise(advisory, bulletin)),
        not_checked=not_checked,
    )


def _otherwise(advisory: Advisory, bulletin: Bulletin) -> tuple[Finding, ...]:
    """Return what a bulletin says otherwise than its advisory, and does not name as a loss."""
    if bulletin.losses:
        return ()
    if bulletin.codec in READERS:
        again = READERS[bulletin.codec](bulletin.data).advisories
    elif bulletin.codec.startswith("iwxxm"):
        again = iwxxm.read(bulletin.data).advisories
    else:
        return ()
    said = tuple(in_words(change) for back in again for change in diff(advisory, back))
    return tuple(
        Finding(code="convert.changed", weight=Weight.ERROR, message=f"{_CHANGED}; {words}")
        for words in said
    )


_CHANGED = CODES["convert.changed"]


def headed(bulletin: Bulletin, advisory: Advisory, given: str, unit: str | None) -> Bulletin:
    """Return a text or IWXXM under its WMO heading, as far as the issuing unit is known.

    `given` is the heading under which it came, "" for none; `unit` writes another in its place.
    A centre with one unit on duty needs neither.

    Raises
    ------
    BulletinError
        If `unit` is not four letters.
    """
    if not bulletin.codec.startswith(("tac", "iwxxm")):
        return bulletin
    data_type = XML if bulletin.codec.startswith("iwxxm") else TEXT
    heading = _heading(advisory, given, unit, data_type)
    return structs.replace(bulletin, heading=str(heading) if heading else "")


def _heading(
    advisory: Advisory, given: str, unit: str | None, data_type: str
) -> Heading | None:
    if unit is None and given:
        with suppress(BulletinError):
            came = read_heading(given)
            return structs.replace(came, ttaaii=data_type + came.ttaaii[2:])
    centre = centre_named(advisory.centre)
    on_duty = [one.cccc for one in centre.units if not one.backup] if centre else []
    if unit is None and len(on_duty) == 1:
        unit = on_duty[0]
    if unit is None or advisory.issued is None:
        return None
    return heading_for(advisory, unit, advisory.issued, data_type=data_type)


def strange_unit(bulletin: Bulletin, advisory: Advisory) -> Iterator[Finding]:
    """Yield a warning where the heading names a unit that does not issue for the centre."""
    centre = centre_named(advisory.centre)
    if bulletin.codec == wis2.CODEC or not bulletin.heading or centre is None:
        return
    cccc = read_heading(bulletin.heading).cccc
    if not centre.issues_as(cccc):
        said = f"{CODES['heading.unit']}; {cccc} does not issue for {centre.name}"
        yield Finding(code="heading.unit", weight=Weight.WARNING, message=said)


def name_of(bulletin: Bulletin, advisory: Advisory) -> str:
    """Return the name of a bulletin's file: WMO's under a heading, else its key."""
    extension = EXTENSIONS[bulletin.codec]
    if bulletin.heading and bulletin.codec != wis2.CODEC and advisory.issued:
        heading = read_heading(bulletin.heading)
        return file_name(
            heading, sent_at(heading, advisory.issued) or advisory.issued, extension
        )
    slug = advisory.number.slug if advisory.number else "draft"
    return f"{slug}.{extension}"


def collected(made: Iterable[tuple[Bulletin, Advisory]]) -> Iterator[tuple[Bulletin, str]]:
    """Yield a COLLECT for each effect and unit, and the name of its file.

    It goes under the heading of its newest advisory; the others stand in order of their issue.

    Raises
    ------
    BulletinError
        If a bulletin has no heading, or one advisory is there twice.
    """
    groups: dict[str, list[tuple[datetime, Bulletin]]] = {}
    for bulletin, advisory in made:
        if not bulletin.heading or advisory.issued is None:
            said = f"the unit that issues for {advisory.centre} is not known"
            raise BulletinError(Finding(code="heading.form", weight=Weight.ERROR, message=said))
        series = " ".join(bulletin.heading.split()[:2])
        groups.setdefault(series, []).append((advisory.issued, bulletin))
    for group in groups.values():
        group.sort(key=lambda one: one[0])
        issued, newest = group[-1]
        heading = read_heading(newest.heading)
        at = sent_at(heading, issued) or issued
        one = collect.write([bulletin for _, bulletin in group], heading, at)
        yield one, file_name(heading, at, "xml")
