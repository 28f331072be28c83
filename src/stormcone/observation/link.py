"""A body that is only an index: it says where the newest body of its product lies."""

from stormcone.observation.feed import Notice


class Link(Notice, frozen=True, kw_only=True, tag="link"):
    """The address of the newest body in `text`, and the time of its content in `issued`."""
