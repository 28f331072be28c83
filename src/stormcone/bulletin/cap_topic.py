"""What one info of a CAP message speaks of, and how urgent, severe and certain that is."""

from datetime import datetime, timedelta

from msgspec import Struct

from stormcone.advisory.advisory import Advisory, Group, Outlook, State
from stormcone.effect.effect import Kind, Severity

SEVEREST_FIRST = (Severity.SEVERE, Severity.MODERATE)
SOON = timedelta(hours=1)
"""Until then CAP calls what is to be done Expected, and beyond it Future."""
SLOT = timedelta(hours=6)
SEVERITIES = {
    Severity.SEVERE: "Severe",
    Severity.MODERATE: "Moderate",
    State.NO_SWX_EXP: "Minor",
    State.NOT_AVBL: "Unknown",
}


class Topic(Struct, frozen=True):
    """An effect at a severity, and the outlooks in which it occurs, the first at `index`.

    Without a severity it is what the first outlook says instead: nothing, or not known.
    """

    advisory: Advisory
    effect: Kind
    severity: Severity | None
    index: int
    outlooks: tuple[Outlook, ...]

    @property
    def first(self) -> Outlook:
        """The outlook that gives the onset, the areas and the certainty."""
        return self.outlooks[0]

    @property
    def groups(self) -> tuple[Group, ...]:
        """The groups of the first outlook that speak of it."""
        return tuple(g for g in self.first.groups if _speaks(g, self.effect, self.severity))

    @property
    def ended(self) -> bool:
        """Whether the advisory is the last of its thread: nothing expected, none to follow."""
        return self.first.state is State.NO_SWX_EXP and self.advisory.next_by is None

    @property
    def response(self) -> str:
        """CAP's responseType."""
        if self.ended:
            return "AllClear"
        return "Shelter" if self.effect is Kind.SHELTER and self.severity else "Monitor"

    @property
    def level(self) -> str:
        """CAP's severity."""
        return SEVERITIES[self.severity or self.first.state]

    @property
    def certainty(self) -> str:
        """CAP's certainty: Likely where it is drawn at even odds, Possible below them."""
        if self.first.state is State.NOT_AVBL:
            return "Unknown"
        if self.first.observed:
            return "Observed"
        return "Possible" if self.index or self.effect is Kind.SHELTER else "Likely"

    def urgency(self, issued: datetime) -> str:
        """Return CAP's urgency, by how soon it begins after the time of issue."""
        if self.severity is None:
            return "Past" if self.first.state is State.NO_SWX_EXP else "Unknown"
        if self.first.observed or self.first.at <= issued:
            return "Immediate"
        return "Expected" if self.first.at <= issued + SOON else "Future"

    @property
    def expires(self) -> datetime | None:
        """When the next advisory comes, but never a time before the onset."""
        ends = [outlook.until for outlook in self.outlooks if outlook.until]
        next_by = self.advisory.next_by
        if ends:
            return max(ends)
        if next_by and next_by <= self.first.at:
            return self.first.at + SLOT
        return next_by


def topics(advisory: Advisory) -> list[Topic]:
    """Return a topic for each effect and severity, the severest first; one where none is said.

    SEVERE comes first because a later info must not contradict an earlier one of its language.
    """
    found = []
    for effect in advisory.effects:
        for severity in SEVEREST_FIRST:
            there = [
                index
                for index, outlook in enumerate(advisory.outlooks)
                if any(_speaks(group, effect, severity) for group in outlook.groups)
            ]
            if there:
                outlooks = tuple(advisory.outlooks[index] for index in there)
                found.append(Topic(advisory, effect, severity, there[0], outlooks))
    return found or [Topic(advisory, advisory.effects[0], None, 0, advisory.outlooks[:1])]


def _speaks(group: Group, effect: Kind, severity: Severity | None) -> bool:
    return group.severity is severity and group.effect in {None, effect}
