"""The packaged storm from end to end: what is issued, when, in what form; and again."""

import hashlib
import sys
from datetime import UTC, datetime

import msgspec
import pytest
from replaying import replayed
from swx_advisories.parsers.icao import ICAOTextParser

from stormcone.bulletin import iwxxm_2025_2, tac_amd82
from stormcone.centre.checks import validator
from stormcone.observation import scenario
from stormcone.reference.utc import write_utc
from stormcone.verification.advisories import compare


def day(day_of_month, hour, minute=0):
    return datetime(2026, 1, day_of_month, hour, minute, tzinfo=UTC)


def of(storm, cause):
    return [line for line in storm.lines if line.cause == cause]


def test_the_x_flare_opens_its_thread_at_once(storm):
    opened = of(storm, "FLARE")[0]
    assert (opened.action, opened.severity) == ("issue", "MOD")
    assert day(18, 18) <= opened.observed <= day(18, 18, 15)
    assert opened.latency_s <= 240


def test_the_polar_caps_open_moderate_and_are_raised_to_severe(storm, capsys):
    caps = of(storm, "PCA")
    moderate = next(line for line in caps if line.severity == "MOD")
    severe = next(line for line in caps if line.severity == "SEV")
    assert day(19, 3) <= moderate.observed <= day(19, 6, 30)
    assert day(19, 6, 30) <= severe.observed <= day(19, 11)
    assert (moderate.action, severe.action) == ("issue", "update")
    real = tac_amd82.read(scenario.load("2026-01").real_advisories).advisories
    ours = [release.advisory for release in storm.state.releases.values()]
    rows = compare(ours, real)
    with capsys.disabled():
        for row in rows:
            sys.stdout.write(f"\n{row.what}: ours {row.ours}, real {row.real}")
    found = {row.what: write_utc(row.real) for row in rows if row.real}
    assert found["HF COM PCA MOD"] == "2026-01-19T05:10:00Z"
    assert found["HF COM PCA SEV"] == "2026-01-19T10:30:00Z"


def test_an_s4_day_without_hard_protons_brings_no_radiation_advisory(storm):
    assert {line.effect for line in storm.lines} == {"HF COM"}


def test_each_thread_is_a_chain_and_every_number_is_given_once(storm):
    last: dict[str, str] = {}
    for line in storm.lines:
        assert line.replaces == ([last[line.thread]] if line.thread in last else [])
        last[line.thread] = line.key
    numbers = [int(line.key.rsplit("/", 1)[1]) for line in storm.lines]
    assert numbers == list(range(1, len(numbers) + 1))


def test_the_storm_needs_few_advisories(storm):
    """The record has 10 for flare and absorption: 15 to 20, 22, 24, 28 and 30."""
    assert 6 <= len(storm.lines) <= 16
    gaps = [
        (b.issued - a.issued).total_seconds()
        for cause in ("FLARE", "PCA")
        for a, b in zip(of(storm, cause), of(storm, cause)[1:], strict=False)
        if b.severity == a.severity
    ]
    assert min(gaps) >= 30 * 60


def test_every_text_is_an_exercise_and_passes_the_strict_grammar(storm):
    for line, release in zip(storm.lines, storm.state.releases.values(), strict=True):
        assert "STATUS:           EXER" in line.tac
        (back,) = tac_amd82.read(line.tac.encode()).advisories
        assert tac_amd82.write(back).data.decode() == line.tac
        assert back.outlooks[0].at == release.advisory.outlooks[0].at


def test_every_iwxxm_is_valid_by_schema_rules_and_house(storm):
    for release in storm.state.releases.values():
        report = validator().check(iwxxm_2025_2.write(release.advisory).data)
        assert report.valid, report


def test_what_was_signed_is_what_is_written_now(storm):
    for release in storm.state.releases.values():
        digests = {d.codec: d.sha256 for d in release.bulletins}
        for bulletin in (
            tac_amd82.write(release.advisory),
            iwxxm_2025_2.write(release.advisory),
        ):
            assert hashlib.sha256(bulletin.data).hexdigest() == digests[bulletin.codec]


def test_two_organisations_stand_behind_every_release(storm):
    for release in storm.state.releases.values():
        assert release.drafted_by.organisation != release.approved_by.organisation


@pytest.mark.slow
def test_the_same_storm_gives_the_same_bytes_twice(storm, tmp_path):
    again = replayed(tmp_path)
    assert again.records == storm.records
    assert msgspec.json.encode(again.lines) == msgspec.json.encode(storm.lines)


def test_evidence_says_that_it_was_reconstructed(storm):
    for release in storm.state.releases.values():
        ours = {"forecast", "observed", "reconstructed"}
        found = {str(one.provenance) for one in release.advisory.evidence}
        assert found <= ours
        if release.advisory.severity:
            assert "reconstructed" in found


def test_a_reader_of_somebody_else_reads_every_text(storm):
    bulletins = (f"FNXX02 ZBBB {line.issued:%d%H%M}\n{line.tac}" for line in storm.lines)
    theirs = list(ICAOTextParser().parse_text("\n".join(bulletins)))
    ours = [line.key.replace("HF COM/", "") for line in storm.lines]
    assert [one.advisory_id for one in theirs] == ours
