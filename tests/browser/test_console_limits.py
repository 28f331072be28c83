"""What the console must not exceed: barriers, width, bytes, streams."""

import gzip
import re
from pathlib import Path

import pytest
from playwright.sync_api import expect
from tests.conftest import ROOT, missing

pytestmark = pytest.mark.browser

STATIC = ROOT / "src/stormcone/api/static"
AXE = ROOT / "console/node_modules/axe-core/axe.min.js"
PAGES = ("situation", "feeds", "setup")
KIB = 1024
FIRST_LOAD_KIB = 120


# ---- access


@pytest.mark.parametrize("theme", ["ops", "day"])
@pytest.mark.parametrize("name", PAGES)
def test_axe_finds_nothing_serious(desk, name, theme):
    if not AXE.exists():
        missing("axe-core: make console")
    page = desk.open(f"#/{name}?theme={theme}")
    page.wait_for_timeout(1000)
    page.evaluate(AXE.read_text(encoding="utf-8"))
    found = page.evaluate("axe.run()")["violations"]
    bad = [(rule["id"], [node["html"][:160] for node in rule["nodes"]])
           for rule in found if rule["impact"] in ("serious", "critical")]  # fmt: skip
    assert bad == []


@pytest.mark.parametrize("width", [800, 480])
def test_a_narrow_window_has_one_map_and_no_sideways_scroll(desk, width):
    desk.page.set_viewport_size({"width": width, "height": 1000})
    page = desk.open()
    page.wait_for_timeout(500)
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert page.locator("#map canvas[role=img]").bounding_box()["height"] > 100
    expect(page.locator("#polar")).to_be_hidden()
    expect(page.locator(".conductor")).to_be_visible()


# ---- budgets


def first_load() -> set[Path]:
    """`main.js`, the chunks it imports at once, and the style sheet."""
    wanted, seen = {STATIC / "main.js", STATIC / "main.css"}, set()
    while wanted:
        path = wanted.pop()
        seen.add(path)
        chunks = re.findall(
            r"(?:from|import)\s*\"\./(chunk-\w+\.js)\"", path.read_text(encoding="utf-8")
        )
        wanted |= {STATIC / name for name in chunks} - seen
    return seen


def test_the_first_load_stays_small():
    size = sum(len(gzip.compress(path.read_bytes(), 9)) for path in first_load())
    assert size / KIB <= FIRST_LOAD_KIB


def test_nine_tabs_share_one_stream(context, console):
    streams = []
    context.on(
        "request", lambda request: "/events" in request.url and streams.append(request.url)
    )
    tabs = [context.new_page() for _ in range(9)]
    for tab in tabs:
        tab.goto(f"{console}/console/#/feeds")
    for tab in tabs:
        tab.locator("html[data-ready]").wait_for(state="attached", timeout=30_000)
    targets = context.browser.new_browser_cdp_session().send("Target.getTargets")["targetInfos"]
    hubs = [
        one
        for one in targets
        if one["type"] == "shared_worker" and one["url"].startswith(console)
    ]
    assert len(hubs) == 1
    assert len(streams) <= 1
    expect(tabs[8].locator(".top .link")).to_have_class("link open")
