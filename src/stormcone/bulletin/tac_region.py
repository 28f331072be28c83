"""Conditions in a text advisory: severities, bands, sides, longitudes, polygons and levels."""

import re
from collections.abc import Sequence
from functools import lru_cache

import shapely

from stormcone.advisory.advisory import Group, State
from stormcone.bulletin.tac_read import Conditions
from stormcone.bulletin.tokens import Cursor
from stormcone.effect.effect import Kind, Severity
from stormcone.reference.areas import Band, Levels, Longitudes, Region, Side
from stormcone.reference.rings import Point, Ring, unwrapped, without_repeats

MOST_VERTICES = 10_000
MOST_CROSSING = 40
"""A larger polygon that crosses itself falls into too many pieces; lint tells of others."""
MOST_GROUPS = 100
FEWEST_POINTS = 4
SIDES = {
    "DAYSIDE": Side.DAYSIDE,
    "NIGHTSIDE": Side.NIGHTSIDE,
    "DAYLIGHT SIDE": Side.DAYSIDE,
    "DAY SIDE": Side.DAYSIDE,
    "NIGHT SIDE": Side.NIGHTSIDE,
}
_SIDE = frozenset(words.split()[0] for words in SIDES)
_LAT = re.compile(r"([NS])(\d\d)(\d\d)?")
_LON = re.compile(r"([EW])(\d\d\d)(\d\d)?")
_LIKE_LON = re.compile(r"[EW]\d", re.IGNORECASE)
_JOINED = re.compile(r"([NS]\d{2,4})([EW]\d{3,5})")
_LEVEL = re.compile(r"FL(\d\d\d)")
_BARE_LEVEL = re.compile(r"(?:FL)?(\d\d\d)")
_SEVERITIES = frozenset(Severity)
_BANDS = frozenset(Band)
LATITUDE = "a latitude, N00-N90 or S00-S90"
LONGITUDE = "a longitude, E000-E180 or W000-W180"


def conditions(cursor: Cursor) -> Conditions:
    """Read what stands behind the time of an outlook in Amendment 82."""
    if nothing := _nothing(cursor):
        return nothing, ()
    if cursor.word not in _SEVERITIES:
        cursor.wrong("condition", "MOD, SEV, NO SWX EXP or NOT AVBL")
    groups: list[Group] = []
    while cursor.word in _SEVERITIES:
        if len(groups) == MOST_GROUPS:
            cursor.wrong("size", f"at most {MOST_GROUPS} groups in one outlook")
        severity = Severity(cursor.take())
        groups.append(Group(severity=severity, region=_region(cursor), levels=_levels(cursor)))
    return State.GROUPS, tuple(groups)


def place_conditions(
    cursor: Cursor, intensities: Sequence[tuple[Kind | None, Severity]]
) -> Conditions:
    """Read a place alone, as in Amendment 79: each of `intensities` is meant there."""
    if nothing := _nothing(cursor):
        return nothing, ()
    region, levels = _region(cursor), _levels(cursor)
    groups = [
        Group(severity=severity, region=region, levels=levels, effect=kind)
        for kind, severity in intensities
    ]
    return State.GROUPS, tuple(groups)


def _nothing(cursor: Cursor) -> State | None:
    if cursor.took("NO SWX EXP"):
        return State.NO_SWX_EXP
    return State.NOT_AVBL if cursor.took("NOT AVBL") else None


def _region(cursor: Cursor) -> Region:
    if _LAT.match(cursor.word):
        return Region(polygon=_polygon(cursor))
    bands = _bands(cursor)
    side = _side(cursor) if cursor.word in _SIDE else None
    if not bands and side is None:
        cursor.wrong("region", "a band like HNH, DAYSIDE, NIGHTSIDE or a polygon")
    longitudes = _longitudes(cursor) if bands and _LIKE_LON.match(cursor.word) else None
    return Region(bands=bands, side=side, longitudes=longitudes)


def _bands(cursor: Cursor) -> tuple[Band, ...]:
    bands: list[Band] = []
    while cursor.word in _BANDS:
        band = Band(cursor.take())
        if band in bands:
            cursor.refuse("band", "each band once")
        bands.append(band)
    return tuple(bands)


def _side(cursor: Cursor) -> Side | None:
    start = cursor.index
    words = next((words for words in SIDES if cursor.took(words)), None)
    if words is None:
        return None
    if words not in cursor.rules.sides:
        cursor.forgive("side", " or ".join(sorted(cursor.rules.sides)), start)
    return SIDES[words]


def _longitudes(cursor: Cursor) -> Longitudes:
    first = cursor.index
    west = _whole(cursor, _longitude(cursor, cursor.take()))
    if not cursor.took("-"):
        if not _LON.match(cursor.word):
            cursor.wrong("longitude", "-")
        cursor.forgive("range", "- between two longitudes", cursor.index)
    east = _whole(cursor, _longitude(cursor, cursor.take()))
    if west == east:
        cursor.note("longitudes.zero", "meant is the whole circle, W180 - E180", first)
    return Longitudes(west=west, east=east)


def _whole(cursor: Cursor, degrees: float) -> int:
    if degrees != int(degrees):
        cursor.refuse("longitude", "whole degrees in a range; write a polygon for minutes")
    return int(degrees)


def _latitude(cursor: Cursor, word: str) -> float:
    return _degrees(cursor, word, _LAT, 90)


def _longitude(cursor: Cursor, word: str) -> float:
    return _degrees(cursor, word, _LON, 180)


def _degrees(cursor: Cursor, word: str, form: re.Pattern[str], most: int) -> float:
    """Return the degrees of `word`, which was read last; minutes may be forgiven."""
    degrees, minutes = _said(word, form, most)
    if degrees is None:
        name, expected = ("latitude", LATITUDE) if most == 90 else ("longitude", LONGITUDE)
        cursor.refuse(name, expected)
    if minutes and not cursor.rules.minutes:
        cursor.forgive("point", "whole degrees, without minutes")
    return degrees


@lru_cache(maxsize=2048)
def _said(word: str, form: re.Pattern[str], most: int) -> tuple[float | None, bool]:
    """Return the degrees that a word says, None outside the globe, and if it has minutes."""
    match = form.fullmatch(word)
    if match is None or int(match[3] or 0) >= 60:
        return None, False
    degrees = int(match[2]) + int(match[3] or 0) / 60
    if degrees > most:
        return None, False
    return (0.0 - degrees if match[1] in "SW" else degrees), match[3] is not None


def _polygon(cursor: Cursor) -> Ring:
    first = cursor.index
    points = [_point(cursor)]
    while _goes_on(cursor):
        points.append(_point(cursor))
        if len(points) > MOST_VERTICES:
            cursor.refuse("polygon", f"at most {MOST_VERTICES} points", first)
    if len(points) > MOST_CROSSING and not _is_simple(points):
        cursor.refuse("polygon", "a polygon whose edges do not cross", first)
    if points[0] != points[-1]:
        cursor.forgive("polygon", "a polygon that ends where it starts", first)
        points.append(points[0])
    ring = without_repeats(points)
    if len(ring) < FEWEST_POINTS:
        cursor.refuse("polygon", "a polygon of three or more different points", first)
    if len(ring) < len(points):
        cursor.note("polygon.duplicate", "a repeated point counts once", first)
    return tuple(points) if cursor.rules.keep_form else ring


def _is_simple(points: Sequence[Point]) -> bool:
    path = unwrapped(without_repeats(points))
    return bool(shapely.LineString([(lon, lat) for lat, lon in path]).is_simple)


def _goes_on(cursor: Cursor) -> bool:
    if cursor.took("-"):
        return True
    if not _LAT.match(cursor.word):
        return False
    cursor.forgive("range", "- between two points", cursor.index)
    return True


def _point(cursor: Cursor) -> Point:
    joined = _JOINED.fullmatch(cursor.word)
    if joined is None:
        return _latitude(cursor, cursor.take()), _longitude(cursor, cursor.take())
    cursor.take()
    cursor.forgive("point", "a blank between latitude and longitude")
    return _latitude(cursor, joined[1]), _longitude(cursor, joined[2])


def _levels(cursor: Cursor) -> Levels | None:
    if cursor.took("ABV"):
        return Levels(lower_fl=_level(cursor, _LEVEL))
    if not cursor.word.startswith("FL"):
        return None
    lower = _level(cursor, _LEVEL)
    cursor.expect("-", "level")
    return Levels(lower_fl=lower, upper_fl=_level(cursor, _BARE_LEVEL))


def _level(cursor: Cursor, form: re.Pattern[str]) -> int:
    word = cursor.take()
    if word == "FL":
        cursor.forgive("level", "no blank behind FL")
        word += cursor.take()
    match = form.fullmatch(word)
    if match is None:
        cursor.refuse("level", "a flight level like FL350")
    return int(match[1])
