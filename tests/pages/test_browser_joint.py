"""Pages of joint work in a real browser: no fault that axe can find, no sideways scroll, signed in and not."""

import re
import socket
import threading
import time
from datetime import datetime
from pathlib import Path

import pytest
import uvicorn
from playwright.sync_api import sync_playwright

from adjoin.core.period import ZONE
from adjoin.loop import draw, people, white_list
from adjoin.web.app import create

AXE = Path(__file__).parents[2] / "frontend" / "node_modules" / "axe-core" / "axe.min.js"
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
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    server = uvicorn.Server(uvicorn.Config(create(east.folder, clock=lambda: NOW), port=port, log_level="error"))
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        assert thread.is_alive(), "the server ended before it began"
        time.sleep(0.02)
    yield f"http://127.0.0.1:{port}"
    server.should_exit = True
    thread.join(10)


def faults(page):
    page.add_script_tag(path=AXE)
    found = page.evaluate("axe.run(document, {resultTypes: ['violations']})")["violations"]
    wide = page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth")
    return [f"{each['id']}: {each['nodes'][0]['html'][:120]}" for each in found] + (["sideways"] if wide else [])


def test_no_fault_that_axe_can_find_signed_in_and_not(address):
    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path="/usr/bin/chromium", args=["--no-sandbox"])
        page = browser.new_context(
            bypass_csp=True, viewport={"width": 390, "height": 844}, color_scheme="dark"
        ).new_page()
        for path in PAGES:
            page.goto(address + path)
            assert faults(page) == [], path
        page = browser.new_context(bypass_csp=True, viewport={"width": 1280, "height": 900}).new_page()
        page.goto(f"{address}/login")
        page.fill("input[name=name]", "officer")
        page.fill("input[name=password]", "a long password")
        page.click("main button")
        for path in PAGES:
            page.goto(f"{address}{path}?lang=en")
            assert re.search("officer", page.inner_text("header"))
            assert faults(page) == [], path
        browser.close()
