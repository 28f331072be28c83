"""What came of kept products: numbers at their time, events by their threshold."""

from datetime import UTC, datetime, timedelta

import numpy as np
import pytest

from stormcone.verification.live import Kept
from stormcone.verification.truth import EVENTS, FLARES, Measured, came, truth_of

START = datetime(2026, 1, 18, tzinfo=UTC)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


def measured(values, step=HOUR):
    times = [START + n * step for n in range(len(values))]
    at = np.array([one.replace(tzinfo=None) for one in times], "datetime64[ms]")
    return Measured(at, np.array(values, float))


def flared(*at_and_peak, looked=24):
    """Peaks of flares by hour, and how many hours from the start on somebody looked."""
    every_hour = measured([0.0] * looked).at
    at = START.replace(tzinfo=None)
    return Measured(
        np.array([at + hours * HOUR for hours, _ in at_and_peak], "datetime64[ms]"),
        np.array([peak for _, peak in at_and_peak], float),
        every_hour,
    )


def chance(event, begin=START, end=START + DAY):
    return Kept(quantity=event, issued=begin, begin=begin, valid=end, values=(0.3,))


def test_a_number_is_what_was_measured_at_its_time():
    records = [
        Kept(quantity="kp", issued=START, valid=START + n * HOUR, levels=(0.5,), values=(2.0,))
        for n in (1, 2, 9)
    ]
    found = truth_of(records, {"kp": measured([1.0, 2.0, 3.0])})
    assert list(found.values()) == [2.0, 3.0]
    assert truth_of(records, {}) == {}


@pytest.mark.parametrize("quantity", ["f107_sfu", "ap_daily"])
def test_a_daily_number_is_the_reading_of_its_day(quantity):
    readings = measured([70.0, 80.0, 90.0], DAY)
    at_20_ut = Measured(readings.at + np.timedelta64(20, "h"), readings.value)
    records = [
        Kept(quantity=quantity, issued=START, valid=START + n * DAY, values=(75.0,))
        for n in range(4)
    ]
    found = truth_of(records, {quantity: at_20_ut})
    assert {valid: value for (_, _, valid), value in found.items()} == {
        START: 70.0,
        START + DAY: 80.0,
        START + 2 * DAY: 90.0,
    }


@pytest.mark.parametrize(
    ("event", "peak", "expected"),
    [
        ("S1", 10, 1),
        ("S2", 99, 0),
        ("G1 or more", 4.67, 1),
        ("G4 or more", 22 / 3, 0),
    ],
)
def test_an_event_has_come_from_its_threshold_on(event, peak, expected):
    series = measured([0.0] * 9 + [peak] + [0.0] * 14)
    one = chance(event)
    assert truth_of([one], {EVENTS[event][0]: series}) == {one.asks: expected}


@pytest.mark.parametrize(
    ("event", "peak", "expected"),
    [("flare >= M1", 1e-5, 1), ("flare >= M1", 9.9e-6, 0), ("flare >= X1", 1.9e-4, 1)],
)
def test_a_flare_has_come_from_its_class_on(event, peak, expected):
    one = chance(event)
    assert truth_of([one], {FLARES: flared((9, peak))}) == {one.asks: expected}


def test_a_flare_before_the_time_that_decays_into_it_has_not_come():
    one = chance("flare >= M1")
    assert truth_of([one], {FLARES: flared((-0.1, 3e-5))}) == {one.asks: 0}
    assert truth_of([one], {FLARES: flared((-0.1, 3e-5), (0.1, 3e-5))}) == {one.asks: 1}


def test_no_flare_is_quiet_only_where_somebody_looked():
    one = chance("flare >= C1")
    assert truth_of([one], {FLARES: flared()}) == {one.asks: 0}
    assert truth_of([one], {FLARES: flared(looked=20)}) == {}
    assert truth_of([one], {FLARES: flared((9, 1e-6), looked=0)}) == {one.asks: 1}


def test_only_what_lies_between_beginning_and_end_counts():
    series = measured([5.0, *[0.0] * 24, 5.0])
    assert came(series, START, START + DAY, 4.0) == 1
    assert came(series, START + HOUR, START + DAY, 4.0) == 0
    assert came(series, START + HOUR, START + DAY + 2 * HOUR, 4.0) == 1
    assert came(series, START + HOUR, START + DAY + HOUR, 4.0) == 0


def test_in_a_gap_something_may_have_come():
    whole, torn = measured([0.0] * 8, 3 * HOUR), measured([0.0] * 6, 4 * HOUR)
    assert came(whole, START, START + DAY, 4.0) == 0
    assert came(torn, START, START + DAY, 4.0) is None
    assert came(measured([0.0] * 12), START, START + DAY, 4.0) is None
    assert came(measured([9.0]), START, START + DAY, 4.0) == 1
    assert came(measured([]), START, START + DAY, 4.0) is None


def test_an_event_of_another_name_has_no_truth():
    assert truth_of([chance("FLARE MOD +6 h")], {"xray_flux_w_m2": measured([1.0])}) == {}
