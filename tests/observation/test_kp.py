"""Kp bodies: the old shape and the new, and the letters of the minute file."""

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from stormcone.observation.feed import Drift, Flag, UnreadableError
from stormcone.observation.kp import read_kp, read_kp_1m, read_kp_letter

RECORDED = Path(__file__).parent / "recorded"
NEW = (RECORDED / "kp-3h.2026-10-15.json").read_bytes()
OLD = (RECORDED / "kp-3h.2022-09-22.json").read_bytes()


def in_old_shape(body):
    rows = json.loads(body)
    names = list(rows[0])
    cells = [
        [row["time_tag"].replace("T", " ") + ".000", f"{row['Kp']:.2f}", *map(str, tail(row))]
        for row in rows
    ]
    return json.dumps([names, *cells]).encode()


def tail(row):
    return list(row.values())[2:]


def test_both_shapes_give_identical_observations():
    assert list(read_kp(in_old_shape(NEW))) == list(read_kp(NEW))


def test_the_recorded_new_shape_reads_completely():
    read = list(read_kp(NEW))
    assert len(read) == 61
    assert read[0].at == datetime(2026, 10, 8, tzinfo=UTC)
    assert read[1].value == 5 / 3
    assert {one.span_s for one in read} == {10_800}


def test_the_recorded_old_shape_reads_completely():
    read = list(read_kp(OLD))
    assert len(read) == 62
    assert read[0].value == 11 / 3
    assert not any(isinstance(one, Drift) for one in read)


def test_a_missing_k_is_missing():
    (one,) = read_kp(b'[{"time_tag": "2026-10-08T00:00:00", "Kp": null}]')
    assert one.value is None
    assert Flag.FILL in one.flags


def test_the_minute_file_reads_digits_and_letters():
    rows = [
        {"time_tag": f"2026-10-15T12:0{n}:00", "kp_index": 3, "estimated_kp": 3.0, "kp": kp}
        for n, kp in enumerate(("3M", "3Z", "3P"))
    ]
    read = list(read_kp_1m(json.dumps(rows).encode()))
    assert [one.value for one in read] == [8 / 3, 3, 10 / 3]
    assert {one.quantity for one in read} == {"kp_running"}
    assert all(Flag.ESTIMATED in one.flags for one in read)


@pytest.mark.parametrize("bad", ["3X", "Z", "12Z", "", "3z"])
def test_other_letters_are_named(bad):
    with pytest.raises(ValueError, match="expected a digit and P, M or Z"):
        read_kp_letter(bad)


def test_a_body_of_another_shape_is_refused_by_name():
    with pytest.raises(UnreadableError, match="kp: 1 of 1 rows"):
        list(read_kp(b'[{"time": "2026-10-08T00:00:00", "value": 3}]'))
    with pytest.raises(UnreadableError, match=r"kp-1m: 1 of 1 rows.*3X"):
        list(read_kp_1m(b'[{"time_tag": "2026-10-15T12:00:00", "kp": "3X"}]'))


@pytest.mark.shared
@pytest.mark.parametrize(
    ("name", "rows"),
    [
        ("swpc/noaa-planetary-k-index.2026_08_01.json", 58),
        ("solar_mcp/quiet/noaa-planetary-k-index.json", 63),
        ("swpc_kit_2026-10-15/kp-3h/2022-09-22-sample.json", 62),
        ("swpc_kit_2026-10-15/kp-3h/2026-10-15.json", 61),
    ],
)
def test_every_recorded_body_reads_completely(shared, name, rows):
    read = list(read_kp((shared / "data/swx/services" / name).read_bytes()))
    assert len(read) == rows
    assert all(0 <= one.value <= 9 for one in read)
