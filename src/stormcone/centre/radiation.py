"""RADIATION: looks at the dose that solar protons bring to flight levels."""

from collections.abc import Sequence
from datetime import datetime, timedelta

import numpy as np

from stormcone.advisory.decide import Sighting
from stormcone.advisory.draft import Ahead, Subject
from stormcone.advisory.policy import AT_ONCE
from stormcone.centre.lookout import held, levels, masks, sighting
from stormcone.centre.maps import Maps
from stormcone.effect.effect import Cause, Kind, Severity
from stormcone.effect.radiation import TOP_FL, radiation, radiation_ahead
from stormcone.effect.thresholds import THRESHOLDS
from stormcone.forecast.field import Field, exceedance
from stormcone.forecast.radiation import DOSE_RATE
from stormcone.weather.solar_protons import between_levels

MINUTE = timedelta(minutes=1)
CADENCE_MIN = 5


class Doses:
    """Looks every five minutes: a ground-level event rises within ten."""

    def __init__(self, maps: Maps) -> None:
        self._maps = maps
        self._subject = Subject(
            kind=Kind.RADIATION, cause=Cause.DOSE, grid=maps.grid, policy=AT_ONCE
        )

    def subject(self, _looks: Sequence[Sighting]) -> Subject:
        """Return the dose at flight levels."""
        return self._subject

    def is_due(self, now: datetime) -> bool:
        """Look every five minutes."""
        return now.minute % CADENCE_MIN == 0

    def look(self, now: datetime) -> Sighting:
        """Hold the dose of this minute against the thresholds; unseen protons, not at all."""
        if not self._maps.hard_protons_are_fed(now):
            return Sighting(at=now, observed=None)
        made = self._maps.radiation_now(now)
        found = radiation(made)
        kept = radiation(made, thresholds=held(self._subject.policy.leave))
        at = max((seen.at for seen in made.solar_based_on), default=None)
        return sighting(now, at, found, kept)

    def ahead(self, look: Sighting, hours: Sequence[float]) -> tuple[Ahead, ...]:
        """Let the solar protons fade, with cosmic rays and Kp as they stand."""
        made = self._maps.radiation_fields(look.at, hours)
        return tuple(self._ahead(lead, made.step(n)) for n, lead in enumerate(hours))

    def _ahead(self, hours: float, field: Field) -> Ahead:
        found = radiation_ahead(field, probability=self._subject.policy.forecast_probability)
        moderate, severe = (_chance(field, severity) for severity in Severity)
        return Ahead(
            hours=hours,
            masks=masks(found),
            levels=levels(found or ()),
            chance=max(moderate, severe),
            chance_severe=severe,
            says=field.says,
        )


def _chance(field: Field, severity: Severity) -> float:
    """Return the highest probability of a severity, at the highest level that counts for it."""
    dose = between_levels(np.moveaxis(field.values, 1, 0), TOP_FL[severity])
    reached = exceedance(field.levels, dose, THRESHOLDS.of(DOSE_RATE).at(severity))
    return float(np.fmax.reduce(reached, axis=None))
