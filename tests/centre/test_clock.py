"""The replay's clock: minutes in order, as fast as asked, and a person's hand on it."""

import re
from datetime import UTC, datetime, timedelta
from threading import Thread
from time import monotonic, sleep

import pytest

from stormcone.centre.clock import MINUTE, ReplayClock

START = datetime(2026, 1, 18, 17, 15, tzinfo=UTC)


def test_flat_out_gives_every_minute_once():
    clock = ReplayClock(START, START + timedelta(hours=1), speed=0)
    assert list(clock.minutes()) == [START + MINUTE * i for i in range(1, 61)]
    assert clock.state == "ended"


def test_speed_is_kept():
    clock = ReplayClock(START, START + 10 * MINUTE, speed=6000)
    began = monotonic()
    assert len(list(clock.minutes())) == 10
    assert monotonic() - began >= 10 * 60 / 6000


def test_a_paused_clock_stands_until_play_and_ends_on_stop():
    clock = ReplayClock(START, START + timedelta(days=1), speed=0)
    clock.pause()
    taken = []
    thread = Thread(target=lambda: taken.extend(clock.minutes()))
    thread.start()
    sleep(0.05)
    assert (clock.state, taken, clock.now()) == ("paused", [], START)
    clock.stop()
    thread.join(2)
    assert not thread.is_alive()


def test_a_slow_clock_hurries_at_once():
    clock = ReplayClock(START, START + 3 * MINUTE, speed=0.01)
    thread = Thread(target=lambda: list(clock.minutes()))
    thread.start()
    clock.hurry(0)
    thread.join(2)
    assert clock.state == "ended"


@pytest.mark.parametrize("speed", [-1, 1e9, 1e-300, float("nan")])
def test_an_impossible_speed_is_named(speed):
    with pytest.raises(ValueError, match=re.escape(f"speed {speed:g}")):
        ReplayClock(START, START, 1).hurry(speed)
