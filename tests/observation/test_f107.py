"""F10.7 bodies: one value a day at 20 UT, and of three reports a day the one at noon."""

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from stormcone.observation.f107 import read_daily_solar, read_f107, read_f107_reports
from stormcone.observation.feed import Flag, Notice, UnreadableError
from stormcone.observation.texts import IncompleteError

OLD = (Path(__file__).parent / "recorded" / "f107.2026-10-15-built.json").read_bytes()
DAILY = """:Product: Daily Solar Data            DSD.txt
:Issued: 0225 UT 20 Aug 2026
#                Last 2 Days Daily Solar Data
2026 08 18  125     71      510      0    -999      *   5  0  0  2  0  0  0
2026 08 19 -999     78      560      1    -999      *  18  1  0  5  0  0  0
"""


def test_both_shapes_give_identical_observations():
    _, *rows = json.loads(OLD)
    new = [{"time_tag": at.replace(" ", "T"), "flux": float(flux)} for at, flux in rows]
    assert list(read_f107(json.dumps(new).encode())) == list(read_f107(OLD))


def test_the_recorded_month_reads_completely():
    found = list(read_f107(OLD))
    assert len(found) == 30
    assert {one.at.hour for one in found} == {20}
    assert (found[-1].value, found[-1].at.day) == (123, 14)


def test_only_the_noon_report_of_10_7_cm_counts():
    row = {"time_tag": "2026-08-05T20:00:00", "frequency": 2800, "flux": 108.0}
    rows = [
        row | {"reporting_schedule": "Afternoon", "time_tag": "2026-08-05T22:00:00"},
        row | {"reporting_schedule": "Noon"},
        row | {"reporting_schedule": "Noon", "frequency": 1415, "flux": 70.0},
        row | {"reporting_schedule": "Morning", "time_tag": "2026-08-05T17:00:00"},
    ]
    (one,) = read_f107_reports(json.dumps(rows).encode())
    assert (one.value, one.at) == (108, datetime(2026, 8, 5, 20, tzinfo=UTC))


def test_the_daily_data_give_the_flux_at_noon_and_the_text():
    *found, notice = read_daily_solar(DAILY.encode())
    assert [(one.value, one.flags) for one in found] == [(125, Flag(0)), (None, Flag.FILL)]
    assert found[0].at == datetime(2026, 8, 18, 20, tzinfo=UTC)
    assert isinstance(notice, Notice)
    assert notice.text == DAILY
    assert notice.issued == datetime(2026, 8, 20, 2, 25, tzinfo=UTC)


def test_daily_data_that_lack_a_day_of_their_heading_are_incomplete():
    with pytest.raises(IncompleteError, match="1 numbers in its tables, expected 2"):
        list(read_daily_solar("".join(DAILY.splitlines(keepends=True)[:-1]).encode()))


def test_another_shape_is_refused_by_name():
    with pytest.raises(UnreadableError, match="f107: 1 of 1 rows"):
        list(read_f107(b'[{"time_tag": "2026-10-08T18:00:00"}]'))
    with pytest.raises(UnreadableError, match="f107-reports: 1 of 1 rows"):
        list(read_f107_reports(b'[{"time_tag": "2026-10-08T18:00:00"}]'))


@pytest.mark.shared
def test_every_recorded_body_reads_and_products_agree(shared):
    folder = shared / "data/swx/services"
    (one,) = read_f107((folder / "solar_mcp/quiet/10cm-flux.json").read_bytes())
    month = {each.at: each.value for each in read_f107(OLD)}
    assert (one.value, month[one.at]) == (122, 122)
    reports = list(
        read_f107_reports((folder / "swpc/f107_cm_flux.2026_08_06.json").read_bytes())
    )
    daily = {
        each.at: each.value
        for each in read_daily_solar(
            (folder / "swpc/daily-solar-indices.2026_08_20.txt").read_bytes()
        )
        if not isinstance(each, Notice)
    }
    assert (len(reports), len(daily)) == (41, 30)
    both = [each for each in reports if each.at in daily]
    assert len(both) == 16
    assert all(abs(each.value - daily[each.at]) <= 0.5 for each in both)
    older = list(read_daily_solar((folder / "pysat/daily-solar-indices.txt").read_bytes()))
    assert len(older) == 31
