"""The feeds are found by entry point, and each keeps what a feed promises."""

from datetime import timedelta

import pytest

from stormcone.observation.feed import QUANTITIES
from stormcone.observation.registry import UnknownFeedError, feed, feeds


def test_our_feeds_are_registered_under_their_own_names():
    assert set(feeds()) >= {
        "goes-xrs",
        "goes-xrs-secondary",
        "goes-protons",
        "goes-protons-secondary",
        "kp",
        "kp-1m",
        "alerts",
    }


def test_every_feed_names_known_quantities_a_credit_and_a_floor():
    for one in feeds().values():
        assert set(one.quantities) <= set(QUANTITIES)
        assert one.credit
        assert one.licence
        assert timedelta(0) < one.floor <= one.every < one.max_age
        assert one.url.startswith("https://")


def test_an_unknown_feed_is_answered_with_those_that_are():
    with pytest.raises(UnknownFeedError, match=r"no feed 'xrs'.*goes-xrs"):
        feed("xrs")
