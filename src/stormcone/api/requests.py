"""What the interface is sent: one struct per request."""

from msgspec import Struct

from stormcone.watch.body import Role


class Login(Struct):
    """A name and a password."""

    name: str
    password: str


class SetUp(Struct):
    """The first account of a centre, made with the one-time token printed at its start."""

    token: str
    name: str
    person: str
    organisation: str
    password: str


class Enrol(Struct):
    """A further officer's account, made by an administrator."""

    name: str
    person: str
    organisation: str
    password: str
    roles: list[Role]


class Sign(Struct):
    """What a signer types: effect and severity, the password once more; accepted warnings."""

    content_sha256: str
    typed: str
    password: str
    ticked: list[str] = []


class Refuse(Struct):
    """Why a draft is not signed."""

    reason: str


class ReplayAct(Struct):
    """What a replay shall do."""

    action: str
    speed: float | None = None


class ReleaseAct(Struct):
    """A duty officer's release; the count is confirmed where nobody handed a counter over."""

    reason: str = ""
    count_confirmed: int | None = None
