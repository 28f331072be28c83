"""What a draft is checked for before anyone signs it."""

from datetime import UTC, datetime, timedelta

from stormcone.advisory.advisory import Advisory, Group, Outlook, State, Status
from stormcone.advisory.times import forecast_times
from stormcone.bulletin.bulletin import Weight
from stormcone.bulletin.validate import Validator
from stormcone.centre import checks
from stormcone.effect.effect import Kind, Severity
from stormcone.reference.areas import Region, Side
from stormcone.watch.state import State as Watch

T0 = datetime(2026, 1, 19, 12, tzinfo=UTC)


def draft() -> Advisory:
    flare = Group(severity=Severity.MODERATE, region=Region(side=Side.DAYSIDE))
    first = Outlook(observed=True, at=T0, state=State.GROUPS, groups=(flare,))
    later = (Outlook(observed=False, at=t, state=State.NO_SWX_EXP) for t in forecast_times(T0))
    return Advisory(
        centre="CRC",
        effects=(Kind.HF_COM,),
        outlooks=(first, *later),
        next_by=T0 + timedelta(hours=6),
        status=Status.EXERCISE,
    )


def found():
    now = T0 + timedelta(minutes=5)
    return {f.code: f for f in checks.findings(draft(), Watch(), "ZBBB", now)}


def test_a_sound_draft_has_no_finding():
    assert found() == {}


def test_a_check_that_could_not_be_made_is_said(monkeypatch):
    kept = {name: body for name, body in checks.validator().files.items() if ".sch" not in name}
    lame = Validator(kept)
    monkeypatch.setattr(checks, "validator", lambda: lame)
    finding = found()["iwxxm.unchecked"]
    assert finding.weight is Weight.WARNING
    assert "Schematron" in finding.message
