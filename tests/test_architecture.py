"""The house: one import order, held by a machine that has been seen to catch a breach."""

import ast
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

BUDGET_LINES, BUDGET_BODY = 400, 60


def lint_imports(folder: Path) -> subprocess.CompletedProcess[str]:
    code = "from importlinter.cli import lint_imports_command; lint_imports_command()"
    return subprocess.run(
        [sys.executable, "-c", code, "--no-cache"],
        cwd=folder,
        env={"PYTHONPATH": str(folder / "src"), "PATH": ""},
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.fixture
def house(root: Path, tmp_path: Path) -> Path:
    """A copy of the source tree that a test may spoil."""
    shutil.copytree(
        root / "src",
        tmp_path / "src",
        ignore=shutil.ignore_patterns(
            "static", "schemas", "packaged", "scenarios", "__pycache__"
        ),
    )
    shutil.copy(root / "pyproject.toml", tmp_path)
    return tmp_path


BREACHES = {
    "weather asks the watch": ("weather/absorption.py", "import stormcone.watch.event\n"),
    "an effect reads a file": ("effect/hf_com.py", "import pathlib\n"),
    "forecast reads the archive": (
        "forecast/hf_com.py",
        "import stormcone.observation.archive\n",
    ),
    "a room nobody planned": ("utils.py", ""),
}


@pytest.mark.slow
@pytest.mark.parametrize("what", BREACHES)
def test_a_breach_of_the_order_is_caught(house, what):
    name, line = BREACHES[what]
    spoiled = house / "src/stormcone" / name
    spoiled.write_text(line + (spoiled.read_text() if spoiled.exists() else ""))
    assert lint_imports(house).returncode != 0


def test_the_untouched_house_keeps_its_contracts(house):
    kept = lint_imports(house)
    assert kept.returncode == 0, kept.stdout + kept.stderr


def test_modules_and_functions_stay_small(root):
    found = []
    for path in sorted((root / "src").rglob("*.py")):
        text = path.read_text()
        if text.count("\n") > BUDGET_LINES:
            found.append(f"{path.name}: {text.count(chr(10))} lines")
        found += [f"{path.name}: {name}" for name in long_functions(ast.parse(text))]
    assert not found


def long_functions(tree: ast.Module) -> list[str]:
    return [
        node.name
        for node in ast.walk(tree)
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and node.end_lineno - node.lineno + 1 - doc_lines(node) > BUDGET_BODY
    ]


def doc_lines(node) -> int:
    doc = ast.get_docstring(node, clean=False)
    return doc.count("\n") + 1 if doc else 0


def test_only_the_rim_knows_the_clock(root):
    """`datetime.now` and `time.time` live in centre/clock.py alone."""
    rim = {"clock.py"}
    calls = [
        path.name
        for path in (root / "src").rglob("*.py")
        if any(word in path.read_text() for word in ("datetime.now(", "time.time("))
    ]
    assert set(calls) <= rim
