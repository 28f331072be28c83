"""Bodies of every provider but SWPC, cut or spoiled at any byte: read, or refused by name."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from test_alert_table import body as alert_table
from test_celestrak import CSV, text
from test_drag_drivers import DTC, SOLAR
from test_gfz import HP30, KP
from test_ground_networks import COUNTS, DST, JETS
from test_omni import CDAWEB, HAPI, HOUR, LISTING

from stormcone.observation.alert_table import read_alert_table
from stormcone.observation.celestrak import indices
from stormcone.observation.electrojet import electrojets
from stormcone.observation.feed import Drift, Observation, UnreadableError
from stormcone.observation.gfz import hp30, kp
from stormcone.observation.gfz_forecast import kp_forecast
from stormcone.observation.jb2008 import solar_indices, storm_heating
from stormcone.observation.kyoto import dst
from stormcone.observation.nmdb import counts
from stormcone.observation.omni import read_hourly
from stormcone.observation.omni_minutes import minutes

FORECAST = b'{"Time (UTC)":{"0":"10-05-2024 12:00"},"median":{"0":3.667}}'
SERVED = b'{"datetime":["2024-05-10T18:00:00Z"],"Kp":[8.667],"status":["def"]}'
BODIES = {
    "alert-table": (read_alert_table, alert_table()),
    "celestrak-text": (indices.read, text()),
    "celestrak-csv": (indices.read, CSV),
    "electrojet": (electrojets.read, JETS),
    "gfz-hp30": (hp30.read, HP30),
    "gfz-kp": (kp.read, KP),
    "gfz-kp-served": (kp.read, SERVED),
    "gfz-kp-forecast": (kp_forecast.read, FORECAST),
    "jb2008-dtc": (storm_heating.read, DTC),
    "jb2008-solar": (solar_indices.read, SOLAR),
    "kyoto-dst": (dst.read, DST.encode()),
    "nmdb": (counts.read, COUNTS),
    "omni-cdaweb": (minutes.read, CDAWEB),
    "omni-hapi": (minutes.read, HAPI),
    "omni2-listing": (read_hourly, LISTING),
    "omni2-year": (read_hourly, f"{HOUR}\n{HOUR}\n".encode()),
}
FEEDS = (
    *(indices, electrojets, hp30, kp, kp_forecast, storm_heating),
    *(solar_indices, dst, counts, minutes),
)
names = st.sampled_from(sorted(BODIES))


def read_or_refused(read, body):
    try:
        return list(read(body))
    except UnreadableError:
        return []


def told(records):
    return [
        (one.quantity, one.source, one.at, one.value) if isinstance(one, Observation) else one
        for one in records
        if not isinstance(one, Drift)
    ]


@settings(max_examples=300)
@given(name=names, share=st.floats(0, 1, exclude_max=True))
def test_a_body_cut_off_invents_nothing(name, share):
    read, body = BODIES[name]
    whole = told(read(body))
    for one in told(read_or_refused(read, body[: int(share * len(body))])):
        assert one in whole


@settings(max_examples=400)
@given(
    name=names, share=st.floats(0, 1, exclude_max=True), put=st.binary(min_size=1, max_size=4)
)
def test_a_spoiled_body_is_read_or_refused(name, share, put):
    read, body = BODIES[name]
    place = int(share * len(body))
    records = read_or_refused(read, body[:place] + put + body[place + len(put) :])
    assert len(told(records)) <= 2 * len(told(read(body)))


@given(name=names, body=st.binary(max_size=200) | st.text(max_size=200).map(str.encode))
def test_any_bytes_are_read_or_refused(name, body):
    read, _ = BODIES[name]
    read_or_refused(read, body)


@pytest.mark.parametrize("feed", FEEDS, ids=lambda feed: feed.name)
def test_a_feed_yields_what_it_lists(feed):
    bodies = [body for read, body in BODIES.values() if read is feed.read]
    assert bodies
    for body in bodies:
        found = {one.quantity for one in feed.read(body) if isinstance(one, Observation)}
        assert found <= set(feed.quantities)
    assert feed.every >= feed.floor
    assert feed.credit
