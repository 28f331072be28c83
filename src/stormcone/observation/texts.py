"""Text products of SWPC: when one was issued, whether it is whole, which day it speaks of."""

import re
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

from msgspec import Struct

from stormcone.observation.feed import (
    Notice,
    Observation,
    Provenance,
    UnreadableError,
)
from stormcone.observation.kp import to_thirds
from stormcone.reference.utc import plausible

DAY = timedelta(days=1)
_ISSUED = re.compile(r"^:Issued:\s*(.+?)\s*$", re.MULTILINE)
_ISSUE_FORMS = ("%Y %b %d %H%M UTC", "%H%M UT %d %b %Y")
_DAY_FORMS = ("%Y %b %d", "%Y %d %b", "%Y %d %B", "%Y %B %d")


class IncompleteError(UnreadableError):
    """A product stops before its last section; a later read may find it whole."""


class Text(Struct, frozen=True, kw_only=True):
    """A text product: what was served, its lines, and when it was issued."""

    feed: str
    raw: str
    lines: tuple[str, ...]
    issued: datetime

    def notice(self, kind: str) -> Notice:
        """Return the product as a Notice of that kind, its text untouched."""
        return Notice(code=self.feed, kind=kind, issued=self.issued, text=self.raw)

    def forecast(
        self, quantity: str, cell: str, at: datetime, source: str, span: timedelta = DAY
    ) -> Observation:
        """Return the number in `cell` of a table as a forecast made when this was issued."""
        value = float(cell)
        return Observation(
            quantity=quantity,
            value=to_thirds(value) if quantity == "kp" else value,
            at=at,
            span_s=span.total_seconds(),
            source=source,
            published=self.issued,
            provenance=Provenance.FORECAST,
        )

    def day(self, text: str, form: str) -> datetime:
        """Return the midnight that `text` writes in the `form` of strptime.

        Raises
        ------
        UnreadableError
            If it does not.
        """
        day = _first(text, (form,))
        if day is None:
            raise UnreadableError(f"{self.feed}: {text!r} is no day of the form {form!r}")
        return day

    def day_near(self, text: str) -> datetime:
        """Return the midnight of ``Aug 01``, ``01 Aug`` or ``19 August`` nearest the issue.

        Tables name no year; around New Year it is not always that of the issue.

        Raises
        ------
        UnreadableError
            If `text` is no day of any of the years around.
        """
        years = (self.issued.year - 1, self.issued.year, self.issued.year + 1)
        days = [day for year in years if (day := _first(f"{year} {text}", _DAY_FORMS))]
        if not days:
            raise UnreadableError(f"{self.feed}: {text!r} is no day, expected one like Aug 01")
        return min(days, key=lambda day: abs(day - self.issued))

    def whole(self, found: Iterable[Observation], count: int) -> list[Observation]:
        """Return `found`, oldest first, if they are the `count` numbers of all its tables.

        Raises
        ------
        IncompleteError
            If they are not.
        """
        in_order = sorted(found, key=lambda one: one.at)
        if len(in_order) != count:
            raise IncompleteError(
                f"{self.feed}: {len(in_order)} numbers in its tables, expected {count}"
            )
        return in_order


def read_text(feed: str, body: bytes, last: str) -> Text:
    """Return a product that says when it was issued and holds its `last` section (a pattern).

    Raises
    ------
    UnreadableError
        If it is no text or has no issue time.
    IncompleteError
        If the last section is missing.
    """
    try:
        raw = body.decode()
    except UnicodeDecodeError as error:
        raise UnreadableError(f"{feed}: body is no UTF-8 text: {error}") from error
    lines = tuple(raw.splitlines())
    issued = read_issued(feed, raw)
    if not re.search(last, raw, re.MULTILINE):
        raise IncompleteError(
            f"{feed}: {len(lines)} lines without the last section, expected {last!r}"
        )
    return Text(feed=feed, raw=raw, lines=lines, issued=issued)


def read_issued(feed: str, raw: str) -> datetime:
    """Return the time of the ``:Issued:`` line, in either order that SWPC writes it.

    Raises
    ------
    UnreadableError
        If there is no such line, or its time is of neither form.

    Examples
    --------
    >>> read_issued("x", ":Issued: 0225 UT 20 Aug 2026")
    datetime.datetime(2026, 8, 20, 2, 25, tzinfo=datetime.timezone.utc)
    """
    found = _ISSUED.search(raw)
    text = found[1] if found else ""
    issued = _first(text, _ISSUE_FORMS)
    if issued is None:
        raise UnreadableError(
            f"{feed}: issued {text!r}, expected a line like ':Issued: 2026 Oct 15 1230 UTC'"
        )
    return issued


def days_from(first: datetime, count: int) -> tuple[datetime, ...]:
    """Return `count` midnights from `first` on."""
    return tuple(first + n * DAY for n in range(count))


def _first(text: str, forms: Iterable[str]) -> datetime | None:
    for form in forms:
        try:
            return plausible(datetime.strptime(text, form).replace(tzinfo=UTC))
        except ValueError:
            continue
    return None
