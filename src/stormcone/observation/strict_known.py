"""When a reconstructed curve was known, if only messages told of it (pure)."""

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime
from itertools import accumulate

from msgspec import Struct

from stormcone.observation.alerts import Alert
from stormcone.observation.feed import Notice, Observation
from stormcone.observation.reconstruct import Anchor

_NEVER = datetime(1, 1, 1, tzinfo=UTC)


class Dated(Struct, frozen=True):
    """A reading and the time from which a centre could have known it."""

    observation: Observation
    known: datetime


def held_back(
    samples: Iterable[Dated], anchors: Sequence[Anchor], notices: Sequence[Notice]
) -> Iterator[Dated]:
    """Yield the samples of a curve, none known before the messages of the anchors it goes by.

    Those are the next anchor at or after the sample and all before it. An anchor without a
    message holds nothing back.
    """
    issued = list(accumulate((_issued(one, notices) for one in anchors), max))
    times = [one.at for one in anchors]
    for sample in samples:
        place = min(bisect_left(times, sample.observation.at), len(times) - 1)
        yield Dated(sample.observation, max(sample.known, issued[place]))


def _issued(anchor: Anchor, notices: Sequence[Notice]) -> datetime:
    """Return when the message that holds an anchor was issued: by its name, or its times."""
    name = anchor.source.replace(":", "").split()[:2]
    for one in notices:
        if isinstance(one, Alert):
            summed = one.code.startswith("SUMX") and anchor.at in (one.maximum, one.end)
            if [one.code, str(one.serial)] == name or (summed and not name):
                return one.issued
    return _NEVER
