"""What anybody may read: as of any time, cacheable, documented, and honest in its errors."""

import io

import numpy as np
import pytest
from openapi_spec_validator import validate
from PIL import Image

from stormcone.bulletin import tac_amd82

V1 = "/api/v1"


def get(client, path, status=200, **query):
    answer = client.get(f"{V1}{path}", params=query)
    assert answer.status_code == status, answer.text
    return answer.json()


def test_the_openapi_document_is_valid_and_describes_every_route(replay):
    document = replay.get("/openapi.json").json()
    validate(document)
    for path, methods in document["paths"].items():
        for method, about in methods.items():
            assert about.get("summary"), f"{method} {path} has no summary"
            if path.startswith(V1):
                assert about.get("description"), f"{method} {path} has no description"


def test_the_situation_shows_the_flare_and_its_advisory(replay):
    shown = get(replay, "/situation")
    assert shown["as_of"] == "2026-01-18T18:30:00Z"
    assert shown["scales"]["r"]["now"] == 3
    assert shown["scales"]["r"]["provenance"] == "reconstructed"
    hf, *others = shown["effects"]
    assert (hf["kind"], hf["severity"], hf["regions_text"]) == ("HF COM", "MOD", "DAYSIDE")
    assert not any(effect["assessed"] for effect in others)
    (thread,) = shown["threads"]
    assert thread["last"]["tac"].startswith("SWX ADVISORY\nSTATUS:           EXER")
    assert shown["replay"]["from"] == "2026-01-18T00:00:00Z"


def test_the_past_is_shown_as_it_was_known(replay):
    before = get(replay, "/situation", t="2026-01-18T18:00Z")
    assert before["threads"] == []
    assert before["effects"][0]["severity"] is None
    assert before["scales"]["r"]["now"] == 2
    later = get(replay, "/situation", t="2030-01-01T00:00Z")
    assert later["as_of"] == "2026-01-18T18:30:00Z"


def test_g_is_not_below_the_k_that_was_alerted(storm_at):
    before, alerted = (storm_at(f"2026-01-19T19:{m}Z")["scales"]["g"] for m in ("15", "45"))
    assert before["now"] == 0
    assert (alerted["now"], alerted["label"]) == (4, "≥ Kp 7.67")
    assert alerted["source"] == "SWPC alerts"


def test_a_series_says_its_provenance_and_stops_at_what_was_known(replay):
    found = get(replay, "/series/xray_flux_w_m2", t="2026-01-18T18:00Z")
    (line,) = found["lines"]
    assert line["provenance"] == "reconstructed"
    assert line["times_s"][-1] == 1768759140  # 17:59, known at 18:00
    few = get(replay, "/series/xray_flux_w_m2", max_points=10)
    assert few["decimated"]
    assert max(few["lines"][0]["values"]) == pytest.approx(1.9e-4, rel=0.01)


def test_a_field_is_a_picture_whose_codes_the_header_explains(replay):
    answer = replay.get(f"{V1}/fields/haf/2026-01-18T18:10Z.png")
    about = dict(part.split("=") for part in answer.headers["x-grid"].split(";"))
    grey = np.asarray(Image.open(io.BytesIO(answer.content)))
    assert grey.shape == (int(about["ny"]), int(about["nx"])) == (181, 360)
    haf_mhz = (grey.max() - 1) / 254 * float(about["vmax"])
    assert haf_mhz == pytest.approx(27.8, abs=0.3)  # X1.9 overhead
    point = get(replay, "/fields/haf/2026-01-18T18:10Z/point", lat=-20, lon=-90)
    assert point["value"] == pytest.approx(27.8, abs=0.3)
    described = get(replay, "/fields/haf/2026-01-18T18:10Z.json")
    assert {s["provenance"] for s in described["sources"]} >= {"reconstructed"}


def test_a_forecast_field_fades(replay):
    now = get(replay, "/fields/haf/2026-01-18T18:30Z/point", lat=-20, lon=-95)
    ahead = get(replay, "/fields/haf/2026-01-18T18:30Z/point", lat=-20, lon=-95, ahead=2)
    assert ahead["value"] < now["value"]
    assert ahead["low"] < ahead["high"]


def test_an_advisory_is_served_in_every_form(replay):
    text = replay.get(f"{V1}/advisories/hf_com-2026-1.tac")
    assert tac_amd82.read(text.content).advisories[0].number.count == 1
    assert "immutable" in text.headers["cache-control"]
    xml = replay.get(f"{V1}/advisories/hf_com-2026-1.xml")
    assert b"permissibleUsageReason" in xml.content
    drawn = replay.get(f"{V1}/advisories/hf_com-2026-1.geojson").json()
    assert drawn["type"] == "FeatureCollection"
    assert len(drawn["features"]) == 5


def test_marks_hold_ours_and_the_flare(replay):
    found = get(replay, "/marks")
    assert [mark["key"] for mark in found["ours"]] == ["2026/HF COM/1"]
    assert found["ours"][0]["from"] == "2026-01-18T18:04:00Z"
    assert [flare["label"] for flare in found["flares"]] == ["X1.9"]


def test_feeds_show_what_is_absent_and_why(replay):
    rows = {row["name"]: row for row in get(replay, "/feeds")}
    assert rows["goes-xrs: xray_flux_w_m2"]["state"] == "fresh"
    assert "L1" in next(name for name, row in rows.items() if row["state"] == "absent")
    assert all(row["reason"] for row in rows.values() if row["state"] == "absent")


def test_the_log_is_the_journal_in_words(replay):
    records = get(replay, "/log")["records"]
    assert [record["seq"] for record in records] == list(range(1, len(records) + 1))
    assert "founded" in records[0]["text"]


@pytest.mark.parametrize(
    ("path", "query", "status", "named"),
    [
        ("/situation", {"t": "yesterday"}, 400, "yesterday"),
        ("/series/bz", {}, 404, "bz"),
        ("/series/kp", {"max_points": "many"}, 400, "many"),
        ("/series/kp", {"from": "2026-01-19T00:00Z", "to": "2026-01-18T00:00Z"}, 400, "after"),
        ("/fields/rain/2026-01-18T18:10Z.png", {}, 404, "rain"),
        ("/fields/haf/2026-01-18T18:11Z.png", {}, 404, "5 minutes"),
        ("/fields/haf/2026-01-18T18:35Z.png", {}, 404, "18:35"),
        ("/fields/haf/2026-01-18T18:10Z/point", {"lat": "91"}, 400, "91"),
        ("/advisories/2026-1", {}, 404, "year, effect and number"),
        ("/advisories/hf_com-2026-1.pdf", {}, 404, "pdf"),
        ("/drafts/D99", {}, 404, "D99"),
        ("/nothing", {}, 404, "/nothing"),
        ("/log", {"after": "-1"}, 400, "-1"),
    ],
)
def test_an_error_names_the_value(replay, path, query, status, named):
    answer = replay.get(f"{V1}{path}", params=query)
    assert answer.status_code == status
    assert answer.headers["content-type"] == "application/problem+json"
    problem = answer.json()
    assert named in problem["detail"] + str(problem.get("value"))
    assert problem["instance"]


def test_every_answer_carries_the_policy(replay):
    for path in (f"{V1}/situation", "/console/", "/livez", f"{V1}/nothing", "/openapi.json"):
        headers = replay.get(path).headers
        assert "script-src 'self'" in headers["content-security-policy"]
        assert "unsafe" not in headers["content-security-policy"]
        assert headers["x-content-type-options"] == "nosniff"


def test_an_unchanged_answer_is_not_sent_twice(replay):
    first = replay.get(f"{V1}/advisories")
    again = replay.get(f"{V1}/advisories", headers={"If-None-Match": first.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")


def test_a_large_body_is_refused_by_its_size(replay):
    answer = replay.post(f"{V1}/replay", content=b"x" * (2 << 20))
    assert answer.status_code == 413
    assert "1048576" in answer.json()["allowed"]


def test_paths_never_leave_the_console(replay):
    for path in ("/console/../app.py", "/console/%2e%2e/app.py", "/console/..%2fapp.py"):
        assert replay.get(path).status_code == 404


def test_a_replay_is_steered_and_signs_by_itself(replay):
    paused = replay.post(f"{V1}/replay", json={"action": "speed", "speed": 60}).json()
    assert paused["speed"] == 60
    refused = replay.post(f"{V1}/replay", json={"action": "rewind"})
    assert refused.status_code == 400
    assert "rewind" in refused.json()["detail"]
    nobody = replay.post(f"{V1}/login", json={"name": "a", "password": "b"})
    assert nobody.json()["code"] == "replay"


@pytest.mark.parametrize("path", ["/situation", "/feeds", "/marks"])
def test_a_time_before_time_is_refused(replay, path):
    answer = replay.get(f"{V1}{path}", params={"t": "0001-01-01T00:00Z"})
    assert (answer.status_code, answer.json()["code"]) == (400, "bad-time")


def test_a_foreign_name_is_not_answered(replay):
    answer = replay.get(f"{V1}/situation", headers={"Host": "evil.example"})
    assert (answer.status_code, answer.json()["code"]) == (421, "host")


@pytest.mark.parametrize("headers", [{"Origin": "http://evil.example"}, {"Origin": ""}])
def test_a_replay_is_steered_from_its_own_page_only(replay, headers):
    answer = replay.post(f"{V1}/replay", json={"action": "pause"}, headers=headers)
    assert (answer.status_code, answer.json()["code"]) == (403, "csrf")


@pytest.mark.parametrize("speed", [1e-300, -1, 1e9])
def test_an_impossible_speed_is_refused(replay, speed):
    answer = replay.post(f"{V1}/replay", json={"action": "speed", "speed": speed})
    assert answer.status_code == 400


def test_a_body_nested_without_end_is_refused(replay):
    body = b'{"action":' + b"[" * 100_000 + b"]" * 100_000 + b"}"
    answer = replay.post(f"{V1}/replay", content=body)
    assert (answer.status_code, answer.json()["code"]) == (400, "bad-value")
