"""A site's signing key: made, kept in a file of its own, and derived for a replay."""

import hashlib
import os
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

SCENARIO_LABEL = b"stormcone scenario key v1\n"
SEED_BYTES = 32


class KeyFileError(OSError):
    """A key file is missing, open to others, or not a key."""


class SiteKey:
    """An Ed25519 key pair; what it signs is proven by `public_key` (hex)."""

    def __init__(self, seed: bytes) -> None:
        self._private = Ed25519PrivateKey.from_private_bytes(seed)
        public = self._private.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)
        self.public_key = public.hex()

    def sign(self, data: bytes) -> bytes:
        """Return the 64 bytes of the signature."""
        return self._private.sign(data)


def scenario_key(scenario: str, site: str) -> SiteKey:
    """Return the key of a replay's site: anybody can derive it, so it proves nothing.

    Examples
    --------
    >>> scenario_key("2026-01-18-sir", "A").public_key[:8]
    '4431f05c'
    """
    name = f"{scenario}\n{site}".encode()
    return SiteKey(hashlib.sha256(SCENARIO_LABEL + name).digest())


def new_key(path: Path) -> SiteKey:
    """Make a key and write its seed (hex) to `path`, readable by the owner alone.

    Raises
    ------
    FileExistsError
        If there is one already; a key is never written over.
    """
    seed = os.urandom(SEED_BYTES)
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(seed.hex().encode() + b"\n")
        file.flush()
        os.fsync(file.fileno())
    return SiteKey(seed)


def load_key(path: Path) -> SiteKey:
    """Return the key in the file that `new_key` wrote.

    Raises
    ------
    KeyFileError
        If it is not there, if others may read it, or if it holds no key.
    """
    try:
        mode = path.stat().st_mode & 0o777
        text = path.read_text(encoding="ascii").strip()
    except (FileNotFoundError, UnicodeDecodeError) as error:
        raise KeyFileError(
            f"no key in {path} ({error}); restore it, or begin in another folder with --data"
        ) from (error)
    if mode & 0o077:
        raise KeyFileError(f"{path} has mode {mode:o}: others could read it; chmod 600 it")
    try:
        return SiteKey(bytes.fromhex(text))
    except ValueError as error:
        raise KeyFileError(f"{path} is not {2 * SEED_BYTES} hex digits; restore it") from error
