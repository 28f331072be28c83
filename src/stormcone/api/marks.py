"""Bars and ticks on the time axis: our advisories, the really issued ones, and flares."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from itertools import pairwise

import numpy as np

from stormcone.advisory.advisory import Advisory
from stormcone.advisory.threads import Thread, fold
from stormcone.api.data import ComparisonShape, Flare, Mark, Marks
from stormcone.api.scales import as_utc, usable
from stormcone.api.view import View
from stormcone.bulletin import tac_amd82
from stormcone.observation.feed import Series
from stormcone.reference.scales import flare_class
from stormcone.verification.advisories import compare
from stormcone.watch.state import State

M_CLASS_W_M2 = 1e-5
NOTE = "evidence, not a mark: see the notes on the reconstructed day"


def marks(view: View, start: datetime, end: datetime, at: datetime) -> Marks:
    """Return what happened from `start` to `end`, as known at `at`."""
    state = view.state_at(at)
    real = [a for a in view.really_issued() if a.issued and a.issued <= at]
    ours = [release.advisory for release in state.releases.values()]
    xrays = view.series("xray_flux_w_m2", start, min(end, at), known=at)
    return Marks(
        as_of=at,
        ours=[m for m in _our_bars(state, min(end, at)) if _overlaps(m, start, end)],
        real=[m for m in _real_bars(real, min(end, at)) if _overlaps(m, start, end)],
        comparison=_comparison(ours, real),
        flares=[flare for series in xrays[:1] for flare in flares(series)],
    )


def _overlaps(mark: Mark, start: datetime, end: datetime) -> bool:
    return mark.start <= end and mark.end >= start


def _comparison(ours: Sequence[Advisory], real: Sequence[Advisory]) -> list[ComparisonShape]:
    if not real:
        return []
    return [
        ComparisonShape(
            what=row.what, ours=row.ours, real=row.real, minutes=row.minutes, note=NOTE
        )
        for row in compare(ours, real)
    ]


def _our_bars(state: State, until: datetime) -> list[Mark]:
    ours = {key: release.advisory for key, release in state.releases.items()}
    actions = {key: str(release.action) for key, release in state.releases.items()}
    return _bars(state.threads.values(), ours, until, actions)


def _real_bars(real: Sequence[Advisory], until: datetime) -> list[Mark]:
    issued = {advisory.number.key: advisory for advisory in real if advisory.number}
    return _bars(fold(real).threads.values(), issued, until, {})


def _bars(
    threads: Iterable[Thread],
    advisories: Mapping[str, Advisory],
    until: datetime,
    actions: Mapping[str, str],
) -> list[Mark]:
    """Return a bar for each advisory, oldest first: from its issue to its successor's."""
    found: list[Mark] = []
    for thread in threads:
        known = [(key, advisories[key]) for key in thread.keys if key in advisories]
        bars = [_bar(advisory, thread, actions.get(key)) for key, advisory in known]
        _stretch(bars, thread.ended or until)
        found += bars
    return sorted(found, key=lambda mark: (mark.start, mark.key))


def _stretch(bars: list[Mark], until: datetime) -> None:
    """Let each bar last to the next one; the last one to `until`, an end not at all."""
    for bar, following in pairwise(bars):
        bar.end = following.start
    if bars and bars[-1].severity is not None:
        bars[-1].end = max(until, bars[-1].start)


def _bar(advisory: Advisory, thread: Thread, action: str | None) -> Mark:
    number, issued = advisory.number, advisory.issued
    if number is None or issued is None:
        raise ValueError("only issued advisories have bars; this one is a draft")
    return Mark(
        key=number.key,
        slug=number.slug,
        centre=advisory.centre,
        effect=str(advisory.effects[0]),
        cause=thread.cause,
        thread=thread.key,
        start=issued,
        end=issued,
        severity=advisory.severity,
        action=action,
        observed=advisory.outlooks[0].at,
        issued=issued,
        text=tac_amd82.write(advisory, keep_form=True).data.decode(),
    )


def flares(series: Series, apart: timedelta = timedelta(minutes=60)) -> list[Flare]:
    """Return the maxima of M class and above, one for each hour at most."""
    good = usable(series)
    values, times = series.value[good], series.at[good]
    if len(values) < 3:
        return []
    peak = (values[1:-1] >= values[:-2]) & (values[1:-1] > values[2:])
    peaks = np.flatnonzero(peak & (values[1:-1] >= M_CLASS_W_M2)) + 1
    found: list[tuple[datetime, float]] = []
    for i in sorted(peaks, key=lambda i: -values[i]):
        at = as_utc(times[i])
        if all(abs(at - other) >= apart for other, _ in found):
            found.append((at, float(values[i])))
    return [Flare(at=at, label=flare_class(flux)) for at, flux in sorted(found)]
