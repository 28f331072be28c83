"""Bulletins found in bytes: in any order, with rubbish between them, in linear time."""

import pytest
from bulletin_kit import advisories
from hypothesis import given, settings
from hypothesis import strategies as st

from stormcone.bulletin import tac_amd82
from stormcone.bulletin.scan import Kind, lost, pieces

TEXT = b"FNXX02 EFKL 201739\nSWX ADVISORY\nDTG: 20260120/1739Z\nRMK: SWX ADVISORY OF TEST="
XML = (
    b'<?xml version="1.0"?>\n<a:SpaceWeatherAdvisory b="SWX ADVISORY DTG:">\n'
    b"</a:SpaceWeatherAdvisory>"
)
COLLECT = (
    b"<c:MeteorologicalBulletin><i:SpaceWeatherAdvisory/><i:SpaceWeatherAdvisory>"
    b"</i:SpaceWeatherAdvisory></c:MeteorologicalBulletin >"
)


def found(data):
    return [(piece.kind, piece.data) for piece in pieces(data)]


@pytest.mark.shared
def test_the_34_real_ones_are_34_pieces(shared, real_texts):
    body = (shared / "data/icao/real_tac/knmi_2026-01-19_20_fnxx.txt").read_bytes()
    assert [piece.data for piece in pieces(body)] == [text.strip() for text in real_texts]


@given(
    st.permutations([TEXT, XML, COLLECT, TEXT]),
    st.sampled_from([b"\n", b"\r\r\n\x03", b" \n\n"]),
)
def test_the_order_does_not_matter(parts, between):
    kinds = {TEXT: Kind.TEXT, XML: Kind.XML, COLLECT: Kind.XML}
    assert found(between.join(parts)) == [(kinds[part], part) for part in parts]


@pytest.mark.parametrize(
    "envelope",
    [b"\x01\r\r\n123\r\r\n%s\r\r\n\x03", b"ZCZC ABC123\n%s\nNNNN\n", b"\xef\xbb\xbf%s"],
)
def test_the_envelope_of_a_teleprinter_is_no_rubbish(envelope):
    assert found(envelope.replace(b"%s", TEXT)) == [(Kind.TEXT, TEXT)]


def test_a_heading_may_stand_on_the_same_line():
    one_line = TEXT.replace(b"\n", b" ")
    assert found(b"hello\n" + one_line)[1:] == [(Kind.TEXT, one_line)]


def test_a_heading_may_stand_above_a_document():
    headed = b"LNXX02 EFKL 201739\r\r\n" + XML
    assert found(TEXT + b"\n" + headed + b"\n" + headed) == [
        (Kind.TEXT, TEXT),
        (Kind.XML, headed),
        (Kind.XML, headed),
    ]


def test_rubbish_is_a_piece_of_its_own_with_its_place():
    first, rubbish, last = pieces(TEXT + b"\n\n  to be read\n" + TEXT)
    assert (first.kind, rubbish.kind, last.kind) == (Kind.TEXT, Kind.RUBBISH, Kind.TEXT)
    assert (rubbish.line, rubbish.column, last.line, last.column) == (6, 3, 7, 1)
    assert not lost(rubbish)


def test_an_advisory_whose_start_is_misspelt_is_told_from_rubbish():
    (piece,) = pieces(b"SWX ADVISRY\nDTG: 20260120/1739Z\n=")
    assert piece.kind is Kind.RUBBISH
    assert lost(piece)


def test_what_does_not_end_does_not_swallow_the_next():
    cut = TEXT.rstrip(b"=") + b"\n"
    assert [piece.kind for piece in pieces(cut + TEXT)] == [Kind.TEXT, Kind.TEXT]
    assert [piece.kind for piece in pieces(XML[:60] + XML + b"\n" + TEXT)] == [Kind.XML] * 2 + [
        Kind.TEXT
    ]


def test_json_and_utf_16_are_taken_whole():
    assert found(b' [{"product_id": "K08A"}]')[0][0] is Kind.JSON
    assert found(XML.decode().encode("utf-16"))[0][0] is Kind.XML


@settings(max_examples=60)
@given(st.lists(advisories(), min_size=1, max_size=4))
def test_every_text_that_is_written_is_found(several):
    texts = [tac_amd82.write(one).data for one in several]
    assert [piece.data + b"\n" for piece in pieces(b"".join(texts))] == texts


@given(
    st.binary(max_size=400)
    | st.lists(st.sampled_from([TEXT[:60], XML[:50], b"=", b"\n", b"<?xml"])).map(b"".join)
)
def test_nothing_is_found_twice_and_nothing_is_invented(data):
    at = 0
    for piece in pieces(data):
        at = data.index(piece.data, at) + len(piece.data)
        assert piece.data
        assert piece.line == data.count(b"\n", 0, at - len(piece.data)) + 1
