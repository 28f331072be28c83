"""When an effect is MODERATE and when it is SEVERE: the one table, read by every effect."""

import math

from msgspec import Struct

from stormcone.effect.effect import Cause, Kind, Severity

HANDBOOK = "FAA-H-8083-28B, table 26-6 (the values of ICAO Doc 10100)"
KP_CLASS = "the same; that ICAO's 8 takes in 8- is NOAA's usage and unverified"
AURORAL_MODERATE_KP = 23 / 3  # unverified: ICAO's "Kp 8" read as NOAA's class 8- to 9-
AURORAL_SEVERE_KP = 9.0
KP_TOLERANCE = 0.01  # sources round thirds to 7.67 or 7.7


class UnknownQuantityError(LookupError):
    """No threshold is set for a quantity."""


class Threshold(Struct, frozen=True, kw_only=True):
    """Both thresholds of one quantity; reached means at or above, less `tolerance`."""

    kind: Kind
    cause: Cause
    quantity: str
    moderate: float
    severe: float
    source: str = HANDBOOK
    tolerance: float = 0.0

    def at(self, severity: Severity) -> float:
        """Return the value from which on the severity holds."""
        limit = self.severe if severity is Severity.SEVERE else self.moderate
        return limit - self.tolerance

    def severity(self, value: float) -> Severity | None:
        """Return the severity of a value, None below MODERATE.

        Raises
        ------
        ValueError
            If the value is NaN: what is not known is not below.
        """
        if math.isnan(value):
            raise ValueError(
                f"{self.quantity} is NaN, which is not known and not below; ask first"
            )
        if value >= self.at(Severity.SEVERE):
            return Severity.SEVERE
        return Severity.MODERATE if value >= self.at(Severity.MODERATE) else None


class Thresholds(Struct, frozen=True, kw_only=True):
    """All thresholds, one row per quantity."""

    rows: tuple[Threshold, ...]

    def of(self, quantity: str) -> Threshold:
        """Return the row of a quantity.

        Raises
        ------
        UnknownQuantityError
            If there is none, with the quantities that have one.
        """
        for row in self.rows:
            if row.quantity == quantity:
                return row
        known = ", ".join(row.quantity for row in self.rows)
        raise UnknownQuantityError(
            f"no threshold is set for {quantity!r}; there is one for {known}"
        )

    def scaled(self, factor: float) -> "Thresholds":
        """Return all thresholds times a factor, such as the 0.9 below which a thread may end.

        Examples
        --------
        >>> THRESHOLDS.scaled(0.9).of("vtec_tecu").moderate
        112.5
        """
        return Thresholds(rows=tuple(_scaled(row, factor) for row in self.rows))


def _scaled(row: Threshold, factor: float) -> Threshold:
    return Threshold(
        kind=row.kind,
        cause=row.cause,
        quantity=row.quantity,
        moderate=row.moderate * factor,
        severe=row.severe * factor,
        source=row.source,
        tolerance=row.tolerance,
    )


def _row(kind: Kind, cause: Cause, quantity: str, moderate: float, severe: float) -> Threshold:
    return Threshold(
        kind=kind, cause=cause, quantity=quantity, moderate=moderate, severe=severe
    )


POLAR_CAP = "polar_cap_absorption_30mhz_db"
XRAY = "xray_flux_w_m2"
THRESHOLDS = Thresholds(
    rows=(
        _row(Kind.GNSS, Cause.SCINTILLATION, "s4", 0.5, 0.8),
        _row(Kind.GNSS, Cause.SCINTILLATION, "phase_scintillation_rad", 0.4, 0.7),
        _row(Kind.GNSS, Cause.TEC, "vtec_tecu", 125, 175),
        _row(Kind.RADIATION, Cause.DOSE, "dose_rate_usv_h", 30, 80),
        Threshold(
            kind=Kind.HF_COM,
            cause=Cause.AURORAL,
            quantity="kp",
            moderate=AURORAL_MODERATE_KP,
            severe=AURORAL_SEVERE_KP,
            source=KP_CLASS,
            tolerance=KP_TOLERANCE,
        ),
        _row(Kind.HF_COM, Cause.PCA, POLAR_CAP, 2, 5),
        _row(Kind.HF_COM, Cause.FLARE, XRAY, 1e-4, 1e-3),
        _row(Kind.HF_COM, Cause.MUF, "muf_depression_percent", 30, 50),
    )
)
