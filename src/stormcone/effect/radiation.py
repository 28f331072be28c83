"""RADIATION: where, and from which flight level up, the dose rate is too high.

MODERATE counts only where it is reached between FL250 and FL460, SEVERE at any level above
FL250. Dose rises with height, so a level range is "above" its lowest level.
"""

from collections.abc import Mapping

import numpy as np
from msgspec.structs import replace
from numpy.typing import NDArray

from stormcone.effect.effect import Severity
from stormcone.effect.exceeded import SEEN, Exceeded, field_evidence
from stormcone.effect.thresholds import THRESHOLDS, Threshold, Thresholds
from stormcone.forecast.field import Field, exceedance
from stormcone.forecast.radiation import DOSE_RATE, RadiationNow
from stormcone.forecast.radiation_drivers import UPPER_BOUND
from stormcone.reference.areas import Levels
from stormcone.weather.solar_protons import FLIGHT_LEVELS, between_levels

LOWEST_FL = 250
TOP_FL: Mapping[Severity, int] = {Severity.MODERATE: 460, Severity.SEVERE: 600}
STEP_FL = 10  # advisories name thousands of feet


def radiation(
    now: RadiationNow, *, thresholds: Thresholds = THRESHOLDS
) -> tuple[Exceeded, ...] | None:
    """Return where the dose of this minute is too high: MODERATE, then SEVERE.

    None where solar protons are not observed, or nothing is exceeded while a cell is not
    known. A statement that they stay below a bound can say "nothing" and no more: a dose that
    the bound would allow is not known to be there.
    """
    if any(seen.provenance not in SEEN for seen in now.solar_based_on):
        return None
    return _reached(now.dose_rate, thresholds.of(DOSE_RATE), 0.5)


def radiation_ahead(
    field: Field, *, thresholds: Thresholds = THRESHOLDS, probability: float = 0.5
) -> tuple[Exceeded, ...] | None:
    """Return where a field of dose exceeds its thresholds that probably.

    None where nothing is exceeded while a cell is not known, or only a bound is known.

    Raises
    ------
    ValueError
        If the field is not of the eight flight levels of `FLIGHT_LEVELS`.
    """
    return _reached(field, thresholds.of(DOSE_RATE), probability)


def _reached(field: Field, row: Threshold, probability: float) -> tuple[Exceeded, ...] | None:
    if field.level_fl != FLIGHT_LEVELS:
        raise ValueError(f"dose at flight levels {field.level_fl}; expected {FLIGHT_LEVELS}")
    found = tuple(
        one
        for severity in Severity
        if (one := _exceeded(field, row, severity, probability)) is not None
    )
    if found:
        return None if UPPER_BOUND in field.says else _nested(found)
    return None if np.isnan(field.values[:, -1]).any() else ()


def _exceeded(
    field: Field, row: Threshold, severity: Severity, probability: float
) -> Exceeded | None:
    """Return where the highest level that counts is above the threshold; None for nowhere."""
    threshold = row.at(severity)
    dose = between_levels(np.moveaxis(field.values, 1, 0), TOP_FL[severity])
    if not float(np.fmax.reduce(dose, axis=None)) >= threshold:
        return None
    sure = exceedance(field.levels, dose, threshold)
    mask = np.asarray(sure >= probability)
    if not mask.any():
        return None
    middle = dose[len(field.levels) // 2]
    strongest = np.unravel_index(int(np.nanargmax(middle)), middle.shape)
    steps = range(LOWEST_FL, TOP_FL[severity] + 1, STEP_FL)
    profile = field.values[:, :, strongest[0], strongest[1]]
    return Exceeded(
        kind=row.kind,
        cause=row.cause,
        severity=severity,
        mask=mask,
        region=None,
        levels=Levels(_above(field.levels, profile, steps, threshold, probability)),
        valid=field.valid,
        probability=float(np.fmax.reduce(sure, axis=None)) if len(field.levels) > 1 else 0.5,
        evidence=field_evidence(
            row, severity, float(middle[strongest]), field.valid, field.based_on
        ),
    )


def _above(
    quantiles: tuple[float, ...],
    profile: NDArray[np.float32],
    steps: range,
    threshold: float,
    probability: float,
) -> int:
    """Return the flight level above which a profile (quantile, level) exceeds, outward."""
    doses = np.stack([between_levels(profile.T, level) for level in steps], axis=1)
    sure = exceedance(quantiles, doses, threshold) >= probability
    first = int(np.argmax(sure)) if sure.any() else len(steps) - 1
    return steps[max(first - 1, 0)]


def _nested(found: tuple[Exceeded, ...]) -> tuple[Exceeded, ...]:
    """Let the area of MODERATE contain that of SEVERE."""
    if len(found) == 1:
        return found
    moderate, severe = found
    if moderate.mask is None or severe.mask is None:
        return found
    return replace(moderate, mask=moderate.mask | severe.mask), severe
