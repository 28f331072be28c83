"""Dose over a whole grid by table: a cell's cutoff becomes a whole number, and that a dose.

Dose depends on a place by its cutoff alone, so it is computed once for each 0.05 GV and then
looked up. A cell whose cutoff is not known points at a last column of NaN.
"""

import numpy as np
from numpy.typing import NDArray

from stormcone.weather.cosmic_rays import HIGHEST_GV, gcr_dose_usv_h
from stormcone.weather.solar_protons import FLIGHT_LEVELS, RIGIDITY_GV, ProtonSpectrum, doses_of

STEPS_PER_GV = 20
NODES_GV = np.arange(0, HIGHEST_GV + 1 / (2 * STEPS_PER_GV), 1 / STEPS_PER_GV)


def cutoff_index(cutoff_gv: NDArray[np.floating]) -> NDArray[np.intp]:
    """Return the column of a dose table for each cutoff, of the same shape.

    Cutoffs above 17 GV, the end of the dose's range, count as 17. NaN and negative cutoffs
    point at the last column.
    """
    known = cutoff_gv >= 0
    column = np.rint(np.minimum(np.where(known, cutoff_gv, 0), HIGHEST_GV) * STEPS_PER_GV)
    return np.where(known, column, len(NODES_GV)).astype(np.intp)


def gcr_table(phi_gv: float, shift_gv: float = 0.0) -> NDArray[np.float64]:
    """Return the dose of cosmic rays in microsievert per hour, shape (flight level, column).

    With `shift_gv` every cutoff is taken that much higher.
    """
    levels = np.array(FLIGHT_LEVELS, float)[:, None]
    return _with_unknown(gcr_dose_usv_h(levels, _nodes(shift_gv), np.array(phi_gv)))


def sep_table(spectrum: ProtonSpectrum | None, shift_gv: float = 0.0) -> NDArray[np.float64]:
    """Return the dose of solar protons, shape (flight level, column); zeros without any."""
    if spectrum is None:
        return _with_unknown(np.zeros((len(FLIGHT_LEVELS), len(NODES_GV))))
    return _with_unknown(doses_of(spectrum.flux(RIGIDITY_GV), _nodes(shift_gv)))


def dose_maps(table: NDArray[np.floating], index: NDArray[np.intp]) -> NDArray[np.float32]:
    """Return the dose at every cell.

    Parameters
    ----------
    table
        Shape (..., column), as from `gcr_table` and `sep_table`, or a sum or stack of them.
    index
        Shape (lat, lon), from `cutoff_index`.

    Returns
    -------
    float32 of shape (..., lat, lon).

    Raises
    ------
    ValueError
        If the table does not have a column for every index.
    """
    columns = len(NODES_GV) + 1
    if table.shape[-1] != columns:
        raise ValueError(f"a table of {table.shape[-1]} columns; expected {columns}")
    return np.take(table.astype(np.float32), index, axis=-1)


def _nodes(shift_gv: float) -> NDArray[np.float64]:
    shifted: NDArray[np.float64] = np.clip(NODES_GV + shift_gv, 0, HIGHEST_GV)
    return shifted


def _with_unknown(dose: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.concatenate([dose, np.full((len(dose), 1), np.nan)], axis=1)
