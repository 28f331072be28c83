"""Flags are added and values never altered."""

import gzip
from datetime import UTC, datetime, timedelta
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from stormcone.observation.feed import QUANTITIES, Flag, Observation
from stormcone.observation.goes import read_protons
from stormcone.observation.quality import (
    flagged,
    implausible_share,
    sample_flags,
    with_bursts,
)

NOON = datetime(2026, 1, 18, 12, tzinfo=UTC)


def reading(quantity, value, minutes=0, source="GOES-18"):
    return Observation(
        quantity=quantity, value=value, at=NOON + timedelta(minutes=minutes), source=source
    )


@given(st.sampled_from(sorted(QUANTITIES)), st.lists(st.none() | st.floats(), max_size=20))
def test_values_and_order_are_never_altered(quantity, values):
    given_in = [reading(quantity, value, minutes=n) for n, value in enumerate(values)]
    out = flagged(given_in)
    assert [one.at for one in out] == [one.at for one in given_in]
    assert str([one.value for one in out]) == str([one.value for one in given_in])


def test_a_value_outside_its_physical_range_is_flagged():
    flags = sample_flags("xray_flux_w_m2", [1e-11, 1e-10, 1e-1, 0.2])
    assert flags.tolist() == [Flag.RANGE, 0, 0, Flag.RANGE]


def test_a_single_proton_sample_above_both_neighbours_is_a_spike():
    flags = sample_flags("proton_flux_10mev_pfu", [0.2, 2.5, 0.2, 0.2])
    assert flags.tolist() == [0, Flag.SPIKE, 0, 0]


def test_a_rise_is_no_spike_and_an_x_ray_never_is():
    rise = [0.2, 5, 60, 700, 9000]
    assert not sample_flags("proton_flux_10mev_pfu", rise).any()
    assert not sample_flags("xray_flux_w_m2", [1e-7, 1e-3, 1e-7]).any()


def test_the_newest_sample_is_never_called_a_spike():
    assert not sample_flags("proton_flux_10mev_pfu", [0.2, 0.2, 60]).any()


def test_more_protons_at_a_higher_energy_are_out_of_order():
    ten, hundred = (
        reading("proton_flux_10mev_pfu", 1.0),
        reading("proton_flux_100mev_pfu", 1.06),
    )
    assert [one.flags for one in flagged([ten, hundred])] == [Flag(0), Flag.ORDER]
    later = reading("proton_flux_100mev_pfu", 1.06, minutes=5)
    assert [one.flags for one in flagged([ten, later])] == [Flag(0), Flag(0)]


def test_the_flux_of_18_january_is_flagged_because_of_the_burst():
    daily = [
        Observation(quantity="f107_sfu", value=value, at=day, source="Penticton")
        for value, day in (
            (159.2, NOON.replace(day=17, hour=20)),
            (231.8, NOON.replace(hour=20)),
        )
    ]
    burst = NOON.replace(hour=17, minute=39), NOON.replace(hour=19, minute=44)
    assert [one.flags for one in with_bursts(daily, [burst])] == [Flag(0), Flag.BURST]


def test_the_share_above_the_range_is_of_values_only():
    readings = [reading("kp", value) for value in (None, 3.0, 9.5, -1.0)]
    assert implausible_share(readings) == pytest.approx(1 / 3)
    assert implausible_share([reading("kp", None)]) == 0


def test_missing_values_are_flagged_missing():
    assert sample_flags("kp", [np.nan]).tolist() == [Flag.FILL]


SPEED, BZ = "solar_wind_speed_km_s", "bz_gsm_nt"
QUIET_SPEED = [400, 402, 399, 401, 400, 403, 400, 398, 401, 400]


def test_a_lone_jump_of_speed_is_a_spike_and_a_shock_is_none():
    lone = [*QUIET_SPEED, 700, *QUIET_SPEED]
    assert np.flatnonzero(sample_flags(SPEED, lone)).tolist() == [10]
    shock = [*QUIET_SPEED, *(speed + 300 for speed in QUIET_SPEED)]
    assert not sample_flags(SPEED, shock).any()


def test_a_missing_minute_hides_no_spike_and_makes_none():
    gap = [*QUIET_SPEED, np.nan, 700, np.nan, *QUIET_SPEED]
    flags = sample_flags(SPEED, gap)
    assert flags[11] == Flag.SPIKE
    assert (flags != 0).sum() == 3


def test_the_same_jump_in_a_stormy_field_is_no_spike():
    quiet, stormy = [0.0, 0.2] * 30, [0.0, 6.0] * 30
    assert sample_flags(BZ, [*quiet, -15, *quiet]).tolist().count(Flag.SPIKE) == 1
    assert not sample_flags(BZ, [*stormy, -15, *stormy]).any()


@given(st.lists(st.floats(-180, 180), max_size=40))
def test_neighbouring_samples_are_never_both_spikes_to_one_side(values):
    spikes = np.flatnonzero(sample_flags(BZ, values) & int(Flag.SPIKE))
    assert not {0, len(values) - 1} & set(spikes.tolist())
    for first, second in pairwise(spikes.tolist()):
        assert second > first + 1 or values[first] != values[second]


def test_components_above_the_total_field_contradict_it():
    def instant(bt, bz, minutes):
        pairs = (("bt_nt", bt), ("by_gsm_nt", 3.0), ("bz_gsm_nt", bz))
        return [reading(name, value, minutes, "SOLAR1") for name, value in pairs]

    good, bad = instant(5, -4, 0), instant(5, -9, 1)
    flags = [one.flags for one in flagged([*good, *bad])]
    assert flags == [Flag(0)] * 4 + [Flag.ORDER] * 2


def test_instruments_side_by_side_do_not_switch():
    stations = [reading("kp", 3.0, n, name) for n in range(3) for name in ("BOU", "WNG")]
    late = reading("kp", 3.0, 4, "BOU")
    assert not any(one.flags for one in flagged([*stations, late]))
    turns = [reading("kp", 3.0, n, name) for n, name in enumerate(("A", "A", "B", "B"))]
    assert [one.flags for one in flagged(turns)] == [0, 0, Flag.SWITCH, 0]


@pytest.mark.shared
def test_of_the_storm_of_may_2024_one_minute_in_a_thousand_is_called_a_spike(shared):
    path = shared / "data/swx/gannon2024/omni_hro2_1min_20240509_20240513.csv.gz"
    with gzip.open(path, "rt") as file:
        lines = [line for line in file if not line.startswith("#")]
    rows = np.array([line.strip().split(",")[1:5] for line in lines[1:]], float)
    assert len(rows) == 5641
    for column, (name, fill) in enumerate(
        [("bx_gse_nt", 9999), ("by_gse_nt", 9999), ("bz_gse_nt", 9999), (SPEED, 99_999)]
    ):
        values = np.where(rows[:, column] > fill, np.nan, rows[:, column])
        spikes = (sample_flags(name, values) & int(Flag.SPIKE)) > 0
        assert 0 < spikes.sum() <= 0.0025 * np.isfinite(values).sum()


@pytest.mark.shared
def test_a_quiet_recorded_day_of_protons_is_not_doubted(shared):
    recorded = shared / "data/swx/services/swpc/integral-protons-6-hour.2026_08_20.json"
    doubted = [one for one in flagged(list(read_protons(recorded.read_bytes()))) if one.flags]
    assert not doubted, doubted[:3]
