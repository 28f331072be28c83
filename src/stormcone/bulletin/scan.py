"""Where in some bytes the bulletins are: texts, XML documents, alerts; what is neither."""

import re
from collections.abc import Iterable, Iterator
from enum import StrEnum

from msgspec import Struct


class Kind(StrEnum):
    """What a piece looks like from outside."""

    TEXT = "text"
    XML = "xml"
    JSON = "json"
    RUBBISH = "rubbish"


class Piece(Struct, frozen=True):
    """A stretch of the input, and the line and column (from 1) at which it starts."""

    kind: Kind
    data: bytes
    line: int
    column: int


_LABELS = rb"\s+(?:STATUS|DTG)\s*:"
_TEXT_START = re.compile(
    rb"(?m)(?:^|(?<=\xef\xbb\xbf))[\x00-\x09\x0b-\x20]*"
    rb"(?:F[A-Z]{3}\d\d\b(?:[^\n]*\n\s*|[ \tA-Z\d]{1,30}?))?SWX\s+ADVISORY(?:[^\S\n]*$|"
    + _LABELS
    + rb")"
    rb"|\bSWX\s+ADVISORY" + _LABELS
)
_ROOTS = (b"SpaceWeatherAdvisory", b"MeteorologicalBulletin")
_ROOT = re.compile(rb"<(?:[\w.-]+:)?(" + b"|".join(_ROOTS) + rb")\b")
_DECLARED = re.compile(rb"<\?xml\b")
_XML_HEADING = rb"(?:\bL[A-Z]{3}\d\d [A-Z]{4} \d{6}(?: [A-Z]{3})?\s+)?"
_XML_START = re.compile(_XML_HEADING + b"(?:" + _DECLARED.pattern + b"|" + _ROOT.pattern + b")")
_ROOT_END = {name: re.compile(rb"</(?:[\w.-]+:)?" + name + rb"\s*>") for name in _ROOTS}
_UTF_16 = (b"\xff\xfe", b"\xfe\xff")
_ENVELOPE = re.compile(rb"\x01\s*\d{3,5}\s|ZCZC[^\n]*|NNNN|[\x00-\x20]+|\xef\xbb\xbf")
_LOST = re.compile(rb"\b(?:DTG|SWXC|SWX EFFECT):")


def pieces(data: bytes) -> Iterator[Piece]:
    r"""Yield the pieces of the input in order; blanks and teleprinter envelopes are left out.

    A text runs from its heading line, or from SWX ADVISORY, to its ``=``; a document from its
    heading, declaration or root to the end of its root. One without end runs to the next start.
    JSON is a piece only as the whole input. The time grows linearly with the input.

    Examples
    --------
    >>> [(p.kind.value, p.line) for p in pieces(b"ZCZC\nSWX ADVISORY\nSTATUS: TEST=\noops")]
    [('text', 2), ('rubbish', 4)]
    """
    if data.lstrip()[:1] in {b"[", b"{"}:
        yield Piece(Kind.JSON, data, 1, 1)
    elif data.startswith(_UTF_16):
        yield Piece(Kind.XML if b"<" in data[2:5] else Kind.RUBBISH, data, 1, 1)
    else:
        yield from _placed(data, _spans(data))


def lost(piece: Piece) -> bool:
    """Return whether rubbish has labels of an advisory, whose start must then be misspelt."""
    return piece.kind is Kind.RUBBISH and _LOST.search(piece.data) is not None


def _spans(data: bytes) -> Iterator[tuple[Kind, int, int]]:
    """Yield kind, start and end of what is recognised, and of the rubbish between."""
    ends = _Ends(data)
    at = 0
    while at < len(data):
        kind, start = ends.next_start(at)
        yield Kind.RUBBISH, at, start
        if kind is Kind.RUBBISH:
            return
        at = ends.text_end(start) if kind is Kind.TEXT else ends.xml_end(start)
        yield kind, start, at


class _Ends:
    """Finds starts and ends; what was not found once is never looked for again."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        self._next: dict[re.Pattern[bytes], int] = {}

    def _find(self, pattern: re.Pattern[bytes], at: int) -> int:
        """Return where the pattern stands next, the length of the data if nowhere."""
        if self._next.get(pattern, -1) < at:
            match = pattern.search(self._data, at)
            self._next[pattern] = match.start() if match else len(self._data)
        return self._next[pattern]

    def next_start(self, at: int) -> tuple[Kind, int]:
        """Return what starts next and where; rubbish at the end of the data if nothing does."""
        text, xml = self._find(_TEXT_START, at), self._find(_XML_START, at)
        if text == xml:
            return Kind.RUBBISH, len(self._data)
        return (Kind.TEXT, text) if text < xml else (Kind.XML, xml)

    def text_end(self, start: int) -> int:
        """Return the place behind the ``=`` of a text, or the next start."""
        match = _TEXT_START.match(self._data, start)
        inside = match.end() if match else start
        _, following = self.next_start(inside)
        end = self._data.find(b"=", inside, following)
        return following if end < 0 else end + 1

    def xml_end(self, start: int) -> int:
        """Return the place behind the end of a root, or the next declaration or the end."""
        begun = _XML_START.match(self._data, start)
        inside = begun.end() if begun else start + 1
        root, following = self._find(_ROOT, start), self._find(_DECLARED, inside)
        named = _ROOT.match(self._data, root)
        if named is None or root > following:
            return following
        end = self._find(_ROOT_END[named[1]], root)
        behind = self._data.find(b">", end) + 1
        return behind if 0 < behind <= following else following


def _placed(data: bytes, spans: Iterable[tuple[Kind, int, int]]) -> Iterator[Piece]:
    """Yield the spans that say something, with their places; each byte is counted once."""
    line, line_start, at = 1, 0, 0
    for kind, start, end in spans:
        begin = _behind_envelopes(data, start, end)
        if begin == end:
            continue
        line += data.count(b"\n", at, begin)
        line_start = max(data.rfind(b"\n", at, begin) + 1, line_start)
        at = begin
        yield Piece(kind, data[begin:end], line, begin - line_start + 1)


def _behind_envelopes(data: bytes, start: int, end: int) -> int:
    """Return where something stands that is neither blank nor a teleprinter's envelope."""
    while start < end and (match := _ENVELOPE.match(data, start, end)):
        start = match.end()
    return start
