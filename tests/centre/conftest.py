"""One replay of the packaged storm, shared by the tests that look at what came of it."""

import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))

from replaying import replayed


@pytest.fixture(scope="session")
def storm(tmp_path_factory):
    return replayed(tmp_path_factory.mktemp("storm"))
