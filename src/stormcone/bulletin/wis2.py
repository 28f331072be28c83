"""WIS2 Notification Message 1.1: the note by which WMO's brokers announce a bulletin."""

import base64
import hashlib
import re
import uuid
from datetime import datetime
from enum import StrEnum
from math import ceil, floor

import msgspec
from msgspec import Struct, structs

from stormcone.advisory.advisory import Advisory, Number
from stormcone.bulletin.bulletin import Bulletin, BulletinError, Finding, Weight
from stormcone.bulletin.drawn import drawn_together
from stormcone.reference.areas import shape_of
from stormcone.reference.rings import Ring
from stormcone.reference.utc import write_utc

CODEC = "wis2"
MEDIA_TYPE = "application/geo+json"
CONFORMANCE = "http://wis.wmo.int/spec/wnm/1/conf/core"
ROOT = "origin/a/wis2/"
CENTRE = "{centre-id}"
TOPIC = f"{ROOT}{CENTRE}/data/core/space-weather/experimental/advisories"
ENDINGS = {"tac-amd82": "tac", "iwxxm-2025-2": "xml", "geojson": "geojson", "cap-1.2": "cap"}
LARGEST_CONTENT_BYTES = 4096
LARGEST_MESSAGE_BYTES = 8192
MOST_POINTS = 200
"""A longer ring would leave no room in the message for the bulletin itself."""
_CENTRE_ID = re.compile(r"[a-z]{2,}(-[a-z0-9_]+)+")
_TOPIC = re.compile(rf"{ROOT}[a-z0-9_-]+(/[a-z0-9_-]+)+")
_ADDRESS = re.compile(r"(https?|s?ftp)://\S+")


class Rel(StrEnum):
    """What is said of a bulletin: that it is there, that it is there anew, that it is gone."""

    CANONICAL = "canonical"
    UPDATE = "update"
    DELETION = "deletion"


class Polygon(Struct, frozen=True):
    """A polygon of RFC 7946: rings of longitude and latitude."""

    coordinates: list[list[tuple[float, float]]]
    type: str = "Polygon"


class Integrity(Struct, frozen=True):
    """The digest of a bulletin, in base64."""

    method: str
    value: str


class Content(Struct, frozen=True):
    """A bulletin in the message itself."""

    encoding: str
    size: int
    value: str


class Properties(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What and when."""

    pubtime: str
    data_id: str
    datetime: str
    metadata_id: str | None = None
    integrity: Integrity | None = None
    content: Content | None = None


class Link(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Where."""

    href: str
    rel: Rel
    type: str
    length: int | None = None


class Message(Struct, frozen=True, kw_only=True, rename="camel"):
    """The notification, a feature of GeoJSON."""

    id: str
    conforms_to: tuple[str, ...] = (CONFORMANCE,)
    type: str = "Feature"
    geometry: Polygon | None
    properties: Properties
    links: tuple[Link, ...]


def write(
    bulletin: Bulletin,
    advisory: Advisory,
    *,
    centre_id: str,
    pubtime: datetime,
    base_url: str,
    topic: str = TOPIC,
    metadata_id: str | None = None,
    link_rel: Rel = Rel.CANONICAL,
) -> Bulletin:
    """Return the message that announces one form of an advisory; its heading is its topic.

    The same bulletin gives the same `id`, so that a message sent twice is taken once. It stands
    in the message itself where both are small enough. Several areas are drawn as the box that
    covers them, since a message has one polygon; the bulletin has them all.

    Parameters
    ----------
    bulletin, advisory
        The bytes, and the released advisory that they say.
    centre_id
        The centre as WIS2 names it, like ``cn-cma``.
    pubtime
        The time of sending.
    base_url
        The address below which the bulletin lies, as ``hf_com-2026-28.tac``.
    topic
        Where to publish; ``{centre-id}`` stands for the centre.
    metadata_id
        The discovery metadata record of the data, if there is one.
    link_rel
        New, changed or deleted.

    Raises
    ------
    BulletinError
        If the advisory has no number, if bulletins of this form have no address, or if the
        centre, the topic or the address is malformed.
    """
    if advisory.number is None or advisory.issued is None:
        raise _refused("number", "a draft has no number or time of issue")
    where, name = _topic(topic, centre_id), _name(advisory.number, bulletin)
    properties = Properties(
        pubtime=write_utc(pubtime),
        data_id=f"{where.removeprefix(ROOT)}/{name}",
        datetime=write_utc(advisory.outlooks[0].at),
        metadata_id=metadata_id,
    )
    link = Link(href=_address(base_url, name), rel=link_rel, type=bulletin.media_type)
    if link_rel is not Rel.DELETION:
        properties = structs.replace(properties, integrity=_integrity(bulletin.data))
        link = structs.replace(link, length=len(bulletin.data))
    message = Message(
        id=_id(bulletin, advisory.issued, properties.data_id, link_rel),
        geometry=_geometry(advisory),
        properties=properties,
        links=(link,),
    )
    inline = _with_content(message, bulletin) if properties.integrity else None
    data = inline or msgspec.json.encode(message)
    return Bulletin(heading=where, data=data, media_type=MEDIA_TYPE, codec=CODEC)


def _topic(topic: str, centre_id: str) -> str:
    if not _CENTRE_ID.fullmatch(centre_id):
        raise _refused("centre", f"{centre_id!r} is not a centre of WIS2; expected e.g. cn-cma")
    where = topic.replace(CENTRE, centre_id)
    if not _TOPIC.fullmatch(where):
        raise _refused("topic", f"{where!r} is not a topic to publish on, like {TOPIC}")
    return where


def _name(number: Number, bulletin: Bulletin) -> str:
    ending = ENDINGS.get(bulletin.codec)
    if ending is None:
        known = ", ".join(ENDINGS)
        raise _refused("form", f"{bulletin.codec} has no address; announce one of {known}")
    return f"{number.slug}.{ending}"


def _address(base_url: str, name: str) -> str:
    if not _ADDRESS.fullmatch(base_url):
        raise _refused("address", f"{base_url!r} is not an address of https, http, sftp or ftp")
    return f"{base_url.rstrip('/')}/{name}"


def _integrity(data: bytes) -> Integrity:
    digest = base64.b64encode(hashlib.sha512(data).digest())
    return Integrity(method="sha512", value=digest.decode())


def _id(bulletin: Bulletin, issued: datetime, data_id: str, rel: Rel) -> str:
    """Return a UUID of the release, its form and its bytes: a changed bulletin is news."""
    digest = hashlib.sha256(bulletin.data).hexdigest()
    said = f"{data_id} {write_utc(issued)} {bulletin.media_type} {digest} {rel}"
    return str(uuid.uuid5(uuid.NAMESPACE_URL, said))


def _with_content(message: Message, bulletin: Bulletin) -> bytes | None:
    """Return the message with the bulletin in it, None where either would be too long."""
    if len(bulletin.data) > LARGEST_CONTENT_BYTES:
        return None
    content = Content("utf-8", len(bulletin.data), bulletin.data.decode())
    properties = structs.replace(message.properties, content=content)
    data = msgspec.json.encode(structs.replace(message, properties=properties))
    return data if len(data) <= LARGEST_MESSAGE_BYTES else None


def _geometry(advisory: Advisory) -> Polygon | None:
    """Return the area of the first outlook, or the box around it; None where it has none."""
    first = advisory.outlooks[0]
    area = drawn_together(first.groups, first.at)
    if not area.parts:
        return None
    if len(area.parts) == 1 and len(area.parts[0]) <= MOST_POINTS:
        return _polygon(area.parts[0])
    west, south, east, north = shape_of(area).bounds
    low, high, left, right = floor(south), ceil(north), floor(west), ceil(east)
    return _polygon(((low, left), (low, right), (high, right), (high, left), (low, left)))


def _polygon(ring: Ring) -> Polygon:
    return Polygon([[(round(lon, 4), round(lat, 4)) for lat, lon in ring]])


def _refused(code: str, message: str) -> BulletinError:
    return BulletinError(Finding(code=f"wis2.{code}", weight=Weight.ERROR, message=message))
