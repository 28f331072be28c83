"""Remarks in the words that the centres used on 18-20 January 2026."""

from datetime import UTC, datetime

import pytest

from stormcone.advisory.advisory import Advisory, Outlook, State
from stormcone.advisory.causes import cause_of, family
from stormcone.advisory.remarks import (
    PHRASES,
    RemarkError,
    remark,
    remark_faults,
    with_sentence,
)
from stormcone.effect.effect import Cause, Severity

NOON = datetime(2026, 1, 19, 12, tzinfo=UTC)
REAL = "data/icao/real_tac/knmi_2026-01-19_20_fnxx.txt"
SENT = {  # authorities/icao_swx.md: the advisory that said so
    "HF 15": remark(Cause.FLARE, None, update=True, end=True),
    "HF 16": remark(Cause.PCA, Severity.MODERATE),
    "HF 17": remark(Cause.PCA, Severity.SEVERE, update=True),
    "HF 21": remark(Cause.MUF, Severity.MODERATE, patches=True),
    "HF 27": remark(Cause.MUF, Severity.SEVERE),
    "GNSS 23": remark(Cause.SCINTILLATION, Severity.MODERATE),
    "GNSS 24": remark(Cause.SCINTILLATION, Severity.SEVERE),
    "GNSS 28": remark(Cause.SCINTILLATION, Severity.MODERATE, patches=True),
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


@pytest.mark.parametrize("cause", Cause)
@pytest.mark.parametrize("severity", list(Severity))
@pytest.mark.parametrize("end", [False, True])
def test_every_cause_has_a_remark_that_can_be_sent(cause, severity, end):
    text = remark(cause, severity, update=True, end=end, patches=not end)
    assert remark_faults(text) == ()


@pytest.mark.parametrize("cause", Cause)
@pytest.mark.parametrize("end", [False, True])
def test_our_own_remarks_name_their_cause_to_a_reader(cause, end):
    phrase = PHRASES[cause]
    outlook = Outlook(observed=True, at=NOON, state=State.NO_SWX_EXP)
    said = Advisory(
        centre="CRC",
        effects=(phrase.kind,),
        outlooks=(outlook,),
        remark=remark(cause, Severity.MODERATE, end=end),
    )
    assert family(cause_of(said)) == family(cause)


@pytest.mark.parametrize("cause", [Cause.FLARE, Cause.PCA, Cause.AURORAL, Cause.DOSE])
def test_what_does_not_come_in_patches_never_announces_them(cause):
    assert "ISOL" not in remark(cause, Severity.MODERATE, patches=True)


def test_a_forecasters_sentence_is_added_as_it_was_written():
    said = remark(Cause.PCA, Severity.MODERATE)
    assert with_sentence(said, "LVL RTN TO BACKGROUND") == f"{said} LVL RTN TO BACKGROUND"


@pytest.mark.parametrize(
    ("sentence", "fault"),
    [
        ("aurora", "'aoru'.*change the sentence 'aurora'"),
        ("A" * 200, "characters long"),
        ("LVL = 5", "'='"),
        ("LINE\nBREAK", r"'\\n'"),
        ("NXT  ADVISORY: NEVER", "NXT ADVISORY:"),
        ("SWX ADVISORY", "next field"),
        ("  ", "is empty"),
    ],
)
def test_a_sentence_that_cannot_be_sent_is_refused_by_name(sentence, fault):
    with pytest.raises(RemarkError, match=fault):
        with_sentence(remark(Cause.PCA, Severity.MODERATE), sentence)


@pytest.mark.parametrize(
    ("text", "fault"),
    [("LVL = 5", "'='"), ("aurora", "'aoru'"), ("A" * 257, "257"), (" ", "empty")],
)
def test_what_cannot_be_sent_is_said(text, fault):
    assert fault in " ".join(remark_faults(text))
