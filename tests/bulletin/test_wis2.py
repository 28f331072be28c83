"""WIS2 notifications: valid by WMO's schema, small enough, and the same when sent again."""

import base64
import hashlib
import json
import uuid
from datetime import UTC, datetime

import pytest
import shapely
from bulletin_kit import advisories
from hypothesis import given, settings
from jsonschema import Draft202012Validator, FormatChecker
from msgspec import structs

from stormcone.advisory.advisory import Group, State
from stormcone.bulletin import cap, geojson, iwxxm_2025_2, tac_amd82
from stormcone.bulletin.bulletin import Bulletin, BulletinError
from stormcone.bulletin.wis2 import Rel, write
from stormcone.effect.effect import Kind, Severity
from stormcone.reference.areas import Band, Region, Side, area_of, shape_of

SCHEMA = "data/icao/wis2/wis2-notification-message-bundled.json"
ADDRESS = "https://swx.example.org/api/v1/advisories"
SENT = datetime(2026, 1, 31, 18, 5, 12, tzinfo=UTC)
TOPIC = "origin/a/wis2/cn-cma/data/core/space-weather/experimental/advisories"


def announced(bulletin, advisory, **options):
    options = {"centre_id": "cn-cma", "pubtime": SENT, "base_url": ADDRESS} | options
    return write(bulletin, advisory, **options)


def message(bulletin, advisory, **options):
    return json.loads(announced(bulletin, advisory, **options).data)


def forms(advisory) -> list[Bulletin]:
    return [
        tac_amd82.write(advisory),
        iwxxm_2025_2.write(advisory),
        geojson.write(advisory),
        cap.write(advisory, sender="swx.example.org"),
    ]


@pytest.fixture(scope="session")
def schema(shared) -> Draft202012Validator:
    """WMO's schema of the notification, with the formats of times and identifiers checked."""
    rules = json.loads((shared / SCHEMA).read_bytes())
    return Draft202012Validator(rules, format_checker=FormatChecker())


def said_first(advisory, *regions):
    groups = tuple(Group(severity=Severity.MODERATE, region=region) for region in regions)
    state = State.GROUPS if groups else State.NO_SWX_EXP
    first = structs.replace(advisory.outlooks[0], groups=groups, state=state)
    return structs.replace(advisory, outlooks=(first, *advisory.outlooks[1:]))


@pytest.mark.shared
def test_the_34_real_advisories_are_announced_by_the_schema(schema, real):
    for advisory in real:
        for bulletin in forms(advisory):
            for rel in Rel:
                note = announced(bulletin, advisory, link_rel=rel)
                assert list(schema.iter_errors(json.loads(note.data))) == []
                assert len(note.data) <= 8192


@pytest.mark.shared
def test_the_schema_sees_what_is_wrong(schema, released):
    good = message(tac_amd82.write(released), released)
    assert list(schema.iter_errors(good)) == []
    for spoilt in (
        good | {"type": "Featur"},
        good | {"id": "not a uuid"},
        good | {"links": []},
        good | {"properties": good["properties"] | {"datetime": 5}},
    ):
        assert list(schema.iter_errors(spoilt)), spoilt


@pytest.mark.shared
@settings(max_examples=40)
@given(advisory=advisories())
def test_any_advisory_is_announced_by_the_schema(schema, advisory):
    for bulletin in (geojson.write(advisory), cap.write(advisory, sender="swx.example.org")):
        note = announced(bulletin, advisory)
        assert list(schema.iter_errors(json.loads(note.data))) == []
        assert len(note.data) <= 8192


def test_a_message_says_what_where_and_when(released):
    text = tac_amd82.write(released)
    note = announced(text, released, metadata_id="urn:wmo:md:cn-cma:swx-advisories")
    assert (note.heading, note.media_type) == (TOPIC, "application/geo+json")
    said = json.loads(note.data)
    (link,) = said["links"]
    assert link == {
        "href": f"{ADDRESS}/hf_com-2026-1.tac",
        "rel": "canonical",
        "type": "text/plain; charset=us-ascii",
        "length": len(text.data),
    }
    properties = said["properties"]
    assert properties["pubtime"] == "2026-01-31T18:05:12Z"
    assert properties["datetime"] == "2026-01-31T18:00:00Z"
    assert properties["data_id"] == f"{TOPIC.removeprefix('origin/a/wis2/')}/hf_com-2026-1.tac"
    assert properties["metadata_id"] == "urn:wmo:md:cn-cma:swx-advisories"
    assert said["conformsTo"] == ["http://wis.wmo.int/spec/wnm/1/conf/core"]
    assert "version" not in said


def test_a_small_bulletin_stands_in_the_message_with_its_digest(released):
    text = tac_amd82.write(released)
    properties = message(text, released)["properties"]
    assert properties["content"] == {
        "encoding": "utf-8",
        "size": len(text.data),
        "value": text.data.decode(),
    }
    digest = base64.b64decode(properties["integrity"]["value"])
    assert digest == hashlib.sha512(text.data).digest()


def of_size(count: int, sign: bytes = b"x") -> Bulletin:
    return Bulletin(heading="", data=sign * count, media_type="text/plain", codec="tac-amd82")


def test_a_bulletin_over_4096_bytes_is_only_linked(released):
    assert "content" in message(of_size(4096), released)["properties"]
    assert "content" not in message(of_size(4097), released)["properties"]
    assert message(of_size(4097), released)["links"][0]["length"] == 4097


def test_a_message_of_8192_bytes_has_no_room_for_signs_that_json_doubles(released):
    note = announced(of_size(4096, b'"'), released)
    assert "content" not in json.loads(note.data)["properties"]
    assert len(note.data) <= 8192


def test_the_same_bulletin_has_the_same_id_and_any_other_another(released):
    text = tac_amd82.write(released)
    ids = [message(text, released)["id"], message(text, released, link_rel=Rel.UPDATE)["id"]]
    ids += [message(form, released)["id"] for form in forms(released)[1:]]
    ids += [message(of_size(5), released)["id"], message(of_size(6), released)["id"]]
    assert len(set(ids)) == len(ids)
    assert {uuid.UUID(known).version for known in ids} == {5}
    later = message(text, released, pubtime=SENT.replace(hour=19))
    assert later["id"] == ids[0]


def test_what_is_deleted_has_a_link_and_no_content(released):
    said = message(tac_amd82.write(released), released, link_rel=Rel.DELETION)
    assert said["links"][0]["rel"] == "deletion"
    assert not {"integrity", "content"} & said["properties"].keys()
    assert "length" not in said["links"][0]


def polygon(advisory):
    geometry = message(of_size(1), advisory)["geometry"]
    return geometry and shapely.geometry.shape(geometry)


def test_one_area_is_drawn_as_it_is(released):
    region = Region(bands=(Band.HNH,))
    cap_of_the_north = polygon(said_first(released, region))
    assert cap_of_the_north.bounds == (-180, 60, 180, 90)
    day = Region(side=Side.DAYSIDE)
    drawn = polygon(said_first(released, day))
    wanted = shape_of(area_of(day, released.outlooks[0].at))
    assert drawn.symmetric_difference(wanted).area < 0.05  # square degrees, of four decimals


def test_several_areas_are_drawn_as_the_box_that_covers_them(released):
    across = Region(polygon=((10, 170), (10, -170), (20, -170), (20, 170), (10, 170)))
    assert polygon(said_first(released, across)).bounds == (-180, 10, 180, 20)
    assert polygon(said_first(released)) is None


@settings(max_examples=40)
@given(advisories())
def test_the_polygon_covers_every_area_of_the_first_outlook(advisory):
    drawn, first = polygon(advisory), advisory.outlooks[0]
    for group in first.groups:
        missed = shape_of(area_of(group.region, first.at)).difference(drawn).area
        assert missed < 0.05  # square degrees, of four decimals
    assert (drawn is None) == (not first.groups)


def test_another_topic_may_be_chosen(released):
    topic = "origin/a/wis2/{centre-id}/data/core/weather/advisories-warnings"
    note = announced(of_size(1), released, topic=topic)
    assert note.heading == "origin/a/wis2/cn-cma/data/core/weather/advisories-warnings"


REFUSED = {
    "wis2.centre": {"centre_id": "CN CMA"},
    "wis2.topic": {"topic": "origin/a/wis2/cn-cma/#"},
    "wis2.address": {"base_url": "swx.example.org"},
}


@pytest.mark.parametrize("code", REFUSED)
def test_what_no_broker_would_take_is_refused(released, code):
    with pytest.raises(BulletinError, match=code):
        announced(of_size(1), released, **REFUSED[code])


def test_drafts_and_forms_without_an_address_are_refused(draft, released):
    with pytest.raises(BulletinError, match="a draft has no number"):
        announced(of_size(1), draft)
    with pytest.raises(BulletinError, match="cdm has no address"):
        announced(structs.replace(of_size(1), codec="cdm"), released)


def test_a_shelter_advisory_has_no_place_on_earth(released):
    shelter = structs.replace(
        said_first(released, Region(asset="25544")),
        number=structs.replace(released.number, effect=Kind.SHELTER),
        effects=(Kind.SHELTER,),
    )
    assert polygon(shelter) is None
    href = message(geojson.write(shelter), shelter)["links"][0]["href"]
    assert href == f"{ADDRESS}/shelter-2026-1.geojson"
