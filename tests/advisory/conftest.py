"""The 34 really issued advisories, and the ledger's helpers."""

import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))

from thread_kit import REAL

from stormcone.bulletin.tac_amd82 import read


@pytest.fixture(scope="session")
def traffic(shared):
    """The recorded advisories in the order of the recording, newest first."""
    return read((shared / REAL).read_bytes(), keep_form=True).advisories
