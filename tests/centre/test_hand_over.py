"""A centre goes on with what another began: its thread, its number, and its promise."""

from datetime import UTC, datetime, timedelta

import pytest

from stormcone.advisory.advisory import Advisory, Group, Number, Outlook, State
from stormcone.advisory.times import forecast_times
from stormcone.api.advisories import draft_shape
from stormcone.api.situation import situation
from stormcone.centre.house import live_house
from stormcone.centre.shown import Shown
from stormcone.effect.effect import Kind, Severity
from stormcone.observation.feed import Observation
from stormcone.reference.areas import Region, Side
from stormcone.watch.body import AlarmRaised, Policy
from stormcone.watch.housekeeping import See
from stormcone.watch.site import Site

NOW = datetime(2026, 1, 18, 18, 30, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
PROMISED = NOW + 40 * MINUTE
BEGAN = NOW - 5 * timedelta(hours=1)
THEIRS = Advisory(
    number=Number(2026, Kind.HF_COM, 14),
    centre="PECASUS",
    issued=BEGAN + 5 * MINUTE,
    effects=(Kind.HF_COM,),
    replaces=(Number(2026, Kind.HF_COM, 13),),
    outlooks=(
        Outlook(
            observed=True,
            at=BEGAN,
            state=State.GROUPS,
            groups=(Group(severity=Severity.MODERATE, region=Region(side=Side.DAYSIDE)),),
        ),
        *(
            Outlook(observed=False, at=at, state=State.NO_SWX_EXP)
            for at in forecast_times(BEGAN)
        ),
    ),
    remark="SPACE WEATHER EVENT (SOLAR FLARE) IN PROGRESS.",
    next_by=PROMISED,
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


def heard(house):
    seen = See(centre="PECASUS", number=THEIRS.number, sha256="0" * 64, advisory=THEIRS)
    house.centre.desk.do(seen, now=NOW)


def pass_time(house, first, last, flux_w_m2):
    for minute in range(first, last + 1):
        now = NOW + minute * MINUTE
        seen = Observation(
            quantity="xray_flux_w_m2",
            value=flux_w_m2,
            at=now - MINUTE,
            span_s=60,
            source="GOES-18",
        )
        house.centre.archive.add([seen], known=now)
        house.centre.tick(now)


def test_the_draft_replaces_the_other_centres_last_and_says_how_it_differs(site):
    with live_house(site, NOW) as house:
        heard(house)
        pass_time(house, 0, 3, 2e-3)
        state = house.centre.desk.state
        (draft,) = state.drafts.values()
        shown = situation(Shown(house.centre, site, lambda: NOW), NOW, None)
    assert draft.advisory.replaces == (THEIRS.number,)
    assert draft.advisory.thread == "2026/HF COM/13"
    (finding,) = draft.findings
    assert (finding.code, finding.weight) == ("centre.differs", "warning")
    assert "SEV is not MOD; PECASUS in 2026/14 at 18/1330Z: MOD DAYSIDE" in finding.message
    assert "SWXC:             PECASUS" in draft_shape(state, draft, None).previous_tac
    assert (shown.effects[0].severity, shown.effects[0].key) == ("MOD", "2026/HF COM/14")
    assert shown.threads == []


def test_a_promise_that_nobody_keeps_rings_twice_also_over_a_restart(site):
    with live_house(site, NOW) as house:
        heard(house)
        pass_time(house, 0, 30, 2e-6)
        assert house.centre.desk.state.drafts
    with live_house(site, NOW) as house:
        pass_time(house, 30, 50, 2e-6)
        events = house.centre.desk.events()
        log = situation(Shown(house.centre, site, lambda: NOW), NOW + 50 * MINUTE, None).log
    rung = [(e.at, e.body.severity) for e in events if isinstance(e.body, AlarmRaised)]
    assert rung == [(PROMISED - 15 * MINUTE, "high"), (PROMISED, "critical")]
    assert [line.text for line in log if line.kind == "AlarmRaised"] == 2 * [
        "alarm advisory.overdue: PECASUS promised what follows 2026/HF COM/14 by 18/19:10Z; "
        "release it, or the end of the thread"
    ]
