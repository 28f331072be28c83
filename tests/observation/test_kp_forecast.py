"""SWPC's Kp forecast: both shapes, and what of it is no observation."""

import json
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path

import pytest

from stormcone.observation.feed import Flag, Provenance, UnreadableError
from stormcone.observation.kp import read_kp
from stormcone.observation.kp_forecast import read_kp_forecast

RECORDED = Path(__file__).parent / "recorded"
NEW = (RECORDED / "kp-forecast.2026-10-15.json").read_bytes()


def in_old_shape(body):
    rows = json.loads(body)
    cells = [
        [row["time_tag"].replace("T", " "), f"{row['kp']:.2f}", *list(row.values())[2:]]
        for row in rows
    ]
    return json.dumps([list(rows[0]), *cells]).encode()


def test_both_shapes_give_identical_observations():
    assert list(read_kp_forecast(in_old_shape(NEW))) == list(read_kp_forecast(NEW))


def test_estimated_and_predicted_rows_are_forecasts():
    found = list(read_kp_forecast(NEW))
    assert Counter((one.provenance, one.flags) for one in found) == {
        (Provenance.OBSERVED, Flag.ESTIMATED): 61,
        (Provenance.FORECAST, Flag.ESTIMATED): 3,
        (Provenance.FORECAST, Flag(0)): 17,
    }
    assert {one.source for one in found} == {"SWPC forecast"}
    assert found[-1].at == datetime(2026, 10, 18, tzinfo=UTC)


def test_what_it_observed_is_what_the_kp_product_of_the_day_says():
    observed = {one.at: one.value for one in read_kp_forecast(NEW) if not one.published}
    product = {
        one.at: one.value for one in read_kp((RECORDED / "kp-3h.2026-10-15.json").read_bytes())
    }
    assert len(product) == 61
    assert {at: observed[at] for at in product} == product


def test_an_unknown_word_for_a_row_is_refused_by_name():
    row = {"time_tag": "2026-10-18T00:00:00", "kp": 2.0, "observed": "guessed"}
    with pytest.raises(UnreadableError, match=r"kp-forecast: 1 of 1 rows.*guessed"):
        list(read_kp_forecast(json.dumps([row]).encode()))


@pytest.mark.shared
@pytest.mark.parametrize(
    ("name", "observed", "estimated"),
    [
        ("2025_04_10", 59, 5),
        ("2025_04_11", 63, 1),
        ("2025_04_17", 57, 7),
        ("2026_08_01", 58, 6),
    ],
)
def test_every_recorded_body_reads_completely(shared, name, observed, estimated):
    folder = shared / "data/swx/services/swpc"
    body = (folder / f"noaa-planetary-k-index-forecast.{name}.json").read_bytes()
    found = list(read_kp_forecast(body))
    kinds = Counter((one.provenance, bool(one.flags)) for one in found)
    assert len(found) == 81
    assert kinds[Provenance.OBSERVED, True] == observed
    assert kinds[Provenance.FORECAST, True] == estimated
