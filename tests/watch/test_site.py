"""A site's settings and its key: refused by name when they cannot be right."""

import pytest

from stormcone.advisory.advisory import Status
from stormcone.watch.key import KeyFileError, load_key, new_key
from stormcone.watch.site import SiteError, read_site

TOML = """
name = "BJ-1"
centre = "ACFJ"
location = "ZBBB"
data = "stormcone-data/BJ-1"
key_file = "site.key"
[policy]
one_organisation = true
"""


def test_a_site_is_read_from_its_file():
    site = read_site(TOML.encode())
    assert (site.name, site.port, site.policy.one_organisation) == ("BJ-1", 8600, True)
    assert site.is_local
    assert site.folder.name == "BJ-1"
    assert not site.policy.exercise
    assert site.status is not Status.OPERATIONAL


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("BJ-1", "../x", "name '../x'"),
        ("ZBBB", "zb", "location 'zb'"),
        ('location = "ZBBB"', 'location = "ZBBB"\ncontact = "a\\r\\nb"', "contact"),
        ('location = "ZBBB"', 'location = "ZBBB"\nstatus = "EARNEST"', "EARNEST"),
        ("ACFJ", "A", "centre 'A'"),
        ('key_file = "site.key"', "", "names its key_file"),
        ('key_file = "site.key"', 'scenario = "a-storm"', "policy.exercise"),
        ('data = "', 'date = "', "date"),
        ("one_organisation = true", "one_organisation = 3", "one_organisation"),
        ('name = "BJ-1"', "name = ", "cannot be used"),
    ],
)
def test_a_wrong_setting_is_named(old, new, says):
    with pytest.raises(SiteError, match=says):
        read_site(TOML.replace(old, new).encode())


def test_what_is_no_text_is_refused():
    with pytest.raises(SiteError, match="cannot be used"):
        read_site(b"\xff\xfe")


def test_a_key_is_made_once_for_its_owner_alone_and_read_back(tmp_path):
    path = tmp_path / "site.key"
    made = new_key(path)
    assert path.stat().st_mode & 0o777 == 0o600
    assert load_key(path).public_key == made.public_key
    assert load_key(path).sign(b"storm") == made.sign(b"storm")
    with pytest.raises(FileExistsError):
        new_key(path)


def test_a_key_that_others_could_read_is_refused(tmp_path):
    path = tmp_path / "site.key"
    new_key(path)
    path.chmod(0o644)
    with pytest.raises(KeyFileError, match=r"mode 644.*chmod 600"):
        load_key(path)


@pytest.mark.parametrize("text", [b"", b"abc", b"zz" * 32, b"\xff" * 64, b"00" * 31])
def test_a_file_that_is_no_key_is_refused(tmp_path, text):
    path = tmp_path / "site.key"
    path.write_bytes(text)
    path.chmod(0o600)
    with pytest.raises(KeyFileError, match=r"site\.key"):
        load_key(path)


def test_a_missing_key_is_refused_with_the_next_step(tmp_path):
    with pytest.raises(KeyFileError, match="--data"):
        load_key(tmp_path / "none.key")
