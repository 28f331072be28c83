"""GeoJSON: one feature for each outlook and group, on the globe, to the left."""

import json
from datetime import timedelta
from itertools import pairwise

import pytest
import shapely
from bulletin_kit import advisories
from hypothesis import given, settings
from msgspec import structs

from stormcone.advisory.advisory import Group, Outlook, State
from stormcone.bulletin.bulletin import BulletinError
from stormcone.bulletin.geojson import write
from stormcone.effect.effect import Kind, Severity
from stormcone.reference.areas import (
    Area,
    Band,
    Levels,
    Longitudes,
    Region,
    Side,
    area_of,
    shape_of,
)

PROPERTIES = {
    *("key", "status", "effect", "cause", "at", "until", "observed", "state"),
    *("severity", "labels", "asset", "levels", "over_forecast", "probability"),
}


def with_first(advisory, *groups):
    first = structs.replace(advisory.outlooks[0], groups=groups)
    return structs.replace(advisory, outlooks=(first, *advisory.outlooks[1:]))


def to_the_left(ring) -> bool:
    """Whether a ring of (longitude, latitude) runs counter-clockwise (shoelace)."""
    return sum(x0 * y1 - x1 * y0 for (x0, y0), (x1, y1) in pairwise(ring)) > 0


def features(advisory):
    collection = json.loads(write(advisory).data)
    assert collection["type"] == "FeatureCollection"
    return collection["features"]


@pytest.mark.shared
def test_the_34_real_advisories_have_sound_geometries(real):
    for advisory in real:
        found = features(advisory)
        assert len(found) == sum(max(1, len(o.groups)) for o in advisory.outlooks)
        for feature in found:
            if feature["geometry"] is None:
                assert feature["properties"]["state"] in {"NO SWX EXP", "NOT AVBL"}
                continue
            shape = shapely.geometry.shape(feature["geometry"])
            assert shape.is_valid
            west, south, east, north = shape.bounds
            assert west >= -180 <= south * 2 <= north * 2 <= 180 >= east
            assert all(part.exterior.is_ccw for part in shape.geoms)


@settings(max_examples=60)
@given(advisories())
def test_every_polygon_is_closed_in_range_and_to_the_left_and_all_is_the_area(advisory):
    found = iter(features(advisory))
    for outlook in advisory.outlooks:
        for group in outlook.groups or (None,):
            feature = next(found)
            assert feature["properties"].keys() == PROPERTIES
            if group is None:
                assert feature["geometry"] is None
                continue
            polygons = feature["geometry"]["coordinates"]
            for (ring,) in polygons:
                assert ring[0] == ring[-1]
                assert len(ring) >= 4
                assert all(abs(lon) <= 180 and abs(lat) <= 90 for lon, lat in ring)
                assert to_the_left(ring)
            drawn = shapely.union_all([shapely.Polygon(ring) for (ring,) in polygons])
            wanted = shape_of(area_of(group.region, outlook.at))
            common, either = drawn.intersection(wanted).area, drawn.union(wanted).area
            assert common / either > 1 - 1e-8
    assert next(found, None) is None


def test_a_feature_says_how_much_wider_the_words_are(released):
    exact = Area(parts=(((60, -180), (60, 0), (90, 0), (90, -180), (60, -180)),))
    region = Region(bands=(Band.HNH,), exact=exact)
    changed = with_first(released, Group(severity=Severity.SEVERE, region=region))
    said = features(changed)[0]["properties"]
    assert said["over_forecast"] == 2.0
    assert (said["labels"], said["severity"], said["observed"]) == ("HNH", "SEV", True)
    assert said["key"] == "2026/HF COM/1"


def test_an_empty_area_of_the_model_gives_no_ratio(released):
    region = Region(bands=(Band.HNH,), exact=Area(parts=()))
    changed = with_first(released, Group(severity=Severity.SEVERE, region=region))
    assert features(changed)[0]["properties"]["over_forecast"] is None


def test_a_draft_has_features_but_no_key(draft):
    assert features(draft)[0]["properties"]["key"] is None


def test_a_shelter_advisory_has_windows_with_a_station_and_no_geometry(released):
    opens = released.outlooks[0].at
    group = Group(severity=Severity.SEVERE, region=Region(asset="25544"))
    window = Outlook(
        observed=False,
        at=opens,
        until=opens + timedelta(minutes=25),
        state=State.GROUPS,
        groups=(group,),
    )
    shelter = structs.replace(released, effects=(Kind.SHELTER,), outlooks=(window,))
    (feature,) = features(shelter)
    said = feature["properties"]
    assert feature["geometry"] is None
    assert (said["asset"], said["labels"], said["effect"]) == ("25544", "25544", "SHELTER")
    assert (said["at"], said["until"]) == ("2026-01-31T18:00:00Z", "2026-01-31T18:25:00Z")


def test_of_two_effects_each_feature_names_its_own(released):
    groups = [
        Group(severity=Severity.MODERATE, region=Region(bands=(Band.HNH,)), effect=effect)
        for effect in (Kind.HF_COM, Kind.GNSS)
    ]
    both = structs.replace(with_first(released, *groups), effects=(Kind.HF_COM, Kind.GNSS))
    said = [feature["properties"]["effect"] for feature in features(both)]
    assert said[:3] == ["HF COM", "GNSS", "HF COM AND GNSS"]


def test_levels_are_a_pair_and_above_has_no_upper_one(released):
    groups = [
        Group(severity=Severity.MODERATE, region=Region(bands=(Band.HNH,)), levels=levels)
        for levels in (Levels(250, 350), Levels(340))
    ]
    said = [f["properties"]["levels"] for f in features(with_first(released, *groups))]
    assert said[:3] == [[250, 350], [340, None], None]


def test_what_lies_nowhere_on_earth_has_no_geometry(released):
    region = Region(bands=(Band.HSH,), side=Side.NIGHTSIDE, longitudes=Longitudes(20, 21))
    dark = with_first(released, Group(severity=Severity.MODERATE, region=region))
    assert features(dark)[0]["geometry"] is None


def test_a_ring_that_names_no_pole_is_refused(released):
    equator = Region(polygon=((1, -120), (1, 0), (1, 120), (1, -120)))
    with pytest.raises(BulletinError, match="which pole it encloses"):
        write(with_first(released, Group(severity=Severity.MODERATE, region=equator)))
