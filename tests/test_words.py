"""The catalogue of words: three languages, the same keys and holes, no word unused."""

import json
import re
from pathlib import Path

import pytest
from tests.conftest import ROOT

SOURCE = ROOT / "console/src"
LANGUAGES = ("en", "zh", "ru")
PLURALS = {"en": {"one", "other"}, "zh": {"other"}, "ru": {"one", "few", "many", "other"}}


def table(language: str) -> dict[str, str]:
    path = SOURCE / "words" / f"{language}.json"
    return json.loads(path.read_text(encoding="utf-8"))


def base(key: str) -> str:
    return key.partition("#")[0]


def holes(text: str) -> set[str]:
    return set(re.findall(r"\{(\w+)\}", text))


def code() -> str:
    paths = sorted(path for kind in ("*.ts", "*.tsx") for path in SOURCE.rglob(kind))
    return "\n".join(Path(path).read_text(encoding="utf-8") for path in paths)


@pytest.mark.parametrize("language", LANGUAGES[1:])
def test_every_language_has_the_same_keys(language):
    assert {base(key) for key in table(language)} == {base(key) for key in table("en")}


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_counted_word_has_every_form_its_language_needs(language):
    counted = {base(key) for key in table(language) if "#" in key}
    forms = {
        key: {k.partition("#")[2] for k in table(language) if base(k) == key} for key in counted
    }
    assert dict.fromkeys(counted, PLURALS[language]) == forms


@pytest.mark.parametrize("language", LANGUAGES[1:])
def test_every_language_fills_the_same_holes(language):
    english = {base(key): holes(text) for key, text in table("en").items()}
    assert {base(key): holes(text) for key, text in table(language).items()} == english


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_word_is_empty(language):
    assert [key for key, text in table(language).items() if not text.strip()] == []


def test_every_key_is_used():
    source = code()
    written = set(re.findall(r"'([\w.-]+)'", source))
    families = tuple(re.findall(r"`([\w-]+\.)\$\{", source))
    keys = {base(key) for key in table("en")}
    assert (
        sorted(key for key in keys if key not in written and not key.startswith(families)) == []
    )
