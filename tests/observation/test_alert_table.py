"""NOAA's messages as a table: every field, and the storm that 160 of them tell."""

from collections import Counter

import pytest
from bodies_kit import at, body_of

from stormcone.observation.alert_events import events
from stormcone.observation.alert_table import read_alert_table
from stormcone.observation.alerts import Alert
from stormcone.observation.feed import Drift, UnreadableError

HEADING = "issue_utc\tcode\tserial\tkind\tdetail\n"
ROWS = [
    "2024-05-09T09:52\tSUMX01\t148\tSUMMARY\tbegin=2024-05-09T08:45; max=2024-05-09T09:13;"
    " end=2024-05-09T09:36; class=X2.2; opt=3b; loc=S20W26; R3",
    "2024-05-09T12:51\tSUM10R\t796\tSUMMARY\t10cm burst begin=2024-05-09T08:52;"
    " max=2024-05-09T09:39; end=2024-05-09T09:42; peak_sfu=3600",
    "2024-05-09T17:22\tWATA99\t6\tWATCH\tMay10=G1; May11=G4; May12=none",
    "2024-05-10T16:47\tWARSUD\t222\tWARNING\tsudden impulse expected; from=2024-05-10T17:00;"
    " to=2024-05-10T17:30; IP shock at L1=2024-05-10T16:39",
    "2024-05-10T17:29\tSUMSUD\t269\tSUMMARY\tsudden impulse observed=2024-05-10T16:45;"
    " deviation_nT=108; station=Boulder",
    "2024-05-10T23:34\tALTK09\t6\tALERT\tK9o; synoptic=2024-05-10T21-24; G5",
    "2024-05-10T23:30\tWARPX1\t556\tEXTENDED WARNING\text=555; from=2024-05-10T13:05;"
    " to=2024-05-11T12:00; S1",
]


def body(rows=ROWS):
    return (HEADING + "".join(f"{row}\n" for row in rows)).encode()


def test_every_field_finds_its_place():
    flare, burst, watch, shock, impulse, warning, k9 = read_alert_table(body())
    assert (flare.begin, flare.maximum) == (at(2024, 5, 9, 8, 45), at(2024, 5, 9, 9, 13))
    assert (flare.xray_class, flare.location, flare.scale) == ("X2.2", "S20W26", "R3")
    assert (burst.begin, burst.peak, burst.peak_unit) == (at(2024, 5, 9, 8, 52), 3600, "sfu")
    assert watch.outlook_by_day == (
        (at(2024, 5, 10), "G1"),
        (at(2024, 5, 11), "G4"),
        (at(2024, 5, 12), None),
    )
    assert (shock.observed, shock.valid_to) == (
        at(2024, 5, 10, 16, 39),
        at(2024, 5, 10, 17, 30),
    )
    assert (impulse.observed, impulse.deviation_nt) == (at(2024, 5, 10, 16, 45), 108)
    assert (warning.kind, warning.mark, warning.extends) == ("WARNING", "EXTENDED", 555)
    assert k9.synoptic_period == (at(2024, 5, 10, 21), at(2024, 5, 11))
    assert (k9.code, k9.serial, k9.kind, k9.issued) == (
        "ALTK09",
        6,
        "ALERT",
        at(2024, 5, 10, 23, 34),
    )
    assert k9.text == ROWS[5]


def test_a_watch_across_new_year_knows_its_years():
    (watch,) = read_alert_table(
        body(["2025-12-31T20:00\tWATA20\t9\tWATCH\tDec31=G1; Jan01=G1"])
    )
    assert [day for day, _ in watch.outlook_by_day] == [at(2025, 12, 31), at(2026, 1, 1)]


def test_a_bad_row_is_counted():
    *read, drift = read_alert_table(
        body([*ROWS * 2, "2024-05-10T23:34\tALTK09\tsix\tALERT\tK9o"])
    )
    assert len(read) == 2 * len(ROWS)
    assert isinstance(drift, Drift)


@pytest.mark.parametrize(
    "table", [b"", body()[:-3], body().replace(b"serial", b"number"), b"[]\n"]
)
def test_another_table_or_one_cut_off_is_refused(table):
    with pytest.raises(UnreadableError, match="alert-table"):
        list(read_alert_table(table))


@pytest.mark.shared
def test_the_160_messages_of_may_2024_tell_the_storm(shared):
    read = list(
        read_alert_table(body_of(shared, "gannon2024/swpc_alerts_20240509_20240515.tsv"))
    )
    assert all(isinstance(one, Alert) and one.finding is None for one in read)
    kinds = Counter(f"{one.mark or ''} {one.kind}".strip() for one in read)
    assert kinds == {
        "ALERT": 99,
        "SUMMARY": 27,
        "EXTENDED WARNING": 21,
        "WARNING": 8,
        "WATCH": 5,
    }
    storms = [one for one in events(read) if one.scale == "G5" and one.kind == "K index"]
    assert [one.begin for one in storms] == [
        at(2024, 5, 10, 21),
        at(2024, 5, 11),
        at(2024, 5, 11, 9),
    ]
    protons = [one for one in events(read) if one.kind == "protons" and one.peak == "207 pfu"]
    assert [(one.begin, one.maximum, one.end) for one in protons] == [
        (at(2024, 5, 10, 13, 35), at(2024, 5, 11, 9, 10), at(2024, 5, 12, 12, 35))
    ]
