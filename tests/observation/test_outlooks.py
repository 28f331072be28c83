"""SWPC's texts: the numbers of their tables, the words as issued, and when one is torn."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from stormcone.observation.feed import Flag, Notice, Provenance, UnreadableError
from stormcone.observation.outlooks import read_geomagnetic, read_three_days
from stormcone.observation.outlooks_long import read_27_days, read_45_days
from stormcone.observation.reports import (
    read_advisory_outlook,
    read_discussion,
    read_regions,
    read_wwv,
)
from stormcone.observation.texts import IncompleteError, read_issued

RECORDED = Path(__file__).parent / "recorded"
THREE_DAYS = (RECORDED / "3-day-forecast.2026-10-15.txt").read_bytes()
GEOMAGNETIC = (RECORDED / "3-day-geomag-forecast.2026-10-15.txt").read_bytes()
MONTH = (RECORDED / "27-day-outlook.2026-10-15.txt").read_bytes()
DAY = timedelta(days=1)
WWV = b""":Product: Geophysical Alert Message wwv.txt
:Issued: 2026 Jan 01 0005 UTC
#
Solar-terrestrial indices for 31 December follow.
Solar flux 126 and estimated planetary A-index 20.
The estimated planetary K-index at 0000 UTC on 01 January was 2.67.

No space weather storms are predicted for the next 24 hours.
"""
DISCUSSION = b""":Product: Forecast Discussion
:Issued: 2026 Oct 15 1230 UTC
#
Solar Activity

.24 hr Summary...
Solar activity was low.

.Forecast...
Solar activity is expected to be low.

Geospace

.24 hr Summary...
The geomagnetic field was quiet.

.Forecast...
The geomagnetic field is expected to be quiet.
"""
REGIONS = b""":Product: 1015SRS.txt
:Issued: 2026 Oct 15 0030 UTC
#
I.  Regions with Sunspots.  Locations Valid at 14/2400Z
Nmbr Location  Lo  Area  Z   LL   NN Mag Type
4341 S12E20   123  0120 Dao  08   12 Beta
IA. H-alpha Plages without Spots.  Locations Valid at 14/2400Z Oct
None
II. Regions Due to Return 15 Oct to 17 Oct
None
"""


def numbers(found, quantity):
    return [one for one in found if getattr(one, "quantity", None) == quantity]


def notice(found):
    (one,) = (each for each in found if isinstance(each, Notice))
    return one


def test_three_days_of_kp_and_probabilities_with_their_issue_time():
    found = list(read_three_days(THREE_DAYS))
    kp = numbers(found, "kp")
    assert len(found) == 34
    assert [one.at for one in kp] == [
        datetime(2026, 10, 15, tzinfo=UTC) + n * timedelta(hours=3) for n in range(24)
    ]
    assert kp[1].value == 2 / 3
    assert {one.published for one in kp} == {datetime(2026, 10, 15, 12, 30, tzinfo=UTC)}
    assert {one.provenance for one in found[:-1]} == {Provenance.FORECAST}
    chances = {
        name: [one.value for one in numbers(found, f"{name}_probability_percent")]
        for name in ("s1", "r1_r2", "r3")
    }
    assert chances == {"s1": [5, 1, 1], "r1_r2": [20, 20, 20], "r3": [5, 5, 5]}


def test_a_text_is_kept_word_for_word():
    for read, body in ((read_three_days, THREE_DAYS), (read_27_days, MONTH)):
        assert notice(read(body)).text.encode() == body


def test_a_scale_beside_a_kp_is_no_number_of_its_own():
    body = THREE_DAYS.replace(b"00-03UT       2.00    ", b"00-03UT       8.00 (G4)")
    assert numbers(read_three_days(body), "kp")[0].value == 8


def test_three_days_across_new_year_are_dated_on_both_sides():
    body = THREE_DAYS.replace(b"2026 Oct 15 1230", b"2025 Dec 31 1230")
    for old, new in ((b"Oct 15", b"Dec 31"), (b"Oct 16", b"Jan 01"), (b"Oct 17", b"Jan 02")):
        body = body.replace(old, new)
    days = {one.at for one in numbers(read_three_days(body), "s1_probability_percent")}
    assert days == {datetime(2025, 12, 31, tzinfo=UTC) + n * DAY for n in range(3)}


def test_the_geomagnetic_forecast_tells_observed_estimated_and_predicted_ap_apart():
    found = list(read_geomagnetic(GEOMAGNETIC))
    ap = numbers(found, "ap_daily")
    assert [(one.at.day, one.value, one.provenance, one.flags) for one in ap] == [
        (13, 13, Provenance.OBSERVED, Flag(0)),
        (14, 11, Provenance.FORECAST, Flag.ESTIMATED),
        (15, 10, Provenance.FORECAST, Flag(0)),
        (16, 8, Provenance.FORECAST, Flag(0)),
        (17, 5, Provenance.FORECAST, Flag(0)),
    ]
    kp = numbers(found, "kp")
    assert (len(kp), kp[0].value) == (24, 8 / 3)


def test_27_days_of_flux_and_ap():
    found = list(read_27_days(MONTH))
    flux, ap = numbers(found, "f107_sfu"), numbers(found, "ap_daily")
    assert (len(flux), len(ap)) == (27, 27)
    assert flux[0].at == datetime(2026, 10, 12, tzinfo=UTC)
    assert flux[-1].at == flux[0].at + 26 * DAY
    assert flux[0].value == 120


def test_wwv_states_the_last_day_and_the_last_three_hours():
    found = list(read_wwv(WWV))
    (flux,), (ap,), (kp,) = (numbers(found, name) for name in ("f107_sfu", "ap_daily", "kp"))
    assert (flux.value, flux.at) == (126, datetime(2025, 12, 31, 20, tzinfo=UTC))
    assert (ap.value, ap.at, ap.flags) == (20, datetime(2025, 12, 31, tzinfo=UTC), Flag(512))
    assert (kp.value, kp.at) == (8 / 3, datetime(2025, 12, 31, 21, tzinfo=UTC))
    assert len(list(read_wwv(WWV.replace(b"Solar flux 126", b"Solar flux NA")))) == 3


@pytest.mark.parametrize(
    ("read", "body", "code"),
    [(read_discussion, DISCUSSION, "discussion"), (read_regions, REGIONS, "srs")],
)
def test_words_are_kept_as_issued(read, body, code):
    found = notice(read(body))
    assert (found.code, found.text.encode()) == (code, body)


@pytest.mark.parametrize(
    ("read", "body", "last"),
    [
        (read_three_days, THREE_DAYS, b"C. NOAA Radio"),
        (read_three_days, THREE_DAYS, b"R3 or greater"),
        (read_geomagnetic, GEOMAGNETIC, b"21-00UT"),
        (read_27_days, MONTH, b"2026 Nov 07"),
        (read_wwv, WWV, b"No space weather storms"),
        (read_discussion, DISCUSSION, b".Forecast...\nThe geo"),
        (read_regions, REGIONS, b"II. Regions"),
    ],
)
def test_a_text_without_its_last_section_is_incomplete(read, body, last):
    start = body.index(last)
    with pytest.raises(IncompleteError, match="expected"):
        list(read(body[:start]))


@pytest.mark.parametrize("bad", [b"", b"\xff\n", b"[]\n", b":Issued: today\n", b":Issued:\n"])
@pytest.mark.parametrize(
    ("read", "name"),
    [
        (read_three_days, "3-day-forecast"),
        (read_geomagnetic, "3-day-geomag-forecast"),
        (read_27_days, "27-day-outlook"),
        (read_45_days, "45-day-forecast"),
        (read_wwv, "wwv"),
        (read_discussion, "discussion"),
        (read_regions, "srs"),
        (read_advisory_outlook, "advisory-outlook"),
    ],
)
def test_what_is_no_text_of_swpc_is_refused_by_name(read, name, bad):
    with pytest.raises(UnreadableError, match=name):
        list(read(bad))


@pytest.mark.parametrize("text", ["2026 Oct 15 1230 UTC", "1230 UT 15 Oct 2026"])
def test_an_issue_time_is_read_in_both_orders(text):
    assert read_issued("x", f":Issued: {text}\n") == datetime(2026, 10, 15, 12, 30, tzinfo=UTC)


def test_a_day_that_is_none_is_refused_by_name():
    body = THREE_DAYS.replace(b"Oct 15", b"Foo 15")
    with pytest.raises(UnreadableError, match="3-day-forecast"):
        list(read_three_days(body.replace(b"2026 Foo 15", b"2026 Oct 15")))
    with pytest.raises(UnreadableError, match="27-day-outlook: '2026 Foo 14' is no day"):
        list(read_27_days(MONTH.replace(b"2026 Oct 14", b"2026 Foo 14")))


@pytest.mark.shared
@pytest.mark.parametrize(
    ("read", "pattern", "bodies", "records"),
    [
        (read_three_days, "services/swpc/3-day-forecast.*", 7, 34),
        (read_three_days, "services/swpc_kit_2026-10-15/3-day-forecast/*", 1, 34),
        (read_three_days, "gannon2024/swpc_3-day-forecast*", 1, 34),
        (read_geomagnetic, "services/pysat/3-day-geomag-forecast.txt", 1, 30),
        (read_27_days, "services/swpc/27-day-outlook.*", 1, 55),
        (read_45_days, "services/pysat/45-day-ap-forecast.txt", 1, 91),
        (read_wwv, "services/swpc/wwv.*", 1, 4),
        (read_advisory_outlook, "services/swpc/advisory-outlook.*", 6, 1),
    ],
)
def test_every_recorded_body_reads_completely(shared, read, pattern, bodies, records):
    found = sorted((shared / "data/swx").glob(pattern))
    assert len(found) == bodies
    for path in found:
        body = path.read_bytes()
        read_records = list(read(body))
        assert len(read_records) == records, path
        assert notice(read_records).text.encode() == body


@pytest.mark.shared
def test_the_forecast_of_11_may_2024_begins_with_eight(shared):
    body = (shared / "data/swx/gannon2024/swpc_3-day-forecast_20240511_0030.txt").read_bytes()
    kp = numbers(read_three_days(body), "kp")
    assert [one.value for one in kp[:8]] == [8, 23 / 3, 7, 20 / 3, 6, 17 / 3, 14 / 3, 13 / 3]
    (first, *_) = numbers(read_three_days(body), "s1_probability_percent")
    assert first.value == 99


@pytest.mark.shared
def test_45_days_of_ap_and_flux(shared):
    found = list(
        read_45_days((shared / "data/swx/services/pysat/45-day-ap-forecast.txt").read_bytes())
    )
    ap, flux = numbers(found, "ap_daily"), numbers(found, "f107_sfu")
    assert (ap[0].value, flux[0].value) == (8, 148)
    assert (ap[-1].at, ap[-1].value) == (datetime(2023, 12, 15, tzinfo=UTC), 5)
    assert flux[-1].value == 120
