"""The archive answers as of a time, and nothing that comes later changes the answer."""

import shutil
import threading
from datetime import UTC, datetime, timedelta
from itertools import groupby

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from stormcone.observation import parquet
from stormcone.observation.archive import Archive, ArchiveError
from stormcone.observation.columns import from_ms
from stormcone.observation.feed import (
    QUANTITIES,
    Capture,
    Flag,
    Notice,
    Observation,
    Provenance,
)
from stormcone.observation.gaps import Poll
from stormcone.observation.goes import xrs
from stormcone.observation.parquet import CompactionError, TableError

NOON = datetime(2026, 1, 18, 12, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
XRAYS = "xray_flux_w_m2"
GOOD = Flag(0)


def reading(minutes, value=1e-6, source="GOES-18", flags=GOOD):
    return Observation(
        quantity=XRAYS,
        value=value,
        at=NOON + minutes * MINUTE,
        span_s=60,
        source=source,
        flags=flags,
    )


def told(archive, known, start=-600, end=600):
    """Everything the archive answers as of `known`, as plain values."""
    found = archive.series(
        XRAYS, NOON + start * MINUTE, NOON + end * MINUTE, known=NOON + known * MINUTE
    )
    return [
        (one.source, at, known, str(value), flags, word)
        for one in found
        for at, known, value, flags, word in zip(
            one.at.tolist(),
            one.known.tolist(),
            one.value.tolist(),
            one.flags.tolist(),
            one.provenance,
            strict=True,
        )
    ]


@pytest.fixture
def archive(tmp_path):
    with Archive(tmp_path) as made:
        yield made


rows = st.lists(
    st.tuples(
        st.integers(0, 5),
        st.integers(0, 9),
        st.none() | st.sampled_from([1e-6, 2e-6, 3e-6]),
        st.sampled_from(["GOES-18", "GOES-19"]),
    ),
    max_size=30,
)


def add(archive, found):
    """Add rows in the order given, those that follow each other with one time in one call."""
    for known, body in groupby(found, key=lambda row: row[1]):
        readings = [reading(at, value, source) for at, _, value, source in body]
        archive.add(readings, known=NOON + known * MINUTE)


@settings(max_examples=60)
@given(before=rows, after=rows, t1=st.integers(0, 9))
def test_what_becomes_known_later_changes_no_earlier_answer(
    tmp_path_factory, before, after, t1
):
    with Archive(tmp_path_factory.mktemp("archive")) as archive:
        add(archive, before)
        answer = told(archive, t1)
        newest = archive.newest(XRAYS, known=NOON + t1 * MINUTE)
        add(archive, [row for row in after if row[1] > t1])
        assert told(archive, t1) == answer
        assert archive.newest(XRAYS, known=NOON + t1 * MINUTE) == newest


@settings(max_examples=60)
@given(found=rows, t=st.integers(0, 9))
def test_the_answer_is_the_last_word_on_each_instant(tmp_path_factory, found, t):
    in_time = sorted(found, key=lambda row: row[1])
    with Archive(tmp_path_factory.mktemp("archive")) as archive:
        add(archive, in_time)
        first_of_its_time = {(row[3], row[0], row[1]): row[2] for row in reversed(in_time)}
        last = {}
        for (source, at, known), value in sorted(
            first_of_its_time.items(), key=lambda item: item[0][2]
        ):
            if known <= t:
                last[source, at] = "nan" if value is None else str(value)
        got = {(row[0], at_minute(row[1])): row[3] for row in told(archive, t)}
        assert got == last


def at_minute(at):
    return round((at.replace(tzinfo=UTC) - NOON) / MINUTE)


@settings(max_examples=10)
@given(found=rows, t=st.integers(0, 9))
def test_compaction_changes_no_answer(tmp_path_factory, found, t):
    with Archive(tmp_path_factory.mktemp("archive")) as archive:
        add(archive, found)
        answer = told(archive, t)
        archive.compact(NOON + timedelta(days=1))
        assert told(archive, t) == answer
        assert archive.compact(NOON + timedelta(days=1)) == 0


def test_the_same_row_again_is_no_new_row(archive):
    body = [reading(n) for n in range(5)]
    assert archive.add(body, known=NOON) == 5
    assert archive.add(body, known=NOON) == 0
    assert archive.add(body[::-1], known=NOON + MINUTE) == 0
    assert archive.add([reading(4, 2e-6)], known=NOON + 2 * MINUTE) == 1


def test_a_correction_is_read_from_when_it_was_known(archive):
    archive.add([reading(0, 1e-6)], known=NOON)
    archive.add([reading(0, 5e-6)], known=NOON + 10 * MINUTE)
    assert [row[3] for row in told(archive, 9)] == ["1e-06"]
    assert [row[3] for row in told(archive, 10)] == ["5e-06"]
    assert told(archive, -1) == []


def test_both_ends_are_part_of_the_answer_and_sources_stay_apart(archive):
    archive.add([reading(n, source=s) for n in range(4) for s in ("B", "A")], known=NOON)
    assert [row[0] for row in told(archive, 0, 1, 2)] == ["A", "A", "B", "B"]
    (only,) = archive.series(XRAYS, NOON, NOON + 9 * MINUTE, known=NOON, source="B")
    assert (only.source, len(only)) == ("B", 4)
    assert archive.series(XRAYS, NOON, NOON, known=NOON, source="C") == ()


def test_the_newest_usable_reading_is_found_among_doubtful_ones(archive):
    doubtful = [reading(9, None, flags=Flag.FILL), reading(8, 1e-3, flags=Flag.SPIKE)]
    archive.add([reading(1), reading(5, 2e-6), *doubtful], known=NOON)
    newest = archive.newest(XRAYS, known=NOON)
    assert (newest.value, newest.at) == (2e-6, NOON + 5 * MINUTE)
    assert archive.newest("kp", known=NOON) is None


def test_the_newest_is_found_even_when_it_is_months_old_and_compacted(archive):
    archive.add([reading(0)], known=NOON)
    archive.compact(NOON + timedelta(days=2))
    assert archive.newest(XRAYS, known=NOON + timedelta(days=90)).at == NOON


def test_provenance_and_missing_values_survive(archive):
    one = reading(0, None, flags=Flag.FILL | Flag.CONTAMINATED)
    two = Observation(
        quantity=XRAYS,
        value=2e-6,
        at=NOON + MINUTE,
        source="GOES-18",
        provenance=Provenance.RECONSTRUCTED,
    )
    archive.add([one, two], known=NOON)
    for _ in range(2):
        (found,) = archive.series(XRAYS, NOON, NOON + MINUTE, known=NOON)
        assert np.isnan(found.value[0])
        assert Flag(int(found.flags[0])) == Flag.FILL | Flag.CONTAMINATED
        assert found.provenance == (Provenance.OBSERVED, Provenance.RECONSTRUCTED)
        archive.compact(NOON + timedelta(days=1))


def test_an_unknown_quantity_is_an_error(archive):
    with pytest.raises(KeyError, match="bz_nt"):
        archive.series("bz_nt", NOON, NOON, known=NOON)


def test_notices_are_read_as_they_were_known(archive):
    first = Notice(code="ALTK05", kind="ALERT", issued=NOON, text="one")
    other = Notice(code="WATA20", kind="WATCH", issued=NOON + MINUTE, text="two")
    corrected = Notice(code="ALTK05", kind="ALERT", issued=NOON, text="one, corrected")
    archive.add([first, other], known=NOON + MINUTE)
    archive.add([first, other], known=NOON + 2 * MINUTE)
    archive.add([corrected], known=NOON + 5 * MINUTE)

    def notices(minutes, kind=None):
        return archive.notices(
            NOON, NOON + 9 * MINUTE, known=NOON + minutes * MINUTE, kind=kind
        )

    assert notices(0) == ()
    assert notices(4) == (first, other)
    assert notices(5) == (corrected, other)
    assert notices(5, "WATCH") == (other,)


def test_what_a_feed_did_survives_a_restart(tmp_path):
    capture = Capture(sha256="ab", feed="goes-xrs", url="u", fetched=NOON, size=1, site="A")
    good = Poll(feed="goes-xrs", at=NOON, site="A", sha256="ab", newest=NOON - MINUTE)
    bad = [
        Poll(feed="goes-xrs", at=NOON + n * MINUTE, site="A", error="status", detail="503")
        for n in (1, 2)
    ]
    with Archive(tmp_path) as archive:
        archive.add_capture(capture)
        for poll in (good, *bad):
            archive.add_poll(poll)
    with Archive(tmp_path) as archive:
        status = archive.status("goes-xrs")
        assert (status.last_good, status.newest) == (NOON, NOON - MINUTE)
        assert (status.failures, status.silent_since) == (2, NOON + MINUTE)
        assert status.last_error == bad[1]
        assert archive.captures("goes-xrs", NOON, NOON) == (capture,)
        assert archive.status("kp").last_good is None


def test_gaps_name_their_reason(archive):
    there = [n for n in range(60) if not 10 <= n < 15 and not 30 <= n < 32 and n < 57]
    archive.add([reading(n) for n in there], known=NOON + 60 * MINUTE)
    for minute in range(61):
        error = "status" if 10 <= minute < 31 else None
        archive.add_poll(
            Poll(feed="goes-xrs", at=NOON + minute * MINUTE, site="A", error=error)
        )
    known = NOON + 59 * MINUTE + timedelta(seconds=30)
    archive.add([reading(n) for n in there], known=known - MINUTE)
    found = archive.gaps(xrs, XRAYS, NOON, NOON + 60 * MINUTE, known=known)
    assert [(g.start.minute, g.end.minute, g.expected, g.reason) for g in found] == [
        (10, 15, 5, "silent"),
        (30, 32, 2, "silent"),
        (57, 0, 3, "not yet due"),
    ]


def test_an_upstream_gap_and_a_drift_are_told_apart(archive):
    archive.add([reading(0), reading(30), reading(59)], known=NOON + 60 * MINUTE)
    for minute in range(120):
        error = "unreadable" if minute >= 40 else None
        archive.add_poll(
            Poll(feed="goes-xrs", at=NOON + minute * MINUTE, site="A", error=error)
        )
    known = NOON + 120 * MINUTE
    reasons = [
        gap.reason for gap in archive.gaps(xrs, XRAYS, NOON, NOON + 60 * MINUTE, known=known)
    ]
    assert reasons == ["upstream gap", "drifted"]


def test_without_any_poll_a_gap_says_so(archive):
    (gap,) = archive.gaps(xrs, XRAYS, NOON, NOON + 9 * MINUTE, known=NOON + 60 * MINUTE)
    assert (gap.expected, gap.got, gap.reason) == (9, 0, "not polled")


def daily(day, value):
    at = NOON - (4000 - day) * timedelta(days=1)
    return Observation(quantity="ap_daily", value=value, at=at, span_s=86_400, source="GFZ")


def test_a_slow_series_of_years_stays_where_its_body_is_compared_with_it(archive):
    body = [daily(day, float(day % 99)) for day in range(4000)]
    assert archive.add(body, known=NOON) == 4000
    assert archive.compact(NOON) == 0
    assert not list(archive.root.rglob("*.parquet"))
    assert archive.add(body, known=NOON + MINUTE) == 0


def test_only_what_is_sampled_more_often_than_each_half_hour_is_packed(archive):
    for quantity, known in QUANTITIES.items():
        one = Observation(quantity=quantity, value=known.low, at=NOON, source="X")
        archive.add([one], known=NOON)
        assert archive.compact(NOON + timedelta(days=1)) == (known.every_s < 1800)


def test_a_day_that_cannot_be_written_deletes_nothing(archive):
    archive.add([reading(n) for n in range(5)], known=NOON)
    answer = told(archive, 0)
    folder = parquet.day_folder(archive.root / "archive", XRAYS, "GOES-18", NOON.date())
    (folder / "draft.parquet").mkdir(parents=True)
    with pytest.raises(CompactionError, match="nothing was deleted"):
        archive.compact(NOON + timedelta(days=1))
    assert told(archive, 0) == answer
    (folder / "draft.parquet").rmdir()
    assert archive.compact(NOON + timedelta(days=1)) == 5


def test_a_crash_between_writing_and_deleting_loses_and_doubles_nothing(tmp_path):
    with Archive(tmp_path / "one") as archive:
        archive.add([reading(n) for n in range(5)], known=NOON)
        answer = told(archive, 0)
    shutil.copytree(tmp_path / "one", tmp_path / "two")
    with Archive(tmp_path / "one") as archive:
        archive.compact(NOON + timedelta(days=1))
    shutil.copytree(tmp_path / "one" / "archive", tmp_path / "two" / "archive")
    with Archive(tmp_path / "two") as archive:
        assert told(archive, 0) == answer
        archive.compact(NOON + timedelta(days=1))
        assert told(archive, 0) == answer


def test_a_late_correction_joins_a_compacted_day(archive):
    archive.add([reading(n) for n in range(3)], known=NOON)
    archive.compact(NOON + timedelta(days=1))
    archive.add([reading(1, 9e-6)], known=NOON + MINUTE)
    archive.compact(NOON + timedelta(days=1))
    assert len(list((archive.root / "archive").rglob("part-*.parquet"))) == 1
    assert [row[3] for row in told(archive, 1)] == ["1e-06", "9e-06", "1e-06"]
    assert [row[3] for row in told(archive, 0)] == ["1e-06"] * 3


@pytest.mark.parametrize("form", ["csv", "json", "parquet"])
def test_an_export_that_cannot_be_written_says_what_is_wrong(archive, tmp_path, form):
    archive.add([reading(0)], known=NOON)
    path = tmp_path / "none" / f"x.{form}"
    with pytest.raises(TableError, match=rf"none/x.{form} is not written: ") as error:
        archive.export(XRAYS, NOON, NOON, known=NOON, path=path)
    assert "deleted" not in str(error.value)


@pytest.mark.parametrize("form", ["csv", "json", "parquet"])
def test_an_export_holds_what_was_known(archive, tmp_path, form):
    archive.add([reading(n) for n in range(3)], known=NOON)
    archive.add([reading(3)], known=NOON + MINUTE)
    path = tmp_path / f"out.{form}"
    assert archive.export(XRAYS, NOON, NOON + 9 * MINUTE, known=NOON, path=path) == 3
    assert path.stat().st_size > 100
    with pytest.raises(ValueError, match="cannot export"):
        archive.export(XRAYS, NOON, NOON, known=NOON, path=tmp_path / "out.xls")


def test_threads_may_read_while_one_writes(archive):
    failures = []

    def read_on():
        for _ in range(200):
            minutes = [row[1] for row in told(archive, 600)]
            if minutes != sorted(set(minutes)):
                failures.append(minutes)

    readers = [threading.Thread(target=read_on) for _ in range(3)]
    for reader in readers:
        reader.start()
    for minute in range(100):
        archive.add([reading(minute)], known=NOON)
    for reader in readers:
        reader.join()
    assert not failures
    assert len(told(archive, 600)) == 100


def test_a_folder_that_cannot_be_made_is_named_with_the_free_bytes(tmp_path):
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(ArchiveError, match=r"archive.sqlite.*bytes are free"):
        Archive(tmp_path / "file")


def test_a_full_disk_is_an_error_and_loses_nothing_that_was_there(tmp_path):
    with Archive(tmp_path) as archive:
        archive.add([reading(0)], known=NOON)
        archive._ledger._database.execute("PRAGMA max_page_count = 1")
        with pytest.raises(ArchiveError, match=r"full.*bytes are free there: make room"):
            archive.add([reading(n) for n in range(5000)], known=NOON)
        assert len(told(archive, 0)) == 1


def test_a_closed_archive_says_so(tmp_path):
    archive = Archive(tmp_path)
    archive.close()
    with pytest.raises(ArchiveError, match="closed"):
        archive.add([reading(0)], known=NOON)


def test_a_file_that_is_no_archive_is_refused(tmp_path):
    (tmp_path / "archive.sqlite").write_bytes(b"not a database, but long enough" * 99)
    with pytest.raises(ArchiveError, match="not a database"):
        Archive(tmp_path)


def test_milliseconds_come_back_exactly():
    assert from_ms(1_768_737_600_123).microsecond == 123_000


def test_a_flag_that_needs_neighbours_is_not_lost_at_the_edge_of_a_later_body(archive):
    spike = Flag.SPIKE
    archive.add([reading(0), reading(1, 1e-3, flags=spike), reading(2)], known=NOON)
    assert archive.add([reading(1, 1e-3), reading(2), reading(3)], known=NOON + MINUTE) == 1
    assert [row[4] for row in told(archive, 1)] == [0, spike, 0, 0]
    assert archive.add([reading(2, flags=spike)], known=NOON + 2 * MINUTE) == 1
    assert archive.add([reading(1, 2e-6)], known=NOON + 3 * MINUTE) == 1


def test_the_instrument_of_a_feed_is_that_of_its_newest_reading(archive):
    for number, (feed, source, minutes) in enumerate(
        [("primary", "GOES-18", 0), ("secondary", "GOES-19", 1), ("primary", "GOES-19", 2)]
    ):
        archive.add_capture(
            Capture(sha256=f"{number}", feed=feed, url="u", fetched=NOON, size=1, site="A")
        )
        archive.add([reading(minutes, source=source)], known=NOON, capture=f"{number}")
        assert archive.instrument(feed, XRAYS, NOON + 5 * MINUTE) == source
    assert archive.instrument("secondary", XRAYS, NOON + 5 * MINUTE) is None
    assert archive.instrument("secondary", XRAYS, NOON + MINUTE) == "GOES-19"
    assert archive.instrument("other", XRAYS, NOON) is None


def test_a_reading_that_comes_later_changes_no_earlier_instrument(archive):
    for feed, minutes, known in (("primary", 0, 1), ("secondary", 2, 60)):
        archive.add_capture(
            Capture(sha256=feed, feed=feed, url="u", fetched=NOON, size=1, site="A")
        )
        archive.add([reading(minutes)], known=NOON + known * MINUTE, capture=feed)
    assert archive.instrument("primary", XRAYS, NOON + 59 * MINUTE) == "GOES-18"
    assert archive.instrument("primary", XRAYS, NOON + 60 * MINUTE) is None
    assert archive.instrument("secondary", XRAYS, NOON + 59 * MINUTE) is None


def test_every_quantity_is_taken_and_given_back(archive):
    for quantity, known in QUANTITIES.items():
        one = Observation(quantity=quantity, value=known.low, at=NOON, source="X")
        assert archive.add([one], known=NOON) == 1
        assert archive.newest(quantity, known=NOON).value == known.low
