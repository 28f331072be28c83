"""CelesTrak's daily indices: exact thirds, predictions as predictions, both forms alike."""

from functools import cache

import numpy as np
import pytest
from bodies_kit import at, body_of, by_quantity, values

from stormcone.observation.celestrak import read_space_weather, table
from stormcone.observation.feed import Drift, Flag, Provenance, UnreadableError

FIVE_YEARS = "indices/celestrak_SW-Last5Years_20260701.txt.gz"
ALL = "indices/celestrak_SW-All_20250721.txt.gz"
# Rows of May 2024 and predictions of July 2026 as CelesTrak lists them.
ROWS = {
    "OBSERVED": [
        "2024 05 10 2601 20 27 27 23 20 37 77 87 87 385  12  12   9   7  22 179 300 300 105"
        " 2.0 8 172 227.9 0 179.6 162.8 223.4 176.2 162.9",
        "2024 05 11 2601 21 90 83 83 90 87 83 77 77 670 400 236 236 400 300 236 179 179 271"
        " 2.4 9 149 218.1 4 179.7 163.6 213.7 176.2 163.6",
    ],
    "DAILY_PREDICTED": [
        "2026 07 05 2630 23 22 22 22 22 22 22 22 22 176   8   8   8   8   8   8   8   8   8"
        " 0.4 2  91 175.0   150.1 138.1 169.3 145.6 134.8"
    ],
    "MONTHLY_PREDICTED": [
        "2026 09 01 2632 27" + " " * 72 + "87 121.1   130.7 146.0 118.9 128.4 141.7"
    ],
}
CSV = b"""DATE,BSRN,ND,KP1,KP2,KP3,KP4,KP5,KP6,KP7,KP8,KP_SUM,AP1,AP2,AP3,AP4,AP5,AP6,AP7,AP8,\
AP_AVG,CP,C9,ISN,F10.7_OBS,F10.7_ADJ,F10.7_DATA_TYPE,F10.7_OBS_CENTER81,F10.7_OBS_LAST81,\
F10.7_ADJ_CENTER81,F10.7_ADJ_LAST81
2024-05-10,2601,20,27,27,23,20,37,77,87,87,385,12,12,9,7,22,179,300,300,105,2.0,8,172,223.4,\
227.9,OBS,176.2,162.9,179.6,162.8
2024-05-11,2601,21,90,83,83,90,87,83,77,77,670,400,236,236,400,300,236,179,179,271,2.4,9,149,\
213.7,218.1,INT,176.2,163.6,179.7,163.6
2026-07-05,2630,23,22,22,22,22,22,22,22,22,176,8,8,8,8,8,8,8,8,8,0.4,2,91,169.3,175.0,PRD,\
145.6,134.8,150.1,138.1
2026-09-01,2632,27,,,,,,,,,,,,,,,,,,,,,87,118.9,121.1,PRM,128.4,141.7,130.7,146.0
"""


def text(rows=ROWS):
    lines = [
        "DATATYPE CssiSpaceWeather",
        "VERSION 1.2",
        "UPDATED 2026 Jul 01 08:32:18 UTC",
        "#",
    ]
    for block, these in rows.items():
        lines += [f"NUM_{block}_POINTS {len(these)}", f"BEGIN {block}", *these, f"END {block}"]
    return ("\r\n".join(lines) + "\r\n").encode()


def plain(records):
    return [(one.quantity, one.value, one.at, one.provenance) for one in records]


def test_both_forms_give_the_same_readings():
    assert plain(read_space_weather(text())) == plain(read_space_weather(CSV))


def test_a_row_reads_as_it_stands():
    found = by_quantity(read_space_weather(text()))
    assert values(found["kp"])[:8] == [8 / 3, 8 / 3, 7 / 3, 2, 11 / 3, 23 / 3, 26 / 3, 26 / 3]
    assert values(found["ap"])[:8] == [12, 12, 9, 7, 22, 179, 300, 300]
    assert values(found["ap_daily"])[:2] == [105, 271]
    assert values(found["f107_sfu"]) == [223.4, 213.7, 169.3, 118.9]
    assert values(found["f107_adjusted_sfu"]) == [227.9, 218.1, 175.0, 121.1]
    assert values(found["f107_81d_sfu"]) == [176.2, 176.2, 145.6, 128.4]
    assert found["f107_sfu"][0].at == at(2024, 5, 10, 20)
    assert {one.published for one in found["kp"]} == {at(2026, 7, 1, 8, 32, 18)}


def test_what_was_predicted_or_filled_in_says_so():
    found = by_quantity(read_space_weather(text()))
    marks = [one.provenance for one in found["f107_sfu"]]
    assert marks == ["observed", "reconstructed", "forecast", "forecast"]
    predicted = [one for one in found["kp"] if one.provenance is Provenance.FORECAST]
    assert {one.source for one in predicted} == {"CelesTrak"}
    assert {one.value for one in predicted} == {7 / 3}


def test_a_copy_of_gfz_never_corrects_gfz():
    found = by_quantity(read_space_weather(text()))
    sources = {
        one.source
        for name in ("kp", "ap", "ap_daily")
        for one in found[name]
        if one.provenance is not Provenance.FORECAST
    }
    assert sources == {"GFZ via CelesTrak"}


def test_noon_was_at_ottawa_until_may_1991():
    early = text(ROWS | {"OBSERVED": [ROWS["OBSERVED"][0].replace("2024", "1991", 1)]})
    assert by_quantity(read_space_weather(early))["f107_sfu"][0].at == at(1991, 5, 10, 17)


def test_a_blank_in_an_observed_row_is_a_missing_value():
    row = ROWS["OBSERVED"][0]
    blank = text(ROWS | {"OBSERVED": [row[:18] + "   " + row[21:]]})
    first = by_quantity(read_space_weather(blank))["kp"][0]
    assert (first.value, first.flags) == (None, Flag.FILL)
    assert np.isnan(table(blank).kp[0, 0])


def test_a_bad_row_is_counted_and_the_rest_read():
    good = [ROWS["OBSERVED"][0].replace("05 10", f"05 {day}") for day in range(11, 31)]
    bad = text(ROWS | {"OBSERVED": [*good, good[0].replace("27", "XX", 1)]})
    *read, drift = read_space_weather(bad)
    assert len(read) == 20 * 20 + 20 + 3
    assert isinstance(drift, Drift)
    assert drift.rows == 1
    with pytest.raises(UnreadableError, match="2024-05-11"):
        table(bad)


@pytest.mark.parametrize("cut", range(40, len(text()), 37))
def test_a_body_cut_off_is_refused(cut):
    body = text()[:cut]
    if body.endswith(b"END OBSERVED\r\n"):  # whole, only without predictions
        assert set(by_quantity(read_space_weather(body)))
        return
    with pytest.raises(UnreadableError, match="celestrak-indices"):
        list(read_space_weather(body))


def test_a_body_that_lacks_rows_is_refused_though_it_ends_well():
    with pytest.raises(UnreadableError, match="lacks 1"):
        list(read_space_weather(text().replace(b"POINTS 2", b"POINTS 3")))


def test_sunspot_numbers_are_not_read():
    spots = text().replace(b" 9 149 ", b" 9 XXX ")
    assert plain(read_space_weather(spots)) == plain(read_space_weather(text()))


@cache
def table_of(shared, path):
    return table(body_of(shared, path))


# authorities/recordings.md: greatest Kp in thirds and ap of the days
@pytest.mark.shared
@pytest.mark.parametrize(
    ("path", "first", "last", "thirds", "ap"),
    [
        (ALL, "2024-05-10", "2024-05-13", 27, 400),
        (FIVE_YEARS, "2026-01-17", "2026-01-21", 26, 300),
        (ALL, "2024-10-10", "2024-10-11", 26, 300),
        (ALL, "2021-10-28", "2021-11-05", 23, 179),
    ],
)
def test_great_storms_are_as_great_as_they_were(shared, path, first, last, thirds, ap):
    read = table_of(shared, path)
    days = (read.day >= np.datetime64(first)) & (read.day <= np.datetime64(last))
    assert read.kp[days].max() * 3 == thirds
    assert read.ap[days].max() == ap


@pytest.mark.shared
def test_the_table_holds_what_the_reader_yields(shared):
    body = body_of(shared, FIVE_YEARS)
    read, found = table(body), by_quantity(read_space_weather(body))
    assert read.day.shape == (2234,)
    assert read.observed.sum() == 2007
    daily = read.kp[~np.isnan(read.kp[:, 0])]
    assert values(found["kp"]) == daily.ravel().tolist()
    assert values(found["f107_81d_sfu"]) == read.f107_81d.tolist()
    quiet = (read.day >= np.datetime64("2021-11-14")) & (
        read.day <= np.datetime64("2021-11-17")
    )
    assert read.f107_obs[quiet].tolist() == [79.1, 80.9, 80.8, 80.4]
    assert read.f107_81d[quiet].tolist() == [91.6, 92.2, 92.7, 93.2]
    assert read.ap_daily[quiet].tolist() == [3, 8, 20 - 8, 12]
