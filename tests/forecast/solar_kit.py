"""Made-up suns and the real tables, for the tests of flares and protons."""

import hashlib
from datetime import UTC, datetime

import numpy as np

from stormcone.forecast.flares import FlareInputs
from stormcone.forecast.training import Input
from stormcone.observation.event_lists import read_flare_days, read_flares, read_proton_events
from stormcone.observation.srs import read_regions
from stormcone.weather.mcintosh import Region

NOW = datetime(2024, 5, 10, 0, 30, tzinfo=UTC)
READERS = {
    "solar-regions": (read_regions, "data/weather/noaa_srs_regions_2008_2019.csv.gz"),
    "flare-days": (read_flare_days, "data/weather/flare_days_2008_2019.csv"),
    "proton-events": (read_proton_events, "data/swx/lists/SRAG_SEP_List.csv"),
    "flares": (read_flares, "authorities/flares_m1_2008_2019.csv"),
}


def region(number=3664, mcintosh="Fkc", magnetic="Beta-Gamma-Delta", area_msh=2400.0):
    return Region(
        issued=NOW,
        number=number,
        latitude_deg=-18.0,
        longitude_west_deg=34.0,
        area_msh=area_msh,
        mcintosh=mcintosh,
        magnetic=magnetic,
    )


def counts(c=0.0, m=0.0, x=0.0):
    """Thirty equal days."""
    return np.tile([float(c), m, x], (30, 1))


def inputs(**fields):
    defaults = {"regions": (region(),), "summary_issued": NOW, "counts": counts(8, 3, 0)}
    return FlareInputs(**{**defaults, **fields})


def tables(shared, root):
    """Return the tables to learn from, by kind."""
    return {
        kind: table(kind, read, root if kind == "flares" else shared, name)
        for kind, (read, name) in READERS.items()
    }


def table(kind, read, folder, name):
    body = (folder / name).read_bytes()
    sha256 = hashlib.sha256(body).hexdigest()
    return Input(kind=kind, name=name.rpartition("/")[2], sha256=sha256, columns=read(body))


def spoilt(one, day):
    """The same table with everything from `day` on unknown, or worse."""
    late = one.columns["at"] >= day
    columns = {
        name: np.where(late, np.nan, column) if column.dtype.kind == "f" else column
        for name, column in one.columns.items()
    }
    return Input(kind=one.kind, name=one.name, sha256=one.sha256, columns=columns)
