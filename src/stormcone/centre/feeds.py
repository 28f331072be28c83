"""The health of feeds: of a scenario's series, and of a live site's polls."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from stormcone.api.shapes import FeedShape
from stormcone.observation.archive import Archive, FeedStatus
from stormcone.observation.feed import QUANTITIES, Feed, Observation
from stormcone.observation.feed_state import FeedState, age, feed_state
from stormcone.observation.intake import LEFT_ALONE
from stormcone.observation.registry import feed as feed_named
from stormcone.observation.registry import feeds as known_feeds
from stormcone.observation.scenario import Scenario, SeriesEntry

TITLES = {
    "xray_flux_w_m2": "X-rays 0.1-0.8 nm",
    "xray_short_flux_w_m2": "X-rays 0.05-0.4 nm",
    "proton_flux_10mev_pfu": "Protons > 10 MeV",
    "proton_flux_50mev_pfu": "Protons > 50 MeV",
    "kp": "Planetary K, three hours",
    "kp_running": "K alerts (lower bound)",
    "f107_sfu": "Solar radio flux 10.7 cm",
    "notices": "Alerts and warnings",
}
LIVE_TITLES = {
    "goes-xrs": "X-rays, primary satellite",
    "goes-xrs-secondary": "X-rays, secondary satellite",
    "goes-protons": "Protons, primary satellite",
    "goes-protons-secondary": "Protons, secondary satellite",
    "kp": "Planetary K, three hours",
    "kp-1m": "Planetary K, estimated each minute",
    "alerts": "Alerts and warnings",
    "rtsw-wind": "Solar wind at L1",
    "rtsw-mag": "Magnetic field at L1",
    "wind-now": "Solar wind at L1, summary",
    "field-now": "Magnetic field at L1, summary",
    "dst": "Dst, hourly",
    "f107": "Solar radio flux 10.7 cm",
    "goes-flares": "Flares, latest",
    "kp-forecast": "Planetary K, forecast of SWPC",
    "scales": "NOAA scales",
    "ovation": "Aurora, OVATION of SWPC",
    "drap": "HF absorption, D-RAP of SWPC",
    "glotec": "Electron content, GloTEC of SWPC",
    "icao-peers": "Advisories of other centres",
    "gfz-kp": "Planetary K of GFZ",
    "gfz-hp30": "Hp30 of GFZ",
    "nmdb": "Neutron monitors",
    "celestrak-indices": "Daily indices of CelesTrak",
}
UNLISTED_MAX_AGE = timedelta(hours=48)
"""For daily series of a scenario whose feed is not polled by this version."""


def scenario_feeds(archive: Archive, scenario: Scenario, at: datetime) -> list[FeedShape]:
    """Return the series of a scenario as of `at`, then what it lacks and why."""
    shown = [_of_a_series(archive, entry, at) for entry in scenario.series]
    absent = [
        FeedShape(name=one.what, title=one.what, state=str(FeedState.ABSENT), reason=one.reason)
        for one in scenario.absent
    ]
    return [*shown, *absent]


def _of_a_series(archive: Archive, entry: SeriesEntry, at: datetime) -> FeedShape:
    feed = known_feeds().get(entry.feed)
    limit = feed.max_age if feed else UNLISTED_MAX_AGE
    if entry.known == "recorded":
        return _of_messages(archive, entry, at)
    seen = archive.newest(entry.quantity, known=at)
    until = _until(seen)
    return FeedShape(
        name=f"{entry.feed}: {entry.quantity}",
        title=TITLES.get(entry.quantity, entry.quantity),
        quantity=entry.quantity,
        source=seen.source if seen else None,
        state=str(feed_state(until, limit, at)),
        at=seen.at if seen else None,
        age_s=age(until, at).total_seconds() if until else None,
        max_age_s=limit.total_seconds(),
        cadence_s=QUANTITIES[entry.quantity].every_s,
        provenance=str(seen.provenance if seen else entry.provenance),
        known=entry.known_rule,
        credit=entry.credit,
    )


def _of_messages(archive: Archive, entry: SeriesEntry, at: datetime) -> FeedShape:
    """Return the state of messages: they come when something happens, and do not grow stale."""
    found = archive.notices(at - timedelta(days=30), at, known=at)
    newest = found[-1].issued if found else None
    return FeedShape(
        name=f"{entry.feed}: {entry.quantity}",
        title=TITLES.get(entry.quantity, entry.quantity),
        quantity=entry.quantity if entry.quantity in QUANTITIES else None,
        source="NOAA SWPC",
        state=str(FeedState.FRESH if newest else FeedState.UNKNOWN),
        at=newest,
        age_s=age(newest, at).total_seconds() if newest else None,
        provenance=str(entry.provenance),
        known=entry.known_rule,
        credit=entry.credit,
    )


def live_feeds(archive: Archive, names: Sequence[str], at: datetime) -> list[FeedShape]:
    """Return the feeds that a live site polls: what came last, and what went wrong since."""
    return [_of_a_feed(archive, feed_named(name), at) for name in names]


def _of_a_feed(archive: Archive, feed: Feed, at: datetime) -> FeedShape:
    """Return how a feed stands; messages and maps come when they come, so the answer counts."""
    status = archive.status(feed.name)
    newest = status.newest
    read = next((name for name in feed.quantities if name in QUANTITIES), None)
    span = QUANTITIES[read].every_s if read else 0
    measured = newest + timedelta(seconds=span) if newest else None
    until = measured if read else status.last_good
    wrong = status.last_error if status.silent_since else None
    return FeedShape(
        name=feed.name,
        title=LIVE_TITLES.get(feed.name, feed.name),
        quantity=feed.quantities[0] if feed.quantities else None,
        state=str(feed_state(until, feed.max_age, at)),
        at=newest,
        age_s=age(until, at).total_seconds() if until else None,
        max_age_s=feed.max_age.total_seconds(),
        cadence_s=feed.every.total_seconds(),
        fetched=status.last_good,
        provenance="observed" if newest else None,
        reason=_reason(status),
        credit=feed.credit,
        error=f"{wrong.error}: {wrong.detail}" if wrong else None,
        since=status.silent_since,
    )


def _reason(status: FeedStatus) -> str | None:
    """Return why a feed may have nothing new."""
    last = status.last_error
    if status.silent_since and last and last.error == LEFT_ALONE:
        return last.detail
    if status.silent_since:
        return f"silent since {status.silent_since:%d %b %H:%MZ}"
    return None if status.last_good else "not asked yet"


def _until(seen: Observation | None) -> datetime | None:
    """Return the end of a reading's interval."""
    return seen.at + timedelta(seconds=seen.span_s) if seen else None
