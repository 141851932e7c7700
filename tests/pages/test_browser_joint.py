"""Pages of joint work in a real browser: no fault that axe can find, no sideways scroll, signed in and not."""

import re
from datetime import datetime

import pytest
from in_browser import CHROMIUM, serving, sideways, violations
from playwright.sync_api import sync_playwright

from adjoin.core.period import ZONE
from adjoin.loop import draw, people, white_list
from adjoin.web.app import create

NOW = datetime(2026, 11, 2, 9, tzinfo=ZONE)
PAGES = ("/agreements", "/agreement/willow-water", "/agreement/chishui_2018", "/what-if", "/compare", "/draws",
         "/white-list", "/my-desk", "/sharing")  # fmt: skip
TERMS = {"purpose": "autumn", "population": ["a", "b", "c"], "count": 1, "default_count": 2, "reveal_by": "2026-12-01"}

pytestmark = pytest.mark.browser


@pytest.fixture
def address(fresh_towns):
    """One side's pages on a free port, with a draw and a line of the list; its officer has an account."""
    east = fresh_towns["east"]
    people.enrol(east, "officer", "a long password")
    draw.propose(east, TERMS, by="Li", now=NOW)
    white_list.propose(east, 2026, "R1", "900-052-31", {"east": "60", "west": "40"}, by="Li", now=NOW)
    with serving(create(east.folder, clock=lambda: NOW)) as address:
        yield address


def test_no_fault_that_axe_can_find_signed_in_and_not(address):
    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        page = browser.new_context(
            bypass_csp=True, viewport={"width": 390, "height": 844}, color_scheme="dark"
        ).new_page()
        for path in PAGES:
            page.goto(address + path)
            assert (violations(page), sideways(page)) == ([], 0), path
        page = browser.new_context(bypass_csp=True, viewport={"width": 1280, "height": 900}).new_page()
        page.goto(f"{address}/login")
        page.fill("input[name=name]", "officer")
        page.fill("input[name=password]", "a long password")
        page.click("main button")
        for path in PAGES:
            page.goto(f"{address}{path}?lang=en")
            assert re.search("officer", page.inner_text("header"))
            assert (violations(page), sideways(page)) == ([], 0), path
        browser.close()
