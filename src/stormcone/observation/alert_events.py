"""What happened, of NOAA's messages: each storm, flare, warning and watch as one (pure)."""

import re
from collections.abc import Callable, Iterable, Iterator
from datetime import datetime, timedelta
from itertools import groupby
from operator import itemgetter

from msgspec import Struct

from stormcone.observation.alert_fields import Subject, subject_of
from stormcone.observation.alert_groups import Group, grouped, span_of, standing
from stormcone.observation.alerts import Alert
from stormcone.reference.scales import flare_flux_w_m2, radiation_storm, radio_blackout

_DAY = timedelta(days=1)
_STEP = re.compile(r"\bS[1-5]\b")


class Level(Struct, frozen=True):
    """A level that was reached, by the code of the message that says so, and when."""

    code: str
    at: datetime


class _Story(Struct, frozen=True, kw_only=True):
    """What the standing messages of an event tell of it."""

    begin: datetime
    maximum: datetime | None = None
    end: datetime | None = None
    peak: str | None = None
    scale: str | None = None


class AlertEvent(Struct, frozen=True, kw_only=True):
    """One thing of which NOAA's messages speak; a time or measure that none tells is None.

    `messages` are all of them as (code, serial), oldest first; `levels` are in order of time.
    `scale` is the highest of NOAA's that codes and measures give, whatever the scale lines
    say. `cancelled` says that every message was called back.
    """

    kind: Subject
    scale: str | None = None
    begin: datetime
    maximum: datetime | None = None
    end: datetime | None = None
    peak: str | None = None
    levels: tuple[Level, ...] = ()
    messages: tuple[tuple[str, int], ...]
    cancelled: bool = False


def events(alerts: Iterable[Alert]) -> tuple[AlertEvent, ...]:
    """Return what the messages, in any order, tell; in the order of each event's first.

    Later messages add to events and append new ones, so that the messages of an event as
    known at one time are the first of the same event later.
    """
    return tuple(_event(group) for group in grouped(alerts))


def in_words(event: AlertEvent) -> str:
    """Return one line about an event.

    Examples
    --------
    >>> from datetime import UTC
    >>> at = datetime(2026, 1, 18, 17, 27, tzinfo=UTC)
    >>> in_words(AlertEvent(kind=Subject.FLARE, begin=at, messages=(("SUMX01", 205),),
    ...     maximum=at + timedelta(minutes=42), end=at + timedelta(minutes=84), peak="X1.9",
    ...     scale="R3", levels=(Level("ALTXMF", at + timedelta(minutes=25)),)))
    '2026-01-18 17:27Z to 18:51Z flare R3, X1.9 18:09Z: ALTXMF 17:52Z (SUMX01 205)'
    """
    until = f" to {_clock(event.end, event.begin)}" if event.end else ""
    what = " ".join(filter(None, (event.kind, event.scale)))
    peak = f", {event.peak}" if event.peak else ""
    if event.peak and event.maximum:
        peak += f" {_clock(event.maximum, event.begin)}"
    steps = ", ".join(f"{one.code} {_clock(one.at, event.begin)}" for one in event.levels)
    reached = f": {steps}" if steps else ""
    sent = ", ".join(_sent(event.messages))
    mark = "CANCELLED " if event.cancelled else ""
    return f"{event.begin:%Y-%m-%d %H:%M}Z{until} {mark}{what}{peak}{reached} ({sent})"


def _sent(messages: Iterable[tuple[str, int]]) -> Iterator[str]:
    """Yield the messages as ``ALTPX1 362``, three and more of one code as first and last."""
    for code, run in groupby(messages, key=itemgetter(0)):
        serials = [str(serial) for _, serial in run]
        if len(serials) > 2:
            serials = [f"{serials[0]}-{serials[-1]}"]
        yield from (f"{code} {serial}" for serial in serials)


def _clock(at: datetime, since: datetime) -> str:
    """Return a time as briefly as the day of another allows."""
    return f"{at:%H:%M}Z" if at.date() == since.date() else f"{at:%d/%H:%M}Z"


def _event(group: Group) -> AlertEvent:
    live, cancelled = _live(group)
    story = _STORIES.get(group.subject, _plain)(live)
    return AlertEvent(
        kind=_kind(group.subject, live),
        scale=story.scale,
        begin=story.begin,
        maximum=story.maximum,
        end=_end(group, story.end),
        peak=story.peak,
        levels=tuple(sorted(dict.fromkeys(_levels(live)), key=lambda level: level.at)),
        messages=tuple((one.code, one.serial) for one in group.messages),
        cancelled=cancelled,
    )


def _live(group: Group) -> tuple[list[Alert], bool]:
    """Return the messages that tell of an event, and whether it was called back.

    What lies ahead goes with its newest message; what happened with the last that told of it.
    """
    told = [one for one in group.messages if one.mark != "CANCEL"] or group.messages
    if group.subject in _AHEAD:
        return standing(told) or told, group.messages[-1].mark == "CANCEL"
    stand = standing(group.messages)
    return stand or told, not stand


def _kind(subject: Subject, live: list[Alert]) -> Subject:
    """Return the subject of a group, for bursts without a flare that of bursts."""
    named = [subject_of(one.code) for one in live]
    return subject if subject in named else named[0]


def _end(group: Group, told: datetime | None) -> datetime | None:
    """Return the end as told, or the cancellation that came before it."""
    last = group.messages[-1]
    if group.subject not in _AHEAD or last.mark != "CANCEL":
        return told
    return min(told or last.issued, last.issued)


def _levels(live: list[Alert]) -> Iterator[Level]:
    """Yield what each message adds; a summary of protons nothing if their alert stands."""
    codes = {one.code for one in live}
    for one in live:
        at = _reached(one)
        if at and not (one.code.startswith("SUMP") and one.code.replace("SUM", "ALT") in codes):
            yield Level(one.code, at)
    if live[-1].outlook_by_day:
        yield from (Level(level, day) for day, level in live[-1].outlook_by_day if level)


def _reached(alert: Alert) -> datetime | None:
    """Return when the level of a message was reached, None for one that only goes on."""
    if alert.mark or alert.outlook_by_day:
        return None
    if alert.code.startswith("SUMX"):
        return alert.maximum
    times = (alert.threshold_reached, alert.begin, alert.observed, alert.valid_from)
    return next((at for at in times if at), None)


def _flare(live: list[Alert]) -> _Story:
    """Tell of a flare by its newest summary; of bursts without a flare by that of a burst."""
    flare, burst = _newest(live, "SUMX"), _newest(live, "SUM10R")
    if flare:
        return _Story(
            begin=flare.begin or _begin(live),
            maximum=flare.maximum,
            end=flare.end,
            peak=flare.xray_class,
            scale=_blackout(flare.xray_class or "M5"),
        )
    if burst is None or _newest(live, "ALTXMF"):
        scale = _blackout("M5") if _newest(live, "ALTXMF") else None
        return _Story(begin=_begin(live), scale=scale)
    peak = _amount(burst.peak, burst.peak_unit)
    return _Story(begin=_begin(live), maximum=burst.maximum, end=burst.end, peak=peak)


def _protons(live: list[Alert]) -> _Story:
    """Tell of a proton event: over when 10 MeV is, or 100 MeV where that was all."""
    slow = [one for one in live if "PX" in one.code]
    summaries = [one for one in slow or live if one.peak is not None]
    top = max(summaries, key=lambda one: one.peak or 0, default=None)
    last = _newest(slow, "SUMPX1") if slow else _newest(live, "SUMPC0")
    steps = [int(one.code[-1]) for one in slow]
    if top and slow:
        steps.append(radiation_storm(top.peak or 0) or 0)
    return _Story(
        begin=_begin(live),
        maximum=top.maximum if top else None,
        end=last.end if last else None,
        peak=_amount(top.peak, top.peak_unit) if top else None,
        scale=f"S{max(steps)}" if steps else None,
    )


def _electrons(live: list[Alert]) -> _Story:
    """Tell of electrons by the day of their highest flux."""
    days = [one for one in live if one.peak is not None]
    top = max(days, key=lambda one: one.peak or 0, default=None)
    return _Story(
        begin=_begin(live),
        maximum=top.maximum if top else None,
        peak=_amount(top.peak, top.peak_unit) if top else None,
    )


def _k_index(live: list[Alert]) -> _Story:
    """Tell of a synoptic period; what is known of its K is the highest that was reached."""
    begin, end = span_of(live[0])
    return _Story(begin=begin, end=end, scale=_storm(live))


def _warning(live: list[Alert]) -> _Story:
    """Tell of a warning as its newest message extends it."""
    newest = live[-1]
    return _Story(
        begin=_begin(live),
        end=newest.valid_to,
        scale=_storm(live) if "K0" in newest.code else _warned(live),
    )


def _watch(live: list[Alert]) -> _Story:
    """Tell of a watch by its newest table of days."""
    days = [(day, level) for day, level in live[-1].outlook_by_day if level]
    if not days:
        return _Story(begin=_begin(live))
    scale = max(level for _, level in days)
    return _Story(begin=days[0][0], end=days[-1][0] + _DAY, scale=scale)


def _impulse(live: list[Alert]) -> _Story:
    """Tell of an impulse when it was seen; of one that was only expected, when it may come."""
    seen = _newest(live, "SUMSUD")
    if seen is None:
        return _Story(begin=_begin(live), end=live[-1].valid_to)
    return _Story(begin=seen.observed or seen.issued, peak=_amount(seen.deviation_nt, "nT"))


def _plain(live: list[Alert]) -> _Story:
    """Tell of something unknown what its newest message says."""
    newest = live[-1]
    return _Story(begin=_begin(live), maximum=newest.maximum, end=newest.end or newest.valid_to)


def _newest(live: list[Alert], start: str) -> Alert | None:
    return next((one for one in reversed(live) if one.code.startswith(start)), None)


def _begin(live: list[Alert]) -> datetime:
    return min(span_of(one)[0] for one in live)


def _amount(value: float | None, unit: str | None) -> str | None:
    return None if value is None else f"{value:.7g} {unit or ''}".strip()


def _blackout(xray_class: str) -> str | None:
    try:
        step = radio_blackout(flare_flux_w_m2(xray_class))
    except ValueError:  # what was told is no class; the text has it
        return None
    return f"R{step}" if step else None


def _storm(live: list[Alert]) -> str | None:
    k = max(int(one.code[-1]) for one in live)
    return f"G{k - 4}" if k > 4 else None


def _warned(live: list[Alert]) -> str | None:
    """Return the highest S scale of a warning; an upgrade may stand in the comment alone."""
    said = (text for one in live for text in (one.scale, one.predicted_scale, one.comment))
    return max((step for text in said for step in _STEP.findall(text or "")), default=None)


_AHEAD = (Subject.K_WARNING, Subject.PROTON_WARNING, Subject.WATCH)
_STORIES: dict[Subject, Callable[[list[Alert]], _Story]] = {
    Subject.FLARE: _flare,
    Subject.PROTONS: _protons,
    Subject.PROTON_WARNING: _warning,
    Subject.ELECTRONS: _electrons,
    Subject.K_INDEX: _k_index,
    Subject.K_WARNING: _warning,
    Subject.IMPULSE: _impulse,
    Subject.WATCH: _watch,
}
