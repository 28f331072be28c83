"""Lists to learn from: flares, proton events and ejections, as columns of equal length."""

import csv
import io
import re
from typing import Any

import numpy as np
from numpy.typing import NDArray

from stormcone.observation.csv_columns import Columns, numbers, table, text_of, times
from stormcone.observation.feed import UnreadableError

_CLASS_W_M2 = {"A": 1e-8, "B": 1e-7, "C": 1e-6, "M": 1e-5, "X": 1e-4}
_SRAG = {
    "at": "InitiationDT",
    "start": "P10_StartDT",
    "cme_first_seen": "CDAW CME First Look Time",
    "peak_pfu": "P10_PeakVal",
    "onset_h": "P10_TimeToOnset(h)",
    "peak_h": "P10_TimeToPeak(h)",
    "flare_w_m2": "Flare Magnitude",
    "fluence_j_m2": "Flare Integrated Flux",
    "longitude_west_deg": "Event Source Longitude",
    "cme_speed_km_s": "CDAW CME Speed",
}
_SRAG_KIND, _SRAG_EVENTS = "EventType", ("SPE", "ESPE")  # the others stayed below 10 pfu
_SRAG_TIMES = ("at", "start", "cme_first_seen")
_ICME = {"at": 0, "begin": 1, "end": 2, "speed_km_s": 11, "first_seen": 17}
_ICME_WIDTH = 18
_FIRST_SEEN = re.compile(r"(\d{4})[ /](\d\d?)/(\d\d?),? (\d{4})")  # a column of free text


def read_flare_days(body: bytes) -> Columns:
    """Return days (`at`) and the numbers of flares on each: `c`, `m`, `x`.

    Raises
    ------
    UnreadableError
        If the columns are not those of the table, or a value cannot be read.
    """
    rows = table("flare days", body, "day,c_flares,m_flares,x_flares")
    days = [f"{day[:4]}-{day[4:6]}-{day[6:]}" for day in rows["day"]]
    counts = {name: numbers("flare days", rows, f"{name}_flares") for name in "cmx"}
    return {"at": times("flare days", days, "M8[D]"), **counts}


def read_flares(body: bytes) -> Columns:
    """Return flares: begin (`at`), `peak`, `end`, `peak_w_m2`, `fluence_j_m2`, `region`.

    A time before the one it follows lies on the next day; region 0 is "none given".

    Raises
    ------
    UnreadableError
        If the columns are not those of the table, or a value cannot be read.
    """
    rows = table("flares", body, "day,begin,peak,end,class,fluence_j_m2,region")
    begin, peak, end = (_on_day(rows["day"], rows[name]) for name in ("begin", "peak", "end"))
    day = np.timedelta64(1440, "m")
    peak = np.where(peak < begin, peak + day, peak)
    return {
        "at": begin,
        "peak": peak,
        "end": np.where(end < peak, end + day, end),
        "peak_w_m2": np.array([_flux_w_m2(one) for one in rows["class"]]),
        "fluence_j_m2": numbers("flares", rows, "fluence_j_m2"),
        "region": np.nan_to_num(numbers("flares", rows, "region")),
    }


def read_proton_events(body: bytes) -> Columns:
    """Return NASA SRAG's list of solar proton events that reached the Earth.

    Times `at` (peak of the flare, or the first sight of the ejection), `start` (10 pfu above
    10 MeV; NaT where it stayed below) and `cme_first_seen`; `peak_pfu`, the delays `onset_h`
    and `peak_h`, `flare_w_m2`, `fluence_j_m2`, `longitude_west_deg`, `cme_speed_km_s`; NaN
    where the list is silent.

    Raises
    ------
    UnreadableError
        If a column is missing, or a value cannot be read.
    """
    rows = table("proton events", body)
    for name in (_SRAG_KIND, *_SRAG.values()):
        if name not in rows:
            raise UnreadableError(f"proton events: no column {name!r}; is it SRAG's list?")
    read: dict[str, NDArray[Any]] = {
        ours: times("proton events", rows[theirs])
        if ours in _SRAG_TIMES
        else numbers("proton events", rows, theirs)
        for ours, theirs in _SRAG.items()
    }
    read["listed"] = np.isin(rows[_SRAG_KIND], _SRAG_EVENTS)
    order = np.argsort(read["at"], kind="stable")
    return {name: column[order] for name, column in read.items()}


def read_icmes(body: bytes) -> Columns:
    """Return Richardson and Cane's list of ejections that passed the Earth.

    Times `at` (shock or sudden commencement), `begin`, `end` and `first_seen` (in the
    coronagraph, the first of several; NaT where no clock time is given), and the mean
    `speed_km_s`.

    Raises
    ------
    UnreadableError
        If a row has too few columns, or a value cannot be read.
    """
    rows = [row for row in csv.reader(io.StringIO(text_of(body))) if row]
    short = next((row for row in rows if len(row) < _ICME_WIDTH), None)
    if short is not None or not rows:
        raise UnreadableError(f"icmes: {short!r}, expected {_ICME_WIDTH} columns")
    named = {name: [row[place] for row in rows] for name, place in _ICME.items()}
    named["first_seen"] = [_first_seen(one) for one in named["first_seen"]]
    speeds = numbers("icmes", {"speed_km_s": named.pop("speed_km_s")}, "speed_km_s")
    return {
        **{name: times("icmes", seen) for name, seen in named.items()},
        "speed_km_s": speeds,
    }


def _first_seen(cell: str) -> str:
    found = _FIRST_SEEN.search(cell)
    return "{}/{}/{} {}".format(*found.groups()) if found else ""


def _on_day(days: list[str], clock: list[str]) -> NDArray[np.datetime64]:
    stamps = [f"{d[:4]}-{d[4:6]}-{d[6:]} {hm}" for d, hm in zip(days, clock, strict=True)]
    return times("flares", stamps)


def _flux_w_m2(letter_and_number: str) -> float:
    try:
        return _CLASS_W_M2[letter_and_number[0]] * float(letter_and_number[1:])
    except (KeyError, IndexError, ValueError) as error:
        raise UnreadableError(f"flares: {letter_and_number!r} is no class like M1.2") from error
