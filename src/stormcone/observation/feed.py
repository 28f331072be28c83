"""The records of observation: a reading, a series, a notice, and the feed they come from."""

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from enum import IntFlag, StrEnum

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

from stormcone.reference.grid import Grid


class Provenance(StrEnum):
    """How a value came about; it stays with the value wherever a user can see it."""

    OBSERVED = "observed"
    RECONSTRUCTED = "reconstructed"
    FORECAST = "forecast"
    PERSISTENCE = "persistence"


class Flag(IntFlag):
    """What is doubtful about a sample; the value itself is never altered."""

    FILL = 1
    RANGE = 2
    FLOOR = 4
    CONTAMINATED = 8
    SPIKE = 16
    ORDER = 32
    SWITCH = 64
    STALE = 128
    BURST = 256
    ESTIMATED = 512


UNUSABLE = Flag.FILL | Flag.RANGE | Flag.CONTAMINATED | Flag.SPIKE | Flag.ORDER


class Quantity(Struct, frozen=True):
    """What may be measured: its unit, the values that are possible, seconds between samples."""

    unit: str
    low: float
    high: float
    every_s: float


PROTON_CHANNELS_MEV = (1, 5, 10, 30, 50, 60, 100, 500)
QUANTITIES: dict[str, Quantity] = {
    "xray_flux_w_m2": Quantity("W/m²", 1e-10, 1e-1, 60),
    "xray_short_flux_w_m2": Quantity("W/m²", 1e-10, 1e-1, 60),
    **{
        f"proton_flux_{energy}mev_pfu": Quantity("pfu", 1e-3, 1e6, 300)
        for energy in PROTON_CHANNELS_MEV
    },
    "kp": Quantity("", 0, 9, 10_800),
    "kp_running": Quantity("", 0, 9, 60),
    "hp30": Quantity("", 0, 20, 1_800),
    "hp60": Quantity("", 0, 20, 3_600),
    "ap": Quantity("", 0, 400, 10_800),
    "ap_daily": Quantity("", 0, 400, 86_400),
    "dst_nt": Quantity("nT", -2000, 500, 3_600),
    "sym_h_nt": Quantity("nT", -2000, 500, 60),
    "ae_nt": Quantity("nT", 0, 10_000, 60),
    **{f"{axis}_gsm_nt": Quantity("nT", -200, 200, 60) for axis in ("bx", "by", "bz")},
    **{f"{axis}_gse_nt": Quantity("nT", -200, 200, 60) for axis in ("bx", "by", "bz")},
    "bt_nt": Quantity("nT", 0, 200, 60),
    "solar_wind_speed_km_s": Quantity("km/s", 150, 3500, 60),
    "solar_wind_density_cm3": Quantity("1/cm³", 0, 500, 60),
    "solar_wind_temperature_k": Quantity("K", 1e3, 1e8, 60),
    "solar_wind_pressure_npa": Quantity("nPa", 0, 500, 60),
    "f107_sfu": Quantity("sfu", 50, 500, 86_400),
    "f107_adjusted_sfu": Quantity("sfu", 50, 500, 86_400),
    "f107_81d_sfu": Quantity("sfu", 50, 500, 86_400),
    "s10_sfu": Quantity("sfu", 30, 500, 86_400),
    "m10_sfu": Quantity("sfu", 30, 500, 86_400),
    "y10_sfu": Quantity("sfu", 30, 500, 86_400),
    "dtc_k": Quantity("K", -100, 2000, 3_600),
    "neutron_counts_per_s": Quantity("1/s", 1, 1e6, 60),
    **{
        f"electrojet_{name}_nt": Quantity("nT", -20_000, 20_000, 10)
        for name in ("il", "iu", "ie")
    },
    **{f"noaa_scale_{letter}": Quantity("", 0, 5, 86_400) for letter in "rsg"},
    **{
        f"{event}_probability_percent": Quantity("%", 0, 100, 86_400)
        for event in ("r1_r2", "r3", "s1")
    },
}


class Observation(Struct, frozen=True, kw_only=True):
    """One reading: `at` is the start of its averaging interval of `span_s` seconds."""

    quantity: str
    value: float | None
    at: datetime
    span_s: float = 0
    source: str
    published: datetime | None = None
    provenance: Provenance = Provenance.OBSERVED
    flags: Flag = Flag(0)


class Notice(Struct, frozen=True, kw_only=True, tag="notice", tag_field="record"):
    """A text product as it was issued; `text` is the raw message."""

    code: str
    kind: str
    issued: datetime
    text: str


class GridReading(Struct, frozen=True, eq=False, kw_only=True):
    """A map as somebody published it; `values` and `rms` are float32 (latitude, longitude)."""

    quantity: str
    grid: Grid
    values: NDArray[np.float32]
    rms: NDArray[np.float32] | None = None
    at: datetime
    valid: datetime | None = None
    source: str
    provenance: Provenance = Provenance.OBSERVED


class Drift(Struct, frozen=True):
    """Rows of a body that could not be read, counted, with the first of them."""

    rows: int
    first: str


class Capture(Struct, frozen=True, kw_only=True):
    """One fetch of one body: the bytes are kept under `sha256`."""

    sha256: str
    feed: str
    url: str
    fetched: datetime
    published: datetime | None = None
    size: int
    site: str


class Series(Struct, frozen=True, eq=False, kw_only=True):
    """Readings of one quantity by one instrument, oldest first; arrays of equal length (n,).

    `at` and `known` are UTC milliseconds (datetime64[ms]); a missing value is NaN with FILL.
    """

    quantity: str
    source: str
    at: NDArray[np.datetime64]
    value: NDArray[np.float64]
    known: NDArray[np.datetime64]
    flags: NDArray[np.uint16]
    provenance: tuple[Provenance, ...]

    def __len__(self) -> int:
        return len(self.at)


class UnreadableError(ValueError):
    """A body is not what its feed should serve; the bytes are kept, nothing is used."""


class Feed(Struct, frozen=True, kw_only=True):
    """A feed as a value: where, how often, how old it may get, and how its bytes are read.

    `read` is pure, yields oldest first, and raises UnreadableError naming the feed, the place
    in the body, the offending value and what was expected.
    """

    name: str
    url: str
    every: timedelta
    floor: timedelta
    expected_latency: timedelta
    max_age: timedelta
    quantities: tuple[str, ...] = ()
    priority: int = 0
    fallback: str | None = None
    credit: str
    licence: str
    may_package: bool
    version: int = 1
    redirects: tuple[str, ...] = ()
    read: Callable[[bytes], Iterator[Observation | Notice | GridReading | Drift]]
