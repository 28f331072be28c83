"""RADIATION: thresholds by flight level, and two published events."""

from datetime import UTC, datetime, timedelta

import numpy as np
import pytest
from msgspec.structs import replace

from stormcone.effect.effect import Severity
from stormcone.effect.radiation import radiation, radiation_ahead
from stormcone.effect.thresholds import THRESHOLDS
from stormcone.forecast.field import Field, Source
from stormcone.forecast.hf_drivers import LEVELS
from stormcone.forecast.radiation import RadiationInputs, RadiationNow, radiation_now
from stormcone.forecast.radiation_drivers import UPPER_BOUND
from stormcone.observation.feed import Provenance, Series
from stormcone.observation.tables import cutoff
from stormcone.reference.areas import SOUTH_OF_BAND_DEG, Band, Levels
from stormcone.reference.grid import Grid, global_grid
from stormcone.weather.solar_protons import FLIGHT_LEVELS, spectrum_above_100mev

MOD, SEV = Severity.MODERATE, Severity.SEVERE
NOW = datetime(2005, 1, 20, 7, 0, tzinfo=UTC)
GRID = Grid(lat_deg=np.array([80.0, 0.0]), lon_deg=np.array([0.0]))
PEAK_PFU, INDEX = 652.0, 4.5  # above 100 MeV: NASA SRAG's list; the index is ours
ONE_STEP_FL = 10


def source(quantity, value, provenance=Provenance.OBSERVED):
    return Source(quantity=quantity, value=value, at=NOW, source="GOES", provenance=provenance)


def field_of(polar, *, levels=(0.5,), spread=(1.0,), says=()):
    """Return doses at the eight levels at one polar cell, a tenth of it at another."""
    cells = np.array([polar, np.array(polar) / 10]).T[:, :, None]
    return Field(
        quantity="dose_rate_usv_h",
        grid=GRID,
        issued=NOW,
        valid=NOW,
        level_fl=FLIGHT_LEVELS,
        levels=levels,
        values=np.stack([cells * factor for factor in spread]).astype(np.float32),
        based_on=(source("proton_flux_100mev_pfu", 100.0),),
        says=says,
    )


def seen(polar, provenance=Provenance.OBSERVED, says=()):
    field = field_of(polar, says=says)
    return RadiationNow(
        dose_rate=field,
        solar_usv_h=field.values[0],
        solar_based_on=(source("proton_flux_100mev_pfu", 100.0, provenance),),
    )


def severities(found):
    return [one.severity for one in found]


#            250  300  350  400  450  500  550  600
QUIET = [2, 4, 6, 8, 10, 13, 15, 18]
MODERATE = [5, 10, 20, 40, 50, 60, 65, 70]
SEVERE = [35, 50, 70, 90, 120, 150, 200, 250]
ONLY_HIGH = [2, 5, 8, 12, 20, 35, 50, 70]
SEVERE_ONLY_HIGH = [2, 4, 8, 14, 25, 45, 75, 95]


def test_a_quiet_sky_is_nothing():
    assert radiation(seen(QUIET)) == ()


def test_moderate_says_from_which_thousand_of_feet():
    (one,) = radiation(seen(MODERATE))
    assert one.severity is MOD
    assert one.levels == Levels(370)  # 30 lies between FL370 and FL380
    assert one.mask.tolist() == [[True], [False]]
    assert one.probability == 0.5
    assert one.evidence[0].value == pytest.approx(50 * 1.2**0.2, rel=1e-3)


def test_severe_comes_with_moderate_below_it():
    moderate, severe = radiation(seen(SEVERE))
    assert severities((moderate, severe)) == [MOD, SEV]
    assert (moderate.levels, severe.levels) == (Levels(250), Levels(370))
    assert (moderate.mask | severe.mask).tolist() == moderate.mask.tolist()


def test_moderate_above_fl460_alone_does_not_count():
    assert radiation(seen(ONLY_HIGH)) == ()


def test_severe_counts_at_any_level():
    (one,) = radiation(seen(SEVERE_ONLY_HIGH))
    assert (one.severity, one.levels) == (SEV, Levels(560))  # 80 lies between FL560 and FL570


@pytest.mark.parametrize("at_460", [29.9, 30.1])
def test_the_ceiling_of_moderate_is_fl460(at_460):
    steep = [at_460 * 10 ** ((level - 460) / 400) for level in FLIGHT_LEVELS]
    assert bool(radiation(seen(steep))) is (at_460 > 30)


def test_the_area_of_moderate_contains_that_of_severe():
    field = field_of(SEVERE_ONLY_HIGH)
    values = np.array(field.values)
    values[0, :, 1, 0] = MODERATE
    moderate, severe = radiation_ahead(replace(field, values=values))
    assert severe.mask.tolist() == [[True], [False]]
    assert moderate.mask.tolist() == [[True], [True]]


def test_held_thresholds_hold_longer():
    nearly = [0.95 * dose for dose in MODERATE[:4]] + [28.0] * 4
    nearly[3] = 28.0
    assert radiation(seen(nearly)) == ()
    assert severities(radiation(seen(nearly), thresholds=THRESHOLDS.scaled(0.9))) == [MOD]


@pytest.mark.parametrize("stand_in", [Provenance.PERSISTENCE, Provenance.FORECAST])
def test_a_stand_in_is_not_known(stand_in):
    assert radiation(seen(SEVERE, stand_in)) is None
    assert radiation(seen(QUIET, stand_in)) is None


def test_a_cell_that_is_not_known_is_not_below():
    torn = [np.nan] * 8
    assert radiation(seen(torn)) is None
    assert radiation_ahead(field_of(torn)) is None


def test_a_bound_can_say_nothing_and_no_more():
    assert radiation(seen(QUIET, says=(UPPER_BOUND,))) == ()
    assert radiation(seen(SEVERE, says=(UPPER_BOUND,))) is None


def test_ahead_the_median_decides_unless_told():
    spread = (0.3, 0.4, 0.6, 1.0, 1.8, 3.0, 4.0)
    field = field_of([0.5 * dose for dose in MODERATE], levels=LEVELS, spread=spread)
    assert radiation_ahead(field) == ()
    moderate, *_ = radiation_ahead(field, probability=0.2)
    assert moderate.severity is MOD
    assert 0.2 <= moderate.probability < 0.5


def test_at_the_median_a_field_agrees_with_its_middle_layer():
    field = field_of(SEVERE, levels=LEVELS, spread=(0.5, 0.6, 0.8, 1.0, 1.2, 1.5, 2.0))
    ahead, now = radiation_ahead(field), radiation(seen(SEVERE))
    assert [(o.severity, o.levels, o.mask.tolist()) for o in ahead] == [
        (o.severity, o.levels, o.mask.tolist()) for o in now
    ]


def test_other_flight_levels_are_refused():
    field = field_of(QUIET)
    with pytest.raises(ValueError, match=r"\(250, 300\)"):
        radiation_ahead(replace(field, level_fl=(250, 300)))


def channel(mev, pfu):
    values = np.full(288, 0.2)
    values[-3:] += pfu
    at = np.datetime64(NOW.replace(tzinfo=None), "ms") - np.arange(288)[::-1] * np.timedelta64(
        300_000, "ms"
    )
    return Series(
        quantity=f"proton_flux_{mev}mev_pfu",
        source="GOES-11",
        at=at,
        value=values,
        known=at,
        flags=np.zeros(288, np.uint16),
        provenance=(Provenance.OBSERVED,) * 288,
    )


def look(**inputs):
    kp = Source(
        quantity="kp",
        value=4.0,
        at=NOW - timedelta(hours=3),
        source="GFZ",
        provenance=Provenance.OBSERVED,
    )
    given = RadiationInputs(kp=kp, **inputs)
    return radiation_now(given, now=NOW, grid=global_grid(2), cutoff=cutoff())


def bands(mask):
    lat = global_grid(2).lat_deg
    return {
        band
        for band, south in SOUTH_OF_BAND_DEG.items()
        if mask[(lat > south) & (lat < south + 30)].any()
    }


def test_the_levels_and_bands_of_january_2005():
    """SEV above FL320 and MOD down to FL250, polar and middle latitudes (Bain et al. 2023)."""
    made = spectrum_above_100mev(PEAK_PFU, INDEX)
    protons = {mev: channel(mev, made.integral_pfu(mev)) for mev in (100, 500)}
    moderate, severe = radiation(look(protons=protons))
    assert moderate.levels == Levels(250)
    assert abs(severe.levels.lower_fl - 320) <= ONE_STEP_FL
    for one in (moderate, severe):
        assert bands(one.mask) == {Band.HNH, Band.MNH, Band.MSH, Band.HSH}


def test_january_2026_has_no_radiation_effect():
    """Above 10 and 50 MeV the strongest in years, above 100 MeV below 1 pfu (SRAG's list)."""
    low = {mev: channel(mev, pfu) for mev, pfu in ((10, 36_976.0), (50, 46.0))}
    assert radiation(look(protons=low)) is None
    bound = source("proton_flux_100mev_pfu", 1.0)
    assert radiation(look(protons=low, bounds={100: bound})) == ()
    fed = {**low, 100: channel(100, 0.5)}
    assert radiation(look(protons=fed)) == ()
