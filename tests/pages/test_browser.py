"""In a real browser: nothing from outside, no sideways scroll, no fault that axe can find, keys that work."""

from datetime import datetime

import pytest
from in_browser import CHROMIUM, serving, sideways, violations
from playwright.sync_api import sync_playwright

from adjoin.core.period import ZONE
from adjoin.doors import cases
from adjoin.loop import jobs
from adjoin.web.app import create

DESK = "/desk?place=gaodong&start=2026-09-04T13:00&known=2026-09-04T14:00&substance=w21003&least=10&most=90&drill=1"
OIL = "/desk?place=gaodong&start=2026-09-04T13:00&substance=w22001&flow=30&flow_at=2026-09-01T08:00"
CHANGED = "/scenario?place1=gaodong&kg1=-500&place2=naxi-dadukou&kg2=20&decay=0.1"
ASKED = ("/scenario", CHANGED, "/scenario?place1=nowhere&kg1=1", "/matrix", "/matrix?section=zhutuo&decay=0.3")
REGISTERS = ("/register", "/register/dam", "/site/plant-1070561", "/city", "/city/city-chengdu", "/coverage")
COMPUTE = ("/plan", "/answers", "/jobs", "/compute", "/compute/water.hull", "/compute/water.section_class?example=3")
EMERGENCY = ("/desk", DESK, OIL, "/desk?place=nowhere")
SOFTWARE = ["--no-sandbox", "--use-gl=angle", "--use-angle=swiftshader", "--enable-unsafe-swiftshader"]
READERS = {
    "zh": {"viewport": {"width": 1280, "height": 900}},
    "en": {"viewport": {"width": 1280, "height": 900}},
    "dark": {"viewport": {"width": 1280, "height": 900}, "color_scheme": "dark"},
    "390 px": {"viewport": {"width": 390, "height": 844}, "has_touch": True},
}

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def served(two_workspaces):
    """The pages of one side on a free port."""
    with serving(create(two_workspaces["chongqing"].folder)) as address:
        yield address


@pytest.fixture(scope="module")
def browser():
    with sync_playwright() as play:
        started = play.chromium.launch(executable_path=CHROMIUM, args=SOFTWARE)
        yield started
        started.close()


@pytest.mark.parametrize("reader", READERS)
def test_every_page_is_clean_for_every_reader(browser, served, addresses, reader):
    context = browser.new_context(bypass_csp=True, **READERS[reader])  # so that axe may be brought in
    page = context.new_page()
    asked, faults, found = [], [], {}
    page.on("request", lambda request: asked.append(request.url))
    page.on("pageerror", lambda error: faults.append(str(error)))
    page.on("console", lambda message: faults.append(message.text) if message.type == "error" else None)
    kinds = {address.split("-")[0].rpartition("/")[0] or address: address for address in reversed(addresses)}
    every = addresses if reader == "zh" else kinds.values()
    for address in [*every, *EMERGENCY, *ASKED, *COMPUTE, *REGISTERS, "/login", "/nothing"]:
        lang = "en" if reader == "en" else "zh"
        page.goto(f"{served}{address}{'&' if '?' in address else '?'}lang={lang}")
        for fold in page.query_selector_all("details"):
            fold.evaluate("fold => fold.open = true")
        wide = sideways(page)
        assert wide <= 0, f"{address} scrolls sideways by {wide} px"
        found |= {address: list_} if (list_ := violations(page)) else {}
    context.close()
    assert found == {}
    assert [url for url in asked if not url.startswith((served, "data:", "blob:"))] == []
    assert [fault for fault in faults if "404" not in fault and "422" not in fault] == []


def test_nothing_on_a_page_is_refused_by_its_own_policy(browser, served):
    page = browser.new_page(viewport={"width": 1280, "height": 2400})
    faults = []
    page.on("console", lambda message: faults.append(message.text) if message.type in {"error", "warning"} else None)
    page.goto(served)
    page.wait_for_selector(".map.live", timeout=20_000)
    assert page.locator(".maplibregl-marker").count() > 20
    assert [fault for fault in faults if "Content Security" in fault or "MIME" in fault] == []
    page.close()


def test_the_words_are_large_enough_and_far_enough_apart(browser, served):
    page = browser.new_page()
    for address in ("/", "/section/zhutuo", "/data"):
        page.goto(f"{served}{address}")
        small = page.evaluate(
            """() => [...document.querySelectorAll('body *')].filter(node =>
                [...node.childNodes].some(child => child.nodeType === 3 && child.textContent.trim())
                && node.offsetParent && parseFloat(getComputedStyle(node).fontSize) < 15)
                .map(node => node.outerHTML.slice(0, 90))"""
        )
        assert small == [], address
        height = page.evaluate("parseFloat(getComputedStyle(document.body).lineHeight) / 16")
        assert height >= 1.6
    page.close()


def test_the_keyboard_reaches_everything(browser, served):
    page = browser.new_page()
    page.goto(f"{served}/sections")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "content"
    page.keyboard.press("j")
    page.keyboard.press("j")
    assert page.evaluate("document.activeElement.textContent") == "月波"
    page.keyboard.press("k")
    assert page.evaluate("document.activeElement.textContent") == "三块石"
    page.keyboard.press("?")
    assert page.evaluate("document.querySelector('#keys').open")
    page.keyboard.press("Escape")
    page.keyboard.press("/")
    page.keyboard.type("朱沱")
    page.keyboard.press("Enter")
    page.wait_for_url("**q=**")
    assert page.locator("tbody tr").count() == 1
    page.close()


def test_theme_and_colours_and_language_are_remembered(browser, served):
    context = browser.new_context()
    page = context.new_page()
    page.goto(served)
    page.click("[data-switch=theme]")
    page.click("[data-switch=colours]")
    page.goto(f"{served}/cases")
    root = page.evaluate("({...document.documentElement.dataset})")
    assert root == {"theme": "dark", "colours": "habit"}
    page.click("[data-lang=en]")
    page.wait_for_url("**lang=en")
    page.goto(f"{served}/rules")
    page.wait_for_url("**lang=en")
    assert page.evaluate("document.documentElement.lang") == "en"
    context.close()


def test_without_a_script_the_map_and_all_pages_are_there(browser, served):
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(served)
    assert page.locator(".map svg a").count() > 20
    assert page.locator(".map svg").is_visible()
    context.close()


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_menu_stands_on_one_line_and_opens_by_key(browser, served, lang):
    page = browser.new_page(viewport={"width": 1280, "height": 900})
    page.goto(f"{served}/cases?lang={lang}")
    assert page.locator(".bar").bounding_box()["height"] < 64
    group = page.locator("nav summary", has=page.locator("xpath=self::*[@aria-current]"))
    group.focus()
    page.keyboard.press("Enter")
    assert page.locator("nav details[open] a[aria-current=page]").is_visible()
    page.locator("nav summary").last.click()
    assert page.locator("nav details[open]").count() == 1
    page.keyboard.press("Escape")
    assert page.locator("nav details[open]").count() == 0
    page.close()


ANSWERED = ("land.zoning", "water.oxygen_sag", "waste.flow", "land.soil_farm", "energy.carbon")


@pytest.mark.parametrize("reader", READERS)
def test_an_answer_with_its_picture_is_clean_for_every_reader(browser, served, reader):
    context = browser.new_context(bypass_csp=True, **READERS[reader])
    page = context.new_page()
    found = {}
    for method in ANSWERED:
        page.goto(f"{served}/compute/{method}?lang={'en' if reader == 'en' else 'zh'}")
        page.click("#asked button.act")
        page.wait_for_selector("#answer")
        assert page.locator("figure svg.plot").count() >= 1
        wide = sideways(page)
        assert wide <= 0, f"{method} scrolls sideways by {wide} px"
        found |= {method: list_} if (list_ := violations(page)) else {}
    context.close()
    assert found == {}


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_a_planner_gets_from_the_plan_to_the_printed_answer_in_three_clicks(browser, served, lang):
    page = browser.new_page()
    page.goto(f"{served}/plan?lang={lang}")
    page.click("#t-26 a[data-row]")  # 1: the task's method, with an example loaded
    page.click("#asked button.act")  # 2: computed
    page.wait_for_selector("#answer")
    with page.expect_response(lambda answer: answer.request.method == "POST") as printed:
        page.click("button[value=pdf]")  # 3: printed
    assert printed.value.headers["content-type"] == "application/pdf"
    page.close()


def test_the_page_of_a_long_run_follows_it_and_cancels_it(browser, served, two_workspaces):
    workspace = two_workspaces["chongqing"]
    given = {**cases.given("water.flood")[0], "pieces": 1500}
    made = jobs.start(workspace, "water.flood", given, by="x", now=datetime(2026, 9, 4, 15, tzinfo=ZONE))
    page = browser.new_page()
    page.goto(f"{served}/jobs/{made.id}?lang=en")
    page.wait_for_selector("text=Computing for", timeout=15_000)
    page.reload()
    page.click("text=Cancel")
    page.wait_for_selector("text=Cancelled; there is no answer.")
    assert jobs.job(workspace, made.id).state == "cancelled"
    page.close()
