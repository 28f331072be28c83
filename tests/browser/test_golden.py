"""The Situation of the storm's worst evening, pixel by pixel; `make golden` writes it."""

import io
import os
import re
import time
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from playwright.sync_api import Browser, Page
from tests.conftest import ROOT

pytestmark = pytest.mark.browser

GOLDEN = Path(__file__).with_name("golden")
PICTURE = ROOT / "docs/situation.png"
ADDRESS = "#/situation?t=2026-01-19T19:30Z&lang=en"
VIEWS = {
    "situation": ("", 1600, 1000),
    "situation-day": ("&theme=day", 1600, 1000),
    "situation-narrow": ("", 800, 1000),
}
NOTE = """# Golden pictures

Drawn by Chromium {major} on Linux from the packaged storm of January 2026, as of
2026-01-19T19:30Z, by `make golden`. They are compared only with a Chromium of the same major:
at most 0.1 % of the pixels may differ by more than 8 of 255 in any channel.
"""
MOST_DIFFERENT = 0.001
MOST_STEPS = 8
LARGEST = 500 * 1024
PATIENCE_S = 120.0
TRIES = 20


@pytest.fixture(scope="module")
def ended(console: str, browser: Browser) -> str:
    """The address of the centre when its replay has come to the end."""
    page = browser.new_page()
    until = time.monotonic() + PATIENCE_S
    while time.monotonic() < until:
        replay = page.request.get(f"{console}/api/v1/situation").json()["replay"]
        if replay["state"] == "ended":
            page.close()
            return console
        page.wait_for_timeout(500)
    pytest.fail(f"the replay has not ended within {PATIENCE_S:g} s: {replay}")


def settled(page: Page) -> bytes:
    """A screenshot that a second one, half a second later, repeats."""
    before = page.screenshot()
    for _ in range(TRIES):
        page.wait_for_timeout(500)
        after = page.screenshot()
        if after == before:
            return after
        before = after
    pytest.fail(f"the page still moves after {TRIES} pictures")


def picture(browser: Browser, origin: str, name: str) -> bytes:
    """The view `name` in a fresh profile."""
    extra, width, height = VIEWS[name]
    context = browser.new_context(
        viewport={"width": width, "height": height}, reduced_motion="reduce"
    )
    page = context.new_page()
    page.goto(f"{origin}/console/{ADDRESS}{extra}")
    page.locator("html[data-ready]").wait_for(state="attached", timeout=20_000)
    page.locator("#map .foot-line").wait_for()
    page.wait_for_load_state("load")
    page.wait_for_timeout(1500)
    drawn = settled(page)
    context.close()
    return drawn


def pixels(png: bytes) -> np.ndarray:
    with Image.open(io.BytesIO(png)) as image:
        return np.asarray(image.convert("RGB")).astype(np.int16)


def pinned_major() -> str | None:
    note = GOLDEN / "README.md"
    found = re.search(r"Chromium (\d+)", note.read_text()) if note.exists() else None
    return found.group(1) if found else None


def small(png: bytes) -> bytes:
    """The same pixels in fewer bytes."""
    out = io.BytesIO()
    with Image.open(io.BytesIO(png)) as image:
        image.convert("RGB").save(out, "PNG", optimize=True)
    return out.getvalue()


def write(name: str, png: bytes, major: str) -> None:
    GOLDEN.mkdir(exist_ok=True)
    (GOLDEN / f"{name}.png").write_bytes(small(png))
    (GOLDEN / "README.md").write_text(NOTE.format(major=major))
    if name == "situation":
        PICTURE.parent.mkdir(exist_ok=True)
        PICTURE.write_bytes(small(png))


@pytest.mark.parametrize("name", VIEWS)
def test_the_golden_view_is_drawn_as_ever(browser, ended, name):
    drawn = picture(browser, ended, name)
    assert picture(browser, ended, name) == drawn
    major = browser.version.split(".")[0]
    if os.environ.get("GOLDEN") == "write":
        write(name, drawn, major)
    shown = pixels(drawn)
    golden = pixels((GOLDEN / f"{name}.png").read_bytes())
    assert shown.shape == golden.shape
    if major == pinned_major():
        differs = (np.abs(shown - golden) > MOST_STEPS).any(axis=2)
        assert differs.mean() <= MOST_DIFFERENT


@pytest.mark.parametrize("name", VIEWS)
def test_a_golden_picture_is_not_large(name):
    assert (GOLDEN / f"{name}.png").stat().st_size < LARGEST


def test_the_readmes_picture_is_the_golden_one():
    assert PICTURE.read_bytes() == (GOLDEN / "situation.png").read_bytes()
