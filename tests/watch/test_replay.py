"""The same scenario gives the same journal, byte for byte, also after a kill and a restart."""

import pytest
import watch_kit as kit
from watch_kit import MINUTE, T0

from stormcone.advisory.advisory import Status
from stormcone.watch.desk import Desk
from stormcone.watch.exercise import due_releases, due_signatures
from stormcone.watch.fold import fold
from stormcone.watch.housekeeping import Check
from stormcone.watch.key import scenario_key
from stormcone.watch.sign_off import AlreadyDoneError

WHO = kit.identity(scenario=kit.SCENARIO)


def minute_of(desk, minute):
    """Do what the storm asks for in one minute; what was done before is not done again."""
    now = T0 + minute * MINUTE
    if minute % 7 == 0 and not any(d.created == now for d in desk.state.drafts.values()):
        last = desk.state.live()[-1:] if minute % 14 else ()
        numbers = tuple(thread.last.number for thread in last)
        kit.draft(desk, kit.advisory(status=Status.EXERCISE, replaces=numbers, at=now), now=now)
    for officer, signing in due_signatures(desk.state, now):
        desk.do(signing, now=now, officer=officer)
    while due := due_releases(desk.state, now):
        desk.do(due[0], now=now)
    desk.do(Check(), now=now)


def played(store, minutes):
    desk = kit.found(store, scenario=kit.SCENARIO)
    for minute in range(minutes):
        minute_of(desk, minute)
    return desk


def test_two_runs_write_the_same_bytes():
    one, two = kit.MemoryStore(), kit.MemoryStore()
    assert played(one, 30).state.sha256 == played(two, 30).state.sha256
    assert one.kept == two.kept
    assert len(one.kept) > 40


def test_a_run_that_was_killed_goes_on_to_the_same_bytes(store):
    whole = kit.MemoryStore()
    played(whole, 30)
    desk = played(store, 13)
    minutes_done = desk.state.at
    for minute in range(13, 30):
        desk = Desk(store, WHO, kit.render)
        assert desk.state.at >= minutes_done
        minute_of(desk, minute)
    assert store.read() == whole.kept


def test_replay_from_the_records_is_the_live_state(store):
    desk = played(store, 30)
    assert fold(store.read()) == desk.state
    assert fold(store.read()).sha256 == desk.state.sha256


def test_the_ids_and_keys_of_a_replay_are_everybodys():
    assert scenario_key("a-storm", "A").public_key == scenario_key("a-storm", "A").public_key
    assert scenario_key("a-storm", "A").public_key != scenario_key("a-storm", "B").public_key
    desk = played(kit.MemoryStore(), 3)
    assert {event.id.version for event in desk.events()} == {8}
    assert desk.state.centre.scenario == kit.SCENARIO
    assert desk.state.centre.policy.exercise


def test_founding_again_after_a_restart_is_told_as_done(store):
    desk = played(store, 3)
    with pytest.raises(AlreadyDoneError):
        kit.found(store, scenario=kit.SCENARIO)
    assert desk.verify().bad_seq is None
