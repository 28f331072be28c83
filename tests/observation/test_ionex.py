"""IONEX: three files beside counts made by hand, and the turns that the format allows."""

import gzip
import subprocess
from itertools import pairwise

import numpy as np
import pytest
from bodies_kit import at
from hypothesis import given
from hypothesis import strategies as st

from stormcone.observation.feed import UnreadableError
from stormcone.observation.ionex import read_maps

FOLDER = "data/swx/ionex"
# authorities/recordings.md: file, maps, cells, greatest TECU
FILES = [
    ("IGS0OPSFIN_20243490000_01D_02H_GIM.INX.gz", 13, 67_379, 121.3),
    ("codg0080.20i.Z", 25, 129_575, 32.9),
    ("CKMG0090.21I.gz", 25, 129_575, 27.2),
]


def line(text, label):
    return f"{text:<60}{label:<20}"


def one_map(kind, number, epoch, rows, lats, exponent=None):
    told = [line(f"{number:6d}", f"START OF {kind} MAP")]
    told.append(line("".join(f"{part:6d}" for part in epoch), "EPOCH OF CURRENT MAP"))
    if exponent is not None:
        told.append(line(f"{exponent:6d}", "EXPONENT"))
    for lat, row in zip(lats, rows, strict=True):
        told.append(
            line(
                f"  {lat:6.1f}{-180.0:6.1f}{180.0:6.1f}{20.0:6.1f}{450.0:6.1f}",
                "LAT/LON1/LON2/DLON/H",
            )
        )
        cells = [f"{value:5d}" for value in row]
        told += ["".join(cells[n : n + 16]) for n in range(0, len(cells), 16)]
    return [*told, line(f"{number:6d}", f"END OF {kind} MAP")]


def ionex(maps, *, promised=None, lats=(10.0, 0.0, -10.0), exponent=True):
    step = lats[1] - lats[0]
    header = [
        line("     1.0            IONOSPHERE MAPS     GNSS", "IONEX VERSION / TYPE"),
        line("MADE                BY HAND             24-DEC-24 03:55", "PGM / RUN BY / DATE"),
        line(
            f"{promised or sum('START OF TEC' in row for row in maps):6d}", "# OF MAPS IN FILE"
        ),
        line(f"  {lats[0]:6.1f}{lats[-1]:6.1f}{step:6.1f}", "LAT1 / LAT2 / DLAT"),
        line("  -180.0 180.0  20.0", "LON1 / LON2 / DLON"),
        *([line("    -1", "EXPONENT")] if exponent else []),
        line("DIFFERENTIAL CODE BIASES", "START OF AUX DATA"),
        line("   G01    -9.999     0.012", "PRN / BIAS / RMS"),
        line("DIFFERENTIAL CODE BIASES", "END OF AUX DATA"),
        line("", "END OF HEADER"),
    ]
    return ("\n".join([*header, *maps, line("", "END OF FILE")]) + "\n").encode()


MIDNIGHT, NEXT = (2024, 5, 10, 0, 0, 0), (2024, 5, 10, 24, 0, 0)
LATS = (10.0, 0.0, -10.0)
ROWS = [[100 * row + column for column in range(19)] for row in range(1, 4)]


def test_a_map_reads_as_it_stands_whatever_stands_beside_it():
    maps = [
        *one_map("TEC", 1, MIDNIGHT, ROWS, LATS),
        *one_map("TEC", 2, NEXT, [[9999] * 19, *ROWS[1:]], LATS),
        *one_map("RMS", 1, MIDNIGHT, [[7] * 19] * 3, LATS),
        *one_map("HEIGHT", 1, MIDNIGHT, [[450] * 19] * 3, LATS),
    ]
    first, last = read_maps(ionex(maps))
    assert first.values == pytest.approx(np.array(ROWS) / 10)
    assert first.rms == pytest.approx(np.full((3, 19), 0.7))
    assert first.grid.lat_deg.tolist() == [10, 0, -10]
    assert first.grid.lon_deg[[0, 1, -1]].tolist() == [-180, -160, 180]
    assert (first.quantity, first.source, first.at) == ("vtec_tecu", "BY HAND", at(2024, 5, 10))
    assert (last.at, last.rms) == (at(2024, 5, 11), None)
    assert np.isnan(last.values[0]).all()
    assert np.isfinite(last.values[1:]).all()


def test_an_exponent_holds_until_the_next():
    maps = [
        *one_map("TEC", 1, MIDNIGHT, ROWS, LATS),
        *one_map("TEC", 2, (2024, 5, 10, 2, 0, 0), ROWS, LATS, exponent=0),
        *one_map("TEC", 3, (2024, 5, 10, 4, 0, 0), ROWS, LATS),
    ]
    tops = [float(one.values.max()) for one in read_maps(ionex(maps, exponent=False))]
    assert tops == [pytest.approx(31.8), 318, 318]


def test_latitudes_from_the_south_are_turned():
    south = ionex(one_map("TEC", 1, MIDNIGHT, ROWS[::-1], LATS[::-1]), lats=LATS[::-1])
    north = ionex(one_map("TEC", 1, MIDNIGHT, ROWS, LATS))
    (one,), (two,) = read_maps(south), read_maps(north)
    assert (one.values == two.values).all()
    assert one.grid.lat_deg.tolist() == two.grid.lat_deg.tolist()


WHOLE = ionex(one_map("TEC", 1, MIDNIGHT, ROWS, LATS))


@pytest.mark.parametrize(
    ("body", "said"),
    [
        (b"", "header"),
        (b"<html>", "header"),
        (ionex(one_map("TEC", 1, MIDNIGHT, ROWS, LATS), promised=2), "1 maps.*expected 2"),
        (ionex(one_map("TEC", 1, MIDNIGHT, ROWS[:2], LATS[:2])), "2 latitudes"),
        (WHOLE.replace(b"  118", b"     "), "ionex"),
        (gzip.compress(WHOLE)[:-20], "unpacked"),
        (b"\x1f\x9d\x90abc", "ionex"),
        (WHOLE.replace(b"  -180.0 180.0  20.0", b"  -180.0 180.0   7.0"), "whole steps"),
    ],
)
def test_another_shape_is_refused_with_the_reason(body, said):
    with pytest.raises(UnreadableError, match=said):
        list(read_maps(body))


@given(st.integers(0, len(WHOLE) - 21))
def test_a_file_cut_off_anywhere_is_refused(cut):
    with pytest.raises(UnreadableError, match="ionex"):
        list(read_maps(WHOLE[:cut]))


@given(st.integers(0, len(WHOLE) - 1), st.binary(min_size=1, max_size=3))
def test_a_spoiled_file_is_read_or_refused(place, put):
    try:
        maps = list(read_maps(WHOLE[:place] + put + WHOLE[place + len(put) :]))
    except UnreadableError:
        return
    assert [one.values.shape for one in maps] == [(3, 19)]


@pytest.mark.shared
@pytest.mark.parametrize(("name", "maps", "cells", "greatest"), FILES)
def test_the_files_are_as_counted_by_hand(shared, name, maps, cells, greatest):
    read = list(read_maps((shared / FOLDER / name).read_bytes()))
    assert len(read) == maps
    assert sum(one.values.size for one in read) == cells
    assert max(one.values.max() for one in read) == pytest.approx(greatest)
    assert (read[-1].at - read[0].at).total_seconds() == 86_400
    assert len({two.at - one.at for one, two in pairwise(read)}) == 1
    assert {one.grid.shape for one in read} == {(71, 73)}
    assert {one.rms is None for one in read} == {name.startswith("CKMG")}


@pytest.mark.shared
def test_unix_compress_is_unpacked_as_gzip_unpacks_it(shared):
    name = shared / FOLDER / "codg0080.20i.Z"
    plain = subprocess.run(["gzip", "-dc", str(name)], check=True, capture_output=True).stdout
    packed, unpacked = read_maps(name.read_bytes()), read_maps(plain)
    for one, two in zip(packed, unpacked, strict=True):
        assert (one.values == two.values).all()
        assert (one.rms == two.rms).all()
