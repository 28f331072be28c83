"""What officers may do: log in, sign, return, release; and steer a replay."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from stormcone.api import requests, shapes
from stormcone.api.advisories import draft_shape, full
from stormcone.api.answers import RawBody, answer, documented, read_body
from stormcone.api.console import build
from stormcone.api.problem import ProblemError
from stormcone.api.reads import view_of
from stormcone.api.signing import barred, to_type
from stormcone.api.view import View
from stormcone.watch.account import (
    Accounts,
    LogInError,
    PasswordError,
    SetUpError,
    TooManyFailuresError,
)
from stormcone.watch.body import DutyError, Role
from stormcone.watch.command import Refuse, ReleaseDraft, Sign
from stormcone.watch.enrolment import NewOfficer, enrol, log_in, set_up
from stormcone.watch.event import JournalError
from stormcone.watch.session import SessionError, Sessions, check_csrf, csrf_token
from stormcone.watch.sign_off import NotOnDutyError
from stormcone.watch.state import Draft

acts = APIRouter(prefix="/api/v1")
COOKIE = "__Host-session"
FRESH = timedelta(minutes=10)


def officer_of(request: Request) -> str | None:
    """Return who asks, by the session's cookie; None is the public."""
    view = view_of(request)
    token = request.cookies.get(COOKIE)
    if token is None or view.accounts is None:
        return None
    try:
        session = Sessions(view.accounts).find(token, view.now(), view.desk.state.officers)
    except SessionError:
        return None
    return session.officer


def accounts_of(view: View) -> Accounts:
    """Return the accounts of a live centre.

    Raises
    ------
    ProblemError
        In a replay, where nobody logs in.
    """
    if view.accounts is None:
        raise ProblemError(
            "replay",
            "a replay has no accounts: its exercise officers sign",
            next_step="start a live centre with `stormcone run --site FILE.toml`",
        )
    return view.accounts


def signed_in(request: Request) -> str:
    """Return the officer behind a change, whose page carries the session's own token.

    Raises
    ------
    ProblemError
        If nobody is logged in, or the request came from elsewhere.
    """
    officer: str | None = request.state.officer
    if officer is None:
        raise ProblemError("not-logged-in", "log in first", next_step="POST /api/v1/login")
    try:
        check_csrf(request.cookies[COOKIE], request.headers.get("x-csrf", ""))
    except SessionError as error:
        raise ProblemError("csrf", str(error), next_step="reload the page") from error
    return officer


def draft_of(view: View, draft: str) -> Draft:
    """Return an open draft by its id.

    Raises
    ------
    ProblemError
        If there is none.
    """
    found = view.desk.state.drafts.get(draft)
    if found is None:
        allowed = ", ".join(view.desk.state.drafts) or "none"
        raise ProblemError("not-found", f"no draft {draft!r}", value=draft, allowed=allowed)
    return found


@contextmanager
def told() -> Iterator[None]:
    """Turn what the watch refuses into answers."""
    try:
        yield
    except NotOnDutyError as error:
        raise ProblemError("role", str(error)) from error
    except DutyError as error:
        raise ProblemError("duty", str(error)) from error
    except JournalError as error:
        raise ProblemError("journal", str(error)) from error
    except (PasswordError, SetUpError) as error:
        raise ProblemError("set-up", str(error)) from error
    except TooManyFailuresError as error:
        problem = ProblemError("slow-down", str(error))
        problem.headers["Retry-After"] = str(round(error.wait_s) + 1)
        raise problem from error


@acts.get("/me", summary="Who asks", **documented(shapes.Me))
def get_me(request: Request) -> Response:
    """Return the officer, if one is logged in, and the centre."""
    return answer(request, _me(request, request.cookies.get(COOKIE)), "no-store")


def _me(request: Request, token: str | None) -> shapes.Me:
    view = view_of(request)
    officer = view.desk.state.officers.get(request.state.officer or "")
    person = None
    if officer is not None:
        person = shapes.Person(
            id=officer.id,
            name=officer.person,
            organisation=officer.organisation,
            roles=[str(role) for role in officer.roles],
        )
    return shapes.Me(
        user=person,
        centre=view.name,
        site=view.site,
        mode=view.mode,
        public=officer is None,
        csrf=csrf_token(token) if officer and token else None,
        build=build(),
        set_up_needed=view.accounts is not None and not view.accounts.names(),
    )


@acts.post("/login", summary="Log in", **documented(shapes.Me, body=requests.Login))
def post_login(request: Request, body: RawBody) -> Response:
    """Open a session; the cookie is kept on loopback and under TLS only."""
    view = view_of(request)
    _same_origin(request)
    given = read_body(body, requests.Login)
    host = request.client.host if request.client else ""
    accounts = accounts_of(view)
    with told():
        try:
            token, officer = log_in(
                accounts, view.desk, given.name, given.password, now=view.now(), address=host
            )
        except LogInError as error:
            raise ProblemError("login", str(error)) from error
    request.state.officer = officer.id
    response = answer(request, _me(request, token), "no-store")
    response.set_cookie(COOKIE, token, secure=True, httponly=True, samesite="strict", path="/")
    return response


def _same_origin(request: Request) -> None:
    """Refuse a form on somebody else's page, and what does not say whence it comes."""
    origin = request.headers.get("origin", "")
    same = origin.split("://")[-1] == request.headers.get("host")
    if not same and request.headers.get("sec-fetch-site") != "same-origin":
        whence = origin or "nowhere: it has no Origin"
        raise ProblemError("csrf", f"the request comes from {whence}", value=origin or None)


@acts.post("/logout", summary="Log out", status_code=204)
def post_logout(request: Request) -> Response:
    """End this officer's session."""
    view = view_of(request)
    officer = signed_in(request)
    sessions = Sessions(accounts_of(view))
    session = sessions.find(request.cookies[COOKIE], view.now(), view.desk.state.officers)
    sessions.end(officer, session.id)
    response = Response(status_code=204)
    response.delete_cookie(COOKIE, path="/", secure=True, httponly=True, samesite="strict")
    return response


def _new_officer(given: requests.SetUp | requests.Enrol, roles: tuple[Role, ...]) -> NewOfficer:
    return NewOfficer(
        name=given.name,
        person=given.person,
        organisation=given.organisation,
        password=given.password,
        roles=roles,
    )


@acts.post("/setup", summary="The first account", **documented(shapes.Me, body=requests.SetUp))
def post_setup(request: Request, body: RawBody) -> Response:
    """Enrol the first administrator with the token that the centre printed at its start."""
    view = view_of(request)
    _same_origin(request)
    given = read_body(body, requests.SetUp)
    new = _new_officer(given, (Role.DUTY_OFFICER,))
    with told():
        set_up(accounts_of(view), view.desk, given.token, new, now=view.now())
    return answer(request, _me(request, None), "no-store")


@acts.post(
    "/accounts", summary="A further account", **documented(shapes.Me, body=requests.Enrol)
)
def post_account(request: Request, body: RawBody) -> Response:
    """Enrol an officer; an administrator's act."""
    view = view_of(request)
    by = signed_in(request)
    given = read_body(body, requests.Enrol)
    new = _new_officer(given, tuple(given.roles))
    with told():
        enrol(accounts_of(view), view.desk, new, now=view.now(), by=by)
    return answer(request, _me(request, request.cookies.get(COOKIE)), "no-store")


@acts.get("/drafts/{draft}", summary="One draft", **documented(shapes.DraftShape))
def get_draft(request: Request, draft: str) -> Response:
    """Return a draft with its findings, signatures and what bars the asking officer."""
    return _shown(request, draft)


def _shown(request: Request, draft: str) -> Response:
    view = view_of(request)
    state = view.desk.state
    found = draft_of(view, draft)
    why = barred(view.mode, state, found, request.state.officer)
    return answer(request, draft_shape(state, found, why), "no-store")


@acts.post(
    "/drafts/{draft}/sign",
    summary="Sign a draft",
    **documented(shapes.DraftShape, body=requests.Sign),
)
def post_sign(request: Request, draft: str, body: RawBody) -> Response:
    """Sign a draft as it was read; the second signature of another organisation releases it."""
    view = view_of(request)
    officer = signed_in(request)
    given = read_body(body, requests.Sign)
    found = draft_of(view, draft)
    _check_typed(found, given)
    why = barred(view.mode, view.desk.state, found, officer)
    if why is not None:
        raise ProblemError("duty", why, value=officer)
    with told():
        try:
            attestation = accounts_of(view).attest(
                officer, given.password, given.content_sha256, view.now()
            )
        except LogInError as error:
            raise ProblemError(
                "password", "the password is wrong; nothing was signed"
            ) from error
        command = Sign(draft=draft, attestation=attestation, ticked=tuple(given.ticked))
        view.desk.do(command, now=view.now(), officer=officer)
        view.settle()
    if draft in view.desk.state.drafts:
        return _shown(request, draft)
    return Response(status_code=204)


def _check_typed(draft: Draft, given: requests.Sign) -> None:
    if given.content_sha256 != draft.content_sha256:
        raise ProblemError(
            "stale-draft",
            f"draft {draft.id} is {draft.content_sha256[:8]} now",
            value=given.content_sha256[:8],
            next_step="read it again",
        )
    wanted = to_type(draft.advisory, draft.action)
    if " ".join(given.typed.upper().split()) != wanted:
        raise ProblemError(
            "typed", f"{given.typed!r} was typed", value=given.typed, allowed=wanted
        )


@acts.post(
    "/drafts/{draft}/refuse",
    summary="Return a draft",
    **documented(shapes.DraftShape, body=requests.Refuse),
)
def post_refuse(request: Request, draft: str, body: RawBody) -> Response:
    """Return a draft with the reason; its signatures are void."""
    view = view_of(request)
    officer = signed_in(request)
    given = read_body(body, requests.Refuse)
    found = draft_of(view, draft)
    read = request.headers.get("if-match", found.content_sha256[:16]).strip('"')
    if read != found.content_sha256[:16]:
        detail = f"draft {draft} has changed since it was read"
        raise ProblemError("stale-draft", detail, value=read, next_step="read it again")
    with told():
        command = Refuse(draft=draft, content_sha256=found.content_sha256, reason=given.reason)
        view.desk.do(command, now=view.now(), officer=officer)
        view.settle()
    return _shown(request, draft)


def _check_fresh(request: Request) -> None:
    """Refuse a release on a log-in older than ten minutes."""
    view = view_of(request)
    sessions = Sessions(accounts_of(view))
    token, officers = request.cookies[COOKIE], view.desk.state.officers
    opened = sessions.find(token, view.now(), officers).created
    if view.now() - opened > FRESH:
        raise ProblemError(
            "password",
            f"this log-in is of {opened:%H:%M}Z; a release needs one of the last 10 minutes",
            next_step="log out, log in and release again",
        )


@acts.post(
    "/drafts/{draft}/release",
    summary="Release a signed draft",
    **documented(shapes.AdvisoryFull, body=requests.ReleaseAct),
)
def post_release(request: Request, draft: str, body: RawBody) -> Response:
    """Release a draft with both signatures, where the machine may not or could not."""
    view = view_of(request)
    officer = signed_in(request)
    given = read_body(body, requests.ReleaseAct)
    draft_of(view, draft)
    _check_fresh(request)
    command = ReleaseDraft(
        draft=draft, reason=given.reason, count_confirmed=given.count_confirmed
    )
    with told():
        view.desk.do(command, now=view.now(), officer=officer)
        view.settle()
    released = next(r for r in view.desk.state.releases.values() if r.draft == draft)
    return answer(request, full(released), "no-store")


@acts.post(
    "/replay", summary="Steer a replay", **documented(shapes.Replay, body=requests.ReplayAct)
)
def post_replay(request: Request, body: RawBody) -> Response:
    """Play, pause or hurry the replay."""
    view = view_of(request)
    _same_origin(request)
    given = read_body(body, requests.ReplayAct)
    try:
        view.steer(given.action, given.speed)
    except ValueError as error:
        raise ProblemError("bad-value", str(error), value=given.action) from error
    return answer(request, view.replay(), "no-store")
