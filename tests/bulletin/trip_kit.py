"""What an advisory lost or gained on its way through a form and back."""

from functools import reduce

from msgspec import structs

from stormcone.reference.areas import area_of, iou, union

SAME_AREA = 1 - 1e-9


def unlike(before, after, *, group_by_group=True, same_area=SAME_AREA):
    """The first thing that is not the same, None where all is: fields, and areas on the sphere.

    Not `group_by_group`, the groups of one effect, severity and levels count together.
    """
    if _fields(before) != _fields(after):
        return _fields(before), _fields(after)
    for a, b in zip(before.outlooks, after.outlooks, strict=True):
        said = [_one_by_one(o) if group_by_group else _together(o) for o in (a, b)]
        if [key for key, _ in said[0]] != [key for key, _ in said[1]]:
            return said
        for (key, old), (_, new) in zip(*said, strict=True):
            if iou(old, new) <= same_area:
                return key, old, new
    return None


def _fields(advisory):
    """The advisory without groups, and without what no bulletin carries."""
    outlooks = tuple((o.observed, o.at, o.state) for o in advisory.outlooks)
    silent = structs.replace(advisory, outlooks=(), thread=None, cause="", evidence=())
    return silent, outlooks


def _one_by_one(outlook):
    return [(_key(g), drawn(g.region, outlook.at)) for g in outlook.groups]


def _together(outlook):
    areas = {}
    for group in outlook.groups:
        areas.setdefault(_key(group), []).append(drawn(group.region, outlook.at))
    return sorted(((key, reduce(union, parts)) for key, parts in areas.items()), key=str)


def _key(group):
    return group.effect, group.severity, group.levels


def drawn(region, at):
    """What is drawn of a region: the model's own area if there is one."""
    return region.exact or area_of(region, at)
