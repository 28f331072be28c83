"""The newest published map of a quantity, read again from the body that brought it."""

from collections.abc import Mapping
from datetime import datetime

from stormcone.observation.archive import Archive
from stormcone.observation.bodies import Bodies
from stormcone.observation.feed import Feed, GridReading


def newest_grid(
    quantity: str,
    archive: Archive,
    bodies: Bodies,
    feeds: Mapping[str, Feed],
    *,
    known: datetime,
) -> GridReading | None:
    """Return the newest map of `quantity` that one of `feeds` had brought by `known`, or None.

    `feeds` are looked at by name; give one at a time to walk a chain.

    Raises
    ------
    BodyError
        If its body is gone or damaged.
    """
    kept = archive.newest_map(quantity, feeds, known=known)
    if kept is None:
        return None
    for record in feeds[kept.feed].read(bodies.get(kept.sha256)):
        if (
            isinstance(record, GridReading)
            and record.quantity == quantity
            and (record.source, record.at) == (kept.source, kept.at)
        ):
            return record
    return None
