"""The text form of ICAO Amendment 79: severities stand beside the effects, places alone."""

from collections.abc import Iterator, Sequence

from msgspec import Struct, structs

from stormcone.advisory.advisory import Advisory, Group, Number, Outlook, State
from stormcone.bulletin.bulletin import Bulletin, Read, Stub
from stormcone.bulletin.tac_read import after, effect, numbers, opening, rest, texts
from stormcone.bulletin.tac_region import place_conditions
from stormcone.bulletin.tac_write import (
    MEDIA_TYPE,
    STATUS_WORDS,
    as_meant,
    check,
    closing_lines,
    date_text,
    identity,
    laid_out,
    levels_words,
    outlook_label,
    outlook_text,
    refused,
    region_words,
)
from stormcone.bulletin.tokens import Cursor, Rules
from stormcone.effect.areas import simplify
from stormcone.effect.effect import Kind, Severity
from stormcone.reference.areas import (
    Area,
    Band,
    Levels,
    Longitudes,
    Region,
    Side,
    area_of,
    union,
)
from stormcone.reference.rings import RingError

CODEC = "tac-amd79"
MOST_REPLACED = 1
SIDES = {Side.DAYSIDE.value: "DAYLIGHT SIDE"}
ROUND_THE_EARTH = Longitudes(west=180, east=-180)


def read(data: bytes, *, strict: bool = True, keep_form: bool = False) -> Read:
    """Return the advisories in `data`; see the reader of Amendment 82 for the arguments.

    An advisory of two effects has both in `effects`, its number counts for the first, and each
    place is a group for each effect.

    Raises
    ------
    BulletinError
        At the first deviation that is refused, with its line and column.
    """
    sides = frozenset(SIDES.values())
    rules = Rules(strict=strict, keep_form=keep_form, minutes=True, sides=sides)
    return texts(Cursor(data, rules), _advisory)


def _advisory(cursor: Cursor) -> Advisory | Stub:
    opened = opening(cursor)
    if isinstance(opened, Stub):
        return opened
    counts = numbers(cursor, MOST_REPLACED)
    intensities = after(cursor, "SWX EFFECT:", _intensities)
    effects = tuple(kind for kind, _ in intensities)
    meant = [(kind if len(effects) > 1 else None, severity) for kind, severity in intensities]
    return rest(cursor, opened, effects, counts, lambda c: place_conditions(c, meant))


def _intensities(cursor: Cursor) -> list[tuple[Kind, Severity]]:
    found = [_intensity(cursor)]
    while cursor.took("AND"):
        kind, severity = _intensity(cursor)
        if any(kind is before for before, _ in found):
            cursor.refuse("effect", "each effect once")
        found.append((kind, severity))
    return found


def _intensity(cursor: Cursor) -> tuple[Kind, Severity]:
    kind = effect(cursor)
    if cursor.word not in frozenset(Severity):
        cursor.wrong("effect", f"MOD or SEV behind {kind}")
    return kind, Severity(cursor.take())


class _Told(Struct, frozen=True):
    """What the form can say of an advisory, and what of it is lost."""

    intensities: tuple[tuple[Kind, Severity], ...]
    replaces: tuple[Number, ...]
    outlooks: tuple[Outlook, ...]
    losses: tuple[str, ...]


def write(advisory: Advisory, *, padded: bool = True, heading: str = "") -> Bulletin:
    """Return a released advisory for receivers who still read Amendment 79.

    What the form cannot carry is written at its best and named in `losses`: the highest of
    several severities, one place that contains several, the newest replaced number, and the
    whole circle for the night side.

    Raises
    ------
    BulletinError
        If the advisory has no number or time of issue, or an effect without a text form.
    """
    number, issued = identity(advisory)
    check(advisory)
    told = _told(advisory)
    lines = [
        *((("STATUS:", STATUS_WORDS[s]),) if (s := advisory.status) in STATUS_WORDS else ()),
        ("DTG:", date_text(issued)),
        ("SWXC:", advisory.centre),
        ("ADVISORY NR:", str(number)),
        *(("NR RPLC:", str(replaced)) for replaced in told.replaces),
        ("SWX EFFECT:", " AND ".join(f"{kind} {s}" for kind, s in told.intensities)),
        *(_line(index, outlook) for index, outlook in enumerate(told.outlooks)),
        *closing_lines(advisory),
    ]
    return Bulletin(
        heading=heading,
        data=(laid_out(lines, padded=padded) + "=\n").encode("ascii"),
        media_type=MEDIA_TYPE,
        codec=CODEC,
        losses=told.losses,
    )


def _line(index: int, outlook: Outlook) -> tuple[str, str]:
    places = (
        region_words(as_meant(group.region), SIDES) + levels_words(group.levels)
        for group in outlook.groups
    )
    return outlook_label(index, outlook), outlook_text(outlook, places)


def _told(advisory: Advisory) -> _Told:
    losses = [*_lost_severities(advisory)]
    replaces = advisory.replaces
    if len(replaces) > MOST_REPLACED:
        replaces = (max(replaces),)
        losses.append(f"replaces: only {replaces[0]} of {len(advisory.replaces)} is written")
    placed = [_placed(outlook) for outlook in advisory.outlooks]
    for index, (_, lost) in enumerate(placed):
        losses += [f"outlooks[{index}]: {loss}" for loss in lost]
    said = tuple(outlook for outlook, _ in placed)
    return _Told(_highest(advisory), replaces, said, tuple(losses))


def _severities(advisory: Advisory, kind: Kind) -> set[Severity]:
    groups = (group for outlook in advisory.outlooks for group in outlook.groups)
    return {g.severity for g in groups if g.effect in (None, kind)}


def _highest(advisory: Advisory) -> tuple[tuple[Kind, Severity], ...]:
    return tuple(
        (kind, max(_severities(advisory, kind), default=Severity.MODERATE))
        for kind in advisory.effects
    )


def _lost_severities(advisory: Advisory) -> Iterator[str]:
    for kind in advisory.effects:
        found = len(_severities(advisory, kind))
        if found > 1:
            yield f"severity: {kind} is MOD and SEV; SEV is written for all of it"
        if not found:
            yield f"severity: none is said for {kind}; the form wants one, MOD is written"


def _placed(outlook: Outlook) -> tuple[Outlook, list[str]]:
    """Return an outlook with one place for all of its groups, and what is lost by that."""
    if outlook.state is not State.GROUPS:
        return outlook, []
    first, *others = outlook.groups
    losses = []
    region, levels = first.region, first.levels
    if any(g.levels != levels for g in others):
        levels = _all_levels(outlook.groups)
        losses.append(f"levels: {levels_words(levels).strip()} is written for all groups")
    if any(g.region.polygon_or_bands != region.polygon_or_bands for g in others):
        region, ratio = _one_place(outlook)
        count = len(outlook.groups)
        losses.append(f"one place is written for {count}, {ratio:.2f} times as large")
    if region.side is Side.NIGHTSIDE:
        region = Region(bands=region.bands or tuple(Band), longitudes=ROUND_THE_EARTH)
        losses.append("NIGHTSIDE: the form has no word for it; the whole circle is written")
    one = Group(severity=first.severity, region=region, levels=levels)
    return structs.replace(outlook, groups=(one,)), losses


def _all_levels(groups: Sequence[Group]) -> Levels | None:
    found = [group.levels for group in groups if group.levels]
    uppers = [levels.upper_fl for levels in found]
    return Levels(
        lower_fl=min(levels.lower_fl for levels in found),
        upper_fl=None if None in uppers else max(fl for fl in uppers if fl is not None),
    )


def _one_place(outlook: Outlook) -> tuple[Region, float]:
    """Return one region that contains all of the outlook's, and how many times as large."""
    whole = Area(parts=())
    for group in outlook.groups:
        try:
            whole = union(whole, area_of(group.region, outlook.at))
        except RingError as error:
            raise refused("polygon.pole", str(error)) from error
    said = simplify(whole, groups=1)
    return structs.replace(said.parts[0], exact=None), said.over_forecast
