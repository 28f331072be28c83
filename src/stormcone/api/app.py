"""The application: routes, headers on every answer, errors in one form, one document."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

import msgspec
from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi
from starlette.exceptions import HTTPException
from starlette.middleware.gzip import GZipMiddleware
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from stormcone import __version__
from stormcone.api import data, requests, shapes
from stormcone.api.acts import acts
from stormcone.api.console import serve
from stormcone.api.guard import Guard
from stormcone.api.live import live
from stormcone.api.problem import ProblemError, problem_response
from stormcone.api.reads import reads, view_of
from stormcone.api.view import View


def create_app(view: View, *, on_start: Callable[[], None] = lambda: None) -> FastAPI:
    """Return the application that shows `view`; `on_start` is called when it serves."""

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        on_start()
        yield
        view.hub.close()

    app = FastAPI(
        title="Stormcone", version=__version__, docs_url=None, redoc_url=None, lifespan=lifespan
    )
    app.state.view = view
    for router in (reads, acts, live):
        app.include_router(router)
    _add_roots(app)
    _add_errors(app)
    app.add_middleware(Guard)
    app.add_middleware(GZipMiddleware, minimum_size=1024)
    app.openapi = lambda: openapi(app)  # type: ignore[method-assign]  # FastAPI's own hook
    return app


def _add_errors(app: FastAPI) -> None:
    @app.exception_handler(ProblemError)
    def refused(request: Request, problem: ProblemError) -> Response:
        return problem_response(request, problem)

    @app.exception_handler(HTTPException)
    def not_found(request: Request, error: HTTPException) -> Response:
        code = "not-found" if error.status_code in (404, 405) else "bad-value"
        detail = f"{request.method} {request.url.path}: {error.detail}"
        return problem_response(request, ProblemError(code, detail, value=request.url.path))

    @app.exception_handler(Exception)
    def failed(request: Request, error: Exception) -> Response:
        detail = f"request {request.state.id} failed"
        return problem_response(request, ProblemError("internal", detail))


def _add_roots(app: FastAPI) -> None:
    @app.get("/", include_in_schema=False)
    def to_the_console() -> Response:
        return RedirectResponse("/console/")

    @app.get("/console/{name:path}", include_in_schema=False)
    def console(request: Request, name: str) -> Response:
        return serve(request, name)

    @app.get("/livez", summary="Is the process alive")
    def livez() -> Response:
        return Response("ok", media_type="text/plain", headers={"Cache-Control": "no-store"})

    @app.get("/readyz", summary="Can the journal be written and the feeds be read")
    def readyz(request: Request) -> Response:
        problems = view_of(request).problems()
        text = "\n".join(problems) or "ready"
        return Response(
            text, 503 if problems else 200, {"Cache-Control": "no-store"}, "text/plain"
        )


def openapi(app: FastAPI) -> dict[str, Any]:
    """Return the OpenAPI document, its schemas taken from the structs themselves."""
    if app.openapi_schema is None:
        document = get_openapi(title=app.title, version=app.version, routes=app.routes)
        structs = [
            kind
            for room in (shapes, data, requests)
            for kind in vars(room).values()
            if isinstance(kind, type)
            and issubclass(kind, msgspec.Struct)
            and kind is not msgspec.Struct
        ]
        _, components = msgspec.json.schema_components(
            structs, ref_template="#/components/schemas/{name}"
        )
        document.setdefault("components", {}).setdefault("schemas", {}).update(components)
        app.openapi_schema = document
    return app.openapi_schema
