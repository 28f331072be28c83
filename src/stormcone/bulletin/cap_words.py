"""The words of CAP messages in English, Chinese and Russian; the last two are drafts."""
# ruff: noqa: RUF001 - Chinese signs and Cyrillic letters are meant

from collections.abc import Mapping
from datetime import UTC, datetime

from msgspec import Struct

from stormcone.advisory.advisory import Advisory, Outlook, State, Status
from stormcone.bulletin.cap_topic import Topic
from stormcone.bulletin.names import group_name
from stormcone.effect.effect import Kind, Severity


class Words(Struct, frozen=True, kw_only=True):
    """One language: names, and sentences with places for a name, a severity or a time."""

    weather: str
    debris: str
    effects: Mapping[Kind, str]
    severities: Mapping[Severity, str]
    states: Mapping[State, str]
    statuses: Mapping[Status, str]
    observed: str
    forecast: str
    headline: str
    ended: str
    line: str
    gap: str
    stop: str
    remark: str
    act: str
    shelter: str
    next_by: str
    no_next: str


ENGLISH = Words(
    weather="Space weather",
    debris="Space debris",
    effects={
        Kind.HF_COM: "HF communication",
        Kind.GNSS: "Satellite navigation (GNSS)",
        Kind.RADIATION: "Radiation at flight levels",
        Kind.SATCOM: "Satellite communication",
        Kind.SHELTER: "Debris hazard to a station",
    },
    severities={Severity.SEVERE: "severe", Severity.MODERATE: "moderate"},
    states={
        State.NO_SWX_EXP: "no effect",
        State.NOT_AVBL: "no information available",
    },
    statuses={Status.TEST: "TEST: ", Status.EXERCISE: "EXERCISE: "},
    observed="observed {at}",
    forecast="forecast for {at}",
    headline="{effect}: {severity}, {when}",
    ended="{effect}: event ended, all clear",
    line="{name}: {what}",
    gap=" ",
    stop="; ",
    remark="Remark: {text}",
    act="Follow your operator's procedures for space weather.",
    shelter="Follow the flight rules of the station.",
    next_by="The next advisory will be issued by {at}.",
    no_next="No further advisory will be issued on this event.",
)
CHINESE = Words(
    weather="空间天气",
    debris="空间碎片",
    effects={
        Kind.HF_COM: "高频通信",
        Kind.GNSS: "卫星导航（GNSS）",
        Kind.RADIATION: "飞行高度层辐射",
        Kind.SATCOM: "卫星通信",
        Kind.SHELTER: "空间站碎片威胁",
    },
    severities={Severity.SEVERE: "严重", Severity.MODERATE: "中等"},
    states={State.NO_SWX_EXP: "无影响", State.NOT_AVBL: "无可用信息"},
    statuses={Status.TEST: "【测试】", Status.EXERCISE: "【演习】"},
    observed="{at} 观测",
    forecast="{at} 预报",
    headline="{effect}：{severity}，{when}",
    ended="{effect}：事件结束，警报解除",
    line="{name}：{what}",
    gap="",
    stop="；",
    remark="备注：{text}",
    act="请按运营人的空间天气程序处置。",
    shelter="请按空间站飞行规则处置。",
    next_by="下一份通报不迟于 {at} 发布。",
    no_next="本次事件不再发布通报。",
)
RUSSIAN = Words(
    weather="Космическая погода",
    debris="Космический мусор",
    effects={
        Kind.HF_COM: "КВ-связь",
        Kind.GNSS: "Спутниковая навигация (GNSS)",
        Kind.RADIATION: "Радиация на эшелонах полёта",
        Kind.SATCOM: "Спутниковая связь",
        Kind.SHELTER: "Угроза станции от космического мусора",
    },
    severities={
        Severity.SEVERE: "сильное воздействие",
        Severity.MODERATE: "умеренное воздействие",
    },
    states={
        State.NO_SWX_EXP: "воздействия нет",
        State.NOT_AVBL: "сведений нет",
    },
    statuses={Status.TEST: "ТЕСТ. ", Status.EXERCISE: "УЧЕНИЯ. "},
    observed="наблюдение {at}",
    forecast="прогноз на {at}",
    headline="{effect}: {severity}, {when}",
    ended="{effect}: явление завершено, отбой",
    line="{name}: {what}",
    gap=" ",
    stop="; ",
    remark="Примечание: {text}",
    act="Действуйте по процедурам эксплуатанта для космической погоды.",
    shelter="Действуйте по полётным правилам станции.",
    next_by="Следующее сообщение будет выпущено не позднее {at}.",
    no_next="Сообщений об этом явлении больше не будет.",
)
WORDS: Mapping[str, Words] = {"en": ENGLISH, "zh": CHINESE, "ru": RUSSIAN}


def event(topic: Topic, words: Words) -> str:
    """Return the name of the event: ``Space weather: HF COM``."""
    name = words.debris if topic.effect is Kind.SHELTER else words.weather
    return words.line.format(name=name, what=topic.effect)


def headline(topic: Topic, words: Words) -> str:
    """Return the effect, its severity and its time; a test and an exercise say so first."""
    mark = words.statuses.get(topic.advisory.status, "")
    effect = words.effects[topic.effect]
    if topic.ended:
        return mark + words.ended.format(effect=effect)
    if topic.severity is None:
        return mark + words.line.format(name=effect, what=words.states[topic.first.state])
    severity = words.severities[topic.severity]
    when = _when(topic.first, words)
    return mark + words.headline.format(effect=effect, severity=severity, when=when)


def description(advisory: Advisory, words: Words) -> str:
    """Return a line for each outlook, and the remark."""
    lines = [
        words.line.format(name=_when(outlook, words), what=_told(outlook, words))
        for outlook in advisory.outlooks
    ]
    if advisory.remark:
        lines.append(words.remark.format(text=advisory.remark))
    return "\n".join(f"{line[0].upper()}{line[1:]}" for line in lines)


def instruction(topic: Topic, words: Words) -> str:
    """Return what to do, and when to expect the next advisory."""
    next_by = topic.advisory.next_by
    then = words.next_by.format(at=_clock(next_by)) if next_by else words.no_next
    act = words.shelter if topic.effect is Kind.SHELTER else words.act
    return f"{act}{words.gap}{then}" if topic.severity else then


def _when(outlook: Outlook, words: Words) -> str:
    until = f" - {_clock(outlook.until)}" if outlook.until else ""
    sentence = words.observed if outlook.observed else words.forecast
    return sentence.format(at=_clock(outlook.at) + until)


def _clock(at: datetime) -> str:
    return f"{at.astimezone(UTC):%Y-%m-%d %H:%M} UTC"


def _told(outlook: Outlook, words: Words) -> str:
    """Return the places of an outlook under the severity that they have in common."""
    if outlook.state is not State.GROUPS:
        return words.states[outlook.state]
    places: dict[str, list[str]] = {}
    for group in outlook.groups:
        effect = f"{words.effects[group.effect]} " if group.effect else ""
        severity = f"{effect}{words.severities[group.severity]}"
        places.setdefault(severity, []).append(group_name(group))
    return words.stop.join(f"{said} {', '.join(there)}" for said, there in places.items())
