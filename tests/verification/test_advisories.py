"""Our milestones beside the really issued ones: found by cause and severity, never forced."""

from datetime import UTC, datetime, timedelta

import numpy as np
import pytest
from msgspec.structs import replace

from stormcone.advisory.advisory import Advisory, Group, Number, Outlook, State
from stormcone.bulletin import tac_amd82
from stormcone.effect.effect import Kind, Severity
from stormcone.observation import scenario
from stormcone.reference.areas import Band, Region
from stormcone.verification.advisories import compare, match


def ours(cause, severity, at, count=1):
    groups = (Group(severity=severity, region=Region(bands=(Band.HSH,))),) if severity else ()
    state = State.GROUPS if severity else State.NO_SWX_EXP
    return Advisory(
        number=Number(2026, Kind.HF_COM, count),
        centre="CRC",
        issued=at,
        effects=(Kind.HF_COM,),
        outlooks=(Outlook(observed=True, at=at, state=state, groups=groups),),
        next_by=at.replace(hour=23) if severity else None,
        cause=cause,
    )


def test_a_difference_is_ours_minus_real_in_minutes():
    real = tac_amd82.read(scenario.load("2026-01").real_advisories).advisories
    seen = datetime(2026, 1, 19, 5, 40, tzinfo=UTC)
    rows = {row.what: row for row in compare([ours("PCA", Severity.MODERATE, seen)], real)}
    assert rows["HF COM PCA MOD"].minutes == 30
    assert rows["HF COM PCA SEV"].minutes is None
    assert rows["HF COM PCA SEV"].ours is None


def test_what_neither_side_reached_is_no_row():
    assert compare([], []) == ()


@pytest.fixture(scope="module")
def real():
    return tac_amd82.read(scenario.load("2026-01").real_advisories).advisories


@pytest.fixture(scope="module")
def until(real):
    return max(one.issued for one in real)


def caps(hour, minute, severity=Severity.MODERATE, count=1, replaces=()):
    at = datetime(2026, 1, 19, hour, minute, tzinfo=UTC)
    return replace(
        ours("PCA", severity, at, count),
        replaces=tuple(Number(2026, Kind.HF_COM, n) for n in replaces),
    )


def test_the_34_are_eight_threads_and_all_missed_by_who_says_nothing(real, until):
    found = match([], real, until)
    assert len(real) == 34
    assert [one.what for one in found] == [
        "HF COM FLARE",
        "HF COM PCA",
        "GNSS SCINTILLATION",
        "HF COM MUF",
        "GNSS SCINTILLATION",
        "HF COM MUF",
        "GNSS SCINTILLATION",
        "GNSS SCINTILLATION",
    ]
    assert all(one.missed_minutes == one.observed_minutes for one in found)
    assert all(one.overlap is None and not one.ours for one in found)


def test_the_34_against_themselves_are_late_by_their_own_delay_alone(real, until):
    for one in match(real, real, until):
        assert [c.key for c in one.ours] == [c.key for c in one.real]
        assert all(row.minutes == row.lead == 0 for row in one.milestones)
        assert one.overlap in (None, pytest.approx(1))
        assert one.extra_minutes in (None, 0)
    scintillation = match(real, real, until)[2]
    assert scintillation.missed_minutes == 28  # observed 19:15, issued 19:43


def test_threads_meet_by_effect_cause_and_time_and_are_never_forced(real, until):
    early = [caps(1, 0), replace(caps(2, 0, None, 2, [1]), next_by=None)]
    during = replace(caps(6, 0), number=Number(2026, Kind.HF_COM, 3))
    radiation = replace(
        caps(6, 0),
        number=Number(2026, Kind.RADIATION, 1),
        effects=(Kind.RADIATION,),
        cause="DOSE",
    )
    found = match([*early, during, radiation], real, until)
    assert len(found) == 10
    extra = [one for one in found if not one.real]
    assert [one.what for one in extra] == ["HF COM PCA", "RADIATION DOSE"]
    assert extra[0].extra_minutes == 60
    (both,) = [one for one in found if one.real and one.ours]
    assert both.what == "HF COM PCA"
    assert (both.milestones[0].minutes, both.milestones[0].lead) == (50, -31)
    assert both.missed_minutes == 50


def test_aurora_and_polar_cap_are_one_thread_to_the_others(real, until):
    aurora = replace(caps(18, 30), cause="AURORAL")
    (both,) = [one for one in match([aurora], real, until) if one.real and one.ours]
    assert both.what == "HF COM PCA/AURORAL"


def test_the_overlap_is_of_areas_while_both_warn(real, until):
    """Theirs from 05:29 to 10:42 is S55 to the pole, ours S60 to the pole."""
    over = replace(caps(9, 0, None, 2, [1]), next_by=None)
    (both,) = [one for one in match([caps(6, 0), over], real, until) if one.real and one.ours]
    ratio = (1 - np.sin(np.radians(60))) / (1 - np.sin(np.radians(55)))
    assert both.overlap == pytest.approx(ratio, abs=1e-3)


def test_ours_of_after_the_recording_do_not_count(real, until):
    late = caps(20, 0)
    late = replace(late, issued=until + timedelta(hours=1))
    assert all(not one.ours for one in match([late], real, until))
