"""Several officers at two desks, in any order, with lost answers and restarts."""

import pytest
import watch_kit as kit
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    invariant,
    rule,
    run_state_machine_as_test,
)
from watch_kit import MINUTE, T0

from stormcone.effect.effect import Kind
from stormcone.watch.body import DutyError, Released
from stormcone.watch.command import Redraft, ReleaseDraft, Withdraw
from stormcone.watch.desk import Desk
from stormcone.watch.event import read_event, unseal
from stormcone.watch.fold import fold
from stormcone.watch.journal import JournalError, OutcomeUnknownError

SITTINGS = st.integers(0, 1)
EFFECTS = st.sampled_from([Kind.HF_COM, Kind.GNSS])
OFFICERS = st.sampled_from(sorted(kit.OFFICERS))


class RoughStore(kit.MemoryStore):
    """A journal whose answers can be lost, and that others may write to first."""

    def __init__(self):
        super().__init__()
        self.lose_answer = False
        self.rush = None

    def append(self, record, *, expected):
        if self.rush is not None:
            rush, self.rush = self.rush, None
            rush()
        head = super().append(record, expected=expected)
        if self.lose_answer:
            self.lose_answer = False
            raise ConnectionResetError("the process died here")
        return head


class CarelessStore(RoughStore):
    """The planted bug: an append that does not ask for the head it was decided against."""

    def append(self, record, *, expected):
        if self.rush is not None:
            rush, self.rush = self.rush, None
            rush()
        self.kept.append(record)
        return self.head()


class Watch(RuleBasedStateMachine):
    """Commands in any order; the journal must never double, lose or contradict."""

    store_type = RoughStore

    def __init__(self):
        super().__init__()
        self.store = self.store_type()
        self.now = T0
        self.acknowledged = {}
        self.desks = [kit.found(self.store), self.opened()]

    def opened(self):
        return Desk(self.store, kit.identity(), kit.render)

    def told(self, act, *arguments):
        """Give a command; refusals are answers, and a lost answer means a restart."""
        try:
            return act(*arguments)
        except (DutyError, JournalError):
            return None
        except ConnectionResetError:
            self.desks = [self.opened(), self.opened()]
            return None

    def draft(self, draw):
        drafts = sorted(self.desks[0].refresh().drafts)
        return draw.draw(st.sampled_from(drafts)) if drafts else None

    @rule(desk=SITTINGS, effect=EFFECTS, end=st.booleans())
    def lay_a_draft(self, desk, effect, end):
        live = self.desks[desk].refresh().live(effect)
        numbers = tuple(thread.last.number for thread in live[-1:]) if end else ()
        wanted = kit.advisory(effect, replaces=numbers, end=bool(numbers), at=self.now)
        self.told(lambda: kit.draft(self.desks[desk], wanted, now=self.now))

    @rule(desk=SITTINGS, officer=OFFICERS, draw=st.data())
    def sign(self, desk, officer, draw):
        if name := self.draft(draw):
            self.told(self.signed, self.desks[desk], name, officer)

    def signed(self, desk, name, officer):
        return kit.sign(desk, name, officer, self.now)

    @rule(desk=SITTINGS, effect=EFFECTS, release=st.booleans())
    def make_ready(self, desk, effect, release):
        """Draft and sign without anything in between, so that there is much to release."""
        wanted = kit.advisory(effect, at=self.now)
        if name := self.told(lambda: kit.draft(self.desks[desk], wanted, now=self.now)):
            for officer in ("li", "ivanova"):
                self.told(self.signed, self.desks[desk], name, officer)
            if release:
                self.told(self.released, self.desks[1 - desk], name)

    @rule(desk=SITTINGS, draw=st.data())
    def release(self, desk, draw):
        if name := self.draft(draw):
            self.told(self.released, self.desks[desk], name)

    def released(self, desk, name):
        if name not in desk.refresh().drafts:
            return
        effect = desk.state.drafts[name].advisory.effects[0]
        count = desk.state.counters.get(f"2026/{effect}", 0) + 1
        command = ReleaseDraft(draft=name, count_confirmed=count)
        body = desk.do(command, now=self.now, officer="li").body
        self.acknowledged[body.draft] = body.number.key

    @rule(desk=SITTINGS)
    def release_all_that_is_ready(self, desk):
        for draft in list(self.desks[desk].refresh().drafts.values()):
            if len(draft.signatures) == 2:
                self.told(self.released, self.desks[desk], draft.id)

    @rule(desk=SITTINGS, same=st.booleans())
    def two_release_at_once(self, desk, same):
        """The other desk's whole command comes between our reading and our writing."""
        drafts = self.desks[desk].refresh().drafts.values()
        ready = [draft.id for draft in drafts if len(draft.signatures) == 2]
        if ready:
            ours, theirs = ready[0], ready[0 if same else -1]
            self.store.rush = lambda: self.told(self.released, self.desks[1 - desk], theirs)
            self.told(self.released, self.desks[desk], ours)
            self.store.rush = None

    @rule(desk=SITTINGS, draw=st.data(), remark=st.sampled_from(["A", "B"]))
    def edit(self, desk, draw, remark):
        if name := self.draft(draw):
            old = self.desks[desk].refresh().drafts[name]
            new = kit.advisory(old.advisory.effects[0], remark=remark, at=self.now)
            command = Redraft(
                draft=name, base_sha256=old.content_sha256, advisory=new, codecs=kit.CODECS
            )
            self.told(lambda: self.desks[desk].do(command, now=self.now, officer="li"))

    @rule(desk=SITTINGS, draw=st.data())
    def withdraw(self, desk, draw):
        if name := self.draft(draw):
            command = Withdraw(draft=name, reason="not needed")
            self.told(lambda: self.desks[desk].do(command, now=self.now))

    @rule()
    def lose_the_next_answer(self):
        self.store.lose_answer = True

    @rule()
    def restart(self):
        self.desks = [self.opened(), self.opened()]

    @rule(minutes=st.integers(1, 4))
    def wait(self, minutes):
        self.now += minutes * MINUTE

    def releases(self):
        events = [read_event(unseal(r, n)[1], n) for n, r in enumerate(self.store.kept, 1)]
        return [event.body for event in events if isinstance(event.body, Released)]

    @invariant()
    def no_number_is_doubled_and_none_is_left_out(self):
        for effect in (Kind.HF_COM, Kind.GNSS):
            counts = [b.number.count for b in self.releases() if b.number.effect is effect]
            assert counts == list(range(1, len(counts) + 1))

    @invariant()
    def what_was_acknowledged_is_there(self):
        released = {body.draft: body.number.key for body in self.releases()}
        assert self.acknowledged.items() <= released.items()

    @invariant()
    def every_desk_folds_to_the_same_state(self):
        state = fold(self.store.kept)
        assert all(desk.refresh().sha256 == state.sha256 for desk in self.desks)

    @invariant()
    def every_release_has_two_organisations_behind_it(self):
        for release in self.desks[0].refresh().releases.values():
            assert release.drafted_by.organisation != release.approved_by.organisation


class CarelessWatch(Watch):
    """The same watch over the planted bug."""

    store_type = CarelessStore


@pytest.mark.slow
def test_no_order_of_commands_doubles_loses_or_contradicts():
    run_state_machine_as_test(
        Watch,
        settings=settings(
            max_examples=60, stateful_step_count=40, deadline=None, derandomize=True
        ),
    )


@pytest.mark.slow
def test_the_planted_bug_is_found():
    hunt = settings(
        max_examples=200,
        stateful_step_count=30,
        deadline=None,
        derandomize=True,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    with pytest.raises((AssertionError, JournalError)):
        run_state_machine_as_test(CarelessWatch, settings=hunt)


class VagueStore(kit.MemoryStore):
    """A journal that writes, or not, and says in either case that it does not know."""

    def __init__(self):
        super().__init__()
        self.then = None

    def append(self, record, *, expected):
        if self.then is None:
            return super().append(record, expected=expected)
        then, self.then = self.then, None
        then(record, expected)
        raise OutcomeUnknownError("no answer within 2 s")


def test_an_unknown_outcome_is_settled_by_looking_for_our_own_record():
    store = VagueStore()
    desk = kit.found(store)
    store.then = lambda record, expected: kit.MemoryStore.append(
        store, record, expected=expected
    )
    assert kit.draft(desk) in desk.state.drafts
    assert desk.verify().head == desk.head


def test_an_unknown_outcome_that_another_overtook_was_not_written():
    store = VagueStore()
    desk = kit.found(store)
    other = Desk(store, kit.identity(), kit.render)
    store.then = lambda record, expected: kit.draft(other)
    with pytest.raises(JournalError, match="another came first"):
        kit.draft(desk)
    assert len(desk.refresh().drafts) == 1


def test_an_unknown_outcome_that_nothing_settles_stays_unknown():
    store = VagueStore()
    desk = kit.found(store)
    store.then = lambda record, expected: None
    with pytest.raises(OutcomeUnknownError):
        kit.draft(desk)
