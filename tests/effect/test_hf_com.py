"""HF COM effects, and our own times in January 2026 beside the real ones."""

import sys
from datetime import UTC, datetime, timedelta

import numpy as np
import pytest

from stormcone.effect.effect import Cause, Kind, Severity
from stormcone.effect.exceeded import effects
from stormcone.effect.hf_com import (
    flare,
    flare_ahead,
    polar_cap,
    polar_cap_ahead,
)
from stormcone.effect.thresholds import THRESHOLDS
from stormcone.forecast.field import Field, Source
from stormcone.forecast.hf_com import HfInputs, HfNow, hf_now
from stormcone.observation.feed import Provenance, Series
from stormcone.observation.tables import cutoff
from stormcone.reference.areas import Area, Side
from stormcone.reference.grid import global_grid

NOW = datetime(2026, 1, 19, 12, tzinfo=UTC)
GRID = global_grid(30)
LEVELS = (0.05, 0.1, 0.25, 0.5, 0.75, 0.9, 0.95)


def january(day, clock):
    return datetime.fromisoformat(f"2026-01-{day}T{clock}:00+00:00")


# authorities/january_2026.md: crossings in NOAA's alerts and summaries, log-linear between.
PROTON_ANCHORS = [
    (january(18, "19:40"), 0.3),
    (january(18, "22:55"), 10),
    (january(19, "04:40"), 100),
    (january(19, "10:20"), 1000),
    (january(19, "18:10"), 10_000),
    (january(19, "19:15"), 37_000),
    (january(19, "20:45"), 10_000),
    (january(19, "21:35"), 1000),
    (january(22, "19:15"), 10),
]
OUR_MODERATE, OUR_SEVERE = january(19, "05:30"), january(19, "10:00")
REAL_MODERATE, REAL_SEVERE = january(19, "05:10"), january(19, "10:30")


@pytest.mark.parametrize(
    ("flux", "severity"),
    [
        (9.9e-5, None),
        (1e-4, Severity.MODERATE),
        (1e-3, Severity.SEVERE),
        (5e-3, Severity.SEVERE),
    ],
)
def test_flares_count_from_x1_and_x10(flux, severity):
    found = flare(source("xray_flux_w_m2", flux), valid=NOW)
    assert [one.severity for one in found] == ([] if severity is None else [severity])


def test_a_flare_blacks_out_the_day_side_without_a_mask():
    (found,) = flare(source("xray_flux_w_m2", 1.9e-4), valid=NOW)
    assert found.mask is None
    assert found.region.side is Side.DAYSIDE
    assert (found.evidence[0].value, found.evidence[0].threshold) == (1.9e-4, 1e-4)


@pytest.mark.parametrize("provenance", [Provenance.PERSISTENCE, Provenance.FORECAST])
def test_a_stand_in_is_not_known_and_not_below(provenance):
    assert flare(source("xray_flux_w_m2", 1e-7, provenance), valid=NOW) is None
    assert polar_cap(now_of(0.1, provenance)) is None


def test_what_is_missing_is_not_below():
    assert flare(None, valid=NOW) is None
    assert flare(source("xray_flux_w_m2", float("nan")), valid=NOW) is None
    assert polar_cap(now_of(np.nan)) is None


def test_below_is_an_empty_answer():
    assert flare(source("xray_flux_w_m2", 1e-5), valid=NOW) == ()
    assert polar_cap(now_of(1.9)) == ()


def test_the_moderate_mask_contains_the_severe_one():
    now = now_of(0.0)
    now.polar_cap_30mhz_db[-1], now.polar_cap_30mhz_db[-2] = 6.0, 3.0
    moderate, severe = polar_cap(now)
    assert (moderate.severity, severe.severity) == (Severity.MODERATE, Severity.SEVERE)
    assert (moderate.mask | severe.mask).sum() == moderate.mask.sum() == 2 * severe.mask.sum()
    assert moderate.evidence[0].value == 6.0
    assert moderate.evidence[1].name == "proton_flux_10mev_pfu"


def test_an_unknown_cell_does_not_hide_a_severe_one():
    now = now_of(6.0)
    now.polar_cap_30mhz_db[0] = np.nan
    moderate, _ = polar_cap(now)
    assert not moderate.mask[0].any()


def test_scaled_thresholds_hold_on_longer():
    now = now_of(1.9)
    assert polar_cap(now) == ()
    (held,) = polar_cap(now, thresholds=THRESHOLDS.scaled(0.9))
    assert held.severity is Severity.MODERATE


def test_a_forecast_counts_where_it_is_probable_enough():
    field = field_of([0, 0, 0.5, 1.5, 2.5, 4, 6])
    assert polar_cap_ahead(field) == ()
    (third,) = polar_cap_ahead(field, probability=0.3)
    assert third.probability == pytest.approx(0.375)
    assert third.mask.all()


def test_a_forecast_of_nan_is_not_known():
    assert polar_cap_ahead(field_of([np.nan] * 7)) is None


def test_a_forecast_flare_is_as_probable_as_its_flux():
    flux = np.array([1e-6, 1e-6, 5e-5, 1.1e-4, 2e-4, 3e-4, 4e-4])
    (found,) = flare_ahead(LEVELS, flux, valid=NOW)
    assert found.severity is Severity.MODERATE
    assert 0.5 <= found.probability < 0.75


def test_areas_are_drawn_only_for_masks():
    drawn = []

    def outline(mask, grid):
        drawn.append(mask.sum())
        return Area(parts=())

    both = (*flare(source("xray_flux_w_m2", 2e-3), valid=NOW), *polar_cap(now_of(3.0)))
    day_side, cap = effects(both, grid=GRID, outline=outline)
    assert (day_side.kind, day_side.cause, day_side.area) == (Kind.HF_COM, Cause.FLARE, None)
    assert (cap.cause, cap.area) == (Cause.PCA, Area(parts=()))
    assert drawn == [GRID.shape[0] * GRID.shape[1]]


def test_january_2026_crosses_at_our_own_times(capsys):
    """Evidence, not a pass mark: the index below 10 MeV decides these times."""
    moderate, severe = first_crossings()
    with capsys.disabled():
        sys.stdout.write(
            f"\nPCA MOD ours {moderate:%H:%M}, really observed {REAL_MODERATE:%H:%M}\n"
        )
        sys.stdout.write(f"PCA SEV ours {severe:%H:%M}, really observed {REAL_SEVERE:%H:%M}\n")
    assert (moderate, severe) == (OUR_MODERATE, OUR_SEVERE)


def first_crossings():
    """Return the first sample times with MOD and SEV, asking when each becomes known."""
    series, grid = january_protons(), global_grid(10)
    first = {}
    for at in january_times(series):
        kp = source("kp", 1.0, at=at - timedelta(hours=3))
        inputs = HfInputs(protons={10: series}, kp=kp)
        now = hf_now(inputs, now=at + timedelta(minutes=1), grid=grid, cutoff=cutoff())
        for found in polar_cap(now) or ():
            first.setdefault(found.severity, at)
    return first[Severity.MODERATE], first[Severity.SEVERE]


def january_times(series):
    start = january(19, "00:00")
    return [start + k * timedelta(minutes=5) for k in range(12 * 12)]


def january_protons():
    start = PROTON_ANCHORS[0][0]
    minutes = np.array([(at - start) / timedelta(minutes=1) for at, _ in PROTON_ANCHORS])
    steps = np.arange(0, minutes[-1] + 1, 5)
    at = np.datetime64(start.replace(tzinfo=None), "ms") + (steps * 60_000).astype("m8[ms]")
    flux = np.log([flux for _, flux in PROTON_ANCHORS])
    return Series(
        quantity="proton_flux_10mev_pfu",
        source="GOES-18",
        at=at,
        value=np.exp(np.interp(steps, minutes, flux)),
        known=at + np.timedelta64(60_000, "ms"),
        flags=np.zeros(len(at), np.uint16),
        provenance=(Provenance.RECONSTRUCTED,) * len(at),
    )


def source(quantity, value, provenance=Provenance.OBSERVED, at=NOW):
    return Source(
        quantity=quantity, value=value, at=at, source="GOES-18", provenance=provenance
    )


def now_of(absorption_db, provenance=Provenance.OBSERVED):
    maps = [np.zeros(GRID.shape, np.float32) for _ in range(2)]
    return HfNow(
        grid=GRID,
        valid=NOW,
        haf_mhz=maps[0],
        xray_30mhz_db=maps[1],
        polar_cap_30mhz_db=np.full(GRID.shape, absorption_db, np.float32),
        xray_based_on=(),
        polar_cap_based_on=(source("proton_flux_10mev_pfu", 500.0, provenance),),
        says=(),
    )


def field_of(quantiles):
    column = np.array(quantiles, np.float32)[:, None, None]
    return Field(
        quantity="polar_cap_absorption_30mhz_db",
        grid=GRID,
        issued=NOW,
        valid=NOW + timedelta(hours=6),
        levels=LEVELS,
        values=np.broadcast_to(column, (7, *GRID.shape)),
    )
