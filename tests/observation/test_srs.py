"""Region summaries: NOAA SWPC's of 7 March 2012, and the table of many days."""

from datetime import UTC, datetime

import numpy as np
import pytest

from stormcone.observation.feed import UnreadableError
from stormcone.observation.srs import read_regions, read_srs

SUMMARY = b"""\
:Product: 0307SRS.txt
:Issued: 2012 Mar 07 0030 UTC
# Prepared jointly by the U.S. Dept. of Commerce, NOAA,
# Space Weather Prediction Center and the U.S. Air Force.
#
Joint USAF/NOAA Solar Region Summary
SRS Number 67 Issued at 0030Z on 07 Mar 2012
Report compiled from data received at SWO on 06 Mar
I.  Regions with Sunspots.  Locations Valid at 06/2400Z
Nmbr Location  Lo  Area  Z   LL   NN Mag Type
1423 N18W90   058  0030 Hsx  02   01 Alpha
1428 S16E09   319  0250 Dai  07   17 Beta
1429 N17E29   298  1120 Dkc  09   25 Beta-Gamma-Delta
1430 N19E13   315  0110 Dao  05   11 Beta
1431 S28W48   016  0030 Dro  07   05 Beta
IA. H-alpha Plages without Spots.  Locations Valid at 06/2400Z Mar
Nmbr  Location  Lo
1427  N15W73   042
II. Regions Due to Return 07 Mar to 09 Mar
Nmbr Lat    Lo
1420 N11    216
"""
HEADING = (
    b"issued_day,region,latitude_deg,longitude_west_deg,area_msh,mcintosh,extent_deg,spots,"
    b"magnetic\n"
)
ROW = b"20120307,1429,17,-29,1120,Dkc,09,25,Beta-Gamma-Delta\n"


def test_the_summary_before_the_flares_of_7_march_2012():
    regions = read_srs(SUMMARY)
    great = regions[2]
    assert [one.number for one in regions] == [1423, 1428, 1429, 1430, 1431]
    assert great.issued == datetime(2012, 3, 7, 0, 30, tzinfo=UTC)
    assert (great.latitude_deg, great.longitude_west_deg) == (17, -29)
    assert (great.area_msh, great.mcintosh, great.magnetic) == (1120, "Dkc", "Beta-Gamma-Delta")
    assert regions[1].latitude_deg == -16


def test_a_spotless_disk_is_an_empty_summary():
    start, rest = SUMMARY.index(b"1423 N18W90"), SUMMARY.index(b"IA. H-alpha")
    assert read_srs(SUMMARY[:start] + b"None\n" + SUMMARY[rest:]) == ()


def test_line_ends_of_windows_change_nothing():
    assert read_srs(SUMMARY.replace(b"\n", b"\r\n")) == read_srs(SUMMARY)


@pytest.mark.parametrize(
    ("found", "put", "said"),
    [
        (b":Issued:", b":Written:", "expected ':Issued:'"),
        (b"I.  Regions with Sunspots", b"I.  Spots", "expected ':Issued:'"),
        (b"N17E29", b"N17?29", "1429"),
        (b"1120 Dkc", b"???? Dkc", "1429"),
    ],
)
def test_a_summary_of_another_shape_is_refused(found, put, said):
    with pytest.raises(UnreadableError, match=said):
        read_srs(SUMMARY.replace(found, put))


def test_the_table_has_columns_named_as_a_region():
    columns = read_regions(b"# SRS\n" + HEADING + ROW + ROW.replace(b"1120", b""))
    assert columns["at"].tolist() == [datetime(2012, 3, 7, 0, 30)] * 2
    assert columns["number"].tolist() == [1429, 1429]
    assert columns["area_msh"].tolist() == [1120, 0]
    assert columns["mcintosh"].tolist() == ["Dkc", "Dkc"]


@pytest.mark.parametrize(
    "body",
    [
        b"",
        HEADING,
        HEADING + ROW.replace(b"20120307", b"20121307"),
        HEADING + ROW.replace(b"-29", b"E29"),
        HEADING + b"20120307,1429\n",
        b"day,region\n20120307,1429\n",
        b"\x1f\x8bnot gzip",
    ],
)
def test_a_table_of_another_shape_is_refused(body):
    with pytest.raises(UnreadableError):
        read_regions(body)


@pytest.mark.shared
def test_the_whole_table_reads(shared):
    columns = read_regions(
        (shared / "data/weather/noaa_srs_regions_2008_2019.csv.gz").read_bytes()
    )
    assert {len(column) for column in columns.values()} == {12_250}
    assert np.isfinite(columns["area_msh"]).all()
    assert (np.diff(columns["at"]) >= np.timedelta64(0, "m")).all()
