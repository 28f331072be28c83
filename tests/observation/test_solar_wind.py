"""L1 bodies: the active spacecraft, ACE in its gaps, the summaries and the older products."""

import json
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path

import pytest

from stormcone.observation.feed import Flag, UnreadableError
from stormcone.observation.quality import flagged
from stormcone.observation.solar_wind import read_field, read_wind
from stormcone.observation.solar_wind_now import (
    read_field_now,
    read_legacy_field,
    read_legacy_wind,
    read_wind_now,
)

RECORDED = Path(__file__).parent / "recorded" / "rtsw-wind-1m.2026-10-15.json"
SPEED = "solar_wind_speed_km_s"


def body(*rows):
    return json.dumps(rows).encode()


def wind(minute, source="SOLAR1", *, active=True, speed=400.0, **more):
    row = {"proton_speed": speed, "proton_density": 5, "proton_temperature": 1e5}
    return row | {
        "time_tag": f"2026-10-15T12:{minute:02}:00",
        "source": source,
        "active": active,
        "overall_quality": 0,
        **more,
    }


def field(minute=0, **more):
    row = {"bt": 5.5, "bx_gse": 1, "by_gse": 2, "bz_gse": -4.5, "theta_gse": -63.4}
    return row | {
        "time_tag": f"2026-10-15T12:{minute:02}:00",
        "source": "SOLAR1",
        "active": True,
        "bx_gsm": 1,
        "by_gsm": 1.5,
        "bz_gsm": -4.7,
        "range": None,
        "scale": None,
        "sensitivity": None,
        "manual_mode": None,
        "sample_size": 60,
        "max_data_flag": -9999,
        "overall_quality": 0,
        **more,
    }


def speeds(found):
    return [one for one in found if one.quantity == SPEED]


def test_a_recorded_day_holds_93_minutes_of_solar1_and_13_only_of_ace():
    rows = json.loads(RECORDED.read_bytes())
    assert Counter(row["source"] for row in rows) == {"ACE": 99, "SOLAR1": 93, "IMAP": 28}
    found = list(read_wind(RECORDED.read_bytes()))
    minutes = [one.at for one in speeds(found)]
    assert Counter(one.source for one in speeds(found)) == {"SOLAR1": 93, "ACE": 13}
    assert minutes == sorted(set(minutes))
    assert speeds(found)[-1].value == 466.9


def test_of_a_recorded_day_one_minute_is_a_spike():
    found = flagged(list(read_wind(RECORDED.read_bytes())))
    doubted = [one for one in found if one.flags & ~Flag.SWITCH]
    lone = [(f"{one.at:%H:%M}", one.value, one.flags) for one in doubted]
    assert lone == [("17:48", 501.0, Flag.SPIKE)]  # between 469.0 and 470.6


def test_a_change_of_spacecraft_is_a_switch_there_and_back():
    rows = [wind(n, source="ACE", active=False, speed=410) for n in range(5)]
    rows += [wind(n) for n in (0, 1, 3, 4)]
    found = speeds(flagged(list(read_wind(body(*rows[::-1])))))
    assert [one.source for one in found] == ["SOLAR1", "SOLAR1", "ACE", "SOLAR1", "SOLAR1"]
    assert [bool(one.flags & Flag.SWITCH) for one in found] == [0, 0, 1, 1, 0]


def test_other_inactive_spacecraft_are_left_out():
    off_minute = wind(0, "IMAP", active=False) | {"time_tag": "2026-10-15T12:01:03"}
    assert len(speeds(read_wind(body(wind(0), off_minute)))) == 1


def test_a_doubted_minute_and_a_missing_value_are_flagged():
    doubted, missing = wind(0, overall_quality=1), wind(1, speed=None)
    found = speeds(read_wind(body(doubted, missing)))
    assert [one.flags for one in found] == [Flag.CONTAMINATED, Flag.FILL]
    assert [one.value for one in found] == [400, None]


def test_field_rows_are_read_in_both_frames_and_minus_9999_is_no_doubt():
    found = {one.quantity: one for one in read_field(body(field()))}
    assert {name: one.value for name, one in found.items()} == {
        "bt_nt": 5.5,
        "bx_gsm_nt": 1,
        "by_gsm_nt": 1.5,
        "bz_gsm_nt": -4.7,
        "bx_gse_nt": 1,
        "by_gse_nt": 2,
        "bz_gse_nt": -4.5,
    }
    assert not any(one.flags for one in flagged(list(found.values())))


def test_the_summary_reads_in_the_shape_of_2026_and_the_one_before():
    new = body({"proton_speed": 287, "time_tag": "2026-08-01T07:42:00Z"})
    old = b'{"WindSpeed": "287", "TimeStamp": "2026-08-01 07:42:00.000"}'
    assert list(read_wind_now(old)) == list(read_wind_now(new))
    new = body({"bt": 4, "bz_gsm": -2, "time_tag": "2026-08-01T07:42:00Z"})
    old = b'{"Bt": "4", "Bz": "-2", "TimeStamp": "2026-08-01 07:42:00.000"}'
    assert list(read_field_now(old)) == list(read_field_now(new))
    assert [one.value for one in read_field_now(new)] == [4, -2]


def test_the_older_products_read_in_both_shapes():
    names = ["time_tag", "density", "speed", "temperature"]
    old = body(names, ["2026-01-18 12:00:00.000", "4.10", "402.5", None])
    new = body(
        {"time_tag": "2026-01-18T12:00:00", "density": 4.1, "speed": 402.5, "temperature": None}
    )
    assert list(read_legacy_wind(old)) == list(read_legacy_wind(new))
    assert {one.quantity: one.value for one in read_legacy_wind(old)} == {
        SPEED: 402.5,
        "solar_wind_density_cm3": 4.1,
        "solar_wind_temperature_k": None,
    }
    names = ["time_tag", "bx_gsm", "by_gsm", "bz_gsm", "lon_gsm", "lat_gsm", "bt"]
    old = body(names, ["2026-01-18 12:00:00.000", "1", "2", "-3", "63", "-53", "3.74"])
    found = {one.quantity: one.value for one in read_legacy_field(old)}
    assert found == {"bt_nt": 3.74, "bx_gsm_nt": 1, "by_gsm_nt": 2, "bz_gsm_nt": -3}


@pytest.mark.parametrize(
    ("read", "name"),
    [
        (read_wind, "rtsw-wind"),
        (read_field, "rtsw-mag"),
        (read_wind_now, "wind-now"),
        (read_field_now, "field-now"),
        (read_legacy_wind, "plasma-legacy"),
        (read_legacy_field, "mag-legacy"),
    ],
)
@pytest.mark.parametrize("bad", [b"", b"[]", b"[1, 2", b'[{"time_tag": 5}]', b"\xff", b"[[[["])
def test_bodies_of_another_shape_are_refused_by_name(read, name, bad):
    with pytest.raises(UnreadableError, match=name):
        list(read(bad))


@pytest.mark.shared
def test_the_recorded_summaries_read(shared):
    folder = shared / "data/swx/services/swpc"
    (now,) = read_wind_now((folder / "solar-wind-speed.2026_08_01.json").read_bytes())
    assert (now.value, now.at) == (287, datetime(2026, 8, 1, 7, 42, tzinfo=UTC))
    found = read_field_now((folder / "solar-wind-mag-field.2026_08_01.json").read_bytes())
    assert [(one.quantity, one.value) for one in found] == [("bt_nt", 4), ("bz_gsm_nt", -2)]
