"""What a disturbed D region takes from an HF signal: flares by day, protons at the poles."""

from collections.abc import Mapping

import numpy as np
from msgspec import Struct
from numpy.typing import ArrayLike, NDArray

FLUX_FLOOR_W_M2 = 1e-9
REFERENCE_MHZ = 30.0  # where riometers listen, and where absorptions are added
DAY_DB = 0.115  # unverified: dB per root pfu, Sauer & Wilkinson 2008
NIGHT_DB = 0.020  # unverified: the same source
DAY_MEV = 5.2  # unverified: the same source
NIGHT_MEV = 2.2  # unverified: the same source
DAY_ZENITH_DEG = 80.0  # unverified: twilight begins
NIGHT_ZENITH_DEG = 100.0  # unverified: twilight ends
ASSUMED_INDEX = 1.2  # unverified: integral index below the lowest channel fed
ASSUMED_INDEX_SPREAD = 0.4  # unverified: its standard deviation
LOWEST_SHAPED_MEV = 5.0  # a channel at or below this shows the low end of the spectrum
QUIET_FLUX_PFU = 0.35  # authorities/drap.md: cosmic rays, recorded as 0.15 to 0.34 above 5 MeV
CHANNEL_FLOOR_PFU = 1e-6


class Spectrum(Struct, frozen=True, eq=False, kw_only=True):
    """An integral proton spectrum, linear in ln J (pfu) over ln E (MeV), with its two ends."""

    ln_energy: NDArray[np.float64]
    ln_flux: NDArray[np.float64]
    low_slope: float
    high_slope: float


def highest_affected_frequency_mhz(
    xray_flux_w_m2: ArrayLike, zenith_angle_deg: ArrayLike
) -> NDArray[np.float64]:
    """Return the frequency below which a flare costs a vertical path 1 dB or more.

    Parameters
    ----------
    xray_flux_w_m2
        GOES long-channel flux (0.1-0.8 nm), any shape; NaN stays NaN by day.
    zenith_angle_deg
        Solar zenith angle, broadcast against the flux.

    Returns
    -------
    Array of the broadcast shape; 0 by night, and 0 for fluxes too weak to matter.

    Raises
    ------
    ValueError
        If a flux is negative or infinite.

    Notes
    -----
    The empirical fit of NOAA's D-RAP [1]_; its exponent of 0.75 is confirmed by a free fit of
    a recorded grid (authorities/drap.md).

    References
    ----------
    .. [1] NOAA SWPC, "Global D-Region Absorption Prediction Documentation".

    Examples
    --------
    An X1 flare with the Sun overhead, at 60 degrees, and below the horizon:

    >>> highest_affected_frequency_mhz(1e-4, [0, 60, 120]).round(1)
    array([25. , 14.9,  0. ])
    """
    sunlight = np.maximum(np.cos(np.radians(np.asarray(zenith_angle_deg, float))), 0)
    overhead_mhz = overhead_frequency_mhz(xray_flux_w_m2)
    haf_mhz: NDArray[np.float64] = np.where(sunlight > 0, overhead_mhz * sunlight**0.75, 0)
    return haf_mhz


def overhead_frequency_mhz(xray_flux_w_m2: ArrayLike) -> NDArray[np.float64]:
    """Return the highest affected frequency under the Sun, of the shape of the flux.

    Raises
    ------
    ValueError
        If a flux is negative or infinite.
    """
    flux = np.asarray(xray_flux_w_m2, float)
    _refuse(flux, "X-ray flux", "W/m2")
    overhead_mhz: NDArray[np.float64] = 10 * np.log10(np.maximum(flux, FLUX_FLOOR_W_M2)) + 65
    return np.maximum(overhead_mhz, 0)


def absorption_db(haf_mhz: ArrayLike, frequency_mhz: ArrayLike) -> NDArray[np.float64]:
    """Return the absorption at a frequency where 1 dB is reached at `haf_mhz`; both broadcast.

    Examples
    --------
    >>> absorption_db(25.0, [25.0, 10.0]).round(2)
    array([1.  , 3.95])
    """
    ratio = np.asarray(haf_mhz, float) / np.asarray(frequency_mhz, float)
    absorption: NDArray[np.float64] = ratio**1.5
    return absorption


def affected_frequency_mhz(
    absorption_30mhz_db: ArrayLike, level_db: float = 1.0
) -> NDArray[np.float64]:
    """Return the frequency below which `level_db` or more is lost.

    Causes are added in dB at 30 MHz before they come here: frequencies do not add.

    Examples
    --------
    >>> affected_frequency_mhz([1.0, 8.0])
    array([ 30., 120.])
    """
    ratio = np.asarray(absorption_30mhz_db, float) / level_db
    frequency: NDArray[np.float64] = REFERENCE_MHZ * np.cbrt(ratio * ratio)
    return frequency


def solar_protons(channels: Mapping[float, float]) -> dict[float, float]:
    """Return the channels (MeV: pfu) less the quiet background; those at it are left out.

    On a quiet day every channel up to 500 MeV shows some 0.2 pfu of cosmic rays; taken for
    solar protons that would raise 4 MHz over both polar nights, where the recorded D-RAP map
    has 0. Where > 10 MeV is fed and quiet, lower channels show the magnetosphere, not the Sun.

    Raises
    ------
    ValueError
        If a flux is negative or infinite.

    Examples
    --------
    >>> solar_protons({10: 100.35, 50: 0.2})
    {10: 100.0}
    """
    _refuse(np.array(list(channels.values()), float), "proton flux", "pfu")
    excess = {
        mev: pfu - QUIET_FLUX_PFU for mev, pfu in channels.items() if pfu > QUIET_FLUX_PFU
    }
    quiet = 10 in channels and 10 not in excess
    return {} if quiet else excess


def spectrum(channels: Mapping[float, float], *, index: float = ASSUMED_INDEX) -> Spectrum:
    """Return the integral spectrum through the channels (MeV: pfu); NaN channels are skipped.

    Beyond the ends a power law goes on. Below the lowest channel, when that is above 5 MeV,
    its integral index is `index`: the slope between > 10 and > 50 MeV says nothing of protons
    of 5 MeV. Above a lone channel the index is the assumed 1.2, which is flat for protons.

    Raises
    ------
    ValueError
        If no channel is left, or a flux is negative or infinite.
    """
    fed = sorted((mev, pfu) for mev, pfu in channels.items() if not np.isnan(pfu))
    if not fed:
        raise ValueError(
            f"no proton channel has a value in {dict(channels)}; feed at least one"
        )
    energy, flux = np.array(fed, float).T
    _refuse(flux, "proton flux", "pfu")
    ln_energy, ln_flux = np.log(energy), np.log(np.maximum(flux, CHANNEL_FLOOR_PFU))
    slopes = np.diff(ln_flux) / np.diff(ln_energy)
    slopes = slopes if slopes.size else np.array([-ASSUMED_INDEX])
    shaped = energy[0] <= LOWEST_SHAPED_MEV
    return Spectrum(
        ln_energy=ln_energy,
        ln_flux=ln_flux,
        low_slope=min(float(slopes[0]), 0.0) if shaped else -index,
        high_slope=min(float(slopes[-1]), 0.0),
    )


def integral_flux_pfu(
    energy_mev: ArrayLike, channels: Mapping[float, float], *, index: float = ASSUMED_INDEX
) -> NDArray[np.float64]:
    """Return the flux of protons above an energy, of the shape of the energies.

    Raises
    ------
    ValueError
        If no channel has a value, or a flux is negative or infinite.

    Examples
    --------
    >>> goes = {1: 8000, 5: 2600, 10: 1000, 30: 200, 50: 80, 60: 55, 100: 18}
    >>> integral_flux_pfu(5.2, goes).round()
    np.float64(2463.0)
    """
    return flux_above_pfu(energy_mev, spectrum(channels, index=index))


def flux_above_pfu(energy_mev: ArrayLike, shape: Spectrum) -> NDArray[np.float64]:
    """Return the flux above an energy (above 0) of a spectrum, of the shape of the energies."""
    x = np.log(np.asarray(energy_mev, float))
    below = np.minimum(x - shape.ln_energy[0], 0) * shape.low_slope
    above = np.maximum(x - shape.ln_energy[-1], 0) * shape.high_slope
    flux: NDArray[np.float64] = np.exp(
        np.interp(x, shape.ln_energy, shape.ln_flux) + below + above
    )
    return flux


def polar_cap_absorption_30mhz_db(
    zenith_angle_deg: ArrayLike,
    cutoff_mev: ArrayLike,
    proton_channels: Mapping[float, float],
    *,
    index: float = ASSUMED_INDEX,
) -> NDArray[np.float64]:
    """Return what solar protons take at 30 MHz.

    Parameters
    ----------
    zenith_angle_deg, cutoff_mev
        Sun and magnetic cutoff at the places; they broadcast.
    proton_channels
        Integral flux in pfu above each energy in MeV; NaN is skipped.
    index
        Of the spectrum below the lowest channel, see `spectrum`.

    Raises
    ------
    ValueError
        If no channel has a value, or a flux is negative or infinite.

    Notes
    -----
    A = m sqrt J(> E), after Sauer and Wilkinson; the form is confirmed by Rogers and Honary
    (2015), the coefficients are not yet (authorities/open.md). Twilight is linear in zenith.

    Examples
    --------
    >>> goes = {1: 8000, 5: 2600, 10: 1000, 30: 200, 50: 80, 60: 55, 100: 18}
    >>> polar_cap_absorption_30mhz_db([60, 110], 0, goes).round(2)
    array([5.71, 1.36])
    """
    shape = spectrum(proton_channels, index=index)
    day_db, night_db = day_and_night_db(cutoff_mev, shape)
    day = daylight(zenith_angle_deg)
    absorption: NDArray[np.float64] = day * day_db + (1 - day) * night_db
    return absorption


def day_and_night_db(
    cutoff_mev: ArrayLike, shape: Spectrum
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return the absorption at 30 MHz by full day and by full night, of the cutoffs' shape."""
    cutoff = np.asarray(cutoff_mev, float)
    day = DAY_DB * np.sqrt(flux_above_pfu(np.maximum(cutoff, DAY_MEV), shape))
    night = NIGHT_DB * np.sqrt(flux_above_pfu(np.maximum(cutoff, NIGHT_MEV), shape))
    return day, night


def daylight(zenith_angle_deg: ArrayLike) -> NDArray[np.float64]:
    """Return 1 by day, 0 by night and the part between in twilight.

    Examples
    --------
    >>> daylight([80, 90, 100])
    array([1. , 0.5, 0. ])
    """
    zenith = np.asarray(zenith_angle_deg, float)
    part: NDArray[np.float64] = (NIGHT_ZENITH_DEG - zenith) / (
        NIGHT_ZENITH_DEG - DAY_ZENITH_DEG
    )
    return np.clip(part, 0, 1)


def _refuse(flux: NDArray[np.float64], name: str, unit: str) -> None:
    wrong = flux[(flux < 0) | np.isinf(flux)]
    if wrong.size:
        raise ValueError(
            f"{name} {wrong.flat[0]} {unit} is impossible; leave the sample out, or give NaN"
        )
