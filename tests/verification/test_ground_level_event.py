"""The ground-level event of 20 January 2005: four advisories where the centre counted ten.

Published (authorities/ground_level_2005.md): when it began and peaked, the levels and bands of
the peak, ten advisories in 6.5 hours. The decay in between is our reading.
"""

from datetime import UTC, datetime, timedelta
from itertools import accumulate, pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from stormcone.advisory.draft import Subject
from stormcone.advisory.lint import lint
from stormcone.advisory.policy import Policy
from stormcone.advisory.threads import fold
from stormcone.bulletin import tac_amd82
from stormcone.effect.effect import Cause, Kind, Severity
from stormcone.reference.areas import Band, Levels, Region, area_of
from stormcone.verification.trade_off import Stretch, replay, score, whole_degrees

MOD, SEV = Severity.MODERATE, Severity.SEVERE
MIDDLE = (Band.HNH, Band.MNH, Band.MSH, Band.HSH)
SOUTHERN = (Band.HNH, Band.MSH, Band.HSH)
POLAR = (Band.HNH, Band.HSH)
STEPS = [  # from when, SEV above this level and where, MOD above this level and where
    ("06:55", 320, MIDDLE, 250, MIDDLE),  # published, as is the next
    ("07:15", 320, MIDDLE, 250, MIDDLE),
    ("07:45", 340, MIDDLE, 250, MIDDLE),  # from here on our reading of the decay
    ("08:25", 380, SOUTHERN, 270, MIDDLE),
    ("09:05", 430, POLAR, 290, MIDDLE),
    ("09:45", None, (), 310, MIDDLE),
    ("10:30", None, (), 340, SOUTHERN),
    ("11:15", None, (), 370, POLAR),
    ("12:00", None, (), 390, POLAR),
    ("12:45", None, (), 430, POLAR),
]
OVER = datetime(2005, 1, 20, 13, 25, tzinfo=UTC)
UNTIL = OVER + timedelta(hours=4)


def at(clock):
    hour, minute = clock.split(":")
    return datetime(2005, 1, 20, int(hour), int(minute), tzinfo=UTC)


def stretch(step, end):
    clock, severe_fl, severe, moderate_fl, moderate = step
    areas = {MOD: area_of(Region(bands=moderate), OVER)}
    levels = {MOD: Levels(moderate_fl)}
    if severe_fl is not None:
        areas[SEV] = area_of(Region(bands=severe), OVER)
        levels[SEV] = Levels(severe_fl)
    return Stretch(start=at(clock), end=end, areas=areas, levels=levels)


@pytest.fixture(scope="module")
def truth():
    ends = [*(at(step[0]) for step in STEPS[1:]), OVER]
    return [stretch(step, end) for step, end in zip(STEPS, ends, strict=True)]


def issued_over(steps):
    policy = Policy(pad_cells=0)  # what is published in whole bands is not padded into the next
    subject = Subject(
        kind=Kind.RADIATION, cause=Cause.DOSE, grid=whole_degrees(), policy=policy
    )
    return replay(steps, subject, until=UNTIL, signing=timedelta(minutes=3))


@pytest.fixture(scope="module")
def said(truth):
    return issued_over(truth)


def test_ten_published_steps_in_six_and_a_half_hours_need_four_advisories(said):
    assert len(STEPS) == 10
    assert OVER - at(STEPS[0][0]) == timedelta(hours=6, minutes=30)
    assert len(said) <= 4


def test_the_first_says_both_intensities_each_from_its_own_level_up(said):
    text = " ".join(tac_amd82.write(said[0]).data.decode().split())
    assert "SEV HNH MNH MSH HSH W180 - E180 ABV FL320" in text
    assert "MOD HNH MNH MSH HSH W180 - E180 ABV FL250" in text


def test_the_chain_ends_and_each_advisory_can_be_sent(said):
    assert [one.severity for one in said] == [SEV, MOD, MOD, None]
    assert fold(said).findings == ()
    assert all(one.ended for one in fold(said).threads.values())
    for one in said:
        assert not [slip for slip in lint(one, exercise=True) if slip.severity == "error"]
        assert tac_amd82.read(tac_amd82.write(one).data).advisories


def test_what_is_advised_reaches_as_low_as_what_holds(said, truth):
    for one, after in pairwise(said):
        lowest = min(g.levels.lower_fl for g in one.outlooks[0].groups)
        held = [
            stretch.levels[MOD].lower_fl
            for stretch in truth
            if stretch.start < after.issued and stretch.end > one.issued
        ]
        assert lowest <= min(held, default=600)


def test_few_advisories_leave_little_unsaid(said, truth):
    found = score(truth, said, UNTIL)
    assert found.coverage > 0.95
    assert found.severe_coverage > 0.85
    assert found.over_forecast < 1.5


@st.composite
def decays(draw):
    """Ten steps in the same 6.5 hours, in which levels only rise and bands only shrink."""
    minutes = draw(st.lists(st.integers(1, 389), min_size=9, max_size=9, unique=True))
    begins = [at("06:55") + timedelta(minutes=m) for m in (0, *sorted(minutes))]
    lasts = draw(st.integers(1, 9))
    rising = st.lists(st.integers(0, 4), min_size=10, max_size=10)
    shrinking = st.lists(st.integers(0, 2), min_size=10, max_size=10).map(sorted)
    lower, higher = (list(accumulate(draw(rising))) for _ in range(2))
    bands = [(MIDDLE, SOUTHERN, POLAR)[n] for n in draw(shrinking)]
    steps = [
        (
            f"{begin:%H:%M}",
            320 + 10 * (low + high) if i < lasts else None,
            band,
            250 + 10 * low,
            band,
        )
        for i, (begin, low, high, band) in enumerate(
            zip(begins, lower, higher, bands, strict=True)
        )
    ]
    return [stretch(step, end) for step, end in zip(steps, [*begins[1:], OVER], strict=True)]


@settings(max_examples=10)
@given(decays())
def test_another_reading_of_the_decay_needs_no_more_than_half_of_ten(steps):
    assert len(issued_over(steps)) <= 5
