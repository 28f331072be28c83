import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))

from stormcone.watch.sqlite import SqliteStore


@pytest.fixture(params=["sqlite"])
def store(request, tmp_path):
    """An empty journal of each backend; the second one joins here."""
    opened = {"sqlite": SqliteStore}[request.param](tmp_path / "journal")
    yield opened
    opened.close()
