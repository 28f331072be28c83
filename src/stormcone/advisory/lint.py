"""What is wrong with an advisory before anyone signs it: rules over its content and numbers.

An error blocks the release; a warning wants a second officer's tick. Rules over numbers and
threads are kept with the threads, those of the written text and its heading with bulletins.
"""

from collections.abc import Iterator
from datetime import timedelta

import shapely

from stormcone.advisory.advisory import Advisory, Group, Outlook, Status
from stormcone.advisory.conditions import difference, in_words
from stormcone.advisory.finding import ERROR, Finding, error, warning
from stormcone.advisory.remarks import remark_faults
from stormcone.advisory.threads import Ledger, slips
from stormcone.advisory.times import LONGEST_WAIT, forecast_times
from stormcone.effect.effect import Kind
from stormcone.reference.areas import Levels, Region, area_of, region_text
from stormcone.reference.rings import Ring, RingError, unwrapped, without_repeats
from stormcone.reference.utc import write_utc

MOST_POINTS = 7  # unverified
LEVEL_STEP = 10
"""Flight levels are hundreds of feet: 1000 ft is a step of ten."""


def lint(
    advisory: Advisory,
    *,
    ledger: Ledger | None = None,
    other: Advisory | None = None,
    exercise: bool = False,
) -> tuple[Finding, ...]:
    """Return what is wrong with an advisory, or with a draft as far as it is written.

    Parameters
    ----------
    advisory
        A draft, or an advisory with its number and time of issue.
    ledger
        Numbers and threads of all centres before this advisory; without it they are not judged.
    other
        The other centre's last advisory of the thread that this one continues.
    exercise
        Whether the channel it would leave on is one for exercises and tests.
    """
    return (
        *_times(advisory),
        *_year(advisory),
        *(slips(advisory, ledger) if ledger is not None else _backwards(advisory)),
        *_status(advisory, exercise=exercise),
        *_promise(advisory),
        *(warning("remark", "remark", "", f) for f in remark_faults(advisory.remark or "NIL")),
        *(
            finding
            for index, outlook in enumerate(advisory.outlooks)
            for finding in _outlook(advisory, outlook, f"outlooks[{index}]")
        ),
        *(_beside(advisory, other) if other else ()),
    )


def _times(advisory: Advisory) -> Iterator[Finding]:
    if Kind.SHELTER in advisory.effects:
        return
    first = advisory.outlooks[0]
    issued, next_by = advisory.issued, advisory.next_by
    if issued and first.observed and first.at > issued:
        message = f"observed after the time of issue, {write_utc(issued)}; look at the clock"
        yield error("times.observed", "outlooks[0].at", write_utc(first.at), message)
    due = forecast_times(first.at)
    if tuple(outlook.at for outlook in advisory.outlooks[1:]) != due:
        slots = " ".join(f"{outlook.at:%d/%H%MZ}" for outlook in advisory.outlooks[1:])
        wanted = " ".join(f"{at:%d/%H%MZ}" for at in due)
        yield error("times.slots", "outlooks", slots, f"the rule gives {wanted}")
    if issued and next_by and not issued < next_by <= issued + LONGEST_WAIT:
        message = f"not after {write_utc(issued)} and within {LONGEST_WAIT / _HOUR:g} hours"
        yield error("times.next", "next_by", write_utc(next_by), message)


_HOUR = timedelta(hours=1)


def _year(advisory: Advisory) -> Iterator[Finding]:
    number, issued = advisory.number, advisory.issued
    if number and issued and number.year != issued.year:
        message = f"issued in {issued.year}; the counter restarts on 1 January"
        yield error("number.year", "number", number.key, message)


def _backwards(advisory: Advisory) -> Iterator[Finding]:
    for old in advisory.replaces:
        if advisory.number and old >= advisory.number:
            yield error("thread.replaces", "replaces", old.key, "not before its successor")


def _status(advisory: Advisory, *, exercise: bool) -> Iterator[Finding]:
    earnest = advisory.status is Status.OPERATIONAL
    if earnest and exercise:
        message = "no TEST or EXERCISE on a channel for exercises"
        yield error("status", "status", advisory.status, message)
    if not earnest and not exercise:
        message = "not OPERATIONAL on an operational channel"
        yield error("status", "status", advisory.status, message)


def _promise(advisory: Advisory) -> Iterator[Finding]:
    """Ask twice before an advisory that names areas promises no successor."""
    if advisory.next_by is None and advisory.outlooks[0].groups and advisory.number:
        message = "areas are affected now and no further advisory is promised"
        yield warning("times.last", "next_by", "NO FURTHER ADVISORIES", message)


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
            value = f"from FL{levels.lower_fl:03}"
            yield error("levels", field, value, "only RADIATION has flight levels")
        return
    if levels is None:
        yield error("levels", field, "none", "RADIATION needs flight levels, like ABV FL350")
        return
    yield from _level_order(levels, field)


def _level_order(levels: Levels, field: str) -> Iterator[Finding]:
    lower, upper = levels.lower_fl, levels.upper_fl
    if upper is not None and lower >= upper:
        yield error("levels", field, f"FL{lower:03}-{upper:03}", "the lower is not below")
    for level in (lower, upper):
        if level is not None and level % LEVEL_STEP:
            yield error("levels", field, f"FL{level:03}", "not a whole number of 1000 ft")


def _region(region: Region, outlook: Outlook, field: str) -> Iterator[Finding]:
    if region.polygon:
        found = tuple(_polygon(region.polygon, field))
        yield from found
        if any(finding.severity == ERROR for finding in found if finding.code not in _DRAWN):
            return
    elif region.longitudes and region.longitudes.west == region.longitudes.east:
        value = f"{region.longitudes.west} to {region.longitudes.east}"
        message = "a range of no width; write W180 - E180 for the whole circle"
        yield error("longitudes.zero", field, value, message)
    try:
        if not area_of(region, outlook.at).parts:
            yield error(
                "region.empty", field, region_text(region), "nothing of the Earth is in it"
            )
    except RingError as unclear:
        yield error("polygon.pole", field, str(region.polygon), str(unclear))


_DRAWN = {"polygon.duplicate", "polygon.points"}


def _polygon(ring: Ring, field: str) -> Iterator[Finding]:
    text = " ".join(f"{lat:g},{lon:g}" for lat, lon in ring)
    once = without_repeats(ring)
    if len(once) < len(ring):
        yield error("polygon.duplicate", field, text, "a point repeats the one before it")
    if len(ring) > MOST_POINTS:
        message = f"{len(ring)} points; {MOST_POINTS} are advised"
        yield warning("polygon.points", field, text, message)
    if any(abs(lat) > 90 or abs(lon) > 180 for lat, lon in ring):
        yield error("polygon.range", field, text, "a point is not on the globe")
    elif len(once) < 4 or once[0] != once[-1]:
        yield error("polygon.open", field, text, "it does not end where it starts")
    elif not shapely.LineString([(lon, lat) for lat, lon in unwrapped(once)]).is_simple:
        yield error("polygon.crossing", field, text, "its edges cross or touch")


def _beside(advisory: Advisory, other: Advisory) -> Iterator[Finding]:
    """Say how the conditions differ from the other centre's, so that both are looked at."""
    ours, theirs = advisory.outlooks[0], other.outlooks[0]
    if how := difference(ours, theirs):
        said = f"{other.centre} in {other.number} at {theirs.at:%d/%H%MZ}: {in_words(theirs)}"
        yield warning("centre.differs", "outlooks[0]", in_words(ours), f"{how}; {said}")
