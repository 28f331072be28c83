"""Bodies are kept whole, under their own hash, or not at all."""

import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stormcone.observation.bodies import Bodies, BodyError


@given(body=st.binary(max_size=2000))
def test_what_was_put_comes_back(tmp_path_factory, body):
    bodies = Bodies(tmp_path_factory.mktemp("bodies"))
    assert bodies.get(bodies.put(body)) == body


def test_identical_bodies_are_one_file_named_by_their_hash(tmp_path):
    bodies = Bodies(tmp_path)
    first, second = bodies.put(b"[1]" * 999), bodies.put(b"[1]" * 999)
    (file,) = (path for path in tmp_path.rglob("*") if path.is_file())
    assert first == second == hashlib.sha256(b"[1]" * 999).hexdigest()
    assert file == tmp_path / first[:2] / first[2:]
    assert file.stat().st_size < 100
    assert first in bodies


def test_a_missing_body_is_named(tmp_path):
    with pytest.raises(BodyError, match="no body abcd"):
        Bodies(tmp_path).get("abcd")


def test_a_damaged_body_is_never_returned(tmp_path):
    bodies = Bodies(tmp_path)
    one, two = bodies.put(b"one"), bodies.put(b"two")
    bodies.path(one).write_bytes(bodies.path(two).read_bytes())
    bodies.path(two).write_bytes(b"junk")
    with pytest.raises(BodyError, match="is not the body"):
        bodies.get(one)
    with pytest.raises(BodyError, match="is damaged"):
        bodies.get(two)


def test_a_store_that_cannot_be_written_leaves_nothing(tmp_path):
    blocked = tmp_path / "file"
    blocked.write_bytes(b"")
    with pytest.raises(OSError, match="file"):
        Bodies(blocked).put(b"one")
