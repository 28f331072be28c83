"""Every bulletin in some bytes, whatever its form, each read on its own."""

import re
from collections.abc import Callable, Iterator
from typing import Literal, NoReturn

from msgspec import Struct, structs

from stormcone.advisory.advisory import Advisory
from stormcone.bulletin import iwxxm, tac
from stormcone.bulletin.bulletin import BulletinError, Finding, Read, Stub, Weight
from stormcone.bulletin.codes import CODES
from stormcone.bulletin.scan import Kind, Piece, lost, pieces
from stormcone.bulletin.tokens import LARGEST_INPUT_BYTES

Form = Literal["auto", "tac", "tac79", "tac82", "iwxxm", "collect", "noaa"]
FORMS: dict[Form, frozenset[Kind]] = {
    "auto": frozenset(Kind),
    "tac": frozenset({Kind.TEXT}),
    "tac79": frozenset({Kind.TEXT}),
    "tac82": frozenset({Kind.TEXT}),
    "iwxxm": frozenset({Kind.XML}),
    "collect": frozenset({Kind.XML}),
    "noaa": frozenset({Kind.JSON}),
}
MOST_ITEMS = 20_000
LARGEST_TEXT_BYTES = 256 * 1024
ALERTS = "noaa"
RUBBISH = "rubbish"
_HEADING = re.compile(rb"\s*(F[A-Z]{3}\d\d\b[^\n]*?)\s*(?:\n|\bSWX\s+ADVISORY)")

_XML_HEADING = re.compile(rb"\s*(L[A-Z]{3}\d\d [A-Z]{4} \d{6}(?: [A-Z]{3})?)\s+(?=<)")


class Item(Struct, frozen=True, kw_only=True):
    """One bulletin, or what is none: what was read of it, and what is wrong with it.

    `form` is the codec's name (``tac-amd82``, ``iwxxm-2025-2``), ``noaa`` for a body of alerts,
    or ``rubbish``. `line` and the places of the findings count from the start of the input.
    """

    form: str
    data: bytes
    line: int
    column: int
    heading: str = ""
    advisories: tuple[Advisory, ...] = ()
    stubs: tuple[Stub, ...] = ()
    findings: tuple[Finding, ...] = ()

    @property
    def failed(self) -> bool:
        """Whether it could not be read, or not all of it."""
        return any(finding.weight is Weight.ERROR for finding in self.findings)

    @property
    def recognised(self) -> bool:
        """Whether it is a bulletin of some form at all."""
        return self.form != RUBBISH


def items(
    data: bytes, *, form: Form = "auto", strict: bool = False, keep_form: bool = False
) -> Iterator[Item]:
    r"""Yield each bulletin of the input in order; one that is bad does not hide the others.

    Parameters
    ----------
    data
        Texts, XML documents and COLLECTs of them in any order, with anything between them; or
        a body of NOAA alerts, which is handed on unread.
    form
        Take only this form; the rest is rubbish then.
    strict
        Refuse every deviation of a text from its form, and rubbish.
    keep_form
        Keep the doubled vertices of a text's polygons, which are dropped otherwise.

    Raises
    ------
    BulletinError
        If the input is larger than 10 MiB, or holds more than 20 000 pieces.

    Examples
    --------
    >>> [(item.form, item.failed) for item in items(b"SWX ADVISORY\nSTATUS: TEST=")]
    [('tac-amd82', False)]
    """
    if len(data) > LARGEST_INPUT_BYTES:
        raise _too_much(f"expected at most 10 MiB; found {len(data)} bytes", 1)
    for count, piece in enumerate(pieces(data), 1):
        if count > MOST_ITEMS:
            raise _too_much(f"expected at most {MOST_ITEMS} bulletins in one input", piece.line)
        yield _item(piece, form, strict=strict, keep_form=keep_form)


def _refuse(said: str, piece: Piece) -> NoReturn:
    raise _too_much(f"{said}; found {len(piece.data)}", 1)


def _too_much(said: str, line: int) -> BulletinError:
    message = f"{CODES['tac.size']}; {said}; split it"
    finding = Finding(
        code="tac.size", weight=Weight.ERROR, message=message, line=line, column=1
    )
    return BulletinError(finding)


def _item(piece: Piece, form: Form, *, strict: bool, keep_form: bool) -> Item:
    if piece.kind not in FORMS[form] or piece.kind is Kind.RUBBISH:
        return _rubbish(piece, strict=strict)
    if piece.kind is Kind.JSON:
        return Item(form=ALERTS, data=piece.data, line=piece.line, column=piece.column)
    if piece.kind is Kind.XML:
        above, document = _without_heading(piece)
        return _read(
            document,
            above,
            iwxxm.form_of,
            lambda _: _read_xml(document.data, strict=strict),
        )
    if len(piece.data) > LARGEST_TEXT_BYTES:
        said = f"expected an advisory of at most {LARGEST_TEXT_BYTES} bytes"
        return _read(piece, "", lambda _: "tac", lambda _: _refuse(said, piece))
    named = {"tac79": "tac-amd79", "tac82": "tac-amd82"}.get(form)
    heading = _HEADING.match(piece.data)
    return _read(
        piece,
        heading[1].decode("latin-1") if heading else "",
        lambda data: named or tac.amendment(data),
        lambda name: tac.READERS[name](piece.data, strict=strict, keep_form=keep_form),
    )


def _without_heading(piece: Piece) -> tuple[str, Piece]:
    """Return the heading above a document, "" for none, and the document."""
    above = _XML_HEADING.match(piece.data)
    if above is None:
        return "", piece
    line = piece.line + above[0].count(b"\n")
    column = 1 if line > piece.line else piece.column + above.end()
    document = structs.replace(piece, data=piece.data[above.end() :], line=line, column=column)
    return above[1].decode("latin-1"), document


def _read(
    piece: Piece, heading: str, name: Callable[[bytes], str], read: Callable[[str], Read]
) -> Item:
    """Return the item that a reader makes of a piece, or its refusal."""
    form = piece.kind.value
    try:
        form = name(piece.data)
        found = read(form)
    except BulletinError as error:
        found = Read(findings=(error.finding,))
    return Item(
        form=form,
        data=piece.data,
        line=piece.line,
        column=piece.column,
        heading=heading,
        advisories=found.advisories,
        stubs=found.stubs,
        findings=tuple(shifted(finding, piece) for finding in found.findings),
    )


def _read_xml(data: bytes, *, strict: bool) -> Read:
    """Return what a document says; a text that failed to be translated is tried leniently."""
    found = iwxxm.read(data, strict=strict)
    text = iwxxm.failed_tac(data)
    if text is None:
        return found
    try:
        inner = tac.read(text.encode(), strict=False)
    except BulletinError as error:
        inner = Read(findings=(structs.replace(error.finding, line=0, column=0),))
    return Read(
        advisories=found.advisories + inner.advisories,
        findings=found.findings + inner.findings,
    )


def _rubbish(piece: Piece, *, strict: bool) -> Item:
    weight = Weight.ERROR if strict or lost(piece) else Weight.WARNING
    code = "tac.start" if lost(piece) else "tac.rubbish"
    start = piece.data[:40].splitlines()[0].decode("latin-1").strip()
    said = f'{CODES[code]}; expected SWX ADVISORY or IWXXM; found "{start}"'
    finding = Finding(
        code=code, weight=weight, message=said, line=piece.line, column=piece.column
    )
    return Item(
        form=RUBBISH,
        data=piece.data,
        line=piece.line,
        column=piece.column,
        findings=(finding,),
    )


def shifted(finding: Finding, piece: Piece | Item) -> Finding:
    """Return a finding of a piece with its place in the whole input."""
    if not finding.line:
        return finding
    column = finding.column + (piece.column - 1 if finding.line == 1 else 0)
    return structs.replace(finding, line=finding.line + piece.line - 1, column=column)
