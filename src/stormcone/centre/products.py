"""Every forecast product by its name, made from an archive as it was known at a moment."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import datetime, timedelta
from functools import partial
from math import nan

from numpy.random import PCG64, Generator

from stormcone.advisory.advisory import Status
from stormcone.advisory.draft import Ahead, Outlet
from stormcone.centre.forecasts import Forecasts
from stormcone.centre.inputs import Inputs
from stormcone.centre.lookouts import Lookouts
from stormcone.centre.maps import SEED, Maps
from stormcone.effect.effect import Cause, Kind, Severity
from stormcone.effect.thresholds import THRESHOLDS
from stormcone.forecast.cme import CmeArrival, CmeInputs, cme_arrival
from stormcone.forecast.muf import QUANTITY as MUF
from stormcone.forecast.outlook import Chance, Outlook
from stormcone.forecast.protons import ProtonOutlook
from stormcone.observation.archive import Archive

Product = Outlook | Chance | ProtonOutlook | CmeArrival
NAMES = {Cause.PCA: "PCA or AURORAL"}
"""One lookout and one thread for both."""
SLOTS_H = (0.0, 6.0, 12.0, 18.0, 24.0)
WIND_MEMORY = timedelta(hours=6)


def forecast(name: str, archive: Archive, now: datetime) -> tuple[Product, ...]:
    """Return a product made at `now`, in parts; empty where there is nothing to forecast.

    Raises
    ------
    LookupError
        If there is no such product; names those that there are.
    """
    if name not in PRODUCTS:
        raise LookupError(f"no product {name!r}; there are {', '.join(PRODUCTS)}")
    return PRODUCTS[name](archive, now)


def cme(now: datetime, ejection: CmeInputs) -> CmeArrival:
    """Return when an ejection arrives, how fast, and how probably."""
    return cme_arrival(ejection, now=now, rng=Generator(PCG64(SEED)))


def observed_wind_km_s(archive: Archive, now: datetime) -> float | None:
    """Return the speed of the wind of late, into which an ejection runs."""
    seen = Inputs(archive).last("solar_wind_speed_km_s", now, WIND_MEMORY)
    return None if seen is None else seen.value


def _outlook(
    make: Callable[[Forecasts, datetime], Outlook], archive: Archive, now: datetime
) -> tuple[Product, ...]:
    return (make(Forecasts(Inputs(archive)), now),)


def _protons(archive: Archive, now: datetime) -> tuple[Product, ...]:
    found = Forecasts(Inputs(archive)).protons(now)
    return () if found is None else (found,)


def _effect(kind: Kind, archive: Archive, now: datetime) -> tuple[Product, ...]:
    """Return how probable each severity is anywhere, now and at four times ahead.

    A probability is NaN where a map that it needs cannot be made.
    """
    outlet = Outlet(centre="NONE", unit="ZZZZ", status=Status.EXERCISE)
    found: list[Product] = []
    lookouts = Lookouts(archive, outlet)
    for one in lookouts:
        subject = one.subject(())
        if subject.kind is kind:
            for slot in one.ahead(one.look(now), SLOTS_H):
                found += _chances(subject.cause, slot, now)
    for cause, slots in UNWATCHED.get(kind, ()):
        for slot in slots(lookouts.maps, now):
            found += _chances(cause, slot, now)
    return tuple(found)


def _muf(maps: Maps, now: datetime) -> Iterator[Ahead]:
    """Yield how probable a depression of MUF is that counts: Kp of 6 or more within 96 h."""
    row, fields = THRESHOLDS.of(MUF), maps.muf_fields(now, SLOTS_H)
    for place, hours in enumerate(SLOTS_H):
        step = fields.step(place)
        moderate, severe = (
            float(step.depression_percent.exceedance(row.at(one)).max()) * bool(step.counted)
            for one in Severity
        )
        yield Ahead(
            hours=hours,
            masks=None if step.counted is None else {},
            chance=moderate,
            chance_severe=severe,
            says=step.depression_percent.says,
        )


def _scintillation(maps: Maps, now: datetime) -> Iterator[Ahead]:
    """Yield how probable scintillation of amplitude or phase is, by climatology and Kp."""
    fields = maps.gnss_fields(now, SLOTS_H)
    for place, hours in enumerate(SLOTS_H):
        step = fields.step(place)
        moderate, severe = (
            max(
                float(field.exceedance(THRESHOLDS.of(field.quantity).at(one)).max())
                for field in (step.s4, step.phase_scintillation_rad)
            )
            for one in Severity
        )
        says = tuple(dict.fromkeys((*step.s4.says, *step.phase_scintillation_rad.says)))
        yield Ahead(hours=hours, masks={}, chance=moderate, chance_severe=severe, says=says)


def _chances(cause: Cause, slot: Ahead, now: datetime) -> list[Product]:
    valid = now + timedelta(hours=slot.hours)
    chances = (slot.chance, slot.chance_severe)
    return [
        Chance(
            event=f"{NAMES.get(cause, cause)} {severity} +{slot.hours:g} h",
            issued=now,
            begin=valid,
            end=valid,
            probability=nan if slot.masks is None or chance is None else chance,
            persistence=None,
            climatology=None,
            says=slot.says,
        )
        for severity, chance in zip(Severity, chances, strict=True)
    ]


UNWATCHED: Mapping[Kind, tuple[tuple[Cause, Callable[[Maps, datetime], Iterable[Ahead]]], ...]]
UNWATCHED = {
    Kind.HF_COM: ((Cause.MUF, _muf),),
    Kind.GNSS: ((Cause.SCINTILLATION, _scintillation),),
}
"""Causes that no feed brings an observation of: only their chances are told."""

PRODUCTS: Mapping[str, Callable[[Archive, datetime], tuple[Product, ...]]] = {
    "kp": partial(_outlook, Forecasts.kp),
    "kp-nowcast": partial(_outlook, Forecasts.kp_nowcast),
    "kp-27d": partial(_outlook, Forecasts.kp_27_days),
    "ap": partial(_outlook, Forecasts.ap),
    "storms": lambda archive, now: Forecasts(Inputs(archive)).storms(now),
    "f107": partial(_outlook, Forecasts.f107),
    "dst": partial(_outlook, Forecasts.dst),
    "flares": lambda archive, now: Forecasts(Inputs(archive)).flares(now),
    "protons": _protons,
    "hf": partial(_effect, Kind.HF_COM),
    "gnss": partial(_effect, Kind.GNSS),
    "radiation": partial(_effect, Kind.RADIATION),
}
