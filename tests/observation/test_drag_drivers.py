"""JB2008's solar indices and storm heating, filled-in days and the storm of May 2024."""

import pytest
from bodies_kit import at, body_of, by_quantity, extreme, values

from stormcone.observation.feed import Flag, UnreadableError
from stormcone.observation.jb2008 import read_solar_indices, read_storm_heating

SOLAR = b"""# YYYY DDD   JulianDay  F10   F81c  S10   S81c  M10   M81c  Y10   Y81c  Ssrc
  1997   1   2450450.0  72.4  78.0  74.0  79.2  65.4  73.8  61.9  70.7  1B11
  1998 235   2451049.0 126.4 131.1   0.0   0.0 142.7 132.4 134.6 136.9  101F
"""
DTC = b"DTC 2024 132 " + b" ".join(b"%d" % value for value in range(100, 124)) + b"\n"


def test_a_day_of_solar_indices_reads_as_it_stands():
    found = by_quantity(read_solar_indices(SOLAR))
    assert {quantity: series[0].value for quantity, series in found.items()} == {
        "f107_sfu": 72.4,
        "f107_81d_sfu": 78.0,
        "s10_sfu": 74.0,
        "m10_sfu": 65.4,
        "y10_sfu": 61.9,
    }
    assert found["m10_sfu"][1].at == at(1998, 8, 23)


def test_a_day_that_the_provider_filled_in_says_so():
    found = by_quantity(read_solar_indices(SOLAR))
    assert (found["s10_sfu"][1].value, found["s10_sfu"][1].flags) == (None, Flag.FILL)
    assert [found[f"{name}_sfu"][1].provenance for name in ("f107", "m10", "y10")] == [
        "observed",
        "observed",
        "reconstructed",
    ]


def test_heating_is_hourly():
    found = by_quantity(read_storm_heating(DTC))["dtc_k"]
    assert values(found) == list(range(100, 124))
    assert (found[0].at, found[-1].at) == (at(2024, 5, 11), at(2024, 5, 11, 23))


@pytest.mark.parametrize(
    ("read", "body"),
    [
        (read_solar_indices, b""),
        (read_solar_indices, SOLAR[:-1]),
        (read_solar_indices, DTC),
        (read_storm_heating, SOLAR),
        (read_storm_heating, DTC[:-2]),
        (read_storm_heating, DTC.replace(b"2024", b"when")),
    ],
)
def test_another_shape_or_a_body_cut_off_is_refused(read, body):
    with pytest.raises(UnreadableError, match="jb2008"):
        list(read(body))


@pytest.mark.shared
def test_the_storms_heat_is_as_the_provider_gives_it(shared):
    found = by_quantity(
        read_storm_heating(body_of(shared, "indices/set_DTCFILE_20260316.txt.gz"))
    )
    days = {at(2024, 5, 10): 579, at(2021, 11, 4): 281}
    top = extreme(found["dtc_k"], max)
    assert (top.value, top.at) == (579, at(2024, 5, 11, 2))
    day = [one.value for one in found["dtc_k"] if one.at.date() == at(2021, 11, 4).date()]
    assert max(day) == days[at(2021, 11, 4)]


@pytest.mark.shared
def test_every_day_since_1997_reads(shared):
    body = body_of(shared, "indices/set_SOLFSMY_20260316.txt.gz")
    found = by_quantity(read_solar_indices(body))
    assert {len(series) for series in found.values()} == {10_621}
    assert len(found["s10_sfu"]) - len(values(found["s10_sfu"])) == 165
