"""A field as NetCDF, Parquet and figure: read back by readers that are not ours."""

from datetime import UTC, datetime, timedelta

import duckdb
import netCDF4
import numpy as np
import pytest
from compliance_checker.runner import CheckSuite, ComplianceChecker
from matplotlib.contour import ContourSet
from msgspec.structs import replace

from stormcone.api.field_figure import figure_of
from stormcone.api.field_files import QUANTITIES, FieldFileError, write_field
from stormcone.api.fields import PRODUCTS
from stormcone.cli.common import WrongError
from stormcone.cli.field import at_level
from stormcone.forecast.field import Field, Source
from stormcone.forecast.probability_field import ProbabilityField
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
    [
        ("absorption_30mhz_db", ()),
        ("dose_rate_usv_h", (250, 370)),
        ("vtec_tecu", ()),
        ("auroral_energy_flux_erg_cm2_s", ()),
    ],
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


def test_a_figure_is_drawn(tmp_path):
    write_field(made(), tmp_path / "map.png")
    assert (tmp_path / "map.png").read_bytes().startswith(b"\x89PNG")


def of(quantity, middle, **more):
    """A field of one quantity whose median is a ramp from west to east, up to `middle`."""
    whole = made(quantity, **more)
    ramp = np.broadcast_to(np.linspace(0, middle, whole.grid.shape[1]), whole.values.shape)
    return replace(whole, values=ramp.astype(np.float32).copy())


def texts(figure):
    """Title, label of the colour bar, lines of the legend, what stands below."""
    axes, bar = figure.axes
    legend = axes.get_legend()
    lines = [] if legend is None else [line.get_text() for line in legend.get_texts()]
    return axes.get_title(), bar.get_ylabel(), lines, figure.get_supxlabel()


def crossed(figure):
    return [
        one.levels.tolist() for one in figure.axes[0].collections if isinstance(one, ContourSet)
    ]


def test_a_figure_names_its_unit_and_draws_the_thresholds_that_are_crossed():
    figure = figure_of(of("vtec_tecu", 150.0))
    title, label, lines, below = texts(figure)
    assert title.startswith("Vertical total electron content, median\nvalid 2026-01-19 18:00Z")
    assert label == "vertical total electron content, TECU"
    assert lines == ["MOD: 125 TECU", "SEV: 175 TECU: nowhere"]
    assert crossed(figure) == [[125.0]]
    assert below == "says: stale"
    cells = figure.axes[0].collections[0]
    assert cells.get_array().shape == (7, 13)  # a cell a node, the first meridian once more
    assert (cells.norm.vmin, cells.norm.vmax) == (0, 200)


def test_a_calm_map_has_the_colours_up_to_moderate():
    figure = figure_of(of("dose_rate_usv_h", 6.0, level_fl=(300, 400)))
    title, label, lines, _ = texts(figure)
    assert "at FL400, median" in title
    assert label == "effective dose rate, µSv/h"
    assert lines == ["MOD: 30 µSv/h: nowhere", "SEV: 80 µSv/h: nowhere"]
    assert crossed(figure) == []
    assert figure.axes[0].collections[0].norm.vmax == 30


def test_a_map_above_every_threshold_has_no_line_and_an_unknown_one_says_so():
    high = of("muf_depression_percent", 60.0)
    above = replace(high, values=high.values + 100)
    assert texts(figure_of(above))[2] == ["MOD: 30 %", "SEV: 50 %"]
    assert crossed(figure_of(above)) == []
    nothing = replace(high, values=np.full_like(high.values, np.nan))
    assert texts(figure_of(nothing))[2] == ["MOD: 30 %: not known", "SEV: 50 %: not known"]


def test_a_probability_is_drawn_where_it_is_even():
    grid = global_grid(30)
    first = np.broadcast_to(np.linspace(0, 1, grid.shape[1], dtype=np.float32), grid.shape)
    figure = figure_of(
        ProbabilityField(
            quantity="s4",
            grid=grid,
            issued=NOW,
            valid=NOW,
            thresholds=(0.5, 0.8),
            values=np.stack([first, 0.4 * first]),
        )
    )
    title, label, lines, _ = texts(figure)
    assert title.startswith("Probability of S4 ≥ 0.5\n")
    assert label == "Probability of S4 ≥ 0.5"
    assert [line.endswith("nowhere") for line in lines] == [False, True]
    assert crossed(figure) == [[0.5]]


@pytest.mark.parametrize("quantity", [*QUANTITIES, "some_new_quantity"])
def test_no_title_is_cut(quantity):
    figure = figure_of(made(quantity))
    figure.draw_without_rendering()
    box = figure.axes[0].title.get_window_extent()
    assert box.x0 > 0
    assert box.x1 < figure.bbox.x1
    assert box.y1 < figure.bbox.y1


def test_every_map_of_the_console_has_its_words_and_unit():
    assert {one.product for one in QUANTITIES.values()} == set(PRODUCTS)


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
