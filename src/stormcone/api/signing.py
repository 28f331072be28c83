"""Who may sign a draft, and what has to be typed for it (pure)."""

from stormcone.advisory.advisory import Advisory
from stormcone.advisory.decide import Action
from stormcone.bulletin.bulletin import Weight
from stormcone.watch.exercise import hindered
from stormcone.watch.release import Officer
from stormcone.watch.sign_off import MAY, same_organisation, same_person
from stormcone.watch.state import Draft, State


def to_type(advisory: Advisory, action: Action) -> str:
    """Return what a signer types, so that nobody signs by reflex: ``HF COM MOD``.

    The end of a thread is ``HF COM END``; an advisory that could not see says ``HF COM FCST``.
    """
    word = "END" if action is Action.END else str(advisory.severity or "FCST")
    return f"{advisory.effects[0]} {word}"


def barred(mode: str, state: State, draft: Draft, officer: str | None) -> str | None:
    """Return why `officer` cannot sign `draft`, in words; None if nothing is in the way."""
    if mode == "replay":
        return "in a replay the exercise officers sign"
    found = state.officers.get(officer or "")
    if found is None:
        return "log in to sign"
    if len(draft.signatures) == 2:
        return hindered(state).get(draft.id, "both signatures are given")
    reasons = (
        _of_the_draft(draft),
        _of_the_role(draft, found),
        _of_the_first(state, draft, found),
    )
    return next((reason for reason in reasons if reason), None)


def _of_the_draft(draft: Draft) -> str | None:
    if draft.refusal is not None:
        return f"returned: {draft.refusal.reason}"
    errors = any(f.weight is Weight.ERROR for f in draft.findings)
    return "the checks found an error" if errors else None


def _of_the_role(draft: Draft, officer: Officer) -> str | None:
    needed = MAY["Approve" if draft.signatures else "Sign"]
    may = needed & set(officer.roles)
    return None if may else f"this signature is for {', '.join(sorted(needed))}"


def _of_the_first(state: State, draft: Draft, officer: Officer) -> str | None:
    if not draft.signatures:
        return None
    first = state.officers[draft.signatures[0].officer]
    if same_person(first, officer):
        return "you have signed it; the second signature is another person's"
    if same_organisation(first, officer):
        return f"{first.organisation} has signed it; another organisation must approve"
    return None
