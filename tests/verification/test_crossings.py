"""Measured thresholds: when they were crossed, what was said of it, how long nothing was."""

from datetime import UTC, datetime, timedelta

import pytest
from msgspec.structs import replace

from stormcone.advisory.advisory import Advisory, Group, Number, Outlook, State
from stormcone.effect.effect import Kind, Severity
from stormcone.observation.feed import Observation
from stormcone.reference.areas import Region, Side
from stormcone.verification.crossings import crossings

MINUTE = timedelta(minutes=1)
PEAK = datetime(2026, 1, 18, 18, tzinfo=UTC)
UNTIL = PEAK + timedelta(hours=6)
XRAYS = [
    Observation(quantity="xray_flux_w_m2", value=value, at=PEAK + n * MINUTE, source="GOES")
    for n, value in enumerate([9e-5, 1e-4, 2e-3, 5e-4, *[2e-4] * 26, 9e-5])
]


def flare(minute, count=1, state=State.GROUPS):
    at = PEAK + minute * MINUTE
    group = Group(severity=Severity.SEVERE, region=Region(side=Side.DAYSIDE))
    groups = (group,) if state is State.GROUPS else ()
    first = Outlook(observed=True, at=at, state=state, groups=groups)
    return Advisory(
        number=Number(2026, Kind.HF_COM, count),
        centre="CRC",
        issued=at,
        effects=(Kind.HF_COM,),
        outlooks=(first,),
        next_by=at + timedelta(hours=6) if groups else None,
        cause="FLARE",
    )


def test_each_threshold_counts_its_minutes_and_those_unsaid():
    moderate, severe = crossings({"xray_flux_w_m2": XRAYS}, [flare(4)], UNTIL)
    assert (moderate.what, moderate.severity) == ("HF COM FLARE", Severity.MODERATE)
    assert moderate.crossed == PEAK + MINUTE
    assert (moderate.minutes, moderate.lead, moderate.missed_minutes) == (29, -3, 3)
    assert (severe.crossed, severe.minutes) == (PEAK + 2 * MINUTE, 1)
    assert (severe.lead, severe.missed_minutes) == (None, 1)  # over before it was said


def test_an_advisory_that_had_ended_says_nothing():
    over = replace(flare(10, 2, State.NO_SWX_EXP), replaces=(Number(2026, Kind.HF_COM, 1),))
    moderate, _ = crossings({"xray_flux_w_m2": XRAYS}, [flare(-5), over], UNTIL)
    assert (moderate.lead, moderate.missed_minutes) == (6, 20)


@pytest.mark.parametrize("other", [[], [replace(flare(4), cause="PCA")]])
def test_what_nobody_said_has_no_lead(other):
    moderate, _ = crossings({"xray_flux_w_m2": XRAYS}, other, UNTIL)
    assert (moderate.lead, moderate.missed_minutes) == (None, moderate.minutes)


def test_an_advisory_of_several_causes_names_each():
    both = replace(flare(4), cause="PCA+FLARE")
    moderate, _ = crossings({"xray_flux_w_m2": XRAYS}, [both], UNTIL)
    assert (moderate.lead, moderate.missed_minutes) == (-3, 3)


def test_one_that_is_replaced_by_another_cause_stands_no_longer():
    other = replace(flare(10, 2), cause="PCA", replaces=(Number(2026, Kind.HF_COM, 1),))
    moderate, _ = crossings({"xray_flux_w_m2": XRAYS}, [flare(4), other], UNTIL)
    assert moderate.missed_minutes == 3 + 20


def test_what_was_not_crossed_or_not_measured_is_no_row():
    assert crossings({}, [flare(4)], UNTIL) == ()
    assert crossings({"xray_flux_w_m2": XRAYS[:1]}, [], UNTIL) == ()
    assert crossings({"xray_flux_w_m2": XRAYS}, [], PEAK) == ()


def test_kp_holds_for_its_three_hours():
    kp = Observation(
        quantity="kp",
        value=23 / 3,
        at=PEAK - 3 * timedelta(hours=1),
        span_s=10_800,
        source="GFZ",
    )
    (found,) = crossings({"kp": [kp]}, [], UNTIL)
    assert (found.what, found.minutes) == ("HF COM AURORAL", 180)
