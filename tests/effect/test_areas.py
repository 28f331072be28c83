"""Masks in words: nothing affected is left out, and the words stay short."""

from datetime import UTC, datetime

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec import json

from stormcone.effect.areas import MOST_CHARACTERS, outline, simplify
from stormcone.reference.areas import (
    Area,
    Band,
    Longitudes,
    Region,
    Side,
    area_of,
    covers,
    iou,
    region_text,
    square_degrees,
    steradians,
    union,
)
from stormcone.reference.grid import global_grid
from stormcone.reference.sun import subsolar_point_deg

SOLSTICE = datetime(2026, 6, 21, 12, tzinfo=UTC)
GRID = global_grid(5)
FINE = global_grid()
CENTRED_DIPOLE_DEG = (80.7, -72.7)


def cap(centre_deg, radius_deg, grid=FINE):
    lat, lon = np.meshgrid(np.radians(grid.lat_deg), np.radians(grid.lon_deg), indexing="ij")
    lat0, lon0 = np.radians(centre_deg)
    cosine = np.sin(lat) * np.sin(lat0) + np.cos(lat) * np.cos(lat0) * np.cos(lon - lon0)
    return cosine > np.cos(np.radians(radius_deg))


def said(words):
    whole = Area(parts=())
    for region in words.parts:
        whole = union(whole, area_of(region, SOLSTICE))
    return whole


@st.composite
def masks(draw):
    """A few boxes of cells anywhere, poles and 180 degrees included."""
    mask = np.zeros(GRID.shape, bool)
    for _ in range(draw(st.integers(1, 5))):
        row, column = draw(st.integers(0, 36)), draw(st.integers(0, 71))
        rows = slice(row, row + draw(st.integers(1, 8)))
        columns = (column + np.arange(draw(st.integers(1, 72)))) % 72
        mask[rows, columns] = True
    return mask


@settings(deadline=None)
@given(masks())
def test_an_outline_has_the_area_of_its_cells(mask):
    heights = np.full(37, 5.0)
    heights[[0, -1]] = 2.5
    assert square_degrees(outline(mask, GRID)) == pytest.approx(5 * heights @ mask.sum(axis=1))


@settings(deadline=None)
@given(masks())
def test_an_outline_stays_on_the_globe(mask):
    for ring in outline(mask, GRID).parts:
        assert ring[0] == ring[-1]
        assert all(abs(lat) <= 90 and abs(lon) <= 180 for lat, lon in ring)


@settings(max_examples=60, deadline=None)
@given(masks())
def test_the_words_contain_the_area(mask):
    area = outline(mask, GRID)
    words = simplify(area)
    assert covers(said(words), area)
    assert words.over_forecast >= 1 - 1e-9
    assert len(words.parts) <= 4
    assert sum(len(region_text(region)) + 5 for region in words.parts) <= MOST_CHARACTERS
    assert all(len(region.polygon) <= 7 for region in words.parts)


AT_THE_EDGES = [(row, column) for row in (0, 1, 2, 178, 179, 180) for column in range(360)]
AT_THE_EDGES += [(row, column) for row in range(181) for column in (0, 1, 179, 180, 358, 359)]
edge_cells = st.lists(st.sampled_from(AT_THE_EDGES), min_size=1, max_size=12, unique=True)


@settings(max_examples=60, deadline=None)
@given(edge_cells, st.sampled_from([5, 7, 9]), st.integers(1, 4), st.booleans())
def test_the_words_contain_cells_at_both_poles_and_at_180_degrees(
    cells, points, groups, by_time
):
    mask = np.zeros(FINE.shape, bool)
    mask[tuple(zip(*cells, strict=True))] = True
    area = outline(mask, FINE)
    words = simplify(area, points=points, groups=groups, at=SOLSTICE if by_time else None)
    assert covers(said(words), area)
    assert len(words.parts) <= groups
    assert all(len(region.polygon) <= points for region in words.parts)


def test_bands_on_both_sides_of_the_equator_are_one_region():
    both = area_of(
        Region(bands=(Band.HNH, Band.HSH), longitudes=Longitudes(165, -105)), SOLSTICE
    )
    (region,) = simplify(both).parts
    assert region_text(region) == "HNH HSH E165 - W105"
    assert iou(region.exact, both) == pytest.approx(1)
    apart = union(
        area_of(Region(bands=(Band.HNH,), longitudes=Longitudes(0, 90)), SOLSTICE),
        area_of(Region(bands=(Band.HSH,), longitudes=Longitudes(0, 120)), SOLSTICE),
    )
    assert len(simplify(apart).parts) == 2


@settings(max_examples=20, deadline=None)
@given(masks())
def test_each_region_carries_its_own_share_of_the_area(mask):
    area = outline(mask, GRID)
    shares = Area(parts=())
    for region in simplify(area).parts:
        assert covers(area_of(region, SOLSTICE), region.exact)
        shares = union(shares, region.exact)
    assert iou(shares, area) == pytest.approx(1)


def test_whole_bands_are_said_in_bands():
    area = area_of(
        Region(bands=(Band.EQN, Band.EQS), longitudes=Longitudes(165, -105)), SOLSTICE
    )
    (region,) = simplify(area).parts
    assert region_text(region) == "EQN EQS E165 - W105"
    assert simplify(area).over_forecast == pytest.approx(1)


@pytest.mark.parametrize("geomagnetic_deg", [55, 60, 65, 70])
def test_polar_caps_are_said_better_than_by_a_cap_of_one_latitude(geomagnetic_deg):
    area = _absorbed(geomagnetic_deg)
    words = simplify(area)
    lowest = max(lat for lat in range(90) if covers(_round_caps(lat), area))
    assert len(words.parts) == 2
    assert words.over_forecast < 0.85 * steradians(_round_caps(lowest)) / steradians(area)


def _round_caps(lat):
    ring = ((lat, -180), (lat, 180), (90, 180), (90, -180), (lat, -180))
    mirrored = tuple((-lat, lon) for lat, lon in ring)
    caps = (area_of(Region(polygon=points), SOLSTICE) for points in (ring, mirrored))
    return union(*caps)


def test_two_severities_over_both_caps_fit_into_one_outlook():
    words = [
        simplify(_absorbed(deg), groups=2, characters=MOST_CHARACTERS // 2) for deg in (60, 65)
    ]
    texts = [region_text(region) for said in words for region in said.parts]
    assert len(texts) == 4
    assert sum(len(text) + 5 for text in texts) <= MOST_CHARACTERS


def _absorbed(geomagnetic_deg):
    north = cap(CENTRED_DIPOLE_DEG, 90 - geomagnetic_deg)
    return outline(north | north[::-1, ::-1], FINE)


def test_the_sunlit_side_is_named_when_the_time_is_given():
    lit = outline(cap(subsolar_point_deg(SOLSTICE), 85), FINE)
    words = simplify(lit, at=SOLSTICE)
    assert [region.side for region in words.parts] == [Side.DAYSIDE]
    assert words.over_forecast < 1.15


def test_a_region_in_the_journal_has_the_same_bytes_every_time():
    area = outline(cap((75, 60), 12) | cap((-60, 170), 20), FINE)
    written = json.encode(simplify(area).parts)
    assert json.encode(json.decode(written, type=tuple[Region, ...])) == written


def test_scattered_cells_become_few_regions():
    scattered = np.arange(FINE.shape[0] * FINE.shape[1]) * 7919 % 1009 == 0
    area = outline(scattered.reshape(FINE.shape), FINE)
    words = simplify(area, groups=3)
    assert len(words.parts) <= 3
    assert covers(said(words), area)


def test_nothing_affected_is_nothing_said():
    words = simplify(outline(np.zeros(FINE.shape, bool), FINE))
    assert words.parts == ()


def test_a_mask_of_another_grid_is_refused():
    with pytest.raises(ValueError, match="does not fit"):
        outline(np.ones((3, 4), bool), FINE)


def test_a_cap_that_reaches_beyond_the_other_pole_is_no_wording():
    north = area_of(Region(bands=(Band.HNH,)), SOLSTICE)
    ring = ((-90.0, 0.0), (-90.0, 46.0), (0.0, 46.0), (0.0, 0.0), (-90.0, 0.0))
    both = union(north, area_of(Region(polygon=ring), SOLSTICE))
    (said,) = simplify(both, groups=1).parts
    assert covers(area_of(said, SOLSTICE), both)
