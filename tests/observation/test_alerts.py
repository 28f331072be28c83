"""NOAA's messages: all 178 of the January storm, and the odd ones of other months."""

import json
from collections import Counter
from datetime import UTC, datetime, timedelta
from importlib.resources import files
from pathlib import Path

import pytest
from swx_advisories.parsers.noaa.parser import NOAAParser

from stormcone.observation.alert_fields import Subject, subject_of
from stormcone.observation.alerts import kp_lower_bound, read_alerts
from stormcone.observation.feed import Drift, UnreadableError

JANUARY = (files("stormcone.observation") / "scenarios/2026-01/alerts.json").read_bytes()
OCTOBER = (Path(__file__).parent / "recorded" / "alerts.2026-10-15.json").read_bytes()

# authorities/observation.md: counts of the recorded file.
CODES = {
    "WARK04": 33, "ALTEF3": 25, "ALTK05": 23, "WARK05": 18, "ALTK06": 11, "ALTTP2": 7,
    "ALTK04": 7, "ALTK07": 6, "WATA20": 6, "WARK06": 5, "ALTK08": 4, "WARPX1": 4, "SUM10R": 4,
    "ALTTP4": 4, "SUMSUD": 3, "ALTXMF": 3, "WARK07": 2, "WARSUD": 2, "SUMXM5": 2, "SUMPX3": 1,
    "SUMPX4": 1, "ALTPX1": 1, "ALTPX2": 1, "ALTPX3": 1, "ALTPX4": 1, "SUMX01": 1, "WATA30": 1,
    "WATA99": 1,
}  # fmt: skip
MARKED = {
    ("WARK04", "EXTENDED"): 21, ("WARK05", "EXTENDED"): 10, ("WARK06", "EXTENDED"): 1,
    ("WARK07", "EXTENDED"): 1, ("WARPX1", "EXTENDED"): 3, ("ALTEF3", "CONTINUED"): 22,
}  # fmt: skip


def at(day, hour, minute, month=1):
    return datetime(2026, month, day, hour, minute, tzinfo=UTC)


def january():
    return list(read_alerts(JANUARY))


def find(code, serial):
    return next(one for one in january() if (one.code, one.serial) == (code, serial))


def message(text, product="K08A", issued="2026-01-18 17:52:17.193"):
    return json.dumps(
        [{"product_id": product, "issue_datetime": issued, "message": text}]
    ).encode()


def test_all_178_messages_read_with_distinct_keys():
    read = january()
    assert not any(isinstance(one, Drift) for one in read)
    assert Counter(one.code for one in read) == CODES
    assert not any(one.finding for one in read)
    assert len({(one.product, one.issued) for one in read}) == 178
    assert [one.issued for one in read] == sorted(one.issued for one in read)


def test_codes_serials_and_times_are_those_an_independent_reader_finds():
    theirs = {
        (one.message_code, int(one.serial_number), one.issue_time): one
        for one in NOAAParser().parse_json(json.loads(JANUARY))
    }
    ours = {(one.code, one.serial, one.issued): one for one in january()}
    assert ours.keys() == theirs.keys()
    for key, one in ours.items():
        their = theirs[key]
        assert (one.begin, one.end, one.valid_from, one.valid_to) == (
            their.begin_time,
            their.end_time,
            their.valid_from,
            their.valid_until,
        )


def test_the_flare_is_read_from_its_alert_and_its_summary():
    alert, summary = find("ALTXMF", 508), find("SUMX01", 205)
    assert alert.threshold_reached == at(18, 17, 52)
    assert alert.scale == "R2 - Moderate"
    assert (summary.begin, summary.maximum, summary.end) == (
        at(18, 17, 27),
        at(18, 18, 9),
        at(18, 18, 51),
    )
    assert (summary.xray_class, summary.location) == ("X1.9", "S12E20")


def test_the_proton_thresholds_are_read():
    begins = [find(f"ALTPX{n}", serial).begin for n, serial in enumerate((362, 80, 34, 2), 1)]
    assert begins == [at(18, 22, 55), at(19, 4, 40), at(19, 10, 20), at(19, 18, 10)]
    peak = find("SUMPX4", 2)
    assert (peak.maximum, peak.peak, peak.peak_unit) == (at(19, 19, 15), 37000, "pfu")
    assert find("SUMPX3", 22).end == at(19, 21, 35)
    assert find("SUMPX3", 22).scale == "S4 - Severe"
    assert not [one for one in january() if one.code.startswith(("ALTPC", "SUMPC"))]


def test_extensions_and_continuations_name_what_they_follow():
    warning = find("WARPX1", 620)
    assert (warning.mark, warning.extends) == ("EXTENDED", 619)
    assert warning.valid_to == at(20, 23, 59)
    assert warning.predicted_scale == "S1 - Minor"
    assert find("ALTEF3", 3605).continues == 3604
    read = january()
    assert Counter((one.code, one.mark) for one in read if one.mark) == MARKED
    assert sum(one.extends is not None for one in read) == 36
    assert sum(one.continues is not None for one in read) == 22


def test_every_message_carries_the_times_of_its_kind():
    for one in january():
        if one.kind == "WARNING":
            assert one.valid_from < one.valid_to
        elif one.kind == "WATCH":
            assert len(one.outlook_by_day) == 3
            assert one.supersedes_all
        elif one.kind == "SUMMARY":
            assert one.observed or one.begin <= one.maximum <= one.end
        else:
            assert one.threshold_reached or one.begin
        assert (one.synoptic_period is None) == (subject_of(one.code) is not Subject.K_INDEX)


def test_a_serial_issued_twice_stays_two_messages():
    twice = [one.issued for one in january() if (one.code, one.serial) == ("ALTK05", 1949)]
    assert [f"{one:%H:%M}" for one in twice] == ["04:06", "04:09"]


def test_shocks_bursts_and_electrons_are_read():
    assert find("WARSUD", 249).observed == at(19, 19, 3)
    assert (find("SUMSUD", 294).deviation_nt, find("SUMSUD", 294).station) == (481, "WNG")
    burst = find("SUM10R", 899)
    assert (burst.begin, burst.end, burst.peak, burst.peak_unit) == (
        at(18, 17, 39),
        at(18, 19, 44),
        3200,
        "sfu",
    )
    assert find("ALTTP2", 1466).velocity_km_s == 693
    assert find("ALTEF3", 3603).peak == 8698


def test_a_watch_turns_the_year_with_its_days():
    (watch,) = (
        one for one in january() if one.code.startswith("WATA") and one.issued.day == 29
    )
    days = [(f"{day:%Y-%m-%d}", level) for day, level in watch.outlook_by_day]
    assert days == [("2025-12-30", None), ("2025-12-31", None), ("2026-01-01", "G1")]
    assert find("WATA99", 13).outlook_by_day[0] == (at(20, 0, 0), "G4")
    assert find("WATA99", 13).supersedes_all


def test_a_threshold_may_be_reached_after_it_is_announced():
    alert = find("ALTK08", 56)
    assert alert.threshold_reached > alert.issued
    assert alert.synoptic_period == (at(19, 21, 0), at(20, 0, 0))


def test_k_alerts_are_lower_bounds_of_k():
    bounds = [kp_lower_bound(one) for one in january() if one.code == "ALTK08"]
    assert [one.value for one in bounds] == [23 / 3] * 4
    assert bounds[0].at == at(19, 19, 38)
    assert kp_lower_bound(find("ALTPX1", 362)) is None


def test_mixed_line_ends_and_cancellations_of_october_read():
    read = list(read_alerts(OCTOBER))
    (cancelled,) = (one for one in read if one.mark == "CANCEL")
    assert len(read) == 81
    assert (cancelled.code, cancelled.kind, cancelled.cancels) == ("WATA30", "WATCH", 285)
    assert cancelled.outlook_by_day == ((at(11, 0, 0, month=10), None),)
    assert cancelled.comment == "Conditions no longer warrant a G2 Watch."


def test_a_cancellation_in_the_form_of_january_reads():
    text = (
        "Space Weather Message Code: WARK05\r\nSerial Number: 2176\r\n"
        "Issue Time: 2026 Jan 20 0100 UTC\r\n\r\n"
        "CANCEL WARNING: Geomagnetic K-index of 5 expected\r\nCancel Serial Number: 2175\r\n"
        "Original Issue Time: 2026 Jan 19 1927 UTC\r\n\r\nComment: No longer expected.\r\n"
    )
    (one,) = read_alerts(message(text, "K05W"))
    assert (one.code, one.kind, one.mark, one.cancels) == ("WARK05", "WARNING", "CANCEL", 2175)
    assert one.comment == "No longer expected."


def test_a_scale_set_behind_a_comment_is_read():
    text = (
        "Space Weather Message Code: WARK06\r\nSerial Number: 664\r\n\r\n"
        "EXTENDED WARNING: Geomagnetic K-index of 6 expected\nExtension to Serial Number: 663\n"
        "Will likely persist.\r\n\nWill likely persist.NOAA Scale: G2 - Moderate\r\n"
    )
    (one,) = read_alerts(message(text, "K06W"))
    assert (one.scale, one.comment) == ("G2 - Moderate", "Will likely persist.")


def test_a_k_of_8_or_9_minus_is_one_class():
    alert = find("ALTK08", 55)
    assert alert.headline == "Geomagnetic K-index of 8, 9-"
    assert kp_lower_bound(alert).value == pytest.approx(23 / 3)


def test_the_text_is_kept_as_it_came():
    raw = {row["message"] for row in json.loads(JANUARY)}
    assert {one.text for one in january()} == raw


def test_an_unknown_code_is_kept_with_a_finding():
    text = "Space Weather Message Code: ALTNEW\r\nSerial Number: 1\r\n\r\nALERT: Something new"
    (one,) = read_alerts(message(text))
    assert (one.code, one.headline, one.text) == ("ALTNEW", "Something new", text)
    assert "'ALTNEW'" in one.finding


@pytest.mark.parametrize("clock", ["9959", "2460", "1875"])
def test_an_hour_that_does_not_exist_is_no_time(clock):
    text = (
        "Space Weather Message Code: ALTXMF\nSerial Number: 1\nALERT: X-Ray Flux exceeded M5\n"
        f"Threshold Reached: 2026 Jan 18 {clock} UTC"
    )
    (one,) = read_alerts(message(text))
    assert one.threshold_reached is None


@pytest.mark.parametrize("filler", [" ", "A ", "Jan 20 ", "1,", "A: ", "NOAA Scale:"])
def test_a_line_without_an_end_is_read_in_one_go(filler):
    text = (
        "Space Weather Message Code: ALTXMF\nSerial Number: 1\nALERT: X-Ray Flux exceeded M5\n"
        f"A{filler * 500_000}\nPeak Flux: {filler * 500_000}"
    )
    (one,) = read_alerts(message(text))
    assert one.code == "ALTXMF"


@pytest.mark.parametrize(
    ("text", "wrong"),
    [
        ("", "no ALERT"),
        ("Serial Number: 1\nALERT: x", "space weather message code"),
        ("Space Weather Message Code: ALTK05\nALERT: x", "serial number"),
        ("Space Weather Message Code: ALTK05\nSerial Number: x\nALERT: x", "invalid literal"),
    ],
)
def test_a_message_without_its_mark_is_refused_by_name(text, wrong):
    with pytest.raises(UnreadableError, match=wrong):
        list(read_alerts(message(text)))


def test_a_message_of_another_age_is_refused():
    text = "Space Weather Message Code: ALTK05\nSerial Number: 1\nALERT: x"
    with pytest.raises(UnreadableError, match="year 9999"):
        list(read_alerts(message(text, issued="9999-12-31 23:59:59.000")))


@pytest.mark.shared
@pytest.mark.parametrize(
    ("name", "count"),
    [
        ("alerts.2025_04_11.json", 180),
        ("alerts.2025_04_17.json", 200),
        ("alerts.2026_08_01.json", 118),
    ],
)
def test_every_recorded_file_reads_completely(shared, name, count):
    read = list(read_alerts((shared / "data/swx/services/swpc" / name).read_bytes()))
    assert len(read) == count
    assert not any(isinstance(one, Drift) or one.finding for one in read)


@pytest.mark.shared
def test_k_alerts_of_every_recording_fall_into_their_period(shared):
    for recorded in sorted((shared / "data/swx/services/swpc").glob("alerts*.json")):
        for one in read_alerts(recorded.read_bytes()):
            if one.code.startswith("ALTK"):
                begin, end = one.synoptic_period
                margin = timedelta(minutes=5)
                assert begin - margin <= one.threshold_reached <= end + margin
