"""The 34 advisories of 18-20 January 2026 as the watch of the next centre on duty sees them.

The threads follow from the recorded bulletins themselves, from what each one replaces:
authorities/advisory_threads.md.
"""

import hashlib

import msgspec
import pytest
import watch_kit as kit
from watch_kit import MINUTE

from stormcone.advisory.threads import Ledger, fold
from stormcone.bulletin import tac_amd82
from stormcone.effect.effect import Kind
from stormcone.watch.housekeeping import See, TakeCounter
from stormcone.watch.overdue import due_alarms

RECORDED = "data/icao/real_tac/knmi_2026-01-19_20_fnxx.txt"
HF_COM_THREADS = {
    14: [14, 15],
    16: [16, 17, 18, 19, 20, 22, 24, 28, 30],
    21: [21, 23, 25, 26],
    27: [27, 29, 31],
}
GNSS_THREADS = {
    23: [23, 24, 25, 26, 27, 28, 29, 30, 31, 32, 33, 34],
    35: [35, 36],
    37: [37, 38],
    39: [39],
}
RUNG = [
    ("19 10:35", "HF COM/16", "high"),  # 16 promised 10:50, 17 came at 10:42
    ("19 10:42", "HF COM/16", "clear"),
    ("20 07:50", "HF COM/16", "high"),
    ("20 08:05", "HF COM/16", "critical"),
    ("20 08:45", "HF COM/16", "clear"),
    ("20 13:50", "HF COM/16", "high"),  # 28 promised 14:05, 30 came at 13:53
    ("20 13:53", "HF COM/16", "clear"),
    ("20 15:24", "6/GNSS/37", "high"),  # 37 promised 15:39, 38 came at 15:36
    ("20 15:36", "6/GNSS/37", "clear"),
]
HAND_OVER = {Kind.HF_COM: 27, Kind.GNSS: 36}


@pytest.fixture
def traffic(shared):
    """The recorded advisories in the order of their issue."""
    found = tac_amd82.read((shared / RECORDED).read_bytes()).advisories
    return sorted(found, key=lambda advisory: advisory.issued)


def see(desk, advisories):
    for advisory in advisories:
        told = See(
            centre=advisory.centre,
            number=advisory.number,
            sha256=hashlib.sha256(str(advisory.number).encode()).hexdigest(),
            advisory=advisory,
        )
        desk.do(told, now=advisory.issued)


def threads(desk, effect):
    found = [t for t in desk.state.threads.values() if t.effect is effect]
    return {counts(thread)[0]: counts(thread) for thread in found}


def counts(thread):
    return [int(key.rsplit("/", 1)[1]) for key in thread.keys]


@pytest.mark.shared
def test_the_threads_of_the_storm_are_rebuilt_from_the_bulletins(traffic):
    desk = kit.found(kit.MemoryStore())
    see(desk, traffic)
    assert threads(desk, Kind.HF_COM) == HF_COM_THREADS
    assert threads(desk, Kind.GNSS) == GNSS_THREADS
    live = {thread.key for thread in desk.state.live()}
    assert live == {"2026/HF COM/16", "2026/HF COM/27", "2026/GNSS/39"}
    printed = msgspec.json.encode(desk.state, order="deterministic")
    ledger = fold(traffic)
    assert msgspec.json.decode(printed, type=Ledger) == Ledger(
        counters=ledger.counters, threads=ledger.threads
    )


@pytest.mark.shared
def test_whoever_hears_the_storm_late_or_twice_keeps_the_threads(traffic):
    desk = kit.found(kit.MemoryStore())
    see(desk, traffic)
    threads = desk.state.threads
    see(desk, traffic[::-1])
    assert desk.state.threads == threads


@pytest.mark.shared
def test_the_alarm_rings_where_a_centre_was_late(traffic):
    """HF COM 24 promised 08:05, its successor came at 08:45; two others came minutes before."""
    desk, now, waiting = kit.found(kit.MemoryStore()), traffic[0].issued, list(traffic)
    rung = []
    while waiting:
        while waiting and waiting[0].issued <= now:
            see(desk, [waiting.pop(0)])
        for alarm in due_alarms(desk.state, now):
            said = desk.do(alarm, now=now).body
            rung.append(
                (f"{now:%d %H:%M}", said.alarm[-9:], getattr(said, "severity", "clear"))
            )
        assert due_alarms(desk.state, now) == ()
        now += MINUTE
    assert rung == RUNG


@pytest.mark.shared
def test_the_counters_go_on_across_the_hand_over(traffic):
    desk = kit.found(kit.MemoryStore())
    before = [a for a in traffic if a.number.count <= HAND_OVER[a.effects[0]]]
    see(desk, before)
    now = max(a.issued for a in before) + MINUTE
    for effect, last in HAND_OVER.items():
        taken = TakeCounter(year=2026, effect=effect, last=last, evidence="hand-over packet")
        desk.do(taken, now=now, officer="root")
    (pca,) = [t for t in desk.state.live(Kind.HF_COM) if t.key == "2026/HF COM/16"]
    update = kit.advisory(replaces=(pca.last.number,), thread=pca.key, at=now)
    assert kit.release(desk, update, now=now).advisory.number.key == "2026/HF COM/28"
    fresh = kit.release(desk, kit.advisory(Kind.GNSS, at=now), now=now)
    assert fresh.advisory.number.key == "2026/GNSS/37"
