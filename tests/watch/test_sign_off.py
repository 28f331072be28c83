"""Four eyes: who may sign what, and what a signature is worth after an edit."""

from datetime import timedelta

import pytest
import watch_kit as kit
from msgspec.structs import replace
from watch_kit import MINUTE, T0

from stormcone.advisory.advisory import Status
from stormcone.effect.effect import Kind, Severity
from stormcone.watch import command, housekeeping
from stormcone.watch.body import DutyError, Means, Role, Rule
from stormcone.watch.command import Redraft, Refuse, ReleaseDraft, Sign, Withdraw, decide
from stormcone.watch.exercise import due_releases, due_signatures, hindered
from stormcone.watch.housekeeping import Disable, Enrol, RevokeRole, WriteNote
from stormcone.watch.sign_off import (
    MACHINE_MAY,
    MAY,
    AlreadyDoneError,
    NotOnDutyError,
    SignOffError,
    entitled,
)


@pytest.fixture
def desk():
    return kit.found(kit.MemoryStore())


@pytest.fixture
def replay():
    return kit.found(kit.MemoryStore(), scenario=kit.SCENARIO)


def edited(desk, name, *, officer="li", remark="EDITED"):
    old = desk.state.drafts[name]
    return Redraft(
        draft=name,
        base_sha256=old.content_sha256,
        advisory=kit.advisory(remark=remark),
        codecs=old.codecs,
    )


def test_two_organisations_release_an_advisory(desk):
    release = kit.release(desk)
    assert release.rule is Rule.TWO_ORGANISATIONS
    assert (release.drafted_by.id, release.approved_by.id) == ("li", "ivanova")
    assert release.advisory.number.key == "2026/HF COM/1"
    assert release.advisory.issued == T0
    assert [d.codec for d in release.bulletins] == list(kit.CODECS)
    assert release.bulletins == kit.render(release.advisory)


def test_the_same_person_cannot_approve(desk):
    name = kit.draft(desk)
    kit.sign(desk, name, "li")
    with pytest.raises(AlreadyDoneError, match="li has signed"):
        kit.sign(desk, name, "li")


def test_a_second_account_of_the_same_person_cannot_approve(desk):
    again = Enrol(
        officer="li2",
        person="  li  WEI",
        organisation="Elsewhere",
        roles=(Role.SECOND_OFFICER,),
    )
    desk.do(again, now=T0, officer="root")
    name = kit.draft(desk)
    kit.sign(desk, name, "li")
    with pytest.raises(SignOffError, match="another person's"):
        kit.sign(desk, name, "li2")


def test_the_same_organisation_cannot_approve_before_the_wait_is_over(desk):
    name = kit.draft(desk)
    kit.sign(desk, name, "li")
    with pytest.raises(SignOffError, match=r"ask the duty officer of another organisation"):
        kit.sign(desk, name, "wang", T0 + 9 * MINUTE)
    kit.sign(desk, name, "wang", T0 + 10 * MINUTE)
    bare = ReleaseDraft(draft=name, count_confirmed=1)
    with pytest.raises(SignOffError, match="reason of 10 characters"):
        desk.do(bare, now=T0 + 10 * MINUTE, officer="li")
    told = ReleaseDraft(draft=name, count_confirmed=1, reason="Moscow does not answer")
    body = desk.do(told, now=T0 + 10 * MINUTE, officer="li").body
    assert body.rule is Rule.ONE_ORGANISATION


def test_a_severe_one_waits_five_minutes(desk):
    name = kit.draft(desk, kit.advisory(severity=Severity.SEVERE))
    kit.sign(desk, name, "li")
    kit.sign(desk, name, "wang", T0 + 5 * MINUTE)
    assert len(desk.state.drafts[name].signatures) == 2


def test_one_person_alone_needs_the_policy_a_signature_and_a_reason(desk):
    name = kit.draft(desk)
    alone = ReleaseDraft(
        draft=name, alone=True, count_confirmed=1, reason="the line to B is cut"
    )
    with pytest.raises(SignOffError, match="0 of 2"):
        desk.do(alone, now=T0, officer="li")
    kit.sign(desk, name, "li")
    assert desk.do(alone, now=T0, officer="li").body.rule is Rule.ONE_PERSON


def test_a_strict_centre_knows_no_fallback():
    desk = kit.found(kit.MemoryStore(), policy=kit.Policy())
    name = kit.draft(desk)
    kit.sign(desk, name, "li")
    with pytest.raises(SignOffError, match="both signatures would be from CMA; ask"):
        kit.sign(desk, name, "wang", T0 + 600 * MINUTE)
    with pytest.raises(SignOffError, match="1 of 2"):
        desk.do(ReleaseDraft(draft=name, alone=True, reason="x" * 20), now=T0, officer="li")


def test_a_persons_draft_is_signed_first_by_that_person(desk):
    name = kit.draft(desk, officer="li")
    with pytest.raises(SignOffError, match="is Li Wei's, who signs first"):
        kit.sign(desk, name, "ivanova")


def test_an_edit_voids_the_signatures(desk):
    name = kit.draft(desk)
    kit.sign(desk, name, "li")
    desk.do(edited(desk, name), now=T0, officer="li")
    assert desk.state.drafts[name].signatures == ()
    with pytest.raises(SignOffError, match="0 of 2"):
        desk.do(ReleaseDraft(draft=name), now=T0, officer="li")


def test_an_approval_of_the_old_words_is_refused(desk):
    name = kit.draft(desk)
    old = desk.state.drafts[name].content_sha256
    desk.do(edited(desk, name), now=T0, officer="li")
    with pytest.raises(SignOffError, match=old[:8]):
        kit.sign(desk, name, "li", content=old)


def test_a_replayed_approval_is_refused_even_when_the_words_come_back(desk):
    name = kit.draft(desk)
    first = kit.sign(desk, name, "li").body
    desk.do(edited(desk, name), now=T0, officer="li")
    back = Redraft(
        draft=name,
        base_sha256=desk.state.drafts[name].content_sha256,
        advisory=kit.advisory(),
        codecs=kit.CODECS,
    )
    desk.do(back, now=T0, officer="li")
    assert desk.state.drafts[name].content_sha256 == first.content_sha256
    again = Sign(draft=name, attestation=first.attestation)
    with pytest.raises(SignOffError, match="used before"):
        desk.do(again, now=T0, officer="li")
    forgetful = replace(desk.state, nonces={})  # the planted weakness
    assert decide(forgetful, again, now=T0, officer="li").draft == name


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"officer": "ivanova"}, "with the word of ivanova"),
        ({"at": T0 - 6 * MINUTE}, "older than 5 min"),
        ({"at": T0 + 1 * MINUTE}, "or of the future"),
        ({"means": Means.EXERCISE}, "cannot sign by exercise"),
    ],
)
def test_an_approval_that_is_not_fresh_and_ones_own_is_refused(desk, changes, says):
    name = kit.draft(desk)
    content = desk.state.drafts[name].content_sha256
    attestation = replace(kit.approval("li", content), **changes)
    with pytest.raises(SignOffError, match=says):
        desk.do(Sign(draft=name, attestation=attestation), now=T0, officer="li")


def test_an_error_blocks_and_a_warning_wants_a_tick(desk):
    wrong = kit.draft(desk, findings=(kit.ERROR,))
    with pytest.raises(SignOffError, match=r"centre\.name"):
        kit.sign(desk, wrong, "li")
    doubtful = kit.draft(desk, findings=(kit.WARNING,))
    kit.sign(desk, doubtful, "li")
    with pytest.raises(SignOffError, match=r"times\.gap"):
        kit.sign(desk, doubtful, "ivanova")
    kit.sign(desk, doubtful, "ivanova", ticked=("times.gap",))


def test_a_returned_draft_cannot_be_signed_until_it_is_redrafted(desk):
    name = kit.draft(desk)
    kit.sign(desk, name, "li")
    content = desk.state.drafts[name].content_sha256
    desk.do(
        Refuse(draft=name, content_sha256=content, reason="area"), now=T0, officer="ivanova"
    )
    assert desk.state.drafts[name].signatures == ()
    with pytest.raises(SignOffError, match="was returned"):
        kit.sign(desk, name, "li")
    desk.do(edited(desk, name), now=T0, officer="li")
    kit.sign(desk, name, "li")


def test_a_second_writer_must_have_read_the_first_ones_words(desk):
    name = kit.draft(desk)
    stale = edited(desk, name)
    desk.do(edited(desk, name, remark="FIRST"), now=T0, officer="li")
    with pytest.raises(SignOffError, match="somebody changed it"):
        desk.do(stale, now=T0, officer="petrov")


def test_a_forecaster_alone_may_not_approve(desk):
    name = kit.draft(desk)
    kit.sign(desk, name, "li")
    with pytest.raises(NotOnDutyError, match="second signature is for duty officer"):
        kit.sign(desk, name, "petrov")


def test_a_disabled_officers_signature_no_longer_carries_a_release(desk):
    name = kit.draft(desk)
    kit.sign(desk, name, "li")
    kit.sign(desk, name, "ivanova")
    desk.do(Disable(of="ivanova", reason="left the service"), now=T0, officer="root")
    with pytest.raises(NotOnDutyError, match="ivanova"):
        desk.do(ReleaseDraft(draft=name, count_confirmed=1), now=T0, officer="li")


def test_codecs_that_changed_after_the_signatures_void_them(desk):
    desk._render = lambda advisory: kit.render(advisory)[:1]
    with pytest.raises(SignOffError, match="redraft and sign again"):
        kit.release(desk)


@pytest.mark.parametrize("row", sorted(MAY))
@pytest.mark.parametrize("role", list(Role))
def test_the_table_of_roles_holds_cell_by_cell(desk, row, role):
    new = Enrol(officer="new", person="New", organisation="CMA", roles=(role,))
    desk.do(new, now=T0, officer="root")
    if role in MAY[row]:
        assert entitled(desk.state, "new", row).id == "new"
    else:
        with pytest.raises(NotOnDutyError, match="new"):
            entitled(desk.state, "new", row)


def test_every_command_has_its_row_in_the_table():
    commands = {
        name
        for module in (command, housekeeping)
        for name, found in vars(module).items()
        if isinstance(found, type) and issubclass(found, command.Command)
    } - {"Command"}
    assert commands == set(MAY) - {"Approve"}
    assert commands >= MACHINE_MAY


def test_the_machine_signs_nothing_and_enrols_one_person_only(desk):
    name = kit.draft(desk)
    content = desk.state.drafts[name].content_sha256
    with pytest.raises(NotOnDutyError, match="for a person"):
        desk.do(Sign(draft=name, attestation=kit.approval("li", content)), now=T0)
    another = Enrol(officer="b", person="B", organisation="B", roles=(Role.ADMINISTRATOR,))
    with pytest.raises(NotOnDutyError, match="for a person"):
        desk.do(another, now=T0)


def test_the_machine_does_not_release_where_the_policy_leaves_it_to_people(desk):
    name = kit.draft(desk)
    kit.sign(desk, name, "li")
    kit.sign(desk, name, "ivanova")
    assert due_releases(desk.state) == ()
    with pytest.raises(NotOnDutyError, match="duty officer"):
        desk.do(ReleaseDraft(draft=name), now=T0)


def test_the_last_administrator_stays(desk):
    for going in (
        Disable(of="root", reason="leaves"),
        RevokeRole(of="root", role=Role.ADMINISTRATOR),
    ):
        with pytest.raises(DutyError, match="only administrator"):
            desk.do(going, now=T0, officer="root")


@pytest.mark.parametrize("sign", ["\r", "\x00", "\u202e", "\x1b"])
def test_words_with_control_or_direction_characters_are_refused_by_name(desk, sign):
    with pytest.raises(DutyError, match="must not contain"):
        desk.do(WriteNote(text=f"all{sign}quiet"), now=T0, officer="li")
    name = kit.draft(desk)
    with pytest.raises(DutyError, match="must not contain"):
        desk.do(Withdraw(draft=name, reason=f"old{sign}one"), now=T0, officer="li")


def play(desk, *, minutes):
    """Let exercise officers and the machine do what is due, each minute."""
    for minute in range(minutes):
        now = T0 + minute * MINUTE
        for officer, signing in due_signatures(desk.state, now):
            desk.do(signing, now=now, officer=officer)
        while due := due_releases(desk.state, now):
            desk.do(due[0], now=now)


def test_exercise_officers_sign_two_minutes_apart_and_the_machine_releases(replay):
    kit.draft(replay, kit.advisory(status=Status.EXERCISE), findings=(kit.WARNING,))
    play(replay, minutes=2)
    assert not replay.state.releases
    play(replay, minutes=3)
    (release,) = replay.state.releases.values()
    assert release.rule is Rule.MACHINE_EXERCISE
    assert release.reason == f"exercise of the scenario {kit.SCENARIO}"
    assert release.drafted_by.organisation != release.approved_by.organisation
    assert release.at - T0 == timedelta(minutes=2)


def test_a_signed_draft_that_cannot_be_released_waits_with_its_reason(replay):
    for cause in ("PCA", "MUF"):
        kit.draft(replay, kit.advisory(status=Status.EXERCISE, cause=cause))
    play(replay, minutes=3)
    assert len(replay.state.releases) == 2
    (first, _) = replay.state.releases.values()
    for _ in range(2):
        follows = kit.advisory(status=Status.EXERCISE, replaces=(first.advisory.number,))
        kit.draft(replay, follows)
    play(replay, minutes=4)
    assert len(replay.state.releases) == 3
    assert due_releases(replay.state) == ()
    (waiting,) = replay.state.drafts
    assert "stands at 2026/HF COM/3" in hindered(replay.state)[waiting]


def test_exercise_officers_leave_errors_and_peoples_drafts_alone(replay):
    kit.draft(replay, kit.advisory(status=Status.EXERCISE), findings=(kit.ERROR,))
    kit.draft(replay, kit.advisory(status=Status.EXERCISE), officer="li")
    play(replay, minutes=4)
    assert not replay.state.releases


def test_people_in_a_replay_release_under_their_own_rule(replay):
    release = kit.release(replay, kit.advisory(status=Status.TEST))
    assert release.rule is Rule.TWO_ORGANISATIONS


def test_an_operational_advisory_never_enters_an_exercise(replay):
    with pytest.raises(DutyError, match="TEST or EXERCISE"):
        kit.draft(replay, kit.advisory(status=Status.OPERATIONAL))


def test_a_live_centre_has_no_exercise_officers(desk):
    for officer in (None, "root"):
        new = Enrol(
            officer="x", person="X", organisation="X", roles=(Role.DUTY_OFFICER,), exercise=True
        )
        with pytest.raises(DutyError):
            desk.do(new, now=T0, officer=officer)
    assert due_signatures(desk.state, T0) == ()


def test_an_advisory_of_two_effects_or_of_another_centre_is_no_draft(desk):
    with pytest.raises(DutyError, match="one effect"):
        kit.draft(desk, kit.advisory(effects=(Kind.HF_COM, Kind.GNSS)))
    with pytest.raises(DutyError, match="PECASUS"):
        kit.draft(desk, kit.advisory(centre="PECASUS"))
