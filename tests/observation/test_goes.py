"""GOES bodies: as recorded, and as a day with gaps, fills and nonsense would look."""

import json
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path

import pytest

from stormcone.observation.feed import Drift, Flag, UnreadableError
from stormcone.observation.goes import read_protons, read_xrays

RECORDED = Path(__file__).parent / "recorded" / "goes-xrays-1-day.2026-10-15.json"


def row(**changes):
    good = {
        "time_tag": "2026-10-14T17:56:00Z",
        "satellite": 18,
        "flux": 1e-6,
        "energy": "0.1-0.8nm",
    }
    return good | changes


def body(*rows):
    return json.dumps(rows).encode()


def proton(energy, flux, at="2026-10-14T18:00:00Z"):
    return row(energy=energy, flux=flux, time_tag=at)


def test_a_recorded_day_reads_completely_and_in_order():
    read = list(read_xrays(RECORDED.read_bytes()))
    times = [one.at for one in read]
    assert len(read) == 258
    assert times == sorted(times)
    assert {one.source for one in read} == {"GOES-18"}
    assert Counter(one.quantity for one in read) == {
        "xray_flux_w_m2": 129,
        "xray_short_flux_w_m2": 129,
    }


def test_the_floor_of_the_short_band_and_the_electrons_are_flagged():
    flags = Counter(
        one.flags for one in read_xrays(RECORDED.read_bytes()) if "short" in one.quantity
    )
    assert flags[Flag.FLOOR | Flag.CONTAMINATED] == 6
    assert flags[Flag.CONTAMINATED] == 94


def test_a_missing_flux_is_missing_and_not_zero():
    (one,) = read_xrays(body(row(flux=None)))
    assert one.value is None
    assert one.flags is Flag.FILL


def test_rows_of_any_order_come_oldest_first():
    late, early = row(time_tag="2026-10-14T18:00:00Z"), row(time_tag="2026-10-14T17:00:00")
    assert [one.at.hour for one in read_xrays(body(late, early))] == [17, 18]


def test_a_few_bad_rows_become_one_note_and_cost_nothing_else():
    rows = [row(time_tag=f"2026-10-14T17:{minute:02}:00Z") for minute in range(20)]
    *good, drift = read_xrays(body(*rows, row(flux="much")))
    assert len(good) == 20
    assert isinstance(drift, Drift)
    assert drift.rows == 1
    assert "row 20" in drift.first
    assert "much" in drift.first


def test_many_bad_rows_refuse_the_whole_body_by_name():
    with pytest.raises(UnreadableError, match=r"goes-xrs: 2 of 3 rows.*energy '9nm'"):
        list(read_xrays(body(row(), row(energy="9nm"), row(energy="9nm"))))


@pytest.mark.parametrize("bad", [b"", b"[]", b"{}", b"[1, 2", b"<html>", b"\xff\xfe", b"[[[["])
def test_what_is_no_array_of_rows_is_refused(bad):
    with pytest.raises(UnreadableError, match="goes-xrs"):
        list(read_xrays(bad))


def test_protons_in_string_order_keep_their_energies():
    rows = [proton(f">={mev} MeV", 500 / mev) for mev in (1, 10, 100, 30, 5, 50, 500, 60)]
    read = {one.quantity: one for one in read_protons(body(*rows))}
    assert len(read) == 8
    assert read["proton_flux_100mev_pfu"].value == pytest.approx(5)
    assert read["proton_flux_10mev_pfu"].span_s == 300
    assert read["proton_flux_10mev_pfu"].at == datetime(2026, 10, 14, 18, tzinfo=UTC)


def test_unknown_additional_keys_are_not_drift():
    (one,) = read_xrays(body(row(new_key="whatever")))
    assert one.value == pytest.approx(1e-6)


@pytest.mark.shared
def test_six_hours_of_x_rays_hold_716_rows_up_to_c3(shared):
    recorded = shared / "data/swx/services/swpc/xrays-6-hour.2026_08_20.json"
    read = list(read_xrays(recorded.read_bytes()))
    long = [one for one in read if one.quantity == "xray_flux_w_m2"]
    short = [one for one in read if one.quantity == "xray_short_flux_w_m2"]
    assert len(read) == 716
    assert max(one.value for one in long) == 3.34163314619218e-06
    assert sum(one.flags is Flag.CONTAMINATED for one in short) == 290
    assert not any(one.flags for one in long)


@pytest.mark.shared
def test_six_hours_of_protons_hold_71_instants_of_eight(shared):
    recorded = shared / "data/swx/services/swpc/integral-protons-6-hour.2026_08_20.json"
    read = list(read_protons(recorded.read_bytes()))
    assert len(read) == 568
    assert set(Counter(one.at for one in read).values()) == {8}
    assert len({one.at for one in read}) == 71
