"""The alarm for a promised advisory that nobody releases: twice, once each, and gone after."""

import pytest
import watch_kit as kit
from msgspec.structs import replace
from watch_kit import MINUTE, T0

from stormcone.advisory.advisory import Number
from stormcone.effect.effect import Kind
from stormcone.watch.body import AlarmCleared, AlarmRaised
from stormcone.watch.command import ReleaseDraft
from stormcone.watch.housekeeping import AcknowledgeAlarm, See
from stormcone.watch.overdue import due_alarms

ALARM = "advisory.overdue:2026/HF COM/1"


@pytest.fixture
def desk():
    """A centre whose first advisory promised the next one in six hours, at 11:00."""
    opened = kit.found(kit.MemoryStore())
    kit.release(opened)
    return opened


def ring(desk, first, last):
    """Let the minutes pass; return when alarms were raised and cleared."""
    return [
        (minute, desk.do(alarm, now=T0 + minute * MINUTE).body)
        for minute in range(first, last + 1)
        for alarm in due_alarms(desk.state, T0 + minute * MINUTE)
    ]


def test_it_rings_15_minutes_before_and_at_the_promised_time(desk):
    told = ring(desk, 0, 400)
    assert [(minute, str(body.severity)) for minute, body in told] == [
        (345, "high"),
        (360, "critical"),
    ]
    assert {body.alarm for _, body in told} == {ALARM}
    assert "ACFJ promised what follows 2026/HF COM/1 by 19/11:00Z" in told[0][1].note


def test_a_released_successor_silences_it_and_an_unsigned_draft_does_not(desk):
    (thread,) = desk.state.live()
    now = T0 + 350 * MINUTE
    wanted = kit.advisory(replaces=(thread.last.number,), thread=thread.key, at=now)
    name = kit.draft(desk, wanted, now=now)
    assert len(ring(desk, 340, 355)) == 1
    for officer in ("li", "ivanova"):
        kit.sign(desk, name, officer, now)
    desk.do(ReleaseDraft(draft=name), now=now, officer="li")
    ((_, told),) = ring(desk, 356, 600)
    assert isinstance(told, AlarmCleared)
    assert desk.state.alarms[ALARM].cleared == T0 + 356 * MINUTE


def test_whoever_has_seen_the_first_is_called_again_at_the_second(desk):
    ring(desk, 340, 346)
    desk.do(AcknowledgeAlarm(alarm=ALARM), now=T0 + 347 * MINUTE, officer="li")
    assert ring(desk, 347, 359) == []
    ((minute, told),) = ring(desk, 360, 400)
    assert (minute, type(told)) == (360, AlarmRaised)
    assert desk.state.alarms[ALARM].acknowledged is None


def test_an_ended_thread_promises_nothing(desk):
    (thread,) = desk.state.live()
    end = kit.advisory(replaces=(thread.last.number,), thread=thread.key, end=True)
    kit.release(desk, end, now=T0 + MINUTE)
    assert ring(desk, 340, 400) == []


def test_two_runs_of_the_alarm_write_the_same_records():
    journals = []
    for _ in range(2):
        store = kit.MemoryStore()
        desk = kit.found(store, scenario=kit.SCENARIO)
        theirs = replace(kit.advisory(), number=Number(2026, Kind.HF_COM, 5), issued=T0)
        seen = See(centre="ACFJ", number=theirs.number, sha256="0" * 64, advisory=theirs)
        desk.do(seen, now=T0)
        ring(desk, 330, 370)
        journals.append(store.kept)
    assert journals[0] == journals[1]
    assert sum(b"AlarmRaised" in record for record in journals[0]) == 2
