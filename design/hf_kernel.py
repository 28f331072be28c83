"""How exactly should the HF kernel compute? Accuracy against cost of its two dear steps.

Run: `python design/hf_kernel.py`. Two questions:

1. The frequency of 1 dB is 30 A^(2/3) MHz. In double or in single precision?
2. The flux above a cell's cutoff needs a logarithm and an exponential. Or a table over the
   root of the cutoff rigidity, as the spectrum is the same for all cells?

Answer (two shared cores, one run): single precision costs 0.29 ms a map in place of 0.70 and is
wrong by 4e-7, little more than the rounding of the maps themselves, so the kernel uses it. A
table costs 0.08 ms in place of 0.60, but at the kinks of the spectrum it is wrong by 5 % with
257 nodes and still by 0.1 % with 16 385. The goal is 1e-5, so the kernel computes every cell.
"""

import math
import time
from collections.abc import Callable

import numpy as np
from numba import njit
from numpy.typing import NDArray

from stormcone.weather.absorption import DAY_DB, DAY_MEV, flux_above_pfu, spectrum
from stormcone.weather.cutoff import energy_mev

CELLS = 65_160
SPECTRUM = spectrum({10: 37_000, 50: 46})
TOP_ROOT = 4.2  # the square root of 17.65 GV
SINGLE = np.float32(2 / 3)


@njit
def in_double(absorption_db: NDArray[np.float32], out: NDArray[np.float32]) -> None:
    """Fill `out` with 30 A^(2/3), by a power in double precision."""
    for i in range(out.size):
        out[i] = 30.0 * float(absorption_db[i]) ** (2 / 3)


@njit
def in_single(absorption_db: NDArray[np.float32], out: NDArray[np.float32]) -> None:
    """Fill `out` with 30 A^(2/3), by a power in single precision."""
    for i in range(out.size):
        out[i] = 30.0 * np.float32(absorption_db[i]) ** SINGLE


@njit
def by_table(
    root: NDArray[np.float64], table: NDArray[np.float64], out: NDArray[np.float64]
) -> None:
    """Fill `out` from a table over the root of the cutoff, linear between its nodes."""
    scale = (table.size - 1) / TOP_ROOT
    for i in range(out.size):
        place = root[i] * scale
        node = min(int(place), table.size - 2)
        out[i] = table[node] + (place - node) * (table[node + 1] - table[node])


@njit
def by_formula(
    root: NDArray[np.float64], lines: NDArray[np.float64], out: NDArray[np.float64]
) -> None:
    """Fill `out` by a logarithm and an exponential for every cell (a lone power law)."""
    for i in range(out.size):
        rigidity = root[i] * root[i]
        energy = 1e3 * (math.sqrt(rigidity * rigidity + 0.938**2) - 0.938)
        out[i] = math.exp(lines[0] + lines[1] * math.log(max(energy, DAY_MEV)))


def day_db(root: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the absorption by day at roots of cutoffs, by the plain formulas."""
    energy = np.maximum(energy_mev(root**2), DAY_MEV)
    absorption: NDArray[np.float64] = DAY_DB * np.sqrt(flux_above_pfu(energy, SPECTRUM))
    return absorption


def best_ms(run: Callable[[], object]) -> float:
    """Return the shortest of twenty runs after one to warm up, in milliseconds."""
    run()
    spans = []
    for _ in range(20):
        start = time.perf_counter()
        run()
        spans.append(time.perf_counter() - start)
    return 1e3 * min(spans)


def report_powers() -> None:
    """Print cost and error of both precisions."""
    absorption_db = np.geomspace(1e-6, 40, CELLS).astype(np.float32)
    exact = 30 * np.cbrt(absorption_db.astype(float) ** 2)
    for name, fill in (("double", in_double), ("single", in_single)):
        out = np.empty(CELLS, np.float32)
        spent = best_ms(lambda fill=fill, out=out: fill(absorption_db, out))
        print(f"power in {name:7s} {spent:7.3f} ms   error {np.abs(out / exact - 1).max():.1e}")


def report_tables() -> None:
    """Print cost and error of tables against computing every cell."""
    root = np.linspace(0, TOP_ROOT, CELLS)
    exact, out = day_db(root), np.empty(CELLS)
    slopes = np.array([SPECTRUM.ln_flux[0], SPECTRUM.high_slope])
    print(f"every cell       {best_ms(lambda: by_formula(root, slopes, out)):7.3f} ms")
    for nodes in (257, 1025, 4097, 16_385, 65_537):
        table = day_db(np.linspace(0, TOP_ROOT, nodes))
        spent = best_ms(lambda table=table: by_table(root, table, out))
        made = best_ms(lambda nodes=nodes: day_db(np.linspace(0, TOP_ROOT, nodes)))
        error = np.abs(out / exact - 1).max()
        print(
            f"table of {nodes:6d}  {spent:7.3f} ms   error {error:.1e}   made in {made:.3f} ms"
        )


if __name__ == "__main__":
    report_powers()
    report_tables()
