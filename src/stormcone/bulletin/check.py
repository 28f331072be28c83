"""What is wrong with a bulletin that was found: its form, its content, its heading, its XML."""

from collections.abc import Iterable, Iterator, Mapping

from msgspec import Struct, structs

from stormcone.advisory.advisory import Advisory, Status
from stormcone.advisory.finding import Finding as Slip
from stormcone.advisory.lint import lint
from stormcone.advisory.threads import Ledger, join
from stormcone.bulletin.bulletin import Bulletin, BulletinError, Finding, Weight
from stormcone.bulletin.items import ALERTS, Item, shifted
from stormcone.bulletin.lint import lint_text, located
from stormcone.bulletin.validate import Validator

NOTED_BY_READERS = frozenset({"longitudes.zero", "polygon.duplicate"})
"""Slips that a reader of text notes at their place and no reader refuses."""
NOT_OF_XML = frozenset(
    {
        "times.slots",
        "polygon.open",
        "polygon.crossing",
        "polygon.range",
        "polygon.points",
    }
)
"""Slips that the house rules find in XML too, with the line, or that only a text can have."""


class Checked(Struct, frozen=True, kw_only=True):
    """What was found; a check named in `not_checked` was not made, and says why."""

    findings: tuple[Finding, ...] = ()
    not_checked: tuple[str, ...] = ()


class Asked(Struct, frozen=True, kw_only=True):
    """How to check: are deviations of form errors, must a heading be there, the file's name."""

    strict: bool = True
    heading: bool = False
    name: str | None = None


def check(
    item: Item,
    validator: Validator,
    asked: Asked,
    ledgers: Mapping[str, Ledger] = {},
) -> Checked:
    """Return everything that is wrong with an item.

    Parameters
    ----------
    item
        As ``items(data, keep_form=True)`` finds it: read leniently, doubled vertices kept.
    validator
        Judges documents.
    asked
        How to check.
    ledgers
        For each advisory's key the numbers and threads before it (`ledgers_before`); those of
        others are not judged.
    """
    found = [_weighed(finding, strict=asked.strict) for finding in item.findings]
    slips = [slip for a in item.advisories for slip in _content(a, ledgers)]
    if item.form.startswith("tac"):
        slips = [slip for slip in slips if slip.code not in NOTED_BY_READERS]
        told = _placed([*slips, *_text(item, asked)], item)
        return Checked(findings=_in_order([*found, *told]))
    if not item.recognised or item.form == ALERTS:
        return Checked(findings=tuple(found))
    try:
        report = validator.check(item.data, name=asked.name)
    except BulletinError as error:
        return Checked(findings=(shifted(error.finding, item),))
    judged = [shifted(f, item) for f in (*report.xsd, *report.rules, *report.house)]
    slips = [slip for slip in slips if slip.code not in NOT_OF_XML]
    return Checked(
        findings=_in_order([*found, *judged, *_placed(slips, item)]),
        not_checked=report.not_checked,
    )


def _in_order(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    return tuple(sorted(findings, key=lambda finding: (finding.line, finding.column)))


def ledgers_before(ledger: Ledger, advisories: Iterable[Advisory]) -> dict[str, Ledger]:
    """Return what each advisory is judged against: all that was issued before it, by key."""
    numbered = [(a.issued, a.number, a) for a in advisories if a.issued and a.number]
    found = {}
    for _, number, advisory in sorted(numbered, key=lambda one: one[:2]):
        found[number.key] = ledger
        ledger = join(ledger, advisory)
    return found


def _weighed(finding: Finding, *, strict: bool) -> Finding:
    """Return as an error what the lint calls one, and to the strict a deviation of form."""
    if finding.code in NOTED_BY_READERS or (strict and finding.code.startswith("tac.")):
        return structs.replace(finding, weight=Weight.ERROR)
    return finding


def _content(advisory: Advisory, ledgers: Mapping[str, Ledger]) -> tuple[Slip, ...]:
    ledger = ledgers.get(advisory.number.key) if advisory.number else None
    exercise = advisory.status is not Status.OPERATIONAL
    return lint(advisory, ledger=ledger, exercise=exercise)


def _text(item: Item, asked: Asked) -> Iterator[Slip]:
    text = Bulletin(heading=item.heading, data=item.data, media_type="", codec=item.form)
    for advisory in item.advisories:
        for slip in lint_text(text, advisory):
            if slip.field != "heading" or item.heading or asked.heading:
                yield slip


def _placed(slips: Iterable[Slip], item: Item) -> Iterator[Finding]:
    for slip in slips:
        yield shifted(located(slip, item.data), item)
