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
_LABELS = ("SWX ADVISORY", "NXT ADVISORY:")


class RemarkError(ValueError):
    """A remark cannot be sent as it stands."""


class Phrase(Struct, frozen=True):
    """How a cause is spoken of: its effect, its name, and what goes on while it lasts.

    `patches` is what small areas of it are called, where it comes in patches.
    """

    kind: Kind
    name: str
    goes_on: Callable[[bool], str]
    patches: str = ""


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
        Kind.HF_COM,
        "MAX USABLE FREQ DEPRESSION",
        lambda _severe: "ON HYR HF COM FREQS.",
        "HF COM DEPRESSION",
    ),
    Cause.SCINTILLATION: Phrase(Kind.GNSS, "SCINTILLATION", _gnss, "SCINTILLATION"),
    Cause.TEC: Phrase(
        Kind.GNSS,
        "TOTAL ELECTRON CONTENT",
        lambda _severe: (
            "POSSIBLY IMPACTING GNSS PER. COULD LEAD TO DEGRADATION OF POSITIONING PER."
        ),
        "GNSS DEGRADATION",
    ),
    Cause.DOSE: Phrase(
        Kind.RADIATION,
        "SOLAR RADIATION",
        lambda _severe: "INCREASING DOSE RATES AT FLIGHT LVL, MOST AT HIGH LATITUDES.",
    ),
}


def remark(
    cause: Cause,
    severity: Severity | None,
    *,
    update: bool = False,
    end: bool = False,
    patches: bool = False,
) -> str:
    """Return the remark of an advisory: the event goes on at `severity`, or has ended.

    `patches` adds that small areas of SEVERE are possible, where the cause comes in patches.

    Examples
    --------
    >>> remark(Cause.FLARE, None, update=True, end=True)
    'EVENT UPDATE. END OF HF COM (SOLAR FLARE) EVENT.'
    >>> remark(Cause.MUF, Severity.MODERATE)
    'SWX EVENT (MAX USABLE FREQ DEPRESSION) INPR ON HYR HF COM FREQS.'
    """
    phrase = PHRASES[cause]
    if end:
        sentence = f"END OF {phrase.kind} ({phrase.name}) EVENT."
    else:
        severe = severity is Severity.SEVERE
        sentence = f"SWX EVENT ({phrase.name}) INPR {phrase.goes_on(severe)}"
    first = f"{_UPDATE} " if update else ""
    last = f" {isolated(phrase)}" if patches and phrase.patches else ""
    return f"{first}{sentence}{last}"


def isolated(phrase: Phrase) -> str:
    """Return the sentence that small areas of SEVERE are possible.

    Examples
    --------
    >>> isolated(PHRASES[Cause.MUF])
    'ISOL AREAS OF SEV HF COM DEPRESSION POSS.'
    """
    return f"ISOL AREAS OF SEV {phrase.patches} POSS."


def with_sentence(text: str, sentence: str) -> str:
    """Return a remark with a forecaster's sentence after it: checked, and never rewritten.

    Raises
    ------
    RemarkError
        If the sentence is empty, or the two together cannot be sent.

    Examples
    --------
    >>> with_sentence("SWX EVENT (SOLAR FLARE) INPR.", "LVL RTN TO BACKGROUND.")
    'SWX EVENT (SOLAR FLARE) INPR. LVL RTN TO BACKGROUND.'
    """
    if not sentence.strip():
        raise RemarkError(f"the sentence {sentence!r} is empty; leave it out")
    both = f"{text} {sentence}"
    faults = remark_faults(both)
    if faults:
        raise RemarkError(f"{'; '.join(faults)}: change the sentence {sentence!r}")
    return both


def remark_faults(text: str) -> tuple[str, ...]:
    """Return what forbids `text` as a remark: its signs, the form's own labels, its length.

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
    faults += [
        f"the remark holds {label!r}, which a reader takes for the next field; say it otherwise"
        for label in _LABELS
        if label in " ".join(text.split())
    ]
    if len(text) > LONGEST_REMARK:
        faults.append(f"the remark is {len(text)} characters long, over {LONGEST_REMARK}")
    if not text.strip():
        faults.append("the remark is empty; leave it out to send NIL")
    return tuple(faults)
