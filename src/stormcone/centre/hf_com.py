"""HF COM: flares over the day side, and absorption at high latitudes by protons and aurora."""

from collections.abc import Sequence
from datetime import datetime, timedelta

import numpy as np

from stormcone.advisory.decide import Sighting
from stormcone.advisory.draft import Ahead, Subject
from stormcone.advisory.policy import AT_ONCE
from stormcone.centre.inputs import XRAY, Inputs, source_of
from stormcone.centre.lookout import held, masks, sighting
from stormcone.centre.maps import Maps
from stormcone.effect import hf_com
from stormcone.effect.effect import Cause, Kind, Severity
from stormcone.effect.thresholds import POLAR_CAP, THRESHOLDS
from stormcone.effect.thresholds import XRAY as XRAY_ROW
from stormcone.forecast.field import Source, exceedance
from stormcone.forecast.hf_com import HfStep
from stormcone.reference.areas import Side

MINUTE = timedelta(minutes=1)
PROTON_10MEV = "proton_flux_10mev_pfu"
XRAY_MAX_AGE = timedelta(minutes=10)


class Flares:
    """Looks at the X-ray flux every minute."""

    def __init__(self, inputs: Inputs, maps: Maps) -> None:
        self._inputs = inputs
        self._maps = maps
        self._subject = Subject(
            kind=Kind.HF_COM,
            cause=Cause.FLARE,
            grid=maps.grid,
            side=Side.DAYSIDE,
            policy=AT_ONCE,
        )

    def subject(self, _looks: Sequence[Sighting]) -> Subject:
        """Return the day side under a flare."""
        return self._subject

    def is_due(self, _now: datetime) -> bool:
        """Look at every minute."""
        return True

    def look(self, now: datetime) -> Sighting:
        """Hold the newest flux against the thresholds."""
        seen = self._inputs.newest(XRAY, now)
        source = None if seen is None else source_of(seen, stale=now - seen.at > XRAY_MAX_AGE)
        found = hf_com.flare(source, valid=now)
        kept = hf_com.flare(source, valid=now, thresholds=held(self._subject.policy.leave))
        return sighting(now, seen.at if seen else None, found, kept)

    def ahead(self, look: Sighting, hours: Sequence[float]) -> tuple[Ahead, ...]:
        """Let the flare fade, and further ones come."""
        made = self._maps.hf_fields(look.at, hours)
        return tuple(self._ahead(lead, made.step(n)) for n, lead in enumerate(hours))

    def _ahead(self, hours: float, step: HfStep) -> Ahead:
        levels, flux = step.haf_mhz.levels, step.xray_flux_w_m2
        found = hf_com.flare_ahead(
            levels,
            flux,
            valid=step.haf_mhz.valid,
            probability=self._subject.policy.forecast_probability,
        )
        least = THRESHOLDS.of(XRAY_ROW).at(Severity.MODERATE)
        chance = float(exceedance(levels, flux, least))
        return Ahead(hours=hours, masks=masks(found), chance=chance)


class PolarCaps:
    """Looks at the polar caps when protons are new, else every five minutes."""

    def __init__(self, inputs: Inputs, maps: Maps) -> None:
        self._inputs = inputs
        self._maps = maps
        self._subject = Subject(kind=Kind.HF_COM, cause=Cause.PCA, grid=maps.grid)

    def subject(self, _looks: Sequence[Sighting]) -> Subject:
        """Return the polar caps under protons."""
        return self._subject

    def is_due(self, now: datetime) -> bool:
        """Look when protons are new; when they are late, each five minutes."""
        archive = self._inputs.archive
        newest = archive.newest(PROTON_10MEV, known=now)
        if newest != archive.newest(PROTON_10MEV, known=now - MINUTE):
            return True
        late = newest is None or now - newest.at > timedelta(minutes=6)
        return late and now.minute % 5 == 0

    def look(self, now: datetime) -> Sighting:
        """Hold the median map of this minute against the thresholds."""
        maps = self._maps.hf_now(now)
        found = hf_com.polar_cap(maps)
        kept = hf_com.polar_cap(maps, thresholds=held(self._subject.policy.leave))
        at = max((s.at for s in maps.polar_cap_based_on if _is_proton(s)), default=None)
        return sighting(now, at, found, kept)

    def ahead(self, look: Sighting, hours: Sequence[float]) -> tuple[Ahead, ...]:
        """Let the protons decay, with Kp as it stands."""
        made = self._maps.hf_fields(look.at, hours)
        return tuple(self._ahead(lead, made.step(n)) for n, lead in enumerate(hours))

    def _ahead(self, hours: float, step: HfStep) -> Ahead:
        field = step.polar_cap_30mhz_db
        found = hf_com.polar_cap_ahead(
            field, probability=self._subject.policy.forecast_probability
        )
        least = THRESHOLDS.of(POLAR_CAP).at(Severity.MODERATE)
        chance = float(np.max(field.exceedance(least)))
        return Ahead(hours=hours, masks=masks(found), chance=chance)


def _is_proton(source: Source) -> bool:
    return source.quantity.startswith("proton")
