"""`stormcone forecast`: the chances of each severity, and what is not known."""

import json
from datetime import UTC, datetime
from math import nan

import pytest
from click.testing import CliRunner

from stormcone.centre import products
from stormcone.cli import main
from stormcone.forecast.outlook import Chance

NOW = datetime(2026, 1, 19, 20, 0, tzinfo=UTC)


def run(*words):
    ran = CliRunner().invoke(main, ["forecast", *words], env={"COLUMNS": "200"})
    assert ran.exit_code == 0, ran.output
    return ran.stdout


@pytest.fixture(scope="module")
def said():
    """What is said in the storm of January, by effect and event."""

    def of(product):
        lines = run(product, "--at", "2026-01-19T20:00Z", "--json").splitlines()
        return {one["event"]: one for one in map(json.loads, lines)}

    return {product: of(product) for product in ("hf", "gnss", "radiation")}


def test_severe_absorption_by_protons_goes_on_for_six_hours(said):
    severe, moderate = (said["hf"][f"PCA or AURORAL {name} +6 h"] for name in ("SEV", "MOD"))
    assert 0.5 < severe["probability"] <= moderate["probability"] == 1.0
    assert said["hf"]["PCA or AURORAL SEV +24 h"]["probability"] < severe["probability"]


def test_each_effect_says_what_it_lacks(said):
    for one in said["radiation"].values():
        assert "no protons above 100 MeV or neutron monitors" in one["says"]
    assert "estimated" in said["hf"]["PCA or AURORAL SEV +6 h"]["says"]
    assert said["hf"]["FLARE SEV +6 h"]["says"] == []


def test_an_unknown_probability_is_not_nought(monkeypatch):
    def found(*_):
        for event, probability in (("A", 0.0), ("B", nan)):
            yield Chance(
                event=event,
                issued=NOW,
                begin=NOW,
                end=NOW,
                probability=probability,
                persistence=None,
                climatology=None,
                says=("stale",),
            )

    monkeypatch.setattr(products, "forecast", lambda *asked: tuple(found(*asked)))
    rows = {line.split()[1]: line for line in run("hf").splitlines() if "Z" in line[:30]}
    assert "0.000" in rows["A"]
    assert "not known" in rows["B"]
    assert all("stale" in row for row in (rows["A"], rows["B"]))
    unknown = json.loads(run("hf", "--json").splitlines()[1])
    assert unknown["probability"] is None


def test_causes_that_nobody_observes_have_chances_and_say_why(said):
    muf = said["hf"]["MUF MOD +6 h"]
    scintillation = said["gnss"]["SCINTILLATION MOD +0 h"]
    assert 0 <= said["hf"]["MUF SEV +6 h"]["probability"] <= muf["probability"] <= 1
    assert "model only" in muf["says"]
    assert 0 < scintillation["probability"] < 1
    assert "climatology" in scintillation["says"]
