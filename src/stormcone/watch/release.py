"""The release: an advisory that two signatures stand behind (pure); only the fold makes one."""

import hashlib
from collections.abc import Callable, Iterable
from datetime import datetime

from msgspec import Struct

from stormcone.advisory.advisory import Advisory
from stormcone.advisory.decide import Action
from stormcone.bulletin.bulletin import Bulletin
from stormcone.watch.body import Digest, Role, Rule

Render = Callable[[Advisory], tuple[Digest, ...]]


class Officer(Struct, frozen=True, kw_only=True):
    """A person with an account; `changed` is the journal's seq of the last change of rights.

    Two accounts of one person are one person: `person`, not `id`, is what signatures compare.
    """

    id: str
    person: str
    organisation: str
    roles: tuple[Role, ...] = ()
    exercise: bool = False
    disabled: bool = False
    changed: int = 0


class Release(Struct, frozen=True, kw_only=True):
    """A released advisory: what dissemination accepts, and nothing else leaves the building."""

    advisory: Advisory
    seq: int
    at: datetime
    epoch: int
    draft: str
    action: Action
    drafted_by: Officer
    approved_by: Officer
    rule: Rule
    reason: str
    content_sha256: str
    bulletins: tuple[Digest, ...]


def digest(bulletin: Bulletin) -> Digest:
    """Return what must stay true of a bulletin's bytes.

    Examples
    --------
    >>> tac = Bulletin(heading="", data=b"SWX", media_type="text/plain", codec="tac")
    >>> digest(tac).sha256[:8]
    'a1eb98dc'
    """
    return Digest(
        codec=bulletin.codec,
        media_type=bulletin.media_type,
        sha256=hashlib.sha256(bulletin.data).hexdigest(),
    )


def digests(bulletins: Iterable[Bulletin]) -> tuple[Digest, ...]:
    """Return the digests of several bulletins, in their order."""
    return tuple(digest(bulletin) for bulletin in bulletins)
