"""One poll: keep the bytes, then read them; a failing feed costs its own data and no more."""

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime, timedelta
from urllib.parse import urljoin, urlsplit

import msgspec
import numpy as np
from msgspec.structs import replace

from stormcone.observation.archive import Archive
from stormcone.observation.bodies import Bodies
from stormcone.observation.columns import to_ms
from stormcone.observation.feed import Capture, Drift, Feed, Observation, Provenance
from stormcone.observation.fetch import FetchError, Response, Transport, fetch, http_date
from stormcone.observation.gaps import Poll
from stormcone.observation.link import Link
from stormcone.observation.quality import IMPLAUSIBLE_SHARE, radio_bursts, with_bursts
from stormcone.observation.reading import Reading, Record, RefusedBodyError, read_body

CLOCK_ALLOWED = timedelta(seconds=30)
LEFT_ALONE = "left-alone"
_FACTOR = 10.0  # between two readings of one instant; beyond it a unit or a scale has changed
_FEWEST_COMPARED = 5
_ALERTS_REACH_BACK = timedelta(days=30)


class FeedError(msgspec.Struct, frozen=True, kw_only=True):
    """Why a poll brought nothing; the body, if there was one, is kept under `sha256`."""

    feed: str
    at: datetime
    kind: str
    detail: str
    sha256: str | None = None


class PollResult(msgspec.Struct, frozen=True, kw_only=True):
    """What one poll came to: the new rows, or the error; never both."""

    feed: str
    at: datetime
    sha256: str | None = None
    added: int = 0
    newest: datetime | None = None
    error: FeedError | None = None
    retry_after: timedelta | None = None
    drift: Drift | None = None
    notes: tuple[str, ...] = ()
    alarms: tuple[str, ...] = ()


def gather(
    feeds: Iterable[Feed],
    transport: Transport,
    bodies: Bodies,
    archive: Archive,
    now: datetime,
    site: str,
) -> tuple[PollResult, ...]:
    """Poll every feed once, in the order given."""
    return tuple(poll(feed, transport, bodies, archive, now, site) for feed in feeds)


def poll(
    feed: Feed,
    transport: Transport,
    bodies: Bodies,
    archive: Archive,
    now: datetime,
    site: str,
    clock: Callable[[], datetime] | None = None,
) -> PollResult:
    """Ask a feed once: keep its body, then read it, then add what is new in it.

    What is new is known from the last byte on: `clock` is asked then; without one, from `now`.
    What fails is recorded in the archive and returned as a FeedError; the last good readings
    stay as they are.

    Raises
    ------
    OSError
        If our own store or archive cannot be written: that concerns the whole site.
    """
    desk = _Desk(feed, bodies, archive, now, site)
    try:
        return _asked(desk, transport, clock)
    except FetchError as error:
        return _failed(desk, error.kind, str(error), wait=error.retry_after)
    except (ValueError, ArithmeticError) as error:  # whatever else an answer can do to a parser
        detail = f"{feed.name}: its answer cannot be used: {error!a}"
        return _failed(desk, "unreadable", detail)


def left_alone(
    feed: Feed, bodies: Bodies, archive: Archive, now: datetime, site: str, why: str
) -> PollResult:
    """Record that a feed was not asked, because its host is left alone, and return that."""
    return _failed(_Desk(feed, bodies, archive, now, site), LEFT_ALONE, why)


def _asked(
    desk: "_Desk", transport: Transport, clock: Callable[[], datetime] | None
) -> PollResult:
    last = desk.archive.last_good(desk.feed.name)
    answer = fetch(
        desk.feed,
        transport,
        desk.now,
        etag=last.etag if last else None,
        modified=last.modified if last else None,
    )
    if clock is not None:
        desk = replace(desk, now=clock())
    if answer.status == 304:
        return _unchanged(desk, last, answer)
    return _read(desk, transport, answer, last)


class _Desk(msgspec.Struct, frozen=True):
    """Whose poll this is, and where its bytes and rows go."""

    feed: Feed
    bodies: Bodies
    archive: Archive
    now: datetime
    site: str


def _read(desk: _Desk, transport: Transport, answer: Response, last: Poll | None) -> PollResult:
    alarms = _clock_alarms(desk, answer)
    sha256 = _keep(desk, answer)
    if last and last.sha256 == sha256 and _needs_no_reading(desk, last):
        return _unchanged(desk, last, answer)
    accepted = last.newest if last else None
    try:
        reading = read_body(desk.feed, desk.bodies.get(sha256), desk.now, accepted)
        if link := _link(reading):
            if link.issued == accepted:
                reading = replace(reading, records=())
            else:
                sha256, reading = _followed(desk, transport, answer, link)
        reading = replace(reading, records=_with_bursts(desk, reading.records))
        _refuse_rescaled(desk, reading.records)
    except RefusedBodyError as error:
        return _failed(desk, error.kind, str(error), sha256=sha256, alarms=alarms)
    return _accepted(desk, answer, sha256, reading, alarms)


def _needs_no_reading(desk: _Desk, last: Poll) -> bool:
    """Return whether the bytes of the last good poll would be read as they were then."""
    if last.read_by != desk.feed.version:
        return False
    return "f107_sfu" not in desk.feed.quantities or not _new_burst(desk, last.at)


def _new_burst(desk: _Desk, since: datetime) -> bool:
    """Return whether a radio burst became known since the poll of that time."""
    before, first = since - timedelta(milliseconds=1), since - _ALERTS_REACH_BACK
    now_known = desk.archive.notices(first, desk.now, known=desk.now)
    then_known = desk.archive.notices(first, desk.now, known=before)
    return radio_bursts(now_known) != radio_bursts(then_known)


def _link(reading: Reading) -> Link | None:
    return next((one for one in reading.records if isinstance(one, Link)), None)


def _followed(
    desk: _Desk, transport: Transport, answer: Response, link: Link
) -> tuple[str, Reading]:
    """Return the body that an index names, kept, and what it says; on the same host only."""
    url = urljoin(answer.url, link.text)
    if urlsplit(url)[:2] != urlsplit(desk.feed.url)[:2]:
        raise RefusedBodyError(
            "unreadable", f"{desk.feed.name}: its index names {url}, not on its own host"
        )
    feed = replace(desk.feed, url=url)
    sha256 = _keep(desk, fetch(feed, transport, desk.now))
    reading = read_body(feed, desk.bodies.get(sha256), desk.now)
    if _link(reading):
        raise RefusedBodyError("unreadable", f"{feed.name}: {url} is an index again")
    return sha256, reading


def _with_bursts(desk: _Desk, records: Sequence[Record]) -> tuple[Record, ...]:
    """Flag the measured F10.7 that a radio burst known by now has spoilt."""
    daily = [one for one in records if isinstance(one, Observation) and _is_daily_flux(one)]
    if not daily:
        return tuple(records)
    first = min(one.at for one in daily) - timedelta(days=1)
    known = desk.archive.notices(first, desk.now, known=desk.now)
    flagged = iter(with_bursts(daily, radio_bursts(known)))
    return tuple(
        next(flagged) if isinstance(one, Observation) and _is_daily_flux(one) else one
        for one in records
    )


def _is_daily_flux(one: Observation) -> bool:
    return one.quantity == "f107_sfu" and one.provenance is Provenance.OBSERVED


def _refuse_rescaled(desk: _Desk, records: Sequence[Record]) -> None:
    """Refuse readings of which most differ tenfold from what was read of the same instants."""
    observations = [
        one
        for one in records
        if isinstance(one, Observation) and one.provenance is not Provenance.FORECAST
    ]
    ratios = _ratios(observations, desk.archive, desk.now)
    far = (ratios > _FACTOR) | (ratios < 1 / _FACTOR)
    if len(ratios) >= _FEWEST_COMPARED and far.mean() > IMPLAUSIBLE_SHARE:
        raise RefusedBodyError(
            "implausible",
            f"{desk.feed.name}: {int(far.sum())} of {len(ratios)} values differ from those "
            f"read before of the same instants, by a factor of {np.median(ratios[far]):.3g}",
        )


def _ratios(
    observations: Sequence[Observation], archive: Archive, now: datetime
) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    ratios: list[float] = []
    for quantity in {one.quantity for one in observations}:
        new = {
            (one.source, to_ms(one.at)): one.value
            for one in observations
            if one.quantity == quantity and one.value and one.value > 0
        }
        if not new:
            continue
        times = [one.at for one in observations if one.quantity == quantity]
        for old in archive.series(quantity, min(times), max(times), known=now):
            pairs = zip(old.at.astype(np.int64).tolist(), old.value.tolist(), strict=True)
            ratios.extend(
                found / value
                for at, value in pairs
                if value > 0 and (found := new.get((old.source, at)))
            )
    return np.array(ratios, float)


def _clock_alarms(desk: _Desk, answer: Response) -> tuple[str, ...]:
    theirs = http_date(answer.headers.get("date"))
    if theirs is None or abs(theirs - desk.now) <= CLOCK_ALLOWED:
        return ()
    return (f"clock: the server of {desk.feed.name} says {theirs}, our clock {desk.now}",)


def _keep(desk: _Desk, answer: Response) -> str:
    sha256 = desk.bodies.put(answer.body)
    desk.archive.add_capture(
        Capture(
            sha256=sha256,
            feed=desk.feed.name,
            url=answer.url,
            fetched=desk.now,
            published=http_date(answer.headers.get("last-modified")),
            size=len(answer.body),
            site=desk.site,
        )
    )
    return sha256


def _accepted(
    desk: _Desk, answer: Response, sha256: str, reading: Reading, alarms: tuple[str, ...]
) -> PollResult:
    added = desk.archive.add(
        reading.records, known=desk.now, capture=sha256, version=desk.feed.version
    )
    poll_made = Poll(
        feed=desk.feed.name,
        at=desk.now,
        site=desk.site,
        sha256=sha256,
        rows=added,
        newest=reading.newest,
        detail=reading.drift.first if reading.drift else None,
        etag=answer.headers.get("etag"),
        modified=answer.headers.get("last-modified"),
        read_by=None if reading.alarms else desk.feed.version,
    )
    desk.archive.add_poll(poll_made)
    return PollResult(
        feed=desk.feed.name,
        at=desk.now,
        sha256=sha256,
        added=added,
        newest=reading.newest,
        drift=reading.drift,
        notes=reading.notes,
        alarms=alarms + reading.alarms,
    )


def _unchanged(desk: _Desk, last: Poll | None, answer: Response) -> PollResult:
    base = last or Poll(feed=desk.feed.name, at=desk.now, site=desk.site)
    again = replace(
        base,
        at=desk.now,
        site=desk.site,
        rows=0,
        etag=answer.headers.get("etag", base.etag),
        modified=answer.headers.get("last-modified", base.modified),
    )
    desk.archive.add_poll(again)
    return PollResult(
        feed=desk.feed.name,
        at=desk.now,
        sha256=base.sha256,
        newest=base.newest,
        alarms=_clock_alarms(desk, answer),
    )


def _failed(
    desk: _Desk,
    kind: str,
    detail: str,
    *,
    sha256: str | None = None,
    wait: timedelta | None = None,
    alarms: tuple[str, ...] = (),
) -> PollResult:
    """Record what went wrong; the last good readings stay as they are."""
    if sha256:
        detail = f"{detail}; body kept as sha256 {sha256}"
    name, now = desk.feed.name, desk.now
    desk.archive.add_poll(
        Poll(feed=name, at=now, site=desk.site, sha256=sha256, error=kind, detail=detail)
    )
    error = FeedError(feed=name, at=now, kind=kind, detail=detail, sha256=sha256)
    return PollResult(
        feed=name, at=now, sha256=sha256, error=error, retry_after=wait, alarms=alarms
    )
