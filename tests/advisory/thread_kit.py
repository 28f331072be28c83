"""What the tests of threads share: issued advisories that replace each other."""

from datetime import UTC, datetime, timedelta

from msgspec.structs import replace

from stormcone.advisory.advisory import Advisory, Group, Number, Outlook, State
from stormcone.effect.effect import Kind, Severity
from stormcone.reference.areas import Band, Region

REAL = "data/icao/real_tac/knmi_2026-01-19_20_fnxx.txt"
T0 = datetime(2026, 1, 19, 5, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)
CAUSES = {Kind.HF_COM: "PCA", Kind.GNSS: "SCINTILLATION"}


def told(count, *replaces, effect=Kind.HF_COM, end=False, at=None, **changes):
    """Return an issued advisory; `replaces` are counts of the same year and effect."""
    at = at or T0 + count * HOUR
    group = Group(severity=Severity.MODERATE, region=Region(bands=(Band.HSH,)))
    said = {"state": State.NO_SWX_EXP} if end else {"state": State.GROUPS, "groups": (group,)}
    advisory = Advisory(
        number=Number(at.year, effect, count),
        centre="CRC",
        issued=at,
        effects=(effect,),
        replaces=tuple(Number(at.year, effect, n) for n in replaces),
        outlooks=(Outlook(observed=True, at=at, **said),),
        next_by=None if end else at + 6 * HOUR,
        cause=CAUSES[effect],
    )
    return replace(advisory, **changes)


def draft(*replaces, **changes):
    return told(99, *replaces, **{"number": None, "issued": None, **changes})
