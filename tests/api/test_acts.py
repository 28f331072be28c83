"""Two officers of two organisations sign in the interface; nobody else, and nothing else."""

from datetime import timedelta

import pytest
from starlette.testclient import TestClient

from stormcone.api.app import create_app

V1 = "/api/v1"
HERE = "https://localhost"
LI, PETROVA = "li.wei", "a.petrova"
PASSWORD = {LI: "nine tall cranes", PETROVA: "seven grey storms"}


def client_of(desk) -> TestClient:
    return TestClient(create_app(desk.view), base_url=HERE, headers={"Origin": HERE})


def post(client, path, body, status=200, **headers):
    answer = client.post(f"{V1}{path}", json=body, headers=headers)
    assert answer.status_code == status, answer.text
    return answer.json() if answer.content else None


def logged_in(desk, name):
    client = client_of(desk)
    me = post(client, "/login", {"name": name, "password": PASSWORD[name]})
    client.headers["X-CSRF"] = me["csrf"]
    return client


@pytest.fixture
def officers(desk):
    """The first account by the printed token, the second by the administrator."""
    token = desk.house.accounts.new_set_up_token()
    first = {"name": LI, "person": "Li Wei", "organisation": "CMA", "password": PASSWORD[LI]}
    post(client_of(desk), "/setup", {**first, "token": token})
    second = {
        "name": PETROVA,
        "person": "A. Petrova",
        "organisation": "ROSHYDROMET",
        "password": PASSWORD[PETROVA],
        "roles": ["duty officer"],
    }
    li = logged_in(desk, LI)
    post(li, "/accounts", second)
    return li, logged_in(desk, PETROVA)


@pytest.fixture
def draft(desk, officers):
    desk.flare(2e-4)
    (found,) = desk.state.drafts.values()
    return found


def sign(client, draft, name, status=200, **changes):
    body = {
        "content_sha256": draft.content_sha256,
        "typed": "hf com mod",
        "password": PASSWORD[name],
        "ticked": sorted({f.code for f in draft.findings}),
    }
    return post(client, f"/drafts/{draft.id}/sign", {**body, **changes}, status)


def test_two_signatures_release_the_advisory(desk, officers, draft):
    li, petrova = officers
    shown = sign(li, draft, LI)
    assert shown["state"] == "SIGNED 1/2"
    assert not desk.state.releases
    second = sign(petrova, draft, PETROVA)
    assert second["state"] == "SIGNED 2/2"  # a first number must be confirmed by a person
    assert "confirm" in second["cannot_sign_because"]
    released = post(petrova, f"/drafts/{draft.id}/release", {"count_confirmed": 1})
    assert released["key"] == "2026/HF COM/1"
    assert released["drafted_by"]["organisation"] != released["approved_by"]["organisation"]
    assert petrova.get(f"{V1}/situation").json()["effects"][0]["severity"] == "MOD"


def test_after_the_first_number_the_second_signature_is_enough(desk, officers, draft):
    li, petrova = officers
    sign(li, draft, LI)
    sign(petrova, draft, PETROVA)
    post(petrova, f"/drafts/{draft.id}/release", {"count_confirmed": 1})
    desk.flare(2e-3)
    (raised,) = desk.state.drafts.values()
    sign(li, raised, LI, typed="HF COM SEV")
    sign(petrova, raised, PETROVA, status=204, typed="HF COM SEV")
    assert len(desk.state.releases) == 2


@pytest.mark.parametrize(
    ("changes", "status", "code"),
    [
        ({"password": "not my password"}, 403, "password"),
        ({"typed": "HF COM"}, 422, "typed"),
        ({"content_sha256": "0" * 64}, 412, "stale-draft"),
    ],
)
def test_a_slip_signs_nothing_and_says_why(desk, officers, draft, changes, status, code):
    problem = sign(officers[0], draft, LI, status, **changes)
    assert problem["code"] == code
    assert not desk.state.drafts[draft.id].signatures


def test_one_person_cannot_sign_twice(desk, officers, draft):
    sign(officers[0], draft, LI)
    problem = sign(officers[0], draft, LI, 409)
    assert "another" in problem["detail"]


def test_the_public_reads_and_cannot_act(desk, officers, draft):
    public = client_of(desk)
    assert public.get(f"{V1}/me").json()["public"]
    assert sign(public, draft, LI, 401)["code"] == "not-logged-in"
    shown = public.get(f"{V1}/drafts").json()[0]
    assert (shown["can_sign"], shown["cannot_sign_because"]) == (False, "log in to sign")


def test_a_foreign_page_cannot_act(desk, officers, draft):
    li, _ = officers
    body = {"content_sha256": draft.content_sha256, "typed": "x", "password": "y"}
    path = f"/drafts/{draft.id}/sign"
    assert post(li, path, body, 403, **{"X-CSRF": "0" * 64})["code"] == "csrf"
    login = {"name": LI, "password": PASSWORD[LI]}
    foreign = post(client_of(desk), "/login", login, 403, Origin="https://elsewhere.example")
    assert foreign["code"] == "csrf"


def test_a_wrong_password_and_an_unknown_name_get_one_answer(desk, officers):
    wrong = post(client_of(desk), "/login", {"name": LI, "password": "x" * 12}, 401)
    nobody = post(client_of(desk), "/login", {"name": "nobody", "password": "x" * 12}, 401)
    assert wrong["detail"] == nobody["detail"]


def test_a_set_up_link_works_once(desk, officers):
    body = {"token": "0" * 64, "name": "x", "person": "X", "organisation": "X", "password": "y"}
    assert post(client_of(desk), "/setup", body, 403)["code"] == "set-up"


def test_a_logged_out_session_is_over(desk, officers):
    li, _ = officers
    post(li, "/logout", {}, 204)
    assert li.get(f"{V1}/me").json()["public"]


def test_a_returned_draft_waits_for_new_words(desk, officers, draft):
    li, petrova = officers
    sign(li, draft, LI)
    shown = post(petrova, f"/drafts/{draft.id}/refuse", {"reason": "the flux is falling"})
    assert shown["signatures"] == []
    assert "the flux is falling" in shown["cannot_sign_because"]


def test_a_body_of_the_wrong_shape_is_named(desk, officers, draft):
    problem = post(officers[0], f"/drafts/{draft.id}/sign", {"typed": 3}, 400)
    assert problem["code"] == "bad-value"
    assert "Sign" in problem["detail"]


def test_a_signature_stands_while_the_other_side_is_slow(desk, officers, draft):
    sign(officers[0], draft, LI)
    desk.now += timedelta(minutes=40)
    desk.flare(2e-4)
    assert len(desk.state.drafts[draft.id].signatures) == 1


def test_an_unsigned_draft_is_written_afresh_and_taken_away_when_not_called_for(desk, draft):
    desk.now += timedelta(minutes=31)
    desk.flare(2e-4)
    afresh = desk.state.drafts[draft.id]
    assert afresh.advisory.outlooks[0].at > draft.advisory.outlooks[0].at
    desk.now += timedelta(minutes=31)
    desk.flare(2e-6)
    assert draft.id not in desk.state.drafts


def test_a_signed_draft_that_missed_its_promise_does_not_stop_the_centre(desk, officers, draft):
    sign(officers[0], draft, LI)
    sign(officers[1], draft, PETROVA)
    desk.now += timedelta(hours=7)
    desk.flare(2e-4)
    desk.flare(2e-4)
    (waiting,) = desk.state.drafts.values()
    assert waiting.advisory.next_by > desk.now
    assert waiting.signatures == ()


def test_a_release_needs_a_fresh_log_in(desk, officers, draft):
    sign(officers[0], draft, LI)
    sign(officers[1], draft, PETROVA)
    desk.now += timedelta(minutes=11)
    path, count = f"/drafts/{draft.id}/release", {"count_confirmed": 1}
    assert post(officers[1], path, count, 403)["code"] == "password"
    assert post(logged_in(desk, PETROVA), path, count)["key"] == "2026/HF COM/1"


def test_a_return_is_of_what_was_read(desk, officers, draft):
    path, reason = f"/drafts/{draft.id}/refuse", {"reason": "too wide"}
    stale = post(officers[0], path, reason, 412, **{"If-Match": '"0123456789abcdef"'})
    assert stale["code"] == "stale-draft"
    etag = f'"{draft.content_sha256[:16]}"'
    assert post(officers[0], path, reason, **{"If-Match": etag})["signatures"] == []
