"""WMO abbreviated headings of space weather advisories, and the file names made of them."""

import re
from datetime import datetime, timedelta

from msgspec import Struct

from stormcone.advisory.advisory import Advisory
from stormcone.bulletin.bulletin import BulletinError, Finding, Weight
from stormcone.effect.effect import Kind

SERIES = {Kind.GNSS: 1, Kind.HF_COM: 2, Kind.RADIATION: 3, Kind.SATCOM: 4}
TEXT, XML = "FN", "LN"
_HEADING = re.compile(
    r"([A-Z]{4}\d\d) ([A-Z]{4}) (\d\d)(\d\d)(\d\d)(?: ((?:RR|CC|AA)[A-X]))?", re.ASCII
)
_FILE = re.compile(
    r"A_([A-Z]{4}\d\d)([A-Z]{4})(\d{6})((?:RR|CC|AA)[A-X])?"
    r"_C_([A-Z]{4})_((?:\d{4}|-{4})(?:\d\d|--){5})\.([a-z\d]+(?:\.[a-z\d]+)?)",
    re.ASCII,
)
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


def sent_at(heading: Heading, issued: datetime) -> datetime | None:
    """Return when a bulletin was sent, its advisory being issued then; None if on another day.

    Examples
    --------
    >>> from datetime import UTC
    >>> issued = datetime(2026, 1, 31, 23, 58, tzinfo=UTC)
    >>> sent_at(read_heading("FNXX02 EFKL 010003"), issued).isoformat()
    '2026-02-01T00:03:00+00:00'
    """
    days = (issued + timedelta(days=step) for step in (-1, 0, 1))
    sent = (at.replace(hour=heading.hour, minute=heading.minute) for at in days)
    return next((at for at in sent if at.day == heading.day), None)


class FileName(Struct, frozen=True, kw_only=True):
    """The WMO name of a bulletin's file; digits of the time that are not known are ``-``."""

    heading: Heading
    cccc: str
    stamp: str
    extension: str

    def __str__(self) -> str:
        """Return the name."""
        words = str(self.heading).replace(" ", "")
        return f"A_{words}_C_{self.cccc}_{self.stamp}.{self.extension}"

    @property
    def at(self) -> datetime | None:
        """The time, unknown seconds as 0; None where more than those is not known."""
        return _time(self.stamp)


def _time(stamp: str) -> datetime | None:
    known = stamp.removesuffix("--").ljust(14, "0")
    return None if "-" in known else datetime.strptime(f"{known}Z", "%Y%m%d%H%M%S%z")


def file_name(
    heading: Heading, at: datetime, extension: str = "txt", *, seconds: bool = True
) -> str:
    """Return the WMO name of a bulletin's file, `at` being its full time.

    Without `seconds` those stand as ``--``, which says that they are not known.

    Examples
    --------
    >>> from datetime import UTC
    >>> sent = datetime(2026, 1, 20, 17, 39, tzinfo=UTC)
    >>> file_name(read_heading("FNXX02 EFKL 201739"), sent)
    'A_FNXX02EFKL201739_C_EFKL_20260120173900.txt'
    """
    stamp = f"{at:%Y%m%d%H%M%S}" if seconds else f"{at:%Y%m%d%H%M}--"
    name = FileName(heading=heading, cccc=heading.cccc, stamp=stamp, extension=extension)
    return str(name)


def read_file_name(name: str) -> FileName:
    """Return what the WMO name of a bulletin's file says.

    Raises
    ------
    BulletinError
        If it is not ``A_TTAAiiCCCCDDHHMM[BBB]_C_CCCC_yyyyMMddhhmmss.extension``.

    Examples
    --------
    >>> read_file_name("A_LNXX31EFKL301115_C_EFKL_201902011315--.xml").at.isoformat()
    '2019-02-01T13:15:00+00:00'
    """
    match = _FILE.fullmatch(name)
    if match is None:
        example = "A_LNXX02EFKL201739_C_EFKL_20260120173900.xml"
        raise _refused("heading.file", f"{name!r} is not a file name like {example}")
    ttaaii, unit, time, bbb, cccc, stamp, extension = match.groups()
    line = " ".join(word for word in (ttaaii, unit, time, bbb) if word)
    heading = read_heading(line)
    try:
        _time(stamp)
    except ValueError as error:
        raise _refused("heading.file", f"{stamp} in {name!r} is not a time") from error
    return FileName(heading=heading, cccc=cccc, stamp=stamp, extension=extension)


def _refused(code: str, message: str) -> BulletinError:
    return BulletinError(Finding(code=code, weight=Weight.ERROR, message=message))
