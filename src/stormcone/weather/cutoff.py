"""How far down the Earth's magnetic field lets a proton come: cutoff rigidity and energy."""

import numpy as np
from msgspec import Struct
from numpy.typing import ArrayLike, NDArray

from stormcone.reference.bilinear import bilinear

PROTON_MASS_GV = 0.938  # rest energy over charge
VERTICAL_CUTOFF_GV = 14.9  # dipole at the equator; 15.3 is in use as well
DST_SHIFT_DEG_NT = 0.053  # unverified: Leske 2001, cutoff latitude near 10 MeV/n
DST_AT_KP7_NT = -120.0  # median of OMNI 1998 at Kp 7- to 7+: -118 nT, n = 48
DOSE_SHIFT_DEG = 5.0  # unverified: the greatest shift that is believed for GeV protons


class CutoffGrid(Struct, frozen=True, eq=False, kw_only=True):
    """Effective vertical cutoff rigidity by Kp.

    `rigidity_gv` has the shape (Kp, latitude from 90 S, longitude from 180 W).
    """

    kp: tuple[float, ...]
    rigidity_gv: NDArray[np.float32]
    lon_step_deg: float


def cutoff_rigidity_gv(invariant_latitude_deg: ArrayLike) -> NDArray[np.float64]:
    """Return the vertical cutoff of a dipole field, of the shape of the latitudes.

    Examples
    --------
    >>> energy_mev(cutoff_rigidity_gv([55, 60, 65, 70])).round(1)
    array([927.6, 383.8, 113.6,  21.9])
    """
    latitude = np.radians(np.asarray(invariant_latitude_deg, float))
    rigidity: NDArray[np.float64] = VERTICAL_CUTOFF_GV * np.cos(latitude) ** 4
    return rigidity


def energy_mev(rigidity_gv: ArrayLike) -> NDArray[np.float64]:
    """Return the kinetic energy of a proton of that rigidity, of the same shape."""
    total_gv = np.hypot(np.asarray(rigidity_gv, float), PROTON_MASS_GV)
    energy: NDArray[np.float64] = (total_gv - PROTON_MASS_GV) * 1e3
    return energy


def storm_shift_deg(kp: float, dst_nt: float | None, *, greatest_deg: float = 90.0) -> float:
    """Return by how much a storm above Kp 7 lowers cutoff latitudes beyond the Kp 7 state.

    The grid holds the suppression of Kp 7 already, so only the excess of Dst below the median
    of Kp 7 counts. Without Dst nothing is known of the excess and the Kp 7 state stands: the
    cutoffs are then too high rather than invented. For dose give `greatest_deg=DOSE_SHIFT_DEG`.

    Examples
    --------
    >>> storm_shift_deg(9.0, -220), storm_shift_deg(9.0, None), storm_shift_deg(5.0, -220)
    (5.3, 0.0, 0.0)
    """
    if kp <= 7 or dst_nt is None:
        return 0.0
    return min(max(DST_SHIFT_DEG_NT * (DST_AT_KP7_NT - dst_nt), 0.0), greatest_deg)


def root_rigidity(
    grid: CutoffGrid, lat_deg: ArrayLike, lon_deg: ArrayLike, *, shift_deg: float = 0.0
) -> NDArray[np.float64]:
    """Return the square root of the cutoff (in GV) at every Kp of the grid, shape (Kp, ...).

    A dipole's root is 3.9 cos²Λ, nearly straight between nodes, so the root is what is
    interpolated, in place and over Kp. With `shift_deg` each place reads the grid that much
    nearer its pole. A cutoff that the grid has rising with Kp (at most 0.2 GV, in a hundred
    cells: it was computed for one hour of the day) is held at that of the lower Kp.
    """
    lat, lon = np.broadcast_arrays(np.asarray(lat_deg, float), np.asarray(lon_deg, float))
    read_at = np.where(np.abs(lat) > 90, lat, np.clip(lat + np.sign(lat) * shift_deg, -90, 90))
    roots = np.sqrt(np.minimum.accumulate(np.asarray(grid.rigidity_gv, float), axis=0))
    return np.stack(
        [bilinear(root, read_at, lon, lon_step_deg=grid.lon_step_deg) for root in roots]
    )


def kp_place(grid: CutoffGrid, kp: float) -> tuple[int, float]:
    """Return the index of the Kp node below, and how far `kp` is on the way to the next.

    Below the lowest node and above the highest the end nodes stand.

    Raises
    ------
    ValueError
        If `kp` is not within 0 to 9.
    """
    if not 0 <= kp <= 9:
        raise ValueError(f"Kp {kp} is not possible; expected 0 to 9, in thirds")
    inside = min(max(kp, grid.kp[0]), grid.kp[-1])
    below = max(i for i, node in enumerate(grid.kp[:-1]) if node <= inside)
    return below, (inside - grid.kp[below]) / (grid.kp[below + 1] - grid.kp[below])


def grid_rigidity_gv(
    grid: CutoffGrid,
    kp: float,
    lat_deg: ArrayLike,
    lon_deg: ArrayLike,
    *,
    dst_nt: float | None = None,
    greatest_shift_deg: float = 90.0,
) -> NDArray[np.float64]:
    """Return the effective vertical cutoff at 20 km for protons from overhead.

    Places broadcast. Who has no Kp hands in its climatological median and says so; this
    function does not guess.

    Raises
    ------
    ValueError
        If `kp` is not within 0 to 9 or a latitude lies beyond the poles.
    """
    below, part = kp_place(grid, kp)
    shift_deg = storm_shift_deg(kp, dst_nt, greatest_deg=greatest_shift_deg)
    roots = root_rigidity(grid, lat_deg, lon_deg, shift_deg=shift_deg)
    rigidity: NDArray[np.float64] = (roots[below] * (1 - part) + roots[below + 1] * part) ** 2
    return rigidity
