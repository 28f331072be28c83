"""Every body as it was served, kept under its own SHA-256 before anybody reads it."""

import hashlib
import os
from pathlib import Path

import zstandard

LEVEL = 3


class BodyError(OSError):
    """A body is not in the store, or is no longer what it was."""


class Bodies:
    """A content-addressed store: ``<root>/ab/cd…``, zstandard, written once."""

    def __init__(self, root: Path) -> None:
        self.root = root

    def path(self, sha256: str) -> Path:
        """Return where a body lies, or would lie."""
        return self.root / sha256[:2] / sha256[2:]

    def put(self, body: bytes) -> str:
        """Store `body` durably and return its SHA-256; a body that is there costs nothing.

        Raises
        ------
        OSError
            If it cannot be written; then nothing of it is left.
        """
        sha256 = hashlib.sha256(body).hexdigest()
        path = self.path(sha256)
        if not path.exists():
            path.parent.mkdir(parents=True, exist_ok=True)
            write_durably(path, zstandard.compress(body, LEVEL))
        return sha256

    def get(self, sha256: str) -> bytes:
        """Return a body.

        Raises
        ------
        BodyError
            If it is not there, or damaged; names the hash and the file.
        """
        path = self.path(sha256)
        try:
            body = zstandard.decompress(path.read_bytes())
        except FileNotFoundError as error:
            raise BodyError(f"no body {sha256} at {path}; restore it from a backup") from error
        except zstandard.ZstdError as error:
            raise BodyError(f"{path} is damaged: {error}; restore it from a backup") from error
        if hashlib.sha256(body).hexdigest() != sha256:
            raise BodyError(f"{path} is not the body {sha256}; restore it from a backup")
        return body

    def __contains__(self, sha256: str) -> bool:
        return self.path(sha256).exists()


def write_durably(path: Path, content: bytes) -> None:
    """Write a file so that after a crash it is there whole, or not at all."""
    draft = path.with_name(f"{path.name}.{os.getpid()}.part")
    try:
        with draft.open("wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        draft.replace(path)
    except OSError:
        draft.unlink(missing_ok=True)
        raise
    sync_folder(path.parent)


def sync_folder(folder: Path) -> None:
    """Make a renamed file's name durable."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
