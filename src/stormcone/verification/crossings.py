"""Thresholds that measured quantities crossed, and how long our advisories left it unsaid.

Only quantities that are measured as they stand in the threshold table can be held against it:
X-rays and Kp. What a model computes (absorption, dose) would be its own witness.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta

from msgspec import Struct

from stormcone.advisory.advisory import Advisory
from stormcone.advisory.causes import cause_of
from stormcone.advisory.threads import ends
from stormcone.effect.effect import Severity
from stormcone.effect.thresholds import THRESHOLDS, Threshold
from stormcone.observation.feed import Observation
from stormcone.verification.timeliness import (
    Span,
    above,
    joined,
    lead_minutes,
    minutes,
    missed_minutes,
)

HOLD = timedelta(minutes=10)
"""How long a reading without a span of its own holds: the age at which X-rays are stale."""


class Crossing(Struct, frozen=True, kw_only=True):
    """One threshold that was crossed: since when, for how long, and what was said of it.

    `lead` is by how many minutes before the crossing the advisories began that stood while it
    lasted, negative after it; None if there were none. Only those count that name the cause.
    """

    quantity: str
    what: str
    severity: Severity
    crossed: datetime
    minutes: float
    lead: float | None
    missed_minutes: float


def crossings(
    readings: Mapping[str, Sequence[Observation]], ours: Sequence[Advisory], until: datetime
) -> tuple[Crossing, ...]:
    """Return each threshold that readings, by quantity and oldest first, crossed by `until`."""
    return tuple(
        found
        for row in THRESHOLDS.rows
        for severity in Severity
        for found in _crossing(row, severity, readings.get(row.quantity, ()), ours, until)
    )


def _crossing(
    row: Threshold,
    severity: Severity,
    readings: Sequence[Observation],
    ours: Sequence[Advisory],
    until: datetime,
) -> Iterator[Crossing]:
    over = [
        (begin, min(end, until))
        for begin, end in above(readings, row.at(severity), HOLD)
        if begin < until
    ]
    if not over:
        return
    stood = joined(_standing(row, ours, until))
    meanwhile = [begin for begin, end in stood if any(a < end and begin < b for a, b in over)]
    yield Crossing(
        quantity=row.quantity,
        what=f"{row.kind} {row.cause}",
        severity=severity,
        crossed=over[0][0],
        minutes=minutes(over),
        lead=lead_minutes(over[0][0], meanwhile),
        missed_minutes=missed_minutes(over, stood),
    )


def _standing(row: Threshold, ours: Sequence[Advisory], until: datetime) -> Iterator[Span]:
    """Yield when each advisory that names the cause stood: until its successor was issued."""
    following = {number: one.issued for one in ours for number in one.replaces}
    for one in ours:
        named = row.kind in one.effects and row.cause in cause_of(one).split("+")
        if named and one.issued and not ends(one):
            after = following.get(one.number) if one.number else None
            yield one.issued, min(after or until, until)
