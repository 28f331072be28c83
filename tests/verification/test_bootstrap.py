"""Intervals from resampled blocks and events, against what theory says of simple series."""

import numpy as np
import pytest
from numpy.random import PCG64, Generator

from stormcone.verification.bootstrap import (
    Interval,
    block_means,
    event_interval,
    interval,
    skill,
)


def rng(seed=0):
    return Generator(PCG64(seed))


def test_independent_cases_give_the_interval_of_the_mean():
    values = rng(1).normal(5, 2, 2500)
    found = interval(values, block=1, rng=rng())
    half = 1.96 * values.std() / np.sqrt(2500)
    assert found.value == pytest.approx(values.mean())
    assert found.low == pytest.approx(values.mean() - half, abs=0.1 * half)
    assert found.high == pytest.approx(values.mean() + half, abs=0.1 * half)
    assert found.cases == 2500


def test_neighbours_that_are_alike_need_blocks():
    """A value that lasts 27 cases leaves 1/27 of the cases: an interval as much wider."""
    lasting = np.repeat(rng(2).normal(size=150), 27)
    alone, blocks = (interval(lasting, block=n, rng=rng()) for n in (1, 4 * 27))
    assert blocks.high - blocks.low > 3.5 * (alone.high - alone.low)


def test_whole_events_are_drawn_with_all_their_cases():
    value, cases = rng(3).normal(size=80), rng(4).integers(1, 40, 80)
    events = np.repeat(np.arange(80), cases)
    found = event_interval(np.repeat(value, cases), events, rng=rng())
    alone = interval(np.repeat(value, cases), block=1, rng=rng())
    assert found.value == pytest.approx(np.repeat(value, cases).mean())
    assert found.high - found.low > 3 * (alone.high - alone.low)
    even = event_interval(value, np.arange(80), rng=rng())
    assert even.high - even.low == pytest.approx(2 * 1.96 * value.std() / 80**0.5, rel=0.1)


def test_a_block_as_long_as_the_series_leaves_one_resample():
    found = interval([1.0, 2.0, 6.0], block=10, rng=rng())
    assert found == Interval(3.0, 3.0, 3.0, 3)


def test_a_resample_is_made_of_whole_blocks_and_a_cut_one():
    columns = np.arange(7.0)[:, None]
    means = block_means(columns, block=3, rng=rng(), resamples=500)
    blocks = {sum(range(a, a + 3)) for a in range(5)}
    possible = {(a + b + c) / 7 for a in blocks for b in blocks for c in range(7)}
    assert set(np.round(means[:, 0], 9)) <= set(np.round(sorted(possible), 9))


def test_a_paired_difference_sees_what_two_intervals_do_not():
    common = rng(5).normal(0, 3, 600)
    ours, theirs = common + rng(6).normal(0, 0.2, 600), common + 0.1
    apart = [interval(one, block=8, rng=rng()) for one in (ours, theirs)]
    assert apart[0].high > apart[1].low
    assert interval(ours - theirs, block=8, rng=rng()).excludes(0)


def test_skill_has_the_interval_of_a_ratio_of_means():
    errors = rng(7).random((900, 2)) * (0.5, 1.0)
    found = interval(errors, block=3, rng=rng(), statistic=skill)
    assert found.value == pytest.approx(1 - errors[:, 0].mean() / errors[:, 1].mean())
    assert found.low < 0.5 < found.high


def test_what_cannot_be_divided_has_no_score():
    found = interval(np.zeros((40, 2)), block=3, rng=rng(), statistic=skill)
    assert found == Interval(None, None, None, 40)
    assert not found.excludes(0)


def test_the_same_seed_gives_the_same_interval():
    values = rng(8).normal(size=300)
    assert interval(values, block=5, rng=rng(9)) == interval(values, block=5, rng=rng(9))


def test_nothing_to_draw_is_refused():
    with pytest.raises(ValueError, match="no cases"):
        interval([], block=3, rng=rng())
    with pytest.raises(ValueError, match="0 cases"):
        interval([1.0], block=0, rng=rng())
