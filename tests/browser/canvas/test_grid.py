"""Fields on the wire: pictures decode byte for byte, whatever is wrong has a name."""

import base64
import io
import struct
import zlib

import numpy as np
import pytest
from PIL import Image
from playwright.sync_api import Page

pytestmark = pytest.mark.browser

HEADER = (
    "nx=360;ny=181;lon0=-180;lat0=90;dx=1;dy=-1;vmin=0;vmax=35;"
    "unit=MHz;transform=linear;wraps=1"
)
one_code_mhz = 35 / 254


def as_text(body: bytes) -> str:
    return base64.b64encode(body).decode()


def chunk(kind: bytes, body: bytes) -> bytes:
    return (
        struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))
    )


def png(rows: bytes, width: int, height: int, *, depth=8, colour=0, interlace=0) -> bytes:
    header = struct.pack(">IIBBBBB", width, height, depth, colour, 0, 0, interlace)
    parts = [chunk(b"IHDR", header), chunk(b"IDAT", zlib.compress(rows)), chunk(b"IEND", b"")]
    return b"\x89PNG\r\n\x1a\n" + b"".join(parts)


def filtered(cells: np.ndarray) -> bytes:
    """Rows with filters 0, 1, 2, 3, 4 in turn, by the definition in the PNG specification."""
    x = cells.astype(int)
    left = np.pad(x, ((0, 0), (1, 0)))[:, :-1]
    up = np.pad(x, ((1, 0), (0, 0)))[:-1]
    corner = np.pad(x, ((1, 0), (1, 0)))[:-1, :-1]
    estimate = left + up - corner
    distance = np.abs(np.stack([estimate - left, estimate - up, estimate - corner]))
    paeth = np.choose(distance.argmin(axis=0), [left, up, corner])
    guesses = [0 * x, left, up, (left + up) // 2, paeth]
    rows = [
        bytes([y % 5]) + ((x[y] - guesses[y % 5][y]) % 256).astype(np.uint8).tobytes()
        for y in range(len(x))
    ]
    return b"".join(rows)


@pytest.fixture(scope="module")
def field() -> np.ndarray:
    """A known field: rough in the north, smooth in the south, with a hole."""
    lat, lon = np.mgrid[90:-91:-1, -180:180]
    cells = 128 + 100 * np.cos(np.radians(lat)) * np.sin(np.radians(2 * lon))
    cells[:40] = 1 + (lat * lon * 7919 % 255)[:40]
    cells[100:110, 30:60] = 0
    return cells.round().astype(np.uint8)


def test_a_picture_with_all_five_filters_decodes_byte_for_byte(canvas: Page, field):
    body = png(filtered(field), 360, 181)
    assert np.array_equal(np.asarray(Image.open(io.BytesIO(body))), field)  # Pillow agrees
    decoded = canvas.evaluate(
        "async (text) => textOf((await decodePng8(bytesOf(text))).pixels)", as_text(body)
    )
    assert base64.b64decode(decoded) == field.tobytes()


def test_a_picture_as_pillow_writes_it_decodes_byte_for_byte(canvas: Page, field):
    out = io.BytesIO()
    Image.fromarray(field).save(out, "PNG", optimize=True)
    cells = canvas.evaluate(
        "async ([text, header]) => textOf((await readGrid(bytesOf(text), header)).cells)",
        [as_text(out.getvalue()), HEADER],
    )
    assert base64.b64decode(cells) == field.tobytes()


GREY = filtered(np.full((4, 6), 9, np.uint8))
GOOD = png(GREY, 6, 4)
FIRST_PACKED_BYTE = GOOD.index(b"IDAT") + 4
SPOILT = GOOD[:FIRST_PACKED_BYTE] + b"\0" + GOOD[FIRST_PACKED_BYTE + 1 :]
BAD_PICTURES = [
    ("PngSignature", "ff d8", b"\xff\xd8" + GOOD[2:]),
    ("PngBitDepth", "bit depth 16", png(b"\0" * 52, 6, 4, depth=16)),
    ("PngColourType", "colour type 3", png(GREY, 6, 4, colour=3)),
    ("PngInterlace", "interlace method 1", png(GREY, 6, 4, interlace=1)),
    ("PngTruncated", "ends at byte", GOOD[:-20]),
    ("PngChecksum", "IDAT", SPOILT),
    ("PngSize", "28 bytes, the data has 7", png(GREY[:7], 6, 4)),
    ("PngFilter", "filter 9", png(b"\x09" + GREY[1:], 6, 4)),
    ("PngCompression", "unpack", GOOD[:33] + chunk(b"IDAT", b"x") + chunk(b"IEND", b"")),
]


@pytest.mark.parametrize(
    ("name", "says", "body"), BAD_PICTURES, ids=[name for name, _, _ in BAD_PICTURES]
)
def test_a_bad_picture_is_refused_by_name(canvas: Page, name, says, body):
    found = canvas.evaluate("(t) => faultOf(() => decodePng8(bytesOf(t)))", as_text(body))
    assert found[0] == name
    assert says in found[1]


BAD_HEADERS = [
    (None, "GridHeaderAbsent", "X-Grid"),
    ("", "GridHeaderAbsent", "X-Grid"),
    (HEADER.replace("nx=360;", ""), "GridHeaderValue", "nx is absent"),
    (HEADER.replace("dx=1", "dx=one"), "GridHeaderValue", "dx is one"),
    (HEADER.replace("dy=-1", "dy=0"), "GridHeaderValue", "dy is 0"),
    (HEADER.replace("linear", "cubic"), "GridHeaderValue", "transform is cubic"),
    (HEADER.replace("wraps=1", "wraps=yes"), "GridHeaderValue", "wraps is yes"),
    (HEADER.replace("vmax=35", "vmax=-1"), "GridHeaderValue", "vmax -1"),
    (HEADER.replace("nx=360", "nx=300"), "GridHeaderValue", "nx 300"),
    (HEADER.replace("ny=181", "ny=91"), "GridSizeMismatch", "the picture is 360"),
]


@pytest.mark.parametrize(("header", "name", "says"), BAD_HEADERS)
def test_a_bad_header_is_refused_by_name(canvas: Page, field, header, name, says):
    found = canvas.evaluate(
        "([text, header]) => faultOf(() => readGrid(bytesOf(text), header))",
        [as_text(png(filtered(field), 360, 181)), header],
    )
    assert found[0] == name
    assert says in found[1]


def test_the_probe_reads_the_field_within_one_code(canvas: Page, field):
    rows, columns = np.arange(41, 180), (np.arange(41, 180) * 37) % 360
    spots = np.stack([columns * 2.0, rows * 2.0], axis=1)  # pixels of a 720 x 360 map
    found = canvas.evaluate(
        """async ([text, header, spots]) => {
          const map = new WorldMap(hostOf(720, 360), { projection: 'world' });
          map.setGrid(await readGrid(bytesOf(text), header), new Uint32Array(256));
          return spots.map(([x, y]) => map.at(x, y).value);
        }""",
        [as_text(png(filtered(field), 360, 181)), HEADER, spots.tolist()],
    )
    codes = field[rows, columns].astype(int)
    expected = [None if code == 0 else (code - 1) / 254 * 35 for code in codes]
    assert None in expected
    for value, truth in zip(found, expected, strict=True):
        assert value == (truth if truth is None else pytest.approx(truth, abs=one_code_mhz))


def test_nothing_is_interpolated_across_a_missing_cell(canvas: Page):
    fine, on_the_hole, beside = canvas.evaluate(
        """() => {
          const map = new WorldMap(hostOf(720, 360), { projection: 'world' });
          const grid = bandless();
          map.setGrid(grid, new Uint32Array(256));
          const fine = [...new Set(map.atlas.fineField(grid))].sort();
          return [fine, map.at(360, 180).value, map.at(360, 177).value];
        }"""
    )
    assert fine == [0, 200]
    assert on_the_hole is None
    assert beside == pytest.approx(199 / 254 * 35)
