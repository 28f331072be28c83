"""Documentation that cannot rot: every path, problem, feed and setting stands in it."""

import ast
import doctest
import re

import click
import pytest
from msgspec.structs import fields

from stormcone.api.app import create_app
from stormcone.api.problem import SLUGS
from stormcone.bulletin.codes import CODES
from stormcone.cli import main
from stormcone.observation.registry import feeds
from stormcone.watch.body import Policy
from stormcone.watch.site import Site


@pytest.fixture
def page(root):
    return lambda name: (root / name).read_text()


def test_every_path_of_the_interface_is_described(page):
    text = page("docs/interface.md")
    paths = create_app(None).openapi()["paths"]
    said = [
        f"`{method.upper()} {path}`" for path, methods in paths.items() for method in methods
    ]
    assert [words for words in said if words not in text] == []


def test_every_problem_is_described(page):
    text = page("docs/interface.md")
    for slug, (status, title) in SLUGS.items():
        assert f"| `{slug}` | {status} | {title} |" in text


def test_every_feed_is_described_as_it_is(page):
    text = page("docs/feeds.md")
    for name, feed in feeds().items():
        limit = feed.max_age.total_seconds() / 60
        every = feed.every.total_seconds()
        assert f"| `{name}` | {feed.url} | {every:.0f} s | {limit:.0f} min |" in text


@pytest.mark.parametrize("struct", [Site, Policy])
def test_every_setting_is_described(page, struct):
    text = page("docs/site.md")
    assert [f.name for f in fields(struct) if f"`{f.name}`" not in text] == []


def test_every_command_stands_in_the_readme(page):
    text = page("README.md")
    for name, command in main.commands.items():
        assert f"stormcone {name}" in text
        if isinstance(command, click.Group):
            assert all(
                re.search(rf"stormcone {name} .*{sub}", text) for sub in command.commands
            )


def test_links_of_the_documents_lead_somewhere(root):
    for path in [*root.glob("*.md"), *root.glob("docs/*.md")]:
        for target in re.findall(r"\]\(([^)#:]+)\)", path.read_text()):
            assert (path.parent / target).exists(), f"{path.name} points to {target}"


def test_every_code_of_a_finding_is_described(page):
    text = page("docs/bulletins.md")
    assert [c for c, meaning in CODES.items() if f"| `{c}` | {meaning} |" not in text] == []


SAYS_A_CODE = {"refuse", "forgive", "warn", "note", "wrong", "found", "refused", "error"}
SAYS_A_CODE |= {"warning", "_refused", "_found", "_error", "expect"}


def test_every_code_in_the_source_is_described(root):
    unknown = set()
    for path in [
        *root.glob("src/stormcone/bulletin/*.py"),
        *root.glob("src/stormcone/advisory/*.py"),
    ]:
        for node in ast.walk(ast.parse(path.read_text())):
            code = said_code(node)
            if code and not any(f"{room}{code}" in CODES for room in ROOMS):
                unknown.add(f"{path.name}: {code}")
    assert not unknown


ROOMS = ("", "tac.", "iwxxm.", "xml.", "collect.", "wis2.", "cap.")


def said_code(node: ast.AST) -> str | None:
    """The code that a call names as its first or second argument, if it does."""
    if not isinstance(node, ast.Call):
        return None
    name = getattr(node.func, "attr", getattr(node.func, "id", ""))
    place = 1 if name == "expect" else 0
    argument = node.args[place] if name in SAYS_A_CODE and len(node.args) > place else None
    return argument.value if isinstance(argument, ast.Constant) else None


def test_the_examples_in_the_documents_run(root):
    for name in ("bulletins.md",):
        assert doctest.testfile(str(root / "docs" / name), module_relative=False).failed == 0
