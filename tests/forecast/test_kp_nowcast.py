"""Kp from the solar wind: the figures of 6.3 on 1998, and what stands in for a feed."""

from datetime import timedelta

import numpy as np
import pytest
from indices_kit import covered, omni2, packaged, rmse, series, unseen_after, utc

from stormcone.forecast import kp_nowcast as nowcast
from stormcone.verification.contingency import table

NOW = utc(2024, 5, 10, 20, 20)
HOUR = timedelta(hours=1)


@pytest.fixture(scope="module")
def learnt():
    return packaged("kp-nowcast")


def record(kp=(4.0, 6.0), hours=12, **wind):
    """A strong wind with a southward field, and the last two whole Kp, the newest last."""
    strong = {
        "by_gsm_nt": 5.0,
        "bz_gsm_nt": -15.0,
        "solar_wind_density_cm3": 15.0,
        "solar_wind_speed_km_s": 650.0,
        **wind,
    }
    begin = utc(2024, 5, 10, 20) - hours * HOUR
    found = {
        name: series(name, begin, HOUR / 60, np.full(60 * hours + 20, value))
        for name, value in strong.items()
        if value is not None
    }
    found["kp"] = series("kp", utc(2024, 5, 10, 12), timedelta(hours=3), kp)
    return found


@pytest.mark.shared
def test_half_a_year_teaches_the_other_half(shared):
    """Weather 6.3: RMSE .70, r .88, HSS .66 at 5- and more, persistence .95."""
    inputs = omni2(shared)
    middle = np.datetime64("1998-07-02T12")
    found = nowcast.train(inputs, middle, np.random.Generator(np.random.PCG64(0)))
    one = nowcast.hindcast(found, inputs, middle, np.datetime64("1999-01-01"))[0]
    said, known = one.said.mean(axis=1), np.isfinite(one.truth)
    assert rmse(said[known], one.truth[known]) <= 0.705
    assert rmse(one.persistence[known], one.truth[known]) == pytest.approx(0.95, abs=0.01)
    assert np.corrcoef(said[known], one.truth[known])[0, 1] >= 0.875
    assert table(said[known] >= 4.65, one.truth[known] >= 4.65).hss >= 0.65
    assert covered(one) == pytest.approx(0.8, abs=0.02)


@pytest.mark.shared
def test_nothing_after_the_issue_counts(shared):
    inputs = omni2(shared)
    date = np.datetime64("1998-05-01T05")
    rng = np.random.Generator(np.random.PCG64(0))
    blind = unseen_after(inputs, date)
    found = nowcast.train(inputs, date, rng)
    assert nowcast.train(blind, date, rng) == found
    span = date - np.timedelta64(240, "h"), date
    for one, other in zip(
        nowcast.hindcast(found, inputs, *span),
        nowcast.hindcast(found, blind, *span),
        strict=True,
    ):
        assert (one.said == other.said).all()


def test_a_southward_storm_is_seen_at_once(learnt):
    said = nowcast.outlook(learnt, packaged("kp"), record(), NOW)
    assert said.valid == tuple(utc(2024, 5, 10, 20) + n * HOUR for n in range(4))
    assert said.says == ()
    assert (said.values[:, 9] > 6).all()
    northward = nowcast.outlook(learnt, packaged("kp"), record(bz_gsm_nt=15.0), NOW)
    assert (northward.values[:, 9] < said.values[:, 9] - 1).all()
    assert said.persistence.tolist() == [6.0] * 4
    assert {one.quantity for one in said.based_on} == {"kp", *nowcast.WIND}


def test_the_running_hour_of_wind_does_not_count(learnt):
    calm = record()
    later = utc(2024, 5, 10, 20)
    bz = calm["bz_gsm_nt"]
    turned = series("bz_gsm_nt", utc(2024, 5, 10, 8), HOUR / 60, bz.value)
    turned.value[bz.at >= np.datetime64(later.replace(tzinfo=None))] = 20
    one, other = (
        nowcast.outlook(learnt, packaged("kp"), {**calm, "bz_gsm_nt": some}, NOW)
        for some in (bz, turned)
    )
    assert (one.values == other.values).all()


@pytest.mark.parametrize("missing", nowcast.WIND)
def test_without_wind_it_is_kp_alone(learnt, missing):
    said = nowcast.outlook(learnt, packaged("kp"), record(**{missing: None}), NOW)
    assert "no wind" in said.says
    assert said.valid == (utc(2024, 5, 10, 18), utc(2024, 5, 10, 21))
    full = nowcast.outlook(learnt, packaged("kp"), record(), NOW)
    assert np.ptp(said.values[-1]) > np.ptp(full.values[0])


def test_a_kp_that_is_not_in_yet_is_estimated_from_the_wind(learnt):
    seen = record(kp=(4.0, np.nan))
    said = nowcast.outlook(learnt, packaged("kp"), seen, NOW)
    assert said.says == ("estimated",)
    assert said.persistence[0] == pytest.approx(9, abs=1)  # Newell's estimate of this wind
    known = nowcast.outlook(learnt, packaged("kp"), record(kp=(4.0, said.persistence[0])), NOW)
    assert said.values[0, 9] == pytest.approx(known.values[0, 9])
    assert np.ptp(said.values[0]) > np.ptp(known.values[0])


def test_without_anything_it_is_climatology(learnt):
    said = nowcast.outlook(learnt, packaged("kp"), {}, NOW)
    assert said.says == ("estimated", "no wind")
    assert np.isfinite(said.values).all()
