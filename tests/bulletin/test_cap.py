"""CAP 1.2: the order, number and words of its elements, and what a receiver is told."""

import re
from datetime import UTC, datetime, timedelta

import pytest
import shapely
from bulletin_kit import advisories
from hypothesis import given, settings
from lxml import etree
from msgspec import structs

from stormcone.advisory.advisory import Group, Number, Outlook, State, Status
from stormcone.bulletin.bulletin import BulletinError
from stormcone.bulletin.cap import CATEGORIES, LANGUAGES, NAMESPACE, write
from stormcone.bulletin.cap_words import ENGLISH
from stormcone.bulletin.cap_words import WORDS as TRANSLATED
from stormcone.effect.effect import Kind, Severity
from stormcone.reference.areas import Band, Levels, Region, Side, area_of, shape_of

MOD, SEV = Severity.MODERATE, Severity.SEVERE
SENDER = "swx.example.org"
# authorities/icao_swx.md: the schema of CAP 1.2. Name, fewest, most (None = any number).
MANY = None
ALERT = (
    *(("identifier", 1, 1), ("sender", 1, 1), ("sent", 1, 1), ("status", 1, 1)),
    *(("msgType", 1, 1), ("source", 0, 1), ("scope", 1, 1), ("restriction", 0, 1)),
    *(("addresses", 0, 1), ("code", 0, MANY), ("note", 0, 1), ("references", 0, 1)),
    *(("incidents", 0, 1), ("info", 0, MANY)),
)
INFO = (
    *(("language", 0, 1), ("category", 1, MANY), ("event", 1, 1), ("responseType", 0, MANY)),
    *(("urgency", 1, 1), ("severity", 1, 1), ("certainty", 1, 1), ("audience", 0, 1)),
    *(("eventCode", 0, MANY), ("effective", 0, 1), ("onset", 0, 1), ("expires", 0, 1)),
    *(("senderName", 0, 1), ("headline", 0, 1), ("description", 0, 1), ("instruction", 0, 1)),
    *(("web", 0, 1), ("contact", 0, 1), ("parameter", 0, MANY), ("resource", 0, MANY)),
    ("area", 0, MANY),
)
AREA = (
    *(("areaDesc", 1, 1), ("polygon", 0, MANY), ("circle", 0, MANY), ("geocode", 0, MANY)),
    *(("altitude", 0, 1), ("ceiling", 0, 1)),
)
PAIR = (("valueName", 1, 1), ("value", 1, 1))
CONTENTS = {"alert": ALERT, "info": INFO, "area": AREA, "eventCode": PAIR, "parameter": PAIR}
WORDS = {
    "status": "Actual Exercise System Test Draft",
    "msgType": "Alert Update Cancel Ack Error",
    "scope": "Public Restricted Private",
    "category": "Geo Met Safety Security Rescue Fire Health Env Transport Infra CBRNE Other",
    "responseType": "Shelter Evacuate Prepare Execute Avoid Monitor Assess AllClear None",
    "urgency": "Immediate Expected Future Past Unknown",
    "severity": "Extreme Severe Moderate Minor Unknown",
    "certainty": "Observed Likely Possible Unlikely Unknown",
}
TIME = r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d-00:00"
PATTERNS = {
    **{name: words.replace(" ", "|") for name, words in WORDS.items()},
    **dict.fromkeys(("sent", "effective", "onset", "expires"), TIME),
    **dict.fromkeys(("identifier", "sender"), r"[^ ,<&]+"),
    **dict.fromkeys(("altitude", "ceiling"), r"\d+"),
    "references": rf"[^ ,<&]+,[^ ,<&]+,{TIME}( [^ ,<&]+,[^ ,<&]+,{TIME})*",
    "polygon": r"-?\d+\.\d+,-?\d+\.\d+( -?\d+\.\d+,-?\d+\.\d+){3,}",
}


def name_of(element) -> str:
    return etree.QName(element).localname


def faults(xml: bytes) -> list[str]:
    """What a CAP message breaks of the schema and of the notes to it."""
    return [fault for element in etree.fromstring(xml).iter() for fault in _faults(element)]


def _faults(element):
    name = name_of(element)
    if etree.QName(element).namespace != NAMESPACE:
        yield f"{name} is of another namespace"
    if name in PATTERNS and not re.fullmatch(PATTERNS[name], element.text or ""):
        yield f"{name} says {element.text!r}"
    allowed = CONTENTS.get(name, ())
    order = [known for known, _, _ in allowed]
    children = [name_of(child) for child in element]
    if not set(children) <= set(order) or children != sorted(children, key=order.index):
        yield f"{name} holds {children}"
    for known, fewest, most in allowed:
        if not fewest <= children.count(known) <= (most or len(children)):
            yield f"{name} has {children.count(known)} of {known}"


def infos(advisory, **options):
    root = etree.fromstring(write(advisory, sender=SENDER, **options).data)
    return root.findall(f"{{{NAMESPACE}}}info")


def texts(element, path: str) -> list[str]:
    """The texts at a path of names below an element."""
    return [
        e.text for e in element.iterfind("/".join(f"{{*}}{part}" for part in path.split("/")))
    ]


def values(info, name: str) -> list[str]:
    pairs = zip(texts(info, "parameter/valueName"), texts(info, "parameter/value"), strict=True)
    return [value for known, value in pairs if known == name]


def first_said(advisory, *groups, state=State.GROUPS, observed=True):
    first = structs.replace(advisory.outlooks[0], groups=groups, state=state, observed=observed)
    return structs.replace(advisory, outlooks=(first, *advisory.outlooks[1:]))


def quiet(advisory, state=State.NO_SWX_EXP):
    """The advisory with one silence in all its outlooks."""
    outlooks = tuple(structs.replace(o, groups=(), state=state) for o in advisory.outlooks)
    return structs.replace(advisory, outlooks=outlooks)


@settings(max_examples=60)
@given(advisories())
def test_whatever_an_advisory_says_is_of_the_form_of_cap(advisory):
    written = write(advisory, sender=SENDER)
    assert not faults(written.data)
    assert written.data == write(advisory, sender=SENDER).data
    assert len(written.losses) == len(advisory.replaces)


SPOILT = {
    "sent says": lambda x: x.replace(b"-00:00</sent>", b"Z</sent>"),
    "alert has 0 of scope": lambda x: x.replace(b"<scope>Public</scope>", b""),
    "info has 0 of event": lambda x: x.replace(b"<event>Space weather: HF COM</event>", b""),
    "alert holds": lambda x: x.replace(b"<status>", b"<scope>Public</scope><status>"),
    "urgency says 'Now'": lambda x: x.replace(b">Immediate<", b">Now<"),
}


@pytest.mark.parametrize("what", SPOILT)
def test_the_form_is_held_by_rules_that_can_break(released, what):
    spoilt = SPOILT[what](write(released, sender=SENDER).data)
    assert any(fault.startswith(what) for fault in faults(spoilt))


def test_the_severest_comes_first_in_each_language(released):
    said = infos(released)
    assert [texts(i, "language") + texts(i, "severity") for i in said] == [
        [language, severity]
        for language in ("en", "zh", "ru")
        for severity in ("Severe", "Moderate")
    ]
    assert texts(said[0], "event") == ["Space weather: HF COM"]
    assert texts(said[0], "eventCode/value") == ["OET-185"]
    assert texts(said[0], "category") == ["Met", "Transport", "Infra"]


def test_an_exercise_says_so_where_nobody_can_miss_it(released):
    root = etree.fromstring(write(released, sender=SENDER).data)
    assert texts(root, "status") == ["Exercise"]
    assert texts(root, "note") == ["Exercise of CRC"]
    heads = texts(root, "info/headline")
    assert heads[0] == "EXERCISE: HF communication: severe, observed 2026-01-31 18:00 UTC"
    assert [head[:4] for head in heads[2::2]] == ["【演习】", "УЧЕН"]


def test_an_advisory_in_earnest_has_no_mark(released):
    earnest = structs.replace(released, status=Status.OPERATIONAL)
    root = etree.fromstring(write(earnest, sender=SENDER).data)
    assert (texts(root, "status"), texts(root, "note")) == (["Actual"], [])
    assert texts(root, "info/headline")[0].startswith("HF communication")


def test_what_is_replaced_is_updated_if_its_time_is_known(released):
    old = tuple(Number(2026, Kind.HF_COM, count) for count in (7, 8))
    later = structs.replace(released, replaces=old)
    sent = {old[1].key: datetime(2026, 1, 31, 12, 3, tzinfo=UTC)}
    written = write(later, sender=SENDER, replaced_issued=sent)
    root = etree.fromstring(written.data)
    assert texts(root, "msgType") == ["Update"]
    assert texts(root, "references") == [f"{SENDER},hf_com-2026-8,2026-01-31T12:03:00-00:00"]
    assert written.losses == ("reference to 2026/HF COM/7: its time of issue is not known",)
    assert texts(etree.fromstring(write(later, sender=SENDER).data), "msgType") == ["Alert"]


def test_the_thread_is_the_incident(released):
    root = etree.fromstring(write(released, sender=SENDER).data)
    assert texts(root, "incidents") == ['"2026/HF COM/1"']
    unknown = structs.replace(released, replaces=(Number(2026, Kind.HF_COM, 7),))
    assert not texts(etree.fromstring(write(unknown, sender=SENDER).data), "incidents")


def test_the_end_is_all_clear_and_over(released):
    end = structs.replace(quiet(released), next_by=None, status=Status.OPERATIONAL)
    for info in infos(end):
        said = [*texts(info, "responseType"), *texts(info, "urgency"), *texts(info, "severity")]
        assert said == ["AllClear", "Past", "Minor"]
        assert not texts(info, "expires")
        assert texts(info, "area/areaDesc") == ["EARTH"]
    assert texts(info, "headline")[0].endswith(": явление завершено, отбой")


def test_a_pause_is_not_the_end_and_not_known_is_neither(released):
    for state, said in (
        (State.NO_SWX_EXP, ["Monitor", "Past", "Minor", "Observed"]),
        (State.NOT_AVBL, ["Monitor", "Unknown", "Unknown", "Unknown"]),
    ):
        info = infos(quiet(released, state))[0]
        names = ("responseType", "urgency", "severity", "certainty")
        assert [text for name in names for text in texts(info, name)] == said
        assert texts(info, "expires") == ["2026-02-01T00:00:00-00:00"]


def test_a_severity_that_is_only_forecast_begins_with_its_outlook(released):
    group = Group(severity=SEV, region=Region(bands=(Band.HNH,)))
    ahead = quiet(released)
    slot = structs.replace(ahead.outlooks[2], state=State.GROUPS, groups=(group,))
    ahead = structs.replace(ahead, outlooks=(*ahead.outlooks[:2], slot, *ahead.outlooks[3:]))
    info = infos(ahead)[0]
    assert texts(info, "urgency") + texts(info, "certainty") == ["Future", "Possible"]
    assert texts(info, "onset") == ["2026-02-01T06:00:00-00:00"]
    assert texts(info, "expires") == ["2026-02-01T12:00:00-00:00"]


SOON = {-3: ("Immediate", "Likely"), 30: ("Expected", "Likely"), 61: ("Future", "Likely")}


@pytest.mark.parametrize("minutes", SOON)
def test_urgency_is_how_soon_a_forecast_begins(released, minutes):
    group = Group(severity=MOD, region=Region(bands=(Band.HNH,)))
    at = released.issued + timedelta(minutes=minutes)
    first = Outlook(observed=False, at=at, state=State.GROUPS, groups=(group,))
    alone = structs.replace(quiet(released), outlooks=(first,))
    info = infos(alone)[0]
    assert (*texts(info, "urgency"), *texts(info, "certainty")) == SOON[minutes]


def test_every_outlook_stands_in_the_text_and_in_icaos_words(released):
    info = infos(released)[0]
    lines = texts(info, "description")[0].splitlines()
    assert lines[1] == "Forecast for 2026-02-01 00:00 UTC: moderate DAYSIDE; severe HNH"
    assert lines[5] == "Remark: SWX EVENT (SOLAR FLARE) INPR"
    assert values(info, "OBS") == ["2026-01-31T18:00:00Z MOD DAYSIDE, SEV HNH"]
    assert values(info, "+24 HR") == ["2026-02-01T18:00:00Z MOD DAYSIDE, SEV HNH"]
    assert values(info, "advisoryNumber") == ["2026/1"]


@pytest.mark.parametrize(
    ("levels", "feet"),
    [(Levels(250, 350), ("25000", "35000")), (Levels(340), ("34000", "99900"))],
)
def test_flight_levels_are_feet_with_a_ceiling(released, levels, feet):
    group = Group(severity=SEV, region=Region(bands=(Band.HNH,)), levels=levels)
    info = infos(first_said(released, group))[0]
    assert (*texts(info, "area/altitude"), *texts(info, "area/ceiling")) == feet
    assert texts(info, "area/areaDesc")[0].startswith("HNH ")
    assert values(info, "levels") == [texts(info, "area/areaDesc")[0].removeprefix("HNH ")]


def rings(info):
    for text in texts(info, "area/polygon"):
        pairs = [pair.split(",") for pair in text.split()]
        yield [(float(lon), float(lat)) for lat, lon in pairs]


@settings(max_examples=40)
@given(advisories())
def test_polygons_are_closed_on_the_globe_and_cover_the_words(advisory):
    for info in infos(advisory, languages=("en",)):
        severity = {"Severe": SEV, "Moderate": MOD}.get(texts(info, "severity")[0])
        outlook = next(
            (o for o in advisory.outlooks if severity in {g.severity for g in o.groups}), None
        )
        drawn = shapely.union_all([shapely.Polygon(ring) for ring in rings(info)])
        for ring in rings(info):
            assert ring[0] == ring[-1]
            assert all(abs(lon) <= 180 and abs(lat) <= 90 for lon, lat in ring)
        if outlook:
            groups = [g for g in outlook.groups if g.severity is severity]
            wanted = shapely.union_all(
                [shape_of(area_of(g.region, outlook.at)) for g in groups]
            )
            assert drawn.symmetric_difference(wanted).area < 1e-3 * wanted.area


def test_each_group_is_an_area_of_its_own(released):
    groups = [
        Group(severity=SEV, region=Region(bands=(band,))) for band in (Band.HNH, Band.HSH)
    ]
    info = infos(first_said(released, *groups))[0]
    assert texts(info, "area/areaDesc") == ["HNH", "HSH"]
    assert texts(info, "area/polygon")[0].startswith("60.0,180.0 90.0,180.0 90.0,-180.0")


def test_a_station_has_windows_and_no_polygon(released):
    opens = released.issued + timedelta(minutes=50)
    windows = tuple(
        Outlook(
            observed=False,
            at=opens + timedelta(hours=hours),
            until=opens + timedelta(hours=hours, minutes=20),
            state=State.GROUPS,
            groups=(Group(severity=SEV, region=Region(asset="25544")),),
        )
        for hours in (0, 2)
    )
    shelter = structs.replace(
        released,
        number=Number(2026, Kind.SHELTER, 1),
        effects=(Kind.SHELTER,),
        outlooks=windows,
        next_by=None,
        status=Status.OPERATIONAL,
    )
    written = write(shelter, sender=SENDER, languages=("en",))
    assert not faults(written.data)
    (info,) = infos(shelter, languages=("en",))
    assert texts(info, "area/areaDesc") == ["25544"]
    assert not texts(info, "area/polygon")
    names = ("category", "responseType", "urgency", "certainty", "eventCode/value")
    assert [text for name in names for text in texts(info, name)] == [
        *("Safety", "Shelter", "Expected", "Possible", "OET-184"),
    ]
    assert texts(info, "onset") + texts(info, "expires") == [
        "2026-01-31T18:54:00-00:00",
        "2026-01-31T21:14:00-00:00",
    ]
    assert values(info, "WINDOW 2") == ["2026-01-31T20:54:00Z/2026-01-31T21:14:00Z SEV 25544"]


def test_of_two_effects_each_has_its_own_info(released):
    both = first_said(
        quiet(released),
        Group(severity=SEV, region=Region(side=Side.DAYSIDE), effect=Kind.HF_COM),
        Group(severity=MOD, region=Region(bands=(Band.HNH,)), effect=Kind.GNSS),
    )
    both = structs.replace(both, effects=(Kind.HF_COM, Kind.GNSS))
    said = infos(both, languages=("ru",))
    assert [texts(i, "event")[0] for i in said] == [
        "Космическая погода: HF COM",
        "Космическая погода: GNSS",
    ]
    assert [texts(i, "area/areaDesc") for i in said] == [["DAYSIDE"], ["HNH"]]
    assert values(said[0], "OBS") == [
        "2026-01-31T18:00:00Z HF COM SEV DAYSIDE, GNSS MOD HNH",
    ]


def placeholders(said) -> object:
    """The keys of a table, or the places in a sentence."""
    return set(said) if isinstance(said, dict) else set(re.findall(r"{\w+}", said))


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_language_lacks_an_effect_a_word_or_a_place_in_a_sentence(language):
    words, english = structs.asdict(TRANSLATED[language]), structs.asdict(ENGLISH)
    assert {name: placeholders(said) for name, said in words.items()} == {
        name: placeholders(said) for name, said in english.items()
    }
    assert set(words["effects"]) == set(CATEGORIES) == set(Kind)


@pytest.mark.parametrize("sender", ["", "swx example", "swx,example", "a<b", "a&b"])
def test_a_sender_that_cap_forbids_is_refused(released, sender):
    with pytest.raises(BulletinError, match=r"cap\.sender"):
        write(released, sender=sender)


def test_a_draft_and_an_unknown_language_are_refused(draft, released):
    with pytest.raises(BulletinError, match="a draft has no number"):
        write(draft, sender=SENDER)
    with pytest.raises(BulletinError, match=r"no words in 'fr'; there are en, zh, ru"):
        write(released, sender=SENDER, languages=("en", "fr"))


@pytest.mark.shared
def test_the_34_real_advisories_are_of_the_form_of_cap(real):
    sent = {advisory.number.key: advisory.issued for advisory in real}
    kinds, losses = [], []
    for advisory in real:
        written = write(advisory, sender=SENDER, replaced_issued=sent)
        assert not faults(written.data)
        kinds += texts(etree.fromstring(written.data), "msgType")
        losses += written.losses
    assert (kinds.count("Update"), kinds.count("Alert")) == (26, 8)
    assert losses == ["reference to 2026/HF COM/14: its time of issue is not known"]
