"""What all feeds of NOAA SWPC share: the host, its terms, how often it may be asked."""

from collections.abc import Callable, Iterator
from datetime import timedelta

from stormcone.observation.feed import Drift, Feed, GridReading, Notice, Observation

HOST = "https://services.swpc.noaa.gov"
FLOOR = timedelta(minutes=1)  # its cache holds a body as long

Read = Callable[[bytes], Iterator[Observation | Notice | GridReading | Drift]]


def swpc_feed(
    name: str,
    path: str,
    read: Read,
    *,
    every: timedelta,
    late: timedelta,
    max_age: timedelta,
    quantities: tuple[str, ...] = (),
    fallback: str | None = None,
) -> Feed:
    """Return a feed of SWPC: polled `every`, a reading expected `late` after its time."""
    return Feed(
        name=name,
        url=f"{HOST}{path}",
        every=every,
        floor=FLOOR,
        expected_latency=late,
        max_age=max_age,
        quantities=quantities,
        fallback=fallback,
        credit="NOAA SWPC",
        licence="public domain",
        may_package=True,
        read=read,
    )
