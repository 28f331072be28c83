"""Remarks in the words that the centres used on 18-20 January 2026."""

import pytest

from stormcone.advisory.remarks import (
    LONGEST_REMARK,
    PHRASES,
    isolated,
    remark,
    remark_faults,
)
from stormcone.effect.effect import Cause, Kind, Severity

REAL = "data/icao/real_tac/knmi_2026-01-19_20_fnxx.txt"
SENT = {  # authorities/icao_swx.md: the advisory that said so
    "HF 15": remark(Cause.FLARE, None, update=True, end=True),
    "HF 16": remark(Cause.PCA, Severity.MODERATE),
    "HF 17": remark(Cause.PCA, Severity.SEVERE, update=True),
    "HF 21": f"{remark(Cause.MUF, Severity.MODERATE)} {isolated(Kind.HF_COM)}",
    "HF 27": remark(Cause.MUF, Severity.SEVERE),
    "GNSS 23": remark(Cause.SCINTILLATION, Severity.MODERATE),
    "GNSS 24": remark(Cause.SCINTILLATION, Severity.SEVERE),
}


@pytest.mark.shared
@pytest.mark.parametrize("key", SENT)
def test_our_words_are_those_that_were_sent(shared, key):
    effect, count = key.split()
    text = " ".join((shared / REAL).read_text().split())
    name = {"HF": "HF COM"}.get(effect, effect)
    start = text.index(f"SWX EFFECT: {name} ADVISORY NR: 2026/{count} ")
    sent = text[start:].partition("RMK: ")[2].partition(" NXT ADVISORY:")[0]
    assert SENT[key] == sent


@pytest.mark.parametrize("cause", PHRASES)
@pytest.mark.parametrize("severity", list(Severity))
@pytest.mark.parametrize("end", [False, True])
def test_every_remark_can_be_sent(cause, severity, end):
    text = remark(cause, severity, update=True, end=end)
    assert remark_faults(text) == ()
    assert len(f"{text} {isolated(PHRASES[cause].kind)}") <= LONGEST_REMARK


def test_a_cause_without_words_is_named():
    with pytest.raises(LookupError, match="no phrase for TEC"):
        remark(Cause.TEC, Severity.MODERATE)


@pytest.mark.parametrize(
    ("text", "fault"),
    [("LVL = 5", "'='"), ("aurora", "'aoru'"), ("A" * 257, "257"), (" ", "empty")],
)
def test_what_cannot_be_sent_is_said(text, fault):
    assert fault in " ".join(remark_faults(text))
