"""From the command to the first page: `stormcone run`, warm and without compiled kernels."""

import os
import re
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import httpx

ADDRESS = re.compile(r"(http://127\.0\.0\.1:\d+)/console/")


def measure() -> dict[str, float]:
    """Return the seconds to the first page and to the first situation."""
    page, situation = _start({})
    with tempfile.TemporaryDirectory() as empty:
        cold_page, _ = _start({"NUMBA_CACHE_DIR": empty})
    return {
        "run to first page, s": page,
        "run to first situation, s": situation,
        "run to first page with nothing compiled yet, s": cold_page,
    }


def _start(environment: dict[str, str]) -> tuple[float, float]:
    beside = Path(sys.executable).with_name("stormcone")
    with tempfile.TemporaryDirectory() as data:
        began = time.perf_counter()
        command = [str(beside), "run", "--port", "0", "--data", f"{data}/run"]
        with subprocess.Popen(
            command, stdout=subprocess.PIPE, text=True, env={**os.environ, **environment}
        ) as server:
            said = (ADDRESS.search(line) for line in server.stdout)
            address = next(found for found in said if found).group(1)
            httpx.get(f"{address}/console/").raise_for_status()
            page = time.perf_counter() - began
            httpx.get(f"{address}/api/v1/situation").raise_for_status()
            situation = time.perf_counter() - began
            server.terminate()
    return page, situation
