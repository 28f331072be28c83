"""Keeps what the centre forecasts, line by line, to be scored when the truth is known."""

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from pathlib import Path

from msgspec import Struct

from stormcone.centre.forecasts import Forecasts
from stormcone.centre.inputs import Inputs
from stormcone.forecast.outlook import Chance, Outlook
from stormcone.observation.archive import Archive
from stormcone.verification import live

GRACE = timedelta(minutes=30)
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
Made = Outlook | tuple[Chance, ...]


class Kept(Struct, frozen=True):
    """How often a product is kept, how long after its hour its inputs are there, and how."""

    every: timedelta
    after: timedelta
    make: Callable[[Forecasts, datetime], Made]


PRODUCTS: Mapping[str, Kept] = {
    "kp": Kept(3 * HOUR, 30 * MINUTE, Forecasts.kp),
    "dst": Kept(HOUR, 10 * MINUTE, Forecasts.dst),
    "ap": Kept(DAY, 45 * MINUTE, Forecasts.ap),
    "storms": Kept(DAY, 45 * MINUTE, Forecasts.storms),
    "f107": Kept(DAY, 45 * MINUTE, Forecasts.f107),
    "flares": Kept(DAY, 45 * MINUTE, Forecasts.flares),
}
"""Kp comes 15 minutes after its three hours, the summary of regions at 00:30 UTC."""


class Keeper:
    """Appends to `kept/PRODUCT.jsonl` in the archive's folder; a line once written stays.

    A product that cannot be made or written is told to `note`, once until it works again, and
    costs no other product.
    """

    def __init__(self, archive: Archive, note: Callable[[str], None]) -> None:
        self._folder = archive.root / "kept"
        self._forecasts = Forecasts(Inputs(archive))
        self._note = note
        self._last: dict[str, datetime] = {}
        self._troubles: set[str] = set()

    def keep(self, now: datetime) -> None:
        """Keep the products that are due at `now`, once for each of their hours.

        A minute that was missed is made good within half an hour.
        """
        since = now - now.replace(hour=0, minute=0, second=0, microsecond=0)
        for name, product in PRODUCTS.items():
            late = (since - product.after) % product.every
            if late < GRACE:
                self._try(name, product, now, now - late)

    def _try(self, name: str, product: Kept, now: datetime, due: datetime) -> None:
        path = self._folder / f"{name}.jsonl"
        try:
            last = self._last.get(name) or _last_issue(path)
            if last is None or last < due:
                self._append(path, product.make(self._forecasts, now))
                last = now
            self._last[name] = last
        except (ValueError, LookupError, OSError) as error:
            self._last.pop(name, None)  # its file may end in a torn line
            if name not in self._troubles:
                self._note(f"the forecast {name} of {now:%d %b %H:%MZ} is not kept: {error}")
            self._troubles.add(name)
        else:
            self._troubles.discard(name)

    def _append(self, path: Path, made: Made) -> None:
        if isinstance(made, Outlook):
            records = live.kept(made)
        else:
            records = tuple(live.kept_chance(one) for one in made)
        self._folder.mkdir(exist_ok=True)
        with path.open("ab") as file:
            file.write(live.write(records))


def _last_issue(path: Path) -> datetime | None:
    """Return when the last whole record of a file was issued; a torn line is cut off."""
    if not path.is_file():
        return None
    body = path.read_bytes()
    whole = body[: body.rfind(b"\n") + 1]
    if len(whole) < len(body):
        path.write_bytes(whole)
    found = live.read(whole[whole.rfind(b"\n", 0, -1) + 1 :])
    return found[0].issued if found else None
