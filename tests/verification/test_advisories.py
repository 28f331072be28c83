"""Our milestones beside the really issued ones: found by cause and severity, never forced."""

from datetime import UTC, datetime

from stormcone.advisory.advisory import Advisory, Group, Number, Outlook, State
from stormcone.bulletin import tac_amd82
from stormcone.effect.effect import Kind, Severity
from stormcone.observation import scenario
from stormcone.reference.areas import Band, Region
from stormcone.verification.advisories import compare


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
