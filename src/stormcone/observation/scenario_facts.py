"""A recorded day's facts, typed from lists, as readings: curves, Kp and F10.7 (pure)."""

from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime, time, timedelta

import msgspec

from stormcone.observation.alerts import Alert, kp_lower_bound
from stormcone.observation.feed import Notice, Observation
from stormcone.observation.kp import to_thirds
from stormcone.observation.quality import with_bursts
from stormcone.observation.reconstruct import Anchor, Flare, curve, flares_anchors
from stormcone.observation.strict_known import Dated, held_back

KP_INTERVAL = timedelta(hours=3)

Span = tuple[datetime, datetime]


class _Xrays(msgspec.Struct, frozen=True):
    source: str
    step_s: int
    known_after_s: int
    background_w_m2: float
    flare: Flare | tuple[Flare, ...]


class _Curve(msgspec.Struct, frozen=True):
    quantity: str
    source: str
    step_s: int
    known_after_s: int
    anchor: tuple[Anchor, ...]


class _KpDay(msgspec.Struct, frozen=True):
    day: date
    tenths: tuple[int, ...]


class _Kp(msgspec.Struct, frozen=True):
    source: str
    days: tuple[_KpDay, ...]


class _F107Day(msgspec.Struct, frozen=True):
    day: date
    sfu: float


class _F107(msgspec.Struct, frozen=True):
    source: str
    noon_utc: time
    known_after_s: int
    days: tuple[_F107Day, ...]


class Facts(msgspec.Struct, frozen=True):
    """`facts.toml` as it stands."""

    xrays: _Xrays
    curve: tuple[_Curve, ...]
    kp: _Kp
    f107: _F107


def readings(
    facts: Facts, notices: Sequence[Notice], span: Span, *, strict: bool = False
) -> Iterator[Dated]:
    """Yield what the facts and the messages say, curves from the start of `span` to its end.

    If `strict`, no part of a curve is known before the messages that it was made from.
    """
    for one in (_of_flares(facts.xrays), *facts.curve):
        made = _curve(one, span)
        yield from held_back(made, one.anchor, notices) if strict else made
    yield from _definitive_kp(facts.kp)
    yield from _kp_alerts(notices)
    yield from _f107(facts.f107, notices)


def _of_flares(facts: _Xrays) -> _Curve:
    flares = (facts.flare,) if isinstance(facts.flare, Flare) else facts.flare
    return _Curve(
        "xray_flux_w_m2",
        facts.source,
        facts.step_s,
        facts.known_after_s,
        flares_anchors(flares, facts.background_w_m2),
    )


def _curve(facts: _Curve, span: Span) -> Iterator[Dated]:
    samples = curve(
        facts.quantity,
        facts.source,
        facts.anchor,
        start=span[0],
        end=span[1],
        step=timedelta(seconds=facts.step_s),
    )
    later = timedelta(seconds=facts.known_after_s)
    return (Dated(one, one.at + later) for one in samples)


def _definitive_kp(facts: _Kp) -> Iterator[Dated]:
    """Yield Kp at the start of each interval, known at its end: an assumption, and said so."""
    for row in facts.days:
        midnight = datetime.combine(row.day, time(), UTC)
        for number, tenths in enumerate(row.tenths):
            at = midnight + number * KP_INTERVAL
            one = Observation(
                quantity="kp",
                value=to_thirds(round(tenths / 10 * 3) / 3),
                at=at,
                span_s=KP_INTERVAL.total_seconds(),
                source=facts.source,
            )
            yield Dated(one, at + KP_INTERVAL)


def _kp_alerts(notices: Sequence[Notice]) -> Iterator[Dated]:
    """Yield the bounds of K alerts; where one does not say when, it was by its issue."""
    for alert in notices:
        if isinstance(alert, Alert):
            reached = alert.threshold_reached or alert.issued
            bound = kp_lower_bound(msgspec.structs.replace(alert, threshold_reached=reached))
            if bound is not None:
                yield Dated(bound, alert.issued)


def _f107(facts: _F107, notices: Sequence[Notice]) -> Iterator[Dated]:
    daily = [
        Observation(
            quantity="f107_sfu",
            value=row.sfu,
            at=datetime.combine(row.day, facts.noon_utc, UTC),
            source=facts.source,
        )
        for row in facts.days
    ]
    bursts = [
        (one.begin, one.end)
        for one in notices
        if isinstance(one, Alert) and one.code == "SUM10R" and one.begin and one.end
    ]
    later = timedelta(seconds=facts.known_after_s)
    return (Dated(one, one.at + later) for one in with_bursts(daily, bursts))
