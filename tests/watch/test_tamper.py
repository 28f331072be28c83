"""A journal that somebody has changed: found, and the record is named."""

from base64 import b64encode

import pytest
import watch_kit as kit
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace
from watch_kit import T0

from stormcone.watch.apply import _happen
from stormcone.watch.body import Body, DutyError, Noted, SiteKeyRevoked
from stormcone.watch.desk import Desk, ForeignJournalError, Identity
from stormcone.watch.event import (
    Event,
    JournalCorruptError,
    UnknownEventError,
    chain_of,
    read_event,
    seal,
    shaped_id,
    unseal,
)
from stormcone.watch.fold import fold, trusted_step
from stormcone.watch.housekeeping import AddSiteKey, Check, RevokeSiteKey, WriteNote
from stormcone.watch.key import SiteKey
from stormcone.watch.state import Head

OWN, OTHER = SiteKey(b"k" * 32), SiteKey(b"o" * 32)


def written():
    store = kit.MemoryStore()
    kit.release(kit.found(store))
    return store.kept


RECORDS = written()


def desk_of(records):
    store = kit.MemoryStore()
    store.kept = list(records)
    return Desk(store, kit.identity(), kit.render)


def after(records, body, *, key=OWN, site="A", **changes):
    """Return a record that follows `records`."""
    prev = chain_of(records[-1])
    event = Event(
        id=shaped_id(prev, body),
        seq=len(records) + 1,
        prev=prev,
        at=T0,
        site=site,
        epoch=0,
        officer=None,
        body=body,
    )
    return seal(replace(event, **changes), key.sign)


@settings(deadline=None)
@given(place=st.integers(0, len(RECORDS) - 1), data=st.data())
def test_any_changed_byte_of_any_record_is_found_there(place, data):
    record = bytearray(RECORDS[place])
    at = data.draw(st.integers(0, len(record) - 1))
    record[at] ^= data.draw(st.integers(1, 255))
    with pytest.raises((JournalCorruptError, UnknownEventError)) as found:
        fold([*RECORDS[:place], bytes(record), *RECORDS[place + 1 :]])
    assert found.value.seq == place + 1


@pytest.mark.parametrize("place", range(len(RECORDS)))
def test_every_bit_of_a_signature_counts(place):
    line, json = RECORDS[place].split(b"\n", 1)
    spare = line[:-3] + bytes([line[-3] + 1]) + b"=="  # base64 has 4 bits more than it needs
    with pytest.raises(JournalCorruptError, match=f"record {place + 1}"):
        fold([*RECORDS[:place], spare + b"\n" + json, *RECORDS[place + 1 :]])


@settings(deadline=None)
@given(st.integers(0, len(RECORDS) - 2))
def test_swapped_records_are_found(place):
    swapped = [*RECORDS]
    swapped[place : place + 2] = RECORDS[place + 1], RECORDS[place]
    assert desk_of(swapped).verify().bad_seq == place + 1


@settings(deadline=None)
@given(st.integers(0, len(RECORDS) - 2))
def test_a_removed_record_is_found(place):
    assert desk_of(RECORDS[:place] + RECORDS[place + 1 :]).verify().bad_seq == place + 1


@settings(deadline=None)
@given(st.integers(1, len(RECORDS) - 1))
def test_an_inserted_record_is_found_behind_it(place):
    inserted = after(RECORDS[:place], Noted(text="never said"))
    report = desk_of([*RECORDS[:place], inserted, *RECORDS[place:]]).verify()
    assert report.bad_seq == place + 2


@settings(deadline=None)
@given(st.integers(1, len(RECORDS) - 1))
def test_a_removed_tail_is_found_by_a_remembered_head(length):
    remembered = Head(len(RECORDS), chain_of(RECORDS[-1]))
    shortened = desk_of(RECORDS[:length])
    assert shortened.verify().bad_seq is None
    assert shortened.verify(remembered).bad_seq == length + 1
    assert desk_of(RECORDS).verify(remembered).bad_seq is None


def test_an_older_copy_with_another_end_is_found_by_a_remembered_head():
    other = [*RECORDS[:-1], after(RECORDS[:-1], Noted(text="another end"))]
    remembered = Head(len(RECORDS), chain_of(RECORDS[-1]))
    assert desk_of(other).verify(remembered).bad_seq == len(RECORDS)


@pytest.mark.parametrize(
    ("key", "site", "says"),
    [
        (OTHER, "A", "no valid key of site 'A'"),
        (OWN, "B", "no valid key of site 'B'"),
    ],
)
def test_a_record_of_another_key_or_in_another_sites_name_is_refused(key, site, says):
    forged = after(RECORDS, Noted(text="buy"), key=key, site=site)
    desk = desk_of([*RECORDS, forged])
    assert desk.head.seq == len(RECORDS)
    assert says in desk.verify().why
    with pytest.raises(OSError, match="only reads"):
        desk.do(WriteNote(text="all quiet"), now=T0, officer="li")


def test_the_forged_record_is_good_but_for_its_signature():
    """The planted weakness: a fold that trusts signatures takes it."""
    forged = after(RECORDS, Noted(text="buy"), key=OTHER)
    state, _ = trusted_step(fold(RECORDS), forged)
    assert state.notes[-1].text == "buy"


def test_a_revoked_key_signs_nothing_any_more():
    desk = desk_of(RECORDS)
    desk.do(AddSiteKey(site="A", public_key=OTHER.public_key), now=T0, officer="root")
    revoke = RevokeSiteKey(site="A", public_key=OWN.public_key, reason="laptop lost")
    with pytest.raises(DutyError, match="sign with another key"):
        desk.do(revoke, now=T0, officer="root")
    renewed = Desk(desk._store, Identity(site="A", key=OTHER), kit.render)
    renewed.do(revoke, now=T0, officer="root")
    records = renewed.records()
    assert renewed.verify().bad_seq is None
    assert fold([*records, after(records, Noted(text="hello"), key=OTHER)]).notes
    with pytest.raises(JournalCorruptError, match="no valid key"):
        fold([*records, after(records, Noted(text="hello"), key=OWN)])


def test_a_key_cannot_revoke_itself():
    gone = SiteKeyRevoked(site="A", public_key=OWN.public_key, reason="lost")
    with pytest.raises(JournalCorruptError, match="revokes itself"):
        fold([*RECORDS, after(RECORDS, gone)])


def test_a_record_that_says_another_number_is_refused():
    with pytest.raises(JournalCorruptError, match="says that it is record 99"):
        fold([*RECORDS, after(RECORDS, Noted(text="hello"), seq=99)])


def newer(old, new):
    """Return a record of a Stormcone that knows more than this one, well signed."""
    _, json = unseal(after(RECORDS, Noted(text="hello")), 0)
    json = json.replace(old, new)
    return b64encode(OWN.sign(b"stormcone-event-v1\n" + json)) + b"\n" + json


@pytest.mark.parametrize(
    ("old", "new"), [(b'"Noted"', b'"TideTurned"'), (b'"text":', b'"loudness":3,"text":')]
)
def test_a_record_from_a_newer_version_stops_the_fold_and_the_site_only_reads(old, new):
    desk = desk_of([*RECORDS, newer(old, new)])
    report = desk.verify()
    assert report.bad_seq == len(RECORDS) + 1
    assert "does not know" in report.why
    assert desk.state.releases
    with pytest.raises(OSError, match="brought up to date"):
        desk.do(WriteNote(text="all quiet"), now=T0, officer="li")


def test_a_checkpoint_of_another_state_is_named():
    desk = desk_of(RECORDS)
    event = desk.do(Check(), now=T0)
    assert desk.state.checked == T0
    assert desk.verify().differing_checkpoints == ()
    wrong = replace(event.body, state_sha256="0" * 64)
    forked = desk_of([*RECORDS, after(RECORDS, wrong)])
    assert forked.verify().differing_checkpoints == (len(RECORDS) + 1,)


def test_a_live_site_refuses_a_replays_journal_and_the_other_way_round():
    store = kit.MemoryStore()
    replay = kit.found(store, scenario=kit.SCENARIO)
    live = Desk(store, kit.identity(), kit.render)
    with pytest.raises(ForeignJournalError, match="founded for scenario 'a-storm'"):
        live.do(WriteNote(text="hello"), now=T0, officer="li")
    assert replay.fault is None
    backwards = kit.MemoryStore()
    kit.found(backwards)
    wrong = Desk(backwards, kit.identity(scenario=kit.SCENARIO), kit.render)
    assert isinstance(wrong.fault, ForeignJournalError)


def test_a_site_with_another_key_file_refuses_the_journal():
    store = kit.MemoryStore()
    store.kept = list(RECORDS)
    stranger = Desk(store, Identity(site="A", key=OTHER), kit.render)
    with pytest.raises(ForeignJournalError, match="right key file"):
        stranger.do(WriteNote(text="hello"), now=T0, officer="li")


def test_records_are_read_from_their_stored_bytes():
    _, json = unseal(RECORDS[0], 1)
    assert read_event(json, 1).body.name == "ACFJ"


def test_every_kind_of_event_does_something_to_the_state():
    assert set(Body.__args__) <= set(_happen.registry)
