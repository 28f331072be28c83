"""Protons and aurora in one thread, when one of them falls silent in the middle of it."""

from datetime import UTC, datetime, timedelta

import pytest
from msgspec import structs

from stormcone.advisory.advisory import Number, Status
from stormcone.advisory.draft import Outlet
from stormcone.centre.hf_com import Absorption
from stormcone.centre.inputs import Inputs
from stormcone.centre.lookouts import Lookouts
from stormcone.effect.effect import Severity
from stormcone.observation import scenario
from stormcone.observation.archive import Archive
from stormcone.observation.feed import Observation

OUTLET = Outlet(centre="CRC", unit="ZBBB", status=Status.EXERCISE)
MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)
DAY = datetime(2026, 3, 3, tzinfo=UTC)
STORM = datetime(2026, 1, 19, 20, tzinfo=UTC)


def three_hours(at, value, known=None):
    one = Observation(quantity="kp", value=value, at=at, span_s=10_800, source="GFZ")
    return one, known or at + 3 * HOUR


def alert(at, value):
    reading = Observation(quantity="kp_running", value=value, at=at, source="SWPC alerts")
    return reading, at + MINUTE


def protons(begin, end, pfu):
    for minutes in range(0, int((end - begin) / MINUTE), 5):
        at = begin + minutes * MINUTE
        one = Observation(
            quantity="proton_flux_10mev_pfu", value=pfu, at=at, span_s=300, source="GOES-18"
        )
        yield one, at + 6 * MINUTE


@pytest.fixture
def archive(tmp_path):
    with Archive(tmp_path) as made:
        yield made


@pytest.fixture
def january(tmp_path):
    """A function that fills an archive of January with protons up to a time."""

    def until(end):
        made = Archive(tmp_path)
        loaded = scenario.load("2026-01")
        made.add_dated(
            (one.observation, one.known)
            for one in loaded.observations
            if not one.observation.quantity.startswith("proton") or one.observation.at <= end
        )
        return made

    return until


def absorption(lookouts):
    return next(one for one in lookouts if isinstance(one, Absorption))


def decisions(archive, begin, end, standing=()):
    """What is decided minute by minute."""
    lookouts = Lookouts(archive, OUTLET)
    one = absorption(lookouts)
    at = begin
    while at <= end:
        lookouts.look(at)
        found = lookouts.decision(one, standing)
        if found is not None:
            yield at, found
        at += MINUTE


def test_an_alert_counts_until_the_kp_of_its_hours_is_known(archive):
    archive.add_dated([three_hours(DAY, 6.0), alert(DAY + 3.75 * HOUR, 9.0)])
    inputs = Inputs(archive)
    assert inputs.kp(DAY + 3.5 * HOUR).value == 6.0
    for hours in (4, 6, 6.9, 8.9):
        assert inputs.kp(DAY + hours * HOUR).value == 9.0
    archive.add_dated([alert(DAY + 6.2 * HOUR, 5.0)])
    assert inputs.kp(DAY + 6.5 * HOUR).value == 9.0
    archive.add_dated([three_hours(DAY + 3 * HOUR, 6.33)])
    assert inputs.kp(DAY + 6.5 * HOUR).value == pytest.approx(6.33)


def test_a_storm_in_kp_opens_at_once_when_protons_are_not_fed(archive):
    archive.add_dated([three_hours(DAY, 9.0)])
    (at, first), *_ = decisions(archive, DAY + 2.9 * HOUR, DAY + 3.3 * HOUR)
    assert at <= DAY + 3 * HOUR + 5 * MINUTE
    assert first.severity is Severity.SEVERE


def test_quiet_kp_without_protons_says_nothing(archive):
    archive.add_dated([three_hours(DAY, 2.0)])
    look = absorption(Lookouts(archive, OUTLET)).look(DAY + 3 * HOUR)
    assert (look.observed, look.held) == (None, None)


def test_protons_that_fall_silent_are_still_held_and_no_longer_seen(january):
    with january(STORM - HOUR) as archive:
        lookouts = Lookouts(archive, OUTLET)
        look = absorption(lookouts).look(STORM)
        subject = absorption(lookouts).subject((look,))
    assert look.held is Severity.SEVERE
    assert look.exceeded is Severity.MODERATE  # the aurora alone
    assert look.carried
    assert Severity.SEVERE in look.held_masks
    assert subject.called == "PCA+AURORAL"


def test_silent_protons_lower_and_end_nothing(january):
    with january(STORM - HOUR) as archive:
        lookouts = Lookouts(archive, OUTLET)
        one = absorption(lookouts)
        lookouts.look(STORM - HOUR)
        issued = lookouts.draft(one, lookouts.decision(one, ()), ())
        number = Number(year=2026, effect=one.subject(()).kind, count=1)
        standing = (structs.replace(issued, number=number, issued=STORM - HOUR),)
        found = [
            decision for _, decision in decisions(archive, STORM, STORM + 3 * HOUR, standing)
        ]
    assert {one.reason for one in found} <= {"grow", "deadline", "merge"}
    assert all(one.severity is not Severity.MODERATE for one in found)


def test_protons_alone_are_seen_and_end_without_kp(archive):
    archive.add_dated(protons(DAY - 2 * HOUR, DAY, 20_000.0))
    archive.add_dated(protons(DAY, DAY + 2 * HOUR, 0.2))
    one = absorption(Lookouts(archive, OUTLET))
    storm, after = one.look(DAY - MINUTE), one.look(DAY + HOUR)
    assert storm.exceeded is Severity.SEVERE
    assert after.observed is not None
    assert after.held is None


def test_a_kp_that_grows_old_is_carried_and_not_seen(archive):
    archive.add_dated([three_hours(DAY, 8.67)])
    archive.add_dated(protons(DAY, DAY + 12 * HOUR, 0.2))
    one = absorption(Lookouts(archive, OUTLET))
    fresh, old = one.look(DAY + 5 * HOUR), one.look(DAY + 8 * HOUR)
    assert (fresh.exceeded, fresh.carried) == (Severity.MODERATE, False)
    assert (old.exceeded, old.held, old.carried) == (
        None,
        Severity.SEVERE,
        True,
    )  # 8.67 is more than 0.9 of 9
