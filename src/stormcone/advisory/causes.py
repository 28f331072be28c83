"""The cause of an advisory: our own know it, those of other centres name it in their remark.

The names are those of the advisories of 18-20 January 2026, abbreviated and written out
(authorities/icao_swx.md).
"""

import re

from stormcone.advisory.advisory import Advisory
from stormcone.effect.effect import Cause, Kind

_NAMES = {
    Kind.HF_COM: (
        (re.compile(r"FLARE|SUNLIT SIDE"), Cause.FLARE),
        (re.compile(r"(POLAR CAP|HF COM) ABSORPTION|\bPCA\b"), Cause.PCA),
        (re.compile(r"AURORAL ABSORPTION"), Cause.AURORAL),
        (re.compile(r"MAX(IMUM)? USABLE FREQ"), Cause.MUF),
    ),
    Kind.GNSS: (
        (re.compile(r"SCINTILLATION"), Cause.SCINTILLATION),
        (re.compile(r"\bTEC\b|TOTAL ELECTRON CONTENT"), Cause.TEC),
    ),
    Kind.RADIATION: ((re.compile(""), Cause.DOSE),),
}
"""By effect, the one that counts first; RADIATION has a single cause and need not name it."""

_EVENT = re.compile(r"EVENT \(([^()]*)\)|\(([^()]*)\) EVENT")
_ABSORPTION = "ABSORPTION"
BOTH_ABSORPTIONS = "PCA+AURORAL"


def cause_of(advisory: Advisory) -> str:
    """Return the cause of an advisory, of whatever centre; empty if nothing names it.

    In a remark the name of the event comes first, then whatever else it speaks of.
    """
    if advisory.cause:
        return advisory.cause
    remark = " ".join((advisory.remark or "").upper().split())
    event = " ".join(a or b for a, b in _EVENT.findall(remark))
    names = _NAMES.get(advisory.effects[0], ())
    found = (cause for text in (event, remark) for name, cause in names if name.search(text))
    return next(found, "")


def family(cause: str) -> str:
    """Return what a cause is called among threads: polar cap and aurora are one.

    Examples
    --------
    >>> family("AURORAL") == family("PCA"), family("MUF")
    (True, 'MUF')
    """
    return _ABSORPTION if cause in (Cause.PCA, Cause.AURORAL, BOTH_ABSORPTIONS) else cause
