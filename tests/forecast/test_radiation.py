"""Dose now and ahead: what drives it, what stands in for what is missing."""

import gzip
from datetime import UTC, datetime, timedelta

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.random import PCG64, Generator

from stormcone.forecast.field import Source
from stormcone.forecast.hf_drivers import LEVELS, MEDIAN
from stormcone.forecast.radiation import (
    RadiationInputs,
    radiation_fields,
    radiation_now,
    stratified_deviations,
)
from stormcone.forecast.radiation_drivers import NO_GEV_PROTONS, UPPER_BOUND
from stormcone.observation.feed import Flag, Provenance, Series
from stormcone.observation.nmdb import read_counts
from stormcone.observation.tables import cutoff
from stormcone.reference.grid import global_grid
from stormcone.weather.cosmic_rays import gcr_dose_usv_h
from stormcone.weather.cutoff import CutoffGrid
from stormcone.weather.solar_protons import FLIGHT_LEVELS, ProtonSpectrum, sep_dose_usv_h

NOW = datetime(2026, 2, 1, 12, tzinfo=UTC)
GRID = global_grid(10)
SPECTRUM = ProtonSpectrum(1e6, 5)
QUIET_PFU = 0.2
FILE = "data/swx/gannon2024/nmdb_1min_33stations_20240510_20240511.txt.gz"
LEVEL_350 = FLIGHT_LEVELS.index(350)
STEADY = ("OULU", "APTY", "NEWK", "ROME")


def series(quantity, values, step_min, *, until=NOW, source="GOES-18"):
    last = np.datetime64(until.replace(tzinfo=None), "ms")
    at = last - np.arange(len(values))[::-1] * np.timedelta64(step_min * 60_000, "ms")
    return Series(
        quantity=quantity,
        source=source,
        at=at,
        value=np.asarray(values, float),
        known=at,
        flags=np.zeros(len(values), np.uint16),
        provenance=(Provenance.OBSERVED,) * len(values),
    )


def channel(mev, pfu, *, until=NOW):
    values = np.full(288, QUIET_PFU)
    values[-24:] += pfu
    return series(f"proton_flux_{mev}mev_pfu", values, 5, until=until)


def storm(*, until=NOW):
    return {mev: channel(mev, SPECTRUM.integral_pfu(mev), until=until) for mev in (100, 500)}


def source(quantity, value, at=NOW):
    return Source(
        quantity=quantity, value=value, at=at, source="test", provenance=Provenance.OBSERVED
    )


def monitors(*, until=NOW):
    rng = Generator(PCG64(3))
    return {
        name: series(
            "neutron_counts_per_s", rng.normal(100, 1, 600), 1, until=until, source=name
        )
        for name in STEADY
    }


KP = source("kp", 3.0, NOW - timedelta(hours=3))
PHI = source("modulation_potential_gv", 0.6)
FULL = {"protons": storm(), "monitors": monitors(), "phi": PHI, "kp": KP}


def now_of(**inputs):
    return radiation_now(RadiationInputs(**inputs), now=NOW, grid=GRID, cutoff=cutoff())


def step_of(hours=0.0, seed=0, **inputs):
    made = radiation_fields(
        RadiationInputs(**inputs),
        now=NOW,
        grid=GRID,
        cutoff=cutoff(),
        rng=Generator(PCG64(seed)),
        hours_ahead=(hours,),
    )
    return made.step(0)


def width(field, level=-1):
    """Return the width of the ensemble at the pole, at the highest level unless told."""
    return float(field.values[-1, level, 0, 0] - field.values[0, level, 0, 0])


def test_the_dose_at_the_pole_is_that_of_the_formulas():
    made = now_of(**FULL)
    pole = made.dose_rate.values[0, :, 0, 0]
    cosmic = gcr_dose_usv_h(list(FLIGHT_LEVELS), 0.0, 0.6)
    assert pole == pytest.approx(cosmic + sep_dose_usv_h(SPECTRUM, 0.0), rel=0.01)
    assert made.solar_usv_h[:, 0, 0] == pytest.approx(sep_dose_usv_h(SPECTRUM, 0.0), rel=0.01)
    assert made.dose_rate.level_fl == FLIGHT_LEVELS
    assert {seen.quantity for seen in made.solar_based_on} == {
        "proton_flux_100mev_pfu",
        "proton_flux_500mev_pfu",
    }


def test_the_background_of_cosmic_rays_is_not_solar():
    quiet = {mev: channel(mev, 0.0) for mev in (100, 500)}
    made = now_of(**{**FULL, "protons": quiet})
    assert made.solar_usv_h.max() == 0
    assert made.dose_rate.says == ()


def test_quantiles_are_in_order_and_seven():
    field = step_of(**FULL)
    assert field.levels == LEVELS
    assert field.values.shape == (7, 8, *GRID.shape)
    assert (np.diff(field.values, axis=0) >= 0).all()
    assert (np.diff(field.values, axis=1) > 0).all()


def test_the_middle_of_the_drivers_is_near_the_median():
    made = radiation_fields(
        RadiationInputs(**FULL), now=NOW, grid=GRID, cutoff=cutoff(), rng=Generator(PCG64(0))
    )
    assert len(made.valid) == 26
    assert made.step(0).values[MEDIAN] == pytest.approx(made.middle(0), rel=0.15)


def test_the_same_seed_gives_the_same_field():
    one, same, other = (step_of(6, seed=seed, **FULL).values for seed in (1, 1, 2))
    assert np.array_equal(one, same)
    assert not np.array_equal(one, other)


@given(st.integers(0, 99))
def test_every_stratum_is_drawn_once(seed):
    deviations = stratified_deviations(Generator(PCG64(seed)), 50, 3)
    ordered = np.sort(deviations, axis=0)
    assert np.array_equal(ordered, np.repeat(ordered[:, :1], 3, axis=1))
    assert np.allclose(ordered, -ordered[::-1], atol=1e-9)


def test_solar_protons_fade_with_twelve_hours_and_cosmic_rays_stay():
    start, later = (step_of(hours, **FULL).values[MEDIAN, :, 0, 0] for hours in (0, 12))
    cosmic = gcr_dose_usv_h(list(FLIGHT_LEVELS), 0.0, 0.6)
    assert (later - cosmic) / (start - cosmic) == pytest.approx(np.exp(-1), rel=0.15)
    quiet = {**FULL, "protons": {}}
    assert step_of(25, **quiet).values[MEDIAN, 0, 0, 0] == pytest.approx(cosmic[0], rel=0.02)


def test_the_further_ahead_the_less_is_sure():
    near, far = (step_of(hours, **FULL).values[:, -1, 0, 0] for hours in (1, 12))
    assert far[-1] / far[MEDIAN] > near[-1] / near[MEDIAN]


def test_samples_that_are_not_known_yet_change_nothing():
    later = {mev: channel(mev, 1e4, until=NOW + timedelta(hours=3)) for mev in (100, 500)}
    known = {mev: one.known + np.timedelta64(3, "h") for mev, one in later.items()}
    delayed = {
        mev: Series(
            quantity=one.quantity,
            source=one.source,
            at=one.at,
            value=one.value,
            known=known[mev],
            flags=one.flags,
            provenance=one.provenance,
        )
        for mev, one in later.items()
    }
    made = now_of(**{**FULL, "protons": delayed, "monitors": {}})
    assert made.solar_usv_h.max() == 0


def test_flagged_counts_count_as_missing():
    flagged = {
        name: Series(
            quantity=one.quantity,
            source=one.source,
            at=one.at,
            value=one.value * 2,
            known=one.known,
            flags=np.full(len(one), int(Flag.RANGE), np.uint16),
            provenance=one.provenance,
        )
        for name, one in monitors().items()
    }
    assert NO_GEV_PROTONS in now_of(monitors=flagged, phi=PHI, kp=KP).dose_rate.says


@pytest.mark.parametrize("gone", [*FULL, "all"])
def test_each_input_may_be_missing(gone):
    left = {} if gone == "all" else {name: FULL[name] for name in FULL if name != gone}
    made, field = now_of(**left), step_of(6, **left)
    for found in (made.dose_rate, field):
        assert np.isfinite(found.values).all()
    if gone in {"kp", "all"}:
        assert "estimated" in made.dose_rate.says


def test_without_a_potential_and_monitors_the_mean_cycle_stands_with_a_wider_spread():
    quiet = {"protons": {m: channel(m, 0.0) for m in (100, 500)}, "kp": KP}
    known, estimated = step_of(phi=PHI, **quiet), step_of(**quiet)
    assert "estimated" in estimated.says
    assert width(estimated, LEVEL_350) > width(known, LEVEL_350)


def test_oulu_tells_the_potential_where_none_is_given():
    made = now_of(protons=storm(), monitors=monitors(), kp=KP)
    phi = next(s for s in made.dose_rate.based_on if s.quantity == PHI.quantity)
    assert phi.source == "OULU"
    assert phi.value == pytest.approx(0.65, abs=0.02)
    assert made.dose_rate.says == ()


@pytest.mark.parametrize("days", [3.1, 30])
def test_a_potential_of_more_than_three_days_ago_is_stale(days):
    old = source(PHI.quantity, 0.9, NOW - timedelta(days=days))
    assert "estimated" in now_of(phi=old, kp=KP).dose_rate.says


def test_stale_protons_are_persistence_with_a_wider_spread():
    late = now_of(protons=storm(until=NOW - timedelta(minutes=30)), phi=PHI, kp=KP)
    assert late.dose_rate.says == ("stale",)
    assert {s.provenance for s in late.solar_based_on} == {Provenance.PERSISTENCE}
    fresh, stale = (
        step_of(protons=storm(until=NOW - timedelta(minutes=m)), phi=PHI, kp=KP)
        for m in (0, 30)
    )
    assert width(stale) > width(fresh)


def test_protons_of_a_day_ago_are_gone():
    made = now_of(protons=storm(until=NOW - timedelta(hours=25)), phi=PHI, kp=KP)
    assert NO_GEV_PROTONS in made.dose_rate.says
    assert made.solar_usv_h.max() == 0


def test_without_protons_the_prior_stands_with_a_tail():
    field = step_of(phi=PHI, kp=KP)
    quiet = step_of(phi=PHI, kp=KP, protons={m: channel(m, 0.0) for m in (100, 500)})
    assert NO_GEV_PROTONS in field.says
    assert field.based_on[0].provenance is Provenance.FORECAST
    assert (field.values >= quiet.values).all()
    assert width(field) > width(quiet)


def test_channels_below_100_mev_are_never_extrapolated():
    low = {mev: channel(mev, pfu) for mev, pfu in ((10, 36_976.0), (50, 46.0))}
    made = now_of(protons=low, phi=PHI, kp=KP)
    assert made.solar_usv_h.max() == 0
    assert NO_GEV_PROTONS in made.dose_rate.says
    assert {s.provenance for s in made.solar_based_on} == {Provenance.FORECAST}


def test_a_stated_bound_gives_the_highest_dose_that_it_allows():
    bound = source("proton_flux_100mev_pfu", 1.0)
    made = now_of(bounds={100: bound}, phi=PHI, kp=KP)
    assert made.dose_rate.says == (UPPER_BOUND,)
    assert made.solar_based_on == (bound,)
    assert 0 < made.solar_usv_h.max() < 2


def test_steady_monitors_without_an_event_see_that_there_is_none():
    made = now_of(monitors=monitors(), phi=PHI, kp=KP)
    assert made.dose_rate.says == ()
    assert {s.provenance for s in made.solar_based_on} == {Provenance.OBSERVED}
    assert made.solar_usv_h.max() == 0


@pytest.mark.parametrize("minutes", [31, 600])
def test_monitors_of_more_than_half_an_hour_ago_see_nothing(minutes):
    old = monitors(until=NOW - timedelta(minutes=minutes))
    assert NO_GEV_PROTONS in now_of(monitors=old, phi=PHI, kp=KP).dose_rate.says


def test_monitors_of_low_latitudes_or_of_an_hour_do_not_watch():
    fed = monitors()
    southern = {"MXCO": fed["OULU"], "NANM": fed["APTY"], "ROME": fed["ROME"]}
    assert NO_GEV_PROTONS in now_of(monitors=southern, phi=PHI, kp=KP).dose_rate.says
    rng = Generator(PCG64(4))
    short = {n: series("n", rng.normal(100, 1, 60), 1, source=n) for n in STEADY}
    assert NO_GEV_PROTONS in now_of(monitors=short, phi=PHI, kp=KP).dose_rate.says


def test_where_the_given_potential_is_stale_oulu_tells_it():
    old = source(PHI.quantity, 0.9, NOW - timedelta(days=4))
    made = now_of(phi=old, monitors=monitors(), kp=KP)
    assert made.dose_rate.says == ()


def test_two_stations_are_too_few():
    two = {name: one for name, one in monitors().items() if name in STEADY[:2]}
    assert NO_GEV_PROTONS in now_of(monitors=two, phi=PHI, kp=KP).dose_rate.says


def test_a_cutoff_that_is_not_known_gives_no_dose():
    table = cutoff()
    holes = np.array(table.rigidity_gv)
    holes[:, :5] = np.nan
    torn = CutoffGrid(kp=table.kp, rigidity_gv=holes, lon_step_deg=table.lon_step_deg)
    made = radiation_now(RadiationInputs(**FULL), now=NOW, grid=GRID, cutoff=torn)
    assert np.isnan(made.dose_rate.values[0, :, -1]).all()
    assert np.isfinite(made.dose_rate.values[0, :, 0]).all()


def test_a_storm_brings_dose_further_from_the_poles():
    calm, stormy = (
        now_of(**{**FULL, "kp": source("kp", kp, KP.at)}).dose_rate.values for kp in (1, 8)
    )
    assert (stormy >= calm - 1e-6).all()
    assert stormy.sum() > calm.sum()


def test_a_lead_that_reaches_back_is_refused():
    with pytest.raises(ValueError, match="reach back"):
        step_of(-1.0, **FULL)


@pytest.fixture(scope="module")
def may_2024(shared):
    """Return the counts of 10 and 11 May 2024 as series by station."""
    rows = list(read_counts(gzip.decompress((shared / FILE).read_bytes())))
    names = list(dict.fromkeys(row.source for row in rows))
    counts = np.array([np.nan if row.value is None else row.value for row in rows])
    until = rows[-1].at
    return {
        name: series("neutron_counts_per_s", one, 1, until=until, source=name)
        for name, one in zip(names, counts.reshape(-1, len(names)).T, strict=True)
    }


@pytest.mark.shared
@pytest.mark.parametrize(
    ("clock", "seen"), [("01:30", False), ("02:15", True), ("03:00", True), ("12:00", False)]
)
def test_the_event_of_may_2024_as_it_became_known(may_2024, clock, seen):
    now = datetime.fromisoformat(f"2024-05-11T{clock}+00:00")
    made = radiation_now(
        RadiationInputs(monitors=may_2024), now=now, grid=GRID, cutoff=cutoff()
    )
    assert bool(made.solar_usv_h.max() > 0) is seen
    assert {s.quantity for s in made.solar_based_on} == {"neutron_counts_per_s"}
    assert float(made.dose_rate.values[0, LEVEL_350].max()) < 10
    phi = next(s for s in made.dose_rate.based_on if s.quantity == PHI.quantity)
    assert 0.6 < phi.value < 1.2
