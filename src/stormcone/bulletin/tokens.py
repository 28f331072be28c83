"""Words of a text with the line and column where they stand, and a cursor over them."""

import re
from collections.abc import Collection
from typing import NoReturn

from msgspec import Struct

from stormcone.bulletin.bulletin import BulletinError, Finding, Weight

LARGEST_INPUT_BYTES = 10 * 1024 * 1024
_WORD = re.compile(r"[^\s=-]+|[-=]")
_NOT_TEXT = re.compile(rb"[^\t\n\r\x20-\x7e]")


class Token(Struct, frozen=True):
    """A word, a dash or an equals sign, and its offset in the text."""

    text: str
    offset: int

    @property
    def end(self) -> int:
        """The offset just behind the word."""
        return self.offset + len(self.text)


class Cursor:
    """Reads tokens one by one; every refusal names the place in the bytes as received."""

    def __init__(self, data: bytes) -> None:
        if len(data) > LARGEST_INPUT_BYTES:
            self._refuse_whole("size", f"{len(data)} bytes, over the limit of 10 MiB")
        self.text = data.decode("latin-1")
        strange = _NOT_TEXT.search(data)
        if strange:
            self.fail(
                "character", strange.start(), f"byte {data[strange.start()]:#04x}", "ASCII"
            )
        self.tokens = [Token(m.group(), m.start()) for m in _WORD.finditer(self.text)]
        self.index = 0

    @property
    def done(self) -> bool:
        """Whether every token has been read."""
        return self.index >= len(self.tokens)

    def peek(self, ahead: int = 0) -> str:
        """Return the token that comes, or "" behind the last."""
        at = self.index + ahead
        return self.tokens[at].text if at < len(self.tokens) else ""

    def sees(self, words: Collection[str]) -> bool:
        """Return whether the next tokens are these."""
        return all(self.peek(ahead) == word for ahead, word in enumerate(words))

    def take(self) -> Token:
        """Return the next token and step behind it."""
        if self.done:
            self.wrong("end", "more text")
        token = self.tokens[self.index]
        self.index += 1
        return token

    def took(self, phrase: str) -> bool:
        """Step behind the words of `phrase` if they come next."""
        words = _WORD.findall(phrase)
        seen = self.sees(words)
        self.index += len(words) * seen
        return seen

    def expect(self, phrase: str, code: str = "label") -> None:
        """Step behind the words of `phrase`, which must come next."""
        for word in _WORD.findall(phrase):
            if self.peek() != word:
                self.wrong(code, phrase)
            self.index += 1

    def between(self, token: Token) -> str:
        """Return the blanks between a token and the one that comes next."""
        end = self.tokens[self.index].offset if not self.done else len(self.text)
        return self.text[token.end : end]

    def wrong(self, code: str, expected: str) -> NoReturn:
        """Refuse the next token."""
        where = self.tokens[self.index].offset if not self.done else len(self.text)
        self.fail(code, where, f'"{self.peek()}"' if not self.done else "the end", expected)

    def refuse(self, code: str, token: Token, expected: str) -> NoReturn:
        """Refuse a token that has been read."""
        self.fail(code, token.offset, f'"{token.text}"', expected)

    def fail(self, code: str, offset: int, found: str, expected: str) -> NoReturn:
        """Raise BulletinError with the line and column of `offset`, both from 1."""
        line = self.text.count("\n", 0, offset) + 1
        column = offset - self.text.rfind("\n", 0, offset)
        raise BulletinError(
            Finding(
                code=f"tac.{code}",
                weight=Weight.ERROR,
                message=f"expected {expected}; found {found}",
                line=line,
                column=column,
            )
        )

    def _refuse_whole(self, code: str, message: str) -> NoReturn:
        raise BulletinError(
            Finding(code=f"tac.{code}", weight=Weight.ERROR, message=message, line=1, column=1)
        )
