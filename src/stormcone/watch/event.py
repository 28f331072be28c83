"""An event and its record: what is signed, chained and written in the journal (pure).

JournalError(OSError)
├── JournalCorruptError     a record that is not what was written
├── UnknownEventError       a record from a newer Stormcone
└── RecordTooLargeError     a record over the limit
"""

import hashlib
from base64 import b64decode, b64encode
from binascii import Error as Base64Error
from collections.abc import Callable
from datetime import datetime
from uuid import UUID

import msgspec
from msgspec import Raw, Struct

from stormcone.watch.body import Body

GENESIS = "0" * 64
SIGNED_PREFIX = b"stormcone-event-v1\n"
LARGEST_RECORD_BYTES = 256 * 1024
SIGNATURE_BYTES = 64


class JournalError(OSError):
    """The journal cannot do what was asked of it."""


class JournalCorruptError(JournalError):
    """Record `seq` is not what was written there; `why` says how that shows."""

    def __init__(self, seq: int, why: str) -> None:
        self.seq = seq
        self.why = why
        super().__init__(
            f"journal record {seq} is damaged: {why}; nothing after it is trusted: "
            f"run `stormcone watch verify` and restore from a copy"
        )


class UnknownEventError(JournalError):
    """Record `seq` is of a kind or version that this Stormcone does not know."""

    def __init__(self, seq: int, kind: str) -> None:
        self.seq = seq
        self.kind = kind
        super().__init__(
            f"journal record {seq} is a {kind!r}, which this version does not know; "
            f"this site only reads until Stormcone is brought up to date"
        )


class RecordTooLargeError(JournalError):
    """A record is over the limit."""

    def __init__(self, size_bytes: int) -> None:
        super().__init__(
            f"a record of {size_bytes} bytes is over the limit of {LARGEST_RECORD_BYTES}; "
            f"keep evidence in the archive and name it by its SHA-256"
        )


class Event(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One thing that happened: where in the chain, when, at which site, by whom.

    `at` is the centre's clock in whole milliseconds of UTC; `officer` None is the machine.
    """

    id: UUID
    seq: int
    prev: str
    at: datetime
    site: str
    epoch: int
    officer: str | None
    body: Body


class _Envelope(Struct):
    body: Raw
    seq: int = 0


class _Kind(Struct):
    kind: str = "?"


_encoder = msgspec.json.Encoder(order="deterministic")
_decoder = msgspec.json.Decoder(Event)
_KINDS = frozenset(kind.__name__ for kind in Body.__args__)


def seal(event: Event, sign: Callable[[bytes], bytes]) -> bytes:
    """Return the record of `event`: base64 of its signature, a line feed, its JSON.

    Raises
    ------
    RecordTooLargeError
        If the record is over 256 KiB.
    """
    json = _encoder.encode(event)
    record = b64encode(sign(SIGNED_PREFIX + json)) + b"\n" + json
    if len(record) > LARGEST_RECORD_BYTES:
        raise RecordTooLargeError(len(record))
    return record


def unseal(record: bytes, seq: int) -> tuple[bytes, bytes]:
    """Return signature and JSON of a record; `seq` is its place, for the error.

    Raises
    ------
    JournalCorruptError
        If the two lines are not there, or the signature is not base64 as we write it.
    """
    line, _, json = record.partition(b"\n")
    try:
        signature = b64decode(line, validate=True)
    except Base64Error as error:
        raise JournalCorruptError(seq, f"its signature is not base64 ({error})") from error
    if len(signature) != SIGNATURE_BYTES or b64encode(signature) != line:
        raise JournalCorruptError(seq, f"its signature line has {len(line)} odd characters")
    return signature, json


def read_event(json: bytes, seq: int) -> Event:
    """Return the event in a record's JSON; `seq` is its place, for the error.

    Raises
    ------
    UnknownEventError
        If its kind, or a field of it, is not known to this version.
    JournalCorruptError
        If it is no event at all.
    """
    try:
        return _decoder.decode(json)
    except ValueError as error:  # msgspec's own, and those of the records' own checks
        kind = _kind(json)
        if kind is not None and (kind not in _KINDS or "unknown field" in str(error)):
            raise UnknownEventError(seq, kind) from error
        raise JournalCorruptError(seq, f"its JSON cannot be read ({error})") from error


def _kind(json: bytes) -> str | None:
    try:
        envelope = msgspec.json.decode(json, type=_Envelope)
        return msgspec.json.decode(envelope.body, type=_Kind).kind
    except ValueError:
        return None


def chain_of(record: bytes) -> str:
    """Return the SHA-256 of a record in hex, which the next record names as `prev`."""
    return hashlib.sha256(record).hexdigest()


def shaped_id(prev: str, body: Body) -> UUID:
    """Return an event's id in a replay: a UUID (version 8) from SHA-256 of (prev, body)."""
    digest = hashlib.sha256(prev.encode() + b"\n" + _encoder.encode(body)).digest()
    bits = int.from_bytes(digest[:16])
    bits = bits & ~(0xF << 76) | 8 << 76
    bits = bits & ~(0x3 << 62) | 2 << 62
    return UUID(int=bits)
