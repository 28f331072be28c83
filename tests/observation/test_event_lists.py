"""Lists of flares, proton events and ejections: real ones, and rows of another shape."""

import numpy as np
import pytest

from stormcone.observation.event_lists import (
    read_flare_days,
    read_flares,
    read_icmes,
    read_proton_events,
)
from stormcone.observation.feed import UnreadableError

FLARES = b"day,begin,peak,end,class,fluence_j_m2,region\n"
ICME = (
    b"2003/10/29 0611,2003/10/29 1100,2003/10/30 0300,0,nc,0,0,Y,Y,2,900 S,1300,1900,32,2H,"
    b"-353,2185,2003/10/28 1130 H\n"
)


def test_the_flare_of_7_march_2012():
    columns = read_flares(FLARES + b"20120307,0002,0024,0040,X5.4,6.7E-01,1429\n")
    assert columns["at"][0] == np.datetime64("2012-03-07T00:02")
    assert columns["peak"][0] == np.datetime64("2012-03-07T00:24")
    assert columns["peak_w_m2"][0] == pytest.approx(5.4e-4)
    assert (columns["fluence_j_m2"][0], columns["region"][0]) == (0.67, 1429)


def test_a_flare_over_midnight_ends_on_the_next_day():
    columns = read_flares(FLARES + b"20120306,2350,0010,0030,M1.0,1.0E-02,\n")
    assert columns["peak"][0] == np.datetime64("2012-03-07T00:10")
    assert columns["end"][0] == np.datetime64("2012-03-07T00:30")
    assert columns["region"][0] == 0


@pytest.mark.parametrize(
    "row",
    [
        b"20120307,0002,0024,0040,X,6.7E-01,1429\n",
        b"20120307,0002,0024,0040,Q5.4,6.7E-01,1429\n",
        b"20120307,0002,2524,0040,X5.4,6.7E-01,1429\n",
        b"20120307,0002,0024,0040,X5.4,much,1429\n",
        b"20120307,0002,0024,0040,X5.4\n",
        b"",
    ],
)
def test_flares_of_another_shape_are_refused(row):
    with pytest.raises(UnreadableError):
        read_flares(FLARES + row)


def test_the_list_that_comes_with_the_project(root):
    columns = read_flares((root / "authorities/flares_m1_2008_2019.csv").read_bytes())
    assert len(columns["at"]) == 798
    assert (columns["peak_w_m2"] >= 0.999e-4).sum() == 49
    assert (columns["at"] <= columns["peak"]).all()
    assert (columns["peak"] <= columns["end"]).all()


@pytest.mark.shared
def test_it_counts_as_many_flares_a_day_as_the_table_of_days(root, shared):
    flares = read_flares((root / "authorities/flares_m1_2008_2019.csv").read_bytes())
    days = read_flare_days((shared / "data/weather/flare_days_2008_2019.csv").read_bytes())
    flared, times = np.unique(flares["at"].astype("M8[D]"), return_counts=True)
    counted = days["m"] + days["x"]
    assert days["at"][counted > 0].tolist() == flared.tolist()
    assert counted[counted > 0].tolist() == times.tolist()


def test_the_ejection_of_29_october_2003():
    columns = read_icmes(ICME)
    assert columns["at"][0] == np.datetime64("2003-10-29T06:11")
    assert columns["first_seen"][0] == np.datetime64("2003-10-28T11:30")
    assert columns["speed_km_s"][0] == 1300


@pytest.mark.parametrize(
    ("cell", "time"),
    [
        (b"...", "NaT"),
        (b"(p)", "NaT"),
        (b"2000/09/15/16 (p)", "NaT"),
        (b"2000/11/3 1826 H", "2000-11-03T18:26"),
        (b"2011 03/24, 1900 W", "2011-03-24T19:00"),
    ],
)
def test_the_free_text_of_first_sight(cell, time):
    seen = read_icmes(ICME.replace(b"2003/10/28 1130 H", b'"' + cell + b'"'))["first_seen"]
    assert str(seen[0]) == time


@pytest.mark.parametrize("body", [b"", b"1,2,3\n", ICME.replace(b"1300", b"fast"), b"\xff\xfe"])
def test_ejections_of_another_shape_are_refused(body):
    with pytest.raises(UnreadableError):
        read_icmes(body)


def test_a_list_of_something_else_is_no_list_of_proton_events():
    with pytest.raises(UnreadableError, match="SRAG"):
        read_proton_events(b"a,b\n1,2\n")


# authorities/solar.md: hours from flare to 10 pfu above 10 MeV (quartiles), from there to peak
DELAYS = [
    (-91, -30, (None, 36.7, None), 17.5),
    (-30, 20, (2.3, 4.8, 18.5), 13.3),
    (20, 80, (0.8, 2.0, 4.7), 5.2),
    (80, 181, (1.3, 3.1, 6.1), 6.5),
]


@pytest.mark.shared
@pytest.mark.parametrize(("east", "west", "onset_h", "peak_h"), DELAYS)
def test_delays_by_longitude(shared, east, west, onset_h, peak_h):
    columns = read_proton_events((shared / "data/swx/lists/SRAG_SEP_List.csv").read_bytes())
    longitude = columns["longitude_west_deg"]
    rows = columns["listed"] & (longitude < west) & ((longitude >= east) | (east == -91))
    found = np.nanquantile(columns["onset_h"][rows], [0.25, 0.5, 0.75])
    for ours, printed in zip(found, onset_h, strict=True):
        assert printed is None or ours == pytest.approx(printed, abs=0.06)
    assert np.nanmedian(columns["peak_h"][rows]) == pytest.approx(peak_h, abs=0.06)


@pytest.mark.shared
def test_the_whole_list_of_proton_events(shared):
    columns = read_proton_events((shared / "data/swx/lists/SRAG_SEP_List.csv").read_bytes())
    assert len(columns["at"]) == 343
    assert columns["listed"].sum() == 277
    assert np.nanmin(columns["peak_pfu"][columns["listed"]]) >= 10
