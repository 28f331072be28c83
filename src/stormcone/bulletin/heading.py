"""WMO abbreviated headings of space weather advisories, and the file names made of them."""

import re
from datetime import datetime

from msgspec import Struct

from stormcone.advisory.advisory import Advisory
from stormcone.bulletin.bulletin import BulletinError, Finding, Weight
from stormcone.effect.effect import Kind

SERIES = {Kind.GNSS: 1, Kind.HF_COM: 2, Kind.RADIATION: 3, Kind.SATCOM: 4}
TEXT, XML = "FN", "LN"
_HEADING = re.compile(r"([A-Z]{4}\d\d) ([A-Z]{4}) (\d\d)(\d\d)(\d\d)(?: ((?:RR|CC|AA)[A-X]))?")
_CCCC = re.compile(r"[A-Z]{4}")


class Heading(Struct, frozen=True):
    """The heading of a bulletin: ``FNXX02 EFKL 201739``, and ``CCA`` for a correction."""

    ttaaii: str
    cccc: str
    day: int
    hour: int
    minute: int
    bbb: str | None = None

    def __str__(self) -> str:
        """Return the line as it is sent."""
        late = f" {self.bbb}" if self.bbb else ""
        return f"{self.ttaaii} {self.cccc} {self.day:02}{self.hour:02}{self.minute:02}{late}"

    @property
    def effect(self) -> Kind | None:
        """The effect that the number stands for, or None."""
        return next((k for k, ii in SERIES.items() if self.ttaaii[4:] == f"{ii:02}"), None)


def heading_for(
    advisory: Advisory,
    cccc: str,
    at: datetime,
    *,
    data_type: str = TEXT,
    bbb: str | None = None,
) -> Heading:
    """Return the heading under which unit `cccc` sends an advisory at `at`.

    Raises
    ------
    BulletinError
        If the effect has no series of bulletins (SHELTER), or `cccc` is not four letters.
    """
    kind = advisory.effects[0]
    if kind not in SERIES:
        raise _refused("heading.effect", f"{kind} has no WMO heading; send it in another form")
    if not _CCCC.fullmatch(cccc):
        raise _refused("heading.unit", f"{cccc!r} is not four capital letters, like ZBBB")
    ttaaii = f"{data_type}XX{SERIES[kind]:02}"
    return Heading(ttaaii, cccc, at.day, at.hour, at.minute, bbb)


def read_heading(line: str) -> Heading:
    """Return the heading in `line`.

    Raises
    ------
    BulletinError
        If it is not ``TTAAii CCCC DDHHMM`` with an optional RRx, CCx or AAx.

    Examples
    --------
    >>> read_heading("FNXX02 EFKL 201739").effect
    <Kind.HF_COM: 'HF COM'>
    """
    match = _HEADING.fullmatch(line)
    if match is None:
        raise _refused("heading.form", f"{line!r} is not a heading like FNXX02 EFKL 201739")
    ttaaii, cccc, day, hour, minute, bbb = match.groups()
    if not (1 <= int(day) <= 31 and int(hour) <= 23 and int(minute) <= 59):
        raise _refused("heading.time", f"{day}{hour}{minute} is not a day, hour and minute")
    return Heading(ttaaii, cccc, int(day), int(hour), int(minute), bbb)


def file_name(heading: Heading, at: datetime, extension: str = "txt") -> str:
    """Return the WMO name of a bulletin's file, `at` being its full time.

    Examples
    --------
    >>> from datetime import UTC
    >>> sent = datetime(2026, 1, 20, 17, 39, tzinfo=UTC)
    >>> file_name(read_heading("FNXX02 EFKL 201739"), sent)
    'A_FNXX02EFKL201739_C_EFKL_20260120173900.txt'
    """
    words = str(heading).replace(" ", "")
    return f"A_{words}_C_{heading.cccc}_{at:%Y%m%d%H%M%S}.{extension}"


def _refused(code: str, message: str) -> BulletinError:
    return BulletinError(Finding(code=code, weight=Weight.ERROR, message=message))
