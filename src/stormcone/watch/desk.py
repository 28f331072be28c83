"""The desk: commands go in, signed records come out, and the state follows the journal."""

import threading
from bisect import bisect_right
from datetime import datetime
from uuid import UUID, uuid4

from msgspec import Struct

from stormcone.watch.body import Body, CentreFounded, Checkpoint, DutyError, SiteKeyRevoked
from stormcone.watch.command import Command, decide
from stormcone.watch.event import (
    Event,
    JournalCorruptError,
    UnknownEventError,
    read_event,
    seal,
    shaped_id,
    unseal,
)
from stormcone.watch.fold import advance, step, trusted_step
from stormcone.watch.journal import (
    ConflictError,
    Health,
    NotWrittenError,
    OutcomeUnknownError,
    ReadOnlyError,
    Store,
    UnavailableError,
)
from stormcone.watch.key import SiteKey
from stormcone.watch.release import Render
from stormcone.watch.state import Head, State

TRIES = 20
PAGE = 1000
MARK_EVERY = 256


class ForeignJournalError(ReadOnlyError):
    """The journal is not this site's: a replay's in a live site, or another key's."""


class Verified(Struct, frozen=True, kw_only=True):
    """What a whole reading of the journal found; `bad_seq` None means that all is well."""

    head: Head
    records: int
    bad_seq: int | None = None
    why: str = ""
    differing_checkpoints: tuple[int, ...] = ()


class Identity(Struct, frozen=True, kw_only=True):
    """Which site writes, with which key; `scenario` is a replay's name, None a live site."""

    site: str
    key: SiteKey
    scenario: str | None = None

    def id_of(self, prev: str, body: Body) -> UUID:
        """Return a new event's id: shaped from its content in a replay, random when live."""
        return uuid4() if self.scenario is None else shaped_id(prev, body)


class Desk:
    """One site's place at the journal; its methods may be called from any thread."""

    def __init__(self, store: Store, identity: Identity, render: Render) -> None:
        self._store = store
        self._identity = identity
        self._render = render
        self._lock = threading.RLock()
        self._state = State()
        self._marks: list[State] = [self._state]
        self._damage: ReadOnlyError | None = None
        self.refresh()

    @property
    def state(self) -> State:
        """The state at the last record that was read; never changed in place."""
        return self._state

    @property
    def head(self) -> Head:
        """The last record that was read, to be remembered elsewhere and compared."""
        return self._state.head

    @property
    def fault(self) -> ReadOnlyError | None:
        """Why this site can only read, or None if it can write."""
        return self._damage or foreign(self._state, self._identity)

    def refresh(self) -> State:
        """Read to the journal's head; a damaged or too new record leaves the desk read-only."""
        with self._lock:
            try:
                while records := self._store.read(self.head.seq, PAGE):
                    for record in records:
                        self._take(step(self._state, record)[0])
            except (JournalCorruptError, UnknownEventError) as error:
                self._damage = ReadOnlyError(f"this site only reads: {error}")
            return self._state

    def _take(self, state: State) -> None:
        self._state = state
        if state.head.seq % MARK_EVERY == 0:
            self._marks.append(state)

    def do(self, command: Command, *, now: datetime, officer: str | None = None) -> Event:
        """Decide `command` against the journal's head, sign the event and append it.

        When the head moves meanwhile the command is decided again, not just renumbered.
        `officer` None is the machine.

        Raises
        ------
        DutyError
            If the state does not allow it (any more).
        NotWrittenError, OutcomeUnknownError, UnavailableError, RecordTooLargeError
            If the journal could not take it.
        """
        with self._lock:
            for _ in range(TRIES):
                self.refresh()
                event, record = self._sealed(command, now, officer)
                try:
                    self._append(event, record)
                except ConflictError:
                    continue
                self._take(advance(self._state, event, record))
                return event
        raise UnavailableError(f"{TRIES} times another record came first; try again")

    def _sealed(
        self, command: Command, now: datetime, officer: str | None
    ) -> tuple[Event, bytes]:
        if (fault := self.fault) is not None:
            raise fault
        at = now.replace(microsecond=now.microsecond // 1000 * 1000)
        body = decide(self._state, command, now=at, officer=officer, render=self._render)
        self._check_key(body)
        event = Event(
            id=self._identity.id_of(self.head.chain, body),
            seq=self.head.seq + 1,
            prev=self.head.chain,
            at=at,
            site=self._identity.site,
            epoch=self._state.epoch,
            officer=officer,
            body=body,
        )
        return event, seal(event, self._identity.key.sign)

    def _check_key(self, body: Body) -> None:
        """Refuse what our own key could not prove to whoever reads it."""
        own, site = self._identity.key.public_key, self._identity.site
        if isinstance(body, SiteKeyRevoked) and body.public_key == own:
            raise DutyError(f"key {own[:8]} cannot revoke itself; sign with another key")
        if isinstance(body, CentreFounded):
            keys = {founding.public_key for founding in body.sites if founding.name == site}
            if own not in keys or body.scenario != self._identity.scenario:
                raise DutyError(
                    f"site {site!r} (key {own[:8]}, scenario {self._identity.scenario!r}) is "
                    f"not among the founding sites ({sorted(keys)}, {body.scenario!r})"
                )

    def _append(self, event: Event, record: bytes) -> None:
        try:
            self._store.append(record, expected=self.head)
        except OutcomeUnknownError as error:
            self._settle(event, record, error)

    def _settle(self, event: Event, record: bytes, error: OutcomeUnknownError) -> None:
        """Find out what became of our record: written, overtaken, or still unknown."""
        after = self._store.read(self.head.seq, 1)
        if after == [record]:
            return
        if after:
            raise NotWrittenError(
                f"event {event.seq} was not written, another came first; give the command again"
            ) from error
        raise error

    def records(self, after: int = 0, limit: int = PAGE) -> list[bytes]:
        """Return the stored bytes of up to `limit` records after number `after`."""
        return self._store.read(after, limit)

    def events(self, after: int = 0, limit: int = PAGE) -> list[Event]:
        """Return the events of up to `limit` records after number `after`."""
        records = self.records(after, limit)
        return [read_event(unseal(r, seq)[1], seq) for seq, r in enumerate(records, after + 1)]

    def state_at(self, at: datetime) -> State:
        """Return the state as it was at `at`: before the first event later than that."""
        marks = self._marks
        place = bisect_right(marks[1:], at, key=lambda mark: mark.at or at)
        state = marks[place]
        for record in self._store.read(state.head.seq, 2 * MARK_EVERY):
            after, event = trusted_step(state, record)
            if event.at > at:
                break
            state = after
        return state

    def verify(self, remembered: Head | None = None) -> Verified:
        """Read the whole journal again: chain, signatures, checkpoints, and a remembered head.

        `remembered` is a head that was once read here; a journal that does not contain it has
        lost its tail, or is another one.
        """
        state, differing = State(), list[int]()
        try:
            while records := self._store.read(state.head.seq, PAGE):
                for record in records:
                    before = state
                    state, event = step(state, record)
                    differing += _differs(before, event)
                    _check_remembered(state.head, remembered)
            _check_reached(state.head, remembered)
        except (JournalCorruptError, UnknownEventError) as error:
            return Verified(
                head=state.head, records=state.head.seq, bad_seq=error.seq, why=str(error)
            )
        return Verified(
            head=state.head, records=state.head.seq, differing_checkpoints=tuple(differing)
        )

    def health(self) -> Health:
        """Say whether commands can be written now."""
        health = self._store.health()
        fault = self.fault
        if fault is None:
            return health
        return Health(
            writable=False,
            quorum=health.quorum,
            disk_free_bytes=health.disk_free_bytes,
            why=str(fault),
        )


def foreign(state: State, identity: Identity) -> ForeignJournalError | None:
    """Say why a journal is not this site's, or None if it is, or if it is empty."""
    if state.centre is None:
        return None
    if state.centre.scenario != identity.scenario:
        return ForeignJournalError(
            f"this journal was founded for scenario {state.centre.scenario!r}, and this site "
            f"runs {identity.scenario!r}; give it another folder with --data"
        )
    key = identity.key.public_key
    if key not in state.keys.get(identity.site, ()):
        return ForeignJournalError(
            f"key {key[:8]} is not one of site {identity.site!r} in this journal; put the "
            f"right key file in its place"
        )
    return None


def _differs(before: State, event: Event) -> list[int]:
    if not isinstance(event.body, Checkpoint) or event.body.state_sha256 == before.sha256:
        return []
    return [event.seq]


def _check_remembered(head: Head, remembered: Head | None) -> None:
    if remembered is not None and head.seq == remembered.seq and head != remembered:
        raise JournalCorruptError(
            head.seq, f"it was {remembered.chain[:8]} when it was last read"
        )


def _check_reached(head: Head, remembered: Head | None) -> None:
    if remembered is not None and head.seq < remembered.seq:
        raise JournalCorruptError(
            head.seq + 1, f"it is missing, and so is the tail up to record {remembered.seq}"
        )
