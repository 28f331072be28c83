"""Dst one to six hours ahead: its skill in 1998, its leads, and what is missing."""

import json
from datetime import UTC, datetime, timedelta

import numpy as np
import pytest
from dst_kit import skill, walked, year_1998
from msgspec.structs import replace

from stormcone.forecast import dst_training
from stormcone.forecast.dst import (
    LEADS_H,
    LEAST_STARTS,
    WIND,
    Hours,
    member_weights,
    outlook,
    restarted_nt,
)
from stormcone.forecast.dst_training import MODEL, expected_nt, hindcast, train
from stormcone.forecast.dst_training import hourly as hourly_of
from stormcone.forecast.regression import LEVELS, read_coefficients, write_coefficients
from stormcone.observation.feed import Flag, Provenance, Series
from stormcone.observation.tables import packaged
from stormcone.verification.distribution import covered
from stormcone.verification.walk_forward import walk_forward

NOW = datetime(1998, 5, 4, 5, tzinfo=UTC)  # -162 nT and falling
END = np.datetime64("1999-01-01")
COEFFICIENTS = read_coefficients(packaged("coefficients/dst.json"))


@pytest.fixture(scope="module")
def year(shared):
    return year_1998(shared)


@pytest.fixture(scope="module")
def series(year):
    """The year as series: each hour known when it is over."""
    return {name: hourly(year.columns, name) for name in ("dst_nt", *WIND)}


@pytest.mark.shared
def test_training_gives_the_packaged_bytes_again(year):
    found = write_coefficients(
        train({"omni2": year}, END, np.random.Generator(np.random.PCG64(0)))
    )
    assert found == write_coefficients(replace(COEFFICIENTS, skill={}))
    assert COEFFICIENTS.model == MODEL


@pytest.mark.slow
@pytest.mark.shared
def test_the_packaged_skill_is_what_walking_forward_gives(year, root):
    record = json.loads((root / "authorities/skill/dst.json").read_text())
    assert record == {"model": MODEL, "inputs": record["inputs"], **COEFFICIENTS.skill}
    first = record["targets"].pop("1 h")
    rng = np.random.Generator(np.random.PCG64(0))
    found = walk_forward(dst_training, {"omni2": year}, END, rng, reported=("1 h",))
    assert found["targets"]["1 h"] == first
    assert list(record["targets"]) == [f"{lead} h" for lead in LEADS_H[1:]]


@pytest.mark.shared
def test_the_skill_by_month_is_the_skill(year, root):
    record = json.loads((root / "authorities/skill/dst-by-month.json").read_text())
    assert skill(year, np.random.Generator(np.random.PCG64(0))) == record


def test_the_skill_by_month_beats_persistence_with_a_spread(root):
    """Surely to three hours; beyond, its CRPS is lower and the interval holds 0."""
    leads = json.loads((root / "authorities/skill/dst-by-month.json").read_text())["leads"]
    for lead, one in leads.items():
        assert one["wind"]["crps_nt"] < one["persistence"]["crps_nt"]
        assert one["wind"]["covers_80"] == pytest.approx(0.8, abs=0.03)
        assert (one["crps_gain_nt"][1] > 0) == (lead in ("1 h", "2 h", "3 h"))


@pytest.mark.shared
def test_storms_are_covered_nearly_as_often_as_calm_hours(year):
    """authorities/geospace.md: 76 % of the hours said to be below -80 nT, of 80 %."""
    at, hours = hourly_of(year)
    said, spread = walked(expected_nt(hours), hours.dst_nt, at.astype("datetime64[M]"), 1)
    storm = (said < -80) & np.isfinite(spread).all(axis=1)
    inside = covered(LEVELS, spread[storm], hours.dst_nt[1:][storm])
    assert np.nanmean(inside) == pytest.approx(0.76, abs=0.01)


@pytest.mark.shared
def test_a_storm_is_foreseen_an_hour_ahead(series, year):
    found = outlook(COEFFICIENTS, series, NOW)
    truth = year.columns["dst_nt"][year.columns["at"] == np.datetime64("1998-05-04T05")]
    assert found.valid[0] == NOW
    assert found.values[0, 0] < truth < found.values[0, -1] < found.persistence[0]
    assert found.says == ()
    assert found.quantity == "dst_nt"
    assert {one.quantity for one in found.based_on} == {"dst_nt", *WIND}


@pytest.mark.shared
def test_quantiles_rise_and_widen_with_lead(series):
    values = outlook(COEFFICIENTS, series, NOW - timedelta(days=60)).values
    assert (np.diff(values, axis=1) >= 0).all()
    widths = values[:, -1] - values[:, 0]
    assert widths[-1] > widths[0]


@pytest.mark.shared
def test_later_data_change_nothing(series):
    late = np.datetime64(NOW.replace(tzinfo=None), "ms")
    blind = {
        name: changed(one, value=np.where(one.known > late, np.nan, one.value))
        for name, one in series.items()
    }
    seen, unseen = (outlook(COEFFICIENTS, one, NOW).values for one in (series, blind))
    assert np.array_equal(seen, unseen)


@pytest.mark.shared
@pytest.mark.parametrize("lost", WIND)
def test_without_wind_it_is_wider_and_says_so(series, lost):
    calm = NOW - timedelta(days=60)
    without = outlook(COEFFICIENTS, {k: v for k, v in series.items() if k != lost}, calm)
    whole = outlook(COEFFICIENTS, series, calm)
    assert without.says == ("no wind",)
    assert width(without)[0] > width(whole)[0]
    assert [one.quantity for one in without.based_on] == ["dst_nt"]


@pytest.mark.shared
def test_wind_of_half_an_hour_ago_is_no_wind(series):
    assert outlook(COEFFICIENTS, series, NOW + timedelta(minutes=14)).says == ()
    assert outlook(COEFFICIENTS, series, NOW + timedelta(minutes=30)).says == ("no wind",)


@pytest.mark.shared
def test_contaminated_wind_is_no_wind(series):
    dirty = series[WIND[1]]
    flags = np.full(len(dirty), Flag.CONTAMINATED, np.uint16)
    found = outlook(COEFFICIENTS, {**series, WIND[1]: changed(dirty, flags=flags)}, NOW)
    assert found.says == ("no wind",)


@pytest.mark.shared
def test_a_late_dst_is_carried_on_six_hours(series):
    for hours, says in ((3, ()), (6, ()), (7, ("climatology",))):
        late = cut(series["dst_nt"], NOW - timedelta(hours=hours))
        found = outlook(COEFFICIENTS, {**series, "dst_nt": late}, NOW)
        assert found.says == says
        assert np.isfinite(found.values).all()


def test_without_anything_the_climatology_stands():
    found = outlook(COEFFICIENTS, {}, NOW)
    assert found.says == ("climatology",)
    assert found.values.shape == (6, len(found.levels))
    assert np.isnan(found.persistence).all()
    assert found.based_on[0].provenance is Provenance.FORECAST
    assert (np.diff(found.values, axis=1) >= 0).all()


@pytest.mark.parametrize("leads", [(0,), (7,), (1.5,)])
def test_other_leads_are_refused(leads):
    with pytest.raises(ValueError, match="expected whole hours within 1 to 6"):
        outlook(COEFFICIENTS, {}, NOW, leads)


def test_the_better_member_weighs_more():
    hours = made_up(restart := LEAST_STARTS + 50)
    truth = restarted_nt(hours, 1)[0, 0]
    followed = Hours(
        dst_nt=np.append(hours.dst_nt[0], np.full(restart - 1, np.nan)),
        southward_mv_m=hours.southward_mv_m,
        pressure_npa=hours.pressure_npa,
    )
    assert np.isfinite(truth).all()
    for hour in range(restart - 1):
        followed.dst_nt[hour + 1] = restarted_nt(followed.between(hour, hour + 1), 1)[0, 0, 0]
    weights = member_weights(followed, 2)
    assert weights.sum(axis=0) == pytest.approx([1, 1])
    assert weights[0, 0] > 0.99


def test_members_of_few_hours_weigh_the_same():
    assert (member_weights(made_up(LEAST_STARTS), 6) == 0.5).all()


@pytest.mark.shared
def test_a_hindcast_says_what_the_outlook_said(series, year):
    begin = np.datetime64("1998-05-01")
    coefficients = train({"omni2": year}, begin, np.random.Generator(np.random.PCG64(0)))
    found = hindcast(coefficients, {"omni2": year}, begin, begin + np.timedelta64(31, "D"))
    assert [one.target for one in found] == [f"{lead} h" for lead in LEADS_H]
    first = found[0]
    place = first.at == np.datetime64("1998-05-02T01")
    at_midnight = datetime(1998, 5, 2, 1, tzinfo=UTC)
    said = outlook(coefficients, series, at_midnight)
    assert first.said[place][0] == pytest.approx(said.values[0], abs=0.3)
    assert first.truth[place][0] == year.columns["dst_nt"][24 * 121 + 1]


def made_up(count):
    rng = np.random.Generator(np.random.PCG64(5))
    return Hours(
        dst_nt=rng.normal(-20, 5, count),
        southward_mv_m=np.abs(rng.normal(0, 3, count)),
        pressure_npa=np.full(count, 2.0),
    )


def width(found):
    return found.values[:, -1] - found.values[:, 0]


def hourly(columns, name):
    at = columns["at"].astype("datetime64[ms]")
    value = columns[name]
    return Series(
        quantity=name,
        source="OMNI",
        at=at,
        value=value,
        known=at + np.timedelta64(1, "h"),
        flags=np.zeros(len(at), np.uint16),
        provenance=(Provenance.OBSERVED,) * len(at),
    )


def changed(series, **fields):
    whole = {name: getattr(series, name) for name in Series.__struct_fields__}
    return Series(**{**whole, **fields})


def cut(series, until):
    kept = series.known <= np.datetime64(until.replace(tzinfo=None), "ms")
    return changed(
        series,
        at=series.at[kept],
        value=series.value[kept],
        known=series.known[kept],
        flags=series.flags[kept],
        provenance=series.provenance[: kept.sum()],
    )
