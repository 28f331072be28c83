"""Rows of CelesTrak's daily indices: CSSI's fixed width text, or comma separated values."""

import csv
from collections.abc import Callable
from datetime import date, datetime
from itertools import accumulate, pairwise
from math import nan

from msgspec import Struct

from stormcone.observation.feed import UnreadableError
from stormcone.observation.lines import whole_lines

# FORMAT(I4,I3,I3,I5,I3,8I3,I4,8I4,I4,F4.1,I2,I4,F6.1,I2,5F6.1)
_WIDTHS = (4, 3, 3, 5, 3, *[3] * 8, 4, *[4] * 8, 4, 4, 2, 4, 6, 2, *[6] * 5)
_CUTS = tuple(slice(*ends) for ends in pairwise((0, *accumulate(_WIDTHS))))
_NUMBERS = tuple(_CUTS[place] for place in (*range(5, 13), *range(14, 23), 30, 26, 31))
_QUALITY = _CUTS[27]
_INTERPOLATED = ("2", "4")
_CSV_NUMBERS = (
    *(f"{index}{number}" for index in ("KP", "AP") for number in range(1, 9)),
    *("AP_AVG", "F10.7_OBS", "F10.7_ADJ", "F10.7_OBS_CENTER81"),
)


class Row(Struct, frozen=True):
    """Cells as they stand: 8 Kp times ten, 8 ap, Ap, F10.7 observed, at 1 AU, 81-day mean."""

    text: str
    cells: list[str]
    observed: bool
    interpolated: bool
    updated: datetime | None = None

    def day(self) -> date:
        """Return the day.

        Raises
        ------
        ValueError
            If the cell is none.
        """
        return date(*map(int, self.text.split("-")))

    def numbers(self) -> list[float]:
        """Return the cells as 20 numbers, NaN for a blank.

        Raises
        ------
        ValueError
            If one is neither, with the day.
        """
        try:
            return [float(cell) if cell.strip() else nan for cell in self.cells]
        except ValueError as error:
            raise ValueError(f"{self.text}: {error}, expected a number or blanks") from error


def read_table(feed: str, body: bytes) -> list[Row]:
    """Return the rows of either form, the sunspot number left where it is.

    Raises
    ------
    UnreadableError
        If the body is neither form, or rows that it promises are missing.
    """
    lines = whole_lines(feed, body)
    form = _FORMS.get(lines[0].strip()[:5])
    if form is None:
        raise UnreadableError(
            f"{feed}: body starts {lines[0][:40]!r}, expected DATATYPE Cssi... or DATE,"
        )
    try:
        return form(lines)
    except (ValueError, LookupError, TypeError, csv.Error) as error:
        raise UnreadableError(f"{feed}: {error}") from error


def _text_rows(lines: list[str]) -> list[Row]:
    rows: list[Row] = []
    updated, block, promised = None, "", 0
    for line in lines:
        word = line.split(maxsplit=1)[0] if line.strip() else ""
        if word == "UPDATED":
            updated = datetime.strptime(f"{line.strip()} +0000", "UPDATED %Y %b %d %X UTC %z")
        elif word.startswith("NUM_"):
            promised = len(rows) + int(line.split()[1])
        elif word == "BEGIN":
            block = line.split()[1]
        elif word == "END":
            block = _whole(block, promised - len(rows))
        elif block and word:
            rows.append(_text_row(line, block == "OBSERVED", updated))
    if block or not rows or promised != len(rows):
        raise ValueError(
            f"ends after {len(rows)} of {promised} rows without END; it was cut off"
        )
    return rows


def _whole(block: str, lacking: int) -> str:
    if lacking:
        raise ValueError(f"block {block} lacks {lacking} of the rows it promises")
    return ""


def _text_row(line: str, observed: bool, updated: datetime | None) -> Row:
    return Row(
        text=line[:10].replace(" ", "-"),
        cells=[line[cut] for cut in _NUMBERS],
        observed=observed,
        interpolated=line[_QUALITY].strip() in _INTERPOLATED,
        updated=updated,
    )


def _csv_rows(lines: list[str]) -> list[Row]:
    return [
        Row(
            text=row["DATE"],
            cells=[row[name] for name in _CSV_NUMBERS],
            observed=not row["F10.7_DATA_TYPE"].startswith("PR"),
            interpolated=row["F10.7_DATA_TYPE"] == "INT",
        )
        for row in csv.DictReader(lines, restval="?")
    ]


_FORMS: dict[str, Callable[[list[str]], list[Row]]] = {"DATAT": _text_rows, "DATE,": _csv_rows}
