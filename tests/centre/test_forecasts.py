"""Forecasts as they are served: what has already happened counts."""

from datetime import UTC, datetime, timedelta

import numpy as np
import pytest

from stormcone.centre.forecasts import REACHED, Forecasts
from stormcone.centre.inputs import Inputs
from stormcone.observation import scenario
from stormcone.observation.archive import Archive

STORM = datetime(2026, 1, 19, 21, 30, tzinfo=UTC)


@pytest.fixture(scope="module")
def forecasts(tmp_path_factory):
    with Archive(tmp_path_factory.mktemp("january")) as archive:
        scenario.fill(archive, scenario.load("2026-01"))
        yield Forecasts(Inputs(archive))


def test_a_storm_that_has_come_is_certain_for_its_day(forecasts):
    today = [one for one in forecasts.storms(STORM) if one.begin <= STORM]
    chances = [one.probability for one in today]
    assert len(today) == 5
    assert chances[:4] == [1.0] * 4  # Kp 8+ was known, which is G4
    assert 0 < chances[4] < 1
    assert all(REACHED in one.says for one in today[:4])


def test_before_the_storm_no_level_is_certain(forecasts):
    today = [one for one in forecasts.storms(STORM - timedelta(hours=12)) if one.begin <= STORM]
    assert all(one.probability < 1 for one in today)
    assert all(REACHED not in one.says for one in today)


def test_the_hours_gone_by_are_in_todays_ap(forecasts):
    made = forecasts.ap(STORM)
    known = (18 + 3 + 2 + 4 + 5 + 15 + 236) / 8
    assert made.values[0].min() >= known
    assert (np.diff(made.values, axis=1) >= 0).all()


def test_kp_of_this_interval_is_not_below_what_it_reached(forecasts):
    made = forecasts.kp(STORM)
    assert made.valid[0] == STORM.replace(hour=21, minute=0)
    assert made.values[0].min() >= 23 / 3 - 0.01
    before = forecasts.kp(STORM - timedelta(minutes=20))  # nothing was reached since 21:00
    assert before.values[0].min() < 23 / 3
    assert (made.values[1:4] > before.values[1:4]).all()
    assert "estimated" in made.says


def test_protons_are_forecast_before_the_flare_is_summarised(forecasts):
    made = forecasts.protons(datetime(2026, 1, 18, 18, 58, tzinfo=UTC))
    assert made is not None
    assert 0.05 < made.chances[0].probability < 0.9
    assert forecasts.protons(datetime(2026, 1, 18, 18, 5, tzinfo=UTC)) is None  # still rising


def test_f107_rests_on_the_days_that_are_known_and_not_on_a_burst(forecasts):
    made = forecasts.f107(datetime(2026, 1, 20, 12, tzinfo=UTC))
    assert "estimated" in made.says
    assert made.persistence[0] == pytest.approx(173.4)
    assert made.values[0, 0] < 173.4 < made.values[0, -1]
    day_of_burst = forecasts.f107(datetime(2026, 1, 18, 23, tzinfo=UTC))
    assert day_of_burst.persistence[0] == pytest.approx(159.2)


def test_maps_of_the_ionosphere_know_the_kp_that_was_reached(forecasts):
    so_far = forecasts.kp_so_far(STORM)
    assert so_far.at[-1] == np.datetime64("2026-01-19T21:00")
    assert so_far.value[-1] == pytest.approx(23 / 3)
    quiet = forecasts.kp_so_far(STORM - timedelta(hours=12))
    assert (quiet.at == forecasts.observed_kp(STORM - timedelta(hours=12)).at).all()
