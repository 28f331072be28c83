"""House rules for IWXXM: what the official rules mean to forbid and let through."""

import re
from collections.abc import Iterator

from stormcone.advisory.times import forecast_times
from stormcone.bulletin.bulletin import BulletinError, Finding
from stormcone.bulletin.heading import read_file_name
from stormcone.bulletin.house_areas import area_findings, found, named
from stormcone.bulletin.iwxxm_names import COLLECT, HREF, ID
from stormcone.bulletin.iwxxm_outlook import time_of
from stormcone.bulletin.iwxxm_source import Source, text_of
from stormcone.bulletin.xml import Element
from stormcone.reference.utc import write_utc

_UUID4 = re.compile(
    r"uuid\.[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}"
)
_NIL_REASON = re.compile(
    r"http://codes\.wmo\.int/common/nil/"
    r"(inapplicable|missing|noSignificantChange|notDetectedByAutoSystem|notObservable"
    r"|nothingOfOperationalSignificance|template|unknown|withheld"
    r"|AboveDetectionRange|BelowDetectionRange)"
)
_NUMBER = re.compile(r"\d{4}/[1-9]\d{0,3}", re.ASCII)
_GML_NIL_REASONS = frozenset({"inapplicable", "missing", "template", "unknown", "withheld"})
OUTLOOKS = 5


def house_findings(root: Element, name: str | None = None) -> Iterator[Finding]:
    """Yield what breaks a house rule, in document order within each rule.

    `name` is that of the file, which the identifier of a COLLECT must equal.
    """
    yield from _nil_reasons(root)
    yield from _ids(root)
    yield from _numbers(root)
    yield from _levels(root)
    yield from _collect(root, name)
    for advisory in named(root, "SpaceWeatherAdvisory"):
        if not advisory.get("translationFailedTAC"):
            yield from _outlooks(advisory)
    yield from area_findings(root)


def _nil_reasons(root: Element) -> Iterator[Finding]:
    for element in root.iter("*"):
        reason = element.get("nilReason")
        if reason is None or _NIL_REASON.fullmatch(reason) or reason in _GML_NIL_REASONS:
            continue
        yield found("nil", element, f"nilReason {reason!r} is not in the WMO code list")


def _ids(root: Element) -> Iterator[Finding]:
    seen: set[str] = set()
    for element in root.iter("*"):
        name = element.get(ID)
        if name is None:
            continue
        if not _UUID4.fullmatch(name):
            yield found("id", element, f"gml:id {name!r} is not uuid. and a version 4 UUID")
        if name in seen:
            yield found("id", element, f"gml:id {name!r} occurs twice")
        seen.add(name)


def _numbers(root: Element) -> Iterator[Finding]:
    for element in named(root, "advisoryNumber", "replacedAdvisoryNumber"):
        if element.text is not None and not _NUMBER.fullmatch(element.text):
            yield found("number", element, f"{element.text!r} is not a number like 2026/28")


def _levels(root: Element) -> Iterator[Finding]:
    for advisory in named(root, "SpaceWeatherAdvisory"):
        effects = [text_of(element) for element in named(advisory, "effect")]
        effects += [element.get(HREF, "") for element in named(advisory, "phenomenon")]
        if not effects or any("RADIATION" in effect for effect in effects):
            continue
        for limit in named(advisory, "lowerLimit", "upperLimit"):
            yield found("level", limit, "only RADIATION has flight levels")


def _collect(root: Element, name: str | None) -> Iterator[Finding]:
    for identifier in root.iter(f"{COLLECT}bulletinIdentifier"):
        said = text_of(identifier)
        try:
            read_file_name(said)
        except BulletinError as error:
            yield found("identifier", identifier, error.finding.message)
        if name is not None and said.removesuffix(".gz") != name.removesuffix(".gz"):
            yield found("identifier", identifier, f"{said!r} in a file named {name!r}")
    members = [
        one for holder in root.iter(f"{COLLECT}meteorologicalInformation") for one in holder
    ]
    if len({member.tag for member in members}) > 1:
        yield found("collect", root, "reports of more than one type or release")


def _outlooks(advisory: Element) -> Iterator[Finding]:
    """Yield what is wrong with the number, kinds and times of the outlooks."""
    analyses = list(named(advisory, "SpaceWeatherAnalysis"))
    if not analyses and advisory.get("permissibleUsage") == "NON-OPERATIONAL":
        return
    if len(analyses) != OUTLOOKS:
        yield found("outlooks", advisory, f"{len(analyses)} analyses; an advisory has five")
        return
    for analysis in analyses[1:]:
        if analysis.get("timeIndicator") != "FORECAST":
            yield found("outlooks", analysis, "only the first analysis can be an observation")
    yield from _times(Source(advisory, strict=True), analyses)


def _times(source: Source, analyses: list[Element]) -> Iterator[Finding]:
    try:
        times = [time_of(source, one) for a in analyses for one in named(a, "phenomenonTime")]
    except BulletinError as error:
        yield error.finding
        return
    if len(times) != OUTLOOKS:
        return
    for analysis, at, ruled in zip(
        analyses[1:], times[1:], forecast_times(times[0]), strict=True
    ):
        if at != ruled:
            message = f"{write_utc(at)}; {write_utc(ruled)} follows from the first time"
            yield found("times", analysis, message)
