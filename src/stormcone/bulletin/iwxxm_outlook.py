"""What one analysis of IWXXM says of its time: severities and regions, or why none."""

import re
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime

from stormcone.advisory.advisory import Group, Outlook, State
from stormcone.bulletin.iwxxm_names import GML, SILENCES
from stormcone.bulletin.iwxxm_region import Place, place_of, regions_of
from stormcone.bulletin.iwxxm_source import Source, nil_reason, text_of
from stormcone.bulletin.xml import Element
from stormcone.effect.effect import Kind, Severity
from stormcone.reference.utc import plausible

MOST_REGIONS = 100
_TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,6})?(?:Z|[+-]\d\d:\d\d)", re.ASCII)
_INDICATORS = {"OBSERVATION": True, "FORECAST": False}
_STATES = {reason.rpartition("/")[2]: state for state, reason in SILENCES.items()}
_SEVERITIES = frozenset(Severity)

Intensity = tuple[Kind, Severity]


def time_of(source: Source, holder: Element) -> datetime:
    """Return a time of whole minutes; one that is not whole is cut, if that is forgiven.

    Raises
    ------
    BulletinError
        If it is no time with a zone, or of no plausible year.
    """
    instant = source.held(holder, f"{GML}TimeInstant")
    text = text_of(instant.find(f"{GML}timePosition"))
    try:
        at = plausible(_utc(text))
    except ValueError as error:
        source.refuse("time", instant, str(error))
    whole = at.replace(second=0, microsecond=0)
    if whole != at:
        source.forgive("time", instant, f"{text} is not a whole minute; read as {whole:%H%MZ}")
    return whole


def _utc(text: str) -> datetime:
    if not _TIME.fullmatch(text):
        raise ValueError(f"{text!r} is not a time like 2026-01-20T17:32:00Z")
    return plausible(datetime.fromisoformat(text)).astimezone(UTC)


def outlook_of(
    source: Source, analysis: Element, intensities: Sequence[Intensity] | None
) -> Outlook:
    """Return one outlook; `intensities` are those of Amendment 79, which count for all of it.

    Raises
    ------
    BulletinError
        If it has no time, is neither observed nor forecast, or says nothing or too much.
    """
    part = source.held(analysis, f"{source.iwxxm}SpaceWeatherAnalysis")
    kind, time = part.get("timeIndicator"), source.child(part, "phenomenonTime")
    if kind not in _INDICATORS or time is None:
        source.refuse("outlook", part, "not an OBSERVATION or FORECAST of some time")
    at = time_of(source, time)
    holders = list(source.children(part, "region" if intensities else "intensityAndRegion"))
    silences = [holder for holder in holders if nil_reason(holder)]
    if not holders or len(holders) > MOST_REGIONS or len(silences) not in {0, len(holders)}:
        message = f"{len(holders)} regions, {len(silences)} of them nil, up to {MOST_REGIONS}"
        source.refuse("outlook", part, message)
    for holder in silences:
        if len(holder):
            source.refuse("outlook", holder, "a reason for saying nothing, and a region")
    observed = _INDICATORS[kind]
    if silences:
        return Outlook(observed=observed, at=at, state=_silence(source, silences[0]))
    found = (
        _placed(source, holders, at, intensities)
        if intensities
        else _grouped(source, holders, at)
    )
    return Outlook(observed=observed, at=at, state=State.GROUPS, groups=tuple(found))


def _silence(source: Source, holder: Element) -> State:
    reason = nil_reason(holder)
    if reason not in _STATES:
        source.forgive("nil", holder, f"nilReason {reason!r} is read as NOT AVBL")
    return _STATES.get(reason, State.NOT_AVBL)


def _placed(
    source: Source, holders: Sequence[Element], at: datetime, intensities: Sequence[Intensity]
) -> Iterator[Group]:
    """Yield each region for each effect, as Amendment 79 means it."""
    places = [_place(source, holder, at) for holder in holders]
    for region, levels in regions_of(source, places, crossing=False):
        for kind, severity in intensities:
            whose = kind if len(intensities) > 1 else None
            yield Group(severity=severity, region=region, levels=levels, effect=whose)


def _grouped(source: Source, holders: Sequence[Element], at: datetime) -> Iterator[Group]:
    for holder in holders:
        said = source.held(holder, f"{source.iwxxm}SpaceWeatherIntensityAndRegion")
        severity = text_of(source.child(said, "intensity"))
        inside = list(source.children(said, "region"))
        if severity not in _SEVERITIES or not 1 <= len(inside) <= MOST_REGIONS:
            message = f"intensity {severity!r} of {len(inside)} regions; expected MOD or SEV"
            source.refuse("outlook", said, message)
        places = [_place(source, region, at) for region in inside]
        for region, levels in regions_of(source, places, crossing=True):
            yield Group(severity=Severity(severity), region=region, levels=levels)


def _place(source: Source, holder: Element, at: datetime) -> Place:
    return place_of(source, source.held(holder, f"{source.iwxxm}SpaceWeatherRegion"), at)
