"""The 34 real advisories, one text each, and the files of the validator."""

import re
import sys
from datetime import UTC, datetime, timedelta
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path

import pytest
from msgspec import structs

sys.path.insert(0, str(Path(__file__).parent))

from stormcone.advisory.advisory import Advisory, Group, Number, Outlook, State, Status
from stormcone.bulletin.tac_amd82 import read
from stormcone.bulletin.validate import Validator
from stormcone.effect.effect import Kind, Severity
from stormcone.reference.areas import Band, Region, Side

REAL = "data/icao/real_tac/knmi_2026-01-19_20_fnxx.txt"


@pytest.fixture(scope="session")
def real_texts(shared) -> tuple[bytes, ...]:
    """Each of the 34 bulletins with its heading, as received."""
    body = (shared / REAL).read_bytes()
    parts = re.split(rb"(?m)^(?=FNXX0\d [A-Z]{4} \d{6})", body)
    return tuple(part for part in parts if part.strip())


@pytest.fixture(scope="session")
def real(real_texts):
    return tuple(read(text, keep_form=True).advisories[0] for text in real_texts)


def tree(folder: Traversable, prefix: str = "") -> dict[str, bytes]:
    """The bytes of every file below `folder`, by relative path."""
    found: dict[str, bytes] = {}
    for entry in folder.iterdir():
        path = f"{prefix}{entry.name}"
        found |= tree(entry, f"{path}/") if entry.is_dir() else {path: entry.read_bytes()}
    return found


@pytest.fixture(scope="session")
def schema_files() -> dict[str, bytes]:
    return tree(files("stormcone.bulletin") / "schemas")


@pytest.fixture(scope="session")
def validator(schema_files) -> Validator:
    return Validator(schema_files)


@pytest.fixture(scope="session")
def saxon() -> None:
    """Skip without the engine that runs Schematron."""
    pytest.importorskip("saxonche")


@pytest.fixture(scope="session")
def draft() -> Advisory:
    """A flare, moderate by day and severe in the far north, on the last day of a month."""
    return Advisory(
        centre="CRC",
        effects=(Kind.HF_COM,),
        outlooks=tuple(
            Outlook(
                observed=hours == 0,
                at=datetime(2026, 1, 31, 18, tzinfo=UTC) + timedelta(hours=hours),
                state=State.GROUPS,
                groups=(
                    Group(severity=Severity.MODERATE, region=Region(side=Side.DAYSIDE)),
                    Group(severity=Severity.SEVERE, region=Region(bands=(Band.HNH,))),
                ),
            )
            for hours in range(0, 30, 6)
        ),
        remark="SWX EVENT (SOLAR FLARE) INPR",
        next_by=datetime(2026, 2, 1, tzinfo=UTC),
        status=Status.EXERCISE,
    )


@pytest.fixture(scope="session")
def released(draft) -> Advisory:
    """The same, with its number and time of issue."""
    issued = datetime(2026, 1, 31, 18, 4, tzinfo=UTC)
    return structs.replace(draft, number=Number(2026, Kind.HF_COM, 1), issued=issued)
