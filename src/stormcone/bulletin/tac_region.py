"""Conditions in a text advisory: severities, bands, sides, longitudes, polygons and levels."""

import re

from stormcone.advisory.advisory import Group, State
from stormcone.bulletin.tokens import Cursor, Token
from stormcone.effect.effect import Severity
from stormcone.reference.areas import Band, Levels, Longitudes, Region, Side
from stormcone.reference.rings import Point, Ring, without_repeats

MOST_VERTICES = 10_000
FEWEST_POINTS = 4
_LAT = re.compile(r"([NS])(\d\d)")
_LON = re.compile(r"([EW])(\d\d\d)")
_LEVEL = re.compile(r"FL(\d\d\d)")
_BARE_LEVEL = re.compile(r"(?:FL)?(\d\d\d)")
_SEVERITIES = frozenset(Severity)
_BANDS = frozenset(Band)
_SIDES = frozenset(Side)


def conditions(cursor: Cursor, *, keep_form: bool) -> tuple[State, tuple[Group, ...]]:
    """Read what stands behind the time of an outlook."""
    if cursor.took("NO SWX EXP"):
        return State.NO_SWX_EXP, ()
    if cursor.took("NOT AVBL"):
        return State.NOT_AVBL, ()
    if cursor.peek() not in _SEVERITIES:
        cursor.wrong("condition", "MOD, SEV, NO SWX EXP or NOT AVBL")
    groups = []
    while cursor.peek() in _SEVERITIES:
        severity = Severity(cursor.take().text)
        region = _region(cursor, keep_form=keep_form)
        groups.append(Group(severity=severity, region=region, levels=_levels(cursor)))
    return State.GROUPS, tuple(groups)


def _region(cursor: Cursor, *, keep_form: bool) -> Region:
    if _LAT.fullmatch(cursor.peek()):
        return Region(polygon=_polygon(cursor, keep_form=keep_form))
    bands = _bands(cursor)
    side = Side(cursor.take().text) if cursor.peek() in _SIDES else None
    if not bands and side is None:
        cursor.wrong("region", "a band like HNH, DAYSIDE, NIGHTSIDE or a polygon")
    longitudes = _longitudes(cursor) if bands and _LON.match(cursor.peek()) else None
    return Region(bands=bands, side=side, longitudes=longitudes)


def _bands(cursor: Cursor) -> tuple[Band, ...]:
    bands: list[Band] = []
    while cursor.peek() in _BANDS:
        token = cursor.take()
        if token.text in bands:
            cursor.refuse("band", token, "each band once")
        bands.append(Band(token.text))
    return tuple(bands)


def _longitudes(cursor: Cursor) -> Longitudes:
    west = _longitude(cursor)
    cursor.expect("-", "longitude")
    return Longitudes(west=west, east=_longitude(cursor))


def _longitude(cursor: Cursor) -> int:
    token = cursor.take()
    return _degrees(cursor, token, _LON, 180, "a longitude, E000-E180 or W000-W180")


def _degrees(
    cursor: Cursor, token: Token, form: re.Pattern[str], most: int, expected: str
) -> int:
    match = form.fullmatch(token.text)
    if match is None or int(match[2]) > most:
        cursor.refuse("longitude" if most == 180 else "latitude", token, expected)
    return -int(match[2]) if match[1] in "SW" else int(match[2])


def _polygon(cursor: Cursor, *, keep_form: bool) -> Ring:
    first = cursor.tokens[cursor.index]
    points = [_point(cursor)]
    while cursor.took("-"):
        points.append(_point(cursor))
        if len(points) > MOST_VERTICES:
            cursor.refuse("polygon", first, f"at most {MOST_VERTICES} points")
    if points[0] != points[-1]:
        cursor.refuse("polygon", first, "a polygon that ends where it starts")
    ring = without_repeats(points)
    if len(ring) < FEWEST_POINTS:
        cursor.refuse("polygon", first, "a polygon of three or more different points")
    return tuple(points) if keep_form else ring


def _point(cursor: Cursor) -> Point:
    lat = _degrees(cursor, cursor.take(), _LAT, 90, "a latitude, N00-N90 or S00-S90")
    return float(lat), float(_longitude(cursor))


def _levels(cursor: Cursor) -> Levels | None:
    if cursor.took("ABV"):
        return Levels(lower_fl=_level(cursor, _LEVEL))
    if not _LEVEL.fullmatch(cursor.peek()):
        return None
    lower = _level(cursor, _LEVEL)
    cursor.expect("-", "level")
    return Levels(lower_fl=lower, upper_fl=_level(cursor, _BARE_LEVEL))


def _level(cursor: Cursor, form: re.Pattern[str]) -> int:
    token = cursor.take()
    match = form.fullmatch(token.text)
    if match is None:
        cursor.refuse("level", token, "a flight level like FL350")
    return int(match[1])
