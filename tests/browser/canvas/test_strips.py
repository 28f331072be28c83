"""The strips: gaps stay gaps, estimates carry their word, one cursor through all."""

import pytest
from playwright.sync_api import Page

pytestmark = pytest.mark.browser

NOON = 1635422400  # 2021-10-28T12:00Z
LEFT_PX, RIGHT_PX, WIDTH_PX = 52, 34, 1000
one_pixel = 1.0


def line(source: str, provenance: str, start_s: int, step_s: int, values: list) -> dict:
    times_s = [start_s + step_s * i for i in range(len(values))]
    return {"source": source, "provenance": provenance, "times_s": times_s, "values": values}


def open_strips(canvas: Page, **series: list[dict]) -> None:
    canvas.evaluate(
        "([start_s, series]) => { globalThis.strips = openStrips(start_s, series); }",
        [NOON, series],
    )


def bar(thread: str, start_s: int, end_s: int | None, by: str = "") -> dict:
    named = {"by": by, "key": "HF 2021/9", "thread": thread, "severity": "MOD"}
    return {**named, "from_s": start_s, "to_s": end_s}


def column(minutes: float) -> int:
    return round(LEFT_PX + minutes / 1440 * (WIDTH_PX - LEFT_PX - RIGHT_PX))


def test_estimates_carry_their_word_and_the_header_reads_the_cursor(canvas: Page):
    observed = line("GOES-16", "observed", NOON, 60, [2e-6] * 600)
    estimate = line("GOES-16", "reconstructed", NOON + 36000, 60, [1.2e-4] * 600)
    open_strips(canvas, xray=[observed, estimate])
    head = canvas.locator(".strip-xray > div").first
    assert "GOES-16 · reconstructed" in head.inner_text()
    for at_s, says in [(6000, "C2.0"), (40000, "X1.2"), (86000, "no data")]:
        canvas.evaluate(f"() => strips.setCursor({NOON + at_s})")
        assert says in head.inner_text()
        assert ("W/m²  reconstructed" in head.inner_text()) == (says == "X1.2")


def test_a_gap_longer_than_three_cadences_is_drawn_as_a_gap(canvas: Page):
    holed = line("GOES-16", "observed", NOON, 60, [3e-6] * 300 + [None] * 120 + [3e-6] * 300)
    other = line("model", "forecast", NOON + 18030, 60, [1e-8] * 120)
    open_strips(canvas, xray=[holed, other])
    drawn = canvas.evaluate("() => orangeColumns()")
    assert all(drawn[column(minutes)] for minutes in (100, 250, 480, 700))
    assert not any(drawn[column(302) + 1 : column(418)])


def test_a_click_tells_its_time_and_the_cursor_stands_there(canvas: Page):
    open_strips(canvas)
    canvas.evaluate("() => { globalThis.picked = []; strips.onPick((t) => picked.push(t)); }")
    middle_px = LEFT_PX + (WIDTH_PX - LEFT_PX - RIGHT_PX) / 2
    canvas.mouse.click(middle_px, 200)
    assert canvas.evaluate("() => picked") == [NOON + 43200]
    canvas.evaluate("() => strips.setCursor(picked[0])")
    left_px = canvas.evaluate("() => strips.cursor.getBoundingClientRect().left")
    assert left_px == pytest.approx(middle_px, abs=one_pixel)


def test_strips_and_bars_come_as_rows_of_the_window(canvas: Page):
    open_strips(canvas, kp=[line("GFZ", "observed", NOON - 10800, 10800, [2.0, 4.667, 9.0])])
    canvas.evaluate(
        "(bar) => strips.setBars([bar], [])",
        bar("a", NOON, None),
    )
    rows = canvas.evaluate("() => strips.table('kp').rows")
    assert rows[0] == ["2021-10-28T12:00:00Z", "GFZ", "observed", 4.667]
    assert len(rows) == 2
    bars = canvas.evaluate("() => strips.table('bars').rows")
    assert bars == [["ours", "HF 2021/9", "MOD", "2021-10-28T12:00:00Z", None]]


def test_classes_and_levels_are_noaas(canvas: Page):
    classes = canvas.evaluate("() => [1e-5, 2e-3, 9.9e-7, 5e-9].map(flareClass)")
    assert classes == ["M1.0", "X20.0", "B9.9", "A0.5"]
    levels = canvas.evaluate("() => [4.33, 4.67, 6, 7.67, 8.67, 9].map(gLevel)")
    assert levels == [0, 1, 2, 4, 4, 5]


def test_threads_that_overlap_never_share_a_row(canvas: Page):
    bars = [bar(str(start), start, start + 5) for start in (0, 2, 5, 8)]
    placed = canvas.evaluate("(bars) => placeBars(bars, bars)", bars)
    assert [one["row"] for one in placed["placed"]] == [0, 1, 2, 0, 3, 4, 5, 3]
    assert placed["rows"] == {"ours": 3, "real": 3}


@pytest.mark.parametrize(("first_ends", "rows"), [(3, [0, 1, 0, 1]), (9, [0, 1, 2, 1])])
def test_a_thread_keeps_its_row_whichever_is_free(canvas: Page, first_ends, rows):
    bars = [bar("a", 0, first_ends), bar("b", 2, 5), bar("c", 5, 6), bar("b", 5, None)]
    placed = canvas.evaluate("(bars) => placeBars(bars, [])", bars)["placed"]
    assert [one["row"] for one in placed] == rows


def test_the_really_issued_name_their_centre(canvas: Page):
    open_strips(canvas)
    issued = bar("a", NOON, None, by="PECASUS ")
    canvas.evaluate("(bar) => strips.setBars([], [bar])", issued)
    ((_, name, *_),) = canvas.evaluate("() => strips.table('bars').rows")
    assert name == "PECASUS HF 2021/9"
