"""Dst, neutron monitors and electrojets: who measured, what is missing, what came."""

from collections import defaultdict

import numpy as np
import pytest
from bodies_kit import at, body_of, by_quantity, extreme, values

from stormcone.observation.electrojet import electrojets, read_electrojets
from stormcone.observation.feed import Drift, Flag, Provenance, UnreadableError
from stormcone.observation.kyoto import read_dst
from stormcone.observation.nmdb import counts, read_counts

HOURS = "".join(f"{-10 * hour:4d}" for hour in range(23)) + "9999"
DST = f"DST2405*11RRX020   0{HOURS} -99\n"
OLD = f"DST0007*16       000{HOURS} -99\n"
COUNTS = b"""# NEST
                    OULU    SOPO
2024-05-10 00:00:00; 99.689;   null
2024-05-10 00:01:00; 99.770;310.250
"""
JETS = b"""% The following 41 stations are used:
2024 05 11 00 00 00     -232.6   275.8   508.4    60.50 24.65 78.92 11.95
2024 05 11 00 00 10    99999.9 99999.9 99999.9    60.50 24.65 78.92 11.95
"""
# authorities/recordings.md: greatest 5-minute mean of 01:41 to 04:00 against 00:30 to 01:30, %
GROUND_LEVEL_EVENT = {"SOPO": 8.2, "SOPB": 10.0, "DOMC": 11.3}
OULU_DECREASE_PERCENT = -10.9
a_tenth = 0.1


def test_dst_is_of_the_hour_that_begins_at_its_time():
    found = by_quantity(read_dst(DST.encode()))["dst_nt"]
    assert [one.value for one in found] == [*(-10.0 * hour for hour in range(23)), None]
    assert (found[0].at, found[-1].at) == (at(2024, 5, 11), at(2024, 5, 11, 23))
    assert found[0].flags == Flag.ESTIMATED
    assert found[-1].flags == Flag.ESTIMATED | Flag.FILL


def test_a_base_value_counts_in_hundreds_and_a_bare_year_has_its_century():
    moved = OLD.replace("       000", "        -2")
    assert next(read_dst(moved.encode())).value == -200
    assert next(read_dst(OLD.encode())).at == at(2000, 7, 16)
    assert next(read_dst(OLD.replace("DST00", "DST57").encode())).at.year == 1957


def test_a_final_value_is_no_estimate():
    assert next(read_dst(DST.replace("RRX0", "RRX2").encode())).flags == 0


def test_a_table_labelled_at_the_end_of_the_hour_agrees():
    table = b"timestamp,dst\n2024-05-11 01:00:00+00:00,-24.0\n2024-05-11 02:00:00+00:00,"
    found = by_quantity(read_dst(table))["dst_nt"]
    assert [(one.at, one.value) for one in found] == [
        (at(2024, 5, 11), -24),
        (at(2024, 5, 11, 1), None),
    ]


def test_an_estimate_from_the_wind_is_a_forecast():
    body = b"      Time          Predicted Dst\n2023/301-21:10:16      -40.5\n"
    (one,) = read_dst(body)
    assert (one.at, one.value) == (at(2023, 10, 28, 21, 10, 16), -40.5)
    assert (one.source, one.provenance) == ("LASP", Provenance.FORECAST)


@pytest.mark.parametrize(
    "body", ["", "nothing\n", DST[:-1], DST[:60] + "\n", DST.replace("*11", "*41")]
)
def test_another_dst_or_one_cut_off_is_refused(body):
    with pytest.raises(UnreadableError, match="kyoto-dst"):
        list(read_dst(body.encode()))


def test_counts_are_their_stations():
    found = list(read_counts(COUNTS))
    assert [(one.source, one.value) for one in found] == [
        ("OULU", 99.689),
        ("SOPO", None),
        ("OULU", 99.77),
        ("SOPO", 310.25),
    ]
    assert found[1].flags == Flag.FILL


@pytest.mark.parametrize(
    "body", [b"", COUNTS[:-1], COUNTS[80:], COUNTS.replace(b"SOPO", b"a b"), b"<html>\n"]
)
def test_counts_of_unnamed_stations_or_cut_off_are_refused(body):
    with pytest.raises(UnreadableError, match="nmdb"):
        list(read_counts(body))


def test_electrojets_read_as_they_stand():
    found = by_quantity(read_electrojets(JETS))
    assert set(found) == set(electrojets.quantities)
    assert [one.value for one in found["electrojet_il_nt"]] == [-232.6, None]
    assert [one.value for one in found["electrojet_ie_nt"]] == [508.4, None]


@pytest.mark.parametrize("body", [b"", JETS[:-1], b"% only a heading\n", b"2024 05 11\n"])
def test_electrojets_of_another_shape_or_cut_off_are_refused(body):
    with pytest.raises(UnreadableError, match="electrojet"):
        list(read_electrojets(body))


def test_what_may_never_be_packaged_says_so():
    assert not counts.may_package
    assert not electrojets.may_package


def test_bad_rows_are_counted():
    rows = [b"2024-05-10 00:%02d:00; 99.0;310.0\n" % minute for minute in range(2, 22)]
    *read, drift = read_counts(COUNTS + b"".join(rows) + b"2024-05-10 00:22:00; 99.0\n")
    assert (len(read), drift) == (44, Drift(1, drift.first))


@pytest.mark.shared
def test_the_year_2000_of_dst_reads_with_its_great_storm(shared):
    found = by_quantity(read_dst(body_of(shared, "services/pysat/dst2000.txt")))["dst_nt"]
    least = extreme(found, min)
    assert len(found) == 366 * 24
    assert (least.value, least.at) == (-301, at(2000, 7, 16))


@pytest.mark.shared
def test_the_other_recorded_bodies_of_dst_read(shared):
    lasp = list(read_dst(body_of(shared, "services/pysat/dst_last_96_hrs.txt")))
    table = list(read_dst(body_of(shared, "services/gfz/swvo_WDC_DST_202411.csv")))
    assert len(lasp) == 574
    assert (len(table), table[0].at) == (719, at(2024, 11, 1))


def station_minutes(shared):
    path = "gannon2024/nmdb_1min_33stations_20240510_20240511.txt.gz"
    series = defaultdict(lambda: np.full(2880, np.nan))
    rows = 0
    for one in read_counts(body_of(shared, path)):
        minute = int((one.at - at(2024, 5, 10)).total_seconds()) // 60
        series[one.source][minute] = np.nan if one.value is None else one.value
        rows += 1
    return series, rows


@pytest.mark.shared
def test_neutron_monitors_saw_ground_level_event_74_and_the_decrease(shared):
    series, rows = station_minutes(shared)
    assert (len(series), rows) == (33, 2880 * 33)
    for station, percent in GROUND_LEVEL_EVENT.items():
        counts_per_s = series[station][1440:]  # of 11 May
        before = np.nanmean(counts_per_s[30:91])
        five = np.lib.stride_tricks.sliding_window_view(counts_per_s[101:241], 5).mean(axis=1)
        assert 100 * (np.nanmax(five) / before - 1) == pytest.approx(percent, abs=a_tenth)
    oulu = series["OULU"]
    hours = np.lib.stride_tricks.sliding_window_view(oulu, 60)  # any hour, not only the clock's
    decrease = 100 * (np.nanmean(hours, axis=1).min() / np.nanmean(oulu[:720]) - 1)
    assert decrease == pytest.approx(OULU_DECREASE_PERCENT, abs=a_tenth)


@pytest.mark.shared
def test_electrojets_of_11_may_2024_are_as_fmi_gives_them(shared):
    body = body_of(shared, "gannon2024/fmi_image_ie_10s_20240511.txt.gz")
    found = by_quantity(read_electrojets(body))
    assert min(values(found["electrojet_il_nt"])) == -1863.9
    assert max(values(found["electrojet_iu_nt"])) == 1532.4
    assert max(values(found["electrojet_ie_nt"])) == 2184.5
    assert {len(series) for series in found.values()} == {8640}
