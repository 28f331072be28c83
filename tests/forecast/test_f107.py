"""F10.7 to 45 days: the figures of 6.4, no look ahead, gaps and a feed that stopped."""

from datetime import timedelta

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from indices_kit import (
    covered,
    daily_indices,
    f107_series,
    made_up,
    packaged,
    series,
    unseen_after,
    utc,
)
from numpy.random import PCG64, Generator

from stormcone.forecast import f107

# Weather 6.4: learnt to 2009, scored on 2010 to 2025: MAPE, and that of persistence, percent
MAPE = {
    "1 d": (3.0, 3.3),
    "3 d": (5.6, 6.6),
    "7 d": (8.6, 11.4),
    "14 d": (9.5, 14.0),
    "27 d": (9.9, 11.1),
    "45 d": (11.1, 13.8),
}
NOW = utc(2024, 5, 11, 9, 30)
BEGIN = utc(2024, 1, 1)
DAY = timedelta(days=1)


@pytest.fixture(scope="module")
def learnt():
    return packaged("f107")


def percent(said, truth):
    return 100 * np.mean(np.abs(said - truth) / truth)


@pytest.mark.shared
def test_errors_come_out_as_measured(shared, monkeypatch):
    monkeypatch.setattr(f107, "LEADS", [int(lead[:-2]) for lead in MAPE])
    inputs = daily_indices(shared)
    middle = np.datetime64("2010-01-01")
    found = f107.train(inputs, middle, Generator(PCG64(0)))
    for one in f107.hindcast(found, inputs, middle, np.datetime64("2025-07-21")):
        ours, persistence = MAPE[one.target]
        assert percent(one.said[:, 9], one.truth) <= ours + 0.05
        assert percent(one.persistence, one.truth) == pytest.approx(persistence, abs=0.06)
        assert covered(one) == pytest.approx(0.8, abs=0.035)


def test_nothing_after_the_issue_counts(monkeypatch):
    monkeypatch.setattr(f107, "LEADS", (1, 30))
    inputs = made_up()
    date = np.datetime64("1983-06-01")
    found = f107.train(inputs, date, Generator(PCG64(0)))
    blind = unseen_after(inputs, date)
    assert f107.train(blind, date, Generator(PCG64(0))) == found
    span = np.datetime64("1983-01-01"), np.datetime64("1983-07-01")
    for one, other in zip(
        f107.hindcast(found, inputs, *span), f107.hindcast(found, blind, *span), strict=True
    ):
        lead = np.timedelta64(int(one.target[:-2]), "D")
        before = one.at - lead < date
        assert (one.said[before] == other.said[before]).all()


@pytest.mark.shared
def test_the_outlook_is_the_hindcast_of_the_same_day(shared, learnt):
    said = f107.outlook(learnt, f107_series(shared, BEGIN, utc(2024, 7, 20)), NOW)
    assert said.valid == tuple(utc(2024, 5, 11) + n * DAY for n in range(45))
    span = np.datetime64("2024-05-11"), np.datetime64("2024-06-26")
    for n, one in enumerate(f107.hindcast(learnt, daily_indices(shared), *span)):
        assert said.values[n] == pytest.approx(one.said[n])
    assert said.persistence[0] == said.based_on[0].value


@pytest.mark.shared
def test_a_feed_that_stopped_makes_longer_leads(shared, learnt):
    record = f107_series(shared, BEGIN, utc(2024, 5, 11))
    then, later = (f107.outlook(learnt, record, NOW + days * DAY) for days in (0, 10))
    assert later.valid == then.valid[10:]
    assert (later.values == then.values[10:]).all()


@pytest.mark.shared
def test_a_gap_is_bridged(shared, learnt):
    record = f107_series(shared, BEGIN, utc(2024, 5, 11))
    whole = f107.outlook(learnt, record, NOW)
    record.value[-12:-9] = np.nan
    assert f107.outlook(learnt, record, NOW).values == pytest.approx(whole.values, rel=0.05)


@pytest.mark.parametrize("values", [None, [np.nan] * 200])
def test_where_nothing_is_known_it_is_climatology(learnt, values):
    record = values and series("f107_sfu", NOW - len(values) * DAY, DAY, values)
    said = f107.outlook(learnt, record, NOW)
    assert said.says == ("climatology",)
    assert (said.values == said.values[0]).all()
    assert said.values[0, 0] < 75
    assert said.values[0, -1] > 200


def test_a_few_days_are_used_and_called_an_estimate(learnt):
    said = f107.outlook(learnt, series("f107_sfu", NOW - 20 * DAY, DAY, [150.0] * 20), NOW)
    assert said.says == ("estimated",)
    assert said.persistence[0] == 150.0
    assert said.values[0, 0] < 150.0 < said.values[0, -1]


@settings(max_examples=20)
@given(
    st.lists(st.one_of(st.just(np.nan), st.floats(65, 350)), max_size=110), st.integers(0, 60)
)
def test_quantiles_rise_and_are_fluxes(values, days):
    record = series("f107_sfu", BEGIN, DAY, values)
    said = f107.outlook(packaged("f107"), record, BEGIN + (len(values) + days) * DAY)
    assert (said.values > 40).all()
    assert (said.values < 1000).all()
    assert (np.diff(said.values, axis=1) >= 0).all()
    assert len(said.valid) == len(said.values) > 0
