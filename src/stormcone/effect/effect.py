"""An effect on aviation: which, how bad, where, when, how sure, and on what evidence."""

from datetime import datetime
from enum import StrEnum

from msgspec import Struct

from stormcone.observation.feed import Provenance
from stormcone.reference.areas import Area, Levels, Region


class Kind(StrEnum):
    """The effects of ICAO's space weather advisories, and our own SHELTER."""

    HF_COM = "HF COM"
    GNSS = "GNSS"
    RADIATION = "RADIATION"
    SATCOM = "SATCOM"
    SHELTER = "SHELTER"


class Cause(StrEnum):
    """What brings an effect about (the sub-effects of the threshold table)."""

    FLARE = "FLARE"
    PCA = "PCA"
    AURORAL = "AURORAL"
    MUF = "MUF"
    SCINTILLATION = "SCINTILLATION"
    TEC = "TEC"
    DOSE = "DOSE"


class Severity(StrEnum):
    """ICAO's two intensities."""

    MODERATE = "MOD"
    SEVERE = "SEV"


class Evidence(Struct, frozen=True, kw_only=True):
    """One reading that an effect rests on, beside the threshold it was held against."""

    name: str
    value: float | None
    threshold: float | None
    source: str
    at: datetime
    provenance: Provenance
    sha256: str | None = None


class Effect(Struct, frozen=True, kw_only=True):
    """One severity of one cause at one time; the MODERATE area contains the SEVERE one."""

    kind: Kind
    cause: Cause
    severity: Severity
    area: Area | None
    region: Region | None = None
    levels: Levels | None = None
    asset: str | None = None
    valid: datetime
    until: datetime | None = None
    probability: float
    evidence: tuple[Evidence, ...] = ()
