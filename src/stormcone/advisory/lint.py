"""What is wrong with an advisory before anyone signs it: rules over its content and numbers.

An error blocks the release; a warning wants a second officer's tick. Rules that need the
threads, the other centre, or the written text and its heading live with those.
"""

from collections.abc import Collection, Iterator
from datetime import timedelta

import shapely
from msgspec import Struct

from stormcone.advisory.advisory import Advisory, Group, Number, Outlook, Status
from stormcone.advisory.times import LONGEST_WAIT, forecast_times
from stormcone.effect.effect import Kind
from stormcone.reference.areas import Levels, Region, area_of, region_text
from stormcone.reference.rings import Ring, RingError, unwrapped, without_repeats
from stormcone.reference.utc import write_utc

ERROR, WARNING = "error", "warning"
MOST_POINTS = 7  # unverified
LEVEL_STEP = 10
"""Flight levels are hundreds of feet: 1000 ft is a step of ten."""


class Finding(Struct, frozen=True, kw_only=True):
    """One slip: the rule, whether it blocks, the field, its value, and what to do."""

    code: str
    severity: str
    field: str
    value: str
    message: str


def lint(
    advisory: Advisory, *, taken: Collection[Number] = (), exercise: bool = False
) -> tuple[Finding, ...]:
    """Return what is wrong with an advisory, or with a draft as far as it is written.

    Parameters
    ----------
    advisory
        A draft, or an advisory with its number and time of issue.
    taken
        The numbers already issued, of all centres.
    exercise
        Whether the channel it would leave on is one for exercises and tests.
    """
    return (
        *_times(advisory),
        *_numbers(advisory, taken),
        *_status(advisory, exercise=exercise),
        *(
            finding
            for index, outlook in enumerate(advisory.outlooks)
            for finding in _outlook(advisory, outlook, f"outlooks[{index}]")
        ),
    )


def _times(advisory: Advisory) -> Iterator[Finding]:
    if Kind.SHELTER in advisory.effects:
        return
    first = advisory.outlooks[0]
    issued, next_by = advisory.issued, advisory.next_by
    if issued and first.observed and first.at > issued:
        message = f"observed after the time of issue, {write_utc(issued)}; look at the clock"
        yield _error("times.observed", "outlooks[0].at", write_utc(first.at), message)
    due = forecast_times(first.at)
    if tuple(outlook.at for outlook in advisory.outlooks[1:]) != due:
        slots = " ".join(f"{outlook.at:%d/%H%MZ}" for outlook in advisory.outlooks[1:])
        wanted = " ".join(f"{at:%d/%H%MZ}" for at in due)
        yield _error("times.slots", "outlooks", slots, f"the rule gives {wanted}")
    if issued and next_by and not issued < next_by <= issued + LONGEST_WAIT:
        message = f"not after {write_utc(issued)} and within {LONGEST_WAIT / _HOUR:g} hours"
        yield _error("times.next", "next_by", write_utc(next_by), message)


_HOUR = timedelta(hours=1)


def _numbers(advisory: Advisory, taken: Collection[Number]) -> Iterator[Finding]:
    number = advisory.number
    if number is None:
        return
    if advisory.issued and number.year != advisory.issued.year:
        message = f"issued in {advisory.issued.year}; the counter restarts on 1 January"
        yield _error("number.year", "number", number.key, message)
    counts = {n.count for n in taken if (n.year, n.effect) == (number.year, number.effect)}
    if number.count in counts:
        message = f"already used; the next free one is {max(counts) + 1}"
        yield _error("number.taken", "number", number.key, message)
    elif counts and number.count > max(counts) + 1:
        message = f"{max(counts) + 1} was skipped; one counter runs through all centres"
        yield _error("number.gap", "number", number.key, message)


def _status(advisory: Advisory, *, exercise: bool) -> Iterator[Finding]:
    earnest = advisory.status is Status.OPERATIONAL
    if earnest and exercise:
        message = "no TEST or EXERCISE on a channel for exercises"
        yield _error("status", "status", advisory.status, message)
    if not earnest and not exercise:
        message = "not OPERATIONAL on an operational channel"
        yield _error("status", "status", advisory.status, message)


def _outlook(advisory: Advisory, outlook: Outlook, where: str) -> Iterator[Finding]:
    for index, group in enumerate(outlook.groups):
        field = f"{where}.groups[{index}]"
        yield from _levels(advisory, group, field)
        if group.region.asset is None:
            yield from _region(group.region, outlook, f"{field}.region")


def _levels(advisory: Advisory, group: Group, field: str) -> Iterator[Finding]:
    levels = group.levels
    if Kind.RADIATION not in advisory.effects:
        if levels is not None:
            yield _error("levels", field, str(levels), "only RADIATION has flight levels")
        return
    if levels is None:
        yield _error("levels", field, "none", "RADIATION needs flight levels, like ABV FL350")
        return
    yield from _level_order(levels, field)


def _level_order(levels: Levels, field: str) -> Iterator[Finding]:
    lower, upper = levels.lower_fl, levels.upper_fl
    if upper is not None and lower >= upper:
        yield _error("levels", field, f"FL{lower:03}-{upper:03}", "the lower is not below")
    for level in (lower, upper):
        if level is not None and level % LEVEL_STEP:
            yield _error("levels", field, f"FL{level:03}", "not a whole number of 1000 ft")


def _region(region: Region, outlook: Outlook, field: str) -> Iterator[Finding]:
    if region.polygon:
        found = tuple(_polygon(region.polygon, field))
        yield from found
        if any(finding.severity == ERROR for finding in found if finding.code not in _DRAWN):
            return
    elif region.longitudes and region.longitudes.west == region.longitudes.east:
        value = f"{region.longitudes.west} to {region.longitudes.east}"
        message = "a range of no width; write W180 - E180 for the whole circle"
        yield _error("longitudes.zero", field, value, message)
    try:
        if not area_of(region, outlook.at).parts:
            yield _error(
                "region.empty", field, region_text(region), "nothing of the Earth is in it"
            )
    except RingError as error:
        yield _error("polygon.pole", field, str(region.polygon), str(error))


_DRAWN = {"polygon.duplicate", "polygon.points"}


def _polygon(ring: Ring, field: str) -> Iterator[Finding]:
    text = " ".join(f"{lat:g},{lon:g}" for lat, lon in ring)
    once = without_repeats(ring)
    if len(once) < len(ring):
        yield _error("polygon.duplicate", field, text, "a point repeats the one before it")
    if len(ring) > MOST_POINTS:
        message = f"{len(ring)} points; {MOST_POINTS} are advised"
        yield Finding(
            code="polygon.points", severity=WARNING, field=field, value=text, message=message
        )
    if any(abs(lat) > 90 or abs(lon) > 180 for lat, lon in ring):
        yield _error("polygon.range", field, text, "a point is not on the globe")
    elif len(once) < 4 or once[0] != once[-1]:
        yield _error("polygon.open", field, text, "it does not end where it starts")
    elif not shapely.LineString([(lon, lat) for lat, lon in unwrapped(once)]).is_simple:
        yield _error("polygon.crossing", field, text, "its edges cross or touch")


def _error(code: str, field: str, value: str, message: str) -> Finding:
    return Finding(code=code, severity=ERROR, field=field, value=value, message=message)
