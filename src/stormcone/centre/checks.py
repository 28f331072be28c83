"""What is wrong with a draft before anyone signs it: content, text, heading, and its XML."""

from collections.abc import Iterator
from datetime import datetime
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable

from msgspec.structs import replace

from stormcone.advisory.advisory import Advisory, Status
from stormcone.advisory.draft import uncertain
from stormcone.advisory.finding import Finding as Slip
from stormcone.advisory.lint import lint
from stormcone.advisory.threads import predecessors
from stormcone.bulletin import iwxxm_2025_2, tac_amd82
from stormcone.bulletin.bulletin import Finding, Weight
from stormcone.bulletin.heading import heading_for
from stormcone.bulletin.lint import lint_text
from stormcone.bulletin.validate import Validator
from stormcone.reference.utc import floor_minutes
from stormcone.watch.numbering import next_number
from stormcone.watch.state import State


@cache
def validator() -> Validator:
    """Return the validator with the vendored schemas, read once."""
    return Validator(dict(_tree(files("stormcone.bulletin") / "schemas")))


def _tree(folder: Traversable, prefix: str = "") -> Iterator[tuple[str, bytes]]:
    for entry in folder.iterdir():
        if entry.is_dir():
            yield from _tree(entry, f"{prefix}{entry.name}/")
        else:
            yield f"{prefix}{entry.name}", entry.read_bytes()


def findings(draft: Advisory, state: State, unit: str, now: datetime) -> tuple[Finding, ...]:
    """Return the findings about a draft, as it would leave now under the next free number.

    The XML is held against schema, Schematron and house rules; without Schematron's engine (the
    extra `validate`) a warning says that this was not checked.
    """
    issued = floor_minutes(now, 1)
    number = next_number(state.counters, issued.year, draft.effects[0])
    leaving = replace(draft, number=number, issued=issued)
    before = predecessors(draft, state.ledger)
    other = next((last for last in before if last.centre != draft.centre), None)
    exercise = draft.status is not Status.OPERATIONAL
    heading = str(heading_for(leaving, unit, issued))
    text = tac_amd82.write(leaving, heading=heading)
    slips = (
        *lint(leaving, ledger=state.ledger, other=other, exercise=exercise),
        *lint_text(text, leaving),
    )
    xml = validator().check(iwxxm_2025_2.write(leaving).data)
    found = (_as_finding(slip, exercise=exercise) for slip in slips)
    unchecked = (_unchecked(reason) for reason in xml.not_checked)
    return (*found, *xml.xsd, *xml.rules, *xml.house, *unchecked, *_uncertain(draft))


def _unchecked(reason: str) -> Finding:
    return Finding(
        code="iwxxm.unchecked", weight=Weight.WARNING, message=f"not checked: {reason}"
    )


def _uncertain(draft: Advisory) -> tuple[Finding, ...]:
    times = ", ".join(f"{outlook.at:%d/%H%MZ}" for outlook in uncertain(draft))
    if not times:
        return ()
    message = (
        f"{times}: NO SWX EXP is written against a chance of 10 % or more of MOD somewhere"
    )
    return (Finding(code="slot.uncertain", weight=Weight.WARNING, message=message),)


def _as_finding(slip: Slip, *, exercise: bool) -> Finding:
    """Return a slip as the watch keeps it; in an exercise any unit may write."""
    forgiven = exercise and slip.code == "heading.unit"
    weight = Weight.WARNING if forgiven else Weight(slip.severity)
    return Finding(code=slip.code, weight=weight, message=f"{slip.value}: {slip.message}")
