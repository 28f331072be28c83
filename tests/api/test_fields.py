"""Fields on the wire: a place in them, and colours that suit quiet days and storms."""

from datetime import UTC, datetime

import numpy as np
import pytest

from stormcone.api.fields import PRODUCTS, at_point
from stormcone.api.png import codes
from stormcone.effect.effect import Severity
from stormcone.effect.thresholds import THRESHOLDS
from stormcone.forecast.field import Field
from stormcone.forecast.probability_field import ProbabilityField
from stormcone.reference.grid import global_grid

NOW = datetime(2026, 1, 19, 20, tzinfo=UTC)
GRID = global_grid(30)
SKY = (60.0, 50.0)


def layers(*values):
    return np.stack([np.full(GRID.shape, value, np.float32) for value in values])


def test_a_probability_has_no_interval():
    field = ProbabilityField(
        quantity="s4",
        grid=GRID,
        issued=NOW,
        valid=NOW,
        thresholds=(0.5, 0.8),
        values=layers(0.3, 0.1),
    )
    point = at_point(field, PRODUCTS["s4"], (10, 20), SKY)
    assert point.value == pytest.approx(0.3)
    assert (point.low, point.high) == (None, None)


def test_a_quantity_has_one():
    field = Field(
        quantity="vtec_tecu",
        grid=GRID,
        issued=NOW,
        valid=NOW,
        levels=(0.05, 0.5, 0.95),
        values=layers(20, 30, np.nan),
    )
    point = at_point(field, PRODUCTS["tec"], (10, 20), SKY)
    assert (point.low, point.value, point.high) == (20, 30, None)


# about what cosmic rays bring to FL400 at the equator and the poles, and a faint oval
@pytest.mark.parametrize(("product", "low", "high"), [("dose", 2, 6), ("aurora", 0.2, 1)])
def test_quiet_values_differ_by_a_tenth_of_the_colours(product, low, high):
    about = PRODUCTS[product]
    made = codes(
        np.array([[low, high]]), vmin=about.vmin, vmax=about.vmax, transform=about.transform
    ).astype(int)
    assert made[0, 1] - made[0, 0] > 25


def test_severe_is_within_the_colours():
    limits = {"dose": "dose_rate_usv_h", "tec": "vtec_tecu", "muf": "muf_depression_percent"}
    for product, quantity in limits.items():
        about = PRODUCTS[product]
        severe = np.array([[THRESHOLDS.of(quantity).at(Severity.SEVERE)]])
        code = codes(severe, vmin=about.vmin, vmax=about.vmax, transform=about.transform)
        assert code[0, 0] < 255
