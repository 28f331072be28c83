"""Text of either amendment: which one it is, and its reader."""

import re
from typing import Literal, Protocol

from stormcone.bulletin import tac_amd79, tac_amd82
from stormcone.bulletin.bulletin import BulletinError, Read, Weight
from stormcone.bulletin.tokens import decoded, placed

Amendment = Literal["tac-amd79", "tac-amd82"]


class Reader(Protocol):
    """Reads the texts of one amendment."""

    def __call__(self, data: bytes, *, strict: bool = True, keep_form: bool = False) -> Read:
        """Return what `data` says."""


READERS: dict[str, Reader] = {module.CODEC: module.read for module in (tac_amd79, tac_amd82)}
_EFFECT = re.compile(r"SWX\s+EFFECT\s*:")
_BESIDE_THE_EFFECT = re.compile(
    r"SWX\s+EFFECT\s*:\s*(?:HF\s+COM|SATCOM|GNSS|RADIATION)\s+(?:MOD|SEV)\b"
)
_IN_THE_CONDITIONS = re.compile(
    r"(?:OBS|FCST)\s+SWX(?:\s+\+\d+\s+HR)?\s*:\s*\d+/\d+Z\s+(?:MOD|SEV)\b"
)
_NUMBER = re.compile(r"ADVISORY\s+NR\s*:")


def amendment(data: bytes) -> Amendment:
    """Return the form of one advisory in text.

    A severity beside the effect is Amendment 79, one in the conditions Amendment 82; with
    neither, the order of effect and number decides, and without those it is 82.

    Raises
    ------
    BulletinError
        If there are severities in both places.

    Examples
    --------
    >>> amendment(b"SWX EFFECT: GNSS MOD")
    'tac-amd79'
    """
    text = decoded(data)
    beside, inside = _BESIDE_THE_EFFECT.search(text), _IN_THE_CONDITIONS.search(text)
    if beside and inside:
        said = "expected severities beside the effect or in the conditions; found both"
        raise BulletinError(placed(text, inside.start(), "tac.amendment", said, Weight.ERROR))
    if beside or inside:
        return "tac-amd79" if beside else "tac-amd82"
    effect, number = _EFFECT.search(text), _NUMBER.search(text)
    first = bool(number and effect and number.start() < effect.start())
    return "tac-amd79" if first else "tac-amd82"


def read(data: bytes, *, strict: bool = True, keep_form: bool = False) -> Read:
    """Return what one text says, by the reader of its amendment.

    Raises
    ------
    BulletinError
        If it mixes both, or at the first deviation that is refused.
    """
    return READERS[amendment(data)](data, strict=strict, keep_form=keep_form)
