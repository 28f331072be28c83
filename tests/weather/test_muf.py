"""MUF at one ionosonde: product, median of the hour, depression."""

import numpy as np
import pytest

from stormcone.weather.muf import depression_percent, muf_3000_mhz, usual_muf_mhz

NOW = np.datetime64("2024-05-11T12:00", "ms")
HOURS = np.arange(1, 31 * 24) * np.timedelta64(1, "h")


def test_muf_is_fof2_times_its_factor():
    assert muf_3000_mhz([8.0, np.nan], 3.0).tolist()[0] == 24
    assert np.isnan(muf_3000_mhz([8.0, np.nan], 3.0)[1])


def test_the_usual_is_that_of_the_same_hour():
    at = NOW - HOURS
    muf = np.where((HOURS // np.timedelta64(1, "h")) % 24 == 0, 20.0, 99.0)
    assert usual_muf_mhz(at, muf, NOW) == 20


def test_the_usual_is_a_median_of_days_and_not_of_soundings():
    at = np.concatenate(
        [NOW - np.timedelta64(24, "h") * day for day in [np.arange(1, 12), np.ones(200, int)]]
    )
    muf = np.concatenate([np.arange(10.0, 21.0), np.full(200, 10.0)])
    assert usual_muf_mhz(at, muf, NOW) == 15


@pytest.mark.parametrize(("days", "known"), [(9, False), (10, True)])
def test_ten_days_are_needed(days, known):
    at = NOW - np.timedelta64(24, "h") * np.arange(1, days + 1)
    assert np.isfinite(usual_muf_mhz(at, np.full(days, 18.0), NOW)) == known


def test_what_is_older_than_30_days_or_not_yet_known_does_not_count():
    at = NOW + np.timedelta64(24, "h") * np.concatenate([np.arange(-60, -30), np.arange(30)])
    assert np.isnan(usual_muf_mhz(at, np.full(60, 18.0), NOW))


def test_lengths_must_agree():
    with pytest.raises(ValueError, match="expected one each"):
        usual_muf_mhz(NOW - HOURS, [1.0, 2.0], NOW)


def test_depression_counts_downward():
    assert depression_percent([10, 25], 20).tolist() == [50, -25]
