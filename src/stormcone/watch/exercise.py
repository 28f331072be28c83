"""What a replay's own officers sign, and when the machine may release (pure)."""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from itertools import islice

from stormcone.advisory.advisory import Status
from stormcone.bulletin.bulletin import Weight
from stormcone.watch.body import Attestation, DutyError, Means, Role
from stormcone.watch.command import Ground, ReleaseDraft, Sign, no_bulletins
from stormcone.watch.release import Officer
from stormcone.watch.sign_off import MAY, same_organisation, same_person
from stormcone.watch.state import Draft, State


def due_signatures(state: State, now: datetime) -> tuple[tuple[str, Sign], ...]:
    """Return (officer, command) of what exercise officers sign now: one for each draft.

    The first signs at once, the second of another organisation `exercise_delay_s` after the
    draft. Drafts with errors, returned ones and those of people are left to people.
    """
    if state.centre is None or not state.centre.policy.exercise:
        return ()
    delay = timedelta(seconds=state.centre.policy.exercise_delay_s)
    return tuple(
        (officer.id, _signature(state, draft, officer, now))
        for draft in state.drafts.values()
        if _is_signable(draft) and (not draft.signatures or now - draft.changed >= delay)
        for officer in _next_signer(state, draft)
    )


def due_releases(state: State, now: datetime | None = None) -> tuple[ReleaseDraft, ...]:
    """Return the next release of a draft with both signatures, where the policy says at once.

    One at a time: each moves the ground of the next, so ask again after it. Drafts whose
    release would be refused are left to people: see `hindered`.
    """
    if state.centre is None or not state.centre.policy.release_at_second_signature:
        return ()
    waiting = hindered(state, now)
    ready = (d for d in state.drafts.values() if len(d.signatures) == 2 and d.id not in waiting)
    return tuple(ReleaseDraft(draft=draft.id) for draft in islice(ready, 1))


def hindered(state: State, now: datetime | None = None) -> Mapping[str, str]:
    """Return why drafts with both signatures cannot be released as they are, by draft."""
    at = now or state.at
    if at is None:
        return {}
    ground = Ground(state=state, now=at, officer=None, render=no_bulletins)
    found = (
        (d.id, _hindrance(ground, d)) for d in state.drafts.values() if len(d.signatures) == 2
    )
    return {draft: why for draft, why in found if why}


def _hindrance(ground: Ground, draft: Draft) -> str:
    try:
        ReleaseDraft(draft=draft.id).ready(ground)
    except DutyError as error:
        return str(error)
    return ""


def _is_signable(draft: Draft) -> bool:
    errors = any(f.weight is Weight.ERROR for f in draft.findings)
    settled = errors or draft.refusal is not None or len(draft.signatures) == 2
    return not settled and draft.advisory.status is not Status.OPERATIONAL


def _next_signer(state: State, draft: Draft) -> tuple[Officer, ...]:
    """Return the first exercise officer, by id, whose signature would count; or nobody."""
    officers = sorted(state.officers.values(), key=lambda officer: officer.id)
    if not draft.signatures:
        mine = [o for o in officers if draft.drafter in (None, o.id)]
        return tuple(_who_may(mine, MAY["Sign"]))[:1]
    first = state.officers[draft.signatures[0].officer]
    others = [
        o for o in officers if not same_organisation(first, o) and not same_person(first, o)
    ]
    return tuple(_who_may(others, MAY["Approve"]))[:1]


def _who_may(officers: Iterable[Officer], roles: frozenset[Role]) -> list[Officer]:
    return [o for o in officers if o.exercise and not o.disabled and roles & set(o.roles)]


def _signature(state: State, draft: Draft, officer: Officer, now: datetime) -> Sign:
    attestation = Attestation(
        officer=officer.id,
        means=Means.EXERCISE,
        content_sha256=draft.content_sha256,
        nonce=f"{draft.id}/{len(draft.signatures)}/{draft.content_sha256[:16]}/{state.head.seq}",
        at=now,
    )
    warnings = tuple(sorted({f.code for f in draft.findings}))
    return Sign(draft=draft.id, attestation=attestation, ticked=warnings)
