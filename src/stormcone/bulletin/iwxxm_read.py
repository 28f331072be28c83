"""One report of IWXXM, of any release, as an advisory of the model."""

import re
from collections.abc import Sequence
from datetime import datetime

from lxml import etree

from stormcone.advisory.advisory import Advisory, Number, Status
from stormcone.bulletin.bulletin import Read, Stub
from stormcone.bulletin.heading import SERIES
from stormcone.bulletin.iwxxm_names import ADDRESS, AIXM, HREF, PHENOMENA
from stormcone.bulletin.iwxxm_outlook import Intensity, outlook_of, time_of
from stormcone.bulletin.iwxxm_source import Source, nil_reason, text_of
from stormcone.bulletin.xml import Element, parse_xml
from stormcone.effect.effect import Kind, Severity

MOST_OUTLOOKS = 5
MOST_REPLACED = 4
NEWEST = "2025-2"
FAILED = "translationFailedTAC"
TRANSLATION = (
    "translatedBulletinID",
    "translatedBulletinReceptionTime",
    "translationCentreDesignator",
    "translationCentreName",
    "translationTime",
)
_NUMBER = re.compile(r"(\d{4})/(\d{1,4})", re.ASCII)
_STATUSES = {"TEST": Status.TEST, "EXERCISE": Status.EXERCISE}
_KINDS = {kind.replace(" ", "_"): kind for kind in SERIES}
_PHENOMENA = {
    f"{PHENOMENA}{name}_{severity}": (kind, severity)
    for name, kind in _KINDS.items()
    for severity in Severity
}
MOST_POINTS = 20_000


def read_release(data: bytes, releases: Sequence[str], *, strict: bool) -> Read:
    """Return the report that is the root of a document of one of `releases`.

    Raises
    ------
    BulletinError
        If it is none, or at the first thing in it that is refused.
    """
    root = parse_xml(data)
    source = Source(root, strict=strict)
    if release_of(root) not in releases:
        found = etree.QName(root).text
        source.refuse("release", root, f"{found} is no advisory of {' or '.join(releases)}")
    return report(source)


def release_of(root: Element) -> str | None:
    """Return the release of IWXXM that an advisory is of, None if it is no advisory."""
    name = etree.QName(root)
    if name.localname != "SpaceWeatherAdvisory" or name.namespace is None:
        return None
    return str(name.namespace).removeprefix(ADDRESS)


def report(source: Source) -> Read:
    """Return the advisory, or the stub of a test, or what could not be translated.

    Raises
    ------
    BulletinError
        At the first thing that is impossible, or that a strict reader refuses.
    """
    root = source.root
    if root.get(FAILED):
        said = " ".join(f"{name}={root.get(name)!r}" for name in TRANSLATION if root.get(name))
        text = " ".join(root.get(FAILED).split())
        source.warn("untranslated", root, f"not translated; {said}; the text: {text}")
        return Read(findings=tuple(source.findings))
    status = _status(source)
    analyses = list(source.children(root, "analysis"))
    if not analyses and status is not Status.OPERATIONAL:
        return Read(stubs=(Stub(status),), findings=tuple(source.findings))
    advisory = _advisory(source, status, analyses)
    _check_size(source, advisory)
    return Read(advisories=(advisory,), findings=tuple(source.findings))


def _check_size(source: Source, advisory: Advisory) -> None:
    """Refuse more points than anybody could draw, however often they are referred to."""
    groups = (group for outlook in advisory.outlooks for group in outlook.groups)
    points = sum(len(group.region.polygon) for group in groups)
    if points > MOST_POINTS:
        message = f"regions of {points} points in all, over the limit of {MOST_POINTS}"
        source.refuse("size", source.root, message)


def _advisory(source: Source, status: Status, analyses: Sequence[Element]) -> Advisory:
    newest = release_of(source.root) == NEWEST
    said = None if newest else _phenomena(source)
    effects = tuple(kind for kind, _ in said) if said else (_effect(source),)
    number, *replaces = _numbers(source, effects[0])
    if not 1 <= len(analyses) <= MOST_OUTLOOKS:
        source.refuse("outlooks", source.root, f"{len(analyses)} analyses; there are five")
    if len(analyses) < MOST_OUTLOOKS:
        source.forgive("outlooks", analyses[-1], f"{len(analyses)} analyses; there are five")
    return Advisory(
        number=number,
        centre=_centre(source),
        issued=time_of(source, _wanted(source, "issueTime")),
        effects=effects,
        replaces=tuple(replaces),
        outlooks=tuple(outlook_of(source, analysis, said) for analysis in analyses),
        remark=_remark(source),
        next_by=_next(source),
        status=status,
    )


def _wanted(source: Source, name: str) -> Element:
    element = source.child(source.root, name)
    if element is None:
        source.refuse("missing", source.root, f"no {name}, which every advisory has")
    return element


def _status(source: Source) -> Status:
    root = source.root
    if (kind := root.get("reportStatus", "NORMAL")) != "NORMAL":
        source.warn("status", root, f"reportStatus {kind} is not kept; read as NORMAL")
    usage, reason = root.get("permissibleUsage"), root.get("permissibleUsageReason", "")
    if usage == "OPERATIONAL":
        return Status.OPERATIONAL
    if usage != "NON-OPERATIONAL":
        source.refuse(
            "status", root, f"permissibleUsage {usage!r}; expected OPERATIONAL or not"
        )
    if reason not in _STATUSES:
        source.forgive("status", root, f"the reason {reason!r} is read as TEST")
    return _STATUSES.get(reason, Status.TEST)


def _effect(source: Source) -> Kind:
    """Return the one effect of an advisory of Amendment 82."""
    named = list(source.children(source.root, "effect"))
    if len(named) != 1:
        source.refuse("effect", source.root, f"{len(named)} effects; an advisory has one")
    text = text_of(named[0])
    if text not in _KINDS:
        source.refuse("effect", named[0], f"{text!r}; expected {', '.join(_KINDS)}")
    return _KINDS[text]


def _phenomena(source: Source) -> list[Intensity]:
    """Return the effects of an advisory of Amendment 79, and their severities."""
    found: dict[Kind, Severity] = {}
    for element in source.children(source.root, "phenomenon"):
        name = element.get(HREF, "")
        if name not in _PHENOMENA:
            source.refuse("effect", element, f"{name!r} is not a phenomenon of the code list")
        kind, severity = _PHENOMENA[name]
        if kind in found:
            source.forgive("effect", element, f"{kind} stands twice; the higher is taken")
        found[kind] = max(severity, found.get(kind, severity))
    if not found:
        source.refuse("effect", source.root, "no phenomenon; an advisory has one or more")
    return list(found.items())


def _numbers(source: Source, effect: Kind) -> list[Number]:
    own = _wanted(source, "advisoryNumber")
    old = list(source.children(source.root, "replacedAdvisoryNumber"))
    if len(old) > MOST_REPLACED:
        source.refuse("replaces", old[-1], f"{len(old)} replaced numbers; at most four")
    return [_number(source, element, effect) for element in (own, *old)]


def _number(source: Source, element: Element, effect: Kind) -> Number:
    match = _NUMBER.fullmatch(text_of(element))
    if match is None or not int(match[2]):
        source.refuse("number", element, f"{text_of(element)!r} is not a number like 2026/28")
    return Number(year=int(match[1]), effect=effect, count=int(match[2]))


def _centre(source: Source) -> str:
    holder = _wanted(source, "issuingSpaceWeatherCentre")
    unit = source.held(holder, f"{AIXM}Unit")
    name = text_of(unit.find(f"{AIXM}timeSlice/{AIXM}UnitTimeSlice/{AIXM}name"))
    if not 3 <= len(name) <= 12:
        source.refuse("centre", holder, f"{name!r} is not a name of 3 to 12 characters")
    return name


def _remark(source: Source) -> str | None:
    text = text_of(source.child(source.root, "remarks"))
    return None if text in {"", "NIL"} else text


def _next(source: Source) -> datetime | None:
    holder = source.child(source.root, "nextAdvisoryTime")
    if holder is not None and not nil_reason(holder):
        return time_of(source, holder)
    if holder is None or nil_reason(holder) != "inapplicable":
        why = "absent" if holder is None else nil_reason(holder)
        said = f"the next advisory's time is {why}; only inapplicable is: no further ones"
        source.refuse("missing", source.root if holder is None else holder, said)
    return None
