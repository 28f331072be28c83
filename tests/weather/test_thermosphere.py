"""Tables of density: the model's own values, what reading between nodes costs, and drag."""

import math
from datetime import UTC, datetime, timedelta, timezone

import numpy as np
import pymsis
import pytest
from hypothesis import given
from hypothesis import strategies as st

from stormcone.weather.drag import (
    QUIET_SIGMA,
    STORM_SIGMA,
    DensityScale,
    drag_acceleration_m_s2,
    relative_sigma,
    scale_after,
)
from stormcone.weather.thermosphere import (
    AP_NODES,
    F107_NODES,
    density,
    density_table,
    global_mean_density_table,
    storm_ap,
)

STORM_TIME = datetime(2024, 5, 11, 3, tzinfo=UTC)
QUIET, STORM = [10] * 7, [200, 300, 300, 236, 207, 150, 20]
DRIVERS = {"f107": 214, "f107a": 190}


@pytest.fixture(scope="module")
def table():
    return density_table(STORM_TIME, 214, 190, STORM)


@pytest.fixture(scope="module")
def mean():
    return global_mean_density_table(
        altitude_km=[200, 400, 600], f107_sfu=[70, 130, 250], ap=[10, 100]
    )


@pytest.mark.parametrize(
    ("version", "ap7", "kg_m3"),
    [
        (0, QUIET, 5.561e-12),
        (2.1, QUIET, 5.045e-12),
        (0, STORM, 9.904e-12),
        (2.1, STORM, 8.371e-12),
    ],
)
def test_agrees_with_nrlmsis(version, ap7, kg_m3):
    """authorities/geospace.md: 50 N 15 E, 400 km, 03 UT."""
    found = density(STORM_TIME, 50, 4, 400, **DRIVERS, ap7=ap7, version=version)
    assert found == pytest.approx(kg_m3, rel=1e-3)


def test_places_are_those_of_the_model_itself():
    """The same by pymsis, with longitude for local time."""
    theirs = pymsis.calculate(
        np.datetime64("2024-05-11T03"), 15, 50, 400, 214, 190, [STORM], geomagnetic_activity=-1
    )
    ours = density(STORM_TIME, 50, 4, 400, **DRIVERS, ap7=STORM)
    assert ours == pytest.approx(float(np.squeeze(theirs)[0]), rel=1e-6)


@pytest.mark.parametrize(
    ("low_km", "high_km", "rms", "worst"),
    [
        (100, 130, 0.06, 0.13),
        (130, 200, 0.01, 0.03),
        (200, 400, 0.003, 0.012),
        (400, 1200, 0.006, 0.03),
    ],
)
def test_reading_between_the_nodes_costs_no_more_than_published(
    table, low_km, high_km, rms, worst
):
    """authorities/geospace.md states these errors."""
    rng = np.random.Generator(np.random.PCG64(1))
    lat = np.degrees(np.arcsin(rng.uniform(-1, 1, 1500)))
    hour, altitude = rng.uniform(0, 24, 1500), rng.uniform(low_km, high_km, 1500)
    model = density(STORM_TIME, lat, hour, altitude, **DRIVERS, ap7=STORM)
    away = table.at(lat, hour, altitude) / model - 1
    assert np.sqrt(np.mean(away**2)) < rms
    assert np.abs(away).max() < worst


def test_nodes_are_exact_and_hours_wrap(table):
    model = density(
        STORM_TIME, [-90, 35, 90], [23, 0, 12], [100, 500, 1200], **DRIVERS, ap7=STORM
    )
    assert table.at([-90, 35, 90], [23, 24, -12], [100, 500, 1200]) == pytest.approx(
        model, rel=1e-5
    )


def test_beyond_the_table_density_goes_on_straight_and_says_so(table):
    logs = np.log(table.at(0, 0, [1180, 1190, 1200, 1210, 1440]))
    assert np.diff(logs[:4]) == pytest.approx(np.full(3, logs[2] - logs[1]), rel=0.1)
    assert logs[4] - logs[2] == pytest.approx(24 * (logs[2] - logs[1]), rel=1e-3)
    assert table.covers([99, 100, 1200, 1210]).tolist() == [False, True, True, False]


@given(st.floats(-90, 90), st.floats(-48, 48), st.floats(100, 1190))
def test_density_falls_with_height(table, lat, hour, altitude):
    low, high = table.at(lat, hour, [altitude, altitude + 10])
    assert 0 < high < low


@pytest.mark.parametrize(
    "place", [(np.nan, 0, 400), (0, np.nan, 400), (0, 0, np.nan), (91, 0, 400)]
)
def test_an_unknown_place_has_no_density(table, place):
    assert np.isnan(table.at(*place))


def test_places_broadcast(table):
    assert table.at(np.zeros((3, 1)), 0, np.array([300, 400])).shape == (3, 2)
    assert table.at(0, 0, 400).shape == ()


def test_a_scaled_table_is_that_many_times_as_dense(table):
    assert table.scaled(1.3).at(10, 3, 450) == pytest.approx(
        1.3 * table.at(10, 3, 450), rel=1e-5
    )


def test_any_time_zone_is_the_same_time():
    east = STORM_TIME.astimezone(timezone(timedelta(hours=8)))
    assert density(east, 50, 4, 400, **DRIVERS, ap7=STORM) == density(
        STORM_TIME, 50, 4, 400, **DRIVERS, ap7=STORM
    )


@pytest.mark.parametrize(
    ("drivers", "words"),
    [
        ((np.nan, 190, STORM), "F10.7 = nan"),
        ((-5, 190, STORM), "F10.7 = -5"),
        ((214, 190, [1, 2]), "expected seven values"),
        ((214, 190, [np.nan] * 7), "expected seven values"),
        ((214, 190, [-1] * 7), "expected seven values"),
    ],
)
def test_impossible_drivers_are_refused(drivers, words):
    with pytest.raises(ValueError, match=words):
        density_table(STORM_TIME, *drivers, altitude_km=[400, 500])


@pytest.mark.parametrize("altitudes", [[400], [400, 300], [100, 200, 400]])
def test_altitudes_rise_in_equal_steps(altitudes):
    with pytest.raises(ValueError, match="expected equal rising steps"):
        density_table(STORM_TIME, 214, 190, STORM, altitude_km=altitudes)


@pytest.mark.parametrize(("f107", "kg_m3"), [(70, 0.76e-12), (130, 2.78e-12), (250, 10.2e-12)])
def test_the_global_mean_at_400_km(mean, f107, kg_m3):
    """authorities/geospace.md: ap 10."""
    assert mean.at(400, f107, 10) == pytest.approx(kg_m3, rel=6e-3)


def test_the_global_mean_rises_with_both_drivers_and_falls_with_height(mean):
    assert (np.diff(mean.values, axis=0) > 0).all()
    assert (np.diff(mean.values, axis=1) > 0).all()
    assert (np.diff(mean.values, axis=2) < 0).all()
    assert mean.at(400, 130, 30) > mean.at(400, 130, 10)


def test_the_global_mean_goes_on_beyond_its_nodes_and_says_so(mean):
    assert mean.at(700, 130, 10) < mean.at(600, 130, 10)
    assert mean.covers([400, 700], [70, 130], [10, 10]).tolist() == [True, False]
    assert not mean.covers(400, 300, 10)
    assert np.isnan(mean.at([np.nan, 400, 400], [100, np.nan, 100], [10, 10, np.nan])).all()


def test_the_nodes_of_the_global_mean_are_close_enough():
    """authorities/geospace.md: within 4 % between nodes; here where it is worst."""
    heights = [400, 600]
    mean = global_mean_density_table(
        altitude_km=heights, f107_sfu=F107_NODES[:3], ap=AP_NODES[:3]
    )
    between = global_mean_density_table(altitude_km=heights, f107_sfu=[71], ap=[2])
    assert mean.at(heights, 71, 2) == pytest.approx(np.exp(between.values[0, 0]), rel=0.04)


def test_what_a_storm_remembers():
    assert storm_ap(np.arange(20.0)).tolist() == [15.5, 19, 18, 17, 16, 11.5, 3.5]
    assert storm_ap(np.full((4, 20), 7.0)).tolist() == [[7.0] * 7] * 4
    with pytest.raises(ValueError, match="19 values of ap; expected 20"):
        storm_ap(np.zeros(19))


def test_drag_brakes():
    """authorities/geospace.md: half rho (C A / m) v squared."""
    assert drag_acceleration_m_s2(5e-12, 7660, 0.01) == pytest.approx(
        -0.5 * 5e-12 * 0.022 * 7660**2
    )
    assert np.isnan(drag_acceleration_m_s2(np.nan, 7660, 0.01))


@given(st.floats(0.2, 5))
def test_the_scale_moves_towards_what_was_observed_and_back(ratio):
    seen = scale_after(DensityScale(), 3, ratio)
    assert abs(seen.ln_scale) <= abs(math.log(ratio)) + 1e-12
    assert seen.ln_scale * math.log(ratio) >= 0
    assert seen.variance < DensityScale().variance
    later = scale_after(seen, 240)
    assert abs(later.ln_scale) < 1e-6
    assert later.variance == pytest.approx(QUIET_SIGMA**2)


def test_many_observations_of_one_ratio_settle_on_it():
    scale = DensityScale()
    for _ in range(200):
        scale = scale_after(scale, 0.1, 1.4)
    assert math.exp(scale.ln_scale) == pytest.approx(1.4, rel=0.03)


@pytest.mark.parametrize(("hours", "ratio"), [(-1, None), (1, 0.0), (1, -2.0), (1, math.nan)])
def test_an_impossible_ratio_is_refused(hours, ratio):
    with pytest.raises(ValueError, match="expected 0 h or more, > 0"):
        scale_after(DensityScale(), hours, ratio)


def test_storms_are_less_certain():
    assert relative_sigma([2, 4.67, 9]).tolist() == [QUIET_SIGMA, STORM_SIGMA, STORM_SIGMA]
    assert np.isnan(relative_sigma(np.nan))
