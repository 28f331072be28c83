"""RMK: the sentences of an advisory, by cause, and what a forecaster may add to them.

The vocabulary is that of the advisories issued on 18-20 January 2026 (authorities/icao_swx.md).
"""

import re
from collections.abc import Callable

from msgspec import Struct

from stormcone.effect.effect import Cause, Kind, Severity

LONGEST_REMARK = 256  # unverified
_NOT_AFTN = re.compile(r"[^A-Z0-9 ?:().,'/+-]")
_UPDATE = "EVENT UPDATE."


class Phrase(Struct, frozen=True):
    """How a cause is spoken of: its effect, its name, and what goes on while it lasts."""

    kind: Kind
    name: str
    goes_on: Callable[[bool], str]


def _lower_bands(where: str) -> Callable[[bool], str]:
    return lambda _severe: f"IMPACTING LOWER HF COM FREQ BAND {where}"


def _gnss(severe: bool) -> str:
    losses = "LOSS OF GNSS SIGNALS AND/OR " if severe else ""
    return (
        f"POSSIBLY IMPACTING GNSS PER. COULD LEAD TO {losses}DEGRADATION OF TIMING AND "
        f"POSITIONING PER."
    )


PHRASES = {
    Cause.FLARE: Phrase(Kind.HF_COM, "SOLAR FLARE", _lower_bands("ON THE DAYSIDE.")),
    Cause.PCA: Phrase(
        Kind.HF_COM,
        "HF COM ABSORPTION",
        _lower_bands("AT HIGH LATITUDES. STRONGEST EFFECTS ON THE DAYSIDE."),
    ),
    Cause.AURORAL: Phrase(
        Kind.HF_COM, "AURORAL ABSORPTION", _lower_bands("AT HIGH LATITUDES.")
    ),
    Cause.MUF: Phrase(
        Kind.HF_COM, "MAX USABLE FREQ DEPRESSION", lambda _severe: "ON HYR HF COM FREQS."
    ),
    Cause.SCINTILLATION: Phrase(Kind.GNSS, "SCINTILLATION", _gnss),
}


def remark(
    cause: Cause, severity: Severity | None, *, update: bool = False, end: bool = False
) -> str:
    """Return the remark of an advisory: the event goes on at `severity`, or has ended.

    Raises
    ------
    LookupError
        If the cause has no phrase yet.

    Examples
    --------
    >>> remark(Cause.FLARE, None, update=True, end=True)
    'EVENT UPDATE. END OF HF COM (SOLAR FLARE) EVENT.'
    >>> remark(Cause.MUF, Severity.MODERATE)
    'SWX EVENT (MAX USABLE FREQ DEPRESSION) INPR ON HYR HF COM FREQS.'
    """
    if cause not in PHRASES:
        raise LookupError(f"no phrase for {cause}; add its words to advisory/remarks.py")
    phrase = PHRASES[cause]
    if end:
        sentence = f"END OF {phrase.kind} ({phrase.name}) EVENT."
    else:
        severe = severity is Severity.SEVERE
        sentence = f"SWX EVENT ({phrase.name}) INPR {phrase.goes_on(severe)}"
    return f"{_UPDATE} {sentence}" if update else sentence


def isolated(kind: Kind) -> str:
    """Return the sentence that small areas of the next severity are possible.

    Examples
    --------
    >>> isolated(Kind.HF_COM)
    'ISOL AREAS OF SEV HF COM DEPRESSION POSS.'
    """
    what = {Kind.HF_COM: "HF COM DEPRESSION", Kind.GNSS: "SCINTILLATION"}.get(kind, kind)
    return f"ISOL AREAS OF SEV {what} POSS."


def remark_faults(text: str) -> tuple[str, ...]:
    """Return what forbids `text` as a remark: signs that no teleprinter has, and its length.

    Examples
    --------
    >>> [len(remark_faults(text)) for text in ("LVL RTN TO BACKGROUND.", "50 % = MANY")]
    [0, 1]
    """
    faults = []
    strange = "".join(sorted(set(_NOT_AFTN.findall(text))))
    if strange:
        faults.append(
            f"the remark holds {strange!r}; only capitals, digits, blanks and "
            f"? : ( ) . , ' / + - can be sent"
        )
    if len(text) > LONGEST_REMARK:
        faults.append(f"the remark is {len(text)} characters long, over {LONGEST_REMARK}")
    if not text.strip():
        faults.append("the remark is empty; leave it out to send NIL")
    return tuple(faults)
