"""What every request passes: an id, a size limit, who asks; and headers on every answer."""

from uuid import uuid4

from starlette.datastructures import MutableHeaders
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from stormcone.api.acts import officer_of
from stormcone.api.console import POLICY
from stormcone.api.problem import ProblemError, problem_response
from stormcone.api.reads import view_of

LARGEST_BODY = 1 << 20
LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})
HEADERS = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}


class Guard:
    """Middleware: refuses what is too large, and leaves streams alone."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle one request."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        state = scope.setdefault("state", {})
        state["id"], state["officer"] = uuid4().hex, None
        request = Request(scope)
        headed = _headed(send)
        try:
            _check_host(request)
            _check_size(int(request.headers.get("content-length") or 0))
            state["officer"] = officer_of(request)
            await self.app(scope, _counted(receive), headed)
        except ProblemError as problem:
            await problem_response(request, problem)(scope, receive, headed)


def _check_host(request: Request) -> None:
    """Refuse names that are not ours: a foreign name that points here is an attack."""
    host = request.url.hostname or ""
    if host not in LOOPBACK | view_of(request).hosts:
        raise ProblemError(
            "host",
            f"this centre does not answer to the name {host[:80]!r}",
            value=host[:80],
            next_step="add it to `names` in the site's file",
        )


def _check_size(size: int) -> None:
    if size > LARGEST_BODY:
        raise ProblemError(
            "too-large",
            f"the body has {size} bytes or more",
            value=str(size),
            allowed=f"{LARGEST_BODY} bytes",
        )


def _counted(receive: Receive) -> Receive:
    """Count the bytes of a body whose length nobody announced."""
    seen = 0

    async def counted() -> Message:
        nonlocal seen
        message = await receive()
        seen += len(message.get("body", b""))
        _check_size(seen)
        return message

    return counted


def _headed(send: Send) -> Send:
    async def headed(message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = MutableHeaders(scope=message)
            for name, value in HEADERS.items():
                headers.setdefault(name, value)
        await send(message)

    return headed
