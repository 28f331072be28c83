"""Where: ICAO bands, sides, longitude ranges and polygons, and the areas they stand for."""

from enum import StrEnum

from msgspec import Struct


class Band(StrEnum):
    """The six latitude bands of an ICAO advisory."""

    HNH = "HNH"
    MNH = "MNH"
    EQN = "EQN"
    EQS = "EQS"
    MSH = "MSH"
    HSH = "HSH"


class Side(StrEnum):
    """The half of the Earth that has the Sun above the horizon, and the other."""

    DAYSIDE = "DAYSIDE"
    NIGHTSIDE = "NIGHTSIDE"


class Longitudes(Struct, frozen=True):
    """Whole degrees, -180 to 180, from `west` eastward to `east`; may cross 180."""

    west: int
    east: int


class Levels(Struct, frozen=True):
    """Flight levels from `lower_fl` to `upper_fl`; no upper one means "above"."""

    lower_fl: int
    upper_fl: int | None = None


class Area(Struct, frozen=True):
    """Closed counter-clockwise rings of (latitude, longitude) within -180 to 180 degrees."""

    parts: tuple[tuple[tuple[float, float], ...], ...]


class Region(Struct, frozen=True):
    """A place in ICAO's words: bands and/or side and longitudes, or else one polygon."""

    bands: tuple[Band, ...] = ()
    side: Side | None = None
    longitudes: Longitudes | None = None
    polygon: tuple[tuple[float, float], ...] = ()
    asset: str | None = None
    exact: Area | None = None
