"""CAP 1.2, the Common Alerting Protocol of OASIS: the writer.

No profile for space weather exists. Each language has a sequence of `info`, the severest first:
one for each effect and severity, with the onset and the areas of the first outlook in which it
occurs, as a receiver shows one time and one map for an `info`. All outlooks stand in the
description, in the words of the language, and again as a `parameter` each, in ICAO's words.
Polygons are split at 180 degrees; their edges are straight in latitude and longitude.

The end of a thread is an Update with the response AllClear: a Cancel would withdraw what was
rightly said, and needs no text that a receiver could show. An advisory whose predecessors
cannot be referred to is an Alert, because an Update must name what it updates.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime

from lxml import etree
from lxml.builder import ElementMaker

from stormcone.advisory.advisory import Advisory, Outlook, Status
from stormcone.bulletin.bulletin import Bulletin, BulletinError, Finding, Weight
from stormcone.bulletin.cap_topic import Topic, topics
from stormcone.bulletin.cap_words import WORDS, description, event, headline, instruction
from stormcone.bulletin.drawn import drawn
from stormcone.bulletin.names import group_name, levels_name, outlook_name
from stormcone.bulletin.xml import Element
from stormcone.effect.effect import Kind
from stormcone.reference.areas import Levels
from stormcone.reference.rings import Ring, without_repeats
from stormcone.reference.utc import write_utc

CODEC = "cap-1.2"
MEDIA_TYPE = "application/cap+xml"
NAMESPACE = "urn:oasis:names:tc:emergency:cap:1.2"
LANGUAGES = ("en", "zh", "ru")
STATUSES = {Status.OPERATIONAL: "Actual", Status.TEST: "Test", Status.EXERCISE: "Exercise"}
CATEGORIES = {
    Kind.HF_COM: ("Met", "Transport", "Infra"),
    Kind.GNSS: ("Met", "Transport", "Infra"),
    Kind.SATCOM: ("Met", "Transport", "Infra"),
    Kind.RADIATION: ("Met", "Transport", "Health"),
    Kind.SHELTER: ("Safety",),
}
EVENT_TERMS = "OET:v1.2"
SPACE_WEATHER, SPACE_DEBRIS = "OET-185", "OET-184"  # unverified
FEET_PER_LEVEL = 100
HIGHEST_FL = 999
"""The highest that three digits name; CAP reads an altitude without ceiling as one level."""
EARTH = "EARTH"
WORLD: Ring = ((-90, -180), (-90, 180), (90, 180), (90, -180), (-90, -180))

_cap = ElementMaker(namespace=NAMESPACE, nsmap={None: NAMESPACE})


def write(
    advisory: Advisory,
    *,
    sender: str,
    languages: Sequence[str] = LANGUAGES,
    replaced_issued: Mapping[str, datetime] = {},
) -> Bulletin:
    """Return a released advisory as a CAP message; the same advisory gives the same bytes.

    Parameters
    ----------
    advisory
        Any effect; a SHELTER advisory names its assets and has no polygons.
    sender
        The globally unique name of who sends, like ``swx.example.org``.
    languages
        Of ``en``, ``zh`` and ``ru``, in the order wanted; a receiver often shows the first.
    replaced_issued
        The times of issue of replaced advisories by key, of those that `sender` sent as CAP;
        the others cannot be referred to and are named among the losses.

    Raises
    ------
    BulletinError
        If the advisory has no number or time of issue, if a region cannot be drawn, if there
        are no words in a language, or the sender has signs that CAP forbids.
    """
    if advisory.number is None or advisory.issued is None:
        raise _refused("cap.number", "a draft has no number or time of issue")
    _check(sender, languages)
    references, losses = _references(advisory, sender, replaced_issued)
    alert = _cap.alert(
        _cap.identifier(advisory.number.slug),
        _cap.sender(sender),
        _cap.sent(_time(advisory.issued)),
        _cap.status(STATUSES[advisory.status]),
        _cap.msgType("Update" if references else "Alert"),
        _cap.scope("Public"),
        *_note(advisory),
        *([_cap.references(" ".join(references))] if references else []),
        *_incidents(advisory),
    )
    for language in languages:
        alert.extend(_info(topic, advisory.issued, language) for topic in topics(advisory))
    data = etree.tostring(alert, xml_declaration=True, encoding="UTF-8", pretty_print=True)
    return Bulletin(heading="", data=data, media_type=MEDIA_TYPE, codec=CODEC, losses=losses)


def _check(sender: str, languages: Sequence[str]) -> None:
    if not sender or any(sign in sender for sign in " ,<&"):
        raise _refused(
            "cap.sender",
            f"sender {sender!r} is empty or holds a blank, a comma, < or &; "
            f"use a name like swx.example.org",
        )
    for language in languages:
        if language not in WORDS:
            known = ", ".join(WORDS)
            raise _refused("cap.language", f"no words in {language!r}; there are {known}")


def _time(at: datetime) -> str:
    """Return UTC as CAP wants it: with the zone -00:00, never Z."""
    return f"{at.astimezone(UTC):%Y-%m-%dT%H:%M:%S}-00:00"


def _references(
    advisory: Advisory, sender: str, replaced_issued: Mapping[str, datetime]
) -> tuple[list[str], tuple[str, ...]]:
    references, losses = [], []
    for old in advisory.replaces:
        issued = replaced_issued.get(old.key)
        if issued is None:
            losses.append(f"reference to {old.key}: its time of issue is not known")
        else:
            references.append(f"{sender},{old.slug},{_time(issued)}")
    return references, tuple(losses)


def _note(advisory: Advisory) -> Iterator[Element]:
    if advisory.status is Status.EXERCISE:
        yield _cap.note(f"Exercise of {advisory.centre}")


def _incidents(advisory: Advisory) -> Iterator[Element]:
    """Yield the thread, if it is known: its key holds a blank and stands in quotes."""
    opens = advisory.number.key if advisory.number and not advisory.replaces else None
    thread = advisory.thread or opens
    if thread:
        yield _cap.incidents(f'"{thread}"')


def _info(topic: Topic, issued: datetime, language: str) -> Element:
    words = WORDS[language]
    return _cap.info(
        _cap.language(language),
        *(_cap.category(category) for category in CATEGORIES[topic.effect]),
        _cap.event(event(topic, words)),
        _cap.responseType(topic.response),
        _cap.urgency(topic.urgency(issued)),
        _cap.severity(topic.level),
        _cap.certainty(topic.certainty),
        _valued("eventCode", EVENT_TERMS, _event_term(topic)),
        _cap.effective(_time(issued)),
        _cap.onset(_time(topic.first.at)),
        *([_cap.expires(_time(topic.expires))] if topic.expires else []),
        _cap.senderName(topic.advisory.centre),
        _cap.headline(headline(topic, words)),
        _cap.description(description(topic.advisory, words)),
        _cap.instruction(instruction(topic, words)),
        *_parameters(topic),
        *_areas(topic),
    )


def _event_term(topic: Topic) -> str:
    return SPACE_DEBRIS if topic.effect is Kind.SHELTER else SPACE_WEATHER


def _parameters(topic: Topic) -> Iterator[Element]:
    """Yield what programs want to read: number, effect, cause, levels, and every outlook."""
    advisory = topic.advisory
    yield _valued("parameter", "advisoryNumber", str(advisory.number))
    yield _valued("parameter", "effect", topic.effect)
    if advisory.cause:
        yield _valued("parameter", "cause", advisory.cause)
    for levels in dict.fromkeys(levels_name(group.levels) for group in topic.groups):
        if levels:
            yield _valued("parameter", "levels", levels)
    for index, outlook in enumerate(advisory.outlooks):
        yield _valued("parameter", outlook_name(advisory, index), _in_icao_words(outlook))


def _in_icao_words(outlook: Outlook) -> str:
    times = write_utc(outlook.at) + (f"/{write_utc(outlook.until)}" if outlook.until else "")
    said = ", ".join(
        f"{group.effect or ''} {group.severity} {group_name(group)}".strip()
        for group in outlook.groups
    )
    return f"{times} {said or outlook.state}"


def _valued(element: str, name: str, value: str) -> Element:
    return _cap(element, _cap.valueName(name), _cap.value(value))


def _areas(topic: Topic) -> Iterator[Element]:
    """Yield an area for each group; what is not said of a place is said of the Earth."""
    if topic.severity is None and topic.effect is not Kind.SHELTER:
        yield _cap.area(_cap.areaDesc(EARTH), _cap.polygon(_pairs(_rounded(WORLD))))
    for group in topic.groups:
        rings = (_rounded(ring) for ring in drawn(group.region, topic.first.at).parts)
        yield _cap.area(
            _cap.areaDesc(group_name(group)),
            *(_cap.polygon(_pairs(ring)) for ring in rings if len(ring) > 3),
            *(_altitudes(group.levels) if group.levels else ()),
        )


def _rounded(ring: Ring) -> Ring:
    return without_repeats((round(lat, 4) + 0.0, round(lon, 4) + 0.0) for lat, lon in ring)


def _pairs(ring: Ring) -> str:
    return " ".join(f"{lat},{lon}" for lat, lon in ring)


def _altitudes(levels: Levels) -> Iterator[Element]:
    """Yield flight levels in feet; CAP counts them above the sea."""
    upper_fl = HIGHEST_FL if levels.upper_fl is None else levels.upper_fl
    yield _cap.altitude(str(levels.lower_fl * FEET_PER_LEVEL))
    yield _cap.ceiling(str(upper_fl * FEET_PER_LEVEL))


def _refused(code: str, message: str) -> BulletinError:
    return BulletinError(Finding(code=code, weight=Weight.ERROR, message=message))
