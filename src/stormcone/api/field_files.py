"""A field as a file: CF-NetCDF, Parquet, or a figure.

NetCDF is the classic format with 64-bit offsets, after the CF conventions 1.8; what a value is,
what it rests on and what is doubtful about it travel with it.
"""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray
from scipy.io import netcdf_file

from stormcone import __version__
from stormcone.forecast.field import Field
from stormcone.forecast.probability_field import ProbabilityField
from stormcone.observation.parquet import write_columns
from stormcone.reference.utc import write_utc

AnyField = Field | ProbabilityField
FILL = np.float32(-9999)
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
FEET_PER_LEVEL = 100


class Described(Struct, frozen=True):
    """What a quantity is called in words, its unit as UDUNITS writes it, the console's map."""

    title: str
    units: str
    product: str = ""


QUANTITIES: Mapping[str, Described] = {
    "haf_mhz": Described("highest frequency with an absorption of 1 dB", "MHz", "haf"),
    "absorption_30mhz_db": Described("absorption at 30 MHz, in dB", "1", "absorption"),
    "muf_depression_percent": Described(
        "depression of MUF(3000) below its median of 30 days", "percent", "muf"
    ),
    "vtec_tecu": Described("vertical total electron content", "1e16 m-2", "tec"),
    "s4": Described("probability of S4 at or above each threshold", "1", "s4"),
    "phase_scintillation_rad": Described(
        "probability of sigma_phi at or above each threshold", "1", "phase"
    ),
    "dose_rate_usv_h": Described("effective dose rate", "1e-6 sievert hour-1", "dose"),
    "auroral_energy_flux_erg_cm2_s": Described(
        "energy flux of auroral electrons", "mW m-2", "aurora"
    ),
}


class FieldFileError(ValueError):
    """A field cannot be written in the form that was asked for."""


def write_field(field: AnyField, path: Path) -> None:
    """Write a field to `path`, in the form that its suffix names.

    Raises
    ------
    FieldFileError
        If the suffix is none of .nc, .parquet and .png, or what draws figures is not installed.
    """
    writer = _WRITERS.get(path.suffix)
    if writer is None:
        known = ", ".join(_WRITERS)
        raise FieldFileError(f"cannot write {path.name!r}; end it in one of {known}")
    writer(field, path)


def netcdf(field: AnyField) -> bytes:
    """Return a field as CF-NetCDF: (quantile[, flight level], latitude, longitude)."""
    made = BytesIO()
    with netcdf_file(made, "w", version=2) as file:
        _about(file, field)
        names = _axes(file, field)
        _times(file, field)
        _data(file, field, names)
        file.flush()
        return made.getvalue()


def described(field: AnyField) -> Described:
    """Return the words and the unit of a field."""
    return QUANTITIES.get(field.quantity) or Described(field.quantity.replace("_", " "), "1")


def _about(file: netcdf_file, field: AnyField) -> None:
    seen = "; ".join(
        f"{one.quantity} {one.value:g} {one.provenance} by {one.source} at {write_utc(one.at)}"
        for one in field.based_on
    )
    file.Conventions = "CF-1.8"
    file.title = described(field).title
    file.institution = "a centre that runs Stormcone"
    file.source = f"model: stormcone {__version__}; based on: {seen or 'nothing observed'}"
    file.history = f"{write_utc(field.issued)} made by stormcone {__version__}"
    file.references = "docs/products.md of Stormcone"
    file.comment = f"says: {', '.join(field.says) or 'nothing is missing'}"


def _axes(file: netcdf_file, field: AnyField) -> tuple[str, ...]:
    first, layers = _first_axis(field)
    _axis(file, first, np.array(layers), "1", long_name=f"{first} of the values")
    names = [first]
    if levels := _levels(field):
        feet = np.array(levels, float) * FEET_PER_LEVEL
        words = {"standard_name": "barometric_altitude", "positive": "up", "axis": "Z"}
        _axis(file, "flight_level", feet, "ft", long_name="flight level in feet", **words)
        names.append("flight_level")
    for name, nodes, units, axis in (
        ("latitude", field.grid.lat_deg, "degrees_north", "Y"),
        ("longitude", field.grid.lon_deg, "degrees_east", "X"),
    ):
        _axis(file, name, nodes, units, standard_name=name, long_name=name, axis=axis)
    return (*names, "latitude", "longitude")


def _first_axis(field: AnyField) -> tuple[str, tuple[float, ...]]:
    """Return what the layers of a field are: quantiles, or thresholds of probabilities."""
    if isinstance(field, ProbabilityField):
        return "threshold", field.thresholds
    return "quantile", field.levels


def _levels(field: AnyField) -> tuple[int, ...]:
    return () if isinstance(field, ProbabilityField) else field.level_fl


def _axis(
    file: netcdf_file, name: str, nodes: NDArray[np.float64], units: str, **words: str
) -> None:
    file.createDimension(name, len(nodes))
    made = file.createVariable(name, "f8", (name,))
    made[:] = nodes
    for key, value in {"units": units, **words}.items():
        setattr(made, key, value)


def _times(file: netcdf_file, field: AnyField) -> None:
    for name, at, standard in (
        ("time", field.valid, "time"),
        ("forecast_reference_time", field.issued, "forecast_reference_time"),
    ):
        made = file.createVariable(name, "f8", ())
        made.data[...] = (at - EPOCH).total_seconds()
        made.units = "seconds since 1970-01-01 00:00:00"
        made.calendar = "standard"
        made.standard_name = standard
        made.long_name = "valid time" if name == "time" else "time of issue"


def _data(file: netcdf_file, field: AnyField, names: tuple[str, ...]) -> None:
    made = file.createVariable(field.quantity, "f4", names)
    made[:] = np.where(np.isfinite(field.values), field.values, FILL)
    words = described(field)
    made.units, made.long_name = words.units, words.title
    made._FillValue = FILL  # the name that CF prescribes
    made.coordinates = "time forecast_reference_time"


def _write_netcdf(field: AnyField, path: Path) -> None:
    path.write_bytes(netcdf(field))


def _write_parquet(field: AnyField, path: Path) -> None:
    write_columns(columns(field), path)


def columns(field: AnyField) -> dict[str, NDArray[np.generic]]:
    """Return a field as columns: a row a cell (and flight level), a column a layer.

    Layers are quantiles (`q05` and so on), or probabilities of thresholds (`p_ge_0.5`).
    """
    shape = field.values.shape[1:]
    lat, lon = np.meshgrid(field.grid.lat_deg, field.grid.lon_deg, indexing="ij")
    places = {"lat_deg": lat, "lon_deg": lon}
    table: dict[str, NDArray[np.generic]]
    table = {name: np.broadcast_to(nodes, shape).ravel() for name, nodes in places.items()}
    if levels := _levels(field):
        column = np.array(levels, np.int32)[:, None, None]
        table["level_fl"] = np.broadcast_to(column, shape).ravel()
    first, nodes = _first_axis(field)
    name = "q{:02.0%}".format if first == "quantile" else "p_ge_{:g}".format
    layers = zip(nodes, field.values, strict=True)
    made = {name(node).rstrip("%"): layer.ravel() for node, layer in layers}
    valid = np.datetime64(field.valid.astimezone(UTC).replace(tzinfo=None))
    return {**table, **made, "valid": np.full(lat.size * max(len(levels), 1), valid)}


def _write_figure(field: AnyField, path: Path) -> None:
    try:
        from stormcone.api.field_figure import draw  # noqa: PLC0415  # optional, slow to import
    except ImportError as error:
        raise FieldFileError(
            f"{path.name}: figures need matplotlib; install stormcone[figures], or write .nc"
        ) from error
    draw(field, path)


_WRITERS: Mapping[str, Callable[[AnyField, Path], None]] = {
    ".nc": _write_netcdf,
    ".parquet": _write_parquet,
    ".png": _write_figure,
}
