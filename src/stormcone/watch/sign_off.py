"""Who may do what, and when two signatures are two: the four eyes of the centre (pure)."""

import hashlib
from collections.abc import Iterable
from datetime import datetime, timedelta
from types import MappingProxyType

import msgspec
from msgspec import Struct
from msgspec.structs import replace

from stormcone.advisory.advisory import Advisory, Status
from stormcone.bulletin.bulletin import Weight
from stormcone.effect.effect import Severity
from stormcone.watch.apply import APPROVAL_LASTS
from stormcone.watch.body import Attestation, DutyError, Means, Policy, Role, Rule
from stormcone.watch.release import Officer
from stormcone.watch.state import Draft, State

REASON_LENGTH = 10
MACHINE = None

_DESK = frozenset({Role.FORECASTER, Role.DUTY_OFFICER, Role.SECOND_OFFICER, Role.DEBRIS_DESK})
_DUTY = frozenset({Role.DUTY_OFFICER, Role.SECOND_OFFICER})
_EVERYBODY = frozenset(Role)
_ADMINISTRATOR = frozenset({Role.ADMINISTRATOR})

MAY = MappingProxyType(
    {
        "Found": frozenset[Role](),
        "AddSiteKey": _ADMINISTRATOR,
        "RevokeSiteKey": _ADMINISTRATOR,
        "MakeDraft": _DESK,
        "Redraft": _DESK,
        "Withdraw": _DESK,
        "Sign": _DESK,
        "Approve": _DUTY,
        "Refuse": _DESK,
        "ReleaseDraft": _DUTY,
        "See": _DESK | {Role.HAND_OVER_AUTHORITY},
        "TakeCounter": frozenset({Role.HAND_OVER_AUTHORITY}),
        "Enrol": _ADMINISTRATOR,
        "GrantRole": _ADMINISTRATOR,
        "RevokeRole": _ADMINISTRATOR,
        "Disable": _ADMINISTRATOR,
        "RaiseAlarm": _EVERYBODY - {Role.AUDITOR},
        "AcknowledgeAlarm": _EVERYBODY - {Role.AUDITOR, Role.OBSERVER},
        "ClearAlarm": _DESK,
        "WriteNote": _EVERYBODY - {Role.AUDITOR},
        "Check": frozenset[Role](),
    }
)
"""Which roles may give which command; ``Approve`` is the second signature of a draft."""

MACHINE_MAY = frozenset(
    {
        "Found", "MakeDraft", "Redraft", "Withdraw", "ReleaseDraft", "See",
        "RaiseAlarm", "ClearAlarm", "Check",
    }
)  # fmt: skip
"""What the machine may do by itself; it enrols the first officers of a centre as well."""


class NotOnDutyError(DutyError):
    """The officer, in the roles held now, may not give the command."""


class SignOffError(DutyError):
    """The signatures of a draft are not what its release needs."""


class AlreadyDoneError(DutyError):
    """What is asked for has been done before; `seq` is the record where, if it is known."""

    def __init__(self, message: str, seq: int | None = None) -> None:
        self.seq = seq
        super().__init__(message)


class Standing(Struct, frozen=True, kw_only=True):
    """Under which rule a draft may be released, and who stands behind it."""

    rule: Rule
    drafted_by: Officer
    approved_by: Officer


def content_sha256(advisory: Advisory, codecs: Iterable[str]) -> str:
    """Return what is approved: the advisory without number and issue, and how it is written."""
    bare = replace(advisory, number=None, issued=None)
    content = msgspec.json.encode([bare, sorted(codecs)], order="deterministic")
    return hashlib.sha256(content).hexdigest()


def entitled(state: State, officer: str | None, command: str) -> Officer | None:
    """Return the officer who may give `command`, or None for the machine that may.

    Raises
    ------
    NotOnDutyError
        If there is no such officer, or none of the officer's roles allows it.
    """
    if officer is MACHINE:
        if command not in MACHINE_MAY:
            raise NotOnDutyError(
                f"{command} is for a person, not for the machine: log in first"
            )
        return None
    found = known(state, officer)
    if not MAY[command] & set(found.roles):
        roles = ", ".join(found.roles) or "no role"
        wanted = ", ".join(sorted(MAY[command])) or "the machine alone"
        raise NotOnDutyError(
            f"{officer} ({roles}) may not {command}: that is for {wanted}; "
            f"an administrator can grant the role"
        )
    return found


def known(state: State, officer: str) -> Officer:
    """Return an officer who is enrolled and not disabled.

    Raises
    ------
    NotOnDutyError
        If there is none of this name.
    """
    found = state.officers.get(officer)
    if found is None:
        raise NotOnDutyError(f"no officer {officer!r} is enrolled; an administrator can enrol")
    if found.disabled:
        raise NotOnDutyError(f"officer {officer!r} is disabled; ask an administrator")
    return found


def check_signature(
    state: State, draft: Draft, officer: Officer, attestation: Attestation, now: datetime
) -> None:
    """Check that `officer` may sign `draft` as it stands, first or second.

    Raises
    ------
    SignOffError
        If the attestation is stale, used, of another content or of another officer, or the
        officer's place does not make this signature count.
    """
    _check_attestation(state, draft, officer, attestation, now)
    if draft.refusal is not None:
        raise SignOffError(
            f"draft {draft.id} was returned ({draft.refusal.reason!r}); redraft it, then sign"
        )
    errors = [f.code for f in draft.findings if f.weight is Weight.ERROR]
    if errors:
        raise SignOffError(f"draft {draft.id} has errors ({', '.join(errors)}); redraft it")
    if not draft.signatures:
        _check_first(state, draft, officer)
    elif len(draft.signatures) == 1:
        _check_second(state, draft, officer, now)
    else:
        raise AlreadyDoneError(f"draft {draft.id} has both signatures; release it")


def _check_attestation(
    state: State, draft: Draft, officer: Officer, attestation: Attestation, now: datetime
) -> None:
    if attestation.officer != officer.id:
        raise SignOffError(f"{officer.id} cannot sign with the word of {attestation.officer}")
    if attestation.content_sha256 != draft.content_sha256:
        raise SignOffError(
            f"draft {draft.id} is {draft.content_sha256[:8]} now, and what was approved is "
            f"{attestation.content_sha256[:8]}; read it again and sign that"
        )
    if not timedelta(0) <= now - attestation.at <= APPROVAL_LASTS:
        raise SignOffError(
            f"the approval of {attestation.at:%H:%M:%SZ} is older than 5 min at "
            f"{now:%H:%M:%SZ}, or of the future; sign again"
        )
    if attestation.nonce in state.nonces:
        raise SignOffError(f"approval {attestation.nonce[:8]} was used before; sign again")
    if (attestation.means is Means.EXERCISE) != officer.exercise:
        raise SignOffError(
            f"{officer.id} cannot sign by {attestation.means}; use the other means"
        )


def _check_first(state: State, draft: Draft, officer: Officer) -> None:
    if draft.drafter in (None, officer.id):
        return
    drafter = state.officers[draft.drafter]
    raise SignOffError(
        f"draft {draft.id} is {drafter.person}'s, who signs first; to stand behind it in that "
        f"place, redraft it as {officer.id}"
    )


def _check_second(state: State, draft: Draft, officer: Officer, now: datetime) -> None:
    if not MAY["Approve"] & set(officer.roles):
        raise NotOnDutyError(
            f"{officer.id} ({', '.join(officer.roles)}) may not approve draft {draft.id}: "
            f"the second signature is for {', '.join(sorted(MAY['Approve']))}"
        )
    first = state.officers[draft.signatures[0].officer]
    if same_person(first, officer):
        raise SignOffError(
            f"{officer.person} signed draft {draft.id} as {first.id}; the second signature is "
            f"another person's, of another organisation than {first.organisation}"
        )
    if same_organisation(first, officer):
        _check_fallback(_policy(state), draft, officer, now)


def _check_fallback(policy: Policy, draft: Draft, officer: Officer, now: datetime) -> None:
    severe = draft.advisory.severity is Severity.SEVERE
    wait_s = policy.fallback_after_severe_s if severe else policy.fallback_after_s
    waited_s = (now - draft.signatures[0].at).total_seconds()
    if policy.one_organisation and waited_s >= wait_s:
        return
    later = f", or wait {wait_s} s for it" if policy.one_organisation else ""
    raise SignOffError(
        f"{officer.id} cannot approve draft {draft.id}: both signatures would be from "
        f"{officer.organisation}; ask the duty officer of another organisation{later}"
    )


def same_person(one: Officer, other: Officer) -> bool:
    """Say whether two accounts belong to one person."""
    return one.id == other.id or _folded(one.person) == _folded(other.person)


def same_organisation(one: Officer, other: Officer) -> bool:
    """Say whether two officers are of one organisation."""
    return _folded(one.organisation) == _folded(other.organisation)


def _folded(name: str) -> str:
    return " ".join(name.casefold().split())


def check_ticks(draft: Draft, ticked: Iterable[str]) -> None:
    """Check that the second officer has accepted every warning.

    Raises
    ------
    SignOffError
        Naming the warnings that have no tick.
    """
    warnings = {f.code for f in draft.findings if f.weight is Weight.WARNING}
    missing = sorted(warnings - set(ticked))
    if missing:
        raise SignOffError(
            f"draft {draft.id} has warnings that nobody ticked ({', '.join(missing)}); read "
            f"them, tick each one or return the draft"
        )


def standing(state: State, draft: Draft, *, alone: Officer | None = None) -> Standing:
    """Return under which rule `draft` may be released now; `alone` declares an emergency.

    Raises
    ------
    SignOffError
        If its signatures do not reach.
    """
    signers = [known(state, signature.officer) for signature in draft.signatures]
    if len(signers) == 2:
        return Standing(
            rule=_rule_of(state, draft, *signers), drafted_by=signers[0], approved_by=signers[1]
        )
    if alone is not None and _policy(state).one_organisation and signers == [alone]:
        return Standing(rule=Rule.ONE_PERSON, drafted_by=alone, approved_by=alone)
    raise SignOffError(
        f"draft {draft.id} has {len(signers)} of 2 signatures; ask the duty officer of another "
        f"organisation to sign"
    )


def _rule_of(state: State, draft: Draft, first: Officer, second: Officer) -> Rule:
    if same_person(first, second):
        raise SignOffError(f"draft {draft.id}: {first.id} and {second.id} are one person")
    if first.exercise or second.exercise:
        if not _policy(state).exercise or draft.advisory.status is Status.OPERATIONAL:
            raise SignOffError(
                f"draft {draft.id} is {draft.advisory.status}: exercise officers sign TEST and "
                f"EXERCISE advisories of an exercise centre only"
            )
        return Rule.MACHINE_EXERCISE
    if same_organisation(first, second):
        return Rule.ONE_ORGANISATION
    return Rule.TWO_ORGANISATIONS


def check_reason(rule: Rule, reason: str) -> None:
    """Check that a release under any rule but the first says why.

    Raises
    ------
    SignOffError
        If the reason is shorter than 10 characters.
    """
    if rule is not Rule.TWO_ORGANISATIONS and len(reason.strip()) < REASON_LENGTH:
        raise SignOffError(
            f"a release under {rule} needs a reason of {REASON_LENGTH} characters or more, "
            f"not {reason!r}"
        )


def _policy(state: State) -> Policy:
    return state.centre.policy if state.centre else Policy()
