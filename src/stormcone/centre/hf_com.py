"""The HF COM desk: looks at what is known, minute by minute, and says what is to be drafted."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from functools import lru_cache

import numpy as np

from stormcone.advisory.advised import Advised, advised_by
from stormcone.advisory.advisory import Advisory
from stormcone.advisory.decide import WINDOW, Decision, Sighting, decide
from stormcone.advisory.draft import Ahead, Outlet, Subject, draft, hours_ahead
from stormcone.advisory.policy import AT_ONCE, Policy
from stormcone.centre.sources import Sources
from stormcone.effect import hf_com
from stormcone.effect.effect import Cause, Evidence, Kind, Severity
from stormcone.effect.hf_com import Exceeded
from stormcone.effect.mask import Mask, row_weights
from stormcone.effect.thresholds import POLAR_CAP, THRESHOLDS, XRAY, Thresholds
from stormcone.forecast.field import Field, Source, exceedance
from stormcone.forecast.hf_com import HfInputs, HfNow, HfStep, hf_fields, hf_now
from stormcone.observation import tables
from stormcone.observation.archive import Archive
from stormcone.observation.feed import PROTON_CHANNELS_MEV, Observation, Provenance, Series
from stormcone.reference.areas import Side
from stormcone.reference.grid import global_grid

MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)
PROTON_10MEV = "proton_flux_10mev_pfu"
XRAY_MAX_AGE = timedelta(minutes=10)
XRAY_MEMORY, PROTON_MEMORY, KP_MEMORY = 4 * HOUR, 24 * HOUR, 30 * HOUR
POLICIES: Mapping[Cause, Policy] = {Cause.FLARE: AT_ONCE, Cause.PCA: Policy()}


class HfDesk:
    """Looks and forecasts of HF COM from one archive; holds nothing that it cannot rebuild."""

    def __init__(self, archive: Archive, outlet: Outlet) -> None:
        self._archive = archive
        self._outlet = outlet
        self._sources = Sources(archive)
        self._shown = Sources(archive)
        self.grid = global_grid()
        self.weights = row_weights(self.grid)
        self.cutoff = tables.cutoff()
        self.looks: dict[Cause, list[Sighting]] = {cause: [] for cause in POLICIES}
        self._seen_until: datetime | None = None
        self._advised: dict[str, Advised] = {}

    def look(self, now: datetime) -> None:
        """Look once more; after a start or a gap, at every minute of the window again."""
        self._recall(now)
        self._look(now)
        self._seen_until = now

    def _recall(self, now: datetime) -> None:
        seen = self._seen_until
        if seen is not None and seen < now <= seen + 2 * MINUTE:
            return
        self.looks = {cause: [] for cause in POLICIES}
        minutes = WINDOW // MINUTE
        for ago in range(minutes, 0, -1):
            self._look(now - ago * MINUTE)

    def _look(self, now: datetime) -> None:
        self._keep(Cause.FLARE, self._look_for_flares(now), now)
        if self._protons_are_new(now):
            self._keep(Cause.PCA, self._look_at_the_caps(now), now)

    def _keep(self, cause: Cause, look: Sighting, now: datetime) -> None:
        recent = [kept for kept in self.looks[cause] if now - kept.at <= WINDOW]
        self.looks[cause] = [*recent, look]

    def _look_for_flares(self, now: datetime) -> Sighting:
        instrument = self._sources.in_use(XRAY, now)
        seen = self._archive.newest(XRAY, known=now, source=instrument)
        source = None if seen is None else _source(seen, stale=now - seen.at > XRAY_MAX_AGE)
        found = hf_com.flare(source, valid=now)
        held = hf_com.flare(source, valid=now, thresholds=_held())
        return _sighting(now, seen.at if seen else None, found, held)

    def _protons_are_new(self, now: datetime) -> bool:
        """Say whether a look at the caps can see more than the last one; if not, each 5 min."""
        newest = self._archive.newest(PROTON_10MEV, known=now)
        before = self._archive.newest(PROTON_10MEV, known=now - MINUTE)
        if newest != before:
            return True
        late = newest is None or now - newest.at > timedelta(minutes=6)
        return late and now.minute % 5 == 0

    def _look_at_the_caps(self, now: datetime) -> Sighting:
        maps = self.now(now)
        found = hf_com.polar_cap(maps)
        held = hf_com.polar_cap(maps, thresholds=_held())
        at = max((s.at for s in maps.polar_cap_based_on if _is_proton(s)), default=None)
        return _sighting(now, at, found, held)

    def now(self, now: datetime) -> HfNow:
        """Return the median maps of this minute, from what is known."""
        return hf_now(self.inputs(now), now=now, grid=self.grid, cutoff=self.cutoff)

    def inputs(self, now: datetime, sources: Sources | None = None) -> HfInputs:
        """Return what HF absorption rests on at `now`; readers bring their own `sources`."""
        chosen = sources or self._sources
        protons = {
            mev: found
            for mev in PROTON_CHANNELS_MEV
            if (found := self._best(f"proton_flux_{mev}mev_pfu", now, PROTON_MEMORY, chosen))
        }
        xray = self._best(XRAY, now, XRAY_MEMORY, chosen)
        return HfInputs(xray=xray, protons=protons, kp=self._kp(now))

    def _best(
        self, quantity: str, now: datetime, memory: timedelta, sources: Sources
    ) -> Series | None:
        """Return the series of the instrument in use; with no choice, of the last to speak."""
        chosen = sources.in_use(quantity, now)
        found = self._archive.series(quantity, now - memory, now, known=now, source=chosen)
        return max(reversed(found), key=lambda s: s.at[-1], default=None)

    def _kp(self, now: datetime) -> Source | None:
        """Return the last three-hour Kp, or the alerts' lower bound since then if higher."""
        found = self._archive.series("kp", now - KP_MEMORY, now, known=now)
        running = self._archive.series("kp_running", now - 3 * HOUR, now, known=now)
        last = [_newest(series) for series in found if len(series)]
        bounds = [_newest(series) for series in running if len(series)]
        best = max(last, key=lambda s: s.at, default=None)
        bound = max(bounds, key=lambda s: s.value, default=None)
        if best is None or bound is None:
            return best or bound
        return bound if bound.at >= best.at + 3 * HOUR and bound.value > best.value else best

    def field(self, product: str, valid: datetime, hours: float) -> Field:
        """Return one field made at `valid` for `hours` ahead, with all its quantiles."""
        made = hf_fields(
            self.inputs(valid, self._shown),
            now=valid,
            grid=self.grid,
            cutoff=self.cutoff,
            hours_ahead=(hours,),
        ).step(0)
        return {"haf": made.haf_mhz, "absorption": made.absorption_30mhz_db}[product]

    def exceeds(self, cause: Cause) -> bool:
        """Say whether the newest look is above a threshold."""
        return bool(self.looks[cause]) and self.looks[cause][-1].exceeded is not None

    def decision(self, cause: Cause, standing: Sequence[Advisory]) -> Decision | None:
        """Return what the looks demand of the threads of `cause`, which stand at `standing`."""
        advised = self._where(standing)
        return decide(self.looks[cause], standing, advised, self.weights, POLICIES[cause])

    def draft(self, cause: Cause, decision: Decision, standing: Sequence[Advisory]) -> Advisory:
        """Return the advisory that `decision` asks for."""
        looks = self.looks[cause]
        subject = Subject(
            kind=Kind.HF_COM,
            cause=cause,
            grid=self.grid,
            side=Side.DAYSIDE if cause is Cause.FLARE else None,
            policy=POLICIES[cause],
        )
        ahead = () if not looks else tuple(self._ahead(cause, looks[-1]))
        return draft(decision, subject, self._outlet, looks, ahead, standing)

    def _ahead(self, cause: Cause, look: Sighting) -> Iterator[Ahead]:
        """Yield what is expected at the four forecast times of an outlook."""
        observed = look.observed or look.at
        leads = [hours - (look.at - observed) / HOUR for hours in hours_ahead(observed)]
        made = hf_fields(
            self.inputs(look.at),
            now=look.at,
            grid=self.grid,
            cutoff=self.cutoff,
            hours_ahead=leads,
        )
        wanted = POLICIES[cause].forecast_probability
        for index, hours in enumerate(leads):
            step = made.step(index)
            found = _expected(cause, step, wanted)
            yield Ahead(hours=hours, masks=_masks(found), chance=_chance(cause, step))

    def _where(self, standing: Sequence[Advisory]) -> Advised:
        """Return where advisories warn now; drawn once for each set of them."""
        key = " ".join(last.number.key for last in standing if last.number)
        if key not in self._advised:
            drawn = advised_by(standing, self.grid)
            self._advised = {**dict(list(self._advised.items())[-7:]), key: drawn}
        return self._advised[key]


@lru_cache(maxsize=1)
def _held() -> Thresholds:
    return THRESHOLDS.scaled(Policy().leave)


def _expected(cause: Cause, step: HfStep, probability: float) -> tuple[Exceeded, ...] | None:
    """Return what `cause` brings with at least that probability; None if not known."""
    if cause is Cause.PCA:
        return hf_com.polar_cap_ahead(step.polar_cap_30mhz_db, probability=probability)
    levels, valid = step.haf_mhz.levels, step.haf_mhz.valid
    flux = step.xray_flux_w_m2
    return hf_com.flare_ahead(levels, flux, valid=valid, probability=probability)


def _chance(cause: Cause, step: HfStep) -> float:
    """Return the highest probability of MODERATE anywhere, 0 to 1; NaN if not known."""
    if cause is Cause.PCA:
        least = THRESHOLDS.of(POLAR_CAP).at(Severity.MODERATE)
        return float(np.max(step.polar_cap_30mhz_db.exceedance(least)))
    least = THRESHOLDS.of(XRAY).at(Severity.MODERATE)
    return float(exceedance(step.haf_mhz.levels, step.xray_flux_w_m2, least))


def _is_proton(source: Source) -> bool:
    return source.quantity.startswith("proton")


def _source(seen: Observation, *, stale: bool) -> Source | None:
    if seen.value is None:
        return None
    return Source(
        quantity=seen.quantity,
        value=seen.value,
        at=seen.at,
        source=seen.source,
        provenance=Provenance.PERSISTENCE if stale else seen.provenance,
    )


def _newest(series: Series) -> Source:
    return Source(
        quantity=series.quantity,
        value=float(series.value[-1]),
        at=series.at[-1].astype("datetime64[ms]").astype(datetime).replace(tzinfo=UTC),
        source=series.source,
        provenance=series.provenance[-1],
    )


def _sighting(
    now: datetime,
    observed: datetime | None,
    found: tuple[Exceeded, ...] | None,
    held: tuple[Exceeded, ...] | None,
) -> Sighting:
    """Return one look; None means that there was nothing usable to look at."""
    if found is None or held is None:
        return Sighting(at=now, observed=None)
    return Sighting(
        at=now,
        observed=observed,
        exceeded=max((one.severity for one in found), default=None),
        held=max((one.severity for one in held), default=None),
        exceeded_masks={one.severity: one.mask for one in found if one.mask is not None},
        held_masks={one.severity: one.mask for one in held if one.mask is not None},
        evidence=_strongest(found or held),
    )


def _strongest(found: Sequence[Exceeded]) -> tuple[Evidence, ...]:
    strongest = max(found, key=lambda one: one.severity, default=None)
    return strongest.evidence if strongest else ()


def _masks(found: tuple[Exceeded, ...] | None) -> dict[Severity, Mask] | None:
    if found is None:
        return None
    nowhere = np.zeros((0, 0), bool)
    return {one.severity: nowhere if one.mask is None else one.mask for one in found}
