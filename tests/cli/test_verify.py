"""`stormcone verify`: scores of advisories and products, each said to be what it is."""

import json
from datetime import UTC, datetime, timedelta

import pytest
from click.testing import CliRunner

from stormcone.cli import main
from stormcone.forecast.regression import Coefficients, write_coefficients
from stormcone.observation import scenario, tables
from stormcone.observation.archive import Archive
from stormcone.observation.feed import Observation
from stormcone.observation.flares import Flare
from stormcone.observation.gaps import Poll
from stormcone.verification.live import Kept, write

FLARE = ["--from", "2026-01-18T17:55Z", "--to", "2026-01-18T18:06Z"]
BINS = [[0.0, 0.5, 60, 0.2, 0.25], [0.5, 0.9, 0, None, None], [0.9, 1.0, 40, 0.95, 0.9]]
SKILL = {
    "from": "2015-01-01",
    "until": "2025-01-01",
    "targets": {
        "3 h": {
            "cases": 29_224,
            "crps": [0.48, 0.47, 0.49],
            "mae": [0.7, 0.69, 0.71],
            "persistence": {"crps": 0.6, "crps_skill": [0.2, 0.19, 0.21]},
            "climatology": {"crps": 0.8, "crps_skill": [0.4, 0.38, 0.42]},
        },
        "M 24 h": {"cases": 100, "events": 51, "brier": [0.1, 0.08, 0.12], "reliability": BINS},
        "X 24 h": {"cases": 100, "events": 3},
    },
}


def run(*words):
    return CliRunner().invoke(main, ["verify", *map(str, words)])


def rows(ran):
    return [json.loads(line) for line in ran.stdout.splitlines()]


@pytest.fixture
def shipped(monkeypatch):
    """A version that came with a walk-forward result of every product."""
    found = Coefficients(
        model="kp",
        trained_from="1975-01-01",
        trained_until="2025-06-01",
        inputs=(),
        targets=("3 h",),
        features=("one",),
        mean=(0.0,),
        scale=(1.0,),
        weights=((1.0, 0.0),),
        penalty=(0.0,),
        skill=SKILL,
    )
    body = write_coefficients(found)
    monkeypatch.setattr(tables, "coefficients", lambda _: body)


@pytest.fixture
def bare(monkeypatch):
    """A version that came with no walk-forward result."""
    monkeypatch.setattr(tables, "coefficients", lambda _: None)


@pytest.fixture
def centre(tmp_path):
    """The folder of a centre that kept 40 forecasts of Kp and measured what came."""
    start = datetime(2026, 1, 1, tzinfo=UTC)
    times = [start + 3 * n * timedelta(hours=1) for n in range(40)]
    records = [
        Kept(
            quantity="kp",
            issued=at - timedelta(hours=3),
            valid=at,
            levels=(0.1, 0.5, 0.9),
            values=(1.0, 2.0, 3.0),
            persistence=4.0,
        )
        for at in times
    ]
    (tmp_path / "kept").mkdir()
    (tmp_path / "kept/kp.jsonl").write_bytes(write(records))
    seen = [
        Observation(quantity="kp", value=(7 + n % 3) / 3, at=at, span_s=10_800, source="GFZ")
        for n, at in enumerate(times)
    ]
    with Archive(tmp_path) as archive:
        archive.add_dated([(one, one.at + timedelta(hours=3)) for one in seen])
    return tmp_path


JANUARY = datetime(2026, 1, 1, tzinfo=UTC)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


def kept_daily(folder, product, quantity, **fields):
    """Write 40 forecasts of one day each."""
    records = [
        Kept(quantity=quantity, issued=at, valid=at + DAY, **fields)
        for at in (JANUARY + n * DAY for n in range(40))
    ]
    (folder / "kept").mkdir()
    (folder / f"kept/{product}.jsonl").write_bytes(write(records))


@pytest.fixture(scope="module")
def day(tmp_path_factory):
    """The folder of a centre that lived through the first minutes of the flare."""
    folder = tmp_path_factory.mktemp("day")
    played = CliRunner().invoke(
        main, ["replay", "2026-01", "--flat-out", "--data", str(folder), *FLARE]
    )
    assert played.exit_code == 0
    return folder


def test_advisories_are_held_against_the_really_issued(day):
    ran = run("advisories", "--data", day, "--json")
    assert ran.exit_code == 0
    found = {(row["table"], row["what"]): row for row in rows(ran)}
    opened = found["When each side saw and said it", "HF COM FLARE MOD"]
    assert opened["ours issued"] == "2026-01-18T18:04:00Z"
    end = found["When each side saw and said it", "HF COM FLARE END"]
    assert end["theirs issued"] == "2026-01-18T19:49:00Z"
    crossed = found["Thresholds that were measured, and our advisories", "HF COM FLARE MOD"]
    assert crossed["unsaid, min"] == 3


def test_a_journal_is_read_and_not_played_on(day, tmp_path):
    before = (day / "journal.sqlite").read_bytes()
    run("advisories", "--data", day)
    assert (day / "journal.sqlite").read_bytes() == before
    ran = run("advisories", "--data", tmp_path)
    assert ran.exit_code == 2
    assert "no journal in" in ran.stderr


def test_without_a_journal_the_scenario_is_replayed(day):
    ran = run("advisories", *FLARE, "--json")
    (opened,) = [row for row in rows(ran) if row.get("ours issued")]
    assert opened["ours issued"] == "2026-01-18T18:04:00Z"


def test_the_tables_are_markdown_and_say_what_could_not_be_seen(day):
    text = run("advisories", "--data", day).stdout
    assert "| HF COM FLARE END       | 18/1945Z " in text
    for one in scenario.manifest("2026-01").absent:
        assert f"| {one.what} " in text


def test_a_product_shows_the_walk_forward_result_and_says_so(shipped):
    text = run("kp").stdout
    first = "kp: walk-forward from 2015-01-01 to 2025-01-01, not of this centre; learnt until"
    assert text.startswith(f"{first} 2025-06-01")
    assert "0.48 (0.47 to 0.49)" in text
    assert "0.4 (0.38 to 0.42)" in text
    assert "0.69" not in text
    only = run("kp", "--against", "persistence").stdout
    assert "persistence crps_skill" in only
    assert "climatology" not in only


def test_few_events_have_counts_and_no_score(shipped):
    found = {row["what"]: row for row in rows(run("flares", "--json")) if "said" not in row}
    assert {"table", "what", "cases", "events"} == set(found["X 24 h"])
    assert found["M 24 h"]["brier"] == [0.1, 0.08, 0.12]


def test_reliability_is_shown_bin_by_bin_without_the_empty_ones(shipped):
    found = [row for row in rows(run("flares", "--json")) if "said" in row]
    assert [(row["cases"], row["said"], row["came"]) for row in found] == [
        (60, 0.2, 0.25),
        (40, 0.95, 0.9),
    ]


@pytest.mark.parametrize("suffix", ["svg", "png"])
def test_a_figure_of_what_was_said_and_came(shipped, tmp_path, suffix):
    pytest.importorskip("matplotlib")
    file = tmp_path / f"flares.{suffix}"
    assert run("flares", "--figure", file).exit_code == 0
    assert file.read_bytes()[:5] == {"svg": b"<?xml", "png": b"\x89PNG\r"}[suffix]


def test_a_figure_of_nothing_or_of_another_kind_is_refused(bare, shipped, tmp_path):
    assert run("flares", "--figure", tmp_path / "flares.gif").exit_code == 2
    assert run("advisories", "--figure", tmp_path / "flares.svg").exit_code == 2


def test_without_a_result_it_says_that_there_is_none(bare):
    ran = run("gnss")
    assert ran.exit_code == 0
    assert ran.stdout == "gnss: no walk-forward result came with this version\n\nnothing\n\n"


def test_what_a_centre_kept_is_scored_against_its_archive(centre, shipped):
    (row,) = rows(run("kp", "--data", centre, "--json"))
    assert row["table"] == "kp: kept by this centre"
    assert (row["lead, h"], row["cases"], row["score"]) == (6, 40, "CRPS")
    value, low, high = row["value"]
    assert low - 1e-9 <= value <= high + 1e-9
    assert row["skill against persistence"][1] > 0
    assert row["skill against climatology"] is None
    assert row["within 80 %"] == [1, 1, 1]


def test_daily_f107_is_scored_against_the_reading_of_its_day(tmp_path, shipped):
    kept_daily(tmp_path, "f107", "f107_sfu", levels=(0.1, 0.5, 0.9), values=(120, 130, 140))
    seen = [
        Observation(
            quantity="f107_sfu", value=125.0 + n % 9, at=at + 20 * HOUR, source="Penticton"
        )
        for n, at in enumerate(JANUARY + n * DAY for n in range(42))
    ]
    with Archive(tmp_path) as archive:
        archive.add_dated([(one, one.at + 2 * HOUR) for one in seen])
    (row,) = rows(run("f107", "--data", tmp_path, "--json"))
    assert (row["table"], row["cases"]) == ("f107: kept by this centre", 40)
    assert row["score"] == "CRPS"


def test_flares_are_scored_against_those_that_were_told(tmp_path, shipped):
    kept_daily(tmp_path, "flares", "flare >= M1", values=(0.9,))
    told = [
        Flare(
            code="GOES-19 flare",
            kind="FLARE",
            issued=at + HOUR,
            text="",
            satellite=19,
            xray_class=xray_class,
            maximum=at + 2 * HOUR,
        )
        for n, at in enumerate(JANUARY + n * DAY for n in range(40))
        for xray_class in (("C9.0", "M1.0")[n < 35],)
    ]
    decay = [
        Observation(quantity="xray_flux_w_m2", value=2e-5, at=JANUARY + n * HOUR, source="G")
        for n in range(41 * 24)
    ]
    with Archive(tmp_path) as archive:
        archive.add([*told, *decay], known=JANUARY + 41 * DAY)
        for n in range(38):
            poll = Poll(feed="goes-flares-week", at=JANUARY + n * DAY, site="A")
            archive.add_poll(poll)
    (row, *_) = rows(run("flares", "--data", tmp_path, "--json"))
    assert (row["cases"], row["events"]) == (37, 35)  # nobody looked from 7 February on


def test_what_has_no_truth_is_passed_over(tmp_path, shipped):
    kept_daily(tmp_path, "flares", "flare >= M1 of region 4341", values=(0.9,))
    ran = run("flares", "--data", tmp_path)
    assert ran.exit_code == 0
    assert "flares: kept by this centre\n\nnothing" in ran.stdout


def test_where_a_centre_kept_too_little_the_walk_forward_result_follows(centre, shipped):
    ran = run("kp", "--data", centre, "--to", "2026-01-02T00:00Z")
    assert "kept by this centre" in ran.stdout
    assert "walk-forward" in ran.stdout
    ran = run("dst", "--data", centre)  # of which it kept nothing
    assert "dst: kept by this centre\n\nnothing" in ran.stdout
    assert "walk-forward" in ran.stdout


def test_blocks_are_days(centre):
    assert run("kp", "--data", centre, "--blocks", "1d").exit_code == 0
    ran = run("kp", "--data", centre, "--blocks", "27")
    assert ran.exit_code == 2
    assert "expected one like 27d" in ran.stderr


def test_unreadable_data_has_status_2_and_says_where(centre):
    (centre / "kept/kp.jsonl").write_bytes(b"{}\n")
    ran = run("kp", "--data", centre)
    assert ran.exit_code == 2
    assert "line 1 is no kept product" in ran.stderr


@pytest.mark.shared
def test_ones_own_files_are_walked_anew(tmp_path, shared):
    (file,) = shared.glob("data/**/omni2_1998.txt.gz")
    (tmp_path / "mine").write_bytes(file.read_bytes())
    ran = run("kp-nowcast", "--inputs", tmp_path, "--json")
    assert ran.exit_code == 0, ran.stderr
    first = rows(ran)[0]
    assert "walk-forward from 1998" in first["table"]
    value, low, high = first["crps"]
    assert 0.3 < low < value < high < 0.6
    assert first["persistence crps_skill"][1] > 0


def test_what_is_not_learnt_from_files_says_so(tmp_path):
    ran = run("aurora", "--inputs", tmp_path)
    assert ran.exit_code == 2
    assert "those that are: kp, " in ran.stderr
    assert "no table of daily-indices" in run("ap", "--inputs", tmp_path).stderr
