"""Walk-forward: a model that knows the law, one that knows nothing, and the spans."""

from types import SimpleNamespace

import numpy as np
import pytest
from numpy.random import PCG64, Generator

from stormcone.forecast.regression import LEVELS
from stormcone.forecast.training import Hindcast, Input, known_before
from stormcone.verification.walk_forward import joined, lost, score, walk_forward

DAY = np.timedelta64(1, "D")
UNTIL = np.datetime64("2020-01-01")


def table(begin="1990-01-01", seed=0):
    at = np.arange(np.datetime64(begin), UNTIL)
    rng = Generator(PCG64(seed))
    columns = {"at": at, "x": 20 + rng.normal(size=len(at))}
    return {"test": Input(kind="test", name="x", sha256="0" * 64, columns=columns)}


def model(spread=1.0, seen=None):
    """A model that says the normal distribution of the made-up truth."""
    normal = Generator(PCG64(1)).normal(size=200_000)

    def train(inputs, until, rng):
        if seen is not None:
            seen.append(until)
        return known_before(inputs["test"], until).columns["x"].mean()

    def hindcast(mean, inputs, begin, end):
        known = known_before(inputs["test"], end).columns
        rows = np.flatnonzero(known["at"] >= begin)
        truth = known["x"][rows]
        quantiles = mean + spread * np.quantile(normal, LEVELS)
        same = np.broadcast_to(quantiles, (len(rows), len(LEVELS)))
        return (
            Hindcast(
                target="1 d",
                at=known["at"][rows],
                levels=LEVELS,
                said=same,
                truth=truth,
                persistence=known["x"][rows - 1],
                recurrence=known["x"][rows - 27],
                climatology=same,
            ),
            Hindcast(
                target="high 1 d",
                at=known["at"][rows],
                said=np.full(len(rows), 0.5),
                truth=(truth > 20).astype(float),
                persistence=(known["x"][rows - 1] > 20).astype(float),
                recurrence=(known["x"][rows - 27] > 20).astype(float),
                climatology=np.full(len(rows), 0.5),
            ),
        )

    return SimpleNamespace(MODEL="test", INPUTS=("test",), train=train, hindcast=hindcast)


def walked(one, inputs=None, **options):
    return walk_forward(one, inputs or table(), UNTIL, Generator(PCG64(0)), **options)


@pytest.fixture(scope="module")
def known():
    return walked(model())


def test_a_model_that_knows_the_law_has_its_scores(known):
    """Normal truth: RMSE 1, MAE sqrt(2/pi), CRPS 1/sqrt(pi) (Gneiting and Raftery 2007)."""
    found = known["targets"]["1 d"]
    assert found["cases"] == 3652
    assert found["rmse"][0] == pytest.approx(1, abs=0.03)
    assert found["mae"][0] == pytest.approx(np.sqrt(2 / np.pi), abs=0.03)
    assert found["crps"][0] == pytest.approx(1 / np.sqrt(np.pi), abs=0.03)
    assert found["coverage_80"][1] < 0.8 < found["coverage_80"][2]
    assert found["mape"][0] == pytest.approx(100 * found["mae"][0] / 20, rel=0.01)
    assert found["persistence"]["rmse"] == pytest.approx(np.sqrt(2), abs=0.05)
    assert found["persistence"]["rmse_skill"][0] == pytest.approx(1 - np.sqrt(0.5), abs=0.02)
    assert found["persistence"]["crps_skill"][0] == pytest.approx(0.5, abs=0.03)
    assert found["climatology"]["crps_skill"] == [0, 0, 0]


def test_events_without_information_have_no_skill(known):
    found = known["targets"]["high 1 d"]
    assert found["bss"][0] == pytest.approx(0, abs=0.002)
    assert found["brier"][0] == 0.25
    assert found["tss_max"] == 0
    assert found["persistence"]["bss"] == pytest.approx(-1, abs=0.1)
    assert found["persistence"]["skill"][0] == pytest.approx(0.5, abs=0.05)
    counts = [cases for _, _, cases, _, _ in found["reliability"]]
    assert (len(counts), sum(counts)) == (10, 3652)


def test_each_of_ten_years_is_told_by_what_was_before_it():
    seen = []
    found = walked(model(seen=seen), reported=("high 1 d",))
    assert seen == [np.datetime64(f"{year}-01-01T00") for year in range(2010, 2020)]
    assert (found["from"], found["until"]) == ("2010-01-01", "2020-01-01")


def test_a_short_record_is_walked_over_its_second_half():
    seen = []
    found = walked(model(seen=seen), table("2016-01-01"))
    assert len(seen) == 10
    assert found["from"] == "2017-12-31"
    assert np.ptp(np.diff(seen)) <= np.timedelta64(24, "h")


def test_only_what_is_asked_for_is_scored():
    assert list(walked(model(), reported=("high 1 d",))["targets"]) == ["high 1 d"]


def test_the_same_seed_gives_the_same_scores(known):
    assert walked(model()) == known


def part(**changed):
    fields = {
        "target": "x",
        "at": np.datetime64("2020-01-01") + np.arange(4),
        "said": np.array([0.1, np.nan, 0.9, 0.5]),
        "truth": np.array([0.0, 1, 1, np.nan]),
        "persistence": np.zeros(4),
        "recurrence": np.full(4, np.nan),
        "climatology": np.full(4, 0.2),
    }
    return Hindcast(**{**fields, **changed})


def test_rows_that_lack_something_are_left_out():
    assert joined([part(), part()]).said.tolist() == [0.1, 0.9, 0.1, 0.9]


def test_few_events_are_counted_and_not_scored():
    assert score(joined([part()]), Generator(PCG64(0))) == {"cases": 2, "events": 1}
    nothing = part(said=np.full(4, np.nan))
    assert score(joined([nothing]), Generator(PCG64(0))) == {"cases": 0}


def test_skill_that_fell_below_its_interval_is_named(known):
    worse = walked(model(spread=3.0), reported=("1 d",))
    assert lost(known, known) == ()
    assert lost(known, worse) == ("1 d",)
    assert lost(worse, known) == ()
