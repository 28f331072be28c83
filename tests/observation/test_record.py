"""Record mode writes what was served, all of it or nothing."""

import hashlib
from datetime import UTC, datetime
from pathlib import Path

import pytest

from stormcone.observation.fetch import FetchError, Response
from stormcone.observation.goes import xrs
from stormcone.observation.kp import kp
from stormcone.observation.reading import RefusedBodyError
from stormcone.observation.record import TABLE, record

RECORDED = Path(__file__).parent / "recorded"
NOW = datetime(2026, 10, 15, 17, 55, tzinfo=UTC)
BODIES = {
    xrs.url: (RECORDED / "goes-xrays-1-day.2026-10-15.json").read_bytes(),
    kp.url: (RECORDED / "kp-3h.2026-10-15.json").read_bytes(),
}


def serve(url, _asked):
    return Response(status=200, url=url, headers={"etag": '"1"'}, body=BODIES[url])


def test_bodies_are_written_byte_for_byte_with_their_provenance(tmp_path):
    files = record([xrs, kp], serve, tmp_path, NOW)
    assert [file.read_bytes() for file in files] == list(BODIES.values())
    assert (tmp_path / "kp" / "20261015T175500Z.headers.json").read_bytes() == (
        b'{\n "etag": "\\"1\\""\n}'
    )
    table = (tmp_path / TABLE).read_text()
    assert all(hashlib.sha256(body).hexdigest() in table for body in BODIES.values())


@pytest.mark.parametrize("bad", [b"", b"<html>", BODIES[kp.url][:-9], BODIES[kp.url] + b"}]"])
def test_one_bad_body_and_nothing_is_written(tmp_path, bad):
    def transport(url, _asked):
        return Response(status=200, url=url, body=BODIES[url] if url == xrs.url else bad)

    with pytest.raises(RefusedBodyError, match="kp"):
        record([xrs, kp], transport, tmp_path, NOW)
    assert list(tmp_path.iterdir()) == []


def test_a_silent_feed_and_nothing_is_written(tmp_path):
    def transport(url, _asked):
        return Response(status=500 if url == kp.url else 200, url=url, body=BODIES[url])

    with pytest.raises(FetchError, match=r"kp: .* answers 500"):
        record([xrs, kp], transport, tmp_path, NOW)
    assert list(tmp_path.iterdir()) == []
