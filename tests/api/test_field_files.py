"""A field as NetCDF, Parquet and figure: read back by readers that are not ours."""

from datetime import UTC, datetime, timedelta

import duckdb
import netCDF4
import numpy as np
import pytest
from compliance_checker.runner import CheckSuite, ComplianceChecker

from stormcone.api.field_files import FieldFileError, write_field
from stormcone.cli.common import WrongError
from stormcone.cli.field import at_level
from stormcone.forecast.field import Field, Source
from stormcone.observation.feed import Provenance
from stormcone.reference.grid import global_grid

NOW = datetime(2026, 1, 19, 12, tzinfo=UTC)
LEVELS = (0.05, 0.5, 0.95)
SEEN = Source(
    quantity="kp", value=4.0, at=NOW, source="GFZ", provenance=Provenance.RECONSTRUCTED
)


def made(quantity="absorption_30mhz_db", level_fl=()):
    grid = global_grid(30)
    shape = (len(LEVELS), *((len(level_fl),) if level_fl else ()), *grid.shape)
    values = np.arange(np.prod(shape), dtype=np.float32).reshape(shape)
    values[..., 0, 0] = np.nan
    return Field(
        quantity=quantity,
        grid=grid,
        issued=NOW,
        valid=NOW + timedelta(hours=6),
        level_fl=level_fl,
        levels=LEVELS,
        values=values,
        based_on=(SEEN,),
        says=("stale",),
    )


@pytest.mark.parametrize(
    ("quantity", "level_fl"),
    [("absorption_30mhz_db", ()), ("dose_rate_usv_h", (250, 370)), ("vtec_tecu", ())],
)
def test_netcdf_keeps_to_the_cf_conventions(tmp_path, quantity, level_fl):
    path = tmp_path / "map.nc"
    write_field(made(quantity, level_fl), path)
    CheckSuite().load_all_available_checkers()
    report = tmp_path / "report.txt"
    passed, failed = ComplianceChecker.run_checker(
        str(path), ["cf:1.8"], 0, "normal", output_filename=str(report), output_format="text"
    )
    assert passed, report.read_text()
    assert not failed


def test_netcdf_holds_the_field_and_what_it_rests_on(tmp_path):
    field = made("dose_rate_usv_h", (250, 370))
    write_field(field, tmp_path / "map.nc")
    with netCDF4.Dataset(tmp_path / "map.nc") as read:
        values = read["dose_rate_usv_h"][:].filled(np.nan)
        assert read["flight_level"][:].tolist() == [25_000, 37_000]
        assert read["time"][:] - read["forecast_reference_time"][:] == 6 * 3600
        assert "kp 4 reconstructed by GFZ" in read.source
        assert "stale" in read.comment
    np.testing.assert_array_equal(values, field.values)


def test_parquet_has_a_row_a_cell_and_a_column_a_quantile(tmp_path):
    field = made("dose_rate_usv_h", (250, 370))
    path = tmp_path / "map.parquet"
    write_field(field, path)
    rows = duckdb.sql(
        f"SELECT * FROM '{path}' WHERE level_fl = 370 AND lat_deg = 0"
    ).fetchnumpy()
    np.testing.assert_array_equal(rows["q95"], field.values[2, 1, 3])
    assert rows["lon_deg"].tolist() == field.grid.lon_deg.tolist()
    assert str(rows["valid"][0]).startswith("2026-01-19T18:00")


def test_a_figure_is_drawn_with_what_it_says(tmp_path):
    write_field(made(), tmp_path / "map.png")
    assert (tmp_path / "map.png").read_bytes().startswith(b"\x89PNG")


def test_an_unknown_form_is_refused_by_name(tmp_path):
    with pytest.raises(FieldFileError, match=r"map\.tif.*\.nc"):
        write_field(made(), tmp_path / "map.tif")


def test_one_flight_level_lies_between_its_neighbours():
    field = made("dose_rate_usv_h", (250, 370))
    assert at_level(field, "FL370").values == pytest.approx(
        field.values[:, 1:], nan_ok=True, rel=1e-6
    )
    low, mid, high = (at_level(field, name).values for name in ("FL250", "FL310", "FL370"))
    known = np.isfinite(mid) & (low > 1)
    assert ((low < mid) & (mid < high))[known].all()
    for name in ("FL240", "370.5", "high"):
        with pytest.raises(WrongError, match=name.removeprefix("FL")):
            at_level(field, name)
