"""Accounts, sessions and enrolment, against people who guess, steal and come back."""

import sqlite3
import time
from datetime import timedelta
from itertools import count

import pytest
import watch_kit as kit
from argon2 import PasswordHasher
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from watch_kit import MINUTE, T0

from stormcone.watch.account import (
    Accounts,
    LogInError,
    PasswordError,
    SetUpError,
    TooManyFailuresError,
    delay_s,
)
from stormcone.watch.body import DutyError, Means, Role
from stormcone.watch.command import Sign
from stormcone.watch.desk import Desk
from stormcone.watch.enrolment import NewOfficer, enrol, log_in, set_up
from stormcone.watch.housekeeping import Disable, GrantRole, RevokeRole
from stormcone.watch.session import SessionError, Sessions, check_csrf, csrf_token
from stormcone.watch.sign_off import AlreadyDoneError, NotOnDutyError

QUICK = PasswordHasher(time_cost=1, memory_cost=64, parallelism=1)
PASSWORD = "three dusty radars"
SECOND = timedelta(seconds=1)
HOURS = (T0 + timedelta(hours=hour) for hour in count())
ZHAO = NewOfficer(
    name="zhao",
    person="Zhao Min",
    organisation="CMA",
    password=PASSWORD,
    roles=(Role.DUTY_OFFICER,),
)


@pytest.fixture
def accounts(tmp_path):
    opened = Accounts(tmp_path / "site", QUICK)
    yield opened
    opened.close()


@pytest.fixture
def li(accounts):
    """Accounts in which li has a password."""
    accounts.set_password("li", PASSWORD, T0)
    return accounts


@pytest.fixture
def desk():
    return kit.found(kit.MemoryStore())


def guesses(accounts, times, *, name="li", address="", now=T0):
    """Guess wrong some times; return how the last one was answered."""
    answer = None
    for _ in range(times):
        with pytest.raises((LogInError, TooManyFailuresError)) as answered:
            accounts.check_password(name, "not it, not it", now, address)
        answer = answered.value
    return answer


def test_the_file_is_for_its_owner_alone(accounts):
    assert accounts.path.stat().st_mode & 0o777 == 0o600


def test_no_secret_is_in_the_file(li):
    token = Sessions(li).open(kit.found(kit.MemoryStore()).state.officers["li"], T0)
    kept = li.path.read_bytes()
    assert b"$argon2id$" in kept
    assert PASSWORD.encode() not in kept
    assert token.encode() not in kept


def test_the_right_password_opens_and_a_wrong_one_does_not(li):
    li.check_password("li", PASSWORD, T0)
    with pytest.raises(LogInError):
        li.check_password("li", PASSWORD + " ", T0)


@settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.text(max_size=80))
def test_an_unknown_name_is_answered_like_a_wrong_password(li, name):
    now = next(HOURS)
    known = str(guesses(li, 1, now=now))
    assert str(guesses(li, 1, name="?" + name, now=now)) == known


def cost_s(accounts, name):
    """Return the least processor time that a wrong password costs."""
    spent = []
    for minute in range(5):
        began = time.process_time()
        guesses(accounts, 1, name=name, now=T0 + 20 * minute * MINUTE)
        spent.append(time.process_time() - began)
    return min(spent)


def test_an_unknown_name_costs_the_same_work(tmp_path):
    accounts = Accounts(tmp_path, PasswordHasher(time_cost=2, memory_cost=8192, parallelism=1))
    accounts.set_password("li", PASSWORD, T0)
    ratio = cost_s(accounts, "nobody") / cost_s(accounts, "li")
    accounts.close()
    assert 0.4 < ratio < 2.5


class HastyAccounts(Accounts):
    """The planted weakness: an unknown name is answered without any work."""

    def check_password(self, name, password, now, address=""):
        if name not in self.names():
            raise LogInError
        super().check_password(name, password, now, address)


def test_the_planted_hasty_answer_is_found(tmp_path):
    hasty = HastyAccounts(
        tmp_path, PasswordHasher(time_cost=2, memory_cost=8192, parallelism=1)
    )
    hasty.set_password("li", PASSWORD, T0)
    ratio = cost_s(hasty, "nobody") / cost_s(hasty, "li")
    hasty.close()
    assert ratio < 0.4


@pytest.mark.parametrize("password", ["", "elevenchars", "x" * 1025])
def test_a_short_password_is_refused_with_its_length(accounts, password):
    with pytest.raises(PasswordError, match=f"of {len(password)} characters; 12 to 1024"):
        accounts.set_password("li", password, T0)


@pytest.mark.parametrize("name", ["", "Li", "../li", "l i", "li\n", "-li", "l" * 65])
def test_a_name_that_could_be_mistaken_is_refused(accounts, name):
    with pytest.raises(PasswordError, match="not an account's name"):
        accounts.set_password(name, PASSWORD, T0)


def test_any_other_password_of_twelve_characters_will_do(accounts):
    for password in ("            ", "密码密码密码密码密码密码", "'; DROP TABLE account; --"):
        accounts.set_password("li", password, T0)
        accounts.check_password("li", password, T0)


def test_after_ten_failures_each_one_waits_longer_and_nobody_is_locked_out(li):
    assert isinstance(guesses(li, 10), LogInError)
    waiting = guesses(li, 1)
    assert isinstance(waiting, TooManyFailuresError)
    assert waiting.wait_s == 1
    with pytest.raises(TooManyFailuresError, match="wait 1 s"):
        li.check_password("li", PASSWORD, T0)
    guesses(li, 1, now=T0 + SECOND)
    assert guesses(li, 1, now=T0 + SECOND).wait_s == 2
    li.check_password("li", PASSWORD, T0 + 3 * SECOND)


def test_failures_are_forgotten_after_fifteen_minutes(li):
    guesses(li, 10)
    assert isinstance(guesses(li, 1, now=T0 + 15 * MINUTE), LogInError)


def test_a_clock_that_was_set_back_does_not_lengthen_the_wait(li):
    guesses(li, 10, now=T0 + timedelta(days=1))
    assert guesses(li, 1).wait_s == 1


def test_one_address_that_tries_every_name_waits_too(li):
    for n in range(10):
        guesses(li, 1, name=f"guess{n}", address="203.0.113.9")
    with pytest.raises(TooManyFailuresError):
        li.check_password("li", PASSWORD, T0, "203.0.113.9")
    li.check_password("li", PASSWORD, T0, "198.51.100.1")


@given(st.integers(0, 10**6))
def test_the_delay_grows_and_stays_bearable(failures):
    assert 0 <= delay_s(failures) <= delay_s(failures + 1) <= 300


def test_a_hash_of_weaker_settings_is_renewed_at_log_in(li):
    def stored():
        with sqlite3.connect(li.path) as database:
            (kept,) = database.execute("SELECT password_hash FROM account").fetchone()
        database.close()
        return kept

    before = stored()
    stronger = Accounts(
        li.path.parent, PasswordHasher(time_cost=2, memory_cost=128, parallelism=1)
    )
    stronger.check_password("li", PASSWORD, T0)
    assert "t=1" in before
    assert "t=2" in stored()
    stronger.check_password("li", PASSWORD, T0)
    stronger.close()


def test_the_password_typed_again_is_the_evidence_of_one_signature(li, desk):
    name = kit.draft(desk)
    content = desk.state.drafts[name].content_sha256
    word = li.attest("li", PASSWORD, content, T0)
    assert (word.officer, word.means) == ("li", Means.PASSWORD)
    desk.do(Sign(draft=name, attestation=word), now=T0, officer="li")
    assert word.nonce != li.attest("li", PASSWORD, content, T0).nonce
    with pytest.raises(LogInError):
        li.attest("li", "some other password", content, T0)


# Sessions


def opened(accounts, desk, now=T0):
    sessions = Sessions(accounts)
    return sessions, sessions.open(desk.state.officers["li"], now, "127.0.0.1")


def test_a_session_is_found_by_its_token_alone(li, desk):
    sessions, token = opened(li, desk)
    assert len(token) == 64
    assert sessions.find(token, T0, desk.state.officers).officer == "li"
    (listed,) = sessions.listed("li")
    assert listed.address == "127.0.0.1"
    for wrong in ("", token[:-1], token.upper(), listed.id, "0" * 64, "\x00"):
        with pytest.raises(SessionError, match="log in again"):
            sessions.find(wrong, T0, desk.state.officers)


def test_a_session_ends_after_thirty_idle_minutes(li, desk):
    sessions, token = opened(li, desk)
    for minute in (29, 58, 87):
        sessions.find(token, T0 + minute * MINUTE, desk.state.officers)
    with pytest.raises(SessionError):
        sessions.find(token, T0 + 117 * MINUTE, desk.state.officers)
    with pytest.raises(SessionError):
        sessions.find(token, T0 + 90 * MINUTE, desk.state.officers)


def test_a_busy_session_ends_after_fourteen_hours(li, desk):
    sessions, token = opened(li, desk)
    for minute in range(20, 14 * 60, 20):
        sessions.find(token, T0 + minute * MINUTE, desk.state.officers)
    with pytest.raises(SessionError):
        sessions.find(token, T0 + timedelta(hours=14), desk.state.officers)


def test_sessions_are_listed_and_ended_one_by_one_or_all_at_once(li, desk):
    sessions, first = opened(li, desk)
    second, third = (sessions.open(desk.state.officers["li"], T0 + MINUTE) for _ in range(2))
    sessions.end("wang", sessions.listed("li")[0].id)
    sessions.end("li", sessions.listed("li")[0].id)
    with pytest.raises(SessionError):
        sessions.find(first, T0 + MINUTE, desk.state.officers)
    assert len(sessions.listed("li")) == 2
    sessions.end_all("li")
    for token in (second, third):
        with pytest.raises(SessionError):
            sessions.find(token, T0 + MINUTE, desk.state.officers)


@pytest.mark.parametrize(
    "change",
    [
        RevokeRole(of="li", role=Role.DUTY_OFFICER),
        GrantRole(of="li", role=Role.OBSERVER),
        Disable(of="li", reason="left"),
    ],
)
def test_a_stolen_session_is_over_when_the_officers_rights_change(li, desk, change):
    sessions, token = opened(li, desk)
    desk.do(change, now=T0, officer="root")
    with pytest.raises(SessionError):
        sessions.find(token, T0, desk.state.officers)


def test_a_stolen_session_is_over_when_the_password_changes(li, desk):
    sessions, token = opened(li, desk)
    li.set_password("li", "four dusty radars", T0)
    with pytest.raises(SessionError):
        sessions.find(token, T0, desk.state.officers)


def test_each_session_has_a_page_token_of_its_own(li, desk):
    sessions, one = opened(li, desk)
    other = sessions.open(desk.state.officers["li"], T0)
    check_csrf(one, csrf_token(one))
    for sent in ("", csrf_token(other), one, "\u00e9"):
        with pytest.raises(SessionError, match="another session"):
            check_csrf(one, sent)


# Enrolment


@pytest.fixture
def new_desk():
    """A founded live centre without anybody."""
    store = kit.MemoryStore()
    kit.found(store)
    bare = kit.MemoryStore()
    bare.kept = store.kept[:1]
    return Desk(bare, kit.identity(), kit.render)


def test_the_set_up_link_makes_the_first_administrator_once(accounts, new_desk):
    token = accounts.new_set_up_token()
    officer = set_up(accounts, new_desk, token, ZHAO, now=T0)
    assert officer.roles == (Role.ADMINISTRATOR, Role.DUTY_OFFICER)
    session, _ = log_in(accounts, new_desk, "zhao", PASSWORD, now=T0, address="::1")
    assert Sessions(accounts).find(session, T0, new_desk.state.officers).officer == "zhao"
    with pytest.raises(SetUpError, match="used up"):
        set_up(accounts, new_desk, token, ZHAO, now=T0)
    with pytest.raises(SetUpError, match="accounts already"):
        accounts.new_set_up_token()


def test_a_guessed_or_older_set_up_link_is_refused(accounts, new_desk):
    with pytest.raises(SetUpError):
        set_up(accounts, new_desk, "", ZHAO, now=T0)
    older = accounts.new_set_up_token()
    accounts.new_set_up_token()
    for token in (older, "guess", "\u00e9"):
        with pytest.raises(SetUpError):
            set_up(accounts, new_desk, token, ZHAO, now=T0)


def test_a_bad_password_leaves_the_set_up_link_good(accounts, new_desk):
    token = accounts.new_set_up_token()
    with pytest.raises(PasswordError):
        set_up(accounts, new_desk, token, kit.replace(ZHAO, password="short"), now=T0)
    assert not new_desk.state.officers
    set_up(accounts, new_desk, token, ZHAO, now=T0)


def test_an_enrolment_that_died_half_way_is_finished_by_doing_it_again(accounts, new_desk):
    token = accounts.new_set_up_token()
    set_up(accounts, new_desk, token, ZHAO, now=T0)
    lost = Accounts(accounts.path.parent / "restored", QUICK)
    again = lost.new_set_up_token()
    other = kit.replace(ZHAO, name="mallory", person="M")
    with pytest.raises(NotOnDutyError):
        set_up(lost, new_desk, again, other, now=T0)
    with pytest.raises((AlreadyDoneError, NotOnDutyError)):
        set_up(lost, new_desk, again, kit.replace(ZHAO, person="Mallory"), now=T0)
    set_up(lost, new_desk, again, ZHAO, now=T0)
    lost.check_password("zhao", PASSWORD, T0)
    lost.close()


def test_an_administrator_enrols_others_and_nobody_else_does(accounts, desk):
    with pytest.raises(NotOnDutyError, match="li"):
        enrol(accounts, desk, ZHAO, now=T0, by="li")
    assert enrol(accounts, desk, ZHAO, now=T0, by="root").roles == (Role.DUTY_OFFICER,)
    log_in(accounts, desk, "zhao", PASSWORD, now=T0, address="::1")
    with pytest.raises(AlreadyDoneError):
        enrol(accounts, desk, ZHAO, now=T0, by="root")


def test_a_nobody_cannot_take_over_an_officer_who_has_no_password(accounts, desk):
    li = kit.replace(ZHAO, name="li", person="Li Wei")
    with pytest.raises(NotOnDutyError):
        enrol(accounts, desk, li, now=T0, by="petrov")
    assert accounts.names() == ()


def test_a_disabled_officer_cannot_log_in_and_is_told_the_same(accounts, desk):
    enrol(accounts, desk, ZHAO, now=T0, by="root")
    desk.do(Disable(of="zhao", reason="left"), now=T0, officer="root")
    with pytest.raises(LogInError, match="name or password is wrong"):
        log_in(accounts, desk, "zhao", PASSWORD, now=T0, address="::1")


def test_exercise_officers_get_no_password(accounts):
    desk = kit.found(kit.MemoryStore(), scenario=kit.SCENARIO)
    one = kit.replace(ZHAO, name="x-one", person="Exercise One", organisation="North")
    with pytest.raises(DutyError, match="enrolled already"):
        enrol(accounts, desk, one, now=T0, by="root")
    assert accounts.names() == ()
