"""MUF depression: STORM's map, ionosondes, quantiles, and when a depression counts at all."""

from datetime import UTC, datetime, timedelta

import numpy as np
import pytest
from msgspec.structs import replace

from stormcone.forecast.hf_drivers import MEDIAN
from stormcone.forecast.ionosphere_drivers import storm_driver
from stormcone.forecast.ionosphere_grid import IonosphereTables, ionosphere_grid
from stormcone.forecast.muf import (
    MufInputs,
    Sounding,
    muf_analysis,
    muf_fields,
    storm_within_96h,
)
from stormcone.observation import tables
from stormcone.observation.feed import Provenance, Series
from stormcone.reference.grid import global_grid

NOW = datetime(2024, 5, 11, 12, 20, tzinfo=UTC)
HOUR = timedelta(hours=1)
TABLES = IonosphereTables(
    coefficients=tables.ionosphere(),
    geomagnetic=tables.geomagnetic(),
    bubbles=tables.bubbles(),
)
ON = ionosphere_grid(TABLES, global_grid(5))
QUIET = (2.0,) * 36
GANNON = (*(2.0,) * 25, 3.0, 5.0, 7.7, 8.7, 9.0, 9.0, 9.0, 9.0, 8.0, 8.0, 9.0)
BERLIN = (8, 39)  # 50 N, 15 E


def test_a_quiet_day_has_no_depression_and_a_spread_of_15_percent():
    step = muf_fields(MufInputs(kp=kp(QUIET)), now=NOW, on=ON).step(0)
    values = step.depression_percent.values
    assert values[MEDIAN] == pytest.approx(0, abs=0.1)
    assert values[5] == pytest.approx(100 * (1 - np.exp(-1.2816 * 0.15)), abs=0.5)
    assert step.depression_percent.says == ("model only",)
    assert step.counted is False


def test_a_great_storm_depresses_the_summer_hemisphere():
    fields = muf_fields(MufInputs(kp=kp(GANNON)), now=NOW, on=ON)
    assert fields.depression_percent.shape == (26, *ON.grid.shape)
    assert fields.depression_percent[0][BERLIN] > 30
    assert fields.depression_percent[0, 18].min() < 0  # the equator gains
    assert fields.step(0).counted


def test_the_median_of_a_step_is_the_map_and_quantiles_rise():
    fields = muf_fields(MufInputs(kp=kp(GANNON)), now=NOW, on=ON, hours_ahead=(0, 12))
    step = fields.step(1).depression_percent
    assert np.array_equal(step.values[MEDIAN], fields.depression_percent[1])
    assert (np.diff(step.values, axis=0) > 0).all()
    assert np.isfinite(step.values).all()


def test_kp_ahead_widens_what_lies_ahead():
    fields = muf_fields(MufInputs(kp=kp(GANNON)), now=NOW, on=ON, hours_ahead=(0, 24))
    now, later = (fields.step(index).depression_percent.values for index in (0, 1))
    assert np.ptp(later[:, *BERLIN]) > np.ptp(now[:, *BERLIN])


def test_an_ionosonde_decides_near_itself_and_nowhere_else():
    found = muf_analysis([sounding(9.0)], MufInputs(kp=kp(GANNON)), now=NOW, tables=TABLES)
    fields = muf_fields(MufInputs(kp=kp(GANNON), soundings=found), now=NOW, on=ON)
    step, alone = (
        one.step(0) for one in (fields, muf_fields(MufInputs(kp=kp(GANNON)), now=NOW, on=ON))
    )
    here = step.depression_percent.values[:, *BERLIN]
    assert here[MEDIAN] == pytest.approx(100 * (1 - 9 / 20), abs=5)
    assert np.ptp(here) < np.ptp(alone.depression_percent.values[:, *BERLIN])
    assert step.informed[BERLIN]
    assert not step.informed[28, 10]
    assert step.depression_percent.says == ()
    assert step.depression_percent.based_on[0].value == 9.0


def test_an_old_sounding_is_persistence():
    found = muf_analysis([sounding(9.0)], MufInputs(kp=kp(QUIET)), now=NOW, tables=TABLES)
    late = NOW + 2 * HOUR
    step = muf_fields(MufInputs(kp=kp(QUIET), soundings=found), now=late, on=ON).step(0)
    assert "model only" in step.depression_percent.says
    assert step.depression_percent.based_on[0].provenance is Provenance.PERSISTENCE
    assert not step.informed.any()
    assert step.depression_percent.values[MEDIAN][BERLIN] > 10  # and fades


@pytest.mark.parametrize(
    "station", ["no history", "late", "zero"], ids=lambda why: f"a station with {why}"
)
def test_does_not_count(station):
    one = {
        "no history": lambda: sounding(9.0, days=9),
        "late": lambda: sounding(9.0, ago=2 * HOUR),
        "zero": lambda: sounding(0.0),
    }[station]()
    assert muf_analysis([one], MufInputs(kp=kp(QUIET)), now=NOW, tables=TABLES) is None


@pytest.mark.parametrize(
    ("history", "counted"),
    [
        (QUIET, False),
        ((*QUIET[:-1], 6.0), True),
        ((*QUIET[:-1], 5.67), False),
        ((*QUIET[:-31], 6.0, *QUIET[:30]), True),
        ((*QUIET[:-34], 9.0, *QUIET[:33]), False),
        ((*QUIET[:-1], np.nan), False),  # not yet due
        ((*QUIET[:-3], np.nan, 2.0, 2.0), None),
        ((*QUIET[:-3], np.nan, 2.0, 7.0), True),
        (QUIET[:20], None),
        (None, None),
    ],
)
def test_a_depression_counts_within_96_hours_of_kp_6(history, counted):
    seen = None if history is None else kp(history)
    storm = storm_driver(seen, None, NOW)
    assert storm_within_96h(seen, storm, NOW, NOW) is counted


def test_the_96_hours_run_out_ahead():
    seen = kp((*QUIET[:-31], 6.0, *QUIET[:30]))
    storm = storm_driver(seen, None, NOW)
    assert storm_within_96h(seen, storm, NOW, NOW + 12 * HOUR) is False


def test_without_kp_nothing_is_counted_and_the_map_is_wide():
    known, unknown = (
        muf_fields(inputs, now=NOW, on=ON, hours_ahead=(0,)).step(0)
        for inputs in (MufInputs(kp=kp(QUIET)), MufInputs())
    )
    assert unknown.counted is None
    assert "estimated" in unknown.depression_percent.says
    assert np.isfinite(unknown.depression_percent.values).all()
    assert np.ptp(unknown.depression_percent.values) >= np.ptp(known.depression_percent.values)


def test_leads_do_not_reach_back():
    with pytest.raises(ValueError, match="expected 0 h or more"):
        muf_fields(MufInputs(), now=NOW, on=ON, hours_ahead=(-0.5,))


def test_later_soundings_change_nothing():
    one = sounding(9.0)
    later = replace(one.muf_mhz, known=one.muf_mhz.known + np.timedelta64(1, "h"))
    blind = Sounding(lat_deg=one.lat_deg, lon_deg=one.lon_deg, muf_mhz=later)
    assert muf_analysis([blind], MufInputs(), now=NOW, tables=TABLES) is None


def kp(values):
    end = np.datetime64("2024-05-11T12:00", "ms")
    at = end - 3 * np.arange(1, len(values) + 1)[::-1] * np.timedelta64(1, "h")
    return series("kp", at, values, np.timedelta64(3, "h"))


def sounding(newest_mhz, days=30, ago=timedelta(0)):
    """Berlin at every hour: 20 MHz on the days before, then `newest_mhz`."""
    last = np.datetime64("2024-05-11T12:00", "ms") - np.timedelta64(ago)
    at = last - np.arange(24 * days + 1)[::-1] * np.timedelta64(1, "h")
    value = np.full(len(at), 20.0)
    value[-1] = newest_mhz
    muf = series("muf_3000_mhz", at, value, np.timedelta64(10, "m"))
    return Sounding(lat_deg=50.0, lon_deg=15.0, muf_mhz=muf)


def series(quantity, at, values, lag):
    return Series(
        quantity=quantity,
        source="test",
        at=at.astype("M8[ms]"),
        value=np.array(values, float),
        known=(at + lag).astype("M8[ms]"),
        flags=np.zeros(len(at), np.uint16),
        provenance=(Provenance.OBSERVED,) * len(at),
    )
