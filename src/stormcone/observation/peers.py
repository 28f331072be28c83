"""The advisories of all ICAO space weather centres as SWPC passes them on, text untouched."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec

from stormcone.observation.feed import Drift, Notice, UnreadableError
from stormcone.observation.rows import NOT_JSON, collect
from stormcone.observation.swpc import swpc_feed
from stormcone.reference.utc import plausible

ADVISORY = "SWX ADVISORY"
_DTG = re.compile(r"^\s*DTG\s*:\s*(\d{8}/\d{4})Z", re.MULTILINE)
_FIELDS = tuple(
    re.compile(rf"^\s*{label}\s*:\s*(.+?)\s*$", re.MULTILINE)
    for label in ("SWXC", "(?:SWX )?EFFECT", "ADVISORY NR")
)


def read_peers(body: bytes) -> Iterator[Notice | Drift]:
    """Yield every advisory in ``icao-space-weather-advisories.json``, oldest first.

    The names of its fields are not documented: any text in it that holds ``SWX ADVISORY``
    is one. A body without any says that there is none, and yields nothing.

    Raises
    ------
    UnreadableError
        If the body is no JSON, or a tenth of its advisories have no DTG.
    """
    try:
        value = msgspec.json.decode(body, type=list[Any] | dict[str, Any])
    except NOT_JSON as error:
        raise UnreadableError(
            f"icao-peers: body starts {body[:60]!r}, expected JSON: {error}"
        ) from error
    texts = list(dict.fromkeys(_advisories(value)))
    return collect("icao-peers", texts, lambda text: (_notice(text),)) if texts else iter(())


def _advisories(value: Any) -> Iterator[str]:  # noqa: ANN401
    """Yield every string within `value` that is an advisory; values nest at will."""
    waiting = [value]
    while waiting:
        one = waiting.pop()
        if isinstance(one, str) and ADVISORY in one:
            yield one
        elif isinstance(one, list | dict):
            waiting.extend(one.values() if isinstance(one, dict) else one)


def _notice(text: str) -> Notice:
    """Return an advisory; centre, effect and number tell it from others of its minute."""
    dtg = _DTG.search(text)
    if dtg is None:
        raise ValueError(f"{text[:120]!r}: no DTG, expected one like DTG: 20260120/1739Z")
    issued = datetime.strptime(dtg[1], "%Y%m%d/%H%M").replace(tzinfo=UTC)
    named = (found[1] for field in _FIELDS if (found := field.search(text)))
    return Notice(
        code=" ".join((ADVISORY, *named)),
        kind="PEER ADVISORY",
        issued=plausible(issued),
        text=text,
    )


peers = msgspec.structs.replace(
    swpc_feed(
        "icao-peers",
        "/json/icao-space-weather-advisories.json",
        read_peers,
        every=timedelta(minutes=5),
        late=timedelta(minutes=5),
        max_age=timedelta(hours=30),
    ),
    credit="NOAA SWPC; the centre that issued it",
    may_package=False,
)
