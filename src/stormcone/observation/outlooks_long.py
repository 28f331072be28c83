"""SWPC's outlooks for weeks: 27 days of flux and Ap, 45 days of the same."""

import re
from collections.abc import Iterator
from datetime import timedelta

from stormcone.observation.feed import Notice, Observation
from stormcone.observation.swpc import swpc_feed
from stormcone.observation.texts import read_text

_27_DAYS = re.compile(r"^(\d{4} [A-Z][a-z]{2} \d\d)\s+(\d+)\s+(\d+)\s+\d+\s*$")
_45_DAYS = re.compile(r"(\d\d[A-Z][a-z]{2}\d\d) (\d{3})\b")


def read_27_days(body: bytes) -> Iterator[Notice | Observation]:
    """Yield F10.7 and Ap of ``27-day-outlook.txt``, then its text.

    Its largest Kp of each day is no three-hour value and stays in the text.

    Raises
    ------
    UnreadableError
        If it is no such text or holds fewer than 27 days.
    """
    text = read_text("27-day-outlook", body, r"^#\s+Date\s+10\.7 cm")
    rows = [row for line in text.lines if (row := _27_DAYS.match(line))]
    found: list[Observation] = []
    for row in rows:
        day = text.day(row[1], "%Y %b %d")
        for quantity, cell in (("f107_sfu", row[2]), ("ap_daily", row[3])):
            found.append(text.forecast(quantity, cell, day, "SWPC 27-day outlook"))
    yield from text.whole(found, 2 * 27)
    yield text.notice("OUTLOOK")


def read_45_days(body: bytes) -> Iterator[Notice | Observation]:
    """Yield Ap and F10.7 of ``45-day-ap-forecast.txt``, then its text.

    Raises
    ------
    UnreadableError
        If it is no such text or holds fewer than 45 days of either.
    """
    text = read_text("45-day-forecast", body, r"^45-DAY F10\.7 CM FLUX FORECAST")
    ap, flux = text.raw.split("45-DAY F10.7 CM FLUX FORECAST", 1)
    found = [
        text.forecast(quantity, cell, text.day(day, "%d%b%y"), "SWPC 45-day forecast")
        for quantity, part in (("ap_daily", ap), ("f107_sfu", flux))
        for day, cell in _45_DAYS.findall(part)
    ]
    yield from text.whole(found, 2 * 45)
    yield text.notice("OUTLOOK")


month = swpc_feed(
    "27-day-outlook",
    "/text/27-day-outlook.txt",
    read_27_days,
    every=timedelta(hours=6),
    late=timedelta(hours=1),
    max_age=timedelta(days=8),
    quantities=("f107_sfu", "ap_daily"),
)
six_weeks = swpc_feed(
    "45-day-forecast",
    "/text/45-day-ap-forecast.txt",
    read_45_days,
    every=timedelta(hours=6),
    late=timedelta(hours=1),
    max_age=timedelta(hours=50),
    quantities=("f107_sfu", "ap_daily"),
)
