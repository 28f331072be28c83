"""The clocks: the wall's, and one of a replay that a person can pause and hurry."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from threading import Condition
from time import monotonic

from numpy.random import Generator, default_rng

MINUTE = timedelta(minutes=1)
SLOWEST, FASTEST = 0.01, 86_400.0


def wall() -> datetime:
    """Return the time now, in UTC."""
    return datetime.now(UTC)


def chance() -> Generator:
    """Return a source of chance, for what need not be repeated: when to ask a feed again."""
    return default_rng()


def checked_speed(speed: float) -> float:
    """Return a replay's speed.

    Raises
    ------
    ValueError
        If it is neither 0 (as fast as computed) nor from 0.01 to 86400.
    """
    if speed != 0 and not SLOWEST <= speed <= FASTEST:
        raise ValueError(
            f"speed {speed:g} is neither 0 (as fast as computed) nor from 0.01 to 86400"
        )
    return speed


class ReplayClock:
    """Minutes of a recorded day, `speed` times faster than the day; 0 is as fast as computed.

    One thread takes the minutes; any thread may read, pause, hurry or stop the clock.
    """

    def __init__(self, at: datetime, end: datetime, speed: float) -> None:
        self.end = end
        self._at = at
        self._speed = checked_speed(speed)
        self._paused = False
        self._stopped = False
        self._changed = Condition()

    def now(self) -> datetime:
        """Return the last minute that was taken."""
        return self._at

    @property
    def speed(self) -> float:
        """How much faster than the day."""
        return self._speed

    @property
    def state(self) -> str:
        """Return ``playing``, ``paused`` or ``ended``."""
        if self._at >= self.end:
            return "ended"
        return "paused" if self._paused else "playing"

    def play(self) -> None:
        """Go on."""
        self._set(paused=False)

    def pause(self) -> None:
        """Stand still until `play`."""
        self._set(paused=True)

    def hurry(self, speed: float) -> None:
        """Run `speed` times faster than the day from now on."""
        with self._changed:
            self._speed = checked_speed(speed)
            self._changed.notify_all()

    def stop(self) -> None:
        """End the minutes."""
        with self._changed:
            self._stopped = True
            self._changed.notify_all()

    def _set(self, *, paused: bool) -> None:
        with self._changed:
            self._paused = paused
            self._changed.notify_all()

    def minutes(self) -> Iterator[datetime]:
        """Yield each minute when it is due, until the end or `stop`."""
        while self._at < self.end and self._wait_for_next():
            self._at += MINUTE
            yield self._at

    def _wait_for_next(self) -> bool:
        """Wait out one minute of the day; say whether the clock still runs."""
        last = monotonic()
        lived_s = 0.0
        with self._changed:
            while not self._stopped:
                now = monotonic()
                if not self._paused:
                    lived_s += (now - last) * self._speed
                last = now
                if not self._paused and (self._speed == 0 or lived_s >= MINUTE.total_seconds()):
                    return True
                self._changed.wait(self._pause_s(lived_s))
        return False

    def _pause_s(self, lived_s: float) -> float | None:
        if self._paused:
            return None
        return max((MINUTE.total_seconds() - lived_s) / self._speed, 0.0)
