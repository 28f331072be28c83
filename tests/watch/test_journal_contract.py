"""What every backend of the journal promises: one suite, run on each of them."""

import asyncio
from itertools import pairwise

import pytest
import watch_kit as kit
from watch_kit import T0

from stormcone.watch.desk import Desk
from stormcone.watch.event import (
    LARGEST_RECORD_BYTES,
    JournalCorruptError,
    RecordTooLargeError,
    chain_of,
)
from stormcone.watch.housekeeping import WriteNote
from stormcone.watch.journal import ConflictError, MisplacedError
from stormcone.watch.sqlite import SqliteJournal
from stormcone.watch.state import Head

FACES = {"SqliteStore": SqliteJournal}


@pytest.fixture
def journal(store):
    return FACES[type(store).__name__](store)


@pytest.fixture
def written():
    """The records of a small watch, made elsewhere."""
    store = kit.MemoryStore()
    kit.release(kit.found(store))
    return store.kept


def heads(records):
    return [Head(), *(Head(seq, chain_of(r)) for seq, r in enumerate(records, 1))]


async def fill(journal, records):
    for record, expected in zip(records, heads(records), strict=False):
        await journal.append(record, expected=expected)


def test_an_empty_journal_has_a_head_of_noughts(journal):
    assert asyncio.run(journal.head()) == Head(0, "0" * 64)
    assert asyncio.run(journal.read()) == []


def test_records_come_back_as_they_went_in_and_in_order(journal, written):
    asyncio.run(fill(journal, written))
    assert asyncio.run(journal.read()) == written
    assert asyncio.run(journal.head()) == heads(written)[-1]


@pytest.mark.parametrize(("after", "limit"), [(0, 3), (2, 2), (5, 100), (9999, 1)])
def test_reading_starts_after_a_number_and_stops_at_the_limit(journal, written, after, limit):
    asyncio.run(fill(journal, written))
    assert asyncio.run(journal.read(after, limit)) == written[after : after + limit]


def test_a_record_is_written_once_however_often_it_is_offered(journal, written):
    asyncio.run(fill(journal, written))
    asyncio.run(fill(journal, written))
    assert asyncio.run(journal.read()) == written


def test_the_answer_to_a_repeated_record_is_its_own_place(journal, written):
    asyncio.run(fill(journal, written))
    again = asyncio.run(journal.append(written[2], expected=heads(written)[2]))
    assert again == heads(written)[3]


@pytest.mark.parametrize("behind", [1, 2, 3])
def test_a_record_decided_against_an_old_head_is_refused_with_the_new_one(
    journal, written, behind
):
    asyncio.run(fill(journal, written[:-1]))
    with pytest.raises(ConflictError) as refused:
        asyncio.run(journal.append(written[-1], expected=heads(written)[-2 - behind]))
    assert refused.value.head == heads(written)[-2]
    assert asyncio.run(journal.read()) == written[:-1]


def test_a_skipped_number_is_refused(journal, written):
    asyncio.run(fill(journal, written[:3]))
    with pytest.raises(MisplacedError, match="does not follow record 3"):
        asyncio.run(journal.append(written[4], expected=heads(written)[3]))


def test_another_records_id_with_other_bytes_is_refused(journal, written):
    asyncio.run(fill(journal, written[:3]))
    forged = written[2].replace(b"CMA", b"XYZ")
    with pytest.raises(MisplacedError, match="with other bytes"):
        asyncio.run(journal.append(forged, expected=heads(written)[3]))


def test_what_is_no_record_at_all_is_refused(journal, written):
    for rubbish in (b"", b"\n", b"{}", b"A" * 88 + b"\n{}", written[0][:-1]):
        with pytest.raises(JournalCorruptError, match="record 1"):
            asyncio.run(journal.append(rubbish, expected=Head()))


def test_a_record_over_256_kib_is_refused_with_both_numbers(journal, written):
    too_large = written[0] + b" " * LARGEST_RECORD_BYTES
    with pytest.raises(RecordTooLargeError, match=rf"{len(too_large)} bytes .* 262144"):
        asyncio.run(journal.append(too_large, expected=Head()))


def test_of_many_who_append_at_once_one_wins(journal, written):
    async def all_at_once():
        offers = [journal.append(written[0], expected=Head()) for _ in range(8)]
        return await asyncio.gather(*offers)

    assert set(asyncio.run(all_at_once())) == {heads(written)[1]}


def test_following_begins_with_the_past_and_goes_on_with_what_comes(journal, written):
    async def follow_some():
        seen = []
        await fill(journal, written[:3])
        following = journal.follow(1)
        async for record in following:
            seen.append(record)
            if len(seen) == 2:
                await fill(journal, written[:6])
            if len(seen) == 5:
                await following.aclose()
                return seen
        return None

    assert asyncio.run(follow_some()) == written[1:6]


def test_a_healthy_journal_says_so(journal):
    health = asyncio.run(journal.health())
    assert health.writable
    assert health.quorum
    assert health.disk_free_bytes > 0


def test_two_desks_at_one_journal_agree_after_every_command(store):
    one = kit.found(store)
    other = Desk(store, kit.identity(), kit.render)
    for turn in range(6):
        desk = (one, other)[turn % 2]
        desk.do(WriteNote(text=f"turn {turn}"), now=T0, officer="li")
    assert one.refresh().sha256 == other.refresh().sha256
    assert all(
        b.prev == chain_of(r)
        for r, (_, b) in zip(one.records(), pairwise(one.events()), strict=False)
    )


def test_a_desk_that_comes_late_folds_to_the_same_state(store):
    desk = kit.found(store)
    kit.release(desk)
    late = Desk(store, kit.identity(), kit.render)
    assert late.state == desk.state
    assert late.state.sha256 == desk.state.sha256
