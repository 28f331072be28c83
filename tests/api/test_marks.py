"""The really issued advisories on the time axis: threads without gaps, across the hand-over."""

from itertools import pairwise

import pytest

# authorities/advisory_threads.md
CAPS = [16, 17, 18, 19, 20, 22, 24, 28, 30]


@pytest.fixture(scope="module")
def marks(storm):
    """What the centres of those days had issued by the end of the storm."""
    whole = {"from": "2026-01-18T00:00Z", "to": "2026-01-21T00:00Z"}
    return storm.get("/api/v1/marks", params=whole).json()["real"]


def test_the_really_issued_come_in_the_order_of_their_issue(marks):
    assert len(marks) == 34
    assert [mark["from"] for mark in marks] == sorted(mark["issued"] for mark in marks)


def test_a_thread_goes_on_from_one_centre_to_the_next(marks):
    caps = [mark for mark in marks if mark["thread"] == "2026/HF COM/16"]
    assert [mark["key"] for mark in caps] == [f"2026/HF COM/{count}" for count in CAPS]
    assert [mark["centre"] for mark in caps] == 7 * ["ACFJ"] + 2 * ["PECASUS"]
    assert {mark["cause"] for mark in caps} == {"PCA"}
    assert all(before["to"] == after["from"] for before, after in pairwise(caps))


def test_an_end_stands_in_its_thread_and_has_no_length(marks):
    ends = {mark["key"]: mark for mark in marks if mark["severity"] is None}
    assert ends["2026/HF COM/15"]["thread"] == "2026/HF COM/14"
    assert ends["2026/GNSS/34"]["cause"] == "SCINTILLATION"
    assert all(end["from"] == end["to"] for end in ends.values())


def test_nothing_is_known_of_a_thread_before_it_goes_on(storm):
    then = storm.get("/api/v1/marks", params={"t": "2026-01-20T08:00Z"}).json()["real"]
    (last,) = [mark for mark in then if mark["key"] == "2026/HF COM/24"]
    assert last["to"] == "2026-01-20T08:00:00Z"
    assert {mark["centre"] for mark in then} == {"ACFJ"}
