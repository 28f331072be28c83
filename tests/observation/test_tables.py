"""The packaged tables: what they hold, and that they are the ones named in SOURCES.md."""

import hashlib
import re
import runpy
from importlib.resources import files

import numpy as np
import pytest

from stormcone.observation.tables import (
    TableMissingError,
    cutoff,
    geomagnetic,
    ionosphere,
    packaged,
)


def test_the_geomagnetic_table_covers_the_globe_in_degrees():
    table = geomagnetic()
    for name in ("qd_latitude_deg", "qd_longitude_deg", "dip_deg", "modip_deg"):
        values = getattr(table, name)
        assert values.shape == (181, 361)
        assert np.isfinite(values).all()


def test_the_cutoff_grid_holds_three_states_of_the_field():
    grid = cutoff()
    assert grid.kp == (1.0, 4.0, 7.0)
    assert grid.rigidity_gv.shape == (3, 37, 36)
    assert (grid.rigidity_gv >= 0).all()


def test_tables_are_read_once():
    assert geomagnetic() is geomagnetic()
    assert cutoff() is cutoff()


PACKAGED = files("stormcone.observation") / "packaged"
NAMES = sorted(
    path.relative_to(PACKAGED).as_posix()
    for path in PACKAGED.rglob("*")
    if path.is_file() and path.name != "SOURCES.md"
)


@pytest.mark.parametrize("name", NAMES)
def test_sources_name_the_file_as_it_is(name):
    digest = hashlib.sha256(packaged(name)).hexdigest()
    row = re.search(
        rf"^\| {re.escape(name)} .*$", packaged("SOURCES.md").decode(), re.MULTILINE
    )
    assert digest in row[0]


def test_a_missing_table_is_named():
    with pytest.raises(TableMissingError, match=r"none\.npz is missing; install"):
        packaged("none.npz")


def test_the_script_of_the_ionosphere_makes_the_packaged_numbers(root):
    made = runpy.run_path(str(root / "tools/tables/ionosphere.py"))["coefficients"]()
    for name, values in ionosphere().items():
        assert np.array_equal(made[name], values), name
