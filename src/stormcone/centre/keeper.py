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

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
Made = Outlook | tuple[Chance, ...]


class Kept(Struct, frozen=True):
    """How often a product is kept, and how it is made."""

    every: timedelta
    make: Callable[[Forecasts, datetime], Made]


PRODUCTS: Mapping[str, Kept] = {
    "kp": Kept(3 * HOUR, Forecasts.kp),
    "dst": Kept(HOUR, Forecasts.dst),
    "ap": Kept(DAY, Forecasts.ap),
    "storms": Kept(DAY, Forecasts.storms),
    "f107": Kept(DAY, Forecasts.f107),
    "flares": Kept(DAY, Forecasts.flares),
}


class Keeper:
    """Appends to `kept/PRODUCT.jsonl` in the archive's folder; a line once written stays."""

    def __init__(self, archive: Archive) -> None:
        self._folder = archive.root / "kept"
        self._forecasts = Forecasts(Inputs(archive))
        self._last: dict[str, datetime] = {}

    def keep(self, now: datetime) -> None:
        """Keep the products that are due at `now`; the same minute again adds nothing.

        Raises
        ------
        OSError
            If the file cannot be written.
        """
        since = now - now.replace(hour=0, minute=0, second=0, microsecond=0)
        for name, product in PRODUCTS.items():
            if since % product.every < timedelta(minutes=1):
                self._append(name, product.make(self._forecasts, now), now)

    def _append(self, name: str, made: Made, now: datetime) -> None:
        if isinstance(made, Outlook):
            records = live.kept(made)
        else:
            records = tuple(live.kept_chance(one) for one in made)
        path = self._folder / f"{name}.jsonl"
        last = self._last.get(name) or _last_issue(path)
        if last is not None and last >= now:
            return
        self._folder.mkdir(exist_ok=True)
        with path.open("ab") as file:
            file.write(live.write(records))
        self._last[name] = now


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
