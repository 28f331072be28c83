"""COLLECT 1.2: several advisories of one release in one document, under one heading."""

from collections.abc import Sequence
from datetime import datetime

from lxml import etree

from stormcone.bulletin.bulletin import Bulletin, BulletinError, Finding, Weight
from stormcone.bulletin.heading import Heading, file_name
from stormcone.bulletin.iwxxm import COLLECTION, MEMBER, MOST_REPORTS, read
from stormcone.bulletin.iwxxm_elements import MEDIA_TYPE, put, uuid_of
from stormcone.bulletin.iwxxm_names import (
    CODECS,
    COLLECT,
    COLLECT_ADDRESS,
    ID,
    SCHEMA_LOCATION,
    namespaces,
)
from stormcone.bulletin.xml import parse_xml

__all__ = ["CODEC", "read", "write"]

CODEC = "collect"
SCHEMA = f"{COLLECT_ADDRESS} http://schemas.wmo.int/collect/1.2/collect.xsd"


def write(
    bulletins: Sequence[Bulletin], heading: Heading, at: datetime, *, seconds: bool = True
) -> Bulletin:
    """Return a COLLECT of advisories that were written in one release of IWXXM.

    Its identifier is the name of its file; without `seconds` those are not known.

    Raises
    ------
    BulletinError
        If there is none or too many, another form or release among them, or one twice.
    """
    release = _release(bulletins)
    name = file_name(heading, at, "xml", seconds=seconds)
    root = etree.Element(
        COLLECTION,
        {ID: uuid_of(name), SCHEMA_LOCATION: SCHEMA},
        nsmap={"collect": COLLECT_ADDRESS, **namespaces(release)},
    )
    for bulletin in bulletins:
        put(root, MEMBER).append(parse_xml(bulletin.data))
    put(root, f"{COLLECT}bulletinIdentifier", name)
    names = [element.get(ID) for element in root.iter("*") if element.get(ID)]
    if len(set(names)) < len(names):
        raise _refused("twice", "an id stands twice; take each advisory once")
    etree.indent(root)
    return Bulletin(
        heading=str(heading),
        data=etree.tostring(root, xml_declaration=True, encoding="UTF-8") + b"\n",
        media_type=MEDIA_TYPE,
        codec=CODEC,
        losses=tuple(loss for bulletin in bulletins for loss in bulletin.losses),
    )


def _release(bulletins: Sequence[Bulletin]) -> str:
    if not 1 <= len(bulletins) <= MOST_REPORTS:
        raise _refused("size", f"{len(bulletins)} advisories; expected 1 to {MOST_REPORTS}")
    codecs = {bulletin.codec for bulletin in bulletins}
    releases = [release for release, codec in CODECS.items() if codec in codecs]
    if len(codecs) != 1 or not releases:
        raise _refused("release", f"{', '.join(sorted(codecs))} are not one release of IWXXM")
    return releases[0]


def _refused(what: str, message: str) -> BulletinError:
    return BulletinError(Finding(code=f"collect.{what}", weight=Weight.ERROR, message=message))
