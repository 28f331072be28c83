"""Two threads of one cause, heard from another centre, become one draft that replaces both."""

from datetime import UTC, datetime, timedelta

import pytest
from msgspec.structs import replace

from stormcone.advisory.advisory import Advisory, Group, Number, Outlook, State
from stormcone.advisory.threads import join
from stormcone.advisory.times import forecast_times
from stormcone.centre.house import live_house
from stormcone.effect.effect import Kind, Severity
from stormcone.observation.feed import Observation
from stormcone.reference.areas import Region, Side
from stormcone.watch.body import Policy
from stormcone.watch.housekeeping import See
from stormcone.watch.site import Site

NOW = datetime(2026, 1, 18, 18, 30, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
BEGAN = NOW - timedelta(hours=1)


def theirs(count, issued):
    day = (Group(severity=Severity.MODERATE, region=Region(side=Side.DAYSIDE)),)
    quiet = (
        Outlook(observed=False, at=at, state=State.NO_SWX_EXP) for at in forecast_times(BEGAN)
    )
    return Advisory(
        number=Number(2026, Kind.HF_COM, count),
        centre="ACFJ",
        issued=issued,
        effects=(Kind.HF_COM,),
        outlooks=(
            Outlook(observed=True, at=BEGAN, state=State.GROUPS, groups=day),
            *quiet,
        ),
        remark="SWX EVENT (SOLAR FLARE) INPR IMPACTING LOWER HF COM FREQ BAND.",
        next_by=NOW + timedelta(hours=5),
    )


@pytest.fixture
def site(tmp_path):
    return Site(
        name="A",
        centre="CRC",
        location="ZBBB",
        data=str(tmp_path / "live"),
        key_file="site.key",
        policy=Policy(release_at_second_signature=True),
    )


def test_both_numbers_are_replaced_and_the_older_thread_goes_on(site):
    heard = (theirs(14, BEGAN), theirs(15, BEGAN + 10 * MINUTE))
    with live_house(site, NOW) as house:
        for one in heard:
            seen = See(centre="ACFJ", number=one.number, sha256="0" * 64, advisory=one)
            house.centre.desk.do(seen, now=NOW)
        flux = Observation(
            quantity="xray_flux_w_m2",
            value=2e-4,
            at=NOW - MINUTE,
            span_s=60,
            source="GOES-18",
        )
        house.centre.archive.add([flux], known=NOW)
        house.centre.tick(NOW)
        state = house.centre.desk.state
        (draft,) = state.drafts.values()
    assert [number.count for number in draft.advisory.replaces] == [14, 15]
    assert draft.advisory.thread == "2026/HF COM/14"
    assert not [f for f in draft.findings if f.code.startswith("thread.")]
    number = Number(2026, Kind.HF_COM, 16)
    after = join(state.ledger, replace(draft.advisory, number=number, issued=NOW))
    assert [thread.keys[-1] for thread in after.live()] == ["2026/HF COM/16"]
    assert after.threads["2026/HF COM/15"].merged_into == "2026/HF COM/14"
