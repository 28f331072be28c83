"""An advisory as a person reads it: who, what, where, how much of the Earth, until when."""

from collections.abc import Iterator
from datetime import datetime
from math import pi

from stormcone.advisory.advisory import Advisory, Group, Outlook, State, Status
from stormcone.advisory.causes import cause_of
from stormcone.bulletin.drawn import drawn_together
from stormcone.bulletin.names import group_name, outlook_name
from stormcone.reference.areas import steradians

EARTH_STERADIANS = 4 * pi


def lines(advisory: Advisory) -> Iterator[str]:
    """Yield an advisory in lines for a terminal; shares of the Earth are those of the words.

    Raises
    ------
    BulletinError
        If a region cannot be drawn.
    """
    yield _opening(advisory)
    for index, outlook in enumerate(advisory.outlooks):
        name = f"  {outlook_name(advisory, index):6} {_time(outlook.at, advisory.issued)}"
        said = tuple(_said(outlook))
        yield f"{name}  {said[0]}"
        for group in said[1:]:
            yield f"{' ' * len(name)}  {group}"
    if advisory.remark:
        yield f"  {advisory.remark}"
    by = advisory.next_by
    yield f"  next by {_time(by, advisory.issued)}" if by else "  no further advisories"


def _opening(advisory: Advisory) -> str:
    status = "" if advisory.status is Status.OPERATIONAL else f"{advisory.status} "
    key = advisory.number.key if advisory.number else "a draft"
    cause = cause_of(advisory)
    words = [f"{status}{key} by {advisory.centre}"]
    if advisory.issued:
        words.append(f"issued {advisory.issued:%Y-%m-%d %H:%MZ}")
    if cause:
        words.append(f"cause {cause}")
    if advisory.replaces:
        words.append("replaces " + " ".join(str(old) for old in advisory.replaces))
    return ", ".join(words)


def _said(outlook: Outlook) -> Iterator[str]:
    if outlook.state is not State.GROUPS:
        yield str(outlook.state)
    for group in outlook.groups:
        effect = f"{group.effect} " if group.effect else ""
        yield f"{effect}{group.severity} {group_name(group)}{_share(group, outlook.at)}"


def _share(group: Group, at: datetime) -> str:
    if group.region.asset is not None:
        return ""
    share = steradians(drawn_together([group], at)) / EARTH_STERADIANS
    return f"  ({share:.1%} of the Earth)"


def _time(at: datetime, issued: datetime | None) -> str:
    """Return a time, with its year where that is another than the issue's."""
    year = "" if issued and issued.year == at.year else f" {at.year}"
    return f"{at:%d %b}{year} {at:%H:%MZ}"
