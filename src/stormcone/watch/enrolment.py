"""Enrolment: credentials into the site's accounts, rights into the journal."""

from datetime import datetime

from msgspec import Struct

from stormcone.watch.account import Accounts, LogInError, check_name, check_new
from stormcone.watch.body import Role
from stormcone.watch.desk import Desk
from stormcone.watch.housekeeping import Enrol
from stormcone.watch.release import Officer
from stormcone.watch.session import Sessions
from stormcone.watch.sign_off import entitled


class NewOfficer(Struct, frozen=True, kw_only=True):
    """Who is to be enrolled: account name, person, organisation, password, roles."""

    name: str
    person: str
    organisation: str
    password: str
    roles: tuple[Role, ...]


def set_up(
    accounts: Accounts, desk: Desk, token: str, new: NewOfficer, *, now: datetime
) -> Officer:
    """Enrol the first administrator by the one-time link, which is used up by it.

    Raises
    ------
    SetUpError
        If the link is not good.
    PasswordError, DutyError
        If the password, a name or an organisation cannot be used; the link stays good.
    """
    accounts.check_set_up_token(token)
    officer = _enrol(accounts, desk, new, now=now, by=None)
    accounts.use_set_up_token()
    return officer


def enrol(
    accounts: Accounts, desk: Desk, new: NewOfficer, *, now: datetime, by: str
) -> Officer:
    """Enrol an officer by an administrator's word.

    Raises
    ------
    NotOnDutyError
        If `by` is no administrator.
    PasswordError, DutyError
        If the password or a name cannot be used, or the name is taken.
    """
    entitled(desk.refresh(), by, "Enrol")
    return _enrol(accounts, desk, new, now=now, by=by)


def _enrol(
    accounts: Accounts, desk: Desk, new: NewOfficer, *, now: datetime, by: str | None
) -> Officer:
    """Write the journal first: an officer without a password cannot log in.

    What a crash left between the two is made good by doing it again.
    """
    check_name(new.name)
    check_new(new.password)
    if not _is_half_done(accounts, desk, new, by):
        command = Enrol(
            officer=new.name,
            person=new.person,
            organisation=new.organisation,
            roles=_roles(new, by),
        )
        desk.do(command, now=now, officer=by)
    accounts.set_password(new.name, new.password, now)
    return desk.state.officers[new.name]


def _is_half_done(accounts: Accounts, desk: Desk, new: NewOfficer, by: str | None) -> bool:
    officer = desk.refresh().officers.get(new.name)
    if officer is None or officer.exercise or new.name in accounts.names():
        return False
    if by is None and Role.ADMINISTRATOR not in officer.roles:
        return False
    same = (officer.person, officer.organisation) == (new.person, new.organisation)
    return same and not officer.disabled


def _roles(new: NewOfficer, by: str | None) -> tuple[Role, ...]:
    return new.roles if by is not None else tuple({*new.roles, Role.ADMINISTRATOR})


def log_in(
    accounts: Accounts, desk: Desk, name: str, password: str, *, now: datetime, address: str
) -> tuple[str, Officer]:
    """Return a new session's token and its officer.

    Raises
    ------
    LogInError
        If name or password is wrong, or the officer is not enrolled or disabled: one answer.
    TooManyFailuresError
        If the account or the address must wait.
    """
    accounts.check_password(name, password, now, address)
    officer = desk.state.officers.get(name)
    if officer is None or officer.disabled:
        raise LogInError
    return Sessions(accounts).open(officer, now, address), officer
