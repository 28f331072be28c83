"""SWPC's reports in words: the discussion, regions, outlook and WWV."""

import re
from collections.abc import Iterator
from datetime import timedelta

from stormcone.observation.feed import Flag, Notice, Observation
from stormcone.observation.kp import to_thirds
from stormcone.observation.swpc import swpc_feed
from stormcone.observation.texts import Text, read_text

_NOON = timedelta(hours=20)  # when Penticton measures the flux of the day
_SYNOPTIC = timedelta(hours=3)
_WWV_FLUX = re.compile(r"indices for (\d+ \w+) follow\. Solar flux (\d+)")
_WWV_AP = re.compile(r"indices for (\d+ \w+) follow\..* planetary A-index (\d+)")
_WWV_KP = re.compile(r"K-index at (\d\d)00 UTC on (\d+ \w+) was (\d+(?:\.\d+)?)")


def read_discussion(body: bytes) -> Iterator[Notice]:
    """Yield ``discussion.txt`` as it is.

    Raises
    ------
    UnreadableError
        If it is no such text or stops before the forecast of the geomagnetic field.
    """
    yield read_text("discussion", body, r"^Geospace\s+[\s\S]*^\.Forecast").notice("DISCUSSION")


def read_regions(body: bytes) -> Iterator[Notice]:
    """Yield ``srs.txt``, the summary of solar regions, as it is.

    Raises
    ------
    UnreadableError
        If it is no such text or stops before the regions due to return.
    """
    yield read_text("srs", body, r"^II\.\s").notice("REGIONS")


def read_advisory_outlook(body: bytes) -> Iterator[Notice]:
    """Yield ``advisory-outlook.txt``, the week in words, as it is.

    Raises
    ------
    UnreadableError
        If it is no such text or stops before its outlook.
    """
    text = read_text("advisory-outlook", body, r"^Outlook For .*\n+\S")
    yield text.notice("OUTLOOK")


def read_wwv(body: bytes) -> Iterator[Notice | Observation]:
    """Yield the flux, Ap and K that ``wwv.txt`` states, then its text.

    Raises
    ------
    UnreadableError
        If it is no such text or stops before the next 24 hours.
    """
    text = read_text("wwv", body, r"\bnext 24 hours\b.*\n")
    yield from sorted(_numbers(text), key=lambda one: one.at)
    yield text.notice("REPORT")


def _numbers(text: Text) -> Iterator[Observation]:
    words = " ".join(line for line in text.lines if not line.startswith(("#", ":")))
    if flux := _WWV_FLUX.search(words):
        yield _stated(text, "f107_sfu", flux, _NOON, Flag(0))
    if ap := _WWV_AP.search(words):
        yield _stated(text, "ap_daily", ap, timedelta(0), Flag.ESTIMATED, 86_400)
    if kp := _WWV_KP.search(words):
        yield Observation(
            quantity="kp",
            value=to_thirds(float(kp[3])),
            at=text.day_near(kp[2]) + timedelta(hours=int(kp[1])) - _SYNOPTIC,
            span_s=_SYNOPTIC.total_seconds(),
            source="SWPC WWV",
            published=text.issued,
            flags=Flag.ESTIMATED,
        )


def _stated(
    text: Text,
    quantity: str,
    found: re.Match[str],
    offset: timedelta,
    flags: Flag,
    span_s: float = 0,
) -> Observation:
    """Return a number that the text states of a day, 1 its day and 2 its value."""
    return Observation(
        quantity=quantity,
        value=float(found[2]),
        at=text.day_near(found[1]) + offset,
        span_s=span_s,
        source="SWPC WWV",
        published=text.issued,
        flags=flags,
    )


_hour = timedelta(hours=1)
discussion = swpc_feed(
    "discussion",
    "/text/discussion.txt",
    read_discussion,
    every=_hour,
    late=_hour,
    max_age=14 * _hour,
)
regions = swpc_feed(
    "srs", "/text/srs.txt", read_regions, every=_hour, late=_hour, max_age=26 * _hour
)
advisory_outlook = swpc_feed(
    "advisory-outlook",
    "/text/advisory-outlook.txt",
    read_advisory_outlook,
    every=6 * _hour,
    late=_hour,
    max_age=8 * 24 * _hour,
)
wwv = swpc_feed(
    "wwv",
    "/text/wwv.txt",
    read_wwv,
    every=_hour,
    late=_hour,
    max_age=5 * _hour,
    quantities=("kp", "ap_daily", "f107_sfu"),
)
