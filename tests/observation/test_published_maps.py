"""Maps that others publish: their nodes, their times, and what is no map."""

import json
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pytest

from stormcone.observation.drap import read_drap
from stormcone.observation.feed import Provenance, UnreadableError
from stormcone.observation.glotec import GRID, read_glotec
from stormcone.observation.link import Link
from stormcone.observation.maps import on_grid
from stormcone.observation.ovation import read_ovation
from stormcone.observation.texts import IncompleteError
from stormcone.reference.grid import global_grid

THINNED = (Path(__file__).parent / "recorded" / "ovation.2026-10-15.json").read_bytes()
AT = "2026-07-20T00:15:00Z"


def drap(values=None, rows=range(89, -90, -2)):
    """A D-RAP table: 2 MHz at the north pole falling to 0.2 at the south, or `values`."""
    longitudes = range(-178, 179, 4)
    lines = [
        "# DRAP Tabular Values",
        "# Product Valid At : 2026-08-20 04:42 UTC",
        "#  X-RAY Message : Normal X-ray Background",
        "#",
        "      " + " ".join(f"{lon:4}" for lon in longitudes),
        "-" * 456,
    ]
    for lat in rows:
        value = 1.1 + lat / 100 if values is None else values
        lines.append(f"{lat:3} |" + f" {value:4.1f} " * len(longitudes))
    return "\n".join([*lines, ""]).encode()


def glotec(tec=lambda lon, lat: 20 + lat / 10, **more):
    features = [
        {
            "type": "Feature",
            "geometry": {"type": "Point", "coordinates": [float(lon), float(lat)]},
            "properties": {"tec": tec(lon, lat), "anomaly": 0, "hmF2": 300, "quality_flag": 0},
        }
        for lon in GRID.lon_deg
        for lat in GRID.lat_deg[::-1]
    ]
    body = {"type": "FeatureCollection", "time_tag": AT, "features": features}
    return json.dumps(body | more).encode()


def test_ovation_lies_on_our_degrees_from_the_north_pole_and_180_west():
    rows = [[lon, lat, (lon + lat) % 101] for lon in range(360) for lat in range(-90, 91)]
    body = json.loads(THINNED) | {"coordinates": rows}
    (found,) = read_ovation(json.dumps(body).encode())
    assert found.grid.shape == found.values.shape == (181, 360)
    row, column = np.flatnonzero(found.grid.lat_deg == 65)[0], 180 + 20
    assert found.values[row, column] == 85
    west = np.flatnonzero(found.grid.lon_deg == -160)[0]
    assert found.values[row, west] == (200 + 65) % 101
    assert not np.isnan(found.values).any()
    assert found.provenance is Provenance.FORECAST


def test_a_thinned_recording_is_known_where_it_is_and_nan_elsewhere():
    (found,) = read_ovation(THINNED)
    assert np.isfinite(found.values).sum() == 2715
    assert np.nanmax(found.values) == 33
    assert (found.at, found.valid) == (
        datetime(2026, 10, 15, 17, 48, tzinfo=UTC),
        datetime(2026, 10, 15, 18, 47, tzinfo=UTC),
    )


def test_the_rows_of_drap_are_its_latitudes():
    (found,) = read_drap(drap())
    assert found.values.shape == (90, 90)
    assert found.values[0, 0] == pytest.approx(2.0)
    assert found.values[-1, -1] == pytest.approx(0.2)
    assert (found.grid.lat_deg[0], found.grid.lon_deg[-1]) == (89, 178)
    assert found.at == datetime(2026, 8, 20, 4, 42, tzinfo=UTC)
    assert found.provenance is Provenance.RECONSTRUCTED


def test_a_drap_without_its_last_row_is_incomplete():
    with pytest.raises(IncompleteError, match="drap: 89 rows of 90 values, expected 90"):
        list(read_drap(drap(rows=range(89, -88, -2))))


@pytest.mark.parametrize(
    "bad",
    [
        b"",
        b"text\n",
        drap().replace(b"2026-08-20", b"2026-18-20"),
        drap(rows=range(-89, 90, 2)),
        drap(values=999.9),
    ],
    ids=["empty", "another text", "no time", "upside down", "absurd"],
)
def test_what_is_no_drap_is_refused_by_name(bad):
    with pytest.raises(UnreadableError, match="drap"):
        list(read_drap(bad))


def test_an_index_of_glotec_names_its_newest_map():
    index = [
        {"url": "/products/glotec/b.geojson", "time_tag": AT},
        {"url": "/products/glotec/a.geojson", "time_tag": "2026-07-20T00:05:00Z"},
    ]
    (link,) = read_glotec(json.dumps(index).encode())
    assert isinstance(link, Link)
    assert link.text == "/products/glotec/b.geojson"
    assert link.issued == datetime(2026, 7, 20, 0, 15, tzinfo=UTC)


def test_a_map_of_glotec_has_72_by_72_nodes():
    (found,) = read_glotec(glotec())
    assert found.values.shape == (72, 72)
    assert found.values[0, 0] == pytest.approx(28.875)
    assert found.values[-1, 0] == pytest.approx(11.125)
    assert (found.quantity, found.source) == ("vtec_tecu", "GloTEC")
    assert found.at == datetime(2026, 7, 20, 0, 15, tzinfo=UTC)


def test_a_missing_node_of_glotec_is_nan():
    (found,) = read_glotec(glotec(lambda lon, _: None if lon == -177.5 else 9.0))
    assert np.isnan(found.values[:, 0]).all()
    assert not np.isnan(found.values[:, 1:]).any()


@pytest.mark.parametrize(
    "bad",
    [
        b"",
        b"{}",
        b"[]",
        b"[{}]",
        b'[{"url": "x", "time_tag": "now"}]',
        glotec(time_tag=None),
        glotec(features=[]),
        glotec(lambda *_: 9e6),
        glotec(lambda lon, _: 9.0 if lon > 60 else None),
    ],
)
def test_what_is_no_glotec_is_refused_by_name(bad):
    with pytest.raises(UnreadableError, match="glotec"):
        list(read_glotec(bad))


@pytest.mark.parametrize(
    "bad",
    [
        b"",
        b"[]",
        THINNED.replace(b"2026-10-15T17", b"2026-13-15T17"),
        THINNED.replace(b"[0, -90, 7]", b"[0, -90.5, 7]"),
        THINNED.replace(b", 0]", b", 101]"),
    ],
)
def test_what_is_no_ovation_is_refused_by_name(bad):
    with pytest.raises(UnreadableError, match="ovation"):
        list(read_ovation(bad))


def test_a_few_absurd_values_are_nan():
    grid = global_grid(90)
    points = [(lon, lat, 5.0) for lon in (-180, -90, 0, 90) for lat in (90, 0, -90)]
    values = on_grid("x", grid, [(180.0, 90.0, -1.0), *points[1:]], high=10)
    assert np.isnan(values[0, 0])
    assert np.nansum(values) == 55


@pytest.mark.shared
def test_the_recorded_drap_agrees_with_its_text(shared):
    path = shared / "data/swx/services/swpc/drap-global-frequencies.2026_08_20.txt"
    (found,) = read_drap(path.read_bytes())
    assert found.values.shape == (90, 90)
    assert found.values.max() == np.float32(6.1)
    assert found.values[0, 0] == 2.0


@pytest.mark.shared
def test_the_recorded_ovation_is_whole(shared):
    path = shared / "data/swx/services/swpc/ovation-aurora.2026_08_01.json"
    (found,) = read_ovation(path.read_bytes())
    assert np.isfinite(found.values).sum() == 65_160
    assert found.values.max() == 16
    assert found.values[-1, 180] == 4
    assert (found.valid - found.at).total_seconds() == 96 * 60
