"""The journal: durable appends against bare commits, and folding against its necessary work."""

import hashlib
import sqlite3
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from stormcone.watch.body import FoundingSite, Policy, Role
from stormcone.watch.command import no_bulletins
from stormcone.watch.desk import Desk, Identity
from stormcone.watch.event import SIGNED_PREFIX, read_event, unseal
from stormcone.watch.fold import fold
from stormcone.watch.housekeeping import Enrol, Found, WriteNote
from stormcone.watch.key import SiteKey
from stormcone.watch.sqlite import SqliteStore

T0 = datetime(2026, 1, 19, tzinfo=UTC)
KEY = SiteKey(b"bench" + bytes(27))
NOTE = WriteNote(text="The auroral oval reaches 62 N; PCA over both polar caps goes on. " * 6)
COMMITS, EVENTS = 400, 4000


@contextmanager
def desk_in(folder: Path) -> Iterator[tuple[Desk, SqliteStore]]:
    """Give a desk at a new centre with one officer."""
    store = SqliteStore(folder)
    desk = Desk(store, Identity(site="A", key=KEY), no_bulletins)
    site = FoundingSite(name="A", location="ZBBB", public_key=KEY.public_key)
    desk.do(Found(name="BENCH", sites=(site,), policy=Policy()), now=T0)
    roles = (Role.ADMINISTRATOR, Role.DUTY_OFFICER)
    officer = Enrol(officer="li", person="Li", organisation="CMA", roles=roles)
    desk.do(officer, now=T0)
    yield desk, store
    store.close()


def seconds(act: Callable[[int], object], times: int) -> list[float]:
    """Return how long each call took."""
    spent = []
    for turn in range(times):
        began = time.perf_counter()
        act(turn)
        spent.append(time.perf_counter() - began)
    return spent


def interleaved(folder: Path) -> tuple[list[float], list[float]]:
    """Return the durations of bare one-row commits and of appends, in turns on one disk."""
    bare = sqlite3.connect(folder / "bare.sqlite", isolation_level=None)
    bare.execute("PRAGMA journal_mode=WAL")
    bare.execute("PRAGMA synchronous=FULL")
    bare.execute("CREATE TABLE row (seq INTEGER PRIMARY KEY, bytes BLOB)")
    row = b"x" * 800
    commits, appends = [], []
    with desk_in(folder / "desk") as (desk, _):
        for _ in range(COMMITS // 20):
            commits += seconds(
                lambda _: bare.execute("INSERT INTO row VALUES (NULL, ?)", (row,)), 20
            )
            appends += seconds(
                lambda turn: desk.do(NOTE, now=T0 + timedelta(seconds=turn), officer="li"), 20
            )
    bare.close()
    return commits, appends


def folding(folder: Path) -> tuple[float, float]:
    """Return the best seconds of a whole fold, and of only verify + SHA-256 + decode."""
    with desk_in(folder) as (desk, store):
        for turn in range(EVENTS):
            desk.do(NOTE, now=T0 + timedelta(seconds=turn), officer="li")
        records = store.read(0, 10**6)
    key = Ed25519PublicKey.from_public_bytes(bytes.fromhex(KEY.public_key))

    def necessary(_: int) -> None:
        for seq, record in enumerate(records, 1):
            signature, json = unseal(record, seq)
            key.verify(signature, SIGNED_PREFIX + json)
            hashlib.sha256(record).hexdigest()
            read_event(json, seq)

    whole, least = [], []
    for _ in range(5):
        whole += seconds(lambda _: fold(records), 1)
        least += seconds(necessary, 1)
    return min(whole) / len(records), min(least) / len(records)


def measure() -> dict[str, float]:
    """Return the journal's figures of this machine and disk."""
    with tempfile.TemporaryDirectory() as folder:
        commits, appends = interleaved(Path(folder))
        fold_s, least_s = folding(Path(folder) / "fold")
    return {
        "journal appends a second": len(appends) / sum(appends),
        "journal append p50 ms": 1e3 * statistics.median(appends),
        "journal append p50 / bare commit p50": statistics.median(appends)
        / statistics.median(commits),
        "journal fold us per event": 1e6 * fold_s,
        "journal fold / verify + sha256 + decode": fold_s / least_s,
    }


if __name__ == "__main__":
    for name, value in measure().items():
        print(f"{name:45} {value:10.2f}")
