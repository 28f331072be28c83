"""GeoJSON: one feature for each outlook and group, on the globe, to the left."""

import json

import pytest
import shapely
from msgspec import structs

from stormcone.advisory.advisory import Group
from stormcone.bulletin.geojson import write
from stormcone.effect.effect import Severity
from stormcone.reference.areas import Area, Band, Region


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


def test_a_feature_says_how_much_wider_the_words_are(released):
    exact = Area(parts=(((60, -180), (60, 0), (90, 0), (90, -180), (60, -180)),))
    group = Group(severity=Severity.SEVERE, region=Region(bands=(Band.HNH,), exact=exact))
    first = structs.replace(released.outlooks[0], groups=(group,))
    changed = structs.replace(released, outlooks=(first, *released.outlooks[1:]))
    said = features(changed)[0]["properties"]
    assert said["over_forecast"] == 2.0
    assert (said["labels"], said["severity"], said["observed"]) == ("HNH", "SEV", True)
    assert said["key"] == "2026/HF COM/1"


def test_a_draft_has_features_but_no_key(draft):
    assert features(draft)[0]["properties"]["key"] is None


def test_an_asset_has_no_geometry(released):
    group = Group(severity=Severity.SEVERE, region=Region(asset="25544"))
    first = structs.replace(released.outlooks[0], groups=(group,))
    changed = structs.replace(released, outlooks=(first, *released.outlooks[1:]))
    assert features(changed)[0]["geometry"] is None
    assert features(changed)[0]["properties"]["labels"] == "25544"
