"""Ground-level events: made-up networks, and the event of 11 May 2024 as it was recorded."""

import gzip

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from stormcone.observation.nmdb import read_counts
from stormcone.weather.ground_level import (
    HOLD_MIN,
    STATIONS,
    Event,
    Station,
    baseline,
    ground_level_event,
    monitor_spectrum,
    onset_minute,
    running_mean,
    usable,
    watching,
)
from stormcone.weather.solar_protons import (
    ASSUMED_INDEX,
    ProtonSpectrum,
    monitor_increase_percent,
)

FILE = "data/swx/gannon2024/nmdb_1min_33stations_20240510_20240511.txt.gz"
TEN_MINUTES = 10
DAY = 1440
BY_NAME = {station.name: station for station in STATIONS}
FIVE = tuple(BY_NAME[name] for name in ("SOPO", "OULU", "APTY", "NEWK", "ROME"))
MINUTES = 300
NOISE = np.random.Generator(np.random.PCG64(74)).normal(
    1, 0.01, (MINUTES, len(FIVE))
)  # one percent a minute


def network(*, begins=200, percent=(10, 10, 10, 5, 0), trend_percent_h=0.0):
    minute = np.arange(MINUTES)[:, None]
    counts = 100 * NOISE * (1 + trend_percent_h / 100 * minute / 60)
    return counts * (1 + (minute >= begins) * np.array(percent) / 100)


def test_an_event_is_seen_some_minutes_after_it_began():
    event = ground_level_event(network(), FIVE)
    assert 200 + HOLD_MIN - 1 <= event.onset <= 200 + TEN_MINUTES
    assert event.increase_percent[:3] == pytest.approx(10, abs=1.5)
    assert event.increase_percent[4] == pytest.approx(0, abs=1.5)


def test_one_station_proves_nothing():
    assert ground_level_event(network(percent=(50, 0, 0, 0, 0)), FIVE) is None


def test_two_instruments_at_one_place_are_one():
    pair = (BY_NAME["SOPO"], BY_NAME["SOPB"], *FIVE[2:])
    assert ground_level_event(network(percent=(50, 50, 0, 0, 0)), pair) is None
    apart = (BY_NAME["SOPO"], BY_NAME["OULU"], *FIVE[2:])
    assert ground_level_event(network(percent=(50, 50, 0, 0, 0)), apart) is not None


def test_without_an_event_there_is_none():
    assert ground_level_event(network(percent=(0,) * 5), FIVE) is None


@pytest.mark.parametrize("trend", [-2.0, -1.0, 1.0])
def test_a_forbush_decrease_and_its_recovery_are_no_event(trend):
    assert onset_minute(network(percent=(0,) * 5, trend_percent_h=trend), FIVE) is None


def test_an_event_in_a_forbush_decrease_is_seen():
    assert ground_level_event(network(trend_percent_h=-2), FIVE) is not None


def test_an_event_that_is_over_does_not_stand():
    counts = network()
    counts[270:] /= 1 + np.array([10, 10, 10, 5, 0]) / 100
    assert onset_minute(counts, FIVE) is not None
    assert ground_level_event(counts, FIVE) is None


def test_the_baseline_of_before_stands_when_the_event_is_long():
    counts = np.concatenate([network(), network(begins=0)])
    event = ground_level_event(counts, FIVE)
    assert event.increase_percent[0] == pytest.approx(10, abs=2)


def test_a_station_that_scatters_is_not_believed():
    counts = network()
    counts[:, 0] *= np.random.Generator(np.random.PCG64(1)).normal(1, 0.05, MINUTES)
    assert usable(counts).tolist() == [False, True, True, True, True]
    assert np.isnan(ground_level_event(counts, FIVE).increase_percent[0])


def test_a_station_that_is_silent_is_not_used():
    counts = network()
    counts[:, 1] = np.nan
    assert usable(counts).tolist() == [True, False, True, True, True]
    assert ground_level_event(counts, FIVE) is not None


def test_a_station_may_report_some_minutes_later_than_others():
    counts = network(percent=(10, 10, 0, 5, 0))
    counts[-8:, 1] = np.nan
    assert ground_level_event(counts, FIVE).increase_percent[1] == pytest.approx(10, abs=1.5)
    counts[-30:, 1] = np.nan
    assert np.isnan(ground_level_event(counts, FIVE).increase_percent[1])


@pytest.mark.parametrize("minutes", [0, 3, 60, 140])
def test_a_short_record_tells_nothing(minutes):
    assert ground_level_event(network()[:minutes], FIVE) is None


def test_counts_that_are_not_of_the_stations_are_refused():
    with pytest.raises(ValueError, match=r"\(300, 5\) do not fit 33 stations"):
        ground_level_event(network(), STATIONS)


@given(st.integers(0, MINUTES - 1))
def test_what_comes_later_changes_no_mean_and_no_baseline(minute):
    counts = network()
    later = counts.copy()
    later[minute + 1 :] *= 3
    for follow in (running_mean, baseline):
        assert np.array_equal(
            follow(counts)[: minute + 1], follow(later)[: minute + 1], equal_nan=True
        )


def test_medians_of_two_groups_make_the_spectrum():
    made = ProtonSpectrum(5e4, 5.5)
    increase = monitor_increase_percent(made, [s.cutoff_gv for s in FIVE])
    event = Event(onset=0, increase_percent=increase)
    assert monitor_spectrum(event, FIVE).index == pytest.approx(5.5, abs=0.3)
    wild = Event(onset=0, increase_percent=np.array([900.0, *increase[1:]]))
    assert monitor_spectrum(wild, FIVE).amplitude < 1.5 * made.amplitude


def test_what_all_stations_share_is_not_solar():
    increase = np.array([10.0, 10.0, 10.0, 5.0, 0.0])
    alone, shared = (
        monitor_spectrum(Event(onset=0, increase_percent=increase + more), FIVE)
        for more in (0.0, 2.0)
    )
    assert shared == alone


@pytest.mark.parametrize("which", [slice(3), slice(3, 4), slice(4, 5)])
def test_one_group_of_stations_alone_gives_the_amplitude_to_an_assumed_index(which):
    increase = np.full(5, np.nan)
    increase[which] = 10.0
    found = monitor_spectrum(Event(onset=0, increase_percent=increase), FIVE)
    seen = monitor_increase_percent(found, [s.cutoff_gv for s in FIVE[which]])
    assert found.index == ASSUMED_INDEX
    assert np.median(seen) == pytest.approx(10, rel=0.05)


def test_watching_takes_two_polar_places_and_a_baseline():
    quiet = network(percent=(0,) * 5)
    assert watching(quiet, FIVE)
    assert not watching(quiet[:120], FIVE)
    assert not watching(quiet[:, 2:], FIVE[2:])
    assert not watching(quiet[:, :2], FIVE[:2])
    assert not watching(quiet[:3], FIVE)


@pytest.fixture(scope="module")
def may_2024(shared):
    """Return counts (minute, station) of 10 and 11 May 2024, and the stations."""
    rows = list(read_counts(gzip.decompress((shared / FILE).read_bytes())))
    names = list(dict.fromkeys(row.source for row in rows))
    counts = np.array([np.nan if row.value is None else row.value for row in rows])
    return counts.reshape(-1, len(names)), [BY_NAME[name] for name in names]


@pytest.mark.shared
def test_the_event_of_may_2024_is_seen_within_ten_minutes(may_2024):
    """The first two places above 3 %: five-minute means against 00:30 to 01:30 of 11 May."""
    counts, stations = may_2024
    names = [station.name for station in stations]
    some = counts[:, [names.index(name) for name in ("SOPO", "TXBY", "JUNG1", "LMKS", "KERG")]]
    before = np.nanmean(some[DAY + 30 : DAY + 90], axis=0)
    above = running_mean(some)[DAY + 90 :] / before > 1.03
    two_places = sorted(DAY + 90 + np.argmax(above, axis=0))[1]
    onset = onset_minute(counts, stations)
    assert divmod(onset - DAY, 60) == (2, 5)
    assert abs(onset - two_places) <= TEN_MINUTES


@pytest.mark.shared
def test_the_forbush_decrease_of_the_same_night_raises_no_alarm(may_2024):
    counts, stations = may_2024
    oulu = counts[:, [station.name for station in stations].index("OULU")]
    lowest = oulu.reshape(-1, 60).mean(axis=1).min()
    assert lowest / oulu[: DAY // 2].mean() - 1 == pytest.approx(-0.109, abs=0.005)
    assert onset_minute(counts[: DAY + 120], stations) is None


@pytest.mark.shared
def test_noisy_stations_of_may_2024_are_left_out(may_2024):
    counts, stations = may_2024
    left_out = {s.name for s, fine in zip(stations, usable(counts), strict=True) if not fine}
    assert {"DRBS", "DOMB", "DOMC", "CALM"} <= left_out
    assert not left_out & {"SOPO", "SOPB", "OULU", "APTY", "NEWK", "ROME"}


@pytest.mark.shared
def test_the_event_of_may_2024_was_no_hazard_to_flights(may_2024):
    counts, stations = may_2024
    event = ground_level_event(counts[DAY - 300 : DAY + 181], stations)
    spectrum = monitor_spectrum(event, stations)
    assert np.nanmedian(event.increase_percent) < 5 < np.nanmax(event.increase_percent)
    assert 4 <= spectrum.index <= 8
    assert monitor_increase_percent(spectrum, 0.3) < 5


def test_every_station_stands_somewhere():
    assert len(BY_NAME) == len(STATIONS) == 33
    for station in STATIONS:
        assert isinstance(station, Station)
        assert abs(station.lat_deg) <= 90
        assert 0 <= station.cutoff_gv <= 17
