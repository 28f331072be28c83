"""The rest of the watch's commands: centre, keys, officers, counters, alarms, notes (pure)."""

import re

from stormcone.advisory.advisory import Advisory, Number
from stormcone.advisory.threads import counter_key
from stormcone.effect.effect import Kind
from stormcone.watch import sign_off
from stormcone.watch.body import (
    AdvisorySeen,
    AlarmAcknowledged,
    AlarmCleared,
    AlarmRaised,
    AlarmSeverity,
    CentreFounded,
    Checkpoint,
    CountersTaken,
    DutyError,
    FoundingSite,
    Noted,
    OfficerDisabled,
    OfficerEnrolled,
    Policy,
    Role,
    RoleGranted,
    RoleRevoked,
    SiteKeyAdded,
    SiteKeyRevoked,
)
from stormcone.watch.command import NAME_LENGTH, NOTE_LENGTH, Command, Ground, clean
from stormcone.watch.release import Officer
from stormcone.watch.state import Alarm, State

_OFFICER_ID = re.compile(r"[a-z0-9][a-z0-9._-]{0,63}")
_KEY = re.compile(r"[0-9a-f]{64}")


class Found(Command, frozen=True, kw_only=True):
    """Found the centre: the first record of every journal."""

    name: str
    sites: tuple[FoundingSite, ...]
    policy: Policy
    scenario: str | None = None

    def decide(self, ground: Ground) -> CentreFounded:
        """Refuse a second founding, and an exercise that is not marked as one."""
        if ground.state.centre is not None:
            raise sign_off.AlreadyDoneError(f"{ground.centre.name} is founded already", 1)
        if (self.scenario is not None) != self.policy.exercise:
            raise DutyError(
                f"scenario {self.scenario!r} with exercise={self.policy.exercise}: a scenario "
                f"is an exercise, and a live centre has no scenario"
            )
        return CentreFounded(
            name=clean(self.name, "the centre's name", 12),
            sites=self.sites,
            policy=self.policy,
            scenario=self.scenario,
        )


class AddSiteKey(Command, frozen=True, kw_only=True):
    """Let a site sign with one more key (hex)."""

    site: str
    public_key: str

    def decide(self, ground: Ground) -> SiteKeyAdded:
        """Add a key of 64 hex digits, to a site that exists."""
        if self.site not in ground.state.keys:
            raise DutyError(f"no site {self.site!r}; there are {sorted(ground.state.keys)}")
        if not _KEY.fullmatch(self.public_key):
            raise DutyError(f"{self.public_key!r} is not 64 hex digits of an Ed25519 key")
        if self.public_key in ground.state.keys[self.site]:
            raise sign_off.AlreadyDoneError(
                f"{self.site} signs with {self.public_key[:8]} already"
            )
        return SiteKeyAdded(site=self.site, public_key=self.public_key)


class RevokeSiteKey(Command, frozen=True, kw_only=True):
    """Make a key good for nothing; the record must be signed with another one."""

    site: str
    public_key: str
    reason: str

    def decide(self, ground: Ground) -> SiteKeyRevoked:
        """Keep one key at least."""
        keys = ground.state.keys.get(self.site, ())
        if self.public_key not in keys:
            raise DutyError(f"{self.site!r} has no key {self.public_key[:8]}; it has {keys}")
        if len(keys) == 1:
            raise DutyError(
                f"{self.public_key[:8]} is {self.site}'s only key; add another first"
            )
        reason = clean(self.reason, "the reason", NOTE_LENGTH)
        return SiteKeyRevoked(site=self.site, public_key=self.public_key, reason=reason)


class See(Command, frozen=True, kw_only=True):
    """Take note of another centre's advisory: its number, its bytes, and its text if read."""

    centre: str
    number: Number
    sha256: str
    advisory: Advisory | None = None

    def decide(self, ground: Ground) -> AdvisorySeen:
        """Refuse our own, and one whose text is of another number."""
        if self.number.key in ground.state.releases:
            raise DutyError(
                f"{self.number.key} is our own release, not {self.centre}'s; look why"
            )
        if self.advisory is not None and self.advisory.number != self.number:
            raise DutyError(f"the text is of {self.advisory.number}, not of {self.number.key}")
        return AdvisorySeen(
            centre=clean(self.centre, "the centre's name", 12),
            number=self.number,
            sha256=self.sha256,
            advisory=self.advisory,
        )


class TakeCounter(Command, frozen=True, kw_only=True):
    """Take over a counter; `evidence` says from what (a packet, a call, a bulletin)."""

    year: int
    effect: Kind
    last: int
    evidence: str

    def decide(self, ground: Ground) -> CountersTaken:
        """Refuse a counter that is behind ours."""
        number = Number(year=self.year, effect=self.effect, count=self.last)
        ours = ground.state.counters.get(counter_key(self.year, self.effect), 0)
        if number.count < ours:
            raise DutyError(f"{number.key} is behind our own count of {ours}; compare the logs")
        evidence = clean(self.evidence, "the evidence", NOTE_LENGTH)
        return CountersTaken(
            year=self.year, effect=self.effect, last=self.last, evidence=evidence
        )


class Enrol(Command, frozen=True, kw_only=True):
    """Give a person an officer's place; the credentials are kept elsewhere."""

    officer: str
    person: str
    organisation: str
    roles: tuple[Role, ...]
    exercise: bool = False

    def entitled(self, state: State, officer: str | None) -> Officer | None:
        """Let the machine enrol the first person, and a replay's exercise officers."""
        first = all(enrolled.exercise for enrolled in state.officers.values())
        exercise = state.centre is not None and state.centre.policy.exercise
        if officer is None and (first or (exercise and self.exercise)):
            return None
        return super().entitled(state, officer)

    def decide(self, ground: Ground) -> OfficerEnrolled:
        """Refuse a name that is taken, and exercise officers of a live centre."""
        if not _OFFICER_ID.fullmatch(self.officer):
            raise DutyError(
                f"{self.officer!r} is not an officer's id: 1 to 64 of a-z, 0-9, '.', '_', '-'"
            )
        if self.officer in ground.state.officers:
            raise sign_off.AlreadyDoneError(f"officer {self.officer!r} is enrolled already")
        if self.exercise and not ground.centre.policy.exercise:
            raise DutyError(f"{self.officer!r} is an exercise officer; this centre is live")
        return OfficerEnrolled(
            officer=self.officer,
            person=clean(self.person, "the person's name", NAME_LENGTH),
            organisation=clean(self.organisation, "the organisation", NAME_LENGTH),
            roles=tuple(sorted(set(self.roles))),
            exercise=self.exercise,
        )


class GrantRole(Command, frozen=True, kw_only=True):
    """Let an officer do more."""

    of: str
    role: Role

    def decide(self, ground: Ground) -> RoleGranted:
        """Grant a role that the officer does not have."""
        if self.role in sign_off.known(ground.state, self.of).roles:
            raise sign_off.AlreadyDoneError(f"{self.of} is {self.role} already")
        return RoleGranted(officer=self.of, role=self.role)


class RevokeRole(Command, frozen=True, kw_only=True):
    """Let an officer do less."""

    of: str
    role: Role

    def decide(self, ground: Ground) -> RoleRevoked:
        """Revoke a role that the officer has; one administrator must remain."""
        officer = sign_off.known(ground.state, self.of)
        if self.role not in officer.roles:
            raise sign_off.AlreadyDoneError(f"{self.of} is no {self.role}")
        if self.role is Role.ADMINISTRATOR:
            _check_administrators(ground.state, self.of)
        return RoleRevoked(officer=self.of, role=self.role)


class Disable(Command, frozen=True, kw_only=True):
    """Let an officer do nothing any more; what was signed stays signed."""

    of: str
    reason: str

    def decide(self, ground: Ground) -> OfficerDisabled:
        """Disable an officer; one administrator must remain."""
        sign_off.known(ground.state, self.of)
        _check_administrators(ground.state, self.of)
        reason = clean(self.reason, "the reason", NOTE_LENGTH)
        return OfficerDisabled(officer=self.of, reason=reason)


def _check_administrators(state: State, leaving: str) -> None:
    remaining = {
        o.id
        for o in state.officers.values()
        if Role.ADMINISTRATOR in o.roles and not o.disabled
    }
    if remaining == {leaving}:
        raise DutyError(f"{leaving} is the only administrator; make another one first")


class RaiseAlarm(Command, frozen=True, kw_only=True):
    """Raise an alarm; the same cause has the same id, as ``feed.stale:goes-xrs``."""

    alarm: str
    cause: str
    severity: AlarmSeverity
    note: str

    def decide(self, ground: Ground) -> AlarmRaised:
        """Raise it, or count up the one that is there."""
        return AlarmRaised(
            alarm=clean(self.alarm, "the alarm's id", 2 * NAME_LENGTH),
            cause=clean(self.cause, "the cause", NAME_LENGTH),
            severity=self.severity,
            note=clean(self.note, "the note", NOTE_LENGTH),
        )


class AcknowledgeAlarm(Command, frozen=True, kw_only=True):
    """Say that somebody has seen an alarm."""

    alarm: str

    def decide(self, ground: Ground) -> AlarmAcknowledged:
        """Acknowledge an alarm once."""
        alarm = _alarm(ground.state, self.alarm)
        if alarm.acknowledged is not None:
            raise sign_off.AlreadyDoneError(
                f"{alarm.id} was acknowledged by {alarm.acknowledged_by}"
            )
        return AlarmAcknowledged(alarm=self.alarm)


class ClearAlarm(Command, frozen=True, kw_only=True):
    """Say that an alarm's cause is gone."""

    alarm: str

    def decide(self, ground: Ground) -> AlarmCleared:
        """Clear an alarm once."""
        alarm = _alarm(ground.state, self.alarm)
        if alarm.cleared is not None:
            raise sign_off.AlreadyDoneError(f"{alarm.id} was cleared at {alarm.cleared}")
        return AlarmCleared(alarm=self.alarm)


def _alarm(state: State, alarm: str) -> Alarm:
    found = state.alarms.get(alarm)
    if found is None:
        raise DutyError(f"no alarm {alarm!r}; there are {sorted(state.alarms)}")
    return found


class WriteNote(Command, frozen=True, kw_only=True):
    """Leave words for the log, and for whoever comes on duty."""

    text: str
    about: str | None = None

    def decide(self, ground: Ground) -> Noted:
        """Keep up to 4,000 characters, lines allowed."""
        about = (
            None if self.about is None else clean(self.about, "the subject", 2 * NAME_LENGTH)
        )
        return Noted(text=clean(self.text, "the note", NOTE_LENGTH, lines=True), about=about)


class Check(Command, frozen=True, kw_only=True):
    """Write the state's digest into the journal, for sites to compare."""

    def decide(self, ground: Ground) -> Checkpoint:
        """Digest the state before this record."""
        head = ground.state.head
        return Checkpoint(seq=head.seq, chain=head.chain, state_sha256=ground.state.sha256)
