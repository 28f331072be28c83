"""Masks on a grid: out to an area and back, over the poles and across 180 degrees."""

from datetime import UTC, datetime

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from stormcone.effect.areas import outline
from stormcone.effect.mask import mask_of, mask_steradians, padded, row_weights
from stormcone.reference.areas import Band, Longitudes, Region, area_of, iou, steradians
from stormcone.reference.grid import global_grid
from stormcone.verification.trade_off import whole_degrees

COARSE = global_grid(10)
cells = st.lists(st.tuples(st.integers(0, 18), st.integers(0, 35)), min_size=1, max_size=12)


def drawn(chosen):
    mask = np.zeros(COARSE.shape, bool)
    for row, column in chosen:
        mask[row, column] = True
    for pole in (0, -1):
        mask[pole] = mask[pole].any()
    return mask


@given(cells)
def test_an_outline_gives_its_cells_back(chosen):
    mask = drawn(chosen)
    assert np.array_equal(mask_of(outline(mask, COARSE), COARSE), mask)


@given(cells)
def test_the_weights_are_the_area_on_the_sphere(chosen):
    mask = drawn(chosen)
    share = float(row_weights(COARSE) @ mask.sum(axis=1))
    assert np.isclose(share * 4 * np.pi, steradians(outline(mask, COARSE)), rtol=1e-6)


def test_a_sector_that_touches_a_pole_stays_a_sector():
    sector = np.zeros(COARSE.shape, bool)
    sector[:4, 5:9] = True
    grown = padded(sector)
    assert np.flatnonzero(grown[0]).tolist() == [4, 5, 6, 7, 8, 9]
    assert np.flatnonzero(padded(grown[::-1])[-1]).tolist() == [3, 4, 5, 6, 7, 8, 9, 10]


def test_cells_between_whole_degrees_are_the_region_that_a_bulletin_names():
    region = Region(bands=(Band.MSH, Band.HSH), longitudes=Longitudes(165, -105))
    area = area_of(region, datetime(2026, 1, 19, tzinfo=UTC))
    mask = mask_of(area, whole_degrees())
    assert iou(outline(mask, whole_degrees()), area) == pytest.approx(1)
    share = mask_steradians(mask, row_weights(whole_degrees()))
    assert share == pytest.approx(steradians(area))


@given(cells)
def test_padding_reaches_every_neighbour_and_no_further(chosen):
    mask = drawn(chosen)
    grown = padded(mask)
    assert grown[mask].all()
    for above, column in np.argwhere(grown[1:-1]):
        near = mask[above : above + 3].take(range(column - 1, column + 2), axis=1, mode="wrap")
        assert near.any()
