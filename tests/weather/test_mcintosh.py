"""Flares by McIntosh class against the published counts (authorities/solar.md)."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stormcone.weather.mcintosh import FLARES, flares_per_day, probability, sum_of_rates


@pytest.mark.parametrize(
    ("name", "m_or_more", "x"), [("FKC", 0.843, 0.265), ("DKC", 0.540, 0.091)]
)
def test_published_chances_of_a_day(name, m_or_more, x):
    rates = flares_per_day(name)
    assert probability(rates.m + rates.x) == pytest.approx(m_or_more, abs=5e-4)
    assert probability(rates.x) == pytest.approx(x, abs=5e-4)


def test_the_simplest_spots_hardly_flare():
    rates = flares_per_day("AXX")
    assert probability(rates.m + rates.x) == pytest.approx(0.008, abs=5e-4)


def test_letters_may_be_small_as_in_a_summary():
    assert flares_per_day("Fkc") == flares_per_day("FKC")


def test_a_class_that_nobody_counted_is_not_quiet():
    assert "FSC" not in FLARES
    assert flares_per_day("Fsc").m > flares_per_day("Axx").m


@given(st.lists(st.sampled_from(sorted(FLARES)), max_size=12))
def test_rates_add_up_and_chances_stay_chances(classes):
    rates = sum_of_rates(classes)
    assert rates.m == pytest.approx(sum(flares_per_day(one).m for one in classes))
    assert 0 <= probability(rates.x) <= probability(rates.m + rates.x) <= 1


@pytest.mark.shared
def test_the_table_is_the_published_one(shared):
    text = (shared / "data/weather/mcintosh_flare_rates.txt").read_text()
    rows = [line.split() for line in text.partition("CLS      C")[2].splitlines()[1:]]
    printed = {row[0]: tuple(map(float, row[1:])) for row in rows if row}
    assert len(printed) == 58
    assert {name: tuple(map(float, counts)) for name, counts in FLARES.items()} == printed
