"""The electrojets over Fennoscandia and Svalbard: FMI's indices of the IMAGE magnetometers."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

from stormcone.observation.feed import Drift, Feed, Flag, Observation
from stormcone.observation.lines import whole_lines
from stormcone.observation.rows import collect

_NAME = "electrojet"
_QUANTITIES = ("electrojet_il_nt", "electrojet_iu_nt", "electrojet_ie_nt")
_COLUMNS = 9  # six of the time and the three; places of the extremes may follow
_MISSING_NT = 99999.9  # unverified


def read_electrojets(body: bytes) -> Iterator[Observation | Drift]:
    """Yield IL (westward), IU (eastward) and IE = IU - IL every ten seconds.

    Raises
    ------
    UnreadableError
        If the body is cut off, or a tenth of its rows cannot be read.
    """
    lines = [line for line in whole_lines(_NAME, body) if line.strip() and line[0] != "%"]
    return collect(_NAME, lines, _instant)


def _instant(line: str) -> Iterator[Observation]:
    words = line.split()
    if len(words) < _COLUMNS:
        raise ValueError(f"{line[:60]!r}: {len(words)} columns, expected 9 or more")
    year, month, day, hour, minute, second = (int(word) for word in words[:6])
    at = datetime(year, month, day, hour, minute, second, tzinfo=UTC)
    for quantity, word in zip(_QUANTITIES, words[6:_COLUMNS], strict=True):
        missing = abs(float(word)) >= _MISSING_NT
        yield Observation(
            quantity=quantity,
            value=None if missing else float(word),
            at=at,
            span_s=10,
            source="IMAGE",
            flags=Flag.FILL if missing else Flag(0),
        )


electrojets = Feed(
    name=_NAME,
    url="https://space.fmi.fi/image/www/data_download.php",  # unverified
    every=timedelta(days=1),
    floor=timedelta(hours=1),
    expected_latency=timedelta(days=1),
    max_age=timedelta(days=30),
    quantities=_QUANTITIES,
    credit="FMI and the institutes of the IMAGE magnetometer array",
    licence="no redistribution; acknowledge the institutes",
    may_package=False,
    read=read_electrojets,
)
