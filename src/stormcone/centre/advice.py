"""Assess once and write the drafts, without a journal."""

from datetime import datetime

from msgspec import Struct

from stormcone.advisory.advisory import Advisory, Number, Status
from stormcone.advisory.draft import Outlet
from stormcone.bulletin import tac_amd82
from stormcone.centre.checks import findings
from stormcone.centre.house import EXERCISE_CENTRE, EXERCISE_UNIT
from stormcone.centre.lookouts import Lookouts
from stormcone.observation.archive import Archive
from stormcone.watch.state import State


class Advice(Struct, kw_only=True):
    """A draft, why it is called for, what the checks say, and how it would look."""

    effect: str
    cause: str
    reason: str
    draft: Advisory
    findings: list[str]
    text: str


def advice(archive: Archive, at: datetime) -> list[Advice]:
    """Return the drafts that what was known at `at` calls for; each stands alone."""
    outlet = Outlet(centre=EXERCISE_CENTRE, unit=EXERCISE_UNIT, status=Status.EXERCISE)
    lookouts = Lookouts(archive, outlet)
    lookouts.look(at)
    found = []
    for one in lookouts:
        kind = one.subject(()).kind
        decision = lookouts.decision(one, ())
        if decision is not None:
            draft = lookouts.draft(one, decision, ())
            slips = findings(draft, State(), EXERCISE_UNIT, at)
            number = Number(year=at.year, effect=kind, count=1)
            found.append(
                Advice(
                    effect=str(kind),
                    cause=draft.cause,
                    reason=decision.reason,
                    draft=draft,
                    findings=[f"{f.code}: {f.message}" for f in slips],
                    text=tac_amd82.preview(draft, number).data.decode(),
                )
            )
    return found
