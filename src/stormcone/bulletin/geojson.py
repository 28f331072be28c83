"""An advisory for maps: RFC 7946, one feature for each outlook and group."""

from collections.abc import Iterator
from datetime import datetime

import msgspec

from stormcone.advisory.advisory import Advisory, Group, Outlook
from stormcone.advisory.causes import cause_of
from stormcone.bulletin.bulletin import Bulletin
from stormcone.bulletin.drawn import drawn
from stormcone.bulletin.names import region_name
from stormcone.reference.areas import Area, Region, steradians
from stormcone.reference.utc import write_utc

CODEC = "geojson"
MEDIA_TYPE = "application/geo+json"
DECIMALS = 7
"""A centimetre: rings stay equal to the words that they draw."""

SAID = ("severity", "labels", "asset", "levels", "over_forecast", "probability")
"""What is said of a group; an advisory states no probability."""

Feature = dict[str, object]


def write(advisory: Advisory) -> Bulletin:
    """Return the advised areas, in planar degrees and split at 180; drafts too, with key null.

    Each feature has all properties, null where they do not apply. An outlook without groups,
    and a group that is an asset, is a feature without geometry.

    Raises
    ------
    BulletinError
        If a region cannot be drawn.
    """
    collection = {
        "type": "FeatureCollection",
        "features": [feature for o in advisory.outlooks for feature in _features(advisory, o)],
    }
    data = msgspec.json.encode(collection)
    return Bulletin(heading="", data=data, media_type=MEDIA_TYPE, codec=CODEC)


def _features(advisory: Advisory, outlook: Outlook) -> Iterator[Feature]:
    for group in outlook.groups or (None,):
        yield {
            "type": "Feature",
            "geometry": _geometry(group.region, outlook.at) if group else None,
            "properties": {
                "key": advisory.number.key if advisory.number else None,
                "status": str(advisory.status),
                "effect": _effect(advisory, group),
                "cause": cause_of(advisory) or None,
                "at": write_utc(outlook.at),
                "until": write_utc(outlook.until) if outlook.until else None,
                "observed": outlook.observed,
                "state": str(outlook.state),
                **_said(group, outlook.at),
            },
        }


def _effect(advisory: Advisory, group: Group | None) -> str:
    if group and group.effect:
        return str(group.effect)
    return " AND ".join(advisory.effects)


def _said(group: Group | None, at: datetime) -> Feature:
    if group is None:
        return dict.fromkeys(SAID)
    levels = group.levels
    return dict.fromkeys(SAID) | {
        "severity": str(group.severity),
        "labels": region_name(group.region),
        "asset": group.region.asset,
        "levels": [levels.lower_fl, levels.upper_fl] if levels else None,
        "over_forecast": over_forecast(group.region, at),
    }


def over_forecast(region: Region, at: datetime) -> float | None:
    """Return how many times the model's own area the words cover; None without one."""
    if region.exact is None or not region.exact.parts:
        return None
    return round(steradians(drawn(region, at)) / steradians(region.exact), 3)


def _geometry(region: Region, at: datetime) -> Feature | None:
    area = drawn(region, at)
    return geometry_of(area) if area.parts else None


def geometry_of(area: Area) -> Feature:
    """Return an area as a MultiPolygon, longitude before latitude, exterior rings to the left.

    Examples
    --------
    >>> square = ((0, 0), (0, 1), (1, 1), (1, 0), (0, 0))
    >>> geometry_of(Area(parts=(square,)))["coordinates"]
    [[[[0, 0], [1, 0], [1, 1], [0, 1], [0, 0]]]]
    """
    polygons = [
        [[[round(lon, DECIMALS), round(lat, DECIMALS)] for lat, lon in ring]]
        for ring in area.parts
    ]
    return {"type": "MultiPolygon", "coordinates": polygons}
