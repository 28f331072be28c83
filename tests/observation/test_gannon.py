"""The storm of May 2024: facts that are packaged, recordings that are the user's own."""

import gzip
import json
from collections import Counter
from datetime import timedelta
from itertools import pairwise

import msgspec
import pytest
from bodies_kit import at, body_of

from stormcone.observation import scenario
from stormcone.observation.archive import Archive
from stormcone.observation.feed import QUANTITIES, Provenance
from stormcone.observation.reconstruct import Flare, flares_anchors
from stormcone.observation.recordings import gather
from stormcone.observation.scenario import ScenarioError
from stormcone.observation.scenario_facts import Facts, readings
from stormcone.observation.strict_known import held_back

NAME = "2024-05"
START, END = at(2024, 5, 9, 6), at(2024, 5, 13, 4)
X1_W_M2, M5_W_M2, BACKGROUND_W_M2 = 1e-4, 5e-5, 5.73e-6
# authorities/recordings.md: SUMX01 148 to 153 and the crossings of ALTXMF 373 to 379
X_FLARES = [(9, 9, 13), (9, 17, 44), (10, 6, 54), (11, 1, 23), (11, 11, 44), (12, 16, 26)]
M5_CROSSED = [
    *[(9, 8, 53), (9, 17, 33), (10, 6, 41), (10, 14, 7), (11, 1, 15), (11, 11, 31)],
    (12, 16, 20),
]
PACKED = "omni_hro2_1min_20240509_20240513.csv.gz"


@pytest.fixture(scope="module")
def facts(root):
    return msgspec.toml.decode((root / f"scenarios/{NAME}/facts.toml").read_bytes(), type=Facts)


@pytest.fixture(scope="module")
def curves(facts):
    return [one.observation for one in readings(facts, (), (START, END))]


def of(observations, quantity):
    return [one for one in observations if one.quantity == quantity]


def test_every_x_flare_peaks_when_it_did(curves):
    xrays = of(curves, "xray_flux_w_m2")
    peaks = [one for one in xrays if one.value >= X1_W_M2 and one.provenance == "observed"]
    assert [one.at for one in peaks] == [at(2024, 5, *when) for when in X_FLARES]
    assert [one.value for one in peaks] == [2.2e-4, 1.1e-4, 3.9e-4, 5.8e-4, 1.5e-4, 1.0e-4]


def test_m5_is_crossed_upwards_when_noaa_said_and_never_else(curves):
    xrays = of(curves, "xray_flux_w_m2")
    up = [two.at for one, two in pairwise(xrays) if one.value < M5_W_M2 <= two.value]
    told = [at(2024, 5, *when) for when in M5_CROSSED]
    assert [one for one in up if one.date() != at(2024, 5, 11).date()] == [
        one for one in told if one.date() != at(2024, 5, 11).date()
    ]
    m88 = (
        at(2024, 5, 11, 14, 46) < up[-2] < at(2024, 5, 11, 15, 25)
    )  # no alert gives the minute
    assert m88
    assert len(up) == len(told) + 1


def test_no_flux_is_below_the_background(curves):
    assert min(one.value for one in of(curves, "xray_flux_w_m2")) == BACKGROUND_W_M2


def test_protons_pass_their_levels_when_the_messages_say(curves):
    protons = of(curves, "proton_flux_10mev_pfu")
    for pfu, first, last in (
        (10, (10, 13, 35), (12, 12, 35)),
        (100, (10, 17, 45), (11, 14, 40)),
    ):
        above = [one.at for one in protons if one.value >= pfu]
        assert (above[0], above[-1]) == (at(2024, 5, *first), at(2024, 5, *last))
    top = max(protons, key=lambda one: one.value)
    assert (top.at, top.value) == (at(2024, 5, 11, 9, 10), 207)
    assert top.provenance is Provenance.RECONSTRUCTED  # the summaries disagree on its time


def test_fast_protons_pass_one_for_22_hours(curves):
    fast = of(curves, "proton_flux_100mev_pfu")
    above = [one.at for one in fast if one.value >= 1]
    assert (above[0], above[-1]) == (at(2024, 5, 11, 2, 10), at(2024, 5, 12, 0, 30))
    top = max(fast, key=lambda one: one.value)
    assert (top.at, top.value, top.provenance) == (at(2024, 5, 11, 7, 15), 7, "observed")


def test_kp_was_nine_twice(curves):
    kp = of(curves, "kp")
    assert [one.at for one in kp if one.value == 9] == [at(2024, 5, 11), at(2024, 5, 11, 9)]


def test_a_flare_in_the_glow_of_another_begins_there():
    def flare(begin, maximum, end, peak):
        return Flare(
            begin=at(2024, 5, 10, *begin),
            maximum=at(2024, 5, 10, *maximum),
            end=at(2024, 5, 10, *end),
            peak_w_m2=peak,
        )

    big = flare((6, 0), (6, 10), (6, 30), 1e-3)
    small = flare((6, 40), (6, 50), (7, 0), 4e-4)
    anchors = flares_anchors((big, small), 1e-6)
    times = [one.at for one in anchors]
    assert times == sorted(set(times))
    (begin,) = [one for one in anchors if one.at == small.begin]
    assert begin.value == pytest.approx(2e-4)  # half its own peak: the glow is above that
    assert [one.value for one in anchors if not one.assumed] == [1e-3, 4e-4]


def test_without_recordings_it_lists_what_to_download_and_from_whom():
    with pytest.raises(ScenarioError, match="--recordings") as told:
        scenario.load(NAME)
    for provider in ("CDAWeb", "OMNIWeb", "kp.gfz.de", "nmdb.eu", "space.fmi.fi"):
        assert provider in str(told.value)
    assert "alert-table" not in str(told.value)  # the scenario plays without it


def test_a_folder_with_other_days_or_other_things_will_not_do(tmp_path):
    (tmp_path / "notes.txt").write_text("nothing of use\n")
    (tmp_path / "hp.csv").write_text("2020-01-01 00:00:00,1.0\n2020-01-01 00:30:00,1.0\n")
    with pytest.raises(ScenarioError, match=r"gfz-hp30.*kp.gfz.de"):
        scenario.load(NAME, tmp_path)


def test_every_quantity_is_either_there_or_named_absent():
    plan = scenario.manifest(NAME)
    there = {one.quantity for one in plan.series} & set(QUANTITIES)
    absent = {quantity for one in plan.absent for quantity in one.quantities}
    assert there | absent == set(QUANTITIES)
    assert not there & absent
    assert not any(one.packaged for one in plan.series if one.file != "facts.toml")


def test_strictly_known_nothing_is_known_before_its_message(root):
    january = scenario.load("2026-01", strict_known=True)
    protons = [
        d for d in january.observations if d.observation.quantity == "proton_flux_10mev_pfu"
    ]
    issued = {
        10: at(2026, 1, 18, 23, 11),
        100: at(2026, 1, 19, 4, 47),
        1000: at(2026, 1, 19, 10, 29),
        10_000: at(2026, 1, 19, 18, 19),
    }
    for pfu, when in issued.items():
        known = min(d.known for d in protons if d.observation.value >= pfu)
        assert timedelta(0) <= known - when < timedelta(minutes=1)
    xrays = [d for d in january.observations if d.observation.quantity == "xray_flux_w_m2"]
    x1 = min(d.known for d in xrays if d.observation.value >= X1_W_M2)
    assert x1.replace(second=0, microsecond=0) == at(2026, 1, 18, 19)  # SUMX01 205


def test_an_anchor_that_no_message_tells_holds_nothing_back(facts, curves):
    made = list(readings(facts, (), (START, END)))
    assert list(readings(facts, (), (START, END), strict=True)) == made
    assert list(held_back(made[:3], facts.curve[0].anchor, ())) == made[:3]


@pytest.fixture(scope="module")
def gannon(shared):
    return scenario.load(NAME, shared / "data/swx/gannon2024")


@pytest.mark.shared
def test_the_recordings_come_in_with_their_gaps(gannon):
    counted = Counter(one.observation.quantity for one in gannon.observations)
    speed = [
        d.observation
        for d in gannon.observations
        if d.observation.quantity == "solar_wind_speed_km_s"
    ]
    missing = sum(one.value is None for one in speed)
    assert len(speed) == 5638  # three minutes of 5641 were not known by the end
    assert missing == pytest.approx(0.41 * len(speed), abs=30)
    assert counted["neutron_counts_per_s"] == 2880 * 33
    assert counted["electrojet_ie_nt"] == 3 * 8640
    there = {one.quantity for one in gannon.series} & set(QUANTITIES)
    assert there == set(counted)
    assert gannon.real_advisories == b""
    assert len([one for one in gannon.notices if one.code != "3-day-forecast"]) == 160


@pytest.mark.shared
def test_at_22_00_on_the_10th_only_its_messages_tell_of_kp(gannon):
    now = at(2024, 5, 10, 22)
    known = [d.observation for d in gannon.observations if d.known <= now]
    kp = [one for one in known if one.quantity == "kp" and one.provenance == "observed"]
    running = [one for one in known if one.quantity == "kp_running"]
    assert max(kp, key=lambda one: one.at).at == at(2024, 5, 10, 18)
    assert max(one.value for one in running) == pytest.approx(23 / 3)  # ALTK08; ALTK09 at 23:34
    assert not [one for one in known if one.provenance == "forecast"]
    later = [d for d in gannon.observations if d.observation.provenance == "forecast"]
    assert {d.known for d in later} == {at(2024, 5, 11, 0, 30)}
    assert max(d.observation.value for d in later) == 8


@pytest.mark.shared
def test_content_decides_not_the_name(shared, tmp_path):
    body = body_of(shared, f"gannon2024/{PACKED}")
    (tmp_path / "one").mkdir()
    (tmp_path / "one" / "download(3)").write_bytes(gzip.compress(body))
    (tmp_path / "torn.csv").write_bytes(body[:-20])
    (tmp_path / "torn.gz").write_bytes(gzip.compress(body)[:-20])
    (tmp_path / "page.html").write_text("<!doctype html>\n")
    (tmp_path / "numbers.json").write_text(json.dumps({"a": 1}))
    found = gather(
        tmp_path, [one.content for one in scenario.manifest(NAME).file if one.content]
    )
    assert {content: len(records) for content, records in found.items()} == {
        "omni-1min": 5641 * 11
    }


@pytest.mark.shared
def test_an_archive_holds_what_was_known_and_no_more(gannon, tmp_path):
    few = [d for d in gannon.observations if d.observation.quantity in ("bz_gsm_nt", "hp30")]
    with Archive(tmp_path) as archive:
        archive.add_dated([(d.observation, d.known) for d in few])
        now = at(2024, 5, 10, 23)
        (bz,) = archive.series("bz_gsm_nt", START, END, known=now)
        assert bz.at[-1] == bz.known[-1] - 120_000
        (hp,) = archive.series("hp30", START, END, known=now)
        assert hp.at[-1].astype(object) == at(2024, 5, 10, 22).replace(tzinfo=None)
        assert hp.value.max() == pytest.approx(31 / 3)  # 34/3 began at 22:30
