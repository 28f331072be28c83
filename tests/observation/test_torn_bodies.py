"""Bodies of every SWPC feed, cut at any byte or changed at will: nothing is invented."""

import json
import random
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from stormcone.observation import (
    drap,
    dst,
    f107,
    flares,
    glotec,
    kp_forecast,
    outlooks,
    outlooks_long,
    ovation,
    peers,
    reports,
    scales,
    solar_wind,
    solar_wind_now,
)
from stormcone.observation.archive import Archive
from stormcone.observation.bodies import Bodies
from stormcone.observation.feed import Drift, Notice, Observation, UnreadableError
from stormcone.observation.fetch import Response
from stormcone.observation.intake import gather
from stormcone.observation.newest_grid import newest_grid
from stormcone.observation.reading import RefusedBodyError, read_body

RECORDED = Path(__file__).parent / "recorded"
NOW = datetime(2026, 10, 16, tzinfo=UTC)
DAY, MINUTE = timedelta(days=1), timedelta(minutes=1)
ADVISORY = (
    "SWX ADVISORY\nDTG: 20261015/1549Z\nSWXC: ACFJ\nSWX EFFECT: GNSS\nADVISORY NR: 2026/39"
)


def recorded(name):
    return (RECORDED / name).read_bytes()


def of(rows):
    return json.dumps(rows).encode()


def minutes(row):
    return of([row | {"time_tag": f"2026-10-15T12:{n:02}:00"} for n in range(30)])


def scale_day(date):
    scale = {"Scale": "1", "Prob": "5", "MinorProb": "35", "MajorProb": "5"}
    return {"DateStamp": date, "TimeStamp": "07:47:00", "R": scale, "S": scale, "G": scale}


def drap_text():
    heading = "     " + " ".join(str(lon) for lon in range(-178, 179, 4))
    rows = [f"{lat:3} |" + "  1.5" * 90 for lat in range(89, -90, -2)]
    return "\n".join(["# Product Valid At : 2026-10-15 04:42 UTC", heading, *rows, ""]).encode()


def glotec_map():
    points = [
        {"geometry": {"coordinates": [float(lon), float(lat)]}, "properties": {"tec": 9.5}}
        for lon in glotec.GRID.lon_deg
        for lat in glotec.GRID.lat_deg
    ]
    return of({"time_tag": "2026-10-15T04:45:00Z", "features": points})


def forty_five_days():
    dates = [f"{datetime(2026, 10, 16) + n * DAY:%d%b%y}" for n in range(45)]
    ap = "\n".join(f"{date} 005" for date in dates)
    flux = "\n".join(f"{date} 120" for date in dates)
    return (
        f":Issued: 2026 Oct 15 2113 UTC\n45-DAY AP FORECAST\n{ap}\n"
        f"45-DAY F10.7 CM FLUX FORECAST\n{flux}\nFORECASTER: X\n99999\nNNNN\n"
    ).encode()


def text(*lines):
    return "\n".join([":Issued: 2026 Oct 15 1230 UTC", *lines, ""]).encode()


WIND = {"source": "SOLAR1", "active": True, "proton_speed": 400.0, "overall_quality": 0}
FIELD = {"source": "SOLAR1", "active": True, "bt": 5.0, "bz_gsm": -3.0}
FLARE = {"satellite": 18, "begin_time": "2026-10-15T12:00:00Z", "max_class": "C1.0"}
BODIES = {
    kp_forecast.kp_forecast: recorded("kp-forecast.2026-10-15.json"),
    dst.dst: recorded("dst.2026-10-15-built.json"),
    f107.f107: recorded("f107.2026-10-15-built.json"),
    f107.f107_reports: minutes({"frequency": 2800, "flux": 99.0, "reporting_schedule": "Noon"}),
    f107.daily_solar: text(
        "# Last 3 Days Daily Solar Data", *(f"2026 10 {n}  120     71" for n in (12, 13, 14))
    ),
    solar_wind.wind: minutes(WIND),
    solar_wind.field: minutes(FIELD),
    solar_wind_now.wind_now: of([{"proton_speed": 287, "time_tag": "2026-10-15T07:42:00Z"}]),
    solar_wind_now.field_now: of({"Bt": "4", "Bz": "-2", "TimeStamp": "2026-10-15 07:42:00"}),
    solar_wind_now.plasma_legacy: minutes({"speed": 400.0, "density": 4.0, "temperature": 1e5}),
    solar_wind_now.mag_legacy: minutes(
        {"bt": 3.0, "bx_gsm": 1.0, "by_gsm": 1.0, "bz_gsm": 1.0}
    ),
    scales.scales: of(
        {key: scale_day(f"2026-10-{15 + max(int(key) - 1, 0)}") for key in ("0", "1", "2", "3")}
        | {"-1": scale_day("2026-10-14")}
    ),
    flares.flares: of([FLARE]),
    flares.sources: of([{"time_tag": "2026-10-15T00:00:00Z", "xrays": {"primary": 18}}]),
    ovation.ovation: recorded("ovation.2026-10-15.json"),
    drap.drap: drap_text(),
    glotec.glotec: glotec_map(),
    peers.peers: of([{"message": ADVISORY}]),
    outlooks.three_days: recorded("3-day-forecast.2026-10-15.txt"),
    outlooks.geomagnetic: recorded("3-day-geomag-forecast.2026-10-15.txt"),
    outlooks_long.month: recorded("27-day-outlook.2026-10-15.txt"),
    outlooks_long.six_weeks: forty_five_days(),
    reports.discussion: text("Geospace", ".24 hr Summary...", ".Forecast...", "Quiet."),
    reports.regions: text("I.  Regions", "4341 S12E20", "II. Regions Due to Return", "None"),
    reports.advisory_outlook: text("Outlook For October 12-18", "", "Nothing is expected."),
    reports.wwv: text("Solar-terrestrial indices", "None for the next 24 hours.", "Quiet."),
}
BY_NAME = {feed.name: (feed, body) for feed, body in BODIES.items()}
feeds = pytest.mark.parametrize("name", sorted(BY_NAME))
FINITE = st.floats(allow_nan=False, allow_infinity=False)
anything = st.recursive(
    st.none() | st.booleans() | st.integers() | FINITE | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=6,
)


def numbers(reading):
    return [one for one in reading.records if not isinstance(one, Notice)]


def attempt(read):
    """What `read` returns, or the refusal it raises."""
    try:
        return read()
    except UnreadableError as error:
        return error


@feeds
def test_the_body_itself_is_read_without_doubt(name):
    feed, body = BY_NAME[name]
    reading = read_body(feed, body, NOW)
    assert reading.records
    assert (reading.drift, reading.notes, reading.alarms) == (None, (), ())
    assert reading.newest <= NOW
    observations = [one for one in reading.records if isinstance(one, Observation)]
    assert {one.quantity for one in observations} <= set(feed.quantities)


@feeds
def test_a_body_cut_at_any_byte_is_refused_or_costs_words_only(name):
    feed, body = BY_NAME[name]
    chance = random.Random(20260118)
    places = range(1, len(body) - 1)
    whole = numbers(read_body(feed, body, NOW))
    for cut in chance.sample(places, min(200, len(places))):
        found = attempt(lambda cut=cut: read_body(feed, body[:cut], NOW))
        if isinstance(found, RefusedBodyError):
            assert found.kind in ("torn", "unreadable", "empty")
            assert name in str(found)
        else:
            assert feed.url.endswith(".txt"), cut
            assert numbers(found) == whole
            (words,) = (one for one in found.records if isinstance(one, Notice))
            assert body.decode().startswith(words.text)


def test_every_feed_goes_through_intake_and_the_same_body_again_adds_nothing(tmp_path):
    answers = {feed.url: body for feed, body in BODIES.items()}

    def transport(url, _asked):
        return Response(status=200, url=url, body=answers[url])

    bodies = Bodies(tmp_path / "bodies")
    maps = {"ovation", "drap", "glotec"}
    with Archive(tmp_path) as archive:
        first = gather(list(BODIES), transport, bodies, archive, NOW, "A")
        again = gather(list(BODIES), transport, bodies, archive, NOW + MINUTE, "A")
        assert [one.error for one in (*first, *again)] == [None] * 2 * len(BODIES)
        assert {one.feed for one in first if not one.added} <= maps
        assert not any(one.added for one in again)
        for quantity, name in (
            (ovation.QUANTITY, "ovation"),
            (drap.QUANTITY, "drap"),
            (glotec.QUANTITY, "glotec"),
        ):
            feed, _ = BY_NAME[name]
            assert newest_grid(quantity, archive, bodies, {name: feed}, known=NOW) is not None


@settings(max_examples=300)
@given(name=st.sampled_from(sorted(BY_NAME)), value=anything)
def test_any_json_is_refused_by_name_or_holds_nothing(name, value):
    feed, _ = BY_NAME[name]
    found = attempt(lambda: list(feed.read(json.dumps(value).encode())))
    if isinstance(found, UnreadableError):
        assert name in str(found)
    else:
        assert (name, found) == ("icao-peers", [])


ROWS = sorted(
    name
    for name, (_, body) in BY_NAME.items()
    if body.startswith(b"[") and len(json.loads(body)) > 20
)


@settings(max_examples=200)
@given(
    name=st.sampled_from(ROWS),
    row=st.integers(1, 19),
    key=st.integers(0, 9),
    value=anything,
)
def test_one_spoiled_row_costs_itself_at_most(name, row, key, value):
    feed, body = BY_NAME[name]
    rows = json.loads(body)
    spoiled = rows[row]
    if isinstance(spoiled, list):
        rows[row] = [value, *spoiled[1:]]
    else:
        rows[row] = spoiled | {sorted(spoiled)[key % len(spoiled)]: value}
    whole = list(feed.read(body))
    share = len(whole) // len(json.loads(body)) + 1
    found = [one for one in feed.read(of(rows)) if not isinstance(one, Drift)]
    assert sum(one in whole for one in found) >= len(whole) - share
