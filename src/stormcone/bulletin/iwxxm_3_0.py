"""IWXXM 3.0, the XML form of Amendment 78: its reader."""

from stormcone.bulletin.bulletin import Read
from stormcone.bulletin.iwxxm_names import CODECS
from stormcone.bulletin.iwxxm_read import read_release

RELEASE = "3.0"
CODEC = CODECS[RELEASE]


def read(data: bytes, *, strict: bool = True) -> Read:
    """Return the advisory in a document of this release; see `iwxxm.read` for any release.

    Raises
    ------
    BulletinError
        At the first thing that is impossible, or that `strict` does not forgive, with its line.
    """
    return read_release(data, (RELEASE,), strict=strict)
