"""No body, however strange, does more than refuse itself by name."""

import json
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from stormcone.observation.feed import Drift, UnreadableError
from stormcone.observation.registry import feed

RECORDED = Path(__file__).parent / "recorded"
BODIES = {
    "goes-xrs": json.loads((RECORDED / "goes-xrays-1-day.2026-10-15.json").read_bytes())[:30],
    "goes-protons": [
        {"time_tag": f"2026-01-18T12:{5 * n:02}:00Z", "satellite": 18, "flux": 0.2, "energy": e}
        for n in range(4)
        for e in (">=10 MeV", ">=50 MeV", ">=100 MeV")
    ],
    "kp": json.loads((RECORDED / "kp-3h.2026-10-15.json").read_bytes())[:30],
    "kp-old": json.loads((RECORDED / "kp-3h.2022-09-22.json").read_bytes())[:30],
    "kp-1m": [{"time_tag": f"2026-01-18T12:{n:02}:00", "kp": "3Z"} for n in range(30)],
    "alerts": json.loads((RECORDED / "alerts.2026-10-15.json").read_bytes())[:30],
}
anything = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=6,
)
names = st.sampled_from(sorted(BODIES))


def read(name, value):
    return list(feed(name.removesuffix("-old")).read(json.dumps(value).encode()))


def spoiled(row, key, value):
    if isinstance(row, list):
        return [value, *row[1:]] if key % 2 else [*row, value]
    return row | {sorted(row)[key % len(row)]: value}


@given(name=names, value=anything)
def test_any_json_is_read_or_refused(name, value):
    with pytest.raises(UnreadableError, match=name.removesuffix("-old")):
        read(name, value)


@settings(max_examples=200)
@given(name=names, row=st.integers(1, 11), key=st.integers(0, 9), value=anything)
def test_one_spoiled_row_costs_itself_at_most(name, row, key, value):
    rows = list(BODIES[name])
    rows[row] = spoiled(rows[row], key, value)
    records = read(name, rows)
    good = [one for one in records if not isinstance(one, Drift)]
    whole = read(name, BODIES[name])
    assert len(whole) - 1 <= len(good) <= len(whole)
    assert sum(one in whole for one in good) >= len(whole) - 1


@settings(max_examples=200)
@given(
    text=st.sampled_from([row["message"] for row in BODIES["alerts"]]),
    cut=st.integers(0, 400),
    put=st.text(alphabet="0123456789 JanDec:-\r\nUTC", max_size=30),
)
def test_a_message_with_any_words_in_it_is_read_or_costs_itself(text, cut, put):
    rows = list(BODIES["alerts"])
    rows[0] = rows[0] | {"message": text[:cut] + put + text[cut:]}
    good = [one for one in read("alerts", rows) if not isinstance(one, Drift)]
    assert len(good) >= len(rows) - 1


@pytest.mark.parametrize(
    "body",
    [
        '[["time_tag","Kp"]]',
        '[[1,2],["2022-09-15 00:00:00.000","3.67"]]',
        '[["time_tag","Kp"],["2022-09-15 00:00:00.000"]]',
        '[["time_tag","Kp"],["2022-09-15 00:00:00.000","much"]]',
        "[[[[[[",
    ],
)
def test_an_old_kp_of_another_shape_is_refused(body):
    with pytest.raises(UnreadableError, match="kp"):
        list(feed("kp").read(body.encode()))
