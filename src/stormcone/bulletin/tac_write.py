"""What the writers of both amendments share: lines, times, regions and what is refused."""

from collections.abc import Iterable
from datetime import datetime
from textwrap import wrap

from msgspec import structs

from stormcone.advisory.advisory import Advisory, Number, Outlook, State, Status
from stormcone.advisory.remarks import remark_faults
from stormcone.bulletin.bulletin import BulletinError, Finding, Weight
from stormcone.bulletin.heading import SERIES
from stormcone.reference.areas import (
    Levels,
    Longitudes,
    Region,
    longitudes_text,
    point_text,
)

MEDIA_TYPE = "text/plain; charset=us-ascii"
LONGEST_LINE = 68
VALUE_COLUMN = 19
OUTLOOKS = 5
STATUS_WORDS = {Status.TEST: "TEST", Status.EXERCISE: "EXER"}
_TIED = "\xa0"  # a blank at which no line may end


def refused(code: str, message: str) -> BulletinError:
    """Return the error of a writer, which has no place in a text."""
    return BulletinError(Finding(code=code, weight=Weight.ERROR, message=message))


def identity(advisory: Advisory) -> tuple[Number, datetime]:
    """Return number and time of issue; refuse a draft, which has neither."""
    if advisory.number is None or advisory.issued is None:
        raise refused("tac.number", "a draft has no number or time of issue; see preview()")
    return advisory.number, advisory.issued


def check(advisory: Advisory) -> None:
    """Refuse what no text can say: SHELTER, other outlooks, foreign numbers, odd signs."""
    strange = [kind for kind in advisory.effects if kind not in SERIES]
    if strange or not advisory.effects:
        raise refused("tac.effect", f"ICAO's text has no form for {' AND '.join(strange)}")
    if len(advisory.outlooks) != OUTLOOKS:
        raise refused("tac.outlooks", f"{len(advisory.outlooks)} outlooks; the form has five")
    if any(outlook.observed for outlook in advisory.outlooks[1:]):
        raise refused("tac.outlooks", "only the first outlook can be an observation")
    if any(replaced.effect != advisory.effects[0] for replaced in advisory.replaces):
        raise refused("tac.replaces", "a number of another effect cannot be replaced in text")
    for group in (group for outlook in advisory.outlooks for group in outlook.groups):
        if group.region.asset is not None:
            asset = group.region.asset
            raise refused("tac.region", f"ICAO's text has no form for the asset {asset}")
    for fault in remark_faults(advisory.remark) if advisory.remark is not None else ():
        raise refused("tac.remark", fault)
    if not advisory.centre.isascii() or " " in advisory.centre:
        raise refused("tac.centre", f"SWXC {advisory.centre!r} is not one word of ASCII")


def outlook_label(index: int, outlook: Outlook) -> str:
    """Return ``OBS SWX:``, ``FCST SWX:`` or ``FCST SWX +6 HR:``."""
    if index:
        return f"FCST SWX +{6 * index} HR:"
    return "OBS SWX:" if outlook.observed else "FCST SWX:"


def outlook_text(outlook: Outlook, groups: Iterable[str]) -> str:
    """Return the time of an outlook and its groups, or that there are none."""
    time = f"{outlook.at:%d/%H%MZ}"
    if outlook.state is State.GROUPS:
        return " ".join([time, *groups])
    return f"{time} {tied(outlook.state)}"


def region_words(region: Region, sides: dict[str, str] | None = None) -> str:
    """Return the words of a region, tied so that no line ends inside a pair or a range.

    `sides` are Amendment 79's words for the sides, which has minutes of arc too.
    """
    if region.polygon:
        if region.polygon[0] != region.polygon[-1] or len(region.polygon) < 4:
            raise refused("polygon.open", f"the polygon {region.polygon} is not a closed ring")
        point = _point if sides is None else _precise_point
        return f"{_TIED}- ".join(tied(point(one)) for one in region.polygon)
    if not (region.bands or region.side):
        raise refused("tac.region", "longitudes need a band or a side before them")
    words: list[str] = [*region.bands]
    if region.side:
        words.append((sides or {}).get(region.side, region.side))
    if region.longitudes:
        words.append(tied(longitudes_text(region.longitudes)))
    return " ".join(words)


def _point(point: tuple[float, float]) -> str:
    try:
        return point_text(point)
    except ValueError as error:
        raise refused("polygon.range", str(error)) from error


def _precise_point(point: tuple[float, float]) -> str:
    """Return a point with minutes of arc where it has any: ``N2030 W105``."""
    lat, lon = (round(abs(degrees) * 60, 6) for degrees in point)
    if lat % 1 or lon % 1:
        raise refused("polygon.range", f"{point} is not a point of whole minutes of arc")
    north, east = "S" if point[0] < 0 else "N", "W" if point[1] < 0 else "E"
    return f"{north}{_with_minutes(lat, 2)} {east}{_with_minutes(lon, 3)}"


def _with_minutes(minutes: float, digits: int) -> str:
    rest = f"{minutes % 60:02.0f}" if minutes % 60 else ""
    return f"{minutes // 60:0{digits}.0f}{rest}"


def as_meant(region: Region) -> Region:
    """Return a region whose range of no width is written as the circle that it stands for."""
    if region.longitudes and region.longitudes.west == region.longitudes.east:
        return structs.replace(region, longitudes=Longitudes(west=-180, east=180))
    return region


def levels_words(levels: Levels | None) -> str:
    """Return `` ABV FL350`` or `` FL250-350`` with a blank before it, or nothing."""
    if levels is None:
        return ""
    if levels.upper_fl is None:
        return " " + tied(f"ABV FL{levels.lower_fl:03}")
    return f" FL{levels.lower_fl:03}-{levels.upper_fl:03}"


def closing_lines(advisory: Advisory) -> tuple[tuple[str, str], ...]:
    """Return the labels and values behind the outlooks."""
    by = advisory.next_by
    coming = f"WILL BE ISSUED BY {date_text(by)}" if by else "NO FURTHER ADVISORIES"
    return ("RMK:", advisory.remark or "NIL"), ("NXT ADVISORY:", coming)


def date_text(at: datetime) -> str:
    """Return ``20260120/1739Z``."""
    return f"{at:%Y%m%d/%H%MZ}"


def tied(text: str) -> str:
    """Return a text at whose blanks no line may end."""
    return text.replace(" ", _TIED)


def laid_out(lines: Iterable[tuple[str, str]], *, padded: bool) -> str:
    """Join labels and values in lines of at most 68, broken only where a blank is not tied."""
    width = VALUE_COLUMN - 1 if padded else 0
    text = ["SWX ADVISORY"]
    for label, value in lines:
        start = tied(label.ljust(width) if padded else f"{label} ")
        text += wrap(
            start + value, LONGEST_LINE, break_long_words=False, break_on_hyphens=False
        )
    return "\n".join(text).replace(_TIED, " ")
