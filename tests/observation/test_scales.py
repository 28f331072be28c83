"""NOAA scales: now, the last day, and three days ahead."""

import json
from datetime import UTC, datetime

import pytest

from stormcone.observation.feed import Provenance, UnreadableError
from stormcone.observation.scales import read_scales


def day(date, clock="00:00:00", r=None, s=None, g=None, chances=(None, None, None)):
    minor, major, proton = chances
    return {
        "DateStamp": date,
        "TimeStamp": clock,
        "R": {"Scale": r, "Text": None, "MinorProb": minor, "MajorProb": major},
        "S": {"Scale": s, "Text": None, "Prob": proton},
        "G": {"Scale": g, "Text": "none"},
    }


BODY = {
    "0": day("2026-08-01", "07:47:00", "0", "0", "1"),
    "1": day("2026-08-01", "07:47:00", g="0", chances=("35", "5", "75")),
    "2": day("2026-08-02", g="2", chances=("35", "5", "25")),
    "3": day("2026-08-03", g="0", chances=("35", "5", "10")),
    "-1": day("2026-07-31", "07:47:00", "0", "1", "0"),
}


def read(value):
    return list(read_scales(json.dumps(value).encode()))


def test_now_the_last_day_and_the_forecast_are_three_sources():
    found = {(one.source, one.quantity, one.at.day): one for one in read(BODY)}
    now = found["SWPC scales", "noaa_scale_g", 1]
    past = found["SWPC scales, last day", "noaa_scale_s", 31]
    ahead = found["SWPC scales forecast", "noaa_scale_g", 2]
    assert (now.value, now.span_s, now.provenance) == (1, 0, Provenance.OBSERVED)
    assert (past.value, past.span_s, past.provenance) == (1, 86_400, Provenance.OBSERVED)
    assert (ahead.value, ahead.span_s, ahead.provenance) == (2, 86_400, Provenance.FORECAST)
    assert len(found) == 18


def test_probabilities_are_of_whole_days_and_say_when_they_were_made():
    chance = [one for one in read(BODY) if one.quantity == "s1_probability_percent"]
    assert [one.value for one in chance] == [75, 25, 10]
    assert chance[0].at == datetime(2026, 8, 1, tzinfo=UTC)
    assert {one.published for one in chance} == {datetime(2026, 8, 1, 7, 47, tzinfo=UTC)}


@pytest.mark.parametrize(
    "spoil",
    [
        lambda body: {key: body[key] for key in ("0", "1", "2", "-1")},
        lambda body: body | {"0": body["0"] | {"DateStamp": "today"}},
        lambda body: body | {"2": body["2"] | {"G": {"Scale": "severe"}}},
        lambda _: [],
    ],
    ids=["entry missing", "no date", "no number", "another shape"],
)
def test_another_shape_is_refused_by_name(spoil):
    with pytest.raises(UnreadableError, match="scales"):
        read(spoil(BODY))


@pytest.mark.shared
def test_every_recorded_body_reads(shared):
    folder = shared / "data/swx/services"
    bodies = [*folder.glob("swpc/noaa-scales.*"), folder / "solar_mcp/quiet/noaa-scales.json"]
    assert len(bodies) == 7
    for body in bodies:
        found = list(read_scales(body.read_bytes()))
        assert len(found) == 18, body
        assert all(0 <= one.value <= 100 for one in found)
