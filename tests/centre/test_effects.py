"""All effects of a centre: what each lookout sees, and what it does without a feed."""

from datetime import UTC, datetime, timedelta

import numpy as np
import pytest

from stormcone.advisory.advisory import Number, Status
from stormcone.advisory.draft import Outlet
from stormcone.bulletin import tac_amd82
from stormcone.centre.gnss import Electrons
from stormcone.centre.hf_com import Absorption, Flares
from stormcone.centre.lookouts import Lookouts
from stormcone.centre.maps import PRODUCTS
from stormcone.centre.radiation import Doses
from stormcone.effect.effect import Kind, Severity
from stormcone.forecast.probability_field import ProbabilityField
from stormcone.observation import scenario
from stormcone.observation.archive import Archive
from stormcone.observation.feed import GridReading, Observation
from stormcone.reference.grid import global_grid
from stormcone.reference.utc import floor_minutes

OUTLET = Outlet(centre="CRC", unit="ZBBB", status=Status.EXERCISE)
STORM = datetime(2026, 1, 19, 20, 0, tzinfo=UTC)
FLARE = datetime(2026, 1, 18, 18, 9, tzinfo=UTC)
PROTONS = "proton_flux_100mev_pfu"


@pytest.fixture(scope="module")
def january():
    return scenario.load("2026-01")


@pytest.fixture
def opened(tmp_path, january):
    """A function that opens an archive of January without some quantities."""
    made = []

    def open_without(*missing, also=()):
        archive = Archive(tmp_path / f"archive-{len(made)}")
        made.append(archive)
        dated = [
            (one.observation, one.known)
            for one in january.observations
            if not one.observation.quantity.startswith(missing or ("-",))
        ]
        archive.add_dated([*dated, *also])
        return archive

    (tmp_path / "archive-0").mkdir()
    for number in range(1, 8):
        (tmp_path / f"archive-{number}").mkdir()
    yield open_without
    for archive in made:
        archive.close()


def one_of(lookouts, kind):
    return next(one for one in lookouts if isinstance(one, kind))


def drafted(lookouts, kind):
    one = one_of(lookouts, kind)
    decision = lookouts.decision(one, ())
    assert decision is not None
    return lookouts.draft(one, decision, ())


def said(advisory, kind):
    number = Number(year=2026, effect=kind, count=1)
    return tac_amd82.preview(advisory, number).data.decode()


def energetic(at, pfu=652.0):
    """A hard spectrum of solar protons, as on 20 January 2005, for two hours before `at`."""
    shape = {50: 3.0, 60: 2.4, 100: 1.0, 500: 0.06}
    for minutes in range(0, 125, 5):
        when = at - timedelta(minutes=minutes + 1)
        for mev, part in shape.items():
            reading = Observation(
                quantity=f"proton_flux_{mev}mev_pfu",
                value=pfu * part,
                at=when,
                span_s=300,
                source="GOES-18",
            )
            yield reading, when + timedelta(minutes=1)


@pytest.mark.parametrize("product", list(PRODUCTS))
def test_every_map_is_whole_and_says_what_is_missing(opened, product):
    maps = Lookouts(opened(), OUTLET).maps
    made = maps.field(product, STORM, 6.0)
    assert made.values.shape[-2:] == (181, 360)
    assert np.isfinite(made.values).all()
    assert made.valid == STORM + timedelta(hours=6)
    if isinstance(made, ProbabilityField):
        assert ((made.values >= 0) & (made.values <= 1)).all()
    else:
        assert (np.diff(made.values, axis=0) >= 0).all()
    if product in ("tec", "s4", "dose"):
        assert made.says


def test_a_ground_level_event_is_advised_at_once_with_its_flight_levels(opened):
    lookouts = Lookouts(opened(also=energetic(STORM)), OUTLET)
    lookouts.look(STORM)
    assert Kind.RADIATION in lookouts.assessed()
    draft = drafted(lookouts, Doses)
    text = said(draft, Kind.RADIATION)
    assert draft.severity == Severity.SEVERE
    assert "SEV" in text
    assert "FL" in text
    assert "RADIATION" in text


@pytest.mark.parametrize("pfu", [10.0, 15.0, 25.0])
def test_doses_are_as_probable_as_their_areas(opened, pfu):
    one = one_of(Lookouts(opened(also=energetic(STORM, pfu)), OUTLET), Doses)
    look = one.look(STORM)
    least = one.subject(()).policy.forecast_probability
    for slot in one.ahead(look, (0.0, 6.0)):
        assert (slot.chance >= least) == (Severity.MODERATE in slot.masks)
        assert (slot.chance_severe >= least) == (Severity.SEVERE in slot.masks)
        assert slot.chance >= slot.chance_severe


@pytest.mark.parametrize("kind", [Flares, Absorption, Electrons, Doses])
def test_every_cause_knows_how_probable_severe_is(opened, kind):
    one = one_of(Lookouts(opened(), OUTLET), kind)
    for slot in one.ahead(one.look(STORM), (0.0, 6.0)):
        assert 0 <= slot.chance_severe <= slot.chance <= 1
        assert (slot.chance_severe > 0.5) == (kind is Absorption)
        assert (slot.says == ()) == (kind is Flares)


def test_a_proton_storm_without_hard_protons_leaves_radiation_alone(opened):
    lookouts = Lookouts(opened(), OUTLET)
    lookouts.look(STORM)
    assert Kind.RADIATION not in lookouts.assessed()
    assert lookouts.decision(one_of(lookouts, Doses), ()) is None


def test_a_published_map_of_electrons_brings_a_gnss_advisory(opened, monkeypatch):
    lookouts = Lookouts(opened(), OUTLET)
    grid = global_grid(5)
    lat, lon = grid.lat_deg[:, None], grid.lon_deg[None, :]
    crest = np.exp(-(((lat - 10) / 12) ** 2) - ((lon + 60) / 30) ** 2)

    def published(_, now):
        """A map every ten minutes, 20 minutes late."""
        return GridReading(
            quantity="vtec_tecu",
            grid=grid,
            values=(20 + 190 * crest).astype(np.float32),
            at=floor_minutes(now - timedelta(minutes=20), 10),
            source="GloTEC",
        )

    monkeypatch.setattr(lookouts.inputs, "map_of", published)
    lookouts.look(STORM)
    assert Kind.GNSS in lookouts.assessed()
    draft = drafted(lookouts, Electrons)
    assert "TOTAL ELECTRON CONTENT" in said(draft, Kind.GNSS)
    assert any(one.source == "GloTEC" for one in draft.evidence)


def test_without_a_published_map_the_model_opens_nothing(opened):
    lookouts = Lookouts(opened(), OUTLET)
    lookouts.look(STORM)
    assert Kind.GNSS not in lookouts.assessed()
    assert lookouts.decision(one_of(lookouts, Electrons), ()) is None


def same(one, other):
    return (one.observed, one.exceeded, one.held) == (
        other.observed,
        other.exceeded,
        other.held,
    )


@pytest.mark.parametrize("missing", ["proton_flux", "kp", "f107"])
def test_a_flare_is_seen_whatever_else_falls_silent(opened, missing):
    whole, less = (
        one_of(Lookouts(opened(*gone), OUTLET), Flares).look(FLARE) for gone in ((), (missing,))
    )
    assert whole.exceeded is Severity.MODERATE
    assert same(whole, less)


def test_without_x_rays_the_polar_caps_are_as_they_were(opened):
    whole, less = (
        one_of(Lookouts(opened(*gone), OUTLET), Absorption).look(STORM)
        for gone in ((), ("xray",))
    )
    assert same(whole, less)
    for severity, mask in whole.exceeded_masks.items():
        assert np.array_equal(mask, less.exceeded_masks[severity])


def test_protons_and_aurora_are_one_thread_that_names_both(opened):
    lookouts = Lookouts(opened(), OUTLET)
    one = one_of(lookouts, Absorption)
    both = one.subject((one.look(STORM),))
    assert both.called == "PCA+AURORAL"
    calm = one.subject((one.look(STORM - timedelta(hours=6)),))
    assert (calm.cause, calm.called) == ("PCA", "")


def test_without_protons_a_storm_in_kp_is_still_seen_and_its_absence_is_not_known(opened):
    one = one_of(Lookouts(opened("proton_flux"), OUTLET), Absorption)
    storm, calm = one.look(STORM), one.look(STORM - timedelta(hours=6))
    assert storm.exceeded is Severity.MODERATE
    assert one.subject((storm,)).cause == "AURORAL"
    assert calm.observed is None


def test_without_kp_protons_are_still_seen(opened):
    one = one_of(Lookouts(opened("kp"), OUTLET), Absorption)
    seen = one.look(STORM)
    assert seen.exceeded is Severity.SEVERE
    assert one.subject((seen,)).cause == "PCA"


def test_with_nothing_fed_nothing_is_known_and_nothing_is_drafted(opened):
    lookouts = Lookouts(opened("x", "p", "k", "f"), OUTLET)
    lookouts.look(STORM)
    assert lookouts.assessed() == frozenset()
    assert all(lookouts.decision(one, ()) is None for one in lookouts)
