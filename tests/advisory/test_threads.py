"""Threads and counters, against those of 18-20 January 2026 and of made-up traffic."""

from datetime import UTC, datetime
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace
from thread_kit import HOUR, T0, draft, told

from stormcone.advisory.advisory import Number
from stormcone.advisory.hand_over import packet
from stormcone.advisory.threads import Ledger, ends, fold, join, predecessors, slips
from stormcone.bulletin.tac_amd82 import write
from stormcone.effect.effect import Kind

# authorities/advisory_threads.md
THREADS = {
    "2026/HF COM/14": ("FLARE", [14, 15]),
    "2026/HF COM/16": ("PCA", [16, 17, 18, 19, 20, 22, 24, 28, 30]),
    "2026/HF COM/21": ("MUF", [21, 23, 25, 26]),
    "2026/HF COM/27": ("MUF", [27, 29, 31]),
    "2026/GNSS/23": ("SCINTILLATION", [23, 24, 25, 26, 27, 28, 29, 30, 31, 32, 33, 34]),
    "2026/GNSS/35": ("SCINTILLATION", [35, 36]),
    "2026/GNSS/37": ("SCINTILLATION", [37, 38]),
    "2026/GNSS/39": ("SCINTILLATION", [39]),
}
LIVE = {"2026/HF COM/16", "2026/HF COM/27", "2026/GNSS/39"}
ORDERS = 50


def codes(advisory, ledger):
    return [(slip.code, slip.severity) for slip in slips(advisory, ledger)]


def counts(thread):
    return [int(key.rsplit("/", 1)[1]) for key in thread.keys]


@pytest.mark.shared
def test_the_threads_of_the_storm_are_rebuilt(traffic):
    ledger = fold(traffic)
    assert {t.key: (t.cause, counts(t)) for t in ledger.threads.values()} == THREADS
    assert {thread.key for thread in ledger.live()} == LIVE
    assert ledger.counters == {"2026/HF COM": 31, "2026/GNSS": 39}


@pytest.mark.shared
def test_only_the_flare_continues_what_is_not_in_the_recording(traffic):
    ((key, finding),) = fold(traffic).findings
    assert (key, finding.value) == ("2026/HF COM/15", "2026/HF COM/14")
    assert (finding.code, finding.severity) == ("thread.replaces", "warning")


@pytest.mark.shared
def test_any_order_of_the_storm_gives_the_same_ledger(traffic):
    ledger, chance = fold(traffic), Random(34)
    for _ in range(ORDERS):
        shuffled = chance.sample(traffic, len(traffic)) + chance.sample(traffic, 5)
        assert fold(shuffled) == ledger


@pytest.mark.shared
def test_the_next_centre_is_told_what_it_needs(traffic):
    before = [a for a in traffic if a.centre == "ACFJ"]
    now = datetime(2026, 1, 20, 7, tzinfo=UTC)
    texts = {a.number.key: write(a).data.decode() for a in before}
    told = packet(fold(before), now, texts)
    assert told.counters == {"2026/HF COM": 27, "2026/GNSS": 36}
    assert [(t.last, t.cause, t.next_by.hour) for t in told.threads] == [
        ("2026/HF COM/24", "PCA", 8),
        ("2026/HF COM/27", "MUF", 12),
    ]
    caps, bands = told.threads
    assert caps.conditions == "MOD S55 W180 - S90 W180 - S90 E180 - S55 E180 - S55 W180"
    assert bands.conditions == "SEV EQN EQS E045 - E150 SEV HNH HSH E000 - W000"
    assert "ADVISORY NR:      2026/24" in caps.text
    assert packet(fold(before), now).threads[0].text is None


def test_an_advisory_opens_joins_or_ends_a_thread():
    ledger = fold([told(1), told(2, 1), told(3, 2, end=True), told(4)])
    first, second = ledger.threads.values()
    assert (counts(first), first.ended) == ([1, 2, 3], T0 + 3 * HOUR)
    assert (counts(second), second.ended) == ([4], None)
    assert ledger.findings == ()


def test_an_advisory_that_replaces_several_makes_them_one():
    ledger = fold([told(1), told(2), told(3, 2, 1)])
    (left,) = ledger.live()
    assert (left.key, counts(left)) == ("2026/HF COM/1", [1, 3])
    assert ledger.threads["2026/HF COM/2"].merged_into == left.key


def test_two_effects_with_the_same_numbers_are_apart():
    both = [told(1), told(1, effect=Kind.GNSS), told(2, 1), told(2, 1, effect=Kind.GNSS)]
    ledger = fold(both)
    assert {t.effect: counts(t) for t in ledger.live()} == {
        Kind.HF_COM: [1, 2],
        Kind.GNSS: [1, 2],
    }
    assert ledger.findings == ()


def test_what_comes_late_or_again_changes_no_thread_that_went_on():
    on = fold([told(1), told(2, 1), told(3, 2)])
    assert join(on, told(2, 1)).threads == on.threads
    gap = fold([told(1), told(3, 2)])
    whole = join(gap, told(2, 1))
    assert whole.threads["2026/HF COM/1"].merged_into == "2026/HF COM/2"
    assert [counts(t) for t in whole.live()] == [[2, 3]]


def test_the_last_advisory_knows_its_thread():
    ledger = fold([told(8, 7), told(9, 8)])
    (thread,) = ledger.live()
    assert thread.last.thread == thread.key == "2026/HF COM/7"
    assert predecessors(draft(9), ledger) == (thread.last,)
    assert predecessors(draft(8), ledger) == ()


def test_a_draft_has_no_place_in_a_ledger():
    with pytest.raises(ValueError, match="number None"):
        fold([draft()])


STORM = [
    told(1),
    told(2, 1, end=True),
    told(3),
    told(4, 3),
    told(5, cause="MUF"),
    told(6, cause="MUF"),
    told(7, 5, 6, cause="MUF"),
]
REPLACES = [
    ((), "thread.missing", "error"),  # thread 3 of the same cause is live
    ((4,), None, None),
    ((3,), "thread.replaces", "error"),  # 4 follows it
    ((1,), "thread.replaces", "error"),  # followed, and ended
    ((2,), "thread.replaces", "error"),  # ended
    ((6,), "thread.replaces", "error"),  # went into thread 5
    ((7,), "thread.replaces", "error"),  # another cause
    ((8,), "thread.replaces", "error"),  # never issued
]


@pytest.mark.parametrize(("replaces", "code", "severity"), REPLACES)
def test_what_is_replaced_is_the_last_of_a_live_thread_of_the_cause(replaces, code, severity):
    assert codes(draft(*replaces), fold(STORM)) == ([(code, severity)] if code else [])


def test_what_nobody_has_heard_of_may_be_another_centres():
    ledger = Ledger(counters={"2026/HF COM": 9})
    assert codes(draft(8), ledger) == [("thread.replaces", "warning")]
    assert codes(told(10, 10), ledger) == [("thread.replaces", "error")]


def test_another_effects_number_is_not_replaced():
    ledger = fold([told(1), told(1, effect=Kind.GNSS)])
    other = draft(replaces=(Number(2026, Kind.GNSS, 1),))
    assert ("thread.replaces", "error") in codes(other, ledger)
    assert join(ledger, replace(other, number=Number(2026, Kind.HF_COM, 2), issued=T0)).live(
        Kind.GNSS
    ) == ledger.live(Kind.GNSS)


@pytest.mark.parametrize(("cause", "missing"), [("AURORAL", 1), ("MUF", 0), ("", 0)])
def test_polar_cap_and_aurora_are_one_cause(cause, missing):
    assert len(codes(draft(cause=cause), fold([told(1)]))) == missing


def test_the_same_number_with_two_contents_is_found():
    ledger = fold([told(1), told(1, remark="ANOTHER TEXT.")])
    assert [(key, slip.code) for key, slip in ledger.findings] == [
        ("2026/HF COM/1", "number.taken"),
        ("2026/HF COM/1", "thread.missing"),
    ]


def test_a_year_begins_at_one_and_may_replace_what_is_older():
    new_year = datetime(2027, 1, 1, 0, 30, tzinfo=UTC)
    old = told(400, at=new_year - HOUR)
    first = told(1, at=new_year, replaces=(old.number,))
    ledger = fold([first, old])
    assert ledger.findings == ()
    assert [t.keys for t in ledger.live()] == [("2026/HF COM/400", "2027/HF COM/1")]
    late = fold([old, replace(first, number=Number(2027, Kind.HF_COM, 401))])
    assert [slip.code for _, slip in late.findings] == ["number.gap"]


@st.composite
def anything(draw):
    """Advisories that replace whatever numbers, in a drawn order of reception."""
    size = draw(st.integers(1, 12))
    wanted = st.lists(st.integers(1, size), max_size=4, unique=True)
    effects, ends = st.sampled_from([Kind.HF_COM, Kind.GNSS]), st.booleans()
    issued = [
        told(count, *draw(wanted), effect=draw(effects), end=draw(ends))
        for count in range(1, size + 1)
    ]
    return issued, draw(st.permutations(issued))


@given(anything())
def test_every_number_is_in_one_thread_in_any_order(both):
    issued, received = both
    ledger = fold(received)
    assert ledger == fold(issued)
    held = [key for thread in ledger.threads.values() for key in thread.keys]
    assert len(held) == len(set(held))
    assert {advisory.number.key for advisory in issued} <= set(held)
    for thread in ledger.threads.values():
        assert thread.key == thread.keys[0]
        over = ends(thread.last) or thread.merged_into is not None
        assert (thread.ended is not None) == over
