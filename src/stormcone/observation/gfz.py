"""GFZ's indices Kp, Hp30 and Hp60: its text files, its web service, and tables of one index.

The files also hold sunspot numbers, under another licence; they are not read.
"""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from functools import partial

import msgspec

from stormcone.observation.feed import Feed, Observation, UnreadableError
from stormcone.observation.gfz_index import (
    SPAN_S,
    Records,
    read_served,
    read_table,
    reading,
    until_now,
)
from stormcone.observation.lines import whole_lines
from stormcone.observation.rows import NOT_JSON, collect

_KP_WORDS, _HP_WORDS = 28, 10


def read_kp(body: bytes) -> Records:
    """Yield Kp, ap, Ap and F10.7 of a ``Kp_ap_Ap_SN_F107_*.txt`` or of the web service.

    Values not yet definitive are marked as estimates. What is still to come stands in the
    file as missing, and is left out.

    Raises
    ------
    UnreadableError
        If the body is neither, is cut off, or a tenth of its rows cannot be read.
    """
    return _read("gfz-kp", body, "kp", _day)


def read_hp(quantity: str, body: bytes) -> Records:
    """Yield hp30 or hp60 of a ``Hp*_ap*.txt``, of the web service, or of a table; see read_kp.

    Raises
    ------
    UnreadableError
        As read_kp, or if it is the other index.
    """
    return _read(f"gfz-{quantity}", body, quantity, partial(_slot, quantity))


def _read(
    feed: str,
    body: bytes,
    quantity: str,
    of_words: Callable[[list[str]], Iterator[Observation]],
) -> Records:
    start = body.lstrip()[:1]
    if start == b"{":
        return until_now(read_served(feed, body))
    if start == b"[":
        return until_now(collect(feed, _mirrored(feed, body), of_words))
    lines = [line for line in whole_lines(feed, body) if line.strip() and line[0] != "#"]
    if lines and "," in lines[0]:
        return until_now(read_table(feed, quantity, lines))
    return until_now(collect(feed, [line.split() for line in lines], of_words))


def _mirrored(feed: str, body: bytes) -> list[list[str]]:
    """Return the words of GFZCrawler's JSON, which keeps the order of the text's columns."""
    try:
        rows = msgspec.json.decode(body, type=list[dict[str, float]])
    except (*NOT_JSON, ValueError) as error:
        raise UnreadableError(f"{feed}: {error}; expected rows of numbers") from error
    return [[f"{number:g}" for number in row.values()] for row in rows]


def _day(words: list[str]) -> Iterator[Observation]:
    midnight = _midnight(words, _KP_WORDS)
    definitive = int(words[27]) > 0
    for number in range(8):
        at = midnight + number * timedelta(hours=3)
        yield reading("kp", at, float(words[7 + number]), definitive)
        yield reading("ap", at, float(words[15 + number]), definitive)
    yield reading("ap_daily", midnight, float(words[23]), definitive)
    yield reading("f107_sfu", midnight, float(words[25]))
    yield reading("f107_adjusted_sfu", midnight, float(words[26]))


def _slot(quantity: str, words: list[str]) -> Iterator[Observation]:
    midnight = _midnight(words, _HP_WORDS)
    start, middle = float(words[3]), float(words[4])
    if 2 * (middle - start) * 3600 != SPAN_S[quantity]:
        raise ValueError(f"interval {words[3]} about {words[4]} h is not one of {quantity}")
    yield reading(quantity, midnight + timedelta(hours=start), float(words[7]))


def _midnight(words: list[str], count: int) -> datetime:
    if len(words) != count:
        raise ValueError(f"{' '.join(words)[:60]!r}: {len(words)} columns, expected {count}")
    return datetime(int(words[0]), int(words[1]), int(words[2]), tzinfo=UTC)


kp = Feed(
    name="gfz-kp",
    url="https://kp.gfz.de/app/files/Kp_ap_Ap_SN_F107_nowcast.txt",
    every=timedelta(minutes=15),
    floor=timedelta(minutes=10),
    expected_latency=timedelta(minutes=15),
    max_age=timedelta(hours=4),
    quantities=("kp", "ap", "ap_daily", "f107_sfu", "f107_adjusted_sfu"),
    priority=2,
    credit="GFZ, doi 10.5880/Kp.0001",
    licence="CC BY 4.0",
    may_package=False,
    read=read_kp,
)
hp30 = Feed(
    name="gfz-hp30",
    url="https://kp.gfz.de/app/files/Hp30_ap30_nowcast.txt",
    every=timedelta(minutes=15),
    floor=timedelta(minutes=10),
    expected_latency=timedelta(minutes=15),
    max_age=timedelta(minutes=90),
    quantities=("hp30",),
    credit="GFZ, doi 10.5880/Hpo.0003",
    licence="CC BY 4.0",
    may_package=False,
    read=partial(read_hp, "hp30"),
)
hp60 = msgspec.structs.replace(
    hp30,
    name="gfz-hp60",
    url="https://kp.gfz.de/app/files/Hp60_ap60_nowcast.txt",
    max_age=timedelta(hours=3),
    quantities=("hp60",),
    read=partial(read_hp, "hp60"),
)
