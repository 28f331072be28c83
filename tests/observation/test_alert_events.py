"""NOAA's messages as events: chains, storms and flares of the recordings, in any order."""

import csv
import json
from collections import Counter
from datetime import UTC, datetime, timedelta
from importlib.resources import files
from pathlib import Path

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from stormcone.bulletin import tac_amd82
from stormcone.observation.alert_events import AlertEvent, Level, events, in_words
from stormcone.observation.alert_fields import Subject
from stormcone.observation.alert_groups import referred, refers_to
from stormcone.observation.alerts import Alert, read_alerts

STORM = files("stormcone.observation") / "scenarios/2026-01"
JANUARY = (STORM / "alerts.json").read_bytes()
ADVISORIES = (STORM / "advisories.txt").read_bytes()
OCTOBER = (Path(__file__).parent / "recorded" / "alerts.2026-10-15.json").read_bytes()

# authorities/observation.md: the K alerts of the storm, by synoptic period.
K_ALERTS = {
    "17 00": "5", "19 18": "5678", "19 21": "5678", "20 00": "56", "20 03": "56",
    "20 06": "5678", "20 09": "5678", "20 12": "567", "20 15": "567", "20 18": "56",
}  # fmt: skip
# authorities/observation.md: flares of X1 and more of 9 to 15 May 2024, begin of each.
MAY_FLARES = {
    "09 08:45", "09 17:23", "10 06:27", "11 01:10", "11 11:15", "12 16:11",
    "14 02:03", "14 12:40", "14 16:46", "15 08:18", "15 14:20",
}  # fmt: skip


CODES = [
    "ALTXMF", "SUMX01", "SUM10R", "ALTPX1", "SUMPX1", "ALTPC0", "SUMPC0", "WARSUD", "SUMSUD",
    "WATA20", "ALTEF3", "ALTK07", "WARK05", "WARPX1", "ALTNEW",
]  # fmt: skip
TYPED = {"threshold": "threshold_reached", "begin": "begin", "max": "maximum", "end": "end"}


def at(day, hour, minute=0, month=1):
    return datetime(2026, month, day, hour, minute, tzinfo=UTC)


def read(body):
    return [one for one in read_alerts(body) if isinstance(one, Alert)]


ALERTS = read(JANUARY)
EVENTS = events(ALERTS)


def having(code, serial, among=EVENTS):
    (found,) = (one for one in among if (code, serial) in one.messages)
    return found


def find(code, serial):
    return next(one for one in ALERTS if (one.code, one.serial) == (code, serial))


def sent(code, serial, minute, **fields):
    """A message as the reader makes them, `minute` minutes into the storm's first day."""
    return Alert(
        product=code,
        code=code,
        serial=serial,
        issued=at(18, 0) + timedelta(minutes=minute),
        kind="ALERT",
        headline="",
        text=repr(fields),
        **fields,
    )


def test_every_serial_leads_to_its_message_unless_that_is_before_the_record():
    lost = [
        (one.code, one.serial)
        for one in ALERTS
        if refers_to(one) is not None and referred(one, ALERTS) is None
    ]
    assert lost == [("ALTEF3", 3581), ("WARK04", 5194)]


def test_a_serial_used_twice_leads_to_the_nearer_message():
    nearer = referred(find("WARK05", 2172), ALERTS)
    assert f"{nearer.issued:%d %H:%M}" == "16 15:23"
    first, second = (one for one in EVENTS if one.messages[0] == ("WARK05", 2171))
    assert first.messages == (("WARK05", 2171),)
    assert second.messages == (("WARK05", 2171), ("WARK05", 2172), ("WARK05", 2173))


def test_a_serial_is_forgotten_after_ten_days():
    old = sent("ALTEF3", 1, 0, threshold_reached=at(18, 0))
    fresh = sent("ALTEF3", 2, 10 * 1440, mark="CONTINUED", continues=1, begin=at(28, 0))
    stale = msgspec.structs.replace(fresh, issued=fresh.issued + timedelta(minutes=1))
    assert referred(fresh, [old]) == old
    assert referred(stale, [old]) is None
    assert (len(events([old, fresh])), len(events([old, stale]))) == (1, 2)


def test_every_message_is_in_one_event():
    keys = Counter((one.code, one.serial) for one in ALERTS)
    assert Counter(key for one in EVENTS for key in one.messages) == keys
    assert Counter(one.kind for one in EVENTS) == {
        Subject.K_WARNING: 26, Subject.K_INDEX: 28, Subject.ELECTRONS: 4, Subject.FLARE: 3,
        Subject.RADIO: 6, Subject.PROTONS: 1, Subject.PROTON_WARNING: 1, Subject.IMPULSE: 3,
        Subject.WATCH: 4,
    }  # fmt: skip


def test_the_flare_is_one_event_with_its_bursts():
    flare = having("SUMX01", 205)
    assert (flare.kind, flare.scale, flare.peak) == (Subject.FLARE, "R3", "X1.9")
    assert (flare.begin, flare.maximum, flare.end) == (
        at(18, 17, 27),
        at(18, 18, 9),
        at(18, 18, 51),
    )
    assert flare.messages == (
        ("ALTXMF", 508), ("ALTTP4", 704), ("ALTTP2", 1466), ("SUMX01", 205), ("SUM10R", 899),
    )  # fmt: skip


def test_the_proton_storm_is_one_event_that_no_summary_has_ended():
    storm = having("ALTPX1", 362)
    assert storm.levels == (
        Level("ALTPX1", at(18, 22, 55)),
        Level("ALTPX2", at(19, 4, 40)),
        Level("ALTPX3", at(19, 10, 20)),
        Level("ALTPX4", at(19, 18, 10)),
    )
    assert (storm.begin, storm.maximum, storm.end) == (at(18, 22, 55), at(19, 19, 15), None)
    assert (storm.scale, storm.peak) == ("S4", "37000 pfu")
    assert storm.messages[-2:] == (("SUMPX4", 2), ("SUMPX3", 22))


def test_a_summary_tells_a_level_whose_alert_is_before_the_record():
    (storm,) = events([find("SUMPX3", 22)])
    assert storm.levels == (Level("SUMPX3", at(19, 10, 20)),)
    assert (storm.begin, storm.scale) == (at(19, 10, 20), "S4")


def test_a_warning_is_as_long_as_its_last_extension_and_as_high_as_its_comment_says():
    warning = having("WARPX1", 617)
    assert warning.messages == tuple(("WARPX1", serial) for serial in (617, 618, 619, 620))
    assert (warning.begin, warning.end) == (at(18, 21, 30), at(20, 23, 59))
    assert warning.scale == "S4"
    assert having("WARK07", 140).end == at(20, 21)
    assert having("WARK07", 140).scale == "G3"


def test_k_alerts_are_grouped_by_their_synoptic_period():
    periods = {f"{one.begin:%d %H}": one for one in EVENTS if one.kind is Subject.K_INDEX}
    for name, ks in K_ALERTS.items():
        period = periods[name]
        assert "".join(level.code[-1] for level in period.levels) == ks
        assert period.end - period.begin == timedelta(hours=3)
        assert period.scale == f"G{int(ks[-1]) - 4}"
    assert periods["16 03"].scale is None  # K of 4
    assert periods["20 03"].messages.count(("ALTK05", 1949)) == 2


def test_an_impulse_joins_the_warning_in_whose_hours_it_falls():
    expected = having("WARSUD", 249)
    assert expected.messages == (("WARSUD", 249), ("SUMSUD", 293))
    assert (expected.begin, expected.end, expected.peak) == (at(19, 19, 20), None, "97 nT")
    assert expected.levels[0] == Level("WARSUD", at(19, 19, 3))
    assert having("SUMSUD", 294).messages == (("SUMSUD", 294),)


def test_an_impulse_that_did_not_come_keeps_the_hours_of_its_warning():
    (waiting,) = events([find("WARSUD", 249)])
    assert (waiting.begin, waiting.end, waiting.peak) == (at(19, 19, 20), at(19, 20), None)


def test_a_watch_takes_in_what_it_supersedes():
    watch = having("WATA20", 1089)
    assert watch.messages == (("WATA20", 1088), ("WATA20", 1089))
    assert (watch.begin, watch.end, watch.scale) == (at(17, 0), at(19, 0), "G1")
    assert having("WATA99", 13).messages == (("WATA99", 13),)  # the former had run out
    assert having("WATA99", 13).levels == (Level("G4", at(20, 0)), Level("G1", at(21, 0)))
    assert having("WATA20", 1085).scale == "G2"  # its code says G1, its table G2 on 3 January


def test_days_of_electrons_are_one_event():
    electrons = having("ALTEF3", 3598)
    assert electrons.messages == tuple(("ALTEF3", 3598 + day) for day in range(8))
    assert (electrons.begin, electrons.end) == (at(12, 10, 40), None)
    assert electrons.peak == "9399 pfu"


def test_a_day_of_electrons_that_is_missing_does_not_cut_the_event():
    days = [one for one in ALERTS if one.code == "ALTEF3" and 3598 <= one.serial <= 3605]
    (electrons,) = events([one for one in days if one.serial != 3601])
    assert len(electrons.messages) == 7


def test_a_cancelled_watch_ends_with_its_cancellation():
    watch = having("WATA30", 285, events(read(OCTOBER)))
    assert watch.messages[-2:] == (("WATA30", 285), ("WATA30", 286))
    assert watch.cancelled
    assert f"{watch.end:%d %H:%M}" == "11 17:02"
    assert "CANCELLED geomagnetic watch G2" in in_words(watch)


def test_a_correction_with_the_same_serial_replaces_the_first():
    flare = having("SUMXM5", 327, events(read(OCTOBER)))
    assert flare.messages.count(("ALTTP2", 1531)) == 2
    bursts = [level.at for level in flare.levels if level.code == "ALTTP2"]
    assert bursts == [at(8, 15, 42, month=10)]


def test_a_message_that_continues_its_own_serial_follows_the_one_before():
    electrons = having("ALTEF3", 3751, events(read(OCTOBER)))
    assert electrons.messages == (("ALTEF3", 3751), *[("ALTEF3", 3752)] * 3)
    assert electrons.peak == "11911 pfu"


def test_a_cancelled_alert_leaves_the_others_of_its_event():
    first = sent("ALTPX1", 1, 0, begin=at(18, 0))
    second = sent("ALTPX2", 1, 60, begin=at(18, 1))
    back = sent("ALTPX2", 2, 90, mark="CANCEL", cancels=1)
    (storm,) = events([first, second, back])
    assert (storm.scale, storm.levels, storm.cancelled) == (
        "S1",
        (Level("ALTPX1", at(18, 0)),),
        False,
    )
    (alone,) = events([second, back])
    assert (alone.cancelled, alone.begin, alone.scale) == (True, at(18, 1), "S2")


def test_a_cancellation_of_an_unknown_message_stands_alone():
    (alone,) = events([sent("WARK05", 2, 0, mark="CANCEL", cancels=1)])
    assert (alone.cancelled, alone.begin) == (True, at(18, 0))


def test_protons_that_cross_again_after_their_end_are_another_storm():
    first = sent("ALTPX1", 1, 0, begin=at(18, 0))
    over = sent("SUMPX1", 1, 900, begin=at(18, 0), end=at(18, 2), peak=12.0, peak_unit="pfu")
    again = sent("ALTPX1", 2, 300, begin=at(18, 5))
    storms = events([first, over, again])
    assert [one.messages[-1] for one in storms] == [("SUMPX1", 1), ("ALTPX1", 2)]
    assert [one.end for one in storms] == [at(18, 2), None]


def test_two_flares_within_the_hour_stay_two():
    first = sent("ALTXMF", 1, 0, threshold_reached=at(18, 0))
    second = sent("ALTXMF", 2, 40, threshold_reached=at(18, 0, 40))
    over = sent(
        "SUMX01",
        1,
        45,
        begin=at(17, 23, 50),
        maximum=at(18, 0, 5),
        end=at(18, 0, 30),
        xray_class="X1.0",
    )
    flares = events([first, second, over])
    assert [one.messages for one in flares] == [
        (("ALTXMF", 1), ("SUMX01", 1)),
        (("ALTXMF", 2),),
    ]
    assert [one.scale for one in flares] == ["R3", "R2"]


def test_an_unknown_code_is_an_event_of_its_own():
    first, second = sent("ALTNEW", 1, 0), sent("ALTNEW", 2, 9, extends=1, end=at(18, 2))
    (one,) = events([first, second, sent("ALTNEW", 2, 9, extends=1, end=at(18, 2))])
    assert (one.kind, one.end) == (Subject.OTHER, at(18, 2))
    assert len(one.messages) == 2


def test_a_flare_class_that_is_none_gives_no_scale():
    (flare,) = events([sent("SUMX01", 1, 0, begin=at(18, 0), xray_class="about X2")])
    assert (flare.peak, flare.scale) == ("about X2", None)


def test_the_storm_in_words():
    assert in_words(having("ALTPX1", 362)) == (
        "2026-01-18 22:55Z protons S4, 37000 pfu 19/19:15Z: ALTPX1 22:55Z, ALTPX2 19/04:40Z, "
        "ALTPX3 19/10:20Z, ALTPX4 19/18:10Z (ALTPX1 362, ALTPX2 80, ALTPX3 34, ALTPX4 2, "
        "SUMPX4 2, SUMPX3 22)"
    )
    assert in_words(having("ALTEF3", 3598)) == (
        "2026-01-12 10:40Z electrons, 9399 pfu: ALTEF3 10:40Z (ALTEF3 3598-3605)"
    )


def test_events_survive_the_trip_through_json():
    body = msgspec.json.encode(EVENTS)
    assert msgspec.json.decode(body, type=tuple[AlertEvent, ...]) == EVENTS
    assert json.loads(body)[0]["kind"] == "K index"


@given(st.permutations(ALERTS))
def test_events_are_the_same_in_any_order(shuffled):
    assert events(shuffled) == EVENTS


def test_a_file_read_twice_tells_nothing_new():
    assert events(ALERTS + ALERTS[50:]) == EVENTS


@given(st.sampled_from([JANUARY, OCTOBER]), st.integers(0, 178))
def test_what_was_known_at_a_time_is_the_beginning_of_what_is_known_later(body, count):
    alerts = read(body)
    cut = max((one.issued for one in alerts[:count]), default=at(1, 0))
    early = events(one for one in alerts if one.issued <= cut)
    for then, now in zip(early, events(alerts), strict=False):
        assert now.messages[: len(then.messages)] == then.messages


@given(
    row=st.integers(0, 177),
    cut=st.integers(0, 500),
    put=st.text(alphabet="0123456789 JanDecXMS:-\r\nUTCANCEL", max_size=40),
)
def test_any_words_in_a_message_cost_at_most_that_message(row, cut, put):
    rows = json.loads(JANUARY)
    whole = rows[row]["message"]
    rows[row]["message"] = whole[:cut] + put + whole[cut + len(put) :]
    alerts = read(json.dumps(rows).encode())
    told = events(alerts)
    assert sum(len(one.messages) for one in told) == len(alerts) >= 177
    assert all(in_words(one) for one in told)


@given(
    st.lists(
        st.builds(
            sent,
            st.sampled_from(CODES),
            st.integers(1, 4),
            st.integers(0, 30_000),
            mark=st.sampled_from([None, "EXTENDED", "CONTINUED", "CANCEL"]),
            begin=st.none() | st.sampled_from([at(18, 0), at(19, 0), at(25, 0)]),
            end=st.none() | st.sampled_from([at(18, 6), at(19, 1)]),
            extends=st.none() | st.integers(1, 4),
            cancels=st.none() | st.integers(1, 4),
            peak=st.none() | st.floats(0, 1e9),
            outlook_by_day=st.sampled_from([(), ((at(19, 0), None), (at(20, 0), "G3"))]),
            supersedes_all=st.booleans(),
        ),
        max_size=12,
    )
)
def test_any_messages_tell_each_of_them_once(alerts):
    told = events(alerts)
    distinct = {(one.product, one.issued) for one in alerts}
    assert sum(len(one.messages) for one in told) == len(distinct)
    assert events(reversed(alerts)) == told


def advisory(effect, count):
    """The time of the observation of a real advisory, and the severities in it."""
    (one,) = (
        one
        for one in tac_amd82.read(ADVISORIES).advisories
        if (one.number.effect, one.number.count) == (effect, count)
    )
    observed = one.outlooks[0]
    return observed.at, {group.severity.value for group in observed.groups}


def test_noaa_and_the_advisory_centres_saw_the_same_storm():
    # authorities/observation.md: 34 advisories, and their minutes beside NOAA's.
    storm, flare = having("ALTPX1", 362), having("SUMX01", 205)
    reached = {level.code: level.at for level in storm.levels}
    issued = {(one.code, one.serial): one.issued for one in ALERTS}
    assert f"{issued['ALTPX2', 80]:%H:%M}" == "04:47"
    assert advisory("HF COM", 16) == (at(19, 5, 10), {"MOD"})
    assert advisory("HF COM", 16)[0] - reached["ALTPX2"] == timedelta(minutes=30)
    assert f"{issued['ALTPX3', 34]:%H:%M}" == "10:29"
    assert advisory("HF COM", 17) == (at(19, 10, 30), {"SEV"})
    assert advisory("HF COM", 17)[0] - reached["ALTPX3"] == timedelta(minutes=10)
    assert (f"{issued['ALTPX4', 2]:%H:%M}", reached["ALTPX4"]) == ("18:19", at(19, 18, 10))
    assert advisory("HF COM", 15) == (at(18, 19, 45), set())
    assert flare.end < advisory("HF COM", 15)[0] < flare.end + timedelta(hours=1)
    eight = {level.code: level.at for level in having("ALTK08", 55).levels}["ALTK08"]
    assert eight == at(19, 19, 38)
    assert advisory("GNSS", 23) == (at(19, 19, 15), {"MOD"})
    assert advisory("GNSS", 24) == (at(19, 19, 50), {"MOD", "SEV"})
    assert advisory("HF COM", 21) == (at(19, 23, 6), {"MOD"})


@pytest.mark.shared
def test_the_recording_of_the_advisories_is_the_one_in_the_package(shared):
    recorded = shared / "data/icao/noaa_alerts/swpc_alerts_2025-12-21_2026-01-20.json"
    assert events(read(recorded.read_bytes())) == EVENTS


@pytest.mark.shared
def test_protons_above_100_mev_are_of_the_same_event(shared):
    body = (shared / "data/swx/services/swpc/alerts.2026_08_01.json").read_bytes()
    storm = having("ALTPC0", 56, events(read(body)))
    assert storm.messages == (
        ("ALTPC0", 56), ("ALTPX1", 366), ("ALTPC0", 57), ("SUMPX1", 132), ("SUMPC0", 40),
    )  # fmt: skip
    assert (storm.peak, storm.scale) == ("18 pfu", "S1")
    assert storm.end == at(31, 7, 15, month=7)
    assert not storm.cancelled
    assert having("ALTPX1", 367, events(read(body))).messages == (("ALTPX1", 367),)


@pytest.mark.shared
@pytest.mark.parametrize("name", ["2025_04_11", "2025_04_17", "2026_08_01"])
def test_no_serial_of_the_other_recordings_is_lost_but_at_their_start(shared, name):
    alerts = read((shared / f"data/swx/services/swpc/alerts.{name}.json").read_bytes())
    lost = [one for one in alerts if refers_to(one) and referred(one, alerts) is None]
    assert all(one.issued - alerts[0].issued < timedelta(days=1) for one in lost)


@pytest.mark.shared
def test_each_x_flare_of_may_2024_is_one_event_with_its_alert(shared):
    table = (shared / "data/swx/gannon2024/swpc_alerts_20240509_20240515.tsv").read_text()
    rows = csv.DictReader(table.splitlines(), delimiter="\t")
    flares = [
        one
        for one in events(map(typed, rows))
        if any(code == "SUMX01" for code, _ in one.messages)
    ]
    assert {f"{one.begin:%d %H:%M}" for one in flares} == MAY_FLARES
    assert all(one.messages[0][0] == "ALTXMF" for one in flares)
    assert len(flares) == len(MAY_FLARES)


def typed(row):
    """A row of the typed table of May 2024 as the message that it was made from."""
    words = dict(
        word.split("=", 1) for word in row["detail"].replace(";", " ").split() if "=" in word
    )
    times = {
        ours: datetime.fromisoformat(words[theirs]).replace(tzinfo=UTC)
        for theirs, ours in TYPED.items()
        if theirs in words
    }
    return msgspec.structs.replace(
        sent(row["code"], int(row["serial"]), 0, xray_class=words.get("class"), **times),
        issued=datetime.fromisoformat(row["issue_utc"]).replace(tzinfo=UTC),
        product=f"{row['code']} {row['serial']}",
    )
