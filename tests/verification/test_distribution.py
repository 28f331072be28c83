"""Scores of distributions, against the analytic ones of a normal and of single numbers."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.random import PCG64, Generator
from scipy.stats import norm

from stormcone.forecast.field import exceedance
from stormcone.forecast.hf_drivers import LEVELS
from stormcone.verification.distribution import (
    covered,
    crps_from_quantiles,
    crps_of_ensemble,
    level_weights,
    pit,
    pit_counts,
)

TWENTIETHS = np.arange(1, 20) / 20
finite = st.floats(-50, 50)


def crps_of_normal(mean, sigma, observed):
    """authorities/verification.md: Gneiting and Raftery 2007, section 4.2."""
    z = (observed - mean) / sigma
    return sigma * (z * (2 * norm.cdf(z) - 1) + 2 * norm.pdf(z) - 1 / np.sqrt(np.pi))


@pytest.mark.parametrize("observed", [-1.5, 0.0, 0.4, 2.0])
def test_an_ensemble_scores_what_its_normal_scores(observed):
    members = norm.ppf((np.arange(20_000) + 0.5) / 20_000, 1.0, 2.0)[None, :]
    expected = crps_of_normal(1.0, 2.0, observed)
    assert crps_of_ensemble(members, [observed])[0] == pytest.approx(expected, rel=1e-3)


def test_many_quantiles_score_what_their_normal_scores():
    levels = (np.arange(2000) + 0.5) / 2000
    observed = np.array([-1.5, 0.0, 0.4, 2.0])
    values = np.tile(norm.ppf(levels), (4, 1))
    expected = crps_of_normal(0, 1, observed)
    assert crps_from_quantiles(levels, values, observed) == pytest.approx(expected, rel=2e-3)


@pytest.mark.parametrize(("levels", "within"), [(TWENTIETHS, 0.05), (LEVELS, 0.09)])
def test_our_few_levels_see_nearly_all_of_it(levels, within):
    observed = Generator(PCG64(2)).normal(size=5000)
    values = np.tile(norm.ppf(levels), (len(observed), 1))
    found = crps_from_quantiles(levels, values, observed).mean()
    assert found == pytest.approx(crps_of_normal(0, 1, observed).mean(), rel=within)


def test_equal_steps_make_it_twice_the_mean_pinball_loss():
    assert level_weights(TWENTIETHS) == pytest.approx(np.full(19, 1 / 19))


@given(st.lists(finite, min_size=1, max_size=5), finite)
def test_a_single_number_scores_its_absolute_error(values, observed):
    truth = np.full(len(values), observed)
    errors = np.abs(np.array(values) - observed)
    assert crps_from_quantiles((0.5,), np.array(values)[:, None], truth) == pytest.approx(
        errors
    )
    assert crps_of_ensemble(np.array(values)[:, None], truth) == pytest.approx(errors)


@given(st.lists(finite, min_size=1, max_size=12), finite)
def test_an_ensemble_is_scored_as_by_comparing_each_pair(members, observed):
    some = np.array(members)
    pairs = np.abs(some[:, None] - some[None, :]).mean()
    expected = np.abs(some - observed).mean() - pairs / 2
    found = crps_of_ensemble(some[None, :], [observed])[0]
    assert found == pytest.approx(expected, abs=1e-9)
    assert found >= -1e-9


def test_the_truth_falls_evenly_into_a_distribution_that_is_right():
    observed = Generator(PCG64(3)).normal(size=8000)
    values = np.tile(norm.ppf(LEVELS), (len(observed), 1))
    inner = pit(LEVELS, values, observed)
    shares = [np.mean(inner < level) for level in LEVELS]
    assert shares == pytest.approx(LEVELS, abs=0.015)
    assert covered(LEVELS, values, observed).mean() == pytest.approx(0.8, abs=0.015)
    assert covered(LEVELS, values, observed, 0.5).mean() == pytest.approx(0.5, abs=0.02)


def test_what_is_too_narrow_leaves_too_much_at_the_ends():
    observed = Generator(PCG64(3)).normal(size=4000)
    values = np.tile(0.5 * norm.ppf(TWENTIETHS), (len(observed), 1))
    counts = pit_counts(pit(TWENTIETHS, values, observed))
    assert sum(counts) == 4000
    assert min(counts[0], counts[-1]) > 2 * max(counts[4:6])


@given(st.lists(finite, min_size=7, max_size=7, unique=True), finite)
def test_the_place_of_the_truth_is_what_a_field_gives_to_less(values, observed):
    quantiles = np.sort(np.round(values, 1)) + np.arange(7)
    below = 1 - exceedance(LEVELS, quantiles[:, None], np.round(observed, 1))
    found = pit(LEVELS, quantiles[None, :], [np.round(observed, 1)])
    assert found == pytest.approx(below, abs=1e-4)


def test_a_truth_on_a_flat_piece_lies_in_its_middle():
    flat = np.full((1, 3), 2.0)
    assert pit((0.25, 0.5, 0.75), flat, [2.0])[0] == pytest.approx(0.5)
    assert pit((0.25, 0.5, 0.75), flat, [2.1])[0] == 1
    assert pit((0.25, 0.5, 0.75), flat, [1.9])[0] == 0


def test_what_is_not_known_stays_unknown():
    values = np.array([[1.0, 2.0, 3.0], [np.nan, 2.0, 3.0], [1.0, 2.0, 3.0]])
    observed = [2.0, 2.0, np.nan]
    levels = (0.1, 0.5, 0.9)
    for found in (
        crps_from_quantiles(levels, values, observed),
        crps_of_ensemble(values, observed),
        pit(levels, values, observed),
        covered(levels, values, observed),
    ):
        assert np.isnan(found).tolist() == [False, True, True]
    assert sum(pit_counts(pit(levels, values, observed))) == 1


@pytest.mark.parametrize("levels", [(0.5, 0.1), (0.0, 0.5), (0.5, 1.0), ()])
def test_levels_that_do_not_rise_are_refused(levels):
    with pytest.raises(ValueError, match="do not rise"):
        level_weights(levels)


def test_an_interval_whose_edges_are_not_known_is_refused():
    with pytest.raises(ValueError, match="80%"):
        covered((0.25, 0.5, 0.75), [[1.0, 2.0, 3.0]], [2.0])
