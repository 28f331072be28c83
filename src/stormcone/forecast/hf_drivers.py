"""The few numbers behind an HF field: X-rays, protons, Kp and Dst, now and ahead.

Each driver is read as it is known at `now`, and answers with quantiles at `LEVELS` for a lead.
What is missing or too old is replaced by a stand-in with a wider spread, and says so.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from statistics import NormalDist

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

from stormcone.forecast.field import Source
from stormcone.forecast.history import aware, stand_in, usable
from stormcone.observation.feed import Provenance, Series
from stormcone.weather import flare
from stormcone.weather.absorption import (
    ASSUMED_INDEX,
    ASSUMED_INDEX_SPREAD,
    FLUX_FLOOR_W_M2,
    Spectrum,
    solar_protons,
    spectrum,
)

LEVELS = (0.05, 0.1, 0.25, 0.5, 0.75, 0.9, 0.95)
MEDIAN = LEVELS.index(0.5)
DEVIATIONS = np.array([NormalDist().inv_cdf(level) for level in LEVELS])
XRAY_MAX_AGE = timedelta(minutes=10)
XRAY_STAND_IN_AGE = timedelta(minutes=30)
XRAY_MEMORY = timedelta(hours=4)  # a flare's peak is looked for no further back
PROTON_MAX_AGE = timedelta(minutes=20)
PROTON_STAND_IN_AGE = timedelta(hours=24)  # unverified: then the event is taken for over
PROTON_TAU_H = 12.0  # unverified
PROTON_LN_SPREAD_ROOT_H = 0.5  # unverified: spread of ln J after one hour
PROTON_LN_SPREAD_MAX = 2.4  # unverified
KP_SPAN = timedelta(hours=3)
KP_MAX_AGE = timedelta(hours=4)
KP_STAND_IN_AGE = timedelta(hours=24)
KP_PERSISTENCE = ((0.0, 0.33), (3.0, 0.89), (6.0, 1.15), (12.0, 1.39), (24.0, 1.62))  # h, RMSE
KP_CLIMATOLOGY = (1 / 3, 1 / 3, 1.0, 2.0, 3.0, 4.0, 14 / 3)  # at LEVELS, 1957-2025
XRAY_CLIMATOLOGY_W_M2 = (1e-8, 2e-8, 7e-8, 3e-7, 9e-7, 2e-6, 4e-6)  # unverified, at LEVELS
PROTON_PRIOR_PFU = (0.0, 0.0, 0.0, 0.0, 0.0, 1.0, 10.0)  # unverified, > 10 MeV at LEVELS
STALE, CLIMATOLOGY, ESTIMATED = "stale", "climatology", "estimated"


class XrayDriver(Struct, frozen=True, kw_only=True):
    """The long-channel flux and how it fades; `flux_w_m2` is None where climatology stands."""

    flux_w_m2: float | None
    at: datetime
    background_w_m2: float
    decay: flare.Decay
    widened: float
    based_on: tuple[Source, ...]
    says: tuple[str, ...]

    def quantiles_w_m2(self, valid: datetime, now: datetime) -> NDArray[np.float64]:
        """Return the flux at LEVELS, shape (level,)."""
        if self.flux_w_m2 is None:
            quiet = np.array(XRAY_CLIMATOLOGY_W_M2)
            return _at_least_further_flares(quiet)
        if valid <= now and not self.says:
            return np.full(len(LEVELS), self.flux_w_m2)
        tau_min = self.decay.tau_min(DEVIATIONS * self.widened)
        minutes = (valid - self.at) / timedelta(minutes=1)
        fading = flare.flux_after(
            self.flux_w_m2, minutes, tau_min, background_w_m2=self.background_w_m2
        )
        return _at_least_further_flares(fading)


class ProtonDriver(Struct, frozen=True, kw_only=True):
    """Solar protons above the quiet background (MeV: pfu), and how they go on."""

    channels: Mapping[float, float]
    at: datetime
    widened: float
    prior: bool
    based_on: tuple[Source, ...]
    says: tuple[str, ...]

    def spectrum(self, level: int) -> Spectrum | None:
        """Return the spectrum at one of LEVELS, None where there are no solar protons."""
        if self.prior:
            pfu = PROTON_PRIOR_PFU[level]
            return spectrum({10: pfu}) if pfu else None
        if not self.channels:
            return None
        index = ASSUMED_INDEX + DEVIATIONS[level] * ASSUMED_INDEX_SPREAD
        return spectrum(self.channels, index=float(index))

    def scale(self, valid: datetime, now: datetime) -> NDArray[np.float64]:
        """Return by how much the absorption has changed, at LEVELS: the root of the flux."""
        if self.prior or (valid <= now and not self.says):
            return np.ones(len(LEVELS))
        hours = (valid - self.at) / timedelta(hours=1)
        spread = min(PROTON_LN_SPREAD_ROOT_H * hours**0.5, PROTON_LN_SPREAD_MAX)
        ln_flux = -hours / PROTON_TAU_H + DEVIATIONS * spread * self.widened
        scale: NDArray[np.float64] = np.exp(ln_flux / 2)
        return scale


class KpDriver(Struct, frozen=True, kw_only=True):
    """Kp by persistence, or its climatology where none is known, and Dst if it is fed."""

    kp: float | None
    widened: float
    dst_nt: float | None
    based_on: tuple[Source, ...]
    says: tuple[str, ...]

    def quantiles(self, valid: datetime, now: datetime) -> NDArray[np.float64]:
        """Return Kp at LEVELS, 0 to 9."""
        if self.kp is None:
            return np.array(KP_CLIMATOLOGY)
        hours, rmse = np.array(KP_PERSISTENCE).T
        lead_h = (valid - now) / timedelta(hours=1)
        spread = float(np.interp(lead_h, hours, rmse)) + self.widened
        return np.clip(self.kp + DEVIATIONS * spread, 0, 9)


def xray_driver(series: Series | None, now: datetime) -> XrayDriver:
    """Return the X-ray driver: observed to 10 min, fading unseen to 30, then climatology."""
    at, value, provenance = _known(series, now)
    if series is None or len(at) == 0 or now - aware(at[-1]) > XRAY_STAND_IN_AGE:
        return _quiet_sun(now)
    newest, stale = aware(at[-1]), now - aware(at[-1]) > XRAY_MAX_AGE
    flux = np.maximum(value, FLUX_FLOOR_W_M2)
    background = min(float(np.quantile(flux, 0.1)), float(flux[-1]))
    recent = at >= at[-1] - np.timedelta64(XRAY_MEMORY)
    minutes = (at[recent] - at[-1]) / np.timedelta64(1, "m")
    seen = _source(series, float(value[-1]), newest, provenance[-1], stale=stale)
    return XrayDriver(
        flux_w_m2=float(flux[-1]),
        at=newest,
        background_w_m2=background,
        decay=flare.fit_decay(minutes, flux[recent], background_w_m2=background),
        widened=2.0 if stale else 1.0,
        based_on=(seen,),
        says=(STALE,) if stale else (),
    )


def proton_driver(channels: Mapping[int, Series], now: datetime) -> ProtonDriver:
    """Return the proton driver: observed for 20 min, a decay to 24 h, then the prior.

    A channel that lags the newest by more than 20 minutes is missing, not old.
    """
    newest = {mev: seen for mev, series in channels.items() if (seen := _newest(series, now))}
    at = max((seen.at for seen in newest.values()), default=None)
    if at is None or now - at > PROTON_STAND_IN_AGE:
        return _no_protons_known(now)
    stale = now - at > PROTON_MAX_AGE
    fed = {mev: seen for mev, seen in newest.items() if at - seen.at <= PROTON_MAX_AGE}
    return ProtonDriver(
        channels=solar_protons({float(mev): seen.value for mev, seen in fed.items()}),
        at=at,
        widened=2.0 if stale else 1.0,
        prior=False,
        based_on=tuple(_marked(seen, stale=stale) for _, seen in sorted(fed.items())),
        says=(STALE,) if stale else (),
    )


def kp_driver(kp: Source | None, dst: Source | None, now: datetime) -> KpDriver:
    """Return the Kp driver: persistence from the end of its three hours, then climatology.

    Missing Kp is not taken for quiet, nor for a storm: the quantiles of all years stand in.
    Dst counts for four hours, like Kp; without it the cutoffs of Kp 7 are the lowest.
    """
    fed_dst = dst if dst is not None and now - dst.at <= KP_MAX_AGE else None
    beside = () if fed_dst is None else (fed_dst,)
    age = None if kp is None or not 0 <= kp.value <= 9 else now - _end(kp)
    if kp is None or age is None or age > KP_STAND_IN_AGE:
        median = KP_CLIMATOLOGY[MEDIAN]
        return KpDriver(
            kp=None,
            widened=0.0,
            dst_nt=None,
            based_on=(stand_in("kp", median, now), *beside),
            says=(ESTIMATED,),
        )
    late = age > KP_MAX_AGE
    return KpDriver(
        kp=kp.value,
        widened=0.5 if late else 0.0,
        dst_nt=None if fed_dst is None else fed_dst.value,
        based_on=(_marked(kp, stale=late), *beside),
        says=(ESTIMATED,) if late else (),
    )


def _at_least_further_flares(flux_w_m2: NDArray[np.float64]) -> NDArray[np.float64]:
    """Quantiles of whichever is stronger, taken level by level."""
    stronger: NDArray[np.float64] = np.maximum(flux_w_m2, flare.further_flare_flux_w_m2(LEVELS))
    return stronger


def _quiet_sun(now: datetime) -> XrayDriver:
    median = XRAY_CLIMATOLOGY_W_M2[MEDIAN]
    return XrayDriver(
        flux_w_m2=None,
        at=now,
        background_w_m2=median,
        decay=flare.prior_decay(median),
        widened=2.0,
        based_on=(stand_in("xray_flux_w_m2", median, now),),
        says=(STALE, CLIMATOLOGY),
    )


def _no_protons_known(now: datetime) -> ProtonDriver:
    median = PROTON_PRIOR_PFU[MEDIAN]
    return ProtonDriver(
        channels={},
        at=now,
        widened=2.0,
        prior=True,
        based_on=(stand_in("proton_flux_10mev_pfu", median, now),),
        says=(STALE, CLIMATOLOGY),
    )


def _known(
    series: Series | None, now: datetime
) -> tuple[NDArray[np.datetime64], NDArray[np.float64], tuple[Provenance, ...]]:
    """Return time, value and last provenance of the usable samples; a flux is not negative."""
    if series is None:
        return np.array([], "datetime64[ms]"), np.array([]), ()
    which = usable(series, now)
    which = which[series.value[which] >= 0]
    last = series.provenance[which[-1]] if len(which) else None
    return series.at[which], series.value[which], () if last is None else (last,)


def _newest(series: Series, now: datetime) -> Source | None:
    at, value, provenance = _known(series, now)
    if len(at) == 0:
        return None
    return _source(series, float(value[-1]), aware(at[-1]), provenance[-1], stale=False)


def _source(
    series: Series, value: float, at: datetime, provenance: Provenance, *, stale: bool
) -> Source:
    seen = Source(
        quantity=series.quantity,
        value=value,
        at=at,
        source=series.source,
        provenance=provenance,
    )
    return _marked(seen, stale=stale)


def _marked(seen: Source, *, stale: bool) -> Source:
    """Call a value that is too old what it is: persistence."""
    provenance = Provenance.PERSISTENCE if stale else seen.provenance
    return Source(
        quantity=seen.quantity,
        value=seen.value,
        at=seen.at,
        source=seen.source,
        provenance=provenance,
    )


def _end(kp: Source) -> datetime:
    """End of the interval: `kp` stands for three hours, `kp_running` for an instant."""
    return kp.at + KP_SPAN if kp.quantity == "kp" else kp.at
