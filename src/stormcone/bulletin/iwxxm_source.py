"""A report of IWXXM as it came: its elements by name and by reference, and what was noticed."""

from collections.abc import Callable, Hashable, Iterator
from typing import Any, NoReturn, TypeVar

from lxml import etree

from stormcone.bulletin.bulletin import BulletinError, Finding, Weight
from stormcone.bulletin.iwxxm_names import HREF, ID
from stormcone.bulletin.xml import Element

Value = TypeVar("Value")


class Source:
    """One report; every refusal names the line, and every deviation is noted or refused."""

    def __init__(self, root: Element, *, strict: bool) -> None:
        self.root = root
        self.strict = strict
        self.iwxxm = f"{{{etree.QName(root).namespace}}}"
        self.findings: list[Finding] = []
        self._made: dict[Hashable, Any] = {}
        self._named: dict[str, Element] | None = None

    def child(self, parent: Element, name: str) -> Element | None:
        """Return the first child of that name in IWXXM, or None."""
        return parent.find(self.iwxxm + name)

    def children(self, parent: Element, name: str) -> Iterator[Element]:
        """Yield the children of that name in IWXXM."""
        yield from parent.iterchildren(self.iwxxm + name)

    def held(self, holder: Element, tag: str) -> Element:
        """Return the object that an element holds, or points to within the report."""
        inside = holder.find(tag)
        if inside is not None:
            return inside
        name = holder.get(HREF, "")
        found = self._by_id().get(name[1:]) if name.startswith("#") else None
        if found is None or found.tag != tag:
            wanted = etree.QName(tag).localname
            self.refuse("reference", holder, f"no {wanted} inside, and none named {name!r}")
        return found

    def _by_id(self) -> dict[str, Element]:
        if self._named is None:
            named = ((element.get(ID), element) for element in self.root.iter("*"))
            self._named = {name: element for name, element in named if name is not None}
        return self._named

    def once(self, key: Hashable, make: Callable[[], Value]) -> Value:
        """Return what was made for a key, once; a region may be named again and again."""
        if key not in self._made:
            self._made[key] = make()
        made: Value = self._made[key]
        return made

    def warn(self, what: str, element: Element, message: str) -> None:
        """Note something that strict readers take too."""
        finding = _found(what, Weight.WARNING, element, message)
        if finding not in self.findings:
            self.findings.append(finding)

    def forgive(self, what: str, element: Element, message: str) -> None:
        """Note a deviation that has one meaning only; a strict reader refuses it."""
        if self.strict:
            self.refuse(what, element, message)
        self.warn(what, element, message)

    def refuse(self, what: str, element: Element, message: str) -> NoReturn:
        """Raise BulletinError with the line of the element."""
        raise BulletinError(_found(what, Weight.ERROR, element, message))


def text_of(element: Element | None) -> str:
    """Return the text of an element, blanks folded; none of it is "" too."""
    return "" if element is None else " ".join("".join(element.itertext()).split())


def nil_reason(element: Element) -> str:
    """Return the last word of why an element is empty, or ""."""
    return str(element.get("nilReason", "")).rpartition("/")[2]


def _found(what: str, weight: Weight, element: Element, message: str) -> Finding:
    line = element.sourceline or 1
    return Finding(code=f"iwxxm.{what}", weight=weight, message=message, line=line)
