"""Make iri_ccir_ursi_coefficients.npz: `python tools/tables/ionosphere.py OUT.npz` (PyIRI)."""

import sys
from pathlib import Path

import numpy as np
import PyIRI
from PyIRI.main_library import read_ccir_ursi_coeff


def coefficients() -> dict[str, np.ndarray]:
    """Return the coefficients of all months, the month first."""
    folder = str(Path(PyIRI.__file__).parent / "coefficients")
    months = [read_ccir_ursi_coeff(month, folder)[:3] for month in range(1, 13)]
    names = ("fof2_ccir", "fof2_ursi", "m3000_ccir")
    return {
        name: np.stack(parts).astype(np.float32)
        for name, parts in zip(names, zip(*months, strict=True), strict=True)
    }


if __name__ == "__main__":
    np.savez_compressed(sys.argv[1], **coefficients())
