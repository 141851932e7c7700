"""The calculators: from an example loaded to its answer shown, for every method that is no job; one process."""

import json
import tempfile
import time
import warnings
from datetime import UTC, datetime
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
BAR_S = 1.5


def run():
    from adjoin.doors import registry

    with tempfile.TemporaryDirectory() as folder:
        client = _client(Path(folder))
        times = {}
        for method in registry.methods():
            if not registry.door(method).long:
                times[method] = _shown(client, method)
    worst = max(times, key=times.get)
    yield {
        "name": "compute.page", "work": len(times), "unit": "methods", "seconds": sum(times.values()),
        "worst": worst, "worst_seconds": times[worst], "peer": f"{BAR_S} s from example loaded to answer shown",
        "above": [method for method, seconds in times.items() if seconds > BAR_S], "ratio": times[worst] / BAR_S,
    }  # fmt: skip


def _client(folder):
    """The pages of the made-up pair."""
    from adjoin.loop.workspace import init
    from adjoin.web.app import create

    warnings.filterwarnings("ignore")
    from fastapi.testclient import TestClient

    now = datetime.now(UTC)
    init(folder / "west", region=ROOT / "regions" / "two-towns", party="west", now=now)
    client = TestClient(create(folder / "west", clock=lambda: now))
    client.get("/compute")
    return client


def _shown(client, method):
    """Seconds from the form asked for to the answer read."""
    start = time.perf_counter()
    page = client.get(f"/compute/{method}.json").json()
    typed = {field["name"]: field["value"] for field in page["fields"]}
    answer = client.post(f"/compute/{method}", data=typed)
    seconds = time.perf_counter() - start
    assert answer.status_code == 200, (method, answer.text[:200])
    assert json.dumps(method)[1:-1] in answer.text
    return seconds
