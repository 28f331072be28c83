"""The tables that are packaged with the project; this is the one place that reads them."""

from functools import cache
from importlib.resources import files
from io import BytesIO
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from stormcone.reference.geomagnetic import GeomagneticTable
from stormcone.weather.aurora import OVATION_SHAPES, OvationTable
from stormcone.weather.cutoff import CutoffGrid

GEOMAGNETIC = "geomagnetic_1deg_igrf14_2025p0.npz"
CUTOFF = "vertical_cutoff_5x10_tsy89c_igrf14_2024p5.npz"
IONOSPHERE = "iri_ccir_ursi_coefficients.npz"
BUBBLES = "bubble_probability_climatology.npz"
CUTOFF_KP = (1, 4, 7)  # the file's Kp 9 equals its Kp 7: the field model saturates there


class TableMissingError(LookupError):
    """A packaged table is not where the installation should have put it."""


def packaged(name: str) -> bytes:
    """Return the bytes of a packaged file.

    Raises
    ------
    TableMissingError
        If the installation lacks it.
    """
    file = files("stormcone.observation") / "packaged" / name
    if not file.is_file():
        raise TableMissingError(
            f"the packaged table {name} is missing; install stormcone again"
        )
    return file.read_bytes()


@cache
def geomagnetic() -> GeomagneticTable:
    """Return magnetic coordinates every degree (IGRF-14, epoch 2025.0), read once."""
    arrays = _arrays(GEOMAGNETIC)
    names = ("qd_latitude_deg", "qd_longitude_deg", "dip_deg", "modip_deg")
    return GeomagneticTable(epoch=2025.0, **{name: arrays[name] for name in names})


@cache
def cutoff() -> CutoffGrid:
    """Return vertical cutoff rigidities at Kp 1, 4 and 7 (IGRF-14 and TSY89c), read once."""
    arrays = _arrays(CUTOFF)
    effective = np.stack([arrays[f"kp{kp}"][..., 1] for kp in CUTOFF_KP])
    return CutoffGrid(kp=tuple(map(float, CUTOFF_KP)), rigidity_gv=effective, lon_step_deg=10)


@cache
def ionosphere() -> dict[str, NDArray[np.float32]]:
    """Return the coefficients of foF2 and M(3000)F2, read once.

    `fof2_ccir` and `fof2_ursi` have the shape (month 12, diurnal 13, geography 76, 2),
    `m3000_ccir` (12, 9, 49, 2); the last axis is IG12 0 and 100.
    """
    return _arrays(IONOSPHERE)


@cache
def bubbles() -> dict[str, NDArray[np.float32]]:
    """Return the climatology of equatorial plasma bubbles, read once.

    `probability` has the shape (month 12, F10.7 5, local hour 24, longitude 72 from 180 W).
    """
    return _arrays(BUBBLES)


def ovation(path: Path | None) -> OvationTable | None:
    """Return the tables of OVATION Prime 2013 in the user's own file, None without one.

    Raises
    ------
    ValueError
        If the file does not hold them.
    """
    if path is None or not path.is_file():
        return None
    with np.load(path, allow_pickle=False) as archive:
        arrays = {name: archive[name] for name in OVATION_SHAPES if name in archive}
    for name, shape in OVATION_SHAPES.items():
        if name not in arrays or arrays[name].shape != shape:
            raise ValueError(f"{path} holds no {name} of shape {shape}; pack the tables again")
        if not np.isfinite(arrays[name]).all():
            raise ValueError(f"{path}: {name} is not finite everywhere; pack the tables again")
    return OvationTable(**arrays)


def coefficients(model: str) -> bytes | None:
    """Return what `stormcone train` learnt for a model, as JSON, None where nothing did."""
    try:
        return packaged(f"coefficients/{model}.json")
    except TableMissingError:
        return None


def _arrays(name: str) -> dict[str, NDArray[np.float32]]:
    with np.load(BytesIO(packaged(name)), allow_pickle=False) as archive:
        return dict(archive)
