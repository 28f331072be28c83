"""Fields as pictures: an independent decoder reads the same bytes back."""

import io

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from PIL import Image

from stormcone.api.png import codes, encode_png


@given(arrays(np.uint8, st.tuples(st.integers(1, 20), st.integers(1, 20))))
def test_pillow_reads_back_every_byte(grey):
    image = Image.open(io.BytesIO(encode_png(grey)))
    assert image.mode == "L"
    assert np.array_equal(np.asarray(image), grey)


@given(st.floats(0, 35))
def test_a_code_stands_for_its_value_within_half_a_step(value):
    code = int(codes(np.array([[value]]), vmin=0, vmax=35)[0, 0])
    assert (code - 1) / 254 * 35 == pytest.approx(value, abs=35 / 254 / 2 + 1e-9)


@pytest.mark.parametrize(("value", "code"), [(np.nan, 0), (-1.0, 1), (1e9, 255)])
def test_missing_is_zero_and_the_rest_is_clipped(value, code):
    assert codes(np.array([[value]]), vmin=0, vmax=35)[0, 0] == code


def test_the_square_root_spends_codes_on_small_values():
    grey = codes(np.array([[2.0, 5.0]]), vmin=0, vmax=6.5, transform="sqrt")
    back = ((grey.astype(float) - 1) / 254 * 6.5) ** 2
    assert back[0] == pytest.approx([2, 5], rel=0.02)
