"""The event stream: one for each browser, resumed from the journal's sequence."""

from collections.abc import AsyncIterator, Iterable

import msgspec
from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import StreamingResponse

from stormcone.api.answers import number_of
from stormcone.api.console import build
from stormcone.api.events import BEHIND, CrowdedError, Frame, frame, heartbeat_frame
from stormcone.api.notices import notice
from stormcone.api.problem import ProblemError
from stormcone.api.reads import view_of
from stormcone.api.view import View

live = APIRouter(prefix="/api/v1")
HEARTBEAT_S = {"live": 15.0, "replay": 1.0}


def heartbeat(view: View) -> bytes:
    """Return the frame with the centre's clock, the journal's head and the replay's state."""
    replay = view.replay()
    now = view.now()
    body = {
        "now": now,
        "seq": view.state_at(now).head.seq,
        "build": build(),
        "site": view.site,
        "mode": view.mode,
        "state": replay.state if replay else "live",
    }
    return heartbeat_frame(msgspec.json.encode(body))


def missed(view: View, after: int | None) -> Iterable[Frame] | None:
    """Return the journal's notices since `after`; None when that is too long ago to tell."""
    if after is None:
        return ()
    now = view.now()
    if not 0 <= view.state_at(now).head.seq - after <= BEHIND:
        return None
    return [frame(notice(event)) for event, _ in view.events(after, now)]


@live.get("/events", summary="The live stream (text/event-stream)")
def get_events(request: Request) -> StreamingResponse:
    """Stream notices and heartbeats; resume with Last-Event-ID or `after`."""
    view = view_of(request)
    asked = request.headers.get("last-event-id") or request.query_params.get("after")
    after = None if asked is None else int(number_of(asked, 0, 0, 2**53, "after"))

    address = request.client.host if request.client else ""
    try:
        view.hub.admit(address)
    except CrowdedError as error:
        raise ProblemError("slow-down", str(error), value=address) from error

    async def body() -> AsyncIterator[bytes]:
        try:
            async for sent in view.hub.stream(
                lambda: missed(view, after), lambda: heartbeat(view), HEARTBEAT_S[view.mode]
            ):
                yield sent
        finally:
            view.hub.dismiss(address)

    headers = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}
    return StreamingResponse(body(), media_type="text/event-stream", headers=headers)
