"""Numbers, threads, counters and alarms: what becomes of them, and of what comes too late."""

import re

import pytest
import watch_kit as kit
from msgspec.structs import replace
from watch_kit import MINUTE, T0

from stormcone.advisory.advisory import Number
from stormcone.advisory.decide import Action
from stormcone.bulletin.bulletin import Bulletin
from stormcone.effect.effect import Kind
from stormcone.watch.body import AlarmSeverity, DutyError
from stormcone.watch.command import ReleaseDraft, ThreadError, Withdraw
from stormcone.watch.housekeeping import (
    AcknowledgeAlarm,
    ClearAlarm,
    Found,
    RaiseAlarm,
    See,
    TakeCounter,
    WriteNote,
)
from stormcone.watch.numbering import CounterError
from stormcone.watch.release import digest, digests
from stormcone.watch.sign_off import AlreadyDoneError


@pytest.fixture
def desk():
    return kit.found(kit.MemoryStore())


def update(desk, release, *, now, end=False, **changes):
    """Release what follows `release` in its thread."""
    (thread,) = [t for t in desk.state.live() if release.advisory.number.key in t.keys]
    wanted = kit.advisory(
        release.advisory.effects[0],
        replaces=(release.advisory.number,),
        thread=thread.key,
        end=end,
        at=now,
        **changes,
    )
    return kit.release(desk, wanted, now=now)


def test_a_thread_lives_from_issue_over_update_to_end(desk):
    first = kit.release(desk)
    second = update(desk, first, now=T0 + 60 * MINUTE)
    (thread,) = desk.state.live(Kind.HF_COM)
    assert (thread.key, thread.keys) == ("2026/HF COM/1", ("2026/HF COM/1", "2026/HF COM/2"))
    assert thread.last == second.advisory
    assert thread.next_by == second.advisory.next_by
    third = update(desk, second, now=T0 + 120 * MINUTE, end=True)
    assert desk.state.live() == ()
    assert desk.state.threads[thread.key].ended == third.advisory.issued
    assert [r.action for r in (first, second, third)] == [
        Action.ISSUE,
        Action.UPDATE,
        Action.END,
    ]


def test_threads_of_one_effect_run_side_by_side_and_merge_into_the_first(desk):
    one, two = kit.release(desk), kit.release(desk, now=T0 + MINUTE)
    assert [t.key for t in desk.state.live(Kind.HF_COM)] == ["2026/HF COM/1", "2026/HF COM/2"]
    both = (one.advisory.number, two.advisory.number)
    kit.release(desk, kit.advisory(replaces=both), now=T0 + 2 * MINUTE)
    (left,) = desk.state.live(Kind.HF_COM)
    assert left.key == "2026/HF COM/1"
    assert desk.state.threads["2026/HF COM/2"].merged_into == left.key


def test_each_effect_counts_for_itself_and_each_year_from_one(desk):
    new_year = T0.replace(year=2027)
    for effect in (Kind.HF_COM, Kind.GNSS, Kind.HF_COM):
        kit.release(desk, kit.advisory(effect))
    kit.release(desk, kit.advisory(at=new_year), now=new_year)
    assert sorted(desk.state.releases) == [
        "2026/GNSS/1",
        "2026/HF COM/1",
        "2026/HF COM/2",
        "2027/HF COM/1",
    ]


def test_a_counter_goes_on_where_another_centre_left_it(desk):
    take = TakeCounter(year=2026, effect=Kind.HF_COM, last=27, evidence="packet of ACFJ")
    desk.do(take, now=T0, officer="root")
    assert kit.release(desk).advisory.number.count == 28
    seen = See(
        centre="PECASUS",
        number=Number(year=2026, effect=Kind.HF_COM, count=31),
        sha256="0" * 64,
    )
    desk.do(seen, now=T0)
    assert kit.release(desk).advisory.number.count == 32
    behind = replace(take, last=30)
    with pytest.raises(DutyError, match="behind our own count of 32"):
        desk.do(behind, now=T0, officer="root")


def test_a_first_number_that_nobody_handed_over_is_confirmed_by_an_officer(desk):
    name = kit.draft(desk)
    kit.sign(desk, name, "li")
    kit.sign(desk, name, "ivanova")
    for confirmed in (None, 2):
        with pytest.raises(CounterError, match="confirm the count 1"):
            desk.do(ReleaseDraft(draft=name, count_confirmed=confirmed), now=T0, officer="li")
    desk.do(ReleaseDraft(draft=name, count_confirmed=1), now=T0, officer="li")


def test_a_series_ends_at_9999(desk):
    last = TakeCounter(year=2026, effect=Kind.GNSS, last=9999, evidence="a long year")
    desk.do(last, now=T0, officer="root")
    with pytest.raises(CounterError, match="last number of the year"):
        kit.release(desk, kit.advisory(Kind.GNSS))


def test_anothers_advisory_moves_the_threads_and_is_not_ours(desk):
    theirs = replace(
        kit.advisory(centre="PECASUS"),
        number=Number(year=2026, effect=Kind.HF_COM, count=5),
        issued=T0,
    )
    desk.do(
        See(centre="PECASUS", number=theirs.number, sha256="0" * 64, advisory=theirs), now=T0
    )
    (thread,) = desk.state.live()
    assert thread.last.centre == "PECASUS"
    assert not desk.state.releases
    ours = kit.advisory(replaces=(theirs.number,), thread=thread.key)
    assert kit.release(desk, ours).advisory.number.count == 6
    assert desk.state.live()[0].keys == ("2026/HF COM/5", "2026/HF COM/6")


def test_a_draft_whose_ground_has_moved_is_not_released(desk):
    first = kit.release(desk)
    late = kit.draft(
        desk, kit.advisory(replaces=(first.advisory.number,), thread="2026/HF COM/1")
    )
    kit.sign(desk, late, "li")
    kit.sign(desk, late, "ivanova")
    second = update(desk, first, now=T0 + MINUTE)
    with pytest.raises(ThreadError, match="stands at 2026/HF COM/2"):
        desk.do(ReleaseDraft(draft=late), now=T0 + MINUTE, officer="li")
    update(desk, second, now=T0 + 2 * MINUTE, end=True)
    with pytest.raises(ThreadError, match="ended at"):
        desk.do(ReleaseDraft(draft=late), now=T0 + 2 * MINUTE, officer="li")


@pytest.mark.parametrize(("cause", "refused"), [("AURORAL", True), ("MUF", False)])
def test_no_second_thread_is_opened_for_what_another_has_begun_meanwhile(desk, cause, refused):
    late = kit.draft(desk, kit.advisory(cause=cause))
    kit.sign(desk, late, "li")
    kit.sign(desk, late, "ivanova")
    theirs = replace(
        kit.advisory(centre="PECASUS"), number=Number(2026, Kind.HF_COM, 5), issued=T0 + MINUTE
    )
    seen = See(centre="PECASUS", number=theirs.number, sha256="0" * 64, advisory=theirs)
    desk.do(seen, now=T0 + MINUTE)
    release = ReleaseDraft(draft=late)
    if refused:
        with pytest.raises(ThreadError, match="opened at 05:01Z, after draft"):
            desk.do(release, now=T0 + 2 * MINUTE, officer="li")
    else:
        assert desk.do(release, now=T0 + 2 * MINUTE, officer="li").body.number.count == 6


def test_a_draft_of_a_thread_that_nobody_knows_is_refused(desk):
    with pytest.raises(ThreadError, match="no thread 2026/HF COM/9 is known"):
        kit.draft(desk, kit.advisory(thread="2026/HF COM/9"))


@pytest.mark.parametrize(
    ("effect", "changes", "says"),
    [
        (Kind.GNSS, {"replaces": (Number(2026, Kind.HF_COM, 1),)}, "another|no longer"),
        (Kind.HF_COM, {"thread": "2026/HF COM/1"}, "does not replace"),
    ],
)
def test_a_draft_continues_the_last_of_a_live_thread_or_nothing(desk, effect, changes, says):
    kit.release(desk)
    with pytest.raises(ThreadError, match=says):
        kit.draft(desk, kit.advisory(effect, **changes))


def test_a_release_asked_for_twice_happens_once(desk):
    release = kit.release(desk)
    with pytest.raises(AlreadyDoneError, match="was released as 2026/1") as done:
        desk.do(ReleaseDraft(draft=release.draft), now=T0, officer="li")
    assert done.value.seq == release.seq


def test_a_promise_that_has_passed_is_not_given_again(desk):
    late = T0 + 360 * MINUTE
    with pytest.raises(DutyError, match="promised by 11:00Z and it is 11:00Z"):
        kit.release(desk, kit.advisory(at=T0), now=late)


def test_a_draft_with_a_number_is_no_draft(desk):
    with pytest.raises(DutyError, match="neither number nor time"):
        kit.draft(desk, kit.advisory(number=Number(2026, Kind.HF_COM, 1)))


def test_a_withdrawn_draft_is_gone_and_an_unknown_one_is_named(desk):
    name = kit.draft(desk)
    desk.do(Withdraw(draft=name, reason="the flare is over"), now=T0)
    with pytest.raises(DutyError, match=f"no draft '{name}'"):
        kit.sign(desk, name, "li", content="0" * 64)


def test_a_centre_is_founded_once_and_first():
    desk = kit.found(kit.MemoryStore())
    again = Found(name="ACFJ", sites=desk.state.centre.sites, policy=kit.LIVE)
    with pytest.raises(AlreadyDoneError, match="founded already"):
        desk.do(again, now=T0)
    fresh = kit.Desk(kit.MemoryStore(), kit.identity(), kit.render)
    with pytest.raises(DutyError, match="must be CentreFounded"):
        kit.draft(fresh)


def test_the_state_can_be_asked_for_as_it_was(desk):
    for minute in range(1, 400):
        desk.do(WriteNote(text=f"minute {minute}"), now=T0 + minute * MINUTE, officer="li")
    for minute in (0, 1, 17, 255, 256, 257, 399, 1000):
        then = desk.state_at(T0 + minute * MINUTE)
        assert (
            then.notes[-1].text if then.notes else "minute 0"
        ) == f"minute {min(minute, 399)}"
    assert desk.state_at(T0 + 999 * MINUTE) == desk.state
    assert desk.state_at(T0 - MINUTE).centre is None


def test_only_the_last_notes_are_kept(desk):
    for turn in range(205):
        desk.do(WriteNote(text=f"turn {turn}"), now=T0, officer="li")
    assert [len(desk.state.notes), desk.state.notes[0].text] == [200, "turn 5"]


ALARM = RaiseAlarm(
    alarm="feed.stale:goes-xrs", cause="feed.stale", severity=AlarmSeverity.HIGH, note="12 min"
)


def test_the_same_alarm_again_counts_up_and_stays_acknowledged(desk):
    desk.do(ALARM, now=T0)
    desk.do(AcknowledgeAlarm(alarm=ALARM.alarm), now=T0, officer="li")
    desk.do(ALARM, now=T0 + MINUTE)
    (alarm,) = desk.state.alarms.values()
    assert (alarm.count, alarm.raised, alarm.acknowledged_by) == (2, T0, "li")
    desk.do(replace(ALARM, severity=AlarmSeverity.CRITICAL), now=T0 + MINUTE)
    assert desk.state.alarms[ALARM.alarm].acknowledged is None


def test_an_alarm_goes_when_it_is_both_cleared_and_seen(desk):
    desk.do(ALARM, now=T0)
    desk.do(ClearAlarm(alarm=ALARM.alarm), now=T0)
    assert desk.state.alarms[ALARM.alarm].cleared == T0
    desk.do(AcknowledgeAlarm(alarm=ALARM.alarm), now=T0, officer="li")
    assert not desk.state.alarms
    desk.do(ALARM, now=T0)
    desk.do(AcknowledgeAlarm(alarm=ALARM.alarm), now=T0, officer="li")
    desk.do(ClearAlarm(alarm=ALARM.alarm), now=T0)
    assert not desk.state.alarms
    with pytest.raises(DutyError, match="no alarm"):
        desk.do(ClearAlarm(alarm=ALARM.alarm), now=T0)


def test_a_digest_is_of_the_bytes():
    tac = Bulletin(heading="FNXX01", data=b"SWX", media_type="text/plain", codec="tac_amd82")
    assert digests([tac]) == (digest(tac),)
    assert digest(tac) != digest(replace(tac, data=b"SWY"))


def test_only_the_watch_makes_a_release(root):
    folder = root / "src" / "stormcone"
    makers = {
        path.relative_to(folder).as_posix()
        for path in folder.rglob("*.py")
        if re.search(r"(?<![\w.\"`])Release\(", path.read_text())
    }
    assert makers == {"watch/apply.py", "watch/release.py"}
