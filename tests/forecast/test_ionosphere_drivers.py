"""What drives the ionosphere says where much of it is not known."""

from datetime import timedelta

import numpy as np
import pytest
from indices_kit import series, utc

from stormcone.forecast.ionosphere_drivers import MEAN_DAYS, activity_driver, storm_driver
from stormcone.weather.storm import INTERVALS

NOW = utc(2024, 5, 11, 9, 30)
SPAN, DAY = timedelta(hours=3), timedelta(days=1)


def kp(gaps):
    """Kp of the 13 steps before these three hours, with some of them missing."""
    values = np.full(INTERVALS, 2.0)
    values[list(gaps)] = np.nan
    return series("kp", utc(2024, 5, 11, 9) - INTERVALS * SPAN, SPAN, values)


@pytest.mark.parametrize(
    ("gaps", "says"),
    [
        ((), ()),
        ((INTERVALS - 1,), ()),  # not yet due
        ((4,), ()),  # 8 % of 12
        ((4, INTERVALS - 1), ()),
        ((4, 7), ("estimated",)),
    ],
)
def test_gaps_in_the_kp_of_a_storm_are_wide_and_said(gaps, says):
    driver, whole = storm_driver(kp(gaps), None, NOW), storm_driver(kp(()), None, NOW)
    assert driver.says == says
    for gap in gaps:
        assert np.ptp(driver.kp_quantiles[:, gap]) > 1
    assert (np.ptp(driver.x(NOW)) > np.ptp(whole.x(NOW))) == bool(gaps)


@pytest.mark.parametrize(("days", "known"), [(4, False), (70, False), (73, True), (80, True)])
def test_few_days_are_no_mean_of_81(days, known):
    begin = utc(2024, 5, 10, 20) - (days - 1) * DAY
    record = series("f107_sfu", begin, DAY, np.full(days, 150.0), delay=timedelta(hours=1))
    driver = activity_driver(record, NOW)
    assert days < MEAN_DAYS
    assert driver.f107_sfu == pytest.approx(150)
    assert (driver.known, driver.says) == (known, () if known else ("estimated",))
