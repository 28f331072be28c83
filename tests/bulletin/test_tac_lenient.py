"""What the lenient reader of Amendment 82 forgives, with a finding, and what no reader does."""

import contextlib
import re

import pytest
from bulletin_kit import advisories
from hypothesis import given, settings
from hypothesis import strategies as st

from stormcone.advisory.advisory import Status
from stormcone.bulletin.bulletin import BulletinError, Stub
from stormcone.bulletin.codes import CODES
from stormcone.bulletin.diff import diff
from stormcone.bulletin.tac_amd82 import read, write

TEXT = b"""FNXX03 ZBBB 200515
SWX ADVISORY
DTG:              20260120/0515Z
SWXC:             CRC
SWX EFFECT:       RADIATION
ADVISORY NR:      2026/3
NR RPLC:          2026/2
OBS SWX:          20/0500Z SEV HNH HSH DAYSIDE ABV FL320 MOD HNH E160 - W020 FL250-320
FCST SWX +6 HR:   20/1100Z MOD N20 W105 - N20 E030 - S40 E030 - S40 W105 - N20 W105 FL250-350
FCST SWX +12 HR:  20/1700Z MOD HNH NIGHTSIDE ABV FL350
FCST SWX +18 HR:  20/2300Z NO SWX EXP
FCST SWX +24 HR:  21/0500Z NOT AVBL
RMK:              RADIATION LVL RTN TO BACKGROUND.
NXT ADVISORY:     WILL BE ISSUED BY 20260120/1100Z=
"""
FORGIVEN = {  # what is written, what instead, the finding
    "a range without dash": ("E160 - W020", "E160 W020", "tac.range"),
    "a polygon without dashes": (
        "N20 W105 - N20 E030 - S40 E030",
        "N20 W105 N20 E030 - S40 E030",
        "tac.range",
    ),
    "a blank in a level": ("ABV FL320", "ABV FL 320", "tac.level"),
    "dashes of Unicode": ("E160 - W020", "E160 \u2013 W020", "tac.character"),
    "a hard blank": ("HSH DAYSIDE", "HSH\xa0DAYSIDE", "tac.character"),
    "joined coordinates": ("N20 E030", "N20E030", "tac.point"),
    "minutes of arc": ("S40 E030", "S4000 E03000", "tac.point"),
    "the older next time": ("WILL BE ISSUED BY ", "", "tac.next"),
    "a misspelt heading": ("FNXX03 ZBBB 200515", "FNXX03 ZBB 200515", "tac.heading"),
    "the older word for day": ("DAYSIDE", "DAYLIGHT SIDE", "tac.side"),
    "day in two words": ("DAYSIDE", "DAY SIDE", "tac.side"),
    "night in two words": ("NIGHTSIDE", "NIGHT SIDE", "tac.side"),
    "no end": ("1100Z=", "1100Z", "tac.end"),
    "an open polygon": (" - N20 W105 FL250", " FL250", "tac.polygon"),
    "rubbish before": ("SWX ADVISORY", "BONJOUR SWX ADVISORY", "tac.start"),
    "rubbish behind": ("1100Z=", "1100Z= GOOD NIGHT", "tac.rubbish"),
}
NO_DEVIATION = {
    "no heading": ("FNXX03 ZBBB 200515\n", ""),
    "unpadded": ("DTG:              ", "DTG: "),
    "all on one line": ("\n", " "),
    "a wrap behind a dash": ("N20 W105 - N20", "N20 W105 -\nN20"),
    "a wrap inside a pair": ("N20 E030", "N20\n E030"),
    "a wrap inside a range": ("E160 - W020", "E160 -\nW020"),
    "no blanks round dashes": (" - ", "-"),
    "other line ends": ("\n", "\r\r\n"),
    "two nils": ("RADIATION LVL RTN TO BACKGROUND.", "NIL NIL"),
}
REFUSED = {
    "no such effect": ("RADIATION\n", "RADIATIONS\n", "tac.effect"),
    "no such date": ("20260120/0515Z", "20260230/0515Z", "tac.date"),
    "an hour of 24": ("20/0500Z", "20/2400Z", "tac.day"),
    "no such longitude": ("W020", "W200", "tac.longitude"),
    "a letter for a digit": ("W020", "W02O", "tac.longitude"),
    "a small letter": ("E160", "e160", "tac.longitude"),
    "no such latitude": ("N20 E030", "N91 E030", "tac.latitude"),
    "sixty minutes": ("S40 E030", "S4060 E030", "tac.latitude"),
    "no such band": ("HNH HSH", "HNG HSH", "tac.region"),
    "longitudes alone": ("MOD HNH E160", "MOD E160", "tac.region"),
    "a level before its place": ("SEV HNH HSH DAYSIDE ABV FL320", "SEV ABV FL320 HNH", None),
    "a group after nothing": ("NO SWX EXP", "NO SWX EXP MOD HNH", "tac.label"),
    "a misspelt label": ("NR RPLC:", "NRa RPLC:", "tac.label"),
    "a label without colon": ("RMK:", "RMK", "tac.label"),
    "five replaced": ("2026/2\n", "2026/2 2025/9 2025/8 2025/7 2025/6\n", "tac.replaces"),
    "number zero": ("2026/3", "2026/0", "tac.number"),
    "a band twice": ("HNH HSH", "HNH HNH", "tac.band"),
    "an accent": ("BACKGROUND", "BACKGR\u00d6UND", "tac.character"),
    "minutes in a range": ("E160 - W020", "E16030 - W020", None),
    "two points": (
        "N20 W105 - N20 E030 - S40 E030 - S40 W105 - N20 W105",
        "N20 W105 - N20 E030 - N20 W105",
        "tac.polygon",
    ),
}


def changed(what, instead):
    assert what in TEXT.decode()
    times = -1 if what in {"\n", " - "} else 1
    return TEXT.decode().replace(what, instead, times).encode()


def meant():
    (advisory,) = read(TEXT).advisories
    return advisory


@pytest.mark.parametrize("name", FORGIVEN)
def test_form_is_repaired_with_a_finding_and_meaning_is_kept(name):
    what, instead, code = FORGIVEN[name]
    text = changed(what, instead)
    with pytest.raises(BulletinError):
        read(text)
    found = read(text, strict=False)
    assert [diff(meant(), advisory) for advisory in found.advisories] == [()]
    assert {finding.code for finding in found.findings} == {code}
    assert all(finding.line and finding.column for finding in found.findings)


@pytest.mark.parametrize("name", NO_DEVIATION)
def test_wrapping_padding_and_blanks_round_dashes_are_no_deviation(name):
    what, instead = NO_DEVIATION[name]
    found = read(changed(what, instead))
    (advisory,) = found.advisories
    fields = {change.field for change in diff(meant(), advisory)}
    assert fields <= ({"remark"} if name == "two nils" else set())
    assert not found.findings


@pytest.mark.parametrize("name", REFUSED)
def test_meaning_is_never_repaired(name):
    what, instead, code = REFUSED[name]
    with pytest.raises(BulletinError) as refusal:
        read(changed(what, instead), strict=False)
    assert refusal.value.finding.code in CODES
    assert code in {None, refusal.value.finding.code}


def without(line, text=TEXT):
    return re.sub(rf"{line}.*\n", "", text.decode()).encode()


def test_a_lost_remark_is_read_as_none():
    found = read(without("RMK:"), strict=False)
    assert found.advisories[0].remark is None
    assert [finding.code for finding in found.findings] == ["tac.label"]


@pytest.mark.parametrize(
    "spoilt",
    [
        without("NXT ADVISORY:"),
        TEXT.replace(b"NXT ADV", b"NEXT ADV"),
        TEXT.replace(b"LVL RTN", b"LVL (KP=9)"),
        TEXT[: TEXT.index(b"NXT")],
        re.sub(rb"(SEV|MOD) [NH].*\n", b"NO SWX EXP\n", TEXT).replace(b"LVL RTN", b"K=9"),
    ],
)
def test_a_lost_promise_never_makes_an_end_of_an_event(spoilt):
    with pytest.raises(BulletinError, match=r"tac\.label.*expected NXT ADVISORY:"):
        read(spoilt, strict=False)


def test_a_large_polygon_that_crosses_itself_and_a_flood_of_groups_are_refused():
    star = " - ".join(f"N{i * 37 % 80:02} E{i * 71 % 170:03}" for i in range(60))
    with pytest.raises(BulletinError, match=r"tac\.polygon.*do not cross"):
        read(changed("N20 W105 - N20 E030 - S40 E030 - S40 W105 - N20 W105", star))
    with pytest.raises(BulletinError, match=r"tac\.size.*100 groups"):
        read(changed("MOD HNH NIGHTSIDE ABV FL350", "MOD HNH ABV FL350 " * 101))


def test_a_test_message_cut_behind_its_status_is_a_stub():
    for end in (b"", b"=", b"\n"):
        assert read(b"SWX ADVISORY\nSTATUS: TEST" + end).stubs == (Stub(Status.TEST),)


def test_slips_of_content_are_read_as_written_with_a_note():
    doubled = read(changed("N20 W105 - N20 E030", "N20 W105 - N20 W105 - N20 E030"))
    assert [finding.code for finding in doubled.findings] == ["polygon.duplicate"]
    assert diff(meant(), doubled.advisories[0]) == ()
    zero = read(changed("E160 - W020", "E000 - W000"))
    assert [finding.code for finding in zero.findings] == ["longitudes.zero"]


def test_an_error_names_value_place_and_what_was_expected():
    with pytest.raises(BulletinError) as refusal:
        read(changed("E160 - W020", "E160 - W200"), strict=False)
    found = refusal.value.finding
    assert (found.line, found.column) == (8, 73)
    assert found.message == (
        "a longitude that is not on the globe; "
        'expected a longitude, E000-E180 or W000-W180; found "W200"'
    )


spoil = st.one_of(
    st.sampled_from(
        [b"", b" ", b"\n", b"=", b"-", b":", b"/", b"\x00", b"\xff", b"9", b"W", b"Z"]
    ),
    st.sampled_from(
        [b"MOD", b"NIGHTSIDE", b"FL", b"SWX ADVISORY", b"\xe2\x80\x93", b"N90 E180"]
    ),
    st.binary(max_size=4),
)


@settings(max_examples=250)
@given(advisories(), st.data())
def test_spoilt_texts_are_read_or_refused_and_nothing_else(advisory, data):
    text = write(advisory).data
    for _ in range(data.draw(st.integers(1, 4))):
        start = data.draw(st.integers(0, len(text)))
        end = data.draw(st.integers(start, min(start + 12, len(text))))
        text = text[:start] + data.draw(spoil) + text[end:]
    for strict in (True, False):
        with contextlib.suppress(BulletinError):
            read(text, strict=strict)


@pytest.mark.shared
def test_a_changed_digit_is_refused_or_means_something_else(real_texts):
    for text in real_texts[::5]:
        (advisory,) = read(text).advisories
        heading = text.index(b"SWX ADVISORY")
        for at in range(heading, text.index(b"RMK:")):
            if text[at : at + 1].isdigit():
                other = (
                    text[:at] + (b"7" if text[at : at + 1] != b"7" else b"1") + text[at + 1 :]
                )
                with contextlib.suppress(BulletinError):
                    assert read(other).advisories != (advisory,)
