"""What each event does to the state of the watch (pure); it decides nothing, it remembers."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from functools import singledispatch
from typing import TypeVar

from msgspec.structs import replace

from stormcone.advisory.advisory import Advisory, Number
from stormcone.advisory.threads import join, raised
from stormcone.watch.body import (
    AdvisorySeen,
    AlarmAcknowledged,
    AlarmCleared,
    AlarmRaised,
    CentreFounded,
    Checkpoint,
    CountersTaken,
    Drafted,
    Noted,
    OfficerDisabled,
    OfficerEnrolled,
    Redrafted,
    Refused,
    Released,
    RoleGranted,
    RoleRevoked,
    Signed,
    SiteKeyAdded,
    SiteKeyRevoked,
    Withdrawn,
)
from stormcone.watch.event import Event
from stormcone.watch.release import Officer, Release
from stormcone.watch.state import Alarm, Draft, Note, Refusal, Signature, State

NOTES_KEPT = 200
APPROVAL_LASTS = timedelta(minutes=5)

_Value = TypeVar("_Value")


def apply(state: State, event: Event) -> State:
    """Return the state after `event`; its head is set by the fold, which knows the record."""
    at = event.at if state.at is None else max(state.at, event.at)
    return replace(_happen(event.body, state, event), at=at)


def _with(table: Mapping[str, _Value], key: str, value: _Value) -> Mapping[str, _Value]:
    return {**table, key: value}


def _without(table: Mapping[str, _Value], key: str) -> Mapping[str, _Value]:
    return {k: value for k, value in table.items() if k != key}


@singledispatch
def _happen(body: object, state: State, event: Event) -> State:
    raise NotImplementedError(f"no rule for {type(body).__name__} of record {event.seq}")


@_happen.register
def _founded(body: CentreFounded, state: State, event: Event) -> State:
    keys = {site.name: (site.public_key,) for site in body.sites}
    return replace(state, centre=body, keys=keys)


@_happen.register
def _key_added(body: SiteKeyAdded, state: State, event: Event) -> State:
    keys = (*state.keys.get(body.site, ()), body.public_key)
    return replace(state, keys=_with(state.keys, body.site, keys))


@_happen.register
def _key_revoked(body: SiteKeyRevoked, state: State, event: Event) -> State:
    keys = tuple(k for k in state.keys.get(body.site, ()) if k != body.public_key)
    return replace(state, keys=_with(state.keys, body.site, keys))


@_happen.register
def _drafted(body: Drafted, state: State, event: Event) -> State:
    draft = _draft(body, event, created=event.at)
    return replace(state, drafts=_with(state.drafts, body.draft, draft))


@_happen.register
def _redrafted(body: Redrafted, state: State, event: Event) -> State:
    draft = _draft(body, event, created=state.drafts[body.draft].created)
    return replace(state, drafts=_with(state.drafts, body.draft, draft))


def _draft(body: Drafted | Redrafted, event: Event, *, created: datetime) -> Draft:
    return Draft(
        id=body.draft,
        advisory=body.advisory,
        findings=body.findings,
        codecs=body.codecs,
        action=body.action,
        content_sha256=body.content_sha256,
        drafter=event.officer,
        created=created,
        changed=event.at,
    )


@_happen.register
def _withdrawn(body: Withdrawn, state: State, event: Event) -> State:
    return replace(state, drafts=_without(state.drafts, body.draft))


@_happen.register
def _signed(body: Signed, state: State, event: Event) -> State:
    signature = Signature(
        officer=body.attestation.officer,
        at=event.at,
        attestation=body.attestation,
        ticked=body.ticked,
    )
    draft = state.drafts[body.draft]
    draft = replace(draft, signatures=(*draft.signatures, signature))
    fresh = {n: at for n, at in state.nonces.items() if event.at - at <= APPROVAL_LASTS}
    nonces = _with(fresh, body.attestation.nonce, body.attestation.at)
    return replace(state, drafts=_with(state.drafts, body.draft, draft), nonces=nonces)


@_happen.register
def _refused(body: Refused, state: State, event: Event) -> State:
    refusal = Refusal(officer=event.officer, at=event.at, reason=body.reason)
    draft = replace(state.drafts[body.draft], signatures=(), refusal=refusal)
    return replace(state, drafts=_with(state.drafts, body.draft, draft))


@_happen.register
def _released(body: Released, state: State, event: Event) -> State:
    draft = state.drafts[body.draft]
    advisory = replace(draft.advisory, number=body.number, issued=body.issued)
    release = Release(
        advisory=advisory,
        seq=event.seq,
        at=event.at,
        epoch=event.epoch,
        draft=body.draft,
        action=body.action,
        drafted_by=state.officers[body.drafted_by],
        approved_by=state.officers[body.approved_by],
        rule=body.rule,
        reason=body.reason,
        content_sha256=body.content_sha256,
        bulletins=body.bulletins,
    )
    return replace(
        _joined(state, advisory),
        drafts=_without(state.drafts, body.draft),
        releases=_with(state.releases, body.number.key, release),
    )


@_happen.register
def _seen(body: AdvisorySeen, state: State, event: Event) -> State:
    if body.advisory is None:
        return replace(state, counters=raised(state.counters, body.number))
    issued = body.advisory.issued or event.at
    return _joined(state, replace(body.advisory, number=body.number, issued=issued))


def _joined(state: State, advisory: Advisory) -> State:
    after = join(state.ledger, advisory)
    return replace(state, counters=after.counters, threads=after.threads)


@_happen.register
def _taken(body: CountersTaken, state: State, event: Event) -> State:
    number = Number(year=body.year, effect=body.effect, count=body.last)
    return replace(state, counters=raised(state.counters, number))


@_happen.register
def _enrolled(body: OfficerEnrolled, state: State, event: Event) -> State:
    officer = Officer(
        id=body.officer,
        person=body.person,
        organisation=body.organisation,
        roles=body.roles,
        exercise=body.exercise,
        changed=event.seq,
    )
    return replace(state, officers=_with(state.officers, body.officer, officer))


@_happen.register
def _granted(body: RoleGranted, state: State, event: Event) -> State:
    officer = state.officers[body.officer]
    roles = tuple(sorted({*officer.roles, body.role}))
    return _changed(state, replace(officer, roles=roles, changed=event.seq))


@_happen.register
def _revoked(body: RoleRevoked, state: State, event: Event) -> State:
    officer = state.officers[body.officer]
    roles = tuple(role for role in officer.roles if role != body.role)
    return _changed(state, replace(officer, roles=roles, changed=event.seq))


@_happen.register
def _disabled(body: OfficerDisabled, state: State, event: Event) -> State:
    officer = state.officers[body.officer]
    return _changed(state, replace(officer, disabled=True, changed=event.seq))


def _changed(state: State, officer: Officer) -> State:
    return replace(state, officers=_with(state.officers, officer.id, officer))


@_happen.register
def _alarm_raised(body: AlarmRaised, state: State, event: Event) -> State:
    before = state.alarms.get(body.alarm)
    alarm = Alarm(
        id=body.alarm,
        cause=body.cause,
        severity=body.severity,
        note=body.note,
        raised=before.raised if before else event.at,
        count=before.count + 1 if before else 1,
    )
    if before is not None and before.cleared is None and before.severity == body.severity:
        alarm = replace(
            alarm, acknowledged=before.acknowledged, acknowledged_by=before.acknowledged_by
        )
    return replace(state, alarms=_with(state.alarms, body.alarm, alarm))


@_happen.register
def _alarm_acknowledged(body: AlarmAcknowledged, state: State, event: Event) -> State:
    alarm = state.alarms[body.alarm]
    if alarm.cleared is not None:
        return replace(state, alarms=_without(state.alarms, body.alarm))
    alarm = replace(alarm, acknowledged=event.at, acknowledged_by=event.officer)
    return replace(state, alarms=_with(state.alarms, body.alarm, alarm))


@_happen.register
def _alarm_cleared(body: AlarmCleared, state: State, event: Event) -> State:
    alarm = state.alarms[body.alarm]
    if alarm.acknowledged is not None:
        return replace(state, alarms=_without(state.alarms, body.alarm))
    return replace(
        state, alarms=_with(state.alarms, body.alarm, replace(alarm, cleared=event.at))
    )


@_happen.register
def _checked(body: Checkpoint, state: State, event: Event) -> State:
    return replace(state, checked=event.at)


@_happen.register
def _noted(body: Noted, state: State, event: Event) -> State:
    note = Note(
        seq=event.seq, at=event.at, officer=event.officer, text=body.text, about=body.about
    )
    return replace(state, notes=(*state.notes, note)[-NOTES_KEPT:])
