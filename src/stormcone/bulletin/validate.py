"""Is this XML a valid IWXXM advisory? Schema, Schematron and house rules, without a network."""

import importlib
import re
from collections.abc import Iterator, Mapping
from typing import Any

from lxml import etree
from msgspec import Struct

from stormcone.bulletin.bulletin import BulletinError, Finding, Weight
from stormcone.bulletin.house import house_findings
from stormcone.bulletin.iwxxm_names import ADDRESS
from stormcone.bulletin.schematron import stylesheet
from stormcone.bulletin.xml import Element, parse_xml

FOLDERS = {"3.0": "3.0.0", "2021-2": "2023-1", "2023-1": "2023-1", "2025-2": "2025-2"}
"""The release in the namespace, and the folder of its files; 2021-2 is 2023-1 but for it."""
CODE_LISTS = {"3.0.0": "2023-1"}
_NAMESPACE = re.compile(r"http://icao\.int/iwxxm/([\d.-]+)")
_ADDRESS = re.compile(r"https?://(?:www\.)?(.+)")
_HOSTS = (
    ("schemas.wmo.int/iwxxm/", ""),
    ("aixm.aero/schema/", "externalSchema/aero/aixm/"),
    ("w3.org/", "externalSchema/org/w3c/"),
    ("", "externalSchema/"),
)
Executable = Any
"""A compiled stylesheet of saxonche, which ships no types."""
_XSD = "http://www.w3.org/2001/XMLSchema"
_COLLECT = "http://def.wmo.int/collect/2014"


class Report(Struct, frozen=True, kw_only=True):
    """What each check found; a check named in `not_checked` was not made, and says why."""

    release: str
    xsd: tuple[Finding, ...] = ()
    rules: tuple[Finding, ...] = ()
    house: tuple[Finding, ...] = ()
    not_checked: tuple[str, ...] = ()

    @property
    def valid(self) -> bool:
        """Whether every check was made and none found an error; warnings may be there."""
        found = (*self.xsd, *self.rules, *self.house)
        return not (self.not_checked or any(one.weight is Weight.ERROR for one in found))


class _Offline(etree.Resolver):  # type: ignore[misc]  # lxml ships no types
    """Answers published addresses from the vendored files, and no other."""

    def __init__(self, files: Mapping[str, bytes]) -> None:
        super().__init__()
        self.files = files

    def resolve(self, system_url: str, _public_id: str | None, context: object) -> object:
        key = file_of(system_url)
        if key not in self.files:
            raise LookupError(f"{system_url} is not among the schema files (as {key})")
        return self.resolve_string(self.files[key], context, base_url=system_url)


def file_of(address: str) -> str:
    """Return the relative path under which the file of a published address is kept.

    Examples
    --------
    >>> file_of("http://schemas.wmo.int/iwxxm/2025-2/common.xsd")
    '2025-2/IWXXM/common.xsd'
    >>> file_of("http://www.w3.org/1999/xlink.xsd")
    'externalSchema/org/w3c/1999/xlink.xsd'
    """
    match = _ADDRESS.fullmatch(address)
    path = match[1] if match else address
    host, folder = next((h, f) for h, f in _HOSTS if path.startswith(h))
    rest = path.removeprefix(host)
    if host == _HOSTS[0][0]:
        release, _, name = rest.partition("/")
        return f"{release}/IWXXM/{name}"
    return f"{folder}{rest}"


class Validator:
    """Checks documents against the files given; each release is compiled once.

    `files` maps the relative path of every file below ``bulletin/schemas`` to its bytes, as
    importlib.resources reads them: ``2025-2/IWXXM/spaceWxAdvisory.xsd``,
    ``2025-2/IWXXM/rule/iwxxm.sch``, ``externalSchema/...``.
    """

    def __init__(self, files: Mapping[str, bytes]) -> None:
        self.files = files
        self._schemas: dict[str, etree.XMLSchema] = {}
        self._sheets: dict[str, Any] = {}
        self._engine: Any = None
        self._saxon: Any = None

    def check(self, xml: bytes, name: str | None = None) -> Report:
        """Return what is wrong with a document, an advisory or a COLLECT of them.

        `name` is that of its file, which the identifier of a COLLECT must equal.

        Raises
        ------
        BulletinError
            If it is not well-formed, is hostile, or is of no known release.
        """
        root = parse_xml(xml)
        release = _release(root)
        house = tuple(house_findings(root, name))
        if release == "2021-2":
            _rename(root, release, FOLDERS[release])
        missed: list[str] = []
        return Report(
            release=release,
            xsd=self._xsd(root, FOLDERS[release], missed),
            rules=self._rules(root, FOLDERS[release], missed),
            house=house,
            not_checked=tuple(missed),
        )

    def _xsd(self, root: Element, folder: str, missed: list[str]) -> tuple[Finding, ...]:
        try:
            schema = self._schemas.get(folder) or self._compile(folder)
        except (LookupError, etree.XMLSchemaParseError) as error:
            missed.append(f"XSD {folder}: {error}")
            return ()
        schema.validate(root)
        return tuple(
            _found("xsd", entry.message, entry.line, entry.column) for entry in schema.error_log
        )

    def _compile(self, folder: str) -> etree.XMLSchema:
        """Compile a small schema that draws in measures, the advisory and COLLECT.

        The published common.xsd of 3.0.0 and 2023-1 uses types of measures.xsd without
        including it, so both are included here, in IWXXM's own namespace.
        """
        namespace = folder.removesuffix(".0")
        driver = etree.Element(
            f"{{{_XSD}}}schema",
            {
                "targetNamespace": f"http://icao.int/iwxxm/{namespace}",
                "elementFormDefault": "qualified",
            },
            nsmap={None: _XSD},
        )
        for name in ("measures.xsd", "spaceWxAdvisory.xsd"):
            if f"{folder}/IWXXM/{name}" in self.files:
                address = f"http://schemas.wmo.int/iwxxm/{folder}/{name}"
                etree.SubElement(driver, f"{{{_XSD}}}include", {"schemaLocation": address})
        collect = {
            "namespace": _COLLECT,
            "schemaLocation": "http://schemas.wmo.int/collect/1.2/collect.xsd",
        }
        etree.SubElement(driver, f"{{{_XSD}}}import", collect)
        parser = etree.XMLParser(no_network=True)
        parser.resolvers.add(_Offline(self.files))
        schema = etree.XMLSchema(etree.fromstring(etree.tostring(driver), parser))
        self._schemas[folder] = schema
        return schema

    def _rules(self, root: Element, folder: str, missed: list[str]) -> tuple[Finding, ...]:
        try:
            sheet = self._sheets.get(folder) or self._compile_rules(folder)
        except ImportError as error:
            missed.append(f"Schematron {folder}: {error}; install stormcone[validate]")
            return ()
        except LookupError as error:
            missed.append(f"Schematron {folder}: {error}")
            return ()
        try:
            return tuple(
                one for report in _reports(root) for one in self._broken(sheet, report)
            )
        except self._engine.PySaxonApiError as error:  # names that only newer XML allows
            missed.append(f"Schematron {folder}: {' '.join(str(error).split())}")
            return ()

    def _broken(self, sheet: Executable, report: Element) -> Iterator[Finding]:
        """Yield the rules that a report breaks, by itself: some search the whole document."""
        text = etree.tostring(report, encoding="unicode", with_tail=False)
        said = sheet.transform_to_string(xdm_node=self._saxon.parse_xml(xml_text=text)) or ""
        for line in said.splitlines():
            name, _, message = line.partition("\t")
            yield _found(f"rule.{name}", message, report.sourceline or 0)

    def _compile_rules(self, folder: str) -> Executable:
        """Compile the Schematron; its code lists go in as parameters, never as files."""
        if self._saxon is None:
            self._engine = importlib.import_module("saxonche")
            self._saxon = self._engine.PySaxonProcessor(license=False)
        text, lists = stylesheet(self.files[f"{folder}/IWXXM/rule/iwxxm.sch"])
        sheet = self._saxon.new_xslt30_processor().compile_stylesheet(stylesheet_text=text)
        kept = CODE_LISTS.get(folder, folder)
        for name, file in lists.items():
            xml = self.files[f"{kept}/IWXXM/rule/{file}"].decode()
            sheet.set_parameter(name, self._saxon.parse_xml(xml_text=xml))
        self._sheets[folder] = sheet
        return sheet


def _release(root: Element) -> str:
    """Return the IWXXM release of the root, or of the first report inside a COLLECT."""
    for element in root.iter("*"):
        match = _NAMESPACE.fullmatch(etree.QName(element).namespace or "")
        if match and match[1] in FOLDERS:
            return match[1]
    found = etree.QName(root).text
    message = f"{found} is no IWXXM of {', '.join(FOLDERS)}; nothing was checked"
    raise BulletinError(_found("release", message, root.sourceline or 1))


def _reports(root: Element) -> list[Element]:
    """Return the reports of a COLLECT, or the one that is the root."""
    if root.tag != f"{{{_COLLECT}}}MeteorologicalBulletin":
        return [root]
    return list(root.iterfind(f"{{{_COLLECT}}}meteorologicalInformation/*"))


def _rename(root: Element, release: str, other: str) -> None:
    """Move the elements of a release to the namespace of one that is otherwise the same."""
    old, new = f"{{{ADDRESS}{release}}}", f"{{{ADDRESS}{other}}}"
    for element in list(root.iter(f"{old}*")):
        element.tag = new + element.tag.removeprefix(old)


def _found(code: str, message: str, line: int = 0, column: int = 0) -> Finding:
    return Finding(
        code=f"iwxxm.{code}", weight=Weight.ERROR, message=message, line=line, column=column
    )
