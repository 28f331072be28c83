"""The maps draw things where they are: against pyproj, shapely and vector geometry."""

import base64
import json

import numpy as np
import pytest
from playwright.sync_api import Page
from pyproj import Proj
from shapely import box
from shapely.geometry import Polygon
from shapely.ops import unary_union
from tests.conftest import ROOT

pytestmark = pytest.mark.browser

LOOK = ROOT / "console/src/look"
one_pixel = 1.0
three_tenths_deg = 0.3
half_a_percent = 0.005
three_codes_mhz = 3 * 35 / 254
frame_ms = 25.0
calibrations_per_frame = 2.0

SIZES = {"world": (800, 400), "np": (500, 500), "sp": (500, 500), "globe": (500, 500)}
POLAR_R = (250 - 15) / np.radians(50)  # a margin of 15 px for the degrees, rim at latitude 40
PROJECTIONS = {
    "world": f"+proj=eqc +R={800 / (2 * np.pi)}",
    "np": f"+proj=aeqd +lat_0=90 +R={POLAR_R}",
    "sp": f"+proj=aeqd +lat_0=-90 +R={POLAR_R}",
    "globe": f"+proj=ortho +lat_0=40 +lon_0=-100 +R={250 - 2}",
}


def unit_vectors(lat_deg, lon_deg) -> np.ndarray:
    lat, lon = np.radians(lat_deg), np.radians(lon_deg)
    return np.stack(
        [np.cos(lat) * np.cos(lon), np.cos(lat) * np.sin(lon), np.sin(lat)], axis=-1
    )


def visible(projection: str, lat: float, lon: float) -> bool:
    if projection == "globe":
        return unit_vectors(lat, lon) @ unit_vectors(40, -100) > 0.2
    return {"world": True, "np": lat > 42, "sp": lat < -42}[projection]


def airports_seen_by(projection: str) -> list[tuple[float, float]]:
    rows = json.loads((LOOK / "airports.json").read_text())
    seen = [(lat, lon) for _, lat, lon, _ in rows if visible(projection, lat, lon)]
    return seen[:: max(1, len(seen) // 12)][:12]


@pytest.mark.parametrize("projection", PROJECTIONS)
def test_airports_are_drawn_where_pyproj_puts_them(canvas: Page, projection):
    spots = airports_seen_by(projection)
    assert len(spots) >= (12 if projection != "sp" else 6)
    width, height = SIZES[projection]
    drawn = canvas.evaluate("(all) => findDots(...all)", [projection, width, height, spots])
    lat, lon = np.array(spots).T
    x, y = Proj(PROJECTIONS[projection])(lon, lat)
    expected = np.stack([width / 2 + x, height / 2 - y], axis=1)
    assert np.hypot(*(np.array(drawn) - expected).T).max() < one_pixel


@pytest.mark.parametrize("projection", PROJECTIONS)
def test_a_pixel_and_its_place_are_inverse_to_each_other(canvas: Page, projection):
    worst_px = canvas.evaluate(
        "(all) => worstRoundTrip(...all)", [projection, *SIZES[projection]]
    )
    assert worst_px < 1e-6


@pytest.mark.parametrize(
    ("lat", "lon"), [(23.4, 0.0), (-13.0, -85.0), (0.01, 179.0), (5.0, 120.0)]
)
def test_the_night_line_has_the_sun_on_the_horizon(canvas: Page, lat, lon):
    line = canvas.evaluate("([lat, lon]) => nightLine({ lat, lon }, 200)", [lat, lon])
    assert len(line) == 201
    zenith = unit_vectors(*np.array(line[:200]).T)
    off_horizon_deg = np.degrees(np.arccos(zenith @ unit_vectors(lat, lon))) - 90
    assert np.abs(off_horizon_deg).max() < three_tenths_deg


def test_only_the_night_side_is_dark_and_a_field_on_it_is_not(canvas: Page):
    bare, field = canvas.evaluate("() => nightAndField({ lat: 10, lon: -60 })")
    brightness = np.frombuffer(base64.b64decode(bare), np.uint8).reshape(360, 720)
    lat, lon = np.mgrid[89.75:-90:-0.5, -179.75:180:0.5]
    sun_up_deg = np.degrees(np.arcsin(unit_vectors(lat, lon) @ unit_vectors(10, -60)))
    assert (brightness[sun_up_deg > 0.7] == 255).all()
    assert (brightness[sun_up_deg < -0.7] < 200).all()
    assert field == [0, 255]


# Square degrees: advisories.md gives 8100 and 6900 for the second and third.
CAP = [[[60, -180], [60, 180], [90, 180], [90, -180], [60, -180]]]
PACIFIC = [
    [[-90, 165], [-90, 180], [0, 180], [0, 165], [-90, 165]],
    [[-90, -180], [-90, -105], [0, -105], [0, -180], [-90, -180]],
]
OFFICIAL_A7_5 = [
    [[80, -180], [70, -75], [60, 15], [70, 75], [80, 180], [90, 180], [90, -180], [80, -180]]
]
AREAS = {
    "a polar cap": (CAP, 360 * 30),
    "E165-W105 EQS to HSH": (PACIFIC, 8100),
    "official example A7-5": (OFFICIAL_A7_5, 6900),
}


def opacity(canvas: Page, kind: str, width: int, height: int, rings) -> np.ndarray:
    alpha = canvas.evaluate("(all) => filled(...all)", [kind, width, height, rings])
    return np.frombuffer(base64.b64decode(alpha), np.uint8).reshape(height, width) / 255


@pytest.mark.parametrize("name", AREAS)
def test_an_area_covers_as_many_pixels_as_shapely_counts_degrees(canvas: Page, name):
    rings, square_degrees = AREAS[name]
    flat = unary_union([Polygon([(lon, lat) for lat, lon in ring]) for ring in rings])
    assert flat.area == pytest.approx(square_degrees)
    drawn = opacity(canvas, "world", 720, 360, rings).sum() / 4  # pixels of half a degree
    assert drawn == pytest.approx(flat.area, rel=half_a_percent)


@pytest.mark.parametrize("kind", ["world", "np", "sp"])
@pytest.mark.parametrize("name", AREAS)
def test_the_direction_of_a_ring_makes_no_difference(canvas: Page, name, kind):
    rings = AREAS[name][0]
    there = opacity(canvas, kind, 400, 400, rings)
    back = opacity(canvas, kind, 400, 400, [ring[::-1] for ring in rings])
    assert np.abs(there - back).max() < 0.05  # antialiasing of a vertex, nothing else


def test_a_cap_fills_its_circle_and_nothing_near_the_other_pole(canvas: Page):
    radius_px = (200 - 15) * 30 / 50
    north = opacity(canvas, "np", 400, 400, CAP).sum()
    assert north == pytest.approx(np.pi * radius_px**2, rel=half_a_percent)
    y, x = np.mgrid[:400, :400] + 0.5
    disc = np.hypot(x - 200, y - 200) < 185
    assert opacity(canvas, "sp", 400, 400, CAP)[disc].max() == 0


def test_contours_run_where_the_field_has_their_value(canvas: Page):
    found = canvas.evaluate(
        """() => contours(sunlit({ lat: -13, lon: 175 }, 22, 1), [5, 10, 20])
          .map(({ level, points }) => [level, points])"""
    )
    assert [level for level, _ in found] == [5, 10, 20]  # one line each, closed across 180
    for level, points in found:
        haf_mhz = 22 * unit_vectors(*np.array(points).T) @ unit_vectors(-13, 175)
        assert np.abs(haf_mhz - level).max() < three_codes_mhz


def test_no_label_touches_another_and_areas_and_places_come_as_rows(canvas: Page):
    taken, rows = canvas.evaluate(
        "async () => { const s = await scene(); return [s.boxes(), s.maps[0].table().rows]; }"
    )
    for boxes in taken:
        shapes = [box(b["left"], b["top"], b["right"], b["bottom"]) for b in boxes]
        labels = [one for one in shapes if one.area > 20]  # the others are dots
        assert len(labels) > 5
        assert not any(a.intersects(b) for i, a in enumerate(labels) for b in labels[:i])
    assert rows[0][:4] == ["area", "HNH · HF COM MOD · HF 2021/94", "MOD", "OBS"]
    assert next(row[8] for row in rows if row[1] == "SEQM") > 20


def test_the_worker_makes_the_same_table_and_a_dead_worker_does_no_harm(canvas: Page):
    alive, dead, pixels = canvas.evaluate("() => tablesAgree()")
    assert (alive, dead) == (True, True)
    assert pixels == pytest.approx(np.pi * (60 - 15) ** 2, rel=0.01)


def test_three_views_redraw_within_a_frame_while_scrubbing(canvas: Page):
    step_ms, calibration_ms = np.median(canvas.evaluate("() => timings()"), axis=0)
    assert step_ms <= frame_ms or step_ms <= calibrations_per_frame * calibration_ms


def test_lajolla_is_dark_at_0_and_light_at_255():
    luts = json.loads((LOOK / "luts.json").read_text())
    assert set(luts) == {"batlow", "lajolla", "lipari", "vik"}
    assert all(np.array(table).shape == (256, 3) for table in luts.values())
    assert sum(luts["lajolla"][0]) < 100
    assert sum(luts["lajolla"][255]) > 600


def test_the_colour_table_is_clear_below_its_floor_and_starts_at_a_fifth(canvas: Page):
    packed = np.array(canvas.evaluate("() => [...makeLut(luts.lajolla, { floor: 4 })]"), "u4")
    lajolla = json.loads((LOOK / "luts.json").read_text())["lajolla"]
    assert (packed[:4] == 0).all()
    assert packed[4] & 255 == lajolla[round((0.2 + 0.8 * 3 / 254) * 255)][0]
    assert packed[255] & 255 == lajolla[255][0]
    assert packed[255] >> 24 == round(0.85 * 255)


def test_airports_are_few_named_once_and_on_the_earth():
    rows = json.loads((LOOK / "airports.json").read_text())
    assert 60 <= len(rows) <= 300
    assert len({row[0] for row in rows}) == len(rows)
    assert all(abs(lat) <= 90 and abs(lon) <= 180 and w in {1, 2, 3} for _, lat, lon, w in rows)
