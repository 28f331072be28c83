"""Scores of probabilities: by hand, by their parts, and of forecasters who know themselves."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.random import PCG64, Generator

from stormcone.verification.bootstrap import interval
from stormcone.verification.probability import (
    bin_of,
    brier,
    brier_skill,
    decomposition,
    quantile_edges,
    reliability,
    roc,
    sharpness,
    tenths,
)

cases = st.lists(st.tuples(st.floats(0, 1), st.integers(0, 1)), min_size=1, max_size=60)


def rng(seed=0):
    return Generator(PCG64(seed))


def calibrated(n=4000):
    """Probabilities that mean what they say, and what then came."""
    random = rng(1)
    p = random.beta(0.6, 1.8, n)
    return p, (random.random(n) < p).astype(float)


def test_a_brier_score_made_by_hand():
    assert brier([0.9, 0.2, 0.6], [1, 0, 0]) == pytest.approx((0.01 + 0.04 + 0.36) / 3)
    assert brier([1, 0], [0, 1]) == 1
    assert brier([1, 0], [1, 0]) == 0


def test_skill_is_against_climatology_unless_told_otherwise():
    came = [1, 0, 0, 0]
    assert brier_skill([0.25] * 4, came) == pytest.approx(0)
    assert brier_skill([1, 0, 0, 0], came) == 1
    assert brier_skill([0.5] * 4, came, reference=[0, 1, 0, 0]) == pytest.approx(0.5)
    assert brier_skill([0.5] * 4, came, reference=1.0) == pytest.approx(1 - 0.25 / 0.75)
    assert brier_skill([0.5, 0.5], [0, 0]) is None


@given(cases)
def test_the_parts_add_up_where_a_bin_holds_one_probability(found):
    p, came = (np.array(column, float) for column in zip(*found, strict=True))
    p = np.round(p, 1)
    parts = decomposition(p, came, edges=np.append(np.arange(-0.05, 1, 0.1), 1.05))
    total = parts.reliability - parts.resolution + parts.uncertainty
    assert total == pytest.approx(brier(p, came))


@given(cases, st.randoms())
def test_the_order_of_cases_changes_no_total(found, random):
    shuffled = random.sample(found, len(found))
    (p, came), (q, then) = (zip(*some, strict=True) for some in (found, shuffled))
    assert brier(p, came) == pytest.approx(brier(q, then))
    before, after = reliability(p, came), reliability(q, then)
    assert [one.cases for one in before] == [one.cases for one in after]
    assert sum(one.cases for one in before) == len(found)
    assert sharpness(p).counts == sharpness(q).counts
    assert roc(p, came).area == roc(q, then).area or roc(p, came).area == pytest.approx(
        roc(q, then).area
    )


def test_probabilities_that_mean_what_they_say_lie_inside_the_limits():
    """Of 95 % limits one in twenty is missed: in 300 bins 15, and hardly ever 30."""
    outside = 0
    for seed in range(30):
        random = rng(seed)
        p = random.random(4000)
        came = (random.random(4000) < p).astype(float)
        member = bin_of(p, tenths())
        for number, found in enumerate(reliability(p, came)):
            gap = interval((came - p)[member == number], block=1, rng=rng(), resamples=400)
            assert gap.value == pytest.approx(found.frequency - found.probability)
            outside += gap.excludes(0)
    assert outside < 30


def test_the_reliability_of_those_who_mean_what_they_say_is_next_to_nothing():
    assert decomposition(*calibrated()).reliability < 0.001


def test_probabilities_that_say_too_much_lie_outside():
    p, came = calibrated()
    bold = np.clip(1.5 * p, 0, 1)
    assert interval(came - bold, block=1, rng=rng()).excludes(0)
    assert brier(bold, came) > brier(p, came)


def test_empty_bins_say_none_and_edges_belong_to_the_bin_above():
    found = reliability([0.0, 0.1, 1.0], [0, 1, 1])
    assert [one.cases for one in found] == [1, 1, *[0] * 7, 1]
    assert (found[2].probability, found[2].frequency) == (None, None)
    assert (found[9].low, found[9].high, found[9].frequency) == (0.9, 1.0, 1.0)


def test_bins_of_quantiles_hold_equally_many():
    p, came = calibrated()
    held = [one.cases for one in reliability(p, came, quantile_edges(p))]
    assert max(held) - min(held) <= 1


def test_the_roc_of_a_ranking_made_by_hand():
    found = roc([0.9, 0.8, 0.7, 0.1], [1, 0, 1, 0])
    assert found.area == 3 / 4  # three of the four pairs of event and non-event are in order
    assert found.pod.tolist() == [0, 0.5, 0.5, 1, 1]
    assert found.pofd.tolist() == [0, 0, 0.5, 0.5, 1]
    assert roc([0.3, 0.3], [1, 0]).area == 0.5
    assert roc([0.3, 0.4], [1, 1]).area is None


def test_sharpness_tells_who_dares_from_who_says_the_mean():
    assert sharpness([0.2, 0.2]).spread == 0
    assert sharpness([0.0, 1.0]).spread == 0.5
    assert sharpness([0.05, 0.95, 1.0]).counts == (1, 0, 0, 0, 0, 0, 0, 0, 0, 2)


@pytest.mark.parametrize(
    ("p", "came", "named"),
    [
        ([1.2], [1], "1.2"),
        ([float("nan")], [1], "nan"),
        ([0.5], [0.5], "0.5"),
        ([0.5, 0.5], [1], "give one for each"),
        ([], [], "give one for each"),
    ],
)
def test_what_is_no_probability_or_no_outcome_is_refused_by_name(p, came, named):
    with pytest.raises(ValueError, match=named):
        brier(p, came)
