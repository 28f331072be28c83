"""HF COM: flares over the day side, and absorption at high latitudes by protons and aurora."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from functools import reduce

import numpy as np
from msgspec import Struct, structs

from stormcone.advisory.causes import BOTH_ABSORPTIONS
from stormcone.advisory.decide import Sighting
from stormcone.advisory.draft import Ahead, Masks, Subject
from stormcone.advisory.policy import AT_ONCE, Policy
from stormcone.centre.inputs import KP_SPAN, PROTON_MEMORY, XRAY, Inputs, as_utc, source_of
from stormcone.centre.lookout import held, masks, sighting
from stormcone.centre.maps import Maps
from stormcone.effect import hf_com
from stormcone.effect.auroral import KP, auroral, auroral_ahead
from stormcone.effect.effect import Cause, Kind, Severity
from stormcone.effect.thresholds import POLAR_CAP, THRESHOLDS
from stormcone.effect.thresholds import XRAY as XRAY_ROW
from stormcone.forecast.auroral import AuroralStep
from stormcone.forecast.field import Source, exceedance
from stormcone.forecast.hf_com import HfStep
from stormcone.reference.areas import Side
from stormcone.reference.utc import floor_minutes

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
        row = THRESHOLDS.of(XRAY_ROW)
        moderate, severe = (float(exceedance(levels, flux, row.at(one))) for one in Severity)
        return Ahead(
            hours=hours,
            masks=masks(found),
            chance=moderate,
            chance_severe=severe,
            says=step.xray_30mhz_db.says,
        )


class Part(Struct, frozen=True, eq=False):
    """One look at one cause; of one that cannot be seen now, what was held when it last was."""

    look: Sighting
    last: Sighting | None = None


class Absorption:
    """Looks at high latitudes: protons over the polar caps, and the aurora by Kp.

    Both absorb the same frequencies over the same places, so their advisories are one thread.
    """

    def __init__(self, inputs: Inputs, maps: Maps) -> None:
        self._inputs = inputs
        self._maps = maps
        self._policy = Policy()

    def subject(self, looks: Sequence[Sighting]) -> Subject:
        """Return what absorbs: protons, the aurora, or both."""
        named = (
            {one.name for one in look.evidence if one.threshold} for look in reversed(looks)
        )
        names = next(filter(None, named), set())
        aurora, protons = KP in names, POLAR_CAP in names
        return Subject(
            kind=Kind.HF_COM,
            cause=Cause.AURORAL if aurora and not protons else Cause.PCA,
            called=BOTH_ABSORPTIONS if aurora and protons else "",
            grid=self._maps.grid,
            policy=self._policy,
        )

    def is_due(self, now: datetime) -> bool:
        """Look when protons or Kp are new; when they are late, each five minutes."""
        return now.minute % 5 == 0 or any(
            self._is_new(quantity, now) for quantity in (PROTON_10MEV, KP, "kp_running")
        )

    def _is_new(self, quantity: str, now: datetime) -> bool:
        archive = self._inputs.archive
        newest = archive.newest(quantity, known=now)
        return newest != archive.newest(quantity, known=now - MINUTE)

    def look(self, now: datetime) -> Sighting:
        """Hold absorption and Kp against the thresholds; what is held of either is held."""
        return together(self._of_protons(now), self._of_aurora(now))

    def _of_protons(self, now: datetime) -> Part:
        look = self._at_the_caps(now)
        if look.observed is not None:
            return Part(look)
        series = self._inputs.best(PROTON_10MEV, now, PROTON_MEMORY)
        known = None if series is None else as_utc(series.known[-1])
        last = None if known is None else self._at_the_caps(known)
        return Part(look, last if last is not None and last.held else None)

    def _at_the_caps(self, now: datetime) -> Sighting:
        maps = self._maps.hf_now(now)
        found = hf_com.polar_cap(maps)
        kept = hf_com.polar_cap(maps, thresholds=held(self._policy.leave))
        at = max((s.at for s in maps.polar_cap_based_on if _is_proton(s)), default=None)
        return sighting(now, at, found, kept)

    def _of_aurora(self, now: datetime) -> Part:
        """Look at Kp, which speaks of its three hours; a storm that is not over is carried."""
        step = self._maps.auroral_now(now)
        found = auroral(step)
        kept = auroral_ahead(step, thresholds=held(self._policy.leave)) or ()
        kp = self._inputs.kp(now)
        if kp is None:
            return Part(Sighting(at=now, observed=None))
        begin = floor_minutes(kp.at, 60) - timedelta(hours=kp.at.hour % 3)
        seen = min(kp.at + KP_SPAN, now) if kp.quantity == KP else kp.at
        look = sighting(now, seen, found if found is not None else (), kept)
        if found is not None:
            return Part(structs.replace(look, since=begin if found else None))
        return Part(Sighting(at=now, observed=None), look if kept else None)

    def ahead(self, look: Sighting, hours: Sequence[float]) -> tuple[Ahead, ...]:
        """Let the protons decay, and Kp go on as expected."""
        caps = self._maps.hf_fields(look.at, hours)
        ovals = self._maps.auroral_fields(look.at, hours)
        return tuple(
            self._ahead(lead, caps.step(n), oval)
            for n, (lead, oval) in enumerate(zip(hours, ovals, strict=True))
        )

    def _ahead(self, hours: float, step: HfStep, oval: AuroralStep) -> Ahead:
        field, probability = step.polar_cap_30mhz_db, self._policy.forecast_probability
        caps = masks(hf_com.polar_cap_ahead(field, probability=probability))
        aurora = masks(auroral_ahead(oval, probability=probability))
        protons, kp = THRESHOLDS.of(POLAR_CAP), THRESHOLDS.of(KP)
        moderate, severe = (
            max(float(np.max(field.exceedance(protons.at(one)))), oval.exceedance(kp.at(one)))
            for one in Severity
        )
        return Ahead(
            hours=hours,
            masks=None if caps is None else joined(caps, aurora or {}),
            chance=moderate,
            chance_severe=severe,
            says=tuple(dict.fromkeys((*field.says, *oval.says))),
        )


def together(protons: Part, aurora: Part) -> Sighting:
    """Return one look of two: the higher severities, all cells, the evidence of both.

    Only what is seen opens and raises; what was held and cannot be seen is still held. Without
    protons, and with nothing held, nothing is known: Kp says nothing of the polar caps.
    """
    parts = (protons, aurora)
    seen = [one.look for one in parts if one.look.observed is not None]
    carried = [one.last for one in parts if one.last is not None]
    kept = [*seen, *carried]
    blind = protons.look.observed is None and not any(one.held for one in kept)
    if not seen or blind:
        return Sighting(at=protons.look.at, observed=None)
    worst = max((one.exceeded for one in seen if one.exceeded), default=None)
    since = [one.since for one in seen if one.since and one.exceeded == worst]
    return Sighting(
        at=protons.look.at,
        observed=max(one.observed for one in seen if one.observed is not None),
        exceeded=worst,
        held=max((one.held for one in kept if one.held), default=None),
        exceeded_masks=reduce(joined, (one.exceeded_masks for one in seen)),
        held_masks=reduce(joined, (one.held_masks for one in kept)),
        evidence=tuple(line for one in kept for line in one.evidence),
        since=min(since, default=None),
        carried=bool(carried),
    )


def joined(one: Masks, other: Masks) -> Masks:
    """Return the cells of either, by severity."""
    return {
        severity: found[0] if len(found) == 1 else found[0] | found[1]
        for severity in Severity
        if (found := [part[severity] for part in (one, other) if severity in part])
    }


def _is_proton(source: Source) -> bool:
    return source.quantity.startswith("proton")
