"""Advisories as the interface draws them: rings, and how much wider the words are."""

from datetime import UTC, datetime

import numpy as np
import pytest

from stormcone.advisory.advisory import Advisory, Group, Outlook, State
from stormcone.api.advisories import drawn
from stormcone.effect.areas import outline, simplify
from stormcone.effect.effect import Kind, Severity
from stormcone.reference.areas import Band, Region
from stormcone.reference.grid import global_grid

AT = datetime(2026, 1, 19, 12, tzinfo=UTC)
GRID = global_grid()


def advisory(*regions):
    groups = tuple(Group(severity=Severity.MODERATE, region=region) for region in regions)
    seen = Outlook(observed=True, at=AT, state=State.GROUPS, groups=groups)
    return Advisory(centre="CRC", effects=(Kind.HF_COM,), outlooks=(seen,))


def test_a_drawn_area_says_how_much_wider_its_words_are():
    mask = np.zeros(GRID.shape, bool)
    mask[150:, 30:300] = True
    mask[-1] = True
    words = simplify(outline(mask, GRID))
    (first,) = drawn(advisory(*words.parts))
    (group,) = first.groups
    assert group.over_forecast == pytest.approx(words.over_forecast, rel=1e-3)
    assert group.over_forecast >= 1
    assert group.exact_rings


def test_words_without_a_model_behind_them_claim_no_ratio():
    (first,) = drawn(advisory(Region(bands=(Band.HSH,))))
    assert first.groups[0].over_forecast is None
    assert first.groups[0].rings
