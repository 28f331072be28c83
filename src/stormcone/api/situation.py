"""One answer that paints the shell and the Situation page."""

from datetime import datetime, timedelta

from stormcone.advisory.threads import Thread
from stormcone.api.advisories import draft_shape, regions_text, thread_shapes
from stormcone.api.notices import log_lines
from stormcone.api.scales import GAUGES, RUNNING, at_least, scale
from stormcone.api.shapes import DraftShape, EffectNow, Scales, Situation, Sun
from stormcone.api.signing import barred
from stormcone.api.view import View
from stormcone.effect.effect import Kind
from stormcone.reference.sun import subsolar_point_deg
from stormcone.watch.state import State

DAY = timedelta(hours=24)
LOG_LINES = 30


def situation(view: View, at: datetime, officer: str | None) -> Situation:
    """Return the centre as it stood at `at`, for `officer` (None: the public)."""
    state = view.state_at(at)
    recent = [t for t in state.threads.values() if t.ended is None or t.ended > at - DAY]
    return Situation(
        as_of=at,
        now=view.now(),
        mode=view.mode,
        seq=state.head.seq,
        replay=view.replay(),
        scales=scales(view, at),
        effects=[effect_now(state, kind, assessed=kind in view.assessed()) for kind in Kind],
        sun=Sun(*subsolar_point_deg(at)),
        threads=thread_shapes(state, recent),
        drafts=draft_shapes(view, state, officer),
        log=log_lines(state, view.events(state.head.seq - LOG_LINES, at), newest=LOG_LINES),
        feeds=view.feeds(at),
    )


def scales(view: View, at: datetime) -> Scales:
    """Return R, S and G from what was known at `at`."""
    r, s, g, running = (
        scale(gauge, view.series(gauge.quantity, at - DAY, at, known=at), at)
        for gauge in (*GAUGES.values(), RUNNING)
    )
    return Scales(r=r, s=s, g=at_least(g, running, at))


def draft_shapes(view: View, state: State, officer: str | None) -> list[DraftShape]:
    """Return the drafts on the desk, and whether this officer may sign each."""
    return [
        draft_shape(state, draft, barred(view.mode, state, draft, officer))
        for draft in state.drafts.values()
    ]


def effect_now(state: State, kind: Kind, *, assessed: bool) -> EffectNow:
    """Return one effect's chip: the worst of its live threads."""
    live = state.live(kind)
    worst = max(live, key=_severity, default=None)
    if worst is None:
        return EffectNow(kind=str(kind), assessed=assessed)
    number = worst.last.number
    return EffectNow(
        kind=str(kind),
        assessed=True,
        severity=worst.last.severity,
        regions_text=regions_text(worst.last),
        key=number.key if number else None,
        slug=number.slug if number else None,
        since=worst.opened,
        next_due=min((t.next_by for t in live if t.next_by), default=None),
        threads=len(live),
    )


def _severity(thread: Thread) -> str:
    return thread.last.severity or ""
