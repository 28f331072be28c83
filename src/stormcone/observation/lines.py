"""Lines of a text body, whole ones only."""

from stormcone.observation.feed import UnreadableError


def whole_lines(feed: str, body: bytes) -> list[str]:
    """Return the lines of a text body without their ends.

    Raises
    ------
    UnreadableError
        If the body does not end with a newline: it was cut off, and its last number with it.
    """
    text = body.decode("utf-8", "replace")
    if not text.endswith("\n"):
        raise UnreadableError(f"{feed}: body ends {text[-40:]!r} without a newline; it was cut")
    return text.split("\n")[:-1]
