"""`stormcone bulletin`: read, check and compare advisories of every form."""

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import get_args

import click
import msgspec
from msgspec import structs

from stormcone.advisory.advisory import Advisory
from stormcone.advisory.threads import Ledger, fold
from stormcone.bulletin import geojson, in_words
from stormcone.bulletin.bulletin import BulletinError
from stormcone.bulletin.check import Asked, check, ledgers_before
from stormcone.bulletin.codes import CODES
from stormcone.bulletin.diff import diff
from stormcone.bulletin.diff import in_words as change_in_words
from stormcone.bulletin.drawn import drawn_together
from stormcone.bulletin.items import Form, Item
from stormcone.cli.bulletin_input import INPUT, Source, Tally, files, with_alerts
from stormcone.cli.common import FILE, WrongError, told
from stormcone.cli.convert import convert
from stormcone.cli.findings import Format, show
from stormcone.observation.alert_events import in_words as event_in_words


@click.group()
def bulletin() -> None:
    """Read, check, convert and compare space weather advisories.

    FILE may be - for standard input, and may hold many bulletins in any order: texts of
    Amendment 79 and 82, IWXXM of any release, COLLECT, NOAA alerts. Exit status: 0 done; 1
    something is wrong with a bulletin; 2 nothing was recognised, or not all could be checked.
    """


bulletin.add_command(convert)


@bulletin.command("read")
@files
@click.option(
    "--as",
    "wanted",
    type=click.Choice(["text", "json", "geojson", "ledger"]),
    default="text",
    show_default=True,
    help="Lines for people, one JSON object a line, one map, or threads and counters.",
)
@click.option(
    "--from",
    "form",
    type=click.Choice(get_args(Form)),
    default="auto",
    show_default=True,
    help="Read only this form.",
)
@click.option("--strict", is_flag=True, help="Refuse every deviation from the form.")
def read_command(files: tuple[Path, ...], wanted: str, form: Form, *, strict: bool) -> None:
    """Print what each bulletin says; one that is bad does not hide the others."""
    tally, advisories = Tally(), list[Advisory]()
    with told():
        for source in map(Source, files):
            for found in source.items(form, strict=strict):
                item = _drawable(found) if wanted in {"text", "geojson"} else found
                if wanted in {"geojson", "ledger"}:
                    advisories += item.advisories
                else:
                    item = _print_item(source, item, as_json=wanted == "json")
                source.tell(item.findings)
                tally.count(item, item.findings)
        if wanted == "geojson":
            click.echo(_as_map(advisories))
        if wanted == "ledger":
            click.echo(msgspec.json.encode(fold(advisories)))
    tally.finish()


def _drawable(item: Item) -> Item:
    """Return an item without the advisories that no map can show, with a finding for each."""
    kept, findings = list[Advisory](), list(item.findings)
    for advisory in item.advisories:
        try:
            for outlook in advisory.outlooks:
                drawn_together(outlook.groups, outlook.at)
        except BulletinError as error:
            findings.append(structs.replace(error.finding, line=item.line, column=item.column))
        else:
            kept.append(advisory)
    return structs.replace(item, advisories=tuple(kept), findings=tuple(findings))


def _print_item(source: Source, item: Item, *, as_json: bool) -> Item:
    item, alerts, events = with_alerts(item)
    place = {
        "file": source.name,
        "line": item.line,
        "form": item.form,
        "heading": item.heading or None,
    }
    if as_json:
        for name, records in (
            ("advisory", item.advisories),
            ("stub", item.stubs),
            ("alert", alerts),
            ("event", events),
        ):
            for record in records:
                click.echo(msgspec.json.encode({**place, name: record}))
        return item
    for advisory in item.advisories:
        click.echo("\n".join(in_words.lines(advisory)) + "\n")
    for stub in item.stubs:
        click.echo(f"a message of status {stub.status}, cut behind it\n")
    for event in events:
        click.echo(event_in_words(event))
    return item


def _as_map(advisories: list[Advisory]) -> bytes:
    """Return one collection of the features of all advisories."""
    features: list[object] = []
    for advisory in advisories:
        features += msgspec.json.decode(geojson.write(advisory).data)["features"]
    return msgspec.json.encode({"type": "FeatureCollection", "features": features})


@bulletin.command("check")
@click.argument("files", nargs=-1, type=INPUT)
@click.option(
    "--strict/--lenient",
    default=True,
    show_default=True,
    help="Whether a deviation from the form of a text is an error.",
)
@click.option("--heading", is_flag=True, help="A text without its WMO heading is wrong.")
@click.option(
    "--against",
    type=FILE,
    help="Judge numbers and threads against STATE.json: `read --as ledger`, `watch state`.",
)
@click.option(
    "--format",
    "form",
    type=click.Choice(get_args(Format)),
    default="text",
    show_default=True,
    help="How findings are printed.",
)
@click.option("--codes", is_flag=True, help="List the codes of all findings, and stop.")
def check_command(
    files: tuple[Path, ...],
    against: Path | None,
    form: Format,
    *,
    strict: bool,
    heading: bool,
    codes: bool,
) -> None:
    """Print everything that is wrong with each bulletin: form, content, heading, XML.

    XML is held against the schemas, the Schematron rules and our own; where a check could not
    be made, that is said, and the exit status is 2.
    """
    if codes:
        click.echo("\n".join(f"{code:20} {meaning}" for code, meaning in sorted(CODES.items())))
        return
    if not files:
        raise click.UsageError("name a FILE to check, or - for standard input")
    tally = Tally()
    with told():
        sources: Iterable[Source] = map(Source, files)
        before: dict[str, Ledger] = {}
        if against is not None:
            sources = list(sources)
            before = _before(against, sources)
        for source in sources:
            name = None if source.name == "-" else Path(source.name).name
            asked = Asked(strict=strict, heading=heading, name=name)
            for item in source.items(keep_form=True):
                _check(source, item, asked, before, form, tally)
        if form == "text":
            click.echo(
                f"{tally.bulletins} bulletins, {tally.errors} errors, {tally.warnings} warnings"
            )
    tally.finish()


def _before(against: Path, sources: Iterable[Source]) -> dict[str, Ledger]:
    """Return what each advisory of the sources is judged against."""
    body = against.read_bytes()
    expected = "the output of `stormcone bulletin read --as ledger` or `watch state --json`"
    try:
        names = msgspec.json.decode(body, type=dict[str, msgspec.Raw])
        ledger = msgspec.json.decode(body, type=Ledger)
    except msgspec.DecodeError as error:
        raise WrongError(f"{against}: {error}; expected {expected}") from error
    if names and not {"counters", "threads"} <= names.keys():
        raise WrongError(f"{against} has no counters and threads; expected {expected}, or {{}}")
    found = (item for source in sources for item in source.items())
    return ledgers_before(ledger, (one for item in found for one in item.advisories))


def _check(
    source: Source,
    item: Item,
    asked: Asked,
    before: dict[str, Ledger],
    form: Format,
    tally: Tally,
) -> None:
    from stormcone.centre.checks import validator

    item, _, _ = with_alerts(item)
    found = check(item, validator(), asked, before)
    tally.count(item, found.findings)
    for finding in found.findings:
        show(finding, source.name, source.lines, form)
    for reason in found.not_checked:
        tally.unchecked = True
        click.echo(f"{source.name}:{item.line}: not checked: {reason}", err=True)


@bulletin.command("diff")
@click.argument("a", type=INPUT)
@click.argument("b", type=INPUT)
@click.option(
    "--format",
    "form",
    type=click.Choice(["text", "json"]),
    default="text",
    show_default=True,
    help="Lines for people, or one JSON object a line.",
)
def diff_command(a: Path, b: Path, form: str) -> None:
    """Print what B says otherwise than A; spelling, order and form are no difference.

    One advisory in each is compared whatever its number, several are paired by number.
    """
    with told():
        old, new = _advisories(a), _advisories(b)
        if len(old) == len(new) == 1:
            new = dict(zip(old, new.values(), strict=True))
        differ = False
        for key in dict.fromkeys([*old, *new]):
            for line in _differences(key, old.get(key), new.get(key), a, b, form):
                differ = True
                click.echo(line)
    raise SystemExit(1 if differ else 0)


def _differences(
    key: str, old: Advisory | None, new: Advisory | None, a: Path, b: Path, form: str
) -> Iterator[str | bytes]:
    """Yield a line for each change of an advisory, or one that only one input has it."""
    if old is None or new is None:
        only = str(b if old is None else a)
        said = {"key": key, "only_in": only}
        yield msgspec.json.encode(said) if form == "json" else f"{key}: only in {only}"
        return
    for change in diff(old, new):
        if form == "json":
            yield msgspec.json.encode({"key": key, **msgspec.to_builtins(change)})
        else:
            yield f"{key} {change_in_words(change)}"


def _advisories(path: Path) -> dict[str, Advisory]:
    """Return the advisories of one input by key; refuse one that cannot be read whole."""
    source, found = Source(path), dict[str, Advisory]()
    for item in source.items():
        source.tell(item.findings)
        if item.failed:
            raise WrongError(f"{path} cannot be compared: a bulletin in it cannot be read")
        for advisory in item.advisories:
            key = advisory.number.key if advisory.number else "draft"
            if key in found:
                raise WrongError(f"{key} stands twice in {path}; leave one to compare")
            found[key] = advisory
    if not found:
        raise WrongError(f"no advisory in {path} to compare")
    return found
