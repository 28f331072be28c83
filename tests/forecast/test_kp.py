"""Kp from its own past: the table of 6.3, no look ahead, and what stands in for Kp."""

from datetime import timedelta

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from indices_kit import (
    brier_skill,
    covered,
    crps,
    daily_indices,
    kp_series,
    made_up,
    packaged,
    rmse,
    series,
    unseen_after,
    utc,
)
from msgspec.structs import replace

from stormcone.forecast import kp

# Specification of weather, 6.3: learnt from 1975 to 2022, scored on 2023-05 to 2025-07
TABLE = {
    "3 h": (0.84, 0.89, 0.48, 0.80, 0.37),
    "6 h": (1.04, 1.15, 0.59, 0.80, 0.21),
    "12 h": (1.19, 1.39, 0.68, 0.80, 0.08),
    "24 h": (1.30, 1.62, 0.74, 0.80, 0.01),
    "48 h": (1.34, 1.81, 0.77, 0.81, -0.02),
    "72 h": (1.35, 1.84, 0.77, 0.82, -0.02),
}
TWO_DECIMALS = 0.005
NOW = utc(2024, 5, 10, 15, 20)
BEGIN = utc(2024, 1, 1)
THREE_HOURS = timedelta(hours=3)


@pytest.fixture(scope="module")
def learnt():
    return packaged("kp")


@pytest.mark.slow
@pytest.mark.shared
def test_no_lead_is_worse_than_the_table(shared, monkeypatch):
    monkeypatch.setattr(kp, "LEADS", (1, 2, 4, 8, 16, 24))
    inputs = daily_indices(shared)
    found = kp.train(
        inputs, np.datetime64("2023-01-01"), np.random.Generator(np.random.PCG64(0))
    )
    span = np.datetime64("2023-05-01"), np.datetime64("2025-07-21")
    said = {one.target: one for one in kp.hindcast(found, inputs, *span)}
    for lead, (error, persistence, score, share, skill) in TABLE.items():
        one, storms = said[lead], said[f"5- or more {lead}"]
        assert rmse(one.said.mean(axis=1), one.truth) <= error + TWO_DECIMALS
        assert rmse(one.persistence, one.truth) == pytest.approx(persistence, abs=0.06)
        assert crps(one) <= score + TWO_DECIMALS
        assert covered(one) == pytest.approx(share, abs=0.015)
        assert brier_skill(storms.said, storms.truth) >= skill - TWO_DECIMALS


def test_nothing_after_the_issue_counts(monkeypatch):
    monkeypatch.setattr(kp, "LEADS", (1, 7, kp.ROTATION))
    inputs = made_up()
    date = np.datetime64("1983-06-01")
    rng = np.random.Generator(np.random.PCG64(0))
    found = kp.train(inputs, date, rng)
    blind = unseen_after(inputs, date)
    assert kp.train(blind, date, rng) == found
    span = np.datetime64("1983-01-01"), np.datetime64("1983-07-01")
    for one, other in zip(
        kp.hindcast(found, inputs, *span), kp.hindcast(found, blind, *span), strict=True
    ):
        first = one.at < date.astype("datetime64[h]") + np.timedelta64(3, "h")
        assert (one.said[first] == other.said[first]).all()


@pytest.mark.shared
def test_what_becomes_known_later_does_not_change_the_outlook(shared, learnt):
    whole = kp_series(shared, BEGIN, utc(2024, 5, 20))
    before = kp_series(shared, BEGIN, utc(2024, 5, 11))
    assert (
        kp.outlook(learnt, whole, NOW).values == kp.outlook(learnt, before, NOW).values
    ).all()


@pytest.mark.shared
def test_the_outlook_is_the_hindcast_of_the_same_hour(shared, learnt):
    said = kp.outlook(learnt, kp_series(shared, BEGIN, utc(2024, 5, 20)), NOW)
    assert len(said.valid) == 25
    assert said.valid[0] == utc(2024, 5, 10, 15)
    span = np.datetime64("2024-05-10"), np.datetime64("2024-05-14")
    by_target = {one.target: one for one in kp.hindcast(learnt, daily_indices(shared), *span)}
    for lead, valid in enumerate(said.valid[:24], start=1):
        one = by_target[f"{3 * lead} h"]
        (row,) = np.flatnonzero(one.at == np.datetime64(valid.replace(tzinfo=None)))
        assert said.values[lead - 1] == pytest.approx(one.said[row], abs=1e-6)
    assert said.persistence.tolist() == [said.based_on[0].value] * 25
    assert (said.says, said.based_on[0].at) == ((), utc(2024, 5, 10, 12))


@pytest.mark.shared
def test_the_great_storm_of_may_2024_is_seen_once_it_has_begun(shared, learnt):
    record = kp_series(shared, BEGIN, utc(2024, 5, 20))
    before, within = (
        kp.outlook(learnt, record, at).exceedance(14 / 3)[0]
        for at in (utc(2024, 5, 10, 12), utc(2024, 5, 11, 3))
    )
    assert before < 0.2
    assert within > 0.9


@pytest.mark.shared
def test_an_old_kp_makes_a_longer_lead_and_a_wider_forecast(shared, learnt):
    record = kp_series(shared, BEGIN, utc(2024, 5, 10))
    fresh = kp.outlook(learnt, record, utc(2024, 5, 10, 1))
    late = kp.outlook(learnt, record, utc(2024, 5, 10, 7, 1))
    assert (fresh.says, late.says) == ((), ("estimated",))
    assert late.valid[0] == fresh.valid[2]
    width = fresh.values[2, -1] - fresh.values[2, 0]
    assert late.values[0, -1] - late.values[0, 0] > width + 0.5
    assert late.values[0, 9] == fresh.values[2, 9]


@pytest.mark.shared
def test_a_new_site_says_estimated_and_its_80_percent_hold_no_less(shared, learnt):
    """Seven days of Kp and 112, on 60 days; without more width the first hold 4 % less."""
    whole = kp_series(shared, utc(2018, 8, 1), utc(2025, 7, 1))
    truth = dict(zip(whole.at, whole.value, strict=True))
    inside, widths = [], []
    for now in (utc(2019, 1, 1) + n * timedelta(days=38) for n in range(60)):
        both = [
            kp.outlook(learnt, kp_series(shared, now - days * timedelta(days=1), now), now)
            for days in (7, 112)
        ]
        assert [one.says for one in both] == [("estimated",), ()]
        came = np.array([truth[np.datetime64(at.replace(tzinfo=None))] for at in both[0].valid])
        ends = np.array([one.values[:, [1, -2]].T for one in both])
        inside.append((came >= ends[:, 0]) & (came <= ends[:, 1]))
        widths.append(ends[:, 1] - ends[:, 0])
    new, old = np.mean(inside, axis=(0, 2))
    assert new >= old - 0.005
    new_width, old_width = np.mean(widths, axis=0)
    assert (new_width > old_width).all()
    assert new_width[23] > old_width[23] + 0.4


@pytest.mark.shared
def test_one_gap_widens_a_little_and_is_not_called_estimated(shared, learnt):
    record = kp_series(shared, BEGIN, utc(2024, 5, 20))
    value = record.value.copy()
    gone = np.flatnonzero(record.at == np.datetime64("2024-05-10T09"))
    value[gone] = value[gone - kp.ROTATION]  # as the gap will be filled
    filled = kp.outlook(learnt, replace(record, value=value), NOW)
    value[gone] = np.nan
    gapped = kp.outlook(learnt, replace(record, value=value), NOW)
    assert gapped.says == ()
    assert gapped.values[:, 9] == pytest.approx(filled.values[:, 9])
    widths = [one.values[:8, -2] - one.values[:8, 1] for one in (gapped, filled)]
    assert (widths[0] > widths[1]).all()


@pytest.mark.parametrize("record", [None, series("kp", BEGIN, THREE_HOURS, [np.nan] * 9)])
def test_without_any_kp_it_is_the_kp_of_all_years(learnt, record):
    said = kp.outlook(learnt, record, NOW)
    assert said.says == ("estimated",)
    assert said.based_on[0].source == "climatology"
    assert said.values[:, 9] == pytest.approx(2, abs=0.5)
    assert (said.values[:, -1] - said.values[:, 0] > 4).all()
    assert (said.persistence == said.climatology).all()


@settings(max_examples=15)
@given(
    st.lists(st.sampled_from([np.nan, 0, 1 / 3, 4, 26 / 3, 9]), max_size=40),
    st.integers(0, 27 * 24),
)
def test_quantiles_rise_within_0_to_9(values, hours):
    record = series("kp", NOW - len(values) * THREE_HOURS, THREE_HOURS, values)
    said = kp.outlook(packaged("kp"), record, NOW, timedelta(hours=hours))
    assert said.values.min() >= 0
    assert said.values.max() <= 9
    assert (np.diff(said.values, axis=1) >= 0).all()
    assert len(said.valid) == len(said.values) == hours // 3 + 1


def test_a_horizon_that_no_rotation_reaches_is_refused(learnt):
    with pytest.raises(ValueError, match="choose 0 to 27 days"):
        kp.outlook(learnt, None, NOW, timedelta(days=28))


def test_gaps_are_filled_by_what_was_a_rotation_before():
    past = np.arange(500, dtype=float)
    past[[100, 300, 301]] = np.nan
    whole = kp.filled(past)
    assert (whole[300], whole[301], whole[100]) == (84.0, 85.0, kp.MEAN_KP)


def test_the_outlook_beyond_72_hours_looks_at_nothing_newer_than_a_rotation():
    values = np.arange(1000) % 28 / 3
    at = np.datetime64("1990-01-01T00") + np.arange(1000) * kp.STEP
    rows = np.array([900])
    changed = values.copy()
    changed[900 - 215 :] = 0
    same = [kp.features(one, at, rows, 216) for one in (values, changed)]
    assert (same[0] == same[1]).all()
