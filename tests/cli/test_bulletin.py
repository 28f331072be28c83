"""`stormcone bulletin` as its users run it, on the real advisories and on bad ones."""

import gzip
import json

import pytest
from click.testing import CliRunner

from stormcone.bulletin.codes import CODES
from stormcone.bulletin.validate import Validator
from stormcone.centre import checks
from stormcone.cli import main

REAL = "data/icao/real_tac/knmi_2026-01-19_20_fnxx.txt"
ALERTS = "data/icao/noaa_alerts/swpc_alerts_2025-12-21_2026-01-20.json"
FMI = "data/icao/synthetic_or_test"
TEXT = b"""FNXX02 EFKL 200500
SWX ADVISORY
DTG:              20260120/0500Z
SWXC:             PECASUS
SWX EFFECT:       HF COM
ADVISORY NR:      2026/3
OBS SWX:          20/0500Z MOD HNH E160 - W020
FCST SWX +6 HR:   20/1100Z NO SWX EXP
FCST SWX +12 HR:  20/1700Z NO SWX EXP
FCST SWX +18 HR:  20/2300Z NO SWX EXP
FCST SWX +24 HR:  21/0500Z NOT AVBL
RMK:              NIL
NXT ADVISORY:     WILL BE ISSUED BY 20260120/1100Z=
"""
HOSTILE = (
    b'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b "c">]>'
    b"<SpaceWeatherAdvisory>&b;</SpaceWeatherAdvisory>"
)


@pytest.fixture
def run():
    """The command with its arguments: status, output, and what was told beside it."""

    def call(*arguments, data=None):
        told = CliRunner().invoke(main, ["bulletin", *map(str, arguments)], input=data)
        assert told.exception is None or isinstance(told.exception, SystemExit)
        return told.exit_code, told.stdout, told.stderr

    return call


@pytest.fixture
def good(tmp_path):
    path = tmp_path / "good.txt"
    path.write_bytes(TEXT)
    return path


@pytest.mark.shared
def test_the_34_real_ones_are_read_each_in_words_and_as_json(run, shared):
    status, out, _ = run("read", shared / REAL)
    assert (status, out.count(" by ACFJ,"), out.count(" by PECASUS,")) == (0, 27, 7)
    status, out, _ = run("read", shared / REAL, "--as", "json", "--strict")
    rows = [json.loads(line) for line in out.splitlines()]
    assert status == 0
    assert [row["form"] for row in rows] == ["tac-amd82"] * 34
    assert rows[0]["heading"] == "FNXX02 EFLK 201739"
    assert rows[0]["advisory"]["number"] == {"year": 2026, "effect": "HF COM", "count": 31}


@pytest.mark.shared
def test_one_bad_bulletin_hides_none_of_the_other_33(run, shared):
    body = (shared / REAL).read_bytes().replace(b"SEV N55 E055", b"SEV N95 E055", 1)
    status, out, told = run("read", "-", "--as", "json", data=body)
    assert (status, len(out.splitlines())) == (1, 33)
    assert "-:24:32: error[tac.latitude]" in told


@pytest.mark.shared
def test_check_finds_every_slip_of_the_real_ones_and_no_other_error(run, shared):
    status, out, _ = run("check", shared / REAL, "--format", "json")
    rows = [json.loads(line) for line in out.splitlines()]
    errors = [(row["line"], row["code"]) for row in rows if row["weight"] == "error"]
    assert status == 1
    assert {code for _, code in errors} == {
        "heading.unit",
        "heading.time",
        "times.observed",
        "longitudes.zero",
        "polygon.duplicate",
    }
    assert [line for line, code in errors if code == "heading.unit"] == [1, 52]
    assert {row["code"] for row in rows if row["weight"] == "warning"} == {"heading.time"}


@pytest.mark.shared
@pytest.mark.parametrize("target", ["tac82", "iwxxm-2025-2", "geojson"])
def test_what_is_converted_says_the_same(run, shared, tmp_path, target):
    status, out, told = run("convert", shared / REAL, "--to", target, "-o", tmp_path)
    assert status == 0
    assert len(list(tmp_path.iterdir())) == len(out.splitlines()) == 34
    assert "error" not in told
    if target != "geojson":
        together = tmp_path / "all"
        together.write_bytes(b"\n".join(p.read_bytes() for p in sorted(tmp_path.iterdir())))
        assert run("diff", shared / REAL, together)[:2] == (0, "")


@pytest.mark.shared
def test_collect_makes_a_document_for_each_effect_and_unit(run, shared, tmp_path):
    status, out, _ = run(
        "convert", shared / REAL, "--to", "iwxxm-2025-2", "--collect", "-o", tmp_path
    )
    names = sorted(path.name for path in tmp_path.iterdir())
    assert status == 0
    assert [name[2:12] for name in names] == [
        "LNXX01EFKL",
        "LNXX01LFPW",
        "LNXX02EFKL",
        "LNXX02EFLK",
        "LNXX02YMMC",
    ]
    status, out, _ = run("check", *sorted(tmp_path.iterdir()))
    assert "34 bulletins, 1 errors" in out  # HF COM 24 was observed after its issue


@pytest.mark.shared
def test_a_loss_is_refused_and_named_or_allowed(run, shared, tmp_path):
    status, _, told = run("convert", shared / REAL, "--to", "tac79", "-o", tmp_path / "a")
    assert status == 1
    assert "error[convert.loss]" in told
    assert len(list((tmp_path / "a").iterdir())) < 34
    status, _, told = run(
        "convert", shared / REAL, "--to", "tac79", "--allow-loss", "-o", tmp_path / "b"
    )
    assert status == 0
    assert "warning[convert.loss]" in told
    assert len(list((tmp_path / "b").iterdir())) == 34


@pytest.mark.shared
def test_the_alerts_are_read_as_events(run, shared):
    status, out, _ = run("read", shared / ALERTS)
    assert status == 0
    assert any("X1.9" in line and "flare" in line for line in out.splitlines())
    _, out, _ = run("read", shared / ALERTS, "--from", "noaa", "--as", "json")
    assert sum('"alert":' in line for line in out.splitlines()) == 178


@pytest.mark.shared
def test_the_ledger_goes_back_in_as_the_state_to_check_against(run, shared, tmp_path):
    _, ledger, _ = run("read", shared / REAL, "--as", "ledger")
    state = tmp_path / "state.json"
    state.write_text(ledger)
    assert json.loads(ledger)["counters"] == {"2026/GNSS": 39, "2026/HF COM": 31}
    status, out, _ = run("check", "-", "--against", state, data=TEXT)
    assert status == 1
    assert "error[number.taken]" in out


def test_a_good_text_is_good_in_every_command(run, good):
    assert run("read", good)[0] == 0
    assert run("check", good, "--heading")[:2] == (0, "1 bulletins, 0 errors, 0 warnings\n")
    assert run("convert", good, "--to", "iwxxm-2023-1")[0] == 0
    assert run("diff", good, good)[:2] == (0, "")


def test_an_error_shows_line_column_and_caret(run):
    status, out, _ = run("check", "-", data=TEXT.replace(b"W020", b"W200"))
    assert status == 1
    assert out.splitlines()[:3] == [
        "-:7:43: error[tac.longitude]: a longitude that is not on the globe; expected a "
        'longitude, E000-E180 or W000-W180; found "W200"',
        "  OBS SWX:          20/0500Z MOD HNH E160 - W200",
        "                                            ^^^^",
    ]


def test_a_deviation_of_form_is_an_error_unless_lenient(run):
    loose = TEXT.rstrip(b"=\n")
    assert run("check", "-", data=loose)[0] == 1
    status, out, _ = run("check", "-", "--lenient", data=loose)
    assert status == 0
    assert "warning[tac.end]" in out


def test_github_gets_annotations(run):
    _, out, _ = run("check", "-", "--format", "github", data=TEXT.replace(b"HNH", b"HNX"))
    assert out.startswith("::error file=-,line=7,col=32,title=tac.region::")


@pytest.mark.parametrize("command", [("read",), ("check",), ("convert", "--to", "tac82")])
def test_where_nothing_is_recognised_the_status_is_2(run, command):
    status, out, told = run(command[0], "-", *command[1:], data=b"Dear colleagues,")
    assert status == 2
    assert "-: error[input.nothing]" in out + told


@pytest.mark.parametrize("command", [("read",), ("check",), ("convert", "--to", "tac82")])
def test_a_file_without_a_bulletin_is_not_passed_over(run, good, tmp_path, command):
    empty = tmp_path / "empty.txt"
    empty.write_bytes(b"")
    status, out, told = run(command[0], good, empty, *command[1:])
    assert status == 1
    assert f"{empty}: error[input.nothing]" in out + told


def test_nothing_that_is_there_and_different_is_overwritten(run, good, tmp_path):
    folder = tmp_path / "out"
    convert = ("convert", good, "--to", "tac82", "-o", folder)
    assert (run(*convert)[0], run(*convert)[0]) == (0, 0)
    status, _, told = run("convert", good, "--to", "tac79", "-o", folder)
    assert status == 1
    assert "says something else" in told


@pytest.mark.parametrize("wanted", ["text", "geojson"])
def test_what_no_map_can_show_hides_no_other(run, wanted):
    ring = b"MOD N10 E000 - N10 E090 - N10 E180 - N10 W090 - N10 E000"
    bad = TEXT.replace(b"MOD HNH E160 - W020", ring).replace(b"2026/3", b"2026/4")
    status, out, told = run("read", "-", "--as", wanted, data=TEXT + bad + TEXT)
    assert status == 1
    assert out.count("2026/HF COM/3") >= 2
    assert "-:14:1: error[region.shape]" in told


def test_an_unknown_unit_is_warned_of(run, good):
    _, out, told = run("convert", good, "--to", "tac82", "--unit", "YMMC")
    assert out.startswith("FNXX02 YMMC 200500\n")
    assert "warning[heading.unit]" in told


def test_a_state_of_another_kind_is_refused(run, good, tmp_path):
    state = tmp_path / "map.geojson"
    state.write_text('{"type": "FeatureCollection"}')
    status, _, told = run("check", good, "--against", state)
    assert (status, "no counters and threads" in told) == (2, True)


def test_a_missing_file_or_option_is_a_wrong_use(run, good):
    assert run("read", "nowhere.txt")[0] == 2
    assert run("check")[0] == 2
    assert run("convert", good)[0] == 2
    status, _, told = run("convert", good, "--to", "cap")
    assert (status, "--sender" in told) == (2, True)


def test_where_rules_cannot_be_run_check_does_not_say_valid(run, good, monkeypatch, tmp_path):
    run("convert", good, "--to", "iwxxm-2025-2", "-o", tmp_path)
    (xml,) = tmp_path.glob("*.xml")
    assert run("check", xml)[0] == 0
    kept = {name: body for name, body in checks.validator().files.items() if ".sch" not in name}
    lame = Validator(kept)
    monkeypatch.setattr(checks, "validator", lambda: lame)
    status, _, told = run("check", xml)
    assert status == 2
    assert "not checked: Schematron" in told


def test_the_same_change_is_found_between_forms(run, good, tmp_path):
    other = tmp_path / "other.txt"
    other.write_bytes(TEXT.replace(b"MOD HNH E160 - W020", b"SEV HNH E160 - W020"))
    run("convert", other, "--to", "iwxxm-2025-2", "-o", tmp_path / "x")
    (xml,) = (tmp_path / "x").iterdir()
    status, out, _ = run("diff", good, xml)
    assert status == 1
    assert [line.split(":")[0] for line in out.splitlines()] == [
        "2026/HF COM/3 OBS SEV",
        "2026/HF COM/3 OBS MOD",
    ]
    _, out, _ = run("diff", good, xml, "--format", "json")
    assert {json.loads(line)["key"] for line in out.splitlines()} == {"2026/HF COM/3"}


def test_what_stands_twice_cannot_be_compared(run, good, tmp_path):
    twice = tmp_path / "twice.txt"
    twice.write_bytes(TEXT + TEXT)
    status, _, told = run("diff", good, twice)
    assert (status, "2026/HF COM/3 stands twice" in told) == (2, True)


def test_hostile_xml_is_refused_with_its_reason(run):
    status, out, _ = run("check", "-", data=HOSTILE)
    assert status == 1
    assert "xml.doctype" in out


def test_signs_that_steer_a_terminal_are_not_printed(run):
    _, out, _ = run("check", "-", data=TEXT + b"\x1b[31mred\x9b31m")
    assert "\x1b" not in out
    assert "\x9b" not in out


def test_of_a_long_line_only_what_stands_around_the_place_is_shown(run):
    long = TEXT.replace(b"\n", b" ").replace(b"W020", b"W200") + b"A" * 10_000
    _, out, _ = run("check", "-", data=long)
    lines = out.splitlines()
    assert "error[tac.longitude]" in lines[0]
    assert max(map(len, lines)) < 250
    assert lines[1][lines[2].index("^") :].startswith("W200")


def test_a_packed_file_is_read_and_a_broken_one_named(run, good, tmp_path):
    packed = tmp_path / "good.gz"
    packed.write_bytes(gzip.compress(TEXT))
    assert run("diff", good, packed)[0] == 0
    packed.write_bytes(gzip.compress(TEXT) + gzip.compress(TEXT.replace(b"2026/3", b"2026/4")))
    assert run("read", packed)[1].count("by PECASUS") == 2
    packed.write_bytes(gzip.compress(TEXT)[:100])
    status, _, told = run("read", packed)
    assert (status, "cut short" in told) == (2, True)
    packed.write_bytes(gzip.compress(TEXT)[:12] + b"\xff" * 9)
    status, _, told = run("read", packed)
    assert (status, "broken gzip" in told) == (2, True)
    packed.write_bytes(gzip.compress(b" " * 50_000_000))
    status, _, told = run("read", packed)
    assert (status, "10 MiB" in told) == (2, True)


def test_every_code_is_listed(run):
    status, out, _ = run("check", "--codes")
    assert status == 0
    assert [line.split()[0] for line in out.splitlines()] == sorted(CODES)
