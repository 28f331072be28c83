"""The state of the watch: what the fold of the journal's records comes to (pure)."""

import hashlib
from collections.abc import Mapping
from datetime import datetime

import msgspec
from msgspec import Struct

from stormcone.advisory.advisory import Advisory
from stormcone.advisory.decide import Action
from stormcone.advisory.threads import Ledger, Thread
from stormcone.bulletin.bulletin import Finding
from stormcone.effect.effect import Kind
from stormcone.watch.body import AlarmSeverity, Attestation, CentreFounded
from stormcone.watch.event import GENESIS
from stormcone.watch.release import Officer, Release


class Head(Struct, frozen=True):
    """The last record: its number and its SHA-256."""

    seq: int = 0
    chain: str = GENESIS


class Signature(Struct, frozen=True, kw_only=True):
    """One officer's approval of a draft as it stands."""

    officer: str
    at: datetime
    attestation: Attestation
    ticked: tuple[str, ...]


class Refusal(Struct, frozen=True, kw_only=True):
    """Why a draft was returned, by whom."""

    officer: str | None
    at: datetime
    reason: str


class Draft(Struct, frozen=True, kw_only=True):
    """A draft on the desk; `drafter` None is the machine: the first signer takes its place."""

    id: str
    advisory: Advisory
    findings: tuple[Finding, ...]
    codecs: tuple[str, ...]
    action: Action
    content_sha256: str
    drafter: str | None
    created: datetime
    changed: datetime
    signatures: tuple[Signature, ...] = ()
    refusal: Refusal | None = None


class Alarm(Struct, frozen=True, kw_only=True):
    """A cause for alarm; one that is cleared stays until somebody has seen it."""

    id: str
    cause: str
    severity: AlarmSeverity
    note: str
    raised: datetime
    count: int = 1
    acknowledged: datetime | None = None
    acknowledged_by: str | None = None
    cleared: datetime | None = None


class Note(Struct, frozen=True, kw_only=True):
    """An officer's words."""

    seq: int
    at: datetime
    officer: str | None
    text: str
    about: str | None


class State(Struct, frozen=True, kw_only=True):
    """All that the watch knows; never changed in place.

    `releases` is by advisory key, `threads` by the key of their first advisory, `counters` by
    ``2026/HF COM``, `keys` are each site's valid public keys, `at` the latest time heard,
    `checked` that of the last Checkpoint.
    """

    head: Head = Head()
    at: datetime | None = None
    centre: CentreFounded | None = None
    epoch: int = 0
    keys: Mapping[str, tuple[str, ...]] = {}
    counters: Mapping[str, int] = {}
    drafts: Mapping[str, Draft] = {}
    threads: Mapping[str, Thread] = {}
    releases: Mapping[str, Release] = {}
    officers: Mapping[str, Officer] = {}
    alarms: Mapping[str, Alarm] = {}
    notes: tuple[Note, ...] = ()
    nonces: Mapping[str, datetime] = {}
    checked: datetime | None = None

    @property
    def ledger(self) -> Ledger:
        """The numbers and threads alone, as the rules over advisories take them."""
        return Ledger(counters=self.counters, threads=self.threads)

    def live(self, effect: Kind | None = None) -> tuple[Thread, ...]:
        """Return the live threads, of one effect or of all, in the order they opened."""
        return self.ledger.live(effect)

    @property
    def sha256(self) -> str:
        """The digest that two sites compare: equal states, equal digests."""
        return hashlib.sha256(_encoder.encode(self)).hexdigest()


_encoder = msgspec.json.Encoder(order="deterministic")
