"""The feeds of this installation, ours and strangers' alike, by entry point."""

from collections.abc import Mapping
from functools import cache
from importlib.metadata import entry_points
from types import MappingProxyType

from stormcone.observation.feed import Feed

GROUP = "stormcone.feeds"


class UnknownFeedError(LookupError):
    """No feed of that name, or an entry point that is not one."""


@cache
def feeds() -> Mapping[str, Feed]:
    """Return every registered feed by name, in order of name; looked up once.

    Raises
    ------
    UnknownFeedError
        If an entry point yields something else, or a feed under a name that is not its own.
    """
    found = {entry.name: entry.load() for entry in entry_points(group=GROUP)}
    for name, feed in found.items():
        if not isinstance(feed, Feed) or feed.name != name:
            raise UnknownFeedError(
                f"entry point {GROUP}:{name} yields {feed!r}, expected Feed {name!r}"
            )
    return MappingProxyType(dict(sorted(found.items())))


def feed(name: str) -> Feed:
    """Return the feed of that name.

    Raises
    ------
    UnknownFeedError
        If there is none; lists those that are.
    """
    known = feeds()
    if name not in known:
        raise UnknownFeedError(f"no feed {name!r}; this installation has {', '.join(known)}")
    return known[name]
