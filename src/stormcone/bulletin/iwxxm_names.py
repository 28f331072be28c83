"""The names of IWXXM: releases, namespaces, code lists, and what stands in for nothing."""

from stormcone.advisory.advisory import State

CODECS = {
    "3.0": "iwxxm-3.0.0",
    "2021-2": "iwxxm-2021-2",
    "2023-1": "iwxxm-2023-1",
    "2025-2": "iwxxm-2025-2",
}
"""The release in the namespace, and what we call its form."""
ADDRESS = "http://icao.int/iwxxm/"
COLLECT_ADDRESS = "http://def.wmo.int/collect/2014"
OTHERS = {
    "aixm": "http://www.aixm.aero/schema/5.1.1",
    "gml": "http://www.opengis.net/gml/3.2",
    "xlink": "http://www.w3.org/1999/xlink",
    "xsi": "http://www.w3.org/2001/XMLSchema-instance",
}
AIXM = f"{{{OTHERS['aixm']}}}"
GML = f"{{{OTHERS['gml']}}}"
COLLECT = f"{{{COLLECT_ADDRESS}}}"
ID = f"{GML}id"
HREF = f"{{{OTHERS['xlink']}}}href"
NIL = f"{{{OTHERS['xsi']}}}nil"
SCHEMA_LOCATION = f"{{{OTHERS['xsi']}}}schemaLocation"

PLACES = "http://codes.wmo.int/49-2/SpaceWxLocation/"
PHENOMENA = "http://codes.wmo.int/49-2/SpaceWxPhenomena/"
REASONS = "http://codes.wmo.int/common/nil/"
INAPPLICABLE = f"{REASONS}inapplicable"
SILENCES = {
    State.NO_SWX_EXP: f"{REASONS}nothingOfOperationalSignificance",
    State.NOT_AVBL: f"{REASONS}missing",
}
DAYLIGHT_SIDE = "DAYLIGHT_SIDE"
"""What releases before 2025-2 call the day side."""


def namespaces(release: str) -> dict[str, str]:
    """Return the prefixes of an advisory of one release, in the order in which they stand.

    Examples
    --------
    >>> namespaces("2023-1")["iwxxm"]
    'http://icao.int/iwxxm/2023-1'
    """
    return {"iwxxm": f"{ADDRESS}{release}", **OTHERS}
