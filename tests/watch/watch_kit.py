"""What the watch's tests share: officers, advisories, a desk, and a journal in memory."""

from datetime import UTC, datetime, timedelta
from uuid import uuid4

from msgspec.structs import replace

from stormcone.advisory.advisory import Advisory, Group, Outlook, State
from stormcone.bulletin.bulletin import Finding, Weight
from stormcone.effect.effect import Kind, Severity
from stormcone.reference.areas import Band, Region
from stormcone.watch.body import Attestation, Digest, FoundingSite, Means, Policy, Role
from stormcone.watch.command import MakeDraft, ReleaseDraft, Sign
from stormcone.watch.desk import Desk, Identity
from stormcone.watch.event import chain_of
from stormcone.watch.housekeeping import Enrol, Found
from stormcone.watch.journal import ConflictError, Health
from stormcone.watch.key import SiteKey, scenario_key
from stormcone.watch.sign_off import content_sha256
from stormcone.watch.state import Head

T0 = datetime(2026, 1, 19, 5, 0, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
SCENARIO = "a-storm"
CODECS = ("tac_amd82", "iwxxm_2025_2")
LIVE = Policy(one_organisation=True)
EXERCISE = Policy(exercise=True, release_at_second_signature=True)
WARNING = Finding(code="times.gap", weight=Weight.WARNING, message="a gap of 5 min")
ERROR = Finding(code="centre.name", weight=Weight.ERROR, message="no such centre")
OFFICERS = {
    "li": ("Li Wei", "CMA", (Role.FORECASTER, Role.DUTY_OFFICER)),
    "wang": ("Wang Fang", "CMA", (Role.SECOND_OFFICER,)),
    "ivanova": ("Anna Ivanova", "Roshydromet", (Role.SECOND_OFFICER, Role.DUTY_OFFICER)),
    "petrov": ("Oleg Petrov", "Roshydromet", (Role.FORECASTER,)),
    "root": ("Chen Jie", "CMA", (Role.ADMINISTRATOR, Role.HAND_OVER_AUTHORITY)),
}
EXERCISE_OFFICERS = {
    "x-one": ("Exercise One", "North", (Role.FORECASTER,)),
    "x-two": ("Exercise Two", "South", (Role.DUTY_OFFICER,)),
}


def advisory(
    effect=Kind.HF_COM,
    *,
    replaces=(),
    thread=None,
    end=False,
    severity=Severity.MODERATE,
    at=T0,
    **changes,
):
    """Return a draft: high latitudes now, nothing later."""
    group = Group(severity=severity, region=Region(bands=(Band.HNH, Band.HSH)))
    said = {"state": State.NO_SWX_EXP} if end else {"state": State.GROUPS, "groups": (group,)}
    later = tuple(
        Outlook(observed=False, at=at + timedelta(hours=h), state=State.NO_SWX_EXP)
        for h in (6, 12, 18, 24)
    )
    drafted = Advisory(
        centre="ACFJ",
        effects=(effect,),
        replaces=replaces,
        thread=thread,
        outlooks=(Outlook(observed=True, at=at, **said), *later),
        next_by=None if end else at + timedelta(hours=6),
        cause="PCA",
    )
    return replace(drafted, **changes)


def render(advisory):
    """Return digests that depend on the number and on nothing outside."""
    text = content_sha256(advisory, ()) + str(advisory.number)
    return tuple(
        Digest(codec=codec, media_type="text/plain", sha256=chain_of(f"{codec}{text}".encode()))
        for codec in CODECS
    )


def identity(site="A", scenario=None):
    key = SiteKey(b"k" * 32) if scenario is None else scenario_key(scenario, site)
    return Identity(site=site, key=key, scenario=scenario)


def found(store, *, policy=None, scenario=None, now=T0):
    """Return a desk at a new centre with its officers; live unless there is a scenario."""
    who = identity(scenario=scenario)
    desk = Desk(store, who, render)
    site = FoundingSite(name="A", location="ZBBB", public_key=who.key.public_key)
    policy = policy or (LIVE if scenario is None else EXERCISE)
    desk.do(Found(name="ACFJ", sites=(site,), policy=policy, scenario=scenario), now=now)
    if scenario is not None:
        _enrol(desk, EXERCISE_OFFICERS, by=None, exercise=True, now=now)
    _enrol(desk, {"root": OFFICERS["root"]}, by=None, exercise=False, now=now)
    others = {name: who for name, who in OFFICERS.items() if name != "root"}
    _enrol(desk, others, by="root", exercise=False, now=now)
    return desk


def _enrol(desk, officers, *, by, exercise, now):
    for name, (person, organisation, roles) in officers.items():
        new = Enrol(
            officer=name,
            person=person,
            organisation=organisation,
            roles=roles,
            exercise=exercise,
        )
        desk.do(new, now=now, officer=by)


def approval(officer, content, now=T0, **changes):
    """Return the attestation of a password typed again."""
    fields = {
        "officer": officer,
        "means": Means.PASSWORD,
        "content_sha256": content,
        "nonce": uuid4().hex,
        "at": now,
    }
    return Attestation(**{**fields, **changes})


def draft(desk, wanted=None, *, officer=None, now=T0, findings=()):
    """Lay a draft on the desk and return its id."""
    command = MakeDraft(advisory=wanted or advisory(), findings=findings, codecs=CODECS)
    return desk.do(command, now=now, officer=officer).body.draft


def sign(desk, draft, officer, now=T0, *, ticked=(), content=None, **changes):
    """Sign a draft as it stands, or the `content` that was read."""
    content = content or desk.state.drafts[draft].content_sha256
    attestation = approval(officer, content, now, **changes)
    command = Sign(draft=draft, attestation=attestation, ticked=ticked)
    return desk.do(command, now=now, officer=officer)


def release(desk, wanted=None, *, now=T0, first="li", second="ivanova"):
    """Draft, sign twice, release; return the release."""
    name = draft(desk, wanted, now=now)
    sign(desk, name, first, now)
    sign(desk, name, second, now)
    effect = desk.state.drafts[name].advisory.effects[0]
    count = desk.state.counters.get(f"{now.year}/{effect}", 0) + 1
    done = ReleaseDraft(draft=name, count_confirmed=count)
    number = desk.do(done, now=now, officer="li").body.number
    return desk.state.releases[number.key]


class MemoryStore:
    """The journal's contract without a disk, for tests that need ten thousand of them."""

    def __init__(self):
        self.kept = []

    def head(self):
        return Head(len(self.kept), chain_of(self.kept[-1])) if self.kept else Head()

    def read(self, after=0, limit=1000):
        return self.kept[after : after + limit]

    def append(self, record, *, expected):
        if record in self.kept:
            return Head(self.kept.index(record) + 1, chain_of(record))
        if self.head() != expected:
            raise ConflictError(self.head())
        self.kept.append(record)
        return self.head()

    def health(self):
        return Health(writable=True, quorum=True, disk_free_bytes=10**9)
