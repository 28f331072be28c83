"""Flares of the GOES files, and which satellite is primary."""

import json
from datetime import UTC, datetime

import pytest

from stormcone.observation.archive import Archive
from stormcone.observation.feed import UnreadableError
from stormcone.observation.flares import read_flares, read_sources

ROW = {
    "time_tag": "2026-01-18T18:20:00Z",
    "satellite": 18,
    "current_class": "X1.2",
    "current_int_xrlong": 0.2,
    "begin_time": "2026-01-18T17:27:00Z",
    "begin_class": "C3.1",
    "max_time": "2026-01-18T18:09:00Z",
    "max_class": "X1.9",
    "max_xrlong": 1.9e-4,
    "max_ratio_time": "Unk",
    "max_ratio": None,
}


def read(*rows):
    return list(read_flares(json.dumps(rows).encode()))


def test_a_flare_without_an_end_is_still_going_on():
    (flare,) = read(ROW)
    assert (flare.xray_class, flare.peak_w_m2, flare.end) == ("X1.9", 1.9e-4, None)
    assert flare.issued == datetime(2026, 1, 18, 17, 27, tzinfo=UTC)
    assert flare.maximum == datetime(2026, 1, 18, 18, 9, tzinfo=UTC)


@pytest.mark.parametrize("unknown", ["Unk", "", None])
def test_what_is_unknown_is_none(unknown):
    (flare,) = read(ROW | {"max_time": unknown, "max_class": unknown, "end_time": unknown})
    assert (flare.maximum, flare.xray_class, flare.end) == (None, None, None)


def test_the_minute_s_own_flux_makes_no_new_notice_and_an_end_does(tmp_path):
    now = datetime(2026, 1, 18, 19, tzinfo=UTC)
    later = ROW | {"time_tag": "2026-01-18T18:21:00Z", "current_class": "X1.1"}
    ended = later | {"end_time": "2026-01-18T18:51:00Z", "end_class": "M9.6"}
    with Archive(tmp_path) as archive:
        assert [archive.add(read(row), known=now) for row in (ROW, later, ended)] == [1, 0, 0]
        assert archive.add(read(ended), known=now.replace(minute=1)) == 1
        (flare,) = archive.notices(ROW_DAY, now, known=now.replace(minute=1), kind="FLARE")
        assert flare == read(ended)[0]


ROW_DAY = datetime(2026, 1, 18, tzinfo=UTC)


def test_another_shape_is_refused_by_name():
    with pytest.raises(UnreadableError, match="goes-flares: 1 of 1 rows"):
        read({"satellite": 18})
    with pytest.raises(UnreadableError, match="goes-flares"):
        read(ROW | {"begin_time": "Unk"})


def test_the_primary_satellites_are_kept_as_served():
    row = {"time_tag": "2026-10-15T00:00:00Z", "xrays": {"primary": 18, "secondary": 19}}
    (notice,) = read_sources(json.dumps([row]).encode())
    assert json.loads(notice.text)["xrays"] == {"primary": 18, "secondary": 19}
    with pytest.raises(UnreadableError, match=r"goes-which.*no instrument with a primary"):
        list(read_sources(b'[{"time_tag": "2026-10-15T00:00:00Z"}]'))
    with pytest.raises(UnreadableError, match="goes-which"):
        list(read_sources(b'[{"xrays": {"primary": 18}}]'))


@pytest.mark.shared
def test_the_recorded_body_reads(shared):
    folder = shared / "data/swx/services/swpc"
    (flare,) = read_flares((folder / "xray-flares-latest.2026_08_06.json").read_bytes())
    assert (flare.code, flare.xray_class) == ("GOES-18 flare", "B4.6")
    assert flare.end == datetime(2026, 8, 6, 0, 9, tzinfo=UTC)
