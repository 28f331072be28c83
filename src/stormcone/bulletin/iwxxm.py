"""IWXXM of any release, alone or in a COLLECT, and the text of what was not translated."""

from collections.abc import Iterator

from lxml import etree

from stormcone.bulletin.bulletin import BulletinError, Finding, Read, Weight
from stormcone.bulletin.iwxxm_names import CODECS, COLLECT
from stormcone.bulletin.iwxxm_read import FAILED, release_of, report
from stormcone.bulletin.iwxxm_source import Source
from stormcone.bulletin.xml import Element, parse_xml

MOST_REPORTS = 1000
COLLECTION = f"{COLLECT}MeteorologicalBulletin"
MEMBER = f"{COLLECT}meteorologicalInformation"


def read(data: bytes, *, strict: bool = True) -> Read:
    """Return the advisories of a document of any release, or of all reports in a COLLECT.

    `strict` refuses what deviates from the form; otherwise what has one meaning only is read
    with a finding. In a COLLECT a bad report becomes a finding and hides no other.

    A region comes back in words where its labels and its drawing agree (a common share of 0.99
    on the sphere), with the range of longitudes that the drawing fills; the whole circle is no
    range. Elsewhere what is drawn counts, as polygons: so does the model's own area, where it
    is smaller than the labels beside it.

    Raises
    ------
    BulletinError
        At the first thing that is refused in a lone report, with its line.
    """
    root = parse_xml(data)
    if root.tag != COLLECTION:
        return _read(root, strict=strict)
    found = [Read(findings=tuple(_without_reports(root)))]
    for member in _members(root):
        try:
            found.append(_read(member, strict=strict))
        except BulletinError as error:
            found.append(Read(findings=(error.finding,)))
    return Read(
        advisories=tuple(advisory for one in found for advisory in one.advisories),
        stubs=tuple(stub for one in found for stub in one.stubs),
        findings=tuple(finding for one in found for finding in one.findings),
    )


def _without_reports(root: Element) -> Iterator[Finding]:
    """Yield the members of a COLLECT that hold no report, and whether it has none at all."""
    members = list(root.iterchildren(MEMBER))
    empty = [member for member in members if len(member) == 0]
    for element in empty or ([] if members else [root]):
        yield Finding(
            code="iwxxm.missing",
            weight=Weight.ERROR,
            message="no report of IWXXM in it",
            line=element.sourceline or 1,
            column=1,
        )


def form_of(data: bytes) -> str:
    """Return the codec of a document by its root's namespace: ``iwxxm-2025-2``, ``collect``.

    Raises
    ------
    BulletinError
        If it is not sound XML, or of no form that is read.
    """
    root = parse_xml(data)
    if root.tag == COLLECTION:
        return "collect"
    return CODECS[_release(Source(root, strict=True))]


def failed_tac(data: bytes) -> str | None:
    """Return the texts that could not be translated, one a line, None where there is none.

    XML keeps no line ends in an attribute: a text comes as one line.

    Raises
    ------
    BulletinError
        If the document is not sound XML.
    """
    root = parse_xml(data)
    reports = _members(root) if root.tag == COLLECTION else [root]
    texts = [text for one in reports if release_of(one) and (text := one.get(FAILED))]
    return "\n".join(" ".join(text.split()) for text in texts) or None


def _read(root: Element, *, strict: bool) -> Read:
    source = Source(root, strict=strict)
    _release(source)
    return report(source)


def _release(source: Source) -> str:
    release = release_of(source.root)
    if release not in CODECS:
        found, known = etree.QName(source.root).text, ", ".join(CODECS)
        source.refuse(
            "release", source.root, f"{found} is no space weather advisory of {known}"
        )
    return release


def _members(root: Element) -> list[Element]:
    """Return the reports of a COLLECT, or refuse more than anybody sends."""
    members = [
        report for member in root.iterchildren(MEMBER) for report in member.iterchildren("*")
    ]
    if len(members) > MOST_REPORTS:
        source = Source(root, strict=True)
        source.refuse(
            "size", members[MOST_REPORTS], f"over the limit of {MOST_REPORTS} reports"
        )
    return members
