"""ICAO's space weather centres and the units that issue in their names.

Read from the advisories of January 2026 and their headings (authorities/icao_swx.md); units
that did not issue in those days are unverified (authorities/open.md).
"""

from msgspec import Struct


class Unit(Struct, frozen=True):
    """A location indicator that stands in headings, and whether it is only a back-up."""

    cccc: str
    backup: bool = False


class Centre(Struct, frozen=True):
    """A space weather centre as SWXC names it, with its issuing units."""

    name: str
    units: tuple[Unit, ...]

    def issues_as(self, cccc: str) -> bool:
        """Return whether a bulletin of this centre may carry `cccc` in its heading."""
        return any(unit.cccc == cccc for unit in self.units)


CENTRES = (
    Centre("SWPC", (Unit("KWNP"),)),  # unverified
    Centre("ACFJ", (Unit("LFPW"), Unit("YMMC"), Unit("RJTD"), Unit("CWAO"))),  # unverified
    Centre("PECASUS", (Unit("EFKL"), Unit("EGRR", backup=True))),  # unverified
    Centre("CRC", (Unit("ZBBB"), Unit("UUAG"))),  # unverified
)


def centre_named(name: str) -> Centre | None:
    """Return the centre that SWXC calls `name`, or None.

    Examples
    --------
    >>> centre_named("PECASUS").issues_as("EFLK")
    False
    """
    return next((centre for centre in CENTRES if centre.name == name), None)


def centre_issuing_as(cccc: str) -> Centre | None:
    """Return the centre that issues with `cccc` in its headings, or None.

    Examples
    --------
    >>> centre_issuing_as("YMMC").name
    'ACFJ'
    """
    return next((centre for centre in CENTRES if centre.issues_as(cccc)), None)
