"""The tables to learn from, known by what they hold and not by their names."""

import gzip
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from hashlib import sha256
from itertools import pairwise
from pathlib import Path

import numpy as np

from stormcone.cli.common import WrongError
from stormcone.forecast.training import Columns, Input
from stormcone.observation import celestrak, event_lists, omni, srs

GZIP = b"\x1f\x8b"
HEAD = 2_000
Reader = Callable[[bytes], Columns]


def read_inputs(places: Sequence[Path], kinds: Sequence[str]) -> dict[str, Input]:
    """Return the table of each of `kinds` in folders and files; several files become one.

    Raises
    ------
    WrongError
        If a kind is not found, or two files of it overlap.
    """
    found: dict[str, list[Input]] = {kind: [] for kind in kinds}
    for path in _files(places):
        _sort(path, found)
    missing = [kind for kind, parts in found.items() if not parts]
    if missing:
        raise WrongError(
            f"no table of {', '.join(missing)} in {', '.join(map(str, places))}; "
            "see docs/skill.md for what is read"
        )
    return {kind: _one(parts) for kind, parts in found.items()}


def _files(places: Iterable[Path]) -> Iterator[Path]:
    for place in places:
        inside = sorted(place.iterdir()) if place.is_dir() else [place]
        yield from (path for path in inside if path.is_file())


def _sort(path: Path, found: Mapping[str, list[Input]]) -> None:
    body = path.read_bytes()
    text = gzip.decompress(body) if body.startswith(GZIP) else body
    for kind in found:
        beginning, read = KINDS[kind]
        if re.search(beginning, text[:HEAD], re.MULTILINE):
            digest = sha256(body).hexdigest()
            found[kind].append(
                Input(kind=kind, name=path.name, sha256=digest, columns=read(text))
            )


def _one(parts: Sequence[Input]) -> Input:
    ordered = sorted(parts, key=lambda one: one.columns["at"][0])
    for before, after in pairwise(ordered):
        if before.columns["at"][-1] >= after.columns["at"][0]:
            raise WrongError(f"{before.name} and {after.name} overlap; name one of them")
    if len(ordered) == 1:
        return ordered[0]
    return Input(
        kind=ordered[0].kind,
        name=" ".join(one.name for one in ordered),
        sha256=sha256("".join(one.sha256 for one in ordered).encode()).hexdigest(),
        columns={
            name: np.concatenate([one.columns[name] for one in ordered])
            for name in ordered[0].columns
        },
    )


def _daily_indices(body: bytes) -> Columns:
    table = celestrak.table(body)
    seen = table.observed
    flux = table.f107_obs[seen]
    return {
        "at": table.day[seen],
        "kp": table.kp[seen],
        "f107_sfu": np.where(flux > 0, flux, np.nan),
    }


def _omni2(body: bytes) -> Columns:
    table = omni.hourly_table(body)
    return {
        "at": table.hour,
        "kp": table.kp,
        "dst_nt": table.dst_nt,
        "by_gsm_nt": table.by_gsm_nt,
        "bz_gsm_nt": table.bz_gsm_nt,
        "solar_wind_density_cm3": table.density_cm3,
        "solar_wind_speed_km_s": table.speed_km_s,
    }


KINDS: dict[str, tuple[bytes, Reader]] = {
    "daily-indices": (rb"\ADATATYPE CssiSpaceWeather|\ADATE,BSRN", _daily_indices),
    "omni2": (rb"\A *\d{4} +\d{1,3} +\d{1,2} +\d{4} ", _omni2),
    "solar-regions": (rb"^issued_day,region,", srs.read_regions),
    "flare-days": (rb"^day,c_flares,", event_lists.read_flare_days),
    "flares": (rb"^day,begin,peak,end,class,", event_lists.read_flares),
    "proton-events": (
        rb"\ASolar Cycle,EventType,InitiationDT,",
        event_lists.read_proton_events,
    ),
}
