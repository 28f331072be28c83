"""NOAA's R, S and G scales, and the letter classes of flares."""

import math
from bisect import bisect_right

RADIO_BLACKOUT_W_M2 = (1e-5, 5e-5, 1e-4, 1e-3, 2e-3)  # R1 to R5: M1, M5, X1, X10, X20
RADIATION_STORM_PFU = (1e1, 1e2, 1e3, 1e4, 1e5)  # S1 to S5, > 10 MeV
GEOMAGNETIC_STORM_KP = (14 / 3, 17 / 3, 20 / 3, 23 / 3, 9.0)  # G1 to G5: 5-, 6-, 7-, 8-, 9o
KP_TOLERANCE = 0.01  # sources round thirds to 7.67 or 7.7
_CLASSES = {"A": 1e-8, "B": 1e-7, "C": 1e-6, "M": 1e-5, "X": 1e-4}


def radio_blackout(xray_flux_w_m2: float) -> int | None:
    """Return 0 to 5 for NOAA's R scale (0.1-0.8 nm), None where the flux is not known.

    Examples
    --------
    >>> radio_blackout(1.9e-4)
    3
    """
    return _step(xray_flux_w_m2, RADIO_BLACKOUT_W_M2)


def radiation_storm(proton_flux_10mev_pfu: float) -> int | None:
    """Return 0 to 5 for NOAA's S scale, None where the flux is not known.

    Examples
    --------
    >>> radiation_storm(37_000)
    4
    """
    return _step(proton_flux_10mev_pfu, RADIATION_STORM_PFU)


def geomagnetic_storm(kp: float) -> int | None:
    """Return 0 to 5 for NOAA's G scale from Kp in thirds, None where Kp is not known.

    NOAA counts K in whole numbers: 8 takes in 8-, 8o, 8+ and 9-; only 9o is G5.

    Examples
    --------
    >>> geomagnetic_storm(8.667), geomagnetic_storm(9.0)
    (4, 5)
    """
    return _step(kp + KP_TOLERANCE, GEOMAGNETIC_STORM_KP)


def flare_class(xray_flux_w_m2: float) -> str:
    """Return the class of a flux, cut (not rounded) to tenths: "X1.0" is never below X1.

    Raises
    ------
    ValueError
        If the flux is not a positive number.

    Examples
    --------
    >>> flare_class(1.9e-4), flare_class(9.99e-5)
    ('X1.9', 'M9.9')
    """
    if not (math.isfinite(xray_flux_w_m2) and xray_flux_w_m2 > 0):
        raise ValueError(f"{xray_flux_w_m2} W/m2 has no flare class; expected a positive flux")
    letter = max(
        (name for name, start in _CLASSES.items() if xray_flux_w_m2 >= start * (1 - 1e-9)),
        key=_CLASSES.__getitem__,
        default="A",
    )
    tenths = math.floor(xray_flux_w_m2 / _CLASSES[letter] * 10 + 1e-6)
    return f"{letter}{tenths / 10:.1f}"


def flare_flux_w_m2(text: str) -> float:
    """Return the flux of a flare class.

    Raises
    ------
    ValueError
        If `text` is no class.

    Examples
    --------
    >>> flare_flux_w_m2("X1.9")
    0.00019
    """
    start = _CLASSES.get(text[:1].upper())
    number = text[1:]
    if start is None or not number.replace(".", "", 1).isdecimal():
        raise ValueError(f"{text!r} is not a flare class; expected one like M5.2 or X10")
    return float(f"{number}e{round(math.log10(start))}")


def _step(value: float, starts: tuple[float, ...]) -> int | None:
    return None if math.isnan(value) else bisect_right(starts, value)
