"""What can happen on the watch: one body for each kind of event, and their words (pure)."""

from datetime import datetime
from enum import StrEnum

from msgspec import Struct

from stormcone.advisory.advisory import Advisory, Number
from stormcone.advisory.decide import Action
from stormcone.bulletin.bulletin import Finding
from stormcone.effect.effect import Kind


class DutyError(ValueError):
    """A command that the state of the watch does not allow; says what to do next."""


class Role(StrEnum):
    """What an officer may be on the watch."""

    OBSERVER = "observer"
    FORECASTER = "forecaster"
    DUTY_OFFICER = "duty officer"
    SECOND_OFFICER = "second officer"
    DEBRIS_DESK = "debris desk"
    HAND_OVER_AUTHORITY = "hand-over authority"
    ADMINISTRATOR = "administrator"
    AUDITOR = "auditor"


class Rule(StrEnum):
    """Under which rule two signatures were enough."""

    TWO_ORGANISATIONS = "TWO_ORGANISATIONS"
    ONE_ORGANISATION = "ONE_ORGANISATION"
    ONE_PERSON = "ONE_PERSON"
    MACHINE_EXERCISE = "MACHINE_EXERCISE"


class Means(StrEnum):
    """How an officer proved to be the one who signs."""

    PASSWORD = "password"
    EXERCISE = "exercise"


class AlarmSeverity(StrEnum):
    """How soon somebody must look."""

    LOW = "low"
    HIGH = "high"
    CRITICAL = "critical"


class Policy(Struct, frozen=True, kw_only=True):
    """The rules that a centre was founded with.

    `one_organisation` allows the fallbacks ONE_ORGANISATION (after `fallback_after_s` without
    an answer; SEVERE: `fallback_after_severe_s`) and ONE_PERSON.
    """

    exercise: bool = False
    exercise_delay_s: int = 120
    release_at_second_signature: bool = False
    one_organisation: bool = False
    fallback_after_s: int = 600
    fallback_after_severe_s: int = 300


class FoundingSite(Struct, frozen=True, kw_only=True):
    """A site at the founding: its name, location indicator (CCCC) and public key (hex)."""

    name: str
    location: str
    public_key: str


class Digest(Struct, frozen=True, kw_only=True):
    """What a bulletin's bytes must be, without the bytes."""

    codec: str
    media_type: str
    sha256: str


class Attestation(Struct, frozen=True, kw_only=True):
    """The site's word that `officer` approved exactly this content, once, at this time."""

    officer: str
    means: Means
    content_sha256: str
    nonce: str
    at: datetime


class _Body(Struct, frozen=True, kw_only=True, tag_field="kind", forbid_unknown_fields=True):
    """What happened; the tag is the class's name."""


class CentreFounded(_Body, frozen=True, kw_only=True):
    """The first record; `name` is the SWXC of its advisories, `scenario` marks a replay."""

    name: str
    sites: tuple[FoundingSite, ...]
    policy: Policy
    scenario: str | None = None


class SiteKeyAdded(_Body, frozen=True, kw_only=True):
    """A site may sign with one more key (hex)."""

    site: str
    public_key: str


class SiteKeyRevoked(_Body, frozen=True, kw_only=True):
    """A site's key is good for nothing after this record."""

    site: str
    public_key: str
    reason: str


class Drafted(_Body, frozen=True, kw_only=True):
    """A draft lies on the desk."""

    draft: str
    advisory: Advisory
    findings: tuple[Finding, ...]
    codecs: tuple[str, ...]
    action: Action
    content_sha256: str


class Redrafted(_Body, frozen=True, kw_only=True):
    """A draft's content is replaced; its signatures are void."""

    draft: str
    advisory: Advisory
    findings: tuple[Finding, ...]
    codecs: tuple[str, ...]
    action: Action
    content_sha256: str


class Withdrawn(_Body, frozen=True, kw_only=True):
    """A draft is taken off the desk."""

    draft: str
    reason: str


class Signed(_Body, frozen=True, kw_only=True):
    """An officer stands behind a draft; `ticked` are the warnings accepted, by code."""

    draft: str
    content_sha256: str
    attestation: Attestation
    ticked: tuple[str, ...] = ()


class Refused(_Body, frozen=True, kw_only=True):
    """An officer returned a draft; its signatures are void."""

    draft: str
    content_sha256: str
    reason: str


class Released(_Body, frozen=True, kw_only=True):
    """The number is given, and what leaves the building is fixed by its digests."""

    draft: str
    number: Number
    issued: datetime
    drafted_by: str
    approved_by: str
    rule: Rule
    reason: str
    content_sha256: str
    bulletins: tuple[Digest, ...]
    action: Action


class AdvisorySeen(_Body, frozen=True, kw_only=True):
    """Another centre's advisory was received; with its text it also moves the threads."""

    centre: str
    number: Number
    sha256: str
    advisory: Advisory | None = None


class CountersTaken(_Body, frozen=True, kw_only=True):
    """A counter was handed over: the last number given for an effect in a year."""

    year: int
    effect: Kind
    last: int
    evidence: str


class OfficerEnrolled(_Body, frozen=True, kw_only=True):
    """A person has an account; `exercise` officers are the machine's own, in a replay."""

    officer: str
    person: str
    organisation: str
    roles: tuple[Role, ...]
    exercise: bool = False


class RoleGranted(_Body, frozen=True, kw_only=True):
    """An officer may do more."""

    officer: str
    role: Role


class RoleRevoked(_Body, frozen=True, kw_only=True):
    """An officer may do less."""

    officer: str
    role: Role


class OfficerDisabled(_Body, frozen=True, kw_only=True):
    """An officer may do nothing from now on."""

    officer: str
    reason: str


class AlarmRaised(_Body, frozen=True, kw_only=True):
    """A cause for alarm; the same alarm again counts up."""

    alarm: str
    cause: str
    severity: AlarmSeverity
    note: str


class AlarmAcknowledged(_Body, frozen=True, kw_only=True):
    """Somebody has seen an alarm."""

    alarm: str


class AlarmCleared(_Body, frozen=True, kw_only=True):
    """The cause of an alarm is gone."""

    alarm: str


class Noted(_Body, frozen=True, kw_only=True):
    """An officer's words, and the thread or alarm they belong to."""

    text: str
    about: str | None = None


class Checkpoint(_Body, frozen=True, kw_only=True):
    """The state's digest just before this record, to compare with other sites."""

    seq: int
    chain: str
    state_sha256: str


Body = (
    CentreFounded
    | SiteKeyAdded
    | SiteKeyRevoked
    | Drafted
    | Redrafted
    | Withdrawn
    | Signed
    | Refused
    | Released
    | AdvisorySeen
    | CountersTaken
    | OfficerEnrolled
    | RoleGranted
    | RoleRevoked
    | OfficerDisabled
    | AlarmRaised
    | AlarmAcknowledged
    | AlarmCleared
    | Noted
    | Checkpoint
)
