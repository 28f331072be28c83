"""Which instrument to believe: the next best when one falls silent (pure)."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta

from msgspec import Struct

CADENCES_BEFORE_RETURN = 3
CHAINS: dict[str, tuple[str, ...]] = {
    "xray_flux_w_m2": ("goes-xrs", "goes-xrs-secondary"),
    "proton_flux": ("goes-protons", "goes-protons-secondary"),
    "solar_wind_speed": ("rtsw-wind", "wind-now", "plasma-legacy"),
    "solar_wind_density": ("rtsw-wind", "plasma-legacy"),
    "solar_wind_temperature": ("rtsw-wind", "plasma-legacy"),
    "bt_nt": ("rtsw-mag", "field-now", "mag-legacy"),
    "bz_gsm_nt": ("rtsw-mag", "field-now", "mag-legacy"),
    "bx_gsm_nt": ("rtsw-mag", "mag-legacy"),
    "by_gsm_nt": ("rtsw-mag", "mag-legacy"),
    "kp": ("kp-1m", "kp", "gfz-kp", "gfz-hp30"),  # a forecast of it is no reading
    "dst_nt": ("dst", "kyoto-dst"),
    "f107_sfu": ("f107", "f107-reports", "celestrak-indices", "jb2008-solar"),
    "vtec_tecu": ("glotec", "ionex-rapid"),
}


class Choice(Struct, frozen=True, kw_only=True):
    """The source in use for a quantity, since when, and since when each better one is back."""

    source: str | None
    since: datetime
    better_since: tuple[tuple[str, datetime], ...] = ()


class Switch(Struct, frozen=True, kw_only=True):
    """A change of source, to be told to the duty officer once; None is "absent"."""

    quantity: str
    at: datetime
    left: str | None
    taken: str | None

    def __str__(self) -> str:
        left, taken = self.left or "nothing", self.taken or "nothing"
        return f"{self.quantity}: {taken} instead of {left} since {self.at:%H:%M}Z"


def choose(
    chain: Sequence[str],
    fresh: Iterable[str],
    now: datetime,
    cadence: Mapping[str, timedelta],
    last: Choice | None = None,
) -> Choice:
    """Return the source to use: the first of `chain` that is fresh, without flapping.

    A better source than the one in use must have been fresh for three of its cadences before
    it is taken back; a source that fell silent is left at once.
    """
    up = [source for source in chain if source in set(fresh)]
    if last is None or last.source not in up:
        return Choice(source=up[0] if up else None, since=_since(last, up, now))
    better = _better(up, last, now)
    back = next((s for s, since in better if now - since >= _steady(cadence, s)), None)
    if back is not None:
        return Choice(source=back, since=now)
    return Choice(source=last.source, since=last.since, better_since=better)


def switch(quantity: str, before: Choice | None, after: Choice) -> Switch | None:
    """Return the change between two choices, or None if the source is the same."""
    left = before.source if before else None
    if before is None or left == after.source:
        return None
    return Switch(quantity=quantity, at=after.since, left=left, taken=after.source)


def _since(last: Choice | None, up: Sequence[str], now: datetime) -> datetime:
    return last.since if last and last.source is None and not up else now


def _better(up: Sequence[str], last: Choice, now: datetime) -> tuple[tuple[str, datetime], ...]:
    seen = dict(last.better_since)
    ahead = up[: up.index(last.source or "")]
    return tuple((source, seen.get(source, now)) for source in ahead)


def _steady(cadence: Mapping[str, timedelta], source: str) -> timedelta:
    return CADENCES_BEFORE_RETURN * cadence[source]
