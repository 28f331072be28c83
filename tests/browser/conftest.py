"""A real browser on a real centre: what every test of the console may ask for."""

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright
from tests.conftest import missing

CHROMIUM = Path("/usr/bin/chromium")
FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--disable-background-networking",
    "--disable-sync",
    "--disable-partial-raster",  # else corners depend on what was drawn before
)
ADDRESS = re.compile(rb"http://127\.0\.0\.1:\d+")
HARMLESS = ("the server responded with a status of",)  # the page shows it in words
VIOLATIONS = """
document.addEventListener("securitypolicyviolation", (event) =>
  console.error(`CSP ${event.violatedDirective} ${event.blockedURI}`));
"""


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """The installed Chromium, headless; nothing is downloaded."""
    if not CHROMIUM.exists():
        missing("chromium: apt-get install chromium")
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=str(CHROMIUM), args=list(FLAGS))
        yield opened
        opened.close()


def _command(data: Path) -> list[str]:
    """The centre on the packaged storm, or the stand-in that STORMCONE_MOCK names."""
    stand_in = os.environ.get("STORMCONE_MOCK")
    if stand_in:
        return [sys.executable, stand_in, "8797", "2026-01-19T21:30:00Z", "0"]
    beside = Path(sys.executable).with_name("stormcone")
    options = ["--scenario", "2026-01", "--port", "0", "--speed", "0", "--data", str(data)]
    return [str(beside), "run", *options]


@pytest.fixture(scope="session")
def console(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a running centre, without a slash at its end."""
    data = tmp_path_factory.mktemp("centre")
    with subprocess.Popen(_command(data), stdout=subprocess.PIPE) as server:
        assert server.stdout is not None
        said = next((line for line in server.stdout if ADDRESS.search(line)), None)
        assert said is not None, f"{server.args} printed no address"
        yield ADDRESS.search(said).group().decode()
        server.terminate()


@pytest.fixture
def context(browser: Browser) -> Iterator[BrowserContext]:
    """A fresh profile of 1600 x 1000 pixels."""
    opened = browser.new_context(viewport={"width": 1600, "height": 1000})
    opened.add_init_script(VIOLATIONS)
    yield opened
    opened.close()


class Desk:
    """One tab on the console, and everything it complained about."""

    def __init__(self, page: Page, origin: str) -> None:
        self.page = page
        self.origin = origin
        self.complaints: list[str] = []
        self.strangers: list[str] = []
        page.on("console", self._hear)
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        page.on("request", self._watch)

    def _hear(self, message: object) -> None:
        if message.type == "error" and not any(word in message.text for word in HARMLESS):
            self.complaints.append(message.text)

    def _watch(self, request: object) -> None:
        if not request.url.startswith((self.origin, "data:", "blob:")):
            self.strangers.append(request.url)

    def open(self, address: str = "#/situation") -> Page:
        """Load the console at `address` and wait until it is painted."""
        self.page.goto("about:blank")
        self.page.goto(f"{self.origin}/console/{address}")
        self.page.locator("html[data-ready]").wait_for(state="attached", timeout=20_000)
        return self.page


@pytest.fixture
def desk(context: BrowserContext, console: str) -> Iterator[Desk]:
    """A tab that is still empty; `desk.open()` loads the console."""
    opened = Desk(context.new_page(), console)
    yield opened
    opened.page.unroute_all(behavior="ignoreErrors")
