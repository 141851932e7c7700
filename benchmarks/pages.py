"""Pages at 50 readers at once, one server process; beside them the same readers on a page that says only `ok`."""

import json
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
from _serving import BUNDLE, free_port, served, wait

READERS, EACH = 50, 60


def run():
    with served() as port:
        pages = ["/", "/sections", "/cases", "/rules", "/data", *_of_the_books(port)]
        for page in pages:
            _get(port, page)
        load = _load(port, pages)
        peer = _load(port, ["/healthz"])
        yield {
            "name": "pages.50_readers", **load, "unit": "pages/s", "peer": "the same server's /healthz",
            "peer_seconds": peer["seconds"], "ratio": load["seconds"] / peer["seconds"],
        }  # fmt: skip
        first = len(_get(port, "/"))
        yield {
            "name": "pages.first_page_bytes",
            "work": first,
            "unit": "bytes",
            "peer": "300 kB",
            "ratio": first / 300_000,
        }
        yield _first_paint(port)
    yield from _starts()


def _first_paint(port):
    """How long until a real browser paints the overview, cache empty; beside it a page that is only `ok`."""
    from playwright.sync_api import sync_playwright

    asked = "performance.getEntriesByName('first-contentful-paint')[0]?.startTime ?? performance.now()"
    found = {}
    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path="/usr/bin/chromium", args=["--no-sandbox", "--disable-gpu"])
        for path in ("/healthz", "/"):
            times = []
            for _ in range(5):
                page = browser.new_context().new_page()
                page.goto(f"http://127.0.0.1:{port}{path}", wait_until="load")
                page.wait_for_timeout(200)
                times.append(page.evaluate(asked) / 1000)
            found[path] = sorted(times)[2]
        browser.close()
    return {
        "name": "pages.first_paint", "work": 1, "seconds": found["/"], "unit": "page",
        "peer": "the same browser on /healthz", "peer_seconds": found["/healthz"],
        "ratio": found["/"] / found["/healthz"],
    }  # fmt: skip


def _of_the_books(port):
    overview = json.loads(_get(port, "/overview.json"))
    return [each["href"] for each in overview["findings"][:1] + overview["cases"][:1] + overview["sections"][:2]]


def _load(port, pages):
    words = [sys.executable, str(Path(__file__).parent / "_load.py"), str(port), str(READERS), str(EACH), *pages]
    return json.loads(subprocess.run(words, check=True, capture_output=True, text=True).stdout)


def _get(port, page):
    with urllib.request.urlopen(f"http://127.0.0.1:{port}{page}", timeout=10) as answer:
        return answer.read()


def _starts():
    """How long until both sides show their page, with the workspaces made before; and until help is shown."""
    import tempfile

    adjoin = [sys.executable, "-m", "adjoin.cli.main"]
    with tempfile.TemporaryDirectory() as folder:
        words = [*adjoin, "run", str(BUNDLE), "--var", folder]
        subprocess.run([*words, "--no-serve"], check=True, stdout=subprocess.DEVNULL)
        port = free_port()
        start = time.perf_counter()
        server = subprocess.Popen([*words, "--port", str(port)], stdout=subprocess.DEVNULL)
        wait(port), wait(port + 1)
        seconds = time.perf_counter() - start
        server.terminate(), server.wait()
    yield {"name": "start.again", "work": 2, "seconds": seconds, "unit": "sides", "peer": "8 s", "ratio": seconds / 8}
    start = time.perf_counter()
    subprocess.run([*adjoin, "--help"], check=True, stdout=subprocess.DEVNULL)
    seconds = time.perf_counter() - start
    start = time.perf_counter()
    subprocess.run([sys.executable, "-c", "pass"], check=True)
    bare = time.perf_counter() - start
    yield {
        "name": "start.help", "work": 1, "seconds": seconds, "unit": "command", "peer": "python -c pass",
        "peer_seconds": bare, "ratio": seconds / bare,
    }  # fmt: skip
