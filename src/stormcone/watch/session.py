"""Sessions: who is logged in at this site, known by 256 random bits that are stored hashed."""

import hmac
import secrets
import sqlite3
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

from msgspec import Struct

from stormcone.watch.account import Accounts, sha256
from stormcone.watch.release import Officer

IDLE = timedelta(minutes=30)
LONGEST = timedelta(hours=14)
NOTED_EVERY_S = 60.0
CSRF_LABEL = b"stormcone-csrf-v1"


class SessionError(ValueError):
    """A session is over, unknown, or its page's token is of another session."""


class Session(Struct, frozen=True, kw_only=True):
    """A log-in; `id` (half of the token's SHA-256) names it in lists and is no secret."""

    id: str
    officer: str
    created: datetime
    seen: datetime
    address: str


class Sessions:
    """The sessions of a site, in the accounts' file."""

    def __init__(self, accounts: Accounts) -> None:
        self._accounts = accounts

    def open(self, officer: Officer, now: datetime, address: str = "") -> str:
        """Return the token of a new session, for the cookie; call it after each log-in."""
        token = secrets.token_hex(32)
        at = now.timestamp()
        row = (sha256(token), officer.id, officer.changed, at, at, address)
        with self._accounts.transaction() as database:
            database.execute("DELETE FROM session WHERE seen <= ?", ((now - IDLE).timestamp(),))
            database.execute("INSERT INTO session VALUES (?, ?, ?, ?, ?, ?)", row)
        return token

    def find(self, token: str, now: datetime, officers: Mapping[str, Officer]) -> Session:
        """Return the session of a cookie and note, to the minute, that it was seen.

        Raises
        ------
        SessionError
            If it ended, was idle for 30 min, is 14 h old, or the officer was disabled or had
            a role granted or revoked since: log in again.
        """
        with self._accounts.transaction() as database:
            row = database.execute(
                "SELECT token_sha256, officer, created, seen, address, rights FROM session "
                "WHERE token_sha256 = ?",
                (sha256(token),),
            ).fetchone()
            if row is not None and _is_good(row, now, officers):
                _note_seen(database, row, now)
                return _session(row[:5])
            database.execute("DELETE FROM session WHERE token_sha256 = ?", (sha256(token),))
        raise SessionError("this session is over; log in again")

    def listed(self, officer: str) -> tuple[Session, ...]:
        """Return an officer's sessions, oldest first."""
        with self._accounts.transaction() as database:
            rows = database.execute(
                "SELECT token_sha256, officer, created, seen, address FROM session "
                "WHERE officer = ? ORDER BY created",
                (officer,),
            ).fetchall()
        return tuple(_session(row) for row in rows)

    def end(self, officer: str, session: str) -> None:
        """End one session of an officer, by its id."""
        with self._accounts.transaction() as database:
            database.execute(
                "DELETE FROM session WHERE officer = ? AND substr(token_sha256, 1, 32) = ?",
                (officer, session),
            )

    def end_all(self, officer: str) -> None:
        """End all sessions of an officer."""
        with self._accounts.transaction() as database:
            database.execute("DELETE FROM session WHERE officer = ?", (officer,))


def csrf_token(token: str) -> str:
    """Return what a page of this session sends with every change."""
    return hmac.new(token.encode(), CSRF_LABEL, "sha256").hexdigest()


def check_csrf(token: str, sent: str) -> None:
    """Check that a change comes from a page of this session.

    Raises
    ------
    SessionError
        If the page's token is missing or another session's.
    """
    if not hmac.compare_digest(csrf_token(token).encode(), sent.encode()):
        raise SessionError("this page belongs to another session; reload it")


def _is_good(
    row: tuple[str, str, float, float, str, int],
    now: datetime,
    officers: Mapping[str, Officer],
) -> bool:
    _, name, created, seen, _, rights = row
    officer = officers.get(name)
    if officer is None or officer.disabled or officer.changed != rights:
        return False
    idle_s, age_s = now.timestamp() - seen, now.timestamp() - created
    return idle_s < IDLE.total_seconds() and age_s < LONGEST.total_seconds()


def _note_seen(
    database: sqlite3.Connection, row: tuple[str, str, float, float, str, int], now: datetime
) -> None:
    at = now.timestamp()
    if at - row[3] >= NOTED_EVERY_S:
        database.execute("UPDATE session SET seen = ? WHERE token_sha256 = ?", (at, row[0]))


def _session(row: tuple[str, str, float, float, str]) -> Session:
    token_sha256, officer, created, seen, address = row
    return Session(
        id=token_sha256[:32],
        officer=officer,
        created=datetime.fromtimestamp(created, UTC),
        seen=datetime.fromtimestamp(seen, UTC),
        address=address,
    )
