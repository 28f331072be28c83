"""Masks on a grid: out to an area and back, over the poles and across 180 degrees."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from stormcone.effect.areas import outline
from stormcone.effect.mask import mask_of, padded, row_weights
from stormcone.reference.areas import steradians
from stormcone.reference.grid import global_grid

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


@given(cells)
def test_padding_reaches_every_neighbour_and_no_further(chosen):
    mask = drawn(chosen)
    grown = padded(mask)
    assert grown[mask].all()
    for above, column in np.argwhere(grown[1:-1]):
        near = mask[above : above + 3].take(range(column - 1, column + 2), axis=1, mode="wrap")
        assert near.any()
