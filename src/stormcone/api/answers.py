"""Requests read and answers written: msgspec on both sides, ETags, immutable products."""

import hashlib
from datetime import datetime
from typing import Annotated, Any, TypeVar

import msgspec
from fastapi import Depends
from starlette.requests import Request
from starlette.responses import Response

from stormcone.api.problem import ProblemError
from stormcone.reference.utc import plausible, read_utc

T = TypeVar("T")
IMMUTABLE = "public, max-age=31536000, immutable"


def answer(request: Request, value: object, cache: str = "no-cache") -> Response:
    """Return `value` as JSON with an ETag, or 304 where the reader has it already."""
    return tagged(request, msgspec.json.encode(value), "application/json", cache)


def tagged(
    request: Request,
    body: bytes,
    media_type: str,
    cache: str,
    headers: dict[str, str] | None = None,
) -> Response:
    """Return `body` with its SHA-256 as ETag, or 304."""
    etag = f'"{hashlib.sha256(body).hexdigest()}"'
    about = {"ETag": etag, "Cache-Control": cache, **(headers or {})}
    if request.headers.get("if-none-match") == etag:
        return Response(status_code=304, headers=about)
    return Response(body, headers=about, media_type=media_type)


def time_of(text: str | None, default: datetime, field: str = "t") -> datetime:
    """Return the time that a query names; ``now`` and nothing mean `default`.

    Raises
    ------
    ProblemError
        Naming the field and the value that is no time.
    """
    if text in (None, "", "now"):
        return default
    try:
        return plausible(read_utc(str(text)))
    except ValueError as error:
        raise ProblemError(
            "bad-time", f"{field}: {error}", value=str(text), allowed="2026-01-18T18:10Z or now"
        ) from error


def number_of(text: str | None, default: float, low: float, high: float, field: str) -> float:
    """Return the number that a query names, within `low` to `high`.

    Raises
    ------
    ProblemError
        Naming the field, the value and what is allowed.
    """
    if text is None:
        return default
    try:
        value = float(text)
    except ValueError:
        value = float("nan")
    if not low <= value <= high:
        raise ProblemError(
            "bad-value",
            f"{field} {text!r} is not a number from {low:g} to {high:g}",
            value=text,
            allowed=f"{low:g} to {high:g}",
        )
    return value


async def _raw(request: Request) -> bytes:
    return await request.body()


RawBody = Annotated[bytes, Depends(_raw)]
"""A request's bytes, read before a handler runs in its thread."""


def read_body(body: bytes, kind: type[T]) -> T:
    """Return a request's JSON body as `kind`.

    Raises
    ------
    ProblemError
        If it is not of that shape, naming the place.
    """
    try:
        decoded: T = msgspec.json.decode(body, type=kind)
    except (msgspec.DecodeError, RecursionError) as error:
        raise ProblemError(
            "bad-value", f"the body is not a {kind.__name__}: {error}"
        ) from error
    return decoded


def documented(kind: Any, *, body: Any = None) -> dict[str, Any]:  # noqa: ANN401 (any struct type)
    """Return what FastAPI needs to document a route that answers with `kind`."""
    about: dict[str, Any] = {
        "responses": {200: {"description": "OK", "content": _json(kind)}},
    }
    if body is not None:
        about["openapi_extra"] = {"requestBody": {"content": _json(body), "required": True}}
    return about


def _json(kind: Any) -> dict[str, Any]:  # noqa: ANN401 (any type msgspec knows)
    (schema,), _ = msgspec.json.schema_components(
        [kind], ref_template="#/components/schemas/{name}"
    )
    return {"application/json": {"schema": schema}}
