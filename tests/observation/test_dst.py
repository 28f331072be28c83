"""Dst as SWPC passes it on: the old shape as recorded, the new one as described."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from stormcone.observation.alerts import read_alerts
from stormcone.observation.dst import read_dst
from stormcone.observation.feed import Flag, UnreadableError

RECORDED = Path(__file__).parent / "recorded"
OLD = (RECORDED / "dst.2026-10-15-built.json").read_bytes()


def in_new_shape(body):
    _, *rows = json.loads(body)
    return json.dumps(
        [{"time_tag": at.replace(" ", "T"), "dst": int(dst)} for at, dst in rows]
    ).encode()


def test_both_shapes_give_identical_observations():
    assert list(read_dst(in_new_shape(OLD))) == list(read_dst(OLD))


def test_the_recorded_week_reads_completely():
    found = list(read_dst(OLD))
    assert len(found) == 168
    assert found[0].at == datetime(2026, 10, 8, 18, tzinfo=UTC)
    lowest = min(found, key=lambda one: one.value)
    assert (lowest.value, lowest.at) == (-95, datetime(2026, 10, 10, 21, tzinfo=UTC))
    assert all(one.flags == Flag.ESTIMATED and one.span_s == 3600 for one in found)


def test_the_label_is_the_begin_of_the_hour():
    """The impulse of 10 October at 15:16 UT (SUMSUD 303) cannot be in the hour before 15:00."""
    messages = read_alerts((RECORDED / "alerts.2026-10-15.json").read_bytes())
    (impulse,) = (one for one in messages if (one.code, one.serial) == ("SUMSUD", 303))
    dst = {one.at: one.value for one in read_dst(OLD)}
    hour = impulse.observed.replace(minute=0)
    assert impulse.observed.minute == 16
    assert dst[hour] - dst[hour - timedelta(hours=1)] == 35
    assert abs(dst[hour - timedelta(hours=1)] - dst[hour - timedelta(hours=2)]) == 5


def test_a_missing_hour_is_missing():
    (one,) = read_dst(b'[{"time_tag": "2026-10-08T18:00:00", "dst": null}]')
    assert one.value is None
    assert Flag.FILL in one.flags


def test_another_shape_is_refused_by_name():
    with pytest.raises(UnreadableError, match="dst: 1 of 1 rows"):
        list(read_dst(b'[{"time_tag": "2026-10-08T18:00:00", "Dst": 3}]'))
