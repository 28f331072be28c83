"""Flags are added and values never altered."""

from datetime import UTC, datetime, timedelta

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


@pytest.mark.shared
def test_a_quiet_recorded_day_of_protons_is_not_doubted(shared):
    recorded = shared / "data/swx/services/swpc/integral-protons-6-hour.2026_08_20.json"
    doubted = [one for one in flagged(list(read_protons(recorded.read_bytes()))) if one.flags]
    assert not doubted, doubted[:3]
