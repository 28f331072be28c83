"""Bulletins from files and standard input, and what a command makes of them in the end."""

import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import NoReturn

import click
from msgspec import structs

from stormcone.bulletin.bulletin import BulletinError, Finding, Weight
from stormcone.bulletin.codes import CODES
from stormcone.bulletin.items import ALERTS, RUBBISH, Form, Item, items
from stormcone.bulletin.tokens import LARGEST_INPUT_BYTES
from stormcone.cli.findings import show_on_error
from stormcone.observation.alert_events import AlertEvent, events
from stormcone.observation.alerts import Alert, read_alerts
from stormcone.observation.feed import UnreadableError

INPUT = click.Path(exists=True, dir_okay=False, allow_dash=True, path_type=Path)
files = click.argument("files", nargs=-1, required=True, type=INPUT)
DONE, WRONG, UNUSABLE = 0, 1, 2
_GZIP = b"\x1f\x8b"


class Source:
    """One input: its name, its bytes, and its lines for carets."""

    def __init__(self, path: Path) -> None:
        self.name = str(path)
        self.data = _bytes(path)
        self._lines: list[str] | None = None

    @property
    def lines(self) -> list[str]:
        """The lines, as a terminal would show them."""
        if self._lines is None:
            self._lines = self.data.decode("utf-8", "replace").split("\n")
        return self._lines

    def items(
        self, form: Form = "auto", *, strict: bool = False, keep_form: bool = False
    ) -> Iterator[Item]:
        """Yield the bulletins; an input that is too large or has none is an error."""
        recognised = False
        try:
            for item in items(self.data, form=form, strict=strict, keep_form=keep_form):
                recognised = recognised or item.recognised
                yield item
        except BulletinError as error:
            yield _rubbish(error.finding)
        else:
            if not recognised:
                said = f"{CODES['input.nothing']}; expected SWX ADVISORY, IWXXM or NOAA alerts"
                yield _rubbish(Finding(code="input.nothing", weight=Weight.ERROR, message=said))

    def tell(self, findings: tuple[Finding, ...]) -> None:
        """Print findings beside the output."""
        for finding in findings:
            show_on_error(finding, self.name, self.lines)


def _rubbish(finding: Finding) -> Item:
    return Item(form=RUBBISH, data=b"", line=1, column=1, findings=(finding,))


def _bytes(path: Path) -> bytes:
    """Read no more, packed by gzip or not, than what is refused for its size anyway."""
    with click.open_file(path, "rb") as file:
        body: bytes = file.read(LARGEST_INPUT_BYTES + 1)
    unpacked = b""
    packed = body.startswith(_GZIP)
    while body.startswith(_GZIP) and len(unpacked) <= LARGEST_INPUT_BYTES:
        member = zlib.decompressobj(wbits=31)
        try:
            unpacked += member.decompress(body, LARGEST_INPUT_BYTES + 1)
        except zlib.error as error:
            raise OSError(f"{path} is a broken gzip file: {error}") from error
        if not (member.eof or len(unpacked) > LARGEST_INPUT_BYTES):
            raise OSError(f"{path} is a gzip file that was cut short")
        body = member.unused_data
    return unpacked if packed else body


class Tally:
    """Counts what was met, and says with which status a command ends."""

    def __init__(self) -> None:
        self.bulletins = self.errors = self.warnings = 0
        self.unchecked = False

    def count(self, item: Item, findings: tuple[Finding, ...]) -> None:
        """Count an item and what was found in it."""
        if item.recognised:
            self.bulletins += max(len(item.advisories) + len(item.stubs), 1)
        self.errors += sum(finding.weight is Weight.ERROR for finding in findings)
        self.warnings += sum(finding.weight is Weight.WARNING for finding in findings)

    def finish(self) -> NoReturn:
        """End the command: 2 if nothing was recognised or not all was checked, 1 if wrong."""
        if self.unchecked or not self.bulletins:
            raise SystemExit(UNUSABLE)
        raise SystemExit(WRONG if self.errors else DONE)


def with_alerts(item: Item) -> tuple[Item, tuple[Alert, ...], tuple[AlertEvent, ...]]:
    """Return an item with the alerts and events that it holds if it is a body of alerts."""
    if item.form != ALERTS:
        return item, (), ()
    try:
        records = tuple(read_alerts(item.data))
    except UnreadableError as error:
        return _noted(item, str(error), Weight.ERROR), (), ()
    alerts = tuple(record for record in records if isinstance(record, Alert))
    for record in records:
        if not isinstance(record, Alert):
            said = f"{record.rows} left out, the first: {record.first}"
            item = _noted(item, said, Weight.WARNING)
    return item, alerts, events(alerts)


def _noted(item: Item, said: str, weight: Weight) -> Item:
    message = f"{CODES['noaa.unreadable']}; {said}"
    finding = Finding(code="noaa.unreadable", weight=weight, message=message, line=item.line)
    return structs.replace(item, findings=(*item.findings, finding))
