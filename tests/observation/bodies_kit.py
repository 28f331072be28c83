"""Recorded bodies by path below the recordings' root, and what was read of them."""

import gzip
from collections import defaultdict
from datetime import UTC, datetime

from stormcone.observation.feed import QUANTITIES, Drift


def body_of(shared, path):
    body = (shared / "data/swx" / path).read_bytes()
    return gzip.decompress(body) if path.endswith(".gz") else body


def at(*parts):
    return datetime(*parts, tzinfo=UTC)


def by_quantity(records):
    """Readings by quantity, each oldest first; asserts that nothing drifted or is unlisted."""
    found = defaultdict(list)
    for one in records:
        assert not isinstance(one, Drift), one
        assert one.quantity in QUANTITIES
        found[one.quantity].append(one)
    for series in found.values():
        assert [one.at for one in series] == sorted(one.at for one in series)
    return found


def values(series):
    return [one.value for one in series if one.value is not None]


def extreme(series, choose):
    """The first reading with the least or the greatest value."""
    return choose((one for one in series if one.value is not None), key=lambda one: one.value)
