"""The January storm as packaged: its facts, its hashes, and what it says it lacks."""

from collections import Counter
from datetime import UTC, datetime, timedelta

import pytest

from stormcone.observation import scenario
from stormcone.observation.archive import Archive
from stormcone.observation.feed import QUANTITIES, Flag, Provenance
from stormcone.observation.scenario import FileEntry, ScenarioError

# authorities/observation.md
PROTON_LEVELS = [
    (10, (18, 22, 55), None),
    (100, (19, 4, 40), None),
    (1000, (19, 10, 20), (19, 21, 35)),
    (10_000, (19, 18, 10), (19, 20, 45)),
]
X1_W_M2, M5_W_M2 = 1e-4, 5e-5
MEASURED_FLUENCE_J_M2 = 0.585
a_quarter = 0.25


def at(day, hour, minute):
    return datetime(2026, 1, day, hour, minute, tzinfo=UTC)


@pytest.fixture(scope="module")
def january():
    return scenario.load("2026-01")


def readings(january, quantity):
    return [d.observation for d in january.observations if d.observation.quantity == quantity]


def test_it_is_packaged_and_says_what_it_is(january):
    assert "2026-01" in scenario.names()
    assert (january.start, january.end) == (at(18, 0, 0), at(21, 0, 0))
    assert len(january.notices) == 178
    assert january.real_advisories.count(b"SWX ADVISORY") == 34
    assert any("GFZ" in credit for credit in january.credits)


def test_every_quantity_is_either_there_or_named_absent(january):
    there = {entry.quantity for entry in january.series} & set(QUANTITIES)
    absent = {quantity for one in january.absent for quantity in one.quantities}
    assert there == {dated.observation.quantity for dated in january.observations}
    assert there | absent == set(QUANTITIES)
    assert not there & absent
    assert all(one.reason for one in january.absent)


@pytest.mark.parametrize(("pfu", "up", "down"), PROTON_LEVELS)
def test_protons_cross_the_levels_when_they_did(january, pfu, up, down):
    above = [one.at for one in readings(january, "proton_flux_10mev_pfu") if one.value >= pfu]
    assert above[0] == at(*up)
    assert above[-1] == (at(*down) if down else at(20, 23, 55))
    assert len(above) == (above[-1] - above[0]) / timedelta(minutes=5) + 1


def test_protons_peak_at_37000_and_never_reach_s5(january):
    peak = max(readings(january, "proton_flux_10mev_pfu"), key=lambda one: one.value)
    assert (peak.at, peak.value, peak.provenance) == (at(19, 19, 15), 37_000, "observed")


def test_protons_above_50_mev_peak_at_46(january):
    peak = max(readings(january, "proton_flux_50mev_pfu"), key=lambda one: one.value)
    assert (peak.at, peak.value) == (at(19, 19, 10), 46)


@pytest.mark.parametrize(
    ("w_m2", "first", "last"),
    [(X1_W_M2, (18, 18, 1), (18, 18, 48)), (M5_W_M2, (18, 17, 52), (18, 19, 30))],
)
def test_the_flare_is_above_its_levels_as_the_check_figures_say(january, w_m2, first, last):
    above = [one.at for one in readings(january, "xray_flux_w_m2") if one.value >= w_m2]
    assert (above[0], above[-1]) == (at(*first), at(*last))


def test_the_flares_fluence_is_within_a_quarter_of_what_was_measured(january):
    fluence_j_m2 = sum(
        60 * one.value
        for one in readings(january, "xray_flux_w_m2")
        if at(18, 17, 27) <= one.at < at(18, 18, 50)
    )
    assert fluence_j_m2 == pytest.approx(0.47, abs=0.005)
    assert fluence_j_m2 == pytest.approx(MEASURED_FLUENCE_J_M2, rel=a_quarter)


def test_curves_say_they_are_reconstructed_but_for_the_anchors(january):
    marks = Counter(one.provenance for one in readings(january, "xray_flux_w_m2"))
    assert marks == {Provenance.RECONSTRUCTED: 4318, Provenance.OBSERVED: 2}
    marks = Counter(one.provenance for one in readings(january, "proton_flux_10mev_pfu"))
    assert marks == {Provenance.RECONSTRUCTED: 857, Provenance.OBSERVED: 7}


def test_each_sample_is_known_a_minute_after_its_own_time(january):
    curves = [d for d in january.observations if "flux" in d.observation.quantity]
    assert {d.known - d.observation.at for d in curves} == {timedelta(minutes=1)}


def test_definitive_kp_is_known_at_its_intervals_end_in_exact_thirds(january):
    kp = [d for d in january.observations if d.observation.quantity == "kp"]
    assert {d.known - d.observation.at for d in kp} == {timedelta(hours=3)}
    by_time = {d.observation.at: d.observation.value for d in kp}
    assert by_time[at(19, 18, 0)] == 25 / 3
    assert by_time[at(19, 21, 0)] == 26 / 3
    assert by_time[at(17, 0, 0)] == 5


def test_running_k_is_known_when_its_alert_was_issued(january):
    k8 = [
        (f"{d.known:%d %H:%M}", f"{d.observation.at:%d %H:%M}")
        for d in january.observations
        if d.observation.quantity == "kp_running" and d.observation.value == 23 / 3
    ]
    assert k8 == [
        ("19 19:43", "19 19:38"),
        ("19 21:17", "19 21:19"),
        ("20 08:23", "20 08:23"),
        ("20 10:22", "20 10:21"),
    ]


def test_the_flux_of_18_january_alone_carries_the_burst(january):
    flagged = [one for one in readings(january, "f107_sfu") if one.flags]
    assert [(one.at, one.value, one.flags) for one in flagged] == [
        (at(18, 20, 0), 231.8, Flag.BURST)
    ]


def test_an_archive_filled_twice_holds_it_once(tmp_path, january):
    with Archive(tmp_path) as archive:
        assert scenario.fill(archive, january) > 6000
        assert scenario.fill(archive, january) == 0


def test_at_17_50_nobody_knows_of_the_flares_maximum(tmp_path, january):
    with Archive(tmp_path) as archive:
        scenario.fill(archive, january)
        now = at(18, 17, 50)
        (seen,) = archive.series("xray_flux_w_m2", at(18, 0, 0), at(21, 0, 0), known=now)
        assert seen.at[-1] == seen.known[-1] - 60_000
        assert seen.value.max() < M5_W_M2
        issued = archive.notices(at(18, 0, 0), at(21, 0, 0), known=now)
        assert all(one.issued <= now for one in issued)


def test_an_unknown_scenario_is_answered_with_those_that_are():
    with pytest.raises(ScenarioError, match=r"no scenario '1859'.*2026-01"):
        scenario.load("1859")


def test_a_changed_file_is_named_with_both_hashes(tmp_path):
    (tmp_path / "kp.txt").write_bytes(b"something else")
    entry = FileEntry(name="kp.txt", sha256="00ff", packaged=False, get_from="GFZ")
    with pytest.raises(ScenarioError, match=r"kp.txt has SHA-256.*expected 00ff.*from GFZ"):
        scenario._body("2024-05", entry, tmp_path)


def test_a_missing_file_is_named_with_where_to_get_it(tmp_path):
    entry = FileEntry(name="kp.txt", sha256="00ff", packaged=False, get_from="GFZ")
    with pytest.raises(ScenarioError, match=r"get it from GFZ .*--recordings"):
        scenario._body("2024-05", entry, tmp_path)
    with pytest.raises(ScenarioError, match="install stormcone again"):
        scenario._body("2026-01", FileEntry(name="nothing.txt", sha256="00"), None)
