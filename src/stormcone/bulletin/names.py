"""Short names that the ways out share: of outlooks, regions and flight levels."""

from stormcone.advisory.advisory import Advisory, Group
from stormcone.effect.effect import Kind
from stormcone.reference.areas import Levels, Region, region_text


def outlook_name(advisory: Advisory, index: int) -> str:
    """Return how a table calls an outlook: ``OBS``, ``FCST``, ``+6 HR``, or ``WINDOW 1``."""
    if Kind.SHELTER in advisory.effects:
        return f"WINDOW {index + 1}"
    if index:
        return f"+{6 * index} HR"
    return "OBS" if advisory.outlooks[0].observed else "FCST"


def region_name(region: Region) -> str:
    """Return a region in ICAO's words, or how many points a polygon of fractions has.

    Examples
    --------
    >>> region_name(Region(polygon=((60, 0.5), (70, 0.5), (70, 9), (60, 0.5))))
    'POLYGON OF 4 POINTS'
    """
    try:
        return region_text(region)
    except ValueError:
        return f"POLYGON OF {len(region.polygon)} POINTS"


def levels_name(levels: Levels | None) -> str:
    """Return flight levels as a bulletin writes them; nothing where all levels are meant.

    Examples
    --------
    >>> levels_name(Levels(250, 350)), levels_name(Levels(340)), levels_name(None)
    ('FL250-350', 'ABV FL340', '')
    """
    if levels is None:
        return ""
    if levels.upper_fl is None:
        return f"ABV FL{levels.lower_fl:03}"
    return f"FL{levels.lower_fl:03}-{levels.upper_fl:03}"


def group_name(group: Group) -> str:
    """Return where a group is: its region, and its levels if it has any."""
    return f"{region_name(group.region)} {levels_name(group.levels)}".strip()
