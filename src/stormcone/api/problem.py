"""Errors as answers (RFC 9457): the value, what is allowed, and what to do next."""

import msgspec
from starlette.requests import Request
from starlette.responses import Response

from stormcone.api.shapes import ProblemShape

SLUGS: dict[str, tuple[int, str]] = {
    "bad-time": (400, "The time cannot be read"),
    "bad-value": (400, "A value cannot be read"),
    "login": (401, "Name or password is wrong"),
    "not-logged-in": (401, "This needs a login"),
    "csrf": (403, "The request did not come from the console"),
    "password": (403, "The password is wrong"),
    "role": (403, "The role does not allow this"),
    "not-found": (404, "There is no such thing"),
    "host": (421, "This is not the host that was asked for"),
    "duty": (409, "The watch does not allow this now"),
    "findings": (409, "The checks found an error"),
    "replay": (409, "In a replay the exercise officers sign"),
    "same-person": (409, "Drafter and approver are one person"),
    "same-organisation": (409, "Both signatures are of one organisation"),
    "stale-draft": (412, "The draft has changed"),
    "too-large": (413, "The request is too large"),
    "typed": (422, "What was typed is not what the draft says"),
    "slow-down": (429, "Too many attempts"),
    "set-up": (403, "The set-up link is not good"),
    "internal": (500, "The centre failed; the request id names the case"),
    "journal": (503, "The journal cannot be written"),
}


class ProblemError(Exception):
    """An answer other than the one asked for; its `code` is one of SLUGS."""

    def __init__(
        self,
        code: str,
        detail: str,
        *,
        value: str | None = None,
        allowed: str | None = None,
        next_step: str | None = None,
    ) -> None:
        super().__init__(detail)
        self.code, self.detail = code, detail
        self.headers: dict[str, str] = {}
        self.value, self.allowed, self.next_step = value, allowed, next_step


def problem_response(request: Request, problem: ProblemError) -> Response:
    """Return `problem` as ``application/problem+json``."""
    status, title = SLUGS[problem.code]
    body = ProblemShape(
        type=f"/problems/{problem.code}",
        title=title,
        status=status,
        detail=problem.detail,
        instance=request.state.id,
        code=problem.code,
        value=problem.value,
        allowed=problem.allowed,
        next=problem.next_step,
    )
    return Response(
        msgspec.json.encode(body),
        status,
        {"Cache-Control": "no-store", **problem.headers},
        "application/problem+json",
    )
