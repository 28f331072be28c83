"""Amendment 82 text: the 34 real advisories, the official and the invalid ones, and itself."""

import contextlib
import re
from datetime import UTC, datetime, timedelta

import numpy as np
import pytest
from bulletin_kit import advisories
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec import json, structs

from stormcone.advisory.advisory import Advisory, Group, Number
from stormcone.advisory.times import forecast_times
from stormcone.bulletin.bulletin import BulletinError
from stormcone.bulletin.tac_amd82 import preview, read, write
from stormcone.effect.areas import outline, simplify
from stormcone.effect.effect import Kind, Severity
from stormcone.reference.areas import Longitudes, Region
from stormcone.reference.grid import global_grid

FMI_READ_STRICTLY = {
    "spacewx-A2-3.tac",
    "spacewx-A7-4.tac",
    "spacewx-double-nil-remark.tac",
    "spacewx-latitude-bands.tac",
    "spacewx-nightside.tac",
    "spacewx-pecasus-mnhmsh.tac",
}
REFUSED = {  # authorities/icao_swx.md: file -> line and code of the first deviation
    "spacewx-A2-5.tac": (13, "tac.next"),
    "spacewx-advanced.tac": (11, "tac.longitude"),
    "spacewx-coordinates-without-space.tac": (8, "tac.point"),
    "spacewx-with-mixed-dashes.tac": (8, "tac.character"),
    "spacewx-token-order.tac": (14, "tac.end"),
    "spacewx-pecasus-notavbl.tac": (3, "tac.date"),
    "spacewx-invalid-daylight-side.tac": (8, "tac.side"),
    "spacewx-invalid-duplicate-swxc.tac": (7, "tac.label"),
    "spacewx-invalid-forecast-hours.tac": (9, "tac.label"),
    "spacewx-invalid-issue-time-day.tac": (3, "tac.date"),
    "spacewx-invalid-minimal.tac": (1, "tac.start"),
    "spacewx-invalid-missing-end-token.tac": (14, "tac.end"),
    "spacewx-invalid-missing-latitude-bands.tac": (8, "tac.region"),
    "spacewx-invalid-nxt-advisory-day-33.tac": (15, "tac.date"),
    "spacewx-invalid-nxt-advisory-hour.tac": (15, "tac.date"),
    "spacewx-invalid-obs-day.tac": (8, "tac.day"),
    "spacewx-invalid-phenomenon-token-order.tac": (8, "tac.label"),
    "spacewx-invalid-remark-label.tac": (13, "tac.label"),
    "spacewx-invalid-replace-number.tac": (7, "tac.number"),
    "spacewx-invalid-status-empty.tac": (3, "tac.status"),
    "spacewx-invalid-token-order-effect.tac": (5, "tac.label"),
    "spacewx-invalid-token-order.tac": (4, "tac.label"),
}


def folded(text: bytes) -> str:
    """The text without its heading, blanks folded, blanks round dashes made alike."""
    body = text.decode().partition("SWX ADVISORY")[2]
    return re.sub(r"\s*-\s*", " - ", " ".join(body.split()))


@pytest.mark.shared
@pytest.mark.parametrize("padded", [True, False])
def test_the_34_real_advisories_come_back_as_they_were_sent(real_texts, real, padded):
    assert len(real) == 34
    for text, advisory in zip(real_texts, real, strict=True):
        again = write(advisory, padded=padded, keep_form=True)
        assert folded(again.data) == folded(text)


@pytest.mark.shared
def test_the_real_ones_are_read_as_one_file_too(shared, real):
    body = (shared / "data/icao/real_tac/knmi_2026-01-19_20_fnxx.txt").read_bytes()
    assert read(body, keep_form=True).advisories == real


@pytest.mark.shared
def test_all_136_real_forecast_times_follow_the_rule(real):
    for advisory in real:
        first, *later = (outlook.at for outlook in advisory.outlooks)
        assert tuple(later) == forecast_times(first)


@pytest.mark.shared
def test_the_29_real_next_times_are_within_six_hours(real):
    waits = [a.next_by - a.issued for a in real if a.next_by]
    assert len(waits) == 29
    assert all(timedelta(0) < wait <= timedelta(hours=6) for wait in waits)


@pytest.mark.shared
def test_lines_are_at_most_68_long_and_pairs_stay_together(real):
    for advisory in real:
        for line in write(advisory).data.decode().splitlines():
            assert len(line) <= 68
            assert not re.search(r"[NS]\d\d$|^[EW]\d{3}(?! - )", line)


@pytest.mark.shared
@pytest.mark.parametrize("name", ["A7-3", "A7-4", "A7-5"])
def test_the_official_examples_lack_only_their_end(shared, name):
    path = shared / f"data/icao/official_examples/v2025-2/spacewx-{name}.tac"
    (advisory,) = read(path.read_bytes() + b"=").advisories
    assert advisory.centre == "DONLON"
    with pytest.raises(BulletinError, match=r"tac\.end: .*; expected =; found the end"):
        read(path.read_bytes())


@pytest.mark.shared
@pytest.mark.parametrize("name", sorted(FMI_READ_STRICTLY))
def test_the_valid_files_of_fmi_are_read(shared, name):
    path = shared / "data/icao/synthetic_or_test/fmi_amd82" / name
    assert len(read(path.read_bytes()).advisories) == 1


@pytest.mark.shared
@pytest.mark.parametrize(("name", "why"), REFUSED.items())
def test_the_others_of_fmi_are_refused_where_they_are_wrong(shared, name, why):
    path = shared / "data/icao/synthetic_or_test/fmi_amd82" / name
    with pytest.raises(BulletinError) as refusal:
        read(path.read_bytes())
    assert (refusal.value.finding.line, refusal.value.finding.code) == why


@pytest.mark.shared
def test_every_fmi_file_is_in_one_of_the_two_lists(shared):
    folder = shared / "data/icao/synthetic_or_test/fmi_amd82"
    assert {path.name for path in folder.iterdir()} == FMI_READ_STRICTLY | REFUSED.keys()


@pytest.mark.shared
@pytest.mark.parametrize("which", [0, 7, 8, 16, 24])
def test_a_text_cut_at_any_byte_is_refused_and_never_crashes(real_texts, which):
    text = real_texts[which].rstrip()
    for end in range(len(text)):
        with pytest.raises(BulletinError):
            read(text[:end])


@pytest.mark.shared
def test_a_changed_character_is_read_or_refused_and_never_crashes(real_texts):
    text = real_texts[7]
    for at in range(len(text)):
        for sign in b"09-= AZ\x00\xe9\n":
            changed = bytearray(text)
            changed[at] = sign
            with contextlib.suppress(BulletinError):
                read(bytes(changed))


@settings(max_examples=150)
@given(advisories(), st.booleans(), st.booleans())
def test_an_advisory_survives_the_round_trip(advisory, padded, strict):
    text = write(advisory, padded=padded, keep_form=True).data
    assert read(text, strict=strict, keep_form=True).advisories == (advisory,)
    assert max(map(len, text.decode().splitlines())) <= 68


@settings(max_examples=50)
@given(advisories())
def test_what_is_read_has_the_same_bytes_in_the_journal_every_time(advisory):
    (again,) = read(write(advisory).data).advisories
    written = json.encode(again)
    assert json.encode(json.decode(written, type=Advisory)) == written


POINTS = st.tuples(st.integers(-90, 90), st.integers(-179, 180))


@given(st.lists(POINTS, min_size=3, max_size=6, unique=True))
def test_any_ring_comes_back_whatever_its_shape(released, points):
    ring = tuple((float(lat), float(lon)) for lat, lon in (*points, points[0]))
    drawn = told(released, Region(polygon=ring))
    text = write(drawn, keep_form=True).data
    assert read(text, keep_form=True).advisories == (drawn,)


def test_the_severe_group_comes_first(released):
    assert b"31/1800Z SEV HNH MOD DAYSIDE" in write(released).data
    assert b"31/1800Z MOD DAYSIDE SEV HNH" in write(released, keep_form=True).data


def test_an_exercise_says_so_and_a_month_rolls_over(released):
    text = write(released).data
    assert b"STATUS:           EXER\n" in text
    (again,) = read(text).advisories
    assert again.outlooks[4].at == datetime(2026, 2, 1, 18, tzinfo=UTC)


WORST_MASKS = {
    "caps": lambda row, column: (row < 7) | (row > 29),
    "stripes": lambda row, column: (row % 6 < 2) & (column % 24 < 3),
    "scattered": lambda row, column: (row * 72 + column) % 37 == 0,
    "slope": lambda row, column: abs(row - column // 2) < 4,
}


@pytest.mark.parametrize("name", WORST_MASKS)
def test_a_whole_bulletin_stays_below_1800_characters(released, name):
    mask = WORST_MASKS[name](*np.indices((37, 72)))
    parts = simplify(outline(mask, global_grid(5))).parts
    groups = tuple(Group(severity=Severity.SEVERE, region=region) for region in parts)
    outlooks = tuple(structs.replace(o, groups=groups) for o in released.outlooks)
    old = tuple(Number(2025, Kind.HF_COM, 9990 + count) for count in range(4))
    longest = structs.replace(
        released, outlooks=outlooks, replaces=old, remark=("ABSORPTION " * 30)[:240].strip()
    )
    assert len(write(longest).data) <= 1800


def test_a_draft_is_shown_but_is_no_bulletin(draft):
    with pytest.raises(BulletinError, match="a draft has no number"):
        write(draft)
    shown = preview(draft, Number(2026, Kind.HF_COM, 32)).data
    assert b"2026/NNNN" in shown
    assert b"NEXT FREE NUMBER 2026/32" in shown
    with pytest.raises(BulletinError, match=r"tac\.start"):
        read(shown)
    _, _, unmarked = shown.partition(b"\n")
    with pytest.raises(BulletinError, match=r"tac\.date"):
        read(unmarked.rstrip() + b"=")


OPEN_RING = Region(polygon=((50, 0), (60, 0), (60, 10), (50, 10)))
HALF_DEGREES = Region(polygon=((50, 0), (60, 0), (60, 10.5), (50, 0)))
ONLY_LONGITUDES = Region(longitudes=Longitudes(0, 90))


UNWRITABLE = {
    "no form for SHELTER": lambda a: structs.replace(a, effects=(Kind.SHELTER,)),
    "no form for the asset 25544": lambda a: told(a, Region(asset="25544")),
    "not a closed ring": lambda a: told(a, OPEN_RING),
    "whole degrees": lambda a: told(a, HALF_DEGREES),
    "need a band": lambda a: told(a, ONLY_LONGITUDES),
    "only capitals": lambda a: structs.replace(a, remark="aurora"),
    "3 outlooks": lambda a: structs.replace(a, outlooks=a.outlooks[:3]),
}


def told(advisory, region):
    group = Group(severity=Severity.MODERATE, region=region)
    first = structs.replace(advisory.outlooks[0], groups=(group,))
    return structs.replace(advisory, outlooks=(first, *advisory.outlooks[1:]))


@pytest.mark.parametrize(("why", "spoil"), UNWRITABLE.items())
def test_what_the_form_cannot_carry_is_refused_by_name(released, why, spoil):
    with pytest.raises(BulletinError, match=why):
        write(spoil(released))


def test_an_oversized_text_is_refused():
    with pytest.raises(BulletinError, match="10 MiB"):
        read(b" " * (10 * 1024 * 1024 + 1))


def test_a_heading_that_is_none_is_refused(released):
    text = b"FNXX02 EFKL 991739\n" + write(released).data
    with pytest.raises(BulletinError, match=r"line 1, column 1: tac\.heading"):
        read(text)
