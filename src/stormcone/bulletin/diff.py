"""What two advisories say differently: fields by their text, areas by their shapes."""

from collections.abc import Callable, Iterator
from datetime import datetime

from msgspec import Struct, structs

from stormcone.advisory.advisory import Advisory, Group, Outlook
from stormcone.bulletin.drawn import drawn_together
from stormcone.bulletin.names import group_name, levels_name, outlook_name, region_name
from stormcone.effect.effect import Kind, Severity
from stormcone.reference.areas import Area, difference, iou, square_degrees, steradians
from stormcone.reference.utc import write_utc

SAME_IOU = 1 - 1e-9
NONE = "none"
SEVEREST_FIRST = (Severity.SEVERE, Severity.MODERATE)


class Place(Struct, frozen=True, kw_only=True):
    """Where in an advisory: an outlook by index and name, and of what its groups speak.

    `effect` is given only where an advisory of two effects says whose severity it is.
    """

    outlook: int
    name: str
    effect: Kind | None = None
    severity: Severity | None = None


class Shift(Struct, frozen=True, kw_only=True):
    """How far two areas agree, what the second gained and lost, planar and on the sphere."""

    iou: float
    gained_square_degrees: float
    lost_square_degrees: float
    gained_steradians: float
    lost_steradians: float


class Change(Struct, frozen=True, kw_only=True):
    """One thing said differently; an area also by how far it shifted."""

    field: str
    before: str
    after: str
    place: Place | None = None
    shift: Shift | None = None


class Told(Struct, frozen=True):
    """The groups of one severity in one outlook, and its time."""

    groups: tuple[Group, ...]
    at: datetime

    @property
    def area(self) -> Area:
        """All that is drawn."""
        return drawn_together(self.groups, self.at)

    @property
    def regions(self) -> str:
        """The regions that are drawn, in words and in one order."""
        return _joined(region_name(g.region) for g in self.groups if g.region.asset is None)

    @property
    def assets(self) -> str:
        """The assets, by name."""
        return _joined(g.region.asset for g in self.groups if g.region.asset is not None)

    @property
    def levels(self) -> str:
        """The flight levels, whatever their regions."""
        return _joined(levels_name(g.levels) or NONE for g in self.groups)

    @property
    def by_levels(self) -> "dict[str, Told]":
        """The groups of each of the flight levels."""
        names = dict.fromkeys(levels_name(g.levels) for g in self.groups)
        return {
            name: Told(tuple(g for g in self.groups if levels_name(g.levels) == name), self.at)
            for name in names
        }


def diff(a: Advisory, b: Advisory) -> tuple[Change, ...]:
    """Return what `b` says otherwise than `a`; nothing where both mean the same.

    Areas are those of the words, each at the time of its outlook. Spelling, the order of bands,
    groups and replaced numbers, and the form (bands, or a polygon of the same area) make no
    difference, nor do evidence, thread and the model's own areas, which no bulletin says.

    Raises
    ------
    BulletinError
        If a region cannot be drawn.
    """
    count = max(len(a.outlooks), len(b.outlooks))
    return (*_fields(a, b), *(change for i in range(count) for change in _outlook(a, b, i)))


def _time(at: datetime | None) -> str:
    return write_utc(at) if at else NONE


def _joined(texts: Iterator[str]) -> str:
    return ", ".join(sorted(set(texts))) or NONE


FIELDS: tuple[tuple[str, Callable[[Advisory], str]], ...] = (
    ("number", lambda said: said.number.key if said.number else NONE),
    ("centre", lambda said: said.centre),
    ("issued", lambda said: _time(said.issued)),
    ("effects", lambda said: " AND ".join(sorted(said.effects))),
    ("replaces", lambda said: _joined(old.key for old in said.replaces)),
    ("status", lambda said: str(said.status)),
    ("next_by", lambda said: _time(said.next_by)),
    ("remark", lambda said: " ".join((said.remark or NONE).split())),
)
OUTLOOK_FIELDS: tuple[tuple[str, Callable[[Outlook], str]], ...] = (
    ("time", lambda said: _time(said.at)),
    ("until", lambda said: _time(said.until)),
    ("observed", lambda said: "observed" if said.observed else "forecast"),
    ("state", lambda said: str(said.state)),
)


def _fields(a: Advisory, b: Advisory) -> Iterator[Change]:
    for field, text in FIELDS:
        if text(a) != text(b):
            yield Change(field=field, before=text(a), after=text(b))


def _outlook(a: Advisory, b: Advisory, index: int) -> Iterator[Change]:
    there = [said for said in (a, b) if len(said.outlooks) > index]
    name = max(outlook_name(said, index) for said in there)  # the same from either side
    place = Place(outlook=index, name=name)
    if len(there) == 1:
        old, new = (_time(s.outlooks[index].at) if s in there else NONE for s in (a, b))
        yield Change(field="outlook", before=old, after=new, place=place)
        return
    before, after = a.outlooks[index], b.outlooks[index]
    for field, text in OUTLOOK_FIELDS:
        if text(before) != text(after):
            yield Change(field=field, before=text(before), after=text(after), place=place)
    for effect in sorted({*_effects(a), *_effects(b)}, key=str):
        for severity in SEVEREST_FIRST:
            spoken = structs.replace(place, effect=effect, severity=severity)
            yield from _conditions(_told(a, spoken), _told(b, spoken), spoken)


def _effects(advisory: Advisory) -> tuple[Kind | None, ...]:
    return advisory.effects if len(advisory.effects) > 1 else (None,)


def _told(advisory: Advisory, place: Place) -> Told:
    """Return the groups of a place; in an advisory of one effect all groups speak of it."""
    outlook = advisory.outlooks[place.outlook]
    alone = len(advisory.effects) == 1
    groups = tuple(
        group
        for group in outlook.groups
        if group.severity is place.severity
        and (None if alone else group.effect) == place.effect
    )
    return Told(groups, outlook.at)


def _conditions(old: Told, new: Told, place: Place) -> Iterator[Change]:
    if old.assets != new.assets:
        yield Change(field="assets", before=old.assets, after=new.assets, place=place)
    shift = _shift(old, new)
    if shift:
        yield Change(
            field="area", before=old.regions, after=new.regions, place=place, shift=shift
        )
    if old.groups and new.groups:
        yield from _levels(old, new, place, moved=shift is not None)


def _levels(old: Told, new: Told, place: Place, *, moved: bool) -> Iterator[Change]:
    """Yield other flight levels; the same ones elsewhere only where the whole has not moved."""
    if old.levels != new.levels:
        yield Change(field="levels", before=old.levels, after=new.levels, place=place)
    elif not moved and any(_shift(old.by_levels[n], new.by_levels[n]) for n in old.by_levels):
        yield Change(
            field="levels", before=_placed_levels(old), after=_placed_levels(new), place=place
        )


def _placed_levels(told: Told) -> str:
    return _joined(group_name(group) for group in told.groups)


def _shift(old: Told, new: Told) -> Shift | None:
    """Return how an area moved; None where it is the same."""
    if {g.region.polygon_or_bands for g in old.groups} == {
        g.region.polygon_or_bands for g in new.groups
    } and old.at == new.at:
        return None
    before, after = old.area, new.area
    common = iou(before, after)
    if common > SAME_IOU:
        return None
    gained, lost = difference(after, before), difference(before, after)
    return Shift(
        iou=common,
        gained_square_degrees=square_degrees(gained),
        lost_square_degrees=square_degrees(lost),
        gained_steradians=steradians(gained),
        lost_steradians=steradians(lost),
    )


def in_words(change: Change) -> str:
    """Return a change in one line, for a terminal.

    Examples
    --------
    >>> in_words(Change(field="next_by", before="none", after="2026-01-19T06:00:00Z"))
    'next_by: none -> 2026-01-19T06:00:00Z'
    >>> shift = Shift(
    ...     iou=0.62,
    ...     gained_square_degrees=1240,
    ...     lost_square_degrees=0,
    ...     gained_steradians=0.31,
    ...     lost_steradians=0,
    ... )
    >>> place = Place(outlook=1, name="+6 HR", severity=Severity.SEVERE)
    >>> in_words(Change(field="area", before="HNH", after="HNH MNH", place=place, shift=shift))
    '+6 HR SEV: area IoU 0.62, gained 1 240 sq deg (0.31 sr), lost 0'
    """
    place = change.place
    words = (place.name, place.effect, place.severity) if place else ()
    where = " ".join(str(word) for word in words if word)
    if change.shift is None:
        label = f"{where} {change.field}".strip()
        return f"{label}: {change.before} -> {change.after}"
    shift = change.shift
    gained = _size(shift.gained_square_degrees, shift.gained_steradians)
    lost = _size(shift.lost_square_degrees, shift.lost_steradians)
    share = f"{min(shift.iou, 0.9999):.4f}".rstrip("0").rstrip(".")
    return f"{where}: area IoU {share}, gained {gained}, lost {lost}"


def _size(square: float, sphere: float) -> str:
    if not square:
        return "0"
    planar = f"{square:,.0f}".replace(",", " ") if square >= 10 else f"{square:.2g}"
    return f"{planar} sq deg ({sphere:.2g} sr)"
