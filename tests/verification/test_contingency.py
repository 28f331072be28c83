"""Tables of two by two: Finley's tornadoes, tables made by hand, and what cannot be told."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from stormcone.verification.contingency import Table, table

# authorities/verification.md: Murphy 1996, "The Finley affair", Weather and Forecasting 11, 3.
FINLEY = Table(28, 72, 23, 2680)
PUBLISHED = {"pod": 0.549, "far": 0.720, "csi": 0.228, "bias": 1.96, "hss": 0.355, "tss": 0.523}
counts = st.integers(0, 500)


@pytest.mark.parametrize(("name", "published"), PUBLISHED.items())
def test_finleys_tornadoes_of_1884_score_what_is_published(name, published):
    assert getattr(FINLEY, name) == pytest.approx(published, abs=0.0055)
    assert (FINLEY.cases, FINLEY.events) == (2803, 51)


def test_a_table_made_by_hand():
    said = np.array([1, 1, 1, 0, 0, 0, 0, 0], bool)
    came = np.array([1, 1, 0, 1, 0, 0, 0, 0], bool)
    found = table(said, came)
    assert found == Table(2, 1, 1, 4)
    assert (found.pod, found.far, found.pofd, found.csi) == (2 / 3, 1 / 3, 1 / 5, 1 / 2)
    assert found.bias == 1
    assert found.hss == pytest.approx(2 * (8 - 1) / (3 * 5 + 3 * 5))
    assert found.tss == pytest.approx(2 / 3 - 1 / 5)


UNDEFINED = [
    (Table(0, 0, 0, 0), {"pod", "far", "pofd", "csi", "bias", "hss", "tss"}),
    (Table(0, 0, 0, 9), {"pod", "far", "csi", "bias", "hss", "tss"}),
    (Table(9, 0, 0, 0), {"pofd", "hss", "tss"}),
    (Table(0, 0, 9, 0), {"far", "pofd", "tss"}),
]


@pytest.mark.parametrize(("found", "names"), UNDEFINED)
def test_what_cannot_be_told_is_none_and_never_zero(found, names):
    scores = {name: getattr(found, name) for name in (*PUBLISHED, "pofd")}
    assert {name for name, value in scores.items() if value is None} == names


@given(st.lists(st.tuples(st.booleans(), st.booleans())), st.randoms())
def test_the_order_of_cases_does_not_matter(cases, random):
    shuffled = random.sample(cases, len(cases))
    before, after = (
        table(*np.array(some, bool).reshape(-1, 2).T) for some in (cases, shuffled)
    )
    assert before == after
    assert before.cases == len(cases)


@given(counts, counts, counts, counts)
def test_saying_the_opposite_turns_the_true_skill_around(a, b, c, d):
    found, opposite = Table(a, b, c, d), Table(c, d, a, b)
    if found.tss is None:
        assert opposite.tss is None
    else:
        assert opposite.tss == pytest.approx(-found.tss)
        assert -1 <= found.hss <= 1


def test_what_is_not_known_has_no_place_in_a_table():
    with pytest.raises(ValueError, match="float64"):
        table(np.array([0.0, np.nan]), np.array([True, False]))
    with pytest.raises(ValueError, match=r"\(2,\)"):
        table(np.array([True, False]), np.array([True]))
