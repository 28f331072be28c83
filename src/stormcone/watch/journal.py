"""The journal's contract: what a backend promises, whichever engine it rests on.

JournalError(OSError)               event.py
├── ConflictError                   the head moved: read it and decide again
├── NotWrittenError                 nothing was written: no room, no right, no disk
├── OutcomeUnknownError             written or not, the answer was lost
├── UnavailableError                the journal cannot be reached now
│   ├── InUseError                  another process has it
│   └── ReadOnlyError               it is damaged or too new: reading goes on
├── MisplacedError                  a record that does not follow the head, or a doubled id
└── JournalCorruptError, UnknownEventError, RecordTooLargeError   event.py
"""

from collections.abc import AsyncIterator
from typing import Protocol

from msgspec import Struct

from stormcone.watch.event import JournalError
from stormcone.watch.state import Head


class ConflictError(JournalError):
    """The journal's head is `head`, not the one that the record was decided against."""

    def __init__(self, head: Head) -> None:
        self.head = head
        super().__init__(f"the journal has moved on to record {head.seq}; decide again")


class NotWrittenError(JournalError):
    """Nothing was written."""


class OutcomeUnknownError(JournalError):
    """Whether the record was written is being settled; do not offer it again."""


class UnavailableError(JournalError):
    """The journal cannot be reached now."""


class InUseError(UnavailableError):
    """Another process has this journal."""


class ReadOnlyError(UnavailableError):
    """The journal can be read but not written by this site."""


class MisplacedError(JournalError):
    """A record does not follow the head, or bears the id of another record."""


class Health(Struct, frozen=True, kw_only=True):
    """Whether the journal can be written, and for how long yet; `lag` counts records behind."""

    writable: bool
    quorum: bool
    disk_free_bytes: int
    lag: int = 0
    why: str = ""


class Journal(Protocol):
    """One head, one order: every append is conditional on the whole journal's head."""

    async def head(self) -> Head:
        """Return the last record's number and SHA-256."""
        ...

    async def read(self, after: int = 0, limit: int = 1000) -> list[bytes]:
        """Return up to `limit` records after number `after`, in order."""
        ...

    async def append(self, record: bytes, *, expected: Head) -> Head:
        """Write a record durably, if `expected` is the head; once only by its event's id."""
        ...

    def follow(self, after: int) -> AsyncIterator[bytes]:
        """Yield the records after number `after`, then each new one, until closed."""
        ...

    async def health(self) -> Health:
        """Say whether the journal can be written."""
        ...


class Store(Protocol):
    """The same promises without waiting, for the centre's own thread."""

    def head(self) -> Head:
        """Return the last record's number and SHA-256."""
        ...

    def read(self, after: int = 0, limit: int = 1000) -> list[bytes]:
        """Return up to `limit` records after number `after`, in order."""
        ...

    def append(self, record: bytes, *, expected: Head) -> Head:
        """Write a record durably, if `expected` is the head; once only by its event's id."""
        ...

    def health(self) -> Health:
        """Say whether the journal can be written."""
        ...
