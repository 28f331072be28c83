"""`stormcone bulletin convert`: from one form to another, validated, nothing lost unsaid."""

from collections.abc import Iterable, Iterator
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import TypedDict, Unpack

import click
from msgspec import structs

from stormcone.advisory.advisory import Advisory
from stormcone.bulletin import cap, iwxxm_2025_2, wis2
from stormcone.bulletin.bulletin import Bulletin, BulletinError, Finding, Weight
from stormcone.bulletin.codes import CODES
from stormcone.bulletin.convert import (
    WRITERS,
    Write,
    Written,
    collected,
    converted,
    headed,
    name_of,
    strange_unit,
)
from stormcone.bulletin.items import Item, shifted
from stormcone.cli.bulletin_input import Source, Tally, files
from stormcone.cli.common import FOLDER, told

TARGETS = (*WRITERS, "cap", "wis2")


class Options(TypedDict):
    """What `convert` may be told beside its files."""

    target: str
    together: bool
    folder: Path | None
    allow_loss: bool
    unit: str | None
    sender: str | None
    centre_id: str | None
    base_url: str | None


@click.command()
@files
@click.option("--to", "target", type=click.Choice(TARGETS), required=True, help="The form.")
@click.option("--collect", "together", is_flag=True, help="IWXXM: one COLLECT a heading.")
@click.option("-o", "folder", type=FOLDER, help="Write a file each, not to the terminal.")
@click.option("--allow-loss", is_flag=True, help="Write what the form cannot carry whole.")
@click.option("--unit", metavar="CCCC", help="Who issues it, for headings and file names.")
@click.option("--sender", help="CAP: who sends, like swx.example.org.")
@click.option("--centre-id", help="WIS2: the centre there, like int-example.")
@click.option("--base-url", help="WIS2: where the IWXXM will lie.")
def convert(files: tuple[Path, ...], **options: Unpack[Options]) -> None:
    """Write each advisory in another form; what our validator refuses is not written.

    What the form cannot carry is named, and refused without --allow-loss. Files are named by
    WMO's rule where the issuing unit is known, else by effect, year and number.
    """
    tally, folder, names = Tally(), options["folder"], set[str]()
    with told():
        sources: Iterable[Source] = map(Source, files)
        if options["target"] == "cap":
            sources = list(sources)
        made = _made(sources, _writer(sources, options), options, tally)
        for bulletin, name in _named(made, tally, together=options["together"]):
            if folder is None:
                click.echo(_headed_bytes(bulletin).rstrip(b"\n"))
            else:
                _save(bulletin, folder, name, names, tally)
    tally.finish()


def _writer(sources: Iterable[Source], options: Options) -> Write:
    """Return the writer of the form asked for; say which option it lacks."""
    target = options["target"]
    if options["together"] and not target.startswith("iwxxm"):
        raise click.UsageError(f"--collect takes IWXXM, not {target}")
    if target == "cap":
        sender = _needed(options["sender"], "--sender", target)
        return partial(cap.write, sender=sender, replaced_issued=_issued(sources))
    if target == "wis2":
        return partial(
            _announced,
            centre_id=_needed(options["centre_id"], "--centre-id", target),
            base_url=_needed(options["base_url"], "--base-url", target),
        )
    return WRITERS[target]


def _issued(sources: Iterable[Source]) -> dict[str, datetime]:
    """Return when each advisory of the files was issued, by key: CAP refers to it by that."""
    found = (item for source in sources for item in source.items())
    told = (advisory for item in found for advisory in item.advisories)
    return {a.number.key: a.issued for a in told if a.number and a.issued}


def _needed(value: str | None, option: str, target: str) -> str:
    if value is None:
        raise click.UsageError(f"--to {target} needs {option}")
    return value


def _announced(advisory: Advisory, *, centre_id: str, base_url: str) -> Bulletin:
    """Return the message of WIS2 that the advisory lies as IWXXM below an address."""
    from stormcone.centre.clock import wall

    xml = iwxxm_2025_2.write(advisory)
    now = wall().replace(microsecond=0)
    return wis2.write(xml, advisory, centre_id=centre_id, pubtime=now, base_url=base_url)


def _made(
    sources: Iterable[Source], write: Write, options: Options, tally: Tally
) -> Iterator[tuple[Bulletin, Advisory]]:
    """Yield what could be written, with what it says; tell of the rest."""
    for source in sources:
        for item in source.items():
            findings = (*item.findings, *_nothing_in(item))
            tally.count(item, findings)
            source.tell(findings)
            for advisory in item.advisories:
                bulletin = _one(source, item, advisory, write, options, tally)
                if bulletin is not None:
                    yield bulletin, advisory


def _one(
    source: Source, item: Item, advisory: Advisory, write: Write, options: Options, tally: Tally
) -> Bulletin | None:
    from stormcone.centre.checks import validator

    try:
        written = converted(advisory, write, validator())
        if options["target"] == "wis2":
            xml = converted(advisory, iwxxm_2025_2.write, validator())
            written = structs.replace(xml, bulletin=written.bulletin)
        bulletin = headed(written.bulletin, advisory, item.heading, options["unit"])
    except BulletinError as error:
        findings: tuple[Finding, ...] = (error.finding,)
    else:
        losses = _losses(bulletin, allowed=options["allow_loss"])
        findings = (*written.findings, *losses, *strange_unit(bulletin, advisory))
        _tell_unchecked(source, item, written, tally)
    wrong = [finding for finding in findings if finding.weight is Weight.ERROR]
    tally.errors += len(wrong)
    source.tell(tuple(shifted(_placed(finding), item) for finding in findings))
    return None if wrong else bulletin


def _placed(finding: Finding) -> Finding:
    """Return a finding with a place: what a writer says is of the whole bulletin."""
    return finding if finding.line else structs.replace(finding, line=1)


def _tell_unchecked(source: Source, item: Item, written: Written, tally: Tally) -> None:
    for reason in written.not_checked:
        tally.unchecked = True
        click.echo(f"{source.name}:{item.line}: not checked: {reason}", err=True)


def _nothing_in(item: Item) -> Iterator[Finding]:
    """Yield why an item that could be read has nothing to convert."""
    if item.recognised and not item.failed and not item.advisories:
        said = f"{CODES['convert.form']}; {item.form}"
        yield Finding(
            code="convert.form", weight=Weight.ERROR, message=said, line=item.line, column=1
        )


def _losses(bulletin: Bulletin, *, allowed: bool) -> Iterator[Finding]:
    weight = Weight.WARNING if allowed else Weight.ERROR
    hint = "" if allowed else " (--allow-loss writes it all the same)"
    for loss in bulletin.losses:
        said = f"{CODES['convert.loss']}; {loss}{hint}"
        yield Finding(code="convert.loss", weight=weight, message=said)


def _named(
    made: Iterator[tuple[Bulletin, Advisory]], tally: Tally, *, together: bool
) -> Iterator[tuple[Bulletin, str]]:
    """Yield bulletins, or COLLECTs of them, with the names of their files."""
    if not together:
        yield from ((bulletin, name_of(bulletin, advisory)) for bulletin, advisory in made)
        return
    try:
        yield from collected(made)
    except BulletinError as error:
        tally.errors += 1
        found = error.finding
        hint = "; name it with --unit CCCC" if found.code == "heading.form" else ""
        click.echo(f"error[{found.code}]: {found.message}{hint}", err=True)


def _save(bulletin: Bulletin, folder: Path, name: str, names: set[str], tally: Tally) -> None:
    if name in names:
        tally.errors += 1
        click.echo(f"{folder / name} was just written; a second of that name is not", err=True)
        return
    names.add(name)
    folder.mkdir(parents=True, exist_ok=True)
    path, body = folder / name, _headed_bytes(bulletin)
    if path.exists() and path.read_bytes() != body:
        tally.errors += 1
        click.echo(f"{path} is there and says something else; name an empty folder", err=True)
        return
    path.write_bytes(body)
    click.echo(path)


def _headed_bytes(bulletin: Bulletin) -> bytes:
    """Return the bytes; a text has its heading line above it, where that is known."""
    if bulletin.heading and bulletin.codec.startswith("tac"):
        return f"{bulletin.heading}\n".encode() + bulletin.data
    return bulletin.data
