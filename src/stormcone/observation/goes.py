"""GOES X-rays and protons as SWPC serves them: two rows a minute, eight rows each five."""

from collections.abc import Iterator
from datetime import timedelta

import msgspec

from stormcone.observation.feed import (
    PROTON_CHANNELS_MEV,
    Drift,
    Feed,
    Flag,
    Observation,
)
from stormcone.observation.rows import read_rows
from stormcone.observation.swpc import HOST
from stormcone.reference.utc import read_utc

_XRAY_BANDS = {"0.05-0.4nm": "xray_short_flux_w_m2", "0.1-0.8nm": "xray_flux_w_m2"}
_PROTON_BANDS = {f">={mev} MeV": f"proton_flux_{mev}mev_pfu" for mev in PROTON_CHANNELS_MEV}
_SHORT_BAND_FLOOR_W_M2 = 1e-9  # the detector writes 9.999999717180685e-10 when it sees nothing


class _XrayRow(msgspec.Struct):
    time_tag: str
    satellite: int
    flux: float | None
    energy: str
    electron_contaminaton: bool = False  # their spelling


class _ProtonRow(msgspec.Struct):
    time_tag: str
    satellite: int
    flux: float | None
    energy: str


def read_xrays(body: bytes) -> Iterator[Observation | Drift]:
    """Yield both bands of an ``xrays-*.json``, oldest first.

    Raises
    ------
    UnreadableError
        If the body is no array of X-ray rows, or a tenth of them cannot be read.
    """
    return read_rows("goes-xrs", body, _XrayRow, _xray)


def read_protons(body: bytes) -> Iterator[Observation | Drift]:
    """Yield the integral fluxes of an ``integral-protons-*.json``, oldest first.

    Raises
    ------
    UnreadableError
        If the body is no array of proton rows, or a tenth of them cannot be read.
    """
    return read_rows("goes-protons", body, _ProtonRow, _proton)


def _xray(row: _XrayRow) -> tuple[Observation, ...]:
    quantity = _named(_XRAY_BANDS, row.energy)
    flags = Flag.CONTAMINATED if row.electron_contaminaton else Flag(0)
    if row.flux is None:
        flags |= Flag.FILL
    elif quantity == "xray_short_flux_w_m2" and row.flux <= _SHORT_BAND_FLOOR_W_M2:
        flags |= Flag.FLOOR
    return (_observation(quantity, row.flux, row.time_tag, 60, row.satellite, flags),)


def _proton(row: _ProtonRow) -> tuple[Observation, ...]:
    quantity = _named(_PROTON_BANDS, row.energy)
    flags = Flag.FILL if row.flux is None else Flag(0)
    return (_observation(quantity, row.flux, row.time_tag, 300, row.satellite, flags),)


def _named(bands: dict[str, str], energy: str) -> str:
    if energy not in bands:
        raise ValueError(f"energy {energy!r}, expected one of {', '.join(bands)}")
    return bands[energy]


def _observation(
    quantity: str,
    value: float | None,
    time_tag: str,
    span_s: float,
    satellite: int,
    flags: Flag,
) -> Observation:
    return Observation(
        quantity=quantity,
        value=value,
        at=read_utc(time_tag),
        span_s=span_s,
        source=f"GOES-{satellite}",
        flags=flags,
    )


xrs = Feed(
    name="goes-xrs",
    url=f"{HOST}/json/goes/primary/xrays-1-day.json",
    every=timedelta(minutes=1),
    floor=timedelta(minutes=1),
    expected_latency=timedelta(minutes=2),
    max_age=timedelta(minutes=10),
    quantities=tuple(sorted(_XRAY_BANDS.values())),
    fallback="goes-xrs-secondary",
    credit="NOAA SWPC",
    licence="public domain",
    may_package=True,
    read=read_xrays,
)
xrs_secondary = msgspec.structs.replace(
    xrs,
    name="goes-xrs-secondary",
    url=f"{HOST}/json/goes/secondary/xrays-1-day.json",
    priority=1,
    fallback=None,
)
protons = Feed(
    name="goes-protons",
    url=f"{HOST}/json/goes/primary/integral-protons-1-day.json",
    every=timedelta(minutes=5),
    floor=timedelta(minutes=1),
    expected_latency=timedelta(minutes=7),
    max_age=timedelta(minutes=20),
    quantities=tuple(_PROTON_BANDS.values()),
    fallback="goes-protons-secondary",
    credit="NOAA SWPC",
    licence="public domain",
    may_package=True,
    read=read_protons,
)
protons_secondary = msgspec.structs.replace(
    protons,
    name="goes-protons-secondary",
    url=f"{HOST}/json/goes/secondary/integral-protons-1-day.json",
    priority=1,
    fallback=None,
)
