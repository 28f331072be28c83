"""The console's shell and its pages, in Chromium, on the packaged storm."""

import io
import json
import random
import re

import pytest
from PIL import Image
from playwright.sync_api import Page, Route, expect
from tests.conftest import ROOT

pytestmark = pytest.mark.browser

WORDS = ROOT / "console/src/words"
PAGES = ("situation", "feeds", "setup")
LANGUAGES = ("en", "zh", "ru")
POLICY = (
    "default-src 'self'",
    "script-src 'self'",
    "style-src 'self'",
    "img-src 'self' data: blob:",
    "worker-src 'self'",
    "connect-src 'self'",
)
CHOICES = {
    "w": ("1h", "6h", "3d", "7d", "27d"),
    "layer": ("absorption", "none"),
    "proj": ("np", "sp", "globe"),
    "lang": ("zh", "ru"),
    "theme": ("day",),
    "ahead": ("6", "12", "18", "24"),
}


def words(language: str) -> dict[str, str]:
    return json.loads((WORDS / f"{language}.json").read_text(encoding="utf-8"))


def says(page: Page, change) -> None:
    """Let the centre say something else: `change` edits every situation on its way."""

    def edit(route: Route) -> None:
        answer = route.fetch()
        situation = answer.json()
        change(situation)
        route.fulfill(response=answer, json=situation)

    page.route("**/api/v1/situation*", edit)


def shown(page: Page) -> str:
    """The address of this view, as the page itself writes it."""
    return page.locator("nav a").first.get_attribute("href")


# ---- smoke


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", PAGES)
def test_every_page_opens_in_every_language_without_a_complaint(desk, name, language):
    page = desk.open(f"#/{name}?lang={language}")
    expect(page.locator("h1")).to_have_text(words(language)[f"page.{name}"])
    page.wait_for_timeout(1500)
    assert "⟦" not in page.locator("body").inner_text()
    assert (desk.complaints, desk.strangers) == ([], [])


def test_the_language_of_the_document_follows(desk):
    assert desk.open("#/situation?lang=ru").locator("html").get_attribute("lang") == "ru"


# ---- policy


def test_the_policy_forbids_inline_and_foreign_code(desk):
    answer = desk.page.request.get(f"{desk.origin}/console/")
    policy = answer.headers["content-security-policy"]
    assert [part for part in POLICY if part not in policy] == []
    assert "unsafe" not in policy


def test_the_page_itself_holds_no_inline_code_or_style(desk):
    html = desk.page.request.get(f"{desk.origin}/console/").text()
    assert re.findall(r"<script(?![^>]*\bsrc=)|<style|\sstyle=|\son\w+=", html) == []


# ---- what the page shows


def test_the_situation_shows_scales_effects_maps_and_strips(desk):
    page = desk.open()
    expect(page.locator(".badge")).to_have_count(3)
    expect(page.locator(".chip")).to_have_count(5)
    expect(page.locator("#map canvas[role=img], #polar canvas[role=img]")).to_have_count(3)
    expect(page.locator(".strip")).to_have_count(3)


def test_an_effect_that_nobody_assesses_is_never_called_ok(desk):
    def forget(situation):
        situation["effects"][3]["assessed"] = False

    says(desk.page, forget)
    chip = desk.open().locator(".chip").nth(3)
    expect(chip).to_contain_text(words("en")["chip.unassessed"])
    expect(chip).not_to_contain_text("OK")


def test_a_reconstructed_value_says_so(desk):
    def rebuild(situation):
        situation["scales"]["r"]["provenance"] = "reconstructed"

    says(desk.page, rebuild)
    mark = desk.open().locator(".badge[data-scale=R] .provenance")
    expect(mark).to_have_text("reconstructed")


def test_what_was_really_issued_is_called_evidence_not_a_mark(desk):
    page = desk.open()
    page.get_by_role("tab", name=words("en")["desk.compare"]).click()
    body = page.locator("#desk-view")
    expect(body).to_contain_text(re.compile("not a mark|Nothing to compare", re.IGNORECASE))


def test_a_replay_is_framed_and_named_in_the_tab(desk):
    page = desk.open()
    assert page.locator("html").get_attribute("data-frame") == "replay"
    assert (
        page.locator("body").evaluate("(body) => getComputedStyle(body).borderTopWidth")
        == "4px"
    )
    assert page.title().startswith("REPLAY")


def test_every_picture_can_be_read_as_a_table(desk):
    page = desk.open()
    page.wait_for_timeout(1500)
    for title in ("map.title", "strips.xray"):
        page.get_by_role(
            "button", name=words("en")["table.show"].format(what=words("en")[title])
        ).click()
        expect(page.locator("dialog table")).to_be_visible()
        page.keyboard.press("Escape")


def draft() -> dict:
    """A draft as the contract describes it, for the panel of what waits."""
    text = "SWX ADVISORY\nSTATUS:             EXERCISE\nSWX EFFECT:         HF COM\n"
    return {
        "id": "d1", "etag": '"1"', "effect": "HF COM", "cause": "PCA", "action": "issue",
        "thread": None, "replaces": [], "created": "2026-01-19T00:00:00Z",
        "observed": "2026-01-19T00:00:00Z", "severity": "MOD", "regions_text": "HNH",
        "tac": text, "next_free": "2026/2", "content_sha256": "9f3b12cc" + "0" * 56,
        "findings": [{"code": "A12", "weight": "warning", "message": "area is large"}],
        "signatures": [], "can_sign": False, "cannot_sign_because": None,
        "state": "DRAFT", "drawn": [], "evidence": [], "previous_tac": None,
    }  # fmt: skip


def test_in_a_replay_a_draft_is_shown_but_not_signed(desk):
    says(desk.page, lambda situation: situation.update(drafts=[draft()]))
    page = desk.open("#/situation?sel=draft:d1")
    view = page.locator("#desk-view")
    expect(view).to_contain_text("#9f3b12cc")
    expect(view).to_contain_text("area is large")
    expect(view.locator("button.act")).to_be_disabled()
    expect(view).to_contain_text(words("en")["sign.replay"])


def test_a_replay_has_no_log_in_and_says_so_where_accounts_are_made(desk):
    page = desk.open("#/setup")
    expect(page.locator(".top")).not_to_contain_text(words("en")["login.open"])
    expect(page.locator("#accounts")).to_contain_text(words("en")["setup.replay"])


def sign_body(page: Page) -> dict:
    """What the signing dialog sends, caught before the centre."""
    caught: list[dict] = []

    def catch(route: Route) -> None:
        caught.append(route.request.post_data_json)
        route.fulfill(status=204)

    page.route("**/sign", catch)
    page.locator("dialog button.act").click()
    expect(page.locator("dialog")).to_have_count(0)
    return caught[0]


@pytest.mark.parametrize(
    ("changes", "typed"),
    [
        ({}, "HF COM MOD"),
        ({"action": "end", "severity": None}, "HF COM END"),
        ({"severity": None}, "HF COM FCST"),
    ],
)
def test_a_signer_accepts_every_warning_and_types_what_the_draft_says(desk, changes, typed):
    waiting = draft() | {"can_sign": True} | changes
    waiting["findings"] = [
        {"code": code, "weight": "warning", "message": f"{code} is odd"}
        for code in ("A12", "B3")
    ]
    says(desk.page, lambda situation: situation.update(drafts=[waiting]))
    page = desk.open("#/situation?sel=draft:d1")
    page.locator("#desk-view .act").click()
    page.get_by_label(words("en")["sign.type"].format(words=typed)).fill(typed.lower())
    page.locator("dialog input[type=password]").fill("secret")
    act = page.locator("dialog button.act")
    for box in page.locator("dialog input[type=checkbox]").all():
        expect(act).to_be_disabled()
        box.check()
    sent = sign_body(page)
    assert (sent["typed"], sorted(sent["ticked"])) == (typed, ["A12", "B3"])


def test_signing_asks_for_the_words_and_the_password(desk):
    says(desk.page, lambda situation: situation.update(drafts=[draft() | {"can_sign": True}]))
    page = desk.open("#/situation?sel=draft:d1")
    page.locator("h1").evaluate("(h) => h.closest('main').focus()")
    page.keyboard.press("Shift+S")
    act = page.locator("dialog button.act")
    expect(act).to_be_disabled()
    page.locator("dialog input[type=checkbox]").check()
    page.get_by_label("Type HF COM MOD").fill("hf com mod")
    expect(act).to_be_disabled()
    page.locator("dialog input[type=password]").fill("secret")
    expect(act).to_be_enabled()


def test_the_outlooks_areas_are_drawn_at_their_hours(desk):
    page = desk.open("#/situation?t=2026-01-19T19:30Z")
    map_ = page.locator("#map canvas[role=img]")
    expect(map_).to_have_attribute("aria-label", re.compile("HF COM SEV"))
    observed = map_.get_attribute("aria-label").partition("areas:")[2]
    page.get_by_role("button", name="+12").click()
    expect(map_).to_have_attribute("aria-label", re.compile(r"\+12 h.*HF COM", re.DOTALL))
    assert map_.get_attribute("aria-label").partition("areas:")[2] != observed


def test_a_review_shows_only_what_was_known_then(desk):
    asked: list[str] = []
    desk.page.on("request", lambda request: asked.append(request.url))
    page = desk.open("#/situation?t=2026-01-19T19:30Z")
    page.wait_for_timeout(1500)
    series = [url for url in asked if "/api/v1/series/" in url]
    assert series
    assert [url for url in series if "t=2026-01-19T19%3A30%3A00Z" not in url] == []
    expect(page.locator(".strips-veil")).to_be_visible()
    page.keyboard.press("n")
    expect(page.locator(".strips-veil")).to_be_hidden()


@pytest.mark.parametrize("product", ["haf", "absorption"])
def test_a_pictures_codes_stand_for_the_values_of_the_interface(desk, product):
    field = f"{desk.origin}/api/v1/fields/{product}/2026-01-19T19:30Z"
    answer = desk.page.request.get(f"{field}.png")
    grid = dict(part.split("=") for part in answer.headers["x-grid"].split(";"))
    with Image.open(io.BytesIO(answer.body())) as image:
        code = image.getpixel((70, 80))
    low, high = float(grid["vmin"]), float(grid["vmax"])
    drawn = low + (code - 1) / 254 * (high - low)
    value = drawn**2 if grid["transform"] == "sqrt" else drawn
    told = desk.page.request.get(f"{field}/point?lat=10&lon=-110").json()["value"]
    assert value == pytest.approx(told, rel=0.05, abs=0.15)


# ---- states


@pytest.mark.parametrize("state", ["stale", "unknown", "dead", "absent"])
def test_a_scale_that_is_not_fresh_never_looks_fresh(desk, state):
    def age(situation):
        situation["scales"]["r"].update(state=state, now=2, label="M5.0")

    says(desk.page, age)
    badge = desk.open().locator(".badge[data-scale=R]")
    if state == "stale":
        expect(badge.locator("s")).to_have_text("M5.0")
    else:
        expect(badge.locator(".badge-block")).to_have_text("R?")
        expect(badge).not_to_contain_text("M5.0")


def test_a_feed_that_fails_is_named_with_its_error(desk):
    def fail(situation):
        situation["feeds"][0].update(state="dead", error="UnreadableError: rows changed shape")

    says(desk.page, fail)
    row = desk.open("#/feeds").locator("tbody tr").first
    expect(row).to_contain_text("dead")
    expect(row).to_contain_text("UnreadableError: rows changed shape")


def test_a_failing_centre_is_told_and_never_a_blank_page(desk):
    problem = {"code": "no-quorum", "title": "The journal cannot be read", "status": 503,
               "detail": "it is locked", "instance": "req-7"}  # fmt: skip
    desk.page.route(
        "**/api/v1/situation*",
        lambda route: route.fulfill(
            status=503, body=json.dumps(problem), content_type="application/problem+json"
        ),
    )
    page = desk.open()
    trouble = page.locator("#desk .trouble")
    expect(trouble).to_contain_text("The journal cannot be read")
    expect(trouble).to_contain_text("req-7")
    page.unroute("**/api/v1/situation*")
    expect(page.locator(".badge")).to_have_count(3, timeout=15_000)


def test_a_silent_centre_puts_the_console_offline(desk):
    page = desk.page
    page.add_init_script("delete window.SharedWorker")
    page.clock.install()
    desk.open()
    page.route("**/api/v1/**", lambda route: route.abort())
    page.clock.run_for(40_000)
    expect(page.locator(".mode").first).to_have_text("OFFLINE")
    expect(page.locator(".bars .bar.bad").first).to_be_visible()


def test_a_new_build_asks_for_a_reload(desk):
    def older(route: Route) -> None:
        answer = route.fetch()
        route.fulfill(response=answer, json=answer.json() | {"build": "0.0.0-older"})

    desk.page.route("**/api/v1/me", older)
    page = desk.open()
    expect(page.get_by_role("button", name=words("en")["updated.reload"])).to_be_visible(
        timeout=20_000
    )


def test_the_clock_of_this_machine_changes_no_age(desk):
    page = desk.open("#/feeds")
    ages = page.locator(".age-bar span").all_inner_texts()
    desk.page.add_init_script("const now = Date.now; Date.now = () => now() + 3 * 3600e3")
    shifted = desk.open("#/feeds").locator(".age-bar span").all_inner_texts()
    assert [line for line in ages if line]
    assert shifted == ages  # the replay has ended: its clock stands, whatever this one says


# ---- the address


@pytest.mark.parametrize("seed", range(20))
def test_any_view_survives_being_written_and_read(desk, seed):
    chance = random.Random(seed)
    chosen = {
        name: chance.choice(values) for name, values in CHOICES.items() if chance.random() < 0.6
    }
    if chance.random() < 0.5:
        chosen = {
            "t": f"2026-01-18T{chance.randrange(12, 24):02}:{chance.randrange(60):02}Z"
        } | chosen
    query = "&".join(f"{name}={value}" for name, value in chosen.items())
    address = "#/situation" + ("?" + query if query else "")
    assert shown(desk.open(address)) == address


@pytest.mark.parametrize("part", [*CHOICES, "t", "sel", "frobnicate"])
def test_an_address_that_is_not_understood_is_named(desk, part):
    page = desk.open(f"#/situation?{part}=b@d&w=6h" if part != "w" else "#/situation?w=b@d")
    expect(page.locator("#misread")).to_contain_text(f"{part} = b@d")
    assert "b@d" in page.evaluate("decodeURIComponent(location.hash)")


def test_an_unknown_page_offers_the_nearest(desk):
    page = desk.open("#/feds")
    expect(page.locator("#misread a")).to_have_text("feeds")


def test_back_after_two_hundred_scrub_moves_is_one_step(desk):
    page = desk.open()
    page.keyboard.press("2")
    expect(page.locator("table.feeds")).to_be_visible()
    for _ in range(200):
        page.keyboard.press("ArrowLeft")
    page.go_back()
    assert shown(page).startswith("#/situation")
    expect(page.locator("#map")).to_be_visible()


# ---- keys

KEYS = {
    "2": "#/feeds",
    "ArrowLeft": "t=",
    ",": "t=",
    "Shift+ArrowLeft": "t=",
    "l": "layer=absorption",
    "o": "proj=np",
}


@pytest.mark.parametrize("key", KEYS)
def test_a_key_does_what_its_sheet_says(desk, key):
    page = desk.open()
    page.keyboard.press(key)
    expect(page.locator(".conductor")).to_be_visible()
    assert KEYS[key] in page.evaluate("location.hash")


def test_two_keys_in_a_row_choose_a_page(desk):
    page = desk.open()
    page.keyboard.press("g")
    page.keyboard.press("h")
    assert page.evaluate("location.hash").startswith("#/feeds")


def test_now_returns_to_the_centres_time(desk):
    page = desk.open()
    page.keyboard.press("ArrowLeft")
    expect(page.locator(".mode").first).to_have_text("REVIEW")
    page.keyboard.press("n")
    expect(page.locator(".mode").first).to_contain_text("REPLAY")


def test_the_sheet_lists_every_key_and_escape_closes_it(desk):
    page = desk.open()
    page.keyboard.press("?")
    expect(page.locator("dialog .keys dt")).to_have_count(22)
    page.keyboard.press("Escape")
    expect(page.locator("dialog")).to_have_count(0)


def test_no_key_acts_while_a_field_has_the_focus_or_keys_are_off(desk):
    page = desk.open()
    before = page.evaluate("location.hash")
    page.locator("select").first.focus()
    page.keyboard.press("2")
    page.keyboard.press("Control+2")
    assert page.evaluate("location.hash") == before
    page.keyboard.press("Escape")
    page.locator(".help").click()
    page.locator("dialog input[type=checkbox]").check()
    page.keyboard.press("Escape")
    page.keyboard.press("2")
    assert not page.evaluate("location.hash").startswith("#/feeds")
