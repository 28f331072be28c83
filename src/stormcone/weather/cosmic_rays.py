"""Galactic cosmic rays: their spectrum at the Earth, and the dose they bring at flight levels.

The sixteen coefficients of `gcr_dose_usv_h` are our own least-squares fit (rms 1.4 %, at most
6.3 %) to dose rates computed with a package whose response data are under CC BY-NC-SA; no file
or table of it is contained. A fit to published tables is welcome and replaces them
(authorities/radiation.md).
"""

import numpy as np
from msgspec import Struct
from numpy.typing import ArrayLike, NDArray

NUCLEON_MASS_GEV = 0.938
HELIUM_RATIO = 0.055  # unverified: nuclei of helium and heavier to protons, at equal GeV/n
HELIUM_YIELD = 1.9  # dose of a helium nucleus to that of a proton of equal rigidity
LOWEST_FL, HIGHEST_FL = 200.0, 600.0
CLAMP_GV, HIGHEST_GV = 0.5, 17.0  # the atmosphere, not the field, holds back what is below
LOWEST_PHI_GV, HIGHEST_PHI_GV = 0.3, 1.2
_CUBIC = (1.7193, 2.6920, -0.6052, -0.6838)  # ln D0 by powers of ln(FL/350)


class Monitor(Struct, frozen=True, kw_only=True):
    """How the count rate of one neutron monitor goes with the modulation potential."""

    station: str
    counts_per_s: float
    phi_gv: float
    ln_counts_per_gv: float


OULU = Monitor(
    station="OULU",
    counts_per_s=100.0,
    phi_gv=0.65,  # unverified
    ln_counts_per_gv=-0.29,  # unverified
)
CYCLE_YEARS = 11.0
CYCLE_MINIMUM = np.datetime64("2019-12-01", "s")  # of sunspots
PHI_MEAN_GV, PHI_SWING_GV = 0.6, 0.22  # unverified: a mean cycle


def interstellar_flux(energy_gev: ArrayLike) -> NDArray[np.float64]:
    """Return protons outside the heliosphere per m2 s sr GeV, of the shape of the energies.

    References
    ----------
    .. [1] Usoskin et al. (2005), "Heliospheric modulation of cosmic rays: monthly
       reconstruction for 1951-2004", J. Geophys. Res. 110.
    """
    energy = np.asarray(energy_gev, float)
    momentum = np.sqrt(energy * (energy + 2 * NUCLEON_MASS_GEV))
    flux: NDArray[np.float64] = 1.9e4 * momentum**-2.78 / (1 + 0.4866 * momentum**-2.51)
    return flux


def force_field_flux(
    energy_gev: ArrayLike, phi_gv: ArrayLike, *, charge_per_nucleon: float = 1.0
) -> NDArray[np.float64]:
    """Return what the Sun's wind lets through to the Earth, per m2 s sr (GeV/n).

    Parameters
    ----------
    energy_gev
        Kinetic energy per nucleon, broadcast against `phi_gv`.
    phi_gv
        Modulation potential.
    charge_per_nucleon
        1 for protons, 0.5 for helium and heavier.
    """
    energy = np.asarray(energy_gev, float)
    outside = energy + np.asarray(phi_gv, float) * charge_per_nucleon
    twice = 2 * NUCLEON_MASS_GEV
    slowed: NDArray[np.float64] = (
        interstellar_flux(outside) * energy * (energy + twice) / (outside * (outside + twice))
    )
    return slowed


def rigidity_flux(
    rigidity_gv: ArrayLike, phi_gv: float, *, helium_ratio: float = HELIUM_RATIO
) -> NDArray[np.float64]:
    """Return protons and 1.9 times helium per m2 s sr GV: what cascades answer to."""
    rigidity = np.asarray(rigidity_gv, float)
    protons = _species_flux(rigidity, phi_gv, 1.0)
    helium = helium_ratio * _species_flux(rigidity, phi_gv, 0.5)
    flux: NDArray[np.float64] = protons + HELIUM_YIELD * helium
    return flux


def _species_flux(
    rigidity_gv: NDArray[np.float64], phi_gv: float, charge_per_nucleon: float
) -> NDArray[np.float64]:
    total_gev = np.hypot(rigidity_gv * charge_per_nucleon, NUCLEON_MASS_GEV)
    per_gev = force_field_flux(
        total_gev - NUCLEON_MASS_GEV, phi_gv, charge_per_nucleon=charge_per_nucleon
    )
    flux: NDArray[np.float64] = per_gev * charge_per_nucleon**2 * rigidity_gv / total_gev
    return flux


def gcr_dose_usv_h(
    flight_level: ArrayLike, cutoff_gv: ArrayLike, phi_gv: ArrayLike
) -> NDArray[np.float64]:
    """Return the effective dose rate of galactic cosmic rays in microsievert per hour.

    Parameters
    ----------
    flight_level
        Hundreds of feet, 200 to 600.
    cutoff_gv
        Vertical cutoff rigidity, 0 to 17; below 0.5 the atmosphere decides and 0.5 is used.
    phi_gv
        Modulation potential, 0.3 to 1.2.

    Returns
    -------
    Array of the broadcast shape; NaN where an element is out of range (`gcr_dose_status` says
    which) or NaN.

    Raises
    ------
    ValueError
        If all arguments are single numbers and one of them is out of range.

    Notes
    -----
    Our own fit; its provenance is stated at the head of the module.

    Examples
    --------
    >>> gcr_dose_usv_h([250, 350, 410], 0.5, 0.6).round(2)
    array([2.16, 5.58, 8.39])
    """
    status = gcr_dose_status(flight_level, cutoff_gv, phi_gv)
    if status.ndim == 0 and status != 0:
        raise ValueError(
            f"FL {flight_level!r}, cutoff {cutoff_gv!r} GV, potential {phi_gv!r} GV: expected "
            "FL 200 to 600, 0 to 17 GV and 0.3 to 1.2 GV"
        )
    level, cutoff, phi = np.broadcast_arrays(
        *(np.asarray(given, float) for given in (flight_level, cutoff_gv, phi_gv))
    )
    fine = status == 0
    level, phi = np.where(fine, level, 350), np.where(fine, phi, 0.6)
    rigidity = np.maximum(np.where(fine, cutoff, 1.0), CLAMP_GV)
    dose: NDArray[np.float64] = np.where(fine, bare_dose_usv_h(level, rigidity, phi), np.nan)
    return dose


def gcr_dose_status(
    flight_level: ArrayLike, cutoff_gv: ArrayLike, phi_gv: ArrayLike
) -> NDArray[np.uint8]:
    """Return 0 where all is in range, else the sum of 1 (level), 2 (cutoff) and 4 (potential).

    NaN counts as out of range.
    """
    outside = (
        _outside(flight_level, LOWEST_FL, HIGHEST_FL),
        2 * _outside(cutoff_gv, 0, HIGHEST_GV),
        4 * _outside(phi_gv, LOWEST_PHI_GV, HIGHEST_PHI_GV),
    )
    return np.asarray(outside[0] + outside[1] + outside[2], np.uint8)


def _outside(given: ArrayLike, low: float, high: float) -> NDArray[np.uint8]:
    value = np.asarray(given, float)
    return np.asarray(~((value >= low) & (value <= high)), np.uint8)


def bare_dose_usv_h(
    flight_level: ArrayLike, rigidity_gv: ArrayLike, phi_gv: ArrayLike
) -> NDArray[np.float64]:
    """Return the fitted form as it stands: no clamp at 0.5 GV and no range.

    `solar_protons` takes its derivative from 0.3 to 60 GV; everybody else wants
    `gcr_dose_usv_h`.
    """
    x = np.log(np.asarray(flight_level, float) / 350)
    q = np.log(np.asarray(phi_gv, float) / 0.6)
    ln_open = np.polynomial.polynomial.polyval(x, _CUBIC)
    ln_open = ln_open + (-0.4493 - 0.2740 * x) * q - 0.0694 * q**2
    depth = np.exp(1.6707 - 0.3399 * x - 0.0777 * x**2 + (0.2736 + 0.2074 * x) * q)
    power = 0.9821 + 0.2315 * x - 0.0667 * q + 0.1420 * x**2
    shut = -np.expm1(-depth * np.asarray(rigidity_gv, float) ** -power)
    dose: NDArray[np.float64] = np.exp(ln_open) * shut
    return dose


def modulation_potential_gv(
    counts_per_s: ArrayLike, monitor: Monitor = OULU
) -> NDArray[np.float64]:
    """Return the modulation potential that a monitor's mean count rate tells.

    Counts should be the mean of a day, corrected for pressure. Held within 0.3 to 1.2 GV, the
    range of the dose; NaN for counts that are not positive.

    Examples
    --------
    >>> modulation_potential_gv([113, 100, 94]).round(2)
    array([0.3 , 0.65, 0.86])
    """
    counts = np.asarray(counts_per_s, float)
    ratio = np.where(counts > 0, counts, np.nan) / monitor.counts_per_s
    phi = monitor.phi_gv + np.log(ratio) / monitor.ln_counts_per_gv
    held: NDArray[np.float64] = np.clip(phi, LOWEST_PHI_GV, HIGHEST_PHI_GV)
    return held


def climatological_phi_gv(at: np.datetime64) -> float:
    """Return the modulation potential of a mean solar cycle at that time."""
    years = (at.astype("datetime64[s]") - CYCLE_MINIMUM) / np.timedelta64(31_557_600, "s")
    return float(PHI_MEAN_GV - PHI_SWING_GV * np.cos(2 * np.pi * years / CYCLE_YEARS))
