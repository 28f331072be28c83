"""What the ionosphere's products need of a grid and the tables, made once and kept."""

from collections.abc import Mapping
from datetime import datetime

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

from stormcone.reference.bilinear import bilinear
from stormcone.reference.geomagnetic import GeomagneticTable, quasi_dipole
from stormcone.reference.grid import Grid
from stormcone.weather.assimilation import local_time_h
from stormcone.weather.ionosphere import Coefficients, Geometry, geometry_of
from stormcone.weather.storm import latitude_weights

_Map = NDArray[np.float32]


class IonosphereTables(Struct, frozen=True, eq=False, kw_only=True):
    """The packaged tables: `observation.tables.ionosphere()`, `geomagnetic()`, `bubbles()`."""

    coefficients: Coefficients
    geomagnetic: GeomagneticTable
    bubbles: Mapping[str, NDArray[np.float32]]


class IonosphereGrid(Struct, frozen=True, eq=False, kw_only=True):
    """Static rows of each cell: the model's, STORM's (12, n), coordinates (lat, lon)."""

    grid: Grid
    tables: IonosphereTables
    places: Geometry
    storm: _Map
    qd_lat_deg: _Map
    qd_lon_deg: _Map
    dip_deg: _Map

    def local_time_h(self, at: datetime) -> NDArray[np.float64]:
        """Return local solar time of each column, shape (lon,)."""
        return local_time_h(self.grid.lon_deg, at)

    def factors(self, rows: NDArray[np.float64]) -> _Map:
        """Spread rows of latitude, (..., 12), over the grid: shape (..., lat, lon)."""
        spread = rows.astype(np.float32) @ self.storm
        return spread.reshape(*rows.shape[:-1], *self.grid.shape)


def ionosphere_grid(tables: IonosphereTables, grid: Grid) -> IonosphereGrid:
    """Return what is static of a grid; about a third of a second and 45 MB at one degree."""
    lat_deg, lon_deg = grid.lat_deg[:, None], grid.lon_deg[None, :]
    qd_lat_deg, qd_lon_deg = quasi_dipole(tables.geomagnetic, lat_deg, lon_deg)
    dip_deg = bilinear(tables.geomagnetic.dip_deg, lat_deg, lon_deg, lon_step_deg=1)
    return IonosphereGrid(
        grid=grid,
        tables=tables,
        places=geometry_of(tables.geomagnetic, grid),
        storm=latitude_weights(qd_lat_deg),
        qd_lat_deg=qd_lat_deg.astype(np.float32),
        qd_lon_deg=qd_lon_deg.astype(np.float32),
        dip_deg=dip_deg.astype(np.float32),
    )
