"""An advisory for maps: RFC 7946, one feature for each outlook and group."""

from collections.abc import Iterator
from datetime import datetime

import msgspec

from stormcone.advisory.advisory import Advisory, Group, Outlook
from stormcone.bulletin.bulletin import Bulletin
from stormcone.reference.areas import Area, Region, area_of, region_text, steradians
from stormcone.reference.utc import write_utc

CODEC = "geojson"
MEDIA_TYPE = "application/geo+json"


def write(advisory: Advisory) -> Bulletin:
    """Return the advised areas, in planar degrees and split at 180; drafts too, with key null.

    An outlook without groups, and a group that is an asset, is a feature without geometry.
    """
    collection = {
        "type": "FeatureCollection",
        "features": [feature for o in advisory.outlooks for feature in _features(advisory, o)],
    }
    data = msgspec.json.encode(collection)
    return Bulletin(heading="", data=data, media_type=MEDIA_TYPE, codec=CODEC)


def _features(advisory: Advisory, outlook: Outlook) -> Iterator[dict[str, object]]:
    common: dict[str, object] = {
        "key": advisory.number.key if advisory.number else None,
        "effect": " AND ".join(advisory.effects),
        "cause": advisory.cause or None,
        "status": str(advisory.status),
        "at": write_utc(outlook.at),
        "observed": outlook.observed,
        "state": str(outlook.state),
    }
    for group in outlook.groups:
        yield _feature(_geometry(group.region, outlook.at), common | _said(group, outlook.at))
    if not outlook.groups:
        yield _feature(None, common)


def _feature(geometry: object, properties: dict[str, object]) -> dict[str, object]:
    return {"type": "Feature", "geometry": geometry, "properties": properties}


def _said(group: Group, at: datetime) -> dict[str, object]:
    levels = group.levels
    return {
        "severity": str(group.severity),
        "labels": region_text(group.region),
        "levels": [levels.lower_fl, levels.upper_fl] if levels else None,
        "over_forecast": over_forecast(group.region, at),
    }


def over_forecast(region: Region, at: datetime) -> float | None:
    """Return how many times the model's own area the words cover; None without one."""
    if region.exact is None or region.asset is not None:
        return None
    return round(steradians(area_of(region, at)) / steradians(region.exact), 3)


def _geometry(region: Region, at: datetime) -> dict[str, object] | None:
    if region.asset is not None:
        return None
    return geometry_of(area_of(region, at))


def geometry_of(area: Area) -> dict[str, object]:
    """Return an area as a MultiPolygon, longitude before latitude, exterior rings to the left.

    Examples
    --------
    >>> square = ((0, 0), (0, 1), (1, 1), (1, 0), (0, 0))
    >>> geometry_of(Area(parts=(square,)))["coordinates"]
    [[[[0, 0], [1, 0], [1, 1], [0, 1], [0, 0]]]]
    """
    polygons = [[[[lon, lat] for lat, lon in ring]] for ring in area.parts]
    return {"type": "MultiPolygon", "coordinates": polygons}
