"""Density to 72 hours ahead: drivers, spread, scale, and what is missing."""

from datetime import UTC, datetime, timedelta

import numpy as np
import pytest

from stormcone.forecast.hf_drivers import LEVELS, MEDIAN
from stormcone.forecast.outlook import Outlook
from stormcone.forecast.thermosphere import DAY, DEVIATIONS, STEP, density_forecast
from stormcone.observation.feed import Provenance, Series
from stormcone.weather.drag import DensityScale
from stormcone.weather.thermosphere import density_table

NOW = datetime(2024, 5, 10, 18, tzinfo=UTC)
HEIGHTS = np.array([250.0, 400.0, 800.0])
STORM_KP = [8.0] * 4 + [2.0] * 21


def test_the_table_is_the_models_at_the_median():
    made = forecast([2.0] * 25, before=2.0)
    found = made.table(0)
    model = density_table(NOW, 200, 190, [7] * 7)
    assert found.at(20, 10, 400) == pytest.approx(model.at(20, 10, 400), rel=1e-5)
    assert made.says == ()


def test_a_storm_thickens_the_air_and_leaves_it_later():
    made = forecast(STORM_KP)
    before, storm, after = (made.table(index).at(20, 10, 400) for index in (0, 3, 24))
    assert storm > before
    assert storm > 1.3 * after


def test_quantiles_rise_and_are_wider_in_a_storm():
    made = forecast(STORM_KP)
    for index in (0, 3, 24):
        found = made.ln_quantiles(index, HEIGHTS)
        assert found.shape == (len(LEVELS), len(HEIGHTS))
        assert (np.diff(found, axis=0) > 0).all()
        assert (found[MEDIAN] == 0).all()
    assert (made.sigma(3, HEIGHTS) > 0.30).all()
    assert (made.sigma(24, HEIGHTS) < made.sigma(3, HEIGHTS)).all()
    assert (made.sigma(24, HEIGHTS) > 0.15).all()


def test_surely_known_drivers_leave_the_spread_of_the_model():
    made = forecast([2.0] * 25, before=2.0, kp_spread=0, flux_spread=0)
    assert made.sigma(5, HEIGHTS) == pytest.approx([0.15] * 3, rel=0.05)


def test_the_scale_fades_with_lead():
    plain = forecast([2.0] * 25, before=2.0)
    scaled = forecast(
        [2.0] * 25, before=2.0, scale=DensityScale(ln_scale=np.log(1.5), variance=0.01)
    )
    ratio = [scaled.table(k).at(0, 0, 400) / plain.table(k).at(0, 0, 400) for k in (0, 4, 24)]
    assert ratio == pytest.approx([1.5, 1.5 ** np.exp(-1), 1.0], abs=0.01)


def test_a_missing_past_is_estimated():
    made = forecast([2.0] * 25, before=None)
    assert made.says == ("estimated",)
    assert np.isfinite(made.table(0).values).all()


def test_flux_is_that_of_the_day_before():
    days = np.array([150.0, 200.0, 250.0, 300.0])
    made = forecast([2.0] * 25, before=2.0, flux=days)
    medians = made.f107_sfu[:, MEDIAN]
    assert medians[0] == 150
    assert medians[made.valid.index(NOW + timedelta(hours=33))] == 150
    assert medians[made.valid.index(NOW + timedelta(hours=60))] == 200


def test_other_steps_than_three_hours_are_refused():
    with pytest.raises(ValueError, match="expected 3:00:00"):
        density_forecast(
            outlook("kp", np.full(3, 2.0), 1, timedelta(hours=1)),
            outlook("f107_sfu", np.full(3, 200.0), 5, DAY),
            observed_kp=None,
            f107_81d_sfu=190,
            now=NOW,
        )


def forecast(kp, before=2.0, kp_spread=1.0, flux_spread=5.0, flux=None, scale=None):
    fluxes = np.full(5, 200.0) if flux is None else flux
    return density_forecast(
        outlook("kp", np.array(kp), kp_spread, STEP),
        outlook("f107_sfu", fluxes, flux_spread, DAY),
        observed_kp=None if before is None else history(before),
        f107_81d_sfu=190,
        now=NOW,
        scale=scale,
    )


def outlook(quantity, medians, spread, step):
    values = np.clip(medians[:, None] + spread * DEVIATIONS, 0, 9 if quantity == "kp" else 400)
    start = NOW if quantity == "kp" else NOW.replace(hour=0) + DAY
    return Outlook(
        quantity=quantity,
        issued=NOW,
        valid=tuple(start + k * step for k in range(len(medians))),
        levels=LEVELS,
        values=values,
        persistence=medians,
        climatology=medians,
    )


def history(kp):
    last = np.datetime64(NOW.replace(tzinfo=None), "ms")
    at = last - np.arange(1, 40)[::-1] * np.timedelta64(3, "h")
    return Series(
        quantity="kp",
        source="test",
        at=at,
        value=np.full(len(at), kp),
        known=at + np.timedelta64(3, "h"),
        flags=np.zeros(len(at), np.uint16),
        provenance=(Provenance.OBSERVED,) * len(at),
    )
