"""Solar protons above 100 MeV: their spectrum, and the dose they bring at flight levels.

The yield is the derivative of our cosmic ray dose by cutoff over the cosmic ray spectrum, with
three coefficients for each of eight flight levels. These 24 are our own least-squares fit to
dose rates computed with a package whose response data are under CC BY-NC-SA; no file or table
of it is contained (authorities/radiation.md). For power laws of index 3 to 7 and cutoffs of 0.4
to 3 GV the fit errs by 6 to 10 % rms and 14 to 26 % at most.
"""

from collections.abc import Mapping
from functools import cache

import numpy as np
from msgspec import Struct
from numpy.typing import ArrayLike, NDArray

from stormcone.weather.cosmic_rays import bare_dose_usv_h, rigidity_flux
from stormcone.weather.cutoff import PROTON_MASS_GV

FLIGHT_LEVELS = (250, 300, 350, 400, 450, 500, 550, 600)
REFERENCE_PHI_GV = 0.6
_HEIGHT = (1.247, 1.244, 1.215, 1.179, 1.123, 1.064, 1.024, 1.012)
_DAMPING_GV = (1.201, 1.183, 1.129, 1.065, 0.982, 0.899, 0.833, 0.808)
_DAMPING_POWER = (1.873, 1.917, 2.081, 2.312, 2.691, 3.369, 5.172, 24.9)
RIGIDITY_GV = np.geomspace(0.3, 60, 1200)
PFU_PER_M2 = 1e-4  # pfu are per cm2

FIRST_MEV, SECOND_MEV = 100.0, 500.0
THIRD_MEV = (50.0, 60.0)  # either of them bends the spectrum
ASSUMED_INDEX, ASSUMED_INDEX_SPREAD = 5.0, 1.0  # unverified: where only > 100 MeV is known
AMPLITUDE_LOG10_SPREAD, INDEX_SPREAD = 0.15, 0.5  # unverified
LEAST_EXCESS_PFU = 0.05  # unverified: noise of the channel above 500 MeV
LOWEST_INDEX, HIGHEST_INDEX = 2.0, 12.0
SOFTEST, HARDEST = 8.0, 4.0  # unverified: index of what neutron monitors can tell
_INDICES = np.linspace(LOWEST_INDEX, HIGHEST_INDEX, 201)
_ROLLOVERS_GV = np.append(np.geomspace(0.15, 15, 60), np.inf)
MONITOR_DEPTH, MONITOR_POWER = 10.275, 0.9615  # unverified: sea level, Dorman's form


class ProtonSpectrum(Struct, frozen=True):
    """`amplitude` R^-`index` exp(-R/`rollover_gv`) per m2 s sr GV, R in GV."""

    amplitude: float
    index: float
    rollover_gv: float = np.inf

    def flux(self, rigidity_gv: ArrayLike) -> NDArray[np.float64]:
        """Return the differential flux per m2 s sr GV, of the shape of the rigidities."""
        rigidity = np.asarray(rigidity_gv, float)
        flux: NDArray[np.float64] = (
            self.amplitude * rigidity**-self.index * np.exp(-rigidity / self.rollover_gv)
        )
        return flux

    def integral_pfu(self, energy_mev: float) -> float:
        """Return the flux above an energy, as GOES would show it."""
        return float(self.amplitude * _unit_integral(energy_mev, self.index, self.rollover_gv))


def rigidity_gv(energy_mev: ArrayLike) -> NDArray[np.float64]:
    """Return the rigidity of protons of that kinetic energy.

    Examples
    --------
    >>> rigidity_gv([100, 500]).round(3)
    array([0.445, 1.09 ])
    """
    energy_gev = np.asarray(energy_mev, float) / 1e3
    rigidity: NDArray[np.float64] = np.sqrt(energy_gev * (energy_gev + 2 * PROTON_MASS_GV))
    return rigidity


@cache
def dose_yield() -> NDArray[np.float64]:
    """Return microsievert per hour per (cm2 s sr GV) and GV, shape (flight level, rigidity)."""
    levels = np.array(FLIGHT_LEVELS, float)[:, None]
    dose = bare_dose_usv_h(levels, RIGIDITY_GV, REFERENCE_PHI_GV)
    slope = -np.gradient(dose, RIGIDITY_GV, axis=1)
    height, damping_gv, power = (
        np.array(row)[:, None] for row in (_HEIGHT, _DAMPING_GV, _DAMPING_POWER)
    )
    damped = height * np.exp(-((damping_gv / RIGIDITY_GV) ** power))
    cosmic = rigidity_flux(RIGIDITY_GV, REFERENCE_PHI_GV) * PFU_PER_M2
    found: NDArray[np.float64] = slope / cosmic * damped
    return found


def sep_dose_usv_h(
    spectrum: ProtonSpectrum, cutoff_gv: ArrayLike, flight_level: float | None = None
) -> NDArray[np.float64]:
    """Return the effective dose rate of solar protons in microsievert per hour.

    Parameters
    ----------
    spectrum
        What arrives outside the magnetic field.
    cutoff_gv
        Vertical cutoff rigidities, any shape; NaN gives NaN. Below 0.3 GV nothing is added.
    flight_level
        250 to 600: one level; between the eight of `FLIGHT_LEVELS` the logarithm of the dose
        goes straight. None gives all eight.

    Returns
    -------
    Array of the shape of the cutoffs, after (8,) where no level is given.

    Raises
    ------
    ValueError
        If the flight level is out of range, or a single cutoff is negative.

    Examples
    --------
    >>> sep_dose_usv_h(ProtonSpectrum(1e5, 5), [0.4, 1, 2], 350).round(2)
    array([6.61, 5.27, 1.7 ])
    """
    cutoff = np.asarray(cutoff_gv, float)
    if cutoff.ndim == 0 and cutoff < 0:
        raise ValueError(f"a cutoff of {cutoff} GV is not possible; expected 0 or more")
    dose = doses_of(spectrum.flux(RIGIDITY_GV), np.where(cutoff >= 0, cutoff, np.nan))
    return dose if flight_level is None else between_levels(dose, flight_level)


def doses_of(flux: NDArray[np.float64], cutoff_gv: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the dose rate of a flux (rigidity,), shape (flight level, *cutoffs)."""
    dose = _above(flux * PFU_PER_M2 * dose_yield(), cutoff_gv)
    return np.where(np.isnan(cutoff_gv), np.nan, dose)


def between_levels(dose: NDArray[np.floating], flight_level: float) -> NDArray[np.float64]:
    """Return the dose at one level from that at `FLIGHT_LEVELS` (first axis).

    The logarithm goes straight from level to level; a dose of 0 stays 0.

    Raises
    ------
    ValueError
        If the level is not within 250 to 600.
    """
    lowest, highest = FLIGHT_LEVELS[0], FLIGHT_LEVELS[-1]
    if not lowest <= flight_level <= highest:
        raise ValueError(f"FL {flight_level} is out of range; expected {lowest} to {highest}")
    place = float(np.interp(flight_level, FLIGHT_LEVELS, np.arange(len(FLIGHT_LEVELS))))
    below = min(int(place), len(FLIGHT_LEVELS) - 2)
    part = place - below
    found: NDArray[np.float64] = np.power(dose[below], 1 - part) * np.power(
        dose[below + 1], part
    )
    return found


def spectrum_above_100mev(pfu: float, index: float = ASSUMED_INDEX) -> ProtonSpectrum:
    """Return the power law of that index that gives `pfu` above 100 MeV.

    Raises
    ------
    ValueError
        If the flux is negative or not finite.
    """
    if not 0 <= pfu < np.inf:
        raise ValueError(f"{pfu} pfu above 100 MeV is not possible; expected 0 or more")
    return ProtonSpectrum(pfu / float(_unit_integral(FIRST_MEV, index, np.inf)), index)


def spectrum_from_channels(channels: Mapping[float, float]) -> ProtonSpectrum:
    """Return the spectrum of GOES' integral channels (MeV: pfu), background subtracted.

    From > 100 and > 500 MeV a power law in rigidity; a third channel, > 50 or > 60 MeV, bends
    it (the roll-over of Ellison and Ramaty, in rigidity) where the fit is better bent.
    Without > 500 MeV, or where that channel is not above its noise, the index is assumed. What
    is below 100 MeV alone never makes a spectrum: protons of GeV cannot be read from it.

    Raises
    ------
    ValueError
        If > 100 MeV is not among the channels.
    """
    if FIRST_MEV not in channels:
        known = ", ".join(f"> {mev:g}" for mev in sorted(channels)) or "none"
        raise ValueError(
            f"channels {known} MeV tell nothing of GeV protons; feed the one above 100 MeV"
        )
    first, second = channels[FIRST_MEV], channels.get(SECOND_MEV, 0.0)
    if second < LEAST_EXCESS_PFU or first <= second:
        return spectrum_above_100mev(first)
    third = next(((mev, channels[mev]) for mev in THIRD_MEV if mev in channels), None)
    index, rollover_gv = _shape(first, second, third)
    unit = float(_unit_integral(FIRST_MEV, index, rollover_gv))
    return ProtonSpectrum(first / unit, index, rollover_gv)


def _shape(
    first_pfu: float, second_pfu: float, third: tuple[float, float] | None
) -> tuple[float, float]:
    """Return the index, for each roll-over, that fits two channels; best by the third."""
    ln_ratio = _ln_integrals(SECOND_MEV) - _ln_integrals(FIRST_MEV)
    wanted = np.log(second_pfu / first_pfu)
    indices = np.array([np.interp(-wanted, -row, _INDICES) for row in ln_ratio])
    if third is None or third[1] <= first_pfu:
        return float(indices[-1]), np.inf
    third_mev, third_pfu = third
    bend = _ln_integrals(third_mev) - _ln_integrals(FIRST_MEV)
    miss = [
        abs(np.interp(index, _INDICES, row) - np.log(third_pfu / first_pfu))
        + abs(np.interp(index, _INDICES, fitted) - wanted)
        for index, row, fitted in zip(indices, bend, ln_ratio, strict=True)
    ]
    best = int(np.argmin(miss))
    return float(indices[best]), float(_ROLLOVERS_GV[best])


@cache
def _ln_integrals(energy_mev: float) -> NDArray[np.float64]:
    """Return ln of the integral of a unit spectrum, shape (roll-over, index)."""
    return np.log(_unit_integral(energy_mev, _INDICES, _ROLLOVERS_GV[:, None]))


def _unit_integral(
    energy_mev: float, index: ArrayLike, rollover_gv: ArrayLike
) -> NDArray[np.float64]:
    """Return pfu above an energy of a spectrum of amplitude 1, of the broadcast shape."""
    rigidity = np.geomspace(float(rigidity_gv(energy_mev)), RIGIDITY_GV[-1], 200)
    power = np.asarray(index, float)[..., None]
    bend = np.asarray(rollover_gv, float)[..., None]
    flux = rigidity**-power * np.exp(-rigidity / bend)
    total: NDArray[np.float64] = PFU_PER_M2 * np.trapezoid(flux * rigidity, np.log(rigidity))
    return total


@cache
def _monitor_response() -> NDArray[np.float64]:
    """Return the share of a sea-level monitor's counts per GV, shape (rigidity,)."""
    seen = -np.expm1(-MONITOR_DEPTH * RIGIDITY_GV**-MONITOR_POWER)
    return -np.gradient(seen, RIGIDITY_GV)


def monitor_increase_percent(
    spectrum: ProtonSpectrum, cutoff_gv: ArrayLike, phi_gv: float = REFERENCE_PHI_GV
) -> NDArray[np.float64]:
    """Return by how much a spectrum raises the count rate of sea-level neutron monitors.

    Notes
    -----
    The response is that of the latitude survey in Dorman's form, 1 - exp(-a R^-k); its
    derivative over the cosmic ray spectrum is the yield, as for dose. Monitors at altitude see
    more of the low rigidities: for them the answer is too low.
    """
    return _increase_percent(spectrum.flux(RIGIDITY_GV), np.asarray(cutoff_gv, float), phi_gv)


def _increase_percent(
    flux: NDArray[np.float64], cutoff_gv: NDArray[np.float64], phi_gv: float
) -> NDArray[np.float64]:
    """Return the increase by fluxes (..., rigidity), of shape (..., *cutoffs)."""
    response = _monitor_response()
    more = _above(flux / rigidity_flux(RIGIDITY_GV, phi_gv) * response, cutoff_gv)
    increase: NDArray[np.float64] = 100 * more / _above(response, cutoff_gv)
    return increase


def _above(per_gv: NDArray[np.float64], cutoff_gv: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the integral of (..., rigidity) above each cutoff, shape (..., *cutoffs)."""
    steps = (per_gv[..., 1:] + per_gv[..., :-1]) / 2 * np.diff(RIGIDITY_GV)
    above = np.zeros_like(per_gv)
    above[..., :-1] = np.cumsum(steps[..., ::-1], axis=-1)[..., ::-1]
    place = np.interp(np.nan_to_num(cutoff_gv), RIGIDITY_GV, np.arange(RIGIDITY_GV.size))
    below = np.clip(place.astype(int), 0, RIGIDITY_GV.size - 2)
    part = place - below
    found: NDArray[np.float64] = above[..., below] * (1 - part) + above[..., below + 1] * part
    return found


def spectrum_from_monitors(
    low: tuple[float, float],
    high: tuple[float, float] | None,
    phi_gv: float = REFERENCE_PHI_GV,
) -> ProtonSpectrum:
    """Return the power law behind the increases of two groups of neutron monitors.

    The ratio gives the index, held within 4 to 8: a few percent of noise would else make a
    spectrum too hard, and the dose at altitude too small. The polar group gives the amplitude.

    Parameters
    ----------
    low, high
        Cutoff (GV) and increase (percent) of the polar stations and of those at a higher
        cutoff: medians of several each. Without the latter the index is assumed.

    Raises
    ------
    ValueError
        If an increase is not positive, or the cutoffs do not rise.

    Examples
    --------
    >>> spectrum_from_monitors((0.5, 20.0), (2.4, 8.0)).index > 4
    True
    """
    index = ASSUMED_INDEX if high is None else _index_of(low, high, phi_gv)
    unit = float(monitor_increase_percent(ProtonSpectrum(1.0, index), low[0], phi_gv))
    if not low[1] > 0:
        raise ValueError(f"an increase of {low[1]} % is none; expected more than 0 %")
    return ProtonSpectrum(low[1] / unit, index)


def _index_of(low: tuple[float, float], high: tuple[float, float], phi_gv: float) -> float:
    if not (low[1] > 0 and high[1] > 0 and high[0] > low[0]):
        raise ValueError(
            f"increases {low} and {high} (GV, percent) give no spectrum; expected both above "
            "0 % and the second at the higher cutoff"
        )
    cutoffs = np.array([low[0], high[0]])
    unit = _increase_percent(RIGIDITY_GV ** -_INDICES[:, None], cutoffs, phi_gv)
    softness = np.log(unit[:, 0] / unit[:, 1])  # rises with the index
    fitted = float(np.interp(np.log(low[1] / high[1]), softness, _INDICES))
    return min(max(fitted, HARDEST), SOFTEST)
