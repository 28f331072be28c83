"""Record mode: bodies as they were served, with their headers and where they came from."""

import hashlib
from collections.abc import Iterable
from datetime import datetime
from pathlib import Path
from urllib.parse import urlsplit

import msgspec

from stormcone.observation.bodies import write_durably
from stormcone.observation.feed import Feed
from stormcone.observation.fetch import Response, Transport, fetch
from stormcone.observation.reading import RefusedBodyError, read_body
from stormcone.reference.utc import write_utc

TABLE = "PROVENANCE.md"
_HEAD = """# Recorded bodies

| file | address | fetched | bytes | SHA-256 | licence and credit | reduced |
|---|---|---|---|---|---|---|
"""


def record(
    feeds: Iterable[Feed], transport: Transport, folder: Path, now: datetime
) -> tuple[Path, ...]:
    """Fetch every feed and write its body byte for byte; return the files, bodies only.

    Writes nothing unless all of them can be read.

    Raises
    ------
    FetchError
        If a feed does not answer well.
    RefusedBodyError
        If a body is empty, HTML, torn, or not what its feed should serve.
    """
    answers = [(feed, fetch(feed, transport, now)) for feed in feeds]
    for feed, answer in answers:
        if read_body(feed, answer.body, now).notes:
            raise RefusedBodyError("tail", f"{feed.name}: bytes follow the value; record again")
    return tuple(_write(feed, answer, folder, now) for feed, answer in answers)


def _write(feed: Feed, answer: Response, folder: Path, now: datetime) -> Path:
    place = folder / feed.name
    place.mkdir(parents=True, exist_ok=True)
    stamp = f"{now:%Y%m%dT%H%M%SZ}"
    path = place / f"{stamp}{Path(urlsplit(feed.url).path).suffix}"
    write_durably(path, answer.body)
    headers = msgspec.json.format(msgspec.json.encode(answer.headers), indent=1)
    write_durably(place / f"{stamp}.headers.json", headers)
    table = folder / TABLE
    rows = table.read_text() if table.exists() else _HEAD
    write_durably(table, f"{rows}{_row(feed, answer, path, now)}\n".encode())
    return path


def _row(feed: Feed, answer: Response, path: Path, now: datetime) -> str:
    cells = (
        f"{feed.name}/{path.name}",
        answer.url,
        write_utc(now),
        str(len(answer.body)),
        hashlib.sha256(answer.body).hexdigest(),
        f"{feed.licence}; {feed.credit}",
        "no",
    )
    return f"| {' | '.join(cells)} |"
