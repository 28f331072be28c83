"""Stormcone beside the open peers that are installed: what each reads, where, how fast.

One run over the real advisories and FMI's test texts beside the project; nothing is asserted.
What was found of peers that need another Python stands in authorities/peers.md.
"""

import logging
import os
import re
import statistics
import time
from collections.abc import Callable, Iterator, Sequence
from importlib import import_module, metadata
from importlib.resources import files
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Literal

import shapely
from lxml import etree
from msgspec import Struct
from msgspec.structs import asdict, replace
from rich.console import Console
from rich.table import Table

from bench.bulletins import tree
from stormcone.advisory.advisory import Advisory
from stormcone.bulletin import iwxxm_2025_2, tac_amd82
from stormcone.bulletin.validate import Validator
from stormcone.reference.areas import Area, area_of, iou
from stormcone.reference.rings import rings_of

ROOT = Path(__file__).parents[1]
FOLDER = Path(os.environ.get("STORMCONE_SHARED", ROOT.parent / "shared")) / "data/icao"
REAL = "real_tac/knmi_2026-01-19_20_fnxx.txt"
FMI = "synthetic_or_test/fmi_amd82"
HEADING = "FNXX01 EFKL 010000\n"  # FMI's texts have none, and some readers need one
SAME = 0.99  # of an area on the sphere, as common share of the union
ROUNDS = 5
REFUSALS = (ArithmeticError, AttributeError, LookupError, TypeError, ValueError)
WRONG = (
    (rb"(<iwxxm:effect>)[^<]+", rb"\1WIFI"),
    (rb"(<iwxxm:intensity>)[^<]+", rb"\1BANANA"),
    (rb'nilReason="[^"]+"', b'nilReason="nonsense"'),
    (rb'gml:id="uuid\.', b'gml:id="x.'),
    (rb"</iwxxm:effect>", b"</iwxxm:effect><iwxxm:banana/>"),
)
GML = "{http://www.opengis.net/gml/3.2}"

Regions = list[list[Area]]
"""The regions of each outlook in the order of the text, the observed first."""
Job = Literal["read", "convert", "lint", "check"]


class Peer(Struct, frozen=True, kw_only=True):
    """A program and one of its jobs: read a text, convert it, judge it, or judge XML."""

    name: str
    module: str
    job: Job
    run: Callable[[Any], Any]
    regions: Callable[[Any], Regions] | None = None


class Material(Struct, frozen=True, kw_only=True):
    """What all are asked: real texts, FMI's valid and invalid ones, good XML and bad."""

    real: list[str]
    valid: list[str]
    invalid: list[str]
    regions: list[Regions]
    good: list[bytes]
    wrong: list[bytes]


class Figures(Struct, frozen=True, kw_only=True):
    """What came out for one peer; None where its job does not say."""

    real: int | None = None
    observed: int | None = None
    regions: int | None = None
    valid: int | None = None
    invalid: int | None = None
    documents: int | None = None
    wrong: int | None = None
    ms: float
    ratio: float | None = None


SHORT = {"regions": "areas", "documents": "XML"}
CAPTION = (
    "real: advisories read; observed, areas: of their areas, as ours; valid, invalid: of FMI's "
    "texts, read; XML: found valid; wrong: wrong XML passed"
)


def material() -> Material:
    """Return the texts beside the project, and XML made of them."""
    text = (FOLDER / REAL).read_text()
    real = [one for one in re.split(r"(?=^FNXX)", text, flags=re.MULTILINE) if one.strip()]
    fmi = {path.name: HEADING + path.read_text() for path in sorted((FOLDER / FMI).iterdir())}
    advisories = [ours(one) for one in real]
    good = [iwxxm_2025_2.write(one).data for one in advisories]
    return Material(
        real=real,
        valid=[one for name, one in fmi.items() if "invalid" not in name],
        invalid=[one for name, one in fmi.items() if "invalid" in name],
        regions=[our_regions(one) for one in advisories],
        good=good,
        wrong=[re.sub(old, new, good[0], count=1) for old, new in WRONG],
    )


def ours(text: str, *, strict: bool = True) -> Advisory:
    (advisory,) = tac_amd82.read(text.encode(), strict=strict).advisories
    return advisory


def our_regions(advisory: Advisory) -> Regions:
    return [
        [area_of(group.region, outlook.at) for group in outlook.groups]
        for outlook in advisory.outlooks
    ]


def swx_advisories(text: str) -> Any:  # noqa: ANN401
    (advisory,) = import_module("swx_advisories").ICAOTextParser().parse_text(text)
    return advisory


def swx_boxes(advisory: Any) -> Regions:  # noqa: ANN401
    """Return the bounding boxes of swx-advisories; a region without one is empty."""
    outlooks = [advisory.observation, *advisory.forecasts]
    return [[box(region.location) for region in one.regions] for one in outlooks]


def box(location: Any) -> Area:  # noqa: ANN401
    ring = location.to_polygon() or ()
    return Area(parts=rings_of(shapely.Polygon([(lon, lat) for lat, lon in ring])))


def tac2iwxxm(text: str) -> bytes:
    result = import_module("tac2iwxxm").convert(text, product="SWXA", iwxxm_version="2025-2")
    if not result.ok:
        raise ValueError(str(result.issues))
    return str(result.xml).encode()


def tac_validate(text: str) -> bool:
    return bool(import_module("tac_validate").lint(text, product="SWXA").ok)


def iwxxm_validate(xml: bytes) -> bool:
    judge = import_module("iwxxm_validate").validate_iwxxm
    return bool(judge(xml.decode(), iwxxm_version="2025-2").ok)


def drawn(xml: bytes) -> Regions:
    """Return the polygons of a document, joined by group of each analysis."""
    analyses = etree.fromstring(xml).iter("{*}SpaceWeatherAnalysis")
    return [
        [
            Area(parts=rings_of(shapely.union_all(list(patches(group)))))
            for group in analysis.iter("{*}SpaceWeatherIntensityAndRegion")
        ]
        for analysis in analyses
    ]


def patches(element: Any) -> Iterator[shapely.Polygon]:  # noqa: ANN401
    for positions in element.iter(f"{GML}posList"):
        numbers = [float(number) for number in (positions.text or "").split()]
        yield shapely.Polygon(zip(numbers[1::2], numbers[::2], strict=True)).buffer(0)


def peers(validator: Validator) -> tuple[Peer, ...]:
    """Return everybody, ourselves first for each job."""
    us = "stormcone"
    return (
        Peer(name=us, module=us, job="read", run=ours, regions=our_regions),
        Peer(
            name=f"{us}, lenient",
            module=us,
            job="read",
            run=lambda text: ours(text, strict=False),
            regions=our_regions,
        ),
        Peer(
            name="swx-advisories",
            module="swx_advisories",
            job="read",
            run=swx_advisories,
            regions=swx_boxes,
        ),
        Peer(
            name=us,
            module=us,
            job="convert",
            run=lambda text: iwxxm_2025_2.write(ours(text)).data,
            regions=drawn,
        ),
        Peer(name="tac2iwxxm", module="tac2iwxxm", job="convert", run=tac2iwxxm, regions=drawn),
        Peer(name="tac-validate", module="tac_validate", job="lint", run=tac_validate),
        Peer(name=us, module=us, job="check", run=lambda xml: validator.check(xml).valid),
        Peer(name="iwxxm-validate", module="iwxxm_validate", job="check", run=iwxxm_validate),
    )


def figures(peer: Peer, asked: Material, validator: Validator) -> Figures:
    """Return how one peer does."""
    if peer.job == "check":
        return Figures(
            documents=taken(peer, asked.good),
            wrong=taken(peer, asked.wrong),
            ms=milliseconds(peer, asked.good),
        )
    made = [attempt(peer, text) for text in asked.real]
    found = Figures(
        real=taken(peer, asked.real),
        valid=taken(peer, asked.valid),
        invalid=taken(peer, asked.invalid),
        ms=milliseconds(peer, asked.real),
    )
    if peer.regions is None:
        return found
    theirs = [peer.regions(one) if one is not None else [] for one in made]
    xml = [one for one in made if peer.job == "convert" and one is not None]
    return replace(
        found,
        observed=agreeing([us[:1] for us in asked.regions], theirs),
        regions=agreeing(asked.regions, theirs),
        documents=sum(validator.check(one).valid for one in xml) if xml else None,
    )


def attempt(peer: Peer, given: object) -> Any:  # noqa: ANN401
    """Return what a peer makes of a text or document; None where it refuses or breaks."""
    try:
        return peer.run(given)
    except REFUSALS:
        return None


def taken(peer: Peer, given: Sequence[object]) -> int:
    """Return how many a peer reads, or finds nothing wrong with."""
    return sum(attempt(peer, one) not in (None, False) for one in given)


def agreeing(ours: Sequence[Regions], theirs: Sequence[Regions]) -> int:
    """Return how many of our regions the peer puts in the same place."""
    pairs = (
        (mine, other)
        for us, them in zip(ours, theirs, strict=True)
        for here, there in zip(us, them, strict=False)
        for mine, other in zip(here, there, strict=False)
    )
    return sum(iou(mine, other) > SAME for mine, other in pairs)


def milliseconds(peer: Peer, given: Sequence[object]) -> float:
    """Return the processor time of one message, the median of several rounds over all."""
    rounds = []
    for _ in range(ROUNDS):
        start = time.process_time()
        for one in given:
            attempt(peer, one)
        rounds.append((time.process_time() - start) / len(given))
    return statistics.median(rounds) * 1e3


def compare() -> tuple[Material, list[tuple[Peer, Figures | None]]]:
    """Return what was asked and the figures of everybody, None where not installed."""
    logging.getLogger("swx_advisories").setLevel(logging.CRITICAL)  # it logs what it refuses
    validator = Validator(tree(files("stormcone.bulletin") / "schemas"))
    asked = material()
    ours_ms: dict[Job, float] = {}
    found: list[tuple[Peer, Figures | None]] = []
    for peer in peers(validator):
        if find_spec(peer.module) is None:
            found.append((peer, None))
            continue
        one = figures(peer, asked, validator)
        if peer.name == "stormcone":
            ours_ms[peer.job] = one.ms
        beside = ours_ms.get(peer.job)
        found.append((peer, replace(one, ratio=one.ms / beside if beside else None)))
    return asked, found


def measure() -> dict[str, float]:
    """Return every figure by peer and what it counts; none where the texts are absent."""
    if not FOLDER.is_dir():
        return {f"absent: {FOLDER} (set STORMCONE_SHARED)": 0.0}
    return {
        f"{peer.name}, {peer.job}: {what}": float(value)
        for peer, one in compare()[1]
        if one is not None
        for what, value in asdict(one).items()
        if value is not None
    }


def main() -> None:
    """Print the comparison as one table."""
    if not FOLDER.is_dir():
        print(f"needs the texts at {FOLDER}; set STORMCONE_SHARED to the folder above data")
        return
    Console(width=120).print(table(*compare()))


def table(asked: Material, found: list[tuple[Peer, Figures | None]]) -> Table:
    """Return the figures under what each is counted out of."""
    outlooks = [areas for regions in asked.regions for areas in regions]
    of = {
        "real": len(asked.real),
        "observed": sum(len(regions[0]) for regions in asked.regions),
        "regions": sum(map(len, outlooks)),
        "valid": len(asked.valid),
        "invalid": len(asked.invalid),
        "documents": len(asked.good),
        "wrong": len(asked.wrong),
    }
    shown = Table(title="Stormcone beside the open peers", caption=CAPTION)
    shown.add_column("peer", no_wrap=True)
    shown.add_column("job", no_wrap=True)
    for name, count in of.items():
        shown.add_column(f"{SHORT.get(name, name)}\nof {count}", justify="right")
    shown.add_column("ms\neach", justify="right")
    shown.add_column("ours\nis 1", justify="right")
    for peer, one in found:
        cells = ["absent"] if one is None else list(row(one, of))
        shown.add_row(f"{peer.name} {version(peer)}".strip(), peer.job, *cells)
    return shown


def row(one: Figures, of: dict[str, int]) -> Iterator[str]:
    counts = asdict(one)
    yield from ("" if counts[name] is None else str(counts[name]) for name in of)
    yield f"{one.ms:.2f}"
    yield f"{one.ratio:.1f}" if one.ratio else ""


def version(peer: Peer) -> str:
    found = metadata.packages_distributions().get(peer.module, [])
    return metadata.version(found[0]) if found else ""


if __name__ == "__main__":
    main()
