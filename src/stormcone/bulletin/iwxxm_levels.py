"""Flight levels of an airspace, in whichever unit they are written."""

import re

from stormcone.bulletin.iwxxm_names import AIXM
from stormcone.bulletin.iwxxm_source import Source, nil_reason, text_of
from stormcone.bulletin.xml import Element
from stormcone.reference.areas import Levels

FLIGHT_LEVELS = {"FL": 1.0, "FT": 1 / 100, "[FT_I]": 1 / 100, "M": 1 / 30.48}
HIGHEST_FL = 999
ROUNDING = 0.02
_NUMBER = re.compile(r"\d{1,6}(?:\.\d*)?", re.ASCII)
_GROUND = frozenset({"GND", "FLOOR"})
_NO_LIMIT = frozenset({"UNL", "CEILING", ""})


def levels_of(source: Source, volume: Element) -> Levels | None:
    """Return the levels of an airspace, None where it has none.

    Raises
    ------
    BulletinError
        If a limit is no flight level, or the lower is not below the upper.
    """
    lower, upper = (volume.find(f"{AIXM}{name}Limit") for name in ("lower", "upper"))
    if lower is None and upper is None:
        return None
    if lower is None:
        source.refuse("level", volume, "an upper limit without a lower one")
    lower_fl = _level(source, lower)
    if lower_fl is None:
        source.refuse("level", lower, "a lower limit that is not known")
    levels = Levels(lower_fl=lower_fl, upper_fl=_level(source, upper))
    if levels.upper_fl is not None and levels.upper_fl <= levels.lower_fl:
        message = f"FL{levels.upper_fl:03} is not above FL{levels.lower_fl:03}"
        source.refuse("level", volume, message)
    return levels


def _level(source: Source, limit: Element | None) -> int | None:
    """Return a limit as a flight level, None for one that is not there or not known."""
    if limit is None:
        return None
    text, unit = text_of(limit), limit.get("uom", "").upper()
    if text in _GROUND:
        return 0
    if text in _NO_LIMIT or nil_reason(limit):
        return None
    if unit not in FLIGHT_LEVELS or not _NUMBER.fullmatch(text):
        source.refuse("level", limit, f"{text!r} in {unit!r} is not a level in FL, FT or M")
    exact = float(text) * FLIGHT_LEVELS[unit]
    level = round(exact)
    if level > HIGHEST_FL:
        source.refuse("level", limit, f"{text} {unit} is above FL{HIGHEST_FL}")
    if abs(exact - level) > ROUNDING:
        source.forgive("level", limit, f"{text} {unit} is read as FL{level:03}")
    return level
