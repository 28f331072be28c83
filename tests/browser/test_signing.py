"""Set-up, enrolment, two signatures and the release, in two browsers on a real live centre."""

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Locator, Page, expect
from tests.conftest import ROOT, missing

pytestmark = pytest.mark.browser

AXE = ROOT / "console/node_modules/axe-core/axe.min.js"
SCRIPT = Path(__file__).with_name("live_centre.py")
LI, PETROVA = "li.wei", "a.petrova"
PEOPLE = {
    LI: ("Li Wei", "CMA", "nine tall cranes"),
    PETROVA: ("A. Petrova", "ROSHYDROMET", "seven grey storms"),
}
MODERATE, SEVERE = 2e-4, 2e-3
MANY_STOPS = 120


class Centre:
    """A live centre in a process of its own, and the flares it is told of."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self.process = process
        self.address, self.token = process.stdout.readline().split()

    def flare(self, flux_w_m2: float) -> int:
        """Bring a flare; the number of drafts it leaves on the desk."""
        self.process.stdin.write(f"{flux_w_m2}\n")
        self.process.stdin.flush()
        return int(self.process.stdout.readline())


@pytest.fixture
def centre(tmp_path) -> Iterator[Centre]:
    command = [sys.executable, str(SCRIPT), str(tmp_path / "live")]
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True}
    with subprocess.Popen(command, **pipes) as process:
        yield Centre(process)
        process.terminate()


@pytest.fixture
def tab(browser: Browser, centre: Centre):
    """Opens a tab in a browser profile of its own."""
    contexts = []

    def opened(address: str = "#/situation") -> Page:
        context = browser.new_context(viewport={"width": 1600, "height": 1000})
        contexts.append(context)
        page = context.new_page()
        page.goto(f"{centre.address}/console/{address}")
        page.locator("html[data-ready]").wait_for(state="attached", timeout=20_000)
        return page

    yield opened
    for context in contexts:
        context.close()


def fill_account(page: Page, name: str) -> None:
    person, organisation, password = PEOPLE[name]
    lines = {"Account name": name, "Person": person, "Organisation": organisation}
    for label, text in {**lines, "Password": password}.items():
        page.get_by_label(label).fill(text)


def log_in(page: Page, name: str, password: str | None = None) -> None:
    """Fill the open dialog and press Return."""
    dialog = page.locator("dialog")
    dialog.get_by_label("Name").fill(name)
    dialog.get_by_label("Password").fill(password or PEOPLE[name][2])
    page.keyboard.press("Enter")


def set_up(page: Page) -> None:
    """The first account by the printed address, then a log-in and the second officer."""
    fill_account(page, LI)
    page.get_by_role("button", name="Make the first account").click()
    expect(page.locator("dialog")).to_be_visible()
    log_in(page, LI)
    expect(page.get_by_role("button", name="Enrol")).to_be_visible()
    fill_account(page, PETROVA)
    page.get_by_label("duty officer").check()
    page.get_by_role("button", name="Enrol").click()
    expect(page.get_by_text("Account a.petrova is made.")).to_be_visible()


@pytest.fixture
def officers(centre, tab) -> tuple[Page, Page]:
    """Li Wei and A. Petrova, logged in, and a draft of a moderate event on the desk."""
    li = tab(f"#/setup?token={centre.token}")
    set_up(li)
    petrova = tab()
    petrova.get_by_role("button", name="Log in").click()
    log_in(petrova, PETROVA)
    expect(petrova.get_by_role("button", name="A. Petrova")).to_be_visible()
    assert centre.flare(MODERATE) == 1
    li.get_by_role("link", name="Situation").click()
    return li, petrova


def open_draft(page: Page) -> Locator:
    """Choose the draft and open its dialog."""
    page.locator(".row.draft").click()
    page.locator("#desk-view .act").click()
    return page.locator("dialog")


def fill_signature(dialog: Locator, name: str, words: str = "HF COM MOD") -> None:
    for box in dialog.locator("input[type=checkbox]").all():
        box.check()
    dialog.get_by_label("Type").fill(words)
    dialog.get_by_label("Password").fill(PEOPLE[name][2])


def sign(page: Page, name: str, words: str = "HF COM MOD") -> None:
    dialog = open_draft(page)
    fill_signature(dialog, name, words)
    dialog.locator("button.act").click()
    expect(dialog).to_have_count(0)


def tag(page: Page) -> Locator:
    return page.locator(".row.draft .tag")


def reach(page: Page, wanted: Locator) -> None:
    """Press Tab until `wanted` has the focus."""
    for _ in range(MANY_STOPS):
        if wanted.count() and wanted.evaluate("(node) => node === document.activeElement"):
            return
        page.keyboard.press("Tab")
    raise AssertionError(f"{wanted} is not reached with Tab")


def release(page: Page, count: str = "1") -> None:
    dialog = open_draft(page)
    expect(dialog).to_contain_text("HF COM 2026/1")
    act = dialog.locator("button.act")
    dialog.get_by_label("Type the count").fill("7")
    expect(act).to_be_disabled()
    dialog.get_by_label("Type the count").fill(count)
    act.click()
    expect(dialog).to_have_count(0)


def test_two_officers_sign_and_release_and_both_see_it_issued(centre, officers):
    li, petrova = officers
    sign(li, LI)
    expect(tag(petrova)).to_have_text("SIGNED 1/2", timeout=10_000)
    sign(petrova, PETROVA)
    expect(tag(petrova)).to_have_text("SIGNED 2/2")
    expect(petrova.locator("#why-not")).to_contain_text("confirm")
    release(petrova)
    for page in officers:
        row = page.locator(".row[aria-pressed]").first
        expect(row).to_contain_text("2026/1", timeout=10_000)
        expect(page.locator(".row.draft")).to_have_count(0)
        expect(page.locator("#desk-view .facts")).to_contain_text("A. Petrova (ROSHYDROMET)")


def test_the_second_officer_needs_no_mouse(centre, officers):
    li, petrova = officers
    sign(li, LI)
    expect(tag(petrova)).to_have_text("SIGNED 1/2", timeout=10_000)
    keys, dialog = petrova.keyboard, petrova.locator("dialog")
    reach(petrova, petrova.locator(".skip"))
    keys.press("Enter")
    keys.press("Shift+S")
    expect(dialog).to_be_visible()
    for box in dialog.locator("input[type=checkbox]").all():
        reach(petrova, box)
        keys.press("Space")
    reach(petrova, dialog.get_by_label("Type"))
    keys.type("hf com mod")
    keys.press("Tab")
    keys.type(PEOPLE[PETROVA][2])
    reach(petrova, dialog.locator("button.act"))
    keys.press("Enter")
    expect(tag(petrova)).to_have_text("SIGNED 2/2")
    reach(petrova, petrova.locator("#desk-view .act"))
    keys.press("Enter")
    reach(petrova, dialog.get_by_label("Type the count"))
    keys.type("1")
    reach(petrova, dialog.locator("button.act"))
    keys.press("Enter")
    expect(li.locator(".chip").first).to_contain_text("MOD", timeout=10_000)


def test_one_person_cannot_sign_twice_and_reads_why(centre, officers):
    li, _ = officers
    sign(li, LI)
    expect(tag(li)).to_have_text("SIGNED 1/2")
    expect(li.locator("#desk-view .act")).to_be_disabled()
    expect(li.locator("#why-not")).to_contain_text("the second signature is another person's")


def test_a_wrong_password_is_told_in_words_and_signs_nothing(centre, officers):
    li, _ = officers
    dialog = open_draft(li)
    fill_signature(dialog, LI)
    dialog.get_by_label("Password").fill("not my password")
    dialog.locator("button.act").click()
    expect(dialog.locator("[role=alert]")).to_have_text("The password is wrong.")
    li.keyboard.press("Escape")
    expect(tag(li)).to_have_text("DRAFT")


def test_a_wrong_password_at_the_log_in_is_told_in_words(centre, tab, officers):
    page = tab()
    page.get_by_role("button", name="Log in").click()
    log_in(page, LI, "not my password")
    expect(page.locator("dialog [role=alert]")).to_have_text("Name or password is wrong.")


def posts(page: Page, end: str) -> list[str]:
    """Collects the POST requests of a page whose address ends so."""
    seen: list[str] = []

    def note(request) -> None:
        if request.method == "POST" and request.url.endswith(end):
            seen.append(request.url)

    page.on("request", note)
    return seen


def test_a_double_click_signs_and_releases_once(centre, officers):
    li, petrova = officers
    signed, released = posts(li, "/sign"), posts(petrova, "/release")
    dialog = open_draft(li)
    fill_signature(dialog, LI)
    dialog.locator("button.act").evaluate("(button) => { button.click(); button.click(); }")
    expect(tag(petrova)).to_have_text("SIGNED 1/2", timeout=10_000)
    sign(petrova, PETROVA)
    expect(tag(petrova)).to_have_text("SIGNED 2/2")
    dialog = open_draft(petrova)
    dialog.get_by_label("Type the count").fill("1")
    dialog.locator("button.act").evaluate("(button) => { button.click(); button.click(); }")
    expect(petrova.locator(".row.draft")).to_have_count(0)
    assert (len(signed), len(released)) == (1, 1)
    issued = petrova.request.get(f"{centre.address}/api/v1/advisories").json()
    assert [one["key"] for one in issued] == ["2026/HF COM/1"]


def test_after_the_first_number_the_second_signature_issues(centre, officers):
    li, petrova = officers
    sign(li, LI)
    expect(tag(petrova)).to_have_text("SIGNED 1/2", timeout=10_000)
    sign(petrova, PETROVA)
    release(petrova)
    assert centre.flare(SEVERE) == 1
    expect(tag(li)).to_have_text("DRAFT", timeout=10_000)
    sign(li, LI, "HF COM SEV")
    expect(tag(petrova)).to_have_text("SIGNED 1/2", timeout=10_000)
    sign(petrova, PETROVA, "HF COM SEV")
    for page in officers:
        expect(page.locator(".chip").first).to_contain_text("SEV", timeout=10_000)


def test_a_short_password_and_a_used_link_make_no_account(centre, tab):
    page = tab(f"#/setup?token={centre.token}")
    fill_account(page, LI)
    page.get_by_label("Password").fill("short")
    expect(page.get_by_role("button", name="Make the first account")).to_be_disabled()
    used = tab("#/setup?token=used-up")
    fill_account(used, LI)
    used.get_by_role("button", name="Make the first account").click()
    expect(used.locator("[role=alert]")).to_contain_text("Not done:")


def test_without_an_account_the_log_in_says_how_to_set_up(centre, tab):
    page = tab()
    page.get_by_role("button", name="Log in").click()
    expect(page.locator("dialog")).to_contain_text("#/setup?token=")


def barriers(page: Page) -> list[str]:
    """What axe calls serious or worse."""
    page.evaluate(AXE.read_text(encoding="utf-8"))
    found = page.evaluate("axe.run()")["violations"]
    return [rule["id"] for rule in found if rule["impact"] in ("serious", "critical")]


def test_axe_finds_nothing_serious_in_the_forms(centre, officers):
    if not AXE.exists():
        missing("axe-core: make console")
    li, _ = officers
    open_draft(li)
    assert barriers(li) == []
    li.keyboard.press("Escape")
    li.get_by_role("link", name="Officers").click()
    expect(li.get_by_role("button", name="Enrol")).to_be_visible()
    assert barriers(li) == []
