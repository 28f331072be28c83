"""The built console: fixed entries are revalidated, hashed chunks are immutable."""

import hashlib
from functools import cache
from importlib.resources import files

import msgspec
from starlette.requests import Request
from starlette.responses import Response

from stormcone.api.problem import ProblemError

_TYPES = {
    "html": "text/html; charset=utf-8",
    "js": "text/javascript; charset=utf-8",
    "css": "text/css; charset=utf-8",
    "json": "application/json",
    "woff2": "font/woff2",
    "txt": "text/plain; charset=utf-8",
    "svg": "image/svg+xml",
    "png": "image/png",
}
POLICY = (
    "default-src 'self'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; "
    "worker-src 'self'; connect-src 'self'; object-src 'none'; base-uri 'none'; "
    "frame-ancestors 'none'; form-action 'self'"
)


@cache
def _asset(name: str) -> tuple[bytes, str]:
    """Return the bytes and the ETag of one file of the console."""
    body = (files("stormcone.api") / "static" / name).read_bytes()
    return body, f'"{hashlib.sha256(body).hexdigest()}"'


@cache
def build() -> str:
    """Return the name of the console's build, which changes with any of its bytes."""
    body, _ = _asset("build.json")
    name: str = msgspec.json.decode(body)["build"]
    return name


@cache
def _names() -> frozenset[str]:
    folder = files("stormcone.api") / "static"
    return frozenset(path.name for path in folder.iterdir() if path.is_file())


def serve(request: Request, name: str) -> Response:
    """Return the file `name` of the console, or 304 where the browser has it already."""
    wanted = name or "index.html"
    if wanted not in _names():
        raise ProblemError(
            "not-found", f"the console has no file {name[:80]!r}", value=name[:80]
        )
    body, etag = _asset(wanted)
    immutable = name.startswith("chunk-") or name.endswith(".woff2")
    headers = {
        "ETag": etag,
        "Cache-Control": "public, max-age=31536000, immutable" if immutable else "no-cache",
    }
    if request.headers.get("if-none-match") == etag:
        return Response(status_code=304, headers=headers)
    kind = _TYPES.get((name or "index.html").rsplit(".", 1)[-1], "application/octet-stream")
    return Response(body, media_type=kind, headers=headers)
