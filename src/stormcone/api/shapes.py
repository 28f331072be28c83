"""What the interface answers: one struct per answer; the OpenAPI document is made of these."""

from datetime import datetime

from msgspec import Struct

Ring = list[tuple[float, float]]
SPAN = {"start": "from", "end": "to"}


class Me(Struct, kw_only=True):
    """Who asks, and what centre answers."""

    user: "Person | None"
    centre: str
    site: str
    mode: str
    public: bool
    csrf: str | None
    build: str
    set_up_needed: bool


class Person(Struct, kw_only=True):
    """An officer as the others see one."""

    id: str
    name: str
    organisation: str
    roles: list[str]


class Replay(Struct, kw_only=True, rename=SPAN):
    """Where a replay stands."""

    scenario: str
    title: str
    start: datetime
    end: datetime
    speed: float
    state: str


class Scale(Struct, kw_only=True):
    """A NOAA scale now; `now` null means "not known"."""

    now: int | None
    max_24h: int | None
    since: datetime | None
    label: str
    value: float | None
    unit: str
    source: str | None
    at: datetime | None
    state: str
    provenance: str | None


class Scales(Struct, kw_only=True):
    """Radio blackouts, radiation storms, geomagnetic storms."""

    r: Scale
    s: Scale
    g: Scale


class EffectNow(Struct, kw_only=True):
    """One ICAO effect; `assessed` false means that this centre does not look at it yet."""

    kind: str
    assessed: bool
    severity: str | None = None
    regions_text: str = ""
    key: str | None = None
    slug: str | None = None
    since: datetime | None = None
    next_due: datetime | None = None
    threads: int = 0


class Sun(Struct):
    """The subsolar point, degrees."""

    lat: float
    lon: float


class Proof(Struct, kw_only=True):
    """One reading that an advisory rests on."""

    name: str
    value: float | None
    threshold: float | None
    source: str
    at: datetime
    provenance: str


class DrawnGroup(Struct, kw_only=True):
    """One intensity, drawn: rings of (latitude, longitude), closed, split at 180 degrees."""

    severity: str
    label: str
    rings: list[Ring]
    exact_rings: list[Ring]
    over_forecast: float | None


class Drawn(Struct, kw_only=True):
    """One of the five outlooks, drawn."""

    outlook: int
    at: datetime
    observed: bool
    state: str
    groups: list[DrawnGroup]


class AdvisoryShort(Struct, kw_only=True):
    """An advisory in one line."""

    key: str
    slug: str
    effect: str
    cause: str
    thread: str
    issued: datetime
    observed: datetime
    severity: str | None
    state: str
    action: str


class Signer(Struct):
    """Who stands behind it."""

    name: str
    organisation: str


class AdvisoryFull(AdvisoryShort, kw_only=True):
    """A released advisory with its text, its signatures, its evidence and its areas."""

    replaces: list[str]
    next_by: datetime | None
    remark: str | None
    status: str
    centre: str
    tac: str
    iwxxm: str
    drafted_by: Signer
    approved_by: Signer
    rule: str
    latency_s: float
    evidence: list[Proof]
    drawn: list[Drawn]


class ThreadShape(Struct, kw_only=True):
    """The advisories of one event, one after the other."""

    thread: str
    slug: str
    effect: str
    cause: str
    live: bool
    opened: datetime
    ended: datetime | None
    next_by: datetime | None
    severity: str | None
    regions_text: str
    advisories: list[AdvisoryShort]
    last: AdvisoryFull


class FindingShape(Struct, kw_only=True):
    """Something the checks noticed; an error blocks the signature."""

    code: str
    weight: str
    message: str


class SignatureShape(Struct, kw_only=True):
    """One signature under a draft."""

    officer: str
    organisation: str
    at: datetime


class DraftShape(Struct, kw_only=True):
    """A draft on its way to two signatures; its number is given at release."""

    id: str
    etag: str
    effect: str
    cause: str
    action: str
    thread: str | None
    replaces: list[str]
    created: datetime
    observed: datetime
    severity: str | None
    regions_text: str
    tac: str
    previous_tac: str | None
    next_free: str
    content_sha256: str
    findings: list[FindingShape]
    signatures: list[SignatureShape]
    can_sign: bool
    cannot_sign_because: str | None
    state: str
    drawn: list[Drawn]
    evidence: list[Proof]


class LogLine(Struct, kw_only=True):
    """One record of the journal in words."""

    seq: int
    at: datetime
    kind: str
    officer: str | None
    site: str
    chain: str
    text: str


class FeedShape(Struct, kw_only=True):
    """The health of one feed, decided by the server: fresh, stale, dead, unknown or absent."""

    name: str
    title: str
    quantity: str | None = None
    source: str | None = None
    state: str
    at: datetime | None = None
    age_s: float | None = None
    max_age_s: float = 0.0
    cadence_s: float = 0.0
    fetched: datetime | None = None
    provenance: str | None = None
    reason: str | None = None
    known: str | None = None
    credit: str = ""
    error: str | None = None
    since: datetime | None = None


class Situation(Struct, kw_only=True):
    """Everything that the shell and the Situation page need to paint."""

    as_of: datetime
    now: datetime
    mode: str
    seq: int
    replay: Replay | None
    scales: Scales
    effects: list[EffectNow]
    sun: Sun
    threads: list[ThreadShape]
    drafts: list[DraftShape]
    log: list[LogLine]
    feeds: list[FeedShape]


class Absent(Struct):
    """A series that a scenario lacks, and why."""

    what: str
    why: str


class ScenarioShape(Struct, kw_only=True, rename=SPAN):
    """A recorded day."""

    id: str
    title: str
    start: datetime
    end: datetime
    embedded: list[str]
    absent: list[Absent]


class Log(Struct):
    """Records of the journal, in words."""

    records: list[LogLine]


class ProblemShape(Struct, kw_only=True):
    """An error (RFC 9457): what is wrong, the value, what is allowed, and what to do next."""

    type: str
    title: str
    status: int
    detail: str
    instance: str
    code: str
    value: str | None = None
    allowed: str | None = None
    next: str | None = None
