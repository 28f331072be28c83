"""What every test may ask for: the recordings beside the project, and honest skips."""

import os
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

settings.register_profile(
    "busy machine", deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile("busy machine")
ROOT = Path(__file__).parents[1]
SHARED = Path(os.environ.get("STORMCONE_SHARED", ROOT.parent / "shared"))


def missing(what: str) -> None:
    """Skip with the reason, or fail where everything must run (REQUIRE_ALL=1)."""
    if os.environ.get("REQUIRE_ALL") == "1":
        pytest.fail(f"needs {what}, and REQUIRE_ALL=1 allows no skip")
    pytest.skip(f"needs {what}")


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of real recordings that are not part of the project."""
    if not (SHARED / "data").is_dir():
        missing(f"the recordings at {SHARED} (set STORMCONE_SHARED)")
    return SHARED


@pytest.fixture(scope="session")
def root() -> Path:
    """The project's own folder."""
    return ROOT
