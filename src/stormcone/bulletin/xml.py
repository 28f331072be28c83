"""Reading XML of strangers: no entities, no DTD, no network, no bottomless nesting."""

from typing import Any

from lxml import etree

from stormcone.bulletin.bulletin import BulletinError, Finding, Weight

LARGEST_INPUT_BYTES = 10 * 1024 * 1024
DEEPEST = 200

Element = Any
"""An element of lxml, which ships no types."""


def parse_xml(data: bytes) -> Element:
    """Return the root of an XML document.

    Raises
    ------
    BulletinError
        If it is not well-formed, declares a document type, or is too large or too deep.
    """
    if len(data) > LARGEST_INPUT_BYTES:
        raise _refused("size", f"{len(data)} bytes, over the limit of 10 MiB")
    parser = etree.XMLParser(
        resolve_entities=False, load_dtd=False, no_network=True, huge_tree=False
    )
    try:
        root = etree.fromstring(data, parser)
    except etree.XMLSyntaxError as error:
        line, column = error.lineno or 1, max(error.offset or 1, 1)
        raise _refused("syntax", str(error.msg), line, column) from error
    if root.getroottree().docinfo.internalDTD is not None:
        raise _refused("doctype", "a document type declaration; a bulletin has none")
    _check_depth(root)
    return root


def _check_depth(root: Element) -> None:
    depth = 0
    for event, element in etree.iterwalk(root, events=("start", "end")):
        depth += 1 if event == "start" else -1
        if depth > DEEPEST:
            line = element.sourceline or 1
            raise _refused("depth", f"elements nested deeper than {DEEPEST}", line)


def _refused(code: str, message: str, line: int = 1, column: int = 0) -> BulletinError:
    finding = Finding(
        code=f"xml.{code}", weight=Weight.ERROR, message=message, line=line, column=column
    )
    return BulletinError(finding)
