"""A bulletin: bytes with a heading, and what was found when bytes were read."""

from enum import StrEnum

from msgspec import Struct

from stormcone.advisory.advisory import Advisory, Status


class Bulletin(Struct, frozen=True, kw_only=True):
    """An advisory as one codec wrote it; `losses` names what the form could not carry."""

    heading: str
    data: bytes
    media_type: str
    codec: str
    losses: tuple[str, ...] = ()


class Weight(StrEnum):
    """Whether a finding stops a bulletin or only wants a second look."""

    ERROR = "error"
    WARNING = "warning"


class Finding(Struct, frozen=True, kw_only=True):
    """Something noticed in a text, where it stands (line and column from 1), and what to do."""

    code: str
    weight: Weight
    message: str
    line: int = 0
    column: int = 0


class Stub(Struct, frozen=True):
    """A message cut short behind its ``STATUS: TEST``, which is legal and says nothing else."""

    status: Status


class Read(Struct, frozen=True, kw_only=True):
    """What a codec made of some bytes."""

    advisories: tuple[Advisory, ...] = ()
    stubs: tuple[Stub, ...] = ()
    findings: tuple[Finding, ...] = ()


class BulletinError(ValueError):
    """A text is not a bulletin of its form; carries the finding that says where and why."""

    def __init__(self, finding: Finding) -> None:
        self.finding = finding
        column = f", column {finding.column}" if finding.column else ""
        place = f"line {finding.line}{column}: " if finding.line else ""
        super().__init__(f"{place}{finding.code}: {finding.message}")
