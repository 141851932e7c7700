"""The pages on telemetry in a real browser, from a real listener: no sideways scroll, no fault that axe can find."""

import json
import socket
from datetime import datetime

import pytest
from in_browser import CHROMIUM, serving, sideways, violations
from listeners import Nursery, packet
from playwright.sync_api import sync_playwright
from sides import TOWNS

from adjoin.core.period import ZONE
from adjoin.loop import intake, people, workspace
from adjoin.web.app import create

MILL = "REPLAY-mill-bridge"
READERS = {
    "zh": {"viewport": {"width": 1280, "height": 900}},
    "en": {"viewport": {"width": 1280, "height": 900}},
    "dark": {"viewport": {"width": 1280, "height": 900}, "color_scheme": "dark"},
    "390 px": {"viewport": {"width": 390, "height": 844}, "has_touch": True},
}

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def home(tmp_path_factory):
    """A workspace whose listener runs and took good packets, a bad line and a station that is not registered."""
    ws = workspace.init(tmp_path_factory.mktemp("t") / "w", region=TOWNS, party="west", now=datetime.now(ZONE))
    people.enrol(ws, "li", "a long password")
    nursery = Nursery()
    listener = nursery.born(ws.folder)
    good = [packet(f"20260905120000{n:03d}") for n in range(25)] + [packet("20260905120001000", "41050022000017")]
    bad = packet("20260905120002000").replace(b"0.10", b"0.11")
    with socket.create_connection(("127.0.0.1", listener.port), timeout=20) as line:
        line.sendall(b"good day\r\n" + bad + b"".join(good))
        said = b""
        while said.count(b"CN=9014") < len(good):
            said += line.recv(65536)
    box = intake.inbox(ws, lambda: datetime.now(ZONE))
    intake.drain(ws, box)
    box.ask(MILL, "2061", {"BeginTime": "20260901000000", "EndTime": "20260902000000"})
    box.close()
    yield ws
    nursery.close()


@pytest.fixture(scope="module")
def served(home):
    with serving(create(home.folder)) as address:
        yield address


@pytest.fixture(scope="module", params=READERS)
def page(request, served):
    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        tab = browser.new_context(bypass_csp=True, **READERS[request.param]).new_page()
        tab.lang = "?lang=en" if request.param == "en" else ""
        tab.goto(f"{served}/login?next=/telemetry")
        tab.fill("input[name=name]", "li")
        tab.fill("input[name=password]", "a long password")
        tab.click("main form button")
        tab.wait_for_url("**/telemetry")
        yield tab
        browser.close()


@pytest.mark.parametrize("path", ["/telemetry", f"/telemetry/{MILL}", "/telemetry/41050022000017"])
def test_a_page_of_telemetry_in_a_browser(page, served, path):
    page.goto(f"{served}{path}{page.lang}")
    assert sideways(page) == 0
    assert violations(page) == []


def test_what_the_listener_said_stands_on_the_page(page, served):
    page.goto(f"{served}/telemetry{page.lang}")
    assert page.locator("#rejects ~ ul mark").count() == 2
    told = json.loads(page.request.get(f"{served}/telemetry.json").text())
    assert told["inflow"]["listening"] is True
    assert told["verdict"]["state"] == "bad"
    assert {row["kind"] for row in told["rejects"]} == {"hj212_check", "hj212_garbage"}
