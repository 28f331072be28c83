"""A silent source is left at once and taken back only when it is steady."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from stormcone.observation.fallback import CHAINS, Choice, choose, switch
from stormcone.observation.feed_state import FeedState, age, feed_state
from stormcone.observation.registry import feeds

NOON = datetime(2026, 1, 18, 12, tzinfo=UTC)
CHAIN = ("primary", "secondary")
CADENCE = dict.fromkeys(CHAIN, timedelta(minutes=1))
BOTH, SECOND = frozenset(CHAIN), frozenset({"secondary"})


def run(fresh_by_minute):
    choices, last = [], None
    for minute, fresh in enumerate(fresh_by_minute):
        last = choose(CHAIN, fresh, NOON + timedelta(minutes=minute), CADENCE, last)
        choices.append(last)
    return choices


def sources(fresh_by_minute):
    return [one.source for one in run(fresh_by_minute)]


def test_the_secondary_takes_over_at_once():
    assert sources([BOTH, SECOND]) == ["primary", "secondary"]


def test_the_primary_comes_back_after_three_cadences():
    taken = sources([BOTH, SECOND, BOTH, BOTH, BOTH, BOTH])
    assert taken == ["primary", *["secondary"] * 4, "primary"]


def test_a_flickering_primary_is_not_taken_back():
    assert sources([SECOND, BOTH, BOTH, SECOND, BOTH, BOTH, SECOND])[-1] == "secondary"
    assert set(sources([SECOND, BOTH] * 20)) == {"secondary"}


def test_with_nothing_fresh_the_source_is_absent_and_any_that_returns_is_taken():
    assert sources([BOTH, frozenset(), SECOND]) == ["primary", None, "secondary"]


def test_a_switch_is_told_once_and_once_when_back():
    choices = run([BOTH, SECOND, *[BOTH] * 5])
    pairs = zip([None, *choices], choices, strict=False)
    told = [str(change) for one, two in pairs if (change := switch("X-rays", one, two))]
    assert told == [
        "X-rays: secondary instead of primary since 12:01Z",
        "X-rays: primary instead of secondary since 12:05Z",
    ]


@given(st.lists(st.sets(st.sampled_from(CHAIN)).map(frozenset), max_size=40))
def test_the_source_in_use_is_always_a_fresh_one(fresh_by_minute):
    for fresh, source in zip(fresh_by_minute, sources(fresh_by_minute), strict=True):
        assert source in fresh or (source is None and not fresh)


def test_the_chains_name_registered_feeds():
    known = feeds()
    assert {name for chain in CHAINS.values() for name in chain} <= set(known)
    for feed in known.values():
        assert feed.fallback is None or feed.fallback in known


def test_a_feed_never_read_is_unknown_and_never_fresh():
    limit = timedelta(minutes=10)
    assert feed_state(None, limit, NOON) is FeedState.UNKNOWN
    assert feed_state(NOON, limit, NOON, absent=True) is FeedState.ABSENT


@given(st.integers(-60, 120))
def test_a_feed_only_gets_worse_with_age(minutes):
    limit = timedelta(minutes=10)
    state = feed_state(NOON, limit, NOON + timedelta(minutes=minutes))
    expected = FeedState.FRESH if minutes <= 10 else FeedState.STALE
    assert state is (expected if minutes <= 30 else FeedState.DEAD)
    assert age(NOON, NOON + timedelta(minutes=minutes)) >= timedelta(0)


def test_a_choice_survives_being_made_again():
    last = Choice(source="primary", since=NOON)
    assert choose(CHAIN, BOTH, NOON + timedelta(hours=1), CADENCE, last) == last
