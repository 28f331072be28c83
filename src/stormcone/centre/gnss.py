"""GNSS: looks at the electron content, where somebody publishes it."""

from collections.abc import Sequence
from datetime import datetime

import numpy as np

from stormcone.advisory.decide import Sighting
from stormcone.advisory.draft import Ahead, Subject
from stormcone.advisory.policy import Policy
from stormcone.centre.lookout import held, masks, sighting
from stormcone.centre.maps import TEC, Maps
from stormcone.effect.effect import Cause, Kind, Severity
from stormcone.effect.gnss import tec, tec_ahead
from stormcone.effect.thresholds import THRESHOLDS
from stormcone.forecast.gnss import GnssStep

CADENCE_MIN = 15


class Electrons:
    """Looks at the analysis of published maps every 15 minutes; a model alone opens nothing."""

    def __init__(self, maps: Maps) -> None:
        self._maps = maps
        self._subject = Subject(
            kind=Kind.GNSS, cause=Cause.TEC, grid=maps.grid, policy=Policy()
        )

    def subject(self, _looks: Sequence[Sighting]) -> Subject:
        """Return the total electron content."""
        return self._subject

    def is_due(self, now: datetime) -> bool:
        """Look every 15 minutes."""
        return now.minute % CADENCE_MIN == 0

    def look(self, now: datetime) -> Sighting:
        """Hold the analysis against the thresholds; without a map of this hour, nothing."""
        if not self._maps.electrons_are_seen(now):
            return Sighting(at=now, observed=None)
        made = self._maps.gnss_fields(now, (0.0,)).step(0)
        found = tec(made)
        kept = tec(made, thresholds=held(self._subject.policy.leave))
        sources = made.vtec_tecu.based_on
        at = max((seen.at for seen in sources if seen.quantity == TEC), default=None)
        return sighting(now, at, found, kept)

    def ahead(self, look: Sighting, hours: Sequence[float]) -> tuple[Ahead, ...]:
        """Let what the maps added to the model fade, and the storm go on."""
        made = self._maps.gnss_fields(look.at, hours)
        return tuple(self._ahead(lead, made.step(n)) for n, lead in enumerate(hours))

    def _ahead(self, hours: float, step: GnssStep) -> Ahead:
        found = tec_ahead(step, probability=self._subject.policy.forecast_probability)
        row = THRESHOLDS.of(TEC)
        moderate, severe = (
            float(np.fmax.reduce(step.vtec_tecu.exceedance(row.at(one)), axis=None))
            for one in Severity
        )
        return Ahead(
            hours=hours,
            masks=masks(found),
            chance=moderate,
            chance_severe=severe,
            says=step.vtec_tecu.says,
        )
