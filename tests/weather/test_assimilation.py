"""Optimal interpolation: its textbook cases, what it drops, and how it fades."""

from datetime import UTC, datetime, timedelta

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from stormcone.weather.assimilation import (
    STATE_LAT_DEG,
    STATE_TIME_H,
    Departures,
    analyse,
    local_time_h,
    obliquity,
    super_observations,
    vertical_tecu,
)

AT = datetime(2024, 5, 11, 6, tzinfo=UTC)
NODE_LAT, NODE_TIME = 45.0, 6.0  # a node of the state


# authorities/ionosphere.md: thin shell at 450 km, Earth radius 6371 km.
@pytest.mark.parametrize(("elevation", "ratio"), [(90, 1.0), (30, 1.701), (10, 2.549)])
def test_the_shell_maps_slant_to_vertical(elevation, ratio):
    assert obliquity(elevation) == pytest.approx(ratio, abs=5e-4)
    assert vertical_tecu(ratio * 40, elevation) == pytest.approx(40, rel=3e-4)


def test_low_rays_and_missing_values_are_not_used():
    assert np.isnan(vertical_tecu([80, np.nan, 80], [9.9, 45, np.nan])).all()


def test_one_observation_is_weighed_against_the_background():
    """Daley: the analysis is value / (1 + R), the variance left R / (1 + R)."""
    found = analyse(seen(value=[2.0], variance=[0.25]), at=AT)
    departure, variance = found.at_places(NODE_LAT, NODE_TIME, AT)
    assert departure == pytest.approx(2 / 1.25, rel=1e-5)
    assert variance == pytest.approx(0.25 / 1.25, rel=1e-4)


@pytest.mark.parametrize(("lat", "hours"), [(NODE_LAT + 7.5, 0.0), (NODE_LAT, 1.0)])
def test_its_weight_falls_with_distance_as_the_scales_say(lat, hours):
    found = analyse(seen(value=[1.0], variance=[1e-6]), at=AT)
    departure, _ = found.at_places(lat, NODE_TIME + hours, AT)
    along_deg = 15 * hours * np.cos(np.radians(NODE_LAT)) / 18
    narrower = (np.cos(np.radians(lat)) - np.cos(np.radians(NODE_LAT))) * np.degrees(1) / 18
    square = ((lat - NODE_LAT) / 8) ** 2 + along_deg**2 + narrower**2
    assert departure == pytest.approx(np.exp(-square / 2), rel=0.01)


def test_local_time_closes_round_midnight():
    found = analyse(seen(time=[23.9], value=[1.0]), at=AT)
    before, after = (found.at_places(NODE_LAT, hour, AT)[0] for hour in (23.7, 0.1))
    assert before == pytest.approx(after, rel=0.02)


def test_far_away_nothing_changes():
    found = analyse(seen(value=[3.0]), at=AT)
    departure, variance = found.at_places(-45, 18, AT)
    assert departure == pytest.approx(0, abs=1e-6)
    assert variance == pytest.approx(1, abs=1e-6)


def test_what_is_not_finite_or_stands_twice_is_dropped_and_counted():
    both = seen(
        lat=[10, 10, 20, np.nan, 30, 40],
        time=[3, 3, 4, 5, np.inf, 6],
        value=[1, 1, np.nan, 1, 1, 2],
        variance=[0.1] * 6,
    )
    note = analyse(both, at=AT).note
    assert (note.used, note.super_observations) == (2, 2)
    assert (note.duplicate, note.not_finite) == (1, 3)


def test_without_observations_it_is_the_background():
    found = analyse(seen(value=[np.nan]), at=AT)
    assert not found.departure.any()
    assert (found.variance == 1).all()


def test_an_analysis_fades_and_its_variance_grows_back():
    found = analyse(seen(value=[2.0], variance=[0.1]), at=AT, tau_h=4)
    late, variance = found.at_places(NODE_LAT, NODE_TIME, AT + timedelta(hours=4))
    now, before = found.at_places(NODE_LAT, NODE_TIME, AT)
    assert late == pytest.approx(now * np.exp(-1))
    assert variance == pytest.approx(1 - np.exp(-2) * (1 - before))
    with pytest.raises(ValueError, match="before the analysis"):
        found.at_places(0, 0, AT - timedelta(minutes=1))


def test_a_second_look_learns_from_the_first():
    first = analyse(seen(value=[1.0], variance=[0.5]), at=AT)
    later = AT + timedelta(minutes=15)
    alone = analyse(seen(value=[1.0], variance=[0.5]), at=later)
    both = analyse(seen(value=[1.0], variance=[0.5]), at=later, prior=first)
    assert both.variance.min() < alone.variance.min()
    assert both.departure.max() > alone.departure.max()


@given(st.integers(700, 3000), st.integers(0, 100))
@settings(max_examples=5)
def test_many_observations_become_few_of_the_same_mean(count, seed):
    many = crowd(count, seed)
    joined = super_observations(many)
    assert len(joined.value) <= 600
    assert joined.value.mean() == pytest.approx(many.value.mean(), abs=0.15)


@given(st.integers(0, 1000))
@settings(max_examples=3)
def test_the_variance_stays_between_nothing_and_the_background(seed):
    found = analyse(crowd(200, seed), at=AT)
    assert 0 <= found.variance.min() < found.variance.max() <= 1
    assert np.isfinite(found.departure).all()


def test_it_recovers_a_smooth_field_from_its_samples():
    def truth(lat_deg, hours):
        return np.sin(np.radians(2 * lat_deg)) * np.cos(np.radians(15 * hours))

    places = crowd(600, 3)
    found = analyse(
        seen(
            lat=places.lat_deg,
            time=places.local_time_h,
            value=truth(places.lat_deg, places.local_time_h),
            variance=np.full(600, 0.01),
        ),
        at=AT,
    )
    expected = truth(STATE_LAT_DEG[:, None], STATE_TIME_H)
    inner = np.abs(STATE_LAT_DEG) < 75
    assert np.sqrt(np.mean((found.departure - expected)[inner] ** 2)) < 0.05


def test_noon_is_where_the_sun_stands():
    assert local_time_h(90, AT) == pytest.approx(12, abs=0.1)


def seen(lat=(NODE_LAT,), time=(NODE_TIME,), value=(1.0,), variance=(0.1,)):
    names = ("lat_deg", "local_time_h", "value", "variance")
    arrays = (np.array(column, float) for column in (lat, time, value, variance))
    return Departures(**dict(zip(names, arrays, strict=True)))


def crowd(count, seed):
    rng = np.random.Generator(np.random.PCG64(seed))
    return seen(
        lat=np.degrees(np.arcsin(rng.uniform(-1, 1, count))),
        time=rng.uniform(0, 24, count),
        value=rng.normal(size=count),
        variance=np.full(count, 0.1),
    )
