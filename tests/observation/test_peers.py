"""Advisories of the other centres: found wherever the file holds them, text untouched."""

import json
from collections import Counter
from datetime import UTC, datetime

import pytest

from stormcone.observation.feed import Drift, UnreadableError
from stormcone.observation.peers import read_peers

TEXT = """FNXX01 EFKL 201549
SWX ADVISORY
DTG:              20260120/1549Z
SWXC:             PECASUS
SWX EFFECT:       GNSS
ADVISORY NR:      2026/39
OBS SWX:          20/1542Z SEV N55 E055 - N85 E055
NXT ADVISORY:     NO FURTHER ADVISORIES="""


def read(value):
    return list(read_peers(json.dumps(value).encode()))


@pytest.mark.parametrize(
    "shape",
    [
        [{"message": TEXT}],
        [{"a": {"b": [TEXT]}, "issued": "2026"}],
        {"advisories": [{"text": TEXT}, {"raw": TEXT}]},
        [TEXT],
    ],
)
def test_an_advisory_is_found_in_any_shape_once_and_word_for_word(shape):
    (one,) = read(shape)
    assert one.text == TEXT
    assert one.issued == datetime(2026, 1, 20, 15, 49, tzinfo=UTC)
    assert one.code == "SWX ADVISORY PECASUS GNSS 2026/39"


def test_two_advisories_of_one_minute_stay_apart():
    other = TEXT.replace("GNSS", "HF COM").replace("2026/39", "2026/31")
    first, second = read([{"x": TEXT}, {"x": other}])
    assert first.issued == second.issued
    assert first.code != second.code


@pytest.mark.parametrize("empty", [[], {}, [{"message": "nothing"}]])
def test_a_body_without_an_advisory_says_that_there_is_none(empty):
    assert read(empty) == []


def test_a_bad_one_among_many_costs_itself():
    texts = [TEXT.replace("2026/39", f"2026/{n}") for n in range(40, 60)]
    *good, drift = read([*texts, "SWX ADVISORY without a time"])
    assert len(good) == 20
    assert isinstance(drift, Drift)
    assert "no DTG" in drift.first


@pytest.mark.parametrize("bad", [b"", b"<x>", b'"text"', b"[[[["])
def test_what_is_no_json_is_refused_by_name(bad):
    with pytest.raises(UnreadableError, match="icao-peers"):
        list(read_peers(bad))


@pytest.mark.shared
def test_the_34_of_january_2026_are_told_apart(shared):
    text = (shared / "data/swx/jan2026/icao_swx_advisories_20260118_20.txt").read_text()
    advisories = [f"{part}=" for part in text.split("=") if "SWX ADVISORY" in part]
    found = read([{"advisory": one} for one in advisories])
    assert len({(one.code, one.issued) for one in found}) == len(found) == 34
    centres = Counter(one.code.split()[2] for one in found)
    assert centres == {"ACFJ": 27, "PECASUS": 7}
    assert [one.issued for one in found] == sorted(one.issued for one in found)
