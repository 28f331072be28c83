"""GFZ's indices in every form that serves them; what is to come is not there yet."""

import json

import pytest
from bodies_kit import at, body_of, by_quantity, extreme, values

from stormcone.observation.feed import Drift, Flag, Provenance, UnreadableError
from stormcone.observation.gfz import hp30, hp60, read_hp, read_kp
from stormcone.observation.gfz_forecast import read_forecast

KP = b"""# LICENSE: CC BY 4.0, except for the sunspot numbers
#YYY MM DD  days  days_m  Bsr dB    Kp1 ...
2024 02 12 33645 33645.5 2598 13  1.667  2.000  2.000  0.333  0.333  0.000 -1.000  0.333    6\
    7    7    2    2    0   -1    2     3 160    208.3    203.0 1
2024 02 13 33646 33646.5 2598 14  1.333  2.333  1.333  2.333  1.667  2.667 -1.000 -1.000    5\
    9    5    9    6   12   -1   -1    -1 135     -1.0     -1.0 0
"""
HP30 = b"""# CC BY 4.0
2024 05 10 22.0 22.25 33733.91667 33733.92708 10.667  300 0
2024 05 10 22.5 22.75 33733.93750 33733.94792 11.333  343 0
2024 05 10 23.0 23.25 33733.95833 33733.96875 -1.000   -1 0
"""
SERVED = {
    "meta": {"source": "GFZ Potsdam", "license": "CC BY 4.0"},
    "datetime": ["2024-05-10T18:00:00Z", "2024-05-10T21:00:00Z", "2024-05-11T00:00:00Z"],
    "Kp": [8.667, 8.667, -1],
    "status": ["def", "now", "now"],
}
FORECAST = {
    "Time (UTC)": {"0": "10-05-2024 12:00", "1": "10-05-2024 15:00"},
    "minimum": {"0": 3.0, "1": 3.333},
    "median": {"0": 3.667, "1": 4.667},
}


def test_a_row_of_kp_reads_as_it_stands_and_stops_where_the_day_has_come_to():
    found = by_quantity(read_kp(KP))
    assert [one.value for one in found["kp"]] == [
        *(5 / 3, 2, 2, 1 / 3, 1 / 3, 0, None, 1 / 3),
        *(4 / 3, 7 / 3, 4 / 3, 7 / 3, 5 / 3, 8 / 3),
    ]
    assert values(found["ap"]) == [6, 7, 7, 2, 2, 0, 2, 5, 9, 5, 9, 6, 12]
    assert [(one.at, one.value) for one in found["ap_daily"]] == [(at(2024, 2, 12), 3)]
    assert [(one.at, one.value) for one in found["f107_sfu"]] == [(at(2024, 2, 12, 20), 208.3)]
    assert found["kp"][6].flags == Flag.FILL
    assert {one.flags for one in found["kp"][8:]} == {Flag.ESTIMATED}


def test_sunspot_numbers_are_not_read():
    spots = KP.replace(b" 160 ", b" many ").replace(b" 135 ", b"   ? ")
    assert list(read_kp(spots)) == list(read_kp(KP))


def test_hp_is_open_above_nine():
    found = by_quantity(read_hp("hp30", HP30))["hp30"]
    assert [(one.at, one.value) for one in found] == [
        (at(2024, 5, 10, 22), 32 / 3),
        (at(2024, 5, 10, 22, 30), 34 / 3),
    ]


def test_the_other_index_is_refused():
    with pytest.raises(UnreadableError, match=r"gfz-hp60.*not one of hp60"):
        list(hp60.read(HP30))
    with pytest.raises(UnreadableError, match=r"gfz-hp60.*0:30:00 apart"):
        list(hp60.read(b"2024-01-01 00:00:00,0.3\n2024-01-01 00:30:00,0.0\n"))


def test_the_web_service_says_what_is_definitive():
    found = by_quantity(read_kp(json.dumps(SERVED).encode()))["kp"]
    assert [(one.value, one.flags) for one in found] == [(26 / 3, 0), (26 / 3, Flag.ESTIMATED)]


def test_a_table_reads_with_its_gaps():
    body = b"2024-01-01 00:00:00,0.333\n2024-01-01 00:30:00,\n2024-01-01 01:00:00,0.667\n"
    assert [one.value for one in hp30.read(body)] == [1 / 3, None, 2 / 3]


@pytest.mark.parametrize(
    ("quantity", "body"),
    [
        ("kp", b""),
        ("kp", KP[:-4]),
        ("kp", b'{"datetime":["2024-05-10T18:00:00Z"],"Kp":[1,2]}'),
        ("kp", b'{"datetime":["2024-05-10T18:00:00Z"],"SN":[1]}'),
        ("kp", b'[{"year":"x"}]'),
        ("hp30", HP30.replace(b"300 0", b"300")),
    ],
)
def test_another_shape_or_a_body_cut_off_is_refused(quantity, body):
    read = read_kp if quantity == "kp" else hp30.read
    with pytest.raises(UnreadableError, match=f"gfz-{quantity}"):
        list(read(body))


def test_a_bad_row_is_counted():
    rows = [HP30.splitlines()[1].replace(b"05 10", b"05 %d" % day) for day in range(10, 30)]
    *read, drift = hp30.read(b"\n".join([*rows, b"2024 05 30 22.0 22.25 0 0 XX 0 0", b""]))
    assert len(read) == 20
    assert isinstance(drift, Drift)


def test_the_forecast_is_one_and_its_days_come_first():
    columns = json.dumps(FORECAST).encode()
    table = (
        b"Time (UTC),minimum,median\n10-05-2024 12:00,3.0,3.667\n10-05-2024 15:00,3.333,4.667\n"
    )
    read = list(read_forecast(columns))
    assert read == list(read_forecast(table))
    assert [(one.at, one.value) for one in read] == [
        (at(2024, 5, 10, 12), 11 / 3),
        (at(2024, 5, 10, 15), 14 / 3),
    ]
    assert {one.provenance for one in read} == {Provenance.FORECAST}
    with pytest.raises(UnreadableError, match="gfz-kp-forecast"):
        list(read_forecast(table[:-3]))
    with pytest.raises(UnreadableError, match=r"gfz-kp-forecast.*expected columns"):
        list(read_forecast(b"time,value\n1,2\n"))


@pytest.mark.shared
@pytest.mark.parametrize(
    ("quantity", "rows", "missing", "greatest", "when"),
    [
        ("hp30", 15_936, 18, 34 / 3, at(2024, 5, 10, 22, 30)),
        ("hp60", 7_968, 9, 32 / 3, at(2024, 5, 10, 22)),
    ],
)
def test_hp_of_2024_is_as_gfz_gives_it(shared, quantity, rows, missing, greatest, when):
    body = body_of(shared, f"gannon2024/gfz_{quantity}_2024.csv.gz")
    found = by_quantity(read_hp(quantity, body))[quantity]
    top = extreme(found, max)
    assert body.count(b"\n") == rows
    assert len(found) == rows - missing  # the missing ones are the last: still to come
    assert (top.value, top.at) == (greatest, when)


@pytest.mark.shared
def test_every_recorded_body_reads(shared):
    kp = [
        ("gfz/Kp_ap_Ap_SN_F107_nowcast.txt", 190),
        ("gfz/Kp_ap_Ap_SN_F107_since_2024.txt", 248),
        ("gfz/kp_nowcast.gfzcrawler_20250315.json", 238),
        ("gfz/swvo_NIEMEGK_KP_NOWCAST_20241124.csv", 24),
    ]
    for path, count in kp:
        assert len(by_quantity(read_kp(body_of(shared, f"services/{path}")))["kp"]) == count
    hp = [
        ("hp30", "gfz/Hp30_ap30_nowcast.txt", 1414),
        ("hp30", "gfz/Hp30_ap30_complete_series.txt", 1488),
        ("hp30", "gfz/hp30_nowcast.gfzcrawler_20250315.json", 1425),
        ("hp30", "pysat/Hp30_2009-01.txt", 1489),
        ("hp60", "gfz/Hp60_ap60_nowcast.txt", 707),
        ("hp60", "gfz/Hp60_ap60_complete_series.txt", 744),
        ("hp60", "gfz/hp60_nowcast.gfzcrawler_20250315.json", 712),
        ("hp60", "pysat/Hp60_2009-01.txt", 745),
    ]
    for quantity, path, count in hp:
        found = by_quantity(read_hp(quantity, body_of(shared, f"services/{path}")))
        assert len(found[quantity]) == count


@pytest.mark.shared
def test_on_10_may_2024_nobody_saw_nine_coming(shared):
    path = "forecasts/gfz_kp_forecast_hourly_snapshots_20240508_20240514.csv.gz"
    read = list(read_forecast(body_of(shared, path)))
    seen = [
        one for one in read if at(2024, 5, 10, 13) <= one.published < at(2024, 5, 10, 13, 10)
    ]
    ahead = [one.value for one in seen if at(2024, 5, 11) <= one.at < at(2024, 5, 12)]
    assert len(read) == 4738
    assert max(ahead) == pytest.approx(14 / 3)  # and 9 came
