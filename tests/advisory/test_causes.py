"""The cause that a remark names, in the words of every centre and in our own."""

from collections import Counter

import pytest
from msgspec.structs import replace
from thread_kit import told

from stormcone.advisory.causes import cause_of
from stormcone.advisory.remarks import PHRASES, remark
from stormcone.effect.effect import Kind, Severity

REMARKS = [
    (Kind.HF_COM, "EVENT UPDATE. END OF HF COM (SOLAR FLARE) EVENT.", "FLARE"),
    (Kind.HF_COM, "SWX EVENT (HF COM ABSORPTION) INPR IMPACTING LOWER HF COM FREQ.", "PCA"),
    (Kind.HF_COM, "SPACE WEATHER EVENT (HF COM POLAR CAP ABSORPTION) IN PROGRESS.", "PCA"),
    (
        Kind.HF_COM,
        "EVENT (HF COM POLAR CAP ABSORPTION AND AURORAL ABSORPTION) IN PROGRESS.",
        "PCA",
    ),
    (Kind.HF_COM, "SWX EVENT (MAX USABLE FREQ DEPRESSION) INPR AFTER SOLAR FLARE.", "MUF"),
    (Kind.HF_COM, "SPACE WEATHER EVENT (MAXIMUM USABLE\nFREQUENCY DEPRESSION) IS ON.", "MUF"),
    (Kind.GNSS, "SPACE WEATHER EVENT (IONOSPHERIC SCINTILLATION) HAS ENDED.", "SCINTILLATION"),
    (Kind.GNSS, "END OF GNSS (IONOSPHERIC DISTURBANCE) EVENT", ""),
    (Kind.GNSS, "SWX EVENT DETECTED.", ""),
    (Kind.GNSS, "SWX EVENT (TEC) INPR.", "TEC"),
    (Kind.RADIATION, "RADIATION LVL EXCEEDED 100 PCT OF BACKGROUND.", "DOSE"),
    (Kind.HF_COM, None, ""),
]


@pytest.mark.parametrize(("effect", "text", "cause"), REMARKS)
def test_the_name_of_the_event_counts_before_all_else(effect, text, cause):
    assert cause_of(told(1, effects=(effect,), cause="", remark=text)) == cause


@pytest.mark.parametrize("cause", PHRASES)
@pytest.mark.parametrize("end", [True, False])
def test_our_own_remarks_name_their_cause(cause, end):
    text = remark(cause, Severity.SEVERE, end=end)
    theirs = told(1, effects=(PHRASES[cause].kind,), cause="", remark=text)
    assert cause_of(theirs) == cause
    assert cause_of(replace(theirs, cause="AURORAL")) == "AURORAL"


@pytest.mark.shared
def test_32_of_the_34_name_their_cause(traffic):
    silent = {a.number.key for a in traffic if not cause_of(a)}
    assert silent == {"2026/GNSS/34", "2026/GNSS/36"}  # both end an "ionospheric disturbance"
    hf = Counter(cause_of(a) for a in traffic if Kind.HF_COM in a.effects)
    assert hf == {"FLARE": 1, "PCA": 9, "MUF": 7}
