"""The six times of an advisory: the outlooks after the first, and when the next one comes."""

from datetime import datetime, timedelta

HOUR = timedelta(hours=1)
STEP = 6 * HOUR
LONGEST_WAIT = 6 * HOUR


def forecast_times(t0: datetime) -> tuple[datetime, datetime, datetime, datetime]:
    """Return the times of the +6, +12, +18 and +24 h outlooks after a first one at `t0`.

    `t0` is rounded up to the full hour first; an exact hour stays.

    Examples
    --------
    >>> from datetime import UTC
    >>> [f"{at:%d/%H%MZ}" for at in forecast_times(datetime(2026, 1, 31, 23, 6, tzinfo=UTC))]
    ['01/0600Z', '01/1200Z', '01/1800Z', '02/0000Z']
    """
    full = t0.replace(minute=0, second=0, microsecond=0)
    start = full if full == t0 else full + HOUR
    return start + STEP, start + 2 * STEP, start + 3 * STEP, start + 4 * STEP


def next_time(t0: datetime, drafted: datetime) -> datetime:
    """Return by when the next advisory follows: six hours after the earlier of the two.

    The limit counts from the time of issue, which is not known before the signatures; it is
    never earlier than the draft.

    Examples
    --------
    >>> from datetime import UTC
    >>> observed = datetime(2026, 1, 19, 5, 10, tzinfo=UTC)
    >>> next_time(observed, datetime(2026, 1, 19, 5, 29, tzinfo=UTC)).isoformat()
    '2026-01-19T11:10:00+00:00'
    """
    return min(t0, drafted) + LONGEST_WAIT
