"""Chances of flares: rules that hold for every sun, and walk-forward over 2008-2019."""

from datetime import timedelta
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace
from solar_kit import NOW, counts, inputs, region, spoilt, tables

from stormcone.forecast.flares import (
    CLASSES,
    FEATURES,
    Past,
    disk_features,
    flare_chances,
    recalibrated,
    region_chances,
)
from stormcone.forecast.flares_training import disk_cases, hindcast, region_cases, train
from stormcone.forecast.least_squares import NotFittedError
from stormcone.forecast.regression import Coefficients, read_coefficients, write_coefficients
from stormcone.observation import tables as tables_of_package
from stormcone.verification.probability import brier_skill, reliability
from stormcone.weather.mcintosh import FLARES

TARGETS = tuple(f"{c} {h} h" for c in CLASSES for h in (24, 48, 72))
OF_REGIONS = tuple(f"region {c} {h} h" for c in "MX" for h in (24, 48, 72))
SIMPLE = Coefficients(
    model="flares",
    trained_from="2008-01-01",
    trained_until="2020-01-01",
    inputs=(),
    targets=TARGETS + OF_REGIONS,
    features=FEATURES,
    mean=(0.0,) * 8,
    scale=(1.0,) * 8,
    weights=((0.5, 1.0, 0.2, 0.4, 0.2, 0.1, 0.1, 0.5, 0.1),) * 15,
    penalty=(0.03,) * 15,
)
days = st.integers(0, 40).map(float)


@given(st.lists(st.sampled_from(sorted(FLARES)), max_size=8), days, days, days)
def test_chances_are_chances(classes, c, m, x):
    regions = tuple(region(number=n, mcintosh=one) for n, one in enumerate(classes))
    said = inputs(regions=regions, counts=counts(c, m, x))
    every = flare_chances(said, SIMPLE, now=NOW) + region_chances(said, SIMPLE, now=NOW)
    assert len(every) == 9 + 6 * len(classes)
    assert all(0 <= one.probability <= 1 for one in every)
    assert {one.end - one.begin for one in every} == {timedelta(days=n) for n in (1, 2, 3)}


@given(st.lists(st.sampled_from(sorted(FLARES)), max_size=3), days, days, days)
def test_chances_do_not_contradict_each_other(classes, c, m, x):
    packaged = read_coefficients(tables_of_package.coefficients("flares"))
    regions = tuple(region(number=n, mcintosh=one) for n, one in enumerate(classes))
    said = inputs(regions=regions, counts=counts(c, m, x))
    every = flare_chances(said, packaged, now=NOW) + region_chances(said, packaged, now=NOW)
    chances = [one.probability for one in every]
    disk, each = np.reshape(chances[:9], (3, 3)), np.reshape(chances[9:], (-1, 2, 3))
    for one in (disk, each):
        assert (np.diff(one, axis=-1) >= 0).all()
        assert (np.diff(one, axis=-2) <= 0).all()


def test_simple_rules_stand_beside_the_forecast():
    quiet_but_yesterday = counts(5, 0, 0)
    quiet_but_yesterday[-1, 1] = 2
    found = flare_chances(inputs(counts=quiet_but_yesterday), SIMPLE, now=NOW)
    m_24, m_72 = found[3], found[5]
    assert (m_24.event, m_24.persistence) == ("flare >= M1", 1.0)
    assert m_24.climatology == pytest.approx(1 / 30)
    assert m_72.climatology == pytest.approx(1 / 28)
    assert found[6].persistence == 0.0
    assert m_24.says == ()


def test_without_a_summary_climatology_stands_in_and_says_so():
    found = flare_chances(inputs(regions=None, summary_issued=None), SIMPLE, now=NOW)
    assert all(one.probability == one.climatology for one in found)
    assert {one.says for one in found} == {("climatology",)}
    assert region_chances(inputs(regions=None), SIMPLE, now=NOW) == ()


def test_with_nothing_known_the_rate_of_2008_to_2019_stands_in():
    blind = inputs(regions=None, counts=np.full((30, 3), np.nan))
    m_24 = flare_chances(blind, SIMPLE, now=NOW)[3]
    assert m_24.probability == pytest.approx(1 - np.exp(-798 / 4355))
    assert (m_24.persistence, m_24.climatology, m_24.says) == (None, None, ("climatology",))


def test_a_day_that_nobody_watched_is_not_quiet():
    unwatched = counts(8, 3, 0)
    unwatched[-1] = np.nan
    said = inputs(counts=unwatched)
    assert np.isnan(disk_features(said.regions, unwatched)).any()
    assert flare_chances(said, SIMPLE, now=NOW)[3].says == ("climatology",)
    of_the_region = region_chances(said, SIMPLE, now=NOW)
    assert all(one.probability == one.climatology for one in of_the_region)
    assert {one.says for one in of_the_region} == {("climatology",)}


def test_an_old_summary_says_so():
    found = flare_chances(inputs(summary_issued=NOW - timedelta(hours=31)), SIMPLE, now=NOW)
    assert {one.says for one in found} == {("stale",)}


@pytest.mark.parametrize("wrong", [np.zeros((29, 3)), counts(-1, 0, 0)])
def test_impossible_counts_are_refused(wrong):
    with pytest.raises(ValueError, match="give"):
        flare_chances(inputs(counts=wrong), SIMPLE, now=NOW)


def test_a_region_is_judged_by_its_own_flares():
    regions = (region(1), region(2))
    found = region_chances(inputs(regions=regions, region_flares={1: 0, 2: 3}), SIMPLE, now=NOW)
    quiet, active = found[0], found[6]
    assert (quiet.event, active.event) == ("flare >= M1 of region 1", "flare >= M1 of region 2")
    assert quiet.probability < active.probability
    assert (quiet.persistence, active.persistence) == (0.0, 1.0)
    assert quiet.climatology == pytest.approx(0.843, abs=5e-4)  # Kildahl 1980: FKC


def test_a_region_whose_flares_are_not_known_is_not_quiet():
    regions = (region(1), region(2))
    found = region_chances(inputs(regions=regions, region_flares={2: 0}), SIMPLE, now=NOW)
    unknown, quiet = found[0], found[6]
    assert (unknown.persistence, unknown.says) == (None, ("climatology",))
    assert unknown.probability == unknown.climatology == pytest.approx(0.843, abs=5e-4)
    assert (quiet.persistence, quiet.says) == (0.0, ())


def test_recalibration_lowers_what_was_said_too_high():
    rng = np.random.Generator(np.random.PCG64(3))
    said = rng.uniform(0, 1, 365)
    past = Past(said=said, came=(rng.uniform(0, 1, 365) < said / 2).astype(float))
    corrected = recalibrated([0.2, 0.5, 0.9], past)
    assert (np.diff(corrected) >= 0).all()
    assert (corrected[1:] < [0.4, 0.7]).all()


def test_few_events_recalibrate_nothing():
    past = Past(said=np.full(365, 0.1), came=np.append(np.ones(29), np.zeros(336)))
    assert recalibrated(0.4, past) == 0.4


@given(st.integers(0, 2**32 - 1), st.floats(0.2, 0.8))
def test_recalibrated_probabilities_keep_their_order(seed, base):
    rng = np.random.Generator(np.random.PCG64(seed))
    past = Past(said=rng.uniform(0, 1, 365), came=(rng.uniform(0, 1, 365) < base).astype(float))
    corrected = recalibrated(np.linspace(0, 1, 11), past)
    assert ((corrected >= 0) & (corrected <= 1)).all()
    assert (np.diff(corrected) >= -1e-12).all()


@pytest.fixture(scope="module")
def real(shared, root):
    return tables(shared, root)


@pytest.fixture(scope="module")
def walked(real):
    """What was said of 2011 to 2018, each two years by what came before them."""
    years = [np.datetime64(f"{year}-01-01") for year in range(2011, 2020, 2)]
    found = {}
    for begin, end in pairwise(years):
        for one in hindcast(train(real, begin, None), real, begin, end):
            found.setdefault(one.target, []).append(one)
    return {
        target: {
            name: np.concatenate([getattr(one, name) for one in parts])
            for name in ("said", "truth", "persistence", "climatology")
        }
        for target, parts in found.items()
    }


# authorities/solar.md: skill against climatology, of 30 days or of the McIntosh class
SKILL = [
    ("M 24 h", 0.17),
    ("M 72 h", 0.19),
    ("X 24 h", 0.05),
    ("C 24 h", 0.2),
    ("region M 24 h", 0.4),
]


@pytest.mark.shared
@pytest.mark.parametrize(("target", "least"), SKILL)
def test_walk_forward_beats_climatology_and_persistence(walked, target, least):
    one = walked[target]
    assert brier_skill(one["said"], one["truth"], one["climatology"]) > least
    assert brier_skill(one["said"], one["truth"], one["persistence"]) > 0.25


@pytest.mark.shared
def test_m_flares_come_as_often_as_said(walked):
    said, truth = walked["M 24 h"]["said"], walked["M 24 h"]["truth"]
    bins = reliability(said, truth, [0, 0.05, 0.1, 0.2, 0.3, 0.5, 0.7, 1])
    assert sum(one.cases for one in bins) == 2918
    for one in bins:
        assert one.frequency == pytest.approx(one.probability, abs=0.09)


@pytest.mark.shared
def test_nothing_after_the_day_of_issue_is_looked_at(real):
    day = np.datetime64("2014-03-01")
    later = {kind: spoilt(one, day + 1) for kind, one in real.items()}
    today = {kind: spoilt(one, day) for kind, one in real.items() if kind == "flare-days"}
    for cases in (disk_cases, region_cases):
        known, less = cases(real), cases({**later, **today})
        rows = known.at == day
        assert rows.any()
        assert np.array_equal(known.features[rows], less.features[less.at == day])
        name = next(iter(known.climatology))
        assert np.array_equal(
            known.climatology[name][rows], less.climatology[name][less.at == day]
        )


@pytest.mark.shared
def test_training_uses_nothing_from_its_end_on(real):
    until = np.datetime64("2013-01-01")
    spoilt_later = {kind: spoilt(one, until) for kind, one in real.items()}
    one, other = (write_coefficients(train(some, until, None)) for some in (real, spoilt_later))
    assert one == other


@pytest.mark.shared
def test_the_packaged_coefficients_are_what_the_tables_teach(real):
    packaged = read_coefficients(tables_of_package.coefficients("flares"))
    until = np.datetime64(packaged.trained_until)
    assert replace(packaged, skill={}) == train(real, until, None)


def test_the_packaged_coefficients_know_a_great_region():
    packaged = read_coefficients(tables_of_package.coefficients("flares"))
    m_24, x_24 = (flare_chances(inputs(), packaged, now=NOW)[place] for place in (3, 6))
    assert m_24.probability > 0.6
    assert 0.1 < x_24.probability < m_24.probability
    spotless = flare_chances(inputs(regions=(), counts=counts()), packaged, now=NOW)
    assert spotless[3].probability < 0.02


@pytest.mark.shared
def test_years_without_flares_teach_nothing(real):
    with pytest.raises(NotFittedError, match="more"):
        train(real, np.datetime64("2008-02-15"), None)
