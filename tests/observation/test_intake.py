"""Whatever a feed serves: its bytes are kept, its failure has a name, nothing is invented."""

import json
import random
import re
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from stormcone.observation.alerts import read_alerts
from stormcone.observation.archive import Archive
from stormcone.observation.bodies import Bodies
from stormcone.observation.f107 import f107
from stormcone.observation.feed import Flag, Provenance
from stormcone.observation.fetch import FetchError, Response, https, https_client
from stormcone.observation.glotec import glotec
from stormcone.observation.goes import protons, xrs
from stormcone.observation.intake import gather, poll
from stormcone.observation.kp import kp
from stormcone.observation.kp_forecast import kp_forecast
from stormcone.observation.newest_grid import newest_grid
from stormcone.observation.outlooks import three_days
from stormcone.observation.ovation import ovation
from stormcone.observation.peers import peers
from stormcone.observation.reading import (
    RefusedBodyError,
    first_value,
    is_torn,
    read_body,
    refusal,
)

RECORDED = Path(__file__).parent / "recorded"
BODY = (RECORDED / "goes-xrays-1-day.2026-10-15.json").read_bytes()
KP_BODY = (RECORDED / "kp-3h.2026-10-15.json").read_bytes()
NEWEST = datetime(2026, 10, 15, 17, 53, tzinfo=UTC)
NOW = datetime(2026, 10, 15, 17, 55, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
XRAYS = "xray_flux_w_m2"


class Site:
    """An archive, a store, and one feed whose next body the test decides."""

    def __init__(self, root, feed=xrs):
        self.feed = feed
        self.bodies = Bodies(root / "bodies")
        self.archive = Archive(root)
        self.now = NOW

    def serve(self, body, **headers):
        def transport(url, _asked):
            return Response(status=200, url=url, headers=headers, body=body)

        self.now += MINUTE
        return poll(self.feed, transport, self.bodies, self.archive, self.now, "A")

    def fail(self, error):
        def transport(_url, _asked):
            raise error

        self.now += MINUTE
        return poll(self.feed, transport, self.bodies, self.archive, self.now, "A")

    def content(self, quantity=XRAYS):
        """Every row of a quantity, without the times it became known."""
        day = timedelta(days=30)
        return [
            (one.source, *row)
            for one in self.archive.series(quantity, NOW - day, NOW + day, known=NOW + day)
            for row in zip(one.at.tolist(), one.value.tolist(), one.flags.tolist(), strict=True)
        ]


@pytest.fixture
def site(tmp_path):
    made = Site(tmp_path)
    yield made
    made.archive.close()


@pytest.fixture
def fed(site):
    """A site that has read the recorded day once, well."""
    result = site.serve(BODY)
    assert result.error is None
    assert result.added == 258
    return site


def changed(**by_row):
    rows = json.loads(BODY)
    for number, change in by_row.items():
        rows[int(number[1:])].update(change)
    return json.dumps(rows).encode()


def assert_refused(fed, result, kind):
    """Nothing changed but the record of the failure, and the bytes are there."""
    assert result.error.kind == kind
    assert result.added == 0
    assert result.error.sha256 in fed.bodies
    assert result.error.sha256 in result.error.detail
    status = fed.archive.status("goes-xrs")
    assert status.last_error.error == kind
    assert status.silent_since == fed.now
    assert status.newest == NEWEST


def test_a_good_body_is_kept_read_and_recorded(fed):
    status = fed.archive.status("goes-xrs")
    (capture,) = fed.archive.captures("goes-xrs", NOW, fed.now)
    assert fed.bodies.get(capture.sha256) == BODY
    assert (capture.size, capture.site, capture.fetched) == (len(BODY), "A", fed.now)
    assert (status.newest, status.failures, status.last_error) == (NEWEST, 0, None)
    assert len(fed.content()) == 129


def test_the_same_body_again_adds_nothing(fed):
    before = fed.content()
    assert fed.serve(BODY).added == 0
    assert fed.content() == before
    assert len(fed.archive.captures("goes-xrs", NOW, fed.now)) == 2


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        (b"", "empty"),
        (b"  \r\n ", "empty"),
        (b"<!DOCTYPE html><html>busy</html>", "html"),
        (b"\n <HTML>", "html"),
        (BODY[: len(BODY) // 2], "torn"),
        (b"{}", "unreadable"),
        (b"[]", "unreadable"),
        (b"null", "unreadable"),
        (b"\x00\xff" * 99, "unreadable"),
        (b"[" * 100_000, "torn"),
        (b'[{"time_tag": 5}]', "unreadable"),
        (KP_BODY, "unreadable"),
    ],
)
def test_a_bad_body_is_refused_by_name_and_kept(fed, body, kind):
    before = fed.content()
    assert_refused(fed, fed.serve(body), kind)
    assert fed.content() == before


def test_a_body_cut_at_any_byte_invents_nothing(fed):
    before = fed.content()
    chance = random.Random(20260118)
    for cut in sorted(chance.sample(range(1, len(BODY) - 1), 200)):
        result = fed.serve(BODY[:cut])
        assert result.error.kind == "torn"
        assert result.error.sha256 in fed.bodies
    assert fed.content() == before
    assert fed.archive.status("goes-xrs").failures == 200
    assert fed.serve(BODY).error is None
    assert fed.archive.status("goes-xrs").failures == 0


def test_values_a_million_times_too_large_are_refused(fed):
    rows = json.loads(BODY)
    before = fed.content()
    for row in rows:
        row["flux"] *= 1e6
    result = fed.serve(json.dumps(rows).encode())
    assert_refused(fed, result, "implausible")
    assert fed.content() == before


def test_a_change_of_unit_within_the_range_is_refused_too(fed):
    rows = json.loads(BODY)
    for row in rows:
        row["flux"] *= 100
    result = fed.serve(json.dumps(rows).encode())
    assert_refused(fed, result, "implausible")
    assert "factor of 100" in result.error.detail


def test_duplicated_and_reordered_rows_change_nothing(fed, tmp_path):
    rows = json.loads(BODY)
    shuffled = rows + rows
    random.Random(1).shuffle(shuffled)
    other = Site(tmp_path / "other")
    other.serve(json.dumps(shuffled).encode())
    assert other.content() == fed.content()
    assert fed.serve(json.dumps(shuffled).encode()).added == 0
    other.archive.close()


def test_mistyped_rows_cost_only_themselves(site):
    result = site.serve(changed(_0={"flux": "much"}, _9={"satellite": None}))
    assert result.error is None
    assert result.drift.rows == 2
    assert "much" in result.drift.first
    assert result.added == 256


def test_rows_of_the_future_are_refused_with_a_clock_alarm(site):
    rows = json.loads(BODY)
    rows.append(rows[-1] | {"time_tag": "2026-10-15T19:00:00Z"})
    result = site.serve(json.dumps(rows).encode())
    (alarm,) = result.alarms
    assert alarm.startswith("clock: goes-xrs has 1 rows up to 2026-10-15 19:00")
    assert result.added == 258
    assert result.newest == NEWEST


def test_a_body_wholly_of_the_future_is_refused(site):
    site.now = NOW - timedelta(days=30)
    result = site.serve(BODY)
    assert result.error.kind == "future"
    assert site.content() == []


def test_a_servers_clock_far_from_ours_is_an_alarm(site):
    theirs = format_datetime(NOW + timedelta(minutes=9), usegmt=True)
    (alarm,) = site.serve(BODY, date=theirs).alarms
    assert alarm.startswith("clock: the server of goes-xrs says")
    good = format_datetime(site.now + MINUTE + timedelta(seconds=20), usegmt=True)
    assert site.serve(BODY, date=good).alarms == ()


def test_a_tail_of_the_old_body_is_noted_and_the_new_value_used(site):
    result = site.serve(BODY + b', "energy": "0.1-0.8nm"}]')
    assert result.error is None
    assert result.added == 258
    assert "tail" in result.notes[0]


def test_a_value_with_a_tail_that_is_older_than_the_last_is_refused(fed):
    rows = json.loads(BODY)[:100]
    assert_refused(fed, fed.serve(json.dumps(rows).encode() + b"{}]"), "tail")


def test_a_failed_fetch_is_recorded_with_the_providers_wish(fed):
    wish = timedelta(minutes=3)
    result = fed.fail(FetchError("refused", "goes-xrs answers 429", wish))
    assert (result.error.kind, result.retry_after) == ("refused", wish)
    assert fed.archive.status("goes-xrs").last_error.detail == "goes-xrs answers 429"
    assert len(fed.content()) == 129


def test_a_missing_value_is_stored_as_missing(site):
    site.serve(changed(_1={"flux": None}))
    missing = [row for row in site.content() if row[3] & Flag.FILL]
    assert len(missing) == 1
    assert str(missing[0][2]) == "nan"


def test_a_later_correction_is_a_new_row(fed):
    result = fed.serve(changed(_257={"flux": 9e-7}))
    assert result.added == 1


def test_one_silent_feed_costs_the_others_nothing(tmp_path):
    def transport(url, _asked):
        if "xrays" in url:
            raise FetchError("unreachable", f"{url}: no route")
        return Response(status=200, url=url, body=KP_BODY)

    bodies = Bodies(tmp_path / "bodies")
    with Archive(tmp_path) as archive:
        results = gather([xrs, protons, kp], transport, bodies, archive, NOW, "A")
        kinds = [one.error and one.error.kind for one in results]
        assert kinds == ["unreachable", "unreadable", None]
        assert archive.newest("kp", known=NOW) is not None


def test_over_http_an_unchanged_body_is_not_sent_again(web, tmp_path):
    def conditional(headers):
        if headers.get("If-None-Match") == '"1"':
            return web.answer(status=304)
        return web.answer(body=BODY, headers={"ETag": '"1"'})

    web.answers["/x.json"] = conditional
    feed = replace(xrs, url=web.url("/x.json"))
    bodies = Bodies(tmp_path / "bodies")
    with Archive(tmp_path) as archive, https_client("stormcone test") as client:
        results = [
            poll(feed, https(client), bodies, archive, NOW + n * MINUTE, "A") for n in range(3)
        ]
        assert [one.added for one in results] == [258, 0, 0]
        assert [one.error for one in results] == [None] * 3
        assert archive.status("goes-xrs").newest == NEWEST
        assert len(archive.captures("goes-xrs", NOW, NOW + 9 * MINUTE)) == 1


@pytest.mark.parametrize(
    ("fault", "kind"),
    [
        ({"status": 500}, "server-error"),
        ({"body": b"<html>maintenance</html>"}, "html"),
        ({"body": b"[1]", "headers": {"Content-Length": "99"}}, "wrong-length"),
        ({"pieces": [b" " * 2**20] * 40}, "too-large"),
    ],
)
def test_over_http_every_fault_is_named_and_the_next_good_body_is_read(
    web, tmp_path, fault, kind
):
    web.answers["/x.json"] = web.answer(**fault)
    feed = replace(xrs, url=web.url("/x.json"))
    bodies = Bodies(tmp_path / "bodies")
    with Archive(tmp_path) as archive, https_client("stormcone test") as client:
        bad = poll(feed, https(client), bodies, archive, NOW, "A")
        assert bad.error.kind == kind
        web.answers["/x.json"] = web.answer(body=BODY)
        assert poll(feed, https(client), bodies, archive, NOW + MINUTE, "A").added == 258


@given(st.binary(max_size=300))
def test_no_bytes_whatever_do_more_than_refuse(body):
    with pytest.raises(RefusedBodyError) as error:
        read_body(xrs, body, NOW)
    assert error.value.kind in ("empty", "html", "torn", "unreadable")


@given(st.lists(st.integers()), st.binary(max_size=20))
def test_the_first_value_is_found_before_any_tail(value, tail):
    whole = json.dumps(value).encode()
    assert first_value(whole + b" \n" + tail)[0].rstrip() == whole or not tail.strip()
    assert not is_torn(whole)
    assert refusal(whole) is None


@pytest.mark.parametrize(
    "headers",
    [
        {"date": "Thu, 01 Jan 9999 23:59:59 -9999"},
        {"last-modified": "Thu, 31 Dec 9999 23:59:59 -2359"},
        {"etag": "\ud800"},
    ],
    ids=["date", "last-modified", "etag"],
)
def test_a_header_that_no_parser_expects_costs_its_own_feed_and_no_more(site, headers):
    result = site.serve(BODY, **headers)
    assert result.error is None or result.error.kind == "unreadable"
    assert site.serve(BODY).error is None


def test_a_body_that_is_not_text_is_kept_and_named(site):
    result = site.serve(BODY.replace(b"0.1-0.8nm", b"0.1-\xff8nm"))
    assert result.error is not None
    assert site.archive.status(site.feed.name).last_error is not None


def test_what_is_new_is_known_from_the_last_byte_on(site):
    def transport(url, _asked):
        return Response(status=200, url=url, body=BODY)

    later = NOW + MINUTE
    poll(site.feed, transport, site.bodies, site.archive, NOW, "A", lambda: later)
    assert site.archive.newest(XRAYS, known=NOW) is None
    assert site.archive.newest(XRAYS, known=later) is not None


def counting(feed, calls):
    def read(body):
        calls.append(len(body))
        return feed.read(body)

    return replace(feed, read=read)


def test_the_bytes_of_the_last_good_poll_are_not_read_again(site_of):
    calls = []
    site = site_of(counting(xrs, calls))
    first = site.serve(BODY)
    again = site.serve(BODY, etag='"2"')
    assert len(calls) == 1
    assert (again.error, again.added, again.newest) == (None, 0, first.newest)
    assert again.sha256 == first.sha256
    good = site.archive.last_good("goes-xrs")
    assert (good.at, good.newest, good.etag) == (site.now, NEWEST, '"2"')
    assert site.serve(changed(_257={"flux": 9e-7})).added == 1
    assert site.serve(BODY).added == 1
    assert len(calls) == 3


def test_another_parser_reads_the_same_bytes_again(site_of):
    calls = []
    site = site_of(counting(xrs, calls))
    site.serve(BODY)
    site.feed = replace(site.feed, version=2)
    site.serve(BODY)
    assert len(calls) == 2
    site.serve(BODY)
    assert len(calls) == 2


def test_rows_left_out_for_lying_ahead_are_read_once_their_time_has_come(site):
    rows = json.loads(BODY)
    rows.append(rows[-1] | {"time_tag": "2026-10-15T18:10:00Z"})
    body = json.dumps(rows).encode()
    assert len(site.serve(body).alarms) == 1
    site.now += timedelta(minutes=30)
    assert site.serve(body).added == 1


TEXT = (RECORDED / "3-day-forecast.2026-10-15.txt").read_bytes()
MAP = (RECORDED / "ovation.2026-10-15.json").read_bytes()


@pytest.fixture
def site_of(tmp_path):
    """Make a site of one feed."""
    made = []

    def site_of(feed):
        made.append(Site(tmp_path / feed.name, feed))
        return made[-1]

    yield site_of
    for one in made:
        one.archive.close()


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        (b"", "empty"),
        (b"<html>\nbusy\n</html>\n", "html"),
        (TEXT[:-1], "torn"),
        (TEXT[: TEXT.index(b"C. NOAA")], "torn"),
        (TEXT[: TEXT.index(b"R3 or greater")], "torn"),
        (TEXT.replace(b":Issued:", b":Made:"), "unreadable"),
        (TEXT.replace(b"2026 Oct 15 1230", b"2027 Oct 15 1230"), "future"),
        (b"\xff" * 99 + b"\n", "unreadable"),
        (KP_BODY + b"\n", "unreadable"),
    ],
)
def test_a_bad_text_is_refused_by_name_and_kept(site_of, body, kind):
    site = site_of(three_days)
    assert site.serve(TEXT).added == 34
    before = site.content("kp")
    result = site.serve(body)
    assert (result.error.kind, result.added) == (kind, 0)
    assert site.bodies.get(result.sha256) == body
    assert site.content("kp") == before
    assert site.serve(TEXT).error is None


def test_a_forecast_reaches_ahead_without_an_alarm_and_is_no_newest_reading(site_of):
    site = site_of(kp_forecast)
    result = site.serve((RECORDED / "kp-forecast.2026-10-15.json").read_bytes())
    assert (result.error, result.alarms, result.added) == (None, (), 81)
    assert result.newest == datetime(2026, 10, 15, 12, tzinfo=UTC)
    newest = site.archive.newest("kp", known=site.now)
    assert (newest.at, newest.provenance) == (result.newest, Provenance.OBSERVED)
    named = site.archive.newest("kp", known=site.now, source="SWPC forecast")
    assert (named.at.hour, named.provenance) == (15, Provenance.FORECAST)


def test_a_forecast_may_change_as_it_likes(site_of):
    site = site_of(three_days)
    site.serve(TEXT)
    changed_mind = TEXT.replace(b"1230 UTC", b"1730 UTC").replace(b" 1.33 ", b" 9.00 ")
    result = site.serve(changed_mind.replace(b"   5%", b"  99%"))
    assert result.error is None
    assert result.added > 10
    assert 9.0 in [row[2] for row in site.content("kp")]


def test_a_map_is_read_again_from_the_body_that_brought_it(site_of):
    site = site_of(ovation)
    feeds = {"ovation": ovation}
    quantity = "aurora_probability_percent"

    def newest(known, **among):
        return newest_grid(quantity, site.archive, site.bodies, among or feeds, known=known)

    assert newest(NOW) is None
    assert site.serve(MAP).error is None
    later = MAP.replace(b"T17:48", b"T17:53").replace(b", 33]", b", 44]")
    site.serve(later)
    first, last = newest(NOW + MINUTE), newest(NOW + 2 * MINUTE)
    assert (first.at.minute, np.nanmax(first.values)) == (48, 33)
    assert (last.at.minute, np.nanmax(last.values)) == (53, 44)
    assert newest(NOW) is None
    assert newest(NOW + 2 * MINUTE, drap=ovation) is None


def test_a_noon_flux_within_a_radio_burst_is_flagged_once_the_burst_is_known(site_of):
    site = site_of(f107)
    body = (RECORDED / "f107.2026-10-15-built.json").read_bytes()
    assert site.serve(body).added == 30
    messages = json.loads((RECORDED / "alerts.2026-10-15.json").read_bytes())
    burst = next(one for one in messages if "SUM10R" in one["message"])
    moved = re.sub(r"2026 Oct 10 15(0\d) UTC", r"2026 Oct 10 20\1 UTC", burst["message"])
    alert = next(read_alerts(json.dumps([burst | {"message": moved}]).encode()))
    assert alert.begin == datetime(2026, 10, 10, 20, 5, tzinfo=UTC)
    site.archive.add([alert], known=site.now)
    assert site.serve(body).added == 1
    (spoilt,) = (row for row in site.content("f107_sfu") if row[3])
    assert (spoilt[1].day, spoilt[2], spoilt[3]) == (10, 126, Flag.BURST)


def test_no_advisory_of_a_peer_is_a_good_answer(site_of):
    site = site_of(peers)
    assert (site.serve(b"[]").error, site.serve(b"[]").newest) == (None, None)
    assert site.archive.status("icao-peers").failures == 0


def glotec_answers(at="2026-10-15T17:25:00Z", url="/products/glotec/a.geojson"):
    points = [
        {"geometry": {"coordinates": [lon - 177.5, 88.75 - lat]}, "properties": {"tec": 9.5}}
        for lon in range(0, 360, 5)
        for lat in np.arange(0, 180, 2.5).tolist()
    ]
    index = [{"url": url, "time_tag": at}]
    return json.dumps(index).encode(), json.dumps({"time": at, "features": points}).encode()


def serve_by_address(site, answers):
    """Poll once; return the result and the addresses that were asked."""
    asked = []

    def transport(url, _asked):
        asked.append(url.removeprefix("https://services.swpc.noaa.gov"))
        return Response(status=200, url=url, body=answers[len(asked) - 1])

    site.now += MINUTE
    return poll(site.feed, transport, site.bodies, site.archive, site.now, "A"), asked


def test_an_index_is_followed_to_its_newest_map_once(site_of):
    site = site_of(glotec)
    index, body = glotec_answers()
    result, asked = serve_by_address(site, [index, body])
    assert result.error is None
    assert asked == ["/products/glotec/geojson_2d_urt.json", "/products/glotec/a.geojson"]
    assert site.bodies.get(result.sha256) == body
    _, asked = serve_by_address(site, [index])
    assert len(asked) == 1
    found = newest_grid(
        "vtec_tecu", site.archive, site.bodies, {"glotec": glotec}, known=site.now
    )
    assert found.values.mean() == 9.5


@pytest.mark.parametrize(
    ("url", "second", "kind"),
    [
        ("https://elsewhere.example/a.geojson", None, "unreadable"),
        ("/a.geojson", "index", "unreadable"),
        ("/a.geojson", "half", "torn"),
        ("/a.geojson", "html", "html"),
    ],
)
def test_an_index_that_leads_nowhere_good_is_a_failure(site_of, url, second, kind):
    index, body = glotec_answers(url=url)
    second = {"index": index, "half": body[: len(body) // 2], "html": b"<html>"}.get(second)
    result, _ = serve_by_address(site_of(glotec), [index, second])
    assert result.error.kind == kind


def test_over_http_a_text_is_checked_like_any_body(web, tmp_path):
    feed = replace(three_days, url=web.url("/text/3-day-forecast.txt"))
    faults = [
        ({"body": TEXT, "headers": {"Content-Length": str(len(TEXT) + 9)}}, "wrong-length"),
        ({"body": TEXT[:700]}, "torn"),
        ({"status": 404}, "status"),
        ({"body": b"<!DOCTYPE html>\n"}, "html"),
    ]
    bodies = Bodies(tmp_path / "bodies")
    with Archive(tmp_path) as archive, https_client("stormcone test") as client:
        for minute, (fault, kind) in enumerate(faults):
            web.answers["/text/3-day-forecast.txt"] = web.answer(**fault)
            at = NOW + minute * MINUTE
            assert poll(feed, https(client), bodies, archive, at, "A").error.kind == kind
        web.answers["/text/3-day-forecast.txt"] = web.answer(body=TEXT)
        assert poll(feed, https(client), bodies, archive, NOW + 9 * MINUTE, "A").added == 34
