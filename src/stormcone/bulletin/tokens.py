"""Words of a text with the line and column where they stand, and a cursor over them."""

import re
from bisect import bisect_left
from collections.abc import Collection
from functools import cache
from typing import NoReturn

from msgspec import Struct

from stormcone.bulletin.bulletin import BulletinError, Finding, Weight
from stormcone.bulletin.codes import CODES

LARGEST_INPUT_BYTES = 10 * 1024 * 1024
_WORD = re.compile(r"[^\s=-]+|[-=]")
_BREAK = re.compile("\n")
_NOT_TEXT = re.compile(r"[^\t\n\r\x20-\x7e]")
_BLANKS = "\ufeff\xa0"
_DASHES = "\u2010\u2011\u2012\u2013\u2014\u2015"
_ODD = re.compile(f"[{_BLANKS}{_DASHES}]")
_PLAIN = str.maketrans(dict.fromkeys(_BLANKS, " ") | dict.fromkeys(_DASHES, "-"))


class Rules(Struct, frozen=True, kw_only=True):
    """How strictly a reader reads, whether doubled vertices stay, and its form's own words.

    `minutes` allows minutes of arc in coordinates; `sides` are the words for half the Earth.
    """

    strict: bool = True
    keep_form: bool = False
    minutes: bool = False
    sides: frozenset[str] = frozenset({"DAYSIDE", "NIGHTSIDE"})


@cache
def _words(phrase: str) -> tuple[str, ...]:
    return tuple(_WORD.findall(phrase))


class Cursor:
    """Reads words one by one; every refusal names the place in the text as received.

    `word` is the one that comes next, "" behind the last. A deviation from the form is refused
    if `rules.strict`, and else noted in `findings`.
    """

    def __init__(self, data: bytes, rules: Rules) -> None:
        self.rules = rules
        self.findings: list[Finding] = []
        self.text = self._plain(data)
        self._breaks: list[int] | None = None
        found = list(_WORD.finditer(self.text))
        self.words = [match.group() for match in found]
        self.starts = [match.start() for match in found]
        end = self.starts[-1] + len(self.words[-1]) if found else 0
        self.words.append("")
        self.starts.append(end)
        self.index = 0

    @property
    def word(self) -> str:
        """The word that comes next, or "" behind the last."""
        return self.words[self.index]

    @property
    def done(self) -> bool:
        """Whether every word has been read."""
        return self.index == len(self.words) - 1

    def take(self) -> str:
        """Return the next word and step behind it."""
        word = self.words[self.index]
        if not word:
            self.wrong("end", "more text")
        self.index += 1
        return word

    def sees(self, phrase: str) -> bool:
        """Return whether the words of `phrase` come next."""
        words, at = _words(phrase), self.index
        if words[0] != self.words[at]:
            return False
        return words == tuple(self.words[at : at + len(words)])

    def took(self, phrase: str) -> bool:
        """Step behind the words of `phrase` if they come next."""
        seen = self.sees(phrase)
        if seen:
            self.index += len(_words(phrase))
        return seen

    def expect(self, phrase: str, code: str = "label") -> None:
        """Step behind the words of `phrase`, which must come next."""
        for word in _words(phrase):
            if self.words[self.index] != word:
                self.wrong(code, phrase)
            self.index += 1

    def find(self, phrases: Collection[str]) -> int:
        """Return the index of the first place from here on where one of `phrases` stands."""
        wanted = [_words(phrase) for phrase in phrases]
        firsts = {words[0] for words in wanted}
        for at in range(self.index, len(self.words) - 1):
            if self.words[at] in firsts and any(
                tuple(self.words[at : at + len(words)]) == words for words in wanted
            ):
                return at
        return len(self.words) - 1

    def between(self, first: int, behind: int) -> str:
        """Return the text from the word `first` up to the word `behind`, blanks folded."""
        return " ".join(self.text[self.starts[first] : self.starts[behind]].split())

    def ends_line(self) -> bool:
        """Return whether a line ends between the word read last and the next one."""
        last, following = self.starts[self.index - 1], self.starts[self.index]
        return self.done or "\n" in self.text[last:following]

    def wrong(self, code: str, expected: str) -> NoReturn:
        """Refuse the next word."""
        self.refuse(code, expected, self.index)

    def refuse(self, code: str, expected: str, at: int | None = None) -> NoReturn:
        """Refuse the word of index `at`, or the one read last."""
        raise BulletinError(self._finding(code, expected, at, Weight.ERROR))

    def forgive(self, code: str, expected: str, at: int | None = None) -> None:
        """Note a deviation at the word of index `at`, or at the one read last.

        Raises
        ------
        BulletinError
            If the reader is strict.
        """
        if self.rules.strict:
            self.refuse(code, expected, at)
        self.findings.append(self._finding(code, expected, at, Weight.WARNING))

    def note(self, code: str, said: str, at: int) -> None:
        """Note a slip of content at the word of index `at`, which no reader refuses."""
        self.findings.append(self._placed(at, code, said, Weight.WARNING))

    def _finding(self, code: str, expected: str, at: int | None, weight: Weight) -> Finding:
        index = self.index - 1 if at is None else at
        found = f'"{self.words[index]}"' if self.words[index] else "the end"
        said = f"expected {expected}; found {found}"
        return self._placed(index, f"tac.{code}", said, weight)

    def _placed(self, index: int, code: str, said: str, weight: Weight) -> Finding:
        """Return a finding at a word; line ends are looked for once for all findings."""
        if self._breaks is None:
            self._breaks = [match.start() for match in _BREAK.finditer(self.text)]
        offset = self.starts[index]
        line = bisect_left(self._breaks, offset)
        start = self._breaks[line - 1] + 1 if line else 0
        return Finding(
            code=code,
            weight=weight,
            message=f"{CODES[code]}; {said}",
            line=line + 1,
            column=offset - start + 1,
        )

    def _plain(self, data: bytes) -> str:
        """Return the text; refuse what is no text, forgive blanks and dashes of other sets."""
        text = decoded(data)
        odd = None if self.rules.strict else _ODD.search(text)
        if odd:
            self.findings.append(_strange(text, odd, Weight.WARNING))
            text = text.translate(_PLAIN)
        strange = _NOT_TEXT.search(text)
        if strange:
            raise BulletinError(_strange(text, strange, Weight.ERROR))
        return text


def _strange(text: str, sign: re.Match[str], weight: Weight) -> Finding:
    said = f"expected ASCII; found U+{ord(sign.group()):04X}"
    return placed(text, sign.start(), "tac.character", said, weight)


def decoded(data: bytes) -> str:
    """Return bytes as text: UTF-8, or else each byte as one character.

    Raises
    ------
    BulletinError
        If they are over the limit.
    """
    if len(data) > LARGEST_INPUT_BYTES:
        said = f"expected at most 10 MiB; found {len(data)} bytes"
        raise BulletinError(placed("", 0, "tac.size", said, Weight.ERROR))
    try:
        return data.decode()
    except UnicodeDecodeError:
        return data.decode("latin-1")


def placed(text: str, offset: int, code: str, said: str, weight: Weight) -> Finding:
    """Return a finding with the line and column of `offset`, both from 1."""
    return Finding(
        code=code,
        weight=weight,
        message=f"{CODES[code]}; {said}",
        line=text.count("\n", 0, offset) + 1,
        column=offset - text.rfind("\n", 0, offset),
    )
