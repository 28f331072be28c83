"""The SQLite journal against what happens to disks and processes."""

import os
import resource
import shutil
import sqlite3
import subprocess
import sys
import time
from contextlib import contextmanager
from pathlib import Path

import pytest
import watch_kit as kit
from watch_kit import T0

from stormcone.watch.desk import Desk
from stormcone.watch.event import JournalCorruptError
from stormcone.watch.housekeeping import WriteNote
from stormcone.watch.journal import InUseError, MisplacedError, NotWrittenError
from stormcone.watch.sqlite import SqliteStore

WRITER = Path(__file__).with_name("writer.py")
LONG_NOTE = WriteNote(text="storm " * 600)


def tampered(folder, statement, *values):
    """Change the file behind the journal's back, triggers and all."""
    with sqlite3.connect(folder / "journal.sqlite") as database:
        for trigger in ("record_stays", "record_remains"):
            database.execute(f"DROP TRIGGER {trigger}")
        database.execute(statement, values)
    database.close()


@pytest.fixture
def folder(tmp_path):
    """A folder with a journal in which one advisory was released."""
    store = SqliteStore(tmp_path / "journal")
    kit.release(kit.found(store))
    store.close()
    return tmp_path / "journal"


def test_what_was_written_is_there_after_a_restart(folder):
    store = SqliteStore(folder)
    assert list(Desk(store, kit.identity(), kit.render).state.releases) == ["2026/HF COM/1"]
    store.close()


@pytest.mark.parametrize("change", ["UPDATE record SET chain = ''", "DELETE FROM record"])
def test_the_file_itself_refuses_to_change_or_lose_a_record(folder, change):
    database = sqlite3.connect(folder / "journal.sqlite")
    with pytest.raises(sqlite3.IntegrityError, match="is never"):
        database.execute(change)
    database.close()


def test_the_file_keeps_every_write_on_the_disk(folder):
    store = SqliteStore(folder)
    pragma = {
        name: store._database.execute(f"PRAGMA {name}").fetchone()[0]
        for name in ("journal_mode", "synchronous")
    }
    assert pragma == {"journal_mode": "wal", "synchronous": 2}
    store.close()


def test_a_second_process_is_refused_by_name(folder):
    store = SqliteStore(folder)
    with pytest.raises(InUseError, match=rf"{folder} is in use by process {os.getpid()}"):
        SqliteStore(folder)
    store.close()
    SqliteStore(folder).close()


def test_a_changed_record_is_named(folder):
    tampered(folder, "UPDATE record SET bytes = CAST('x' AS BLOB) WHERE seq = 4")
    store = SqliteStore(folder)
    with pytest.raises(JournalCorruptError, match="record 4 is damaged"):
        store.read()
    desk = Desk(store, kit.identity(), kit.render)
    assert desk.state.head.seq == 0
    with pytest.raises(OSError, match="only reads: journal record 4"):
        desk.do(LONG_NOTE, now=T0, officer="li")
    assert not desk.health().writable
    store.close()


def test_a_missing_record_is_named(folder):
    tampered(folder, "DELETE FROM record WHERE seq = 4")
    store = SqliteStore(folder)
    with pytest.raises(JournalCorruptError, match="record 4 is damaged: it is missing"):
        store.read()
    store.close()


def test_a_number_that_is_given_cannot_be_given_again(folder):
    store = SqliteStore(folder)
    with pytest.raises(sqlite3.IntegrityError):
        store._database.execute("INSERT INTO issued VALUES (2026, 'HF COM', 1, 99)")
    store.close()


def test_a_number_doubled_by_a_wrong_desk_is_refused_by_the_file(folder):
    store = SqliteStore(folder)
    desk = Desk(store, kit.identity(), kit.render)
    desk._state = kit.replace(desk.state, counters={})
    with pytest.raises(MisplacedError, match="UNIQUE"):
        kit.release(desk)
    store.close()


def test_a_file_that_is_no_journal_is_named(tmp_path):
    (tmp_path / "journal.sqlite").write_bytes(b"this is no database" * 1000)
    with pytest.raises(JournalCorruptError, match=r"journal\.sqlite"):
        SqliteStore(tmp_path)


@contextmanager
def no_more_bytes(path):
    """Let no file of this process grow beyond the log that is there now."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (path.stat().st_size, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


def test_a_write_that_the_system_refuses_is_told_and_harms_nothing(store):
    desk = kit.found(store)
    before = desk.head
    with (
        no_more_bytes(Path(f"{store.path}-wal")),
        pytest.raises(NotWrittenError, match=r"journal\.sqlite: disk I/O error; \d+ bytes are"),
    ):
        desk.do(LONG_NOTE, now=T0, officer="li")
    assert store.head() == before
    assert desk.do(LONG_NOTE, now=T0, officer="li").seq == before.seq + 1
    assert desk.verify().bad_seq is None


@pytest.fixture
def small_disk(tmp_path):
    """A disk of 1 MB; only root can have one."""
    mount = shutil.which("mount")
    place = tmp_path / "disk"
    place.mkdir()
    command = [mount, "-t", "tmpfs", "-o", "size=1m", "tmpfs", str(place)]
    if os.geteuid() or not mount or subprocess.run(command, check=False).returncode:
        pytest.skip("needs root and tmpfs: run the tests as root")
    yield place
    subprocess.run(["umount", str(place)], check=True)


def write_for_ever(desk):
    while True:
        desk.do(LONG_NOTE, now=T0, officer="li")


def test_a_full_disk_is_told_with_the_bytes_free_and_writing_goes_on_afterwards(small_disk):
    ballast = small_disk / "ballast"
    ballast.write_bytes(b"x" * 300_000)
    store = SqliteStore(small_disk)
    desk = kit.found(store)
    with pytest.raises(
        NotWrittenError, match=rf"{small_disk}.* \d+ bytes are free there: make"
    ):
        write_for_ever(desk)
    full = desk.head
    assert desk.verify().head == full
    assert not desk.health().writable
    ballast.unlink()
    assert desk.do(LONG_NOTE, now=T0, officer="li").seq == full.seq + 1
    assert desk.verify().bad_seq is None
    store.close()


def killed_after(folder, seconds):
    """Let the writer write, kill it, and return the numbers that it had acknowledged."""
    writer = subprocess.Popen(
        [sys.executable, str(WRITER), str(folder)], stdout=subprocess.PIPE, text=True
    )
    assert writer.stdout.readline() == "ready\n"
    time.sleep(seconds)
    writer.kill()
    said, _ = writer.communicate()
    return [int(line) for line in said.splitlines(keepends=True) if line.endswith("\n")]


@pytest.mark.slow
def test_killing_the_writer_again_and_again_loses_and_doubles_nothing(tmp_path):
    acknowledged = []
    for turn in range(6):
        acknowledged += killed_after(tmp_path, 0.05 + 0.037 * turn)
    store = SqliteStore(tmp_path)
    desk = Desk(store, kit.identity(), kit.render)
    counts = [release.advisory.number.count for release in desk.state.releases.values()]
    assert len(acknowledged) > 20
    assert acknowledged == sorted(set(acknowledged))
    assert set(acknowledged) <= set(counts)
    assert counts == list(range(1, len(counts) + 1))
    assert desk.verify().bad_seq is None
    store.close()
