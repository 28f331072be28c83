"""The text form of ICAO Amendment 82: the strict writer; its reader is `tac_read`."""

from collections.abc import Iterator
from datetime import datetime
from textwrap import wrap

from stormcone.advisory.advisory import Advisory, Group, Number, Outlook, State, Status
from stormcone.advisory.remarks import remark_faults
from stormcone.bulletin.bulletin import Bulletin, BulletinError, Finding, Weight
from stormcone.bulletin.heading import SERIES
from stormcone.bulletin.tac_read import read
from stormcone.effect.effect import Severity
from stormcone.reference.areas import Levels, Region, longitudes_text, point_text

__all__ = ["CODEC", "preview", "read", "write"]

CODEC = "tac-amd82"
MEDIA_TYPE = "text/plain; charset=us-ascii"
LONGEST_LINE = 68
VALUE_COLUMN = 19
OUTLOOKS = 5
STATUS_WORDS = {Status.TEST: "TEST", Status.EXERCISE: "EXER"}
_TIED = "\xa0"  # a blank at which no line may end


def write(
    advisory: Advisory, *, padded: bool = True, keep_form: bool = False, heading: str = ""
) -> Bulletin:
    """Return a released advisory as text, without its heading line, which `heading` carries.

    `padded` starts values in column 19. Groups are written SEV first, unless `keep_form` keeps
    the order in which they were read.

    Raises
    ------
    BulletinError
        If the advisory has no number or time of issue, or says what the form cannot carry.
    """
    if advisory.number is None or advisory.issued is None:
        raise _refused("tac.number", "a draft has no number or time of issue; see preview()")
    number, issued = str(advisory.number), _date(advisory.issued)
    lines = list(_lines(advisory, number, issued, keep_form=keep_form))
    return Bulletin(
        heading=heading,
        data=(_laid_out(lines, padded=padded) + "=\n").encode("ascii"),
        media_type=MEDIA_TYPE,
        codec=CODEC,
    )


def preview(advisory: Advisory, next_free: Number) -> Bulletin:
    """Return a draft as it would look, marked as one; no reader takes it for a bulletin.

    `next_free` is shown as the number that a release at once would get.
    """
    number = f"{next_free.year}/NNNN"
    lines = list(_lines(advisory, number, "YYYYMMDD/HHMMZ", keep_form=False))
    mark = f"DRAFT - NOT A BULLETIN - NEXT FREE NUMBER {next_free}\n"
    text = mark + _laid_out(lines, padded=True) + "\n"
    return Bulletin(
        heading="", data=text.encode("ascii"), media_type=MEDIA_TYPE, codec=f"{CODEC}-draft"
    )


def _lines(
    advisory: Advisory, number: str, issued: str, *, keep_form: bool
) -> Iterator[tuple[str, str]]:
    """Yield labels and values in the order of the form; blanks inside an atom are tied."""
    _check(advisory)
    if advisory.status in STATUS_WORDS:
        yield "STATUS:", STATUS_WORDS[advisory.status]
    yield "DTG:", issued
    yield "SWXC:", advisory.centre
    yield "SWX EFFECT:", advisory.effects[0]
    yield "ADVISORY NR:", number
    if advisory.replaces:
        yield "NR RPLC:", " ".join(str(replaced) for replaced in advisory.replaces)
    for hours, outlook in enumerate(advisory.outlooks):
        yield _label(hours, outlook), _outlook(outlook, keep_form=keep_form)
    yield "RMK:", advisory.remark or "NIL"
    yield "NXT ADVISORY:", _next(advisory.next_by)


def _check(advisory: Advisory) -> None:
    if len(advisory.effects) != 1 or advisory.effects[0] not in SERIES:
        effects = " AND ".join(advisory.effects)
        raise _refused("tac.effect", f"ICAO's text has no form for {effects}")
    if len(advisory.outlooks) != OUTLOOKS:
        raise _refused("tac.outlooks", f"{len(advisory.outlooks)} outlooks; the form has five")
    if any(outlook.observed for outlook in advisory.outlooks[1:]):
        raise _refused("tac.outlooks", "only the first outlook can be an observation")
    if any(replaced.effect != advisory.effects[0] for replaced in advisory.replaces):
        raise _refused("tac.replaces", "a number of another effect cannot be replaced in text")
    if advisory.remark is not None:
        for fault in remark_faults(advisory.remark):
            raise _refused("tac.remark", fault)
    if not advisory.centre.isascii() or " " in advisory.centre:
        raise _refused("tac.centre", f"SWXC {advisory.centre!r} is not one word of ASCII")


def _label(index: int, outlook: Outlook) -> str:
    if index:
        return f"FCST SWX +{6 * index} HR:"
    return "OBS SWX:" if outlook.observed else "FCST SWX:"


def _outlook(outlook: Outlook, *, keep_form: bool) -> str:
    time = f"{outlook.at:%d/%H%MZ}"
    if outlook.state is not State.GROUPS:
        return f"{time} {_tied(outlook.state)}"
    groups = list(outlook.groups)
    if not keep_form:
        groups.sort(key=lambda group: group.severity is not Severity.SEVERE)
    return " ".join([time, *(_group(group) for group in groups)])


def _group(group: Group) -> str:
    levels = f" {_levels(group.levels)}" if group.levels else ""
    return f"{group.severity} {_region(group.region)}{levels}"


def _region(region: Region) -> str:
    """Return the words of a region, tied so that no line ends inside a pair or a range."""
    if region.asset is not None:
        raise _refused("tac.region", f"ICAO's text has no form for the asset {region.asset}")
    if region.polygon:
        if region.polygon[0] != region.polygon[-1] or len(region.polygon) < 4:
            raise _refused("polygon.open", f"the polygon {region.polygon} is not a closed ring")
        return f"{_TIED}- ".join(_tied(_point(point)) for point in region.polygon)
    if not (region.bands or region.side):
        raise _refused("tac.region", "longitudes need a band or a side before them")
    words: list[str] = [*region.bands, *([region.side] if region.side else [])]
    ranges = [_tied(longitudes_text(region.longitudes))] if region.longitudes else []
    return " ".join(words + ranges)


def _point(point: tuple[float, float]) -> str:
    try:
        return point_text(point)
    except ValueError as error:
        raise _refused("polygon.range", str(error)) from error


def _levels(levels: Levels) -> str:
    if levels.upper_fl is None:
        return _tied(f"ABV FL{levels.lower_fl:03}")
    return f"FL{levels.lower_fl:03}-{levels.upper_fl:03}"


def _next(next_by: datetime | None) -> str:
    if next_by is None:
        return "NO FURTHER ADVISORIES"
    return f"WILL BE ISSUED BY {_date(next_by)}"


def _date(at: datetime) -> str:
    return f"{at:%Y%m%d/%H%MZ}"


def _tied(text: str) -> str:
    return text.replace(" ", _TIED)


def _laid_out(lines: list[tuple[str, str]], *, padded: bool) -> str:
    """Join labels and values in lines of at most 68, broken only where a blank is not tied."""
    width = VALUE_COLUMN - 1 if padded else 0
    text = ["SWX ADVISORY"]
    for label, value in lines:
        start = _tied(label.ljust(width) if padded else f"{label} ")
        text += wrap(
            start + value, LONGEST_LINE, break_long_words=False, break_on_hyphens=False
        )
    return "\n".join(text).replace(_TIED, " ")


def _refused(code: str, message: str) -> BulletinError:
    return BulletinError(Finding(code=code, weight=Weight.ERROR, message=message))
