"""HF fields: quantiles, leads, what is missing, and what is known when."""

from datetime import UTC, datetime, timedelta

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from stormcone.forecast.field import Source
from stormcone.forecast.hf_com import HfInputs, hf_fields, hf_now
from stormcone.forecast.hf_drivers import LEVELS, MEDIAN
from stormcone.observation.feed import Flag, Provenance, Series
from stormcone.observation.tables import cutoff
from stormcone.reference.grid import global_grid

NOW = datetime(2026, 1, 19, 12, tzinfo=UTC)
GRID = global_grid(10)
SOUTH_POLE, NOON, MIDNIGHT = (-1, 0), (9, 18), (9, 0)  # cells of GRID at 12 UTC in January
FIELDS = ("haf_mhz", "absorption_30mhz_db", "xray_30mhz_db", "polar_cap_30mhz_db")


def test_an_x1_flare_takes_25_mhz_under_the_sun_and_nothing_by_night():
    now = at_now(xray=steady("xray_flux_w_m2", 1e-4), protons={10: protons(0.2)}, kp=kp(2))
    assert now.haf_mhz.max() == pytest.approx(25, abs=0.6)
    assert now.haf_mhz[MIDNIGHT] == 0
    assert now.says == ()


def test_protons_black_out_the_caps_and_leave_the_equator():
    now = at_now(xray=steady("xray_flux_w_m2", 1e-7), protons={10: protons(1000)}, kp=kp(2))
    assert now.polar_cap_30mhz_db[SOUTH_POLE] > 5
    assert now.polar_cap_30mhz_db[MIDNIGHT] < 0.1


def test_both_causes_are_added_in_decibels():
    xray, caps = steady("xray_flux_w_m2", 1e-4), {10: protons(1000)}
    now = at_now(xray=xray, protons=caps, kp=kp(2))
    assert now.haf_mhz == pytest.approx(30 * now.absorption_30mhz_db ** (2 / 3), rel=1e-5)


def test_the_newest_known_sample_counts_and_no_later_one():
    rising = steady("xray_flux_w_m2", 1e-6)
    value = rising.value.copy()
    value[-1] = 1e-3  # measured at 12:00, known at 12:01
    series = changed(rising, value=value)
    assert hf_now_of(series, NOW).xray_based_on[0].value == 1e-6
    assert hf_now_of(series, NOW + timedelta(minutes=1)).xray_based_on[0].value == 1e-3


def test_later_data_change_nothing():
    series = steady("xray_flux_w_m2", 1e-5, until=NOW + timedelta(hours=6))
    later = series.known > np.datetime64(NOW.replace(tzinfo=None))
    blind = changed(series, value=np.where(later, np.nan, series.value))
    seen, unseen = (
        hf_fields(HfInputs(xray=s, kp=kp(2)), now=NOW, grid=GRID, cutoff=cutoff()).step(6)
        for s in (series, blind)
    )
    assert np.array_equal(seen.haf_mhz.values, unseen.haf_mhz.values)


@pytest.mark.parametrize("flag", [Flag.CONTAMINATED, Flag.RANGE, Flag.SPIKE, Flag.FILL])
def test_a_flagged_sample_is_missing(flag):
    series = steady("xray_flux_w_m2", 1e-5)
    flagged = changed(series, flags=np.full(len(series), flag, np.uint16))
    assert "stale" in hf_now_of(flagged, NOW).says


@pytest.mark.parametrize("wrong", [np.nan, -1e-6, np.inf])
def test_an_impossible_value_is_missing(wrong):
    series = steady("xray_flux_w_m2", 1e-5)
    value = series.value.copy()
    value[-30:] = wrong
    now = hf_now_of(changed(series, value=value), NOW)
    assert "stale" in now.says
    assert np.isfinite(now.haf_mhz).all()


@pytest.mark.parametrize(
    ("age_min", "says", "provenance"),
    [
        (9, (), Provenance.OBSERVED),
        (11, ("stale",), Provenance.PERSISTENCE),
        (31, ("stale", "climatology"), Provenance.FORECAST),
    ],
)
def test_x_rays_grow_stale_by_name(age_min, says, provenance):
    series = steady("xray_flux_w_m2", 1e-4, until=NOW - timedelta(minutes=age_min))
    step = one_step(HfInputs(xray=series, protons={10: protons(1000)}, kp=kp(2)), 0)
    assert step.xray_30mhz_db.says == says
    assert step.xray_30mhz_db.based_on[0].provenance is provenance
    assert step.polar_cap_30mhz_db.says == ()


@pytest.mark.parametrize(
    ("age", "says"),
    [(19, ()), (21, ("stale",)), (25 * 60, ("stale", "climatology"))],
)
def test_protons_grow_stale_by_name(age, says):
    series = protons(1000, until=NOW - timedelta(minutes=age))
    step = one_step(HfInputs(protons={10: series}, kp=kp(2)), 0)
    assert step.polar_cap_30mhz_db.says == says


def test_a_lagging_channel_is_missing_and_not_old():
    lagging = steady("proton_flux_50mev_pfu", 40, until=NOW - timedelta(minutes=40))
    now = at_now(protons={10: protons(1000), 50: lagging}, kp=kp(2))
    assert [seen.quantity for seen in now.polar_cap_based_on] == ["proton_flux_10mev_pfu", "kp"]


def test_missing_kp_says_estimated_and_widens():
    caps = {10: protons(1000)}
    known, unknown = (
        one_step(HfInputs(protons=caps, kp=k), 0).polar_cap_30mhz_db for k in (kp(2), None)
    )
    assert unknown.says == ("estimated",)
    assert spread(unknown).sum() > spread(known).sum()


def test_kp_counts_from_the_end_of_its_three_hours():
    early = kp(5, at=NOW - timedelta(hours=6, minutes=59))
    late = kp(5, at=NOW - timedelta(hours=7, minutes=1))
    assert at_now(protons={10: protons(9)}, kp=early).polar_cap_based_on[-1] == early
    assert (
        at_now(protons={10: protons(9)}, kp=late).polar_cap_based_on[-1].provenance
        is Provenance.PERSISTENCE
    )


def test_dst_opens_the_cutoff_above_kp_seven_only():
    deep = Source(
        quantity="dst_nt", value=-400, at=NOW, source="Kyoto", provenance=Provenance.OBSERVED
    )
    caps = {10: protons(1000)}
    with_dst, without = (at_now(protons=caps, kp=kp(9), dst=d) for d in (deep, None))
    quiet = at_now(protons=caps, kp=kp(5), dst=deep)
    assert with_dst.polar_cap_30mhz_db.sum() > without.polar_cap_30mhz_db.sum()
    assert quiet.polar_cap_30mhz_db.sum() < without.polar_cap_30mhz_db.sum()


INPUTS = {
    "xray": lambda: steady("xray_flux_w_m2", 1e-4),
    "protons": lambda: {10: protons(1000), 50: protons(20, 50)},
    "kp": lambda: kp(6),
}


@pytest.mark.parametrize("gone", [("xray",), ("protons",), ("kp",), tuple(INPUTS)])
def test_without_an_input_there_is_a_product_that_says_so(gone):
    fed = {name: make() for name, make in INPUTS.items() if name not in gone}
    step = one_step(HfInputs(**fed), 6)
    for name in FIELDS:
        field = getattr(step, name)
        assert np.isfinite(field.values).all()
        assert (np.diff(field.values, axis=0) >= -1e-6).all()
    assert step.haf_mhz.says != ()
    assert all(
        seen.provenance is not Provenance.OBSERVED for seen in step.haf_mhz.based_on
    ) == (len(gone) == len(INPUTS))


def test_a_stale_flux_has_a_wider_interval_than_a_fresh_one():
    fresh, stale = (
        one_step(HfInputs(xray=steady("xray_flux_w_m2", 1e-4, until=NOW - age), kp=kp(2)), 0.5)
        for age in (timedelta(minutes=9), timedelta(minutes=20))
    )
    assert spread(stale.xray_30mhz_db)[NOON] >= spread(fresh.xray_30mhz_db)[NOON]


def test_intervals_of_a_proton_storm_widen_with_the_lead():
    inputs = HfInputs(protons={10: protons(1000)}, kp=kp(2))
    widths = [np.log(ends(one_step(inputs, h).polar_cap_30mhz_db)) for h in (0, 1, 6, 24)]
    assert widths == sorted(widths)


def test_protons_fade_with_twelve_hours():
    maps = hf_fields(
        HfInputs(protons={10: protons(1000)}, kp=kp(2)),
        now=NOW,
        grid=GRID,
        cutoff=cutoff(),
        hours_ahead=(0, 24),
    ).median.polar_cap_30mhz_db
    now_db, later_db = (maps[(step, *SOUTH_POLE)] for step in (0, 1))
    assert later_db / now_db == pytest.approx(np.exp(-1), rel=0.01)


def test_the_step_has_the_median_of_the_maps():
    inputs = HfInputs(**{name: make() for name, make in INPUTS.items()})
    fields = hf_fields(inputs, now=NOW, grid=GRID, cutoff=cutoff(), hours_ahead=(0, 6, 24))
    for index in (0, 1, 2):
        field = fields.step(index).haf_mhz
        assert field.levels == LEVELS
        assert field.values[MEDIAN] == pytest.approx(fields.median.haf_mhz[index], rel=1e-5)


def test_a_lead_that_reaches_back_is_refused():
    with pytest.raises(ValueError, match="reach back"):
        hf_fields(HfInputs(), now=NOW, grid=GRID, cutoff=cutoff(), hours_ahead=(-1,))


@settings(max_examples=25, deadline=None)
@given(st.floats(1e-9, 1e-2), st.floats(0.01, 1e5), st.floats(0, 9), st.floats(0, 25))
def test_quantiles_are_ordered_and_finite_whatever_is_fed(flux, pfu, k, hours):
    inputs = HfInputs(xray=steady("xray_flux_w_m2", flux), protons={10: protons(pfu)}, kp=kp(k))
    values = one_step(inputs, hours).absorption_30mhz_db.values
    assert np.isfinite(values).all()
    assert (np.diff(values, axis=0) >= -1e-4 * np.abs(values[1:])).all()


def hf_now_of(xray, now):
    inputs = HfInputs(xray=xray, protons={10: protons(0.2, until=now)}, kp=kp(2))
    return hf_now(inputs, now=now, grid=GRID, cutoff=cutoff())


def at_now(**inputs):
    return hf_now(HfInputs(**inputs), now=NOW, grid=GRID, cutoff=cutoff())


def one_step(inputs, hours):
    fields = hf_fields(inputs, now=NOW, grid=GRID, cutoff=cutoff(), hours_ahead=(hours,))
    return fields.step(0)


def spread(field):
    return field.values[-1] - field.values[0]


def ends(field):
    return field.values[(-1, *SOUTH_POLE)] / field.values[(0, *SOUTH_POLE)]


def protons(pfu, mev=10, until=NOW):
    return steady(f"proton_flux_{mev}mev_pfu", pfu, until=until, step_min=5)


def kp(value, at=NOW - timedelta(hours=3)):
    return Source(
        quantity="kp", value=value, at=at, source="GFZ", provenance=Provenance.OBSERVED
    )


def steady(quantity, value, until=NOW, step_min=1):
    """Return six hours of one value, each sample known a minute after its time."""
    samples = 6 * 60 // step_min
    last = np.datetime64(until.replace(tzinfo=None), "ms")
    at = last - np.arange(samples)[::-1] * np.timedelta64(step_min, "m")
    return Series(
        quantity=quantity,
        source="GOES-18",
        at=at,
        value=np.full(samples, value, float),
        known=at + np.timedelta64(1, "m"),
        flags=np.zeros(samples, np.uint16),
        provenance=(Provenance.OBSERVED,) * samples,
    )


def changed(series, **new):
    kept = {name: getattr(series, name) for name in series.__struct_fields__}
    return Series(**(kept | new))
