"""The advisory: one effect, six times, what it replaces and when the next one comes."""

from datetime import datetime
from enum import StrEnum

from msgspec import Struct

from stormcone.effect.effect import Evidence, Kind, Severity
from stormcone.reference.areas import Levels, Region


class Number(Struct, frozen=True, order=True):
    """An advisory's key: year of issue, effect and count; a text number is not unique."""

    year: int
    effect: Kind
    count: int

    def __post_init__(self) -> None:
        if not 1 <= self.count <= 9999:
            raise ValueError(f"count {self.count} is outside 1 to 9999")

    def __str__(self) -> str:
        """Return the text of the bulletin: ``2026/28``."""
        return f"{self.year}/{self.count}"

    @property
    def key(self) -> str:
        """The whole key as a person writes it: ``2026/HF COM/28``."""
        return f"{self.year}/{self.effect}/{self.count}"

    @property
    def slug(self) -> str:
        """The whole key as an address writes it: ``hf_com-2026-28``."""
        return f"{self.effect.lower().replace(' ', '_')}-{self.year}-{self.count}"


class State(StrEnum):
    """What an outlook says: where, or nothing expected, or not known."""

    GROUPS = "GROUPS"
    NO_SWX_EXP = "NO SWX EXP"
    NOT_AVBL = "NOT AVBL"


class Status(StrEnum):
    """Whether the advisory is meant in earnest."""

    OPERATIONAL = "OPERATIONAL"
    TEST = "TEST"
    EXERCISE = "EXERCISE"


class Group(Struct, frozen=True, kw_only=True):
    """One intensity in one region."""

    severity: Severity
    region: Region
    levels: Levels | None = None
    effect: Kind | None = None


class Outlook(Struct, frozen=True, kw_only=True):
    """What is observed or expected at one time."""

    observed: bool
    at: datetime
    until: datetime | None = None
    state: State
    groups: tuple[Group, ...] = ()

    def __post_init__(self) -> None:
        if (self.state is State.GROUPS) != bool(self.groups):
            raise ValueError(f"state {self.state} with {len(self.groups)} groups")


class Advisory(Struct, frozen=True, kw_only=True):
    """One advisory in the words of ICAO; a draft has neither number nor time of issue.

    `number` and `issued` are given by `watch` at release. `thread` is the key of the thread's
    first advisory, None in a draft that opens one. `next_by` None = no further advisories.
    """

    number: Number | None = None
    centre: str
    issued: datetime | None = None
    effects: tuple[Kind, ...]
    replaces: tuple[Number, ...] = ()
    outlooks: tuple[Outlook, ...]
    remark: str | None = None
    next_by: datetime | None = None
    status: Status = Status.OPERATIONAL
    thread: str | None = None
    cause: str = ""
    evidence: tuple[Evidence, ...] = ()

    def __post_init__(self) -> None:
        if not 3 <= len(self.centre) <= 12:
            raise ValueError(f"centre {self.centre!r} is not 3 to 12 characters long")
        if len(self.replaces) > 4:
            raise ValueError(f"replaces {len(self.replaces)} advisories; at most 4 are allowed")
        for at in (self.issued, self.next_by, *(o.at for o in self.outlooks)):
            if at is not None and (at.tzinfo is None or at.second or at.microsecond):
                raise ValueError(f"{at} is not a whole minute of UTC")

    @property
    def severity(self) -> Severity | None:
        """The highest severity now (of the first outlook), if any."""
        found = {group.severity for group in self.outlooks[0].groups}
        return max(found, default=None)
