"""Accounts: who may log in at this site; secrets never leave it and never enter the journal."""

import hashlib
import hmac
import os
import re
import secrets
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from stormcone.watch.body import Attestation, Means

SHORTEST_PASSWORD = 12
LONGEST_PASSWORD = 1024
FREE_FAILURES = 10
FAILURES_COUNT_FOR = timedelta(minutes=15)
LONGEST_DELAY_S = 300.0
ACCOUNT_NAME = re.compile(r"[a-z0-9][a-z0-9._-]{0,63}")

_TABLES = """
CREATE TABLE IF NOT EXISTS account (
    name TEXT PRIMARY KEY, password_hash TEXT NOT NULL, created REAL NOT NULL
) STRICT;
CREATE TABLE IF NOT EXISTS failure (subject TEXT NOT NULL, at REAL NOT NULL) STRICT;
CREATE INDEX IF NOT EXISTS failure_subject ON failure (subject, at);
CREATE TABLE IF NOT EXISTS set_up (
    one INTEGER PRIMARY KEY CHECK (one = 1), token_sha256 TEXT NOT NULL
) STRICT;
CREATE TABLE IF NOT EXISTS session (
    token_sha256 TEXT PRIMARY KEY, officer TEXT NOT NULL, rights INTEGER NOT NULL,
    created REAL NOT NULL, seen REAL NOT NULL, address TEXT NOT NULL
) STRICT;
CREATE INDEX IF NOT EXISTS session_officer ON session (officer);
"""


HASHED_AT_ONCE = 2
"""Each check of a password takes 64 MiB; more at once would let strangers fill the memory."""
HASHING_WAITS_S = 5.0


class LogInError(ValueError):
    """Name or password is wrong; which of them is not said."""

    def __init__(self) -> None:
        super().__init__("name or password is wrong; try again, or ask an administrator")


class TooManyFailuresError(ValueError):
    """Too many wrong passwords for this account or from this address; wait `wait_s` seconds."""

    def __init__(self, wait_s: float) -> None:
        self.wait_s = wait_s
        super().__init__(f"too many wrong passwords; wait {wait_s:.0f} s, then try again")


class PasswordError(ValueError):
    """A new password cannot be used."""


class SetUpError(ValueError):
    """The one-time set-up link is used up, or was never given out."""


class Accounts:
    """``accounts.sqlite`` in a folder, mode 0600; safe between threads."""

    def __init__(self, folder: Path, hasher: PasswordHasher | None = None) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.path = folder / "accounts.sqlite"
        os.close(os.open(self.path, os.O_RDWR | os.O_CREAT, 0o600))
        self.path.chmod(0o600)
        self._lock = threading.RLock()
        self._hasher = hasher or PasswordHasher()
        self._hashing = threading.BoundedSemaphore(HASHED_AT_ONCE)
        self._nobody = self._hasher.hash(secrets.token_hex(16))
        self._database = sqlite3.connect(
            self.path, isolation_level=None, check_same_thread=False
        )
        self._database.executescript(_TABLES)

    def close(self) -> None:
        """Close the file."""
        self._database.close()

    @contextmanager
    def transaction(self) -> Iterator[sqlite3.Connection]:
        """Hold the accounts' file for some statements that happen together or not at all."""
        with self._lock:
            self._database.execute("BEGIN IMMEDIATE")
            try:
                yield self._database
                self._database.execute("COMMIT")
            except BaseException:
                self._database.execute("ROLLBACK")
                raise

    def names(self) -> tuple[str, ...]:
        """Return the names of all accounts."""
        with self._lock:
            rows = self._database.execute("SELECT name FROM account ORDER BY name").fetchall()
        return tuple(name for (name,) in rows)

    def set_password(self, name: str, password: str, now: datetime) -> None:
        """Make an account, or give it another password; all its sessions end.

        Raises
        ------
        PasswordError
            If the password is shorter than 12 characters, or the name is not one.
        """
        check_name(name)
        hashed = self._hasher.hash(check_new(password))
        with self.transaction() as database:
            database.execute(
                "INSERT INTO account VALUES (?, ?, ?) "
                "ON CONFLICT (name) DO UPDATE SET password_hash = excluded.password_hash",
                (name, hashed, now.timestamp()),
            )
            database.execute("DELETE FROM session WHERE officer = ?", (name,))

    def check_password(
        self, name: str, password: str, now: datetime, address: str = ""
    ) -> None:
        """Check a password once; an unknown name costs the same time and says the same.

        Raises
        ------
        LogInError
            If name or password is wrong.
        TooManyFailuresError
            If there were 10 failures in 15 min of this account or address: then each one
            doubles the wait, up to 5 min, and never locks for good.
        """
        subjects = _subjects(name, address)
        self._check_delay(subjects, now)
        with self._lock:
            row = self._database.execute(
                "SELECT password_hash FROM account WHERE name = ?", (name,)
            ).fetchone()
        stored = row[0] if row else self._nobody
        if not self._matches(stored, password) or row is None:
            self._note_failure(subjects, now)
            raise LogInError
        if self._hasher.check_needs_rehash(stored):
            self._rehash(name, stored, password)

    def attest(
        self, name: str, password: str, content_sha256: str, now: datetime, address: str = ""
    ) -> Attestation:
        """Check the password typed again and return the site's word for one signature."""
        self.check_password(name, password, now, address)
        return Attestation(
            officer=name,
            means=Means.PASSWORD,
            content_sha256=content_sha256,
            nonce=secrets.token_hex(16),
            at=now.replace(microsecond=now.microsecond // 1000 * 1000),
        )

    def _matches(self, stored: str, password: str) -> bool:
        if not self._hashing.acquire(timeout=HASHING_WAITS_S):
            raise TooManyFailuresError(HASHING_WAITS_S)
        try:
            return self._hasher.verify(stored, password[:LONGEST_PASSWORD])
        except (VerificationError, InvalidHashError):
            return False
        finally:
            self._hashing.release()

    def _rehash(self, name: str, stored: str, password: str) -> None:
        with self.transaction() as database:
            database.execute(
                "UPDATE account SET password_hash = ? WHERE name = ? AND password_hash = ?",
                (self._hasher.hash(password), name, stored),
            )

    def _check_delay(self, subjects: tuple[str, ...], now: datetime) -> None:
        since = (now - FAILURES_COUNT_FOR).timestamp()
        with self._lock:
            rows = [
                self._database.execute(
                    "SELECT count(*), max(at) FROM failure WHERE subject = ? AND at > ?",
                    (subject, since),
                ).fetchone()
                for subject in subjects
            ]
        wait_s = max(_left_s(delay_s(n), now.timestamp() - (at or 0)) for n, at in rows)
        if wait_s > 0:
            raise TooManyFailuresError(wait_s)

    def _note_failure(self, subjects: tuple[str, ...], now: datetime) -> None:
        since = (now - FAILURES_COUNT_FOR).timestamp()
        with self.transaction() as database:
            database.execute("DELETE FROM failure WHERE at <= ?", (since,))
            database.executemany(
                "INSERT INTO failure VALUES (?, ?)", [(s, now.timestamp()) for s in subjects]
            )

    def new_set_up_token(self) -> str:
        """Return a fresh one-time token for the first administrator; earlier ones are void.

        Raises
        ------
        SetUpError
            If there is an account already.
        """
        if self.names():
            raise SetUpError("this site has accounts already; an administrator enrols others")
        token = secrets.token_urlsafe(32)
        with self.transaction() as database:
            database.execute("INSERT OR REPLACE INTO set_up VALUES (1, ?)", (sha256(token),))
        return token

    def check_set_up_token(self, token: str) -> None:
        """Check the one-time token; it is good until `use_set_up_token`.

        Raises
        ------
        SetUpError
            If it is not the last one given out, or is used up.
        """
        with self._lock:
            row = self._database.execute("SELECT token_sha256 FROM set_up").fetchone()
        if row is None or not hmac.compare_digest(row[0], sha256(token)):
            raise SetUpError(
                "this set-up link is used up or not the last one; start anew for one"
            )

    def use_set_up_token(self) -> None:
        """Make the one-time token good for nothing."""
        with self.transaction() as database:
            database.execute("DELETE FROM set_up")


def delay_s(failures: int) -> float:
    """Return how long after the last failure the next attempt is heard.

    Examples
    --------
    >>> [delay_s(failures) for failures in (9, 10, 13, 100)]
    [0.0, 1.0, 8.0, 300.0]
    """
    if failures < FREE_FAILURES:
        return 0.0
    return min(2.0 ** min(failures - FREE_FAILURES, 20), LONGEST_DELAY_S)


def _left_s(delay: float, past_s: float) -> float:
    """Return what is left of a delay; a clock that was set back does not lengthen it."""
    return delay - max(past_s, 0.0)


def check_new(password: str) -> str:
    """Return a password that may be set: 12 characters or more, and no other rule.

    Raises
    ------
    PasswordError
        With the length that it has.
    """
    if not SHORTEST_PASSWORD <= len(password) <= LONGEST_PASSWORD:
        raise PasswordError(
            f"a password of {len(password)} characters; {SHORTEST_PASSWORD} to "
            f"{LONGEST_PASSWORD} are asked for, of any kind"
        )
    return password


def check_name(name: str) -> str:
    """Return a name that an account may have.

    Raises
    ------
    PasswordError
        If it has other characters than small letters, digits, dot, hyphen and underscore.
    """
    if not ACCOUNT_NAME.fullmatch(name):
        raise PasswordError(f"{name!r} is not an account's name: 1 to 64 of a-z 0-9 . _ -")
    return name


def sha256(secret: str) -> str:
    """Return what is stored in place of a token."""
    return hashlib.sha256(secret.encode()).hexdigest()


def _subjects(name: str, address: str) -> tuple[str, ...]:
    """Return what failures are counted for; a name of any length is counted by its digest."""
    account = f"account {sha256(name)}"
    return (account, f"address {address}") if address else (account,)
