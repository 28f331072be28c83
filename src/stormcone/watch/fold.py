"""The fold: from the journal's records to the state, every record verified (pure)."""

from collections.abc import Iterable
from functools import lru_cache

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from msgspec.structs import replace

from stormcone.watch.apply import apply
from stormcone.watch.body import CentreFounded, SiteKeyRevoked
from stormcone.watch.event import (
    SIGNED_PREFIX,
    Event,
    JournalCorruptError,
    chain_of,
    read_event,
    unseal,
)
from stormcone.watch.state import Head, State


def fold(records: Iterable[bytes], state: State | None = None) -> State:
    """Return the state after `records`, each checked against the chain and its site's key.

    Raises
    ------
    JournalCorruptError
        Naming the first record that is not what its site wrote there.
    UnknownEventError
        At the first record of a kind this version does not know; nothing is skipped.
    """
    state = state or State()
    for record in records:
        state, _ = step(state, record)
    return state


def step(state: State, record: bytes) -> tuple[State, Event]:
    """Return the state after one record, and its event; see `fold` for what is raised."""
    event, signature, json = _placed(state, record)
    _check_signature(state, event, signature, json)
    return advance(state, event, record), event


def trusted_step(state: State, record: bytes) -> tuple[State, Event]:
    """Return what `step` does, for a record whose signature was verified before."""
    event, _, _ = _placed(state, record)
    return advance(state, event, record), event


def advance(state: State, event: Event, record: bytes) -> State:
    """Return the state after an event that is known to be ours and in its place."""
    return replace(apply(state, event), head=Head(event.seq, chain_of(record)))


def _placed(state: State, record: bytes) -> tuple[Event, bytes, bytes]:
    seq = state.head.seq + 1
    signature, json = unseal(record, seq)
    event = read_event(json, seq)
    if event.seq != seq:
        raise JournalCorruptError(seq, f"it says that it is record {event.seq}")
    if event.prev != state.head.chain:
        raise JournalCorruptError(
            seq, f"it follows {event.prev[:8]}, not {state.head.chain[:8]} before it"
        )
    return event, signature, json


def _check_signature(state: State, event: Event, signature: bytes, json: bytes) -> None:
    keys = _valid_keys(state, event)
    signer = next((key for key in keys if _signed_with(key, signature, json)), None)
    if signer is None:
        raise JournalCorruptError(
            event.seq, f"no valid key of site {event.site!r} signed it ({len(keys)} tried)"
        )
    if isinstance(event.body, SiteKeyRevoked) and event.body.public_key == signer:
        raise JournalCorruptError(event.seq, f"key {signer[:8]} revokes itself")


def _valid_keys(state: State, event: Event) -> tuple[str, ...]:
    if state.centre is None and isinstance(event.body, CentreFounded):
        return tuple(s.public_key for s in event.body.sites if s.name == event.site)
    return state.keys.get(event.site, ())


def _signed_with(public_key: str, signature: bytes, json: bytes) -> bool:
    try:
        _public_key(public_key).verify(signature, SIGNED_PREFIX + json)
    except (InvalidSignature, ValueError):
        return False
    return True


@lru_cache(maxsize=256)
def _public_key(public_key: str) -> Ed25519PublicKey:
    return Ed25519PublicKey.from_public_bytes(bytes.fromhex(public_key))
