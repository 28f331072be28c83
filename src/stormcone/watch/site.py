"""The site: everything about one place of the centre; only `centre.py` makes it, from TOML."""

import re
from pathlib import Path

import msgspec
from msgspec import Struct

from stormcone.advisory.advisory import Status
from stormcone.watch.body import Policy

_CENTRE = re.compile(r"[A-Z]{3,12}")
_LOCATION = re.compile(r"[A-Z]{4}")
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9-]{0,31}")
_CONTACT = re.compile(r"[ -~]{0,200}")
_LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost"})


class SiteError(ValueError):
    """A site's settings cannot be used; names the setting and what it should be."""


class Site(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Where the centre runs: its name, centre (SWXC), CCCC, folders, address and rules.

    `feeds` are polled by a live site, and `contact` is told to the services that it polls.
    `key_file` is read by a live site; a replay (`scenario`) derives its key and has no secret.
    `names` are the names under which browsers reach it, beside `host` and loopback.
    `status` stands in every advisory; OPERATIONAL is never a default.
    No setting comes from the environment, and no secret has a default.
    """

    name: str
    centre: str
    location: str
    data: str
    status: Status = Status.EXERCISE
    feeds: tuple[str, ...] = ()
    contact: str = ""
    key_file: str | None = None
    scenario: str | None = None
    host: str = "127.0.0.1"
    port: int = 8600
    names: tuple[str, ...] = ()
    tls_certificate: str | None = None
    tls_key: str | None = None
    policy: Policy = Policy()

    def __post_init__(self) -> None:
        if not _NAME.fullmatch(self.name):
            raise SiteError(f"name {self.name!r}: 1 to 32 letters, digits and hyphens")
        if not _LOCATION.fullmatch(self.location):
            raise SiteError(f"location {self.location!r} is not four capital letters, as ZBBB")
        if not _CENTRE.fullmatch(self.centre):
            raise SiteError(f"centre {self.centre!r} is not 3 to 12 capital letters, as ACFJ")
        if not 0 <= self.port <= 65535:
            raise SiteError(f"port {self.port} is not one; 0 to 65535")
        if self.key_file is not None and Path(self.key_file).name != self.key_file:
            raise SiteError(f"key_file {self.key_file!r} is a name in the data folder, no path")
        if len(set(self.feeds)) != len(self.feeds):
            raise SiteError(f"feeds {list(self.feeds)} names one twice")
        if not _CONTACT.fullmatch(self.contact):
            raise SiteError(f"contact {self.contact!r}: up to 200 printable ASCII characters")
        if (self.scenario is None) == (self.key_file is None):
            raise SiteError("a live site names its key_file, a replay its scenario; not both")
        if (self.scenario is not None) != self.policy.exercise:
            raise SiteError("policy.exercise is true for a scenario, and only for a scenario")

    @property
    def folder(self) -> Path:
        """The folder of journal, accounts and archive."""
        return Path(self.data)

    @property
    def is_local(self) -> bool:
        """Whether only this machine can reach it."""
        return self.host in _LOOPBACK


def read_site(toml: bytes) -> Site:
    """Return the site that a TOML file describes.

    Raises
    ------
    SiteError
        Naming the setting that is missing, unknown or of the wrong kind.
    """
    try:
        return msgspec.toml.decode(toml, type=Site)
    except SiteError:
        raise
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise SiteError(f"the site's file cannot be used: {error}") from error
