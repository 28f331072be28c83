"""Ridge, logistic and quantile regression: against closed forms, and the same bytes always."""

import json

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from stormcone.forecast.least_squares import (
    NotFittedError,
    by_library,
    eliminated,
    moments,
    solved,
)
from stormcone.forecast.regression import (
    LEVELS,
    Coefficients,
    TrainedOn,
    block_moments,
    blocked_penalty,
    fit_logistic,
    fit_quantiles,
    fit_ridge,
    predict,
    probability,
    quantiles,
    read_coefficients,
    rounded,
    write_coefficients,
)

SLOPES = np.array([1.0, -2.0, 0.5])


@pytest.fixture
def rng():
    return np.random.Generator(np.random.PCG64(7))


def sample(rng, rows=2000, noise=0.3):
    x = rng.normal(size=(rows, 3)) * [1, 3, 0.2] + [0, 5, -1]
    return x, 4 + x @ SLOPES + noise * rng.normal(size=rows)


def test_without_a_penalty_it_is_least_squares(rng):
    x, y = sample(rng)
    expected = np.linalg.lstsq(np.column_stack([np.ones(len(x)), x]), y, rcond=None)[0]
    assert predict(fit_ridge(x, y, 0), x) == pytest.approx(
        np.column_stack([np.ones(len(x)), x]) @ expected, abs=1e-3
    )


def test_the_penalty_acts_on_standardised_weights(rng):
    """Closed form for one feature: the standardised slope over 1 + penalty."""
    x = rng.normal(size=500)
    y = 3 * x + rng.normal(size=500)
    free, bound = (fit_ridge(x[:, None], y, penalty) for penalty in (0, 0.25))
    assert bound.weights[1] == pytest.approx(free.weights[1] / 1.25, rel=1e-6)
    assert bound.weights[0] == free.weights[0]


@settings(max_examples=20)
@given(seed=st.integers(0, 1000))
def test_the_order_of_the_rows_does_not_show(seed):
    shuffled = np.random.Generator(np.random.PCG64(seed))
    x, y = sample(np.random.Generator(np.random.PCG64(1)), rows=300)
    order = shuffled.permutation(len(y))
    assert (moments(x, y) == moments(x[order], y[order])).all()


def test_blocks_add_up_to_the_whole(rng):
    x, y = sample(rng)
    assert block_moments(x, y).sum(axis=0) == pytest.approx(moments(x, y), rel=1e-4)


def test_elimination_is_what_the_library_says(rng):
    a = rng.normal(size=(4, 6, 6))
    a = a @ a.swapaxes(-1, -2) + np.eye(6)
    b = rng.normal(size=(4, 6))
    assert eliminated(a, b) == pytest.approx(by_library(a, b), rel=1e-9)


def test_features_that_repeat_each_other_need_a_penalty(rng):
    x, y = sample(rng)
    twice = np.column_stack([x, x[:, 0]])
    with pytest.raises(NotFittedError, match="penalty above 0"):
        fit_ridge(twice, y, 0)
    assert np.isfinite(fit_ridge(twice, y, 1e-4).weights).all()


def test_a_constant_feature_has_no_weight(rng):
    x, y = sample(rng)
    found = fit_ridge(np.column_stack([x, np.full(len(y), 7.0)]), y, 1e-3)
    assert found.weights[-1] == pytest.approx(0, abs=1e-9)


def test_rows_with_a_gap_are_left_out_and_a_gap_gives_none(rng):
    x, y = sample(rng)
    gappy, missing = x.copy(), y.copy()
    gappy[::5, 1] = np.nan
    missing[1::5] = np.nan
    kept = np.isfinite(gappy).all(axis=1) & np.isfinite(missing)
    found = fit_ridge(gappy, missing, 1e-3)
    assert (found.weights == fit_ridge(x[kept], y[kept], 1e-3).weights).all()
    assert np.isnan(predict(found, gappy[0]))


def test_too_few_rows_are_refused(rng):
    x, y = sample(rng, rows=3)
    with pytest.raises(NotFittedError, match="3 complete rows do not determine 3 weights"):
        fit_ridge(x, y, 1.0)


def test_the_penalty_is_large_for_noise_and_small_for_a_law(rng):
    x = rng.normal(size=(300, 20))
    noise, law = rng.normal(size=300), x @ rng.normal(size=20)
    penalties = (1e-6, 1e-2, 10.0)
    assert blocked_penalty(block_moments(x, noise), penalties) == 10.0
    assert blocked_penalty(block_moments(x, law), penalties) == 1e-6


def test_stacked_systems_are_solved_one_by_one(rng):
    grams = np.stack([moments(*sample(rng)) for _ in range(3)])
    together = solved(grams, 1e-3)[2]
    assert (together == np.stack([solved(one, 1e-3)[2] for one in grams])).all()


def test_a_binary_feature_gives_the_logarithm_of_the_odds_ratio():
    """Closed form: Hosmer, Lemeshow and Sturdivant 2013, section 3.2."""
    x = np.repeat([0.0, 0, 1, 1], [40, 10, 20, 30])[:, None]
    y = np.repeat([0.0, 1, 0, 1], [40, 10, 20, 30])
    found = fit_logistic(x, y, penalty=0)
    assert probability(found, [[0.0], [1.0]]) == pytest.approx([0.2, 0.6], abs=1e-8)


@settings(max_examples=20)
@given(penalty=st.floats(0, 10), seed=st.integers(0, 50))
def test_probabilities_have_the_frequency_of_the_events(penalty, seed):
    x, y = sample(np.random.Generator(np.random.PCG64(seed)), rows=400)
    came = (y > np.median(y) + 2).astype(float)
    said = probability(fit_logistic(x, came, penalty + 1e-4), x)
    assert said.mean() == pytest.approx(came.mean(), abs=1e-6)
    assert ((said >= 0) & (said <= 1)).all()


def test_events_that_never_or_always_come_teach_nothing(rng):
    x, _ = sample(rng)
    with pytest.raises(NotFittedError, match="0 events in 2000 complete rows"):
        fit_logistic(x, np.zeros(len(x)))


def test_quantiles_cover_what_they_should(rng):
    """A spread that grows with the prediction is found in the bins of the prediction."""
    said = rng.uniform(0, 10, 20_000)
    truth = said + said * rng.normal(size=len(said))
    found = fit_quantiles(said, truth - said)
    values = quantiles(found, said)
    for level, at in zip(LEVELS, values.T, strict=True):
        assert (truth <= at).mean() == pytest.approx(level, abs=0.005)
    wide = values[said > 9, -1] - values[said > 9, 0]
    assert wide.mean() > 5 * (values[said < 1, -1] - values[said < 1, 0]).mean()


@settings(max_examples=30)
@given(st.lists(st.floats(-20, 20), min_size=1, max_size=30))
def test_quantiles_rise(said):
    rng = np.random.Generator(np.random.PCG64(0))
    found = fit_quantiles(rng.normal(size=400), rng.normal(size=400), bins=3)
    assert (np.diff(quantiles(found, said), axis=-1) >= 0).all()


def test_equal_predictions_share_a_bin_and_a_gap_gives_none():
    found = fit_quantiles(np.repeat([1.0, 2.0], 50), np.arange(100.0), (0.5,), bins=5)
    assert found.bins.tolist() == [2.0]
    assert quantiles(found, [1.0, 2.0, np.nan])[:, 0] == pytest.approx(
        [25.5, 76.5, np.nan], nan_ok=True
    )


def test_bins_need_rows():
    with pytest.raises(NotFittedError, match="9 rows are too few for 5 bins"):
        fit_quantiles(np.arange(9.0), np.arange(9.0), bins=5)


def coefficients(**changed):
    fields = {
        "model": "kp",
        "trained_from": "1975-01-01",
        "trained_until": "2023-01-01",
        "inputs": (TrainedOn(name="a.txt", sha256="0" * 64, rows=3),),
        "targets": ("3 h",),
        "features": ("x", "y"),
        "mean": (1.0, 2.0),
        "scale": (1.0, 0.5),
        "weights": ((1 / 3, 2.0, -1.0),),
        "levels": (0.5,),
        "quantile_bins": ((2.0,),),
        "quantiles": (((0.0,), (1.0,)),),
        "penalty": (0.001,),
        "skill": {"b": [1.0, None], "a": 2 / 3},
    }
    return Coefficients(**{**fields, **changed})


def test_coefficients_come_back_as_they_were_written():
    body = write_coefficients(coefficients())
    found = read_coefficients(body)
    assert write_coefficients(found) == body
    assert found.ridge("3 h").weights.tolist() == [0.333333333, 2.0, -1.0]
    assert predict(found.ridge("3 h"), [1.0, 2.5]) == pytest.approx(0.333333333 - 1)
    assert found.residuals("3 h").values.tolist() == [[0.0], [1.0]]


def test_keys_are_sorted_and_numbers_have_nine_digits():
    body = write_coefficients(coefficients())
    fields = json.loads(body, object_pairs_hook=list)
    assert [name for name, _ in fields] == sorted(name for name, _ in fields)
    assert b'{"a":0.666666667,"b":[1.0,null]}' in body


@pytest.mark.parametrize(
    ("body", "said"),
    [
        (b"[]", "these are no coefficients"),
        (write_coefficients(coefficients(features=("x",))), "do not fit their 1 features"),
        (write_coefficients(coefficients(targets=("3 h", "6 h"))), "2 targets"),
    ],
)
def test_what_are_no_coefficients_is_refused(body, said):
    with pytest.raises(ValueError, match=said):
        read_coefficients(body)


def test_a_target_that_is_not_there_is_named():
    with pytest.raises(LookupError, match="kp has no target '9 h'; it has 3 h"):
        coefficients().ridge("9 h")


@pytest.mark.parametrize("value", [np.nan, np.inf])
def test_what_is_not_finite_is_not_written(value):
    with pytest.raises(ValueError, match="not a finite number"):
        write_coefficients(coefficients(mean=(value, 1.0)))


def test_minus_nothing_is_nothing():
    assert np.signbit(rounded([-0.0, 0.0])).tolist() == [False, False]
