"""The fetch layer against a real server that answers well, badly, slowly and too much."""

import gzip
from datetime import UTC, datetime, timedelta

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from stormcone.observation.fetch import (
    BODY_LIMIT_BYTES,
    FetchError,
    Response,
    fetch,
    from_files,
    https,
    https_client,
    retry_after,
)
from stormcone.observation.goes import xrs

NOON = datetime(2026, 1, 18, 12, tzinfo=UTC)


@pytest.fixture
def ask(web):
    """Ask the server for a path as the feed would; `limits` go to the transport."""

    def ask(path, *, etag=None, **limits):
        feed = replace(xrs, url=web.url(path))
        with https_client("stormcone test") as client:
            return fetch(feed, https(client, **limits), NOON, etag=etag)

    return ask


def kind_of(error):
    return error.value.kind


def test_a_good_answer_comes_whole_with_its_headers(web, ask):
    web.answers["/x.json"] = web.answer(body=b"[1]", headers={"ETag": '"3-1"'})
    answer = ask("/x.json")
    assert (answer.status, answer.body, answer.headers["etag"]) == (200, b"[1]", '"3-1"')
    assert web.asked[0]["user-agent"] == "stormcone test"
    assert web.asked[0]["accept-encoding"] == "gzip"


def test_gzip_is_accepted(web, ask):
    body = gzip.compress(b"[1]" * 999)
    web.answers["/x.json"] = web.answer(body=body, headers={"Content-Encoding": "gzip"})
    assert ask("/x.json").body == b"[1]" * 999


def test_an_unchanged_body_is_304_and_empty(web, ask):
    def conditional(headers):
        same = headers.get("If-None-Match") == '"3-1"'
        return web.answer(status=304) if same else web.answer(body=b"[1]")

    web.answers["/x.json"] = conditional
    assert ask("/x.json").status == 200
    assert ask("/x.json", etag='"3-1"').status == 304


@pytest.mark.parametrize(
    ("header", "wait"),
    [
        ("120", timedelta(seconds=120)),
        ("Sun, 18 Jan 2026 12:05:00 GMT", timedelta(minutes=5)),
        ("Sun, 18 Jan 2026 11:00:00 GMT", timedelta(0)),
        ("999999999999", timedelta(hours=24)),
        ("Mon, 18 Jan 2027 12:00:00 GMT", timedelta(hours=24)),
        ("soon", None),
    ],
)
def test_a_busy_server_is_left_alone_as_long_as_it_asks(web, ask, header, wait):
    web.answers["/x.json"] = web.answer(status=429, headers={"Retry-After": header})
    with pytest.raises(FetchError, match="answers 429") as error:
        ask("/x.json")
    assert kind_of(error) == "refused"
    assert error.value.retry_after == wait


@given(st.text())
def test_any_retry_after_is_a_wait_within_a_day_or_none(text):
    wait = retry_after(text, NOON)
    assert wait is None or timedelta(0) <= wait <= timedelta(hours=24)


@pytest.mark.parametrize(
    ("status", "kind"), [(500, "server-error"), (502, "server-error"), (404, "status")]
)
def test_other_answers_are_named(web, ask, status, kind):
    web.answers["/x.json"] = web.answer(status=status)
    with pytest.raises(
        FetchError, match=f"goes-xrs: .*answers {status}, expected 200"
    ) as error:
        ask("/x.json")
    assert kind_of(error) == kind


def test_a_slow_drip_is_given_up(web, ask):
    web.answers["/x.json"] = web.answer(pieces=[b"["] * 1000, pause_s=0.05)
    with pytest.raises(FetchError, match="bytes in the time for a whole body") as error:
        ask("/x.json", whole_s=0.3)
    assert kind_of(error) == "too-slow"


def test_a_body_shorter_than_announced_is_refused(web, ask):
    web.answers["/x.json"] = web.answer(body=b"[1]", headers={"Content-Length": "999"})
    with pytest.raises(FetchError) as error:
        ask("/x.json")
    assert kind_of(error) == "wrong-length"


def test_forty_megabytes_are_refused_while_reading(web, ask):
    web.answers["/x.json"] = web.answer(pieces=[b" " * 2**20] * 40)
    with pytest.raises(FetchError, match=f"more than {BODY_LIMIT_BYTES} bytes") as error:
        ask("/x.json")
    assert kind_of(error) == "too-large"


def test_a_bomb_is_refused_by_its_unpacked_size(web, ask):
    body = gzip.compress(bytes(BODY_LIMIT_BYTES + 1))
    assert len(body) < 10**5
    web.answers["/x.json"] = web.answer(body=body, headers={"Content-Encoding": "gzip"})
    with pytest.raises(FetchError) as error:
        ask("/x.json")
    assert kind_of(error) == "too-large"


def test_redirects_are_followed_on_the_same_host_only(web, ask):
    web.answers["/old.json"] = web.answer(status=301, headers={"Location": "/new.json"})
    web.answers["/new.json"] = web.answer(body=b"[1]")
    assert ask("/old.json").url == web.url("/new.json")
    web.answers["/away.json"] = web.answer(
        status=302, headers={"Location": "http://localhost.example/x.json"}
    )
    with pytest.raises(FetchError, match="not a host of this feed") as error:
        ask("/away.json")
    assert kind_of(error) == "redirect"


def test_redirects_in_a_circle_end(web, ask):
    web.answers["/x.json"] = web.answer(status=302, headers={"Location": "/x.json"})
    with pytest.raises(FetchError, match="more than 3 redirects"):
        ask("/x.json")


@pytest.mark.parametrize("place", [None, "", "http://[::1"])
def test_a_redirect_that_leads_nowhere_has_its_own_word(web, ask, place):
    headers = {} if place is None else {"Location": place}
    web.answers["/x.json"] = web.answer(status=302, headers=headers)
    with pytest.raises(FetchError, match=r"not where to|Invalid URL in location") as error:
        ask("/x.json")
    assert kind_of(error) == "redirect"
    assert len(web.asked) == 1


def test_a_redirect_to_no_address_is_named_over_any_transport():
    def transport(url, _asked):
        return Response(status=302, url=url, headers={"location": "https://[bad"})

    with pytest.raises(FetchError, match=r"'https://\[bad', which is no address") as error:
        fetch(xrs, transport, NOON)
    assert kind_of(error) == "redirect"


def test_no_proxy_is_taken_from_the_environment(web, ask, monkeypatch):
    monkeypatch.delenv("NO_PROXY", raising=False)
    monkeypatch.delenv("no_proxy", raising=False)
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    web.answers["/x.json"] = web.answer(body=b"[1]")
    assert ask("/x.json").body == b"[1]"


def test_a_listed_host_may_be_redirected_to(web):
    web.answers["/x.json"] = web.answer(
        status=302, headers={"Location": f"http://localhost:{web.server_port}/y.json"}
    )
    web.answers["/y.json"] = web.answer(body=b"[1]")
    feed = replace(xrs, url=web.url("/x.json"), redirects=("localhost",))
    with https_client("stormcone test") as client:
        assert fetch(feed, https(client), NOON).body == b"[1]"


def test_a_dead_server_is_unreachable():
    feed = replace(xrs, url="http://127.0.0.1:1/x.json")
    with https_client("stormcone test") as client, pytest.raises(FetchError) as error:
        fetch(feed, https(client), NOON)
    assert kind_of(error) == "unreachable"


def test_an_answer_that_never_comes_is_too_slow(web):
    web.answers["/x.json"] = web.answer(pieces=[b"[", b"1]"], pause_s=5)
    feed = replace(xrs, url=web.url("/x.json"))
    with httpx.Client(timeout=0.1) as client, pytest.raises(FetchError) as error:
        fetch(feed, https(client), NOON)
    assert kind_of(error) == "too-slow"


def test_plain_http_is_spoken_to_this_machine_only():
    feed = replace(xrs, url="http://services.example/x.json")
    with https_client("t") as client, pytest.raises(FetchError, match="only https://"):
        fetch(feed, https(client), NOON)


def test_a_file_is_read_like_any_other_address(tmp_path):
    (tmp_path / "a b.json").write_bytes(b"[1]")
    feed = replace(xrs, url=(tmp_path / "a b.json").as_uri())
    assert fetch(feed, from_files, NOON).body == b"[1]"
    feed = replace(xrs, url=(tmp_path / "none.json").as_uri())
    with pytest.raises(FetchError, match="No such file") as error:
        fetch(feed, from_files, NOON)
    assert kind_of(error) == "unreachable"


def test_an_endless_retry_after_is_a_day():
    assert retry_after("9" * 5000, datetime(2026, 1, 18, tzinfo=UTC)) == timedelta(days=1)
