"""UTC: the only time zone of a warning centre, and the ways its sources write it."""

import re
from datetime import UTC, datetime, timedelta

EARLIEST_YEAR, LATEST_YEAR = 1950, 2200
_DATA_TIME = re.compile(r"(\d{4}-\d\d-\d\d)[T ](\d\d:\d\d(?::\d\d)?)(?:\.(\d{1,6}))?Z?")


def read_utc(text: str) -> datetime:
    """Return the aware UTC time in `text`, in any of the forms that data services write.

    Raises
    ------
    ValueError
        If `text` is none of them, with an example of what is.

    Examples
    --------
    >>> read_utc("2022-09-15 00:00:00.000")
    datetime.datetime(2022, 9, 15, 0, 0, tzinfo=datetime.timezone.utc)
    """
    match = _DATA_TIME.fullmatch(text)
    if match is None:
        raise ValueError(f"{text!r} is not a UTC time; expected one like 2026-01-18T17:52:00Z")
    day, clock, fraction = match.groups()
    seconds = datetime.fromisoformat(f"{day}T{clock}").replace(tzinfo=UTC)
    return seconds + timedelta(microseconds=int((fraction or "0").ljust(6, "0")))


def plausible(at: datetime) -> datetime:
    """Return a time that somebody asked for, if it lies within 1950 to 2200.

    Raises
    ------
    ValueError
        Naming the year.
    """
    if not EARLIEST_YEAR <= at.year <= LATEST_YEAR:
        raise ValueError(f"the year {at.year} is outside {EARLIEST_YEAR} to {LATEST_YEAR}")
    return at


def write_utc(at: datetime) -> str:
    """Return `at` as ``2026-01-18T17:52:00Z``.

    Examples
    --------
    >>> write_utc(datetime(2026, 1, 18, 17, 52, tzinfo=UTC))
    '2026-01-18T17:52:00Z'
    """
    return f"{at.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"


def floor_minutes(at: datetime, minutes: int) -> datetime:
    """Return the last whole multiple of `minutes` of the day at or before `at`.

    Examples
    --------
    >>> floor_minutes(datetime(2026, 1, 18, 17, 52, 30, tzinfo=UTC), 5)
    datetime.datetime(2026, 1, 18, 17, 50, tzinfo=datetime.timezone.utc)
    """
    past = timedelta(minutes=at.minute + 60 * at.hour) % timedelta(minutes=minutes)
    return at.replace(second=0, microsecond=0) - past
