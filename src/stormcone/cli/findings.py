"""Findings on a terminal, as JSON, and as annotations of a code review."""

import re
from collections.abc import Callable
from typing import Literal

import click
import msgspec

from stormcone.bulletin.bulletin import Finding

Format = Literal["text", "json", "github"]
_WIDEST, _BEFORE, _LONGEST = 120, 60, 1000
"""Of a longer line only what stands around the place is shown."""
_MARKED = re.compile(r"[^\s=-]+|.")


def show(finding: Finding, file: str, source: list[str], form: Format = "text") -> None:
    """Print one finding of a file whose lines are `source`."""
    click.echo(_FORMS[form](finding, file, source))


def show_on_error(finding: Finding, file: str, source: list[str]) -> None:
    """Print one finding beside what else a command prints."""
    click.echo(_as_text(finding, file, source), err=True)


def _as_text(finding: Finding, file: str, source: list[str]) -> str:
    """Return place, weight, code and message, then the line with a caret under the word."""
    place = ":".join(str(part) for part in (file, finding.line, finding.column) if part)
    said = _harmless(f"{place}: {finding.weight}[{finding.code}]: {finding.message}")[:_LONGEST]
    if not 0 < finding.line <= len(source) or not finding.column:
        return said
    line, at = source[finding.line - 1], finding.column - 1
    start = max(at - _BEFORE, 0) if len(line) > _WIDEST else 0
    line, at = _harmless(line[start : start + _WIDEST].rstrip()), at - start
    word = _MARKED.match(line, at)
    caret = " " * at + "^" * (len(word.group()) if word else 1)
    return f"{said}\n  {line}\n  {caret}"


def _harmless(text: str) -> str:
    """Return a line without the signs that steer a terminal."""
    return "".join(sign if sign.isprintable() else " " for sign in text)


def _as_json(finding: Finding, file: str, _source: list[str]) -> str:
    return msgspec.json.encode({"file": file, **msgspec.to_builtins(finding)}).decode()


def _as_annotation(finding: Finding, file: str, _source: list[str]) -> str:
    message = finding.message.replace("%", "%25").replace("\n", "%0A")
    place = f"file={file},line={finding.line or 1},col={finding.column or 1}"
    return f"::{finding.weight} {place},title={finding.code}::{message}"


_FORMS: dict[Format, Callable[[Finding, str, list[str]], str]] = {
    "text": _as_text,
    "json": _as_json,
    "github": _as_annotation,
}
