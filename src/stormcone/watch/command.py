"""What officers and the machine may ask for, and what comes of it (pure).

A command becomes the body of an event, against exactly the state before it, or is refused
with a `DutyError` that names the value and the next step.
"""

import unicodedata
from datetime import datetime

from msgspec import Struct
from msgspec.structs import replace

from stormcone.advisory.advisory import Advisory, Number, Status
from stormcone.advisory.causes import cause_of, family
from stormcone.advisory.decide import Action
from stormcone.advisory.finding import ERROR
from stormcone.advisory.threads import ends, replaced_slips
from stormcone.bulletin.bulletin import Finding
from stormcone.reference.utc import floor_minutes
from stormcone.watch import sign_off
from stormcone.watch.body import (
    Attestation,
    Body,
    CentreFounded,
    Digest,
    Drafted,
    DutyError,
    Redrafted,
    Refused,
    Released,
    Rule,
    Signed,
    Withdrawn,
)
from stormcone.watch.numbering import confirm, next_number
from stormcone.watch.release import Officer, Render
from stormcone.watch.state import Draft, State

NOTE_LENGTH = 4000
NAME_LENGTH = 64
_BIDI = frozenset("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


class ThreadError(DutyError):
    """A draft continues what is not there to be continued."""


class Ground(Struct, frozen=True, kw_only=True):
    """What a command stands on: the state, the centre's clock, who asks, how bulletins look."""

    state: State
    now: datetime
    officer: Officer | None
    render: Render

    @property
    def centre(self) -> CentreFounded:
        """The founding record, without which there is nothing to do."""
        if self.state.centre is None:
            raise DutyError("the centre is not founded; its first record must be CentreFounded")
        return self.state.centre

    def draft(self, draft: str) -> Draft:
        """Return an open draft."""
        found = self.state.drafts.get(draft)
        if found is not None:
            return found
        for release in self.state.releases.values():
            if release.draft == draft:
                raise sign_off.AlreadyDoneError(
                    f"draft {draft} was released as {release.advisory.number}", release.seq
                )
        raise DutyError(f"no draft {draft!r} on the desk; open: {sorted(self.state.drafts)}")


class Command(Struct, frozen=True, kw_only=True):
    """Something asked for; `name` is its row in the table of roles."""

    def decide(self, ground: Ground) -> Body:
        """Return what happens, or raise a DutyError."""
        raise NotImplementedError

    def entitled(self, state: State, officer: str | None) -> Officer | None:
        """Return who asks, if that officer (or the machine, None) may."""
        return sign_off.entitled(state, officer, type(self).__name__)


def no_bulletins(advisory: Advisory) -> tuple[Digest, ...]:
    """Render nothing: for a centre without codecs."""
    return ()


def decide(
    state: State,
    command: Command,
    *,
    now: datetime,
    officer: str | None = None,
    render: Render = no_bulletins,
) -> Body:
    """Return the body of the event that `command` makes of `state`; `officer` None = machine.

    Raises
    ------
    DutyError
        Or a child of it: NotOnDutyError, SignOffError, ThreadError, CounterError,
        AlreadyDoneError.
    """
    asking = command.entitled(state, officer)
    return command.decide(Ground(state=state, now=now, officer=asking, render=render))


def clean(text: str, what: str, longest: int, *, lines: bool = False) -> str:
    """Return `text` without blanks around it, if it can be shown anywhere as it is.

    Raises
    ------
    DutyError
        Naming the first control or direction character, or the length.

    Examples
    --------
    >>> clean(" Li Wei ", "name", 64)
    'Li Wei'
    """
    text = text.strip()
    for character in text:
        control = unicodedata.category(character) in ("Cc", "Zl", "Zp") or character in _BIDI
        if control and not (lines and character == "\n"):
            name = unicodedata.name(character, f"U+{ord(character):04X}")
            raise DutyError(f"{what} must not contain {name}; take it out")
    if not 1 <= len(text) <= longest:
        raise DutyError(f"{what} has {len(text)} characters; 1 to {longest} are allowed")
    return text


class MakeDraft(Command, frozen=True, kw_only=True):
    """Lay a draft on the desk; the machine's own drafts have no drafter until one signs."""

    advisory: Advisory
    findings: tuple[Finding, ...] = ()
    codecs: tuple[str, ...] = ()

    def decide(self, ground: Ground) -> Drafted:
        """Name the draft after its record: D17."""
        _check_content(ground, self.advisory)
        return Drafted(
            draft=f"D{ground.state.head.seq + 1}",
            advisory=self.advisory,
            findings=self.findings,
            codecs=self.codecs,
            action=action_of(self.advisory),
            content_sha256=sign_off.content_sha256(self.advisory, self.codecs),
        )


class Redraft(Command, frozen=True, kw_only=True):
    """Replace a draft's content; `base_sha256` is the content that the writer began from."""

    draft: str
    base_sha256: str
    advisory: Advisory
    findings: tuple[Finding, ...] = ()
    codecs: tuple[str, ...] = ()

    def decide(self, ground: Ground) -> Redrafted:
        """Refuse a second writer who has not seen the first one's words."""
        draft = ground.draft(self.draft)
        _check_same(draft, self.base_sha256)
        _check_content(ground, self.advisory)
        return Redrafted(
            draft=self.draft,
            advisory=self.advisory,
            findings=self.findings,
            codecs=self.codecs,
            action=action_of(self.advisory),
            content_sha256=sign_off.content_sha256(self.advisory, self.codecs),
        )


class Withdraw(Command, frozen=True, kw_only=True):
    """Take a draft off the desk."""

    draft: str
    reason: str

    def decide(self, ground: Ground) -> Withdrawn:
        """Withdraw any open draft, signed or not."""
        ground.draft(self.draft)
        return Withdrawn(draft=self.draft, reason=clean(self.reason, "the reason", NOTE_LENGTH))


class Sign(Command, frozen=True, kw_only=True):
    """Stand behind a draft as it stands: first the drafter, then another organisation."""

    draft: str
    attestation: Attestation
    ticked: tuple[str, ...] = ()

    def decide(self, ground: Ground) -> Signed:
        """Check who, what and when, and the ticks of the second officer."""
        draft = ground.draft(self.draft)
        if ground.officer is None:
            raise sign_off.NotOnDutyError("a signature is a person's; name the officer")
        if ground.officer.id in {signature.officer for signature in draft.signatures}:
            raise sign_off.AlreadyDoneError(f"{ground.officer.id} has signed {draft.id}")
        check = sign_off.check_signature
        check(ground.state, draft, ground.officer, self.attestation, ground.now)
        if draft.signatures:
            sign_off.check_ticks(draft, self.ticked)
        return Signed(
            draft=self.draft,
            content_sha256=draft.content_sha256,
            attestation=self.attestation,
            ticked=self.ticked,
        )


class Refuse(Command, frozen=True, kw_only=True):
    """Return a draft to its desk, with the reason; its signatures are void."""

    draft: str
    content_sha256: str
    reason: str

    def decide(self, ground: Ground) -> Refused:
        """Refuse the content that was read, not one that came after it."""
        draft = ground.draft(self.draft)
        _check_same(draft, self.content_sha256)
        return Refused(
            draft=self.draft,
            content_sha256=self.content_sha256,
            reason=clean(self.reason, "the reason", NOTE_LENGTH),
        )


class ReleaseDraft(Command, frozen=True, kw_only=True):
    """Give a signed draft its number and its time, and let it go.

    `alone` declares an emergency (ONE_PERSON); `count_confirmed` is an officer's word for the
    first number of a series that nobody handed over.
    """

    draft: str
    reason: str = ""
    alone: bool = False
    count_confirmed: int | None = None

    def decide(self, ground: Ground) -> Released:
        """Fill in number and time of issue, render, and fix the bytes by their digests."""
        draft, standing, reason, advisory, number = self.ready(ground)
        bulletins = ground.render(advisory)
        _check_codecs(draft, bulletins)
        return Released(
            draft=draft.id,
            number=number,
            issued=advisory.issued or ground.now,
            drafted_by=standing.drafted_by.id,
            approved_by=standing.approved_by.id,
            rule=standing.rule,
            reason=reason,
            content_sha256=draft.content_sha256,
            bulletins=bulletins,
            action=draft.action,
        )

    def ready(self, ground: Ground) -> tuple[Draft, sign_off.Standing, str, Advisory, Number]:
        """Return all that a release rests on, or raise the DutyError that stands in its way."""
        draft = ground.draft(self.draft)
        _check_machine(ground)
        alone = ground.officer if self.alone else None
        standing = sign_off.standing(ground.state, draft, alone=alone)
        reason = self._reason(ground, standing.rule)
        _check_thread(ground, draft.advisory)
        _check_opening(ground, draft)
        number, issued = self._numbered(ground, draft.advisory)
        advisory = replace(draft.advisory, number=number, issued=issued)
        return draft, standing, reason, advisory, number

    def _reason(self, ground: Ground, rule: Rule) -> str:
        reason = self.reason
        if rule is Rule.MACHINE_EXERCISE and not reason:
            reason = f"exercise of the scenario {ground.centre.scenario}"
        sign_off.check_reason(rule, reason)
        return clean(reason, "the reason", NOTE_LENGTH) if reason else ""

    def _numbered(self, ground: Ground, advisory: Advisory) -> tuple[Number, datetime]:
        issued = floor_minutes(ground.now, 1)
        if advisory.next_by is not None and advisory.next_by <= issued:
            raise DutyError(
                f"the next advisory was promised by {advisory.next_by:%H:%MZ} and it is "
                f"{issued:%H:%MZ}; redraft with a later time"
            )
        number = next_number(ground.state.counters, issued.year, advisory.effects[0])
        if not ground.centre.policy.exercise:
            confirm(ground.state.counters, number, self.count_confirmed)
        return number, issued


def action_of(advisory: Advisory) -> Action:
    """Return what an advisory does to its thread."""
    if ends(advisory) and (advisory.replaces or advisory.thread):
        return Action.END
    return Action.UPDATE if advisory.replaces or advisory.thread else Action.ISSUE


def _check_same(draft: Draft, content_sha256: str) -> None:
    if draft.content_sha256 != content_sha256:
        raise sign_off.SignOffError(
            f"draft {draft.id} is {draft.content_sha256[:8]} now, not {content_sha256[:8]}: "
            f"somebody changed it meanwhile; read it again"
        )


def _check_content(ground: Ground, advisory: Advisory) -> None:
    if advisory.number is not None or advisory.issued is not None:
        raise DutyError(
            f"a draft has neither number nor time of issue, this one is {advisory.number} of "
            f"{advisory.issued}; both are given at release"
        )
    if len(advisory.effects) != 1:
        raise DutyError(
            f"an advisory is of one effect, not of {list(advisory.effects)}; split it"
        )
    if advisory.centre != ground.centre.name:
        raise DutyError(f"a draft of {advisory.centre!r} on the desk of {ground.centre.name!r}")
    if ground.centre.policy.exercise and advisory.status is Status.OPERATIONAL:
        raise DutyError("this centre is an exercise; its advisories are TEST or EXERCISE")
    _check_thread(ground, advisory)


def _check_thread(ground: Ground, advisory: Advisory) -> None:
    """Check that what an advisory continues is live, and that it replaces the last of it."""
    home = ground.state.threads.get(advisory.thread or "")
    if home is None and advisory.thread:
        raise ThreadError(f"no thread {advisory.thread} is known; redraft")
    if home is not None and home.ended is not None:
        raise ThreadError(f"thread {home.key} ended at {home.ended:%d/%H:%MZ}; open a new one")
    for slip in replaced_slips(advisory, ground.state.ledger):
        if slip.severity == ERROR:
            raise ThreadError(f"{slip.value}: {slip.message}; redraft")
    if home is not None and home.keys[-1] not in {n.key for n in advisory.replaces}:
        raise ThreadError(
            f"thread {home.key} stands at {home.keys[-1]}, which the draft does not replace; "
            f"redraft"
        )


def _check_opening(ground: Ground, draft: Draft) -> None:
    """Check that no thread of the cause was opened after a draft that would open another."""
    advisory, cause = draft.advisory, cause_of(draft.advisory)
    for thread in () if advisory.replaces else ground.state.live(advisory.effects[0]):
        if thread.opened > draft.changed and family(thread.cause) == family(cause):
            raise ThreadError(
                f"thread {thread.key} of {thread.cause} was opened at {thread.opened:%H:%MZ}, "
                f"after draft {draft.id}; redraft to replace {thread.keys[-1]}"
            )


def _check_machine(ground: Ground) -> None:
    if ground.officer is None and not ground.centre.policy.release_at_second_signature:
        raise sign_off.NotOnDutyError(
            "this centre's policy leaves the release to the duty officer; log in and release"
        )


def _check_codecs(draft: Draft, bulletins: tuple[Digest, ...]) -> None:
    rendered = sorted({bulletin.codec for bulletin in bulletins})
    if rendered != sorted(draft.codecs):
        raise sign_off.SignOffError(
            f"draft {draft.id} was signed for {sorted(draft.codecs)}, and this version writes "
            f"{rendered}; redraft and sign again"
        )
