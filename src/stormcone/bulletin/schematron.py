"""ISO Schematron as XSLT 2: the patterns that can match a space weather advisory."""

import re
from collections.abc import Iterator

from lxml import etree

from stormcone.bulletin.xml import Element

SCH = "{http://purl.oclc.org/dsdl/schematron}"
XSL_NAMESPACE = "http://www.w3.org/1999/XSL/Transform"
XSL = f"{{{XSL_NAMESPACE}}}"
_WANTED = re.compile(r"SpaceWeather|iwxxm:extension|collect:")
_DOCUMENT = re.compile(r"document\('([^']+)'\)")


def stylesheet(schematron: bytes) -> tuple[str, dict[str, str]]:
    """Return an XSLT 2 stylesheet, and the code lists it takes as parameters, by parameter.

    Patterns are chosen by the context of their rules, never by their name: names moved between
    releases. The output has one line ``pattern<TAB>message`` for each broken rule.
    """
    source = etree.fromstring(schematron)
    namespaces = {ns.get("prefix"): ns.get("uri") for ns in source.iter(f"{SCH}ns")}
    sheet = etree.Element(
        f"{XSL}stylesheet", {"version": "2.0"}, {"xsl": XSL_NAMESPACE, **namespaces}
    )
    etree.SubElement(sheet, f"{XSL}output", {"method": "text"})
    start = etree.SubElement(sheet, f"{XSL}template", {"match": "/"})
    lists: dict[str, str] = {}
    for index, pattern in enumerate(_patterns(source)):
        mode = f"M{index}"
        etree.SubElement(start, f"{XSL}apply-templates", {"select": "/", "mode": mode})
        _pattern(sheet, pattern, mode, lists)
    for name in lists:
        sheet.insert(0, etree.Element(f"{XSL}param", {"name": name}))
    return etree.tostring(sheet, encoding="unicode"), lists


def _patterns(source: Element) -> Iterator[Element]:
    for pattern in source.iter(f"{SCH}pattern"):
        contexts = " ".join(rule.get("context", "") for rule in pattern.iter(f"{SCH}rule"))
        if _WANTED.search(contexts):
            yield pattern


def _pattern(sheet: Element, pattern: Element, mode: str, lists: dict[str, str]) -> None:
    """Add one mode: the first rule that matches a node is tried, then the walk goes on."""
    for rank, rule in enumerate(pattern.findall(f"{SCH}rule")):
        template = etree.SubElement(
            sheet,
            f"{XSL}template",
            {"match": rule.get("context", ""), "mode": mode, "priority": str(1000 - rank)},
        )
        _rule(template, rule, pattern.get("id", ""), lists)
        etree.SubElement(template, f"{XSL}apply-templates", {"select": "*|@*", "mode": mode})
    onward = {"match": "*|/", "mode": mode, "priority": "-1"}
    walk = etree.SubElement(sheet, f"{XSL}template", onward)
    etree.SubElement(walk, f"{XSL}apply-templates", {"select": "*|@*", "mode": mode})
    leaf = {"match": "text()|@*", "mode": mode, "priority": "-2"}
    etree.SubElement(sheet, f"{XSL}template", leaf)


def _rule(template: Element, rule: Element, name: str, lists: dict[str, str]) -> None:
    for let in rule.findall(f"{SCH}let"):
        variable = {"name": let.get("name", ""), "select": _named(let.get("value", ""), lists)}
        etree.SubElement(template, f"{XSL}variable", variable)
    for claim in rule.findall(f"{SCH}assert"):
        broken = {"test": f"not({_named(claim.get('test', ''), lists)})"}
        text = etree.SubElement(etree.SubElement(template, f"{XSL}if", broken), f"{XSL}text")
        text.text = f"{name}\t{' '.join(''.join(claim.itertext()).split())}\n"


def _named(expression: str, lists: dict[str, str]) -> str:
    """Replace each document('file') by a parameter, so that no file is opened."""

    def parameter(match: re.Match[str]) -> str:
        name = "list-" + re.sub(r"[^A-Za-z0-9-]", "-", match[1])
        lists[name] = match[1]
        return f"${name}"

    return _DOCUMENT.sub(parameter, expression)
