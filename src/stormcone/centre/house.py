"""Open a centre in its folder: archive, journal, founding; and put an old folder aside."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path

from msgspec import Struct

from stormcone.advisory.advisory import Status
from stormcone.advisory.draft import Outlet
from stormcone.api.events import Hub
from stormcone.centre.centre import Centre, render
from stormcone.observation.archive import Archive
from stormcone.observation.registry import feed
from stormcone.observation.scenario import Scenario, fill
from stormcone.watch.account import Accounts
from stormcone.watch.body import CentreFounded, FoundingSite, Policy, Role
from stormcone.watch.desk import Desk, Identity
from stormcone.watch.event import read_event, unseal
from stormcone.watch.housekeeping import Enrol, Found
from stormcone.watch.key import SiteKey, load_key, new_key, scenario_key
from stormcone.watch.site import Site, SiteError
from stormcone.watch.sqlite import SqliteStore

EXERCISE_CENTRE, EXERCISE_SITE, EXERCISE_UNIT = "CRC", "A", "ZBBB"
EXERCISE_DELAY = timedelta(minutes=2)
EXERCISE_POLICY = Policy(
    exercise=True,
    exercise_delay_s=int(EXERCISE_DELAY.total_seconds()),
    release_at_second_signature=True,
)
EXERCISE_OFFICERS = (
    Enrol(
        officer="exercise-1",
        person="Exercise officer 1",
        organisation="CMA",
        roles=(Role.FORECASTER,),
        exercise=True,
    ),
    Enrol(
        officer="exercise-2",
        person="Exercise officer 2",
        organisation="ROSHYDROMET",
        roles=(Role.DUTY_OFFICER,),
        exercise=True,
    ),
)


class House(Struct, frozen=True, eq=False):
    """An open centre and what belongs to it."""

    centre: Centre
    site: Site
    accounts: Accounts | None = None


def replay_site(scenario: str, folder: Path) -> Site:
    """Return the site on which a scenario is replayed."""
    return Site(
        name=EXERCISE_SITE,
        centre=EXERCISE_CENTRE,
        location=EXERCISE_UNIT,
        data=str(folder),
        scenario=scenario,
        policy=EXERCISE_POLICY,
    )


@contextmanager
def replay_house(scenario: Scenario, folder: Path, start: datetime) -> Iterator[House]:
    """Open a replay's centre, founded at `start` unless its journal says otherwise."""
    site = replay_site(scenario.name, folder)
    key = scenario_key(scenario.name, site.name)
    with _opened(site, key, Status.EXERCISE) as centre:
        fill(centre.archive, scenario)
        _found(centre.desk, site, key, start)
        for officer in EXERCISE_OFFICERS:
            if officer.officer not in centre.desk.state.officers:
                centre.desk.do(officer, now=start)
        yield House(centre, site)


@contextmanager
def live_house(site: Site, now: datetime) -> Iterator[House]:
    """Open a live centre; its first start makes the site's key and founds it.

    Raises
    ------
    UnknownFeedError
        If the site names a feed that is not installed; then nothing is made.
    """
    for name in site.feeds:
        feed(name)
    folder = site.folder
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / str(site.key_file)
    key = load_key(path) if path.exists() else new_key(path)
    accounts = Accounts(folder)
    try:
        with _opened(site, key, site.status) as centre:
            _found(centre.desk, site, key, now)
            yield House(centre, site, accounts)
    finally:
        accounts.close()


@contextmanager
def _opened(site: Site, key: SiteKey, status: Status) -> Iterator[Centre]:
    store = SqliteStore(site.folder)
    try:
        with Archive(site.folder) as archive:
            identity = Identity(site=site.name, key=key, scenario=site.scenario)
            desk = Desk(store, identity, render)
            if desk.fault is not None:
                raise desk.fault
            outlet = Outlet(centre=site.centre, unit=site.location, status=status)
            yield Centre(archive, desk, outlet, Hub())
    finally:
        store.close()


def _found(desk: Desk, site: Site, key: SiteKey, now: datetime) -> None:
    founded = desk.state.centre
    if founded is not None:
        _check_founding(founded, site)
        return
    place = FoundingSite(name=site.name, location=site.location, public_key=key.public_key)
    command = Found(
        name=site.centre, sites=(place,), policy=site.policy, scenario=site.scenario
    )
    desk.do(command, now=now)


def _check_founding(founded: CentreFounded, site: Site) -> None:
    """Refuse settings that are not those with which the journal was founded."""
    places = {place.name: place.location for place in founded.sites}
    pairs = (
        ("centre", founded.name, site.centre),
        ("location", places.get(site.name), site.location),
        ("policy", founded.policy, site.policy),
    )
    for what, was, now in pairs:
        if was != now:
            raise SiteError(
                f"{what} is {now!r} in the site's file, and the journal in {site.folder} was "
                f"founded with {was!r}; put it back, or begin in another folder with --data"
            )


def put_aside(folder: Path, now: datetime) -> Path | None:
    """Rename an old run's folder, never delete it; return its new name.

    Raises
    ------
    FileExistsError
        If the folder holds something else than a run.
    InUseError
        If a centre runs in it.
    """
    if not folder.exists() or not any(folder.iterdir()):
        return None
    if not (folder / "journal.sqlite").exists():
        raise FileExistsError(f"{folder} holds no run of a centre; name another with --data")
    SqliteStore(folder).close()
    aside = folder.with_name(f"{folder.name}.{now:%Y%m%dT%H%M%SZ}")
    folder.rename(aside)
    return aside


def last_event(folder: Path) -> datetime | None:
    """Return the time of the last record of a folder's journal, if it holds one."""
    if not (folder / "journal.sqlite").exists():
        return None
    store = SqliteStore(folder)
    try:
        head = store.head()
        records = store.read(head.seq - 1, 1) if head.seq else []
        return read_event(unseal(records[0], head.seq)[1], head.seq).at if records else None
    finally:
        store.close()
