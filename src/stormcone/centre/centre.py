"""The centre: once a minute it looks, drafts, signs what is due, and tells its readers."""

from collections.abc import Sequence
from contextlib import suppress
from datetime import datetime, timedelta
from threading import RLock

from stormcone.advisory.advisory import Advisory
from stormcone.advisory.causes import family
from stormcone.advisory.decide import Action, Decision
from stormcone.advisory.draft import Outlet
from stormcone.api.events import Hub, Notice
from stormcone.api.notices import notice
from stormcone.bulletin import iwxxm_2025_2, tac_amd82
from stormcone.bulletin.bulletin import Finding
from stormcone.centre.checks import findings
from stormcone.centre.keeper import Keeper
from stormcone.centre.lookout import Lookout
from stormcone.centre.lookouts import Lookouts
from stormcone.effect.effect import Cause, Kind
from stormcone.observation.archive import Archive
from stormcone.reference.utc import floor_minutes, write_utc
from stormcone.watch.body import Digest, DutyError
from stormcone.watch.command import Command, MakeDraft, Redraft, Withdraw
from stormcone.watch.desk import Desk
from stormcone.watch.exercise import due_releases, due_signatures
from stormcone.watch.housekeeping import Check
from stormcone.watch.overdue import due_alarms
from stormcone.watch.release import digests
from stormcone.watch.state import Draft, State

CODECS = (tac_amd82.CODEC, iwxxm_2025_2.CODEC)
RENEWED_AFTER = timedelta(minutes=30)
"""A draft that nobody has signed is rewritten, or taken off the desk, when it is this old."""


def render(advisory: Advisory) -> tuple[Digest, ...]:
    """Return the digests of the bulletins that an advisory leaves as."""
    return digests((tac_amd82.write(advisory), iwxxm_2025_2.write(advisory)))


class Centre:
    """One site's centre over an archive and a desk; `tick` may be done twice without harm."""

    def __init__(self, archive: Archive, desk: Desk, outlet: Outlet, hub: Hub) -> None:
        self.archive = archive
        self.desk = desk
        self.outlet = outlet
        self.hub = hub
        self.lookouts = Lookouts(archive, outlet)
        self._keeper = Keeper(archive, lambda word: hub.publish(Notice(topic="kept", id=word)))
        self._told = desk.head.seq
        self._lock = RLock()

    def tick(self, now: datetime) -> None:
        """Look at what is known at `now`, and do what follows from it.

        Raises
        ------
        DutyError
            If the ground moved under a decision; the next tick decides again.
        OSError
            If the journal or the archive cannot be written; the same tick can be done again.
        """
        with self._lock:
            self.lookouts.look(now)
            self._settle(now)
            self._warn(now)
            self._draft(now)
            self._settle(now)
            self._check(now)
            self._keeper.keep(now)
            self._tell()

    def follow(self, now: datetime) -> None:
        """Do what an officer's act has made due, and tell of it."""
        with self._lock:
            with suppress(DutyError):
                self._settle(now)
            self._tell()

    def _settle(self, now: datetime) -> None:
        """Sign for the exercise officers and release what is due, until nothing is."""
        while due := self._due(now):
            for officer, command in due:
                self.desk.do(command, now=now, officer=officer)

    def _due(self, now: datetime) -> list[tuple[str | None, Command]]:
        state = self.desk.state
        releases = ((None, command) for command in due_releases(state, now))
        return [*due_signatures(state, now), *releases]

    def _draft(self, now: datetime) -> None:
        for lookout in self.lookouts:
            subject = lookout.subject(())
            standing = standing_for(self.desk.state, subject.kind, subject.cause)
            decision = self.lookouts.decision(lookout, standing)
            draft = open_draft(self.desk.state, subject.kind, subject.cause)
            if draft is None and decision is not None:
                self._make(now, lookout, decision, standing)
            elif draft is not None:
                self._renew(now, lookout, draft, decision, standing)

    def _make(
        self, now: datetime, lookout: Lookout, decision: Decision, standing: Sequence[Advisory]
    ) -> None:
        advisory = self.lookouts.draft(lookout, decision, standing)
        command = MakeDraft(
            advisory=advisory, findings=self._findings(advisory, now), codecs=CODECS
        )
        self.desk.do(command, now=now)

    def _renew(
        self,
        now: datetime,
        lookout: Lookout,
        draft: Draft,
        decision: Decision | None,
        standing: Sequence[Advisory],
    ) -> None:
        """Keep a waiting draft true: severer at once, else afresh when it has grown old."""
        back = draft.action is Action.END and self.lookouts.exceeds(lookout)
        severer = decision is not None and _is_severer(decision, draft)
        if not (back or severer or _is_old(draft, now)):
            return
        if decision is None:
            reason = (
                f"{'the event is back' if back else 'no longer called for'} at {write_utc(now)}"
            )
            self.desk.do(Withdraw(draft=draft.id, reason=reason), now=now)
            return
        advisory = self.lookouts.draft(lookout, decision, standing)
        command = Redraft(
            draft=draft.id,
            base_sha256=draft.content_sha256,
            advisory=advisory,
            findings=self._findings(advisory, now),
            codecs=CODECS,
        )
        self.desk.do(command, now=now)

    def _findings(self, advisory: Advisory, now: datetime) -> tuple[Finding, ...]:
        return findings(advisory, self.desk.state, self.outlet.unit, now)

    def _warn(self, now: datetime) -> None:
        """Raise the alarm for threads whose next advisory is due, and clear it after."""
        for alarm in due_alarms(self.desk.state, now):
            self.desk.do(alarm, now=now)

    def _check(self, now: datetime) -> None:
        """Write the state's digest once an hour."""
        hour = floor_minutes(now, 60)
        checked = self.desk.state.checked
        if self.desk.state.centre is not None and (checked is None or checked < hour):
            self.desk.do(Check(), now=now)

    def _tell(self) -> None:
        """Send a notice of each record that has not been told of."""
        while events := self.desk.events(self._told):
            for event in events:
                self.hub.publish(notice(event))
            self._told = events[-1].seq

    def tell_of_fields(self, now: datetime) -> None:
        """Send word that readings and fields have moved on."""
        at = write_utc(now)
        for topic in ("feed", "series.xray_flux_w_m2", "series.proton_flux_10mev_pfu"):
            self.hub.publish(Notice(topic=topic, id=at, valid=at))
        if now.minute % 5 == 0:
            self.hub.publish(Notice(topic="field.haf", id=at, valid=at))


def standing_for(state: State, kind: Kind, cause: Cause) -> tuple[Advisory, ...]:
    """Return the last advisory of each live thread of a cause, in the order they opened."""
    live = state.live(kind)
    return tuple(t.last for t in live if family(t.cause) == family(cause))


def open_draft(state: State, kind: Kind, cause: Cause) -> Draft | None:
    """Return the draft of a cause that lies on the desk, if there is one."""
    drafts = state.drafts.values()
    return next(
        (
            d
            for d in drafts
            if family(d.advisory.cause) == family(cause) and kind in d.advisory.effects
        ),
        None,
    )


def _is_old(draft: Draft, now: datetime) -> bool:
    """Say whether a draft must be written afresh: unsigned for long, or its promise passing."""
    promised = draft.advisory.next_by
    passing = promised is not None and promised - now < RENEWED_AFTER
    return passing or (not draft.signatures and now - draft.changed >= RENEWED_AFTER)


def _is_severer(decision: Decision, draft: Draft) -> bool:
    before = draft.advisory.severity
    if decision.severity is None or draft.action is Action.END:
        return decision.severity is not None
    return before is None or decision.severity > before
