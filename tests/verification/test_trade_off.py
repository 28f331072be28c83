"""The recorded day of GNSS advisories as truth: how few advisories warn of how much of it."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from stormcone.advisory.draft import Subject
from stormcone.advisory.lint import lint
from stormcone.advisory.policy import MINUTE, PATCHES, Policy
from stormcone.advisory.threads import ends, fold
from stormcone.bulletin import tac_amd82
from stormcone.effect.effect import Cause, Kind, Severity
from stormcone.observation import scenario
from stormcone.reference.areas import Band, Region, area_of
from stormcone.verification.trade_off import (
    Stretch,
    advised,
    observed,
    replay,
    score,
    whole_degrees,
)

SIGNING = 3 * MINUTE
NOON = datetime(2026, 1, 19, 12, tzinfo=UTC)
MOD = Severity.MODERATE


@pytest.fixture(scope="module")
def recorded():
    """The 17 GNSS advisories, and the end of the recording."""
    every = tac_amd82.read(scenario.load("2026-01").real_advisories).advisories
    return [one for one in every if Kind.GNSS in one.effects], max(a.issued for a in every)


def subject(policy):
    return Subject(
        kind=Kind.GNSS, cause=Cause.SCINTILLATION, grid=whole_degrees(), policy=policy
    )


@pytest.fixture(scope="module")
def ours(recorded):
    """What each policy issues over what those 17 observed."""
    issued, until = recorded
    truth = observed(issued, until)
    return {
        name: replay(truth, subject(policy), until=until, signing=SIGNING)
        for name, policy in (("default", Policy()), ("PATCHES", PATCHES))
    }


@pytest.fixture(scope="module")
def scores(recorded, ours):
    issued, until = recorded
    truth = observed(issued, until)
    rows = {"the centres' own 17": issued, **ours}
    return {name: score(truth, said, until) for name, said in rows.items()}


def test_the_regions_of_17_advisories_need_eight_warnings_and_one_end(scores):
    real, found = scores["the centres' own 17"], scores["PATCHES"]
    assert (real.advisories, real.warnings) == (17, 14)
    assert (found.advisories, found.warnings) == (9, 8)
    assert found.coverage >= 0.95
    assert found.over_forecast <= 2 * real.over_forecast
    assert found.severe_coverage >= real.severe_coverage


def test_the_centres_own_advisories_came_too_late_for_a_third_of_it(scores):
    real = scores["the centres' own 17"]
    assert real.coverage == pytest.approx(0.680, abs=0.001)
    assert real.over_forecast == pytest.approx(1.038, abs=0.001)


@pytest.mark.parametrize("name", ["the centres' own 17", "default", "PATCHES"])
def test_the_table_in_the_docs_is_what_comes_out(name, scores, root):
    found = scores[name]
    row = (
        f"| {name} | {found.warnings} + {found.advisories - found.warnings} |",
        f"| {1 - found.coverage:.1%} | {found.over_forecast:.2f} |",
    )
    (line,) = [
        text
        for text in (root / "docs/hysteresis.md").read_text().splitlines()
        if text.startswith(f"| {name} |")
    ]
    assert all(part in line for part in row)


@pytest.mark.parametrize("name", ["default", "PATCHES"])
def test_what_a_policy_issues_is_a_tidy_chain_of_advisories_that_can_be_sent(name, ours):
    said = ours[name]
    assert fold(said).findings == ()
    assert not [f for one in said for f in lint(one, exercise=True) if f.severity == "error"]
    for one in said:
        (back,) = tac_amd82.read(tac_amd82.write(one).data).advisories
        assert back.outlooks == replace(one, outlooks=without_exact(one)).outlooks


def without_exact(advisory):
    return tuple(
        replace(
            o, groups=tuple(replace(g, region=replace(g.region, exact=None)) for g in o.groups)
        )
        for o in advisory.outlooks
    )


def test_between_two_advisories_of_a_thread_the_dwell_passes_unless_it_grows_worse(ours):
    said = [one for one in ours["PATCHES"] if not ends(one)]
    for before, after in pairwise(said):
        if after.replaces == (before.number,) and after.severity == before.severity:
            assert after.issued - before.issued >= PATCHES.dwell


def test_slow_signatures_cost_coverage_and_no_advisory(recorded, ours):
    issued, until = recorded
    truth = observed(issued, until)
    slow = replay(truth, subject(PATCHES), until=until, signing=10 * MINUTE)
    assert len(slow) == len(ours["PATCHES"])
    assert score(truth, slow, until).coverage < 0.9


def test_a_day_that_is_advised_as_it_is_scores_one(recorded):
    issued, until = recorded
    found = score(advised(issued, until), issued, until)
    assert found.coverage == pytest.approx(1)
    assert found.over_forecast == pytest.approx(1)
    assert found.severe_coverage == pytest.approx(1)


def test_what_is_observed_ends_with_the_next_observation_of_its_thread(recorded):
    issued, until = recorded
    truth = {one.start: one for one in observed(issued, until)}
    opened = datetime(2026, 1, 19, 19, 15, tzinfo=UTC)
    assert truth[opened].end == datetime(2026, 1, 19, 19, 50, tzinfo=UTC)
    assert max(one.end for one in truth.values()) == until


def test_nothing_true_cannot_be_scored(recorded):
    issued, until = recorded
    with pytest.raises(ValueError, match="nothing was true"):
        score([], issued, until)
    assert replay([], subject(PATCHES), until=until, signing=SIGNING) == ()


HSH = area_of(Region(bands=(Band.HSH,)), NOON)


@settings(max_examples=15)
@given(st.integers(0, 40), st.integers(0, 20), st.integers(1, 400))
def test_a_steady_area_is_missed_only_until_it_has_been_signed(wait, signing, minutes):
    until = NOON + timedelta(hours=7)
    holds = Stretch(start=NOON, end=NOON + minutes * MINUTE, areas={MOD: HSH})
    policy = Policy(open_after=wait * MINUTE)
    said = replay([holds], subject(policy), until=until, signing=signing * MINUTE)
    found = score([holds], said, until)
    late = min(wait + signing, minutes) if wait < minutes else minutes
    assert found.coverage == pytest.approx(1 - late / minutes)
    assert sum(not one.replaces for one in said) == (wait < minutes)
